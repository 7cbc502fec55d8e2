//! What one cycle does within a layer: sending, conductances, inhibition, activation.

use super::Layer;
use crate::leabra::activation::XX1;
use crate::neuron::Neurons;
use crate::pool::AvgMax;

/// Constants that a layer's cycles need, derived from its parameters at the start of a trial.
#[derive(Debug, Clone)]
pub(crate) struct CycleConstants {
    xx1: XX1,
    thr: f32,
    vm_act_thr: f32,
    hard: bool,
    clamp_min: f32,
    clamp_max: f32,
    gain: f32,
    vm_dt: f32,
    g_dt: f32,
    ss_dt: f32,
    s_dt: f32,
    m_dt: f32,
    lrn_s: f32,
    lrn_m: f32,
}

impl CycleConstants {
    pub(crate) fn new(layer: &Layer) -> Self {
        let act = &layer.params.act;
        let averages = &layer.params.learn.act_avg;
        Self {
            xx1: act.xx1.derive(),
            thr: act.xx1.thr,
            vm_act_thr: act.xx1.vm_act_thr,
            hard: act.clamp.hard,
            clamp_min: act.clamp.range.min,
            clamp_max: act.clamp.range.max,
            gain: act.xx1.gain,
            vm_dt: act.dt.vm_dt(),
            g_dt: act.dt.g_dt(),
            ss_dt: 1.0 / averages.ss_tau,
            s_dt: 1.0 / averages.s_tau,
            m_dt: 1.0 / averages.m_tau,
            lrn_s: 1.0 - averages.lrn_m,
            lrn_m: averages.lrn_m,
        }
    }
}

/// `x` between the bounds; NaN stays NaN, so that it comes to light at the cycle's end.
#[inline]
fn bounded(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

impl Layer {
    /// Collects the changes of activation that are large enough to be sent.
    pub(crate) fn fill_outbox(&mut self) {
        let thresholds = &self.params.act.opt_thresh;
        let (send, least_change) = (thresholds.send, thresholds.delta);
        self.outbox.clear();
        let neurons = &mut self.neurons;
        for (unit, (act, sent)) in neurons.act.iter().zip(&mut neurons.act_sent).enumerate() {
            if *act > send {
                let change = *act - *sent;
                if change.abs() > least_change {
                    self.outbox.push((unit as u32, change));
                    *sent = *act;
                }
            } else if *sent > send {
                self.outbox.push((unit as u32, -*sent));
                *sent = 0.0;
            }
        }
    }

    /// Everything after the inputs have been added to `GeRaw` and `GiRaw`.
    pub(crate) fn finish_cycle(&mut self, constants: &CycleConstants) {
        self.integrate_conductances(constants);
        for pool in &mut self.pools {
            pool.ge = AvgMax::of(&self.neurons.ge[pool.neurons.clone()]);
        }
        self.inhibit();
        self.activate(constants);
        self.update_averages(constants);
        for pool in &mut self.pools {
            pool.act = AvgMax::of(&self.neurons.act[pool.neurons.clone()]);
        }
    }

    /// `Ge` follows `GeRaw` plus soft-clamped input, `GiSyn` follows `GiRaw`.
    fn integrate_conductances(&mut self, constants: &CycleConstants) {
        let clamp = &self.params.act.clamp;
        let n = &mut self.neurons;
        let g_dt = constants.g_dt;
        if clamp.hard {
            for (ge, raw) in n.ge.iter_mut().zip(&n.ge_raw) {
                *ge += g_dt * (*raw - *ge);
            }
        } else {
            for (unit, ge) in n.ge.iter_mut().enumerate() {
                let mut raw = n.ge_raw[unit];
                if n.has_ext[unit] {
                    let input = n.ext[unit] * clamp.gain;
                    raw = if clamp.avg {
                        clamp.avg_gain * input + (1.0 - clamp.avg_gain) * raw
                    } else {
                        raw + input
                    };
                }
                *ge += g_dt * (raw - *ge);
            }
        }
        for (gi, raw) in n.gi_syn.iter_mut().zip(&n.gi_raw) {
            *gi = bounded(*gi + g_dt * (*raw - *gi), 0.0, f32::INFINITY);
        }
    }

    /// FFFB inhibition of the layer and its pools, self inhibition, and their sum in `Gi`.
    fn inhibit(&mut self) {
        let params = &self.params.inhib;
        let (layer, sub_pools) = self.pools.split_at_mut(1);
        let layer = &mut layer[0];
        params.layer.step(layer.ge.avg, layer.ge.max, layer.act.avg, &mut layer.inhib);
        if !sub_pools.is_empty() {
            let pool_params = params.pool.as_fffb();
            let mut greatest = 0.0_f32;
            for pool in sub_pools.iter_mut() {
                pool_params.step(pool.ge.avg, pool.ge.max, pool.act.avg, &mut pool.inhib);
                if params.layer.on {
                    pool.inhib.gi = pool.inhib.gi.max(layer.inhib.gi);
                }
                greatest = greatest.max(pool.inhib.gi);
            }
            if !params.layer.on {
                layer.inhib.gi = greatest;
            }
        }
        let self_inhib = &params.self_inhib;
        let self_dt = 1.0 / self_inhib.tau;
        let n = &mut self.neurons;
        let pools = if sub_pools.is_empty() { std::slice::from_ref(layer) } else { sub_pools };
        for pool in pools {
            for unit in pool.neurons.clone() {
                if self_inhib.on {
                    let target = self_inhib.gi * n.act[unit];
                    n.gi_self[unit] += self_dt * (target - n.gi_self[unit]);
                } else {
                    n.gi_self[unit] = 0.0;
                }
                n.gi[unit] = pool.inhib.gi + n.gi_self[unit] + n.gi_syn[unit];
            }
        }
    }

    /// Membrane potential and activation.
    fn activate(&mut self, constants: &CycleConstants) {
        let params = &self.params.act;
        let (gbar, erev, range) = (&params.gbar, &params.erev, &params.vm_range);
        let thr = constants.thr;
        let n = &mut self.neurons;
        for unit in 0..n.act.len() {
            let ge = n.ge[unit] * gbar.e;
            let gi = n.gi[unit] * gbar.i;
            let gk = n.gk[unit] * gbar.k;
            let old_vm = n.vm[unit];
            let inet = ge * (erev.e - old_vm)
                + gbar.l * (erev.l - old_vm)
                + gi * (erev.i - old_vm)
                + gk * (erev.k - old_vm);
            let vm = bounded(old_vm + constants.vm_dt * inet, range.min, range.max);
            n.inet[unit] = inet;
            n.vm[unit] = vm;
            if constants.hard && n.has_ext[unit] {
                n.hard_clamp(unit, constants);
                continue;
            }
            let old = n.act[unit];
            let (new, new_lrn) = if old < constants.vm_act_thr && vm <= thr {
                let new = constants.xx1.noisy(vm - thr);
                (new, new)
            } else {
                // The excitation that would just hold the potential at threshold, without and
                // with the potassium current of adaptation.
                let held = gi * (erev.i - thr) + gbar.l * (erev.l - thr);
                let new_lrn = constants.xx1.noisy(ge - held / (thr - erev.e));
                let new = if gk == 0.0 {
                    new_lrn
                } else {
                    let held = held + gk * (erev.k - thr);
                    constants.xx1.noisy(ge - held / (thr - erev.e))
                };
                (new, new_lrn)
            };
            let act = old + constants.vm_dt * (new - old);
            n.act[unit] = act;
            n.act_del[unit] = act - old;
            n.act_lrn[unit] += constants.vm_dt * (new_lrn - n.act_lrn[unit]);
        }
    }

    /// The running averages that learning uses.
    fn update_averages(&mut self, constants: &CycleConstants) {
        let n = &mut self.neurons;
        let averages = n.avg_ss.iter_mut().zip(&mut n.avg_s).zip(&mut n.avg_m);
        for (((ss, s), m), (lrn, act)) in averages.zip(n.avg_s_lrn.iter_mut().zip(&n.act_lrn)) {
            *ss += constants.ss_dt * (*act - *ss);
            *s += constants.s_dt * (*ss - *s);
            *m += constants.m_dt * (*s - *m);
            *lrn = constants.lrn_s * *s + constants.lrn_m * *m;
        }
    }
}

impl Neurons {
    /// Sets the activation of `unit` to its external input.
    pub(crate) fn hard_clamp(&mut self, unit: usize, constants: &CycleConstants) {
        let clamped = self.ext[unit].max(constants.clamp_min).min(constants.clamp_max);
        self.act[unit] = clamped;
        self.act_lrn[unit] = clamped;
        self.vm[unit] = constants.thr + clamped / constants.gain;
        self.act_del[unit] = 0.0;
        self.inet[unit] = 0.0;
    }
}
