//! Environments: what a network is shown, trial by trial.
//!
//! An [`Environment`] steps from trial to trial and gives, for each of its elements (`Input`,
//! `Output`), the pattern of the current trial. [`FixedTable`] takes them from the rows of a table,
//! in order or permuted anew in each epoch.
//!
//! ```
//! use engine::environment::{Environment, FixedTable};
//! use engine::patgen;
//!
//! let pairs = patgen::pattern_pairs(3, &[5, 5], &[5, 5], 6, 1)?;
//! let mut train = FixedTable::new("train", &pairs, &["Input", "Output"])?.sequential();
//! train.init(0);
//! train.step();
//! assert_eq!((train.counters().epoch.current, train.counters().trial.current), (0, 0));
//! assert_eq!(train.trial_name(), "pattern_0");
//! assert_eq!(train.state("Input")?.shape(), [5, 5]);
//! assert_eq!(train.state("Input")?.sum(), 6.0);
//! (0..3).for_each(|_| { train.step(); });
//! assert_eq!((train.counters().epoch.current, train.counters().trial.current), (1, 0));
//! # Ok::<(), engine::error::EngineError>(())
//! ```

mod counter;
mod fixed_table;

pub use counter::Counter;
pub use fixed_table::{FixedTable, Position};

use ndarray::ArrayViewD;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The counters of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Which repetition, with other random numbers, this is.
    pub run: Counter,
    /// How often all trials have been shown.
    pub epoch: Counter,
    /// Which trial of the epoch is shown; −1 before the first step.
    pub trial: Counter,
}

/// What a network is shown, trial by trial.
pub trait Environment {
    /// The name, such as `train`.
    fn name(&self) -> &str;

    /// Begins run `run`: the next [`step`](Self::step) gives the first trial of epoch 0.
    fn init(&mut self, run: usize);

    /// Goes to the next trial; false if there is none, and the trial stays.
    fn step(&mut self) -> bool;

    /// Run, epoch and trial.
    fn counters(&self) -> Counters;

    /// The name of the current trial; empty if trials have none or before the first step.
    fn trial_name(&self) -> &str;

    /// The current trial's pattern of an element, `[dims...]`.
    ///
    /// # Errors
    /// [`EngineError::UnknownElement`](crate::error::EngineError::UnknownElement) with the nearest
    /// name, or [`EngineError::BeforeFirstStep`](crate::error::EngineError::BeforeFirstStep).
    fn state(&self, element: &str) -> Result<ArrayViewD<'_, f32>>;
}
