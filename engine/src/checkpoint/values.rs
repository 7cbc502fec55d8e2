//! Arrays of numbers as bytes: every bit is kept, and large ones are fast.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number with a fixed number of bytes.
pub(crate) trait Bytes: Copy {
    const SIZE: usize;
    fn put(self, to: &mut Vec<u8>);
    fn get(from: &[u8]) -> Self;
}

macro_rules! bytes {
    ($($number:ty)*) => { $(
        impl Bytes for $number {
            const SIZE: usize = size_of::<$number>();
            fn put(self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }
            fn get(from: &[u8]) -> Self {
                let mut bytes = [0; size_of::<$number>()];
                bytes.copy_from_slice(from);
                Self::from_le_bytes(bytes)
            }
        }
    )* };
}
bytes!(f32 f64);

/// An array for a checkpoint.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Values<T>(pub(crate) Vec<T>);

impl<T: Bytes> From<&[T]> for Values<T> {
    fn from(values: &[T]) -> Self {
        Self(values.to_vec())
    }
}

impl<T: Bytes> Serialize for Values<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(self.0.len() * T::SIZE);
        self.0.iter().for_each(|value| value.put(&mut bytes));
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de, T: Bytes> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(std::marker::PhantomData<T>);
        impl<T: Bytes> Visitor<'_> for Read<T> {
            type Value = Values<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "bytes of numbers of {} each", T::SIZE)
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Values<T>, E> {
                if !bytes.len().is_multiple_of(T::SIZE) {
                    return Err(E::invalid_length(bytes.len(), &self));
                }
                Ok(Values(bytes.chunks_exact(T::SIZE).map(T::get).collect()))
            }
        }
        deserializer.deserialize_bytes(Read(std::marker::PhantomData))
    }
}
