//! What a trial does within a layer: its start, the ends of quarters, and its statistics.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cycle::CycleConstants;
use super::{Layer, LayerType};
use crate::error::{EngineError, Result};
use crate::pool::{AvgMax, Pool, RunningActivity};

/// How well the minus phase matches the plus phase, in the last trial and on average.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CosDiff {
    /// Cosine of the mean-centred activations of the two phases in the last trial.
    pub cos: f32,
    /// Running average of the cosine.
    pub avg: f32,
    /// Running variance of the cosine.
    pub var: f32,
    /// 1 - average, the layer's error; 0 in target layers.
    pub avg_lrn: f32,
    /// The factor of the BCM learning rate.
    pub mod_avg_l_lrn: f32,
}

/// The error of a layer in the last trial.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OutputError {
    /// Sum of squared errors.
    pub sse: f64,
    /// Mean squared error over the layer's units.
    pub mse: f64,
}

impl Layer {
    /// State at the start of a run, apart from weights and learning averages.
    pub(crate) fn init_acts(&mut self) {
        let init = &self.params.act.init;
        let n = &mut self.neurons;
        n.act.fill(init.act);
        n.act_lrn.fill(init.act);
        n.ge.fill(init.ge);
        n.vm.fill(init.vm);
        for variable in [
            &mut n.gi,
            &mut n.gk,
            &mut n.gi_self,
            &mut n.gi_syn,
            &mut n.inet,
            &mut n.targ,
            &mut n.ext,
            &mut n.act_del,
            &mut n.act_q0,
            &mut n.act_q1,
            &mut n.act_q2,
            &mut n.act_m,
            &mut n.act_p,
            &mut n.act_dif,
            &mut n.act_sent,
            &mut n.ge_raw,
            &mut n.gi_raw,
            &mut n.noise,
            &mut n.gkna_fast,
            &mut n.gkna_med,
            &mut n.gkna_slow,
            &mut n.spike,
        ] {
            variable.fill(0.0);
        }
        n.isi.fill(-1.0);
        n.isi_avg.fill(-1.0);
        for pool in &mut self.pools {
            let running = pool.running;
            *pool = Pool::new(pool.neurons.clone());
            pool.running = running;
        }
        self.forget_activity();
    }

    /// Learning averages and running activity at the start of a run.
    pub(crate) fn init_averages(&mut self) {
        let n = &mut self.neurons;
        let init = self.params.learn.act_avg.init;
        for variable in [&mut n.avg_ss, &mut n.avg_s, &mut n.avg_m, &mut n.act_avg] {
            variable.fill(init);
        }
        n.avg_l.fill(self.params.learn.avg_l.init);
        n.avg_s_lrn.fill(0.0);
        n.avg_l_lrn.fill(0.0);
        let act_avg = &self.params.inhib.act_avg;
        for pool in &mut self.pools {
            pool.running = RunningActivity {
                act_m_avg: act_avg.init,
                act_p_avg: act_avg.init,
                act_p_avg_eff: act_avg.effective(act_avg.init),
            };
        }
        self.cos_diffs.fill(CosDiff::default());
    }

    /// Clears external input and targets.
    pub(crate) fn init_ext(&mut self) {
        self.neurons.ext.fill(0.0);
        self.neurons.targ.fill(0.0);
        self.neurons.has_ext.fill(false);
        self.neurons.has_targ.fill(false);
    }

    /// Sets the pattern of a trial: the target of a Target or Compare layer, else the input.
    pub(crate) fn apply_ext(&mut self, pattern: &[f32]) -> Result<()> {
        if pattern.len() != self.n_units() {
            return Err(EngineError::InputLength {
                layer: self.name.clone(),
                shape: self.shape.clone(),
                expected: self.n_units(),
                found: pattern.len(),
            });
        }
        if let Some(unit) = pattern.iter().position(|value| !value.is_finite()) {
            let value = pattern[unit];
            return Err(EngineError::InputValue { layer: self.name.clone(), unit, value });
        }
        let is_target = matches!(self.kind, LayerType::Target | LayerType::Compare);
        let n = &mut self.neurons;
        if is_target { &mut n.targ } else { &mut n.ext }.copy_from_slice(pattern);
        n.has_targ.fill(is_target);
        n.has_ext.fill(!is_target);
        if self.n_off > 0 {
            for unit in 0..n.off.len() {
                if n.off[unit] {
                    (n.has_targ[unit], n.has_ext[unit]) = (false, false);
                    (n.targ[unit], n.ext[unit]) = (0.0, 0.0);
                }
            }
        }
        Ok(())
    }

    /// The first part of a trial's start: averages over trials, for learning and scaling.
    pub(crate) fn start_trial_averages(&mut self, update: bool) {
        let n = &mut self.neurons;
        n.act_q0.copy_from_slice(&n.act_p);
        if !update {
            return;
        }
        let avg_l = &self.params.learn.avg_l;
        for unit in 0..n.avg_l.len() {
            let rate = avg_l.step(n.avg_m[unit], &mut n.avg_l[unit]);
            let error = if avg_l.err_mod { self.cos_diffs[0].mod_avg_l_lrn } else { 1.0 };
            n.avg_l_lrn[unit] = rate * error;
        }
        let act_avg = &self.params.inhib.act_avg;
        for pool in &mut self.pools {
            act_avg.step(&mut pool.running.act_m_avg, pool.act_m.avg);
            act_avg.step(&mut pool.running.act_p_avg, pool.act_p.avg);
            pool.running.act_p_avg_eff = act_avg.effective(pool.running.act_p_avg);
        }
    }

    /// Moves activity, conductances and inhibition towards rest, by a share from 0 to 1.
    pub(crate) fn decay_state(&mut self, decay: f32) {
        let (units, pools) = (0..self.neurons.act.len(), 0..self.pools.len());
        self.decay_some(units, pools, decay);
    }

    /// As [`decay_state`](Self::decay_state), of the units of a pool and of the pool itself.
    pub(crate) fn decay_pool(&mut self, pool: usize, decay: f32) {
        self.decay_some(self.pools[pool].neurons.clone(), pool..pool + 1, decay);
    }

    fn decay_some(&mut self, units: Range<usize>, pools: Range<usize>, decay: f32) {
        if decay == 0.0 {
            return;
        }
        let init = &self.params.act.init;
        let n = &mut self.neurons;
        for (variable, rest) in [
            (&mut n.act, init.act),
            (&mut n.ge, init.ge),
            (&mut n.gi, 0.0),
            (&mut n.gi_self, 0.0),
            (&mut n.gi_syn, 0.0),
            (&mut n.gk, 0.0),
            (&mut n.vm, init.vm),
        ] {
            for value in &mut variable[units.clone()] {
                *value -= decay * (*value - rest);
            }
        }
        for pool in &mut self.pools[pools] {
            for value in [
                &mut pool.ge.max,
                &mut pool.ge.avg,
                &mut pool.act.max,
                &mut pool.act.avg,
                &mut pool.inhib.ffi,
                &mut pool.inhib.fbi,
                &mut pool.inhib.gi,
            ] {
                *value -= decay * *value;
            }
        }
    }

    /// Targets stand for the outcome of a trial that ends without a plus phase.
    pub(crate) fn expect_targets(&mut self) {
        if self.kind != LayerType::Target {
            return;
        }
        let range = &self.params.act.clamp.range;
        let n = &mut self.neurons;
        for unit in (0..n.act.len()).filter(|unit| n.has_targ[*unit]) {
            n.act[unit] = n.targ[unit].max(range.min).min(range.max);
        }
        for pool in &mut self.pools {
            let on = pool.neurons.clone().filter(|unit| !n.off[*unit]);
            pool.act = AvgMax::over(on.map(|unit| n.act[unit]));
        }
    }

    /// The second part of a trial's start: decay, clearing of what was sent, clamping of inputs.
    pub(crate) fn start_trial_state(&mut self, constants: &CycleConstants) {
        self.decay_state(self.params.act.init.decay);
        let n = &mut self.neurons;
        for variable in [&mut n.act_del, &mut n.inet, &mut n.act_sent, &mut n.ge_raw, &mut n.gi_raw]
        {
            variable.fill(0.0);
        }
        if !self.params.inhib.self_inhib.on {
            n.gi_self.fill(0.0);
        }
        if self.params.act.clamp.hard && self.kind == LayerType::Input {
            for unit in 0..n.act.len() {
                n.hard_clamp(unit, constants);
            }
        }
        if self.n_off > 0 {
            self.silence();
        }
    }

    /// The end of quarter `quarter`, 0 to 3.
    pub(crate) fn end_quarter(&mut self, quarter: usize) {
        let n = &mut self.neurons;
        match quarter {
            0 => n.act_q1.copy_from_slice(&n.act),
            1 => n.act_q2.copy_from_slice(&n.act),
            2 => {
                n.act_m.copy_from_slice(&n.act);
                if self.kind == LayerType::Target {
                    for unit in (0..n.act.len()).filter(|unit| n.has_targ[*unit]) {
                        n.ext[unit] = n.targ[unit];
                        n.has_ext[unit] = true;
                    }
                }
                for pool in &mut self.pools {
                    pool.act_m = pool.act;
                }
            }
            _ => {
                n.act_p.copy_from_slice(&n.act);
                let dt = self.params.act.dt.avg_dt();
                for unit in 0..n.act.len() {
                    n.act_dif[unit] = n.act_p[unit] - n.act_m[unit];
                    n.act_avg[unit] += dt * (n.act[unit] - n.act_avg[unit]);
                }
                for pool in &mut self.pools {
                    pool.act_p = pool.act;
                }
                for member in 0..self.members {
                    self.update_cos_diff(member);
                }
            }
        }
    }

    /// Compares the two phases of the trial that ends.
    fn update_cos_diff(&mut self, member: usize) {
        let n = &self.neurons;
        let whole = &self.pools[member * (self.pools.len() / self.members)];
        let (mean_m, mean_p) = (whole.act_m.avg, whole.act_p.avg);
        let units = whole.neurons.clone();
        let (act_m, act_p) = (&n.act_m[units.clone()], &n.act_p[units.clone()]);
        let (mut cos, mut ss_m, mut ss_p) = (0.0_f32, 0.0_f32, 0.0_f32);
        for ((m, p), off) in act_m.iter().zip(act_p).zip(&n.off[units]) {
            if *off {
                continue;
            }
            let (p, m) = (*p - mean_p, *m - mean_m);
            cos += p * m;
            ss_m += m * m;
            ss_p += p * p;
        }
        let norm = (ss_m * ss_p).sqrt();
        if norm != 0.0 {
            cos /= norm;
        }
        let diff = &mut self.cos_diffs[member];
        diff.cos = cos;
        let dt = 1.0 / self.params.learn.cos_diff.tau;
        let kept = 1.0 - dt;
        if diff.avg == 0.0 {
            // An average of exactly 0 marks the first trial.
            (diff.avg, diff.var) = (cos, 0.0);
        } else {
            let del = cos - diff.avg;
            let increment = dt * del;
            diff.avg += increment;
            diff.var = if diff.var == 0.0 {
                2.0 * kept * del * increment
            } else {
                kept * (diff.var + del * increment)
            };
        }
        if matches!(self.kind, LayerType::Target | LayerType::Compare) {
            (diff.avg_lrn, diff.mod_avg_l_lrn) = (0.0, 0.0);
        } else {
            let avg_l = &self.params.learn.avg_l;
            diff.avg_lrn = 1.0 - diff.avg;
            diff.mod_avg_l_lrn = if avg_l.err_mod { diff.avg_lrn.max(avg_l.mod_min) } else { 1.0 };
        }
    }

    /// The error of the last trial: plus minus minus phase (in a Compare layer, target minus minus
    /// phase), where differences below `tolerance` count as none.
    pub fn output_error(&self, tolerance: f32) -> OutputError {
        let n = &self.neurons;
        let wanted = if self.kind == LayerType::Compare { &n.targ } else { &n.act_p };
        let mut sse = 0.0_f64;
        for (wanted, act_m) in wanted.iter().zip(&n.act_m) {
            let difference = *wanted - *act_m;
            if difference.abs() >= tolerance {
                sse += f64::from(difference) * f64::from(difference);
            }
        }
        OutputError { sse, mse: sse / n.act_m.len().max(1) as f64 }
    }

    /// The layer's first value that is no finite number: its variable and unit.
    pub(crate) fn not_a_number(&self) -> Option<(&'static str, usize)> {
        let mut all = true;
        for pool in self.pools.iter().step_by(self.pools.len() / self.members) {
            all &= pool.act.avg.is_finite() & pool.ge.avg.is_finite();
        }
        if all {
            return None;
        }
        [("Ge", &self.neurons.ge), ("Act", &self.neurons.act)].into_iter().find_map(
            |(name, values)| {
                let unit = values.iter().position(|value| !value.is_finite())?;
                Some((name, unit % self.n_units()))
            },
        )
    }
}
