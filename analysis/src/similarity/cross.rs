//! Two columns compared: all rows of one with all of another, or row by row.

use std::{collections::BTreeMap, fmt};

use etable::{Table, View, interrupt};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::show::{html_of, text_of};
use crate::{
    AnalysisError, Figure, Metric, NanPolicy, Result, heat_map_of,
    rows::{check_width, read_labels, read_matrix},
};

const ANALYSIS: &str = "a comparison of two columns";

/// A matrix of comparisons between the rows of one column and those of another, with what it was
/// made from: entry `[i, j]` compares row i of the first with row j of the second.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossSimilarity {
    values: Array2<f64>,
    labels: [Vec<String>; 2],
    columns: [String; 2],
    metric: Metric,
    nan_policy: NanPolicy,
    /// What else it was made with, by name: see [`detail`](Self::detail).
    details: BTreeMap<&'static str, String>,
}

/// Compares every row of a column with every row of another, of the same table or of two.
///
/// - `a`, `b`: the rows to compare, n and m of them.
/// - `column_a`, `column_b`: numeric columns with cells of one length; a tensor cell is compared as
///   a flat vector of its values. For the one metric that is not symmetric
///   ([`Metric::CrossEntropy`]) those of `a` are the targets.
/// - `labels`: the scalar columns that name the rows of `a` and of `b`, `None` for numbers from 0.
/// - `policy`: what NaN means; with [`NanPolicy::SkipPositions`] a position counts if no row of
///   either has NaN there.
///
/// Time O(n m d) for cells of d values, in parallel; the result does not depend on the number of
/// threads.
///
/// ```
/// use analysis::{Metric, NanPolicy, cross_similarity};
/// use etable::{Table, ndarray::arr2};
/// let rows = |values| Table::new().with_tensor("Act", arr2(values).into_dyn(), &["unit"]);
/// let before = rows(&[[1.0, 0.0], [0.0, 1.0]])?.with_column("Name", ["cat", "car"])?;
/// let after = rows(&[[0.6, 0.8], [0.0, 2.0], [3.0, 0.0]])?;
/// let labels = [Some("Name"), None];
/// let found =
///     cross_similarity(&before, "Act", &after, "Act", labels, Metric::Cosine, NanPolicy::Error)?;
/// assert_eq!(found.values().dim(), (2, 3));
/// assert!((found.value(1, 0) - 0.8).abs() < 1e-12);
/// assert_eq!(found.row_labels(), ["cat", "car"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::Table`] for a missing or non-numeric column, [`AnalysisError::TooFewRows`] for
/// an empty view, [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
/// [`AnalysisError::TooLarge`], [`AnalysisError::WidthMismatch`] if the cells of the two differ in
/// length, [`AnalysisError::NoSharedValues`] if two rows have no position where both hold a number,
/// [`AnalysisError::AllMissing`] if no position is without NaN in all,
/// [`AnalysisError::NotOfTwoVectors`] for the metrics that need more than two vectors,
/// [`AnalysisError::Interrupted`].
pub fn cross_similarity(
    a: impl Into<View>,
    column_a: &str,
    b: impl Into<View>,
    column_b: &str,
    labels: [Option<&str>; 2],
    metric: Metric,
    policy: NanPolicy,
) -> Result<CrossSimilarity> {
    let views = [a.into(), b.into()];
    cross_similarity_of_views(&views, [column_a, column_b], labels, metric, policy)
}

fn cross_similarity_of_views(
    views: &[View; 2],
    columns: [&str; 2],
    labels: [Option<&str>; 2],
    metric: Metric,
    policy: NanPolicy,
) -> Result<CrossSimilarity> {
    let [a, b] = views;
    metric.check_of_two_vectors()?;
    let (rows, others) = read_two((a, columns[0]), (b, columns[1]), policy)?;
    let labels = [read_labels(a, labels[0])?, read_labels(b, labels[1])?];
    let values = interrupt::run(move || compare_across(&rows, &others, metric))??;
    let found = CrossSimilarity::from_values(values, labels, columns, metric);
    Ok(CrossSimilarity { nan_policy: policy, ..found })
}

/// Compares two columns row by row: every cell of `a` with the cell of `b` beside it, such as what
/// a layer expected with what came.
///
/// A row for each row of the view: `Row`, its number from 0, and `Value`. Metric, columns and NaN
/// policy are in the table's metadata.
///
/// ```
/// use analysis::{Metric, NanPolicy, row_similarity};
/// use etable::{Table, ndarray::arr2};
/// let log = Table::new()
///     .with_tensor("ActM", arr2(&[[1.0, 0.0], [3.0, 4.0]]).into_dyn(), &["unit"])?
///     .with_tensor("ActP", arr2(&[[1.0, 1.0], [6.0, 8.0]]).into_dyn(), &["unit"])?;
/// let distances = row_similarity(&log, "ActM", "ActP", Metric::Euclidean, NanPolicy::Error)?;
/// assert_eq!(distances.numbers("Value")?, [1.0, 5.0]);
/// assert_eq!(distances.metadata()["metric"], "Euclidean");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of [`cross_similarity`].
pub fn row_similarity(
    view: impl Into<View>,
    a: &str,
    b: &str,
    metric: Metric,
    policy: NanPolicy,
) -> Result<Table> {
    row_similarity_view(&view.into(), a, b, metric, policy)
}

fn row_similarity_view(
    view: &View,
    a: &str,
    b: &str,
    metric: Metric,
    policy: NanPolicy,
) -> Result<Table> {
    metric.check_of_two_vectors()?;
    let (rows, others) = read_two((view, a), (view, b), policy)?;
    let values = interrupt::run(move || {
        let pair = |row| compare_or_nan(slice(&rows, row), slice(&others, row), metric);
        (0..rows.nrows()).into_par_iter().map(pair).collect::<Vec<f64>>()
    })?;
    if let Some(row) = values.iter().position(|value| value.is_nan()) {
        return Err(AnalysisError::NoSharedValues { left: row, right: row });
    }
    let numbers: Vec<i64> = (0..values.len() as i64).collect();
    let mut table = Table::new().with_column("Row", numbers)?.with_column("Value", values)?;
    record(&mut table, [a, b], metric, policy);
    Ok(table)
}

/// Two columns to be compared, with cells of one length.
pub(super) fn read_two(
    (a, column_a): (&View, &str),
    (b, column_b): (&View, &str),
    policy: NanPolicy,
) -> Result<(Array2<f64>, Array2<f64>)> {
    let mut rows = read_matrix(a, column_a, ANALYSIS, 1, policy)?;
    let mut others = read_matrix(b, column_b, ANALYSIS, 1, policy)?;
    check_width(column_b, others.ncols(), rows.ncols())?;
    if policy == NanPolicy::SkipPositions {
        let present = |position: &usize| {
            let column =
                |values: &Array2<f64>| !values.column(*position).iter().any(|v| v.is_nan());
            column(&rows) && column(&others)
        };
        let kept: Vec<usize> = (0..rows.ncols()).filter(present).collect();
        if kept.is_empty() {
            return Err(AnalysisError::AllMissing { column: column_a.to_string() });
        }
        let select =
            |values: Array2<f64>| values.select(Axis(1), &kept).as_standard_layout().into_owned();
        (rows, others) = (select(rows), select(others));
    }
    Ok((rows, others))
}

fn slice(rows: &Array2<f64>, index: usize) -> &[f64] {
    rows.row(index).to_slice().expect("rows are in standard layout")
}

/// All rows of one matrix compared with all of another, `[rows, others]`; both in standard layout.
pub(crate) fn compare_across(
    rows: &Array2<f64>,
    others: &Array2<f64>,
    metric: Metric,
) -> Result<Array2<f64>> {
    let mut values = Array2::zeros((rows.nrows(), others.nrows()));
    values.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(left, mut out)| {
        for (right, out) in out.iter_mut().enumerate() {
            *out = compare_or_nan(slice(rows, left), slice(others, right), metric);
        }
    });
    match values.indexed_iter().find(|(_, value)| value.is_nan()) {
        Some(((left, right), _)) => Err(AnalysisError::NoSharedValues { left, right }),
        None => Ok(values),
    }
}

/// NaN marks a pair that shares no value: inputs are finite, so no metric returns it.
fn compare_or_nan(a: &[f64], b: &[f64], metric: Metric) -> f64 {
    metric.compare_checked(a, b).unwrap_or(f64::NAN)
}

/// Writes down how values were made.
fn record(table: &mut Table, columns: [&str; 2], metric: Metric, policy: NanPolicy) {
    let metadata = table.metadata_mut();
    metadata.insert("metric".into(), format!("{metric:?}"));
    metadata.insert("source".into(), columns[0].to_string());
    metadata.insert("compared with".into(), columns[1].to_string());
    metadata.insert("NaN policy".into(), format!("{policy:?}"));
}

impl CrossSimilarity {
    pub(super) fn from_values(
        values: Array2<f64>,
        labels: [Vec<String>; 2],
        columns: [&str; 2],
        metric: Metric,
    ) -> Self {
        let (columns, nan_policy) = (columns.map(str::to_string), NanPolicy::Error);
        Self { values, labels, columns, metric, nan_policy, details: BTreeMap::new() }
    }

    pub(super) fn with_detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.insert(name, value.into());
        self
    }

    /// What else it was made with: `noise`, and `condition` and `fold` of crossnobis distances.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str)
    }

    /// The values, `[rows of the first, rows of the second]`.
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// The comparison of row `row` of the first column with row `other` of the second.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[track_caller]
    pub fn value(&self, row: usize, other: usize) -> f64 {
        self.values[[row, other]]
    }

    /// Names of the rows of the first column.
    pub fn row_labels(&self) -> &[String] {
        &self.labels[0]
    }

    /// Names of the rows of the second column.
    pub fn column_labels(&self) -> &[String] {
        &self.labels[1]
    }

    /// How rows were compared.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The two columns that the values came from.
    pub fn columns(&self) -> [&str; 2] {
        [&self.columns[0], &self.columns[1]]
    }

    /// What was done about NaN.
    pub fn nan_policy(&self) -> NanPolicy {
        self.nan_policy
    }

    /// One row per row of the first column: its `Label`, and the tensor `Value` of its comparisons
    /// with all rows of the second. Metric, columns, NaN policy and the labels of the second (as
    /// JSON) are in the metadata.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new().with_column("Label", self.labels[0].clone())?.with_tensor(
            "Value",
            self.values.clone().into_dyn(),
            &["item"],
        )?;
        record(&mut table, self.columns(), self.metric, self.nan_policy);
        for (name, value) in &self.details {
            table.metadata_mut().insert((*name).into(), value.clone());
        }
        let labels = serde_json::Value::from(self.labels[1].clone()).to_string();
        table.metadata_mut().insert("labels".into(), labels);
        Ok(table)
    }

    /// The values as a heat map, the rows of the first column from the top.
    ///
    /// # Errors
    ///
    /// As [`heat_map_of`].
    pub fn figure(&self) -> Result<Figure> {
        let [rows, columns] = &self.labels;
        let [first, second] = &self.columns;
        Ok(heat_map_of(&self.values, rows, columns, self.metric.name())?
            .title(format!("{first} against {second}: {}", self.metric.name()))
            .x_label(second)
            .y_label(first))
    }

    /// An HTML table, for notebooks; at most 30 rows and columns are spelt out.
    pub fn to_html(&self) -> String {
        html_of(&self.heading(), [self.row_labels(), self.column_labels()], self.values())
    }

    fn heading(&self) -> String {
        let ([first, second], (rows, columns)) = (&self.columns, self.values.dim());
        let mut text =
            format!("{} of {first} and {second}, {rows} x {columns}", self.metric.name());
        if self.nan_policy != NanPolicy::Error {
            text += &format!(", NaN: {:?}", self.nan_policy);
        }
        for (name, value) in &self.details {
            text += &format!(", {name} {value}");
        }
        text
    }
}

impl fmt::Display for CrossSimilarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = [self.row_labels(), self.column_labels()];
        f.write_str(&text_of(&self.heading(), labels, self.values()))
    }
}

#[cfg(test)]
mod tests {
    use etable::ndarray::arr2;

    use super::*;

    fn table(values: Array2<f64>) -> Table {
        Table::new().with_tensor("v", values.into_dyn(), &["unit"]).unwrap()
    }

    #[test]
    fn every_metric_compares_row_with_row() {
        let of = |scale: f64, rows: usize| {
            Array2::from_shape_fn((rows, 5), |(y, x)| ((y * 37 + x * 101) as f64 * scale).fract())
        };
        let (a, b) = (of(0.618, 4), of(0.75488, 6));
        for metric in Metric::ALL {
            let policy = NanPolicy::Error;
            let (ours, theirs) = (table(a.clone()), table(b.clone()));
            let found = cross_similarity(&ours, "v", &theirs, "v", [None; 2], metric, policy);
            let found = found.unwrap();
            for ((i, j), &value) in found.values().indexed_iter() {
                let (x, y) = (a.row(i).to_vec(), b.row(j).to_vec());
                assert_eq!(value, metric.compare(&x, &y, policy).unwrap(), "{metric:?}");
            }
            let both = ours.with_tensor("w", of(0.3, 4).into_dyn(), &["unit"]).unwrap();
            let rows = row_similarity(&both, "v", "w", metric, policy).unwrap();
            let all = cross_similarity(&both, "v", &both, "w", [None; 2], metric, policy).unwrap();
            assert_eq!(rows.numbers("Value").unwrap(), all.values().diag().to_vec());
        }
    }

    #[test]
    fn nan_is_what_the_policy_says() {
        let (a, b) =
            (arr2(&[[1.0, f64::NAN, 3.0]]), arr2(&[[0.0, 0.0, 0.0], [f64::NAN, 1.0, 1.0]]));
        let of = |policy| {
            let metric = Metric::CityBlock;
            let (a, b) = (table(a.clone()), table(b.clone()));
            cross_similarity(a, "v", b, "v", [None; 2], metric, policy)
        };
        assert!(matches!(of(NanPolicy::Error), Err(AnalysisError::NotFinite { .. })));
        let pairs = of(NanPolicy::SkipPairs).unwrap();
        assert_eq!(pairs.values(), arr2(&[[4.0, 2.0]]));
        let positions = of(NanPolicy::SkipPositions).unwrap();
        assert_eq!(positions.values(), arr2(&[[3.0, 2.0]]));
        assert!(positions.to_string().contains("NaN: SkipPositions"));
        assert_eq!(positions.to_table().unwrap().metadata()["NaN policy"], "SkipPositions");
        let apart = table(arr2(&[[f64::NAN, 1.0, f64::NAN]]));
        let alone = cross_similarity(
            table(a.clone()),
            "v",
            apart,
            "v",
            [None; 2],
            Metric::Cosine,
            NanPolicy::SkipPairs,
        );
        assert!(matches!(alone, Err(AnalysisError::NoSharedValues { left: 0, right: 0 })));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let (wide, narrow) = (table(Array2::zeros((2, 3))), table(Array2::zeros((2, 2))));
        let of = |metric| {
            cross_similarity(&wide, "v", &narrow, "v", [None; 2], metric, NanPolicy::Error)
        };
        assert!(matches!(
            of(Metric::Cosine),
            Err(AnalysisError::WidthMismatch { found: 2, expected: 3, .. })
        ));
        assert!(matches!(of(Metric::Crossnobis), Err(AnalysisError::NotOfTwoVectors { .. })));
        let empty = narrow.view().take(&[]).unwrap();
        let none = row_similarity(empty, "v", "v", Metric::Cosine, NanPolicy::Error);
        assert!(matches!(none, Err(AnalysisError::TooFewRows { rows: 0, .. })));
    }

    #[test]
    fn labels_of_both_sides_are_told() {
        let named =
            |names: [&str; 2]| table(arr2(&[[1.0, 0.0], [0.0, 1.0]])).with_column("n", names);
        let (a, b) = (named(["a", "b"]).unwrap(), named(["x", "y"]).unwrap());
        let labels = [Some("n"), Some("n")];
        let metric = Metric::Cosine;
        let found = cross_similarity(&a, "v", &b, "v", labels, metric, NanPolicy::Error).unwrap();
        let table = found.to_table().unwrap();
        assert_eq!(table.metadata()["labels"], r#"["x","y"]"#);
        assert_eq!(table.texts("Label").unwrap(), ["a", "b"]);
        assert!(found.to_html().contains("<th>y</th>") && found.to_string().contains("2 x 2"));
        let svg = found.figure().unwrap().to_svg();
        assert!(svg.contains(">x</text>") && svg.contains(">b</text>"));
    }
}
