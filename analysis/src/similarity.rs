//! Similarity matrices: every row of a column compared with every other.
//!
//! ```
//! use analysis::{similarity_matrix, Metric};
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["cat", "dog", "car"])?
//!     .with_tensor("Act", arr2(&[[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]).into_dyn(), &["unit"])?;
//! let cosines = similarity_matrix(&table, "Act", Some("Name"), Metric::Cosine)?;
//! assert!((cosines.value(0, 1) - 0.8).abs() < 1e-12);
//! assert_eq!(cosines.labels(), ["cat", "dog", "car"]);
//! # Ok(())
//! # }
//! ```

mod agreement;
mod between;
mod compare;
mod cross;
mod groups;
mod noise;
mod show;
mod table;
mod values;

pub use agreement::Agreement;
pub use between::{crossnobis_between, mahalanobis_between};
pub(crate) use compare::products_over;
pub(crate) use cross::compare_across;
pub use cross::{CrossSimilarity, cross_similarity, row_similarity};
pub use groups::GroupMeans;
pub use noise::{Noise, crossnobis_matrix, mahalanobis_distance, mahalanobis_matrix};

use std::{collections::BTreeMap, fmt::Display};

use etable::{View, interrupt};
use ndarray::{ArcArray2, Array2, ArrayView2};

use self::{
    compare::{compare_rows, compare_single, suits_single},
    values::Values,
};
use crate::{
    AnalysisError, Metric, NanPolicy, Result,
    linear::{are_finite, one_thread},
    metric::LARGEST,
    rows::{check_size, complete_positions, read_labels, read_matrix, read_single},
};

const ANALYSIS: &str = "a similarity matrix";

/// A square matrix of comparisons, with what it was made from.
///
/// Entry `[i, j]` compares item i with item j; for the one metric that is not symmetric
/// ([`Metric::CrossEntropy`]) i is the target and j the prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarityMatrix {
    values: Values,
    labels: Vec<String>,
    metric: Metric,
    column: String,
    nan_policy: NanPolicy,
    /// What else it was made with, by name: see [`detail`](Self::detail).
    details: BTreeMap<&'static str, String>,
    /// Whether `values` equal their transpose to the bit.
    mirrored: bool,
}

/// What a matrix may be made with beyond column, metric and NaN policy.
const DETAILS: [&str; 4] = ["condition", "fold", "linkage", "noise"];

/// The share of the largest entry by which the two directions of a symmetric metric may differ:
/// what is left of rounding in `f32`.
const ASYMMETRY: f64 = 1e-5;

/// Refuses a matrix whose two directions differ by more than rounding.
fn check_symmetric(values: &Array2<f64>, what: impl Display) -> Result<()> {
    let largest = values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    let differ = |entry: &((usize, usize), &f64)| {
        let ((row, column), &value) = *entry;
        let mirrored = values[[column, row]];
        // Infinite entries and NaN are equal to their like only.
        let same = value == mirrored || (value.is_nan() && mirrored.is_nan());
        let near = (value - mirrored).abs() <= ASYMMETRY * largest;
        !same && !near
    };
    match values.indexed_iter().find(differ) {
        None => Ok(()),
        Some(((row, column), &value)) => Err(AnalysisError::NotSymmetric {
            what: what.to_string(),
            row,
            column,
            value,
            mirrored: values[[column, row]],
        }),
    }
}

/// Compares every row of `column` with every other by `metric`.
///
/// - `view`: the rows to compare, n of them; a table counts as a view of all its rows.
/// - `column`: a numeric column; a tensor cell is compared as a flat vector of its values.
/// - `labels`: the scalar column that names the items, or `None` for row numbers from 0.
///
/// NaN is refused; see [`similarity_matrix_with`] to skip it. Time O(n² d) for cells of d values:
/// a product of matrices for the metrics that allow it, all pairs for the others, in parallel; the
/// result does not depend on the number of threads. Cosines and correlations of 1000 and more rows
/// of `f32` are computed and kept in `f32` and right to 10⁻⁶, unless some are above 0.99; all else is
/// in `f64`.
///
/// # Errors
///
/// [`AnalysisError::Table`] for a missing or non-numeric column, [`AnalysisError::TooFewRows`] for
/// an empty view, [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
/// [`AnalysisError::NotOfTwoVectors`] for the metrics that need a covariance,
/// [`AnalysisError::Interrupted`].
pub fn similarity_matrix(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    metric: Metric,
) -> Result<SimilarityMatrix> {
    similarity_matrix_with(view, column, labels, metric, NanPolicy::Error)
}

/// As [`similarity_matrix`], with a choice of what NaN means.
///
/// # Errors
///
/// As [`similarity_matrix`], and [`AnalysisError::NoSharedValues`] if two rows have no position
/// where both hold a number; [`AnalysisError::AllMissing`] if no position is without NaN in all;
/// [`AnalysisError::NotOfTwoVectors`] for the metrics that need a covariance.
pub fn similarity_matrix_with(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    metric: Metric,
    policy: NanPolicy,
) -> Result<SimilarityMatrix> {
    similarity_matrix_with_view(&view.into(), column, labels, metric, policy)
}

fn similarity_matrix_with_view(
    view: &View,
    column: &str,
    labels: Option<&str>,
    metric: Metric,
    policy: NanPolicy,
) -> Result<SimilarityMatrix> {
    metric.check_of_two_vectors()?;
    let name = column.to_string();
    let labels = read_labels(view, labels)?;
    let rows = view.clone();
    let values = interrupt::run(move || compare_column(&rows, &name, metric, policy))??;
    let (nan_policy, mirrored) = (policy, metric.is_symmetric());
    let (column, details) = (column.to_string(), BTreeMap::new());
    Ok(SimilarityMatrix { values, labels, metric, column, nan_policy, details, mirrored })
}

fn compare_column(view: &View, column: &str, metric: Metric, policy: NanPolicy) -> Result<Values> {
    check_size(view, column, ANALYSIS, 1)?;
    if suits_single(view.n_rows(), metric)
        && let Some(values) =
            read_single(view, column).and_then(|rows| compare_single(rows, metric))
    {
        return Ok(values.into());
    }
    let mut rows = read_matrix(view, column, ANALYSIS, 1, policy)?;
    if policy == NanPolicy::SkipPositions {
        rows = complete_positions(rows, column)?;
    }
    compare_rows(&rows, metric).map(Values::from)
}

impl SimilarityMatrix {
    /// A matrix computed elsewhere: `values` is `[n, n]`, one label per item. An entry may be NaN,
    /// as a comparison that is missing; analyses that need it will refuse it.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::NotSquare`]; [`AnalysisError::TooFew`] when n is 0;
    /// [`AnalysisError::NotSymmetric`] if the two directions differ by more than rounding though
    /// the metric is [symmetric](Metric::is_symmetric).
    pub fn from_values(
        values: Array2<f64>,
        labels: Vec<String>,
        metric: Metric,
        column: impl Into<String>,
    ) -> Result<Self> {
        let (rows, columns) = values.dim();
        if rows != columns || rows != labels.len() {
            return Err(AnalysisError::NotSquare { rows, columns, labels: labels.len() });
        }
        if rows == 0 {
            let (what, found) = ("items", 0);
            return Err(AnalysisError::TooFew { analysis: ANALYSIS, what, found, needed: 1 });
        }
        // Analyses of matrices come by here before they call OpenBLAS.
        one_thread();
        let values = values.as_standard_layout().into_owned();
        let mirrored = metric.is_symmetric() && values == values.t();
        if metric.is_symmetric() && !mirrored {
            check_symmetric(&values, metric)?;
        }
        let (values, nan_policy, column) = (values.into(), NanPolicy::Error, column.into());
        let details = BTreeMap::new();
        Ok(SimilarityMatrix { values, labels, metric, column, nan_policy, details, mirrored })
    }

    /// The same matrix with something else that it was made with.
    pub(crate) fn with_detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.insert(name, value.into());
        self
    }

    /// The values, `[n, n]`; where they are kept in `f32`, a copy of these that is made once.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.wide().view()
    }

    /// The comparison of item `row` with item `column`.
    ///
    /// # Panics
    ///
    /// If either index is not below [`len`](Self::len).
    #[track_caller]
    pub fn value(&self, row: usize, column: usize) -> f64 {
        self.values.get(row, column)
    }

    /// The values for work on another thread, the same in both directions: without a copy if they
    /// are so, else the means of the two.
    pub(crate) fn shared_mirrored(&self) -> ArcArray2<f64> {
        match self.mirrored {
            true => self.values.wide().clone(),
            false => {
                let values = self.values.wide();
                let mean = (values + &values.t()) / 2.0;
                mean.as_standard_layout().into_owned().into_shared()
            }
        }
    }

    /// Number of items, n.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Never true: a matrix has at least one item.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Names of the items, in the order of the rows.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How the items were compared.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The column the values came from.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// What was done about NaN.
    pub fn nan_policy(&self) -> NanPolicy {
        self.nan_policy
    }

    /// What else the matrix was made with: the `noise` of Mahalanobis and crossnobis distances, the
    /// columns `condition` and `fold` of the latter, the `linkage` of cophenetic ones.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str)
    }

    /// The labels with repeats blanked: of consecutive equal labels only the first is kept.
    pub fn blank_repeats(&self) -> Vec<&str> {
        let mut previous: Option<&str> = None;
        let mut kept = Vec::with_capacity(self.labels.len());
        for label in &self.labels {
            kept.push(if previous == Some(label) { "" } else { label.as_str() });
            previous = Some(label);
        }
        kept
    }

    /// The same matrix with items of equal label brought together.
    ///
    /// Labels come in alphabetical order; items of one label keep their order.
    pub fn sorted_by_group(&self) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|&a, &b| self.labels[a].cmp(&self.labels[b]));
        self.select(&order)
    }

    /// The items at the given positions, in that order (the leaf order of a dendrogram, say).
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if a position does not exist, or there is none.
    pub fn reordered(&self, order: &[usize]) -> Result<Self> {
        match order.iter().find(|&&item| item >= self.len()) {
            Some(item) => Err(AnalysisError::invalid(
                "order",
                item,
                format!("positions below {}", self.len()),
            )),
            None if order.is_empty() => {
                Err(AnalysisError::invalid("order", "empty", "at least one position"))
            }
            None => Ok(self.select(order)),
        }
    }

    fn select(&self, order: &[usize]) -> Self {
        SimilarityMatrix {
            values: self.values.select(order),
            labels: order.iter().map(|&item| self.labels[item].clone()).collect(),
            metric: self.metric,
            column: self.column.clone(),
            nan_policy: self.nan_policy,
            details: self.details.clone(),
            mirrored: self.mirrored,
        }
    }

    /// A heat map of the matrix: [`heat_map`](crate::heat_map).
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<crate::Figure> {
        crate::heat_map(self)
    }

    /// Refuses similarities, and entries that cannot be computed with.
    pub(crate) fn check_distances(&self) -> Result<()> {
        if !self.metric.is_distance() {
            return Err(AnalysisError::NotADistance { metric: self.metric });
        }
        self.check_squares()
    }

    /// As [`check_distances`](Self::check_distances), and refuses distances below 0, such as
    /// crossnobis has between what hardly differs. Those by which differences of rounded numbers
    /// miss 0 do not count.
    pub(crate) fn check_lengths(&self) -> Result<()> {
        self.check_distances()?;
        let largest = self.values.wide().iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let off_diagonal = |((row, column), _): &((usize, usize), &f64)| row != column;
        let mut entries = self.values.wide().indexed_iter().filter(off_diagonal);
        let Some(((row, position), &value)) = entries.find(|(_, value)| **value < -1e-9 * largest)
        else {
            return Ok(());
        };
        Err(AnalysisError::NegativeDistance {
            metric: self.metric,
            row_label: self.labels[row].clone(),
            position_label: self.labels[position].clone(),
            value,
        })
    }

    pub(crate) fn check_finite(&self) -> Result<()> {
        if self.values.wide().rows().into_iter().all(|row| row.as_slice().is_some_and(are_finite)) {
            return Ok(());
        }
        let bad = self.values.wide().indexed_iter().find(|(_, value)| !value.is_finite());
        let Some(((row, position), &value)) = bad else { return Ok(()) };
        Err(AnalysisError::EntryNotFinite {
            column: self.column.clone(),
            row,
            row_label: self.labels[row].clone(),
            position,
            position_label: self.labels[position].clone(),
            value,
        })
    }

    /// Refuses entries whose squares cannot be added, and those that are not numbers.
    pub(crate) fn check_squares(&self) -> Result<()> {
        if self.values.wide().iter().fold(true, |all, value| all & (value.abs() <= LARGEST)) {
            return Ok(());
        }
        self.check_finite()?;
        let what = format!("the square of a {} of column `{}`", self.metric, self.column);
        Err(AnalysisError::OutOfRange { what })
    }

    pub(crate) fn heading(&self) -> String {
        let mut text = format!("{} of {}, {} items", self.metric.name(), self.column, self.len());
        for (name, value) in &self.details {
            text += &format!(", {name} {value}");
        }
        if self.nan_policy != NanPolicy::Error {
            text += &format!(", NaN: {:?}", self.nan_policy);
        }
        text
    }
}
