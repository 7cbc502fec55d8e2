//! Delivering what layers send to each other in a cycle.

use super::mail::Share;
use super::{Network, Outbox};
use crate::projection::Projection;

/// Below this many synaptic events in a cycle threads cost more than they bring.
const LEAST_PARALLEL_EVENTS: usize = 50_000;

impl Network {
    /// Adds up what every layer receives along each of its projections, on so many threads.
    pub(super) fn deliver(&mut self, threads: usize) {
        let (projections, outboxes) = (&self.projections[..], &self.outboxes[..]);
        let fill = |share: &mut Share| {
            for inbox in share {
                let projection = &projections[inbox.projection.0];
                projection.receive(&outboxes[projection.sender.0], inbox);
            }
        };
        match threads > 1 && events(projections, outboxes) >= LEAST_PARALLEL_EVENTS {
            true => on_threads(&mut self.shares, &fill),
            false => self.shares.iter_mut().for_each(fill),
        }
    }
}

/// Does something with each share, on a thread of its own.
fn on_threads(shares: &mut [Share], fill: &(impl Fn(&mut Share) + Sync)) {
    match shares {
        [] => {}
        [share] => fill(share),
        _ => {
            let (left, right) = shares.split_at_mut(shares.len().div_ceil(2));
            rayon::join(|| on_threads(left, fill), || on_threads(right, fill));
        }
    }
}

/// Synaptic events of a cycle, about.
fn events(projections: &[Projection], outboxes: &[Outbox]) -> usize {
    let sent = |item: &Projection| item.events(outboxes[item.sender.0].n_sent());
    projections.iter().map(sent).sum()
}
