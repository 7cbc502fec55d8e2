//! Learning from random weights, distributed as the reference's.

use emergent::prelude::*;
use rayon::prelude::*;
use serde_json::Value;
use sims::{error_driven, family_trees, ra25};
use tests::golden_json;

/// A number of each of the reference's runs.
fn reference(file: &str, key: &str) -> Vec<f64> {
    let runs = golden_json(file);
    let runs = runs["runs"].as_array().expect("runs");
    runs.iter().map(|run| run[key].as_f64().expect("an epoch")).collect()
}

/// The simulation after learning, for each of these seeds.
fn learned(sim: &Sim, seeds: u64) -> Vec<Sim> {
    let run = |seed| {
        let mut sim = sim.clone().with_seed(seed).expect("a simulation");
        assert_eq!(sim.train(&mut ()).expect("no NaN"), Outcome::Learned, "seed {seed}");
        sim
    };
    (0..seeds).into_par_iter().map(run).collect()
}

/// The first epoch without error of each.
fn first_zeros(sims: &[Sim]) -> Vec<f64> {
    sims.iter().map(|sim| sim.first_zero().expect("it has learned") as f64).collect()
}

fn assert_alike(what: &str, got: &[f64], want: &[f64]) {
    let test = statistics::kolmogorov_smirnov(got, want).expect("samples");
    println!("{what} {got:?}: {test:?}");
    assert!(test.p_value > 0.01, "{what}: {got:?} differ from the reference's {want:?}: {test:?}");
}

#[test]
fn ra25_learns_as_fast_as_the_reference() {
    let golden = golden_json("ra25.json.gz");
    let rows = golden["patterns"].as_array().expect("patterns");
    let tensor = |name: &str| {
        let values = rows.iter().flat_map(|row| row[name].as_array().expect("values"));
        let values = values.map(|value| value.as_f64().expect("a number") as f32).collect();
        ndarray::Array3::from_shape_vec((rows.len(), 5, 5), values).expect("25 values a row")
    };
    let patterns = Table::new()
        .with_tensor("Input", tensor("Input"), &["Y", "X"])
        .and_then(|table| table.with_tensor("Output", tensor("Output"), &["Y", "X"]))
        .expect("columns of one length");
    let net = ra25::network(&ra25::params().expect("rules")).expect("a network");
    let sim = Sim::new(net, &patterns).and_then(|sim| sim.with_max_epochs(100));
    let sims = learned(&sim.expect("columns for layers").with_n_zero_stop(5), 20);
    let file = "ra25_runs.json";
    assert_alike("first zeros", &first_zeros(&sims), &reference(file, "first_zero_epoch"));
    // The last of five epochs in a row without error, counted from 0.
    let stops: Vec<f64> = sims.iter().map(|sim| sim.epoch() as f64 - 1.0).collect();
    assert_alike("stops", &stops, &reference(file, "stop_epoch_5_zero"));
    // Errors early, halfway and late.
    let runs = golden_json(file);
    for epoch in [1, 10, 25] {
        let ours: Vec<f64> = sims
            .iter()
            .map(|sim| {
                let log = sim.epoch_log().expect("a log");
                log.numbers("SSE").expect("a column")[epoch]
            })
            .collect();
        let runs = runs["runs"].as_array().expect("runs").iter();
        let reference: Vec<f64> =
            runs.map(|run| run["SSE"][epoch].as_f64().expect("a number")).collect();
        assert_alike(&format!("SSE of epoch {epoch}"), &ours, &reference);
    }
}

#[test]
fn family_trees_learn_as_fast_as_the_reference() {
    let sim = family_trees::sim(&family_trees::Settings::default()).expect("a simulation");
    let ours = first_zeros(&learned(&sim, 20));
    let wanted = reference("family_trees_epochs.json", "first_zero_epoch");
    assert_alike("first zeros", &ours, &wanted);
    // Two hundred more, which family_trees_first_zeros.go makes again; ten of them are well known.
    let more = reference("family_trees_first_zeros.json", "first_zero_epoch");
    assert_alike("two hundred", &ours, &more);
    assert_eq!(more[..10], reference("family_trees_runs.json", "first_zero_epoch"));
    let [least, most] = [f64::min, f64::max].map(|of| wanted.iter().copied().reduce(of));
    let beyond = ours[..10].iter().find(|epoch| Some(**epoch) < least || Some(**epoch) > most);
    assert_eq!(beyond, None, "beyond the reference's {least:?} to {most:?}");
}

#[test]
fn error_driven_learning_learns_and_hebbian_learning_does_not() {
    let train = |learning| {
        let settings = family_trees::Settings { learning, ..Default::default() };
        let mut sim = family_trees::sim(&settings).expect("a simulation");
        let outcome = sim.train(&mut ()).expect("no NaN");
        let errors = sim.epoch_log().and_then(|log| Ok(log.numbers("PctErr")?)).expect("a log");
        (outcome, errors)
    };
    let (outcome, _) = train(family_trees::Learning::ErrorDriven);
    assert_eq!(outcome, Outcome::Learned);
    let (outcome, errors) = train(family_trees::Learning::Hebbian);
    assert_eq!(outcome, Outcome::MaxEpochs);
    let last = errors[errors.len() - 1];
    assert!(last > 0.5, "share of errors {last}");
}

#[test]
fn family_trees_are_the_facts_of_the_reference() {
    let golden = golden_json("family_trees_patterns.json");
    let units = |fact: &Value, name: &str| -> Vec<usize> {
        let units = fact[name].as_array().expect("units").iter();
        units.map(|unit| unit.as_u64().expect("an index") as usize).collect()
    };
    let facts = golden["facts"].as_array().expect("facts");
    let mut want: Vec<_> = facts
        .iter()
        .enumerate()
        .map(|(row, fact)| {
            let parts = ["agent", "relation", "patient"].map(|name| units(fact, name));
            (parts, row < facts.len() - 4)
        })
        .collect();
    let ours = family_trees::patterns().expect("a table");
    let on = |name: &str, row: usize| -> Vec<usize> {
        let values = ours.matrix(name).expect("a tensor column");
        let row = values.row(row).to_vec();
        (0..row.len()).filter(|unit| row[*unit] == 1.0).collect()
    };
    let trained = ours.view().filter(col("Trained")).expect("a column").rows().to_vec();
    let mut got: Vec<_> = (0..ours.n_rows())
        .map(|row| {
            (["Agent", "Relation", "Patient"].map(|name| on(name, row)), trained.contains(&row))
        })
        .collect();
    want.sort();
    got.sort();
    assert_eq!(got.len(), 104);
    assert_eq!(got, want);
}

#[test]
fn the_notebooks_patterns_are_the_simulations() {
    let patterns = [
        ("family_trees.csv", family_trees::patterns()),
        ("associations.csv", error_driven::small_tasks()),
    ];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a file");
    for (name, patterns) in patterns {
        let file = tests::project_root().join("notebooks/data").join(name);
        let written = folder.path().join(name);
        patterns.and_then(|rows| Ok(rows.write(&written)?)).expect("a table");
        // To make it anew, copy the one that this test has written.
        assert!(read(&file) == read(&written), "{} is out of date", file.display());
    }
}
