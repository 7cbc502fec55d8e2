//! Running: inputs, trials, and the ends of quarters.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::{Function, LayerId, Network};
use crate::error::{EngineError, Result};
use crate::layer::{CycleConstants, Layer};
use crate::random::Sampler;

/// Cycles of a quarter, unless [`Network::set_cycles_per_quarter`] says otherwise.
pub const CYCLES_PER_QUARTER: usize = 25;
/// Quarters of a trial (an alpha cycle of 100 ms): three of the minus phase, one of the plus phase.
pub const QUARTERS_PER_TRIAL: usize = 4;

/// The quarter that is the plus phase.
const PLUS_PHASE: usize = QUARTERS_PER_TRIAL - 1;

/// What has just ended when a hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A cycle.
    Cycle,
    /// A quarter.
    Quarter,
}

/// Is called after each cycle and quarter, and may end the phase that the trial is in; see
/// [`Network::test_trial_with`].
pub type Hook<'a> = dyn FnMut(&Network, Moment) -> ControlFlow<()> + 'a;

/// Where the network is within a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Time {
    /// Cycle within the trial.
    pub cycle: usize,
    /// Quarter within the trial, 0 to 3; 3 is the plus phase, and 4 the end.
    pub quarter: usize,
    /// Cycles that the trial's minus phase has taken; 0 until it is over.
    pub minus_cycles: usize,
    /// Cycles since the weights were initialised.
    pub total_cycles: u64,
}

fn check_decay(decay: f32) -> Result<()> {
    match (0.0..=1.0).contains(&decay) {
        true => Ok(()),
        false => Err(EngineError::Setting {
            setting: "the decay of the state".to_owned(),
            value: decay.to_string(),
            range: "from 0 to 1".to_owned(),
        }),
    }
}

/// What a trial without learning changes in a network.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    layers: Vec<Layer>,
    time: Time,
    constants: Vec<CycleConstants>,
    noise: Vec<Option<Sampler>>,
    g_scales: Vec<f32>,
}

impl Network {
    /// Where the network is within the trial.
    pub fn time(&self) -> Time {
        self.time
    }

    /// The cycles of a quarter.
    pub fn cycles_per_quarter(&self) -> usize {
        self.cycles_per_quarter
    }

    /// Sets the cycles of a quarter, 25 at first (emergent: `CycPerQtr`): more for a network that
    /// settles slowly or is watched while it does. A checkpoint keeps them.
    ///
    /// # Errors
    /// `cycles` is 0.
    pub fn set_cycles_per_quarter(&mut self, cycles: usize) -> Result<()> {
        if cycles == 0 {
            return Err(EngineError::Setting {
                setting: "the cycles of a quarter".to_owned(),
                value: "0".to_owned(),
                range: "at least 1".to_owned(),
            });
        }
        self.cycles_per_quarter = cycles;
        Ok(())
    }

    /// The cycles of a trial.
    pub(super) fn cycles_per_trial(&self) -> usize {
        self.cycles_per_quarter * QUARTERS_PER_TRIAL
    }

    /// Clears external input and targets of all layers.
    ///
    /// # Errors
    /// The network is not built.
    pub fn init_ext(&mut self) -> Result<()> {
        self.require_built("init_ext")?;
        for layer in &mut self.layers {
            layer.init_ext();
        }
        Ok(())
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

    /// Moves the state of all layers towards rest, as the start of a trial does by
    /// `Layer.Act.Init.Decay` (emergent: `DecayState`): 0 leaves it, 1 leaves nothing of it.
    ///
    /// # Errors
    /// The network is not built, or `decay` is not from 0 to 1.
    pub fn decay_state(&mut self, decay: f32) -> Result<()> {
        self.require_built("decay_state")?;
        check_decay(decay)?;
        self.layers.iter_mut().for_each(|layer| layer.decay_state(decay));
        Ok(())
    }

    /// As [`decay_state`](Self::decay_state), of one pool of a layer and its units (emergent:
    /// `DecayStatePool`), by its number in [`Layer::pools`]: 0 is the whole layer.
    ///
    /// # Errors
    /// The network is not built, the layer is not of it or has no such pool, or `decay` is not from
    /// 0 to 1.
    pub fn decay_pool(&mut self, layer: LayerId, pool: usize, decay: f32) -> Result<()> {
        self.require_built("decay_pool")?;
        self.require_layer(layer)?;
        check_decay(decay)?;
        let layer = self.layer_mut(layer);
        let count = layer.pools().len();
        if pool >= count {
            return Err(EngineError::Setting {
                setting: format!("the pool of `{}` to decay", layer.name()),
                value: pool.to_string(),
                range: format!("below {count}"),
            });
        }
        match pool {
            0 => layer.decay_state(decay),
            _ => layer.decay_pool(pool, decay),
        }
        Ok(())
    }

    /// Sets the activity of all layers to its initial state (emergent: `InitActs`). Weights and what
    /// is averaged over trials stay.
    ///
    /// # Errors
    /// The network is not built.
    pub fn init_acts(&mut self) -> Result<()> {
        self.require_built("init_acts")?;
        self.layers.iter_mut().for_each(Layer::init_acts);
        Ok(())
    }

    /// Ends a quarter: records its activations, and before the plus phase clamps the targets.
    ///
    /// # Errors
    /// The network is not built, no trial has been started, or its last quarter has ended.
    pub fn end_quarter(&mut self) -> Result<()> {
        self.require_built("end_quarter")?;
        if !self.is_within_trial() || self.time.quarter >= QUARTERS_PER_TRIAL {
            let operation = "a quarter can end";
            return Err(EngineError::NoTrial { network: self.name.clone(), operation });
        }
        self.close_quarter();
        Ok(())
    }

    fn close_quarter(&mut self) {
        self.timed(Function::QuarterFinal, |net| {
            for layer in net.layers.iter_mut().filter(|layer| !layer.off) {
                layer.end_quarter(net.time.quarter);
            }
        });
        self.time.quarter += 1;
        if self.time.quarter == PLUS_PHASE {
            self.time.minus_cycles = self.time.cycle;
        }
    }

    /// All that a trial without learning changes; see [`restore_activity`](Self::restore_activity).
    pub(crate) fn activity(&self) -> Activity {
        Activity {
            layers: self.layers.clone(),
            time: self.time,
            constants: self.constants.clone(),
            noise: self.noise.clone(),
            g_scales: self.projections.iter().map(|projection| projection.g_scale).collect(),
        }
    }

    /// Puts back what [`activity`](Self::activity) has kept.
    pub(crate) fn restore_activity(&mut self, activity: Activity) {
        let Activity { layers, time, constants, noise, g_scales } = activity;
        (self.layers, self.time) = (layers, time);
        (self.constants, self.noise) = (constants, noise);
        for (projection, g_scale) in self.projections.iter_mut().zip(g_scales) {
            projection.g_scale = g_scale;
        }
    }

    /// Runs the four quarters of a trial on the patterns that have been applied.
    ///
    /// # Errors
    /// As [`start_trial`](Self::start_trial) and [`cycle`](Self::cycle).
    pub(super) fn run_trial(
        &mut self,
        learns: bool,
        mut hook: Option<&mut Hook<'_>>,
    ) -> Result<()> {
        self.start_trial(learns)?;
        while self.time.quarter < QUARTERS_PER_TRIAL {
            let is_plus = self.time.quarter == PLUS_PHASE;
            if self.run_quarter(hook.as_deref_mut())?.is_continue() {
                continue;
            }
            let end = if is_plus { QUARTERS_PER_TRIAL } else { PLUS_PHASE };
            while self.time.quarter < end {
                self.close_quarter();
            }
            if !is_plus && !learns {
                self.layers.iter_mut().for_each(Layer::expect_targets);
                self.close_quarter();
            }
        }
        Ok(())
    }

    /// Runs a quarter, unless the hook breaks off within it; then it is not closed.
    fn run_quarter(&mut self, hook: Option<&mut Hook<'_>>) -> Result<ControlFlow<()>> {
        let Some(hook) = hook else {
            self.run_cycles(self.cycles_per_quarter)?;
            self.close_quarter();
            return Ok(ControlFlow::Continue(()));
        };
        for _ in 0..self.cycles_per_quarter {
            self.cycle()?;
            if hook(self, Moment::Cycle).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.close_quarter();
        Ok(hook(self, Moment::Quarter))
    }

    /// Runs a trial on the patterns that have been applied, and learns from it.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn train_trial(&mut self) -> Result<()> {
        self.with_threads(|net| {
            net.run_trial(true, None)?;
            net.learn()
        })
    }

    /// As [`train_trial`](Self::train_trial), calling `hook` after each cycle and quarter. If it
    /// breaks in the minus phase, that phase is over, and the plus phase follows, without which
    /// there is nothing to learn from; if it breaks in the plus phase, the trial is over.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
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
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(acts, [0.95; 100]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`train_trial`](Self::train_trial).
    pub fn train_trial_with(&mut self, hook: &mut Hook<'_>) -> Result<()> {
        self.run_trial(true, Some(hook))?;
        self.learn()
    }

    /// Runs a trial without learning, and without what the start of a trial that is learned from
    /// makes of the one before: the averages over trials of units (`AvgL`) and of pools.
    ///
    /// The trial's activity stays to be looked at. As in the reference, the next trial that is
    /// learned from averages it in as that of the trial before it, and the average of
    /// [`CosDiff`](crate::layer::CosDiff) follows it. A test that leaves nothing behind is
    /// [`test_batch`](Self::test_batch) or [`Sim::test`](crate::sim::Sim::test).
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn test_trial(&mut self) -> Result<()> {
        self.with_threads(|net| net.run_trial(false, None))
    }

    /// As [`test_trial`](Self::test_trial), calling `hook` after each cycle and quarter. If it
    /// breaks, the trial is over: what is active then counts as the end of its phase. If that is the
    /// minus phase there is no plus phase, and the targets stand for its outcome. So a reaction time
    /// is measured:
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use engine::pattern::Full;
    /// use engine::{LayerType, Network, ProjectionType};
    /// let mut net = Network::new("answer");
    /// let input = net.add_layer("Input", &[1, 4], LayerType::Input)?;
    /// let output = net.add_layer("Output", &[1, 4], LayerType::Target)?;
    /// net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// net.apply_input(input, &[1.0; 4])?;
    /// net.apply_input(output, &[1.0; 4])?;
    /// net.test_trial_with(&mut |net, _| match net.layer(output).pools()[0].act.max {
    ///     max if max > 0.5 => ControlFlow::Break(()),
    ///     _ => ControlFlow::Continue(()),
    /// })?;
    /// assert!(net.time().minus_cycles < 75 && net.time().cycle == net.time().minus_cycles);
    /// assert!(net.layer(output).neurons().act_m.iter().any(|act| *act > 0.5));
    /// assert_eq!(net.layer(output).neurons().act_p, [0.95; 4]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`test_trial`](Self::test_trial).
    pub fn test_trial_with(&mut self, hook: &mut Hook<'_>) -> Result<()> {
        self.run_trial(false, Some(hook))
    }
}
