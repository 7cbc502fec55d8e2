//! Means and products of many rows.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use super::{
    Real,
    lanes::{add_moved, moved},
    native::add_products,
};

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
pub(crate) fn moments<T: Real>(values: ArrayView2<'_, T>, rows: &[usize]) -> Option<Moments> {
    let (flat, width) = (values.to_slice()?, values.ncols());
    let row = |&row: &usize| &flat[row * width..(row + 1) * width];
    let first: Vec<f64> = row(rows.first()?).iter().map(|&value| value.into()).collect();
    // Sums of the differences from the first row: a constant column's is exactly 0.
    let sums: Vec<Vec<f64>> = rows
        .par_chunks(SEGMENT)
        .map(|rows| {
            let (mut sums, mut buffer) = (vec![0.0; width], vec![]);
            for row in rows.iter().map(row) {
                add_moved(&mut sums, T::wide(row, &mut buffer), &first);
            }
            sums
        })
        .collect();
    let mut mean = Array1::from(first);
    for (place, mean) in mean.iter_mut().enumerate() {
        *mean += sums.iter().map(|sums| sums[place]).sum::<f64>() / rows.len() as f64;
    }
    if !mean.iter().all(|mean| mean.is_finite()) {
        return None;
    }
    let centre = mean.as_slice()?;
    let parts: Vec<Array2<f64>> = rows
        .par_chunks(SEGMENT)
        .map(|rows| {
            let mut sum = Array2::zeros((width, width));
            let (mut block, mut buffer) = (vec![0.0; BLOCK.min(rows.len()) * width], vec![]);
            for rows in rows.chunks(BLOCK) {
                let block = &mut block[..rows.len() * width];
                for (out, row) in block.chunks_exact_mut(width).zip(rows.iter().map(row)) {
                    moved(out, T::wide(row, &mut buffer), centre);
                }
                add_products(block, &mut sum);
            }
            sum
        })
        .collect();
    let mut products = Array2::zeros((width, width));
    for part in &parts {
        products += part;
    }
    for i in 0..width {
        for j in 0..i {
            products[[j, i]] = products[[i, j]];
        }
    }
    Some(Moments { mean, products })
}
