//! Watching a simulation, and stopping it.

use std::ops::ControlFlow;

/// Where training is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Status {
    /// Run.
    pub run: usize,
    /// Epochs completed in this run.
    pub epoch: usize,
    /// Trials completed in the current epoch.
    pub trial: usize,
    /// Trials of an epoch.
    pub n_trials: usize,
    /// Greatest number of epochs.
    pub max_epochs: usize,
    /// Sum of squared errors of the last completed epoch.
    pub sse: f64,
    /// Share of trials with an error in the last completed epoch.
    pub pct_err: f64,
    /// Average match of minus and plus phase in the last completed epoch.
    pub cos_diff: f64,
}

/// Is told of each trial and epoch, and may ask to stop after it.
pub trait Observer {
    /// After each trial.
    fn on_trial(&mut self, _status: &Status) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After each epoch.
    fn on_epoch(&mut self, _status: &Status) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Watches nothing.
impl Observer for () {}
