//! How alike two vectors are: distances (0 = alike) and similarities (large = alike).
//!
//! ```
//! use analysis::{Metric, NanPolicy};
//! # fn main() -> Result<(), analysis::AnalysisError> {
//! let (a, b) = ([1.0, 2.0, 2.0], [1.0, 0.0, 1.0]);
//! assert_eq!(Metric::SumSquares.compare(&a, &b, NanPolicy::Error)?, 5.0); // 0 + 4 + 1
//! assert_eq!(Metric::InnerProduct.compare(&a, &b, NanPolicy::Error)?, 3.0); // 1 + 0 + 2
//! assert_eq!(Metric::CityBlock.compare(&a, &b, NanPolicy::Error)?, 3.0); // 0 + 2 + 1
//! assert!(Metric::Euclidean.is_distance() && !Metric::Cosine.is_distance());
//! # Ok(())
//! # }
//! ```

use std::{fmt, str::FromStr};

use crate::{AnalysisError, Result, linear, statistics::ranks};

/// A comparison of two vectors `a` and `b` of equal length n.
///
/// In the formulas Σ runs over the positions i, `ā` is the mean of `a`. The name in parentheses
/// is the one emergent users know. Vectors without variance or of norm zero compare as 0 in
/// [`Correlation`](Metric::Correlation) and [`Cosine`](Metric::Cosine), hence as 1 in their
/// inverses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Metric {
    /// Straight-line distance (emergent: `Euclidean`): `√ Σ (aᵢ − bᵢ)²`. Distance, 0 to ∞.
    Euclidean,
    /// Squared straight-line distance (`SumSquares`): `Σ (aᵢ − bᵢ)²`. Distance, 0 to ∞; not a
    /// metric in the strict sense, for the triangle inequality fails.
    SumSquares,
    /// City-block or L1 distance (`Abs`): `Σ |aᵢ − bᵢ|`. Distance, 0 to ∞.
    CityBlock,
    /// Number of positions that differ (`Hamming`): `Σ [aᵢ ≠ bᵢ]`. Distance, 0 to n; compares
    /// exactly, so threshold graded activities first.
    Hamming,
    /// Euclidean distance that forgives small differences (`EuclideanBinTol`):
    /// `√ Σ dᵢ²` with `dᵢ = 0` where `|aᵢ − bᵢ| < 0.5`, else `aᵢ − bᵢ`. Distance, 0 to ∞.
    EuclideanTolerant,
    /// Square of [`EuclideanTolerant`](Metric::EuclideanTolerant) (`SumSquaresBinTol`). This is
    /// the error measure of a binary output. Distance, 0 to ∞.
    SumSquaresTolerant,
    /// One minus the cosine (`InvCosine`): `1 − cos(a, b)`. Distance, 0 to 2.
    InverseCosine,
    /// One minus the correlation (`InvCorrelation`): `1 − r(a, b)`. Distance, 0 to 2.
    InverseCorrelation,
    /// Cross entropy beyond the entropy of `a` (`CrossEntropy`):
    /// `Σ aᵢ ln(aᵢ/bᵢ) + (1 − aᵢ) ln((1 − aᵢ)/(1 − bᵢ))`, `bᵢ` clipped to `[10⁻⁶, 1 − 10⁻⁶]`,
    /// `aᵢ ≥ 1` giving `−ln bᵢ` and `aᵢ ≤ 0` giving `−ln(1 − bᵢ)`. Meant for probabilities.
    /// Distance, 0 to ∞, **not symmetric**: `a` is the target, `b` the prediction.
    CrossEntropy,
    /// Share of the positions where at least one is active that they do not share:
    /// `1 − |a ≠ 0 and b ≠ 0| / |a ≠ 0 or b ≠ 0|`, 0 where neither has an active position.
    /// Distance, 0 to 1; what is not exactly 0 is active, so threshold graded activities first.
    Jaccard,
    /// One minus the rank correlation: `1 − ρ(a, b)`. Distance, 0 to 2.
    InverseSpearman,
    /// Distance in units of the noise: `√ (a − b)ᵀ Σ⁻¹ (a − b)`, Σ being a covariance between
    /// positions. Distance, 0 to ∞. Needs the covariance: see
    /// [`mahalanobis_matrix`](crate::similarity::mahalanobis_matrix) and
    /// [`mahalanobis_distance`](crate::similarity::mahalanobis_distance).
    Mahalanobis,
    /// Crossvalidated squared Mahalanobis distance per position, whose mean is 0 where items do not
    /// differ (Walther et al. 2016). Distance, −∞ to ∞. Only of whole matrices: see
    /// [`crossnobis_matrix`](crate::similarity::crossnobis_matrix).
    Crossnobis,
    /// The height at which two items first come into one cluster. Distance, 0 to ∞. Only of trees:
    /// see [`Dendrogram::cophenetic_distances`](crate::Dendrogram::cophenetic_distances).
    Cophenetic,
    /// Sum of products (`InnerProduct`): `Σ aᵢ bᵢ`. Similarity, −∞ to ∞.
    InnerProduct,
    /// Covariance over positions (`Covariance`): `Σ (aᵢ − ā)(bᵢ − b̄) / n`. Similarity, −∞ to ∞.
    Covariance,
    /// Pearson correlation (`Correlation`):
    /// `r = Σ (aᵢ − ā)(bᵢ − b̄) / √(Σ (aᵢ − ā)² Σ (bᵢ − b̄)²)`. Similarity, −1 to 1.
    Correlation,
    /// Spearman's rank correlation: [`Correlation`](Metric::Correlation) of the ranks, equal values
    /// sharing the mean of theirs. Similarity, −1 to 1.
    Spearman,
    /// Cosine of the angle (`Cosine`): `Σ aᵢ bᵢ / √(Σ aᵢ² Σ bᵢ²)`. Similarity, −1 to 1.
    Cosine,
}

/// What to do where a value is NaN, the mark of a missing number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NanPolicy {
    /// Refuse, naming the row and position.
    #[default]
    Error,
    /// Compare two vectors only at positions where both hold a number; means and norms are of
    /// those positions too. Sums then run over fewer terms and are not rescaled.
    SkipPairs,
    /// Leave out of all vectors the positions at which any of them has NaN (a dead unit, say), so
    /// that every comparison is over the same positions.
    SkipPositions,
}

impl FromStr for NanPolicy {
    type Err = AnalysisError;

    /// Reads the variant's name.
    fn from_str(text: &str) -> Result<Self> {
        [NanPolicy::Error, NanPolicy::SkipPairs, NanPolicy::SkipPositions]
            .into_iter()
            .find(|policy| format!("{policy:?}").eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                AnalysisError::invalid(
                    "NaN policy",
                    format!("`{text}`"),
                    "one of Error, SkipPairs, SkipPositions",
                )
            })
    }
}

/// Differences below this count as none in the tolerant metrics.
pub const TOLERANCE: f64 = 0.5;

/// Predictions are kept this far from 0 and 1 in [`Metric::CrossEntropy`].
pub const CROSS_ENTROPY_MARGIN: f64 = 1e-6;

impl Metric {
    /// Every metric of two vectors, emergent's first: all but [`Mahalanobis`](Metric::Mahalanobis),
    /// [`Crossnobis`](Metric::Crossnobis) and [`Cophenetic`](Metric::Cophenetic).
    pub const ALL: [Metric; 16] = [
        Metric::Euclidean,
        Metric::SumSquares,
        Metric::CityBlock,
        Metric::Hamming,
        Metric::EuclideanTolerant,
        Metric::SumSquaresTolerant,
        Metric::InverseCosine,
        Metric::InverseCorrelation,
        Metric::CrossEntropy,
        Metric::InnerProduct,
        Metric::Covariance,
        Metric::Correlation,
        Metric::Cosine,
        Metric::Jaccard,
        Metric::InverseSpearman,
        Metric::Spearman,
    ];

    /// The name in words, as figures show it.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Euclidean => "Euclidean distance",
            Metric::SumSquares => "squared distance",
            Metric::CityBlock => "city-block distance",
            Metric::Hamming => "Hamming distance",
            Metric::EuclideanTolerant => "Euclidean distance (tolerance 0.5)",
            Metric::SumSquaresTolerant => "squared distance (tolerance 0.5)",
            Metric::InverseCosine => "1 − cosine",
            Metric::InverseCorrelation => "1 − correlation",
            Metric::CrossEntropy => "cross entropy",
            Metric::Jaccard => "Jaccard distance",
            Metric::InverseSpearman => "1 − rank correlation",
            Metric::Mahalanobis => "Mahalanobis distance",
            Metric::Crossnobis => "crossnobis distance",
            Metric::Cophenetic => "cophenetic distance",
            Metric::Spearman => "rank correlation",
            Metric::InnerProduct => "inner product",
            Metric::Covariance => "covariance",
            Metric::Correlation => "correlation",
            Metric::Cosine => "cosine",
        }
    }

    /// Whether small means alike (`true`) or large means alike (`false`).
    pub fn is_distance(self) -> bool {
        !matches!(
            self,
            Metric::InnerProduct
                | Metric::Covariance
                | Metric::Correlation
                | Metric::Spearman
                | Metric::Cosine
        )
    }

    /// Whether swapping the two vectors never changes the value.
    pub fn is_symmetric(self) -> bool {
        self != Metric::CrossEntropy
    }

    /// Compares two vectors of equal length, summing in order of position.
    ///
    /// Empty vectors compare as vectors of norm zero: 0, and 1 in the inverse metrics.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::LengthMismatch`]; [`AnalysisError::NotFinite`] for an infinite value, or
    /// for NaN under [`NanPolicy::Error`]; [`AnalysisError::TooLarge`] for a value beyond
    /// [`LARGEST`]; [`AnalysisError::NoSharedValues`] if another policy leaves nothing to compare;
    /// [`AnalysisError::NotOfTwoVectors`] for the metrics that are not in [`ALL`](Metric::ALL).
    pub fn compare(self, a: &[f64], b: &[f64], policy: NanPolicy) -> Result<f64> {
        self.check_of_two_vectors()?;
        check_vectors(a, b, policy)?;
        self.compare_checked(a, b).ok_or(AnalysisError::NoSharedValues { left: 0, right: 1 })
    }

    /// Refuses the metrics that need more than two vectors.
    pub(crate) fn check_of_two_vectors(self) -> Result<()> {
        match self {
            Metric::Mahalanobis | Metric::Crossnobis | Metric::Cophenetic => {
                Err(AnalysisError::NotOfTwoVectors { metric: self })
            }
            _ => Ok(()),
        }
    }

    /// As [`Metric::compare`] for vectors already checked: equal lengths, no infinite values.
    /// Positions with NaN are skipped; `None` if all are.
    pub(crate) fn compare_checked(self, a: &[f64], b: &[f64]) -> Option<f64> {
        if a.iter().chain(b).any(|value| value.is_nan()) {
            let (a, b): (Vec<f64>, Vec<f64>) =
                a.iter().zip(b).filter(|(x, y)| !x.is_nan() && !y.is_nan()).unzip();
            return if a.is_empty() { None } else { Some(self.compare_numbers(&a, &b)) };
        }
        Some(self.compare_numbers(a, b))
    }

    fn compare_numbers(self, a: &[f64], b: &[f64]) -> f64 {
        let sum = |term: fn(f64, f64) -> f64| a.iter().zip(b).map(|(&x, &y)| term(x, y)).sum();
        match self {
            Metric::Euclidean => f64::sqrt(sum(|x, y| (x - y) * (x - y))),
            Metric::SumSquares => sum(|x, y| (x - y) * (x - y)),
            Metric::CityBlock => sum(|x, y| (x - y).abs()),
            Metric::Hamming => sum(|x, y| f64::from(u8::from(x != y))),
            Metric::EuclideanTolerant => f64::sqrt(sum(tolerant_square)),
            Metric::SumSquaresTolerant => sum(tolerant_square),
            Metric::CrossEntropy => sum(cross_entropy_term),
            Metric::Jaccard => jaccard(a, b),
            Metric::Spearman => rank_correlation(a, b),
            Metric::InverseSpearman => 1.0 - rank_correlation(a, b),
            Metric::Mahalanobis | Metric::Crossnobis | Metric::Cophenetic => {
                unreachable!("refused by check_of_two_vectors")
            }
            Metric::InnerProduct => sum(|x, y| x * y),
            Metric::Cosine => cosine(a, b, 0.0, 0.0),
            Metric::InverseCosine => 1.0 - cosine(a, b, 0.0, 0.0),
            Metric::Correlation => cosine(a, b, mean(a), mean(b)),
            Metric::InverseCorrelation => 1.0 - cosine(a, b, mean(a), mean(b)),
            Metric::Covariance => {
                let (mean_a, mean_b) = (mean(a), mean(b));
                let products = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b));
                if a.is_empty() { 0.0 } else { products.sum::<f64>() / a.len() as f64 }
            }
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Metric {
    type Err = AnalysisError;

    /// Reads the variant's name (`InverseCosine`) or emergent's (`InvCosine`), ignoring case.
    fn from_str(text: &str) -> Result<Self> {
        const EMERGENT: [&str; 16] = [
            "Euclidean",
            "SumSquares",
            "Abs",
            "Hamming",
            "EuclideanBinTol",
            "SumSquaresBinTol",
            "InvCosine",
            "InvCorrelation",
            "CrossEntropy",
            "InnerProduct",
            "Covariance",
            "Correlation",
            "Cosine",
            "Jaccard",
            "InverseSpearman",
            "Spearman",
        ];
        Metric::ALL
            .into_iter()
            .zip(EMERGENT)
            .find(|(metric, name)| {
                format!("{metric:?}").eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text)
            })
            .map(|(metric, _)| metric)
            .or_else(|| {
                [Metric::Mahalanobis, Metric::Crossnobis, Metric::Cophenetic]
                    .into_iter()
                    .find(|metric| format!("{metric:?}").eq_ignore_ascii_case(text))
            })
            .ok_or_else(|| {
                AnalysisError::invalid(
                    "metric",
                    format!("`{text}`"),
                    format!("one of {}, Mahalanobis, Crossnobis, Cophenetic", EMERGENT.join(", ")),
                )
            })
    }
}

/// The largest magnitude of a value in an analysis: beyond it, sums of products of products may
/// leave the range of `f64`.
pub const LARGEST: f64 = 1e75;

/// Refuses infinite values, those beyond [`LARGEST`], and NaN unless the policy allows it.
pub(crate) fn check_finite(
    column: &str,
    row: usize,
    vector: &[f64],
    policy: NanPolicy,
) -> Result<()> {
    let bad = |value: &f64| value.abs() > LARGEST || (policy == NanPolicy::Error && value.is_nan());
    let Some(position) = vector.iter().position(bad) else { return Ok(()) };
    let (column, value) = (column.to_string(), vector[position]);
    Err(match value.is_finite() {
        true => AnalysisError::TooLarge { column, row, position, value },
        false => AnalysisError::NotFinite { column, row, position, value },
    })
}

/// Refuses vectors of unequal length, and values as [`check_finite`] does.
pub(crate) fn check_vectors(a: &[f64], b: &[f64], policy: NanPolicy) -> Result<()> {
    if a.len() != b.len() {
        return Err(AnalysisError::LengthMismatch { left: a.len(), right: b.len() });
    }
    let mut vectors = [a, b].into_iter().enumerate();
    vectors.try_for_each(|(row, vector)| check_finite("(vector)", row, vector, policy))
}

/// The mean; of equal values exactly that value, so that a constant vector has variance zero
/// whatever the rounding of its sum. 0 for no values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { linear::mean(values) }
}

/// Cosine of `a − shift_a` and `b − shift_b`, 0 when either has norm zero.
fn cosine(a: &[f64], b: &[f64], shift_a: f64, shift_b: f64) -> f64 {
    let (mut product, mut norm_a, mut norm_b) = products(a, b, shift_a, shift_b);
    if norm_a.min(norm_b) < LEAST_SQUARE {
        let (a, b) = (enlarged(a, shift_a), enlarged(b, shift_b));
        (product, norm_a, norm_b) = products(&a, &b, 0.0, 0.0);
    }
    let norm = f64::sqrt(norm_a) * f64::sqrt(norm_b);
    if norm == 0.0 { 0.0 } else { (product / norm).clamp(-1.0, 1.0) }
}

/// Sums of squares below this may have lost terms that were rounded to 0.
pub(crate) const LEAST_SQUARE: f64 = 1e-280;

/// `Σ x y`, `Σ x²` and `Σ y²` of the differences from the shifts.
fn products(a: &[f64], b: &[f64], shift_a: f64, shift_b: f64) -> (f64, f64, f64) {
    let (mut product, mut norm_a, mut norm_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - shift_a, y - shift_b);
        product += x * y;
        norm_a += x * x;
        norm_b += y * y;
    }
    (product, norm_a, norm_b)
}

/// Differences from `shift` over the largest of them; zeros if all are 0.
fn enlarged(values: &[f64], shift: f64) -> Vec<f64> {
    let largest = values.iter().map(|value| (value - shift).abs()).fold(0.0, f64::max);
    let scale = if largest > 0.0 { largest } else { 1.0 };
    values.iter().map(|value| (value - shift) / scale).collect()
}

fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    cosine(&a, &b, mean(&a), mean(&b))
}

fn jaccard(a: &[f64], b: &[f64]) -> f64 {
    let count = |active: fn(bool, bool) -> bool| {
        a.iter().zip(b).filter(|&(&x, &y)| active(x != 0.0, y != 0.0)).count()
    };
    let (both, either) = (count(|x, y| x && y), count(|x, y| x || y));
    if either == 0 { 0.0 } else { 1.0 - both as f64 / either as f64 }
}

fn tolerant_square(x: f64, y: f64) -> f64 {
    let difference = x - y;
    if difference.abs() < TOLERANCE { 0.0 } else { difference * difference }
}

fn cross_entropy_term(target: f64, prediction: f64) -> f64 {
    let prediction = prediction.clamp(CROSS_ENTROPY_MARGIN, 1.0 - CROSS_ENTROPY_MARGIN);
    if target >= 1.0 {
        -prediction.ln()
    } else if target <= 0.0 {
        -(1.0 - prediction).ln()
    } else {
        target * (target / prediction).ln()
            + (1.0 - target) * ((1.0 - target) / (1.0 - prediction)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norm_zero_compares_as_zero() {
        let (zero, constant, b) = ([0.0; 3], [2.0; 3], [1.0, 2.0, 4.0]);
        assert_eq!(Metric::Cosine.compare(&zero, &b, NanPolicy::Error).unwrap(), 0.0);
        assert_eq!(Metric::Correlation.compare(&constant, &b, NanPolicy::Error).unwrap(), 0.0);
        assert_eq!(Metric::InverseCosine.compare(&zero, &b, NanPolicy::Error).unwrap(), 1.0);
    }

    #[test]
    fn nan_is_refused_or_skipped() {
        let (a, b) = ([1.0, f64::NAN, 3.0], [0.0, 5.0, 1.0]);
        assert!(matches!(
            Metric::CityBlock.compare(&a, &b, NanPolicy::Error),
            Err(AnalysisError::NotFinite { row: 0, position: 1, .. })
        ));
        assert_eq!(Metric::CityBlock.compare(&a, &b, NanPolicy::SkipPairs).unwrap(), 3.0);
        assert!(matches!(
            Metric::Cosine.compare(&[f64::NAN], &[1.0], NanPolicy::SkipPairs),
            Err(AnalysisError::NoSharedValues { .. })
        ));
        assert!(Metric::Cosine.compare(&[f64::INFINITY], &[1.0], NanPolicy::SkipPairs).is_err());
    }

    #[test]
    fn lengths_must_agree() {
        assert!(matches!(
            Metric::Cosine.compare(&[1.0], &[1.0, 2.0], NanPolicy::Error),
            Err(AnalysisError::LengthMismatch { left: 1, right: 2 })
        ));
    }

    #[test]
    fn ranks_and_active_positions_compare() {
        let (a, b) = ([0.1, 0.9, 0.4, 0.4], [1.0, 100.0, 7.0, 5.0]);
        let rho = Metric::Spearman.compare(&a, &b, NanPolicy::Error).unwrap();
        assert!((rho - 4.5 / f64::sqrt(4.5 * 5.0)).abs() < 1e-12);
        let jaccard = |a: &[f64], b: &[f64]| Metric::Jaccard.compare(a, b, NanPolicy::Error);
        assert_eq!(jaccard(&[1.0, 0.0, 2.0, 0.0], &[1.0, 1.0, 0.0, 0.0]).unwrap(), 1.0 - 1.0 / 3.0);
        assert_eq!(jaccard(&[0.0], &[0.0]).unwrap(), 0.0);
        assert!(matches!(
            Metric::Mahalanobis.compare(&a, &b, NanPolicy::Error),
            Err(AnalysisError::NotOfTwoVectors { metric: Metric::Mahalanobis })
        ));
    }

    #[test]
    fn names_of_emergent_are_read() {
        assert_eq!("InvCorrelation".parse::<Metric>().unwrap(), Metric::InverseCorrelation);
        assert_eq!("cityblock".parse::<Metric>().unwrap(), Metric::CityBlock);
        assert_eq!("mahalanobis".parse::<Metric>().unwrap(), Metric::Mahalanobis);
        assert!("Manhattan".parse::<Metric>().is_err());
    }
}
