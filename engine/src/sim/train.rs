//! Training: trials, epochs and runs.

use std::ops::ControlFlow;

use etable::interrupt;

use super::{Observer, Outcome, Sim, Status, log};
use crate::environment::Environment;
use crate::error::{EngineError, Result};
use crate::layer::OutputError;
use crate::network::{LayerId, Moment, Network};

impl Sim {
    /// Trains one trial, and closes the epoch if it was the last of it.
    ///
    /// # Errors
    /// [`EngineError::NotANumber`] if a value has become NaN, with the layer; then the weights are
    /// of no use, and [`EngineError::BrokenRun`] until [`init`](Self::init) starts a new run. Also
    /// what an environment of one's own reports.
    pub fn step_trial(&mut self) -> Result<Status> {
        self.step_trial_with(&mut ())
    }

    fn step_trial_with(&mut self, observer: &mut dyn Observer) -> Result<Status> {
        if self.broken {
            return Err(EngineError::BrokenRun { run: self.run, epoch: self.epoch });
        }
        // Until the trial is through: it may fail anywhere.
        self.broken = true;
        let status = self.train_trial(observer)?;
        self.broken = false;
        Ok(status)
    }

    fn train_trial(&mut self, observer: &mut dyn Observer) -> Result<Status> {
        if !self.train.step() {
            return Err(EngineError::EmptyEnvironment {
                environment: self.train.name().to_owned(),
                missing: "further trials",
            });
        }
        show(&mut self.net, &self.bindings, &*self.train)?;
        if observer.watches_cycles() {
            self.net.train_trial_with(&mut |net, moment| match moment {
                Moment::Cycle => observer.on_cycle(net),
                Moment::Quarter => observer.on_quarter(net),
            })?;
        } else {
            self.net.train_trial()?;
        }
        let error = self.output_error();
        self.sums.add(&error, self.net.layer(self.output).cos_diff().cos);
        if self.logs_trials {
            let place = log::Place { run: self.run, epoch: self.epoch, trial: self.trial };
            let row = log::TrialRow { place, name: self.train.trial_name(), error };
            row.write(&mut self.trials, &self.net, self.output, &self.recorded)?;
        }
        self.trial += 1;
        if self.trial >= self.train.n_trials() {
            self.close_epoch()?;
        }
        observer.after_trial(&self.net);
        Ok(self.status())
    }

    /// The error of the trial that has ended.
    pub(super) fn output_error(&self) -> OutputError {
        self.net.layer(self.output).output_error(self.sse_tolerance)
    }

    /// Trains to the end of the current epoch.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial).
    pub fn step_epoch(&mut self) -> Result<Status> {
        loop {
            let status = self.step_trial()?;
            if self.trial == 0 {
                return Ok(status);
            }
        }
    }

    /// Trains until the stop criterion or the greatest number of epochs, or until `observer` asks
    /// to stop or somebody interrupts ([`etable::interrupt`]); called again after that, it goes on
    /// where it stopped.
    ///
    /// # Errors
    /// As [`step_trial`](Self::step_trial).
    pub fn train(&mut self, observer: &mut dyn Observer) -> Result<Outcome> {
        loop {
            if let Some(outcome) = self.finished() {
                return Ok(outcome);
            }
            let status = self.step_trial_with(observer)?;
            let mut flow = observer.on_trial(&status);
            if self.trial == 0 && observer.on_epoch(&status).is_break() {
                flow = ControlFlow::Break(());
            }
            if flow.is_break() || interrupt::requested() {
                return Ok(self.finished().unwrap_or(Outcome::Interrupted));
            }
        }
    }

    fn close_epoch(&mut self) -> Result<()> {
        let figures = self.sums.figures();
        figures.write(&mut self.epochs, self.run, self.epoch, &self.net)?;
        if figures.pct_err == 0.0 {
            self.zero_epochs += 1;
            self.first_zero.get_or_insert(self.epoch);
        } else {
            self.zero_epochs = 0;
        }
        self.last.sse = figures.sse;
        self.last.pct_err = figures.pct_err;
        self.last.cos_diff = figures.cos_diff;
        self.sums = log::EpochSums::default();
        self.trial = 0;
        self.epoch += 1;
        if self.test_interval > 0 && self.epoch.is_multiple_of(self.test_interval) {
            self.test_while_training()?;
        }
        self.schedule_learning_rates()?;
        self.log_run_if_over()
    }

    /// Sets the learning rates of the current epoch.
    pub(super) fn schedule_learning_rates(&mut self) -> Result<()> {
        match self.schedule.factor(self.epoch) {
            Some(factor) => self.net.scale_learning_rates(factor),
            None => Ok(()),
        }
    }

    fn log_run_if_over(&mut self) -> Result<()> {
        let Some(outcome) = self.finished().filter(|_| !self.is_logged) else { return Ok(()) };
        self.is_logged = true;
        self.runs
            .row()
            .set("Run", self.run as i64)?
            .set("Epochs", self.epoch as i64)?
            .set("FirstZero", self.first_zero.map_or(-1, |epoch| epoch as i64))?
            .set("Outcome", outcome.name())?
            .set("SSE", self.last.sse)?
            .set("PctErr", self.last.pct_err)?
            .set("CosDiff", self.last.cos_diff)?
            .finish()?;
        Ok(())
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

/// Gives each layer the pattern of the environment's current trial.
pub(super) fn show(
    net: &mut Network,
    bindings: &[(LayerId, String)],
    environment: &dyn Environment,
) -> Result<()> {
    net.init_ext();
    for (layer, element) in bindings {
        let pattern = environment.state(element)?;
        match pattern.as_slice() {
            Some(values) => net.apply_input(*layer, values)?,
            None => net.apply_input(*layer, &pattern.iter().copied().collect::<Vec<f32>>())?,
        }
    }
    Ok(())
}
