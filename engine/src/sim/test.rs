//! Testing: patterns shown without learning, by trial and by cycle.

use etable::{Table, TableBuilder};

use super::train::show;
use super::{Sim, log};
use crate::environment::{Environment, FixedTable};
use crate::error::{EngineError, Result};
use crate::network::{LayerId, Moment};

impl Sim {
    /// Runs every pattern once, in the table's order, without learning, and returns the trial log.
    /// The network is afterwards as it was, so that testing never changes how training goes on.
    ///
    /// Where nothing of a trial is meant to be left for the next one (`Layer.Act.Init.Decay` is 1 in
    /// all layers, and none adapts or spikes), each pattern is tested from the network's present
    /// state and several run in lock-step ([`Network::test_batch`](crate::Network::test_batch));
    /// otherwise each trial goes on from the one before it.
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
        if self.net.trials_are_independent() {
            return self.run_tests_together(log);
        }
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

    /// Several patterns at a time, as none depends on the one before it.
    fn run_tests_together(&mut self, log: &mut TableBuilder) -> Result<()> {
        let trials = self.test.n_trials();
        let step = |test: &mut FixedTable| {
            test.step();
            test.trial_name().to_owned()
        };
        let names: Vec<String> = (0..trials).map(|_| step(&mut self.test)).collect();
        self.test.init(self.run);
        let Self { net, test, bindings, .. } = self;
        let (run, epoch, output, tolerance) =
            (self.run, self.epoch, self.output, self.sse_tolerance);
        let recorded = &self.recorded;
        net.test_batch(
            trials,
            |net, _| {
                test.step();
                show(net, bindings, test)
            },
            |net, trial| {
                let place = log::Place { run, epoch, trial };
                let error = net.layer(output).output_error(tolerance);
                let row = log::TrialRow { place, name: &names[trial], error };
                row.write(log, net, output, recorded)
            },
        )
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
