//! Loops over the neurons of a layer.

use multiversion::multiversion;

use super::exp::exp;
use crate::leabra::activation::{ActParams, ErevParams, GbarParams, VmRange, XX1};

/// `value += dt * (target - value)` for each.
#[multiversion(targets = "simd")]
pub(crate) fn approach(values: &mut [f32], targets: &[f32], dt: f32) {
    for (value, target) in values.iter_mut().zip(targets) {
        *value += dt * (*target - *value);
    }
}

/// As [`approach`], but never below 0; NaN stays NaN.
#[multiversion(targets = "simd")]
pub(crate) fn approach_above_zero(values: &mut [f32], targets: &[f32], dt: f32) {
    for (value, target) in values.iter_mut().zip(targets) {
        let new = *value + dt * (*target - *value);
        *value = if new < 0.0 { 0.0 } else { new };
    }
}

/// `value += increment` for each.
#[multiversion(targets = "simd")]
pub(crate) fn add(values: &mut [f32], increments: &[f32]) {
    for (value, increment) in values.iter_mut().zip(increments) {
        *value += increment;
    }
}

/// `sums = base + a + b` for each.
#[multiversion(targets = "simd")]
pub(crate) fn sum_of(sums: &mut [f32], base: f32, a: &[f32], b: &[f32]) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum = base + a + b;
    }
}

/// Neurons that are taken at once.
const LANES: usize = 16;

/// The last [`LANES`] values.
#[inline(always)]
fn last(values: &[f32]) -> [f32; LANES] {
    std::array::from_fn(|lane| values[values.len() - LANES + lane])
}

/// What decides whether a unit sends, and what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SendThresholds {
    /// Activation at or below this is not sent.
    pub send: f32,
    /// Nor is a change at or below this.
    pub delta: f32,
}

impl SendThresholds {
    /// The change of activation that a unit sends, and what it has then sent.
    #[inline(always)]
    fn change(&self, act: f32, sent: f32) -> Option<(f32, f32)> {
        if act > self.send {
            let change = act - sent;
            (change.abs() > self.delta).then_some((change, act))
        } else {
            (sent > self.send).then_some((-sent, 0.0))
        }
    }
}

/// Collects the changes of activation that are large enough to be sent: unit and change.
#[multiversion(targets = "simd")]
pub(crate) fn collect_changes(
    act: &[f32],
    sent: &mut [f32],
    thresholds: &SendThresholds,
    outbox: &mut Vec<(u32, f32)>,
) {
    let mut send = |first: usize, act: &[f32], sent: &mut [f32]| {
        for (lane, (act, sent)) in act.iter().zip(sent).enumerate() {
            if let Some((change, now)) = thresholds.change(*act, *sent) {
                outbox.push(((first + lane) as u32, change));
                *sent = now;
            }
        }
    };
    let (blocks, rest) = act.as_chunks::<LANES>();
    let (sent_blocks, sent_rest) = sent.as_chunks_mut::<LANES>();
    for (index, (act, sent)) in blocks.iter().zip(sent_blocks).enumerate() {
        // Most blocks send nothing, which is found out for all their units at once.
        let mut any = false;
        for lane in 0..LANES {
            let large = (act[lane] - sent[lane]).abs() > thresholds.delta;
            let is_on = act[lane] > thresholds.send;
            any |= (is_on & large) | (!is_on & (sent[lane] > thresholds.send));
        }
        if any {
            send(index * LANES, act, sent);
        }
    }
    send(blocks.len() * LANES, rest, sent_rest);
}

/// Rates and share of the averages that learning uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AverageRates {
    pub ss: f32,
    pub s: f32,
    pub m: f32,
    /// Share of the short average in `AvgSLrn`.
    pub lrn_s: f32,
    /// Share of the medium average in `AvgSLrn`.
    pub lrn_m: f32,
}

/// Moves the averages `AvgSS`, `AvgS` and `AvgM` towards activation, each towards the one before
/// it, and mixes `AvgSLrn`.
#[multiversion(targets = "simd")]
pub(crate) fn average(
    act_lrn: &[f32],
    ss: &mut [f32],
    s: &mut [f32],
    m: &mut [f32],
    s_lrn: &mut [f32],
    rates: &AverageRates,
) {
    let n = act_lrn.len();
    let (ss, s, m, s_lrn) = (&mut ss[..n], &mut s[..n], &mut m[..n], &mut s_lrn[..n]);
    for i in 0..n {
        ss[i] = or_nothing(ss[i] + rates.ss * (act_lrn[i] - ss[i]));
        s[i] = or_nothing(s[i] + rates.s * (ss[i] - s[i]));
        m[i] = or_nothing(m[i] + rates.m * (s[i] - m[i]));
        s_lrn[i] = rates.lrn_s * s[i] + rates.lrn_m * m[i];
    }
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

/// Sets the activation of all units to their external input, within bounds.
#[multiversion(targets = "simd")]
pub(crate) fn clamp(ext: &[f32], (min, max): (f32, f32), to: Activations<'_>, thr: f32, gain: f32) {
    let Activations { inet, vm, act, act_lrn, act_del } = to;
    for (act, ext) in act.iter_mut().zip(ext) {
        *act = ext.max(min).min(max);
    }
    act_lrn.copy_from_slice(act);
    for (vm, act) in vm.iter_mut().zip(act) {
        *vm = thr + *act / gain;
    }
    act_del.fill(0.0);
    inet.fill(0.0);
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

/// Sum and greatest value of several arrays, each added up in its own order; NaN does not count as
/// greatest, and of no values it is `f32::MIN`.
///
/// Side by side the additions, each of which waits for the one before it, take little longer than
/// those of one array.
pub(crate) fn sums_and_greatest<const N: usize>(arrays: [&[f32]; N]) -> [(f32, f32); N] {
    let common = arrays.iter().map(|array| array.len()).min().unwrap_or(0);
    let heads = arrays.map(|array| &array[..common]);
    let mut found = [(0.0_f32, f32::MIN); N];
    for i in 0..common {
        for (found, head) in found.iter_mut().zip(heads) {
            *found = (found.0 + head[i], larger(head[i], found.1));
        }
    }
    for (found, array) in found.iter_mut().zip(arrays) {
        for value in &array[common..] {
            *found = (found.0 + value, larger(*value, found.1));
        }
    }
    found
}

/// `x` between the bounds; NaN stays NaN, so that it comes to light at the cycle's end.
#[inline(always)]
fn bounded(x: f32, min: f32, max: f32) -> f32 {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// The larger of two, the second if one of them is NaN.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// `x`, or 0 if it is so small that it means nothing: what decays for ever would reach numbers that
/// processors are slow with.
#[inline(always)]
pub(super) fn or_nothing(x: f32) -> f32 {
    if x.abs() < NOTHING { 0.0 } else { x }
}

/// Below this an average or momentum counts as 0. The learning rule ignores products below 1e-4.
const NOTHING: f32 = 1e-30;

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

    #[test]
    fn changes_are_found_in_every_block() {
        let thresholds = SendThresholds { send: 0.1, delta: 0.005 };
        let act: Vec<f32> = (0..50).map(|i| (i % 7) as f32 / 10.0).collect();
        let mut sent: Vec<f32> = (0..50).map(|i| (i % 5) as f32 / 10.0).collect();
        let mut expected = Vec::new();
        for (unit, (act, sent)) in act.iter().zip(&sent).enumerate() {
            let change = thresholds.change(*act, *sent);
            expected.extend(change.map(|(change, _)| (unit as u32, change)));
        }
        let mut outbox = Vec::new();
        collect_changes(&act, &mut sent, &thresholds, &mut outbox);
        assert!(expected.len() > 10);
        assert_eq!(outbox, expected);
        outbox.clear();
        collect_changes(&act, &mut sent, &thresholds, &mut outbox);
        assert_eq!(outbox, []);
    }

    #[test]
    fn sums_side_by_side_are_sums() {
        let (a, b): (Vec<f32>, Vec<f32>) = (
            (0..40).map(|i| 0.1 * i as f32).collect(),
            (0..23).map(|i| 1.0 / (i + 1) as f32).collect(),
        );
        let expected = [(a.iter().sum::<f32>(), a[39]), (b.iter().sum::<f32>(), 1.0)];
        assert_eq!(sums_and_greatest([&a, &b]), expected);
        assert_eq!(sums_and_greatest([&[f32::NAN, -1.0]])[0].1, -1.0);
    }
}
