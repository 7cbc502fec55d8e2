//! The start of a trial: averages over trials, scaling of projections, noise, clamping.

use super::{Function, Network, ProjectionId};
use crate::error::{EngineError, Result};
use crate::layer::CycleConstants;
use crate::leabra::learning::WtScaleParams;
use crate::leabra::noise::NoiseType;
use crate::projection::ProjectionType;
use crate::random;

impl Network {
    /// Starts a trial (emergent: `AlphaCycInit`): running averages (unless testing, so that tests
    /// leave no trace in them), scaling of projections, decay of state, clamping of inputs.
    ///
    /// # Errors
    /// The network is not built, or nothing has set its weights
    /// ([`init_weights`](Self::init_weights)).
    pub fn start_trial(&mut self, update_averages: bool) -> Result<()> {
        self.require_built("start_trial")?;
        if !self.has_weights && !self.projections.is_empty() {
            return Err(EngineError::NoWeights { network: self.name.clone() });
        }
        self.timed(Function::AlphaCycInit, |net| net.init_trial(update_averages))
    }

    fn init_trial(&mut self, update_averages: bool) -> Result<()> {
        self.prepare_noise()?;
        self.constants.clear();
        for index in 0..self.layers.len() {
            self.constants.push(self.constants_of(index));
            if self.layers[index].off {
                // The others have cleared what they received from it.
                self.layers[index].neurons.act_sent.fill(0.0);
                continue;
            }
            // Layer by layer: a projection from a later layer is scaled by that layer's average
            // of one trial before.
            self.layers[index].start_trial_averages(update_averages);
            self.scale_inputs(index);
            self.draw_noise(index, true);
            self.layers[index].start_trial_state(&self.constants[index]);
        }
        (self.time.cycle, self.time.quarter, self.time.minus_cycles) = (0, 0, 0);
        Ok(())
    }

    /// Computes the scaling of all projections anew (emergent: `GScaleFmAvgAct`), as each trial's
    /// start does: for a change within a trial, such as a lesion, of a projection's `WtScale` or of a
    /// layer's expected activity. What has been sent before keeps the scale that it was sent with.
    ///
    /// # Errors
    /// The network is not built.
    pub fn rescale(&mut self) -> Result<()> {
        self.require_built("rescale")?;
        for index in 0..self.layers.len() {
            if !self.layers[index].off {
                self.scale_inputs(index);
            }
        }
        Ok(())
    }

    /// What the cycles of a layer need.
    pub(super) fn constants_of(&self, index: usize) -> CycleConstants {
        let first = self.layers[..index].iter().map(|before| before.receives.len()).sum();
        let inboxes = first..first + self.layers[index].receives.len();
        CycleConstants::new(&self.layers[index], inboxes, self.work_of(index))
    }

    /// Draws the noise of a layer that has it: for the trial if it is `fixed`, else for a cycle.
    pub(super) fn draw_noise(&mut self, index: usize, fixed: bool) {
        let Some(sampler) = self.noise.get(index).copied().flatten() else { return };
        let cycles_per_trial = self.cycles_per_trial();
        let layer = &mut self.layers[index];
        if layer.params.act.noise.fixed != fixed || layer.off {
            return;
        }
        let count = layer.n_units();
        for (member, values) in layer.neurons.noise.chunks_exact_mut(count).enumerate() {
            // Numbered by cycle, so that nothing but the seed and the time decides. Of a batch, as if
            // the trials came one after the other.
            let cycle = self.time.total_cycles + (member * cycles_per_trial) as u64;
            let mut rng = random::stream(self.noise_seed, "noise", ((index as u64) << 40) | cycle);
            values.iter_mut().for_each(|noise| *noise = sampler.draw(&mut rng) as f32);
        }
    }

    /// Prepares the distributions of noise.
    pub(super) fn prepare_noise(&mut self) -> Result<()> {
        self.noise.clear();
        for layer in &self.layers {
            let noise = &layer.params.act.noise;
            let sampler = match noise.kind {
                NoiseType::NoNoise => None,
                _ => Some(noise.distribution().sampler().map_err(|error| error.at(layer.name()))?),
            };
            self.noise.push(sampler);
        }
        Ok(())
    }

    /// Whether a projection takes part: neither it nor one of its layers is lesioned.
    pub fn is_active(&self, projection: ProjectionId) -> bool {
        !super::learn::is_off(&self.layers, self.projection(projection))
    }

    /// The factor of each projection into layer `index`:
    /// `Abs Rel full_scale / sum of Rel`, excitatory and inhibitory projections apart. One that takes
    /// no part keeps the factor that it had.
    fn scale_inputs(&mut self, index: usize) {
        let (mut excitatory, mut inhibitory) = (0.0_f32, 0.0_f32);
        for id in &self.layers[index].receives {
            if !self.is_active(*id) {
                continue;
            }
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
            if !self.is_active(*id) {
                continue;
            }
            let projection = &mut self.projections[id.0];
            let total =
                if projection.kind == ProjectionType::Inhib { inhibitory } else { excitatory };
            if total > 0.0 {
                projection.g_scale /= total;
            }
        }
    }
}
