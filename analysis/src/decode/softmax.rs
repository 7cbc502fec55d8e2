//! The softmax decoder.

use etable::{Table, View, interrupt};
use linfa::{Dataset, traits::Fit};
use linfa_logistic::{MultiFittedLogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::Confusion;
use crate::{
    AnalysisError, NanPolicy, Result, figure::group_rows, random::SplitMix64, rows::read_matrix,
};

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
    /// [`AnalysisError::LinearAlgebra`] if the fit does not succeed;
    /// [`AnalysisError::Interrupted`].
    pub fn fit(view: impl Into<View>, column: &str, category: &str, penalty: f64) -> Result<Self> {
        Self::fit_view(&view.into(), column, category, penalty)
    }

    fn fit_view(view: &View, column: &str, category: &str, penalty: f64) -> Result<Self> {
        let rows = read_matrix(view, column, "a decoder", 2, NanPolicy::Error)?;
        let labels = view.labels(category)?;
        interrupt::run(move || fit_rows(&rows, &labels, penalty))?
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
        for mut row in scores.rows_mut() {
            // The largest exponent is 0, so that none overflows.
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.mapv_inplace(|score| (score - largest).exp());
            let total = row.sum();
            row /= total;
        }
        let mut table = Table::new();
        for (name, values) in self.categories.iter().zip(scores.columns()) {
            table.add_column(name.clone(), values.to_vec())?;
        }
        Ok(table)
    }

    fn read(&self, view: &View, column: &str) -> Result<Array2<f64>> {
        let rows = read_matrix(view, column, "a decoder", 1, NanPolicy::Error)?;
        let (found, expected) = (rows.ncols(), self.weights.ncols());
        match found == expected {
            true => Ok(rows),
            false => Err(AnalysisError::WidthMismatch { column: column.into(), found, expected }),
        }
    }

    fn scores(&self, rows: &Array2<f64>) -> Array2<f64> {
        rows.dot(&self.weights.t()) + &self.intercepts
    }

    fn predict_rows(&self, rows: &Array2<f64>) -> Vec<String> {
        let scores = self.scores(rows);
        let best = |row: ArrayView1<'_, f64>| {
            // The first of equal scores.
            let best = (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best });
            self.categories[best].clone()
        };
        scores.rows().into_iter().map(best).collect()
    }
}

fn fit_rows(rows: &Array2<f64>, labels: &[String], penalty: f64) -> Result<SoftmaxDecoder> {
    let invalid = |argument, value: String, expected: &str| AnalysisError::InvalidArgument {
        argument,
        value,
        expected: expected.into(),
    };
    if !(penalty > 0.0 && penalty.is_finite()) {
        return Err(invalid("penalty", penalty.to_string(), "above 0"));
    }
    let mut categories = labels.to_vec();
    categories.sort();
    categories.dedup();
    if categories.len() < 2 {
        return Err(invalid("categories", categories.len().to_string(), "at least 2"));
    }
    let places: Array1<usize> = labels
        .iter()
        .map(|label| categories.binary_search(label).expect("every label is a category"))
        .collect();
    let failed = |message: String| AnalysisError::LinearAlgebra { analysis: "a decoder", message };
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
    Ok(SoftmaxDecoder { categories, weights, intercepts })
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
    let rows = read_matrix(view, column, "a decoder", 2, NanPolicy::Error)?;
    let labels = view.labels(category)?;
    let (_, members) = group_rows(&labels);
    let rarest = members.iter().map(Vec::len).min().unwrap_or(0);
    if folds < 2 || folds > rarest {
        return Err(AnalysisError::InvalidArgument {
            argument: "folds",
            value: folds.to_string(),
            expected: format!("from 2 to the {rarest} rows of the rarest category"),
        });
    }
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
        for fold in 0..folds {
            let part = |inside: bool| -> Vec<usize> {
                (0..labels.len()).filter(|&row| (fold_of[row] == fold) == inside).collect()
            };
            let (test, train) = (part(true), part(false));
            let of_train: Vec<String> = train.iter().map(|&row| labels[row].clone()).collect();
            let decoder = fit_rows(&rows.select(Axis(0), &train), &of_train, penalty)?;
            let found = decoder.predict_rows(&rows.select(Axis(0), &test));
            for (row, category) in test.into_iter().zip(found) {
                predicted[row] = category;
            }
        }
        Confusion::new(&labels, &predicted)
    })?
}
