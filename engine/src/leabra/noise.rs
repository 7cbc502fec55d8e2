//! Noise in the activation of neurons.
//!
//! ```
//! use engine::{LayerType, Network};
//! use engine::params::ParamSheet;
//!
//! let mut net = Network::new("noisy");
//! let layer = net.add_layer("Hidden", &[1, 50], LayerType::Hidden)?;
//! net.build()?;
//! net.apply_params(&ParamSheet::new().select("Layer", &[
//!     ("Layer.Act.Noise.Type", "GeNoise"),
//!     ("Layer.Act.Noise.Dist", "Gaussian"),
//!     ("Layer.Act.Noise.Var", "0.1"),
//! ])?)?;
//! net.init_weights(1)?;
//! net.test_trial()?;
//! assert!(net.unit_values(layer, "Noise")?.iter().any(|noise| *noise > 0.0));
//! # Ok::<(), engine::EngineError>(())
//! ```

use crate::params::tree::{choices, parameters};
use crate::random::{Distribution, RandomParams};

choices! {
    /// Where noise is added.
    pub enum NoiseType {
        /// Nowhere.
        NoNoise,
        /// To the membrane potential.
        VmNoise,
        /// To excitatory conductance.
        GeNoise,
        /// To activation; in hard-clamped layers to the external input. Units that spike have none.
        ActNoise,
        /// To excitatory input, as a share of it: `raw (1 + noise)` (declared, but without effect
        /// in the reference).
        GeMultNoise,
    }
}

parameters! {
    /// Noise of each neuron (path `Layer.Act.Noise`); [`RandomParams`] tells what the parameters of
    /// the distribution mean.
    ///
    /// The numbers come from a stream of their own for each layer and trial (or cycle), so that
    /// they depend neither on the number of threads nor on tests in between. Two things differ from
    /// the reference: a hard-clamped unit has noise only with `ActNoise`, and once, within the
    /// limits of the clamp (the reference adds any noise, that of activation twice); and the
    /// distribution `Mean` is a constant (there: no noise).
    pub struct NoiseParams {
        /// Kind of distribution.
        dist: Distribution = Distribution::Uniform, "Dist";
        /// Mean of a symmetric distribution, offset of the others.
        mean: f32 = 0.0, "Mean";
        /// Half-range of the uniform, standard deviation of the Gaussian distribution.
        var: f32 = 0.0, "Var";
        /// Further parameter of some distributions.
        par: f32 = 0.0, "Par";
        /// Where it is added.
        kind: NoiseType = NoiseType::NoNoise, "Type";
        /// Keep the same noise for the whole trial, so that it is not averaged out.
        fixed: bool = true, "Fixed";
    }
}

impl NoiseParams {
    /// The distribution alone.
    pub fn distribution(&self) -> RandomParams {
        let Self { dist, mean, var, par, .. } = *self;
        RandomParams { dist, mean, var, par }
    }
}
