//! Tables whose cells may be tensors, for the logs, environments and analyses of neural models.
//!
//! A simulation's results are tables: a row per epoch, trial or cycle, a column per quantity. Some
//! quantities are numbers (the error), some are arrays (the activation of a layer of 5 × 5 units,
//! or of 2 × 3 pools of 4 × 4). [`Table`] holds both as columns of one
//! [polars](https://pola.rs) frame, so that polars' queries and expressions work on the scalar
//! columns ([`Table::query`], [`Table::df`], [`Table::from_df`]; of the operations that polars builds
//! on request, those for ranges, membership, ranks, differences, running sums, logarithms, rounding,
//! replacement and the largest values), and keeps the shape of a tensor column's cells and the
//! *names* of their dimensions ([`CellShape`]).
//!
//! # Why this design
//!
//! * A tensor column is one contiguous row-major block `[rows, dims...]`: [`Table::tensor`] is an
//!   ndarray view of polars' own buffer, without a copy. Every column is kept in one chunk for this.
//! * In files the column is Arrow's extension `arrow.fixed_shape_tensor`: pyarrow, pandas, polars
//!   and xarray see shape and names with no code of ours. Notes (metadata) on table and columns stand
//!   in one further entry, `etable`.
//! * A [`View`] is a table and a list of rows: filtered, sorted, permuted without copying a cell.
//!   Functions that only read take `impl Into<View>`.
//! * [`TableBuilder`] takes rows one at a time, as a log grows, and keeps them by columns.
//!
//! # Example
//!
//! ```
//! use etable::polars::prelude::{col, lit};
//! use etable::{ColumnSpec, ElementType, Table, TableBuilder};
//!
//! // A log with one row per trial.
//! let mut log = TableBuilder::new([
//!     ColumnSpec::scalar("Trial", ElementType::Text),
//!     ColumnSpec::scalar("SSE", ElementType::Float64),
//!     ColumnSpec::tensor("Act", ElementType::Float32, &[2, 2], &["y", "x"])?,
//! ])?;
//! for (name, sse, act) in [
//!     ("cat", 0.5, [0.0_f32, 0.9, 0.1, 0.0]),
//!     ("dog", 0.0, [0.8, 0.0, 0.0, 0.2]),
//!     ("cow", 2.0, [0.7, 0.1, 0.0, 0.3]),
//! ] {
//!     log.row().set("Trial", name)?.set("SSE", sse)?.set_tensor("Act", &act)?.finish()?;
//! }
//! let table = log.finish()?;
//!
//! // A column of tensors, rows first, without a copy.
//! let act = table.tensor::<f32>("Act")?;
//! assert_eq!(act.shape(), [3, 2, 2]);
//! assert_eq!(act[[1, 0, 0]], 0.8);
//!
//! // The trials with errors, the worst first.
//! let wrong = table.filter(col("SSE").gt(lit(0.0)))?.sort(&["SSE"], true)?;
//! assert_eq!(wrong.texts("Trial")?, ["cow", "cat"]);
//!
//! // To a file that pyarrow reads, and back.
//! let folder = tempfile::tempdir().unwrap();
//! wrong.to_table()?.write(folder.path().join("wrong.parquet"))?;
//! let read = Table::read(folder.path().join("wrong.parquet"))?;
//! assert_eq!(read.spec("Act")?.to_string(), "Act: f32[y 2, x 2]");
//! assert_eq!(read.matrix("Act")?[[0, 3]], 0.30000001192092896); // 0.3 as f32
//! # Ok::<(), etable::TableError>(())
//! ```
//!
//! # Missing values
//!
//! Every element may be null: not there. A cell of a tensor column is null if and only if all of its
//! elements are (one of no elements, as of shape `[0]`, may be null, too). That holds wherever a
//! column comes from, so that all formats agree on it. Typed access to numbers refuses a column with
//! nulls, naming the row ([`TableError::Null`]); [`View::without_nulls`] leaves such rows out;
//! [`Table::elements`] has them as `None`. [`Table::labels`] shows nulls as empty text. NaN is a
//! number, not a null. What each format makes of nulls says the table in [`io`].
//!
//! # Known limits
//!
//! * Tensors of texts are kept and written, but not marked as tensor extension in files.
//! * polars itself computes nothing over tensor columns; [`CellExpr`], [`ScanAggregate`] and
//!   [`Table::tensor`] do.
//! * Text files lose dimension names, metadata and the difference between null and empty text.
//! * In Parquet files texts are Arrow's `string_view`, for which pyarrow has not all functions yet;
//!   cast them to `string` there.
//! * A file is read into memory as a whole; logs and datasets are also scanned lazily.

#![deny(missing_docs)]

mod builder;
mod column;
mod display;
mod element;
mod float;
mod import;
mod join;
mod shape;
mod table;
mod tensor_type;
mod view;

pub mod aggregate;
pub mod colour;
pub mod convolve;
pub mod error;
pub mod expression;
pub mod files;
pub mod grid;
pub mod histogram;
pub mod interrupt;
pub mod io;
pub mod log;
pub mod markup;
pub mod minmax;
pub mod norm;
pub mod progress;
pub mod spelling;
pub mod splits;

pub use aggregate::{Aggregate, Aggregation, ScanAggregate};
pub use builder::{RowBuilder, TableBuilder};
pub use column::{ColumnSpec, IntoColumn, IntoTensor};
pub use display::Excerpt;
pub use element::{CellValue, ElementType, Number, Scalar};
pub use error::{Result, TableError};
pub use expression::CellExpr;
pub use float::Float;
pub use grid::Grid;
pub use io::{CsvHeader, CsvOptions, Dataset};
pub use join::Join;
pub use log::{LogFolder, LogWriter};
pub use shape::CellShape;
pub use splits::Splits;
pub use table::Table;
pub use view::{Order, Row, Rows, TextMatch, View};
pub use {arrow, ndarray, polars};
