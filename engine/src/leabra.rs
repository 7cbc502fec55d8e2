//! Leabra's equations: parameters with the reference's names and defaults, and the scalar
//! functions of them. The loops over neurons and synapses that use them are in [`crate::layer`]
//! and [`crate::projection`].
//!
//! All arithmetic is in `f32`, multiply then add, in the order the equations are written, so that
//! values agree with the reference (leabra v1.2.8) to the last bits.
//!
//! ```
//! use engine::leabra::activation::XX1Params;
//! let xx1 = XX1Params::default().derive();
//! assert!((xx1.noisy(0.0) - 0.094767615).abs() < 1e-6);
//! assert!((xx1.noisy(0.1) - 0.90909094).abs() < 1e-6);
//! ```

pub mod activation;
pub mod adaptation;
pub mod inhibition;
pub mod learning;
pub mod noise;
pub mod spiking;

use crate::params::tree::parameters;
use activation::ActParams;
use inhibition::InhibParams;
use learning::{LearnNeuronParams, LearnSynapseParams, WtInitParams, WtScaleParams};

parameters! {
    /// All parameters of a layer (path prefix `Layer`).
    pub struct LayerParams {
        /// Activation: conductances, time constants, clamping.
        act: ActParams, "Act";
        /// Inhibition, by layer, pool and neuron.
        inhib: InhibParams, "Inhib";
        /// Running averages that drive learning.
        learn: LearnNeuronParams, "Learn";
    }
}

parameters! {
    /// All parameters of a projection (path prefix `Prjn`).
    pub struct ProjectionParams {
        /// Distribution of initial weights.
        wt_init: WtInitParams, "WtInit";
        /// Strength relative to the receiver's other projections.
        wt_scale: WtScaleParams, "WtScale";
        /// Learning rule.
        learn: LearnSynapseParams, "Learn";
    }
}
