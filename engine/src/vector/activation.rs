//! Membrane potential and activation of the neurons of a layer.

use multiversion::multiversion;

use super::exp::exp;
use super::neurons::LANES;
use crate::leabra::activation::{ActParams, ErevParams, GbarParams, VmRange, XX1};

/// The last [`LANES`] values.
#[inline(always)]
fn last(values: &[f32]) -> [f32; LANES] {
    std::array::from_fn(|lane| values[values.len() - LANES + lane])
}

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

    /// One neuron; `g` are excitatory, inhibitory and potassium conductance. Potassium and noise
    /// of the potential count only with `ALL`.
    ///
    /// ```text
    /// Inet = ge (Ee - Vm) + gl (El - Vm) + gi (Ei - Vm) + gk (Ek - Vm)
    /// Vm  += dt Inet + noise
    /// Act += dt (nxx1(x) - Act),   x = Vm - Thr            if Act < VmActThr and Vm <= Thr
    ///                              x = ge - geThr           otherwise
    /// geThr = (gi (Ei - Thr) + gl (El - Thr) + gk (Ek - Thr)) / (Thr - Ee)
    /// ```
    ///
    /// Both cases are computed, and one is chosen: for many neurons at once that is faster than to
    /// branch. `ActLrn` leaves the potassium current of adaptation out.
    #[inline(always)]
    fn step<const ALL: bool>(&self, [ge, gi, gk]: [f32; 3], noise: f32, state: State) -> State {
        let Self { xx1, gbar, erev, range, .. } = self;
        let [i_to_thr, leak, k_to_thr, thr_to_e] = self.to_thr;
        let (ge, gi, gk) = (ge * gbar.e, gi * gbar.i, gk * gbar.k);
        let old_vm = state.vm;
        let mut inet = ge * (erev.e - old_vm) + gbar.l * (erev.l - old_vm) + gi * (erev.i - old_vm);
        if ALL {
            inet += gk * (erev.k - old_vm);
        }
        // The usual case does without noise (and without the other currents).
        let moved = old_vm + self.vm_dt * inet;
        let vm = bounded(if ALL { moved + noise } else { moved }, range.min, range.max);
        let below = (state.act < xx1.params.vm_act_thr) & (vm <= xx1.params.thr);
        let held = gi * i_to_thr + leak;
        let free = noisy(xx1, if below { vm - xx1.params.thr } else { ge - held / thr_to_e });
        let adapted = if ALL {
            let held = held + gk * k_to_thr;
            noisy(xx1, if below { vm - xx1.params.thr } else { ge - held / thr_to_e })
        } else {
            free
        };
        State {
            inet,
            vm,
            act: state.act + self.vm_dt * (adapted - state.act),
            act_lrn: state.act_lrn + self.vm_dt * (free - state.act_lrn),
        }
    }
}

/// What [`ActivationConstants::step`] changes.
#[derive(Debug, Clone, Copy)]
struct State {
    inet: f32,
    vm: f32,
    act: f32,
    act_lrn: f32,
}

/// What activation changes.
pub(crate) struct Activations<'a> {
    pub inet: &'a mut [f32],
    pub vm: &'a mut [f32],
    pub act: &'a mut [f32],
    pub act_lrn: &'a mut [f32],
    pub act_del: &'a mut [f32],
}

/// Net current, membrane potential and activation of each neuron, from conductances; see
/// [`ActivationConstants::step`].
#[multiversion(targets = "simd")]
pub(crate) fn activate(
    ge: &[f32],
    gi: &[f32],
    gk: &[f32],
    noise: Option<&[f32]>,
    to: Activations<'_>,
    constants: &ActivationConstants,
) {
    let Activations { inet, vm, act, act_lrn, act_del } = to;
    // Without adaptation all are 0.
    let adapts = gk.iter().fold(false, |any, gk| any | (*gk != 0.0));
    if adapts || noise.is_some() {
        for i in 0..act.len() {
            let old = State { inet: inet[i], vm: vm[i], act: act[i], act_lrn: act_lrn[i] };
            let noise = noise.map_or(0.0, |noise| noise[i]);
            let new = constants.step::<true>([ge[i], gi[i], gk[i]], noise, old);
            (inet[i], vm[i], act[i], act_lrn[i]) = (new.inet, new.vm, new.act, new.act_lrn);
            act_del[i] = new.act - old.act;
        }
        return;
    }
    let n = act.len();
    let rest = n % LANES;
    if n < LANES || rest == 0 {
        return block(constants, [ge, gi], inet, vm, act, act_lrn, act_del);
    }
    // What does not fill a block is computed with some of its neighbours, on copies, before these
    // change: a loop over single neurons would take as long as all the others together.
    let from = [last(ge), last(gi)];
    let (mut inet_end, mut vm_end, mut act_end) = (last(inet), last(vm), last(act));
    let (mut act_lrn_end, mut act_del_end) = (last(act_lrn), last(act_del));
    block(
        constants,
        [&from[0], &from[1]],
        &mut inet_end,
        &mut vm_end,
        &mut act_end,
        &mut act_lrn_end,
        &mut act_del_end,
    );
    let whole = n - rest;
    block(
        constants,
        [&ge[..whole], &gi[..whole]],
        &mut inet[..whole],
        &mut vm[..whole],
        &mut act[..whole],
        &mut act_lrn[..whole],
        &mut act_del[..whole],
    );
    let start = n - LANES;
    inet[start..].copy_from_slice(&inet_end);
    vm[start..].copy_from_slice(&vm_end);
    act[start..].copy_from_slice(&act_end);
    act_lrn[start..].copy_from_slice(&act_lrn_end);
    act_del[start..].copy_from_slice(&act_del_end);
}

/// The usual loop of [`activate`], without adaptation and noise. The arrays are arguments of their own so that the compiler knows that
/// none overlaps another.
#[inline(always)]
fn block(
    constants: &ActivationConstants,
    [ge, gi]: [&[f32]; 2],
    inet: &mut [f32],
    vm: &mut [f32],
    act: &mut [f32],
    act_lrn: &mut [f32],
    act_del: &mut [f32],
) {
    let n = act.len();
    let (ge, gi) = (&ge[..n], &gi[..n]);
    let (inet, vm, act) = (&mut inet[..n], &mut vm[..n], &mut act[..n]);
    let (act_lrn, act_del) = (&mut act_lrn[..n], &mut act_del[..n]);
    for i in 0..n {
        let old = State { inet: inet[i], vm: vm[i], act: act[i], act_lrn: act_lrn[i] };
        let new = constants.step::<false>([ge[i], gi[i], 0.0], 0.0, old);
        inet[i] = new.inet;
        vm[i] = new.vm;
        act[i] = new.act;
        act_lrn[i] = new.act_lrn;
        act_del[i] = new.act - old.act;
    }
}

/// `x` between the bounds; NaN stays NaN, so that it comes to light at the cycle's end.
#[inline(always)]
fn bounded(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// [`XX1::noisy`] with all its parts computed and one chosen.
#[inline(always)]
fn noisy(xx1: &XX1, x: f32) -> f32 {
    let sigmoid = xx1.sig_mult_eff / (1.0 + exp(-(x * xx1.sig_gain_nvar)));
    let between = xx1.interpolated(x);
    let above = xx1.gain_corrected(x);
    let positive = if x < xx1.params.interp_range { between } else { above };
    if x < 0.0 { sigmoid } else { positive }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_those_of_the_activation_function() {
        let xx1 = ActParams::default().xx1.derive();
        for step in -3000..3000 {
            let x = step as f32 * 1e-4;
            assert_eq!(noisy(&xx1, x), xx1.noisy(x), "{x}");
        }
        assert!(noisy(&xx1, f32::NAN).is_nan());
    }

    #[test]
    fn the_number_of_neurons_makes_no_difference() {
        let constants = ActivationConstants::new(&ActParams::default());
        let value = |i: usize, k: usize| ((i * 7 + k * 13) % 29) as f32 / 29.0;
        let run = |range: std::ops::Range<usize>, gk: f32| {
            let column = |k: usize| range.clone().map(|i| value(i, k)).collect::<Vec<f32>>();
            let (mut inet, mut vm, mut act) = (column(0), column(1), column(2));
            let (mut act_lrn, mut act_del) = (column(3), column(4));
            let potassium = vec![gk; range.len()];
            let to = Activations {
                inet: &mut inet,
                vm: &mut vm,
                act: &mut act,
                act_lrn: &mut act_lrn,
                act_del: &mut act_del,
            };
            activate(&column(5), &column(6), &potassium, None, to, &constants);
            [inet, vm, act, act_lrn, act_del]
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
