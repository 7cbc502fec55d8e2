//! What a column is: its specification, the values it is made from, and reading its elements.
//!
//! In memory every column is a polars series of one chunk: a scalar column a plain one, a tensor
//! column a flat `Array(T, n)` of n = Π sizes elements per row, whose values are one contiguous
//! row-major block `[rows, dims...]`.
//!
//! ```
//! use etable::{ColumnSpec, ElementType};
//!
//! let spec = ColumnSpec::tensor("Act", ElementType::Float32, &[5, 5], &["y", "x"])?;
//! assert_eq!(spec.to_string(), "Act: f32[y 5, x 5]");
//! # Ok::<(), etable::TableError>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use polars::prelude::DataType;

pub use self::into::{IntoColumn, IntoTensor};
pub(crate) use self::reader::{Reader, number_slice};
pub use self::values::{ColumnData, Values};
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::shape::CellShape;

mod into;
mod reader;
mod values;

/// Name, element type, cell shape and metadata of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSpec {
    /// The column's name, unique in its table.
    pub name: String,
    /// The type of its elements.
    pub element: ElementType,
    /// The shape of its cells; without dimensions for a scalar column.
    pub shape: CellShape,
    /// Free notes that stay with the column in Parquet and Arrow files: description, display hints.
    pub metadata: BTreeMap<String, String>,
}

impl ColumnSpec {
    /// A column of plain values.
    pub fn scalar(name: impl Into<String>, element: ElementType) -> Self {
        let (shape, metadata) = (CellShape::scalar(), BTreeMap::new());
        Self { name: name.into(), element, shape, metadata }
    }

    /// A column of tensors with these dimension sizes and names (no names: unnamed dimensions).
    ///
    /// # Errors
    /// [`TableError::InvalidShape`] as for [`CellShape::new`].
    pub fn tensor(
        name: impl Into<String>,
        element: ElementType,
        sizes: &[usize],
        names: &[&str],
    ) -> Result<Self> {
        let shape = CellShape::new(sizes, names)?;
        Ok(Self { name: name.into(), element, shape, metadata: BTreeMap::new() })
    }

    /// The polars type of the column in memory.
    pub(crate) fn polars(&self) -> DataType {
        if self.shape.is_scalar() {
            self.element.polars()
        } else {
            DataType::Array(Box::new(self.element.polars()), self.shape.len())
        }
    }

    /// The type as shown to users: `f32[y 5, x 5]`.
    pub fn type_name(&self) -> String {
        format!("{}{}", self.element, self.shape)
    }

    pub(crate) fn mismatch(&self, expected: impl Into<String>, hint: &str) -> TableError {
        TableError::TypeMismatch {
            column: self.name.clone(),
            expected: expected.into(),
            found: self.type_name(),
            hint: hint.into(),
        }
    }

    /// Whether name, element type and shape agree; dimension names and metadata may differ.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.name == other.name
            && self.element == other.element
            && self.shape.sizes() == other.shape.sizes()
    }
}

/// `Act: f32[y 5, x 5]`.
impl fmt::Display for ColumnSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}", self.name, self.element, self.shape)
    }
}
