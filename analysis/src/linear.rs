//! Products of large matrices, by tiles over rayon's threads.
//!
//! OpenBLAS rounds otherwise with another number of threads, so it is held to one, and what is
//! large is cut into pieces whose bounds and order of adding up depend on the sizes alone: a result
//! has the same bits whatever the number of threads.

mod lanes;
mod moments;
mod native;
mod symmetric;

pub(crate) use lanes::{
    are_finite, clamp_cosines, least_sum, mean, squares_about, squares_of_differences, take_roots,
};
pub(crate) use moments::{Moments, moments};
pub(crate) use native::{one_thread, symmetric_eigen, zeros};
pub(crate) use symmetric::{fill_symmetric, symmetric_products};

use ndarray::{Array2, LinalgScalar};

/// The types of numbers that columns of graded values have.
pub(crate) trait Real: LinalgScalar + PartialOrd + Send + Sync + Into<f64> {
    /// Whether this is `f32`, products of which are taken twice as fast.
    const SINGLE: bool;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;

    /// Adds `AᵀA`, taken in this type, to the lower triangle of `sum`, A being rows of the width of
    /// `sum`; `room` serves in between.
    fn add_products(rows: &[Self], room: &mut Vec<Self>, sum: &mut Array2<f64>);

    /// The values as `f64`, in `buffer` if they must be converted.
    fn wide<'a>(values: &'a [Self], buffer: &'a mut Vec<f64>) -> &'a [f64];
}

impl Real for f32 {
    const SINGLE: bool = true;

    fn of(value: f64) -> Self {
        value as f32
    }

    fn add_products(rows: &[Self], room: &mut Vec<Self>, sum: &mut Array2<f64>) {
        native::add_single_products(rows, room, sum);
    }

    fn wide<'a>(values: &'a [Self], buffer: &'a mut Vec<f64>) -> &'a [f64] {
        buffer.clear();
        buffer.extend(values.iter().map(|&value| f64::from(value)));
        buffer
    }
}

impl Real for f64 {
    const SINGLE: bool = false;

    fn of(value: f64) -> Self {
        value
    }

    fn add_products(rows: &[Self], _: &mut Vec<Self>, sum: &mut Array2<f64>) {
        native::add_products(rows, sum);
    }

    fn wide<'a>(values: &'a [Self], _: &'a mut Vec<f64>) -> &'a [f64] {
        values
    }
}
