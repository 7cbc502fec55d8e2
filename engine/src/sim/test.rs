//! Testing: patterns shown without learning, by trial and by cycle.

use etable::{Table, TableBuilder};

use super::train::show;
use super::{Sim, log};
use crate::environment::Environment;
use crate::error::{EngineError, Result};
use crate::network::{LayerId, Moment};

impl Sim {
    /// Runs every pattern once, in the table's order, without learning, and returns the trial log.
    /// The network is afterwards as it was, so that testing never changes how training goes on.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial), but a failing test leaves training as it was.
    pub fn test(&mut self) -> Result<Table> {
        self.require_sound()?;
        let mut trials = TableBuilder::new(log::trial_specs(&self.net, &self.recorded)?)?;
        self.test_into(&mut trials)?;
        Ok(trials.finish()?)
    }

    /// Tests into the log of tests while training.
    pub(super) fn test_while_training(&mut self) -> Result<()> {
        let specs = log::trial_specs(&self.net, &self.recorded)?;
        let mut tests = std::mem::replace(&mut self.tests, TableBuilder::new(specs)?);
        let done = self.test_into(&mut tests);
        self.tests = tests;
        done
    }

    fn test_into(&mut self, log: &mut TableBuilder) -> Result<()> {
        let activity = self.net.activity();
        let done = self.run_tests(log);
        self.net.restore_activity(activity);
        done
    }

    fn run_tests(&mut self, log: &mut TableBuilder) -> Result<()> {
        self.test.init(self.run);
        for trial in 0..self.test.n_trials() {
            self.test.step();
            show(&mut self.net, &self.bindings, &self.test)?;
            self.net.test_trial()?;
            let place = log::Place { run: self.run, epoch: self.epoch, trial };
            let error = self.output_error();
            let row = log::TrialRow { place, name: self.test.trial_name(), error };
            row.write(log, &self.net, self.output, &self.recorded)?;
        }
        Ok(())
    }

    /// Shows one test pattern, by its number in the table, without learning, and returns a log of
    /// its cycles: Cycle and Quarter, and a tensor column of each pair of layer and unit variable,
    /// such as `("Hidden1", "Act")`. The network is afterwards as it was.
    ///
    /// # Errors
    /// There is no such pattern, layer or variable; otherwise as [`test`](Self::test).
    pub fn test_cycles(&mut self, trial: usize, variables: &[(&str, &str)]) -> Result<Table> {
        self.require_sound()?;
        if trial >= self.test.n_trials() {
            return Err(EngineError::Setting {
                setting: "the number of a test pattern".to_owned(),
                value: trial.to_string(),
                range: format!("below {}", self.test.n_trials()),
            });
        }
        let recorded = self.recorded_variables(variables)?;
        let mut cycles = TableBuilder::new(log::cycle_specs(&self.net, &recorded)?)?;
        let activity = self.net.activity();
        let done = self.run_cycles(trial, &recorded, &mut cycles);
        self.net.restore_activity(activity);
        done?;
        Ok(cycles.finish()?)
    }

    fn run_cycles(
        &mut self,
        trial: usize,
        recorded: &[(LayerId, String)],
        cycles: &mut TableBuilder,
    ) -> Result<()> {
        self.test.init(self.run);
        (0..=trial).for_each(|_| {
            self.test.step();
        });
        show(&mut self.net, &self.bindings, &self.test)?;
        let mut logged = Ok(());
        self.net.test_trial_with(&mut |net, moment| {
            if moment == Moment::Cycle && logged.is_ok() {
                logged = log::write_cycle(cycles, net, recorded);
            }
        })?;
        logged
    }

    fn require_sound(&self) -> Result<()> {
        if self.broken {
            return Err(EngineError::BrokenRun { run: self.run, epoch: self.epoch });
        }
        Ok(())
    }
}
