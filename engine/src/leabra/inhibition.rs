//! Feedforward and feedback (FFFB) inhibition, self inhibition, and expected activity.
//!
//! ```
//! use engine::leabra::inhibition::{FffbParams, FffbState};
//! let mut state = FffbState::default();
//! FffbParams::default().step(0.2, 0.4, 0.1, &mut state);
//! assert!((state.ffi - 0.1).abs() < 1e-6);                    // FF (Ge average - FF0)
//! assert!((state.gi - 1.8 * (0.1 + 0.1 / 1.4)).abs() < 1e-6); // Gi (FFi + FBi)
//! ```

use crate::params::tree::parameters;

parameters! {
    /// FFFB inhibition of a whole layer (path `Layer.Inhib.Layer`) or of each of its pools
    /// (`Layer.Inhib.Pool`, off unless it is set).
    pub struct FffbParams {
        /// Whether it acts.
        on: bool = true, "On";
        /// Overall strength.
        gi: f32 = 1.8, "Gi", 0.0 => f32::MAX;
        /// Strength of the feedforward part, from excitatory conductance.
        ff: f32 = 1.0, "FF", 0.0 => f32::MAX;
        /// Strength of the feedback part, from activation.
        fb: f32 = 1.0, "FB", 0.0 => f32::MAX;
        /// Time constant of feedback, in cycles.
        fb_tau: f32 = 1.4, "FBTau", 1.0 => f32::MAX;
        /// Weight of the maximum against the average excitation in the feedforward part.
        max_vs_avg: f32 = 0.0, "MaxVsAvg", 0.0 => 1.0;
        /// Excitation below which there is no feedforward inhibition.
        ff0: f32 = 0.1, "FF0";
    }
}

/// The running state of FFFB inhibition in one pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FffbState {
    /// Feedforward inhibition.
    pub ffi: f32,
    /// Feedback inhibition.
    pub fbi: f32,
    /// Inhibitory conductance that the pool's neurons receive.
    pub gi: f32,
}

impl FffbParams {
    /// Advances `state` by one cycle.
    ///
    /// ```text
    /// FFi  = FF max(0, ge - FF0),   ge = ge_avg + MaxVsAvg (ge_max - ge_avg)
    /// FBi += (FB act_avg - FBi) / FBTau
    /// Gi   = Gi (FFi + FBi)
    /// ```
    /// `ge_avg`, `ge_max`: excitatory conductance over the pool in this cycle; `act_avg`: average
    /// activation of the previous cycle. When off, all inhibition is 0.
    #[inline]
    pub fn step(&self, ge_avg: f32, ge_max: f32, act_avg: f32, state: &mut FffbState) {
        if !self.on {
            *state = FffbState::default();
            return;
        }
        let ge = ge_avg + self.max_vs_avg * (ge_max - ge_avg);
        state.ffi = if ge > self.ff0 { self.ff * (ge - self.ff0) } else { 0.0 };
        let fbi = self.fb * act_avg;
        state.fbi += (1.0 / self.fb_tau) * (fbi - state.fbi);
        state.gi = self.gi * (state.ffi + state.fbi);
    }
}

parameters! {
    /// Inhibition of each neuron by its own activation (path `Layer.Inhib.Self`).
    pub struct SelfInhibParams {
        /// Whether it acts.
        on: bool = false, "On";
        /// Strength.
        gi: f32 = 0.4, "Gi", 0.0 => f32::MAX;
        /// Time constant, in cycles.
        tau: f32 = 1.4, "Tau", 1.0 => f32::MAX;
    }
}

parameters! {
    /// Expected average activity, which scales what a layer sends (path `Layer.Inhib.ActAvg`).
    pub struct ActAvgParams {
        /// Initial estimate.
        init: f32 = 0.15, "Init", 0.0 => 1.0;
        /// Keep the initial estimate.
        fixed: bool = false, "Fixed";
        /// Whether external activity would be used (kept for the reference's files; no effect).
        use_ext_act: bool = false, "UseExtAct";
        /// Let the first trial move the estimate halfway.
        use_first: bool = true, "UseFirst";
        /// Time constant of the estimate, in trials.
        tau: f32 = 100.0, "Tau", 1.0 => f32::MAX;
        /// Factor from the estimate to the effective activity.
        adjust: f32 = 1.0, "Adjust", 0.0 => f32::MAX;
    }
}

impl ActAvgParams {
    /// Moves the running average `avg` towards the activity `act` of the last trial. Activity
    /// below 0.0001 leaves it as it is.
    pub fn step(&self, avg: &mut f32, act: f32) {
        if act < 0.0001 {
            return;
        }
        if self.use_first && *avg == self.init {
            *avg += 0.5 * (act - *avg);
        } else {
            *avg += (1.0 / self.tau) * (act - *avg);
        }
    }

    /// The activity that scaling uses, from its running average.
    pub fn effective(&self, avg: f32) -> f32 {
        if self.fixed { self.init } else { self.adjust * avg }
    }
}

parameters! {
    /// All inhibition of a layer (path `Layer.Inhib`).
    pub struct InhibParams {
        /// Of the layer.
        layer: FffbParams, "Layer";
        /// Of each pool.
        pool: FffbParams => FffbParams { on: false, ..FffbParams::default() }, "Pool";
        /// Of each neuron by itself.
        self_inhib: SelfInhibParams, "Self";
        /// Expected activity.
        act_avg: ActAvgParams, "ActAvg";
    }
}
