//! What a simulation can be told before it runs.

use etable::{TableBuilder, View};

use super::Sim;
use super::schedule::Schedule;
use super::shown::Shown;
use crate::environment::Environment;
use crate::error::{EngineError, Result};

impl Sim {
    /// Sets the seed that all random numbers of all runs come from, and starts run 0 anew, with new
    /// weights.
    ///
    /// # Errors
    /// None that a simulation which could be made does not already exclude.
    pub fn with_seed(mut self, seed: u64) -> Result<Self> {
        self.seed = seed;
        self.train.environment_mut().set_seed(seed);
        self.test.set_seed(seed);
        self.init(0)?;
        Ok(self)
    }

    /// Sets the greatest number of epochs, at least 1; see also
    /// [`set_patterns`](Self::set_patterns).
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

    /// Sets after how many epochs without error in a row training stops; 0 for never. Without an
    /// output layer there is no error, and no such epoch.
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

    /// Shows the patterns in the table's order instead of a new random order each epoch. The weights
    /// stay as they are.
    ///
    /// # Errors
    /// Training shows an environment of one's own, which has an order of its own.
    pub fn with_sequential_order(mut self) -> Result<Self> {
        match self.train {
            Shown::Patterns(table) => {
                self.train = Shown::Patterns(Box::new(table.sequential()));
            }
            Shown::Own(environment) => {
                return Err(EngineError::Setting {
                    setting: format!("the order of the environment `{}`", environment.name()),
                    value: "sequential".to_owned(),
                    range: "set where the environment is made".to_owned(),
                });
            }
        }
        self.begin()?;
        Ok(self)
    }

    /// Trains on an environment of one's own, which gives the layers that the table's columns name
    /// their patterns, instead of on the table's rows. The weights stay as they are; tests go on
    /// with the table's rows. Without a table: [`from_environment`](Self::from_environment).
    ///
    /// # Errors
    /// None at present.
    pub fn with_environment(mut self, environment: impl Environment + 'static) -> Result<Self> {
        self.train = Shown::Own(Box::new(environment));
        self.train.environment_mut().set_seed(self.seed);
        self.begin()?;
        Ok(self)
    }

    /// Tests on an environment of one's own: each test begins it anew and runs the trials of its
    /// first epoch.
    ///
    /// # Errors
    /// None at present.
    pub fn with_test_environment(
        mut self,
        environment: impl Environment + 'static,
    ) -> Result<Self> {
        self.test = Box::new(environment);
        self.test.set_seed(self.seed);
        self.tests_training = false;
        Ok(self)
    }

    /// Ends the minus phase of each trial as soon as a unit of the layer is more active than
    /// `threshold`, and counts its cycles, a reaction time, in the column `Cycles` of the trial logs,
    /// which begin anew. Without a response the minus phase has its usual length
    /// ([`Network::set_cycles_per_quarter`](crate::Network::set_cycles_per_quarter)).
    ///
    /// A test trial is over then, with the targets standing for its outcome; a training trial goes
    /// on with its plus phase. Trials are tested one after the other.
    ///
    /// # Errors
    /// The layer is unknown, or the threshold is not from 0 to 1.
    pub fn with_response(mut self, layer: &str, threshold: f32) -> Result<Self> {
        let id = self.net.layer_named(layer)?;
        if !(0.0..=1.0).contains(&threshold) {
            return Err(EngineError::Setting {
                setting: "the threshold of a response".to_owned(),
                value: threshold.to_string(),
                range: "from 0 to 1".to_owned(),
            });
        }
        self.response = Some((id, threshold));
        self.logged.response = true;
        self.new_trial_logs()?;
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

    /// Logs every cycle of training trials to [`cycle_log`](Self::cycle_log), which begins anew, with
    /// these unit variables: pairs of layer and variable, such as `("Hidden1", "Act")`, which becomes
    /// the tensor column `Hidden1_Act`; none for no log. The log is kept in memory: a hundred rows a
    /// trial. The cycles of a test are [`test_cycles`](Self::test_cycles).
    ///
    /// ```
    /// # use engine::pattern::Full;
    /// # use engine::sim::Sim;
    /// # use engine::{LayerType, Network, ProjectionType, patgen};
    /// # let mut net = Network::new("pairs");
    /// # let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
    /// # let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
    /// # net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    /// # net.build()?;
    /// # let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1)?;
    /// let mut sim = Sim::new(net, &patterns)?.with_cycle_log(&[("Output", "Act")])?;
    /// sim.step_trial()?;
    /// assert_eq!(sim.cycle_log()?.tensor::<f32>("Output_Act")?.shape(), [100, 4, 4]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// A layer or variable is unknown, or a pair comes twice.
    pub fn with_cycle_log(mut self, variables: &[(&str, &str)]) -> Result<Self> {
        self.logged.by_cycle = self.recorded_variables(variables)?;
        self.cycles = TableBuilder::new(self.logged.cycle_specs(&self.net)?)?;
        Ok(self)
    }

    /// Sets the patterns that [`test`](Self::test) shows, instead of those of training; so that a
    /// part of a table is held out:
    ///
    /// ```
    /// # use engine::pattern::Full;
    /// # use engine::sim::Sim;
    /// # use engine::{LayerType, Network, ProjectionType, patgen};
    /// # let mut net = Network::new("pairs");
    /// # let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
    /// # let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
    /// # net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    /// # net.build()?;
    /// let patterns = patgen::pattern_pairs(10, &[4, 4], &[4, 4], 4, 1)?;
    /// let parts = patterns.view().split_permuted(&[("train", 0.8), ("test", 0.2)], 1)?;
    /// let mut sim = Sim::new(net, parts.view(0)?)?.with_test_patterns(parts.view(1)?)?;
    /// assert_eq!(sim.status().n_trials, 8);
    /// assert_eq!(sim.test()?.n_rows(), 2);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), for the columns of the layers that training shows.
    pub fn with_test_patterns(mut self, patterns: impl Into<View>) -> Result<Self> {
        self.set_test_patterns(patterns)?;
        Ok(self)
    }

    /// Chooses the unit variables of the trial logs, which begin anew: pairs of layer and variable,
    /// such as `("Hidden1", "ActM")`, which becomes the tensor column `Hidden1_ActM`.
    ///
    /// # Errors
    /// A layer or variable is unknown, or a pair comes twice.
    pub fn with_recorded(mut self, variables: &[(&str, &str)]) -> Result<Self> {
        self.logged.by_trial = self.recorded_variables(variables)?;
        self.new_trial_logs()?;
        Ok(self)
    }

    fn new_trial_logs(&mut self) -> Result<()> {
        self.trials = TableBuilder::new(self.logged.trial_specs(&self.net)?)?;
        self.tests = TableBuilder::new(self.logged.trial_specs(&self.net)?)?;
        Ok(())
    }

    /// Adds unit variables to the log of epochs, which begins anew: pairs of layer and variable, such
    /// as `("Hidden1", "AvgL")`, whose values at the end of each epoch are the tensor column
    /// `Hidden1_AvgL`.
    ///
    /// ```
    /// # use engine::pattern::Full;
    /// # use engine::sim::Sim;
    /// # use engine::{LayerType, Network, ProjectionType, patgen};
    /// # let mut net = Network::new("pairs");
    /// # let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
    /// # let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
    /// # net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    /// # net.build()?;
    /// # let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1)?;
    /// let mut sim = Sim::new(net, &patterns)?.with_recorded_by_epoch(&[("Output", "AvgL")])?;
    /// sim.step_epoch()?;
    /// assert_eq!(sim.epoch_log()?.tensor::<f32>("Output_AvgL")?.shape(), [1, 4, 4]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// A layer or variable is unknown, or a pair comes twice; `ActAvg`, because the log has a column
    /// of that name for the average of each layer.
    pub fn with_recorded_by_epoch(mut self, variables: &[(&str, &str)]) -> Result<Self> {
        self.logged.by_epoch = self.recorded_variables(variables)?;
        self.epochs = TableBuilder::new(self.logged.epoch_specs(&self.net)?)?;
        Ok(self)
    }

    /// Adds unit variables to the log of runs, which begins anew, as
    /// [`with_recorded_by_epoch`](Self::with_recorded_by_epoch) does to that of epochs: their values
    /// at the end of each run.
    ///
    /// # Errors
    /// A layer or variable is unknown, or a pair comes twice.
    pub fn with_recorded_by_run(mut self, variables: &[(&str, &str)]) -> Result<Self> {
        self.logged.by_run = self.recorded_variables(variables)?;
        self.runs = TableBuilder::new(self.logged.run_specs(&self.net)?)?;
        self.is_logged = false;
        Ok(self)
    }
}
