//! What layers send to each other in a cycle.

use std::ops::Range;

use super::{Network, ProjectionId};
use crate::layer::Layer;
use crate::neuron::{LANES, UnitValues};

/// What a layer sends in a cycle: of each member, units and the changes of their activation.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(Vec<Vec<(u32, f32)>>);

impl Outbox {
    /// An empty one of a layer, with room for all units of all members.
    pub(super) fn of(layer: &Layer) -> Self {
        Self((0..layer.members).map(|_| Vec::with_capacity(layer.n_units())).collect())
    }

    /// What each member sends, in ascending order of units.
    pub(crate) fn members(&self) -> &[Vec<(u32, f32)>] {
        &self.0
    }

    /// [`members`](Self::members) for writing.
    pub(crate) fn members_mut(&mut self) -> &mut [Vec<(u32, f32)>] {
        &mut self.0
    }

    /// How many changes are sent.
    pub(crate) fn n_sent(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(Vec::capacity).sum::<usize>() * size_of::<(u32, f32)>()
    }
}

/// What a layer, or a part of it, receives along one of its projections in a cycle.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    /// Where it comes from.
    pub projection: ProjectionId,
    /// Which members it is for, and of them which units: all of several, or some of one.
    pub members: Range<usize>,
    pub units: Range<usize>,
    /// The place of the first of these units among those of all members.
    pub first: usize,
    /// The sum over senders for each unit, member after member.
    pub sums: UnitValues,
    /// Whether anything was sent; else `sums` are old.
    pub filled: bool,
}

/// The inboxes that one thread fills in every cycle, so that the weights it needs stay in its cache:
/// one for each projection that a layer receives, in the order of layers and of their projections. It
/// may be for no unit.
pub(crate) type Share = Vec<Inbox>;

impl Network {
    /// Makes room for what the layers send and receive, in one share for each thread.
    ///
    /// Of a layer that has all synapses of a projection each thread gets some units, and in a batch
    /// some members; listed synapses are left in one piece, to that thread which has the fewest.
    pub(super) fn make_mail(&mut self) {
        let threads = self.worthwhile_threads();
        self.outboxes = self.layers.iter().map(Outbox::of).collect();
        self.shares = vec![Share::new(); threads];
        let mut listed = vec![0; threads];
        for layer in &self.layers {
            let (members, units) = (layer.members, layer.n_units());
            for &projection in layer.receives() {
                let of = &self.projections[projection.0];
                let owner = (0..threads).min_by_key(|thread| listed[*thread]);
                for (thread, share) in self.shares.iter_mut().enumerate() {
                    let (members, units) = if members > 1 {
                        (part(members, thread, threads, 1), 0..units)
                    } else if of.is_full() {
                        // In turn, for rows a power of 2 long use the same part of a cache.
                        let turn = (thread + share.len()) % threads;
                        (0..1, part(units, turn, threads, LANES))
                    } else {
                        (0..1, if owner == Some(thread) { 0..units } else { 0..0 })
                    };
                    share.push(Inbox {
                        projection,
                        sums: UnitValues::zeros(members.len() * units.len()),
                        first: members.start * layer.n_units() + units.start,
                        members,
                        units,
                        filled: false,
                    });
                }
                if let (Some(owner), false) = (owner, of.is_full()) {
                    listed[owner] += of.n_synapses();
                }
            }
        }
    }
}

/// One of so many parts of about one length, in multiples of `step`.
fn part(count: usize, index: usize, parts: usize, step: usize) -> Range<usize> {
    let size = count.div_ceil(parts).next_multiple_of(step);
    count.min(index * size)..count.min((index + 1) * size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_and_leave_nothing_out() {
        for (count, parts, step) in [(625, 2, 16), (7, 3, 1), (5, 4, 16), (0, 2, 1), (64, 1, 16)] {
            let all: Vec<_> = (0..parts).flat_map(|p| part(count, p, parts, step)).collect();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
    }
}
