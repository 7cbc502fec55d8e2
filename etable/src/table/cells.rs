//! Changing single cells of a table.

use ndarray::ArrayD;
use polars::prelude::Series;

use super::Table;
use crate::builder::{RowBuilder, TableBuilder};
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::{CellValue, Scalar, match_element};
use crate::error::{Result, TableError};

impl Table {
    /// Puts a value into a scalar cell, or a null (`None::<f64>`) into any. Numbers are converted as
    /// by [`RowBuilder::set`].
    ///
    /// The column is copied for it: to fill a table cell by cell, make it with a
    /// [`TableBuilder`], and to change a column as a whole use [`Table::set_column`].
    ///
    /// ```
    /// let mut table = etable::Table::new().with_column("SSE", [0.5, 0.0])?;
    /// table.set_cell("SSE", 1, 2)?;
    /// assert_eq!(table.numbers("SSE")?, [0.5, 2.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`] or [`TableError::TypeMismatch`];
    /// the table is then unchanged.
    pub fn set_cell(&mut self, name: &str, row: usize, value: impl Into<CellValue>) -> Result<()> {
        let value = value.into();
        self.put(name, row, |cell| cell.set(name, value))
    }

    /// Puts elements, row-major, into a tensor cell. Numbers are converted as by
    /// [`RowBuilder::set`], and the column is copied as by [`Table::set_cell`].
    ///
    /// ```
    /// use etable::{Table, ndarray::array};
    ///
    /// let mut table = Table::new().with_tensor("Act", array![[0.0_f32, 0.5], [1.0, 0.25]], &["x"])?;
    /// table.set_tensor_cell("Act", 0, &[0.75_f32, 1.0])?;
    /// assert_eq!(table.tensor::<f32>("Act")?, array![[0.75, 1.0], [1.0, 0.25]].into_dyn());
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`], or
    /// [`TableError::ShapeMismatch`] if the number of elements is not the cell's; the table is then
    /// unchanged.
    pub fn set_tensor_cell<T: Scalar>(
        &mut self,
        name: &str,
        row: usize,
        values: &[T],
    ) -> Result<()> {
        self.put(name, row, |cell| cell.set_tensor(name, values))
    }

    /// Puts a value in the place of every null of a column: of null cells, and of missing elements of
    /// tensors.
    ///
    /// ```
    /// let mut table = etable::Table::new().with_column("RT", [Some(410.0), None])?;
    /// table.fill_nulls("RT", 0)?;
    /// assert_eq!(table.numbers("RT")?, [410.0, 0.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`], or [`TableError::Argument`] if
    /// the value is itself a null; the table is then unchanged.
    pub fn fill_nulls(&mut self, name: &str, value: impl Into<CellValue>) -> Result<()> {
        let index = self.index(name)?;
        let element = self.specs[index].element;
        let mut filler = TableBuilder::new([ColumnSpec::scalar(name, element)])?;
        filler.row().set(name, value)?.finish()?;
        let filler = filler.finish()?;
        if filler.is_null(name, 0)? {
            let reason = "it is null itself; give a value of the column's type".into();
            return Err(TableError::Argument { argument: "value", reason });
        }
        fn filled<S: Scalar>(table: &Table, filler: &Table, name: &str) -> Result<Values> {
            let filler = filler.cell::<S>(name, 0)?;
            let elements: ArrayD<Option<S>> = table.elements(name)?;
            let full =
                elements.into_iter().map(|element| element.unwrap_or_else(|| filler.clone()));
            Ok(S::values(full.collect()))
        }
        let values = match_element!(
            element,
            T => filled::<T>(self, &filler, name)?,
            Bool => filled::<bool>(self, &filler, name)?,
            Text => filled::<String>(self, &filler, name)?,
        );
        self.replace(index, ColumnData::new(values))
    }

    /// Exchanges one cell of a column for that of a row that is made for it.
    fn put(
        &mut self,
        name: &str,
        row: usize,
        set: impl FnOnce(RowBuilder<'_>) -> Result<RowBuilder<'_>>,
    ) -> Result<()> {
        let index = self.index(name)?;
        self.check_row(row)?;
        let mut made = TableBuilder::new([self.specs[index].clone()])?;
        set(made.row())?.finish()?;
        let made = made.finish()?;
        let series = exchanged(self.series(index), row, made.series(0))
            .map_err(TableError::polars(format!("changing `{name}`")))?;
        self.frame
            .replace_column(index, series.into())
            .map_err(TableError::polars(format!("changing `{name}`")))?;
        Ok(())
    }
}

/// The series with another row in place of one, in one chunk.
fn exchanged(series: &Series, row: usize, other: &Series) -> polars::prelude::PolarsResult<Series> {
    let mut parts = series.slice(0, row);
    parts.append(other)?;
    parts.append(&series.slice(row as i64 + 1, series.len() - row - 1))?;
    Ok(parts.rechunk())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn table() -> Table {
        let mut table = Table::new()
            .with_column("N", [1_i64, 2, 3])
            .and_then(|table| table.with_column("Name", [Some("a"), None, Some("c")]))
            .and_then(|table| {
                let act = array![[Some(1.0_f32), None], [None, None], [Some(5.0), Some(6.0)]];
                table.with_tensor("Act", act, &["x"])
            })
            .unwrap();
        table.column_metadata_mut("N").unwrap().insert("unit".into(), "ms".into());
        table
    }

    #[test]
    fn cells_are_changed_alone_and_in_this_table_alone() {
        let mut table = table();
        let before = table.clone();
        for row in 0..3 {
            table.set_cell("N", row, 10 + row).unwrap();
        }
        table.set_cell("Name", 1, "b").unwrap();
        table.set_cell("Name", 2, None::<String>).unwrap();
        table.set_tensor_cell("Act", 1, &[3.0_f64, 4.0]).unwrap();
        table.set_cell("Act", 2, None::<f32>).unwrap();
        assert_eq!(table.slice::<i64>("N").unwrap(), [10, 11, 12]);
        assert_eq!(table.labels("Name").unwrap(), ["a", "b", ""]);
        assert_eq!(table.tensor_cell::<f32>("Act", 1).unwrap(), array![3.0, 4.0].into_dyn());
        assert!(table.is_null("Act", 2).unwrap());
        assert_eq!(table.elements::<f32>("Act").unwrap()[[0, 0]], Some(1.0));
        assert_eq!(table.specs(), before.specs());
        assert_eq!(before, self::table());
    }

    #[test]
    fn what_does_not_fit_is_refused_and_changes_nothing() {
        let mut table = table();
        let error = table.set_cell("N", 3, 1).unwrap_err();
        assert!(matches!(error, TableError::RowOutOfRange { row: 3, n_rows: 3 }));
        let error = table.set_cell("N", 0, 0.5).unwrap_err();
        assert!(matches!(error, TableError::TypeMismatch { .. }), "{error}");
        let error = table.set_cell("Act", 0, 1.0).unwrap_err();
        assert!(matches!(error, TableError::TypeMismatch { .. }), "{error}");
        let error = table.set_tensor_cell("Act", 0, &[1.0_f32]).unwrap_err();
        assert!(matches!(error, TableError::ShapeMismatch { .. }), "{error}");
        let error = table.set_cell("X", 0, 1).unwrap_err();
        assert!(matches!(error, TableError::MissingColumn { .. }));
        assert_eq!(table, self::table());
    }

    #[test]
    fn nulls_are_filled_in_cells_and_elements() {
        let mut table = table();
        table.fill_nulls("Act", 0).unwrap();
        let expected = array![[1.0_f32, 0.0], [0.0, 0.0], [5.0, 6.0]].into_dyn();
        assert_eq!(table.tensor::<f32>("Act").unwrap(), expected);
        assert_eq!(table.spec("Act").unwrap().to_string(), "Act: f32[x 2]");
        table.fill_nulls("Name", "none").unwrap();
        assert_eq!(table.texts("Name").unwrap(), ["a", "none", "c"]);
        assert!(matches!(table.fill_nulls("N", "x"), Err(TableError::TypeMismatch { .. })));
        let error = table.fill_nulls("N", None::<f64>).unwrap_err();
        assert!(matches!(error, TableError::Argument { .. }));
    }
}
