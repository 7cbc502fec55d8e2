//! Weight changes and their application.

use rayon::prelude::*;

use super::{Layout, Projection};
use crate::leabra::learning::{LearnSynapseParams, XCalParams};
use crate::neuron::Neurons;

/// Rows of synapses per task when threads share a projection.
const SYNAPSES_PER_TASK: usize = 16 * 1024;

/// The constants of a projection's weight changes.
#[derive(Clone, Copy)]
struct ChangeConstants {
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
    fn new(learn: &LearnSynapseParams) -> Self {
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

    #[inline]
    fn xcal(&self, x: f32, p: f32) -> f32 {
        let above = x - p;
        let below = x * self.slope;
        let change = if x > p * self.d_rev { above } else { below };
        if x < self.d_thr { 0.0 } else { change }
    }

    /// One synapse: `(sender's AvgSLrn, AvgM)`, `(receiver's AvgSLrn, AvgM, AvgL, AvgLLrn)`.
    /// Returns the running maximum, which the caller reduces over the row.
    #[inline]
    fn change(
        &self,
        (s_short, s_medium): (f32, f32),
        (r_short, r_medium, r_long, r_rate): (f32, f32, f32, f32),
        norm: f32,
        moment: &mut f32,
        dwt: &mut f32,
    ) -> f32 {
        let short = s_short * r_short;
        let medium = s_medium * r_medium;
        let bcm = self.xcal(short, r_long) * self.own_rate.unwrap_or(r_rate);
        let err = self.xcal(short, medium) * self.m_lrn;
        let mut change = bcm + err;
        let mut greatest = norm;
        let mut factor = 1.0;
        if self.norm_on {
            greatest = (self.norm_kept * norm).max(change.abs());
            factor =
                if greatest == 0.0 { 1.0 } else { self.norm_comp / greatest.max(self.norm_min) };
        }
        if self.momentum_on {
            *moment = self.moment_kept * *moment + change;
            change = factor * (self.moment_comp * *moment);
        } else {
            change *= factor;
        }
        *dwt += self.lrate * change;
        greatest
    }
}

impl Projection {
    /// Computes weight changes from the trial that has ended and adds them to `DWt`.
    ///
    /// Senders whose short and medium averages are both below `LrnThr` are skipped whole. With
    /// normalisation, the running maximum of a sender becomes the greatest of its synapses.
    pub(crate) fn change_weights(&mut self, sender: &Neurons, receiver: &Neurons, parallel: bool) {
        let learn = &self.params.learn;
        if !learn.learn {
            return;
        }
        let constants = ChangeConstants::new(learn);
        let threshold = learn.xcal.lrn_thr;
        let row_change = |s: usize,
                          norm: &mut f32,
                          moment: &mut [f32],
                          dwt: &mut [f32],
                          targets: Option<&[u32]>| {
            if sender.avg_s[s] < threshold && sender.avg_m[s] < threshold {
                return;
            }
            let from = (sender.avg_s_lrn[s], sender.avg_m[s]);
            let mut greatest = 0.0_f32;
            match targets {
                None => {
                    let len = dwt.len();
                    let (short, medium) = (&receiver.avg_s_lrn[..len], &receiver.avg_m[..len]);
                    let (long, rate) = (&receiver.avg_l[..len], &receiver.avg_l_lrn[..len]);
                    let moment = &mut moment[..len];
                    for r in 0..len {
                        let to = (short[r], medium[r], long[r], rate[r]);
                        let new = constants.change(from, to, *norm, &mut moment[r], &mut dwt[r]);
                        greatest = greatest.max(new);
                    }
                }
                Some(targets) => {
                    for ((r, moment), dwt) in targets.iter().zip(moment).zip(dwt) {
                        let r = *r as usize;
                        let to = (
                            receiver.avg_s_lrn[r],
                            receiver.avg_m[r],
                            receiver.avg_l[r],
                            receiver.avg_l_lrn[r],
                        );
                        let new = constants.change(from, to, *norm, moment, dwt);
                        greatest = greatest.max(new);
                    }
                }
            }
            if constants.norm_on {
                *norm = greatest;
            }
        };
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let rows = self
                    .norm
                    .iter_mut()
                    .zip(self.moment.chunks_mut(*receivers))
                    .zip(self.dwt.chunks_mut(*receivers))
                    .enumerate();
                if parallel {
                    let least = (SYNAPSES_PER_TASK / receivers).max(1);
                    self.norm
                        .par_iter_mut()
                        .zip(self.moment.par_chunks_mut(*receivers))
                        .zip(self.dwt.par_chunks_mut(*receivers))
                        .enumerate()
                        .with_min_len(least)
                        .for_each(|(s, ((norm, moment), dwt))| {
                            row_change(s, norm, moment, dwt, None)
                        });
                } else {
                    for (s, ((norm, moment), dwt)) in rows {
                        row_change(s, norm, moment, dwt, None);
                    }
                }
            }
            layout => {
                for (s, norm) in self.norm.iter_mut().enumerate() {
                    let row = layout.row(s);
                    let targets = layout.targets(row.clone());
                    let moment = &mut self.moment[row.clone()];
                    row_change(s, norm, moment, &mut self.dwt[row], targets);
                }
            }
        }
    }

    /// Applies the pending weight changes: soft bounds, linear weight, effective weight.
    pub(crate) fn apply_weight_changes(&mut self, parallel: bool) {
        let learn = &self.params.learn;
        if !learn.learn {
            return;
        }
        let sigmoid = &learn.wt_sig;
        let balance = learn.wt_bal.on.then_some((&self.wb_inc[..], &self.wb_dec[..]));
        let apply = |r: usize, wt: &mut f32, lwt: &mut f32, dwt: &mut f32| {
            if *dwt == 0.0 {
                return;
            }
            let (inc, dec) = balance.map_or((1.0, 1.0), |(inc, dec)| (inc[r], dec[r]));
            let bounded = if sigmoid.soft_bound {
                if *dwt > 0.0 { *dwt * (inc * (1.0 - *lwt)) } else { *dwt * (dec * *lwt) }
            } else if *dwt > 0.0 {
                *dwt * inc
            } else {
                *dwt * dec
            };
            *lwt = (*lwt + bounded).clamp(0.0, 1.0);
            *wt = sigmoid.effective_from_linear(*lwt);
            *dwt = 0.0;
        };
        let weights = (&mut self.wt[..], &mut self.lwt[..], &mut self.dwt[..]);
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let receivers = *receivers;
                let row = |((wt, lwt), dwt): ((&mut [f32], &mut [f32]), &mut [f32])| {
                    for (r, ((wt, lwt), dwt)) in wt.iter_mut().zip(lwt).zip(dwt).enumerate() {
                        apply(r, wt, lwt, dwt);
                    }
                };
                if parallel {
                    let least = (SYNAPSES_PER_TASK / receivers).max(1);
                    weights
                        .0
                        .par_chunks_mut(receivers)
                        .zip(weights.1.par_chunks_mut(receivers))
                        .zip(weights.2.par_chunks_mut(receivers))
                        .with_min_len(least)
                        .for_each(row);
                } else {
                    weights
                        .0
                        .chunks_mut(receivers)
                        .zip(weights.1.chunks_mut(receivers))
                        .zip(weights.2.chunks_mut(receivers))
                        .for_each(row);
                }
            }
            Layout::Sparse { targets, .. } => {
                let synapses = weights.0.iter_mut().zip(weights.1).zip(weights.2);
                for (r, ((wt, lwt), dwt)) in targets.iter().zip(synapses) {
                    apply(*r as usize, wt, lwt, dwt);
                }
            }
        }
    }

    /// Recomputes the factors of weight balance from the weights.
    ///
    /// For each receiver, the average of its weights of at least `AvgThr`; see
    /// [`WtBalParams::factors`](crate::leabra::learning::WtBalParams::factors).
    pub(crate) fn balance_weights(&mut self, receiver_is_target: bool) {
        let learn = &self.params.learn;
        if !learn.learn || !learn.wt_bal.on || (receiver_is_target && !learn.wt_bal.targs) {
            return;
        }
        let receivers = self.layout.n_receivers();
        let mut sums = vec![(0.0_f32, 0_u32, 0_u32); receivers];
        for s in 0..self.layout.n_senders() {
            let row = self.layout.row(s);
            let targets = self.layout.targets(row.clone());
            for (place, wt) in self.wt[row].iter().enumerate() {
                let r = targets.map_or(place, |targets| targets[place] as usize);
                let (sum, count, connections) = &mut sums[r];
                *connections += 1;
                if *wt >= learn.wt_bal.avg_thr {
                    *sum += *wt;
                    *count += 1;
                }
            }
        }
        for (r, (sum, count, connections)) in sums.into_iter().enumerate() {
            if connections == 0 {
                continue;
            }
            let average = if count > 0 { sum / count as f32 } else { 0.0 };
            (self.wb_inc[r], self.wb_dec[r]) = learn.wt_bal.factors(average);
        }
    }
}
