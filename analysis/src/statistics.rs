//! Tests of hypotheses.
//!
//! ```
//! use analysis::statistics::kolmogorov_smirnov;
//!
//! let fast = [22.0, 24.0, 25.0, 26.0, 27.0, 29.0, 30.0, 31.0];
//! let slow = [35.0, 38.0, 39.0, 41.0, 44.0, 45.0, 47.0, 52.0];
//! let test = kolmogorov_smirnov(&fast, &slow)?;
//! assert_eq!(test.statistic, 1.0);
//! assert!(test.p_value < 0.001);
//! assert!(kolmogorov_smirnov(&fast, &fast)?.p_value > 0.999);
//! # Ok::<(), analysis::AnalysisError>(())
//! ```

use crate::error::{AnalysisError, Result};

/// A statistic, and how probable one as great is if there is no difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HypothesisTest {
    /// The statistic.
    pub statistic: f64,
    /// The probability, from 0 to 1.
    pub p_value: f64,
}

/// Whether two samples are of one distribution: the greatest distance between their cumulated
/// shares, by Kolmogorov and Smirnov, two-sided.
///
/// The probability is that of the limit for large samples with the correction for small ones by
/// Stephens (1970), *Journal of the Royal Statistical Society B* 32; with ties, as between numbers
/// of epochs, it is too great rather than too small.
///
/// # Errors
/// [`AnalysisError::TooFewRows`] if a sample is empty, [`AnalysisError::InvalidArgument`] if a
/// value is NaN.
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    for sample in [&mut a, &mut b] {
        if sample.is_empty() {
            return Err(AnalysisError::TooFewRows {
                analysis: "a Kolmogorov-Smirnov test",
                needed: 1,
                rows: 0,
            });
        }
        if let Some(at) = sample.iter().position(|value| value.is_nan()) {
            return Err(AnalysisError::InvalidArgument {
                argument: "a value of a sample",
                value: format!("NaN at place {at}"),
                expected: "a number".to_owned(),
            });
        }
        sample.sort_by(f64::total_cmp);
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut statistic) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let next = a[i].min(b[j]);
        i += a[i..].iter().take_while(|value| **value <= next).count();
        j += b[j..].iter().take_while(|value| **value <= next).count();
        statistic = statistic.max((i as f64 / n - j as f64 / m).abs());
    }
    let root = (n * m / (n + m)).sqrt();
    let p_value = tail((root + 0.12 + 0.11 / root) * statistic);
    Ok(HypothesisTest { statistic, p_value })
}

/// The tail of Kolmogorov's distribution, `2 Σ (-1)^(k-1) exp(-2 k² x²)`.
fn tail(x: f64) -> f64 {
    // The series converges slowly where its sum is 1 to the last digit anyway.
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_the_tables() {
        let table = [(1.223_847_870_2, 0.10), (1.358_098_639_3, 0.05), (1.627_623_611_5, 0.01)];
        for (x, p) in table {
            assert!((tail(x) - p).abs() < 1e-9, "{x}: {}", tail(x));
        }
        assert!((tail(0.2) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn ties_count_once_and_misuse_is_refused() {
        let test = kolmogorov_smirnov(&[1.0, 2.0, 2.0, 3.0], &[2.0, 2.0, 3.0, 3.0]).unwrap();
        assert_eq!(test.statistic, 0.25);
        assert!(matches!(
            kolmogorov_smirnov(&[], &[1.0]),
            Err(AnalysisError::TooFewRows { rows: 0, .. })
        ));
        assert!(matches!(
            kolmogorov_smirnov(&[1.0], &[f64::NAN]),
            Err(AnalysisError::InvalidArgument { .. })
        ));
    }
}
