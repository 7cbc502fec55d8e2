//! JSON lines: one object a row, one entry a column, tensors as lists of lists.
//!
//! `{"Name":"cat","SSE":0.5,"Act":[[0.0,0.9],[0.1,null]]}`
//!
//! A null cell or element is `null`; an entry that is left out is a null cell. JSON has no NaN and
//! no infinities: they are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`, as in Protocol
//! Buffers' JSON. Numbers are written with the digits that read back as the same number, whole
//! `f32` and `f64` with a point.
//!
//! The lines do not say types. Read without specs ([`Table::read_jsonl`]), numbers become `i64`,
//! else `u64`, else `f64`, and lists tensors without dimension names; those three texts are numbers
//! in columns that have others. [`Table::read_jsonl_as`] restores types and names.

mod infer;
mod read;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::{check_claim, in_file, read_bytes, write_file};
use crate::column::{ColumnSpec, Reader};
use crate::element::Element;
use crate::error::{Result, TableError};
use crate::table::Table;

const FORMAT: &str = "JSON lines";
/// How NaN and the infinities are written.
const SPECIAL: [(&str, f64); 3] =
    [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)];

/// Where a text is not a table, and why.
struct Fault {
    line: usize,
    reason: String,
}

impl Table {
    /// Reads JSON lines; types and shapes are those that the lines show.
    ///
    /// # Errors
    /// [`TableError::Read`], or [`TableError::Malformed`] naming the line: broken JSON, a name that
    /// occurs twice, an object in place of a value, a column of texts and numbers, or tensors of
    /// different shapes.
    pub fn read_jsonl(path: impl AsRef<Path>) -> Result<Self> {
        read(path.as_ref(), None)
    }

    /// Reads JSON lines that have these columns, or some of them.
    ///
    /// # Errors
    /// As [`Table::read_jsonl`]; also for a name that is not in `specs`, and for a value that its
    /// column cannot hold.
    pub fn read_jsonl_as(
        path: impl AsRef<Path>,
        specs: impl IntoIterator<Item = ColumnSpec>,
    ) -> Result<Self> {
        read(path.as_ref(), Some(specs.into_iter().collect()))
    }

    /// Writes JSON lines.
    ///
    /// # Errors
    /// [`TableError::Write`]; nothing is left behind.
    pub fn write_jsonl(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_jsonl_at(path.as_ref())
    }

    fn write_jsonl_at(&self, path: &Path) -> Result<()> {
        write_file(path, |file| {
            let readers: Vec<_> = (0..self.n_columns()).map(|index| self.reader(index)).collect();
            let names: Vec<String> = self.column_names().into_iter().map(quoted).collect();
            let mut line = String::new();
            for row in 0..self.n_rows() {
                line.clear();
                for (index, (spec, reader)) in self.specs().iter().zip(&readers).enumerate() {
                    line.push(if index == 0 { '{' } else { ',' });
                    line.push_str(&names[index]);
                    line.push(':');
                    if reader.is_null(row) {
                        line.push_str("null");
                    } else {
                        write_cell(&mut line, reader, row, 0, spec.shape.sizes());
                    }
                }
                line.push_str(if line.is_empty() { "{}\n" } else { "}\n" });
                file.write_all(line.as_bytes())?;
            }
            io::Result::Ok(())
        })
    }
}

fn read(path: &Path, specs: Option<Vec<ColumnSpec>>) -> Result<Table> {
    let bytes = read_bytes(path)?;
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let bad = |fault: Fault| {
        TableError::malformed(path, FORMAT, format!("line {}", fault.line), fault.reason)
    };
    let specs = match specs {
        Some(specs) => specs,
        None => infer::specs(lines(bytes)).map_err(bad)?,
    };
    let n_rows = lines(bytes).count();
    check_claim(path, FORMAT, &specs, n_rows, bytes.len())?;
    read::table(specs, lines(bytes), n_rows).map_err(bad)?.map_err(in_file(path, FORMAT))
}

/// The lines with something on them, numbered from 1.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = (1..).zip(bytes.split(|&byte| byte == b'\n'));
    lines.filter(|(_, line)| !line.trim_ascii().is_empty())
}

/// Appends the part of a cell that begins at element `first` and has these sizes.
fn write_cell(line: &mut String, reader: &Reader<'_>, row: usize, first: usize, sizes: &[usize]) {
    let Some((&size, inner)) = sizes.split_first() else {
        return write_element(line, reader.element(row, first));
    };
    let step: usize = inner.iter().product();
    line.push('[');
    for part in 0..size {
        if part > 0 {
            line.push(',');
        }
        write_cell(line, reader, row, first + part * step, inner);
    }
    line.push(']');
}

fn write_element(line: &mut String, element: Option<Element<'_>>) {
    match element {
        None => line.push_str("null"),
        Some(Element::Text(text)) => line.push_str(&quoted(text)),
        Some(Element::Float32(value)) if value.is_finite() => {
            let short = format!("{value:?}");
            // A reader that takes it for an f64 first must arrive at the same f32.
            let same = short.parse::<f64>().is_ok_and(|wide| wide as f32 == value);
            line.push_str(if same { &short } else { return push_wide(line, value.into()) });
        }
        Some(Element::Float64(value)) if value.is_finite() => push_wide(line, value),
        Some(Element::Float32(value)) => push_special(line, value.into()),
        Some(Element::Float64(value)) => push_special(line, value),
        Some(other) => push_display(line, other),
    }
}

fn push_wide(line: &mut String, value: f64) {
    write!(line, "{value:?}").expect("writing to a string cannot fail");
}

fn push_display(line: &mut String, element: Element<'_>) {
    write!(line, "{element}").expect("writing to a string cannot fail");
}

fn push_special(line: &mut String, value: f64) {
    let same = |other: f64| other == value || (other.is_nan() && value.is_nan());
    let name = SPECIAL.iter().find(|(_, other)| same(*other)).map_or("NaN", |(name, _)| name);
    line.push('"');
    line.push_str(name);
    line.push('"');
}

/// The number that a text stands for, if it is one of those that JSON cannot write.
fn special(text: &str) -> Option<f64> {
    SPECIAL.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always valid JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::ElementType;

    fn table(text: &str) -> std::result::Result<Table, Fault> {
        let specs = infer::specs(lines(text.as_bytes()))?;
        let table = read::table(specs, lines(text.as_bytes()), lines(text.as_bytes()).count())?;
        table.map_err(|error| Fault { line: 0, reason: error.to_string() })
    }

    fn specs(text: &str) -> Vec<String> {
        let table = table(text).map_err(|fault| fault.reason).unwrap();
        table.specs().iter().map(ToString::to_string).collect()
    }

    fn fault(text: &str) -> String {
        let fault = table(text).err().unwrap();
        format!("line {}: {}", fault.line, fault.reason)
    }

    #[test]
    fn types_and_shapes_are_those_that_all_lines_have_in_common() {
        let text = "{\"I\":1,\"U\":1,\"F\":1,\"B\":null,\"T\":\"NaN\",\"X\":\"NaN\",\"M\":null}\n\n\
                    {\"I\":-2,\"U\":18446744073709551615,\"F\":0.5,\"B\":true,\"T\":\"a\",\"X\":1,\
                    \"M\":[[null,1],[2,\"Infinity\"],null],\"E\":[[],[]]}\n{}";
        assert_eq!(
            specs(text),
            [
                "I: i64",
                "U: u64",
                "F: f64",
                "B: bool",
                "T: string",
                "X: f64",
                "M: f64[3, 2]",
                "E: f64[2, 0]"
            ]
        );
        let table = table(text).map_err(|fault| fault.reason).unwrap();
        let cells = table.elements::<f64>("M").unwrap();
        let second: Vec<_> = cells.iter().skip(6).take(6).copied().collect();
        assert_eq!(second, [None, Some(1.0), Some(2.0), Some(f64::INFINITY), None, None]);
        assert!(table.is_null("M", 0).unwrap() && table.is_null("E", 0).unwrap());
        assert!(!table.is_null("E", 1).unwrap() && table.is_null("I", 2).unwrap());
    }

    #[test]
    fn faults_name_their_line() {
        assert!(fault("{\"A\":1}\n{\"A\":").starts_with("line 2: EOF"));
        assert!(fault("{\"A\":1}\n\n{\"A\":\"x\"}").contains("`A` is text here"));
        assert!(fault("{\"A\":[1]}\n{\"A\":[1,2]}").contains("[2] here and [1] before"));
        assert!(fault("{\"A\":[1,[2]]}").contains("of one shape"));
        assert!(fault("{\"A\":1,\"A\":2}").contains("`A` occurs twice"));
        assert!(fault("{\"A\":{\"B\":1}}").contains("invalid type: map"));
        assert!(fault("[1]").contains("an object with an entry for each column"));
        assert!(fault("{\"A\":1} {\"A\":2}").starts_with("line 1: trailing characters"));
    }

    #[test]
    fn values_must_fit_the_columns_that_are_given() {
        let with = |spec: ColumnSpec, text: &str| {
            let read = read::table(vec![spec], lines(text.as_bytes()), 1);
            read.map(|table| table.unwrap()).map_err(|fault| fault.reason)
        };
        let byte = || ColumnSpec::scalar("A", ElementType::UInt8);
        assert_eq!(with(byte(), "{\"A\":255}").unwrap().cell::<u8>("A", 0).unwrap(), 255);
        assert!(with(byte(), "{\"A\":256}").unwrap_err().contains("column `A`: 256 is no u8"));
        assert!(with(byte(), "{\"A\":1.5}").unwrap_err().contains("column `A`: 1.5 is no u8"));
        assert!(with(byte(), "{\"B\":1}").unwrap_err().contains("no column `B` is expected"));
        let pair = || ColumnSpec::tensor("A", ElementType::Float32, &[2], &[]).unwrap();
        assert!(with(pair(), "{\"A\":[1]}").unwrap_err().contains("a list of 1, not of 2"));
        assert!(with(pair(), "{\"A\":1}").unwrap_err().contains("a value in place of a list"));
        assert!(
            with(pair(), "{\"A\":[[1],2]}").unwrap_err().contains("a list in place of a value")
        );
    }
}
