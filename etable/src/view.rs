//! Views: some rows of a table in some order, without copying a cell.
//!
//! ```
//! use etable::Table;
//! use etable::polars::prelude::{col, lit};
//!
//! let table = Table::new().with_column("N", [3_i64, 1, 2, 1])?;
//! let sorted = table.view().sort(&["N"], false)?;
//! assert_eq!(sorted.rows(), [1, 3, 2, 0]); // stable: row 1 before row 3
//! assert_eq!(sorted.filter(col("N").gt(lit(1)))?.numbers("N")?, [2.0, 3.0]);
//! assert_eq!(table.view().permute(1).n_rows(), 4);
//! # Ok::<(), etable::TableError>(())
//! ```

use std::sync::Arc;

use ndarray::{Array2, ArrayD};
use polars::prelude::{DataFrame, IdxSize, PolarsResult};

pub use self::filter::TextMatch;
pub(crate) use self::order::compare;
pub use self::row::Row;
use crate::element::Number;
use crate::error::{Result, TableError};
use crate::table::{Table, index_size};

mod filter;
mod order;
mod row;

/// Rows of a table, chosen and ordered; shares the table's buffers.
///
/// A view holds a cheap clone of its table, so it may outlive it: later changes of the table do not
/// show in the view. "Position" is the place in the view, "row" the place in the table.
#[derive(Debug, Clone)]
pub struct View {
    table: Table,
    rows: Arc<[usize]>,
}

impl View {
    pub(crate) fn all(table: Table) -> Self {
        let rows = (0..table.n_rows()).collect();
        Self { table, rows }
    }

    pub(crate) fn of(table: Table, rows: impl Into<Arc<[usize]>>) -> Self {
        Self { table, rows: rows.into() }
    }

    fn with_rows(&self, rows: impl Into<Arc<[usize]>>) -> Self {
        Self::of(self.table.clone(), rows)
    }

    pub(crate) fn shared_rows(&self) -> Arc<[usize]> {
        self.rows.clone()
    }

    pub(crate) fn each_row(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        let table = &self.table;
        self.rows.iter().enumerate().map(move |(position, &row)| Row { table, row, position })
    }

    /// The whole table behind the view.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The rows of the table that the view shows, in its order.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The number of rows that the view shows.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The rows at these positions of the view; a position may occur more than once.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`].
    pub fn take(&self, rows: &[usize]) -> Result<View> {
        let n_rows = self.n_rows();
        let taken = rows.iter().map(|&position| {
            let row = self.rows.get(position).copied();
            row.ok_or(TableError::RowOutOfRange { row: position, n_rows })
        });
        Ok(self.with_rows(taken.collect::<Result<Vec<_>>>()?))
    }

    /// As [`Table::numbers`], in the view's order.
    ///
    /// # Errors
    /// As [`Table::numbers`]; a null is named by its position in the view.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        self.table.numbers_at(name, self.rows.iter().copied())
    }

    /// As [`Table::flags`], in the view's order.
    ///
    /// # Errors
    /// As [`Table::flags`].
    pub fn flags(&self, name: &str) -> Result<Vec<bool>> {
        self.table.flags_at(name, self.rows.iter().copied())
    }

    /// As [`Table::texts`], in the view's order.
    ///
    /// # Errors
    /// As [`Table::texts`].
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        self.table.texts_at(name, self.rows.iter().copied())
    }

    /// As [`Table::labels`], in the view's order.
    ///
    /// # Errors
    /// As [`Table::labels`].
    pub fn labels(&self, name: &str) -> Result<Vec<String>> {
        self.table.labels_at(name, self.rows.iter().copied())
    }

    /// As [`Table::matrix`], in the view's order: `[positions, cell length]`.
    ///
    /// # Errors
    /// As [`Table::matrix`].
    pub fn matrix(&self, name: &str) -> Result<Array2<f64>> {
        self.table.matrix_at(name, self.rows.iter().copied())
    }

    /// A column of numbers in the view's order, `[positions, dims...]`, copied.
    ///
    /// # Errors
    /// As [`Table::tensor`].
    pub fn tensor<T: Number>(&self, name: &str) -> Result<ArrayD<T>> {
        self.table.tensor_at(name, &self.rows)
    }

    /// A table of just the view's rows, in its order, with the same columns and metadata.
    ///
    /// # Errors
    /// [`TableError::Polars`] if polars cannot gather the rows.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::from_df(self.frame()?)?;
        table.set_specs(self.table.specs().to_vec());
        *table.metadata_mut() = self.table.metadata().clone();
        Ok(table)
    }

    fn frame(&self) -> Result<DataFrame> {
        let rows: Vec<IdxSize> = self.rows.iter().map(|&row| index_size(row)).collect();
        let columns = self.table.df().columns();
        let taken: PolarsResult<Vec<_>> =
            columns.iter().map(|column| column.take_slice(&rows)).collect();
        taken
            .and_then(|columns| DataFrame::new(rows.len(), columns))
            .map_err(TableError::polars("gathering the rows of a view"))
    }
}

impl From<&Table> for View {
    fn from(table: &Table) -> Self {
        table.view()
    }
}

impl From<Table> for View {
    fn from(table: Table) -> Self {
        View::all(table)
    }
}

impl From<&View> for View {
    fn from(view: &View) -> Self {
        view.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn numbers() -> Table {
        Table::new()
            .with_column("X", [Some(2.0), None, Some(f64::NAN), Some(-1.0), Some(2.0)])
            .unwrap()
            .with_column("Name", ["b", "a", "b", "c", "a"])
            .unwrap()
    }

    #[test]
    fn taking_keeps_columns_in_view_order() {
        let view = numbers().view().take(&[3, 0, 3]).unwrap();
        assert_eq!(view.numbers("X").unwrap(), [-1.0, 2.0, -1.0]);
        assert_eq!(view.to_table().unwrap().texts("Name").unwrap(), ["c", "b", "c"]);
        let error = view.take(&[3]).err().unwrap();
        assert!(matches!(error, TableError::RowOutOfRange { row: 3, n_rows: 3 }));
    }
}
