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
mod groups;
mod noise;
mod table;

use std::fmt;

pub use agreement::Agreement;
pub use groups::GroupMeans;
pub use noise::{Noise, crossnobis_matrix, mahalanobis_matrix};

use etable::{View, interrupt};
use ndarray::{Array2, ArrayView2, Axis, Zip};

use crate::{
    AnalysisError, Metric, NanPolicy, Result,
    metric::{check_finite, mean},
    text::{escape_xml, short_number},
};

/// Below this share of the squared norms a squared distance taken from inner products has lost
/// digits to cancellation, and is computed again from the differences.
const CANCELLATION: f64 = 1e-4;

/// Cells shorter than this are compared by differences, which is as fast and rounds less.
const SHORTEST_FOR_PRODUCTS: usize = 8;

/// A square matrix of comparisons, with what it was made from.
///
/// Entry `[i, j]` compares item i with item j; for the one metric that is not symmetric
/// ([`Metric::CrossEntropy`]) i is the target and j the prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarityMatrix {
    values: Array2<f64>,
    labels: Vec<String>,
    metric: Metric,
    column: String,
    nan_policy: NanPolicy,
}

/// Compares every row of `column` with every other by `metric`.
///
/// - `view`: the rows to compare, n of them; a table counts as a view of all its rows.
/// - `column`: a numeric column; a tensor cell is compared as a flat vector of its values.
/// - `labels`: the scalar column that names the items, or `None` for row numbers from 0.
///
/// NaN is refused; see [`similarity_matrix_with`] to skip it. Time O(n² d) for cells of d values:
/// one matrix product for the metrics that allow it, all pairs in parallel for the others. The
/// result does not depend on the number of threads.
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
    metric.check_of_two_vectors()?;
    let view = view.into();
    let mut rows = read_matrix(&view, column, "a similarity matrix", 1, policy)?;
    if policy == NanPolicy::SkipPositions {
        rows = complete_positions(rows, column)?;
    }
    let labels = read_labels(&view, labels)?;
    let values = interrupt::run(move || compare_rows(&rows, metric))??;
    let nan_policy = policy;
    Ok(SimilarityMatrix { values, labels, metric, column: column.to_string(), nan_policy })
}

impl SimilarityMatrix {
    /// A matrix computed elsewhere: `values` is `[n, n]`, one label per item.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::NotSquare`]; [`AnalysisError::TooFewRows`] when n is 0.
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
            let analysis = "a similarity matrix";
            return Err(AnalysisError::TooFewRows { analysis, rows, needed: 1 });
        }
        let nan_policy = NanPolicy::Error;
        Ok(SimilarityMatrix { values, labels, metric, column: column.into(), nan_policy })
    }

    /// The values, `[n, n]`.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// The comparison of item `row` with item `column`.
    ///
    /// # Panics
    ///
    /// If either index is not below [`len`](Self::len).
    #[track_caller]
    pub fn value(&self, row: usize, column: usize) -> f64 {
        self.values[[row, column]]
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
            Some(item) => Err(AnalysisError::InvalidArgument {
                argument: "order",
                value: item.to_string(),
                expected: format!("positions below {}", self.len()),
            }),
            None if order.is_empty() => Err(AnalysisError::InvalidArgument {
                argument: "order",
                value: "empty".into(),
                expected: "at least one position".into(),
            }),
            None => Ok(self.select(order)),
        }
    }

    fn select(&self, order: &[usize]) -> Self {
        SimilarityMatrix {
            values: self.values.select(Axis(0), order).select(Axis(1), order),
            labels: order.iter().map(|&item| self.labels[item].clone()).collect(),
            metric: self.metric,
            column: self.column.clone(),
            nan_policy: self.nan_policy,
        }
    }

    /// An HTML table, for notebooks; at most 30 items are spelt out.
    pub fn to_html(&self) -> String {
        let shown = self.len().min(MAXIMUM_SHOWN_HTML);
        let mut html = format!(
            "<table><caption>{}</caption><thead><tr><th></th>",
            escape_xml(&self.heading())
        );
        for label in &self.labels[..shown] {
            html += &format!("<th>{}</th>", escape_xml(label));
        }
        html += "</tr></thead><tbody>";
        for (row, label) in self.labels[..shown].iter().enumerate() {
            html += &format!("<tr><th>{}</th>", escape_xml(label));
            for column in 0..shown {
                html += &format!("<td>{:.3}</td>", self.values[[row, column]]);
            }
            html += "</tr>";
        }
        html += "</tbody></table>";
        if shown < self.len() {
            html += &format!("<p>first {shown} of {} items</p>", self.len());
        }
        html
    }

    /// A heat map of the matrix: [`heat_map`](crate::heat_map).
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<crate::Figure> {
        crate::heat_map(self)
    }

    /// Refuses similarities, and entries that are not numbers.
    pub(crate) fn check_distances(&self) -> Result<()> {
        if !self.metric.is_distance() {
            return Err(AnalysisError::NotADistance { metric: self.metric });
        }
        let bad = self.values.indexed_iter().find(|(_, value)| !value.is_finite());
        match bad {
            None => Ok(()),
            Some(((row, position), &value)) => {
                let column = self.column.clone();
                Err(AnalysisError::NotFinite { column, row, position, value })
            }
        }
    }

    pub(crate) fn heading(&self) -> String {
        format!("{} of {}, {} items", self.metric.name(), self.column, self.len())
    }
}

const MAXIMUM_SHOWN_TEXT: usize = 10;
const MAXIMUM_SHOWN_HTML: usize = 30;

impl fmt::Display for SimilarityMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.len().min(MAXIMUM_SHOWN_TEXT);
        writeln!(f, "{}", self.heading())?;
        let labels: Vec<String> =
            self.labels[..shown].iter().map(|l| l.chars().take(12).collect()).collect();
        let cells: Vec<Vec<String>> = (0..shown)
            .map(|row| (0..shown).map(|c| short_number(self.values[[row, c]])).collect())
            .collect();
        let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
        let stub = widest(&mut labels.iter().map(|label| label.chars().count()));
        let width = widest(&mut cells.iter().flatten().chain(&labels).map(|t| t.chars().count()));
        write!(f, "{:stub$}", "")?;
        for label in &labels {
            write!(f, "  {label:>width$}")?;
        }
        for (label, row) in labels.iter().zip(&cells) {
            write!(f, "\n{label:stub$}")?;
            for cell in row {
                write!(f, "  {cell:>width$}")?;
            }
        }
        if shown < self.len() {
            write!(f, "\n(first {shown} of {} items)", self.len())?;
        }
        Ok(())
    }
}

/// A numeric column as `[rows, values]`, checked for what all analyses need.
pub(crate) fn read_matrix(
    view: &View,
    column: &str,
    analysis: &'static str,
    needed: usize,
    policy: NanPolicy,
) -> Result<Array2<f64>> {
    let rows = view.matrix(column)?;
    if rows.nrows() < needed {
        return Err(AnalysisError::TooFewRows { analysis, rows: rows.nrows(), needed });
    }
    if rows.ncols() == 0 {
        return Err(AnalysisError::EmptyCells { column: column.to_string() });
    }
    let rows = rows.as_standard_layout().into_owned();
    for (index, row) in rows.rows().into_iter().enumerate() {
        let values = row.to_slice().expect("rows of a standard layout are contiguous");
        check_finite(column, index, values, policy)?;
    }
    Ok(rows)
}

/// Rows at the positions where none has NaN.
fn complete_positions(rows: Array2<f64>, column: &str) -> Result<Array2<f64>> {
    let complete: Vec<usize> = (0..rows.ncols())
        .filter(|&position| rows.column(position).iter().all(|value| !value.is_nan()))
        .collect();
    if complete.is_empty() {
        return Err(AnalysisError::AllMissing { column: column.to_string() });
    }
    // Selected columns come in column order, and vectors are read row by row.
    Ok(rows.select(Axis(1), &complete).as_standard_layout().into_owned())
}

/// The labels of a view: a column's cells as text, or row numbers from 0.
pub(crate) fn read_labels(view: &View, labels: Option<&str>) -> Result<Vec<String>> {
    Ok(match labels {
        Some(column) => view.labels(column)?,
        None => (0..view.n_rows()).map(|row| row.to_string()).collect(),
    })
}

/// Compares all rows of `rows` (standard layout, finite or NaN).
pub(crate) fn compare_rows(rows: &Array2<f64>, metric: Metric) -> Result<Array2<f64>> {
    let missing = rows.iter().any(|value| value.is_nan());
    match metric {
        _ if missing => compare_pairs(rows, metric),
        Metric::Euclidean | Metric::SumSquares if rows.ncols() < SHORTEST_FOR_PRODUCTS => {
            compare_pairs(rows, metric)
        }
        Metric::InnerProduct => Ok(gram(rows)),
        Metric::Cosine | Metric::Correlation => Ok(cosines(rows, metric)),
        Metric::InverseCosine | Metric::InverseCorrelation => {
            Ok(cosines(rows, metric).mapv_into(|value| 1.0 - value))
        }
        Metric::Covariance => Ok(gram(&centred(rows)) / rows.ncols() as f64),
        Metric::Euclidean => Ok(squared_distances(rows).mapv_into(f64::sqrt)),
        Metric::SumSquares => Ok(squared_distances(rows)),
        _ => compare_pairs(rows, metric),
    }
}

/// Every pair on its own, rows of the result in parallel.
fn compare_pairs(rows: &Array2<f64>, metric: Metric) -> Result<Array2<f64>> {
    let n = rows.nrows();
    let width = rows.ncols();
    let flat = rows.as_slice().expect("rows are in standard layout");
    let row = |index: usize| &flat[index * width..(index + 1) * width];
    let mut values = Array2::from_elem((n, n), f64::NAN);
    Zip::indexed(values.rows_mut()).par_for_each(|i, mut out| {
        let last = if metric.is_symmetric() { i + 1 } else { n };
        for j in 0..last {
            // NaN marks a pair that shares no value: inputs are finite, so no metric returns it.
            out[j] = metric.compare_checked(row(i), row(j)).unwrap_or(f64::NAN);
        }
    });
    if metric.is_symmetric() {
        mirror_lower(&mut values);
    }
    match values.indexed_iter().find(|(_, value)| value.is_nan()) {
        Some(((left, right), _)) => Err(AnalysisError::NoSharedValues { left, right }),
        None => Ok(values),
    }
}

/// Inner products of all pairs of rows, exactly symmetric.
fn gram(rows: &Array2<f64>) -> Array2<f64> {
    let mut products = rows.dot(&rows.t());
    mirror_lower(&mut products);
    products
}

fn mirror_lower(values: &mut Array2<f64>) {
    for i in 0..values.nrows() {
        for j in 0..i {
            values[[j, i]] = values[[i, j]];
        }
    }
}

/// Rows minus their own means.
fn centred(rows: &Array2<f64>) -> Array2<f64> {
    let mut centred = rows.clone();
    for mut row in centred.rows_mut() {
        let shift = mean(row.as_slice().expect("rows are in standard layout"));
        row -= shift;
    }
    centred
}

/// Cosines or correlations, 0 where a norm is 0, exactly 1 on the rest of the diagonal.
fn cosines(rows: &Array2<f64>, metric: Metric) -> Array2<f64> {
    let correlate = matches!(metric, Metric::Correlation | Metric::InverseCorrelation);
    let mut unit = if correlate { centred(rows) } else { rows.clone() };
    let mut zero = vec![false; rows.nrows()];
    for (mut row, zero) in unit.rows_mut().into_iter().zip(&mut zero) {
        let norm = row.dot(&row).sqrt();
        *zero = norm == 0.0;
        if !*zero {
            row /= norm;
        }
    }
    let mut values = gram(&unit).mapv_into(|value| value.clamp(-1.0, 1.0));
    for (value, zero) in values.diag_mut().iter_mut().zip(zero) {
        *value = if zero { 0.0 } else { 1.0 };
    }
    values
}

/// `|x|² + |y|² − 2xy` after moving the origin to the mean row, which changes no distance but
/// keeps the numbers small; near pairs, where that cancels, from their differences.
fn squared_distances(rows: &Array2<f64>) -> Array2<f64> {
    let n = rows.nrows();
    let mut moved = rows.clone();
    if let Some(mean) = rows.mean_axis(Axis(0)) {
        moved -= &mean;
    }
    let products = gram(&moved);
    let mut values = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..i {
            let norms = products[[i, i]] + products[[j, j]];
            let mut square = norms - 2.0 * products[[i, j]];
            if square < CANCELLATION * norms {
                square = rows.row(i).iter().zip(rows.row(j)).map(|(x, y)| (x - y).powi(2)).sum();
            }
            values[[i, j]] = square;
            values[[j, i]] = square;
        }
    }
    values
}
