//! Training: trials, epochs and runs.

use std::ops::ControlFlow;

use etable::interrupt;

use super::error::{EpochSums, TrialError};
use super::{Observer, Outcome, Sim, Status, log, shown};
use crate::error::{EngineError, Result};
use crate::network::{LayerId, Moment, Network, QUARTERS_PER_TRIAL};

impl Sim {
    /// Trains one trial, and closes the epoch if it was the last of it.
    ///
    /// # Errors
    /// [`EngineError::NotANumber`] if a value has become NaN, with the layer; then the weights are
    /// of no use, and [`EngineError::BrokenRun`] until [`init`](Self::init) starts a new run. What
    /// an environment of one's own reports, before the network has seen anything of the trial; and
    /// what a test in between reports, after the epoch is closed: then training can go on.
    pub fn step_trial(&mut self) -> Result<Status> {
        self.step_trial_with(&mut ())
    }

    fn step_trial_with(&mut self, observer: &mut dyn Observer) -> Result<Status> {
        if self.broken {
            return Err(EngineError::BrokenRun { run: self.run, epoch: self.epoch });
        }
        shown::show_next(&mut self.net, &self.bindings, self.train.environment_mut())?;
        observer.before_trial(&mut self.net)?;
        // Until the network is through: it may fail anywhere.
        self.broken = true;
        self.train_network(observer)?;
        self.broken = false;
        let apart = self.logged.outputs_apart();
        let error = TrialError::of(&self.net, &self.bindings, apart, self.sse_tolerance);
        self.sums.add(&error);
        if self.logs_trials {
            let named = (self.place(), self.train.environment().trial_name());
            self.logged.write_trial(&mut self.trials, &self.net, named, &error)?;
        }
        self.trial += 1;
        if self.trial >= self.train.environment().n_trials() {
            self.close_epoch()?;
        }
        observer.after_trial(&self.net);
        Ok(self.status())
    }

    /// The trial that runs or is next.
    fn place(&self) -> log::Place {
        log::Place { run: self.run, epoch: self.epoch, trial: self.trial }
    }

    fn train_network(&mut self, observer: &mut dyn Observer) -> Result<()> {
        let logs_cycles = !self.logged.by_cycle.is_empty();
        if observer.watches_cycles() || self.response.is_some() || logs_cycles {
            let response = self.response;
            let place = self.place();
            let mut logged = Ok(());
            self.net.train_trial_with(&mut |net, moment| {
                if logs_cycles && moment == Moment::Cycle && logged.is_ok() {
                    logged = self.logged.write_cycle(&mut self.cycles, net, place);
                }
                let flow = match moment {
                    Moment::Cycle => observer.on_cycle(net),
                    Moment::Quarter => observer.on_quarter(net),
                };
                if has_responded(response, net) { ControlFlow::Break(()) } else { flow }
            })?;
            logged
        } else {
            self.net.train_trial()
        }
    }

    /// Trains to the end of the current epoch.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial), and [`EngineError::Interrupted`] if somebody interrupts
    /// ([`etable::interrupt`]): called again, it goes on with the next trial.
    pub fn step_epoch(&mut self) -> Result<Status> {
        loop {
            let status = self.step_trial()?;
            if self.trial == 0 {
                return Ok(status);
            }
            if interrupt::requested() {
                return Err(EngineError::Interrupted);
            }
        }
    }

    /// Trains until the stop criterion or the greatest number of epochs, or until `observer` asks
    /// to stop or somebody interrupts ([`etable::interrupt`]); called again after that, it goes on
    /// where it stopped.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial), and if the observer refuses to start.
    pub fn train(&mut self, observer: &mut dyn Observer) -> Result<Outcome> {
        observer.on_start(self)?;
        loop {
            if let Some(outcome) = self.finished() {
                return Ok(outcome);
            }
            let status = self.step_trial_with(observer)?;
            let mut flow = observer.on_trial(&status);
            if self.trial == 0 {
                observer.after_epoch(self);
            }
            if self.trial == 0 && observer.on_epoch(&status).is_break() {
                flow = ControlFlow::Break(());
            }
            if flow.is_break() || interrupt::requested() {
                return Ok(self.finished().unwrap_or(Outcome::Interrupted));
            }
        }
    }

    fn close_epoch(&mut self) -> Result<()> {
        // A run that was over goes on: its end is another one.
        if std::mem::take(&mut self.is_logged) {
            self.runs.truncate(self.runs.n_rows().saturating_sub(1));
        }
        let figures = self.sums.figures();
        let row = self.logged.epoch_numbers(&self.net, &self.sums);
        self.logged.write_epoch(&mut self.epochs, &self.net, (self.run, self.epoch), &row)?;
        self.last_row = row;
        if figures.pct_err == 0.0 {
            self.zero_epochs += 1;
            self.first_zero.get_or_insert(self.epoch);
        } else {
            self.zero_epochs = 0;
        }
        self.last.sse = figures.sse;
        self.last.pct_err = figures.pct_err;
        self.last.cos_diff = figures.cos_diff;
        self.sums = EpochSums::default();
        self.trial = 0;
        self.epoch += 1;
        self.schedule_learning_rates()?;
        self.log_run_if_over()?;
        // Last, so that training can go on should it fail.
        if self.test_interval > 0 && self.epoch.is_multiple_of(self.test_interval) {
            self.test_while_training()?;
        }
        Ok(())
    }

    /// Sets the learning rates of the current epoch.
    pub(super) fn schedule_learning_rates(&mut self) -> Result<()> {
        match self.schedule.factor(self.epoch) {
            Some(factor) => self.net.scale_learning_rates(factor),
            None => Ok(()),
        }
    }

    fn log_run_if_over(&mut self) -> Result<()> {
        let Some(outcome) = self.finished() else { return Ok(()) };
        self.is_logged = true;
        self.log_run(outcome)
    }

    /// Adds the run's row to the log of runs.
    pub(super) fn log_run(&mut self, outcome: Outcome) -> Result<()> {
        let row = self.runs.row().set("Run", self.run as i64)?.set("Epochs", self.epoch as i64)?;
        let mut row = row.set("Outcome", outcome.name())?;
        if !self.logged.outputs.is_empty() {
            // A run that was interrupted in its first epoch has no figures.
            let figure = |value| if self.epoch > 0 { value } else { f64::NAN };
            row = row
                .set("FirstZero", self.first_zero.map_or(-1, |epoch| epoch as i64))?
                .set("SSE", figure(self.last.sse))?
                .set("PctErr", figure(self.last.pct_err))?
                .set("CosDiff", figure(self.last.cos_diff))?;
        }
        Ok(log::with_variables(row, &self.net, &self.logged.by_run)?.finish()?)
    }
}

impl Outcome {
    /// The name in logs.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Learned => "Learned",
            Outcome::MaxEpochs => "MaxEpochs",
            Outcome::Interrupted => "Interrupted",
        }
    }
}

/// Whether a unit of the layer that responds is above its threshold in the minus phase.
pub(super) fn has_responded(response: Option<(LayerId, f32)>, net: &Network) -> bool {
    let is_minus = net.time().quarter < QUARTERS_PER_TRIAL - 1;
    is_minus && response.is_some_and(|(layer, most)| net.layer(layer).pools()[0].act.max > most)
}
