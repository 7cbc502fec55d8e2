//! The table: named columns with a common number of rows, whose cells are values or tensors.
//!
//! ```
//! use etable::Table;
//! use etable::ndarray::array;
//!
//! let mut table = Table::new()
//!     .with_column("Name", ["a", "b"])?
//!     .with_tensor("Act", array![[0.0_f32, 0.5], [1.0, 0.25]], &["x"])?;
//! table.metadata_mut().insert("seed".into(), "1".into());
//!
//! let act = table.tensor::<f32>("Act")?; // [rows, x], no copy
//! assert_eq!(act[[1, 0]], 1.0);
//! assert_eq!(table.cell::<String>("Name", 1)?, "b");
//! assert_eq!(table.matrix("Act")?.row(0).to_vec(), [0.0, 0.5]);
//! # Ok::<(), etable::TableError>(())
//! ```

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD, ArrayViewD, Axis, IxDyn};
use polars::prelude::{DataFrame, IntoLazy, LazyFrame, Series};

use crate::column::{
    ColumnData, ColumnSpec, IntoColumn, IntoTensor, Reader, Values, number_slice, row_major,
};
use crate::element::{Element, ElementType, Number, Scalar};
use crate::error::{Result, TableError};
use crate::import::import_column;
use crate::shape::CellShape;
use crate::view::View;

/// Named columns of equal length over a polars [`DataFrame`], each with a [`ColumnSpec`], and free
/// table-level metadata.
///
/// A clone shares the columns' buffers and costs a few reference counts per column. All reading of
/// columns is without a copy where the signature gives a slice or a view.
#[derive(Debug, Clone, Default)]
pub struct Table {
    frame: DataFrame,
    specs: Vec<ColumnSpec>,
    metadata: BTreeMap<String, String>,
}

impl Table {
    /// A table without columns and rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table with these columns and no rows.
    ///
    /// # Errors
    /// [`TableError::DuplicateColumn`] if a name occurs twice.
    pub fn with_specs(specs: impl IntoIterator<Item = ColumnSpec>) -> Result<Self> {
        let mut table = Self::new();
        for spec in specs {
            let data = ColumnData::new(Values::new(spec.element));
            table.push(spec, data, 0)?;
        }
        Ok(table)
    }

    /// A table over a polars frame.
    ///
    /// Columns keep their buffers where the type is one of the table's; other integers become `i64`,
    /// nested arrays become tensors of that shape, and `arrow.fixed_shape_tensor` columns tensors
    /// with their dimension names. Columns of several chunks are copied into one.
    ///
    /// # Errors
    /// [`TableError::UnsupportedType`] for any other type (dates, lists of varying length, structs).
    pub fn from_df(df: DataFrame) -> Result<Self> {
        let height = df.height();
        let (specs, columns): (Vec<_>, Vec<_>) =
            df.columns().iter().map(import_column).collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let frame = frame_of(height, columns)?;
        Ok(Self { frame, specs, metadata: BTreeMap::new() })
    }

    /// The polars frame. A tensor column in it is a flat `Array(T, Π sizes)`.
    pub fn df(&self) -> &DataFrame {
        &self.frame
    }

    /// The polars frame; shapes, dimension names and metadata are dropped.
    pub fn into_df(self) -> DataFrame {
        self.frame
    }

    /// A lazy frame over the table, for polars queries; nothing is copied.
    pub fn lazy(&self) -> LazyFrame {
        self.frame.clone().lazy()
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.frame.height()
    }

    /// The number of columns.
    pub fn n_columns(&self) -> usize {
        self.specs.len()
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> Vec<&str> {
        self.specs.iter().map(|spec| spec.name.as_str()).collect()
    }

    /// The specifications of the columns, in order.
    pub fn specs(&self) -> &[ColumnSpec] {
        &self.specs
    }

    /// The specification of a column.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], naming the nearest column.
    pub fn spec(&self, name: &str) -> Result<&ColumnSpec> {
        Ok(&self.specs[self.index(name)?])
    }

    /// Whether there is a column of this name.
    pub fn has_column(&self, name: &str) -> bool {
        self.specs.iter().any(|spec| spec.name == name)
    }

    /// Free notes on the table as a whole; Parquet and Arrow files keep them.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The table's notes, to change.
    pub fn metadata_mut(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.metadata
    }

    /// A column's notes, to change.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn column_metadata_mut(&mut self, name: &str) -> Result<&mut BTreeMap<String, String>> {
        let index = self.index(name)?;
        Ok(&mut self.specs[index].metadata)
    }

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
    pub fn with_tensor<T: Number>(
        mut self,
        name: impl Into<String>,
        rows: impl IntoTensor<T>,
        dim_names: &[&str],
    ) -> Result<Self> {
        self.add_tensor(name, rows, dim_names)?;
        Ok(self)
    }

    /// Appends a tensor column: axis 0 of `rows` counts the rows, the other axes are the cell's
    /// dimensions, named by `dim_names` (empty: unnamed). An array of one axis makes a scalar column.
    ///
    /// # Errors
    /// [`TableError::LengthMismatch`], [`TableError::DuplicateColumn`], or
    /// [`TableError::InvalidShape`] if names and axes disagree or the array has no axis.
    pub fn add_tensor<T: Number>(
        &mut self,
        name: impl Into<String>,
        rows: impl IntoTensor<T>,
        dim_names: &[&str],
    ) -> Result<()> {
        let rows = rows.into_tensor();
        let Some((&n_rows, sizes)) = rows.shape().split_first() else {
            let reason = "the array has no axis; axis 0 must count the rows".into();
            return Err(TableError::InvalidShape { sizes: Vec::new(), reason });
        };
        let spec = ColumnSpec::tensor(name, T::TYPE, sizes, dim_names)?;
        self.push(spec, ColumnData::new(T::values(row_major(rows))), n_rows)
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
        let n_rows = texts.len() / spec.shape.len();
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

    /// A scalar column of flags or numbers as `f64`; flags are 0 and 1.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for text and tensors, or
    /// [`TableError::Null`] naming the first missing row.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        self.numbers_at(name, 0..self.n_rows())
    }

    pub(crate) fn numbers_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<f64>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of numbers")?;
        if spec.element == ElementType::Text {
            return Err(spec.mismatch("a scalar column of numbers", "use `texts` or `labels`"));
        }
        present(name, rows, |row| reader.element(row, 0).and_then(Element::to_f64))
    }

    /// A scalar column of flags.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn flags(&self, name: &str) -> Result<Vec<bool>> {
        self.flags_at(name, 0..self.n_rows())
    }

    pub(crate) fn flags_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<bool>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of flags")?;
        if spec.element != ElementType::Bool {
            return Err(spec.mismatch("a scalar column of flags", "use `numbers` or `labels`"));
        }
        present(name, rows, |row| match reader.element(row, 0) {
            Some(Element::Bool(flag)) => Some(flag),
            _ => None,
        })
    }

    /// A scalar column of text.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        self.texts_at(name, 0..self.n_rows())
    }

    pub(crate) fn texts_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<String>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of text")?;
        if spec.element != ElementType::Text {
            return Err(
                spec.mismatch("a scalar column of text", "use `labels` for any scalar type")
            );
        }
        present(name, rows, |row| reader.element(row, 0).map(|element| element.to_string()))
    }

    /// Any scalar column as text, the shortest that reads back as the value; a null is empty.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or [`TableError::TypeMismatch`] for tensors.
    pub fn labels(&self, name: &str) -> Result<Vec<String>> {
        self.labels_at(name, 0..self.n_rows())
    }

    pub(crate) fn labels_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<String>> {
        let (_, reader) = self.scalar_reader(name, "a scalar column")?;
        Ok(rows
            .map(|row| {
                reader.element(row, 0).map(|element| element.to_string()).unwrap_or_default()
            })
            .collect())
    }

    /// A scalar column of numbers, `[rows]`, without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn slice<T: Number>(&self, name: &str) -> Result<&[T]> {
        let index = self.index(name)?;
        if !self.specs[index].shape.is_scalar() {
            let expected = format!("a scalar column of {}", T::TYPE);
            return Err(self.specs[index].mismatch(expected, "use `tensor`"));
        }
        self.complete_numbers::<T>(index)
    }

    /// A column of numbers as `[rows, dims...]` (a scalar column as `[rows]`), without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`], or [`TableError::Null`] naming
    /// the first row that misses an element.
    pub fn tensor<T: Number>(&self, name: &str) -> Result<ArrayViewD<'_, T>> {
        let index = self.index(name)?;
        let values = self.complete_numbers::<T>(index)?;
        Ok(shaped(values, self.n_rows(), &self.specs[index].shape))
    }

    /// The value of one scalar cell, in the column's own type.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn cell<S: Scalar>(&self, name: &str, row: usize) -> Result<S> {
        self.check_row(row)?;
        let (spec, reader) =
            self.scalar_reader(name, &format!("a scalar column of {}", S::SCALAR))?;
        if spec.element != S::SCALAR {
            let hint = format!("ask for a cell of type {}", spec.element);
            return Err(spec.mismatch(S::SCALAR.to_string(), &hint));
        }
        let element = reader.element(row, 0);
        element
            .and_then(S::from_element)
            .ok_or_else(|| TableError::Null { column: name.into(), row })
    }

    /// The tensor in one cell, `[dims...]`, without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn tensor_cell<T: Number>(&self, name: &str, row: usize) -> Result<ArrayViewD<'_, T>> {
        self.check_row(row)?;
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if self.reader(index).first_null([row]).is_some() {
            return Err(TableError::Null { column: name.into(), row });
        }
        let values = self.typed_numbers::<T>(index)?;
        let width = spec.shape.len();
        let cell = shaped(&values[row * width..(row + 1) * width], 1, &spec.shape);
        Ok(cell.index_axis_move(Axis(0), 0))
    }

    /// The texts in one cell of a column of text, row-major.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn text_cell(&self, name: &str, row: usize) -> Result<Vec<String>> {
        self.check_row(row)?;
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if spec.element != ElementType::Text {
            return Err(spec.mismatch("a column of text", "use `tensor_cell`"));
        }
        let reader = self.reader(index);
        let texts = (0..spec.shape.len())
            .map(|element| reader.element(row, element).map(|element| element.to_string()));
        let null = || TableError::Null { column: name.into(), row };
        texts.collect::<Option<_>>().ok_or_else(null)
    }

    /// Any column of flags or numbers as `[rows, cell length]` in `f64`, for analyses.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for text, or [`TableError::Null`].
    pub fn matrix(&self, name: &str) -> Result<Array2<f64>> {
        self.matrix_at(name, 0..self.n_rows())
    }

    pub(crate) fn matrix_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Array2<f64>> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if spec.element == ElementType::Text {
            return Err(spec.mismatch("a column of numbers", "texts have no place in a matrix"));
        }
        let (n_rows, width) = (rows.len(), spec.shape.len());
        let reader = self.reader(index);
        let mut values = Vec::with_capacity(n_rows * width);
        for (position, row) in rows.enumerate() {
            for element in 0..width {
                let value = reader.element(row, element).and_then(Element::to_f64);
                values.push(
                    value.ok_or_else(|| TableError::Null { column: name.into(), row: position })?,
                );
            }
        }
        Ok(Array2::from_shape_vec((n_rows, width), values).expect("one value per row and element"))
    }

    /// Whether a cell is missing as a whole.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::RowOutOfRange`].
    pub fn is_null(&self, name: &str, row: usize) -> Result<bool> {
        self.check_row(row)?;
        Ok(self.reader(self.index(name)?).is_null(row))
    }

    /// Appends the rows of another table with the same columns in the same order (name, element type
    /// and sizes; dimension names and metadata stay this table's). Copies this table's columns: to
    /// grow a table row by row use a [`TableBuilder`](crate::TableBuilder).
    ///
    /// A table without columns takes over the other one's.
    ///
    /// # Errors
    /// [`TableError::SchemaMismatch`], naming the first difference; the table is then unchanged.
    pub fn append(&mut self, other: &Self) -> Result<()> {
        self.append_all([Ok(other.clone())])
    }

    /// Appends the rows of several tables, joining their chunks once; on an error nothing changes.
    pub(crate) fn append_all(
        &mut self,
        others: impl IntoIterator<Item = Result<Self>>,
    ) -> Result<()> {
        let (mut frame, mut specs) = (self.frame.clone(), self.specs.clone());
        for other in others {
            let other = other?;
            if specs.is_empty() {
                (frame, specs) = (other.frame, other.specs);
                continue;
            }
            same_columns(&specs, &other.specs)?;
            frame.vstack_mut(&other.frame).map_err(TableError::polars("appending rows"))?;
        }
        frame.rechunk_mut();
        (self.frame, self.specs) = (frame, specs);
        Ok(())
    }

    /// A view of all rows in order.
    pub fn view(&self) -> View {
        View::all(self.clone())
    }

    pub(crate) fn index(&self, name: &str) -> Result<usize> {
        let found = self.specs.iter().position(|spec| spec.name == name);
        found.ok_or_else(|| TableError::missing(name, self.column_names()))
    }

    pub(crate) fn series(&self, index: usize) -> &Series {
        self.frame.columns()[index].as_materialized_series()
    }

    pub(crate) fn reader(&self, index: usize) -> Reader<'_> {
        Reader::new(self.series(index), &self.specs[index])
    }

    pub(crate) fn set_specs(&mut self, specs: Vec<ColumnSpec>) {
        debug_assert!(self.specs.iter().zip(&specs).all(|(a, b)| a.polars() == b.polars()));
        self.specs = specs;
    }

    pub(crate) fn check_row(&self, row: usize) -> Result<()> {
        let n_rows = self.n_rows();
        if row < n_rows { Ok(()) } else { Err(TableError::RowOutOfRange { row, n_rows }) }
    }

    pub(crate) fn scalar_reader(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<(&ColumnSpec, Reader<'_>)> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if !spec.shape.is_scalar() {
            return Err(spec.mismatch(expected, "use `tensor` or `matrix`"));
        }
        Ok((spec, self.reader(index)))
    }

    pub(crate) fn typed_numbers<T: Number>(&self, index: usize) -> Result<&[T]> {
        let spec = &self.specs[index];
        if spec.element != T::TYPE {
            let hint = if spec.element == ElementType::Text {
                "use `texts` or `text_cell`".into()
            } else {
                format!("ask for {}, or use `matrix` for f64 of any type", spec.element)
            };
            return Err(spec.mismatch(format!("of {}", T::TYPE), &hint));
        }
        Ok(number_slice(self.series(index), spec))
    }

    pub(crate) fn complete_numbers<T: Number>(&self, index: usize) -> Result<&[T]> {
        let values = self.typed_numbers(index)?;
        match self.reader(index).first_null(0..self.n_rows()) {
            Some(row) => Err(TableError::Null { column: self.specs[index].name.clone(), row }),
            None => Ok(values),
        }
    }

    /// The rows of a column of numbers at these places, `[rows, dims...]`.
    pub(crate) fn tensor_at<T: Number>(&self, name: &str, rows: &[usize]) -> Result<ArrayD<T>> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        let values = self.typed_numbers::<T>(index)?;
        if let Some(row) = self.reader(index).first_null(rows.iter().copied()) {
            let row = rows.iter().position(|&r| r == row).unwrap_or(row);
            return Err(TableError::Null { column: name.into(), row });
        }
        let width = spec.shape.len();
        let mut gathered = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            gathered.extend_from_slice(&values[row * width..(row + 1) * width]);
        }
        let shape = full_shape(rows.len(), &spec.shape);
        Ok(ArrayD::from_shape_vec(shape, gathered).expect("one value per row and element"))
    }
}

/// That two tables can be put below each other.
fn same_columns(mine: &[ColumnSpec], theirs: &[ColumnSpec]) -> Result<()> {
    let mismatch = |reason: String| Err(TableError::SchemaMismatch { reason });
    if mine.len() != theirs.len() {
        return mismatch(format!("{} and {} columns", mine.len(), theirs.len()));
    }
    match mine.iter().zip(theirs).find(|(mine, theirs)| !mine.agrees(theirs)) {
        Some((mine, theirs)) => mismatch(format!("`{mine}` and `{theirs}`")),
        None => Ok(()),
    }
}

fn frame_of(height: usize, series: Vec<Series>) -> Result<DataFrame> {
    DataFrame::new(height, series.into_iter().map(Into::into).collect())
        .map_err(TableError::polars("making a table"))
}

fn full_shape(n_rows: usize, cell: &CellShape) -> IxDyn {
    let mut shape = vec![n_rows];
    shape.extend_from_slice(cell.sizes());
    IxDyn(&shape)
}

fn shaped<'a, T>(values: &'a [T], n_rows: usize, cell: &CellShape) -> ArrayViewD<'a, T> {
    ArrayViewD::from_shape(full_shape(n_rows, cell), values)
        .expect("a column's values are rows times cell length")
}

/// One value for each row, or the position of the first row that has none.
fn present<T>(
    name: &str,
    rows: impl ExactSizeIterator<Item = usize>,
    value: impl Fn(usize) -> Option<T>,
) -> Result<Vec<T>> {
    let null = |row| TableError::Null { column: name.into(), row };
    rows.enumerate().map(|(position, row)| value(row).ok_or_else(|| null(position))).collect()
}
