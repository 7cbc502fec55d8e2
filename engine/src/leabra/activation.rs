//! Point-neuron activation: the noisy X/(X+1) function, conductances, time constants, clamping.
//!
//! ```
//! use engine::leabra::activation::{ActParams, DtParams};
//! assert_eq!(ActParams::default().gbar.l, 0.1);
//! assert_eq!(DtParams { vm_tau: 4.0, ..DtParams::default() }.vm_dt(), 0.25);
//! ```

use super::adaptation::KNaParams;
use super::noise::NoiseParams;
use super::spiking::SpikeParams;
use crate::params::tree::parameters;
use crate::vector::exp::exp;

parameters! {
    /// The noisy X/(X+1) activation function (path `Layer.Act.XX1`).
    pub struct XX1Params {
        /// Threshold on the membrane potential (and, converted, on excitatory conductance).
        thr: f32 = 0.5, "Thr";
        /// Gain of X/(X+1).
        gain: f32 = 100.0, "Gain", 0.0 => f32::MAX;
        /// Variance of the Gaussian noise with which X/(X+1) is convolved.
        nvar: f32 = 0.005, "NVar", 1e-9 => f32::MAX;
        /// Below this activation a neuron follows its membrane potential rather than its conductance.
        vm_act_thr: f32 = 0.01, "VmActThr";
        /// Multiplier of the sigmoid below threshold.
        sig_mult: f32 = 0.33, "SigMult";
        /// Power of gain x noise in the sigmoid's multiplier.
        sig_mult_pow: f32 = 0.8, "SigMultPow";
        /// Gain of the sigmoid below threshold.
        sig_gain: f32 = 3.0, "SigGain";
        /// Above threshold, the width over which the sigmoid passes into the gain-corrected part.
        interp_range: f32 = 0.01, "InterpRange", 1e-9 => f32::MAX;
        /// Width, in units of noise, over which the gain is corrected.
        gain_cor_range: f32 = 10.0, "GainCorRange", 1e-9 => f32::MAX;
        /// Strength of the gain correction.
        gain_cor: f32 = 0.1, "GainCor";
    }
}

impl XX1Params {
    /// Precomputes what [`XX1::noisy`] needs.
    pub fn derive(&self) -> XX1 {
        let power = f64::from(self.gain * self.nvar).powf(f64::from(self.sig_mult_pow)) as f32;
        let mut xx1 = XX1 {
            params: self.clone(),
            sig_gain_nvar: self.sig_gain / self.nvar,
            sig_mult_eff: self.sig_mult * power,
            sig_val_at_0: 0.0,
            interp_val: 0.0,
        };
        xx1.sig_val_at_0 = 0.5 * xx1.sig_mult_eff;
        xx1.interp_val = xx1.gain_corrected(self.interp_range) - xx1.sig_val_at_0;
        xx1
    }
}

/// The activation function with its derived constants.
///
/// ```text
///            SigMultEff / (1 + exp(-x SigGain/NVar))          x < 0
/// noisy(x) = SigValAt0 + (x / InterpRange) InterpVal          0 <= x < InterpRange
///            xx1(Gain (1 - GainCor f) x)                      x >= InterpRange
/// xx1(x) = x / (x + 1),  f = max(0, (GainCorRange - x/NVar) / GainCorRange)
/// ```
///
/// # Source
/// O'Reilly et al., Computational Cognitive Neuroscience, ch. 2; the closed form of leabra's nxx1.
#[derive(Debug, Clone, PartialEq)]
pub struct XX1 {
    pub(crate) params: XX1Params,
    pub(crate) sig_gain_nvar: f32,
    pub(crate) sig_mult_eff: f32,
    sig_val_at_0: f32,
    interp_val: f32,
}

impl XX1 {
    /// Activation for `x`, the distance of potential or conductance above threshold.
    #[inline]
    pub fn noisy(&self, x: f32) -> f32 {
        if x < 0.0 {
            self.sig_mult_eff / (1.0 + exp(-(x * self.sig_gain_nvar)))
        } else if x < self.params.interp_range {
            let range = self.params.interp_range;
            self.interpolated((range - x) / range)
        } else {
            self.gain_corrected(x)
        }
    }

    /// The part from 0 to `InterpRange`, where `left` is the share of it that lies above.
    #[inline]
    pub(crate) fn interpolated(&self, left: f32) -> f32 {
        self.sig_val_at_0 + (1.0 - left) * self.interp_val
    }

    /// The part above.
    #[inline]
    fn gain_corrected(&self, x: f32) -> f32 {
        let x = self.corrected_gain(x / self.params.nvar) * x;
        x / (x + 1.0)
    }

    /// The gain at a distance above threshold in units of noise.
    #[inline]
    pub(crate) fn corrected_gain(&self, distance: f32) -> f32 {
        let factor = (self.params.gain_cor_range - distance) / self.params.gain_cor_range;
        let corrected = self.params.gain * (1.0 - self.params.gain_cor * factor);
        if factor < 0.0 { self.params.gain } else { corrected }
    }
}

parameters! {
    /// When activity is sent at all (path `Layer.Act.OptThresh`).
    pub struct OptThreshParams {
        /// Activation at or below this is not sent.
        send: f32 = 0.1, "Send";
        /// A change of activation at or below this is not sent.
        delta: f32 = 0.005, "Delta";
    }
}

parameters! {
    /// State at the start of a trial (path `Layer.Act.Init`).
    pub struct ActInitParams {
        /// Share of the previous trial's state that is lost: 1 all, 0 none.
        decay: f32 = 1.0, "Decay", 0.0 => 1.0;
        /// Initial membrane potential.
        vm: f32 = 0.4, "Vm";
        /// Initial activation.
        act: f32 = 0.0, "Act";
        /// Initial excitatory conductance.
        ge: f32 = 0.0, "Ge";
    }
}

parameters! {
    /// Time constants, in cycles (path `Layer.Act.Dt`).
    pub struct DtParams {
        /// Overall rate of integration.
        integ: f32 = 1.0, "Integ", 0.0 => f32::MAX;
        /// Membrane potential and activation.
        vm_tau: f32 = 3.3, "VmTau", 1.0 => f32::MAX;
        /// Conductances.
        g_tau: f32 = 1.4, "GTau", 1.0 => f32::MAX;
        /// Running average of activation over trials.
        avg_tau: f32 = 200.0, "AvgTau", 1.0 => f32::MAX;
    }
}

impl DtParams {
    /// Rate of the membrane potential per cycle.
    pub fn vm_dt(&self) -> f32 {
        self.integ / self.vm_tau
    }
    /// Rate of the conductances per cycle.
    pub fn g_dt(&self) -> f32 {
        self.integ / self.g_tau
    }
    /// Rate of the average over trials.
    pub fn avg_dt(&self) -> f32 {
        1.0 / self.avg_tau
    }
}

parameters! {
    /// Maximal conductances (path `Layer.Act.Gbar`).
    pub struct GbarParams {
        /// Excitatory.
        e: f32 = 1.0, "E", 0.0 => f32::MAX;
        /// Leak.
        l: f32 = 0.1, "L", 0.0 => f32::MAX;
        /// Inhibitory.
        i: f32 = 1.0, "I", 0.0 => f32::MAX;
        /// Potassium, for adaptation.
        k: f32 = 1.0, "K", 0.0 => f32::MAX;
    }
}

parameters! {
    /// Reversal potentials (path `Layer.Act.Erev`).
    pub struct ErevParams {
        /// Excitatory.
        e: f32 = 1.0, "E";
        /// Leak.
        l: f32 = 0.3, "L";
        /// Inhibitory.
        i: f32 = 0.25, "I";
        /// Potassium.
        k: f32 = 0.25, "K";
    }
}

parameters! {
    /// A range of values (paths such as `Layer.Act.Clamp.Range`).
    pub struct ClampRange {
        /// Least value.
        min: f32 = 0.0, "Min";
        /// Greatest value.
        max: f32 = 0.95, "Max";
    }
}

parameters! {
    /// How external input drives a layer (path `Layer.Act.Clamp`).
    pub struct ClampParams {
        /// Set activation to the input, rather than adding the input to excitation.
        hard: bool = true, "Hard";
        /// Limits of hard-clamped activation.
        range: ClampRange, "Range";
        /// Soft clamp: factor of the input as it is added to excitatory conductance.
        gain: f32 = 0.2, "Gain";
        /// Soft clamp: average with the network's excitation instead of adding.
        avg: bool = false, "Avg";
        /// Soft clamp with averaging: share of the input.
        avg_gain: f32 = 0.2, "AvgGain", 0.0 => 1.0;
    }
}

parameters! {
    /// Limits of the membrane potential (path `Layer.Act.VmRange`).
    pub struct VmRange {
        /// Least value.
        min: f32 = 0.0, "Min";
        /// Greatest value.
        max: f32 = 2.0, "Max";
    }
}

parameters! {
    /// Everything about how activation comes about (path `Layer.Act`).
    pub struct ActParams {
        /// Activation function.
        xx1: XX1Params, "XX1";
        /// Thresholds for sending.
        opt_thresh: OptThreshParams, "OptThresh";
        /// State at the start of a trial.
        init: ActInitParams, "Init";
        /// Time constants.
        dt: DtParams, "Dt";
        /// Maximal conductances.
        gbar: GbarParams, "Gbar";
        /// Reversal potentials.
        erev: ErevParams, "Erev";
        /// External input.
        clamp: ClampParams, "Clamp";
        /// Noise.
        noise: NoiseParams, "Noise";
        /// Limits of the membrane potential.
        vm_range: VmRange, "VmRange";
        /// Adaptation by sodium-gated potassium currents.
        kna: KNaParams, "KNa";
        /// Discrete spikes instead of a rate code.
        spike: SpikeParams, "Spike";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activation_vanishes_far_below_threshold_and_saturates_far_above() {
        let xx1 = XX1Params::default().derive();
        assert_eq!(xx1.noisy(-1.0), 0.0);
        assert!(xx1.noisy(10.0) > 0.99 && xx1.noisy(10.0) < 1.0);
    }
}
