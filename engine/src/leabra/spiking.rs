//! Discrete spikes: the adaptive exponential (AdEx) neuron beside the rate code.
//!
//! A layer with `Layer.Act.Spike.On` computes spikes from membrane potential, and what it sends is
//! the rate that they amount to. With `Layer.Act.KNa.On` firing adapts.
//!
//! ```
//! use engine::leabra::activation::ActParams;
//! use engine::leabra::spiking::{SpikeState, SpikingNeuron};
//!
//! let mut params = ActParams::default();
//! params.gbar.l = 0.3;
//! let neuron = SpikingNeuron::new(&params);
//! let mut state = SpikeState { vm: 0.3, ..SpikeState::default() };
//! let spikes: f32 = (0..500).map(|_| neuron.step([0.4, 0.0], 0.0, &mut state).spike).sum();
//! assert!(spikes > 3.0);
//! ```

use super::activation::ActParams;
use crate::params::tree::parameters;
use crate::vector::activation::bounded;
use crate::vector::exp::exp;

parameters! {
    /// Discrete spiking (path `Layer.Act.Spike`).
    ///
    /// # Source
    /// Brette and Gerstner (2005); the reference's `spike` package.
    pub struct SpikeParams {
        /// Whether the layer spikes instead of using the rate code.
        on: bool = false, "On";
        /// Add the exponential current that drives the potential up near threshold.
        exp: bool = false, "Exp";
        /// Slope of the exponential current, in normalised potential (0.02 is 2 mV).
        exp_slope: f32 = 0.02, "ExpSlope", 1e-6 => f32::MAX;
        /// Potential at which there is a spike with the exponential current.
        exp_thr: f32 = 1.2, "ExpThr";
        /// Potential after a spike.
        vm_r: f32 = 0.3, "VmR";
        /// Cycles after a spike in which the potential stays.
        tr: i32 = 3, "Tr", 0 => i32::MAX;
        /// Rate of firing that corresponds to activation 1, in spikes a second.
        max_hz: f32 = 180.0, "MaxHz", 1.0 => f32::MAX;
        /// Time constant of the average interval, in spikes.
        rate_tau: f32 = 5.0, "RateTau", 1.0 => f32::MAX;
    }
}

/// Duration of a cycle, in seconds.
const CYCLE: f32 = 0.001;

impl SpikeParams {
    /// The interval between spikes, in cycles, of a rate-code activation; 0 for none.
    pub fn interval(&self, act: f32) -> f32 {
        if act == 0.0 { 0.0 } else { 1.0 / (CYCLE * act * self.max_hz) }
    }

    /// The rate-code activation, at most 1, of an interval between spikes; 0 for none.
    pub fn activation(&self, interval: f32) -> f32 {
        if interval <= 0.0 {
            return 0.0;
        }
        let least = 1.0 / (CYCLE * self.max_hz);
        (least / interval).min(1.0)
    }

    /// Moves an average interval: a much shorter one counts at once.
    fn average(&self, average: &mut f32, interval: f32) {
        if *average <= 0.0 || interval < 0.8 * *average {
            *average = interval;
        } else {
            *average += (1.0 / self.rate_tau) * (interval - *average);
        }
    }
}

/// What one spiking neuron carries from cycle to cycle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpikeState {
    /// Membrane potential.
    pub vm: f32,
    /// Net current.
    pub inet: f32,
    /// Rate-code equivalent of the spikes.
    pub act: f32,
    /// 1 in a cycle with a spike, else 0.
    pub spike: f32,
    /// Cycles since the last spike; −1 before the first.
    pub isi: f32,
    /// Average interval; −1 before the first spike, −2 after it.
    pub isi_avg: f32,
    /// Conductances of adaptation: fast, medium, slow.
    pub kna: [f32; 3],
}

impl Default for SpikeState {
    fn default() -> Self {
        let (isi, isi_avg) = (-1.0, -1.0);
        Self { vm: 0.0, inet: 0.0, act: 0.0, spike: 0.0, isi, isi_avg, kna: [0.0; 3] }
    }
}

/// The equations of one spiking neuron with the parameters of its layer.
#[derive(Debug, Clone)]
pub struct SpikingNeuron {
    params: ActParams,
}

impl SpikingNeuron {
    /// With these parameters.
    pub fn new(params: &ActParams) -> Self {
        Self { params: params.clone() }
    }

    /// Net current at potential `vm`; `g` are excitatory, inhibitory and potassium conductance.
    fn current(&self, vm: f32, [ge, gi, gk]: [f32; 3]) -> f32 {
        let ActParams { gbar, erev, .. } = &self.params;
        ge * (erev.e - vm) + gbar.l * (erev.l - vm) + gi * (erev.i - vm) + gk * (erev.k - vm)
    }

    /// Advances a neuron by one cycle and returns its new state, by excitatory and inhibitory
    /// conductance `[ge, gi]`; `noise` is added to the potential.
    ///
    /// The potential follows its current by the midpoint method, and stays for `Tr` cycles after a
    /// spike. Activation approaches the rate of the average interval between spikes.
    pub fn step(&self, [ge, gi]: [f32; 2], noise: f32, state: &mut SpikeState) -> SpikeState {
        let ActParams { gbar, spike, xx1, dt, vm_range, kna, .. } = &self.params;
        let vm_dt = dt.vm_dt();
        let gk = gbar.k * (state.kna[0] + state.kna[1] + state.kna[2]);
        let g = [ge * gbar.e, gi * gbar.i, gk];
        let mut vm = state.vm;
        let refractory = spike.tr > 0 && state.isi >= 0.0 && state.isi < spike.tr as f32;
        if !refractory {
            let half = vm + 0.5 * vm_dt * self.current(vm, g);
            let mut inet = self.current(half, g);
            if spike.exp {
                inet += gbar.l * spike.exp_slope * exp((half - xx1.thr) / spike.exp_slope);
            }
            vm += vm_dt * inet;
            state.inet = inet;
        }
        state.vm = bounded(vm + noise, vm_range.min, vm_range.max);

        let threshold = if spike.exp { spike.exp_thr } else { xx1.thr };
        if state.vm > threshold {
            state.spike = 1.0;
            state.vm = spike.vm_r;
            state.inet = 0.0;
            if state.isi_avg == -1.0 {
                state.isi_avg = -2.0;
            } else if state.isi > 0.0 {
                spike.average(&mut state.isi_avg, state.isi + 1.0);
            }
            state.isi = 0.0;
        } else {
            state.spike = 0.0;
            if state.isi >= 0.0 {
                state.isi += 1.0;
            }
            if state.isi_avg >= 0.0 && state.isi > 0.0 && state.isi > 1.2 * state.isi_avg {
                spike.average(&mut state.isi_avg, state.isi);
            }
        }
        state.act += vm_dt * (spike.activation(state.isi_avg) - state.act);
        if state.vm.is_nan() {
            // It never spikes again; what it sends must not look like rest.
            state.act = state.vm;
        }
        if kna.on {
            kna.step_by_spike(&mut state.kna, state.spike > 0.5);
        }
        *state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spikes(params: &ActParams, ge: f32) -> (f32, SpikeState) {
        let neuron = SpikingNeuron::new(params);
        let mut state = SpikeState { vm: 0.3, ..SpikeState::default() };
        let count = (0..1000).map(|_| neuron.step([ge, 0.0], 0.0, &mut state).spike).sum();
        (count, state)
    }

    #[test]
    fn firing_grows_with_input_and_adapts() {
        let mut params = ActParams::default();
        params.gbar.l = 0.3;
        let (few, _) = spikes(&params, 0.3);
        let (many, state) = spikes(&params, 0.6);
        assert_eq!(spikes(&params, 0.1).0, 0.0);
        assert!(0.0 < few && few < many, "{few} {many}");
        // The estimate of the rate is that of the interval that firing has settled at.
        let rate = params.spike.activation(1000.0 / many);
        assert!((state.act - rate).abs() < 0.05, "{} {rate}", state.act);
        params.gbar.k = 5.0;
        let (without, _) = spikes(&params, 0.4);
        params.kna.on = true;
        let (adapted, state) = spikes(&params, 0.4);
        assert!(0.0 < adapted && adapted < 0.8 * without, "{adapted} {without}");
        assert!(state.kna.iter().all(|g| *g > 0.0));
    }

    #[test]
    fn the_exponential_current_reaches_its_higher_threshold() {
        let mut params = ActParams::default();
        params.gbar.l = 0.3;
        params.spike.exp = true;
        assert!(spikes(&params, 0.4).0 > 3.0);
        params.spike.exp_slope = 1e-6;
        params.spike.exp_thr = 1.9;
        assert!(spikes(&params, 0.1).1.spike == 0.0);
    }

    #[test]
    fn interval_and_activation_are_inverse() {
        let spike = SpikeParams::default();
        assert_eq!((spike.interval(0.0), spike.activation(0.0)), (0.0, 0.0));
        assert!((spike.activation(spike.interval(0.25)) - 0.25).abs() < 1e-6);
        assert_eq!(spike.activation(1.0), 1.0);
    }
}
