//! How the work of a cycle and of learning is shared among threads. Sums have one order whatever
//! their number.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::Network;
use crate::layer::{CycleConstants, Layer};
use crate::projection::Projection;

/// Below this many synaptic events in a cycle threads cost more than they bring.
pub(super) const LEAST_PARALLEL_EVENTS: usize = 50_000;
/// Below this many units in a network their cycle stays on one thread.
pub(super) const LEAST_PARALLEL_UNITS: usize = 1_500;
/// Below this many synapses learning stays on one thread.
const LEAST_PARALLEL_SYNAPSES: usize = 100_000;

impl Network {
    /// Does work of many cycles with the threads kept awake: what they share in a cycle takes less
    /// time than to wake a thread.
    pub(super) fn with_threads<T: Send>(&mut self, work: impl FnOnce(&mut Self) -> T + Send) -> T {
        let pool = match &self.threads {
            Some(pool) if self.n_synapses() >= LEAST_PARALLEL_SYNAPSES => pool.clone(),
            _ => return work(self),
        };
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

/// Does something with layers, on so many threads: each gets some that follow one another.
pub(super) fn share_layers(
    layers: &mut [Layer],
    constants: &[CycleConstants],
    threads: usize,
    work: &(impl Fn(&mut [Layer], &[CycleConstants]) + Sync),
) {
    if threads < 2 || layers.len() < 2 {
        return work(layers, constants);
    }
    let (left, right) = layers.split_at_mut(layers.len().div_ceil(2));
    let (left_constants, right_constants) = constants.split_at(left.len());
    let left_threads = threads.div_ceil(2);
    rayon::join(
        || share_layers(left, left_constants, left_threads, work),
        || share_layers(right, right_constants, threads - left_threads, work),
    );
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
