//! The two floating-point types, for functions that compute on either.

use crate::element::Number;

/// A floating-point number: `f32` or `f64`. Sealed, as [`Number`] is.
pub trait Float: Number {
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
}

impl Float for f32 {
    fn from_f64(value: f64) -> Self {
        value as f32
    }
}

impl Float for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }
}
