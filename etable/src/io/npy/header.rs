//! The header of an array: the type of its elements, their order, and its shape.

use crate::element::ElementType;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Where the data begins is a multiple of this.
const ALIGNMENT: usize = 64;

/// What a header says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) big_endian: bool,
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
}

/// The type of an array's elements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Flags or numbers as a table has them.
    Same(ElementType),
    /// Numbers of 16 bits, made `f32`.
    Float16,
    /// Texts of so many code points.
    Unicode(usize),
    /// Texts of so many bytes.
    Bytes(usize),
}

impl Kind {
    /// The bytes of an element.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Same(element) => element.bytes(),
            Self::Float16 => 2,
            Self::Unicode(letters) => letters.saturating_mul(4),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Header and data of a file's bytes.
pub(super) fn split(bytes: &[u8]) -> Result<(Header, &[u8]), String> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or("it does not begin with `\\x93NUMPY`; it is another kind of file")?;
    let short = "it ends inside the header; the file is cut short";
    let (&[major, _minor], rest) = rest.split_first_chunk().ok_or(short)?;
    let (length, rest) = match major {
        1 => {
            let (length, rest) = rest.split_first_chunk().ok_or(short)?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk().ok_or(short)?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        other => return Err(format!("version {other} of the format is not known")),
    };
    let (text, data) = rest.split_at_checked(length).ok_or(short)?;
    // Version 1 and 2 are Latin-1, but only names of records, which are not read, go beyond ASCII.
    let text = str::from_utf8(text).map_err(|_| "its header is no text".to_owned())?;
    Ok((parse(text).map_err(|reason| format!("its header `{}` {reason}", text.trim_end()))?, data))
}

/// The header for an array, up to where the data begins.
pub(super) fn to_bytes(descr: &str, shape: &[usize]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if sizes.len() == 1 { "," } else { "" };
    let mut text = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        sizes.join(", ")
    );
    let before = MAGIC.len() + 4;
    let length = (before + text.len() + 1).next_multiple_of(ALIGNMENT) - before;
    text.extend(std::iter::repeat_n(' ', length - 1 - text.len()));
    text.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    let length = u16::try_from(length).expect("an array has few axes");
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// The header in the text of a Python dictionary.
fn parse(text: &str) -> Result<Header, String> {
    let mut rest = Text(text);
    let (mut kind, mut fortran, mut shape) = (None, None, None);
    let twice = |key: &str| format!("has `{key}` twice");
    rest.expect("{")?;
    while !rest.take("}") {
        let key = rest.string()?;
        rest.expect(":")?;
        match key {
            "descr" => {
                if !rest.0.trim_start().starts_with(['\'', '"']) {
                    return Err("is that of records; write each field as an array".into());
                }
                kind.replace(descr(rest.string()?)?).map_or(Ok(()), |_| Err(twice(key)))?;
            }
            "fortran_order" => {
                let value = rest.take("True");
                if !value {
                    rest.expect("False")?;
                }
                fortran.replace(value).map_or(Ok(()), |_| Err(twice(key)))?;
            }
            "shape" => {
                shape.replace(rest.tuple()?).map_or(Ok(()), |_| Err(twice(key)))?;
            }
            other => return Err(format!("has an unknown entry `{other}`")),
        }
        if !rest.take(",") {
            rest.expect("}")?;
            break;
        }
    }
    if !rest.0.trim().is_empty() {
        return Err("goes on after its end".into());
    }
    let missing = |key: &str| format!("has no `{key}`");
    let (kind, big_endian) = kind.ok_or_else(|| missing("descr"))?;
    Ok(Header {
        kind,
        big_endian,
        fortran: fortran.ok_or_else(|| missing("fortran_order"))?,
        shape: shape.ok_or_else(|| missing("shape"))?,
    })
}

/// The type that `<f4` and the like mean, and whether numbers are big-endian.
fn descr(text: &str) -> Result<(Kind, bool), String> {
    let unknown = || {
        format!(
            "says the type `{text}`, which a table cannot hold; cast the array to numbers, bool or \
             str first"
        )
    };
    let (order, kind) = match text.strip_prefix(['<', '>', '|', '=']) {
        Some(kind) => (&text[..1], kind),
        None => ("=", text),
    };
    let native = if cfg!(target_endian = "big") { ">" } else { "<" };
    let big_endian = if order == "=" { native == ">" } else { order == ">" };
    let width = |kind: &str| kind[1..].parse::<usize>().map_err(|_| unknown());
    let kind = match kind {
        "b1" | "?" => Kind::Same(ElementType::Bool),
        "i1" => Kind::Same(ElementType::Int8),
        "i2" => Kind::Same(ElementType::Int16),
        "i4" => Kind::Same(ElementType::Int32),
        "i8" => Kind::Same(ElementType::Int64),
        "u1" => Kind::Same(ElementType::UInt8),
        "u2" => Kind::Same(ElementType::UInt16),
        "u4" => Kind::Same(ElementType::UInt32),
        "u8" => Kind::Same(ElementType::UInt64),
        "f2" => Kind::Float16,
        "f4" => Kind::Same(ElementType::Float32),
        "f8" => Kind::Same(ElementType::Float64),
        "O" => {
            return Err(
                "says that it holds Python objects, which are not read; make it an array of \
                        numbers, bool or str"
                    .into(),
            );
        }
        _ if kind.starts_with('U') => Kind::Unicode(width(kind)?),
        _ if kind.starts_with('S') => Kind::Bytes(width(kind)?),
        _ => return Err(unknown()),
    };
    Ok((kind, big_endian))
}

/// What is left of a header's text.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// Takes a word, if it is the next one.
    fn take(&mut self, word: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(word);
        rest.map(|rest| self.0 = rest).is_some()
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) {
            return Ok(());
        }
        let found: String = self.0.trim_start().chars().take(12).collect();
        Err(format!("has `{found}` where `{word}` was expected"))
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let quote = if self.take("\"") { '"' } else { self.expect("'").map(|()| '\'')? };
        let (string, rest) = self.0.split_once(quote).ok_or("has a text without end")?;
        self.0 = rest;
        Ok(string)
    }

    /// A tuple of sizes: `()`, `(3,)`, `(3, 4)`.
    fn tuple(&mut self) -> Result<Vec<usize>, String> {
        self.expect("(")?;
        let mut sizes = Vec::new();
        while !self.take(")") {
            let text = self.0.trim_start();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let size = text[..end].parse().map_err(|_| "has a size that is no number")?;
            sizes.push(size);
            self.0 = &text[end..];
            // Python 2 wrote long numbers so.
            self.take("L");
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_as_numpy_writes_them() {
        let bytes = to_bytes("<f4", &[3, 2]);
        assert_eq!(bytes.len(), 128);
        assert_eq!(&bytes[..10], b"\x93NUMPY\x01\x00\x76\x00");
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
        assert!(bytes[10..].starts_with(text.as_bytes()) && bytes.ends_with(b" \n"));
        assert!(to_bytes("|b1", &[3]).windows(13).any(|part| part == b"'shape': (3,)"));
        let (header, data) = split(&bytes).unwrap();
        assert_eq!((header.shape, data.len()), (vec![3, 2], 0));
    }

    #[test]
    fn headers_of_all_spellings_are_understood() {
        let header = parse("{\"shape\":(2,0,),'fortran_order':True,'descr':'>U3'}\n").unwrap();
        assert_eq!(header.kind, Kind::Unicode(3));
        assert!(header.big_endian && header.fortran);
        assert_eq!(header.shape, [2, 0]);
        let scalar = parse("{'descr': 'f2', 'fortran_order': False, 'shape': ()}").unwrap();
        assert_eq!((scalar.kind, scalar.shape.len()), (Kind::Float16, 0));
    }

    #[test]
    fn odd_headers_are_errors() {
        let wrong = |text: &str| parse(text).unwrap_err();
        let with = |descr: &str| {
            wrong(&format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (1,)}}"))
        };
        assert!(with("'<c8'").contains("`<c8`") && with("'<U-1'").contains("`<U-1`"));
        assert!(with("'é'").contains("`é`") && with("''").contains("``"));
        assert!(with("'|O'").contains("Python objects"));
        assert!(with("[('a', '<f4')]").contains("records"));
        assert!(wrong("{'descr': '<f4', 'shape': (1,)}").contains("no `fortran_order`"));
        assert!(wrong("{'shape': (1,), 'shape': (1,)}").contains("twice"));
        assert!(wrong("{'shape': (99999999999999999999,)}").contains("no number"));
        assert!(wrong("{'shape': (-1,)}").contains("no number"));
        assert!(wrong("{'descr': '<f4").contains("without end"));
        assert!(wrong("").contains("`{` was expected"));
        for bytes in [&b"PK\x03\x04"[..], MAGIC, b"\x93NUMPY\x01\x00\xff", b"\x93NUMPY\x09\x00ab"] {
            assert!(split(bytes).is_err());
        }
    }
}
