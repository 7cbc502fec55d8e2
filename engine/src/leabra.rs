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

use crate::error::ParameterProblem;
use crate::params::tree::{ParameterNode, below, parameters};
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

/// Refuses values of two parameters, with their paths, that do not go together.
fn require(
    holds: bool,
    (path, value): (&str, f32),
    relation: &'static str,
    (other, other_value): (&str, f32),
) -> Result<(), ParameterProblem> {
    if holds {
        return Ok(());
    }
    let (path, other) = (path.to_owned(), other.to_owned());
    Err(ParameterProblem::Contradiction { path, value, relation, other, other_value })
}

impl LayerParams {
    /// Checks each value, and that the values go together: limits in their order, a threshold that
    /// excitation can reach, and an average `AvgL` that can exceed its least value.
    ///
    /// # Errors
    /// The first problem, with its full path.
    pub fn check(&self) -> Result<(), ParameterProblem> {
        self.check_values().map_err(|problem| below("Layer", problem))?;
        let (act, avg_l) = (&self.act, &self.learn.avg_l);
        let (range, vm) = (&act.clamp.range, &act.vm_range);
        require(
            range.min <= range.max,
            ("Layer.Act.Clamp.Range.Min", range.min),
            "at most",
            ("Layer.Act.Clamp.Range.Max", range.max),
        )?;
        require(
            vm.min <= vm.max,
            ("Layer.Act.VmRange.Min", vm.min),
            "at most",
            ("Layer.Act.VmRange.Max", vm.max),
        )?;
        require(
            act.xx1.thr < act.erev.e,
            ("Layer.Act.XX1.Thr", act.xx1.thr),
            "less than",
            ("Layer.Act.Erev.E", act.erev.e),
        )?;
        require(
            avg_l.min < avg_l.gain,
            ("Layer.Learn.AvgL.Min", avg_l.min),
            "less than",
            ("Layer.Learn.AvgL.Gain", avg_l.gain),
        )?;
        require(
            avg_l.lrn_min <= avg_l.lrn_max,
            ("Layer.Learn.AvgL.LrnMin", avg_l.lrn_min),
            "at most",
            ("Layer.Learn.AvgL.LrnMax", avg_l.lrn_max),
        )
    }
}

impl ProjectionParams {
    /// Checks each value, and that the thresholds of weight balance make a factor.
    ///
    /// # Errors
    /// The first problem, with its full path.
    pub fn check(&self) -> Result<(), ParameterProblem> {
        self.check_values().map_err(|problem| below("Prjn", problem))?;
        let balance = &self.learn.wt_bal;
        require(
            balance.lo_gain * (balance.avg_thr - balance.lo_thr) < 1.0,
            ("Prjn.Learn.WtBal.AvgThr", balance.avg_thr),
            "less than 1/LoGain above",
            ("Prjn.Learn.WtBal.LoThr", balance.lo_thr),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_contradict_each_other_are_named() {
        let layer = |change: fn(&mut LayerParams)| {
            let mut params = LayerParams::default();
            change(&mut params);
            params.check().unwrap_err().to_string()
        };
        assert_eq!(LayerParams::default().check(), Ok(()));
        assert_eq!(
            layer(|params| params.learn.avg_l.gain = 0.2),
            "`Layer.Learn.AvgL.Min` is 0.2: it must be less than `Layer.Learn.AvgL.Gain`, which is \
             0.2"
        );
        assert!(layer(|params| params.learn.avg_l.lrn_min = 0.6).contains("AvgL.LrnMax"));
        assert!(layer(|params| params.act.clamp.range.min = 1.0).contains("Clamp.Range.Max"));
        assert!(layer(|params| params.act.vm_range.max = -1.0).contains("VmRange.Min"));
        assert!(layer(|params| params.act.xx1.thr = 1.0).contains("Erev.E"));
        // What setting by path would have refused.
        assert!(layer(|params| params.inhib.layer.gi = -1.0).contains("`Layer.Inhib.Layer.Gi`"));
        assert!(layer(|params| params.act.erev.l = f32::NAN).contains("`Layer.Act.Erev.L`"));
        let mut params = ProjectionParams::default();
        assert_eq!(params.check(), Ok(()));
        params.learn.wt_bal.lo_thr = 0.0;
        assert!(params.check().unwrap_err().to_string().contains("WtBal.LoThr"));
        params.learn.wt_bal.lo_gain = 1.0;
        assert_eq!(params.check(), Ok(()));
    }
}
