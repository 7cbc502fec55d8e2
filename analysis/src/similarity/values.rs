//! The values of a matrix, in the precision in which they were computed.

use std::sync::OnceLock;

use ndarray::{ArcArray2, Array2, Axis};

use crate::linear::zeros;

/// The values of a similarity matrix, `[n, n]`.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// As `f64`.
    Double(ArcArray2<f64>),
    /// As `f32`, for half the memory, and as `f64` from when these are asked for.
    Single(ArcArray2<f32>, OnceLock<ArcArray2<f64>>),
}

impl Values {
    /// The value at a place.
    ///
    /// # Panics
    ///
    /// If there is no such place.
    #[track_caller]
    pub(crate) fn get(&self, row: usize, column: usize) -> f64 {
        match self {
            Self::Double(values) => values[[row, column]],
            Self::Single(values, _) => values[[row, column]].into(),
        }
    }

    /// The rows and columns at these places, in their order.
    pub(crate) fn select(&self, order: &[usize]) -> Self {
        match self {
            Self::Double(values) => values.select(Axis(0), order).select(Axis(1), order).into(),
            Self::Single(values, _) => values.select(Axis(0), order).select(Axis(1), order).into(),
        }
    }

    /// All values as `f64`.
    pub(crate) fn wide(&self) -> &ArcArray2<f64> {
        match self {
            Self::Double(values) => values,
            Self::Single(values, wide) => wide.get_or_init(|| {
                // On this thread: one that waits for others might take up work that asks for the
                // same values, which would wait for itself.
                let mut wide = zeros(values.nrows(), values.ncols());
                wide.zip_mut_with(values, |wide, value| *wide = f64::from(*value));
                wide.into_shared()
            }),
        }
    }
}

impl From<Array2<f64>> for Values {
    fn from(values: Array2<f64>) -> Self {
        Self::Double(values.into_shared())
    }
}

impl From<Array2<f32>> for Values {
    fn from(values: Array2<f32>) -> Self {
        Self::Single(values.into_shared(), OnceLock::new())
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Single(a, _), Self::Single(b, _)) => a == b,
            _ => self.wide() == other.wide(),
        }
    }
}
