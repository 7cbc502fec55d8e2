//! Sending changes of activation along weights.

use rayon::prelude::*;

use super::{Layout, Projection};
use crate::vector::synapses::add_rows;

/// Receivers per task when threads share a projection.
const RECEIVERS_PER_TASK: usize = 256;

impl Projection {
    /// Adds what the sending layer's changes of activation bring to each receiver, in ascending
    /// order of senders, into `g_inc`, which it first clears; nothing is done if there are none.
    ///
    /// `outbox` holds pairs of sending unit and change, ascending. `parallel` splits the receivers
    /// among threads; the sums are the same either way.
    pub(crate) fn receive(&mut self, outbox: &[(u32, f32)], parallel: bool) {
        self.received = !outbox.is_empty();
        if !self.received {
            return;
        }
        let (scale, wt) = (self.g_scale, &self.wt);
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let receivers = *receivers;
                let add = |(task, chunk): (usize, &mut [f32])| {
                    chunk.fill(0.0);
                    add_rows(chunk, outbox, scale, wt, receivers, task * RECEIVERS_PER_TASK);
                };
                if parallel {
                    self.g_inc.par_chunks_mut(RECEIVERS_PER_TASK).enumerate().for_each(add);
                } else {
                    self.g_inc.chunks_mut(RECEIVERS_PER_TASK).enumerate().for_each(add);
                }
            }
            Layout::Sparse { starts, targets, .. } => {
                self.g_inc.fill(0.0);
                for (sender, change) in outbox {
                    let row = starts[*sender as usize]..starts[*sender as usize + 1];
                    let scaled = change * scale;
                    for (target, wt) in targets[row.clone()].iter().zip(&wt[row]) {
                        self.g_inc[*target as usize] += scaled * wt;
                    }
                }
            }
        }
    }
}
