//! Differences between means: t tests and the analysis of variance.

use std::fmt;

use etable::Table;

use super::{
    check_pairs, check_sample,
    distribution::{f_tail, t_two_sided},
    one_row, probability,
    spread::{mean, squares},
};
use crate::{
    error::{AnalysisError, Result, require},
    metric::LARGEST,
};

/// The result of a t test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TTest {
    /// The statistic t: the difference in units of its standard error.
    pub statistic: f64,
    /// Degrees of freedom; not whole in Welch's test.
    pub degrees: f64,
    /// Probability of a |t| as great if there is no difference, 0 to 1 (two-sided).
    pub p_value: f64,
    /// The difference of the means.
    pub difference: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
}

/// `t(17.8) = -4.32, p = 0.0004`.
impl fmt::Display for TTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t({:.1}) = {:.3}, {}", self.degrees, self.statistic, probability(self.p_value))
    }
}

impl TTest {
    /// One row: `Statistic`, `Degrees`, `P`, `Difference` and `StandardError`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen.
    pub fn to_table(&self) -> Result<Table> {
        one_row(&[
            ("Statistic", self.statistic),
            ("Degrees", self.degrees),
            ("P", self.p_value),
            ("Difference", self.difference),
            ("StandardError", self.standard_error),
        ])
    }

    fn new(difference: f64, standard_error: f64, degrees: f64) -> Result<Self> {
        if standard_error == 0.0 {
            return Err(AnalysisError::NoVariance { analysis: "a t test" });
        }
        let statistic = difference / standard_error;
        let p_value = t_two_sided(statistic, degrees);
        Ok(TTest { statistic, degrees, p_value, difference, standard_error })
    }
}

/// Whether two samples, whose variances may differ, have means that differ (Welch's test).
///
/// ```text
/// t = (ā − b̄) / √(s²ₐ/nₐ + s²ᵦ/nᵦ)
/// ```
///
/// # Errors
///
/// [`AnalysisError::TooFew`] below two values, [`AnalysisError::InvalidArgument`] for a value
/// that is not finite, [`AnalysisError::NoVariance`] if both samples are constant, or so nearly that
/// their variances are 0.
///
/// # Source
///
/// B. Welch (1947), *Biometrika* 34.
pub fn t_test(a: &[f64], b: &[f64]) -> Result<TTest> {
    let error_of = |sample: &[f64]| {
        check_sample(sample, "a t test", 2)?;
        let n = sample.len() as f64;
        Ok::<_, AnalysisError>((squares(sample) / (n - 1.0) / n, n))
    };
    let ((a_error, a_count), (b_error, b_count)) = (error_of(a)?, error_of(b)?);
    let error = a_error + b_error;
    // Of shares, whose squares do not vanish as those of small errors do.
    let (a_share, b_share) = (a_error / error, b_error / error);
    let below = a_share * a_share / (a_count - 1.0) + b_share * b_share / (b_count - 1.0);
    TTest::new(mean(a) - mean(b), error.sqrt(), 1.0 / below)
}

/// Whether two samples of equal variance have means that differ (Student's test), with
/// `nₐ + nᵦ − 2` degrees of freedom.
///
/// # Errors
///
/// As [`t_test`].
pub fn t_test_equal_variances(a: &[f64], b: &[f64]) -> Result<TTest> {
    for sample in [a, b] {
        check_sample(sample, "a t test", 2)?;
    }
    let (a_count, b_count) = (a.len() as f64, b.len() as f64);
    let degrees = a_count + b_count - 2.0;
    let variance = (squares(a) + squares(b)) / degrees;
    let error = (variance * (1.0 / a_count + 1.0 / b_count)).sqrt();
    TTest::new(mean(a) - mean(b), error, degrees)
}

/// Whether the mean of a sample differs from `expected`.
///
/// # Errors
///
/// As [`t_test`], and [`AnalysisError::InvalidArgument`] if `expected` is not finite.
pub fn t_test_one_sample(sample: &[f64], expected: f64) -> Result<TTest> {
    check_sample(sample, "a t test", 2)?;
    let fits = expected.abs() <= LARGEST;
    require(fits, "the expected mean", expected, "a finite number, at most 1e75")?;
    let n = sample.len() as f64;
    let error = (squares(sample) / (n - 1.0) / n).sqrt();
    TTest::new(mean(sample) - expected, error, n - 1.0)
}

/// Whether the differences of pairs have a mean other than 0: before and after, in the same runs.
///
/// # Errors
///
/// As [`t_test`], and [`AnalysisError::LengthMismatch`].
pub fn t_test_paired(a: &[f64], b: &[f64]) -> Result<TTest> {
    check_pairs(a, b)?;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    t_test_one_sample(&differences, 0.0)
}

/// The result of a one-way analysis of variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anova {
    /// The statistic F: variance between groups over variance within.
    pub statistic: f64,
    /// Degrees of freedom between groups, their number less one.
    pub between: usize,
    /// Degrees of freedom within groups.
    pub within: usize,
    /// Probability of an F as great if the groups do not differ, 0 to 1.
    pub p_value: f64,
    /// Share of the variance that the groups explain (η²), 0 to 1.
    pub explained: f64,
    /// Missing values that were left out: only [`anova_of`](super::anova_of) does so.
    pub missing: usize,
}

impl Anova {
    /// One row: `Statistic`, `Between` and `Within` (degrees of freedom), `P`, `Explained` and
    /// `Missing`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen.
    pub fn to_table(&self) -> Result<Table> {
        one_row(&[
            ("Statistic", self.statistic),
            ("Between", self.between as f64),
            ("Within", self.within as f64),
            ("P", self.p_value),
            ("Explained", self.explained),
            ("Missing", self.missing as f64),
        ])
    }
}

/// `F(2, 27) = 3.5, p = 0.0445, eta² = 0.21`.
impl fmt::Display for Anova {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Anova { statistic, between, within, p_value, explained, missing } = self;
        let p = probability(*p_value);
        write!(f, "F({between}, {within}) = {statistic:.3}, {p}, eta² = {explained:.3}")?;
        match missing {
            0 => Ok(()),
            1 => write!(f, ", 1 missing value left out"),
            _ => write!(f, ", {missing} missing values left out"),
        }
    }
}

/// Whether the means of several samples differ (one-way analysis of variance).
///
/// ```
/// let test = analysis::statistics::anova(&[&[1., 2., 3.][..], &[2., 3., 4.], &[6., 7., 8.]])?;
/// assert!((test.statistic - 21.0).abs() < 1e-12);
/// assert_eq!((test.between, test.within), (2, 6));
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::TooFew`] for fewer than two groups, an empty one, or no group of two;
/// [`AnalysisError::InvalidArgument`] for a value that is not finite;
/// [`AnalysisError::NoVariance`] if no group varies.
pub fn anova<S: AsRef<[f64]>>(groups: &[S]) -> Result<Anova> {
    let analysis = "an analysis of variance";
    if groups.len() < 2 {
        let (what, found) = ("groups", groups.len());
        return Err(AnalysisError::TooFew { analysis, what, found, needed: 2 });
    }
    for group in groups {
        check_sample(group.as_ref(), analysis, 1)?;
    }
    let all: Vec<f64> = groups.iter().flat_map(|group| group.as_ref()).copied().collect();
    let (between, within) = (groups.len() - 1, all.len() - groups.len());
    if within == 0 {
        let (what, found) = ("values in some group", 1);
        return Err(AnalysisError::TooFew { analysis, what, found, needed: 2 });
    }
    let inside: f64 = groups.iter().map(|group| squares(group.as_ref())).sum();
    if inside == 0.0 {
        return Err(AnalysisError::NoVariance { analysis });
    }
    let centre = mean(&all);
    let outside: f64 = groups
        .iter()
        .map(|group| group.as_ref().len() as f64 * (mean(group.as_ref()) - centre).powi(2))
        .sum();
    let statistic = (outside / between as f64) / (inside / within as f64);
    Ok(Anova {
        statistic,
        between,
        within,
        p_value: f_tail(statistic, between as f64, within as f64),
        explained: outside / (outside + inside),
        missing: 0,
    })
}
