//! Weight changes and their application.

use std::cell::RefCell;

use super::layout::Targets;
use super::{Layout, Projection};
use crate::leabra::learning::{LearnSynapseParams, WtSigParams};
use crate::neuron::Neurons;
use crate::vector::checks::any_nan;
use crate::vector::synapses::{ChangeConstants, Receivers, apply, apply_row, change_row};

/// Synapses per task when threads share a projection.
const SYNAPSES_PER_TASK: usize = 16 * 1024;

thread_local! {
    /// Changes of a sender's synapses until they are applied; all 0 in between.
    static ROOM: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// The variables of the synapses of senders that follow one another.
struct Rows<'a> {
    layout: &'a Layout,
    /// The first sender, and its first synapse.
    first: (usize, usize),
    norm: &'a mut [f32],
    moment: &'a mut [f32],
    wt: &'a mut [f32],
    lwt: &'a mut [f32],
    /// Changes that are kept; empty if there are none.
    dwt: &'a mut [f32],
}

/// The variables of the synapses of one sender.
struct Row<'a> {
    sender: usize,
    targets: Targets<'a>,
    norm: &'a mut f32,
    moment: &'a mut [f32],
    wt: &'a mut [f32],
    lwt: &'a mut [f32],
    dwt: &'a mut [f32],
}

impl<'a> Rows<'a> {
    /// Those before and those from a sender on.
    fn split(self, sender: usize) -> (Self, Self) {
        let Rows { layout, first, norm, moment, wt, lwt, dwt } = self;
        let synapse = layout.row(sender).start;
        let at = synapse - first.1;
        let (norm, norm_rest) = norm.split_at_mut(sender - first.0);
        let (moment, moment_rest) = moment.split_at_mut(at);
        let (wt, wt_rest) = wt.split_at_mut(at);
        let (lwt, lwt_rest) = lwt.split_at_mut(at);
        let (dwt, dwt_rest) = dwt.split_at_mut(at.min(dwt.len()));
        let rest = Rows {
            layout,
            first: (sender, synapse),
            norm: norm_rest,
            moment: moment_rest,
            wt: wt_rest,
            lwt: lwt_rest,
            dwt: dwt_rest,
        };
        (Rows { layout, first, norm, moment, wt, lwt, dwt }, rest)
    }

    /// Does something with the row of each sender, with room for what it needs in between; tells
    /// whether any of it says so.
    fn each(self, work: &impl Fn(Row<'_>, &mut Vec<f32>) -> bool) -> bool {
        let Rows { layout, first, norm, moment, wt, lwt, dwt } = self;
        ROOM.with_borrow_mut(|room| {
            let mut any = false;
            for (place, norm) in norm.iter_mut().enumerate() {
                let sender = first.0 + place;
                let row = layout.row(sender);
                let targets = layout.targets_of(sender);
                let row = row.start - first.1..row.end - first.1;
                let (moment, wt) = (&mut moment[row.clone()], &mut wt[row.clone()]);
                let (lwt, dwt) = (&mut lwt[row.clone()], dwt.get_mut(row).unwrap_or_default());
                any |= work(Row { sender, targets, norm, moment, wt, lwt, dwt }, room);
            }
            any
        })
    }

    /// [`each`](Self::each), on the threads.
    fn share(self, work: &(impl Fn(Row<'_>, &mut Vec<f32>) -> bool + Sync)) -> bool {
        let senders = self.norm.len();
        if senders < 2 || self.wt.len() <= SYNAPSES_PER_TASK {
            return self.each(work);
        }
        let middle = self.first.0 + senders / 2;
        let (left, right) = self.split(middle);
        let (left, right) = rayon::join(|| left.share(work), || right.share(work));
        left | right
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
    fn new(learn: &LearnSynapseParams, sender: &'a Neurons, receiver: &'a Neurons) -> Option<Self> {
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

    /// Adds the changes of a sender's synapses to `dwt`; returns whether it was not skipped.
    fn row(
        &self,
        s: usize,
        targets: Targets<'_>,
        norm: &mut f32,
        moment: &mut [f32],
        dwt: &mut [f32],
    ) -> bool {
        let Some(from) = self.from(s) else { return false };
        let mut greatest = 0.0_f32;
        match targets {
            Targets::All => {
                greatest = change_row(&self.constants, from, self.to, *norm, moment, dwt);
            }
            Targets::Runs(runs) => {
                let mut start = 0;
                for run in runs {
                    let some = start..start + run.len as usize;
                    start = some.end;
                    let to = self.to.part(run.targets());
                    let (moment, dwt) = (&mut moment[some.clone()], &mut dwt[some]);
                    let found = change_row(&self.constants, from, to, *norm, moment, dwt);
                    greatest = found.max(greatest);
                }
            }
            Targets::List(targets) => {
                for ((r, moment), dwt) in targets.iter().zip(moment).zip(dwt) {
                    let to = self.to.at(*r as usize);
                    greatest = self.constants.change(from, to, *norm, moment, dwt).max(greatest);
                }
            }
        }
        if self.constants.normalises() {
            *norm = greatest;
        }
        true
    }
}

/// How changes are applied to the weights of one projection.
struct Application<'a> {
    sigmoid: &'a WtSigParams,
    /// The receivers' factors of increase and decrease.
    balance: Option<(&'a [f32], &'a [f32])>,
    scale: &'a [f32],
    layout: &'a Layout,
}

impl Application<'_> {
    /// Applies the changes of a sender's synapses, and clears them; returns whether a weight has
    /// become NaN.
    fn row(
        &self,
        s: usize,
        targets: Targets<'_>,
        wt: &mut [f32],
        lwt: &mut [f32],
        dwt: &mut [f32],
    ) -> bool {
        let scale = self.scale.get(self.layout.row(s));
        match targets {
            Targets::All => apply_row(self.sigmoid, self.balance, scale, wt, lwt, dwt),
            Targets::Runs(runs) => {
                let mut start = 0;
                for run in runs {
                    let some = start..start + run.len as usize;
                    start = some.end;
                    let of = run.targets();
                    let balance =
                        self.balance.map(|(inc, dec)| (&inc[of.clone()], &dec[of.clone()]));
                    let scale = scale.map(|scale| &scale[some.clone()]);
                    let (wt, lwt) = (&mut wt[some.clone()], &mut lwt[some.clone()]);
                    apply_row(self.sigmoid, balance, scale, wt, lwt, &mut dwt[some]);
                }
            }
            Targets::List(targets) => {
                let synapses = wt.iter_mut().zip(lwt).zip(dwt);
                for (index, (r, ((wt, lwt), dwt))) in targets.iter().zip(synapses).enumerate() {
                    let r = *r as usize;
                    let factors = self.balance.map_or((1.0, 1.0), |(inc, dec)| (inc[r], dec[r]));
                    let scale = scale.map_or(1.0, |scale| scale[index]);
                    apply(self.sigmoid, factors, scale, wt, lwt, dwt);
                }
            }
        }
        any_nan(wt)
    }
}

impl Projection {
    /// The number of synapses that learning looks at.
    pub(crate) fn n_changing(&self, sender: &Neurons, receiver: &Neurons) -> usize {
        let change = Change::new(&self.params.learn, sender, receiver);
        let Some(change) = change else { return 0 };
        let senders = (0..self.layout.n_senders()).filter(|s| change.from(*s).is_some());
        senders.map(|s| self.layout.row(s).len()).sum()
    }

    /// The first synapse whose weight is NaN: sender and receiver.
    pub(crate) fn nan_synapse(&self) -> Option<(usize, usize)> {
        let mut synapses = self.layout.synapses();
        synapses.find(|(.., index)| self.wt[*index].is_nan()).map(|(s, r, _)| (s, r))
    }

    /// Does something with the synapses of every sender, on the threads if `parallel`; tells
    /// whether any of it says so.
    fn rows(
        &mut self,
        parallel: bool,
        work: impl Fn(&Application<'_>, Row<'_>, &mut Vec<f32>) -> bool + Sync,
    ) -> bool {
        let learn = &self.params.learn;
        let layout = &self.layout;
        let balance = learn.wt_bal.on.then_some((&self.wb_inc[..], &self.wb_dec[..]));
        let application =
            Application { sigmoid: &learn.wt_sig, balance, scale: &self.scale, layout };
        let rows = Rows {
            layout,
            first: (0, 0),
            norm: &mut self.norm,
            moment: &mut self.moment,
            wt: &mut self.wt,
            lwt: &mut self.lwt,
            dwt: &mut self.dwt,
        };
        let work = |row: Row<'_>, room: &mut Vec<f32>| work(&application, row, room);
        if parallel { rows.share(&work) } else { rows.each(&work) }
    }

    /// Computes weight changes from the trial that has ended and adds them to `DWt`.
    ///
    /// Senders whose short and medium averages are both below `LrnThr` are skipped whole. With
    /// normalisation, the running maximum of a sender becomes the greatest of its synapses.
    pub(crate) fn change_weights(&mut self, sender: &Neurons, receiver: &Neurons, parallel: bool) {
        let change = Change::new(&self.params.learn, sender, receiver);
        let Some(change) = change else { return };
        self.changes_mut();
        self.rows(parallel, |_, row, _| {
            change.row(row.sender, row.targets, row.norm, row.moment, row.dwt)
        });
        self.pending = true;
    }

    /// Applies the pending weight changes: soft bounds, linear weight, effective weight. Returns
    /// whether a weight has become NaN.
    pub(crate) fn apply_weight_changes(&mut self, parallel: bool) -> bool {
        if !self.params.learn.learn || !self.pending {
            return false;
        }
        self.pending = false;
        self.rows(parallel, |application, row, _| {
            application.row(row.sender, row.targets, row.wt, row.lwt, row.dwt)
        })
    }

    /// [`change_weights`](Self::change_weights) and then
    /// [`apply_weight_changes`](Self::apply_weight_changes), a sender at a time: the changes stay in
    /// the cache, and the weights of senders that are skipped are not touched.
    pub(crate) fn learn(&mut self, sender: &Neurons, receiver: &Neurons, parallel: bool) -> bool {
        if self.pending {
            self.change_weights(sender, receiver, parallel);
            return self.apply_weight_changes(parallel);
        }
        let change = Change::new(&self.params.learn, sender, receiver);
        let Some(change) = change else { return false };
        self.rows(parallel, |application, row, dwt| {
            dwt.resize(row.wt.len(), 0.0);
            change.row(row.sender, row.targets, row.norm, row.moment, dwt)
                && application.row(row.sender, row.targets, row.wt, row.lwt, dwt)
        })
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
