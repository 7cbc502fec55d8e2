//! Running: the start of a trial, cycles, ends of quarters, learning.

use rayon::prelude::*;

use super::{LayerId, Network, WT_BAL_INTERVAL};
use crate::error::{EngineError, Result};
use crate::layer::{CycleConstants, Layer, LayerType};
use crate::leabra::learning::WtScaleParams;
use crate::projection::ProjectionType;

/// Cycles of a quarter.
pub const CYCLES_PER_QUARTER: usize = 25;
/// Quarters of a trial (an alpha cycle of 100 ms): three of the minus phase, one of the plus phase.
pub const QUARTERS_PER_TRIAL: usize = 4;

/// Below this many synaptic events in a cycle threads cost more than they bring.
const LEAST_PARALLEL_EVENTS: usize = 100_000;
/// Below this many synapses learning stays on one thread.
const LEAST_PARALLEL_SYNAPSES: usize = 100_000;

/// Where the network is within a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// The network is not built, the number of values is not the layer's, or one is not finite.
    pub fn apply_input(&mut self, layer: LayerId, pattern: &[f32]) -> Result<()> {
        self.require_built("apply_input")?;
        self.layer_mut(layer).apply_ext(pattern)
    }

    /// Starts a trial (emergent: `AlphaCycInit`): running averages (unless testing, so that tests
    /// leave no trace in them), scaling of projections, decay of state, clamping of inputs.
    ///
    /// # Errors
    /// The network is not built.
    pub fn start_trial(&mut self, update_averages: bool) -> Result<()> {
        self.require_built("start_trial")?;
        self.constants.clear();
        for index in 0..self.layers.len() {
            self.constants.push(CycleConstants::new(&self.layers[index]));
            // Layer by layer: a projection from a later layer is scaled by that layer's average
            // of one trial before.
            self.layers[index].start_trial_averages(update_averages);
            self.scale_inputs(index);
            self.layers[index].start_trial_state(&self.constants[index]);
        }
        self.time.cycle = 0;
        self.time.quarter = 0;
        Ok(())
    }

    /// The factor of each projection into layer `index`:
    /// `Abs Rel full_scale / sum of Rel`, excitatory and inhibitory projections apart.
    fn scale_inputs(&mut self, index: usize) {
        let (mut excitatory, mut inhibitory) = (0.0_f32, 0.0_f32);
        for id in &self.layers[index].receives {
            let projection = &mut self.projections[id.0];
            let sender = &self.layers[projection.sender.0];
            let scale = &projection.params.wt_scale;
            let full = WtScaleParams::full_scale(
                sender.pools()[0].running.act_p_avg_eff,
                sender.n_units() as f32,
                projection.mean_connections(),
            );
            projection.g_scale = scale.abs * scale.rel * full;
            match projection.kind {
                ProjectionType::Inhib => inhibitory += scale.rel,
                _ => excitatory += scale.rel,
            }
        }
        for id in &self.layers[index].receives {
            let projection = &mut self.projections[id.0];
            let total =
                if projection.kind == ProjectionType::Inhib { inhibitory } else { excitatory };
            if total > 0.0 {
                projection.g_scale /= total;
            }
        }
    }

    /// Runs one cycle: what was active is sent, then conductances, inhibition and activation
    /// follow in each layer.
    ///
    /// # Errors
    /// No trial has been started, or a value has become NaN (which layer and unit is told).
    pub fn cycle(&mut self) -> Result<()> {
        if self.constants.len() != self.layers.len() {
            let operation = "a cycle can run: then start_trial";
            return Err(EngineError::NotBuilt { network: self.name.clone(), operation });
        }
        match self.threads.clone() {
            Some(pool) => pool.install(|| self.run_cycle(true)),
            None => self.run_cycle(false),
        }
        for layer in &self.layers {
            if let Some((what, unit)) = layer.not_a_number() {
                return Err(EngineError::NotANumber {
                    layer: layer.name().to_owned(),
                    what,
                    unit,
                    cycle: self.time.cycle,
                });
            }
        }
        self.time.cycle += 1;
        self.time.total_cycles += 1;
        Ok(())
    }

    fn run_cycle(&mut self, threads: bool) {
        for layer in &mut self.layers {
            layer.fill_outbox();
        }
        let layers = &self.layers;
        let events: usize = self
            .projections
            .iter()
            .map(|item| layers[item.sender.0].outbox.len() * layers[item.receiver.0].n_units())
            .sum();
        let parallel = threads && events >= LEAST_PARALLEL_EVENTS;
        if parallel {
            self.projections
                .par_iter_mut()
                .for_each(|item| item.receive(&layers[item.sender.0].outbox, true));
        } else {
            for item in &mut self.projections {
                item.receive(&layers[item.sender.0].outbox, false);
            }
        }
        let (projections, constants) = (&self.projections, &self.constants);
        let finish = |(layer, constants): (&mut Layer, &CycleConstants)| {
            for id in &layer.receives {
                let projection = &projections[id.0];
                let raw = match projection.kind {
                    ProjectionType::Inhib => &mut layer.neurons.gi_raw,
                    _ => &mut layer.neurons.ge_raw,
                };
                for (raw, increment) in raw.iter_mut().zip(&projection.g_inc) {
                    *raw += increment;
                }
            }
            layer.finish_cycle(constants);
        };
        if parallel {
            self.layers.par_iter_mut().zip(constants).for_each(finish);
        } else {
            self.layers.iter_mut().zip(constants).for_each(finish);
        }
    }

    /// Ends a quarter: records its activations, and before the plus phase clamps the targets.
    pub fn end_quarter(&mut self) {
        for layer in &mut self.layers {
            layer.end_quarter(self.time.quarter);
        }
        self.time.quarter += 1;
    }

    /// Computes weight changes from the trial that has ended (emergent: `DWt`).
    pub fn compute_weight_changes(&mut self) {
        let layers = &self.layers;
        let change = |projection: &mut crate::projection::Projection, parallel: bool| {
            let parallel = parallel && projection.n_synapses() >= LEAST_PARALLEL_SYNAPSES;
            let sender = &layers[projection.sender.0].neurons;
            let receiver = &layers[projection.receiver.0].neurons;
            projection.change_weights(sender, receiver, parallel);
        };
        match &self.threads {
            Some(pool) => {
                let projections = &mut self.projections;
                pool.install(|| projections.iter_mut().for_each(|item| change(item, true)));
            }
            None => self.projections.iter_mut().for_each(|item| change(item, false)),
        }
    }

    /// Applies pending weight changes (emergent: `WtFmDWt`) and, every tenth time, rebalances.
    pub fn apply_weight_changes(&mut self) {
        let apply = |projection: &mut crate::projection::Projection, parallel: bool| {
            let parallel = parallel && projection.n_synapses() >= LEAST_PARALLEL_SYNAPSES;
            projection.apply_weight_changes(parallel);
        };
        match &self.threads {
            Some(pool) => {
                let projections = &mut self.projections;
                pool.install(|| projections.iter_mut().for_each(|item| apply(item, true)));
            }
            None => self.projections.iter_mut().for_each(|item| apply(item, false)),
        }
        self.wt_bal_counter += 1;
        if self.wt_bal_counter >= WT_BAL_INTERVAL {
            self.wt_bal_counter = 0;
            for projection in &mut self.projections {
                let is_target = self.layers[projection.receiver.0].kind == LayerType::Target;
                projection.balance_weights(is_target);
            }
        }
    }

    /// Applications of weight changes since weight balance was last recomputed.
    pub fn weight_balance_counter(&self) -> usize {
        self.wt_bal_counter
    }

    /// Sets [`weight_balance_counter`](Self::weight_balance_counter), to restore a saved state.
    pub fn set_weight_balance_counter(&mut self, counter: usize) {
        self.wt_bal_counter = counter;
    }

    /// The state of all layers, without the weights; see
    /// [`restore_activity`](Self::restore_activity).
    pub(crate) fn activity(&self) -> Vec<Layer> {
        self.layers.clone()
    }

    /// Puts back what [`activity`](Self::activity) has kept.
    pub(crate) fn restore_activity(&mut self, layers: Vec<Layer>) {
        self.layers = layers;
        self.constants.clear();
    }

    /// Runs the four quarters of a trial on the patterns that have been applied.
    ///
    /// # Errors
    /// As [`start_trial`](Self::start_trial) and [`cycle`](Self::cycle).
    fn run_trial(&mut self, update_averages: bool) -> Result<()> {
        self.start_trial(update_averages)?;
        for _ in 0..QUARTERS_PER_TRIAL {
            for _ in 0..CYCLES_PER_QUARTER {
                self.cycle()?;
            }
            self.end_quarter();
        }
        Ok(())
    }

    /// Runs a trial on the patterns that have been applied, and learns from it.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn train_trial(&mut self) -> Result<()> {
        self.run_trial(true)?;
        self.compute_weight_changes();
        self.apply_weight_changes();
        Ok(())
    }

    /// Runs a trial without learning and without changing averages over trials.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn test_trial(&mut self) -> Result<()> {
        self.run_trial(false)
    }
}
