//! Sending changes of activation along all projections.

use rayon::prelude::*;

use super::Network;
use super::threads::LEAST_PARALLEL_EVENTS;
use crate::layer::Layer;
use crate::projection::{Projection, Sending};

impl Network {
    /// Sends changes of activation along all projections.
    pub(super) fn send(&mut self) {
        self.share_layers(|layers, constants, _| {
            for (layer, constants) in layers.iter_mut().zip(constants) {
                layer.fill_outboxes(constants);
            }
        });
        let (layers, projections) = (&self.layers[..], &mut self.projections[..]);
        let threads = self.threads.as_deref().filter(|_| {
            projections.iter().map(|item| events(item, layers)).sum::<usize>()
                >= LEAST_PARALLEL_EVENTS
        });
        let Some(pool) = threads else {
            return share(None, projections, None, layers, 1);
        };
        let is_batch = layers.iter().any(|layer| layer.members > 1);
        pool.install(|| match is_batch {
            true => projections.par_iter_mut().for_each(|item| {
                item.receive(&layers[item.sender.0], true);
            }),
            false => share(None, projections, None, layers, pool.current_num_threads()),
        });
    }
}

/// The synaptic events that a projection has to add up.
fn events(projection: &Projection, layers: &[Layer]) -> usize {
    layers[projection.sender.0].n_sent() * layers[projection.receiver.0].n_units()
}

/// Adds up what receivers get, on so many threads with as many events each: where a share ends
/// within a projection, its receivers are split. `head` and `tail` are receivers of projections
/// that begin before or end after these.
fn share(
    head: Option<Sending<'_>>,
    projections: &mut [Projection],
    tail: Option<Sending<'_>>,
    layers: &[Layer],
    threads: usize,
) {
    if threads < 2 {
        let parts = [head, tail];
        projections.iter_mut().for_each(|item| item.receive(&layers[item.sender.0], false));
        return parts.into_iter().flatten().for_each(Sending::add);
    }
    let of_part = |part: &Option<Sending<'_>>| part.as_ref().map_or(0, Sending::events);
    let whole: usize = projections.iter().map(|item| events(item, layers)).sum();
    let left_threads = threads.div_ceil(2);
    let wanted = (of_part(&head) + whole + of_part(&tail)) * left_threads / threads;
    let mut before = of_part(&head);
    let place = projections.iter().position(|item| {
        let events = events(item, layers);
        before += events;
        // One in which nothing is sent has nothing to split.
        events > 0 && before > wanted
    });
    let (left, right) = projections.split_at_mut(place.unwrap_or(projections.len()));
    let (left_tail, right_head, right) = match right {
        [middle, others @ ..] if middle.is_full() => {
            let sender = &layers[middle.sender.0];
            let (left, right) = middle.sending(sender).split(before - wanted);
            (Some(left), Some(right), others)
        }
        right => (None, None, right),
    };
    rayon::join(
        || share(head, left, left_tail, layers, left_threads),
        || share(right_head, right, tail, layers, threads - left_threads),
    );
}
