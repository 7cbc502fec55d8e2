//! Learning: running averages, the XCAL rule, normalisation, momentum, weight sigmoid and balance.
//!
//! ```
//! use engine::leabra::learning::{WtSigParams, XCalParams};
//! let xcal = XCalParams::default();
//! assert!((xcal.dwt(0.3, 0.2) - 0.1).abs() < 1e-6);
//! assert!((xcal.dwt(0.01, 0.1) + 0.09).abs() < 1e-6);
//! let sigmoid = WtSigParams::default();
//! assert!((sigmoid.linear_from_effective(0.15) - 0.42822415).abs() < 1e-6);
//! ```

use crate::params::tree::parameters;
use crate::random::{Distribution, RandomParams};

parameters! {
    /// Running averages of activation that learning uses (path `Layer.Learn.ActAvg`).
    pub struct LrnActAvgParams {
        /// Time constant of the super-short average, in cycles.
        ss_tau: f32 = 2.0, "SSTau", 1.0 => f32::MAX;
        /// Time constant of the short average (plus phase), in cycles.
        s_tau: f32 = 2.0, "STau", 1.0 => f32::MAX;
        /// Time constant of the medium average (minus phase), in cycles.
        m_tau: f32 = 10.0, "MTau", 1.0 => f32::MAX;
        /// Share of the medium average in the plus-phase value that learning uses.
        lrn_m: f32 = 0.1, "LrnM", 0.0 => 1.0;
        /// Initial value of the averages.
        init: f32 = 0.15, "Init", 0.0 => 1.0;
    }
}

parameters! {
    /// The long-term average that is the floating threshold of BCM learning (path
    /// `Layer.Learn.AvgL`).
    pub struct AvgLParams {
        /// Initial value.
        init: f32 = 0.4, "Init", 0.0 => 1.0;
        /// Factor on the medium average that it follows.
        gain: f32 = 2.5, "Gain", 0.0 => f32::MAX;
        /// Least value.
        min: f32 = 0.2, "Min", 0.0 => f32::MAX;
        /// Time constant, in trials.
        tau: f32 = 10.0, "Tau", 1.0 => f32::MAX;
        /// Greatest learning rate of the BCM part.
        lrn_max: f32 = 0.5, "LrnMax", 0.0 => f32::MAX;
        /// Least learning rate of the BCM part.
        lrn_min: f32 = 0.0001, "LrnMin", 0.0 => f32::MAX;
        /// Scale the BCM part by the layer's error.
        err_mod: bool = true, "ErrMod";
        /// Least such scale.
        mod_min: f32 = 0.01, "ModMin", 0.0 => 1.0;
    }
}

impl AvgLParams {
    /// Advances the average by one trial: `AvgL += (Gain AvgM - AvgL)/Tau`, at least `Min`;
    /// returns the learning rate of the BCM part before modulation by error.
    #[inline]
    pub fn step(&self, avg_m: f32, avg_l: &mut f32) -> f32 {
        *avg_l += (1.0 / self.tau) * (self.gain * avg_m - *avg_l);
        if *avg_l < self.min {
            *avg_l = self.min;
        }
        ((self.lrn_max - self.lrn_min) / (self.gain - self.min)) * (*avg_l - self.min)
    }
}

parameters! {
    /// Running average of the match between minus and plus phase (path `Layer.Learn.CosDiff`).
    pub struct CosDiffParams {
        /// Time constant, in trials.
        tau: f32 = 100.0, "Tau", 1.0 => f32::MAX;
    }
}

parameters! {
    /// Learning parameters of neurons (path `Layer.Learn`).
    pub struct LearnNeuronParams {
        /// Running averages within a trial.
        act_avg: LrnActAvgParams, "ActAvg";
        /// Long-term average.
        avg_l: AvgLParams, "AvgL";
        /// Match between phases.
        cos_diff: CosDiffParams, "CosDiff";
    }
}

parameters! {
    /// Distribution of initial weights (path `Prjn.WtInit`); see
    /// [`RandomParams`].
    pub struct WtInitParams {
        /// Kind of distribution.
        dist: Distribution = Distribution::Uniform, "Dist";
        /// Mean of a symmetric distribution, offset of the others.
        mean: f32 = 0.5, "Mean";
        /// Half-range of the uniform, standard deviation of the Gaussian distribution.
        var: f32 = 0.25, "Var", 0.0 => f32::MAX;
        /// Further parameter of some distributions.
        par: f32 = 0.0, "Par";
        /// Copy the weights of a projection to its reciprocal.
        sym: bool = true, "Sym";
    }
}

impl WtInitParams {
    /// The distribution alone.
    pub fn distribution(&self) -> RandomParams {
        let Self { dist, mean, var, par, .. } = *self;
        RandomParams { dist, mean, var, par }
    }
}

parameters! {
    /// Strength of a projection (path `Prjn.WtScale`).
    pub struct WtScaleParams {
        /// Absolute factor.
        abs: f32 = 1.0, "Abs", 0.0 => f32::MAX;
        /// Factor relative to the other projections into the same layer.
        rel: f32 = 1.0, "Rel", 0.0 => f32::MAX;
    }
}

impl WtScaleParams {
    /// The factor that makes the expected input of a projection independent of its size.
    ///
    /// ```text
    /// 1 / n_active                                   all n_senders connect (n_connections = n_senders)
    /// 1 / min(max(act n_connections, 1) + 2, most)   otherwise; most = min(n_connections, n_active)
    /// n_active = max(round(act n_senders), 1)
    /// ```
    /// `act`: expected activity of the sender; `n_senders`: its units; `n_connections`: average
    /// connections of a receiver.
    pub fn full_scale(act: f32, n_senders: f32, n_connections: f32) -> f32 {
        const EXTRA: f32 = 2.0;
        let n_connections = n_connections.max(1.0);
        let n_active = (act * n_senders).round().max(1.0);
        if n_connections == n_senders {
            return 1.0 / n_active;
        }
        let most = n_connections.min(n_active).round();
        let average = (act * n_connections).round().max(1.0);
        1.0 / (average + EXTRA).min(most)
    }
}

parameters! {
    /// The XCAL learning rule (path `Prjn.Learn.XCal`).
    pub struct XCalParams {
        /// Weight of the error-driven part.
        m_lrn: f32 = 1.0, "MLrn", 0.0 => f32::MAX;
        /// Use `LLrn` for the BCM part instead of the receiver's own rate.
        set_l_lrn: bool = false, "SetLLrn";
        /// Weight of the BCM part if `SetLLrn`.
        l_lrn: f32 = 1.0, "LLrn", 0.0 => f32::MAX;
        /// Where, as a share of the threshold, weight decrease turns back towards 0.
        d_rev: f32 = 0.1, "DRev", 0.0 => 0.99;
        /// Below this product of activities there is no change.
        d_thr: f32 = 0.0001, "DThr", 0.0 => f32::MAX;
        /// Senders whose short and medium averages are below this do not learn.
        lrn_thr: f32 = 0.01, "LrnThr", 0.0 => f32::MAX;
    }
}

impl XCalParams {
    /// Slope of the part below the reversal point.
    #[inline]
    pub fn reversal_slope(&self) -> f32 {
        if self.d_rev > 0.0 { -(1.0 - self.d_rev) / self.d_rev } else { -1.0 }
    }

    /// The weight change for the product `x` of sender's and receiver's activity and threshold `p`.
    ///
    /// ```text
    ///        0               x < DThr
    /// f(x) = x - p           x > p DRev
    ///        -x (1-DRev)/DRev   otherwise
    /// ```
    #[inline]
    pub fn dwt(&self, x: f32, p: f32) -> f32 {
        if x < self.d_thr {
            0.0
        } else if x > p * self.d_rev {
            x - p
        } else {
            x * self.reversal_slope()
        }
    }
}

parameters! {
    /// Contrast enhancement of weights (path `Prjn.Learn.WtSig`).
    pub struct WtSigParams {
        /// Gain of the sigmoid.
        gain: f32 = 6.0, "Gain", 1e-3 => f32::MAX;
        /// Offset of the sigmoid.
        off: f32 = 1.0, "Off", 1e-6 => f32::MAX;
        /// Slow changes down as weights approach 0 and 1.
        soft_bound: bool = true, "SoftBound";
    }
}

impl WtSigParams {
    /// The effective weight of the linear weight `w`: `1 / (1 + (Off (1-w)/w)^Gain)`.
    #[inline]
    pub fn effective_from_linear(&self, w: f32) -> f32 {
        if w <= 0.0 {
            return 0.0;
        }
        if w >= 1.0 {
            return 1.0;
        }
        if self.gain == 1.0 && self.off == 1.0 {
            return w;
        }
        let odds = (1.0 - w) / w;
        if self.gain == 6.0 && self.off == 1.0 {
            // The sixth power as products, in the order that the reference rounds.
            return 1.0 / (1.0 + odds * odds * odds * odds * odds * odds);
        }
        let base = (self.off * (1.0 - w)) / w;
        1.0 / (1.0 + (f64::from(base).powf(f64::from(self.gain)) as f32))
    }

    /// The linear weight of the effective weight `w`: the inverse of
    /// [`effective_from_linear`](Self::effective_from_linear).
    #[inline]
    pub fn linear_from_effective(&self, w: f32) -> f32 {
        if w <= 0.0 {
            return 0.0;
        }
        if w >= 1.0 {
            return 1.0;
        }
        if self.gain == 1.0 && self.off == 1.0 {
            return w;
        }
        let root = f64::from((1.0 - w) / w).powf(f64::from(1.0 / self.gain)) as f32;
        1.0 / (1.0 + root / self.off)
    }
}

parameters! {
    /// Normalisation of weight changes by their running maximum (path `Prjn.Learn.Norm`).
    pub struct DWtNormParams {
        /// Whether it acts.
        on: bool = true, "On";
        /// Time constant of the decay of the maximum, in weight changes.
        decay_tau: f32 = 1000.0, "DecayTau", 1.0 => f32::MAX;
        /// Least maximum to divide by.
        norm_min: f32 = 0.001, "NormMin", 0.0 => f32::MAX;
        /// Factor that keeps the overall learning rate comparable.
        lr_comp: f32 = 0.15, "LrComp", 0.0 => f32::MAX;
    }
}

parameters! {
    /// Momentum of weight changes (path `Prjn.Learn.Momentum`).
    pub struct MomentumParams {
        /// Whether it acts.
        on: bool = true, "On";
        /// Time constant, in weight changes.
        m_tau: f32 = 10.0, "MTau", 1.0 => f32::MAX;
        /// Factor that keeps the overall learning rate comparable.
        lr_comp: f32 = 0.1, "LrComp", 0.0 => f32::MAX;
    }
}

parameters! {
    /// Balance of a receiver's weights around a target average (path `Prjn.Learn.WtBal`).
    pub struct WtBalParams {
        /// Whether it acts.
        on: bool = false, "On";
        /// Also balance weights into target layers.
        targs: bool = false, "Targs";
        /// Weights below this do not count in the average.
        avg_thr: f32 = 0.25, "AvgThr";
        /// Averages above this favour weight decrease.
        hi_thr: f32 = 0.4, "HiThr";
        /// Strength above `HiThr`.
        hi_gain: f32 = 4.0, "HiGain", 0.0 => f32::MAX;
        /// Averages below this favour weight increase.
        lo_thr: f32 = 0.4, "LoThr";
        /// Strength below `LoThr`.
        lo_gain: f32 = 6.0, "LoGain", 0.0 => f32::MAX;
    }
}

impl WtBalParams {
    /// Factors `(increase, decrease)` of weight changes for a receiver's average weight.
    ///
    /// ```text
    /// avg < LoThr:  decrease = 1/(1 + LoGain (LoThr - max(avg, AvgThr))), increase = 2 - decrease
    /// avg > HiThr:  increase = 1/(1 + HiGain (avg - HiThr)),              decrease = 2 - increase
    /// ```
    #[inline]
    pub fn factors(&self, average: f32) -> (f32, f32) {
        if average < self.lo_thr {
            let average = average.max(self.avg_thr);
            let factor = self.lo_gain * (self.lo_thr - average);
            let decrease = 1.0 / (1.0 + factor);
            (2.0 - decrease, decrease)
        } else if average > self.hi_thr {
            let factor = self.hi_gain * (average - self.hi_thr);
            let increase = 1.0 / (1.0 + factor);
            (increase, 2.0 - increase)
        } else {
            (1.0, 1.0)
        }
    }
}

parameters! {
    /// Learning parameters of synapses (path `Prjn.Learn`).
    pub struct LearnSynapseParams {
        /// Whether the projection learns.
        learn: bool = true, "Learn";
        /// Learning rate.
        lrate: f32 = 0.04, "Lrate", 0.0 => f32::MAX;
        /// The learning rate that schedules are relative to; follows `Lrate` when that is set.
        lrate_init: f32 = 0.04, "LrateInit", 0.0 => f32::MAX;
        /// Learning rule.
        xcal: XCalParams, "XCal";
        /// Contrast enhancement.
        wt_sig: WtSigParams, "WtSig";
        /// Normalisation.
        norm: DWtNormParams, "Norm";
        /// Momentum.
        momentum: MomentumParams, "Momentum";
        /// Weight balance.
        wt_bal: WtBalParams, "WtBal";
    }
}
