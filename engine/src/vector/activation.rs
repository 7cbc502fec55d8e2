//! Membrane potential and activation of the neurons of a layer.

use multiversion::multiversion;

use super::exp::exp;
use crate::leabra::activation::{ActParams, ErevParams, GbarParams, VmRange, XX1, XX1Params};
use crate::neuron::{LANES, Neurons};

/// The constants of activation.
#[derive(Debug, Clone)]
pub(crate) struct ActivationConstants {
    xx1: XX1,
    vm_dt: f32,
    gbar: GbarParams,
    erev: ErevParams,
    range: VmRange,
    /// `Ei - Thr`, `gl (El - Thr)`, `Ek - Thr`, `Thr - Ee`.
    to_thr: [f32; 4],
}

impl ActivationConstants {
    pub(crate) fn new(params: &ActParams) -> Self {
        let (thr, erev) = (params.xx1.thr, params.erev.clone());
        let leak = params.gbar.l * (erev.l - thr);
        Self {
            xx1: params.xx1.derive(),
            vm_dt: params.dt.vm_dt(),
            gbar: params.gbar.clone(),
            range: params.vm_range.clone(),
            to_thr: [erev.i - thr, leak, erev.k - thr, thr - erev.e],
            erev,
        }
    }

    /// One neuron with all currents; `g` are excitatory, inhibitory and potassium conductance.
    ///
    /// ```text
    /// Inet = ge (Ee - Vm) + gl (El - Vm) + gi (Ei - Vm) + gk (Ek - Vm)
    /// Vm  += dt Inet + noise
    /// Act += dt (nxx1(x) - Act),   x = Vm - Thr            if Act < VmActThr and Vm <= Thr
    ///                              x = ge - geThr           otherwise
    /// geThr = (gi (Ei - Thr) + gl (El - Thr) + gk (Ek - Thr)) / (Thr - Ee)
    /// ```
    ///
    /// `ActLrn` leaves the potassium current of adaptation out.
    #[inline(always)]
    fn step(&self, [ge, gi, gk]: [f32; 3], noise: f32, state: State) -> State {
        let Self { xx1, gbar, erev, range, .. } = self;
        let [i_to_thr, leak, k_to_thr, thr_to_e] = self.to_thr;
        let (ge, gi, gk) = (ge * gbar.e, gi * gbar.i, gk * gbar.k);
        let old_vm = state.vm;
        let inet = self.inet([ge, gi], old_vm) + gk * (erev.k - old_vm);
        let vm = bounded(old_vm + self.vm_dt * inet + noise, range.min, range.max);
        let held = gi * i_to_thr + leak;
        let adapted = ge - (held + gk * k_to_thr) / thr_to_e;
        let free = ge - held / thr_to_e;
        let [adapted, free] =
            [adapted, free].map(|over| xx1.noisy(self.above(state.act, vm, over)));
        State {
            inet,
            vm,
            act: state.act + self.vm_dt * (adapted - state.act),
            act_lrn: state.act_lrn + self.vm_dt * (free - state.act_lrn),
        }
    }

    /// The net current without that of potassium, conductances being scaled.
    #[inline(always)]
    fn inet(&self, [ge, gi]: [f32; 2], vm: f32) -> f32 {
        let Self { gbar, erev, .. } = self;
        ge * (erev.e - vm) + gbar.l * (erev.l - vm) + gi * (erev.i - vm)
    }

    /// What the activation function is of: the distance of the potential above threshold, or that of
    /// the conductance, `over`.
    #[inline(always)]
    fn above(&self, act: f32, vm: f32, over: f32) -> f32 {
        let XX1Params { thr, vm_act_thr, .. } = self.xx1.params;
        let distance = vm - thr;
        if (act < vm_act_thr) & (vm <= thr) { distance } else { over }
    }

    /// [`step`](Self::step) without potassium and noise for [`LANES`] neurons. What is computed in
    /// `f32` and what in `f64` are loops of their own, so that each uses whole vectors.
    #[inline(always)]
    fn step_block(
        &self,
        [ge, gi]: [&[f32; LANES]; 2],
        inet: &mut [f32; LANES],
        vm: &mut [f32; LANES],
        act: &mut [f32; LANES],
        act_lrn: &mut [f32; LANES],
        act_del: &mut [f32; LANES],
    ) {
        let Self { xx1, gbar, range, vm_dt, .. } = self;
        let [i_to_thr, leak, _, thr_to_e] = self.to_thr;
        let (mut above, mut decayed) = ([0.0; LANES], [0.0; LANES]);
        for i in 0..LANES {
            let (ge, gi) = (ge[i] * gbar.e, gi[i] * gbar.i);
            inet[i] = self.inet([ge, gi], vm[i]);
            vm[i] = bounded(vm[i] + vm_dt * inet[i], range.min, range.max);
            let over = ge - (gi * i_to_thr + leak) / thr_to_e;
            above[i] = self.above(act[i], vm[i], over);
        }
        for i in 0..LANES {
            decayed[i] = exp(-(above[i] * xx1.sig_gain_nvar));
        }
        for i in 0..LANES {
            let target = noisy(xx1, above[i], decayed[i]);
            let old = act[i];
            act[i] += vm_dt * (target - old);
            act_lrn[i] += vm_dt * (target - act_lrn[i]);
            act_del[i] = act[i] - old;
        }
    }
}

/// What [`ActivationConstants::step`] changes.
#[derive(Clone, Copy)]
struct State {
    inet: f32,
    vm: f32,
    act: f32,
    act_lrn: f32,
}

/// Net current, membrane potential and activation of each neuron, from conductances, with the noise
/// of the potential where `noise` asks for it; see [`ActivationConstants::step`].
#[multiversion(targets = "simd")]
pub(crate) fn activate(n: &mut Neurons, noise: bool, constants: &ActivationConstants) {
    // Without adaptation all are 0.
    let adapts = n.gk.iter().fold(false, |any, gk| any | (*gk != 0.0));
    if adapts || noise {
        for i in 0..n.act.len() {
            let old = State { inet: n.inet[i], vm: n.vm[i], act: n.act[i], act_lrn: n.act_lrn[i] };
            let noise = if noise { n.noise[i] } else { 0.0 };
            let new = constants.step([n.ge[i], n.gi[i], n.gk[i]], noise, old);
            (n.inet[i], n.vm[i], n.act[i], n.act_lrn[i]) = (new.inet, new.vm, new.act, new.act_lrn);
            n.act_del[i] = new.act - old.act;
        }
        return;
    }
    let to = n.inet.blocks_mut().iter_mut().zip(n.vm.blocks_mut()).zip(n.act.blocks_mut());
    let to = to.zip(n.act_lrn.blocks_mut()).zip(n.act_del.blocks_mut());
    let from = n.ge.blocks().iter().zip(n.gi.blocks());
    for ((ge, gi), ((((inet, vm), act), act_lrn), act_del)) in from.zip(to) {
        constants.step_block([ge, gi], inet, vm, act, act_lrn, act_del);
    }
}

/// `x` between the bounds; NaN stays NaN, so that it comes to light at the cycle's end.
#[inline(always)]
pub(crate) fn bounded(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// [`XX1::noisy`] with all its parts computed and one chosen; `decayed` is the exponential in it.
/// What the parts divide is chosen before it is divided: divisions take longest.
#[inline(always)]
fn noisy(xx1: &XX1, x: f32, decayed: f32) -> f32 {
    let XX1Params { interp_range, nvar, .. } = xx1.params;
    let is_between = x < interp_range;
    let (left, width) = (interp_range - x, if is_between { interp_range } else { nvar });
    let quotient = if is_between { left } else { x } / width;
    let between = xx1.interpolated(quotient);
    let amplified = xx1.corrected_gain(quotient) * x;
    let is_below = x < 0.0;
    let top = if is_below { xx1.sig_mult_eff } else { amplified };
    let bottom = 1.0 + if is_below { decayed } else { amplified };
    let ratio = top / bottom;
    if is_between & !is_below { between } else { ratio }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_those_of_the_activation_function() {
        let xx1 = ActParams::default().xx1.derive();
        for step in -3000..3000 {
            let x = step as f32 * 1e-4;
            let decayed = exp(-(x * xx1.sig_gain_nvar));
            assert_eq!(noisy(&xx1, x, decayed), xx1.noisy(x), "{x}");
        }
        assert!(noisy(&xx1, f32::NAN, f32::NAN).is_nan());
    }

    #[test]
    fn the_number_of_neurons_makes_no_difference() {
        let constants = ActivationConstants::new(&ActParams::default());
        let value = |i: usize, k: usize| ((i * 7 + k * 13) % 29) as f32 / 29.0;
        let run = |range: std::ops::Range<usize>, gk: f32| {
            let mut n = Neurons::new(range.len());
            for (place, i) in range.enumerate() {
                (n.inet[place], n.vm[place], n.act[place]) =
                    (value(i, 0), value(i, 1), value(i, 2));
                (n.act_lrn[place], n.act_del[place]) = (value(i, 3), value(i, 4));
                (n.ge[place], n.gi[place], n.gk[place]) = (value(i, 5), value(i, 6), gk);
            }
            activate(&mut n, false, &constants);
            [n.inet, n.vm, n.act, n.act_lrn, n.act_del]
        };
        let all = run(0..57, 0.0);
        assert!(run(0..57, 0.1) != all && run(0..57, 1e-40) == all);
        for i in 0..57 {
            let one = run(i..i + 1, 0.0);
            for (one, all) in one.iter().zip(&all) {
                assert_eq!(one[0], all[i], "{i}");
            }
        }
    }
}
