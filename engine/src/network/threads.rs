//! How the work of a cycle and of learning is shared among threads. Sums have one order whatever
//! their number.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{Network, Outbox};
use crate::layer::{CycleConstants, Layer};
use crate::projection::Projection;

/// Below this much work in a cycle, in synaptic events, threads cost more than they bring.
const LEAST_PARALLEL_WORK: usize = 300_000;
/// A cycle of a unit takes as long as so many synaptic events.
const EVENTS_OF_A_UNIT: usize = 80;
/// Of so many synapses one passes on a change in a cycle, as a rule.
const SYNAPSES_OF_AN_EVENT: usize = 10;
/// Below this many synapses learning stays on one thread.
const LEAST_PARALLEL_SYNAPSES: usize = 200_000;

impl Network {
    /// How many threads share the work of a cycle: those of [`set_threads`](Self::set_threads) in a
    /// network that is built and so large that they are worth it, else 1.
    pub fn threads_at_work(&self) -> usize {
        self.pool().map_or(1, |pool| pool.current_num_threads())
    }

    /// How many threads are worth having for a cycle.
    pub(super) fn worthwhile_threads(&self) -> usize {
        let enough = || (0..self.layers.len()).map(|layer| self.work_of(layer)).sum::<usize>();
        match &self.threads {
            Some(pool) if enough() >= LEAST_PARALLEL_WORK => pool.current_num_threads(),
            _ => 1,
        }
    }

    /// The work of a layer in a cycle, about: in synaptic events.
    pub(super) fn work_of(&self, layer: usize) -> usize {
        let layer = &self.layers[layer];
        let synapses = layer.receives().iter().map(|id| self.projections[id.0].n_synapses());
        let events = synapses.sum::<usize>() / SYNAPSES_OF_AN_EVENT;
        layer.members * (layer.n_units() * EVENTS_OF_A_UNIT + events)
    }

    /// The threads, if there is a share of the work for each.
    fn pool(&self) -> Option<Arc<rayon::ThreadPool>> {
        self.threads.as_ref().filter(|_| self.shares.len() > 1).cloned()
    }

    /// Does work of one cycle, on as many threads as are worth it.
    pub(super) fn on_threads(&mut self, work: impl FnOnce(&mut Self, usize) + Send) {
        match self.pool() {
            Some(pool) => pool.install(|| work(self, pool.current_num_threads())),
            None => work(self, 1),
        }
    }

    /// Does work of many cycles with the threads kept awake: what they share in a cycle takes less
    /// time than to wake a thread.
    pub(super) fn with_threads<T: Send>(&mut self, work: impl FnOnce(&mut Self) -> T + Send) -> T {
        let Some(pool) = self.pool() else { return work(self) };
        let done = AtomicBool::new(false);
        let stay_awake = &|own: Option<usize>| {
            // Should the thread at work take this up while it waits for others, it must get back.
            while rayon::current_thread_index() != own && !done.load(Ordering::Relaxed) {
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    std::hint::spin_loop();
                }
            }
        };
        pool.install(|| {
            rayon::scope(|scope| {
                let own = rayon::current_thread_index();
                for _ in 1..pool.current_num_threads() {
                    scope.spawn(move |_| stay_awake(own));
                }
                let _done = SetOnDrop(&done);
                work(self)
            })
        })
    }
}

/// Sets a flag in the end, also after a panic.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Layers that follow one another, with what belongs to each.
pub(super) struct Part<'a> {
    pub layers: &'a mut [Layer],
    pub constants: &'a [CycleConstants],
    pub outboxes: &'a mut [Outbox],
}

impl Part<'_> {
    /// Each layer with what belongs to it.
    pub(super) fn each(
        &mut self,
    ) -> impl Iterator<Item = (&mut Layer, &CycleConstants, &mut Outbox)> {
        let layers = self.layers.iter_mut().zip(self.constants).zip(&mut *self.outboxes);
        layers.map(|((layer, constants), outbox)| (layer, constants, outbox))
    }

    /// Those of them that are not lesioned.
    pub(super) fn at_work(&mut self) -> impl Iterator<Item = (&mut Layer, &CycleConstants)> {
        let layers = self.layers.iter_mut().zip(self.constants);
        layers.filter(|(layer, _)| !layer.off)
    }

    /// The first so many, at most, and the others.
    pub(super) fn split_at(self, index: usize) -> (Self, Self) {
        let index = index.min(self.layers.len());
        let (layers, other_layers) = self.layers.split_at_mut(index);
        let (constants, other_constants) = self.constants.split_at(index);
        let (outboxes, other_outboxes) = self.outboxes.split_at_mut(index);
        (
            Part { layers, constants, outboxes },
            Part { layers: other_layers, constants: other_constants, outboxes: other_outboxes },
        )
    }

    /// Does something with the layers, on so many threads: each gets some, the same in every cycle
    /// of a trial, so that their state stays in its caches.
    pub(super) fn share(self, threads: usize, work: &(impl Fn(Part<'_>) + Sync)) {
        let constants = self.constants;
        if threads < 2 || constants.len() < 2 {
            return work(self);
        }
        let left_threads = threads.div_ceil(2);
        let right_threads = threads - left_threads;
        let whole = together(constants);
        let time = |index: usize| {
            let left = together(&constants[..index]);
            (left / left_threads).max((whole - left) / right_threads)
        };
        let middle = (1..constants.len()).min_by_key(|index| time(*index)).unwrap_or(1);
        let (left, right) = self.split_at(middle);
        rayon::join(|| left.share(left_threads, work), || right.share(right_threads, work));
    }
}

/// The work of layers in a cycle, about: in synaptic events.
fn together(constants: &[CycleConstants]) -> usize {
    constants.iter().map(|of_layer| of_layer.work).sum()
}

/// Does the same for every projection, on the threads where there is enough to do.
pub(super) fn for_each_projection(
    projections: &mut [Projection],
    threads: Option<&rayon::ThreadPool>,
    work: impl Fn(&mut Projection, bool) + Sync,
) {
    let is_large = |item: &Projection| item.n_synapses() >= LEAST_PARALLEL_SYNAPSES;
    match threads {
        Some(pool) if projections.iter().any(is_large) => pool.install(|| {
            projections.par_iter_mut().for_each(|item| {
                let parallel = is_large(item);
                work(item, parallel);
            });
        }),
        _ => projections.iter_mut().for_each(|item| work(item, false)),
    }
}
