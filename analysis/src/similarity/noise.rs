//! Distances in units of the noise: Mahalanobis and its crossvalidated form.
//!
//! ```
//! use analysis::{Noise, crossnobis_matrix};
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two patterns in two runs, with some noise.
//! let rows = arr2(&[[1.0, 0.1], [0.1, 1.0], [0.9, -0.1], [-0.1, 1.1]]).into_dyn();
//! let log = Table::new()
//!     .with_column("Item", ["a", "b", "a", "b"])?
//!     .with_column("Run", [0_i64, 0, 1, 1])?
//!     .with_tensor("Act", rows, &["unit"])?;
//! let distances = crossnobis_matrix(&log, "Act", "Item", "Run", &Noise::Identity)?;
//! assert_eq!(distances.labels(), ["a", "b"]);
//! assert!((distances.value(0, 1) - 0.99).abs() < 1e-12); // (0.9 · 1.0 + 0.9 · 1.2) / 2
//! # Ok(())
//! # }
//! ```

use etable::{View, interrupt};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use ndarray_linalg::{FactorizeC, InverseC, UPLO};

use super::{SimilarityMatrix, check_symmetric, compare::squared_distances};
use crate::{
    Metric, NanPolicy,
    error::{AnalysisError, Result},
    linear::one_thread,
    metric::check_vectors,
    rows::{column_means, group_rows, read_labels, read_matrix},
};

/// The covariance Σ between the positions of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Noise {
    /// None: Σ is the identity, and distances are Euclidean.
    Identity,
    /// The sample covariance (n − 1). Needs more rows than values.
    Sample,
    /// The sample covariance with its entries off the diagonal shrunk towards 0, by as much as
    /// their sampling error asks for (Schäfer and Strimmer 2005). Has an inverse also with fewer
    /// rows than values.
    Shrunk,
    /// A covariance known from elsewhere, `[values, values]`.
    Covariance(Array2<f64>),
}

impl Noise {
    /// How results tell of it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Noise::Identity => "Identity",
            Noise::Sample => "Sample",
            Noise::Shrunk => "Shrunk",
            Noise::Covariance(_) => "Covariance",
        }
    }

    /// The inverse of Σ, from residuals (rows without their mean) with some degrees of freedom;
    /// `None` for the identity.
    pub(super) fn precision(
        &self,
        residuals: ArrayView2<'_, f64>,
        degrees: f64,
        column: &str,
    ) -> Result<Option<Array2<f64>>> {
        let (rows, width) = residuals.dim();
        let covariance = match self {
            Noise::Identity => return Ok(None),
            Noise::Sample => residuals.t().dot(&residuals) / degrees,
            Noise::Shrunk => shrunk(residuals, degrees),
            Noise::Covariance(covariance) => {
                check_covariance(covariance, width)?;
                covariance.clone()
            }
        };
        inverse(&covariance, rows, column).map(Some)
    }
}

/// Refuses a given covariance of another size than the cells, or that is not symmetric.
fn check_covariance(covariance: &Array2<f64>, width: usize) -> Result<()> {
    if covariance.dim() != (width, width) {
        let (column, found) = ("covariance".to_string(), covariance.nrows());
        return Err(AnalysisError::WidthMismatch { column, found, expected: width });
    }
    check_symmetric(covariance, "the given covariance")
}

/// The inverse of a covariance of the values of a column, from so many rows.
fn inverse(covariance: &Array2<f64>, rows: usize, column: &str) -> Result<Array2<f64>> {
    invert(covariance).ok_or_else(|| AnalysisError::SingularCovariance {
        column: column.into(),
        rows,
        width: covariance.ncols(),
    })
}

/// The inverse of a covariance, unless it is singular to working precision. Correlations are
/// inverted, so that values may vary by different amounts.
fn invert(covariance: &Array2<f64>) -> Option<Array2<f64>> {
    one_thread();
    let deviations = covariance.diag().mapv(f64::sqrt);
    if !deviations.iter().all(|deviation| *deviation > 0.0) {
        return None;
    }
    let down = deviations.view().insert_axis(Axis(1));
    let correlations = covariance / &deviations / down;
    let factor = correlations.factorizec(UPLO::Lower).ok()?;
    let diagonal = factor.factor.diag();
    // A square on the diagonal is what of a value's variance those before it leave unexplained.
    let least = diagonal.iter().copied().fold(f64::INFINITY, f64::min);
    if least.is_nan() || least <= 1e-7 {
        return None;
    }
    let inverse = factor.invc().ok()? / &deviations / down;
    Some((&inverse + &inverse.t()) / 2.0)
}

/// The covariance with its correlations shrunk, from residuals in units of their deviations.
fn shrunk(residuals: ArrayView2<'_, f64>, degrees: f64) -> Array2<f64> {
    let n = residuals.nrows() as f64;
    let deviation =
        |values: ArrayView1<'_, f64>| (values.mapv(|value| value * value).sum() / degrees).sqrt();
    let deviations: Array1<f64> = residuals.columns().into_iter().map(deviation).collect();
    let units = deviations.mapv(|deviation| if deviation > 0.0 { deviation } else { 1.0 });
    let residuals = &residuals / &units;
    let products = residuals.t().dot(&residuals);
    let squares = residuals.mapv(|value| value * value);
    let square_products = squares.t().dot(&squares);
    let (mut error, mut size) = (0.0, 0.0);
    for ((i, j), product) in products.indexed_iter().filter(|((i, j), _)| i != j) {
        let mean = product / (n - 1.0);
        let mean_square = square_products[[i, j]] / (n - 1.0);
        error += n / (degrees * degrees) * (mean_square - mean * mean);
        size += mean * mean;
    }
    let kept = if size > 0.0 { 1.0 - (error / size).clamp(0.0, 1.0) } else { 0.0 };
    let mut covariance = products / degrees * &deviations;
    covariance *= &deviations.view().insert_axis(Axis(1));
    for ((i, j), value) in covariance.indexed_iter_mut() {
        if i != j {
            *value *= kept;
        }
    }
    covariance
}

/// The Mahalanobis distance `√ (a − b)ᵀ Σ⁻¹ (a − b)` of two vectors, for a known covariance Σ.
///
/// ```
/// use analysis::mahalanobis_distance;
/// use etable::ndarray::arr2;
/// let covariance = arr2(&[[4.0, 0.0], [0.0, 1.0]]); // deviations 2 and 1
/// let distance = mahalanobis_distance(&[6.0, 5.0], &[0.0, 1.0], &covariance)?;
/// assert!((distance - 5.0).abs() < 1e-12); // √ ((6 / 2)² + 4²)
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::LengthMismatch`]; [`AnalysisError::NotFinite`] for NaN too, as a covariance is
/// of all positions; [`AnalysisError::WidthMismatch`] if Σ has another size than the vectors,
/// [`AnalysisError::NotSymmetric`], [`AnalysisError::SingularCovariance`];
/// [`AnalysisError::OutOfRange`] if the distance is infinite.
pub fn mahalanobis_distance(a: &[f64], b: &[f64], covariance: &Array2<f64>) -> Result<f64> {
    check_vectors(a, b, NanPolicy::Error)?;
    check_covariance(covariance, a.len())?;
    let difference: Array1<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let square = difference.dot(&inverse(covariance, 2, "(vector)")?.dot(&difference));
    if !square.is_finite() {
        return Err(AnalysisError::OutOfRange { what: "a Mahalanobis distance".into() });
    }
    Ok(square.max(0.0).sqrt())
}

/// Compares every row of a column with every other by the Mahalanobis distance
/// `√ (a − b)ᵀ Σ⁻¹ (a − b)`, Σ being estimated from the rows of the view unless it is given.
///
/// # Errors
///
/// Those of [`similarity_matrix`](crate::similarity_matrix);
/// [`AnalysisError::SingularCovariance`] if Σ has no inverse: [`Noise::Sample`] with no more rows
/// than values, or a constant value; [`AnalysisError::WidthMismatch`] if a given Σ has another size
/// than the cells, [`AnalysisError::NotSymmetric`] if it is not symmetric;
/// [`AnalysisError::OutOfRange`] if distances are infinite.
pub fn mahalanobis_matrix(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    noise: &Noise,
) -> Result<SimilarityMatrix> {
    mahalanobis_matrix_view(&view.into(), column, labels, noise)
}

fn mahalanobis_matrix_view(
    view: &View,
    column: &str,
    labels: Option<&str>,
    noise: &Noise,
) -> Result<SimilarityMatrix> {
    let needed = if matches!(noise, Noise::Sample | Noise::Shrunk) { 2 } else { 1 };
    let rows = read_matrix(view, column, "Mahalanobis distances", needed, NanPolicy::Error)?;
    let labels = read_labels(view, labels)?;
    let (made_with, noise, name) = (noise.name(), noise.clone(), column.to_string());
    let values = interrupt::run(move || {
        // Exact for what is constant, lest its rounding be taken for noise.
        let mean = column_means(&rows);
        let moved = rows - &mean;
        let degrees = moved.nrows() as f64 - 1.0;
        let whitened = match noise.precision(moved.view(), degrees, &name)? {
            None => moved,
            Some(precision) => {
                let [whitened] = whiten(&precision, [moved])?;
                whitened
            }
        };
        let values = squared_distances(&whitened, true);
        check_values(&values, Metric::Mahalanobis, &name)?;
        Ok::<_, AnalysisError>(values)
    })??;
    let matrix = SimilarityMatrix::from_values(values, labels, Metric::Mahalanobis, column)?;
    Ok(matrix.with_detail("noise", made_with))
}

/// Crossvalidated Mahalanobis distances ("crossnobis") between the values of column `condition`.
///
/// ```text
/// d(i, j) = mean over folds f of (x̄ᵢ − x̄ⱼ)ᵀ Σ⁻¹ (x̄ᵢᶠ − x̄ⱼᶠ) / p
/// ```
///
/// `x̄ᶠ` is a condition's mean in the rows of fold f (column `fold`: run, session), `x̄` that in all
/// other rows, p the number of values. As the noise of the two is independent, the distance of
/// conditions that do not differ is 0 on the average, and may be negative. Σ is estimated from what
/// is left of the rows after their condition's mean in their fold; with one row for each condition
/// and fold, from what is left after the condition's mean. Conditions come in the order of their
/// first rows.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`]; [`AnalysisError::TooFewRows`] for
/// an empty view; [`AnalysisError::InvalidArgument`] for fewer than two folds, or a condition that
/// one of them lacks; [`AnalysisError::SingularCovariance`]; [`AnalysisError::Interrupted`].
///
/// # Source
///
/// A. Walther et al. (2016), Reliability of dissimilarity measures for multi-voxel pattern
/// analysis, *NeuroImage* 137.
pub fn crossnobis_matrix(
    view: impl Into<View>,
    column: &str,
    condition: &str,
    fold: &str,
    noise: &Noise,
) -> Result<SimilarityMatrix> {
    crossnobis_matrix_view(&view.into(), column, condition, fold, noise)
}

fn crossnobis_matrix_view(
    view: &View,
    column: &str,
    condition: &str,
    fold: &str,
    noise: &Noise,
) -> Result<SimilarityMatrix> {
    let rows = read_matrix(view, column, "crossnobis distances", 1, NanPolicy::Error)?;
    let Trials { conditions, members } = Trials::read(view, condition, fold)?;
    let (made_with, noise, name) = (noise.name(), noise.clone(), column.to_string());
    let values = interrupt::run(move || distances(&rows, &members, &noise, &name))??;
    check_values(&values, Metric::Crossnobis, column)?;
    let matrix = SimilarityMatrix::from_values(values, conditions, Metric::Crossnobis, column)?;
    let matrix = matrix.with_detail("noise", made_with);
    Ok(matrix.with_detail("condition", condition).with_detail("fold", fold))
}

/// Which rows belong to which condition in which fold.
pub(super) struct Trials {
    /// In the order of their first rows.
    pub(super) conditions: Vec<String>,
    /// The rows of every condition in every fold, at least one each.
    pub(super) members: Vec<Vec<Vec<usize>>>,
}

impl Trials {
    pub(super) fn read(view: &View, condition: &str, fold: &str) -> Result<Self> {
        let (conditions, of_condition) = group_rows(&view.labels(condition)?);
        let (folds, of_fold) = group_rows(&view.labels(fold)?);
        if folds.len() < 2 {
            return Err(AnalysisError::invalid("number of folds", folds.len(), "at least 2"));
        }
        let mut fold_of = vec![0; view.n_rows()];
        for (number, members) in of_fold.iter().enumerate() {
            members.iter().for_each(|&row| fold_of[row] = number);
        }
        let mut members = vec![vec![vec![]; folds.len()]; conditions.len()];
        for (number, of) in of_condition.iter().enumerate() {
            of.iter().for_each(|&row| members[number][fold_of[row]].push(row));
            if let Some(missing) = members[number].iter().position(Vec::is_empty) {
                let value = format!("`{}` in fold `{}`", conditions[number], folds[missing]);
                return Err(AnalysisError::invalid(
                    "rows of a condition",
                    format!("none for {value}"),
                    "at least 1",
                ));
            }
        }
        Ok(Self { conditions, members })
    }
}

/// Rows `x L`, Σ⁻¹ being `L Lᵀ`: distances between them are Mahalanobis distances between the `x`.
pub(super) fn whiten<const N: usize>(
    precision: &Array2<f64>,
    rows: [Array2<f64>; N],
) -> Result<[Array2<f64>; N]> {
    let factor = precision.factorizec(UPLO::Lower).map_err(|error| {
        let (analysis, message) = ("Mahalanobis distances", error.to_string());
        AnalysisError::LinearAlgebra { analysis, message }
    })?;
    let lower = factor.into_lower();
    Ok(rows.map(|rows| rows.dot(&lower)))
}

/// Refuses distances beyond the range of numbers, as of a covariance of tiny numbers.
pub(super) fn check_values(values: &Array2<f64>, metric: Metric, column: &str) -> Result<()> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => {
            Err(AnalysisError::OutOfRange { what: format!("a {metric} of column `{column}`") })
        }
    }
}

pub(super) fn distances(
    rows: &Array2<f64>,
    members: &[Vec<Vec<usize>>],
    noise: &Noise,
    column: &str,
) -> Result<Array2<f64>> {
    let (count, folds) = (members.len(), members[0].len());
    let mean = |of: &[usize]| column_means(&rows.select(Axis(0), of));
    let repeated = rows.nrows() > count * folds;
    let mut residuals = rows.clone();
    for of_condition in members {
        let groups = if repeated { of_condition.clone() } else { vec![of_condition.concat()] };
        for group in groups {
            let centre = mean(&group);
            for row in group {
                let mut residual = residuals.row_mut(row);
                residual -= &centre;
            }
        }
    }
    let groups = if repeated { count * folds } else { count };
    let degrees = (rows.nrows() - groups) as f64;
    let precision = noise.precision(residuals.view(), degrees, column)?;
    let width = rows.ncols() as f64;
    let mut sum = Array2::<f64>::zeros((count, count));
    for fold in 0..folds {
        let means = |inside: bool| {
            let mut means = Array2::zeros((count, rows.ncols()));
            for (of_condition, mut place) in members.iter().zip(means.rows_mut()) {
                let chosen: Vec<usize> = (0..folds)
                    .filter(|&other| (other == fold) == inside)
                    .flat_map(|other| of_condition[other].iter().copied())
                    .collect();
                place.assign(&mean(&chosen));
            }
            means
        };
        let (test, mut train) = (means(true), means(false));
        if let Some(precision) = &precision {
            train = train.dot(precision);
        }
        let kernel = train.dot(&test.t());
        for ((i, j), value) in sum.indexed_iter_mut() {
            *value += kernel[[i, i]] + kernel[[j, j]] - kernel[[i, j]] - kernel[[j, i]];
        }
    }
    Ok(sum / (folds as f64 * width))
}
