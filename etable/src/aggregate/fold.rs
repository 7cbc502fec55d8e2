//! Passing over a column once, into one accumulator per group and element.

use std::sync::Arc;

use rayon::prelude::*;

use crate::element::Number;

/// Rows that one task takes. Part of what a result is: sums are added block by block.
pub(super) const BLOCK: usize = 1 << 15;
/// All accumulators of a scan should stay in the processor's cache (8 bytes each).
const SLOTS: usize = 1 << 16;
/// The group of a row that belongs to none.
const NONE: u32 = u32::MAX;

/// Which rows belong to which group.
pub(crate) struct Groups<'a> {
    rows: &'a [Arc<[usize]>],
    /// The group of each row of the table, where that is quicker to follow: rows belong to one
    /// group at most, and to one mostly.
    scan: Option<Vec<u32>>,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(rows: &'a [Arc<[usize]>], n_rows: usize) -> Self {
        let selected: usize = rows.iter().map(|rows| rows.len()).sum();
        let mut scan = (rows.len() > 1 && selected > n_rows / 2).then(|| vec![NONE; n_rows]);
        if let Some(group_of) = &mut scan {
            let mut once = true;
            for (group, rows) in rows.iter().enumerate() {
                for &row in rows.iter() {
                    once &= group_of[row] == NONE;
                    group_of[row] = group as u32;
                }
            }
            scan = scan.filter(|_| once);
        }
        Self { rows, scan }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn rows(&self) -> &[Arc<[usize]>] {
        self.rows
    }

    /// For each group and element the fold of its values, `[groups, width]`, by `step` within a
    /// block of rows (accumulator, value, centre) and `join` from block to block. Values that are
    /// not `valid` are left out, and so is NaN if `skip_nan`. `centre` has one number for each group
    /// and element, or there is none, and steps get 0.
    pub(super) fn fold<T: Number>(
        &self,
        column: Values<'_, T>,
        centre: Option<&[f64]>,
        start: f64,
        step: impl Fn(f64, f64, f64) -> f64 + Sync,
        join: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        let slots = self.len() * column.width;
        let mut folded = vec![start; slots];
        let mut join_in = |at: usize, part: Vec<f64>| {
            for (into, value) in folded[at..].iter_mut().zip(part) {
                *into = join(*into, value);
            }
        };
        match &self.scan {
            Some(group_of) if slots <= SLOTS => {
                let blocks = group_of.par_chunks(BLOCK).enumerate().map(|(block, group_of)| {
                    let mut sums = vec![start; slots];
                    for (row, &group) in (block * BLOCK..).zip(group_of) {
                        if group != NONE {
                            let place = group as usize * column.width;
                            let sums = &mut sums[place..place + column.width];
                            let centre = centre.map(|c| &c[place..place + column.width]);
                            column.add_row(row, sums, centre, &step);
                        }
                    }
                    sums
                });
                blocks.collect::<Vec<_>>().into_iter().for_each(|sums| join_in(0, sums));
            }
            _ => {
                let tasks: Vec<(usize, &[usize])> = (0..self.len())
                    .flat_map(|group| self.rows[group].chunks(BLOCK).map(move |rows| (group, rows)))
                    .collect();
                let parts = tasks.par_iter().map(|&(group, rows)| {
                    let place = group * column.width;
                    let centre = centre.map(|c| &c[place..place + column.width]);
                    let mut sums = vec![start; column.width];
                    rows.iter().for_each(|&row| column.add_row(row, &mut sums, centre, &step));
                    sums
                });
                let parts = parts.collect::<Vec<_>>();
                tasks
                    .iter()
                    .zip(parts)
                    .for_each(|(task, sums)| join_in(task.0 * column.width, sums));
            }
        }
        folded
    }
}

/// The numbers of a column, `[rows, width]`, and which of them count.
#[derive(Clone, Copy)]
pub(super) struct Values<'a, T> {
    pub(super) numbers: &'a [T],
    pub(super) width: usize,
    /// Which numbers are not null (`None`: all).
    pub(super) valid: Option<&'a [bool]>,
    /// Whether NaN is left out; where there is none, not to look is quicker.
    pub(super) skip_nan: bool,
}

impl<T: Number> Values<'_, T> {
    fn add_row(
        &self,
        row: usize,
        sums: &mut [f64],
        centre: Option<&[f64]>,
        step: &impl Fn(f64, f64, f64) -> f64,
    ) {
        let range = row * self.width..(row + 1) * self.width;
        let cell = &self.numbers[range.clone()];
        let skipped = |sum: f64, x: f64, centre: f64| {
            let next = step(sum, x, centre);
            if x.is_nan() { sum } else { next }
        };
        match (self.valid, centre) {
            (None, None) if !self.skip_nan => {
                for (sum, x) in sums.iter_mut().zip(cell) {
                    *sum = step(*sum, x.to_f64(), 0.0);
                }
            }
            (None, None) => {
                for (sum, x) in sums.iter_mut().zip(cell) {
                    *sum = skipped(*sum, x.to_f64(), 0.0);
                }
            }
            (None, Some(centre)) => {
                for ((sum, x), centre) in sums.iter_mut().zip(cell).zip(centre) {
                    *sum = skipped(*sum, x.to_f64(), *centre);
                }
            }
            (Some(valid), centre) => {
                for (element, (sum, x)) in sums.iter_mut().zip(cell).enumerate() {
                    if valid[range.start + element] {
                        *sum = skipped(*sum, x.to_f64(), centre.map_or(0.0, |c| c[element]));
                    }
                }
            }
        }
    }
}
