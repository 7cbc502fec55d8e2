//! Arrays from and to bytes.

use std::io::{self, Write};

use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use polars_arrow::types::NativeType;

use super::FORMAT;
use super::header::{self, Header, Kind};
use crate::column::{ColumnData, ColumnSpec, IntoTensor, Reader, Values};
use crate::element::{Element, ElementType, Number, Scalar, match_element};
use crate::error::{Result, TableError};
use crate::io::claim;
use crate::table::Table;

/// An array as read: the sizes of its axes, and its elements row-major.
pub(super) struct Decoded {
    pub(super) shape: Vec<usize>,
    pub(super) data: ColumnData,
}

impl Decoded {
    /// Makes the array a table's last column.
    pub(super) fn push_to(self, table: &mut Table, name: &str) -> Result<()> {
        let Some((&n_rows, sizes)) = self.shape.split_first() else {
            let reason = "the array has no axis; axis 0 must count the rows".into();
            return Err(TableError::InvalidShape { sizes: Vec::new(), reason });
        };
        let spec = ColumnSpec::tensor(name, self.data.values.element(), sizes, &[])?;
        table.push(spec, self.data, n_rows)
    }

    /// The only text of an array without axes.
    pub(super) fn into_text(self) -> Option<String> {
        match self.data.values {
            Values::Text(mut texts) if texts.len() == 1 => texts.pop(),
            _ => None,
        }
    }
}

/// The array in a file's bytes.
///
/// # Errors
/// What is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> std::result::Result<Decoded, String> {
    let (header, data) = header::split(bytes)?;
    let Header { kind, big_endian, fortran, shape } = header;
    let n = shape.iter().try_fold(1_usize, |n, &size| n.checked_mul(size));
    let wanted = n.and_then(|n| n.checked_mul(kind.size()));
    let (Some(n), true) = (n, wanted == Some(data.len())) else {
        let wanted = wanted.map_or("more bytes than there are".into(), |n| format!("{n} bytes"));
        return Err(format!(
            "its header says {shape:?} elements of {} bytes each, {wanted} in all, but {} follow",
            kind.size(),
            data.len()
        ));
    };
    let n_rows = shape.first().copied().unwrap_or(1);
    let element = if let Kind::Same(element) = kind { element.bytes() } else { 16 };
    claim(n_rows, n.saturating_mul(element), bytes.len())?;
    fn numbers<T: Number>(data: &[u8], big_endian: bool) -> Vec<T> {
        let read = if big_endian { T::from_be_bytes } else { T::from_le_bytes };
        let bytes = |part| <T as NativeType>::Bytes::try_from(part).ok();
        let parts = data.chunks_exact(size_of::<T>()).filter_map(bytes);
        parts.map(read).collect()
    }
    let layout = Layout { shape: &shape, fortran };
    let data = match kind {
        Kind::Same(element) => match_element!(
            element,
            T => layout.column(numbers::<T>(data, big_endian))?,
            Bool => layout.column(data.iter().map(|&byte| byte != 0).collect())?,
            Text => unreachable!("a header names texts by their length"),
        ),
        Kind::Float16 => {
            let halves = numbers::<u16>(data, big_endian).into_iter().map(single).collect();
            layout.column::<f32>(halves)?
        }
        Kind::Unicode(letters) => {
            let parts = (0..n).map(|i| &data[i * letters * 4..(i + 1) * letters * 4]);
            let texts = parts.map(|part| unicode(&numbers::<u32>(part, big_endian)));
            layout.column::<String>(texts.collect::<std::result::Result<_, _>>()?)?
        }
        Kind::Bytes(length) => {
            let parts = (0..n).map(|i| &data[i * length..(i + 1) * length]);
            let texts = parts.map(|part| {
                let end = part.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                let text = str::from_utf8(&part[..end]).map(str::to_owned);
                text.map_err(|_| "a text is not UTF-8; decode the array first".to_owned())
            });
            layout.column::<String>(texts.collect::<std::result::Result<_, _>>()?)?
        }
    };
    Ok(Decoded { shape, data })
}

/// The order of an array's elements.
struct Layout<'a> {
    shape: &'a [usize],
    fortran: bool,
}

impl Layout<'_> {
    fn column<T: Scalar>(&self, values: Vec<T>) -> std::result::Result<ColumnData, String> {
        if !self.fortran || self.shape.len() < 2 {
            return Ok(ColumnData::new(T::values(values)));
        }
        let array = ArrayD::from_shape_vec(IxDyn(self.shape).f(), values);
        Ok(array.map_err(|error| error.to_string())?.into_tensor().1)
    }
}

/// Code points up to the last that is not 0.
fn unicode(points: &[u32]) -> std::result::Result<String, String> {
    let end = points.iter().rposition(|&point| point != 0).map_or(0, |last| last + 1);
    let letter = |&point| char::from_u32(point).ok_or(format!("{point:#x} is no character"));
    points[..end].iter().map(letter).collect()
}

/// A number of 16 bits (IEEE 754 binary16) as one of 32.
fn single(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let (exponent, fraction) = (u32::from(half >> 10 & 0x1f), u32::from(half & 0x3ff));
    let size = match exponent {
        // Of the units of 2⁻²⁴.
        0 => (fraction as f32 / 16_777_216.0).to_bits(),
        31 => 0x7f80_0000 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | size)
}

/// Writes one column of a table.
pub(super) struct Encoder<'a> {
    table: &'a Table,
    index: usize,
    reader: Reader<'a>,
    header: Vec<u8>,
    /// The code points of each text.
    letters: usize,
}

impl<'a> Encoder<'a> {
    /// # Errors
    /// [`TableError::Unwritable`] for nulls, and texts that end with NUL.
    pub(super) fn new(table: &'a Table, index: usize) -> Result<Self> {
        let spec = &table.specs()[index];
        let (n_rows, width) = (table.n_rows(), spec.shape.len());
        let reader = table.reader(index);
        let unwritable = |reason: String| TableError::Unwritable { format: FORMAT, reason };
        let null = match width {
            0 => (0..n_rows).find(|&row| reader.is_null(row)),
            _ => reader.first_null(0..n_rows),
        };
        if let Some(row) = null {
            return Err(unwritable(format!(
                "column `{}` is null in row {row}, and NumPy has no nulls; leave such rows out, \
                 e.g. `view.without_nulls(&[\"{}\"])`",
                spec.name, spec.name
            )));
        }
        let mut letters = 1;
        if spec.element == ElementType::Text {
            for (row, text) in texts(&reader, n_rows, width) {
                if text.ends_with('\0') {
                    return Err(unwritable(format!(
                        "a text of column `{}` in row {row} ends with NUL, which NumPy drops",
                        spec.name
                    )));
                }
                letters = letters.max(text.chars().count());
            }
        }
        let descr = match_element!(
            spec.element,
            T => {
                let kind = match T::TYPE {
                    element if element.is_float() => 'f',
                    _ if T::TYPE.to_string().starts_with('u') => 'u',
                    _ => 'i',
                };
                let order = if size_of::<T>() == 1 { '|' } else { '<' };
                format!("{order}{kind}{}", size_of::<T>())
            },
            Bool => "|b1".to_owned(),
            Text => format!("<U{letters}"),
        );
        let mut shape = vec![n_rows];
        shape.extend_from_slice(spec.shape.sizes());
        let header = header::to_bytes(&descr, &shape);
        Ok(Self { table, index, reader, header, letters })
    }

    /// The column's only value as an array without axes.
    pub(super) fn without_axes(mut self) -> Self {
        let letters = self.letters;
        self.header = header::to_bytes(&format!("<U{letters}"), &[]);
        self
    }

    /// The bytes of the whole array.
    pub(super) fn size(&self) -> usize {
        let spec = &self.table.specs()[self.index];
        let element =
            if spec.element == ElementType::Text { self.letters * 4 } else { spec.element.bytes() };
        self.header.len() + self.table.n_rows() * spec.shape.len() * element
    }

    pub(super) fn write(&self, file: &mut impl Write) -> io::Result<()> {
        const TYPE: &str = "the element type is the one of the branch";
        const BLOCK: usize = 1 << 13;
        file.write_all(&self.header)?;
        let spec = &self.table.specs()[self.index];
        let (n_rows, width) = (self.table.n_rows(), spec.shape.len());
        let mut bytes = Vec::new();
        match_element!(
            spec.element,
            T => {
                for numbers in self.table.typed_numbers::<T>(self.index).expect(TYPE).chunks(BLOCK) {
                    bytes.clear();
                    for number in numbers {
                        bytes.extend_from_slice(NativeType::to_le_bytes(number).as_ref());
                    }
                    file.write_all(&bytes)?;
                }
            },
            Bool => {
                for row in 0..n_rows {
                    bytes.clear();
                    let flag = |element| self.reader.element(row, element);
                    let flags = (0..width).map(|element| flag(element) == Some(Element::Bool(true)));
                    bytes.extend(flags.map(u8::from));
                    file.write_all(&bytes)?;
                }
            },
            Text => {
                for (_, text) in texts(&self.reader, n_rows, width) {
                    bytes.clear();
                    text.chars().for_each(|c| bytes.extend_from_slice(&u32::from(c).to_le_bytes()));
                    bytes.resize(self.letters * 4, 0);
                    file.write_all(&bytes)?;
                }
            },
        );
        Ok(())
    }
}

/// The texts of a column with their rows.
fn texts<'a>(
    reader: &'a Reader<'_>,
    n_rows: usize,
    width: usize,
) -> impl Iterator<Item = (usize, &'a str)> {
    let places = (0..n_rows).flat_map(move |row| (0..width).map(move |element| (row, element)));
    places.filter_map(|(row, element)| match reader.element(row, element) {
        Some(Element::Text(text)) => Some((row, text)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn table(header: &str, data: &[u8]) -> std::result::Result<Table, String> {
        let mut table = Table::new();
        decode(&file(header, data))?.push_to(&mut table, "A").map_err(|error| error.to_string())?;
        Ok(table)
    }

    #[test]
    fn fortran_order_and_big_endian_become_rows_first() {
        let header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3)}";
        let table = table(header, &[0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 255, 255]).unwrap();
        let array = table.tensor::<i16>("A").unwrap();
        assert_eq!(array, ndarray::array![[1, 2, 3], [4, 5, -1]].into_dyn());
    }

    #[test]
    fn texts_end_at_their_last_letter() {
        let header = "{'descr': '|S3', 'fortran_order': False, 'shape': (3,)}";
        let bytes = table(header, b"ab\0\0\0\0\xc3\xa9\0").unwrap();
        assert_eq!(bytes.texts("A").unwrap(), ["ab", "", "é"]);
        assert!(table(header, b"ab\0\0\0\0\xc3\0\0").unwrap_err().contains("UTF-8"));
        let header = "{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}";
        assert_eq!(table(header, &[0xe9, 0, 0, 0]).unwrap().texts("A").unwrap(), ["é"]);
        assert!(table(header, &[0, 0xd8, 0, 0]).unwrap_err().contains("0xd800"));
    }

    #[test]
    fn halves_are_exact_as_singles() {
        let halves = [0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x7c00, 0x3555, 0x03ff];
        let singles = [1.0, -2.0, 2f32.powi(-24), -0.0, 65504.0, f32::INFINITY, 0.33325195];
        for (half, expected) in halves.into_iter().zip(singles) {
            assert_eq!(single(half).to_bits(), expected.to_bits(), "{half:#x}");
        }
        assert_eq!(single(0x03ff), 1023.0 / 16_777_216.0);
        assert!(single(0x7e00).is_nan());
    }

    #[test]
    fn sizes_that_disagree_or_are_absurd_are_errors() {
        let with = |shape: &str, descr: &str, data: &[u8]| {
            let header =
                format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}");
            table(&header, data).unwrap_err()
        };
        assert!(with("(3,)", "<f4", &[0; 8]).contains("12 bytes in all, but 8 follow"));
        assert!(with("(2,)", "<f4", &[0; 9]).contains("8 bytes in all, but 9 follow"));
        assert!(with("(4294967296, 4294967296)", "<f4", &[0; 8]).contains("more bytes"));
        assert!(with("(1000000000000, 0)", "<f4", &[]).contains("claims"));
        assert!(with("(1000000000000,)", "<U0", &[]).contains("claims"));
        assert!(with("()", "<f4", &[0; 4]).contains("no axis"));
    }
}
