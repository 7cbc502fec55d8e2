//! The Kolmogorov-Smirnov test.

use super::{HypothesisTest, check_sample};
use crate::error::Result;

/// Whether two samples are of one distribution: the greatest distance between their cumulated
/// shares, by Kolmogorov and Smirnov, two-sided.
///
/// The probability is that of the limit for large samples with the correction for small ones by
/// Stephens (1970), *Journal of the Royal Statistical Society B* 32; with ties, as between numbers
/// of epochs, it is too great rather than too small.
///
/// # Errors
/// [`crate::AnalysisError::TooFewRows`] if a sample is empty, [`crate::AnalysisError::InvalidArgument`] if a
/// value is not finite.
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    for sample in [&mut a, &mut b] {
        check_sample(sample, "a Kolmogorov-Smirnov test", 1)?;
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
    use crate::AnalysisError;

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
