//! Correlations of two samples, with their probabilities.

use super::{
    HypothesisTest, check_pairs, check_sample,
    distribution::{normal_two_sided, t_two_sided},
    rank::{kendall_tau, ranks},
};
use crate::{
    Metric, NanPolicy,
    error::{AnalysisError, Result},
};

/// Pearson's correlation r of pairs, with the two-sided probability of one as far from 0 for
/// normal values that are not correlated: `t = r √((n − 2) / (1 − r²))` with n − 2 degrees of
/// freedom.
///
/// ```
/// let test = analysis::statistics::pearson(&[1., 2., 3., 4., 5.], &[2., 1., 4., 3., 5.])?;
/// assert!((test.statistic - 0.8).abs() < 1e-12);
/// assert!((test.p_value - 0.104088).abs() < 1e-6);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::LengthMismatch`], [`AnalysisError::TooFew`] below three pairs,
/// [`AnalysisError::InvalidArgument`] for a value that is not finite,
/// [`AnalysisError::NoVariance`] if one side is constant.
pub fn pearson(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    check(a, b)?;
    let r = Metric::Correlation.compare(a, b, NanPolicy::Error)?;
    Ok(HypothesisTest { statistic: r, p_value: probability(r, a.len()) })
}

/// Spearman's rank correlation ρ: Pearson's of the ranks ([`ranks`]), with its probability by the
/// same t distribution.
///
/// # Errors
///
/// As [`pearson`].
pub fn spearman(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    check(a, b)?;
    pearson(&ranks(a), &ranks(b))
}

/// Kendall's rank correlation τ-b, with the two-sided probability of the normal approximation,
/// corrected for ties.
///
/// # Errors
///
/// As [`pearson`].
///
/// # Source
///
/// M. Kendall (1945), The treatment of ties in ranking problems, *Biometrika* 33.
pub fn kendall(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    check(a, b)?;
    let found = kendall_tau(a, b);
    let p_value = normal_two_sided(found.score / found.variance.sqrt());
    Ok(HypothesisTest { statistic: found.tau, p_value })
}

fn check(a: &[f64], b: &[f64]) -> Result<()> {
    check_pairs(a, b)?;
    for sample in [a, b] {
        check_sample(sample, "a correlation", 3)?;
        if sample.iter().all(|value| *value == sample[0]) {
            return Err(AnalysisError::NoVariance { analysis: "a correlation" });
        }
    }
    Ok(())
}

fn probability(r: f64, n: usize) -> f64 {
    let degrees = n as f64 - 2.0;
    if r.abs() >= 1.0 { 0.0 } else { t_two_sided(r * (degrees / (1.0 - r * r)).sqrt(), degrees) }
}
