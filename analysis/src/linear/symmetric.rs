//! Symmetric matrices by tiles.

use std::ops::Range;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use rayon::prelude::*;

use super::{
    Real,
    native::{one_thread, zeros},
};

/// Rows and columns of a tile: two of them and their factors stay in the cache of one core.
const TILE: usize = 256;
/// Rows and columns of the pieces in which a tile is mirrored.
const PIECE: usize = 8;

/// Fills an n × n matrix that is symmetric to the bit, tiles in parallel.
///
/// `fill` gets the rows and columns of a tile on or below the diagonal, and the tile itself, to be
/// filled with the values of these; what it puts above the diagonal does not count.
pub(crate) fn fill_symmetric(
    n: usize,
    fill: impl Fn(Range<usize>, Range<usize>, &mut ArrayViewMut2<'_, f64>) + Sync,
) -> Array2<f64> {
    let mut values = zeros(n, n);
    // Tiles above the diagonal wait, column by column, for the ones below that mirror them.
    let mut waiting: Vec<Vec<ArrayViewMut2<'_, f64>>> = vec![];
    waiting.resize_with(n.div_ceil(TILE), Vec::new);
    let mut pairs = vec![];
    for (i, mut band) in values.axis_chunks_iter_mut(Axis(0), TILE).enumerate() {
        let mut above = std::mem::take(&mut waiting[i]).into_iter();
        for (j, waiting) in waiting.iter_mut().enumerate() {
            let (tile, rest) = band.split_at(Axis(1), TILE.min(n - j * TILE));
            band = rest;
            match j <= i {
                true => pairs.push((i, j, tile, above.next())),
                false => waiting.push(tile),
            }
        }
    }
    let range = |tile: usize| tile * TILE..n.min((tile + 1) * TILE);
    pairs.into_par_iter().for_each(|(i, j, mut below, above)| {
        fill(range(i), range(j), &mut below);
        match above {
            Some(mut above) => mirror(below.view(), &mut above),
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

fn mirror(below: ArrayView2<'_, f64>, above: &mut ArrayViewMut2<'_, f64>) {
    let rows = below.nrows();
    for first in (0..rows).step_by(PIECE) {
        let count = PIECE.min(rows - first);
        let rows: [&[f64]; PIECE] = std::array::from_fn(|row| {
            let row = below.row(first + row.min(count - 1));
            row.to_slice().expect("a tile's rows are contiguous")
        });
        for (column, mut out) in above.rows_mut().into_iter().enumerate() {
            let values: [f64; PIECE] = std::array::from_fn(|row| rows[row][column]);
            let out = out.as_slice_mut().expect("a tile's rows are contiguous");
            out[first..first + count].copy_from_slice(&values[..count]);
        }
    }
}

/// A symmetric matrix from the inner products of all pairs of rows.
///
/// `finish(i, first, products)` gets the products of row i with the rows from `first` on, and makes
/// of them what is to be kept.
pub(crate) fn symmetric_products<T: Real>(
    rows: &Array2<T>,
    finish: impl Fn(usize, usize, &mut [f64]) + Sync,
) -> Array2<f64> {
    one_thread();
    fill_symmetric(rows.nrows(), |left, right, tile| {
        let products = rows.slice(s![left.clone(), ..]).dot(&rows.slice(s![right.clone(), ..]).t());
        for ((i, products), mut out) in left.zip(products.rows()).zip(tile.rows_mut()) {
            let products = products.to_slice().expect("products are in standard layout");
            let out = out.as_slice_mut().expect("a tile's rows are contiguous");
            for (out, &product) in out.iter_mut().zip(products) {
                *out = product.into();
            }
            finish(i, right.start, out);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_every_pair() {
        for n in [1, 2, TILE - 1, TILE, TILE + 1, 2 * TILE + 3] {
            let found = fill_symmetric(n, |rows, columns, tile| {
                for (i, mut row) in rows.zip(tile.rows_mut()) {
                    for (j, value) in columns.clone().zip(&mut row) {
                        *value = (i * 1000 + j) as f64;
                    }
                }
            });
            let plain = Array2::from_shape_fn((n, n), |(i, j)| (i.max(j) * 1000 + i.min(j)) as f64);
            assert_eq!(found, plain, "{n}");
        }
    }
}
