//! Sending changes of activation along weights.

use rayon::prelude::*;

use super::{Layout, Projection};
use crate::layer::Layer;
use crate::vector::synapses::{add_rows, add_runs};

/// Receivers whose sums stay in the nearest cache while senders add to them.
const RECEIVERS_AT_ONCE: usize = 256;
/// Where threads share a projection, each gets a multiple of so many receivers.
const LEAST_RECEIVERS: usize = 64;

/// Weights that stay in the cache while the members of a batch use them.
const WEIGHTS_AT_ONCE: usize = 1 << 18;
/// Fewer senders than these are not taken at once: several are added in one pass.
const LEAST_SENDERS_AT_ONCE: usize = 128;

/// What senders bring to some of a projection's receivers, of which each has a synapse from every
/// sender.
pub(crate) struct Sending<'a> {
    sums: &'a mut [f32],
    first: usize,
    outbox: &'a [(u32, f32)],
    scale: f32,
    wt: &'a [f32],
    receivers: usize,
}

impl Sending<'_> {
    /// Synaptic events.
    pub(crate) fn events(&self) -> usize {
        self.sums.len() * self.outbox.len()
    }

    /// The first receivers and the others, which have about so many events.
    pub(crate) fn split(self, others: usize) -> (Self, Self) {
        let Sending { sums, first, outbox, scale, wt, receivers } = self;
        let others = (others / outbox.len().max(1)).next_multiple_of(LEAST_RECEIVERS);
        let (some, rest) = sums.split_at_mut(sums.len().saturating_sub(others));
        let start = first + some.len();
        (
            Sending { sums: some, first, outbox, scale, wt, receivers },
            Sending { sums: rest, first: start, outbox, scale, wt, receivers },
        )
    }

    /// Adds it up, in ascending order of senders.
    pub(crate) fn add(self) {
        let Sending { sums, first, outbox, scale, wt, receivers } = self;
        for (index, sums) in sums.chunks_mut(RECEIVERS_AT_ONCE).enumerate() {
            sums.fill(0.0);
            add_rows(sums, outbox, scale, wt, receivers, first + index * RECEIVERS_AT_ONCE);
        }
    }
}

impl Projection {
    /// Whether every receiver has a synapse from every sender.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.layout, Layout::Dense { .. })
    }

    /// What the sending layer's changes of activation, in its outbox, bring to the receivers of a
    /// [full](Self::is_full) projection; it must then be added up.
    pub(crate) fn sending<'a>(&'a mut self, sender: &'a Layer) -> Sending<'a> {
        self.received = true;
        let receivers = self.layout.n_receivers();
        Sending {
            sums: &mut self.g_inc,
            first: 0,
            outbox: &sender.outboxes[0],
            scale: self.g_scale,
            wt: &self.wt,
            receivers,
        }
    }

    /// Adds what the sending layer's changes of activation, in its outbox, bring to each receiver, in
    /// ascending order of senders, into `g_inc`, which it first clears; nothing is done if there are
    /// none.
    ///
    /// `parallel` splits the members of a batch among threads; the sums are the same either way.
    pub(crate) fn receive(&mut self, sender: &Layer, parallel: bool) {
        self.received = sender.n_sent() > 0;
        if !self.received {
            return;
        }
        if sender.members > 1 {
            return self.receive_batch(sender, parallel);
        }
        if self.is_full() {
            return self.sending(sender).add();
        }
        self.g_inc.fill(0.0);
        add_sparse(&mut self.g_inc, &sender.outboxes[0], self.g_scale, &self.wt, &self.layout);
    }

    /// [`receive`](Self::receive) for every member of a batch.
    fn receive_batch(&mut self, sender: &Layer, parallel: bool) {
        let (scale, wt) = (self.g_scale, &self.wt);
        let receivers = self.layout.n_receivers();
        let members = sender.members;
        let add = |(task, sums): (usize, &mut [f32]), size: usize| {
            sums.fill(0.0);
            let outboxes = &sender.outboxes[task * size..];
            match &self.layout {
                Layout::Dense { senders, .. } => {
                    let block = (WEIGHTS_AT_ONCE / receivers.max(1)).max(LEAST_SENDERS_AT_ONCE);
                    for start in (0..*senders).step_by(block) {
                        let end = (start + block) as u32;
                        for (sums, outbox) in sums.chunks_exact_mut(receivers).zip(outboxes) {
                            let from = outbox.partition_point(|item| item.0 < start as u32);
                            let to = outbox.partition_point(|item| item.0 < end);
                            add_rows(sums, &outbox[from..to], scale, wt, receivers, 0);
                        }
                    }
                }
                Layout::Sparse { .. } => {
                    for (sums, outbox) in sums.chunks_exact_mut(receivers).zip(outboxes) {
                        add_sparse(sums, outbox, scale, wt, &self.layout);
                    }
                }
            }
        };
        if parallel {
            let size = members.div_ceil(rayon::current_num_threads());
            let tasks = self.g_inc.par_chunks_mut(size * receivers).enumerate();
            tasks.for_each(|task| add(task, size));
        } else {
            add((0, &mut self.g_inc[..]), members);
        }
    }
}

/// Adds to the sums of receivers what senders bring to them along listed synapses.
fn add_sparse(sums: &mut [f32], outbox: &[(u32, f32)], scale: f32, wt: &[f32], layout: &Layout) {
    for (sender, change) in outbox {
        let sender = *sender as usize;
        let row = layout.row(sender);
        let scaled = change * scale;
        let wt = &wt[row.clone()];
        if let Some(runs) = layout.runs(sender) {
            add_runs(sums, runs, scaled, wt);
        } else if let Some(targets) = layout.targets(row) {
            for (target, wt) in targets.iter().zip(wt) {
                sums[*target as usize] += scaled * wt;
            }
        }
    }
}
