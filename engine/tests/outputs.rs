//! Simulations with no output layer or several, with environments and patterns that change, and
//! trials that end with a response.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use engine::environment::{Environment, FixedTable};
use engine::network::Moment;
use engine::pattern::Full;
use engine::sim::{Observer, Outcome, Sim, runs};
use engine::{EngineError, LayerType, Network, ProjectionType, patgen};
use etable::Table;

/// Input to Hidden, and from there to and from as many outputs, of these roles.
fn network(outputs: &[LayerType]) -> Network {
    let mut net = Network::new("net");
    let input = net.add_layer("Input", &[3, 3], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[4, 4], LayerType::Hidden).expect("a new name");
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
    for (number, kind) in outputs.iter().enumerate() {
        let shape = [3, 3 + number];
        let output = net.add_layer(&format!("Out{number}"), &shape, *kind).expect("a new name");
        net.bidirectional(hidden, output, Full::default()).expect("it fits");
    }
    net.build().expect("layers");
    net
}

fn patterns(seed: u64) -> Table {
    let [a, b] = [[3, 3], [3, 4]]
        .map(|shape| patgen::pattern_pairs(4, &[3, 3], &shape, 3, seed).expect("it fits"));
    let second = b.tensor::<f32>("Output").expect("a column").to_owned();
    let mut table = a;
    table.rename_column("Output", "Out0").expect("a column");
    table.with_tensor("Out1", second, &["Y", "X"]).expect("as many rows")
}

fn two() -> Sim {
    let net = network(&[LayerType::Target, LayerType::Compare]);
    let sim = Sim::new(net, patterns(1)).and_then(|sim| sim.with_seed(3));
    sim.and_then(|sim| sim.with_max_epochs(3)).expect("a simulation").with_n_zero_stop(0)
}

fn numbers(table: &Table, column: &str) -> Vec<f64> {
    table.numbers(column).expect("a column of numbers")
}

#[test]
fn the_error_is_that_of_all_output_layers() {
    let mut sim = two().with_trial_log();
    sim.train(&mut ()).expect("numbers");
    let (trials, epochs) = (sim.trial_log().expect("a log"), sim.epoch_log().expect("a log"));
    for log in [&trials, &epochs] {
        for row in 0..log.n_rows() {
            let value = |column: &str| numbers(log, column)[row];
            assert!(value("Out0_SSE") > 0.0 && value("Out1_SSE") > 0.0);
            assert!((value("SSE") - value("Out0_SSE") - value("Out1_SSE")).abs() < 1e-9);
            let cos_diff = (value("Out0_CosDiff") + value("Out1_CosDiff")) / 2.0;
            assert!((value("CosDiff") - cos_diff).abs() < 1e-12);
        }
    }
    for (trial, epoch) in numbers(&trials, "AvgSSE").chunks(4).zip(numbers(&epochs, "AvgSSE")) {
        assert!((trial.iter().sum::<f64>() / 4.0 - epoch).abs() < 1e-12);
    }
    let (sse, mean) = (numbers(&trials, "SSE")[0], numbers(&trials, "AvgSSE")[0]);
    assert!((sse / 21.0 - mean).abs() < 1e-12, "over the 9 and 12 units of both");
    let errors = numbers(&trials, "Out1_SSE")[..4].iter().filter(|sse| **sse > 0.0).count();
    assert_eq!(numbers(&epochs, "Out1_PctErr")[0], errors as f64 / 4.0);
    // A single output has no columns besides the total.
    let one = Sim::new(network(&[LayerType::Target]), patterns(1)).expect("a simulation");
    assert!(!one.epoch_log().expect("a log").has_column("Out0_SSE"));
}

#[test]
fn an_output_that_becomes_an_input_has_no_error() {
    let mut sim = two();
    sim.step_epoch().expect("numbers");
    let of = |sim: &Sim, name: &str| sim.net().layer_named(name).expect("a layer");
    let (out0, input) = (of(&sim, "Out0"), of(&sim, "Input"));
    sim.net_mut().layer_mut(out0).set_kind(LayerType::Input);
    sim.net_mut().layer_mut(input).set_kind(LayerType::Compare);
    let log = sim.test().expect("numbers");
    assert!(numbers(&log, "Out0_SSE").iter().all(|sse| sse.is_nan()));
    let net = sim.net();
    assert_eq!(net.layer(out0).classes(), "Input");
    // What was clamped is what the table has.
    let shown = patterns(1).tensor_cell::<f32>("Out0", 0).expect("a cell").to_owned();
    let act = log.tensor_cell::<f32>("Out0_ActM", 0).expect("a cell").to_owned();
    assert!(act.iter().zip(&shown).all(|(act, shown)| *act == shown.min(0.95)), "{act}");
    // Now the input is compared with what comes from the outputs.
    let whole = |row: usize| numbers(&log, "SSE")[row] - numbers(&log, "Out1_SSE")[row];
    assert!((0..4).map(whole).sum::<f64>() > 1.0);
}

#[test]
fn without_an_output_there_is_no_error_and_only_epochs_end_training() {
    let only_input = patterns(1).select(&["Name", "Input"]).expect("columns");
    let mut sim = Sim::new(network(&[]), &only_input)
        .and_then(|sim| sim.with_max_epochs(4))
        .expect("a simulation")
        .with_n_zero_stop(1)
        .with_trial_log();
    let before = sim.net().weights().expect("built");
    assert_eq!(sim.train(&mut ()).expect("numbers"), Outcome::MaxEpochs);
    assert_ne!(sim.net().weights().expect("built"), before);
    let epochs = sim.epoch_log().expect("a log");
    assert_eq!(epochs.column_names(), ["Run", "Epoch", "Input_ActAvg", "Hidden_ActAvg"]);
    assert_eq!(epochs.n_rows(), 4);
    let test = sim.test().expect("numbers");
    assert_eq!(test.column_names(), ["Run", "Epoch", "Trial", "TrialName", "Hidden_ActM"]);
    assert_eq!(sim.trial_log().expect("a log").n_rows(), 16);
    assert_eq!(sim.run_log().expect("a log").column_names(), ["Run", "Epochs", "Outcome"]);
    assert!(sim.status().sse.is_nan());
    let runs = runs::train(&sim, 0..2).expect("numbers");
    assert_eq!(numbers(&runs.summary, "Epochs"), [4.0, 4.0]);
    // But a network that has an output must be given its patterns.
    let error = Sim::new(network(&[LayerType::Target]), &only_input).expect_err("no targets");
    assert!(matches!(error, EngineError::NoPatterns { .. }), "{error}");
}

#[test]
fn any_environment_trains_and_tests() {
    let table = patterns(1);
    let shown = |name: &str| FixedTable::new(name, &table, &["Input", "Out0"]).expect("columns");
    let net = || network(&[LayerType::Target]);
    let mut own = Sim::from_environment(net(), shown("train"), &["Input", "Out0"])
        .and_then(|sim| sim.with_test_environment(shown("test").sequential()))
        .and_then(|sim| sim.with_seed(5))
        .expect("a simulation");
    let mut usual = Sim::new(net(), &table).and_then(|sim| sim.with_seed(5)).expect("a simulation");
    for sim in [&mut own, &mut usual] {
        for _ in 0..3 {
            let _ = sim.step_epoch().expect("numbers");
        }
    }
    assert_eq!(own.epoch_log().expect("a log"), usual.epoch_log().expect("a log"));
    assert_eq!(own.test().expect("numbers"), usual.test().expect("numbers"));
    for (layers, part) in [
        (&[][..], "cannot be none"),
        (&["Input", "Hidden"], "`Hidden`, which is Hidden"),
        (&["Inptu"], "did you mean `Input`?"),
    ] {
        let error = Sim::from_environment(net(), shown("train"), layers).expect_err("refused");
        assert!(error.to_string().contains(part), "{error}");
    }
    let error = own.with_sequential_order().expect_err("the environment's own");
    assert!(error.to_string().contains("environment `train` cannot be sequential"), "{error}");
}

/// Shows its patterns once, and nothing more.
#[derive(Debug, Clone)]
struct Once(FixedTable);

impl Environment for Once {
    fn name(&self) -> &str {
        "once"
    }
    fn init(&mut self, run: usize) {
        self.0.init(run);
    }
    fn step(&mut self) -> bool {
        self.0.counters().trial.current < 3 && self.0.step()
    }
    fn n_trials(&self) -> usize {
        9
    }
    fn counters(&self) -> engine::environment::Counters {
        self.0.counters()
    }
    fn trial_name(&self) -> &str {
        self.0.trial_name()
    }
    fn state(&self, element: &str) -> engine::Result<ndarray::ArrayViewD<'_, f32>> {
        self.0.state(element)
    }
}

/// Shows what a table does, but fails in some of its trials.
#[derive(Debug, Clone)]
struct Failing {
    table: engine::environment::FixedTable,
    fails: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Environment for Failing {
    fn name(&self) -> &str {
        "failing"
    }
    fn init(&mut self, run: usize) {
        self.table.init(run);
    }
    fn step(&mut self) -> bool {
        self.table.step()
    }
    fn n_trials(&self) -> usize {
        self.table.n_trials()
    }
    fn counters(&self) -> engine::environment::Counters {
        self.table.counters()
    }
    fn trial_name(&self) -> &str {
        self.table.trial_name()
    }
    fn state(&self, element: &str) -> engine::Result<ndarray::ArrayViewD<'_, f32>> {
        match self.fails.load(std::sync::atomic::Ordering::Relaxed) {
            true => Err(EngineError::UnknownElement {
                environment: "failing".to_owned(),
                element: element.to_owned(),
                nearest: None,
            }),
            false => self.table.state(element),
        }
    }
}

#[test]
fn what_an_environment_reports_leaves_the_run_sound() {
    use std::sync::atomic::Ordering;
    let fails = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let make = || {
        let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1).expect("it fits");
        let mut net = Network::new("net");
        let input = net.add_layer("Input", &[4, 4], LayerType::Input).expect("a new name");
        let output = net.add_layer("Output", &[4, 4], LayerType::Target).expect("a new name");
        net.connect(input, output, Full::default(), ProjectionType::Forward).expect("it fits");
        net.build().expect("layers");
        let table = engine::environment::FixedTable::new("f", &patterns, &["Input", "Output"]);
        let own = Failing { table: table.expect("columns"), fails: fails.clone() };
        Sim::from_environment(net, own, &["Input", "Output"]).expect("a simulation")
    };
    // In a trial of training: the network has seen nothing of it.
    let mut sim = make();
    sim.step_trial().expect("a trial");
    let before = sim.net().weights().expect("built");
    fails.store(true, Ordering::Relaxed);
    let error = sim.step_trial().expect_err("it fails");
    assert!(matches!(error, EngineError::UnknownElement { .. }), "{error}");
    assert_eq!(sim.net().weights().expect("built"), before);
    fails.store(false, Ordering::Relaxed);
    assert_eq!(sim.step_trial().expect("the run is sound").trial, 2);
    assert_eq!(sim.test().expect("tests are, too").n_rows(), 4);

    // In a test while training: the epoch is closed, and its row there.
    let (mut sim, mut alone) = (make().with_test_interval(1), make());
    (0..3).for_each(|_| assert!(sim.step_trial().is_ok()));
    let mut test = sim.clone();
    // The test's copy of the environment fails, that of training has been asked already.
    struct FailAfter(std::sync::Arc<std::sync::atomic::AtomicBool>);
    impl engine::sim::Observer for FailAfter {
        fn watches_cycles(&self) -> bool {
            true
        }
        fn on_quarter(&mut self, _net: &Network) -> std::ops::ControlFlow<()> {
            self.0.store(true, Ordering::Relaxed);
            std::ops::ControlFlow::Continue(())
        }
    }
    let error = test.train(&mut FailAfter(fails.clone())).expect_err("the test fails");
    assert!(matches!(error, EngineError::UnknownElement { .. }), "{error}");
    fails.store(false, Ordering::Relaxed);
    assert_eq!((test.epoch(), test.status().trial), (1, 0));
    test.step_epoch().expect("training goes on");
    alone.step_epoch().and_then(|_| alone.step_epoch()).expect("numbers");
    assert_eq!(test.epoch_log().expect("a log"), alone.epoch_log().expect("a log"));
    assert_eq!(test.test_log().expect("a log").n_rows(), 4);
}

#[test]
fn an_environment_that_ends_is_told() {
    let once = Once(FixedTable::new("table", patterns(1), &["Input", "Out0"]).expect("columns"));
    let net = network(&[LayerType::Target]);
    let mut sim = Sim::from_environment(net, once, &["Input", "Out0"]).expect("a simulation");
    let error = sim.test().expect_err("only four trials");
    assert!(error.to_string().contains("`once` has no further trials"), "{error}");
}

#[test]
fn training_goes_on_with_other_patterns() {
    let net = network(&[LayerType::Target, LayerType::Target]);
    let [ab, ac] = [patterns(1), patterns(2)];
    let mut sim = Sim::new(net, &ab)
        .and_then(|sim| sim.with_max_epochs(5))
        .and_then(|sim| sim.with_learning_rates(&[(7, 0.5)]))
        .expect("a simulation")
        .with_n_zero_stop(0);
    assert_eq!(sim.train(&mut ()).expect("numbers"), Outcome::MaxEpochs);
    let trained = sim.net().weights().expect("built");
    let of_first = sim.test().expect("numbers");
    sim.set_patterns(&ac).expect("they fit");
    assert_eq!(sim.net().weights().expect("built"), trained);
    assert_eq!((sim.finished(), sim.epoch(), sim.status().max_epochs), (None, 5, 10));
    // Tests follow, unless they have patterns of their own.
    assert_ne!(sim.test().expect("numbers"), of_first);
    sim.set_test_patterns(&ab).expect("they fit");
    assert_eq!(sim.test().expect("numbers"), of_first);
    sim.step_trial().expect("numbers"); // an epoch that the next call gives up
    sim.set_patterns(&ac).expect("they fit");
    assert_eq!(sim.status().trial, 0);
    assert_eq!(sim.train(&mut ()).expect("numbers"), Outcome::MaxEpochs);
    assert_ne!(sim.test().expect("numbers"), of_first);
    let epochs = sim.epoch_log().expect("a log");
    assert_eq!(numbers(&epochs, "Epoch"), (0..10).map(f64::from).collect::<Vec<_>>());
    assert_eq!(numbers(&sim.run_log().expect("a log"), "Epochs"), [5.0, 10.0]);
    let rate = sim.net().projections().next().expect("one").1.params.learn.lrate;
    assert_eq!(rate, 0.02);
    let wrong = patterns(1).select(&["Input", "Out0"]).expect("columns");
    assert!(sim.set_patterns(&wrong).is_err());
    // A checkpoint is of the patterns that are trained on.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ac.checkpoint");
    sim.save_checkpoint(&path).expect("written");
    let mut other = Sim::new(network(&[LayerType::Target, LayerType::Target]), &ab)
        .and_then(|sim| sim.with_max_epochs(5))
        .and_then(|sim| sim.with_learning_rates(&[(7, 0.5)]))
        .expect("a simulation");
    assert!(other.open_checkpoint(&path).is_err());
    other.set_patterns(&ac).expect("they fit");
    other.open_checkpoint(&path).expect("the same patterns");
    assert_eq!(other.finished(), Some(Outcome::MaxEpochs));
}

#[test]
fn options_of_order_keep_the_weights() {
    let mut sim = two();
    sim.step_epoch().expect("numbers");
    let trained = sim.net().weights().expect("built");
    let sim = sim.with_sequential_order().expect("a table");
    assert_eq!(sim.net().weights().expect("built"), trained);
    let own = FixedTable::new("own", patterns(2), &["Input", "Out0", "Out1"]).expect("columns");
    let sim = sim.with_environment(own).expect("an environment");
    assert_eq!(sim.net().weights().expect("built"), trained);
}

#[test]
fn quarters_can_be_longer_and_the_default_is_25() {
    let cycles = |quarter: Option<usize>| {
        let mut sim = two();
        if let Some(cycles) = quarter {
            sim.net_mut().set_cycles_per_quarter(cycles).expect("cycles");
        }
        let log = sim.test_cycles(1, &[("Hidden", "Act")]).expect("a pattern");
        let quarters = numbers(&log, "Quarter");
        assert!(quarters.windows(2).all(|pair| pair[0] <= pair[1]));
        sim.step_epoch().expect("numbers");
        (log.n_rows(), sim.net().weights().expect("built"))
    };
    let (usual, longer) = (cycles(None), cycles(Some(40)));
    assert_eq!((usual.0, longer.0), (100, 160));
    assert_eq!(usual, cycles(Some(25)));
    assert_ne!(usual.1, longer.1);
}

#[test]
fn a_response_ends_the_minus_phase_and_is_timed() {
    let fresh = || two().with_trial_log();
    let responding = |threshold| fresh().with_response("Out0", threshold).expect("a threshold");
    let mut sim = responding(0.3);
    sim.step_epoch().expect("numbers");
    let tested = sim.test().expect("numbers");
    for log in [&sim.trial_log().expect("a log"), &tested] {
        let times = numbers(log, "Cycles");
        assert!(times.iter().all(|cycles| (2.0..=75.0).contains(cycles)), "{times:?}");
        assert!(times.iter().any(|cycles| *cycles < 40.0), "{times:?}");
        for (row, time) in times.iter().enumerate() {
            let act = log.tensor_cell::<f32>("Out0_ActM", row).expect("a cell").to_owned();
            let most = act.iter().fold(0.0_f32, |most, act| most.max(*act));
            assert_eq!(most > 0.3, *time < 75.0 || most > 0.3, "{most} {time}");
        }
    }
    // Cycle by cycle: the last row is the response.
    let cycles = sim.test_cycles(0, &[("Out0", "Act")]).expect("a pattern");
    assert_eq!(cycles.n_rows() as f64, numbers(&tested, "Cycles")[0]);
    let most = |row: usize| {
        let act = cycles.tensor_cell::<f32>("Out0_Act", row).expect("a cell").to_owned();
        act.iter().fold(0.0_f32, |most, act| most.max(*act))
    };
    let last = cycles.n_rows() - 1;
    assert!(most(last) > 0.3 && (0..last).all(|row| most(row) <= 0.3));
    // Errors are against the target, as if there had been a plus phase.
    let target = patterns(1).tensor_cell::<f32>("Out0", 0).expect("a cell").to_owned();
    let answer = tested.tensor_cell::<f32>("Out0_ActM", 0).expect("a cell").to_owned();
    let difference = |(target, act): (&f32, &f32)| target.min(0.95) - act;
    let differences = target.iter().zip(&answer).map(difference);
    let sse: f64 = differences.filter(|d| d.abs() >= 0.5).map(|d| f64::from(d * d)).sum();
    assert!((numbers(&tested, "Out0_SSE")[0] - sse).abs() < 1e-5);
    // A threshold that nothing reaches changes nothing.
    let (mut never, mut plain) = (responding(1.0), fresh());
    never.step_epoch().expect("numbers");
    plain.step_epoch().expect("numbers");
    assert_eq!(never.net().weights().expect("built"), plain.net().weights().expect("built"));
    let mut log = never.test().expect("numbers");
    assert_eq!(numbers(&log, "Cycles"), [75.0; 4]);
    log.drop_column("Cycles").expect("a column");
    assert_eq!(log, plain.test().expect("numbers"));
    assert!(two().with_response("Out0", f32::NAN).is_err());
    assert!(two().with_response("Out9", 0.5).is_err());
}

/// Breaks after so many cycles of each trial.
struct After(usize);

impl Observer for After {
    fn watches_cycles(&self) -> bool {
        true
    }
    fn on_cycle(&mut self, net: &Network) -> ControlFlow<()> {
        if net.time().cycle == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn a_hook_ends_the_phase_it_is_called_in() {
    let mut sim = two().with_max_epochs(1).expect("epochs");
    sim.train(&mut After(10)).expect("numbers");
    let time = sim.net().time();
    assert_eq!((time.minus_cycles, time.cycle, time.quarter), (10, 35, 4));
    let mut sim = two().with_max_epochs(1).expect("epochs");
    sim.train(&mut After(90)).expect("numbers");
    let time = sim.net().time();
    assert_eq!((time.minus_cycles, time.cycle, time.quarter), (75, 90, 4));

    let net = sim.net_mut();
    let mut calls = Vec::new();
    net.test_trial_with(&mut |net, moment| {
        calls.push(moment);
        match net.time().cycle {
            30 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })
    .expect("numbers");
    assert_eq!((net.time().minus_cycles, net.time().cycle, net.time().quarter), (30, 30, 4));
    assert_eq!((calls.len(), calls[25]), (31, Moment::Quarter));
    let (id, hidden) = net.layers().nth(1).expect("a layer");
    assert_eq!(hidden.kind(), LayerType::Hidden);
    let values = |name| net.unit_values(id, name).expect("a variable");
    assert_eq!(values("ActM"), values("Act"));
    assert_eq!(values("ActP"), values("Act"));
    assert_ne!(values("ActQ1"), values("ActM"));
}

#[test]
fn decay_and_a_fresh_start_of_activity() {
    let mut sim = two();
    sim.step_trial().expect("numbers");
    let net = sim.net_mut();
    let (id, _) = net.layers().nth(1).expect("a layer");
    let values = |net: &Network, name| net.unit_values(id, name).expect("a variable").to_vec();
    let weights = net.weights().expect("built");
    let (act, vm) = (values(net, "Act"), values(net, "Vm"));
    net.decay_state(0.0).expect("a share");
    assert_eq!(values(net, "Act"), act);
    net.decay_state(0.5).expect("a share");
    let rest = net.layer(id).params.act.init.vm;
    assert!(values(net, "Act").iter().zip(&act).all(|(now, before)| *now == before - 0.5 * before));
    assert!(
        values(net, "Vm")
            .iter()
            .zip(&vm)
            .all(|(now, before)| *now == before - 0.5 * (before - rest))
    );
    net.init_acts().expect("built");
    assert!(values(net, "Act").iter().chain(&values(net, "ActM")).all(|act| *act == 0.0));
    assert_eq!(net.weights().expect("built"), weights);
}

#[test]
fn logs_change_no_bits() {
    let mut plain = two();
    let mut logged = two()
        .with_trial_log()
        .with_test_interval(1)
        .with_recorded(&[("Hidden", "Vm"), ("Out0", "ActP"), ("Input", "Act")])
        .and_then(|sim| sim.with_recorded_by_epoch(&[("Hidden", "AvgL"), ("Out1", "ActM")]))
        .and_then(|sim| sim.with_recorded_by_run(&[("Hidden", "AvgL"), ("Out0", "Act")]))
        .and_then(|sim| sim.with_cycle_log(&[("Hidden", "Vm"), ("Out0", "Act")]))
        .expect("variables");
    for sim in [&mut plain, &mut logged] {
        sim.train(&mut ()).expect("numbers");
    }
    assert_eq!(plain.net().weights().expect("built"), logged.net().weights().expect("built"));
    for (id, _) in plain.net().layers() {
        for variable in engine::neuron::UNIT_VARIABLES {
            let of = |sim: &Sim| sim.net().unit_values(id, variable.name).expect("known").to_vec();
            let bits = |sim| of(sim).iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&plain), bits(&logged), "{}", variable.name);
        }
    }
    let (log, usual) = (logged.epoch_log().expect("a log"), plain.epoch_log().expect("a log"));
    let avg_l = log.tensor_cell::<f32>("Hidden_AvgL", 2).expect("a cell").to_owned();
    let (id, _) = logged.net().layers().nth(1).expect("a layer");
    let now = logged.net().unit_values(id, "AvgL").expect("known");
    assert_eq!(avg_l.iter().copied().collect::<Vec<f32>>(), now);
    for name in usual.column_names() {
        assert_eq!(numbers(&log, name), numbers(&usual, name), "{name}");
    }
    // At the end of the run, and of each of its cycles.
    let runs = logged.run_log().expect("a log");
    let run = runs.tensor_cell::<f32>("Hidden_AvgL", 0).expect("a cell");
    assert_eq!(run.iter().copied().collect::<Vec<f32>>(), now);
    let cycles = logged.cycle_log().expect("a log");
    let trials = logged.trial_log().expect("a log");
    assert_eq!(cycles.n_rows(), 100 * trials.n_rows());
    for row in [0, 99, 100, cycles.n_rows() - 1] {
        for column in ["Run", "Epoch", "Trial"] {
            assert_eq!(numbers(&cycles, column)[row], numbers(&trials, column)[row / 100]);
        }
        assert_eq!(numbers(&cycles, "Cycle")[row], (row % 100) as f64);
        assert_eq!(numbers(&cycles, "Quarter")[row], (row % 100 / 25) as f64);
    }
    let last = cycles.tensor_cell::<f32>("Out0_Act", cycles.n_rows() - 1).expect("a cell");
    let plus = trials.tensor_cell::<f32>("Out0_ActP", trials.n_rows() - 1).expect("a cell");
    assert_eq!(last, plus);
    assert_eq!(plain.cycle_log().expect("a log").n_rows(), 0);
    assert_eq!(logged.last_epoch("SSE"), numbers(&log, "SSE").last().copied());
    assert_eq!((logged.last_epoch("SSEs"), two().last_epoch("SSE")), (None, None));
    let error = two().with_recorded_by_epoch(&[("Hidden", "ActAvg")]).expect_err("it is there");
    assert!(error.to_string().contains("Hidden_ActAvg"), "{error}");
    assert!(two().with_cycle_log(&[("Hidden", "Acct")]).is_err());
    assert!(two().with_recorded_by_run(&[("Hiden", "Act")]).is_err());
}

#[test]
fn variables_at_the_end_of_runs_are_in_the_tables_of_runs_and_searches() {
    let sim = two().with_recorded_by_run(&[("Hidden", "AvgL")]).expect("a variable");
    let runs = runs::train(&sim, 0..2).expect("numbers").summary;
    let rates = ["0.04", "0.2"];
    let search = engine::sim::search::Search::new().over("Prjn", "Prjn.Learn.Lrate", &rates);
    let found = search.and_then(|search| search.with_runs(0..2).train(&sim)).expect("numbers");
    let (of_runs, of_search) =
        (runs.tensor::<f32>("Hidden_AvgL"), found.tensor::<f32>("Hidden_AvgL"));
    let (of_runs, of_search) = (of_runs.expect("tensors"), of_search.expect("tensors"));
    assert_eq!(of_search.shape()[0], 4);
    assert_eq!(of_search.shape()[1..], of_runs.shape()[1..]);
    // The rate that the simulation has, and another.
    assert_eq!(of_search.slice_axis(ndarray::Axis(0), (0..2).into()), of_runs);
    assert_ne!(of_search.slice_axis(ndarray::Axis(0), (2..4).into()), of_runs);
}

/// Blanks the input of every second trial, and refuses after so many.
struct Blanks(usize);

impl Observer for Blanks {
    fn before_trial(&mut self, net: &mut Network) -> engine::Result<()> {
        self.0 += 1;
        let input = net.layer_named("Input")?;
        let units = net.layer(input).n_units();
        match self.0 {
            6 => Err(EngineError::Interrupted),
            trial if trial % 2 == 0 => net.apply_input(input, &vec![0.0; units]),
            _ => Ok(()),
        }
    }
}

#[test]
fn an_observer_may_change_what_a_trial_is_shown() {
    let mut sim = two().with_trial_log().with_recorded(&[("Input", "ActM")]).expect("a variable");
    let error = sim.train(&mut Blanks(0)).expect_err("it refuses");
    assert!(matches!(error, EngineError::Interrupted), "{error}");
    let log = sim.trial_log().expect("a log");
    let shown = log.tensor::<f32>("Input_ActM").expect("tensors");
    let sums: Vec<bool> = shown.outer_iter().map(|cell| cell.sum() > 0.0).collect();
    assert_eq!(sums, [true, false, true, false, true]);
    sim.step_trial().expect("the run is sound");
}
