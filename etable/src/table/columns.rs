//! Adding, changing, ordering and removing a table's columns.

use polars::prelude::Series;

use super::{Table, frame_of};
use crate::column::{ColumnData, ColumnSpec, IntoColumn, IntoTensor, Values};
use crate::element::ElementType;
use crate::error::{Result, TableError};

impl Table {
    /// The table with one more scalar column; see [`Table::add_column`].
    ///
    /// # Errors
    /// As [`Table::add_column`].
    pub fn with_column(mut self, name: impl Into<String>, values: impl IntoColumn) -> Result<Self> {
        self.add_column(name, values)?;
        Ok(self)
    }

    /// Appends a scalar column. The first column of a table sets the number of rows.
    ///
    /// # Errors
    /// [`TableError::LengthMismatch`] or [`TableError::DuplicateColumn`].
    pub fn add_column(&mut self, name: impl Into<String>, values: impl IntoColumn) -> Result<()> {
        let data = values.into_column();
        let n_rows = data.values.len();
        self.push(ColumnSpec::scalar(name, data.values.element()), data, n_rows)
    }

    /// The table with one more tensor column; see [`Table::add_tensor`].
    ///
    /// # Errors
    /// As [`Table::add_tensor`].
    pub fn with_tensor(
        mut self,
        name: impl Into<String>,
        rows: impl IntoTensor,
        dim_names: &[&str],
    ) -> Result<Self> {
        self.add_tensor(name, rows, dim_names)?;
        Ok(self)
    }

    /// Appends a tensor column: axis 0 of `rows` counts the rows, the other axes are the cell's
    /// dimensions, named by `dim_names` (empty: unnamed). An array of one axis makes a scalar column.
    /// Elements that are `None` are missing.
    ///
    /// ```
    /// use etable::{Table, ndarray::array};
    ///
    /// let mut table = Table::new();
    /// table.add_tensor("Spike", array![[true, false], [false, false]], &["unit"])?;
    /// table.add_tensor("Rate", array![[Some(0.5_f32), None], [None, None]], &["unit"])?;
    /// assert_eq!(table.elements::<f32>("Rate")?[[0, 0]], Some(0.5));
    /// assert!(!table.is_null("Rate", 0)? && table.is_null("Rate", 1)?);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::LengthMismatch`], [`TableError::DuplicateColumn`], or
    /// [`TableError::InvalidShape`] if names and axes disagree or the array has no axis.
    pub fn add_tensor(
        &mut self,
        name: impl Into<String>,
        rows: impl IntoTensor,
        dim_names: &[&str],
    ) -> Result<()> {
        let (sizes, data) = rows.into_tensor();
        let Some((&n_rows, sizes)) = sizes.split_first() else {
            let reason = "the array has no axis; axis 0 must count the rows".into();
            return Err(TableError::InvalidShape { sizes: Vec::new(), reason });
        };
        let spec = ColumnSpec::tensor(name, data.values.element(), sizes, dim_names)?;
        self.push(spec, data, n_rows)
    }

    /// Appends a tensor column of texts, row-major, `rows * Π sizes` of them.
    ///
    /// # Errors
    /// As [`Table::add_tensor`].
    pub fn add_text_tensor(
        &mut self,
        name: impl Into<String>,
        texts: Vec<String>,
        sizes: &[usize],
        dim_names: &[&str],
    ) -> Result<()> {
        let spec = ColumnSpec::tensor(name, ElementType::Text, sizes, dim_names)?;
        let Some(n_rows) = texts.len().checked_div(spec.shape.len()) else {
            let reason = "the rows cannot be counted by texts where a cell has none".into();
            return Err(TableError::InvalidShape { sizes: sizes.to_vec(), reason });
        };
        self.push(spec, ColumnData::new(Values::Text(texts)), n_rows)
    }

    pub(crate) fn push(&mut self, spec: ColumnSpec, data: ColumnData, n_rows: usize) -> Result<()> {
        let series = data.into_series(&spec, n_rows)?;
        self.push_series(spec, series)
    }

    /// Appends a series that is in the form a table keeps.
    pub(crate) fn push_series(&mut self, spec: ColumnSpec, series: Series) -> Result<()> {
        if self.has_column(&spec.name) {
            return Err(TableError::DuplicateColumn { name: spec.name });
        }
        if !self.specs.is_empty() && series.len() != self.n_rows() {
            return Err(TableError::LengthMismatch {
                column: spec.name,
                found: series.len(),
                expected: self.n_rows(),
            });
        }
        if self.specs.is_empty() {
            self.frame = frame_of(series.len(), vec![series])?;
        } else {
            self.frame
                .with_column(series.into())
                .map_err(TableError::polars(format!("adding the column `{}`", spec.name)))?;
        }
        self.specs.push(spec);
        Ok(())
    }

    /// Puts other values of the same type and shape in a column's place.
    pub(crate) fn replace(&mut self, index: usize, data: ColumnData) -> Result<()> {
        let series = data.into_series(&self.specs[index], self.n_rows())?;
        self.frame
            .replace_column(index, series.into())
            .map_err(TableError::polars(format!("changing `{}`", self.specs[index].name)))?;
        Ok(())
    }

    /// Removes a column.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn drop_column(&mut self, name: &str) -> Result<()> {
        let index = self.index(name)?;
        self.frame
            .drop_in_place(name)
            .map_err(TableError::polars(format!("dropping the column `{name}`")))?;
        self.specs.remove(index);
        Ok(())
    }

    /// Gives a column another name.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::DuplicateColumn`].
    pub fn rename_column(&mut self, name: &str, new_name: impl Into<String>) -> Result<()> {
        let (index, new_name) = (self.index(name)?, new_name.into());
        if new_name == name {
            return Ok(());
        }
        if self.has_column(&new_name) {
            return Err(TableError::DuplicateColumn { name: new_name });
        }
        self.frame
            .rename(name, new_name.as_str().into())
            .map_err(TableError::polars(format!("renaming the column `{name}`")))?;
        self.specs[index].name = new_name;
        Ok(())
    }

    /// The table with only these columns, in this order.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::DuplicateColumn`].
    pub fn select(&self, names: &[&str]) -> Result<Self> {
        let mut table = Self { metadata: self.metadata.clone(), ..Self::new() };
        for name in names {
            let index = self.index(name)?;
            table.push_series(self.specs[index].clone(), self.series(index).clone())?;
        }
        Ok(table)
    }

    /// Removes these columns.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`]; the table is then unchanged.
    pub fn drop_columns(&mut self, names: &[&str]) -> Result<()> {
        let mut table = self.clone();
        names.iter().try_for_each(|name| table.drop_column(name))?;
        *self = table;
        Ok(())
    }

    /// Puts a column at another place; 0 is the first. A place beyond the last means the last.
    ///
    /// ```
    /// let mut table = etable::Table::new().with_column("SSE", [0.5])?.with_column("Epoch", [0_i64])?;
    /// table.move_column("Epoch", 0)?;
    /// assert_eq!(table.column_names(), ["Epoch", "SSE"]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn move_column(&mut self, name: &str, place: usize) -> Result<()> {
        let index = self.index(name)?;
        let mut order: Vec<usize> = (0..self.n_columns()).filter(|&other| other != index).collect();
        order.insert(place.min(order.len()), index);
        let columns = order.iter().map(|&index| self.series(index).clone()).collect();
        self.frame = frame_of(self.n_rows(), columns)?;
        self.specs = order.iter().map(|&index| self.specs[index].clone()).collect();
        Ok(())
    }

    /// Puts other values in a scalar column's place; its name and notes stay, its type may change.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::LengthMismatch`].
    pub fn set_column(&mut self, name: &str, values: impl IntoColumn) -> Result<()> {
        let data = values.into_column();
        self.exchange(name, ColumnSpec::scalar(name, data.values.element()), data)
    }

    /// Puts other values in a column's place, as [`Table::add_tensor`] takes them; its name and
    /// notes stay, its type and shape may change.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or as [`Table::add_tensor`].
    pub fn set_tensor(
        &mut self,
        name: &str,
        rows: impl IntoTensor,
        dim_names: &[&str],
    ) -> Result<()> {
        let mut made = Self::new();
        made.add_tensor(name, rows, dim_names)?;
        let index = self.index(name)?;
        let series = made.series(0).clone();
        self.exchange_series(index, made.specs.remove(0), series)
    }

    fn exchange(&mut self, name: &str, spec: ColumnSpec, data: ColumnData) -> Result<()> {
        let index = self.index(name)?;
        let found = data.values.len();
        let series = data.into_series(&spec, found)?;
        self.exchange_series(index, spec, series)
    }

    fn exchange_series(&mut self, index: usize, spec: ColumnSpec, series: Series) -> Result<()> {
        let (found, expected) = (series.len(), self.n_rows());
        if found != expected && self.n_columns() > 1 {
            return Err(TableError::LengthMismatch { column: spec.name, found, expected });
        }
        let mut columns: Vec<Series> =
            (0..self.n_columns()).map(|other| self.series(other).clone()).collect();
        columns[index] = series;
        self.frame = frame_of(found, columns)?;
        let metadata = std::mem::take(&mut self.specs[index].metadata);
        self.specs[index] = ColumnSpec { metadata, ..spec };
        Ok(())
    }

    /// Appends all columns of another table of as many rows, with their notes.
    ///
    /// # Errors
    /// [`TableError::DuplicateColumn`] or [`TableError::LengthMismatch`]; the table is then
    /// unchanged.
    pub fn add_columns_of(&mut self, other: &Self) -> Result<()> {
        let mut table = self.clone();
        for (index, spec) in other.specs.iter().enumerate() {
            table.push_series(spec.clone(), other.series(index).clone())?;
        }
        *self = table;
        Ok(())
    }
}
