//! Adaptation: potassium currents that grow with a neuron's own activity.
//!
//! ```
//! use engine::leabra::adaptation::KNaParams;
//! let kna = KNaParams::default();
//! let mut g = [0.0_f32; 3];
//! for _ in 0..100 {
//!     kna.step_by_rate(&mut g, 0.9);
//! }
//! // The fast channel has nearly settled, the slow one still grows.
//! assert!(g[0] > 0.06 && g[2] < 0.08);
//! ```

use crate::params::tree::parameters;

macro_rules! channel {
    ($(#[$meta:meta])* $name:ident, $tau:literal, $rise:literal, $max:literal) => {
        parameters! {
            $(#[$meta])*
            pub struct $name {
                /// Whether it acts.
                on: bool = true, "On";
                /// Time constant of decay, in cycles.
                tau: f32 = $tau, "Tau", 1.0 => f32::MAX;
                /// Rate of growth with activity.
                rise: f32 = $rise, "Rise", 0.0 => f32::MAX;
                /// Greatest conductance.
                max: f32 = $max, "Max", 0.0 => f32::MAX;
            }
        }

        impl $name {
            /// Follows activity `act` (already times `Rate`):
            /// `g += act Rise (Max - g) - g / Tau`.
            fn by_rate(&self, g: &mut f32, act: f32) {
                if self.on {
                    *g += act * self.rise * (self.max - *g) - (1.0 / self.tau) * *g;
                }
            }

            /// Follows a spike or its absence: `g += Rise (Max - g)`, or `g -= g / Tau`.
            fn by_spike(&self, g: &mut f32, spike: bool) {
                if self.on {
                    *g += if spike { self.rise * (self.max - *g) } else { -(1.0 / self.tau) * *g };
                }
            }
        }
    };
}

channel! {
    /// The fast channel, M-type (path `Layer.Act.KNa.Fast`).
    FastParams, 50.0, 0.05, 0.1
}
channel! {
    /// The medium channel, Slick (path `Layer.Act.KNa.Med`).
    MediumParams, 200.0, 0.02, 0.1
}
channel! {
    /// The slow channel, Slack (path `Layer.Act.KNa.Slow`).
    SlowParams, 1000.0, 0.001, 1.0
}

parameters! {
    /// Sodium-gated potassium currents (path `Layer.Act.KNa`), after Kaczmarek (2013).
    pub struct KNaParams {
        /// Whether they act.
        on: bool = false, "On";
        /// Factor from rate-code activation to the equivalent of spikes.
        rate: f32 = 0.8, "Rate", 0.0 => f32::MAX;
        /// Fast channel.
        fast: FastParams, "Fast";
        /// Medium channel.
        med: MediumParams, "Med";
        /// Slow channel.
        slow: SlowParams, "Slow";
    }
}

impl KNaParams {
    /// Advances the conductances of the fast, medium and slow channel by one cycle of activation
    /// `act`.
    pub fn step_by_rate(&self, [fast, med, slow]: &mut [f32; 3], act: f32) {
        let act = act * self.rate;
        self.fast.by_rate(fast, act);
        self.med.by_rate(med, act);
        self.slow.by_rate(slow, act);
    }

    /// Advances the conductances by one cycle with or without a spike.
    pub fn step_by_spike(&self, [fast, med, slow]: &mut [f32; 3], spike: bool) {
        self.fast.by_spike(fast, spike);
        self.med.by_spike(med, spike);
        self.slow.by_spike(slow, spike);
    }
}
