//! Reading the elements of a column in place.

use polars::prelude::Series;
use polars_arrow::array::{BooleanArray, FixedSizeListArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;

use super::ColumnSpec;
use crate::element::sealed::Number as _;
use crate::element::{Element, ElementType, Number};

/// The arrays of one column, for reading its elements without a copy.
pub(crate) struct Reader<'a> {
    leaf: Leaf<'a>,
    rows: Option<&'a Bitmap>,
    elements: Option<&'a Bitmap>,
    width: usize,
}

enum Leaf<'a> {
    Bool(&'a BooleanArray),
    Int8(&'a [i8]),
    Int16(&'a [i16]),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    UInt8(&'a [u8]),
    UInt16(&'a [u16]),
    UInt32(&'a [u32]),
    UInt64(&'a [u64]),
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
            ElementType::Int8 => Leaf::Int8(numbers(any)),
            ElementType::Int16 => Leaf::Int16(numbers(any)),
            ElementType::Int32 => Leaf::Int32(numbers(any)),
            ElementType::Int64 => Leaf::Int64(numbers(any)),
            ElementType::UInt8 => Leaf::UInt8(numbers(any)),
            ElementType::UInt16 => Leaf::UInt16(numbers(any)),
            ElementType::UInt32 => Leaf::UInt32(numbers(any)),
            ElementType::UInt64 => Leaf::UInt64(numbers(any)),
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
            Leaf::Int8(values) => values[place].to_element(),
            Leaf::Int16(values) => values[place].to_element(),
            Leaf::Int32(values) => values[place].to_element(),
            Leaf::Int64(values) => values[place].to_element(),
            Leaf::UInt8(values) => values[place].to_element(),
            Leaf::UInt16(values) => values[place].to_element(),
            Leaf::UInt32(values) => values[place].to_element(),
            Leaf::UInt64(values) => values[place].to_element(),
            Leaf::Float32(values) => values[place].to_element(),
            Leaf::Float64(values) => values[place].to_element(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{ColumnData, Values};
    use crate::element::ElementType;

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
}
