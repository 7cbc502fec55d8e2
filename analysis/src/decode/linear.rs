//! The linear decoder.

use std::fmt;

use etable::{Table, View, interrupt};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use ndarray_linalg::{FactorizeC, SolveC, UPLO};

use super::{check_penalty, splits};
use crate::{
    AnalysisError, Figure, NanPolicy, Result,
    decompose::{linear_algebra, loadings},
    error::require,
    random::SplitMix64,
    rows::{check_width, column_means, read_like, read_matrix},
    tensor_grid,
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
    /// The shape of the cells that are decoded, and of those of the targets.
    shapes: [Vec<usize>; 2],
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
        let shape = |name| Ok::<_, AnalysisError>(view.table().spec(name)?.shape.sizes().to_vec());
        let shapes = [shape(column)?, shape(target)?];
        interrupt::run(move || fit_rows(rows.view(), targets.view(), shapes, penalty))?
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
        let rows = read_like(view, column, ANALYSIS, self.weights.ncols())?;
        let sizes = [&[rows.nrows()], self.shapes[1].as_slice()].concat();
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
        check_width(column, rows.ncols(), self.weights.ncols())?;
        check_width(target, targets.ncols(), self.weights.nrows())?;
        share_explained(&targets, &self.predict_rows(rows.view()))
    }

    /// One row per target: `Target`, its place among the flat values of a cell from 0, `Intercept`,
    /// and the tensor `Weight` in the shape of the column's cells.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        Ok(Table::new()
            .with_column("Target", (0..self.weights.nrows() as i64).collect::<Vec<_>>())?
            .with_column("Intercept", self.intercepts.to_vec())?
            .with_tensor("Weight", loadings(&self.weights, &self.shapes[0]), &[])?)
    }

    /// The weights of every target as an image.
    ///
    /// # Errors
    ///
    /// Those of [`tensor_grid`].
    pub fn figure(&self) -> Result<Figure> {
        let grid = tensor_grid(&self.to_table()?, "Weight", Some("Target"))?;
        Ok(grid.title("Weights of a linear decoder"))
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
    let expected = format!("from 2 to half the {n} rows");
    require((2..=n / 2).contains(&folds), "folds", folds, expected)?;
    let mut order: Vec<usize> = (0..n).collect();
    SplitMix64::new(seed).shuffle(&mut order);
    let mut fold_of = vec![0; n];
    for (place, row) in order.into_iter().enumerate() {
        fold_of[row] = ((place + 1) * folds - 1) / n;
    }
    interrupt::run(move || {
        let mut predicted = Array2::zeros(targets.dim());
        for (train, test) in splits(&fold_of, folds) {
            let part = |matrix: &Array2<f64>, of: &[usize]| matrix.select(Axis(0), of);
            let (known, answers) = (part(&rows, &train), part(&targets, &train));
            let decoder = fit_rows(known.view(), answers.view(), [vec![], vec![]], penalty)?;
            let found = decoder.predict_rows(part(&rows, &test).view());
            for (row, found) in test.into_iter().zip(found.rows()) {
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
    let all = squares(targets - &column_means(targets));
    if all == 0.0 {
        return Err(AnalysisError::NoVariance { analysis: ANALYSIS });
    }
    Ok(1.0 - squares(targets - predicted) / all)
}

impl fmt::Display for LinearDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (targets, values) = self.weights.dim();
        write!(f, "linear decoder of {targets} numbers from {values} values")
    }
}

fn fit_rows(
    rows: ArrayView2<'_, f64>,
    targets: ArrayView2<'_, f64>,
    shapes: [Vec<usize>; 2],
    penalty: f64,
) -> Result<LinearDecoder> {
    check_penalty(penalty)?;
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
    Ok(LinearDecoder { weights, intercepts, shapes })
}
