//! The types a cell's elements can have, and the traits that tie them to Rust's types.
//!
//! ```
//! use etable::{ElementType, Number};
//!
//! assert_eq!(f32::TYPE, ElementType::Float32);
//! assert_eq!(ElementType::UInt8.to_string(), "u8");
//! assert_eq!(3_i64.to_f64(), 3.0);
//! ```

use std::fmt;

use arrow::datatypes as arrow_types;
use polars::prelude::{ArrowDataType, DataType};
use polars_arrow::types::NativeType;

use crate::column::Values;

pub use self::value::CellValue;

mod value;

/// The type of a column's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// `bool`: a flag.
    Bool,
    /// `i8`: a signed integer of 8 bits.
    Int8,
    /// `i16`: a signed integer of 16 bits.
    Int16,
    /// `i32`: a signed integer of 32 bits.
    Int32,
    /// `i64`: a signed integer of 64 bits, what counters usually are.
    Int64,
    /// `u8`: an unsigned integer of 8 bits.
    UInt8,
    /// `u16`: an unsigned integer of 16 bits.
    UInt16,
    /// `u32`: an unsigned integer of 32 bits.
    UInt32,
    /// `u64`: an unsigned integer of 64 bits.
    UInt64,
    /// `f32`: a floating-point number of 32 bits, the engine's.
    Float32,
    /// `f64`: a floating-point number of 64 bits.
    Float64,
    /// `String`: text in UTF-8.
    Text,
}

/// Evaluates an expression in which `$T` is the number type that an element type says, or the one
/// for flags or for texts.
macro_rules! match_element {
    ($element:expr, $T:ident => $number:expr, Bool => $flag:expr, Text => $text:expr $(,)?) => {
        $crate::element::match_element!(
            @numbers $element, $T, $number, $flag, $text,
            Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
            Float32 f32, Float64 f64
        )
    };
    (
        @numbers $element:expr, $T:ident, $number:expr, $flag:expr, $text:expr,
        $($variant:ident $type:ty),*
    ) => {
        match $element {
            $($crate::element::ElementType::$variant => {
                type $T = $type;
                $number
            })*
            $crate::element::ElementType::Bool => $flag,
            $crate::element::ElementType::Text => $text,
        }
    };
}
pub(crate) use match_element;

impl ElementType {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Bool,
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::UInt8,
        Self::UInt16,
        Self::UInt32,
        Self::UInt64,
        Self::Float32,
        Self::Float64,
        Self::Text,
    ];

    /// Whether elements are numbers: neither flags nor texts.
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Bool | Self::Text)
    }

    /// Whether elements are whole numbers.
    pub fn is_integer(self) -> bool {
        self.is_number() && !self.is_float()
    }

    /// Whether elements are floating-point numbers.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64)
    }

    /// The bytes of one element in memory; of a text those of what refers to it.
    pub(crate) fn bytes(self) -> usize {
        match_element!(self, T => size_of::<T>(), Bool => 1, Text => 16)
    }

    pub(crate) fn polars(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int8 => DataType::Int8,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::UInt8 => DataType::UInt8,
            Self::UInt16 => DataType::UInt16,
            Self::UInt32 => DataType::UInt32,
            Self::UInt64 => DataType::UInt64,
            Self::Float32 => DataType::Float32,
            Self::Float64 => DataType::Float64,
            Self::Text => DataType::String,
        }
    }

    /// The arrow type polars keeps in memory for these elements.
    pub(crate) fn polars_arrow(self) -> ArrowDataType {
        match_element!(
            self,
            T => T::PRIMITIVE.into(),
            Bool => ArrowDataType::Boolean,
            Text => ArrowDataType::Utf8View,
        )
    }

    /// The type that polars keeps as this one; none if a table has no such elements.
    pub(crate) fn from_polars(data_type: &DataType) -> Option<Self> {
        Self::ALL.into_iter().find(|element| &element.polars() == data_type)
    }
}

/// The Rust name: `bool`, `i64`, `f32`, `string` and so on.
impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int8 => "i8",
            Self::Int16 => "i16",
            Self::Int32 => "i32",
            Self::Int64 => "i64",
            Self::UInt8 => "u8",
            Self::UInt16 => "u16",
            Self::UInt32 => "u32",
            Self::UInt64 => "u64",
            Self::Float32 => "f32",
            Self::Float64 => "f64",
            Self::Text => "string",
        })
    }
}

pub(crate) mod sealed {
    use super::{Element, ElementType, NativeType, Values, arrow_types};

    /// What the crate needs of a number type; not for implementation elsewhere.
    pub trait Number: NativeType {
        /// The same in arrow-rs.
        #[doc(hidden)]
        type Arrow: arrow_types::ArrowPrimitiveType<Native = Self>;
        /// The number rounded once.
        #[doc(hidden)]
        fn to_f32(self) -> f32;
        /// The number if its type is one of whole numbers.
        #[doc(hidden)]
        fn whole(self) -> Option<i128>;
        #[doc(hidden)]
        fn to_element(self) -> Element<'static>;
    }

    /// What the crate needs of an element's type; not for implementation elsewhere.
    pub trait Scalar: Sized + Clone + Default {
        #[doc(hidden)]
        const SCALAR: ElementType;
        #[doc(hidden)]
        fn from_element(element: Element<'_>) -> Option<Self>;
        #[doc(hidden)]
        fn values(values: Vec<Self>) -> Values;
        /// Appends to values of the same type or, if all fit, of another type of numbers; else
        /// false, and nothing appended.
        #[doc(hidden)]
        fn extend(values: &mut Values, elements: &[Self]) -> bool;
    }
}

/// A number type: `i8` to `i64`, `u8` to `u64`, `f32` or `f64`. Sealed.
pub trait Number: Scalar + sealed::Number + Copy + PartialOrd + Send + Sync + 'static {
    /// The element type of columns of this number.
    const TYPE: ElementType;

    /// The number as `f64`; integers of more than 53 bits rounded to the nearest.
    fn to_f64(self) -> f64;
}

/// A type that an element can be read as: a [`Number`], `bool` or `String`. Sealed.
pub trait Scalar: sealed::Scalar + 'static {}

macro_rules! number {
    ($type:ty, $variant:ident, $arrow:ident, $kept:ident, |$number:ident| $whole:expr) => {
        impl sealed::Number for $type {
            type Arrow = arrow_types::$arrow;

            fn to_f32(self) -> f32 {
                self as f32
            }

            fn whole(self) -> Option<i128> {
                let $number = self;
                $whole
            }

            fn to_element(self) -> Element<'static> {
                Element::$kept(self.into())
            }
        }
        impl Number for $type {
            const TYPE: ElementType = ElementType::$variant;

            fn to_f64(self) -> f64 {
                self as f64
            }
        }
        impl sealed::Scalar for $type {
            const SCALAR: ElementType = ElementType::$variant;

            fn from_element(element: Element<'_>) -> Option<Self> {
                match element {
                    Element::$kept(value) => value.try_into().ok(),
                    _ => None,
                }
            }

            fn values(values: Vec<Self>) -> Values {
                Values::$variant(values)
            }

            fn extend(values: &mut Values, numbers: &[Self]) -> bool {
                match values {
                    Values::$variant(own) => {
                        own.extend_from_slice(numbers);
                        true
                    }
                    other => other.extend_converted(numbers),
                }
            }
        }
        impl Scalar for $type {}
    };
}
number!(i8, Int8, Int8Type, Int64, |number| Some(number.into()));
number!(i16, Int16, Int16Type, Int64, |number| Some(number.into()));
number!(i32, Int32, Int32Type, Int64, |number| Some(number.into()));
number!(i64, Int64, Int64Type, Int64, |number| Some(number.into()));
number!(u8, UInt8, UInt8Type, Int64, |number| Some(number.into()));
number!(u16, UInt16, UInt16Type, Int64, |number| Some(number.into()));
number!(u32, UInt32, UInt32Type, Int64, |number| Some(number.into()));
number!(u64, UInt64, UInt64Type, UInt64, |number| Some(number.into()));
number!(f32, Float32, Float32Type, Float32, |_number| None);
number!(f64, Float64, Float64Type, Float64, |_number| None);

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

            fn values(values: Vec<Self>) -> Values {
                Values::$variant(values)
            }

            fn extend(values: &mut Values, elements: &[Self]) -> bool {
                match values {
                    Values::$variant(own) => own.extend_from_slice(elements),
                    _ => return false,
                }
                true
            }
        }
        impl Scalar for $type {}
    };
}
scalar!(bool, Bool);
scalar!(String, Text);

/// One element of a cell, borrowed from its column. Integers of fewer bits are widened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Element<'a> {
    Bool(bool),
    Int64(i64),
    UInt64(u64),
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
            Self::UInt64(value) => Some(value as f64),
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
            Self::UInt64(value) => write!(f, "{value}"),
            Self::Float32(value) => write!(f, "{value}"),
            Self::Float64(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::Scalar as _;
    use super::*;

    #[test]
    fn element_types_and_polars_types_map_both_ways() {
        for element in ElementType::ALL {
            assert_eq!(ElementType::from_polars(&element.polars()), Some(element));
        }
        assert_eq!(ElementType::from_polars(&DataType::Date), None);
    }

    #[test]
    fn flags_are_zero_and_one_and_text_is_no_number() {
        assert_eq!(Element::Bool(true).to_f64(), Some(1.0));
        assert_eq!(Element::Text("1").to_f64(), None);
    }

    #[test]
    fn whole_numbers_go_where_all_of_them_fit() {
        let mut bytes = Values::UInt8(vec![7]);
        assert!(i64::extend(&mut bytes, &[0, 255]));
        assert!(!i64::extend(&mut bytes, &[1, 256]) && !i64::extend(&mut bytes, &[-1]));
        assert!(!f64::extend(&mut bytes, &[1.0]));
        assert!(matches!(&bytes, Values::UInt8(values) if values == &[7, 0, 255]));
        let mut numbers = Values::Float32(Vec::new());
        assert!(u64::extend(&mut numbers, &[u64::MAX]));
        assert!(matches!(&numbers, Values::Float32(values) if values == &[18446744073709551615.0]));
    }
}
