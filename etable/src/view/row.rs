//! One row of a view.

use std::ops::Range;

use ndarray::ArrayViewD;

use crate::element::{Element, Number, Scalar};
use crate::error::{Result, TableError};
use crate::table::Table;

/// One row, as [`View::iter`](crate::View::iter) and
/// [`View::filter_rows`](crate::View::filter_rows) show it.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub(super) table: &'a Table,
    pub(super) row: usize,
    pub(super) position: usize,
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

    /// The cell of any scalar column as text, as [`Table::labels`] has it; a null is empty.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or [`TableError::TypeMismatch`] for tensors.
    pub fn label(&self, name: &str) -> Result<String> {
        let (_, reader) = self.table.scalar_reader(name, "a scalar column")?;
        let element = reader.element(self.row, 0);
        Ok(element.map(|element| element.to_string()).unwrap_or_default())
    }

    /// The cell of a scalar column in its own type.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn cell<S: Scalar>(&self, name: &str) -> Result<S> {
        self.table.cell(name, self.row)
    }

    /// The tensor in the cell, `[dims...]`, without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn tensor<T: Number>(&self, name: &str) -> Result<ArrayViewD<'a, T>> {
        self.table.tensor_cell(name, self.row)
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

/// The rows of a view or table one by one; made by [`View::iter`](crate::View::iter) and
/// [`Table::iter`].
#[derive(Clone)]
pub struct Rows<'a> {
    table: &'a Table,
    /// The rows of the table; without, all in order.
    rows: Option<&'a [usize]>,
    positions: Range<usize>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(table: &'a Table, rows: Option<&'a [usize]>, n_rows: usize) -> Self {
        Self { table, rows, positions: 0..n_rows }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let position = self.positions.next()?;
        let row = self.rows.map_or(position, |rows| rows[position]);
        Some(Row { table: self.table, row, position })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl ExactSizeIterator for Rows<'_> {}
