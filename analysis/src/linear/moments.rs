//! Means and products of many rows.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::{Real, lanes::move_and_add, native::add_products};

/// Rows added up by one thread.
const SEGMENT: usize = 16 * BLOCK;
/// Rows moved at once: they stay in the cache until they have been multiplied.
const BLOCK: usize = 384;

/// Means of the columns, and sums of products about them.
pub(crate) struct Moments {
    /// Means, `[d]`; of a constant column exactly its value.
    pub mean: Array1<f64>,
    /// `Σ (x − x̄)(x − x̄)ᵀ`, `[d, d]`.
    pub products: Array2<f64>,
}

/// The moments of the rows of `values` at the places `rows`, of which there must be one; `None` if
/// a value is not finite.
///
/// Reads the rows once: products are taken about the mean of the first segment, then moved to that
/// of all. This loses no more digits than the segment is a small share of the rows, for its mean
/// lies off the other by at most the standard deviation over the root of that share.
pub(crate) fn moments<T: Real>(values: ArrayView2<'_, T>, rows: &[usize]) -> Option<Moments> {
    let (flat, width) = (values.to_slice()?, values.ncols());
    let row = |&row: &usize| &flat[row * width..(row + 1) * width];
    let shift = shift(rows.get(..SEGMENT).unwrap_or(rows), width, row)?;
    let parts: Vec<(Vec<f64>, Array2<f64>)> = rows
        .par_chunks(SEGMENT)
        .map(|rows| {
            let (mut sums, mut products) = (vec![0.0; width], Array2::zeros((width, width)));
            let (mut block, mut buffer) = (vec![0.0; BLOCK.min(rows.len()) * width], vec![]);
            for rows in rows.chunks(BLOCK) {
                let block = &mut block[..rows.len() * width];
                for (out, row) in block.chunks_exact_mut(width).zip(rows.iter().map(row)) {
                    move_and_add(out, &mut sums, T::wide(row, &mut buffer), &shift);
                }
                add_products(block, &mut products);
            }
            (sums, products)
        })
        .collect();
    let (mut sums, mut products) = (Array1::zeros(width), Array2::zeros((width, width)));
    for (part_sums, part) in &parts {
        sums += &ArrayView1::from(part_sums);
        products += part;
    }
    let n = rows.len() as f64;
    for i in 0..width {
        for j in 0..=i {
            products[[i, j]] -= sums[i] * sums[j] / n;
            products[[j, i]] = products[[i, j]];
        }
        // Rounding may leave a variance of zero slightly negative.
        products[[i, i]] = products[[i, i]].max(0.0);
    }
    let mean = Array1::from(shift) + sums / n;
    if !mean.iter().all(|mean| mean.is_finite()) {
        return None;
    }
    Some(Moments { mean, products })
}

/// The mean of some rows; of a constant column exactly its value, for it is the first row's plus
/// the mean difference from that.
fn shift<'a, T: Real>(
    rows: &[usize],
    width: usize,
    row: impl Fn(&usize) -> &'a [T],
) -> Option<Vec<f64>> {
    let first: Vec<f64> = row(rows.first()?).iter().map(|&value| value.into()).collect();
    let (mut moved, mut sums, mut buffer) = (vec![0.0; width], vec![0.0; width], vec![]);
    for row in rows.iter().map(row) {
        move_and_add(&mut moved, &mut sums, T::wide(row, &mut buffer), &first);
    }
    let n = rows.len() as f64;
    Some(first.iter().zip(sums).map(|(first, sum)| first + sum / n).collect())
}
