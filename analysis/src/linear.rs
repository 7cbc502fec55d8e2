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
pub(crate) use native::{one_thread, symmetric_eigen};
pub(crate) use symmetric::{fill_symmetric, symmetric_products};

use ndarray::LinalgScalar;

/// The types of numbers that columns of graded values have.
pub(crate) trait Real: LinalgScalar + Send + Sync + Into<f64> {
    /// The nearest number of this type.
    fn of(value: f64) -> Self;

    /// The values as `f64`, in `buffer` if they must be converted.
    fn wide<'a>(values: &'a [Self], buffer: &'a mut Vec<f64>) -> &'a [f64];
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as f32
    }

    fn wide<'a>(values: &'a [Self], buffer: &'a mut Vec<f64>) -> &'a [f64] {
        buffer.clear();
        buffer.extend(values.iter().map(|&value| f64::from(value)));
        buffer
    }
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn wide<'a>(values: &'a [Self], _: &'a mut Vec<f64>) -> &'a [f64] {
        values
    }
}
