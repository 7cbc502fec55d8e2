//! Sending changes of activation along weights.

use super::{Layout, Projection};
use crate::network::{Inbox, Outbox};
use crate::vector::synapses::{add_rows, add_runs};

/// Receivers whose sums stay in the nearest cache while senders add to them.
const RECEIVERS_AT_ONCE: usize = 640;

/// Weights that stay in the cache while the members of a batch use them.
const WEIGHTS_AT_ONCE: usize = 1 << 18;
/// Fewer senders than these are not taken at once: several are added in one pass.
const LEAST_SENDERS_AT_ONCE: usize = 128;

impl Projection {
    /// Whether every receiver has a synapse from every sender.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.layout, Layout::Dense { .. })
    }

    /// Synaptic events if senders change so often: about, unless the projection
    /// [is full](Self::is_full).
    pub(crate) fn events(&self, changes: usize) -> usize {
        changes * self.n_synapses() / self.layout.n_senders().max(1)
    }

    /// Adds up what the changes of activation in the sending layer's outbox bring to each receiver,
    /// in ascending order of senders.
    pub(crate) fn receive(&self, outbox: &Outbox, inbox: &mut Inbox) {
        let outboxes = &outbox.members()[inbox.members.clone()];
        inbox.filled =
            !self.off && !inbox.sums.is_empty() && outboxes.iter().any(|outbox| !outbox.is_empty());
        if !inbox.filled {
            return;
        }
        let Self { layout, wt, g_scale, .. } = self;
        let (sums, receivers) = (&mut inbox.sums[..], layout.n_receivers());
        sums.fill(0.0);
        match (layout, outboxes) {
            (Layout::Dense { .. }, [outbox]) => {
                for (index, sums) in sums.chunks_mut(RECEIVERS_AT_ONCE).enumerate() {
                    let first = inbox.units.start + index * RECEIVERS_AT_ONCE;
                    add_rows(sums, outbox, *g_scale, wt, receivers, first);
                }
            }
            (Layout::Dense { senders, .. }, _) => {
                let block = (WEIGHTS_AT_ONCE / receivers.max(1)).max(LEAST_SENDERS_AT_ONCE);
                for start in (0..*senders).step_by(block) {
                    let end = (start + block) as u32;
                    for (sums, outbox) in sums.chunks_exact_mut(receivers).zip(outboxes) {
                        let from = outbox.partition_point(|item| item.0 < start as u32);
                        let to = outbox.partition_point(|item| item.0 < end);
                        add_rows(sums, &outbox[from..to], *g_scale, wt, receivers, 0);
                    }
                }
            }
            (Layout::Sparse { .. }, _) => {
                for (sums, outbox) in sums.chunks_exact_mut(receivers).zip(outboxes) {
                    add_sparse(sums, outbox, *g_scale, wt, layout);
                }
            }
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
