//! Loops over the neurons of a layer.

use multiversion::multiversion;

use crate::neuron::{LANES, Neurons, UnitValues};

/// A block from what each of its places is to hold. All of it is computed before any is written, so
/// that the compiler need not ask what else lies there.
#[inline(always)]
pub(super) fn lanes<T: Copy + Default>(of: impl Fn(usize) -> T) -> [T; LANES] {
    let mut block = [T::default(); LANES];
    for (lane, value) in block.iter_mut().enumerate() {
        *value = of(lane);
    }
    block
}

/// `value += dt * (target - value)` for each.
#[multiversion(targets = "simd")]
pub(crate) fn approach(values: &mut UnitValues, targets: &UnitValues, dt: f32) {
    change_blocks(values, targets, |value, target| value + dt * (target - value));
}

/// As [`approach`], but never below 0; NaN stays NaN.
#[multiversion(targets = "simd")]
pub(crate) fn approach_above_zero(values: &mut UnitValues, targets: &UnitValues, dt: f32) {
    change_blocks(values, targets, |value, target| {
        let new = value + dt * (target - value);
        if new < 0.0 { 0.0 } else { new }
    });
}

/// `value += increment` for each.
#[multiversion(targets = "simd")]
pub(crate) fn add(values: &mut UnitValues, increments: &UnitValues) {
    change_blocks(values, increments, |value, increment| value + increment);
}

/// `value += increment` for each of as many values from `start` on as there are increments.
#[multiversion(targets = "simd")]
pub(crate) fn add_from(values: &mut UnitValues, start: usize, increments: &UnitValues) {
    for (value, increment) in values[start..].iter_mut().zip(increments) {
        *value += increment;
    }
}

/// Makes of each value another, from it and what stands at its place elsewhere.
#[inline(always)]
fn change_blocks(values: &mut UnitValues, others: &UnitValues, new: impl Fn(f32, f32) -> f32) {
    for (values, others) in values.blocks_mut().iter_mut().zip(others.blocks()) {
        *values = lanes(|lane| new(values[lane], others[lane]));
    }
}

/// `sums = base + a + b` for each.
#[multiversion(targets = "simd")]
pub(crate) fn sum_of(sums: &mut UnitValues, base: f32, a: &UnitValues, b: &UnitValues) {
    let from = a.blocks().iter().zip(b.blocks());
    for (sums, (a, b)) in sums.blocks_mut().iter_mut().zip(from) {
        *sums = lanes(|lane| base + a[lane] + b[lane]);
    }
}

/// [`sum_of`] for some of the units.
#[multiversion(targets = "simd")]
pub(crate) fn sum_of_some(sums: &mut [f32], base: f32, a: &[f32], b: &[f32]) {
    for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
        *sum = base + a + b;
    }
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

/// Collects the changes of activation that are large enough to be sent, in one outbox for every so
/// many units: unit and change.
#[multiversion(targets = "simd")]
pub(crate) fn collect_changes(
    act: &UnitValues,
    sent: &mut UnitValues,
    thresholds: &SendThresholds,
    outboxes: &mut [Vec<(u32, f32)>],
) {
    let (all, count) = (act.len(), act.len() / outboxes.len().max(1));
    outboxes.iter_mut().for_each(Vec::clear);
    let SendThresholds { send, delta } = *thresholds;
    let (mut member, mut first) = (0, 0);
    let blocks = act.blocks().iter().zip(sent.blocks_mut());
    for (start, (act, sent)) in (0..).step_by(LANES).zip(blocks) {
        // Most blocks send nothing, which is found out for all their units at once.
        let bits = lanes(|lane| {
            let (act, sent) = (act[lane], sent[lane]);
            let off = if sent > send { sent } else { 0.0 };
            let (change, least) = if act > send { (act - sent, delta) } else { (off, 0.0) };
            if change.abs() > least { 1_u32 << lane } else { 0 }
        });
        let mut changing = bits.iter().fold(0, |all, bit| all | bit);
        while changing != 0 {
            let lane = changing.trailing_zeros() as usize;
            changing &= changing - 1;
            let unit = start + lane;
            if unit >= all {
                break;
            }
            if let Some((change, now)) = thresholds.change(act[lane], sent[lane]) {
                while unit >= first + count {
                    (member, first) = (member + 1, first + count);
                }
                outboxes[member].push(((unit - first) as u32, change));
                sent[lane] = now;
            }
        }
    }
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
pub(crate) fn average(n: &mut Neurons, rates: &AverageRates) {
    let averages = n.avg_ss.blocks_mut().iter_mut().zip(n.avg_s.blocks_mut());
    let averages = averages.zip(n.avg_m.blocks_mut()).zip(n.avg_s_lrn.blocks_mut());
    for (act, (((ss, s), m), s_lrn)) in n.act_lrn.blocks().iter().zip(averages) {
        *ss = lanes(|lane| or_nothing(ss[lane] + rates.ss * (act[lane] - ss[lane])));
        *s = lanes(|lane| or_nothing(s[lane] + rates.s * (ss[lane] - s[lane])));
        *m = lanes(|lane| or_nothing(m[lane] + rates.m * (s[lane] - m[lane])));
        *s_lrn = lanes(|lane| rates.lrn_s * s[lane] + rates.lrn_m * m[lane]);
    }
}

/// Sets the activation of all units to their external input, within bounds.
#[multiversion(targets = "simd")]
pub(crate) fn clamp(n: &mut Neurons, (min, max): (f32, f32), thr: f32, gain: f32) {
    let to = n.act.blocks_mut().iter_mut().zip(n.act_lrn.blocks_mut()).zip(n.vm.blocks_mut());
    for (ext, ((act, act_lrn), vm)) in n.ext.blocks().iter().zip(to) {
        *act = lanes(|lane| ext[lane].max(min).min(max));
        *act_lrn = *act;
        *vm = lanes(|lane| thr + act_lrn[lane] / gain);
    }
    n.act_del.fill(0.0);
    n.inet.fill(0.0);
}

/// Sum and greatest value of several arrays, each added up in its own order; NaN does not count as
/// greatest, and of no values it is `f32::MIN`.
///
/// Side by side the additions, each of which waits for the one before it, take little longer than
/// those of one array.
pub(crate) fn sums_and_greatest<const N: usize>(arrays: [&[f32]; N]) -> [(f32, f32); N] {
    const AT_ONCE: usize = 8;
    let common = arrays.iter().map(|array| array.len()).min().unwrap_or(0);
    let whole = common - common % AT_ONCE;
    let mut found = [(0.0_f32, f32::MIN); N];
    let count = |found: &mut (f32, f32), value: f32| {
        *found = (found.0 + value, larger(value, found.1));
    };
    for start in (0..whole).step_by(AT_ONCE) {
        let parts: [&[f32; AT_ONCE]; N] =
            arrays.map(|array| array[start..].first_chunk().expect("all are as long"));
        for i in 0..AT_ONCE {
            for (found, part) in found.iter_mut().zip(parts) {
                count(found, part[i]);
            }
        }
    }
    for (found, array) in found.iter_mut().zip(arrays) {
        array[whole..].iter().for_each(|value| count(found, *value));
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

    fn units(values: impl Iterator<Item = f32>) -> UnitValues {
        let values: Vec<f32> = values.collect();
        let mut units = UnitValues::zeros(values.len());
        units.copy_from_slice(&values);
        units
    }

    #[test]
    fn changes_are_found_in_every_block_and_member() {
        let thresholds = SendThresholds { send: 0.1, delta: 0.005 };
        let mut act = units((0..50).map(|i| (i % 7) as f32 / 10.0));
        // What follows the units counts for nothing.
        act.blocks_mut()[3][2..].fill(1.0);
        for members in [1, 2, 10] {
            let mut sent = units((0..50).map(|i| (i % 5) as f32 / 10.0));
            let mut expected = vec![Vec::new(); members];
            for unit in 0..50 {
                if let Some((change, _)) = thresholds.change(act[unit], sent[unit]) {
                    let count = 50 / members;
                    expected[unit / count].push(((unit % count) as u32, change));
                }
            }
            let mut outboxes = vec![vec![(0, 0.0)]; members];
            collect_changes(&act, &mut sent, &thresholds, &mut outboxes);
            assert!(expected.iter().map(Vec::len).sum::<usize>() > 10);
            assert_eq!(outboxes, expected);
            collect_changes(&act, &mut sent, &thresholds, &mut outboxes);
            assert!(outboxes.iter().all(Vec::is_empty));
        }
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
