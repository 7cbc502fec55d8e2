//! The loop of epochs and trials: logs, stopping, interrupting, repeating, refusing.

use std::ops::ControlFlow;

use engine::error::EngineError;
use engine::pattern::Full;
use engine::sim::{Observer, Outcome, Sim, Status};
use engine::{LayerType, Network, patgen};
use etable::Table;

fn network() -> Network {
    let mut net = Network::new("small");
    let input = net.add_layer("Input", &[3, 3], LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &[4, 4], LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &[3, 3], LayerType::Target).unwrap();
    net.connect(input, hidden, Full::default(), engine::ProjectionType::Forward).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.build().unwrap();
    net
}

fn pairs() -> Table {
    patgen::pattern_pairs(4, &[3, 3], &[3, 3], 3, 1).unwrap()
}

fn sim() -> Sim {
    Sim::new(network(), pairs()).and_then(|sim| sim.with_seed(3)).unwrap()
}

/// A simulation of so many epochs, however small the error.
fn sim_of(epochs: usize) -> Sim {
    sim().with_n_zero_stop(0).with_max_epochs(epochs).unwrap()
}

/// All weights, as bits.
fn weights(sim: &Sim) -> Vec<u32> {
    let document = sim.net().weights().unwrap();
    let projections = document.layers.iter().flat_map(|layer| &layer.projections);
    let receivers = projections.flat_map(|projection| &projection.receivers);
    receivers.flat_map(|receiver| receiver.weights.iter().map(|weight| weight.to_bits())).collect()
}

/// Breaks in the trial of the number `break_at`, counted from 1; counts what it is shown.
#[derive(Default)]
struct Counting {
    break_at: usize,
    trials: usize,
    epochs: usize,
}

impl Observer for Counting {
    fn on_trial(&mut self, status: &Status) -> ControlFlow<()> {
        self.trials += 1;
        assert_eq!((status.epoch, status.trial), (self.trials / 4, self.trials % 4));
        if self.trials == self.break_at {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn on_epoch(&mut self, status: &Status) -> ControlFlow<()> {
        self.epochs += 1;
        assert_eq!((status.epoch, status.n_trials), (self.epochs, 4));
        ControlFlow::Continue(())
    }
}

#[test]
fn the_epoch_log_sums_its_trials() {
    let mut sim = sim();
    let (mut sse, mut cos_diff, mut errors) = (0.0, 0.0, 0);
    for trial in 1..=4 {
        assert_eq!(sim.epoch_log().unwrap().n_rows(), 0);
        let status = sim.step_trial().unwrap();
        assert_eq!((status.epoch, status.trial), (trial / 4, trial % 4));
        let output = sim.net().layer(sim.net().layer_named("Output").unwrap());
        let error = output.output_error(0.5);
        sse += error.sse;
        cos_diff += f64::from(output.cos_diff().cos) / 4.0;
        errors += usize::from(error.sse > 0.0);
    }
    let log = sim.epoch_log().unwrap();
    assert_eq!(log.n_rows(), 1);
    let number = |name: &str| log.numbers(name).unwrap()[0];
    assert!(sse > 0.0);
    assert_eq!(number("SSE"), sse);
    assert!((number("AvgSSE") - sse / 36.0).abs() < 1e-12, "mean over 4 trials of 9 units");
    assert!((number("CosDiff") - cos_diff).abs() < 1e-12);
    assert_eq!(number("PctErr"), errors as f64 / 4.0);
    assert_eq!(number("PctErr") + number("PctCor"), 1.0);
    assert!((0.01..1.0).contains(&number("Hidden_ActAvg")));
}

#[test]
fn training_stops_after_the_epochs_or_without_errors() {
    let mut epochs = sim_of(3);
    let mut counting = Counting::default();
    assert_eq!(epochs.train(&mut counting).unwrap(), Outcome::MaxEpochs);
    assert_eq!((counting.trials, counting.epochs), (12, 3));
    // It is over: another call does nothing.
    assert_eq!(epochs.train(&mut counting).unwrap(), Outcome::MaxEpochs);
    assert_eq!(counting.trials, 12);

    // With a tolerance that forgives everything each epoch is without errors.
    let mut zero = sim().with_sse_tolerance(2.0).unwrap().with_n_zero_stop(2);
    assert_eq!(zero.train(&mut ()).unwrap(), Outcome::Learned);
    assert_eq!((zero.first_zero(), zero.epoch()), (Some(0), 2));
}

#[test]
fn it_learns_four_pairs() {
    let mut sim = sim().with_max_epochs(200).unwrap();
    assert_eq!(sim.train(&mut ()).unwrap(), Outcome::Learned);
    let errors = sim.epoch_log().unwrap().numbers("PctErr").unwrap();
    assert!(errors[0] > 0.0 && errors.ends_with(&[0.0; 5]), "{errors:?}");
    assert_eq!(sim.first_zero(), errors.iter().position(|error| *error == 0.0));
    assert_eq!(sim.test().unwrap().numbers("SSE").unwrap(), [0.0; 4]);
}

#[test]
fn interrupted_training_continues_to_the_same_weights() {
    let mut whole = sim_of(3);
    whole.train(&mut ()).unwrap();
    for break_at in [1, 4, 6] {
        let mut broken = sim_of(3);
        let mut counting = Counting { break_at, ..Counting::default() };
        assert_eq!(broken.train(&mut counting).unwrap(), Outcome::Interrupted);
        assert_eq!(counting.trials, break_at);
        broken.test().unwrap(); // leaves no trace
        assert_eq!(broken.train(&mut counting).unwrap(), Outcome::MaxEpochs);
        assert_eq!((counting.trials, counting.epochs), (12, 3));
        assert_eq!(weights(&broken), weights(&whole), "interrupted at {break_at}");
        let (a, b) = (broken.epoch_log().unwrap(), whole.epoch_log().unwrap());
        for name in a.column_names() {
            assert_eq!(a.numbers(name).unwrap(), b.numbers(name).unwrap(), "{name}");
        }
    }
}

#[test]
fn runs_repeat_and_differ() {
    let mut first = sim_of(2);
    let initial = weights(&first);
    first.train(&mut ()).unwrap();
    let trained = weights(&first);
    assert_ne!(trained, initial);
    first.init(0).unwrap();
    assert_eq!(weights(&first), initial);
    first.train(&mut ()).unwrap();
    assert_eq!(weights(&first), trained);
    first.init(1).unwrap();
    assert_ne!(weights(&first), initial);
    first.train(&mut ()).unwrap();
    // A run is the same whatever was run before it.
    let mut other = sim_of(2);
    other.init(1).unwrap();
    other.train(&mut ()).unwrap();
    assert_eq!(weights(&other), weights(&first));
    assert_eq!(other.epoch_log().unwrap().numbers("Run").unwrap(), [1.0, 1.0]);
}

#[test]
fn a_test_shows_every_pattern_in_order_with_the_recorded_units() {
    let mut sim = sim().with_recorded(&[("Hidden", "ActM")]).unwrap();
    sim.step_epoch().unwrap();
    let before = weights(&sim);
    let log = sim.test().unwrap();
    assert_eq!(weights(&sim), before);
    let names = log.texts("TrialName").unwrap();
    assert_eq!(names, ["pattern_0", "pattern_1", "pattern_2", "pattern_3"]);
    assert_eq!(log.numbers("Trial").unwrap(), [0.0, 1.0, 2.0, 3.0]);
    assert_eq!(log.numbers("Epoch").unwrap(), [1.0; 4]);
    let shape = &log.spec("Hidden_ActM").unwrap().shape;
    assert_eq!(shape.sizes(), [4, 4]);
    assert_eq!(shape.names(), ["Y", "X"]);
    assert!(log.tensor::<f32>("Hidden_ActM").unwrap().sum() > 0.0);
    assert!(!log.has_column("Output_ActM"));
    assert_eq!(sim.epoch_log().unwrap().n_rows(), 1);
}

#[test]
fn a_sequential_order_shows_the_rows_in_turn() {
    let sequential = sim_of(2).with_sequential_order().unwrap();
    let mut same = sequential.clone();
    let mut sequential = sequential;
    sequential.train(&mut ()).unwrap();
    same.train(&mut ()).unwrap();
    assert_eq!(weights(&same), weights(&sequential));
    let mut permuted = sim_of(2);
    permuted.train(&mut ()).unwrap();
    assert_ne!(weights(&permuted), weights(&sequential));
}

#[test]
fn what_does_not_fit_is_refused_at_once() {
    let refused = |table: Table| Sim::new(network(), &table).unwrap_err();
    let mut table = pairs();
    table.rename_column("Output", "Outpt").unwrap();
    let error = refused(table);
    assert!(matches!(error, EngineError::NoPatterns { .. }), "{error}");
    assert!(error.to_string().contains("Outpt"), "{error}");
    let mut table = pairs();
    table.drop_column("Input").unwrap();
    assert!(matches!(refused(table), EngineError::NoPatterns { .. }));
    let large = patgen::pattern_pairs(4, &[4, 4], &[3, 3], 3, 1).unwrap();
    let error = refused(large);
    assert!(matches!(error, EngineError::InputLength { expected: 9, found: 16, .. }), "{error}");
    let none = pairs().view().take(&[]).unwrap();
    let error = Sim::new(network(), none).unwrap_err();
    assert!(matches!(error, EngineError::EmptyEnvironment { missing: "rows", .. }), "{error}");
    let error = Sim::new(Network::new("unbuilt"), pairs()).unwrap_err();
    assert!(matches!(error, EngineError::NotBuilt { .. }), "{error}");

    let error = sim().with_recorded(&[("Hiden", "ActM")]).unwrap_err();
    assert!(error.to_string().contains("did you mean `Hidden`?"), "{error}");
    let error = sim().with_recorded(&[("Hidden", "ActX")]).unwrap_err();
    assert!(matches!(error, EngineError::UnknownVariable { .. }), "{error}");
    let error = sim().with_max_epochs(0).unwrap_err();
    assert!(matches!(error, EngineError::Setting { .. }), "{error}");
    for tolerance in [-0.1, f32::NAN] {
        let error = sim().with_sse_tolerance(tolerance).unwrap_err();
        assert!(error.to_string().contains("0 or more"), "{error}");
    }
    let error = sim().with_recorded(&[("Hidden", "Act"), ("Hidden", "Act")]).unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
}

#[test]
fn a_failed_run_stays_failed_until_it_is_begun_anew() {
    let mut sim = sim_of(2);
    let initial = weights(&sim);
    sim.step_trial().unwrap();
    // A leak that is no number makes the next trial's potentials NaN.
    let output = sim.net().layer_named("Output").unwrap();
    let leak = sim.net().layer(output).params.act.gbar.l;
    sim.net_mut().layer_mut(output).params.act.gbar.l = f32::NAN;
    let error = sim.step_trial().unwrap_err();
    assert!(
        matches!(&error, EngineError::NotANumber { layer, .. } if layer == "Output"),
        "{error}"
    );
    assert!(matches!(sim.step_epoch(), Err(EngineError::BrokenRun { run: 0, epoch: 0 })));
    assert!(matches!(sim.test(), Err(EngineError::BrokenRun { .. })));
    sim.net_mut().layer_mut(output).params.act.gbar.l = leak;
    sim.init(0).unwrap();
    assert_eq!(weights(&sim), initial);
    assert_eq!(sim.train(&mut ()).unwrap(), Outcome::MaxEpochs);
}

#[test]
fn a_compare_layer_can_be_the_output() {
    let mut net = Network::new("compare");
    let input = net.add_layer("Input", &[3, 3], LayerType::Input).unwrap();
    let output = net.add_layer("Output", &[3, 3], LayerType::Compare).unwrap();
    net.connect(input, output, Full::default(), engine::ProjectionType::Forward).unwrap();
    net.build().unwrap();
    let mut sim = Sim::new(net, pairs()).unwrap();
    assert!(sim.step_epoch().unwrap().sse > 0.0);
}
