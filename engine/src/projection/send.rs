//! Sending changes of activation along weights.

use super::{Layout, Projection};
use rayon::prelude::*;

/// Receivers per task when threads share a projection.
const RECEIVERS_PER_TASK: usize = 256;

impl Projection {
    /// Adds what the sending layer's changes of activation bring to each receiver, in ascending
    /// order of senders, into `g_inc`, which it first clears.
    ///
    /// `outbox` holds pairs of sending unit and change, ascending. `parallel` splits the receivers
    /// among threads; the sums are the same either way.
    pub(crate) fn receive(&mut self, outbox: &[(u32, f32)], parallel: bool) {
        let (scale, wt) = (self.g_scale, &self.wt);
        match &self.layout {
            Layout::Dense { receivers, .. } => {
                let receivers = *receivers;
                let add = |(task, chunk): (usize, &mut [f32])| {
                    chunk.fill(0.0);
                    let first = task * RECEIVERS_PER_TASK;
                    add_rows(chunk, outbox, scale, |sender| {
                        let start = sender as usize * receivers + first;
                        &wt[start..start + chunk_len(receivers, first)]
                    });
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

fn chunk_len(receivers: usize, first: usize) -> usize {
    RECEIVERS_PER_TASK.min(receivers - first)
}

/// `sums[r] += (change * scale) * row(sender)[r]` for each sender in turn. Four senders are taken
/// at once to load and store the sums a quarter as often; each sum still grows sender by sender.
#[inline]
fn add_rows<'a>(
    sums: &mut [f32],
    outbox: &[(u32, f32)],
    scale: f32,
    row: impl Fn(u32) -> &'a [f32],
) {
    let len = sums.len();
    let mut groups = outbox.chunks_exact(4);
    for group in &mut groups {
        let x = [group[0].1 * scale, group[1].1 * scale, group[2].1 * scale, group[3].1 * scale];
        let (a, b) = (&row(group[0].0)[..len], &row(group[1].0)[..len]);
        let (c, d) = (&row(group[2].0)[..len], &row(group[3].0)[..len]);
        for r in 0..len {
            let mut sum = sums[r];
            sum += x[0] * a[r];
            sum += x[1] * b[r];
            sum += x[2] * c[r];
            sum += x[3] * d[r];
            sums[r] = sum;
        }
    }
    for (sender, change) in groups.remainder() {
        let scaled = change * scale;
        for (sum, wt) in sums.iter_mut().zip(row(*sender)) {
            *sum += scaled * wt;
        }
    }
}
