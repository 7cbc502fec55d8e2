//! Several runs at once, on all processor cores.
//!
//! Each run is a copy of the simulation with the weights and orders of its number, so that it has
//! the same bits as if it had run alone. If somebody interrupts ([`etable::interrupt`]), the runs
//! end where they are, and what there is of them is kept.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::sim::{Sim, runs};
//! use engine::{LayerType, Network, ProjectionType, patgen};
//!
//! let mut net = Network::new("pairs");
//! let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
//! let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1)?;
//! let sim = Sim::new(net, &patterns)?.with_max_epochs(5)?;
//!
//! let runs = runs::train(&sim, 0..4)?;
//! assert_eq!(runs.summary.n_rows(), 4);
//! assert_eq!(runs.summary.column_names()[..3], ["Run", "Epochs", "FirstZero"]);
//! assert_eq!(runs.epochs.n_rows(), 20);
//! # Ok::<(), engine::EngineError>(())
//! ```

use std::ops::{ControlFlow, Range};

use etable::progress::Task;
use etable::{Table, interrupt};
use rayon::prelude::*;

use super::{Observer, Outcome, Sim, Status};
use crate::error::{EngineError, Result};

/// The logs of several runs, by ascending number.
#[derive(Debug, Clone)]
pub struct Runs {
    /// A row per run, as [`Sim::run_log`]. A run that was interrupted, or not begun before that, has
    /// the Outcome `Interrupted`.
    pub summary: Table,
    /// A row per epoch of each run, as [`Sim::epoch_log`].
    pub epochs: Table,
    /// Whether the summary has such runs.
    pub interrupted: bool,
}

/// Trains these runs, as many at a time as there are threads in rayon's pool.
///
/// # Errors
/// There is no run in the range, or one of them fails: then the error of the first of these.
pub fn train(sim: &Sim, runs: Range<usize>) -> Result<Runs> {
    train_with(sim, runs, |_| Ok(())).map(|(runs, _)| runs)
}

/// As [`train`], and asks each trained simulation for something: a test, for instance. The answers
/// are in the order of the runs; runs that were interrupted,
/// in training or in this, have none.
///
/// # Errors
/// As [`train`], and the first error of `each`.
pub fn train_with<T: Send>(
    sim: &Sim,
    runs: Range<usize>,
    each: impl Fn(&mut Sim) -> Result<T> + Sync,
) -> Result<(Runs, Vec<T>)> {
    let task = Task::new("Training", runs.len().saturating_mul(sim.max_epochs) as u64);
    train_as_part(sim, runs, &task, each)
}

/// As [`train_with`], as a part of a longer task whose steps are epochs.
pub(super) fn train_as_part<T: Send>(
    sim: &Sim,
    runs: Range<usize>,
    task: &Task,
    each: impl Fn(&mut Sim) -> Result<T> + Sync,
) -> Result<(Runs, Vec<T>)> {
    if runs.is_empty() {
        return Err(EngineError::Setting {
            setting: "the runs".to_owned(),
            value: format!("{runs:?}"),
            range: "at least one".to_owned(),
        });
    }
    let one = |run: usize| -> Result<(Table, Table, Option<T>)> {
        let mut sim = sim.fresh(run)?;
        let mut answer = None;
        if interrupt::requested() || sim.train(&mut Epochs(task))? == Outcome::Interrupted {
            sim.log_run(Outcome::Interrupted)?;
        } else {
            // A run that has learned needs no more epochs.
            task.advance(sim.max_epochs.saturating_sub(sim.epoch) as u64);
            answer = match each(&mut sim) {
                Err(EngineError::Interrupted) => None,
                answered => Some(answered?),
            };
        }
        Ok((sim.run_log()?, sim.epoch_log()?, answer))
    };
    let done: Vec<Result<(Table, Table, Option<T>)>> = runs.into_par_iter().map(one).collect();
    let mut all = Runs { summary: Table::new(), epochs: Table::new(), interrupted: false };
    let mut answers = Vec::new();
    for (index, result) in done.into_iter().enumerate() {
        let (summary, epochs, answer) = result?;
        if index == 0 {
            (all.summary, all.epochs) = (summary, epochs);
        } else {
            all.summary.append(&summary)?;
            all.epochs.append(&epochs)?;
        }
        all.interrupted |= answer.is_none();
        answers.extend(answer);
    }
    Ok((all, answers))
}

/// Reports epochs as steps of a task.
struct Epochs<'a>(&'a Task);

impl Observer for Epochs<'_> {
    fn on_epoch(&mut self, _status: &Status) -> ControlFlow<()> {
        self.0.step();
        ControlFlow::Continue(())
    }
}

impl Sim {
    /// A copy at the start of a run, with empty logs and on one thread.
    fn fresh(&self, run: usize) -> Result<Self> {
        let mut sim = self.clone();
        for log in
            [&mut sim.epochs, &mut sim.runs, &mut sim.trials, &mut sim.tests, &mut sim.cycles]
        {
            log.clear();
        }
        sim.net.set_threads(1)?;
        sim.init(run)?;
        Ok(sim)
    }
}
