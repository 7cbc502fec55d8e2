//! What one cycle does within a layer: sending, conductances, inhibition, activation.

use std::ops::Range;

use super::Layer;
use crate::leabra::inhibition::InhibParams;
use crate::leabra::noise::NoiseType;
use crate::leabra::spiking::{SpikeState, SpikingNeuron};
use crate::network::Outbox;
use crate::neuron::Neurons;
use crate::pool::{AvgMax, Pool};
use crate::vector::activation::{ActivationConstants, activate};
use crate::vector::neurons::{
    AverageRates, SendThresholds, add, approach, approach_above_zero, average, clamp,
    collect_changes, sum_of, sum_of_some,
};

/// A variable of which every pool keeps average and maximum.
#[derive(Clone, Copy)]
pub(crate) enum PoolVariable {
    /// Excitatory conductance.
    Ge,
    /// Activation.
    Act,
}

/// Constants that a layer's cycles need, derived from its parameters at the start of a trial.
#[derive(Debug, Clone)]
pub(crate) struct CycleConstants {
    /// The work of a cycle, about: in synaptic events.
    pub work: usize,
    /// The layer's inboxes in every share.
    pub inboxes: Range<usize>,
    send: SendThresholds,
    activation: ActivationConstants,
    averages: AverageRates,
    g_dt: f32,
    thr: f32,
    gain: f32,
    hard: bool,
    clamp_min: f32,
    clamp_max: f32,
    noise: NoiseType,
    spiking: Option<SpikingNeuron>,
}

impl CycleConstants {
    /// Of a layer with its inboxes and its work.
    pub(crate) fn new(layer: &Layer, inboxes: Range<usize>, work: usize) -> Self {
        let act = &layer.params.act;
        let averages = &layer.params.learn.act_avg;
        Self {
            inboxes,
            work,
            send: SendThresholds { send: act.opt_thresh.send, delta: act.opt_thresh.delta },
            activation: ActivationConstants::new(act),
            averages: AverageRates {
                ss: 1.0 / averages.ss_tau,
                s: 1.0 / averages.s_tau,
                m: 1.0 / averages.m_tau,
                lrn_s: 1.0 - averages.lrn_m,
                lrn_m: averages.lrn_m,
            },
            g_dt: act.dt.g_dt(),
            thr: act.xx1.thr,
            gain: act.xx1.gain,
            hard: act.clamp.hard,
            clamp_min: act.clamp.range.min,
            clamp_max: act.clamp.range.max,
            noise: act.noise.kind,
            spiking: act.spike.on.then(|| SpikingNeuron::new(act)),
        }
    }
}

impl Layer {
    /// Collects the changes of activation that are large enough to be sent.
    pub(crate) fn send(&mut self, constants: &CycleConstants, outbox: &mut Outbox) {
        let Neurons { act, act_sent, .. } = &mut self.neurons;
        collect_changes(act, act_sent, &constants.send, outbox.members_mut());
    }

    /// From conductances to activation and the averages that learning uses, after
    /// [`inhibit`](Self::inhibit).
    pub(crate) fn follow(&mut self, constants: &CycleConstants) {
        self.activate(constants);
        if self.n_off > 0 {
            self.silence();
        }
        average(&mut self.neurons, &constants.averages);
    }

    /// Average and maximum of a variable in every pool of a member; those of the whole layer from
    /// sum and greatest value.
    pub(crate) fn pool_statistics(&mut self, of: PoolVariable, member: usize, whole: (f32, f32)) {
        let n_pools = self.pools.len() / self.members;
        let (neurons, any_off) = (&self.neurons, self.n_off > 0);
        let values = match of {
            PoolVariable::Ge => &neurons.ge[..],
            PoolVariable::Act => &neurons.act[..],
        };
        let pools = &mut self.pools[member * n_pools..(member + 1) * n_pools];
        for (index, pool) in pools.iter_mut().enumerate() {
            let units = pool.neurons.clone();
            let statistics = match index {
                _ if any_off => {
                    let on = units.filter(|unit| !neurons.off[*unit]);
                    AvgMax::over(on.map(|unit| values[unit]))
                }
                0 => AvgMax::from_sum(whole, units.len()),
                _ => AvgMax::of(&values[units]),
            };
            match of {
                PoolVariable::Ge => pool.ge = statistics,
                PoolVariable::Act => pool.act = statistics,
            }
        }
    }

    /// `Ge` follows `GeRaw` plus soft-clamped input, with noise; `GiSyn` follows `GiRaw`.
    pub(crate) fn integrate_conductances(&mut self, constants: &CycleConstants) {
        let clamp = &self.params.act.clamp;
        let n = &mut self.neurons;
        let g_dt = constants.g_dt;
        let multiplied = constants.noise == NoiseType::GeMultNoise;
        if clamp.hard && !multiplied {
            approach(&mut n.ge, &n.ge_raw, g_dt);
        } else {
            for (unit, ge) in n.ge.iter_mut().enumerate() {
                let mut raw = n.ge_raw[unit];
                if multiplied {
                    raw *= 1.0 + n.noise[unit];
                }
                if n.has_ext[unit] && !clamp.hard {
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
        if constants.noise == NoiseType::GeNoise {
            add(&mut n.ge, &n.noise);
        }
        if self.n_off > 0 {
            self.silence();
        }
        let n = &mut self.neurons;
        approach_above_zero(&mut n.gi_syn, &n.gi_raw, g_dt);
    }

    /// FFFB inhibition of the layer and its pools, self inhibition, and their sum in `Gi`, after the
    /// statistics of `Ge` over pools.
    pub(crate) fn inhibit(&mut self) {
        let n_pools = self.pools.len() / self.members;
        for pools in self.pools.chunks_exact_mut(n_pools) {
            inhibit_pools(&self.params.inhib, pools, &mut self.neurons);
        }
    }

    /// Membrane potential and activation.
    fn activate(&mut self, constants: &CycleConstants) {
        let n = &mut self.neurons;
        // A hidden layer has none, which is found out for all its units at once.
        let clamped = match constants.hard && n.has_ext.iter().fold(false, |any, ext| any | ext) {
            true => n.has_ext.iter().filter(|ext| **ext).count(),
            false => 0,
        };
        if let Some(neuron) = &constants.spiking {
            n.spike(neuron, constants);
        } else {
            if clamped == n.has_ext.len() && constants.noise != NoiseType::ActNoise {
                let bounds = (constants.clamp_min, constants.clamp_max);
                clamp(n, bounds, constants.thr, constants.gain);
                return;
            }
            activate(n, constants.noise == NoiseType::VmNoise, &constants.activation);
            if constants.noise == NoiseType::ActNoise {
                add(&mut n.act, &n.noise);
            }
            self.adapt(constants);
        }
        if clamped > 0 {
            let n = &mut self.neurons;
            for unit in 0..n.act.len() {
                if n.has_ext[unit] {
                    n.hard_clamp(unit, constants);
                }
            }
        }
    }

    /// Potassium currents follow the activation of units that are not clamped.
    fn adapt(&mut self, constants: &CycleConstants) {
        let kna = &self.params.act.kna;
        if !kna.on {
            return;
        }
        let n = &mut self.neurons;
        for unit in 0..n.act.len() {
            if !(constants.hard && n.has_ext[unit]) {
                let mut g = n.kna(unit);
                kna.step_by_rate(&mut g, n.act[unit]);
                n.set_kna(unit, g);
                n.gk[unit] = g[0] + g[1] + g[2];
            }
        }
    }
}

/// FFFB inhibition of a layer, its first pool, and of its other pools, and of their neurons.
fn inhibit_pools(params: &InhibParams, pools: &mut [Pool], n: &mut Neurons) {
    let (layer, sub_pools) = pools.split_at_mut(1);
    let layer = &mut layer[0];
    params.layer.step(layer.ge.avg, layer.ge.max, layer.act.avg, &mut layer.inhib);
    if !sub_pools.is_empty() {
        let pool_params = &params.pool;
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
    let pools = if sub_pools.is_empty() { std::slice::from_ref(layer) } else { sub_pools };
    if self_inhib.on {
        let self_dt = 1.0 / self_inhib.tau;
        for unit in pools.iter().flat_map(|pool| pool.neurons.clone()) {
            let target = self_inhib.gi * n.act[unit];
            n.gi_self[unit] += self_dt * (target - n.gi_self[unit]);
        }
    }
    for pool in pools {
        let units = pool.neurons.clone();
        if units.len() == n.gi.len() {
            sum_of(&mut n.gi, pool.inhib.gi, &n.gi_self, &n.gi_syn);
        } else {
            let (own, synaptic) = (&n.gi_self[units.clone()], &n.gi_syn[units.clone()]);
            sum_of_some(&mut n.gi[units], pool.inhib.gi, own, synaptic);
        }
    }
}

impl Neurons {
    /// Sets the activation of `unit` to its external input.
    pub(crate) fn hard_clamp(&mut self, unit: usize, constants: &CycleConstants) {
        let mut input = self.ext[unit];
        if constants.noise == NoiseType::ActNoise {
            input += self.noise[unit];
        }
        let clamped = input.max(constants.clamp_min).min(constants.clamp_max);
        self.act[unit] = clamped;
        self.act_lrn[unit] = clamped;
        self.vm[unit] = constants.thr + clamped / constants.gain;
        self.act_del[unit] = 0.0;
        self.inet[unit] = 0.0;
    }

    fn kna(&self, unit: usize) -> [f32; 3] {
        [self.gkna_fast[unit], self.gkna_med[unit], self.gkna_slow[unit]]
    }

    fn set_kna(&mut self, unit: usize, [fast, med, slow]: [f32; 3]) {
        (self.gkna_fast[unit], self.gkna_med[unit], self.gkna_slow[unit]) = (fast, med, slow);
    }

    /// One cycle of spiking neurons; learning follows their rate.
    fn spike(&mut self, neuron: &SpikingNeuron, constants: &CycleConstants) {
        for unit in 0..self.act.len() {
            if constants.hard && self.has_ext[unit] {
                continue;
            }
            let mut state = SpikeState {
                vm: self.vm[unit],
                inet: self.inet[unit],
                act: self.act[unit],
                spike: self.spike[unit],
                isi: self.isi[unit],
                isi_avg: self.isi_avg[unit],
                kna: self.kna(unit),
            };
            let noise = if constants.noise == NoiseType::VmNoise { self.noise[unit] } else { 0.0 };
            let old = state.act;
            neuron.step([self.ge[unit], self.gi[unit]], noise, &mut state);
            (self.vm[unit], self.inet[unit], self.spike[unit]) =
                (state.vm, state.inet, state.spike);
            (self.isi[unit], self.isi_avg[unit]) = (state.isi, state.isi_avg);
            self.act_del[unit] = state.act - old;
            self.act[unit] = state.act;
            self.act_lrn[unit] = state.act;
            self.set_kna(unit, state.kna);
            self.gk[unit] = state.kna[0] + state.kna[1] + state.kna[2];
        }
    }
}
