//! Symmetric matrices by tiles.

use std::ops::Range;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, linalg::general_mat_mul, s};
use rayon::prelude::*;

use super::{
    Real,
    native::{one_thread, zeros},
};

/// Rows and columns of a tile: it and its factors stay in the cache of one core. Larger ones waste
/// less on the way to the product, but leave less to do in parallel.
const TILE: usize = 256;
const LARGE_TILE: usize = 512;
/// Rows of a matrix that has large tiles.
const ROWS_FOR_LARGE: usize = 4096;
/// Rows of a tile on the diagonal that are multiplied at once.
const STRIP: usize = 64;
/// Numbers that a line of the cache holds: rows of the pieces in which a tile is mirrored.
const SINGLES_IN_LINE: usize = 16;
const DOUBLES_IN_LINE: usize = 8;

/// Fills an n × n matrix that is symmetric to the bit, tiles in parallel.
///
/// `fill` gets the rows and columns of a tile on or below the diagonal, and the tile itself, to be
/// filled with the values of these; what it puts above the diagonal does not count.
pub(crate) fn fill_symmetric<T: Real>(
    n: usize,
    fill: impl Fn(Range<usize>, Range<usize>, &mut ArrayViewMut2<'_, T>) + Sync,
) -> Array2<T> {
    let tile = if n < ROWS_FOR_LARGE { TILE } else { LARGE_TILE };
    let mut values = zeros(n, n);
    // Tiles above the diagonal wait, column by column, for the ones below that mirror them.
    let mut waiting: Vec<Vec<ArrayViewMut2<'_, T>>> = vec![];
    waiting.resize_with(n.div_ceil(tile), Vec::new);
    let mut pairs = vec![];
    for (i, mut band) in values.axis_chunks_iter_mut(Axis(0), tile).enumerate() {
        let mut above = std::mem::take(&mut waiting[i]).into_iter();
        for (j, waiting) in waiting.iter_mut().enumerate() {
            let (part, rest) = band.split_at(Axis(1), tile.min(n - j * tile));
            band = rest;
            match j <= i {
                true => pairs.push((i, j, part, above.next())),
                false => waiting.push(part),
            }
        }
    }
    let range = |place: usize| place * tile..n.min((place + 1) * tile);
    pairs.into_par_iter().for_each(|(i, j, mut below, above)| {
        fill(range(i), range(j), &mut below);
        match above {
            Some(mut above) if T::SINGLE => {
                mirror::<T, SINGLES_IN_LINE>(below.view(), &mut above);
            }
            Some(mut above) => mirror::<T, DOUBLES_IN_LINE>(below.view(), &mut above),
            None => {
                for row in 0..below.nrows() {
                    for column in 0..row {
                        below[[column, row]] = below[[row, column]];
                    }
                }
            }
        }
    });
    values
}

/// Writes the transpose, a cache line at a time.
fn mirror<T: Real, const LINE: usize>(below: ArrayView2<'_, T>, above: &mut ArrayViewMut2<'_, T>) {
    let whole = below.nrows() / LINE * LINE;
    for first in (0..whole).step_by(LINE) {
        let rows: [&[T]; LINE] = std::array::from_fn(|row| {
            let row = below.row(first + row);
            row.to_slice().expect("a tile's rows are contiguous")
        });
        for (column, mut out) in above.rows_mut().into_iter().enumerate() {
            let out = out.as_slice_mut().expect("a tile's rows are contiguous");
            let (pieces, _) = out.as_chunks_mut();
            pieces[first / LINE] = std::array::from_fn::<T, LINE, _>(|row| rows[row][column]);
        }
    }
    for row in whole..below.nrows() {
        above.column_mut(row).assign(&below.row(row));
    }
}

/// A symmetric matrix from the inner products of all pairs of rows.
///
/// `finish(i, first, products)` gets the products of row i with the rows from `first` on, and makes
/// of them what is to be kept.
pub(crate) fn symmetric_products<T: Real>(
    rows: &Array2<T>,
    finish: impl Fn(usize, usize, &mut [T]) + Sync,
) -> Array2<T> {
    one_thread();
    fill_symmetric(rows.nrows(), |left, right, tile| {
        // On the diagonal, strips end where what is above it begins.
        let height = if left == right { STRIP } else { left.len() };
        for start in left.clone().step_by(height) {
            let strip = start..left.end.min(start + height);
            let until = if left == right { strip.end } else { right.end };
            let (some, others) =
                (rows.slice(s![strip.clone(), ..]), rows.slice(s![right.start..until, ..]));
            let place = s![start - left.start..strip.end - left.start, ..until - right.start];
            let mut products = tile.slice_mut(place);
            general_mat_mul(T::one(), &some, &others.t(), T::zero(), &mut products);
            for (i, mut products) in strip.zip(products.rows_mut()) {
                let products = products.as_slice_mut().expect("a tile's rows are contiguous");
                finish(i, right.start, products);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Real + std::fmt::Debug>(n: usize) {
        let number = |i: usize, j: usize| T::of((i * 3 + j * 7) as f64);
        let found = fill_symmetric(n, |rows, columns, tile| {
            for (i, mut row) in rows.zip(tile.rows_mut()) {
                for (j, value) in columns.clone().zip(&mut row) {
                    *value = number(i, j);
                }
            }
        });
        let plain = Array2::from_shape_fn((n, n), |(i, j)| number(i.max(j), i.min(j)));
        assert_eq!(found, plain, "{n}");
    }

    #[test]
    fn tiles_cover_every_pair() {
        for n in [1, 2, TILE - 1, TILE, TILE + 1, 2 * TILE + 3, ROWS_FOR_LARGE + 9] {
            check::<f64>(n);
            check::<f32>(n);
        }
    }
}
