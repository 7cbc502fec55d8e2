//! The softmax decoder.

use std::fmt;

use etable::{Table, View, interrupt};
use linfa::{Dataset, traits::Fit};
use linfa_logistic::{MultiFittedLogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{Confusion, check_penalty, splits};
use crate::{
    AnalysisError, Figure, NanPolicy, Result,
    decompose::loadings,
    error::require,
    probability::{normalise, place_of_largest},
    random::SplitMix64,
    rows::{group_rows, read_like, read_matrix},
    tensor_grid,
};

const ANALYSIS: &str = "a decoder";
const MAXIMUM_ITERATIONS: u64 = 5000;
const GRADIENT_TOLERANCE: f64 = 1e-6;

/// A decoder of categories from the units of a column:
///
/// ```text
/// p(c | x) = exp(w_c · x + b_c) / Σ exp(w_k · x + b_k)
/// ```
///
/// fitted by the least `−Σ ln p(category of row | row) + penalty/2 Σ w²` (linfa's multinomial
/// logistic regression; with penalty λ scikit-learn's of `C = 1/λ`). emergent: `decoder.SoftMax`,
/// which descends the same slope sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftmaxDecoder {
    categories: Vec<String>,
    weights: Array2<f64>,
    intercepts: Array1<f64>,
    /// The shape of the cells of the fit.
    shape: Vec<usize>,
}

impl SoftmaxDecoder {
    /// Fits a decoder of column `category` from the flat cells of `column`. `penalty` (1, say) keeps
    /// the weights small; it must be above 0, for without it categories that can be told apart
    /// completely have no best weights.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for fewer than two categories, or a penalty that is not
    /// above 0; [`AnalysisError::Table`], [`AnalysisError::TooFewRows`],
    /// [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`];
    /// [`AnalysisError::NoResult`] if the fit does not succeed;
    /// [`AnalysisError::Interrupted`].
    pub fn fit(view: impl Into<View>, column: &str, category: &str, penalty: f64) -> Result<Self> {
        Self::fit_view(&view.into(), column, category, penalty)
    }

    fn fit_view(view: &View, column: &str, category: &str, penalty: f64) -> Result<Self> {
        let rows = read_matrix(view, column, ANALYSIS, 2, NanPolicy::Error)?;
        let labels = view.labels(category)?;
        let shape = view.table().spec(column)?.shape.sizes().to_vec();
        interrupt::run(move || fit_rows(&rows, &labels, &shape, penalty))?
    }

    /// The categories, in alphabetical order.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// Weights, `[categories, values]`.
    pub fn weights(&self) -> ArrayView2<'_, f64> {
        self.weights.view()
    }

    /// Intercepts, `[categories]`; they sum to 0, for only their differences count.
    pub fn intercepts(&self) -> ArrayView1<'_, f64> {
        self.intercepts.view()
    }

    /// The most probable category of every row.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn predict(&self, view: impl Into<View>, column: &str) -> Result<Vec<String>> {
        let rows = self.read(&view.into(), column)?;
        Ok(self.predict_rows(&rows))
    }

    /// The probability of every category, one row per row: a column for each.
    ///
    /// # Errors
    ///
    /// As [`predict`](Self::predict).
    pub fn probabilities(&self, view: impl Into<View>, column: &str) -> Result<Table> {
        self.probabilities_view(&view.into(), column)
    }

    fn probabilities_view(&self, view: &View, column: &str) -> Result<Table> {
        let rows = self.read(view, column)?;
        let mut scores = self.scores(&rows);
        for row in scores.rows_mut() {
            normalise(row);
        }
        let mut table = Table::new();
        for (name, values) in self.categories.iter().zip(scores.columns()) {
            table.add_column(name.clone(), values.to_vec())?;
        }
        Ok(table)
    }

    /// One row per category: `Category`, `Intercept`, and the tensor `Weight` in the shape of the
    /// column's cells.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        Ok(Table::new()
            .with_column("Category", self.categories.clone())?
            .with_column("Intercept", self.intercepts.to_vec())?
            .with_tensor("Weight", loadings(&self.weights, &self.shape), &[])?)
    }

    /// The weights of every category as an image.
    ///
    /// # Errors
    ///
    /// Those of [`tensor_grid`].
    pub fn figure(&self) -> Result<Figure> {
        let grid = tensor_grid(&self.to_table()?, "Weight", Some("Category"))?;
        Ok(grid.title("Weights of a softmax decoder"))
    }

    fn read(&self, view: &View, column: &str) -> Result<Array2<f64>> {
        read_like(view, column, ANALYSIS, self.weights.ncols())
    }

    fn scores(&self, rows: &Array2<f64>) -> Array2<f64> {
        rows.dot(&self.weights.t()) + &self.intercepts
    }

    fn predict_rows(&self, rows: &Array2<f64>) -> Vec<String> {
        let scores = self.scores(rows);
        let best = |row: ArrayView1<'_, f64>| self.categories[place_of_largest(row)].clone();
        scores.rows().into_iter().map(best).collect()
    }
}

impl fmt::Display for SoftmaxDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (categories, values) = self.weights.dim();
        let names = self.categories.join(", ");
        write!(f, "softmax decoder of {categories} categories from {values} values: {names}")
    }
}

fn fit_rows(
    rows: &Array2<f64>,
    labels: &[String],
    shape: &[usize],
    penalty: f64,
) -> Result<SoftmaxDecoder> {
    check_penalty(penalty)?;
    let mut categories = labels.to_vec();
    categories.sort();
    categories.dedup();
    require(categories.len() > 1, "categories", categories.len(), "at least 2")?;
    let places: Array1<usize> = labels
        .iter()
        .map(|label| categories.binary_search(label).expect("every label is a category"))
        .collect();
    let failed = |message: String| AnalysisError::NoResult { analysis: ANALYSIS, message };
    let model: MultiFittedLogisticRegression<f64, usize> = MultiLogisticRegression::default()
        .alpha(penalty)
        .max_iterations(MAXIMUM_ITERATIONS)
        .gradient_tolerance(GRADIENT_TOLERANCE)
        .fit(&Dataset::new(rows.clone(), places))
        .map_err(|error| failed(error.to_string()))?;
    let weights = model.params().t().as_standard_layout().into_owned();
    let mut intercepts = model.intercept().to_owned();
    if weights.iter().chain(&intercepts).any(|value| !value.is_finite()) {
        return Err(failed("the weights left the range of numbers".into()));
    }
    let centre = intercepts.mean().unwrap_or(0.0);
    intercepts -= centre;
    Ok(SoftmaxDecoder { categories, weights, intercepts, shape: shape.to_vec() })
}

/// How well categories can be decoded from rows that the decoder was not fitted to: each of `folds`
/// parts of the rows is decoded by a [`SoftmaxDecoder`] fitted to the others.
///
/// Every part has its share of every category; which rows come into which part is drawn with
/// `seed`.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] for fewer than two folds, or more than the rarest category has
/// rows; those of [`SoftmaxDecoder::fit`].
pub fn cross_validate(
    view: impl Into<View>,
    column: &str,
    category: &str,
    penalty: f64,
    folds: usize,
    seed: u64,
) -> Result<Confusion> {
    cross_validate_view(&view.into(), column, category, penalty, folds, seed)
}

fn cross_validate_view(
    view: &View,
    column: &str,
    category: &str,
    penalty: f64,
    folds: usize,
    seed: u64,
) -> Result<Confusion> {
    let rows = read_matrix(view, column, ANALYSIS, 2, NanPolicy::Error)?;
    let labels = view.labels(category)?;
    let (_, members) = group_rows(&labels);
    let rarest = members.iter().map(Vec::len).min().unwrap_or(0);
    let expected = format!("from 2 to the {rarest} rows of the rarest category");
    require((2..=rarest).contains(&folds), "folds", folds, expected)?;
    let mut random = SplitMix64::new(seed);
    let mut fold_of = vec![0; labels.len()];
    let mut next = 0;
    for mut group in members {
        random.shuffle(&mut group);
        for row in group {
            fold_of[row] = next % folds;
            next += 1;
        }
    }
    interrupt::run(move || {
        let mut predicted = vec![String::new(); labels.len()];
        for (train, test) in splits(&fold_of, folds) {
            let of_train: Vec<String> = train.iter().map(|&row| labels[row].clone()).collect();
            let decoder = fit_rows(&rows.select(Axis(0), &train), &of_train, &[], penalty)?;
            let found = decoder.predict_rows(&rows.select(Axis(0), &test));
            for (row, category) in test.into_iter().zip(found) {
                predicted[row] = category;
            }
        }
        Confusion::new(&labels, &predicted)
    })?
}
