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

use polars::prelude::{DataFrame, Series};

use crate::column::{ColumnData, ColumnSpec, Reader, Values};
use crate::error::{Result, TableError};
use crate::import::import_column;
use crate::tensor_type;
use crate::view::View;

pub(crate) use self::rows::index_size;

mod access;
mod cells;
mod columns;
mod looking;
mod rows;

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

/// Equal columns (names, types, shapes, values) and notes. Missing values equal each other, and so
/// do NaN.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.specs == other.specs
            && self.metadata == other.metadata
            && self.frame.equals_missing(&other.frame)
    }
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
    /// Columns keep their buffers where the type is one of the table's; categories become texts,
    /// nested arrays tensors of that shape, and `arrow.fixed_shape_tensor` columns tensors with their
    /// dimension names. Columns of several chunks are copied into one.
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

    /// The polars frame. A tensor column in it is a flat `Array(T, Π sizes)`: what polars makes of it
    /// knows no shapes, dimension names and metadata. [`Table::query`] keeps them through queries,
    /// [`Table::marked_df`] the shapes and names in a frame.
    pub fn df(&self) -> &DataFrame {
        &self.frame
    }

    /// The polars frame; shapes, dimension names and metadata are dropped.
    pub fn into_df(self) -> DataFrame {
        self.frame
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

    /// The polars frame with tensor columns as the extension type `arrow.fixed_shape_tensor`: shapes
    /// and dimension names go through polars' queries, and [`Table::from_df`] finds them again.
    /// Nothing is copied.
    ///
    /// # Errors
    /// [`TableError::Polars`] if polars refuses the columns.
    pub fn marked_df(&self) -> Result<DataFrame> {
        let columns = self.specs.iter().enumerate().map(|(index, spec)| {
            let series = self.series(index).clone();
            let plain = spec.shape.is_scalar() || !tensor_type::is_marked(spec.element);
            if plain { series } else { tensor_type::marked(series, &spec.shape) }
        });
        frame_of(self.n_rows(), columns.collect())
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
}

fn frame_of(height: usize, series: Vec<Series>) -> Result<DataFrame> {
    DataFrame::new(height, series.into_iter().map(Into::into).collect())
        .map_err(TableError::polars("making a table"))
}
