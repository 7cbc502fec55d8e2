//! The types a cell's elements can have, and the traits that tie them to Rust's types.
//!
//! ```
//! use etable::{ElementType, Number};
//!
//! assert_eq!(f32::TYPE, ElementType::Float32);
//! assert_eq!(ElementType::Int64.to_string(), "i64");
//! assert_eq!(3_i64.to_f64(), 3.0);
//! ```

use std::fmt;

use polars::prelude::{ArrowDataType, DataType};
use polars_arrow::types::NativeType;

use crate::column::Values;

/// The type of a column's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// `bool`: a flag.
    Bool,
    /// `i64`: a signed integer of 64 bits.
    Int64,
    /// `f32`: a floating-point number of 32 bits, the engine's.
    Float32,
    /// `f64`: a floating-point number of 64 bits.
    Float64,
    /// `String`: text in UTF-8.
    Text,
}

impl ElementType {
    /// Whether elements are numbers (`i64`, `f32`, `f64`).
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int64 | Self::Float32 | Self::Float64)
    }

    pub(crate) fn polars(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int64 => DataType::Int64,
            Self::Float32 => DataType::Float32,
            Self::Float64 => DataType::Float64,
            Self::Text => DataType::String,
        }
    }

    /// The arrow type polars keeps in memory for these elements.
    pub(crate) fn polars_arrow(self) -> ArrowDataType {
        match self {
            Self::Bool => ArrowDataType::Boolean,
            Self::Int64 => ArrowDataType::Int64,
            Self::Float32 => ArrowDataType::Float32,
            Self::Float64 => ArrowDataType::Float64,
            Self::Text => ArrowDataType::Utf8View,
        }
    }

    pub(crate) fn from_polars(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Boolean => Self::Bool,
            DataType::Int64 => Self::Int64,
            DataType::Float32 => Self::Float32,
            DataType::Float64 => Self::Float64,
            DataType::String => Self::Text,
            _ => return None,
        })
    }
}

/// The Rust name: `bool`, `i64`, `f32`, `f64`, `string`.
impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int64 => "i64",
            Self::Float32 => "f32",
            Self::Float64 => "f64",
            Self::Text => "string",
        })
    }
}

pub(crate) mod sealed {
    use super::{Element, ElementType, NativeType, Values};

    /// What the crate needs of a number type; not for implementation elsewhere.
    pub trait Number: NativeType {
        #[doc(hidden)]
        fn values(values: Vec<Self>) -> Values;
        /// Appends to values of the same type or of a wider use (integers to floats, floats to each
        /// other); false, and nothing appended, if there is no such conversion.
        #[doc(hidden)]
        fn extend(values: &mut Values, numbers: &[Self]) -> bool;
    }

    /// What the crate needs of a scalar type; not for implementation elsewhere.
    pub trait Scalar: Sized {
        #[doc(hidden)]
        const SCALAR: ElementType;
        #[doc(hidden)]
        fn from_element(element: Element<'_>) -> Option<Self>;
    }
}

/// A number type that tensor columns can hold: `i64`, `f32` or `f64`. Sealed.
pub trait Number: sealed::Number + Copy + PartialOrd + Send + Sync + 'static {
    /// The element type of columns of this number.
    const TYPE: ElementType;

    /// The number as `f64`; for `i64` rounded to the nearest when it has more than 53 bits.
    fn to_f64(self) -> f64;
}

/// A type that a scalar cell can be read as: `bool`, `i64`, `f32`, `f64`, `String`. Sealed.
pub trait Scalar: sealed::Scalar + 'static {}

macro_rules! number {
    ($type:ty, $variant:ident $(, $other:ident as $other_type:ty)*) => {
        impl sealed::Number for $type {
            fn values(values: Vec<Self>) -> Values {
                Values::$variant(values)
            }

            fn extend(values: &mut Values, numbers: &[Self]) -> bool {
                match values {
                    Values::$variant(own) => own.extend_from_slice(numbers),
                    $(Values::$other(own) => {
                        own.extend(numbers.iter().map(|&number| number as $other_type));
                    })*
                    _ => return false,
                }
                true
            }
        }
        impl Number for $type {
            const TYPE: ElementType = ElementType::$variant;

            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    };
}
number!(i64, Int64, Float32 as f32, Float64 as f64);
number!(f32, Float32, Float64 as f64);
number!(f64, Float64, Float32 as f32);

macro_rules! scalar {
    ($type:ty, $variant:ident) => {
        impl sealed::Scalar for $type {
            const SCALAR: ElementType = ElementType::$variant;

            fn from_element(element: Element<'_>) -> Option<Self> {
                match element {
                    Element::$variant(value) => Some(value.into()),
                    _ => None,
                }
            }
        }
        impl Scalar for $type {}
    };
}
scalar!(bool, Bool);
scalar!(i64, Int64);
scalar!(f32, Float32);
scalar!(f64, Float64);
scalar!(String, Text);

/// One element of a cell, borrowed from its column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Element<'a> {
    Bool(bool),
    Int64(i64),
    Float32(f32),
    Float64(f64),
    Text(&'a str),
}

impl Element<'_> {
    /// The element as a number: flags are 0 and 1, text is none.
    pub(crate) fn to_f64(self) -> Option<f64> {
        match self {
            Self::Bool(flag) => Some(f64::from(u8::from(flag))),
            Self::Int64(value) => Some(value as f64),
            Self::Float32(value) => Some(f64::from(value)),
            Self::Float64(value) => Some(value),
            Self::Text(_) => None,
        }
    }
}

/// Shortest text that reads back as the same value.
impl fmt::Display for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Int64(value) => write!(f, "{value}"),
            Self::Float32(value) => write!(f, "{value}"),
            Self::Float64(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A value for one scalar cell, made with `into()` from Rust's types; `None` is a missing value.
///
/// ```
/// use etable::CellValue;
///
/// assert_eq!(CellValue::from(2_usize), CellValue::Int64(2));
/// assert_eq!(CellValue::from(None::<f64>), CellValue::Null);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A missing value.
    Null,
    /// A flag.
    Bool(bool),
    /// An integer.
    Int64(i64),
    /// A number of 32 bits.
    Float32(f32),
    /// A number of 64 bits.
    Float64(f64),
    /// Text.
    Text(String),
}

macro_rules! cell_value {
    ($($type:ty => |$value:ident| $result:expr),* $(,)?) => {$(
        impl From<$type> for CellValue {
            fn from($value: $type) -> Self {
                $result
            }
        }
    )*};
}
cell_value! {
    bool => |value| Self::Bool(value),
    i64 => |value| Self::Int64(value),
    i32 => |value| Self::Int64(value.into()),
    u32 => |value| Self::Int64(value.into()),
    // Counts: a machine has no 2^63 of anything, so the limit is never met.
    usize => |value| Self::Int64(i64::try_from(value).unwrap_or(i64::MAX)),
    f32 => |value| Self::Float32(value),
    f64 => |value| Self::Float64(value),
    &str => |value| Self::Text(value.to_string()),
    &String => |value| Self::Text(value.clone()),
    String => |value| Self::Text(value),
}

impl<T: Into<CellValue>> From<Option<T>> for CellValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl CellValue {
    /// The type of a column that holds it; none for a missing value.
    pub(crate) fn element(&self) -> Option<ElementType> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => ElementType::Bool,
            Self::Int64(_) => ElementType::Int64,
            Self::Float32(_) => ElementType::Float32,
            Self::Float64(_) => ElementType::Float64,
            Self::Text(_) => ElementType::Text,
        })
    }

    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int64(_) => "i64",
            Self::Float32(_) => "f32",
            Self::Float64(_) => "f64",
            Self::Text(_) => "string",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn element_types_and_polars_types_map_both_ways() {
        use ElementType::*;
        for element in [Bool, Int64, Float32, Float64, Text] {
            assert_eq!(ElementType::from_polars(&element.polars()), Some(element));
        }
        assert_eq!(ElementType::from_polars(&DataType::UInt32), None);
    }

    #[test]
    fn flags_are_zero_and_one_and_text_is_no_number() {
        assert_eq!(Element::Bool(true).to_f64(), Some(1.0));
        assert_eq!(Element::Text("1").to_f64(), None);
    }
}
