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
use polars::prelude::{Column, DataFrame, IdxSize, PolarsResult};

pub use self::filter::TextMatch;
pub use self::order::Order;
pub(crate) use self::order::compare;
pub use self::row::{Row, Rows};
use crate::element::Number;
use crate::error::{Result, TableError};
use crate::table::{Table, index_size};

mod filter;
mod order;
mod row;
mod unpivot;

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

    /// The rows one by one, in the view's order.
    ///
    /// ```
    /// use etable::{Table, ndarray::array};
    ///
    /// let log = Table::new()
    ///     .with_column("Trial", ["cat", "dog"])?
    ///     .with_tensor("Act", array![[0.0_f32, 0.75], [0.5, 0.25]], &["unit"])?;
    /// for row in &log.view() {
    ///     let act = row.tensor::<f32>("Act")?; // no copy
    ///     println!("{}: {}", row.text("Trial")?, act.sum());
    /// }
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn iter(&self) -> Rows<'_> {
        Rows::new(&self.table, Some(&self.rows), self.n_rows())
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

    /// The first `n` rows, all if there are fewer.
    pub fn head(&self, n: usize) -> View {
        self.with_rows(&self.rows[..n.min(self.n_rows())])
    }

    /// The last `n` rows, all if there are fewer.
    pub fn tail(&self, n: usize) -> View {
        self.with_rows(&self.rows[self.n_rows() - n.min(self.n_rows())..])
    }

    /// `n` rows drawn at random without replacement, all if there are fewer: the first of
    /// [`View::permute`] with this seed.
    pub fn sample(&self, n: usize, seed: u64) -> View {
        self.permute(seed).head(n)
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
        self.frame_of(self.table.df().columns())
    }

    /// The view's rows of these columns of its table.
    fn frame_of<'a>(&self, columns: impl IntoIterator<Item = &'a Column>) -> Result<DataFrame> {
        let rows: Vec<IdxSize> = self.rows.iter().map(|&row| index_size(row)).collect();
        let columns = columns.into_iter();
        let taken: PolarsResult<Vec<_>> = columns.map(|column| column.take_slice(&rows)).collect();
        taken
            .and_then(|columns| DataFrame::new(rows.len(), columns))
            .map_err(TableError::polars("gathering the rows of a view"))
    }
}

impl<'a> IntoIterator for &'a View {
    type Item = Row<'a>;
    type IntoIter = Rows<'a>;

    fn into_iter(self) -> Rows<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = Row<'a>;
    type IntoIter = Rows<'a>;

    fn into_iter(self) -> Rows<'a> {
        self.iter()
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
    fn ends_and_samples_are_parts_of_the_view() {
        let view = numbers().view().take(&[4, 3, 2]).unwrap();
        assert_eq!((view.head(2).rows(), view.tail(2).rows()), (&[4, 3][..], &[3, 2][..]));
        assert_eq!((view.head(9).n_rows(), view.tail(9).n_rows()), (3, 3));
        assert_eq!(view.sample(2, 5).rows(), &view.permute(5).rows()[..2]);
        assert_eq!(view.sample(9, 5).n_rows(), 3);
    }

    #[test]
    fn rows_are_walked_over_in_the_views_order() {
        let act = ndarray::array![[0_i64, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
        let table = numbers().with_tensor("Act", act, &[]).unwrap();
        let view = table.view().take(&[3, 0]).unwrap();
        let mut seen = Vec::new();
        for row in &view {
            let act = row.tensor::<i64>("Act").unwrap();
            seen.push((row.position(), row.index(), row.label("X").unwrap(), act[1]));
        }
        assert_eq!(seen, [(0, 3, "-1".to_string(), 7), (1, 0, "2".to_string(), 1)]);
        assert_eq!(view.iter().len(), 2);
        let row = view.iter().next().unwrap();
        assert_eq!(row.cell::<f64>("X").unwrap(), -1.0);
        assert!(matches!(row.tensor::<f32>("Act"), Err(TableError::TypeMismatch { .. })));
        assert!(matches!(row.label("Act"), Err(TableError::TypeMismatch { .. })));
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
