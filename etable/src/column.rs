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

use ndarray::{Array, ArrayD, ArrayView, Dimension};
use polars::prelude::{DataType, Series};
use polars_arrow::array::{
    Array as ArrowArray, BooleanArray, FixedSizeListArray, PrimitiveArray, Utf8ViewArray,
};
use polars_arrow::bitmap::Bitmap;

use crate::element::{Element, ElementType, Number};
use crate::error::{Result, TableError};
use crate::shape::CellShape;

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

/// The arrays of one column, for reading its elements without a copy.
pub(crate) struct Reader<'a> {
    leaf: Leaf<'a>,
    rows: Option<&'a Bitmap>,
    elements: Option<&'a Bitmap>,
    width: usize,
}

enum Leaf<'a> {
    Bool(&'a BooleanArray),
    Int64(&'a [i64]),
    Float32(&'a [f32]),
    Float64(&'a [f64]),
    Text(&'a Utf8ViewArray),
}

impl<'a> Reader<'a> {
    /// The arrays of a series that a table holds: one chunk, of the type that `spec` says.
    pub(crate) fn new(series: &'a Series, spec: &ColumnSpec) -> Self {
        const KEPT: &str = "a table keeps its columns in one chunk of the type in their spec";
        let chunk = series.chunks().first().expect(KEPT).as_ref();
        let (values, rows) = if spec.shape.is_scalar() {
            (chunk, None)
        } else {
            let list = chunk.as_any().downcast_ref::<FixedSizeListArray>().expect(KEPT);
            (list.values().as_ref(), list.validity())
        };
        let any = values.as_any();
        fn numbers<T: Number>(any: &dyn std::any::Any) -> &[T] {
            any.downcast_ref::<PrimitiveArray<T>>().expect(KEPT).values().as_slice()
        }
        let leaf = match spec.element {
            ElementType::Bool => Leaf::Bool(any.downcast_ref().expect(KEPT)),
            ElementType::Int64 => Leaf::Int64(numbers(any)),
            ElementType::Float32 => Leaf::Float32(numbers(any)),
            ElementType::Float64 => Leaf::Float64(numbers(any)),
            ElementType::Text => Leaf::Text(any.downcast_ref().expect(KEPT)),
        };
        Self { leaf, rows, elements: values.validity(), width: spec.shape.len() }
    }

    /// Whether the cell in `row` is missing as a whole.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        match self.rows {
            Some(bitmap) => !bitmap.get_bit(row),
            None if self.width == 1 => self.elements.is_some_and(|bitmap| !bitmap.get_bit(row)),
            None => false,
        }
    }

    /// Which rows are there; none if all are. For a scalar column, its elements.
    pub(crate) fn row_mask(&self) -> Option<Vec<bool>> {
        self.rows.map(|bitmap| bitmap.iter().collect())
    }

    /// Which elements are there, place holders of missing rows included; none if all are.
    pub(crate) fn element_mask(&self) -> Option<Vec<bool>> {
        self.elements.map(|bitmap| bitmap.iter().collect())
    }

    /// The element `index` (row-major) of the cell in `row`; none if it is missing.
    pub(crate) fn element(&self, row: usize, index: usize) -> Option<Element<'a>> {
        let place = row * self.width + index;
        if self.rows.is_some_and(|bitmap| !bitmap.get_bit(row))
            || self.elements.is_some_and(|bitmap| !bitmap.get_bit(place))
        {
            return None;
        }
        Some(match self.leaf {
            Leaf::Bool(array) => Element::Bool(array.value(place)),
            Leaf::Int64(values) => Element::Int64(values[place]),
            Leaf::Float32(values) => Element::Float32(values[place]),
            Leaf::Float64(values) => Element::Float64(values[place]),
            Leaf::Text(array) => Element::Text(array.value(place)),
        })
    }

    /// The first of `rows` that is missing, or misses an element.
    pub(crate) fn first_null(&self, rows: impl IntoIterator<Item = usize>) -> Option<usize> {
        if self.rows.is_none_or(|bitmap| bitmap.unset_bits() == 0)
            && self.elements.is_none_or(|bitmap| bitmap.unset_bits() == 0)
        {
            return None;
        }
        rows.into_iter().find(|&row| (0..self.width).any(|k| self.element(row, k).is_none()))
    }
}

/// The numbers of a series that a table holds, `[rows * cell length]`, without a copy.
pub(crate) fn number_slice<'a, T: Number>(series: &'a Series, spec: &ColumnSpec) -> &'a [T] {
    const KEPT: &str = "the caller has compared the element type";
    let chunk = series.chunks().first().expect(KEPT).as_any();
    let values = match chunk.downcast_ref::<FixedSizeListArray>() {
        Some(list) if !spec.shape.is_scalar() => list.values().as_any(),
        _ => chunk,
    };
    values.downcast_ref::<PrimitiveArray<T>>().expect(KEPT).values().as_slice()
}

/// Values that can become a scalar column: vectors, slices and arrays of `bool`, `i64`, `f32`, `f64`,
/// `String` or `&str`, and of options of these, where `None` is a missing value. `i32`, `u32` and
/// `usize` become `i64`.
///
/// ```
/// use etable::Table;
///
/// let table = Table::new().with_column("Name", ["a", "b"])?.with_column("N", [Some(3_i64), None])?;
/// assert_eq!(table.labels("N")?, ["3", ""]);
/// # Ok::<(), etable::TableError>(())
/// ```
pub trait IntoColumn {
    /// The values as a column's content.
    #[doc(hidden)]
    fn into_column(self) -> ColumnData;
}

macro_rules! into_column {
    ($($type:ty => $variant:ident, $own:expr);* $(;)?) => {$(
        impl IntoColumn for Vec<$type> {
            #[allow(clippy::redundant_closure_call)]
            fn into_column(self) -> ColumnData {
                ColumnData::new(Values::$variant(self.into_iter().map($own).collect()))
            }
        }
        impl IntoColumn for Vec<Option<$type>> {
            fn into_column(self) -> ColumnData {
                let rows = self.iter().map(Option::is_some).collect();
                let values = self.into_iter().map(|value| value.map($own).unwrap_or_default());
                let values = Values::$variant(values.collect());
                ColumnData { values, elements: None, rows: Some(rows) }
            }
        }
        into_column!(@slices $type, Option<$type>);
    )*};
    (@slices $($type:ty),*) => {$(
        impl IntoColumn for &[$type] {
            fn into_column(self) -> ColumnData {
                self.to_vec().into_column()
            }
        }
        impl IntoColumn for &Vec<$type> {
            fn into_column(self) -> ColumnData {
                self.clone().into_column()
            }
        }
        impl<const N: usize> IntoColumn for [$type; N] {
            fn into_column(self) -> ColumnData {
                Vec::from(self).into_column()
            }
        }
        impl<const N: usize> IntoColumn for &[$type; N] {
            fn into_column(self) -> ColumnData {
                self.to_vec().into_column()
            }
        }
    )*};
}
into_column! {
    bool => Bool, |value| value;
    i64 => Int64, |value| value;
    i32 => Int64, i64::from;
    u32 => Int64, i64::from;
    usize => Int64, |value| i64::try_from(value).unwrap_or(i64::MAX);
    f32 => Float32, |value| value;
    f64 => Float64, |value| value;
    String => Text, |value| value;
    &str => Text, |value: &str| value.to_string();
}

/// Arrays that can become a tensor column: an ndarray array or view of any dimension, axis 0 = rows.
pub trait IntoTensor<T> {
    /// The array with a dynamic number of dimensions; owned arrays are not copied.
    #[doc(hidden)]
    fn into_tensor(self) -> ArrayD<T>;
}

impl<T: Number, D: Dimension> IntoTensor<T> for Array<T, D> {
    fn into_tensor(self) -> ArrayD<T> {
        self.into_dyn()
    }
}

impl<T: Number, D: Dimension> IntoTensor<T> for &Array<T, D> {
    fn into_tensor(self) -> ArrayD<T> {
        self.to_owned().into_dyn()
    }
}

impl<T: Number, D: Dimension> IntoTensor<T> for ArrayView<'_, T, D> {
    fn into_tensor(self) -> ArrayD<T> {
        self.to_owned().into_dyn()
    }
}

/// The elements in row-major order; without a copy if the array is so already.
pub(crate) fn row_major<T: Number>(array: ArrayD<T>) -> Vec<T> {
    if array.is_standard_layout() {
        let len = array.len();
        let (mut values, offset) = array.into_raw_vec_and_offset();
        if offset.unwrap_or(0) == 0 {
            values.truncate(len);
            return values;
        }
        let offset = offset.unwrap_or(0);
        return values[offset..offset + len].to_vec();
    }
    array.iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ShapeBuilder};

    use super::*;

    #[test]
    fn column_major_and_sliced_arrays_become_row_major() {
        let array = Array2::from_shape_vec((2, 3).f(), vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]).unwrap();
        assert_eq!(row_major(array.clone().into_dyn()), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let tail = array.slice_move(ndarray::s![1.., ..]);
        assert_eq!(row_major(tail.into_dyn()), [4.0, 5.0, 6.0]);
    }

    #[test]
    fn reader_sees_nulls_of_rows_and_of_elements() {
        let spec = ColumnSpec::tensor("T", ElementType::Int64, &[2], &[]).unwrap();
        let data = ColumnData {
            values: Values::Int64(vec![1, 2, 0, 0, 5, 0]),
            elements: Some(vec![true, true, true, true, true, false]),
            rows: Some(vec![true, false, true]),
        };
        let series = data.into_series(&spec, 3).unwrap();
        let reader = Reader::new(&series, &spec);
        assert_eq!(reader.element(0, 1), Some(Element::Int64(2)));
        assert!(reader.is_null(1) && !reader.is_null(2));
        assert_eq!(reader.element(2, 1), None);
        assert_eq!(reader.first_null([0, 2]), Some(2));
    }

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
