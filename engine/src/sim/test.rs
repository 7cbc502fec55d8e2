//! Testing: patterns shown without learning, by trial and by cycle.

use std::cell::RefCell;
use std::ops::ControlFlow;

use etable::{Table, TableBuilder, interrupt};

use super::error::TrialError;
use super::train::has_responded;
use super::{Sim, log, shown};
use crate::error::{EngineError, Result};
use crate::network::{LayerId, Moment};

impl Sim {
    /// Runs every pattern once, in the table's order, without learning, and returns the trial log:
    /// Run, Epoch, Trial, TrialName, SSE, AvgSSE and CosDiff (also of each output layer, if there are
    /// several; none without an output layer), and the variables of
    /// [`with_recorded`](Self::with_recorded). The network is afterwards as it was, so that testing
    /// never changes how training goes on.
    ///
    /// Where nothing of a trial is meant to be left for the next one (`Layer.Act.Init.Decay` is 1 in
    /// all layers, and none adapts or spikes), each pattern is tested from the network's present
    /// state and several run in lock-step ([`Network::test_batch`](crate::Network::test_batch));
    /// otherwise each trial goes on from the one before it.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial), but a failing test leaves training as it was; and
    /// [`EngineError::Interrupted`] if somebody interrupts ([`etable::interrupt`]).
    pub fn test(&mut self) -> Result<Table> {
        self.require_sound()?;
        let mut trials = TableBuilder::new(self.logged.trial_specs(&self.net)?)?;
        self.test_into(&mut trials, true)?;
        Ok(trials.finish()?)
    }

    /// Tests into the log of tests while training: to the end, so that training can go on from there
    /// whenever somebody interrupts.
    pub(super) fn test_while_training(&mut self) -> Result<()> {
        let specs = self.logged.trial_specs(&self.net)?;
        let mut tests = std::mem::replace(&mut self.tests, TableBuilder::new(specs)?);
        let done = self.test_into(&mut tests, false);
        self.tests = tests;
        done
    }

    fn test_into(&mut self, log: &mut TableBuilder, may_stop: bool) -> Result<()> {
        let activity = self.net.activity();
        let done = self.run_tests(log, may_stop);
        self.net.restore_activity(activity);
        done
    }

    fn run_tests(&mut self, log: &mut TableBuilder, may_stop: bool) -> Result<()> {
        self.test.init(self.run);
        if self.net.trials_are_independent() && self.response.is_none() {
            return self.run_tests_together(log, may_stop);
        }
        for trial in 0..self.test.n_trials() {
            stop_if(may_stop)?;
            shown::show_next(&mut self.net, &self.bindings, &mut *self.test)?;
            match self.response {
                None => self.net.test_trial()?,
                response => {
                    self.net.test_trial_with(&mut |net, _| match has_responded(response, net) {
                        true => ControlFlow::Break(()),
                        false => ControlFlow::Continue(()),
                    })?
                }
            }
            let place = log::Place { run: self.run, epoch: self.epoch, trial };
            let apart = self.logged.outputs_apart();
            let error = TrialError::of(&self.net, &self.bindings, apart, self.sse_tolerance);
            let named = (place, self.test.trial_name());
            self.logged.write_trial(log, &self.net, named, &error)?;
        }
        Ok(())
    }

    /// Several patterns at a time, as none depends on the one before it.
    fn run_tests_together(&mut self, log: &mut TableBuilder, may_stop: bool) -> Result<()> {
        let trials = self.test.n_trials();
        let Self { net, test, bindings, logged, .. } = self;
        let (run, epoch, tolerance) = (self.run, self.epoch, self.sse_tolerance);
        // Trials are shown before the first of them is recorded.
        let names = RefCell::new(Vec::with_capacity(trials));
        net.test_whole_batch(
            trials,
            |net, _| {
                stop_if(may_stop)?;
                shown::show_next(net, bindings, &mut **test)?;
                names.borrow_mut().push(test.trial_name().to_owned());
                Ok(())
            },
            |net, trial| {
                let place = log::Place { run, epoch, trial };
                let error = TrialError::of(net, bindings, logged.outputs_apart(), tolerance);
                logged.write_trial(log, net, (place, &names.borrow()[trial]), &error)
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
        (0..trial).for_each(|_| {
            self.test.step();
        });
        shown::show_next(&mut self.net, &self.bindings, &mut *self.test)?;
        let mut logged = Ok(());
        let response = self.response;
        self.net.test_trial_with(&mut |net, moment| {
            if moment == Moment::Cycle && logged.is_ok() {
                logged = log::write_cycle(cycles, net, recorded);
            }
            match logged.is_err() || has_responded(response, net) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
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

/// Ends a test that may stop if somebody interrupts.
fn stop_if(may_stop: bool) -> Result<()> {
    match may_stop && interrupt::requested() {
        true => Err(EngineError::Interrupted),
        false => Ok(()),
    }
}
