//! Decoders: what can be read from activity.
//!
//! ```
//! use analysis::{SoftmaxDecoder, cross_validate};
//! use etable::{Table, ndarray::Array2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two kinds of items that differ in unit 0.
//! let rows = Array2::from_shape_fn((20, 3), |(row, unit)| {
//!     let kind = if unit == 0 && row % 2 == 0 { 2.0 } else { 0.0 };
//!     kind + ((row * 7 + unit * 3) as f64 * 0.618).fract()
//! });
//! let kinds: Vec<&str> = (0..20).map(|row| if row % 2 == 0 { "face" } else { "house" }).collect();
//! let log = Table::new()
//!     .with_column("Kind", kinds)?
//!     .with_tensor("Hidden", rows.into_dyn(), &["unit"])?;
//! let decoder = SoftmaxDecoder::fit(&log, "Hidden", "Kind", 1.0)?;
//! assert_eq!(decoder.predict(&log, "Hidden")?[..2], ["face", "house"]);
//! let confusion = cross_validate(&log, "Hidden", "Kind", 1.0, 5, 1)?;
//! assert_eq!(confusion.accuracy(), 1.0);
//! # Ok(())
//! # }
//! ```

mod confusion;
mod linear;
mod patterns;
mod roc;
mod softmax;

pub use confusion::Confusion;
pub use linear::{LinearDecoder, cross_validate_linear};
pub use patterns::{closest_patterns, unique_patterns};
pub use roc::Roc;
pub use softmax::{SoftmaxDecoder, cross_validate};

use crate::{Result, error::require};

/// Refuses a penalty that is not above 0.
fn check_penalty(penalty: f64) -> Result<()> {
    require(penalty > 0.0 && penalty.is_finite(), "penalty", penalty, "above 0")
}

/// For every fold, the rows outside it and those in it.
fn splits(fold_of: &[usize], folds: usize) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> + '_ {
    (0..folds).map(move |fold| (0..fold_of.len()).partition(|&row| fold_of[row] != fold))
}
