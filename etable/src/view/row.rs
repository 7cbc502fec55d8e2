//! One row of a view.

use crate::element::Element;
use crate::error::{Result, TableError};
use crate::table::Table;

/// One row, as [`View::filter_rows`](crate::View::filter_rows) shows it.
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
