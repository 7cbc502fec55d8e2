//! What has no influence on a learning curve: interruptions, tests, earlier runs.
#![allow(missing_docs)]

mod golden_support;

use engine::params::ParamSheet;
use engine::pattern::Full;
use engine::sim::{Observer, Outcome, Sim, Status};
use engine::{LayerType, Network, ProjectionType};
use etable::Table;
use etable::ndarray::{ArrayD, IxDyn};
use golden_support::{floats, json, sheet};
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
