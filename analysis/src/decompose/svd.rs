//! Singular values: a matrix as a sum of patterns over rows times patterns over units.
//!
//! ```
//! use analysis::Svd;
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rows = arr2(&[[3.0, 0.0], [0.0, -2.0]]).into_dyn();
//! let table = Table::new().with_tensor("Act", rows, &["unit"])?;
//! let svd = Svd::fit(&table, "Act")?;
//! assert_eq!(svd.values().to_vec(), [3.0, 2.0]);
//! assert_eq!(svd.right().row(1).to_vec(), [0.0, 1.0]);
//! assert_eq!(svd.left().row(1).to_vec(), [0.0, -1.0]);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};
use ndarray_linalg::{JobSvd, SVDDC};

use super::{fix_sign, linear_algebra, loadings};
use crate::{
    AnalysisError, Figure, NanPolicy, Result, line_chart,
    rows::{read_labels, read_like, read_matrix},
    text::short_number,
};

/// The singular value decomposition of a column, largest value first:
///
/// ```text
/// X = U S Vᵀ
/// ```
///
/// X are the n rows of d values as they are: nothing is subtracted, unlike in
/// [`Pca`](crate::Pca). With k the smaller of n and d, U is `[n, k]`, S the k values, Vᵀ `[k, d]`.
/// Each row of Vᵀ has its entry of largest magnitude (the first such) positive, and U the signs that
/// follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd {
    column: String,
    shape: Vec<usize>,
    left: Array2<f64>,
    values: Array1<f64>,
    right: Array2<f64>,
}

impl Svd {
    /// Decomposes a numeric column (LAPACK's divide and conquer). Time O(n d k).
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], [`AnalysisError::TooFewRows`] for an empty view,
    /// [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
    /// [`AnalysisError::LinearAlgebra`], [`AnalysisError::Interrupted`].
    pub fn fit(view: impl Into<View>, column: &str) -> Result<Self> {
        Self::fit_view(&view.into(), column)
    }

    fn fit_view(view: &View, column: &str) -> Result<Self> {
        let rows = read_matrix(view, column, "singular values", 1, NanPolicy::Error)?;
        let shape = view.table().spec(column)?.shape.sizes().to_vec();
        let name = column.to_string();
        interrupt::run(move || Self::of_rows(name, shape, &rows))?
    }

    fn of_rows(column: String, shape: Vec<usize>, rows: &Array2<f64>) -> Result<Self> {
        let (left, values, right) =
            rows.svddc(JobSvd::Some).map_err(linear_algebra("singular values"))?;
        let missing = || AnalysisError::LinearAlgebra {
            analysis: "singular values",
            message: "no vectors were returned".into(),
        };
        let (mut left, mut right) = (left.ok_or_else(missing)?, right.ok_or_else(missing)?);
        for (mut direction, mut side) in right.rows_mut().into_iter().zip(left.columns_mut()) {
            if fix_sign(direction.view_mut()) {
                side.mapv_inplace(|value| -value);
            }
        }
        Ok(Svd { column, shape, left, values, right })
    }

    /// The column that was decomposed.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Singular values, `[k]`, descending, never negative.
    pub fn values(&self) -> ArrayView1<'_, f64> {
        self.values.view()
    }

    /// Patterns over the rows, `[n, k]`: columns of length 1, at right angles.
    pub fn left(&self) -> ArrayView2<'_, f64> {
        self.left.view()
    }

    /// Patterns over the values of a cell, `[k, d]`: rows of length 1, at right angles.
    pub fn right(&self) -> ArrayView2<'_, f64> {
        self.right.view()
    }

    /// The rows rebuilt from the first `k` patterns: the closest matrix of that rank.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if `k` is 0 or more than there are.
    pub fn rebuild(&self, k: usize) -> Result<Array2<f64>> {
        self.check_count(k)?;
        let first = Slice::from(..k);
        let left = &self.left.slice_axis(Axis(1), first) * &self.values.slice_axis(Axis(0), first);
        Ok(left.dot(&self.right.slice_axis(Axis(0), first)))
    }

    /// Coordinates of rows along the first patterns, `v · x`: `Label`, `SV1`, `SV2`, ... The rows
    /// need not be those of the fit.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if `k` is 0 or more than there are;
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn project(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
        k: usize,
    ) -> Result<Table> {
        self.project_view(&view.into(), column, labels, k)
    }

    fn project_view(
        &self,
        view: &View,
        column: &str,
        labels: Option<&str>,
        k: usize,
    ) -> Result<Table> {
        self.check_count(k)?;
        let rows = read_like(view, column, super::PROJECTION, self.right.ncols())?;
        let scores = rows.dot(&self.right.slice_axis(Axis(0), Slice::from(..k)).t());
        super::scores_table(read_labels(view, labels)?, "SV", &scores)
    }

    fn check_count(&self, k: usize) -> Result<()> {
        if k == 0 || k > self.values.len() {
            return Err(AnalysisError::invalid("k", k, format!("from 1 to {}", self.values.len())));
        }
        Ok(())
    }

    /// One row per singular value: `Component` (from 1), `Value`, `Explained` (its square's share
    /// of the sum of squares), and the tensor `Direction` in the shape of the column's cells.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let total: f64 = self.values.iter().map(|value| value * value).sum();
        let share = |value: &f64| if total > 0.0 { value * value / total } else { 0.0 };
        let numbers: Vec<i64> = (1..=self.values.len() as i64).collect();
        let mut table = Table::new()
            .with_column("Component", numbers)?
            .with_column("Value", self.values.to_vec())?
            .with_column("Explained", self.values.iter().map(share).collect::<Vec<_>>())?;
        table.add_tensor("Direction", loadings(&self.right, &self.shape), &[])?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// The share of the sum of squares that each pattern holds, as a line chart.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        Ok(line_chart(&self.to_table()?, "Component", &["Explained"])?
            .title(format!("Singular values of {}", self.column))
            .y_label("share of the sum of squares"))
    }
}

impl fmt::Display for Svd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> =
            self.values.iter().take(10).map(|value| short_number(*value)).collect();
        let more = if self.values.len() > 10 { ", …" } else { "" };
        write!(f, "singular values of {}: {}{more}", self.column, values.join(", "))
    }
}
