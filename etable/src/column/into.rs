//! What columns can be made from.

use ndarray::{Array, ArrayD, ArrayView, Dimension};

use super::values::{ColumnData, Values};
use crate::element::Scalar;

/// Values that can become a scalar column: vectors, slices and arrays of `bool`, of integers of 8 to
/// 64 bits, `f32`, `f64`, `String` or `&str`, and of options of these, where `None` is a missing
/// value. `usize` becomes `i64`.
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
    i8 => Int8, |value| value;
    i16 => Int16, |value| value;
    i32 => Int32, |value| value;
    i64 => Int64, |value| value;
    u8 => UInt8, |value| value;
    u16 => UInt16, |value| value;
    u32 => UInt32, |value| value;
    u64 => UInt64, |value| value;
    usize => Int64, |value| i64::try_from(value).unwrap_or(i64::MAX);
    f32 => Float32, |value| value;
    f64 => Float64, |value| value;
    String => Text, |value| value;
    &str => Text, |value: &str| value.to_string();
}

/// Arrays that can become a tensor column: an ndarray array or view of any dimension, axis 0 = rows,
/// of numbers, `bool`, `String` or `&str`, or of options of these, where `None` is a missing element.
pub trait IntoTensor {
    /// The sizes of the axes, and the elements as a column's content; owned arrays in row-major
    /// order are not copied.
    #[doc(hidden)]
    fn into_tensor(self) -> (Vec<usize>, ColumnData);
}

impl<T: Scalar, D: Dimension> IntoTensor for Array<T, D> {
    fn into_tensor(self) -> (Vec<usize>, ColumnData) {
        (self.shape().to_vec(), ColumnData::new(T::values(row_major(self.into_dyn()))))
    }
}

impl<T: Scalar, D: Dimension> IntoTensor for Array<Option<T>, D> {
    fn into_tensor(self) -> (Vec<usize>, ColumnData) {
        let elements = self.iter().map(Option::is_some).collect();
        let values = self.iter().map(|value| value.clone().unwrap_or_default()).collect();
        let data = ColumnData { values: T::values(values), elements: Some(elements), rows: None };
        (self.shape().to_vec(), data)
    }
}

impl<D: Dimension> IntoTensor for Array<&str, D> {
    fn into_tensor(self) -> (Vec<usize>, ColumnData) {
        self.mapv(str::to_owned).into_tensor()
    }
}

impl<T: Clone, D: Dimension> IntoTensor for &Array<T, D>
where
    Array<T, D>: IntoTensor,
{
    fn into_tensor(self) -> (Vec<usize>, ColumnData) {
        self.to_owned().into_tensor()
    }
}

impl<T: Clone, D: Dimension> IntoTensor for ArrayView<'_, T, D>
where
    Array<T, D>: IntoTensor,
{
    fn into_tensor(self) -> (Vec<usize>, ColumnData) {
        self.to_owned().into_tensor()
    }
}

/// The elements in row-major order; without a copy if the array is so already.
fn row_major<T: Clone>(array: ArrayD<T>) -> Vec<T> {
    if array.is_standard_layout() {
        let len = array.len();
        let (mut values, offset) = array.into_raw_vec_and_offset();
        let offset = offset.unwrap_or(0);
        if offset == 0 {
            values.truncate(len);
            return values;
        }
        return values[offset..offset + len].to_vec();
    }
    array.iter().cloned().collect()
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
}
