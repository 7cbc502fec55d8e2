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

use std::cmp::Ordering;
use std::sync::Arc;

use ndarray::{Array2, ArrayD};
use polars::prelude::{DataFrame, Expr, IdxSize, IntoLazy, PolarsResult};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::column::Reader;
use crate::element::{Element, Number};
use crate::error::{Result, TableError};
use crate::table::Table;

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

    fn with_rows(&self, rows: impl Into<Arc<[usize]>>) -> Self {
        Self { table: self.table.clone(), rows: rows.into() }
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

    /// The rows for which a polars expression is true, in the same order; null counts as false.
    ///
    /// The expression sees the view's rows in the view's order, so `col("SSE").mean()` is the mean
    /// over the view.
    ///
    /// # Errors
    /// [`TableError::Expression`] if it cannot be evaluated or does not give one flag per row.
    pub fn filter(&self, expr: Expr) -> Result<View> {
        let failed = |reason: String| TableError::Expression { reason };
        let whole = self.rows.iter().copied().eq(0..self.table.n_rows());
        let frame = if whole { self.table.df().clone() } else { self.frame()? };
        let flags =
            frame.lazy().select([expr]).collect().map_err(|error| failed(error.to_string()))?;
        let column = &flags.columns()[0];
        let mask = column
            .bool()
            .map_err(|_| failed(format!("it gives {}, not a flag", column.dtype())))?;
        if mask.len() != self.n_rows() {
            return Err(failed(format!(
                "it gives {} flags for {} rows",
                mask.len(),
                self.n_rows()
            )));
        }
        let kept = mask.iter().zip(self.rows.iter()).filter(|(flag, _)| *flag == Some(true));
        Ok(self.with_rows(kept.map(|(_, &row)| row).collect::<Vec<_>>()))
    }

    /// The rows for which a function is true, in the same order.
    ///
    /// # Errors
    /// The first error that the function returns.
    ///
    /// ```
    /// let table = etable::Table::new().with_column("SSE", [0.5, 0.0, 2.0])?;
    /// let wrong = table.view().filter_rows(|row| Ok(row.number("SSE")? > 0.0))?;
    /// assert_eq!(wrong.rows(), [0, 2]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn filter_rows(&self, mut keep: impl FnMut(Row<'_>) -> Result<bool>) -> Result<View> {
        let mut kept = Vec::new();
        for (position, &row) in self.rows.iter().enumerate() {
            if keep(Row { table: &self.table, row, position })? {
                kept.push(row);
            }
        }
        Ok(self.with_rows(kept))
    }

    /// The rows without a null in these columns (in all columns if none is named).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn without_nulls(&self, columns: &[&str]) -> Result<View> {
        let names = if columns.is_empty() { self.table.column_names() } else { columns.to_vec() };
        let indices =
            names.iter().map(|name| self.table.index(name)).collect::<Result<Vec<_>>>()?;
        let readers: Vec<_> = indices.iter().map(|&index| self.table.reader(index)).collect();
        let complete = |row: usize| readers.iter().all(|reader| reader.first_null([row]).is_none());
        Ok(self.with_rows(self.rows.iter().copied().filter(|&r| complete(r)).collect::<Vec<_>>()))
    }

    /// The rows ordered by scalar columns, the first column first; rows that compare equal keep
    /// their order (stable), in either direction.
    ///
    /// Flags: false before true. Text: by Unicode code points. NaN comes after all numbers and null
    /// after NaN, in either direction. `-0` equals `0`.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or [`TableError::TypeMismatch`] for tensors.
    pub fn sort(&self, columns: &[&str], descending: bool) -> Result<View> {
        let readers = columns
            .iter()
            .map(|name| Ok(self.table.scalar_reader(name, "a scalar column")?.1))
            .collect::<Result<Vec<Reader<'_>>>>()?;
        let mut rows = self.rows.to_vec();
        rows.sort_by(|&a, &b| {
            readers
                .iter()
                .map(|reader| compare(reader.element(a, 0), reader.element(b, 0), descending))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Ok(self.with_rows(rows))
    }

    /// The rows in a random order that depends on the seed alone.
    ///
    /// Fisher-Yates (Durstenfeld 1964): for i = n-1 down to 1, exchange positions i and
    /// j = ⌊x (i+1) / 2⁶⁴⌋, where x is the next output of xoshiro256++ started by
    /// `seed_from_u64(seed)` (SplitMix64). The order is the same on every machine.
    pub fn permute(&self, seed: u64) -> View {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut rows = self.rows.to_vec();
        for i in (1..rows.len()).rev() {
            let product = u128::from(generator.next_u64()) * (i as u128 + 1);
            rows.swap(i, (product >> 64) as usize);
        }
        self.with_rows(rows)
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
        let rows: Vec<IdxSize> = self
            .rows
            .iter()
            .map(|&row| IdxSize::try_from(row).expect("polars counts a frame's rows in IdxSize"))
            .collect();
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

/// One row, as [`View::filter_rows`] shows it.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    row: usize,
    position: usize,
}

impl<'a> Row<'a> {
    /// The row in the table.
    pub fn index(&self) -> usize {
        self.row
    }

    /// The position in the view.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Whether the cell is missing.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn is_null(&self, name: &str) -> Result<bool> {
        self.table.is_null(name, self.row)
    }

    /// The cell of a scalar column of flags or numbers, as `f64`.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn number(&self, name: &str) -> Result<f64> {
        self.element(name, "a number", Element::to_f64)
    }

    /// The cell of a scalar column of text.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn text(&self, name: &str) -> Result<&'a str> {
        self.element(name, "text", |element| match element {
            Element::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The cell of a scalar column of flags.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn flag(&self, name: &str) -> Result<bool> {
        self.element(name, "a flag", |element| match element {
            Element::Bool(flag) => Some(flag),
            _ => None,
        })
    }

    fn element<T>(
        &self,
        name: &str,
        expected: &str,
        convert: impl FnOnce(Element<'a>) -> Option<T>,
    ) -> Result<T> {
        let (spec, reader) = self.table.scalar_reader(name, expected)?;
        let element = reader
            .element(self.row, 0)
            .ok_or_else(|| TableError::Null { column: name.into(), row: self.row })?;
        convert(element).ok_or_else(|| spec.mismatch(expected, "ask for the column's own type"))
    }
}

/// The order of two cells of a column; see [`View::sort`].
fn compare(left: Option<Element<'_>>, right: Option<Element<'_>>, descending: bool) -> Ordering {
    fn is_nan(element: Element<'_>) -> bool {
        matches!(element, Element::Float32(v) if v.is_nan())
            || matches!(element, Element::Float64(v) if v.is_nan())
    }
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (left, right) => return left.is_none().cmp(&right.is_none()),
    };
    if is_nan(left) || is_nan(right) {
        return is_nan(left).cmp(&is_nan(right));
    }
    let order = match (left, right) {
        (Element::Bool(a), Element::Bool(b)) => a.cmp(&b),
        (Element::Int64(a), Element::Int64(b)) => a.cmp(&b),
        (Element::Float32(a), Element::Float32(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Element::Float64(a), Element::Float64(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Element::Text(a), Element::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    if descending { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{col, lit};

    use super::*;

    fn numbers() -> Table {
        Table::new()
            .with_column("X", [Some(2.0), None, Some(f64::NAN), Some(-1.0), Some(2.0)])
            .unwrap()
            .with_column("Name", ["b", "a", "b", "c", "a"])
            .unwrap()
    }

    #[test]
    fn sort_is_stable_and_keeps_nan_and_null_last_in_both_directions() {
        let view = numbers().view();
        assert_eq!(view.sort(&["X"], false).unwrap().rows(), [3, 0, 4, 2, 1]);
        assert_eq!(view.sort(&["X"], true).unwrap().rows(), [0, 4, 3, 2, 1]);
        assert_eq!(view.sort(&["Name", "X"], false).unwrap().rows(), [4, 1, 0, 2, 3]);
    }

    #[test]
    fn filters_compose_and_null_is_false() {
        let view = numbers().view();
        let positive = view.filter(col("X").gt(lit(0.0))).unwrap();
        assert_eq!(positive.rows(), [0, 2, 4]); // polars orders NaN above all numbers
        let reversed = view.take(&[4, 3, 0]).unwrap();
        assert_eq!(reversed.filter(col("X").gt(lit(0.0))).unwrap().rows(), [4, 0]);
        let mean = reversed.filter(col("X").gt(col("X").mean())).unwrap();
        assert_eq!(mean.rows(), [4, 0]);
        let named = view.filter_rows(|row| Ok(row.text("Name")? == "a")).unwrap();
        assert_eq!(named.rows(), [1, 4]);
        assert_eq!(view.without_nulls(&["X"]).unwrap().rows(), [0, 2, 3, 4]);
    }

    #[test]
    fn filters_that_are_no_flags_are_errors() {
        let view = numbers().view();
        assert!(matches!(view.filter(col("X")), Err(TableError::Expression { .. })));
        assert!(matches!(view.filter(col("Y").gt(lit(1))), Err(TableError::Expression { .. })));
        assert!(matches!(view.filter(lit(true)), Err(TableError::Expression { .. })));
        let error = view.filter_rows(|row| Ok(row.number("X")? > 0.0)).err().unwrap();
        assert!(matches!(error, TableError::Null { row: 1, .. }));
    }

    #[test]
    fn permutation_depends_on_the_seed_alone() {
        let table = Table::new().with_column("N", (0..10).collect::<Vec<i64>>()).unwrap();
        let view = table.view();
        assert_eq!(view.permute(1).rows(), view.permute(1).rows());
        assert_ne!(view.permute(1).rows(), view.permute(2).rows());
        let mut rows = view.permute(3).rows().to_vec();
        rows.sort();
        assert_eq!(rows, (0..10).collect::<Vec<_>>());
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
