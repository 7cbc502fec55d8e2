//! Comparing all rows with all: by a matrix product where the metric allows it.

use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, ArrayView1, ArrayViewMut1, Axis};
use rayon::prelude::*;

use crate::{
    AnalysisError, Metric, Result,
    linear::{
        Real, clamp_cosines, fill_symmetric, mean, squares_about, squares_of_differences,
        symmetric_products, take_roots,
    },
    metric::LEAST_SQUARE,
};

/// Below this share of the squared norms a squared distance taken from inner products has lost
/// digits to cancellation, and is computed again from the differences.
const CANCELLATION: f64 = 1e-4;

/// Cells shorter than this are compared by differences, which is as fast and rounds less.
const SHORTEST_FOR_PRODUCTS: usize = 8;

/// Rows of `f32` from which on cosines are computed in `f32`.
const ROWS_FOR_SINGLE: usize = 1000;

/// Cosines above this are computed in `f64`, lest one minus them be mostly rounding.
const CLOSE: f64 = 0.99;

/// Compares all rows of `rows` (standard layout, finite or NaN).
pub(crate) fn compare_rows(rows: &Array2<f64>, metric: Metric) -> Result<Array2<f64>> {
    let missing = rows.iter().any(|value| value.is_nan());
    let width = rows.ncols() as f64;
    match metric {
        _ if missing => compare_pairs(rows, metric),
        Metric::Euclidean | Metric::SumSquares if rows.ncols() < SHORTEST_FOR_PRODUCTS => {
            compare_pairs(rows, metric)
        }
        Metric::InnerProduct => Ok(products_over(rows, 1.0)),
        Metric::Covariance => Ok(products_over(&centred(rows), width)),
        Metric::Euclidean => Ok(squared_distances(rows, true)),
        Metric::SumSquares => Ok(squared_distances(rows, false)),
        _ if is_cosine(metric) => {
            Ok(cosines(rows.clone(), metric, f64::INFINITY).expect("no cosine is beyond 1"))
        }
        _ => compare_pairs(rows, metric),
    }
}

/// As [`compare_rows`] for many rows of `f32`, where that precision is enough: cosines are right to
/// 10⁻⁶. `None` where it is not, as other metrics or rows close to each other need `f64`.
pub(crate) fn compare_single(rows: Array2<f32>, metric: Metric) -> Option<Array2<f32>> {
    cosines(rows, metric, CLOSE)
}

/// Whether [`compare_single`] is worth trying for some number of rows.
pub(crate) fn suits_single(n_rows: usize, metric: Metric) -> bool {
    n_rows >= ROWS_FOR_SINGLE && is_cosine(metric)
}

fn is_cosine(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::Cosine | Metric::Correlation | Metric::InverseCosine | Metric::InverseCorrelation
    )
}

/// Every pair on its own.
fn compare_pairs(rows: &Array2<f64>, metric: Metric) -> Result<Array2<f64>> {
    let n = rows.nrows();
    let row = |index: usize| -> &[f64] {
        rows.row(index).to_slice().expect("rows are in standard layout")
    };
    // NaN marks a pair that shares no value: inputs are finite, so no metric returns it.
    let value = |i, j| metric.compare_checked(row(i), row(j)).unwrap_or(f64::NAN);
    let values = if metric.is_symmetric() {
        fill_symmetric(n, |left, right, tile| {
            for (i, mut out) in left.zip(tile.rows_mut()) {
                for (j, out) in right.clone().zip(&mut out).take_while(|(j, _)| *j <= i) {
                    *out = value(i, j);
                }
            }
        })
    } else {
        let mut values = Array2::zeros((n, n));
        values.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(i, mut out)| {
            out.iter_mut().enumerate().for_each(|(j, out)| *out = value(i, j));
        });
        values
    };
    match values.indexed_iter().find(|(_, value)| value.is_nan()) {
        Some(((left, right), _)) => Err(AnalysisError::NoSharedValues { left, right }),
        None => Ok(values),
    }
}

/// Inner products of all pairs of rows over a number.
pub(crate) fn products_over(rows: &Array2<f64>, divisor: f64) -> Array2<f64> {
    symmetric_products(rows, |_, _, products| {
        products.iter_mut().for_each(|product| *product /= divisor);
    })
}

/// Rows minus their own means.
fn centred(rows: &Array2<f64>) -> Array2<f64> {
    let mut centred = rows.clone();
    for mut row in centred.rows_mut() {
        let shift = mean(row.as_slice().expect("rows are in standard layout"));
        row -= shift;
    }
    centred
}

/// Cosines or correlations, 0 where a norm is 0, exactly 1 on the rest of the diagonal; or one less
/// these. `None` if two rows have a cosine above `limit`.
fn cosines<T: Real>(mut rows: Array2<T>, metric: Metric, limit: f64) -> Option<Array2<T>> {
    let zero = make_units(&mut rows, metric);
    let (close, inverse) = (AtomicBool::new(false), metric.is_distance());
    let mut values = symmetric_products(&rows, |i, first, cosines| {
        // A row with itself is no pair.
        if let Some(own) = i.checked_sub(first).and_then(|place| cosines.get_mut(place)) {
            *own = T::zero();
        }
        if clamp_cosines(cosines, inverse) > limit {
            close.store(true, Ordering::Relaxed);
        }
    });
    for (value, zero) in values.diag_mut().iter_mut().zip(zero) {
        *value = if zero == inverse { T::one() } else { T::zero() };
    }
    (!close.into_inner()).then_some(values)
}

/// Makes rows of length 1, after taking off their means where correlations are asked for, and says
/// which have no length.
fn make_units<T: Real>(rows: &mut Array2<T>, metric: Metric) -> Vec<bool> {
    let correlate = matches!(metric, Metric::Correlation | Metric::InverseCorrelation);
    let unit = |mut row: ArrayViewMut1<'_, T>| {
        let row = row.as_slice_mut().expect("rows are in standard layout");
        let mut buffer = vec![];
        let values = T::wide(row, &mut buffer);
        let mut shift = if correlate { mean(values) } else { 0.0 };
        let mut square = squares_about(values, shift);
        // The squares of tiny numbers are rounded away: enlarge these first.
        if square < LEAST_SQUARE {
            let largest = values.iter().map(|value| (value - shift).abs()).fold(0.0, f64::max);
            let scale = if largest > 0.0 { largest } else { 1.0 };
            row.iter_mut().for_each(|value| *value = T::of(((*value).into() - shift) / scale));
            (shift, square) = (0.0, squares_about(T::wide(row, &mut buffer), 0.0));
        }
        let norm = square.sqrt();
        let scale = if norm == 0.0 { 1.0 } else { norm };
        row.iter_mut().for_each(|value| *value = T::of(((*value).into() - shift) / scale));
        norm == 0.0
    };
    rows.axis_iter_mut(Axis(0)).into_par_iter().map(unit).collect()
}

/// `|x|² + |y|² − 2xy` after moving the origin to the mean row, which changes no distance but
/// keeps the numbers small; near pairs, where that cancels, from their differences. With `roots`,
/// the distances themselves.
pub(crate) fn squared_distances(rows: &Array2<f64>, roots: bool) -> Array2<f64> {
    let mut moved = rows.clone();
    if let Some(mean) = rows.mean_axis(Axis(0)) {
        moved -= &mean;
    }
    let square = |row: ArrayView1<'_, f64>| row.iter().map(|x| x * x).sum::<f64>();
    let squares: Vec<f64> = moved.rows().into_iter().map(square).collect();
    symmetric_products(&moved, |i, first, products| {
        let (own, others) = (squares[i], &squares[first..]);
        if squares_of_differences(products, own, others, CANCELLATION) {
            for (place, (square, other)) in products.iter_mut().zip(others).enumerate() {
                if *square < CANCELLATION * (own + other) {
                    let pairs = rows.row(i).into_iter().zip(rows.row(first + place));
                    *square = pairs.map(|(x, y)| (x - y) * (x - y)).sum();
                }
            }
        }
        if roots {
            take_roots(products);
        }
    })
}
