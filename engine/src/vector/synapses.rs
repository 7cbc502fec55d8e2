//! Loops over the synapses of one sender, or of a few.

use std::ops::Range;

use multiversion::multiversion;

use super::neurons::{lanes, larger, or_nothing};
use crate::leabra::learning::{LearnSynapseParams, WtSigParams, XCalParams};
use crate::neuron::LANES;
use crate::projection::Run;

/// Senders whose contributions are added in one pass over the receivers.
const SENDERS: usize = 8;

/// Adds to the sums of receivers from `first` on what senders bring to them:
/// `sums[r] += (change * scale) * wt[sender * receivers + first + r]`, for each sender of `outbox`
/// in turn.
///
/// Several senders are taken at once to load and store the sums less often; each sum still grows
/// sender by sender.
#[multiversion(targets = "simd")]
pub(crate) fn add_rows(
    sums: &mut [f32],
    outbox: &[(u32, f32)],
    scale: f32,
    wt: &[f32],
    receivers: usize,
    first: usize,
) {
    let len = sums.len();
    let (groups, rest) = outbox.as_chunks::<SENDERS>();
    for group in groups {
        let (mut x, mut rows) = ([0.0; SENDERS], [&wt[..0]; SENDERS]);
        for ((x, row), (sender, change)) in x.iter_mut().zip(&mut rows).zip(group) {
            *x = change * scale;
            *row = part_of_row(wt, *sender, receivers, first, len);
        }
        add_group(sums, &x, &rows);
    }
    let (pairs, rest) = rest.as_chunks::<2>();
    for [(a, x), (b, y)] in pairs {
        let (x, y) = (x * scale, y * scale);
        let a = part_of_row(wt, *a, receivers, first, len);
        let b = part_of_row(wt, *b, receivers, first, len);
        for r in 0..len {
            let mut sum = sums[r];
            sum += x * a[r];
            sum += y * b[r];
            sums[r] = sum;
        }
    }
    for (sender, change) in rest {
        let scaled = change * scale;
        let row = part_of_row(wt, *sender, receivers, first, len);
        for (sum, wt) in sums.iter_mut().zip(row) {
            *sum += scaled * wt;
        }
    }
}

/// So many weights of a sender, from those to receiver `first` on.
#[inline(always)]
fn part_of_row(wt: &[f32], sender: u32, receivers: usize, first: usize, len: usize) -> &[f32] {
    let start = sender as usize * receivers + first;
    &wt[start..start + len]
}

/// `sum += x[0] * rows[0]`, then `sum += x[1] * rows[1]` and so on.
#[inline(always)]
fn add_group(sums: &mut [f32], x: &[f32; SENDERS], rows: &[&[f32]; SENDERS]) {
    let (blocks, tail) = sums.as_chunks_mut::<LANES>();
    let mut of_blocks = [&[[0.0; LANES]; 0][..]; SENDERS];
    let mut of_tail = [&[0.0; 0][..]; SENDERS];
    for ((in_blocks, in_tail), row) in of_blocks.iter_mut().zip(&mut of_tail).zip(rows) {
        let (row_blocks, row_tail) = row.as_chunks::<LANES>();
        (*in_blocks, *in_tail) = (&row_blocks[..blocks.len()], &row_tail[..tail.len()]);
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        let mut rows = [&[0.0; LANES]; SENDERS];
        for (row, blocks) in rows.iter_mut().zip(&of_blocks) {
            *row = &blocks[index];
        }
        *block = lanes(|lane| {
            let mut sum = block[lane];
            for (x, row) in x.iter().zip(rows) {
                sum += x * row[lane];
            }
            sum
        });
    }
    for (index, sum) in tail.iter_mut().enumerate() {
        for (x, row) in x.iter().zip(&of_tail) {
            *sum += x * row[index];
        }
    }
}

/// Adds to the sums of the receivers in `runs` what one sender brings to them: `scaled * wt`.
#[multiversion(targets = "simd")]
pub(crate) fn add_runs(sums: &mut [f32], runs: &[Run], scaled: f32, wt: &[f32]) {
    let mut rest = wt;
    for run in runs {
        let (wt, after) = rest.split_at(run.len as usize);
        for (sum, wt) in sums[run.targets()].iter_mut().zip(wt) {
            *sum += scaled * wt;
        }
        rest = after;
    }
}

/// The constants of a projection's weight changes.
#[derive(Clone, Copy)]
pub(crate) struct ChangeConstants {
    d_thr: f32,
    d_rev: f32,
    slope: f32,
    m_lrn: f32,
    own_rate: Option<f32>,
    norm_on: bool,
    norm_kept: f32,
    norm_min: f32,
    norm_comp: f32,
    momentum_on: bool,
    moment_kept: f32,
    moment_comp: f32,
    lrate: f32,
}

impl ChangeConstants {
    pub(crate) fn new(learn: &LearnSynapseParams) -> Self {
        let XCalParams { m_lrn, set_l_lrn, l_lrn, d_rev, d_thr, .. } = learn.xcal;
        Self {
            d_thr,
            d_rev,
            slope: learn.xcal.reversal_slope(),
            m_lrn,
            own_rate: set_l_lrn.then_some(l_lrn),
            norm_on: learn.norm.on,
            norm_kept: 1.0 - 1.0 / learn.norm.decay_tau,
            norm_min: learn.norm.norm_min,
            norm_comp: learn.norm.lr_comp,
            momentum_on: learn.momentum.on,
            moment_kept: 1.0 - 1.0 / learn.momentum.m_tau,
            moment_comp: learn.momentum.lr_comp,
            lrate: learn.lrate,
        }
    }

    /// Whether the running maxima of senders are kept.
    pub(crate) fn normalises(&self) -> bool {
        self.norm_on
    }

    #[inline(always)]
    fn xcal(&self, x: f32, p: f32) -> f32 {
        let above = x - p;
        let below = x * self.slope;
        let change = if x > p * self.d_rev { above } else { below };
        if x < self.d_thr { 0.0 } else { change }
    }

    /// One synapse. Returns the running maximum of the sender as this synapse has it.
    #[inline(always)]
    pub(crate) fn change(
        &self,
        (s_short, s_medium): (f32, f32),
        to: Receiver,
        norm: f32,
        moment: &mut f32,
        dwt: &mut f32,
    ) -> f32 {
        let short = s_short * to.short;
        let medium = s_medium * to.medium;
        let bcm = self.xcal(short, to.long) * self.own_rate.unwrap_or(to.rate);
        let err = self.xcal(short, medium) * self.m_lrn;
        let mut change = bcm + err;
        let mut greatest = norm;
        let mut factor = 1.0;
        if self.norm_on {
            greatest = larger(self.norm_kept * norm, change.abs());
            let divided = self.norm_comp / larger(greatest, self.norm_min);
            factor = if greatest == 0.0 { 1.0 } else { divided };
        }
        if self.momentum_on {
            *moment = or_nothing(self.moment_kept * *moment + change);
            change = factor * (self.moment_comp * *moment);
        } else {
            change *= factor;
        }
        *dwt += self.lrate * change;
        greatest
    }
}

/// What learning needs of a receiver: `AvgSLrn`, `AvgM`, `AvgL`, `AvgLLrn`.
#[derive(Clone, Copy)]
pub(crate) struct Receiver {
    pub short: f32,
    pub medium: f32,
    pub long: f32,
    pub rate: f32,
}

/// The same of all receivers.
#[derive(Clone, Copy)]
pub(crate) struct Receivers<'a> {
    pub short: &'a [f32],
    pub medium: &'a [f32],
    pub long: &'a [f32],
    pub rate: &'a [f32],
}

impl<'a> Receivers<'a> {
    /// Some of them.
    #[inline(always)]
    pub(crate) fn part(&self, of: Range<usize>) -> Receivers<'a> {
        Receivers {
            short: &self.short[of.clone()],
            medium: &self.medium[of.clone()],
            long: &self.long[of.clone()],
            rate: &self.rate[of],
        }
    }

    #[inline(always)]
    pub(crate) fn at(&self, index: usize) -> Receiver {
        Receiver {
            short: self.short[index],
            medium: self.medium[index],
            long: self.long[index],
            rate: self.rate[index],
        }
    }
}

/// Computes the weight changes of one sender's synapses to all receivers, and adds them to `dwt`.
/// Returns the greatest of the running maxima.
#[multiversion(targets = "simd")]
pub(crate) fn change_row(
    constants: &ChangeConstants,
    from: (f32, f32),
    to: Receivers<'_>,
    norm: f32,
    moment: &mut [f32],
    dwt: &mut [f32],
) -> f32 {
    let len = dwt.len();
    let to = to.part(0..len);
    let moment = &mut moment[..len];
    // Kept side by side, so that the loop over synapses has no chain.
    let mut greatest = [0.0_f32; LANES];
    let whole = len - len % LANES;
    let mut start = 0;
    while start < whole {
        let block = start..start + LANES;
        let (moment, dwt) = (&mut moment[block.clone()], &mut dwt[block.clone()]);
        let to = to.part(block);
        for lane in 0..LANES {
            let new = constants.change(from, to.at(lane), norm, &mut moment[lane], &mut dwt[lane]);
            greatest[lane] = larger(new, greatest[lane]);
        }
        start += LANES;
    }
    for r in whole..len {
        let new = constants.change(from, to.at(r), norm, &mut moment[r], &mut dwt[r]);
        greatest[0] = larger(new, greatest[0]);
    }
    greatest.into_iter().fold(0.0, larger)
}

/// Applies the pending changes of one sender's synapses and clears them. `balance` has the receivers'
/// factors of increase and decrease, `scale` the factors of the effective weights.
#[multiversion(targets = "simd")]
pub(crate) fn apply_row(
    sigmoid: &WtSigParams,
    balance: Option<(&[f32], &[f32])>,
    scale: Option<&[f32]>,
    wt: &mut [f32],
    lwt: &mut [f32],
    dwt: &mut [f32],
) {
    let len = dwt.len();
    let (wt, lwt) = (&mut wt[..len], &mut lwt[..len]);
    if sigmoid.gain != 6.0 || sigmoid.off != 1.0 || !sigmoid.soft_bound || scale.is_some() {
        for r in 0..len {
            let factors = balance.map_or((1.0, 1.0), |(inc, dec)| (inc[r], dec[r]));
            let scale = scale.map_or(1.0, |scale| scale[r]);
            apply(sigmoid, factors, scale, &mut wt[r], &mut lwt[r], &mut dwt[r]);
        }
        return;
    }
    match balance {
        None => {
            for r in 0..len {
                apply_usual((1.0, 1.0), &mut wt[r], &mut lwt[r], &mut dwt[r]);
            }
        }
        Some((increase, decrease)) => {
            let (increase, decrease) = (&increase[..len], &decrease[..len]);
            for r in 0..len {
                let factors = (increase[r], decrease[r]);
                apply_usual(factors, &mut wt[r], &mut lwt[r], &mut dwt[r]);
            }
        }
    }
}

/// Applies the pending change of one synapse: soft bounds, linear weight, effective weight.
pub(crate) fn apply(
    sigmoid: &WtSigParams,
    (increase, decrease): (f32, f32),
    scale: f32,
    wt: &mut f32,
    lwt: &mut f32,
    dwt: &mut f32,
) {
    if *dwt == 0.0 {
        return;
    }
    let bounded = if sigmoid.soft_bound {
        if *dwt > 0.0 { *dwt * (increase * (1.0 - *lwt)) } else { *dwt * (decrease * *lwt) }
    } else if *dwt > 0.0 {
        *dwt * increase
    } else {
        *dwt * decrease
    };
    *lwt = (*lwt + bounded).clamp(0.0, 1.0);
    *wt = scale * sigmoid.effective_from_linear(*lwt);
    *dwt = 0.0;
}

/// [`apply`] for the sigmoid of gain 6 and offset 1 with soft bounds, without a branch.
#[inline(always)]
fn apply_usual((increase, decrease): (f32, f32), wt: &mut f32, lwt: &mut f32, dwt: &mut f32) {
    let (old, change) = (*lwt, *dwt);
    let up = change * (increase * (1.0 - old));
    let down = change * (decrease * old);
    let moved = old + if change > 0.0 { up } else { down };
    let moved = if moved < 0.0 { 0.0 } else { moved };
    let w = if moved > 1.0 { 1.0 } else { moved };
    let odds = (1.0 - w) / w;
    // The sixth power as products, in the order that the reference rounds.
    let between = 1.0 / (1.0 + odds * odds * odds * odds * odds * odds);
    let new = if w <= 0.0 { 0.0 } else { between };
    let new = if w >= 1.0 { 1.0 } else { new };
    let is_changed = change != 0.0;
    *lwt = if is_changed { w } else { old };
    *wt = if is_changed { new } else { *wt };
    *dwt = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_case_is_the_general_one() {
        let sigmoid = WtSigParams::default();
        for step in 0..=1000 {
            for change in [-0.3_f32, -1e-4, 0.0, 1e-4, 0.7] {
                let (mut wt, mut lwt, mut dwt) = (0.123, step as f32 / 1000.0, change);
                let (mut wt2, mut lwt2, mut dwt2) = (wt, lwt, dwt);
                apply(&sigmoid, (1.2, 0.8), 1.0, &mut wt, &mut lwt, &mut dwt);
                apply_usual((1.2, 0.8), &mut wt2, &mut lwt2, &mut dwt2);
                assert_eq!((wt, lwt, dwt), (wt2, lwt2, dwt2), "{step} {change}");
            }
        }
    }
}
