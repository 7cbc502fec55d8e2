//! `emergent run`, as a user calls it.

use std::path::Path;
use std::process::{Command, Output};

use emergent::prelude::*;
use tests::{emergent_program, success};

fn run(out: &Path, arguments: &[&str]) -> Output {
    Command::new(emergent_program())
        .args(["run", "ra25", "--out"])
        .arg(out)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn runs_are_logged_and_saved_and_repeatable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folders = ["a folder", "b"].map(|name| folder.path().join(name));
    for folder in &folders {
        let output = run(folder, &["--runs", "2", "--epochs", "3", "--seed", "5"]);
        success(&output, "emergent run");
        assert!(text(&output).contains("weights_run1.wts.gz"), "{}", text(&output));
    }
    let [a, b] = &folders;
    let epochs = Table::read(a.join("epochs.parquet")).expect("the log of epochs");
    assert_eq!(epochs.numbers("Run").expect("a column"), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(epochs.numbers("Epoch").expect("a column"), [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]);
    let csv = Table::read(a.join("epochs.csv")).expect("the same as text");
    assert_eq!(csv.numbers("SSE").expect("a column"), epochs.numbers("SSE").expect("a column"));
    let trials = Table::read(a.join("trials.parquet")).expect("the log of trials");
    assert_eq!(trials.tensor::<f32>("Hidden1_ActM").expect("a tensor").shape(), [50, 7, 7]);
    let runs = Table::read(a.join("runs.parquet")).expect("the log of runs");
    assert_eq!(runs.numbers("Epochs").expect("a column"), [3.0, 3.0]);
    assert_eq!(runs.texts("Outcome").expect("a column"), ["MaxEpochs", "MaxEpochs"]);
    let csv = Table::read(a.join("runs.csv")).expect("the same as text");
    assert_eq!(csv.numbers("SSE").expect("a column"), runs.numbers("SSE").expect("a column"));

    let mut net = sims::ra25::network(&sims::ra25::params().expect("rules")).expect("a network");
    net.open_weights(a.join("weights_run1.wts.gz")).expect("the weights of run 1");
    for name in ["epochs.csv", "runs.csv", "weights_run0.wts.gz", "weights_run1.wts.gz"] {
        let read = |folder: &Path| std::fs::read(folder.join(name)).expect("a file");
        assert!(read(a) == read(b), "{name} differs between two calls with one seed");
    }
    // A run among others is the run alone.
    let alone = folder.path().join("alone");
    success(&run(&alone, &["--epochs", "3", "--seed", "5"]), "emergent run");
    let read = |path: std::path::PathBuf| std::fs::read(path).expect("a file");
    assert!(read(alone.join("weights.wts.gz")) == read(a.join("weights_run0.wts.gz")));
}

#[test]
fn parameters_can_be_set_one_by_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = |name: &str, arguments: &[&str]| {
        let out = folder.path().join(name);
        success(&run(&out, &[&["--epochs", "2"], arguments].concat()), "emergent run");
        Table::read(out.join("epochs.csv")).expect("the log of epochs").numbers("SSE").expect("SSE")
    };
    let plain = log("plain", &[]);
    let one = log("one", &["--set", "Prjn.Learn.Lrate=0"]);
    let both = ["--set", "Prjn.Learn.Lrate=0", "--set", "#Output Layer.Inhib.Layer.Gi = 2.2"];
    assert_ne!(one, plain);
    assert_ne!(log("both", &both), one);
    // Initial weights follow their parameters, and the default changes nothing.
    assert_ne!(log("weights", &["--set", "Prjn.WtInit.Var=0.1"]), plain);
    assert_eq!(log("default", &["--set", "Prjn.Learn.Lrate=0.04"]), plain);
    for (set, told) in [
        ("Prjn.Learn.Lrat=1", "Prjn.Learn.Lrate"),
        ("Prjn.Learn.Lrate", "PATH=VALUE"),
        ("#Ouput Layer.Inhib.Layer.Gi=1", "Output"),
    ] {
        let out = folder.path().join("wrong");
        let output = run(&out, &["--set", set]);
        assert!(!output.status.success() && text(&output).contains(told), "{}", text(&output));
        assert!(!out.exists());
    }
}

#[cfg(unix)]
#[test]
fn what_is_interrupted_is_written_and_ends_with_130() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for runs in ["1", "3"] {
        let out = folder.path().join(runs);
        let mut child = Command::new(emergent_program())
            .args(["run", "ra25", "--epochs", "4000000", "--set", "Prjn.Learn.Lrate=0"])
            .args(["--runs", runs, "--out"])
            .arg(&out)
            .spawn()
            .expect("the program starts");
        // The folder is made when there is nothing left to refuse.
        while !out.exists() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
        let stop = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(stop.expect("kill runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        assert!(Table::read(out.join("epochs.csv")).expect("the log of epochs").n_rows() > 0);
        if runs == "3" {
            let log = Table::read(out.join("runs.csv")).expect("the log of runs");
            assert_eq!(log.texts("Outcome").expect("a column"), ["Interrupted"; 3]);
        }
    }
}

#[test]
fn mistakes_are_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let params = folder.path().join("params.json");
    let cases = [
        (r#"[{"Sel": "Layer", "Params": {"Layer.Inhib.Layer.Gj": "1"}}]"#, "Layer.Inhib.Layer.Gi"),
        (r##"[{"Sel": "#Hiden1", "Params": {"Layer.Inhib.Layer.Gi": "1"}}]"##, "Hidden1"),
        (r#"[{"Sel": "Layer", "Params": {"Layer.Inhib.Layer.Gi": "-1"}}]"#, "[0,"),
        (r#"[{"Sel": "Layer", "Params"#, "params.json"),
    ];
    for (sheet, told) in cases {
        std::fs::write(&params, sheet).expect("a parameter file");
        let output = run(&out, &["--params", params.to_str().expect("UTF-8")]);
        assert_eq!(output.status.code(), Some(1), "{sheet}");
        assert!(text(&output).contains(told), "{sheet}: {}", text(&output));
        assert!(!out.exists(), "{sheet}");
    }
    let output = run(&out, &["--params", "no such file"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("no such file"), "{}", text(&output));
}

#[test]
fn family_trees_run_with_a_rule_of_learning() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let family = |out: &Path, simulation: &str| {
        Command::new(emergent_program())
            .args(["run", simulation, "--learning", "hebbian", "--epochs", "2", "--out"])
            .arg(out)
            .output()
            .expect("the program starts")
    };
    let out = folder.path().join("out");
    success(&family(&out, "family-trees"), "emergent run");
    let trials = Table::read(out.join("trials.parquet")).expect("the log of trials");
    assert_eq!(trials.tensor::<f32>("Hidden_ActM").expect("a tensor").shape(), [104, 7, 7]);
    let none = folder.path().join("none");
    let refused = family(&none, "ra25");
    assert!(!refused.status.success() && text(&refused).contains("--learning"));
    assert!(!none.exists());
}
