//! Watching a simulation, and stopping it.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Sim;
use crate::error::Result;
use crate::network::Network;

/// Where training is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Status {
    /// Run.
    pub run: usize,
    /// Epochs completed in this run.
    pub epoch: usize,
    /// Trials completed in the current epoch.
    pub trial: usize,
    /// Trials of an epoch.
    pub n_trials: usize,
    /// The epoch with which training ends at the latest.
    pub max_epochs: usize,
    /// Sum of squared errors of the last completed epoch; as all errors, NaN without an output
    /// layer.
    pub sse: f64,
    /// Share of trials with an error in the last completed epoch.
    pub pct_err: f64,
    /// Average match of minus and plus phase in the last completed epoch.
    pub cos_diff: f64,
}

/// Is told of each cycle, quarter, trial and epoch, and may ask to stop after a trial or epoch.
pub trait Observer {
    /// Before training begins or goes on; an error keeps it from doing so.
    ///
    /// # Errors
    /// The observer cannot watch this simulation.
    fn on_start(&mut self, _sim: &Sim) -> Result<()> {
        Ok(())
    }

    /// Before each trial, with its patterns already given to the network, which may be changed:
    /// inputs, parameters, lesions.
    ///
    /// # Errors
    /// What the observer reports; the trial does not run.
    fn before_trial(&mut self, _net: &mut Network) -> Result<()> {
        Ok(())
    }

    /// Whether [`on_cycle`](Self::on_cycle) and [`on_quarter`](Self::on_quarter) are to be called;
    /// asked at the start of each trial. Without, trials run a little faster.
    fn watches_cycles(&self) -> bool {
        false
    }

    /// After each cycle of a training trial; [`Network::time`] tells which. To break ends the phase
    /// of the trial, as in [`Network::train_trial_with`].
    fn on_cycle(&mut self, _net: &Network) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After each quarter of a training trial; to break ends its phase.
    fn on_quarter(&mut self, _net: &Network) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After each trial, with the network as it has learned from it.
    fn after_trial(&mut self, _net: &Network) {}

    /// After each trial.
    fn on_trial(&mut self, _status: &Status) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After each epoch, with its row in the log: [`Sim::last_epoch`] reads it.
    fn after_epoch(&mut self, _sim: &Sim) {}

    /// After each epoch.
    fn on_epoch(&mut self, _status: &Status) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Watches nothing.
impl Observer for () {}
