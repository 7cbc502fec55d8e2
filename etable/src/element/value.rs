//! Values given for single cells.

use super::ElementType;

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
    /// An integer; goes into a column of any integers that hold it.
    Int64(i64),
    /// An integer that may be beyond `i64`.
    UInt64(u64),
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
    i8 => |value| Self::Int64(value.into()),
    i16 => |value| Self::Int64(value.into()),
    i32 => |value| Self::Int64(value.into()),
    i64 => |value| Self::Int64(value),
    u8 => |value| Self::Int64(value.into()),
    u16 => |value| Self::Int64(value.into()),
    u32 => |value| Self::Int64(value.into()),
    u64 => |value| Self::UInt64(value),
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
            Self::UInt64(_) => ElementType::UInt64,
            Self::Float32(_) => ElementType::Float32,
            Self::Float64(_) => ElementType::Float64,
            Self::Text(_) => ElementType::Text,
        })
    }

    pub(crate) fn type_name(&self) -> String {
        self.element().map_or("null".into(), |element| element.to_string())
    }
}
