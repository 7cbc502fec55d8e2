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

use std::fmt;

pub use counter::Counter;
pub use fixed_table::{FixedTable, Sampling};
use ndarray::ArrayViewD;
use serde::{Deserialize, Serialize};

use crate::error::{EngineError, Result};

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
///
/// Another one than the table's rows is a type of one's own that implements this, for
/// [`Sim::with_environment`](crate::sim::Sim::with_environment).
pub trait Environment: CloneEnvironment + fmt::Debug + Send + Sync {
    /// The name, such as `train`.
    fn name(&self) -> &str;

    /// Begins run `run`: the next [`step`](Self::step) gives the first trial of epoch 0.
    fn init(&mut self, run: usize);

    /// Sets the seed of everything random; takes effect with the next [`init`](Self::init).
    fn set_seed(&mut self, _seed: u64) {}

    /// Goes to the next trial; false if there is none, and the trial stays.
    fn step(&mut self) -> bool;

    /// The trials of the current epoch.
    fn n_trials(&self) -> usize;

    /// Run, epoch and trial.
    fn counters(&self) -> Counters;

    /// The name of the current trial; empty if trials have none or before the first step.
    fn trial_name(&self) -> &str;

    /// The current trial's pattern of an element, `[dims...]`.
    ///
    /// # Errors
    /// [`EngineError::UnknownElement`] with the nearest
    /// name, or [`EngineError::BeforeFirstStep`].
    fn state(&self, element: &str) -> Result<ArrayViewD<'_, f32>>;

    /// Where the environment stands, for a checkpoint: its counters, and what else it needs to go on
    /// from there, as bytes. Goes with [`restore`](Self::restore).
    ///
    /// # Errors
    /// [`EngineError::NoPosition`] if it is not implemented, so that no checkpoint is written that
    /// could not be opened.
    fn position(&self) -> Result<Position> {
        Err(EngineError::NoPosition { environment: self.name().to_owned() })
    }

    /// Goes where an environment like this one stood.
    ///
    /// # Errors
    /// [`EngineError::Mismatch`] if it cannot be there, [`EngineError::NoPosition`] if it is not
    /// implemented; nothing has changed.
    fn restore(&mut self, _position: &Position) -> Result<()> {
        Err(EngineError::NoPosition { environment: self.name().to_owned() })
    }

    /// A number that differs between environments that show different things, so that a checkpoint
    /// of another one is refused.
    fn fingerprint(&self) -> u64 {
        0
    }
}

/// Copies of an environment behind a pointer; every environment that is `Clone` has it.
pub trait CloneEnvironment {
    /// A copy.
    fn clone_environment(&self) -> Box<dyn Environment>;
}

impl<E: Environment + Clone + 'static> CloneEnvironment for E {
    fn clone_environment(&self) -> Box<dyn Environment> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Environment> {
    fn clone(&self) -> Self {
        (**self).clone_environment()
    }
}

/// Where an [`Environment`] stands, for saving and resuming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Run, epoch and trial.
    pub counters: Counters,
    /// The state that an environment of one's own has besides, in its own form; empty for none.
    #[serde(default)]
    pub state: Vec<u8>,
}

impl From<Counters> for Position {
    fn from(counters: Counters) -> Self {
        Self { counters, state: Vec::new() }
    }
}
