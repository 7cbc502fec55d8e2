//! Watching a simulation while it trains: progress, and the stop button.
//!
//! ```
//! use emergent::prelude::*;
//!
//! let mut net = Network::new("associator");
//! let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
//! let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! let patterns = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
//! let mut sim = Sim::new(net, &patterns)?.with_max_epochs(2)?;
//!
//! let outcome = sim.train(&mut Watch::new("Training"))?;
//! assert_eq!(outcome, Outcome::MaxEpochs);
//! # Ok::<(), emergent::Error>(())
//! ```

use std::fmt::Write;
use std::ops::ControlFlow;

use engine::sim::{Observer, Status};

use crate::interrupt;
use crate::progress::Progress;

/// An observer that draws a progress bar over the trials of all epochs, and that stops training
/// when the user asks to ([`interrupt`]); training can then go on from where it stopped.
#[derive(Debug)]
pub struct Watch {
    label: String,
    progress: Option<Progress>,
}

impl Watch {
    /// A watch whose bar begins with a label.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), progress: None }
    }

    fn draw(&mut self, status: &Status, epochs: usize, trials: usize) {
        let n_trials = status.n_trials.max(1);
        let total = (status.max_epochs * n_trials) as u64;
        let progress =
            self.progress.get_or_insert_with(|| Progress::new(total, self.label.clone()));
        let mut note = format!("epoch {epochs}");
        if epochs > 0 {
            let _ = write!(note, ", SSE {:.3}", status.sse);
        }
        progress.note(note);
        progress.set((epochs * n_trials + trials) as u64);
    }
}

fn go_on() -> ControlFlow<()> {
    if interrupt::requested() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

impl Observer for Watch {
    fn on_trial(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, status.trial.min(status.n_trials));
        go_on()
    }

    fn on_epoch(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, 0);
        go_on()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_trials_over_epochs() {
        let mut watch = Watch::new("Training");
        let status =
            Status { epoch: 2, trial: 5, n_trials: 10, max_epochs: 5, ..Status::default() };
        assert_eq!(watch.on_trial(&status), ControlFlow::Continue(()));
        let text = watch.progress.as_ref().unwrap().to_string();
        assert!(text.contains("25/50") && text.contains("epoch 2, SSE 0.000"), "{text}");
    }
}
