//! Text files with emergent's headers, or plain ones.
//!
//! The header `$Name %Mat[2:0,0]<2:2,3> %Mat[2:0,1] ...` gives each column's type by its first
//! character, and a tensor column one place per element: `[dimensions:index]`, on the first also
//! `<dimensions:sizes>`. Elements are taken left to right into row-major order; the indices after
//! the first are not interpreted.
//!
//! | character | element | | character | element |
//! |---|---|---|---|---|
//! | `$`, `&` | text | | `\|`, `@` | `i64` (`@`: 8 bits, on reading only) |
//! | `%` | `f32` | | `#` | `f64` |
//! | `^` | `bool` | | | |
//!
//! A line may begin with the marker `_H:` (header) or `_D:` (data). Quoting is that of Go's
//! `encoding/csv`; floats are written shortest, as Go's format `G` (`1E-12`, `1E+06`). An empty place
//! is a null, so an empty text does not survive. Dimension names and metadata are not in the file;
//! [`CsvOptions::specs`] restores them.

mod header;
mod number;
mod record;

use std::io::{self, Write};
use std::path::Path;

use self::header::{emergent_header, parse_emergent, parse_plain, plain_header};
use self::number::{parse_bool, write_element};
use self::record::{Record, records, write_field};
use super::{read_bytes, write_file};
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::ElementType;
use crate::error::TableError;
use crate::table::Table;

const FORMAT: &str = "text";
const HEADER_MARKER: &str = "_H:";
const DATA_MARKER: &str = "_D:";

/// What the first line of a text file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvHeader {
    /// On reading: emergent's if it begins with `_H:` or every name begins with a type character,
    /// else plain. On writing: emergent's.
    #[default]
    Auto,
    /// emergent's: a type character before each name, and the shapes of tensors.
    Emergent,
    /// Names only. On reading, types are inferred: `i64`, else `f64`, else text. On writing, the
    /// elements of a tensor become columns `Mat[0,0]`, `Mat[0,1]`, ...
    Plain,
    /// No header. On reading, columns are those of [`CsvOptions::specs`], else inferred and named
    /// `column_0`, `column_1`, ...
    None,
}

/// How a text file is laid out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The character between cells: comma, tab, or any other but quote, newline and return.
    pub delimiter: char,
    /// What the first line is.
    pub header: CsvHeader,
    /// On writing: whether lines begin with the markers `_H:` and `_D:`. On reading both are known.
    pub row_markers: bool,
    /// On reading: the columns, in order, which the file must have; for files without header, or
    /// to restore dimension names.
    pub specs: Option<Vec<ColumnSpec>>,
}

impl CsvOptions {
    /// Comma between cells, header as found (written: emergent's), no row markers.
    pub fn csv() -> Self {
        Self { delimiter: ',', header: CsvHeader::Auto, row_markers: false, specs: None }
    }

    /// As [`CsvOptions::csv`], but with tabs: emergent's own convention.
    pub fn tsv() -> Self {
        Self { delimiter: '\t', ..Self::csv() }
    }

    /// With another kind of header.
    pub fn with_header(mut self, header: CsvHeader) -> Self {
        self.header = header;
        self
    }

    /// With the markers `_H:` and `_D:` written.
    pub fn with_row_markers(mut self) -> Self {
        self.row_markers = true;
        self
    }

    /// With the columns that the file must have.
    pub fn with_specs(mut self, specs: impl IntoIterator<Item = ColumnSpec>) -> Self {
        self.specs = Some(specs.into_iter().collect());
        self
    }
}

/// Commas: [`CsvOptions::csv`].
impl Default for CsvOptions {
    fn default() -> Self {
        Self::csv()
    }
}

impl Table {
    /// Reads a text file.
    ///
    /// # Errors
    /// [`TableError::Read`], or [`TableError::Malformed`] naming the line, and the column where one
    /// is at fault: a line with too few or too many cells, a number that is none, broken quoting, a
    /// header that disagrees with itself, with the lines, or with [`CsvOptions::specs`].
    pub fn read_csv(path: impl AsRef<Path>, options: &CsvOptions) -> Result<Self> {
        let path = path.as_ref();
        let bytes = read_bytes(path)?;
        let text = str::from_utf8(&bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            let place = format!("line {line}");
            TableError::malformed(path, FORMAT, place, "it is not UTF-8; convert the file")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        parse(text, options)
            .map_err(|fault| TableError::malformed(path, FORMAT, fault.place, fault.reason))
    }

    /// Writes a text file.
    ///
    /// # Errors
    /// [`TableError::Write`], nothing is left behind; [`TableError::Unwritable`] if a column's name
    /// cannot be told from a tensor's header, or the delimiter is no possible one.
    pub fn write_csv(&self, path: impl AsRef<Path>, options: &CsvOptions) -> Result<()> {
        let delimiter = options.delimiter;
        let unwritable = |reason: String| TableError::Unwritable { format: FORMAT, reason };
        if matches!(delimiter, '"' | '\n' | '\r') {
            return Err(unwritable(format!("{delimiter:?} cannot stand between cells")));
        }
        let header = match options.header {
            CsvHeader::None => None,
            CsvHeader::Plain => Some(plain_header(self.specs())),
            CsvHeader::Auto | CsvHeader::Emergent => {
                Some(emergent_header(self.specs()).map_err(unwritable)?)
            }
        };
        write_file(path.as_ref(), |file| self.write_records(file, header, options))
    }

    fn write_records(
        &self,
        file: &mut impl Write,
        header: Option<Vec<String>>,
        options: &CsvOptions,
    ) -> io::Result<()> {
        let mut line = String::new();
        let marker = |line: &mut String, marker: &str| {
            if options.row_markers {
                line.push_str(marker);
                line.push(options.delimiter);
            }
        };
        if let Some(names) = header {
            marker(&mut line, HEADER_MARKER);
            for (index, name) in names.iter().enumerate() {
                if index > 0 {
                    line.push(options.delimiter);
                }
                write_field(&mut line, name, options.delimiter);
            }
            end_line(file, &mut line)?;
        }
        let readers: Vec<_> = (0..self.n_columns()).map(|index| self.reader(index)).collect();
        let mut field = String::new();
        for row in 0..self.n_rows() {
            marker(&mut line, DATA_MARKER);
            let mut first = true;
            for (spec, reader) in self.specs().iter().zip(&readers) {
                for element in 0..spec.shape.len() {
                    if !std::mem::take(&mut first) {
                        line.push(options.delimiter);
                    }
                    if let Some(element) = reader.element(row, element) {
                        field.clear();
                        write_element(&mut field, element);
                        write_field(&mut line, &field, options.delimiter);
                    }
                }
            }
            end_line(file, &mut line)?;
        }
        Ok(())
    }
}

/// Writes the line and empties it. A line of nothing would not be read as a row, so it is quoted.
fn end_line(file: &mut impl Write, line: &mut String) -> io::Result<()> {
    line.push_str(if line.is_empty() { "\"\"\n" } else { "\n" });
    file.write_all(line.as_bytes())?;
    line.clear();
    Ok(())
}

/// Where a text is not a table, and why.
#[derive(Debug, PartialEq)]
struct Fault {
    place: String,
    reason: String,
}

fn fault<T>(place: impl Into<String>, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { place: place.into(), reason: reason.into() })
}

type Result<T, E = TableError> = std::result::Result<T, E>;

fn parse(text: &str, options: &CsvOptions) -> Result<Table, Fault> {
    if matches!(options.delimiter, '"' | '\n' | '\r') {
        return fault("options", format!("{:?} cannot stand between cells", options.delimiter));
    }
    let mut records = records(text, options.delimiter)?;
    let marked = match (&options.header, records.first()) {
        (CsvHeader::None, _) => records.iter().all(|record| record.first_is(DATA_MARKER)),
        (_, first) => first.is_some_and(|record| record.first_is(HEADER_MARKER)),
    };
    let specs = read_header(&mut records, options)?;
    // In a file with markers a line without one is accepted; in one without, `_D:` is a value.
    for record in records.iter_mut().filter(|record| marked && record.first_is(DATA_MARKER)) {
        record.fields.remove(0);
    }
    let specs = match specs {
        Header::Typed(specs) => specs,
        Header::Names(names) => infer(names, &records),
        Header::Absent => {
            let n = records.first().map_or(0, |record| record.fields.len());
            infer((0..n).map(|index| format!("column_{index}")).collect(), &records)
        }
    };
    check_lengths(&specs, &mut records)?;
    let mut table = Table::new();
    let mut first = 0;
    for spec in specs {
        let width = spec.shape.len();
        let data = read_column(&spec, &records, first)?;
        first += width;
        let name = spec.name.clone();
        table.push(spec, data, records.len()).or_else(|error| match error {
            TableError::DuplicateColumn { name } => {
                fault("line 1", format!("the column name `{name}` occurs twice"))
            }
            other => fault(format!("column `{name}`"), other.to_string()),
        })?;
    }
    Ok(table)
}

enum Header {
    Typed(Vec<ColumnSpec>),
    Names(Vec<String>),
    Absent,
}

/// Takes the header off the records.
fn read_header(records: &mut Vec<Record<'_>>, options: &CsvOptions) -> Result<Header, Fault> {
    let given = || options.specs.clone().map_or(Header::Absent, Header::Typed);
    if options.header == CsvHeader::None {
        return Ok(given());
    }
    if records.is_empty() {
        return match &options.specs {
            Some(specs) if specs.is_empty() => Ok(given()),
            None => Ok(Header::Absent),
            Some(_) => fault("line 1", "the file is empty; a header was expected"),
        };
    }
    let mut header = records.remove(0);
    let place = format!("line {}", header.line);
    let marked = header.first_is(HEADER_MARKER);
    if marked {
        header.fields.remove(0);
    }
    let emergent = match options.header {
        CsvHeader::Emergent => true,
        CsvHeader::Plain => marked,
        _ => marked || header::looks_emergent(&header.fields),
    };
    let read = if emergent {
        // Some writers end each line with a delimiter.
        if header.fields.len() > 1 && header.fields.last().is_some_and(|name| name.is_empty()) {
            header.fields.pop();
        }
        let specs = parse_emergent(&header.fields)
            .map_err(|reason| Fault { place: place.clone(), reason })?;
        Header::Typed(specs)
    } else {
        Header::Names(parse_plain(&header.fields))
    };
    let Some(specs) = &options.specs else {
        return Ok(read);
    };
    let (found, expected): (Vec<String>, Vec<String>) = match &read {
        Header::Typed(found) => {
            (found.iter().map(bare_name).collect(), specs.iter().map(bare_name).collect())
        }
        Header::Names(names) => (names.clone(), plain_header(specs)),
        Header::Absent => (Vec::new(), Vec::new()),
    };
    if found != expected {
        let reason = format!("the columns are {found:?}, expected were {expected:?}");
        return fault(place, reason);
    }
    Ok(given())
}

/// A column's name, type and sizes, without dimension names.
fn bare_name(spec: &ColumnSpec) -> String {
    let sizes =
        if spec.shape.is_scalar() { String::new() } else { format!("{:?}", spec.shape.sizes()) };
    format!("{}: {}{sizes}", spec.name, spec.element)
}

/// Every record must have one field per element; empty fields after the last are dropped.
fn check_lengths(specs: &[ColumnSpec], records: &mut [Record<'_>]) -> Result<(), Fault> {
    let expected: usize = specs.iter().map(|spec| spec.shape.len()).sum();
    for record in records {
        while record.fields.len() > expected && record.fields.last().is_some_and(|f| f.is_empty()) {
            record.fields.pop();
        }
        let found = record.fields.len();
        if found != expected {
            let hint = if found < expected { "the line is cut short" } else { "it has too many" };
            let reason = format!("{found} cells found, {expected} expected; {hint}");
            return fault(format!("line {}", record.line), reason);
        }
    }
    Ok(())
}

/// Columns for plain headers: the narrowest of `i64`, `f64`, text that all cells of a column have.
fn infer(names: Vec<String>, records: &[Record<'_>]) -> Vec<ColumnSpec> {
    let all = |index: usize, fits: fn(&str) -> bool| {
        let cells = records.iter().filter_map(|record| record.fields.get(index));
        cells.filter(|cell| !cell.is_empty()).all(|cell| fits(cell))
    };
    let any = |index: usize| {
        records.iter().filter_map(|record| record.fields.get(index)).any(|cell| !cell.is_empty())
    };
    let infer_one = |(index, name): (usize, String)| {
        let element = if !any(index) {
            ElementType::Text
        } else if all(index, |cell| cell.parse::<i64>().is_ok()) {
            ElementType::Int64
        } else if all(index, |cell| cell.parse::<f64>().is_ok()) {
            ElementType::Float64
        } else {
            ElementType::Text
        };
        ColumnSpec::scalar(name, element)
    };
    names.into_iter().enumerate().map(infer_one).collect()
}

/// The cells of a column that begins at field `first` of each record.
fn read_column(
    spec: &ColumnSpec,
    records: &[Record<'_>],
    first: usize,
) -> Result<ColumnData, Fault> {
    let width = spec.shape.len();
    let mut values = Values::new(spec.element);
    let mut elements = Vec::with_capacity(records.len() * width);
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let cells = &record.fields[first..first + width];
        rows.push(cells.iter().any(|cell| !cell.is_empty()));
        for cell in cells {
            elements.push(!cell.is_empty());
            if cell.is_empty() {
                values.push_blank(1);
            } else if !push_parsed(&mut values, cell) {
                return fault(
                    format!("line {}, column `{}`", record.line, spec.name),
                    format!("`{cell}` is not a {}", spec.element),
                );
            }
        }
    }
    if !spec.shape.is_scalar() {
        // A row that is null as a whole needs no null elements.
        for (row, _) in rows.iter().enumerate().filter(|(_, present)| !**present) {
            elements[row * width..(row + 1) * width].fill(true);
        }
    }
    Ok(ColumnData { values, elements: Some(elements), rows: Some(rows) })
}

fn push_parsed(values: &mut Values, cell: &str) -> bool {
    fn push<T>(values: &mut Vec<T>, parsed: Option<T>) -> bool {
        parsed.map(|value| values.push(value)).is_some()
    }
    match values {
        Values::Bool(flags) => push(flags, parse_bool(cell)),
        Values::Int64(numbers) => push(numbers, cell.parse().ok()),
        Values::Float32(numbers) => push(numbers, cell.parse().ok()),
        Values::Float64(numbers) => push(numbers, cell.parse().ok()),
        Values::Text(texts) => push(texts, Some(cell.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, Fault> {
        parse(text, &CsvOptions::csv())
    }

    #[test]
    fn a_short_line_names_line_and_counts() {
        let error = read("#A,#B\n1,2\n3\n").unwrap_err();
        assert_eq!(error.place, "line 3");
        assert_eq!(error.reason, "1 cells found, 2 expected; the line is cut short");
    }

    #[test]
    fn a_bad_number_names_line_and_column() {
        let error = read("|N\n1\n1.5\n").unwrap_err();
        assert_eq!(error.place, "line 3, column `N`");
        assert_eq!(error.reason, "`1.5` is not a i64");
    }

    #[test]
    fn lines_are_counted_through_quoted_newlines() {
        let error = read("$S,|N\n\"a\nb\",1\n\"c\"\n").unwrap_err();
        assert_eq!(error.place, "line 4");
    }

    #[test]
    fn empty_cells_are_null_and_partly_empty_tensors_keep_their_rest() {
        let table = read("%T[1:0]<1:2>,%T[1:1]\n1,\n,\n3,4\n").unwrap();
        assert!(!table.is_null("T", 0).unwrap());
        assert!(table.is_null("T", 1).unwrap());
        assert!(matches!(table.tensor_cell::<f32>("T", 0), Err(TableError::Null { .. })));
        assert_eq!(table.tensor_cell::<f32>("T", 2).unwrap().as_slice().unwrap(), [3.0, 4.0]);
    }

    #[test]
    fn delimiters_at_line_ends_and_all_type_characters_are_accepted() {
        let text = "_H:\t$A\t&B\t|C\t@D\t#E\t%F\t^G\t\n_D:\ta\tb\t1\t2\t0.5\t0.25\ttrue\t\n";
        let table = parse(text, &CsvOptions::tsv()).unwrap();
        let types: Vec<_> = table.specs().iter().map(|spec| spec.element.to_string()).collect();
        assert_eq!(types, ["string", "string", "i64", "i64", "f64", "f32", "bool"]);
        assert_eq!(table.flags("G").unwrap(), [true]);
    }

    #[test]
    fn duplicate_names_and_empty_files() {
        assert!(read("A,A\n1,2\n").unwrap_err().reason.contains("`A` occurs twice"));
        assert_eq!(read("").unwrap().n_columns(), 0);
        assert_eq!(read("$A,#B\n").unwrap().n_rows(), 0);
    }
}
