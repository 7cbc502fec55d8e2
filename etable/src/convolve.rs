//! Smoothing along rows, for noisy learning curves and reaction times.
//!
//! ```
//! use etable::Table;
//! use etable::convolve::{convolve, gaussian_kernel};
//!
//! // At the ends, where a part of the kernel has nothing to rest on, the rest is scaled up.
//! assert_eq!(convolve(&[4.0, 8.0, 0.0], &[0.25, 0.5, 0.25])?, [5.333333333333333, 5.0, 2.6666666666666665]);
//!
//! let kernel = gaussian_kernel(2, 0.5)?;
//! assert_eq!(kernel.len(), 5);
//! assert!((kernel.iter().sum::<f64>() - 1.0).abs() < 1e-15);
//!
//! let log = Table::new().with_column("Epoch", [0_i64, 1, 2, 3])?.with_column("SSE", [1.0; 4])?;
//! let smooth = log.smooth(1)?.numbers("SSE")?;
//! assert!(smooth.iter().all(|sse| (sse - 1.0).abs() < 1e-15));
//! # Ok::<(), etable::TableError>(())
//! ```

use crate::column::ColumnData;
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::float::Float;
use crate::table::Table;

/// The spread of the kernel that [`Table::smooth`] uses, as a share of its half width.
const SIGMA: f64 = 0.5;

/// A Gaussian kernel of `2 * half_width + 1` weights that add up to 1. Its standard deviation is
/// `sigma * half_width`; 0.5 fits most of the bell into the kernel.
///
/// # Errors
/// [`TableError::Argument`] if the half width is 0 or `sigma` is not positive and finite.
pub fn gaussian_kernel(half_width: usize, sigma: f64) -> Result<Vec<f64>> {
    if half_width == 0 {
        let reason = "it must be at least 1".into();
        return Err(TableError::Argument { argument: "half_width", reason });
    }
    if !(sigma > 0.0 && sigma.is_finite()) {
        let reason = format!("{sigma} is not a positive number");
        return Err(TableError::Argument { argument: "sigma", reason });
    }
    let spread = sigma * half_width as f64;
    let weight = |place: usize| {
        let x = (place as f64 - half_width as f64) / spread;
        (-0.5 * x * x).exp()
    };
    let weights: Vec<f64> = (0..=2 * half_width).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    Ok(weights.into_iter().map(|weight| weight / sum).collect())
}

/// The weighted means of `values` around each place. The kernel's middle weight is for the place
/// itself; where the kernel reaches over an end, the weights inside are scaled to the kernel's
/// whole sum of 1.
///
/// # Errors
/// [`TableError::Argument`] if the kernel is empty, of even length, or longer than the values.
pub fn convolve<T: Float>(values: &[T], kernel: &[f64]) -> Result<Vec<T>> {
    check(kernel, values.len())?;
    Ok(strided(values, kernel, 1))
}

fn check(kernel: &[f64], rows: usize) -> Result<()> {
    let reason = if kernel.len().is_multiple_of(2) {
        format!("its length must be odd, not {}", kernel.len())
    } else if kernel.len() > rows {
        format!("it is longer ({}) than what it is to smooth ({rows})", kernel.len())
    } else {
        return Ok(());
    };
    Err(TableError::Argument { argument: "kernel", reason })
}

/// Convolves each of `width` interleaved series by itself.
fn strided<T: Float>(values: &[T], kernel: &[f64], width: usize) -> Vec<T> {
    let (rows, half) = (values.len().checked_div(width).unwrap_or(0), kernel.len() / 2);
    let mut smooth = Vec::with_capacity(values.len());
    for row in 0..rows {
        let (first, last) = (row.saturating_sub(half), (row + half).min(rows - 1));
        let weights = &kernel[first + half - row..=last + half - row];
        // Inside, the kernel is used as it is given, whatever its sum.
        let whole = weights.len() == kernel.len();
        let scale = if whole { 1.0 } else { weights.iter().sum() };
        for element in 0..width {
            let around = values[first * width + element..].iter().step_by(width);
            let sum: f64 = weights.iter().zip(around).map(|(w, value)| w * value.to_f64()).sum();
            smooth.push(T::from_f64(sum / scale));
        }
    }
    smooth
}

impl Table {
    /// The table with every column of `f32` or `f64` smoothed over the rows by a Gaussian kernel
    /// that reaches `half_width` rows to either side; in tensor columns, each element by itself.
    ///
    /// # Errors
    /// [`TableError::Argument`] if the half width is 0 or the table has fewer than
    /// `2 * half_width + 1` rows; [`TableError::Null`] if a number is missing.
    pub fn smooth(&self, half_width: usize) -> Result<Self> {
        let kernel = gaussian_kernel(half_width, SIGMA)?;
        check(&kernel, self.n_rows())?;
        let mut smooth = self.clone();
        for (index, spec) in self.specs().iter().enumerate() {
            let width = spec.shape.len();
            let data = match spec.element {
                ElementType::Float32 => self.smoothed::<f32>(index, &kernel, width)?,
                ElementType::Float64 => self.smoothed::<f64>(index, &kernel, width)?,
                _ => continue,
            };
            smooth.replace(index, data)?;
        }
        Ok(smooth)
    }

    fn smoothed<T: Float>(&self, index: usize, kernel: &[f64], width: usize) -> Result<ColumnData> {
        let values = self.complete_numbers::<T>(index)?;
        Ok(ColumnData::new(T::values(strided(values, kernel, width))))
    }
}
