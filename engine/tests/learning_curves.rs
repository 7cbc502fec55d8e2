//! Learning from random weights, distributed as the reference's.
#![allow(missing_docs)]

mod golden_support;

use engine::params::ParamSheet;
use engine::pattern::Full;
use engine::sim::{Observer, Outcome, Sim, Status};
use engine::{LayerType, Network, ProjectionType};
use etable::Table;
use etable::ndarray::{ArrayD, IxDyn};
use golden_support::{floats, json, sheet};
use rayon::prelude::*;
use serde_json::Value;
use std::ops::ControlFlow;

fn patterns(golden: &Value) -> Table {
    let rows = golden["patterns"].as_array().expect("patterns");
    let tensor = |name: &str| {
        let values = rows.iter().flat_map(|row| floats(&row[name])).collect();
        ArrayD::from_shape_vec(IxDyn(&[rows.len(), 5, 5]), values).expect("25 values a row")
    };
    let names: Vec<String> = (0..rows.len()).map(|row| format!("pattern_{row}")).collect();
    Table::new()
        .with_column("Name", names)
        .and_then(|table| table.with_tensor("Input", tensor("Input"), &["Y", "X"]))
        .and_then(|table| table.with_tensor("Output", tensor("Output"), &["Y", "X"]))
        .expect("columns of one length")
}

fn network(params: &ParamSheet) -> Network {
    let mut net = Network::new("RA25");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input).expect("a new name");
    let hidden1 = net.add_layer("Hidden1", &[7, 7], LayerType::Hidden).expect("a new name");
    let hidden2 = net.add_layer("Hidden2", &[7, 7], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[5, 5], LayerType::Target).expect("a new name");
    net.connect(input, hidden1, Full::default(), ProjectionType::Forward).expect("it fits");
    net.bidirectional(hidden1, hidden2, Full::default()).expect("it fits");
    net.bidirectional(hidden2, output, Full::default()).expect("it fits");
    net.build().expect("layers");
    net.apply_params(params).expect("parameters");
    net
}

fn sim() -> Sim {
    let golden = json("ra25.json.gz");
    Sim::new(network(&sheet(&golden["params"])), patterns(&golden)).expect("columns for layers")
}

/// The two-sample Kolmogorov-Smirnov statistic, and the probability of one as great by chance.
fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> (f64, f64) {
    let share = |sample: &[f64], x: f64| {
        sample.iter().filter(|value| **value <= x).count() as f64 / sample.len() as f64
    };
    let distance =
        a.iter().chain(b).map(|x| (share(a, *x) - share(b, *x)).abs()).fold(0.0, f64::max);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let root = (n * m / (n + m)).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * distance;
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * lambda * lambda).exp()
    };
    (distance, (1..100).map(term).sum::<f64>().clamp(0.0, 1.0))
}

#[test]
fn first_epochs_without_error_are_distributed_as_the_references() {
    let want: Vec<f64> = json("ra25_runs.json")["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| run["first_zero_epoch"].as_f64().expect("an epoch"))
        .collect();
    let sim = sim().with_max_epochs(100).expect("at least 1").with_n_zero_stop(1);
    let got: Vec<f64> = (0..20_u64)
        .into_par_iter()
        .map(|seed| {
            let mut sim = sim.clone().with_seed(seed).expect("a simulation");
            assert_eq!(sim.train(&mut ()).expect("no NaN"), Outcome::Learned, "seed {seed}");
            sim.first_zero().expect("it has learned") as f64
        })
        .collect();
    let (distance, p) = kolmogorov_smirnov(&got, &want);
    println!("first zeros {got:?}: distance {distance:.3}, p {p:.3}");
    assert!(p > 0.01, "{got:?} differ from the reference's {want:?}: p = {p}");
}

/// Stops after a number of trials.
struct StopAfter(usize);

impl Observer for StopAfter {
    fn on_trial(&mut self, _status: &Status) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn interruptions_and_tests_leave_no_trace_in_training() {
    let whole = {
        let mut sim = sim().with_max_epochs(4).expect("at least 1");
        sim.train(&mut ()).expect("no NaN");
        (sim.epoch_log().expect("a log").to_string(), sim.net().weights().expect("built"))
    };
    let mut sim = sim().with_max_epochs(4).expect("at least 1");
    assert_eq!(sim.train(&mut StopAfter(37)).expect("no NaN"), Outcome::Interrupted);
    assert_eq!((sim.epoch(), sim.status().trial), (1, 12));
    let first = sim.test().expect("no NaN");
    assert_eq!(first.n_rows(), 25);
    assert_eq!(sim.test().expect("no NaN").to_string(), first.to_string());
    assert_eq!(sim.train(&mut ()).expect("no NaN"), Outcome::MaxEpochs);
    assert_eq!(
        (sim.epoch_log().expect("a log").to_string(), sim.net().weights().expect("built")),
        whole
    );
}

#[test]
fn a_run_is_the_same_alone_and_after_others() {
    let mut alone = sim().with_max_epochs(2).expect("at least 1");
    alone.init(3).expect("a run");
    alone.train(&mut ()).expect("no NaN");
    let mut after = sim().with_max_epochs(2).expect("at least 1");
    for run in [0, 3] {
        after.init(run).expect("a run");
        after.train(&mut ()).expect("no NaN");
    }
    assert_eq!(after.net().weights().expect("built"), alone.net().weights().expect("built"));
    let log = after.epoch_log().expect("a log");
    assert_eq!(log.numbers("Run").expect("a column"), [0.0, 0.0, 3.0, 3.0]);
}
