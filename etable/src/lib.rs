//! Tables whose cells may be tensors.
#![deny(missing_docs)]

mod builder;
mod column;
mod display;
mod element;
mod import;
mod shape;
mod table;
mod tensor_type;
mod view;

pub mod error;
pub mod files;
pub mod io;

pub use builder::{RowBuilder, TableBuilder};
pub use column::{ColumnSpec, IntoColumn, IntoTensor};
pub use element::{CellValue, ElementType, Number, Scalar};
pub use error::{Result, TableError};
pub use io::{CsvHeader, CsvOptions};
pub use shape::CellShape;
pub use table::Table;
pub use view::{Row, View};
pub use {ndarray, polars};
