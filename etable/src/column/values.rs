//! The content of a column before it is a polars series.

use polars::prelude::Series;
use polars_arrow::array::{
    Array as ArrowArray, BooleanArray, FixedSizeListArray, PrimitiveArray, Utf8ViewArray,
};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::types::NativeType;

use super::ColumnSpec;
use crate::element::sealed::Scalar as _;
use crate::element::{ElementType, Number, Scalar, match_element};
use crate::error::{Result, TableError};

/// Elements of one type, row-major over rows and cells.
#[derive(Debug, Clone)]
pub enum Values {
    /// Flags.
    Bool(Vec<bool>),
    /// Integers of 8 bits.
    Int8(Vec<i8>),
    /// Integers of 16 bits.
    Int16(Vec<i16>),
    /// Integers of 32 bits.
    Int32(Vec<i32>),
    /// Integers of 64 bits.
    Int64(Vec<i64>),
    /// Unsigned integers of 8 bits.
    UInt8(Vec<u8>),
    /// Unsigned integers of 16 bits.
    UInt16(Vec<u16>),
    /// Unsigned integers of 32 bits.
    UInt32(Vec<u32>),
    /// Unsigned integers of 64 bits.
    UInt64(Vec<u64>),
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
            Values::Int8($vector) => $result,
            Values::Int16($vector) => $result,
            Values::Int32($vector) => $result,
            Values::Int64($vector) => $result,
            Values::UInt8($vector) => $result,
            Values::UInt16($vector) => $result,
            Values::UInt32($vector) => $result,
            Values::UInt64($vector) => $result,
            Values::Float32($vector) => $result,
            Values::Float64($vector) => $result,
            Values::Text($vector) => $result,
        }
    };
}

impl Values {
    pub(crate) fn new(element: ElementType) -> Self {
        match_element!(
            element,
            T => T::values(Vec::new()),
            Bool => Self::Bool(Vec::new()),
            Text => Self::Text(Vec::new()),
        )
    }

    pub(crate) fn element(&self) -> ElementType {
        fn of<T: Scalar>(_: &[T]) -> ElementType {
            T::SCALAR
        }
        each_vector!(self, vector => of(vector))
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

    /// Appends numbers of another type, if these are numbers that can hold all of them: whole
    /// numbers go into other whole numbers and into floats, floats into floats. Else false, and
    /// nothing is appended.
    pub(crate) fn extend_converted<T: Number>(&mut self, numbers: &[T]) -> bool {
        fn whole<T: Number, I: TryFrom<i128>>(own: &mut Vec<I>, numbers: &[T]) -> bool {
            let before = own.len();
            for number in numbers {
                let Some(number) = number.whole().and_then(|number| number.try_into().ok()) else {
                    own.truncate(before);
                    return false;
                };
                own.push(number);
            }
            true
        }
        match self {
            Self::Int8(own) => return whole(own, numbers),
            Self::Int16(own) => return whole(own, numbers),
            Self::Int32(own) => return whole(own, numbers),
            Self::Int64(own) => return whole(own, numbers),
            Self::UInt8(own) => return whole(own, numbers),
            Self::UInt16(own) => return whole(own, numbers),
            Self::UInt32(own) => return whole(own, numbers),
            Self::UInt64(own) => return whole(own, numbers),
            Self::Float32(own) => own.extend(numbers.iter().map(|number| number.to_f32())),
            Self::Float64(own) => own.extend(numbers.iter().map(|number| number.to_f64())),
            Self::Bool(_) | Self::Text(_) => return false,
        }
        true
    }

    fn into_arrow(self, validity: Option<Bitmap>) -> Box<dyn ArrowArray> {
        fn primitive<T: NativeType>(
            values: Vec<T>,
            validity: Option<Bitmap>,
        ) -> Box<dyn ArrowArray> {
            PrimitiveArray::from_vec(values).with_validity(validity).boxed()
        }
        match self {
            Self::Bool(flags) => BooleanArray::from_slice(flags).with_validity(validity).boxed(),
            Self::Text(texts) => {
                Utf8ViewArray::from_slice_values(texts).with_validity(validity).boxed()
            }
            Self::Int8(values) => primitive(values, validity),
            Self::Int16(values) => primitive(values, validity),
            Self::Int32(values) => primitive(values, validity),
            Self::Int64(values) => primitive(values, validity),
            Self::UInt8(values) => primitive(values, validity),
            Self::UInt16(values) => primitive(values, validity),
            Self::UInt32(values) => primitive(values, validity),
            Self::UInt64(values) => primitive(values, validity),
            Self::Float32(values) => primitive(values, validity),
            Self::Float64(values) => primitive(values, validity),
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

    /// The series of a column with this specification, of one chunk. A tensor cell that has
    /// elements, but none that is there, is null as a whole.
    ///
    /// # Errors
    /// [`TableError::TypeMismatch`] if the values have another element type, or
    /// [`TableError::LengthMismatch`] if they are not `n_rows` cells.
    pub(crate) fn into_series(mut self, spec: &ColumnSpec, n_rows: usize) -> Result<Series> {
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
                found: self.values.len().checked_div(width).unwrap_or(0),
                expected: n_rows,
            });
        }
        if !spec.shape.is_scalar() {
            self.mark_null_cells(width);
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

    /// Makes cells null that have no element left, and fills the elements of null cells.
    fn mark_null_cells(&mut self, width: usize) {
        let Some(elements) = self.elements.as_mut().filter(|elements| elements.contains(&false))
        else {
            return;
        };
        let cells = elements.chunks_mut(width);
        let rows = self.rows.get_or_insert_with(|| vec![true; cells.len()]);
        for (row, cell) in rows.iter_mut().zip(cells) {
            *row &= cell.contains(&true);
            if !*row {
                cell.fill(true);
            }
        }
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
