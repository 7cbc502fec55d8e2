//! The content of a column before it is a polars series.

use polars::prelude::Series;
use polars_arrow::array::{
    Array as ArrowArray, BooleanArray, FixedSizeListArray, PrimitiveArray, Utf8ViewArray,
};
use polars_arrow::bitmap::Bitmap;

use super::ColumnSpec;
use crate::element::ElementType;
use crate::error::{Result, TableError};

/// Elements of one type, row-major over rows and cells.
#[derive(Debug, Clone)]
pub enum Values {
    /// Flags.
    Bool(Vec<bool>),
    /// Integers.
    Int64(Vec<i64>),
    /// Numbers of 32 bits.
    Float32(Vec<f32>),
    /// Numbers of 64 bits.
    Float64(Vec<f64>),
    /// Texts.
    Text(Vec<String>),
}

/// Runs one expression for whichever vector the values are.
macro_rules! each_vector {
    ($values:expr, $vector:ident => $result:expr) => {
        match $values {
            Values::Bool($vector) => $result,
            Values::Int64($vector) => $result,
            Values::Float32($vector) => $result,
            Values::Float64($vector) => $result,
            Values::Text($vector) => $result,
        }
    };
}

impl Values {
    pub(crate) fn new(element: ElementType) -> Self {
        match element {
            ElementType::Bool => Self::Bool(Vec::new()),
            ElementType::Int64 => Self::Int64(Vec::new()),
            ElementType::Float32 => Self::Float32(Vec::new()),
            ElementType::Float64 => Self::Float64(Vec::new()),
            ElementType::Text => Self::Text(Vec::new()),
        }
    }

    pub(crate) fn element(&self) -> ElementType {
        match self {
            Self::Bool(_) => ElementType::Bool,
            Self::Int64(_) => ElementType::Int64,
            Self::Float32(_) => ElementType::Float32,
            Self::Float64(_) => ElementType::Float64,
            Self::Text(_) => ElementType::Text,
        }
    }

    pub(crate) fn len(&self) -> usize {
        each_vector!(self, vector => vector.len())
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        each_vector!(self, vector => vector.truncate(len));
    }

    /// Appends `n` zeros (false, empty texts), the place holders of missing values.
    pub(crate) fn push_blank(&mut self, n: usize) {
        each_vector!(self, vector => vector.resize(vector.len() + n, Default::default()));
    }

    fn into_arrow(self, validity: Option<Bitmap>) -> Box<dyn ArrowArray> {
        fn primitive<T: polars_arrow::types::NativeType>(
            values: Vec<T>,
            validity: Option<Bitmap>,
        ) -> Box<dyn ArrowArray> {
            PrimitiveArray::from_vec(values).with_validity(validity).boxed()
        }
        match self {
            Self::Bool(flags) => BooleanArray::from_slice(flags).with_validity(validity).boxed(),
            Self::Int64(values) => primitive(values, validity),
            Self::Float32(values) => primitive(values, validity),
            Self::Float64(values) => primitive(values, validity),
            Self::Text(texts) => {
                Utf8ViewArray::from_slice_values(texts).with_validity(validity).boxed()
            }
        }
    }
}

/// The content of a whole column before it becomes a series.
#[derive(Debug, Clone)]
pub struct ColumnData {
    /// All elements, place holders included.
    pub(crate) values: Values,
    /// Which elements are there (`None`: all); for scalar columns the same as `rows`.
    pub(crate) elements: Option<Vec<bool>>,
    /// Which rows are there (`None`: all).
    pub(crate) rows: Option<Vec<bool>>,
}

impl ColumnData {
    pub(crate) fn new(values: Values) -> Self {
        Self { values, elements: None, rows: None }
    }

    /// The series of a column with this specification, of one chunk.
    ///
    /// # Errors
    /// [`TableError::TypeMismatch`] if the values have another element type, or
    /// [`TableError::LengthMismatch`] if they are not `n_rows` cells.
    pub(crate) fn into_series(self, spec: &ColumnSpec, n_rows: usize) -> Result<Series> {
        let width = spec.shape.len();
        if self.values.element() != spec.element {
            return Err(spec.mismatch(
                self.values.element().to_string(),
                "give values of the column's element type",
            ));
        }
        if n_rows.checked_mul(width) != Some(self.values.len()) {
            return Err(TableError::LengthMismatch {
                column: spec.name.clone(),
                found: self.values.len() / width,
                expected: n_rows,
            });
        }
        let bitmap =
            |mask: Option<Vec<bool>>| mask.filter(|m| m.contains(&false)).map(Bitmap::from);
        let chunk = if spec.shape.is_scalar() {
            self.values.into_arrow(bitmap(self.rows.or(self.elements)))
        } else {
            let flat = self.values.into_arrow(bitmap(self.elements));
            let list = spec.element.polars_arrow().to_fixed_size_list(width, true);
            FixedSizeListArray::try_new(list, n_rows, flat, bitmap(self.rows))
                .map_err(TableError::polars(format!("making the column `{}`", spec.name)))?
                .boxed()
        };
        Series::from_chunk_and_dtype(spec.name.as_str().into(), chunk, &spec.polars())
            .map_err(TableError::polars(format!("making the column `{}`", spec.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_number_of_values_is_an_error() {
        let spec = ColumnSpec::tensor("T", ElementType::Int64, &[2], &[]).unwrap();
        let data = ColumnData::new(Values::Int64(vec![1, 2, 3]));
        assert!(matches!(
            data.into_series(&spec, 2),
            Err(TableError::LengthMismatch { found: 1, expected: 2, .. })
        ));
    }
}
