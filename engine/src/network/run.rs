//! Running: inputs, trials, and the ends of quarters.

use serde::{Deserialize, Serialize};

use super::{Function, LayerId, Network};
use crate::error::Result;
use crate::layer::Layer;

/// Cycles of a quarter.
pub const CYCLES_PER_QUARTER: usize = 25;
/// Quarters of a trial (an alpha cycle of 100 ms): three of the minus phase, one of the plus phase.
pub const QUARTERS_PER_TRIAL: usize = 4;

/// Cycles of a trial.
pub(super) const CYCLES_PER_TRIAL: usize = CYCLES_PER_QUARTER * QUARTERS_PER_TRIAL;

/// What has just ended when a hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A cycle.
    Cycle,
    /// A quarter.
    Quarter,
}

/// Where the network is within a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Time {
    /// Cycle within the trial.
    pub cycle: usize,
    /// Quarter within the trial, 0 to 3; 3 is the plus phase.
    pub quarter: usize,
    /// Cycles since the weights were initialised.
    pub total_cycles: u64,
}

impl Network {
    /// Where the network is within the trial.
    pub fn time(&self) -> Time {
        self.time
    }

    /// Clears external input and targets of all layers.
    pub fn init_ext(&mut self) {
        for layer in &mut self.layers {
            layer.init_ext();
        }
    }

    /// Sets a layer's pattern for the coming trial: the target of a Target or Compare layer, else
    /// the external input. Values are row-major over the layer's shape.
    ///
    /// # Errors
    /// The network is not built, the layer is not of it, the number of values is not the layer's, or
    /// one is not finite.
    pub fn apply_input(&mut self, layer: LayerId, pattern: &[f32]) -> Result<()> {
        self.require_built("apply_input")?;
        self.require_layer(layer)?;
        self.layer_mut(layer).apply_ext(pattern)
    }

    /// Ends a quarter: records its activations, and before the plus phase clamps the targets.
    pub fn end_quarter(&mut self) {
        self.timed(Function::QuarterFinal, |net| {
            for layer in net.layers.iter_mut().filter(|layer| !layer.off) {
                layer.end_quarter(net.time.quarter);
            }
        });
        self.time.quarter += 1;
    }

    /// The state of all layers and the time, without the weights; see
    /// [`restore_activity`](Self::restore_activity).
    pub(crate) fn activity(&self) -> (Vec<Layer>, Time) {
        (self.layers.clone(), self.time)
    }

    /// Puts back what [`activity`](Self::activity) has kept.
    pub(crate) fn restore_activity(&mut self, (layers, time): (Vec<Layer>, Time)) {
        self.layers = layers;
        self.time = time;
        self.constants.clear();
    }

    /// Runs the four quarters of a trial on the patterns that have been applied.
    ///
    /// # Errors
    /// As [`start_trial`](Self::start_trial) and [`cycle`](Self::cycle).
    pub(super) fn run_trial(
        &mut self,
        update_averages: bool,
        hook: &mut dyn FnMut(&Self, Moment),
    ) -> Result<()> {
        self.start_trial(update_averages)?;
        for _ in 0..QUARTERS_PER_TRIAL {
            for _ in 0..CYCLES_PER_QUARTER {
                self.cycle()?;
                hook(self, Moment::Cycle);
            }
            self.end_quarter();
            hook(self, Moment::Quarter);
        }
        Ok(())
    }

    /// Runs a trial on the patterns that have been applied, and learns from it.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn train_trial(&mut self) -> Result<()> {
        self.with_threads(|net| {
            net.run_trial(true, &mut |_, _| ())?;
            net.learn()
        })
    }

    /// As [`train_trial`](Self::train_trial), calling `hook` after each cycle and quarter.
    ///
    /// ```
    /// use engine::network::Moment;
    /// use engine::{LayerType, Network};
    /// let mut net = Network::new("one");
    /// let layer = net.add_layer("Input", &[1, 1], LayerType::Input)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// net.apply_input(layer, &[1.0])?;
    /// let mut acts = Vec::new();
    /// net.train_trial_with(&mut |net, moment| {
    ///     if moment == Moment::Cycle {
    ///         acts.push(net.layer(layer).neurons().act[0]);
    ///     }
    /// })?;
    /// assert_eq!(acts, [0.95; 100]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`train_trial`](Self::train_trial).
    pub fn train_trial_with(&mut self, hook: &mut dyn FnMut(&Self, Moment)) -> Result<()> {
        self.run_trial(true, hook)?;
        self.learn()
    }

    /// Runs a trial without learning and without changing averages over trials.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn test_trial(&mut self) -> Result<()> {
        self.with_threads(|net| net.run_trial(false, &mut |_, _| ()))
    }

    /// As [`test_trial`](Self::test_trial), calling `hook` after each cycle and quarter.
    ///
    /// # Errors
    /// As [`test_trial`](Self::test_trial).
    pub fn test_trial_with(&mut self, hook: &mut dyn FnMut(&Self, Moment)) -> Result<()> {
        self.run_trial(false, hook)
    }
}
