//! What a simulation can be told before it runs.

use etable::{TableBuilder, View};

use super::schedule::Schedule;
use super::{Sim, environment, log};
use crate::environment::Environment;
use crate::error::{EngineError, Result};

impl Sim {
    /// Sets the seed that all random numbers of all runs come from, and starts run 0 anew.
    ///
    /// # Errors
    /// None that a simulation which could be made does not already exclude.
    pub fn with_seed(mut self, seed: u64) -> Result<Self> {
        self.seed = seed;
        self.patterns = self.patterns.with_seed(seed);
        self.train.set_seed(seed);
        self.init(0)?;
        Ok(self)
    }

    /// Sets the greatest number of epochs, at least 1.
    ///
    /// # Errors
    /// It is 0.
    pub fn with_max_epochs(mut self, epochs: usize) -> Result<Self> {
        if epochs == 0 {
            return Err(EngineError::Setting {
                setting: "the greatest number of epochs".to_owned(),
                value: "0".to_owned(),
                range: "at least 1".to_owned(),
            });
        }
        self.max_epochs = epochs;
        Ok(self)
    }

    /// Sets after how many epochs without error in a row training stops; 0 for never.
    pub fn with_n_zero_stop(mut self, epochs: usize) -> Self {
        self.n_zero_stop = epochs;
        self
    }

    /// Sets the difference from the target that still counts as none, 0.5 at first.
    ///
    /// # Errors
    /// It is negative or NaN.
    pub fn with_sse_tolerance(mut self, tolerance: f32) -> Result<Self> {
        if tolerance.is_nan() || tolerance < 0.0 {
            return Err(EngineError::Setting {
                setting: "the tolerance of the error".to_owned(),
                value: tolerance.to_string(),
                range: "0 or more".to_owned(),
            });
        }
        self.sse_tolerance = tolerance;
        Ok(self)
    }

    /// Shows the patterns in the table's order instead of a new random order each epoch.
    ///
    /// # Errors
    /// As [`init`](Self::init).
    pub fn with_sequential_order(mut self) -> Result<Self> {
        self.patterns = self.patterns.sequential();
        self.train = Box::new(self.patterns.clone());
        self.init(self.run)?;
        Ok(self)
    }

    /// Trains on an environment of one's own, which gives the layers that the table's columns name
    /// their patterns, instead of on the table's rows; starts the run anew.
    ///
    /// # Errors
    /// As [`init`](Self::init).
    pub fn with_environment(mut self, environment: impl Environment + 'static) -> Result<Self> {
        self.train = Box::new(environment);
        self.train.set_seed(self.seed);
        self.init(self.run)?;
        Ok(self)
    }

    /// Changes the learning rates with time: pairs of an epoch and the factor of the initial rates
    /// that holds from it on. The factor is 1 before the first.
    ///
    /// # Errors
    /// Epochs do not ascend, or a factor is negative or not finite.
    pub fn with_learning_rates(mut self, schedule: &[(usize, f32)]) -> Result<Self> {
        self.schedule = Schedule::new(schedule)?;
        Ok(self)
    }

    /// Tests while training: after every so many epochs, all patterns are shown as by
    /// [`test`](Self::test), and the rows go to [`test_log`](Self::test_log). 0 for never.
    pub fn with_test_interval(mut self, epochs: usize) -> Self {
        self.test_interval = epochs;
        self
    }

    /// Logs every training trial, with the variables of [`with_recorded`](Self::with_recorded), to
    /// [`trial_log`](Self::trial_log). The log is kept in memory.
    pub fn with_trial_log(mut self) -> Self {
        self.logs_trials = true;
        self
    }

    /// Sets the patterns that [`test`](Self::test) shows, instead of those of training.
    ///
    /// # Errors
    /// As [`new`](Self::new), for the columns of the layers that training shows.
    pub fn with_test_patterns(mut self, patterns: impl Into<View>) -> Result<Self> {
        self.test = environment("test", patterns.into(), &self.net, &self.bindings)?.sequential();
        Ok(self)
    }

    /// Chooses the unit variables of the trial logs, which begin anew: pairs of layer and variable, such as
    /// `("Hidden1", "ActM")`, which becomes the tensor column `Hidden1_ActM`.
    ///
    /// # Errors
    /// A layer or variable is unknown, or a pair comes twice.
    pub fn with_recorded(mut self, variables: &[(&str, &str)]) -> Result<Self> {
        let recorded = self.recorded_variables(variables)?;
        self.trials = TableBuilder::new(log::trial_specs(&self.net, &recorded)?)?;
        self.tests = TableBuilder::new(log::trial_specs(&self.net, &recorded)?)?;
        self.recorded = recorded;
        Ok(self)
    }
}
