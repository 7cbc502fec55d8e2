//! Weight changes and their application.

use rayon::prelude::*;

use super::{Layout, Projection, Run};
use crate::leabra::learning::{LearnSynapseParams, WtSigParams};
use crate::neuron::Neurons;
use crate::vector::synapses::{ChangeConstants, Receivers, apply, apply_row, change_row};

/// Rows of synapses per task when threads share a projection.
const SYNAPSES_PER_TASK: usize = 16 * 1024;

fn rows_per_task(width: usize) -> usize {
    (SYNAPSES_PER_TASK / width).max(1)
}

/// What is applied to weights beside their changes.
#[derive(Clone, Copy)]
struct Application<'a> {
    sigmoid: &'a WtSigParams,
    /// The receivers' factors of increase and decrease.
    balance: Option<(&'a [f32], &'a [f32])>,
}

impl<'a> Application<'a> {
    fn new(learn: &'a LearnSynapseParams, increase: &'a [f32], decrease: &'a [f32]) -> Self {
        let balance = learn.wt_bal.on.then_some((increase, decrease));
        Self { sigmoid: &learn.wt_sig, balance }
    }

    /// Applies the changes of the synapses of a sender to some receivers.
    fn sparse_row(
        &self,
        (targets, runs): (&[u32], Option<&[Run]>),
        scale: Option<&[f32]>,
        wt: &mut [f32],
        lwt: &mut [f32],
        dwt: &mut [f32],
    ) {
        if let Some(runs) = runs {
            let mut start = 0;
            for run in runs {
                let some = start..start + run.len as usize;
                start = some.end;
                let of = run.targets();
                let balance = self.balance.map(|(inc, dec)| (&inc[of.clone()], &dec[of.clone()]));
                let scale = scale.map(|scale| &scale[some.clone()]);
                let (wt, lwt) = (&mut wt[some.clone()], &mut lwt[some.clone()]);
                apply_row(self.sigmoid, balance, scale, wt, lwt, &mut dwt[some]);
            }
            return;
        }
        let synapses = wt.iter_mut().zip(lwt).zip(dwt);
        for (index, (r, ((wt, lwt), dwt))) in targets.iter().zip(synapses).enumerate() {
            let r = *r as usize;
            let factors = self.balance.map_or((1.0, 1.0), |(inc, dec)| (inc[r], dec[r]));
            let scale = scale.map_or(1.0, |scale| scale[index]);
            apply(self.sigmoid, factors, scale, wt, lwt, dwt);
        }
    }
}

/// How the weights of one projection change after a trial.
struct Change<'a> {
    constants: ChangeConstants,
    threshold: f32,
    sender: &'a Neurons,
    to: Receivers<'a>,
}

impl<'a> Change<'a> {
    /// `None` if the projection does not learn.
    fn new(projection: &Projection, sender: &'a Neurons, receiver: &'a Neurons) -> Option<Self> {
        let learn = &projection.params.learn;
        let to = Receivers {
            short: &receiver.avg_s_lrn,
            medium: &receiver.avg_m,
            long: &receiver.avg_l,
            rate: &receiver.avg_l_lrn,
        };
        let (constants, threshold) = (ChangeConstants::new(learn), learn.xcal.lrn_thr);
        learn.learn.then_some(Self { constants, threshold, sender, to })
    }

    /// The averages of a sender, unless it is skipped.
    fn from(&self, s: usize) -> Option<(f32, f32)> {
        let n = self.sender;
        let skipped = n.avg_s[s] < self.threshold && n.avg_m[s] < self.threshold;
        (!skipped).then(|| (n.avg_s_lrn[s], n.avg_m[s]))
    }

    /// Changes the synapses of a sender to all receivers; returns whether there was any change.
    fn row(&self, s: usize, norm: &mut f32, moment: &mut [f32], dwt: &mut [f32]) -> bool {
        let Some(from) = self.from(s) else { return false };
        let greatest = change_row(&self.constants, from, self.to, *norm, moment, dwt);
        if self.constants.normalises() {
            *norm = greatest;
        }
        true
    }

    /// Changes the synapses of a sender to some receivers; returns whether there was any change.
    fn sparse_row(
        &self,
        s: usize,
        (targets, runs): (&[u32], Option<&[Run]>),
        norm: &mut f32,
        moment: &mut [f32],
        dwt: &mut [f32],
    ) -> bool {
        let Some(from) = self.from(s) else { return false };
        let mut greatest = 0.0_f32;
        if let Some(runs) = runs {
            let mut start = 0;
            for run in runs {
                let some = start..start + run.len as usize;
                start = some.end;
                let to = self.to.part(run.targets());
                let (moment, dwt) = (&mut moment[some.clone()], &mut dwt[some]);
                let found = change_row(&self.constants, from, to, *norm, moment, dwt);
                greatest = found.max(greatest);
            }
        } else {
            for ((r, moment), dwt) in targets.iter().zip(moment).zip(dwt) {
                let to = self.to.at(*r as usize);
                greatest = self.constants.change(from, to, *norm, moment, dwt).max(greatest);
            }
        }
        if self.constants.normalises() {
            *norm = greatest;
        }
        true
    }
}

impl Projection {
    /// The number of synapses that learning looks at.
    pub(crate) fn n_changing(&self, sender: &Neurons, receiver: &Neurons) -> usize {
        let Some(change) = Change::new(self, sender, receiver) else { return 0 };
        let senders = (0..self.layout.n_senders()).filter(|s| change.from(*s).is_some());
        senders.map(|s| self.layout.row(s).len()).sum()
    }

    /// Computes weight changes from the trial that has ended and adds them to `DWt`.
    ///
    /// Senders whose short and medium averages are both below `LrnThr` are skipped whole. With
    /// normalisation, the running maximum of a sender becomes the greatest of its synapses.
    pub(crate) fn change_weights(&mut self, sender: &Neurons, receiver: &Neurons, parallel: bool) {
        let Some(change) = Change::new(self, sender, receiver) else { return };
        self.changes_mut();
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let width = (*receivers).max(1);
                type Row<'a> = ((&'a mut f32, &'a mut [f32]), &'a mut [f32]);
                let work = |(s, ((norm, moment), dwt)): (usize, Row<'_>)| {
                    change.row(s, norm, moment, dwt);
                };
                if parallel {
                    let rows = self.norm.par_iter_mut().zip(self.moment.par_chunks_mut(width));
                    let rows = rows.zip(self.dwt.par_chunks_mut(width)).enumerate();
                    rows.with_min_len(rows_per_task(width)).for_each(work);
                } else {
                    let rows = self.norm.iter_mut().zip(self.moment.chunks_mut(width));
                    rows.zip(self.dwt.chunks_mut(width)).enumerate().for_each(work);
                }
            }
            layout @ Layout::Sparse { targets, .. } => {
                for (s, norm) in self.norm.iter_mut().enumerate() {
                    let row = layout.row(s);
                    let moment = &mut self.moment[row.clone()];
                    let to = (&targets[row.clone()], layout.runs(s));
                    change.sparse_row(s, to, norm, moment, &mut self.dwt[row]);
                }
            }
        }
        self.pending = true;
    }

    /// Applies the pending weight changes: soft bounds, linear weight, effective weight.
    pub(crate) fn apply_weight_changes(&mut self, parallel: bool) {
        let learn = &self.params.learn;
        if !learn.learn || !self.pending {
            return;
        }
        let sigmoid = &learn.wt_sig;
        let balance = learn.wt_bal.on.then_some((&self.wb_inc[..], &self.wb_dec[..]));
        let scales = &self.scale;
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let width = (*receivers).max(1);
                type Row<'a> = ((&'a mut [f32], &'a mut [f32]), &'a mut [f32]);
                let work = |(s, ((wt, lwt), dwt)): (usize, Row<'_>)| {
                    let scale = scales.get(s * width..s * width + dwt.len());
                    apply_row(sigmoid, balance, scale, wt, lwt, dwt);
                };
                if parallel {
                    let rows = self.wt.par_chunks_mut(width).zip(self.lwt.par_chunks_mut(width));
                    let rows = rows.zip(self.dwt.par_chunks_mut(width));
                    rows.enumerate().with_min_len(rows_per_task(width)).for_each(work);
                } else {
                    let rows = self.wt.chunks_mut(width).zip(self.lwt.chunks_mut(width));
                    rows.zip(self.dwt.chunks_mut(width)).enumerate().for_each(work);
                }
            }
            Layout::Sparse { targets, .. } => {
                let application = Application { sigmoid, balance };
                let scale = (!scales.is_empty()).then_some(&scales[..]);
                let (wt, lwt, dwt) = (&mut self.wt, &mut self.lwt, &mut self.dwt);
                application.sparse_row((targets, None), scale, wt, lwt, dwt);
            }
        }
        self.pending = false;
    }

    /// [`change_weights`](Self::change_weights) and then
    /// [`apply_weight_changes`](Self::apply_weight_changes), a sender at a time: the changes stay in
    /// the cache, and the weights of senders that are skipped are not touched.
    pub(crate) fn learn(&mut self, sender: &Neurons, receiver: &Neurons, parallel: bool) {
        if self.pending {
            self.change_weights(sender, receiver, parallel);
            self.apply_weight_changes(parallel);
            return;
        }
        let Some(change) = Change::new(self, sender, receiver) else { return };
        let scales = &self.scale;
        if let Layout::Sparse { targets, .. } = &self.layout {
            let application = Application::new(&self.params.learn, &self.wb_inc, &self.wb_dec);
            for (s, norm) in self.norm.iter_mut().enumerate() {
                let row = self.layout.row(s);
                let to = (&targets[row.clone()], self.layout.runs(s));
                self.row.clear();
                self.row.resize(row.len(), 0.0);
                let (moment, dwt) = (&mut self.moment[row.clone()], &mut self.row);
                if change.sparse_row(s, to, norm, moment, dwt) {
                    let scale = scales.get(row.clone());
                    let (wt, lwt) = (&mut self.wt[row.clone()], &mut self.lwt[row]);
                    application.sparse_row(to, scale, wt, lwt, dwt);
                }
            }
            return;
        }
        let width = self.layout.n_receivers().max(1);
        let sigmoid = &self.params.learn.wt_sig;
        let wt_bal = self.params.learn.wt_bal.on;
        let balance = wt_bal.then_some((&self.wb_inc[..], &self.wb_dec[..]));
        type Row<'a> = (((&'a mut f32, &'a mut [f32]), &'a mut [f32]), &'a mut [f32]);
        let work = |dwt: &mut Vec<f32>, (s, (((norm, moment), wt), lwt)): (usize, Row<'_>)| {
            if change.row(s, norm, moment, dwt) {
                let scale = scales.get(s * width..(s + 1) * width);
                apply_row(sigmoid, balance, scale, wt, lwt, dwt);
            }
        };
        if parallel {
            let rows = self.norm.par_iter_mut().zip(self.moment.par_chunks_mut(width));
            let rows = rows.zip(self.wt.par_chunks_mut(width)).zip(self.lwt.par_chunks_mut(width));
            let rows = rows.enumerate().with_min_len(rows_per_task(width));
            rows.for_each_init(|| vec![0.0; width], work);
        } else {
            let rows = self.norm.iter_mut().zip(self.moment.chunks_mut(width));
            let rows = rows.zip(self.wt.chunks_mut(width)).zip(self.lwt.chunks_mut(width));
            self.row.resize(width, 0.0);
            for row in rows.enumerate() {
                work(&mut self.row, row);
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
        let mut sums = std::mem::take(&mut self.balance_sums);
        sums.clear();
        sums.resize(receivers, (0.0, 0, 0));
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
        for (r, (sum, count, connections)) in sums.iter().enumerate() {
            if *connections == 0 {
                continue;
            }
            let average = if *count > 0 { sum / *count as f32 } else { 0.0 };
            (self.wb_inc[r], self.wb_dec[r]) = learn.wt_bal.factors(average);
        }
        self.balance_sums = sums;
    }
}
