//! What a request to stop leaves. The flag is one for the whole program, so that this is one test.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use engine::pattern::Full;
use engine::sim::search::Search;
use engine::sim::{Observer, Outcome, Sim, Status, runs};
use engine::{EngineError, LayerType, Network, ProjectionType, patgen};
use etable::interrupt;

fn sim() -> Sim {
    let mut net = Network::new("pairs");
    let input = net.add_layer("Input", &[4, 4], LayerType::Input).expect("a new name");
    let output = net.add_layer("Output", &[4, 4], LayerType::Target).expect("a new name");
    net.connect(input, output, Full::default(), ProjectionType::Forward).expect("it fits");
    net.build().expect("layers");
    let patterns = patgen::pattern_pairs(6, &[4, 4], &[4, 4], 4, 1).expect("it fits");
    let sim = Sim::new(net, &patterns).and_then(|sim| sim.with_max_epochs(4));
    sim.expect("a simulation").with_n_zero_stop(0)
}

/// Raises the flag with the end of so many epochs.
struct StopAfter(usize);

impl Observer for StopAfter {
    fn on_epoch(&mut self, status: &Status) -> ControlFlow<()> {
        if status.epoch == self.0 {
            interrupt::request();
        }
        ControlFlow::Continue(())
    }
}

#[test]
fn what_is_done_is_kept() {
    // Training ends and goes on to the same bits, also if it tests in between.
    let mut whole = sim().with_test_interval(2);
    whole.train(&mut ()).expect("numbers");
    let mut broken = sim().with_test_interval(2);
    let outcome = broken.train(&mut StopAfter(1)).expect("numbers");
    assert_eq!((outcome, broken.epoch()), (Outcome::Interrupted, 1));
    // A test and an epoch end with an error, and leave training as it was.
    assert!(matches!(broken.test(), Err(EngineError::Interrupted)));
    let batch = broken.net_mut().test_batch(3, |_, _| Ok(()), |_, _| Ok(()));
    assert!(matches!(batch, Err(EngineError::Interrupted)));
    assert!(matches!(broken.step_epoch(), Err(EngineError::Interrupted)));
    // The flag is up while the test of epoch 2 is due.
    while broken.epoch() < 2 {
        let _ = broken.step_trial().expect("numbers");
    }
    interrupt::clear();
    broken.train(&mut ()).expect("numbers");
    assert_eq!(broken.epoch_log().expect("a log"), whole.epoch_log().expect("a log"));
    assert_eq!(broken.test_log().expect("a log"), whole.test_log().expect("a log"));
    assert_eq!(broken.net().weights().expect("built"), whole.net().weights().expect("built"));

    // Of several runs those that were complete are kept. One thread, so that the first is.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let (some, answers) = pool
        .install(|| {
            runs::train_with(&sim(), 0..3, |sim| {
                interrupt::request();
                Ok(sim.run())
            })
        })
        .expect("what there is");
    interrupt::clear();
    assert!(some.interrupted);
    assert_eq!(answers, [0]);
    assert_eq!(
        some.summary.texts("Outcome").expect("texts"),
        ["MaxEpochs", "Interrupted", "Interrupted"]
    );
    assert_eq!(some.summary.numbers("Epochs").expect("numbers"), [4.0, 0.0, 0.0]);
    assert!(some.summary.numbers("SSE").expect("numbers")[1].is_nan());
    let mut alone = sim();
    alone.train(&mut ()).expect("numbers");
    assert_eq!(some.epochs, alone.epoch_log().expect("a log"));
    let all = runs::train(&sim(), 0..3).expect("numbers");
    assert!(!all.interrupted && all.epochs.n_rows() == 12);

    // A search says which of its runs were not complete.
    interrupt::request();
    let search = Search::new().over("Prjn", "Prjn.Learn.Lrate", &["0.02", "0.04"]);
    let table = search.and_then(|search| search.train(&sim())).expect("what there is");
    interrupt::clear();
    assert_eq!(table.texts("Outcome").expect("texts"), ["Interrupted"; 2]);
}
