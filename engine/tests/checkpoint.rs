//! Checkpoints, runs at once, searches, schedules and logs of a simulation.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use engine::environment::{Counters, Environment, FixedTable, Position, Sampling};
use engine::params::ParamSheet;
use engine::pattern::{Full, UniformRandom};
use engine::sim::search::Search;
use engine::sim::{Observer, Outcome, Sim, runs};
use engine::{EngineError, LayerType, Network, ProjectionType, patgen};
use proptest::prelude::*;

const NOISE: [(&str, &str); 3] = [
    ("Layer.Act.Noise.Type", "GeNoise"),
    ("Layer.Act.Noise.Var", "0.01"),
    ("Layer.Act.KNa.On", "true"),
];

fn network(seed: u64) -> Network {
    let mut net = Network::new("pairs");
    let input = net.add_layer("Input", &[4, 4], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[2, 2, 2, 3], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[4, 4], LayerType::Target).expect("a new name");
    let sparse = UniformRandom { probability: 0.5, seed, ..UniformRandom::default() };
    net.connect(input, hidden, sparse, ProjectionType::Forward).expect("it fits");
    net.bidirectional(hidden, output, Full::default()).expect("it fits");
    net.build().expect("layers");
    let sheet = ParamSheet::new()
        .select("#Hidden", &NOISE)
        .and_then(|sheet| sheet.select("Prjn", &[("Prjn.Learn.WtBal.On", "true")]))
        .expect("a sheet");
    net.apply_params(&sheet).expect("parameters");
    net
}

fn sim() -> Sim {
    let patterns = patgen::pattern_pairs(6, &[4, 4], &[4, 4], 4, 1).expect("it fits");
    Sim::new(network(1), &patterns)
        .and_then(|sim| sim.with_max_epochs(6))
        .and_then(|sim| sim.with_seed(3))
        .and_then(|sim| sim.with_learning_rates(&[(2, 0.5), (4, 0.25)]))
        .expect("a simulation")
        .with_test_interval(2)
        .with_trial_log()
}

/// Everything that can be seen of a simulation.
fn seen(sim: &mut Sim) -> (Vec<etable::Table>, engine::weights::WeightsDocument, Vec<Vec<f32>>) {
    let tables = [sim.epoch_log(), sim.run_log(), sim.trial_log(), sim.test_log(), sim.test()];
    let tables = tables.into_iter().collect::<Result<Vec<_>, _>>().expect("logs");
    let net = sim.net();
    let mut variables = Vec::new();
    for (id, layer) in net.layers() {
        for variable in engine::neuron::UNIT_VARIABLES {
            variables.push(net.unit_values(id, variable.name).expect("a variable").to_vec());
        }
        assert!(layer.n_units() > 0);
    }
    (tables, net.weights().expect("built"), variables)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_run_goes_on_from_any_trial_with_the_same_bits(before in 0_usize..36, after in 1_usize..20) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("some.checkpoint");
        let mut one = sim();
        for _ in 0..before {
            one.step_trial().expect("numbers");
        }
        one.save_checkpoint(&path).expect("written");
        let mut other = sim();
        other.open_checkpoint(&path).expect("an equal simulation");
        for _ in 0..after {
            prop_assert_eq!(one.step_trial().expect("numbers"), other.step_trial().expect("numbers"));
        }
        prop_assert_eq!(seen(&mut one), seen(&mut other));
    }
}

#[test]
fn a_network_goes_on_within_a_trial() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("net.checkpoint");
    let mut one = sim();
    one.step_epoch().expect("numbers");
    let net = one.net_mut();
    net.start_trial(true).expect("built");
    for _ in 0..37 {
        net.cycle().expect("numbers");
    }
    net.compute_weight_changes().unwrap();
    net.save_checkpoint(&path).expect("written");
    let mut other = network(1);
    other.open_checkpoint(&path).expect("an equal network");
    for net in [&mut *net, &mut other] {
        for _ in 0..20 {
            net.cycle().expect("numbers");
        }
        net.apply_weight_changes().unwrap();
    }
    assert_eq!(net.weights().expect("built"), other.weights().expect("built"));
    let (id, _) = net.layers().nth(1).expect("a layer");
    assert_eq!(net.unit_values(id, "Vm").expect("Vm"), other.unit_values(id, "Vm").expect("Vm"));
    assert_eq!(net.time(), other.time());
}

#[test]
fn checkpoints_of_others_and_damaged_ones_are_refused_and_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sim.checkpoint");
    let mut original = sim();
    original.step_epoch().expect("numbers");
    original.save_checkpoint(&path).expect("written");
    let bytes = std::fs::read(&path).expect("written");

    let patterns = |seed| patgen::pattern_pairs(6, &[4, 4], &[4, 4], 4, seed).expect("it fits");
    let with = |net, seed| Sim::new(net, patterns(seed)).and_then(|sim| sim.with_seed(3));
    let others = [
        (with(network(2), 1), "other synapses"),
        (with(network(1), 2), "other patterns"),
        (with(network(1), 1).and_then(|sim| sim.with_seed(4)), "seed is 3, not 4"),
        (
            with(network(1), 1).and_then(|sim| sim.with_recorded(&[("Hidden", "Act")])),
            "other columns",
        ),
    ];
    for (other, reason) in others {
        let mut other = other.expect("a simulation");
        let before = seen(&mut other);
        let error = other.open_checkpoint(&path).expect_err("another simulation");
        assert!(matches!(error, EngineError::Mismatch { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(seen(&mut other), before);
    }

    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let mut long = bytes.clone();
    long[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
    let mut version = bytes.clone();
    version[8] = 9;
    let broken: [(&[u8], &str); 6] = [
        (&bytes[..bytes.len() - 1], "claims"),
        (&bytes[..15], "cut off"),
        (b"PK\x03\x04 something else", "another kind of file"),
        (&flipped, "check sum"),
        (&long, "claims"),
        (&version, "version is 9"),
    ];
    let mut other = sim();
    let before = seen(&mut other);
    for (content, reason) in broken {
        std::fs::write(&path, content).expect("written");
        let error = other.open_checkpoint(&path).expect_err("damaged");
        assert!(matches!(error, EngineError::Checkpoint { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert_eq!(seen(&mut other), before);
    assert!(matches!(other.open_checkpoint("/nowhere"), Err(EngineError::Read { .. })));
}

#[test]
fn runs_at_once_are_each_as_the_run_alone() {
    let sim = sim();
    let (together, tests) = runs::train_with(&sim, 2..6, |sim| sim.test()).expect("numbers");
    let mut from = 0;
    for (index, run) in (2..6).enumerate() {
        let mut alone = sim.clone();
        alone.init(run).expect("built");
        alone.train(&mut ()).expect("numbers");
        assert_eq!(alone.test().expect("numbers"), tests[index]);
        let epochs = alone.epoch_log().expect("a log");
        let rows: Vec<usize> = (from..from + epochs.n_rows()).collect();
        from += epochs.n_rows();
        let part = together.epochs.view().take(&rows).and_then(|view| view.to_table());
        assert_eq!(part.expect("rows"), epochs);
    }
    assert_eq!(together.summary.numbers("Run").expect("a column"), [2.0, 3.0, 4.0, 5.0]);
    assert!(matches!(runs::train(&sim, 3..3), Err(EngineError::Setting { .. })));
}

#[test]
fn searches_try_every_point_and_check_all_first() {
    let sim = sim();
    let table = Search::new()
        .over("Prjn", "Prjn.Learn.Lrate", &["0", "0.04"])
        .and_then(|search| search.over("#Hidden", "Layer.Act.Noise.Type", &["NoNoise", "GeNoise"]))
        .map(|search| search.with_runs(0..2))
        .and_then(|search| search.train(&sim))
        .expect("numbers");
    assert_eq!(table.n_rows(), 8);
    assert_eq!(
        table.numbers("Prjn.Learn.Lrate").expect("numbers"),
        [0.0, 0.0, 0.0, 0.0, 0.04, 0.04, 0.04, 0.04].map(|lrate: f64| lrate)
    );
    let kinds = table.texts("#Hidden Layer.Act.Noise.Type").expect("texts");
    assert_eq!(kinds[..4], ["NoNoise", "NoNoise", "GeNoise", "GeNoise"]);
    let sse = table.numbers("SSE").expect("numbers");
    assert!(sse[4..].iter().sum::<f64>() < sse[..4].iter().sum::<f64>(), "{sse:?}");

    let wrong = Search::new().over("Prjn", "Prjn.Learn.Lrat", &["1"]).expect("a selector");
    assert!(wrong.train(&sim).expect_err("no such path").to_string().contains("Prjn.Learn.Lrate"));
    assert!(Search::new().over("Prjn", "Prjn.Learn.Lrate", &[]).is_err());
    assert!(Search::list(&[("Prjn", "Prjn.Learn.Lrate")], &[vec!["1", "2"]]).is_err());
    let listed = Search::list(&[("Prjn", "Prjn.Learn.Lrate")], &[vec!["0.02"], vec!["0.04"]]);
    assert_eq!(listed.and_then(|search| search.train(&sim)).expect("numbers").n_rows(), 2);
}

#[test]
fn learning_rates_follow_the_schedule_and_begin_anew() {
    let mut sim = sim();
    let rate = |sim: &Sim| sim.net().projections().next().expect("one").1.params.learn.lrate;
    let mut rates = Vec::new();
    for _ in 0..5 {
        rates.push(rate(&sim));
        sim.step_epoch().expect("numbers");
    }
    assert_eq!(rates, [0.04, 0.04, 0.02, 0.02, 0.01]);
    sim.init(1).expect("built");
    assert_eq!(rate(&sim), 0.04);
}

#[test]
fn logs_of_trials_tests_cycles_and_runs() {
    let mut sim = sim();
    assert_eq!(sim.train(&mut ()).expect("numbers"), Outcome::MaxEpochs);
    let trials = sim.trial_log().expect("a log");
    assert_eq!(trials.n_rows(), 36);
    assert_eq!(trials.tensor::<f32>("Hidden_ActM").expect("a column").shape(), [36, 2, 2, 2, 3]);
    let by_epoch: f64 = trials.numbers("SSE").expect("numbers")[30..].iter().sum();
    let epochs = sim.epoch_log().expect("a log");
    assert!((epochs.numbers("SSE").expect("numbers")[5] - by_epoch).abs() < 1e-9);
    let tests = sim.test_log().expect("a log");
    assert_eq!(tests.numbers("Epoch").expect("numbers")[..7], [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 4.0]);
    let runs = sim.run_log().expect("a log");
    assert_eq!(runs.texts("Outcome").expect("texts"), ["MaxEpochs"]);
    assert_eq!(runs.numbers("FirstZero").expect("numbers"), [-1.0]);

    let before = seen(&mut sim);
    let cycles = sim.test_cycles(2, &[("Hidden", "Act"), ("Output", "Vm")]).expect("a pattern");
    assert_eq!(cycles.n_rows(), 100);
    assert_eq!(cycles.numbers("Cycle").expect("numbers")[99], 99.0);
    assert_eq!(cycles.numbers("Quarter").expect("numbers")[75], 3.0);
    let last = cycles.tensor_cell::<f32>("Output_Vm", 99).expect("a cell").to_owned();
    assert!(last.iter().any(|vm| *vm > 0.5));
    assert_eq!(seen(&mut sim), before);
    assert!(sim.test_cycles(6, &[]).is_err());
    assert!(sim.test_cycles(0, &[("Hiden", "Act")]).is_err());
}

/// Counts what it is told of.
#[derive(Default)]
struct Count {
    cycles: usize,
    quarters: usize,
    trials: usize,
}

impl Observer for Count {
    fn watches_cycles(&self) -> bool {
        true
    }
    fn on_cycle(&mut self, net: &Network) -> ControlFlow<()> {
        self.cycles += usize::from(net.time().cycle > 0);
        ControlFlow::Continue(())
    }
    fn on_quarter(&mut self, net: &Network) -> ControlFlow<()> {
        self.quarters += net.time().quarter;
        ControlFlow::Continue(())
    }
    fn after_trial(&mut self, _: &Network) {
        self.trials += 1;
    }
}

#[test]
fn observers_see_every_cycle_and_change_nothing() {
    let (mut watched, mut plain) = (sim(), sim());
    let mut count = Count::default();
    watched.train(&mut count).expect("numbers");
    plain.train(&mut ()).expect("numbers");
    assert_eq!((count.cycles, count.quarters, count.trials), (3600, 36 * 10, 36));
    assert_eq!(seen(&mut watched), seen(&mut plain));
}

/// An environment without a table: one of 16 units on, which is also the target.
#[derive(Debug, Clone)]
struct OneOn {
    counters: Counters,
    pattern: ndarray::ArrayD<f32>,
}

impl Environment for OneOn {
    fn name(&self) -> &str {
        "one on"
    }
    fn init(&mut self, _run: usize) {
        self.counters = Counters::default();
        self.counters.trial.init_at(-1);
    }
    fn step(&mut self) -> bool {
        self.counters.trial.increment();
        self.pattern.fill(0.0);
        let unit = self.counters.trial.current as usize % 4;
        self.pattern[[unit, unit]] = 1.0;
        true
    }
    fn n_trials(&self) -> usize {
        4
    }
    fn counters(&self) -> Counters {
        self.counters
    }
    fn trial_name(&self) -> &str {
        "on"
    }
    fn state(&self, _element: &str) -> engine::Result<ndarray::ArrayViewD<'_, f32>> {
        Ok(self.pattern.view())
    }
}

#[test]
fn an_environment_of_ones_own_is_trained_on() {
    let own = OneOn { counters: Counters::default(), pattern: ndarray::ArrayD::zeros(vec![4, 4]) };
    let mut sim = sim().with_environment(own).expect("a simulation");
    sim.train(&mut ()).expect("numbers");
    assert_eq!(sim.trial_log().expect("a log").n_rows(), 24);
    let errors = sim.epoch_log().expect("a log").numbers("SSE").expect("numbers");
    assert!(errors[5] < errors[0], "{errors:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.checkpoint");
    let error = sim.save_checkpoint(&path).expect_err("it could not go back");
    assert!(matches!(error, EngineError::NoPosition { .. }), "{error}");
    assert!(error.to_string().contains("`one on`") && !path.exists(), "{error}");
}

/// An environment whose next trial depends on the ones before it, in what is no counter.
#[derive(Debug, Clone)]
struct Walk {
    one_on: OneOn,
    place: u8,
}

impl Environment for Walk {
    fn name(&self) -> &str {
        "walk"
    }
    fn init(&mut self, run: usize) {
        self.one_on.init(run);
        self.place = 0;
    }
    fn step(&mut self) -> bool {
        self.one_on.step();
        self.place = (5 * self.place + 3) % 16;
        self.one_on.pattern.fill(0.0);
        self.one_on.pattern[[self.place as usize / 4, self.place as usize % 4]] = 1.0;
        true
    }
    fn n_trials(&self) -> usize {
        4
    }
    fn counters(&self) -> Counters {
        self.one_on.counters()
    }
    fn trial_name(&self) -> &str {
        ""
    }
    fn state(&self, element: &str) -> engine::Result<ndarray::ArrayViewD<'_, f32>> {
        self.one_on.state(element)
    }
    fn position(&self) -> engine::Result<Position> {
        Ok(Position { counters: self.counters(), state: vec![self.place] })
    }
    fn restore(&mut self, position: &Position) -> engine::Result<()> {
        (self.one_on.counters, self.place) = (position.counters, position.state[0]);
        Ok(())
    }
}

#[test]
fn an_environment_of_ones_own_goes_on_from_a_checkpoint() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("walk.checkpoint");
    let make = || {
        let one_on =
            OneOn { counters: Counters::default(), pattern: ndarray::ArrayD::zeros(vec![4, 4]) };
        sim().with_environment(Walk { one_on, place: 0 }).expect("a simulation")
    };
    let (mut one, mut other) = (make(), make());
    for _ in 0..5 {
        let _ = one.step_trial().expect("numbers");
    }
    one.save_checkpoint(&path).expect("written");
    other.open_checkpoint(&path).expect("an equal simulation");
    for _ in 0..6 {
        assert_eq!(one.step_trial().expect("numbers"), other.step_trial().expect("numbers"));
    }
    assert_eq!(seen(&mut one), seen(&mut other));
}

#[test]
fn other_settings_are_told_and_further_epochs_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("some.checkpoint");
    let mut original = sim();
    original.train(&mut ()).expect("numbers");
    original.save_checkpoint(&path).expect("written");
    let others = [
        (sim().with_sse_tolerance(0.4), "tolerance of the error is 0.5, not 0.4"),
        (sim().with_learning_rates(&[(2, 0.5)]), "schedule of learning rates"),
        (Ok(sim().with_test_interval(3)), "interval of tests is 2, not 3"),
        (
            sim().with_test_patterns(
                patgen::pattern_pairs(3, &[4, 4], &[4, 4], 4, 9).expect("it fits"),
            ),
            "tested on other patterns",
        ),
    ];
    for (other, reason) in others {
        let mut other = other.expect("a simulation");
        let before = seen(&mut other);
        let error = other.open_checkpoint(&path).expect_err("other settings");
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(seen(&mut other), before);
    }
    let mut longer = sim().with_max_epochs(8).expect("epochs");
    longer.open_checkpoint(&path).expect("only more epochs");
    assert_eq!(longer.finished(), None);
    assert_eq!(longer.last_epoch("SSE"), original.last_epoch("SSE"));
    assert!(longer.last_epoch("SSE").is_some());
    longer.train(&mut ()).expect("numbers");
    assert_eq!(longer.epoch_log().expect("a log").n_rows(), 8);
    // One row of the run, and that of its end.
    let runs = longer.run_log().expect("a log");
    assert_eq!(runs.slice::<i64>("Epochs").expect("whole numbers"), [8]);
    let last = longer.epoch_log().expect("a log").numbers("SSE").expect("numbers")[7];
    assert_eq!(runs.numbers("SSE").expect("numbers"), [last]);
    // Stepped on beyond its end, too.
    longer.step_epoch().expect("numbers");
    assert_eq!(longer.run_log().expect("a log").slice::<i64>("Epochs").expect("numbers"), [9]);

    // Roles of layers and cycles of a quarter are in the checkpoint.
    let (id, _) = original.net().layers().nth(1).expect("a layer");
    original.net_mut().layer_mut(id).set_kind(LayerType::Compare);
    original.net_mut().set_cycles_per_quarter(30).expect("cycles");
    original.save_checkpoint(&path).expect("written");
    longer.open_checkpoint(&path).expect("the same");
    assert_eq!(longer.net().layer(id).kind(), LayerType::Compare);
    assert_eq!(longer.net().cycles_per_quarter(), 30);
}

#[test]
fn ways_of_sampling_are_different_environments() {
    let table = etable::Table::new()
        .with_column("Input", [1.0, 2.0])
        .and_then(|table| table.with_column("Freq", [0.5, 0.5]))
        .expect("columns");
    let [a, b] = [Sampling::Proportional, Sampling::Random].map(|sampling| {
        let made = FixedTable::new("train", &table, &["Input"]);
        made.and_then(|made| made.with_frequencies("Freq", 4, sampling)).expect("frequencies")
    });
    assert_ne!(a.fingerprint(), b.fingerprint());
    // Of the name, too, on which orders depend.
    let [a, b] = ["a", "b"].map(|name| FixedTable::new(name, &table, &["Input"]).expect("columns"));
    assert_ne!(a.fingerprint(), b.fingerprint());
}

#[test]
fn frequencies_decide_how_often_rows_come() {
    let table = etable::Table::new()
        .with_column("Input", [1.0, 2.0, 3.0])
        .and_then(|table| table.with_column("Freq", [0.5, 0.25, 0.0]))
        .and_then(|table| table.with_column("Bad", [0.5, -1.0, 0.0]))
        .and_then(|table| table.with_column("None", [0.0, 0.0, 0.0]))
        .expect("columns");
    let make = || FixedTable::new("train", &table, &["Input"]).expect("columns");
    let mut random = make().with_frequencies("Freq", 40, Sampling::Random).expect("frequencies");
    let mut sizes = Vec::new();
    random.step();
    for epoch in 0..20 {
        assert_eq!(random.counters().epoch.current, epoch);
        assert!(random.order().iter().all(|row| *row < 2));
        let mut other = make().with_frequencies("Freq", 40, Sampling::Random).expect("the same");
        other.restore(&random.position().expect("a place")).expect("the same environment");
        assert_eq!(other.order(), random.order());
        sizes.push(random.n_trials());
        (0..random.n_trials()).for_each(|_| assert!(random.step()));
    }
    assert!(sizes.iter().any(|size| *size != sizes[0]), "{sizes:?}");
    for (samples, sampling) in [
        (usize::MAX, Sampling::Random),
        (usize::MAX, Sampling::Proportional),
        (1 << 25, Sampling::Proportional),
    ] {
        let error = make().with_frequencies("Freq", samples, sampling).expect_err("too many");
        assert!(error.to_string().contains("an epoch by the frequencies of `Freq`"), "{error}");
    }
    let huge = etable::Table::new()
        .with_column("Input", [1.0, 2.0])
        .and_then(|table| table.with_column("Freq", [1e300, f64::MAX]))
        .expect("columns");
    let huge = FixedTable::new("train", &huge, &["Input"]).expect("columns");
    let error = huge.with_frequencies("Freq", 10, Sampling::Proportional).expect_err("too many");
    assert!(error.to_string().contains("at most 16777216"), "{error}");
    for (column, part) in [("Bad", "-1"), ("None", "ever shown"), ("Freqs", "`Freq`")] {
        let error = make().with_frequencies(column, 10, Sampling::Proportional);
        let error = error.expect_err("unusable").to_string();
        assert!(error.contains(part), "{error}");
    }
}
