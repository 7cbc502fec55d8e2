//! Means and products of many rows.

use std::ops::RangeInclusive;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::{Real, lanes::move_and_add};

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

/// Products of `f32` are taken in `f32` from so many on: fewer take no time.
const PRODUCTS_FOR_SINGLE: usize = 1_000_000_000;
/// Where the greatest difference from the mean lies in every column that varies, if `f32` is to
/// hold products and their sums.
const SINGLE_RANGE: RangeInclusive<f64> = 1e-16..=1e16;

/// The moments of the rows of `values` at the places `rows`, of which there must be one; `None` if
/// a value is not finite.
///
/// Reads the rows once: products are taken about the mean of the first segment, then moved to that
/// of all. This loses no more digits than the segment is a small share of the rows, for its mean
/// lies off the other by at most the standard deviation over the root of that share.
///
/// Of large amounts of `f32`, products are added up in `f32` within a block and in `f64` over
/// blocks: a product is then right to 10⁻⁶ of the root of its columns' squares.
pub(crate) fn moments<T: Real>(values: ArrayView2<'_, T>, rows: &[usize]) -> Option<Moments> {
    let (flat, width) = (values.to_slice()?, values.ncols());
    let row = |&row: &usize| &flat[row * width..(row + 1) * width];
    let shift = shift(rows.get(..SEGMENT).unwrap_or(rows), width, row)?;
    let single = T::SINGLE && rows.len() * width * width >= PRODUCTS_FOR_SINGLE;
    let parts: Vec<(Vec<f64>, Array2<f64>)> = rows
        .par_chunks(SEGMENT)
        .map(|rows| {
            let in_single = single.then(|| segment::<T, f32>(rows, row, &shift));
            match in_single {
                Some(part) if part.fits_single() => part,
                _ => segment::<T, f64>(rows, row, &shift),
            }
        })
        .map(|part| (part.sums, part.products))
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

/// What a segment of rows brings to the moments, about a common origin.
struct Segment {
    sums: Vec<f64>,
    /// The lower triangle.
    products: Array2<f64>,
    /// The greatest distances from the origin, by column.
    most: Vec<f64>,
}

impl Segment {
    fn fits_single(&self) -> bool {
        self.most.iter().all(|most| *most == 0.0 || SINGLE_RANGE.contains(most))
    }
}

/// Sums and products of rows about `shift`, products within a block being of type `F`.
fn segment<'a, T: Real, F: Real>(
    rows: &[usize],
    row: impl Fn(&usize) -> &'a [T],
    shift: &[f64],
) -> Segment {
    let width = shift.len();
    let (mut sums, mut most) = (vec![0.0; width], vec![0.0; width]);
    let mut products = Array2::zeros((width, width));
    let (mut block, mut room) = (vec![F::zero(); BLOCK.min(rows.len()) * width], Vec::new());
    for rows in rows.chunks(BLOCK) {
        let block = &mut block[..rows.len() * width];
        for (out, row) in block.chunks_exact_mut(width).zip(rows.iter().map(&row)) {
            move_and_add(out, &mut sums, &mut most, row, shift);
        }
        F::add_products(block, &mut room, &mut products);
    }
    Segment { sums, products, most }
}

/// The mean of some rows; of a constant column exactly its value, for it is the first row's plus
/// the mean difference from that.
fn shift<'a, T: Real>(
    rows: &[usize],
    width: usize,
    row: impl Fn(&usize) -> &'a [T],
) -> Option<Vec<f64>> {
    let first: Vec<f64> = row(rows.first()?).iter().map(|&value| value.into()).collect();
    let (mut moved, mut sums, mut most) = (vec![0.0; width], vec![0.0; width], vec![0.0; width]);
    for row in rows.iter().map(row) {
        move_and_add(&mut moved, &mut sums, &mut most, row, &first);
    }
    let n = rows.len() as f64;
    Some(first.iter().zip(sums).map(|(first, sum)| first + sum / n).collect())
}
