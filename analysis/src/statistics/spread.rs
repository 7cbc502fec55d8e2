//! The mean of a sample, and how sure it is.

use super::{bootstrap::bootstrap_interval, check_values, rank::quantile};
use crate::error::{AnalysisError, Result};

/// Resamples behind a confidence interval, and the seed of their draws.
const RESAMPLES: usize = 2000;
const SEED: u64 = 1;

/// What error bars and bands show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// The standard deviation of the sample (n − 1), on either side of the mean.
    StandardDeviation,
    /// The standard error of the mean, `SD / √n`, on either side of it.
    StandardError,
    /// The interval that holds the mean with this probability (0.95, say), by 2000 bootstrap
    /// resamples and their percentiles ([`bootstrap_interval`]).
    Confidence(f64),
    /// From the first to the third quartile.
    Quartiles,
}

/// A mean, and the ends of an interval about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanInterval {
    /// Mean of the values.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Spread {
    /// The mean of finite values with the ends of its error bar. All three are NaN for no values,
    /// and equal for one.
    ///
    /// ```
    /// use analysis::statistics::Spread;
    /// let about = Spread::StandardError.of(&[1.0, 3.0])?; // SD √2, n 2
    /// assert!((about.low - 1.0).abs() < 1e-12 && (about.high - 3.0).abs() < 1e-12);
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for a level of confidence not between 0 and 1, and for
    /// values that are not finite.
    pub fn of(self, values: &[f64]) -> Result<MeanInterval> {
        if let Spread::Confidence(level) = self
            && !(level > 0.0 && level < 1.0)
        {
            return Err(AnalysisError::invalid("level of confidence", level, "between 0 and 1"));
        }
        let expected = "a finite number; leave missing values out";
        check_values(values, |value| value.is_finite(), expected)?;
        let n = values.len() as f64;
        if values.is_empty() {
            return Ok(MeanInterval { mean: f64::NAN, low: f64::NAN, high: f64::NAN });
        }
        let mean = mean(values);
        if values.len() == 1 {
            return Ok(MeanInterval { mean, low: mean, high: mean });
        }
        let deviation = standard_deviation(values);
        let (low, high) = match self {
            Spread::StandardDeviation => (mean - deviation, mean + deviation),
            Spread::StandardError => (mean - deviation / n.sqrt(), mean + deviation / n.sqrt()),
            Spread::Confidence(level) => {
                bootstrap_interval(values, level, RESAMPLES, SEED, self::mean)?
            }
            Spread::Quartiles => {
                let mut sorted = values.to_vec();
                sorted.sort_by(f64::total_cmp);
                (quantile(&sorted, 0.25), quantile(&sorted, 0.75))
            }
        };
        Ok(MeanInterval { mean, low, high })
    }
}

pub(crate) use crate::metric::mean;

/// Sum of the squared distances from the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|value| (value - centre).powi(2)).sum()
}

/// The standard deviation, dividing by n − 1.
pub(crate) fn standard_deviation(values: &[f64]) -> f64 {
    (squares(values) / (values.len() as f64 - 1.0)).sqrt()
}
