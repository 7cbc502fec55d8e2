//! Descriptions of samples, and tests of hypotheses.
//!
//! ```
//! use analysis::statistics::{kolmogorov_smirnov, t_test};
//!
//! let fast = [22.0, 24.0, 25.0, 26.0, 27.0, 29.0, 30.0, 31.0];
//! let slow = [35.0, 38.0, 39.0, 41.0, 44.0, 45.0, 47.0, 52.0];
//! let test = kolmogorov_smirnov(&fast, &slow)?;
//! assert_eq!(test.statistic, 1.0);
//! assert!(test.p_value < 0.001);
//! assert!(kolmogorov_smirnov(&fast, &fast)?.p_value > 0.999);
//!
//! let test = t_test(&fast, &slow)?;
//! assert_eq!(test.difference, -15.875);
//! assert!((test.p_value - 1.836535e-5).abs() < 1e-11);
//! # Ok::<(), analysis::AnalysisError>(())
//! ```

mod bootstrap;
mod correlation;
mod distribution;
mod groups;
mod kolmogorov;
mod rank;
mod spread;
mod variance;

pub use bootstrap::bootstrap_interval;
pub use correlation::{kendall, pearson, spearman};
pub use groups::{anova_of, group_statistics};
pub use kolmogorov::kolmogorov_smirnov;
pub use rank::{quantile, ranks};
pub use spread::{MeanInterval, Spread};
pub use variance::{
    Anova, TTest, anova, t_test, t_test_equal_variances, t_test_one_sample, t_test_paired,
};

pub(crate) use bootstrap::{check_draws, draws, percentile_interval};
pub(crate) use rank::kendall_tau;

use std::fmt;

use etable::Table;

use crate::{
    error::{AnalysisError, Result},
    metric::LARGEST,
};

/// A statistic, and how probable one as great is if there is no difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HypothesisTest {
    /// The statistic.
    pub statistic: f64,
    /// The probability, from 0 to 1.
    pub p_value: f64,
}

impl HypothesisTest {
    /// One row: `Statistic` and `P`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen.
    pub fn to_table(&self) -> Result<Table> {
        one_row(&[("Statistic", self.statistic), ("P", self.p_value)])
    }
}

/// A table of one row of numbers.
fn one_row(numbers: &[(&str, f64)]) -> Result<Table> {
    let mut table = Table::new();
    for &(name, value) in numbers {
        table.add_column(name, [value])?;
    }
    Ok(table)
}

/// `0.41, p = 0.0032`.
impl fmt::Display for HypothesisTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}, {}", self.statistic, probability(self.p_value))
    }
}

/// `p = 0.0320`, or `p < 0.0001`.
fn probability(p_value: f64) -> String {
    if p_value < 1e-4 { "p < 0.0001".into() } else { format!("p = {p_value:.4}") }
}

/// Refuses a sample of too few values, or with one that is not finite or too large to be squared.
fn check_sample(sample: &[f64], analysis: &'static str, needed: usize) -> Result<()> {
    let expected = "a finite number, at most 1e75; leave missing values out";
    check_values(sample, |value| value.abs() <= LARGEST, expected)?;
    if sample.len() < needed {
        let (what, found) = ("values", sample.len());
        return Err(AnalysisError::TooFew { analysis, what, found, needed });
    }
    Ok(())
}

/// Refuses a sample with a value that does not fit.
fn check_values(sample: &[f64], fits: fn(&f64) -> bool, expected: &str) -> Result<()> {
    let Some(place) = sample.iter().position(|value| !fits(value)) else { return Ok(()) };
    let value = format!("{} at place {place}", sample[place]);
    Err(AnalysisError::invalid("a value of a sample", value, expected))
}

/// Refuses pairs of unequal number.
fn check_pairs(a: &[f64], b: &[f64]) -> Result<()> {
    match a.len() == b.len() {
        true => Ok(()),
        false => Err(AnalysisError::LengthMismatch { left: a.len(), right: b.len() }),
    }
}
