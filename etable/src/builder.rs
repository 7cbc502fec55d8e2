//! Building a table row by row, as a log grows.
//!
//! ```
//! use etable::{ColumnSpec, ElementType, TableBuilder};
//!
//! let mut log = TableBuilder::new([
//!     ColumnSpec::scalar("Epoch", ElementType::Int64),
//!     ColumnSpec::tensor("Act", ElementType::Float32, &[2], &["x"])?,
//! ])?;
//! log.row().set("Epoch", 0)?.set_tensor("Act", &[0.5_f32, 1.0])?.finish()?;
//! log.row().set("Epoch", 1)?.finish()?; // Act is left out: null
//! let table = log.finish()?;
//! assert_eq!(table.numbers("Epoch")?, [0.0, 1.0]);
//! assert_eq!(table.tensor_cell::<f32>("Act", 0)?[1], 1.0);
//! assert!(table.is_null("Act", 1)?);
//! # Ok::<(), etable::TableError>(())
//! ```

use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::{CellValue, Scalar, sealed::Scalar as _};
use crate::error::{Result, TableError};
use crate::table::Table;

/// A table under construction: rows go in one at a time, but are kept by columns, so that appending
/// costs no more than writing the values (amortised constant time per value).
#[derive(Debug, Clone)]
pub struct TableBuilder {
    columns: Vec<Growing>,
    n_rows: usize,
}

#[derive(Debug, Clone)]
struct Growing {
    spec: ColumnSpec,
    width: usize,
    values: Values,
    rows: Vec<bool>,
}

impl TableBuilder {
    /// A builder for a table with these columns.
    ///
    /// # Errors
    /// [`TableError::DuplicateColumn`] if a name occurs twice.
    pub fn new(specs: impl IntoIterator<Item = ColumnSpec>) -> Result<Self> {
        let mut columns: Vec<Growing> = Vec::new();
        for spec in specs {
            if columns.iter().any(|column| column.spec.name == spec.name) {
                return Err(TableError::DuplicateColumn { name: spec.name });
            }
            let (width, values) = (spec.shape.len(), Values::new(spec.element));
            columns.push(Growing { spec, width, values, rows: Vec::new() });
        }
        Ok(Self { columns, n_rows: 0 })
    }

    /// Begins a row; nothing is appended until [`RowBuilder::finish`].
    pub fn row(&mut self) -> RowBuilder<'_> {
        RowBuilder { builder: self, finished: false }
    }

    /// The columns.
    pub fn specs(&self) -> impl ExactSizeIterator<Item = &ColumnSpec> {
        self.columns.iter().map(|column| &column.spec)
    }

    /// The number of finished rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes all rows out; the columns and their memory stay.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Takes out all rows but the first so many, if there are more.
    ///
    /// ```
    /// use etable::{ColumnSpec, ElementType, TableBuilder};
    ///
    /// let mut log = TableBuilder::new([ColumnSpec::scalar("Epoch", ElementType::Int64)])?;
    /// for epoch in 0..4 {
    ///     log.row().set("Epoch", epoch)?.finish()?;
    /// }
    /// log.truncate(3);
    /// log.row().set("Epoch", 7)?.finish()?;
    /// assert_eq!(log.finish()?.slice::<i64>("Epoch")?, [0, 1, 2, 7]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn truncate(&mut self, rows: usize) {
        let rows = rows.min(self.n_rows);
        self.columns.iter_mut().for_each(|column| column.rewind(rows));
        self.n_rows = rows;
    }

    /// A table of the rows so far; copies them, and the builder can go on.
    ///
    /// # Errors
    /// [`TableError::Polars`] if polars refuses a column.
    pub fn to_table(&self) -> Result<Table> {
        self.clone().finish()
    }

    /// The table; values are moved, not copied (but flags and texts, which are packed).
    ///
    /// # Errors
    /// [`TableError::Polars`] if polars refuses a column.
    pub fn finish(self) -> Result<Table> {
        let mut table = Table::new();
        for column in self.columns {
            let data =
                ColumnData { values: column.values, elements: None, rows: Some(column.rows) };
            table.push(column.spec, data, self.n_rows)?;
        }
        Ok(table)
    }
}

impl Growing {
    /// Forgets what the row under construction has set.
    fn rewind(&mut self, n_rows: usize) {
        self.values.truncate(n_rows * self.width);
        self.rows.truncate(n_rows);
    }

    fn mismatch(&self, found: &str) -> TableError {
        TableError::TypeMismatch {
            column: self.spec.name.clone(),
            expected: found.into(),
            found: self.spec.type_name(),
            hint: "give a value of the column's type (integers are converted where they fit, and \
                   all numbers for columns of f32 and f64)"
                .into(),
        }
    }
}

/// One row under construction. Columns that are not set become null; setting one twice keeps the
/// last value. If a `set` fails or the row is dropped, nothing is appended.
#[must_use = "a row is appended by `finish`"]
pub struct RowBuilder<'a> {
    builder: &'a mut TableBuilder,
    finished: bool,
}

impl RowBuilder<'_> {
    fn column(&mut self, name: &str) -> Result<&mut Growing> {
        let n_rows = self.builder.n_rows;
        let columns = &mut self.builder.columns;
        let Some(index) = columns.iter().position(|column| column.spec.name == name) else {
            return Err(TableError::missing(name, columns.iter().map(|c| c.spec.name.as_str())));
        };
        columns[index].rewind(n_rows);
        Ok(&mut columns[index])
    }

    /// Sets a scalar cell. Integers go into columns of other integers if they fit and into those of
    /// `f32` and `f64`, and `f32` and `f64` into each other (to `f32`: rounded to the nearest).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::TypeMismatch`].
    pub fn set(mut self, name: &str, value: impl Into<CellValue>) -> Result<Self> {
        let column = self.column(name)?;
        let value = value.into();
        if matches!(value, CellValue::Null) {
            column.values.push_blank(column.width);
            column.rows.push(false);
            return Ok(self);
        }
        if !column.spec.shape.is_scalar() {
            return Err(column.mismatch(&format!("a scalar column for a {}", value.type_name())));
        }
        let type_name = value.type_name();
        let values = &mut column.values;
        let fits = match value {
            CellValue::Null => false,
            CellValue::Bool(flag) => bool::extend(values, &[flag]),
            CellValue::Int64(number) => i64::extend(values, &[number]),
            CellValue::UInt64(number) => u64::extend(values, &[number]),
            CellValue::Float32(number) => f32::extend(values, &[number]),
            CellValue::Float64(number) => f64::extend(values, &[number]),
            CellValue::Text(text) => match values {
                Values::Text(texts) => {
                    texts.push(text);
                    true
                }
                _ => false,
            },
        };
        if !fits {
            return Err(column.mismatch(&format!("a column for this {type_name}")));
        }
        column.rows.push(true);
        Ok(self)
    }

    /// Sets a tensor cell from its elements, row-major: numbers, flags or `String`s. Numbers are
    /// converted as by [`RowBuilder::set`].
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`], or
    /// [`TableError::ShapeMismatch`] if the number of elements is not the cell's.
    pub fn set_tensor<T: Scalar>(mut self, name: &str, values: &[T]) -> Result<Self> {
        let column = self.column(name)?;
        if values.len() != column.width {
            return Err(TableError::ShapeMismatch {
                column: name.into(),
                expected: column.spec.shape.sizes().to_vec(),
                found: vec![values.len()],
            });
        }
        if !T::extend(&mut column.values, values) {
            return Err(column.mismatch(&format!("a column for these {}", T::SCALAR)));
        }
        column.rows.push(true);
        Ok(self)
    }

    /// Appends the row.
    ///
    /// # Errors
    /// None at present; a result, so that a builder which writes to disk can fail here.
    pub fn finish(mut self) -> Result<()> {
        let n_rows = self.builder.n_rows;
        for column in &mut self.builder.columns {
            if column.rows.len() == n_rows {
                column.values.push_blank(column.width);
                column.rows.push(false);
            }
        }
        self.builder.n_rows += 1;
        self.finished = true;
        Ok(())
    }
}

impl Drop for RowBuilder<'_> {
    fn drop(&mut self) {
        if !self.finished {
            let n_rows = self.builder.n_rows;
            self.builder.columns.iter_mut().for_each(|column| column.rewind(n_rows));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::ElementType;

    fn builder() -> TableBuilder {
        TableBuilder::new([
            ColumnSpec::scalar("Name", ElementType::Text),
            ColumnSpec::scalar("X", ElementType::Float32),
            ColumnSpec::tensor("T", ElementType::Int64, &[2], &[]).unwrap(),
        ])
        .unwrap()
    }

    #[test]
    fn a_failed_row_leaves_nothing() {
        let mut builder = builder();
        builder.row().set("Name", "a").unwrap().finish().unwrap();
        let error =
            builder.row().set("Name", "b").and_then(|row| row.set("X", true)).err().unwrap();
        assert!(matches!(error, TableError::TypeMismatch { .. }));
        drop(builder.row().set("Name", "dropped").unwrap());
        builder.row().set("X", 2.5).unwrap().set("X", 3).unwrap().finish().unwrap();
        let table = builder.finish().unwrap();
        assert_eq!(table.labels("Name").unwrap(), ["a", ""]);
        assert_eq!(table.labels("X").unwrap(), ["", "3"]);
    }

    #[test]
    fn tensors_must_have_the_cells_length_and_a_fitting_type() {
        let mut builder = builder();
        let error = builder.row().set_tensor("T", &[1_i64, 2, 3]).err().unwrap();
        assert!(matches!(error, TableError::ShapeMismatch { .. }));
        let error = builder.row().set_tensor("T", &[1.0, 2.0]).err().unwrap();
        assert!(matches!(error, TableError::TypeMismatch { .. }));
        builder.row().set_tensor("T", &[1_i64, 2]).unwrap().finish().unwrap();
        assert_eq!(builder.to_table().unwrap().tensor::<i64>("T").unwrap()[[0, 1]], 2);
        assert_eq!(builder.n_rows(), 1);
    }

    #[test]
    fn an_unknown_column_names_the_nearest() {
        let mut builder = builder();
        let error = builder.row().set("Nane", "a").err().unwrap();
        assert!(error.to_string().contains("did you mean `Name`?"), "{error}");
    }
}
