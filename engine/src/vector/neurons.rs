//! Loops over the neurons of a layer.

use multiversion::multiversion;

use super::activation::Activations;

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
pub(super) const LANES: usize = 16;

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

#[cfg(test)]
mod tests {
    use super::*;

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
