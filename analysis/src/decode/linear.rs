//! The linear decoder.

use std::ops::Range;

use etable::{Table, View, interrupt};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use ndarray_linalg::{FactorizeC, SolveC, UPLO};

use crate::{
    AnalysisError, NanPolicy, Result, decompose::linear_algebra, random::SplitMix64,
    rows::read_matrix,
};

const ANALYSIS: &str = "a linear decoder";

/// A decoder of numbers, one or a tensor of them, from the units of a column:
///
/// ```text
/// y = W x + b
/// ```
///
/// fitted by the least `Σ |y − W x − b|² + penalty Σ w²` (ridge regression; the intercepts are not
/// penalised). emergent: `decoder.Linear`, which descends the same slope sample by sample.
///
/// ```
/// use analysis::LinearDecoder;
/// use etable::{Table, ndarray::arr2};
/// let rows = arr2(&[[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]).into_dyn();
/// let log = Table::new()
///     .with_column("Angle", [1.0, 2.0, 5.0, 6.0])? // 2 x₀ − x₁ + 2, but for the third
///     .with_tensor("Hidden", rows, &["unit"])?;
/// let decoder = LinearDecoder::fit(&log, "Hidden", "Angle", 1e-9)?;
/// assert!(decoder.r_squared(&log, "Hidden", "Angle")? > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LinearDecoder {
    weights: Array2<f64>,
    intercepts: Array1<f64>,
    shape: Vec<usize>,
}

impl LinearDecoder {
    /// Fits a decoder of the numeric column `target` from the flat cells of `column`. `penalty` (1,
    /// say) keeps the weights small; it must be above 0, for without it units that depend on each
    /// other have no best weights.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for a penalty that is not above 0;
    /// [`AnalysisError::Table`], [`AnalysisError::TooFewRows`] below two rows,
    /// [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`];
    /// [`AnalysisError::LinearAlgebra`]; [`AnalysisError::Interrupted`].
    pub fn fit(view: impl Into<View>, column: &str, target: &str, penalty: f64) -> Result<Self> {
        Self::fit_view(&view.into(), column, target, penalty)
    }

    fn fit_view(view: &View, column: &str, target: &str, penalty: f64) -> Result<Self> {
        let (rows, targets) = read(view, column, target)?;
        let shape = view.table().spec(target)?.shape.sizes().to_vec();
        interrupt::run(move || fit_rows(rows.view(), targets.view(), shape, penalty))?
    }

    /// Weights, `[targets, values]`.
    pub fn weights(&self) -> ArrayView2<'_, f64> {
        self.weights.view()
    }

    /// Intercepts, `[targets]`.
    pub fn intercepts(&self) -> ArrayView1<'_, f64> {
        self.intercepts.view()
    }

    /// What is decoded from every row: a table with the column `Predicted`, whose cells have the
    /// shape of the target's.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn predict(&self, view: impl Into<View>, column: &str) -> Result<Table> {
        self.predict_view(&view.into(), column)
    }

    fn predict_view(&self, view: &View, column: &str) -> Result<Table> {
        let rows = read_matrix(view, column, ANALYSIS, 1, NanPolicy::Error)?;
        let (found, expected) = (rows.ncols(), self.weights.ncols());
        if found != expected {
            return Err(AnalysisError::WidthMismatch { column: column.into(), found, expected });
        }
        let sizes = [&[rows.nrows()], self.shape.as_slice()].concat();
        let predicted = self.predict_rows(rows.view());
        let predicted = predicted.to_shape(sizes).expect("targets are as long as told");
        Ok(Table::new().with_tensor("Predicted", predicted.into_owned(), &[])?)
    }

    /// Share of the variance of a column that is decoded right: 1 for all, 0 for no better than
    /// guessing the mean, below 0 for worse. Of several targets the variances are added.
    ///
    /// # Errors
    ///
    /// As [`predict`](Self::predict) and for the target; [`AnalysisError::NoVariance`].
    pub fn r_squared(&self, view: impl Into<View>, column: &str, target: &str) -> Result<f64> {
        self.r_squared_view(&view.into(), column, target)
    }

    fn r_squared_view(&self, view: &View, column: &str, target: &str) -> Result<f64> {
        let (rows, targets) = read(view, column, target)?;
        for (name, found, expected) in [
            (column, rows.ncols(), self.weights.ncols()),
            (target, targets.ncols(), self.weights.nrows()),
        ] {
            if found != expected {
                return Err(AnalysisError::WidthMismatch { column: name.into(), found, expected });
            }
        }
        share_explained(&targets, &self.predict_rows(rows.view()))
    }

    fn predict_rows(&self, rows: ArrayView2<'_, f64>) -> Array2<f64> {
        rows.dot(&self.weights.t()) + &self.intercepts
    }
}

/// How well numbers can be decoded from rows that the decoder was not fitted to: each of `folds`
/// parts of the rows, drawn with `seed`, is decoded by a [`LinearDecoder`] fitted to the others. The
/// share of variance decoded right, as [`LinearDecoder::r_squared`] says.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] for fewer than two folds, or more than half the rows; those of
/// [`LinearDecoder::fit`]; [`AnalysisError::NoVariance`].
pub fn cross_validate_linear(
    view: impl Into<View>,
    column: &str,
    target: &str,
    penalty: f64,
    folds: usize,
    seed: u64,
) -> Result<f64> {
    cross_validate_linear_view(&view.into(), column, target, penalty, folds, seed)
}

fn cross_validate_linear_view(
    view: &View,
    column: &str,
    target: &str,
    penalty: f64,
    folds: usize,
    seed: u64,
) -> Result<f64> {
    let (rows, targets) = read(view, column, target)?;
    let n = rows.nrows();
    if folds < 2 || folds > n / 2 {
        return Err(AnalysisError::InvalidArgument {
            argument: "folds",
            value: folds.to_string(),
            expected: format!("from 2 to half the {n} rows"),
        });
    }
    let mut order: Vec<usize> = (0..n).collect();
    SplitMix64::new(seed).shuffle(&mut order);
    interrupt::run(move || {
        let mut predicted = Array2::zeros(targets.dim());
        for fold in 0..folds {
            let test: Range<usize> = fold * n / folds..(fold + 1) * n / folds;
            let train = [&order[..test.start], &order[test.end..]].concat();
            let part = |matrix: &Array2<f64>, of: &[usize]| matrix.select(Axis(0), of);
            let (known, answers) = (part(&rows, &train), part(&targets, &train));
            let decoder = fit_rows(known.view(), answers.view(), vec![], penalty)?;
            let found = decoder.predict_rows(part(&rows, &order[test.clone()]).view());
            for (&row, found) in order[test].iter().zip(found.rows()) {
                predicted.row_mut(row).assign(&found);
            }
        }
        share_explained(&targets, &predicted)
    })?
}

fn read(view: &View, column: &str, target: &str) -> Result<(Array2<f64>, Array2<f64>)> {
    let of = |name: &str| read_matrix(view, name, ANALYSIS, 2, NanPolicy::Error);
    Ok((of(column)?, of(target)?))
}

fn share_explained(targets: &Array2<f64>, predicted: &Array2<f64>) -> Result<f64> {
    let squares = |moved: Array2<f64>| moved.mapv_into(|x| x * x).sum();
    let all = squares(targets - &targets.mean_axis(Axis(0)).expect("there are rows"));
    if all == 0.0 {
        return Err(AnalysisError::NoVariance { analysis: ANALYSIS });
    }
    Ok(1.0 - squares(targets - predicted) / all)
}

fn fit_rows(
    rows: ArrayView2<'_, f64>,
    targets: ArrayView2<'_, f64>,
    shape: Vec<usize>,
    penalty: f64,
) -> Result<LinearDecoder> {
    if !(penalty > 0.0 && penalty.is_finite()) {
        return Err(AnalysisError::InvalidArgument {
            argument: "penalty",
            value: penalty.to_string(),
            expected: "above 0".into(),
        });
    }
    let mean = |matrix: ArrayView2<'_, f64>| matrix.mean_axis(Axis(0)).expect("there are rows");
    let (of_rows, of_targets) = (mean(rows), mean(targets));
    let (x, y) = (&rows - &of_rows, &targets - &of_targets);
    // The smaller of the two systems with the same solution.
    let wide = x.ncols() > x.nrows();
    let mut system = if wide { x.dot(&x.t()) } else { x.t().dot(&x) };
    system.diag_mut().mapv_inplace(|value| value + penalty);
    let factor = system.factorizec(UPLO::Lower).map_err(linear_algebra(ANALYSIS))?;
    let right = if wide { y } else { x.t().dot(&y) };
    let mut solved = Array2::zeros(right.dim());
    for (column, mut out) in right.columns().into_iter().zip(solved.columns_mut()) {
        out.assign(&factor.solvec(&column).map_err(linear_algebra(ANALYSIS))?);
    }
    let weights = if wide { x.t().dot(&solved) } else { solved };
    let weights = weights.t().as_standard_layout().into_owned();
    let intercepts = of_targets - weights.dot(&of_rows);
    Ok(LinearDecoder { weights, intercepts, shape })
}
