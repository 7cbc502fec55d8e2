//! Columns as matrices, checked for what all analyses need.

use std::collections::HashMap;

use etable::{ElementType, Number, Table, View};
use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::{
    AnalysisError, NanPolicy, Result,
    linear::one_thread,
    metric::{check_finite, mean},
};

/// A numeric column as `[rows, values]`, in standard layout.
pub(crate) fn read_matrix(
    view: &View,
    column: &str,
    analysis: &'static str,
    needed: usize,
    policy: NanPolicy,
) -> Result<Array2<f64>> {
    check_size(view, column, analysis, needed)?;
    let rows = match view.table().spec(column)?.element {
        ElementType::Float32 => gather::<f32>(view, column)?.mapv(f64::from),
        ElementType::Float64 => gather::<f64>(view, column)?,
        _ => view.matrix(column)?,
    };
    for (index, row) in rows.rows().into_iter().enumerate() {
        let values = row.to_slice().expect("rows of a standard layout are contiguous");
        check_finite(column, index, values, policy)?;
    }
    Ok(rows)
}

/// Refuses a view without rows.
pub(crate) fn require_rows(view: &View, analysis: &'static str) -> Result<()> {
    match view.n_rows() {
        0 => Err(AnalysisError::TooFewRows { analysis, rows: 0, needed: 1 }),
        _ => Ok(()),
    }
}

/// Refuses text, too few rows, and cells without values.
pub(crate) fn check_size(
    view: &View,
    column: &str,
    analysis: &'static str,
    needed: usize,
) -> Result<()> {
    let spec = view.table().spec(column)?;
    if spec.element == ElementType::Text {
        // The table's own words.
        view.matrix(column)?;
    }
    let rows = view.n_rows();
    if rows < needed {
        return Err(AnalysisError::TooFewRows { analysis, rows, needed });
    }
    if spec.shape.is_empty() {
        return Err(AnalysisError::EmptyCells { column: column.to_string() });
    }
    // Every analysis comes by here before it calls OpenBLAS.
    one_thread();
    Ok(())
}

fn gather<T: Number>(view: &View, column: &str) -> Result<Array2<T>> {
    let values = view.tensor::<T>(column)?;
    let width = view.table().spec(column)?.shape.len();
    Ok(values.into_shape_with_order((view.n_rows(), width)).expect("cells are as long as told"))
}

/// As [`read_matrix`] for cells that must be as long as those of a fit.
pub(crate) fn read_like(
    view: &View,
    column: &str,
    analysis: &'static str,
    expected: usize,
) -> Result<Array2<f64>> {
    let rows = read_matrix(view, column, analysis, 1, NanPolicy::Error)?;
    check_width(column, rows.ncols(), expected)?;
    Ok(rows)
}

/// Refuses cells of another length than those of a fit.
pub(crate) fn check_width(column: &str, found: usize, expected: usize) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(AnalysisError::WidthMismatch { column: column.into(), found, expected }),
    }
}

/// A column of `f32` as `[rows, values]`, or `None` if it is of another type, has nulls, or holds
/// values that are not finite.
pub(crate) fn read_single(view: &View, column: &str) -> Option<Array2<f32>> {
    let rows = gather::<f32>(view, column).ok()?;
    rows.iter().all(|value| value.is_finite()).then_some(rows)
}

/// A column that is read where it lies: see [`Source::values`].
pub(crate) struct Source {
    view: View,
    column: String,
}

/// The cells of all rows of a table, `[rows, values]`.
pub(crate) enum Values<'a> {
    Single(ArrayView2<'a, f32>),
    Double(ArrayView2<'a, f64>),
}

impl Source {
    /// A numeric column, with at least `needed` rows.
    pub fn new(view: &View, column: &str, analysis: &'static str, needed: usize) -> Result<Self> {
        check_size(view, column, analysis, needed)?;
        let source = Source { view: view.clone(), column: column.to_string() };
        if source.values().is_some() {
            return Ok(source);
        }
        // Of another type, or with nulls that the view may leave out.
        let table = Table::new().with_tensor(column, view.matrix(column)?.into_dyn(), &[])?;
        Ok(Source { view: table.view(), column: column.to_string() })
    }

    /// The cells, unless they must be converted first.
    pub fn values(&self) -> Option<Values<'_>> {
        let table = self.view.table();
        let size = (table.n_rows(), table.spec(&self.column).ok()?.shape.len());
        if let Ok(values) = table.tensor::<f32>(&self.column) {
            return values.into_shape_with_order(size).ok().map(Values::Single);
        }
        let values = table.tensor::<f64>(&self.column).ok()?;
        values.into_shape_with_order(size).ok().map(Values::Double)
    }

    /// The rows of [`values`](Self::values) that count.
    pub fn rows(&self) -> &[usize] {
        self.view.rows()
    }

    /// The rows that count as numbers of `f64`, checked.
    pub fn matrix(&self, analysis: &'static str) -> Result<Array2<f64>> {
        read_matrix(&self.view, &self.column, analysis, 1, NanPolicy::Error)
    }
}

/// Means of the columns; of a constant column exactly its value.
pub(crate) fn column_means(rows: &Array2<f64>) -> Array1<f64> {
    rows.axis_iter(Axis(1)).map(|values| mean(&values.to_vec())).collect()
}

/// Rows at the positions where none has NaN.
pub(crate) fn complete_positions(rows: Array2<f64>, column: &str) -> Result<Array2<f64>> {
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

/// The different labels by first appearance, and the rows of each.
pub(crate) fn group_rows(labels: &[String]) -> (Vec<String>, Vec<Vec<usize>>) {
    let mut names: Vec<String> = vec![];
    let mut rows: Vec<Vec<usize>> = vec![];
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (row, label) in labels.iter().enumerate() {
        let group = *known.entry(label).or_insert_with(|| {
            names.push(label.clone());
            rows.push(vec![]);
            names.len() - 1
        });
        rows[group].push(row);
    }
    (names, rows)
}
