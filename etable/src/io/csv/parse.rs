//! From the text of a file to a table.

use super::header::{looks_emergent, parse_emergent, parse_plain, plain_header};
use super::number::parse_bool;
use super::record::{Record, records};
use super::{CsvHeader, CsvOptions, DATA_MARKER, Fault, HEADER_MARKER, Result, fault};
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::ElementType;
use crate::error::TableError;
use crate::table::Table;

/// The table in a text.
pub(super) fn parse(text: &str, options: &CsvOptions) -> Result<Table, Fault> {
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
    for mut spec in specs {
        let mut data = read_column(&spec, &records, first);
        let given = options.specs.is_some();
        if let Some(element) = wider(spec.element).filter(|_| data.is_err() && !given) {
            let wide = ColumnSpec { element, ..spec.clone() };
            if let Ok(wide_data) = read_column(&wide, &records, first) {
                (spec, data) = (wide, Ok(wide_data));
            }
        }
        let data = data?;
        first += spec.shape.len();
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

/// What the integers of a column may be, too, that the header does not tell from this type.
fn wider(element: ElementType) -> Option<ElementType> {
    match element {
        ElementType::Int64 => Some(ElementType::UInt64),
        ElementType::UInt8 => Some(ElementType::Int8),
        _ => None,
    }
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
        _ => marked || looks_emergent(&header.fields),
    };
    let read = if emergent {
        // Some writers end each line with a delimiter.
        if header.fields.len() > 1 && header.fields.last().is_some_and(|name| name.is_empty()) {
            header.fields.pop();
        }
        let specs = parse_emergent(&header.fields, options.inner_first)
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

/// What a header says of a column: not its dimensions' names, nor the width of its integers.
fn bare_name(spec: &ColumnSpec) -> String {
    let sizes =
        if spec.shape.is_scalar() { String::new() } else { format!("{:?}", spec.shape.sizes()) };
    match spec.element.is_integer() {
        true => format!("{}: integer{sizes}", spec.name),
        false => format!("{}: {}{sizes}", spec.name, spec.element),
    }
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

/// Columns for plain headers: the first of `i64`, `u64`, `f64`, `bool`, text that all cells of a
/// column can be.
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
        } else if all(index, |cell| cell.parse::<u64>().is_ok()) {
            ElementType::UInt64
        } else if all(index, |cell| cell.parse::<f64>().is_ok()) {
            ElementType::Float64
        } else if all(index, |cell| matches!(cell, "true" | "false" | "True" | "False")) {
            ElementType::Bool
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
    for record in records {
        for cell in &record.fields[first..first + width] {
            elements.push(!cell.is_empty());
            if cell.is_empty() {
                values.push_blank(1);
            } else if !push_parsed(&mut values, cell) {
                return fault(
                    format!("line {}, column `{}`", record.line, spec.name),
                    format!("`{cell}` is no {}", spec.element),
                );
            }
        }
    }
    Ok(ColumnData { values, elements: Some(elements), rows: None })
}

fn push_parsed(values: &mut Values, cell: &str) -> bool {
    fn push<T>(values: &mut Vec<T>, parsed: Option<T>) -> bool {
        parsed.map(|value| values.push(value)).is_some()
    }
    match values {
        Values::Bool(flags) => push(flags, parse_bool(cell)),
        Values::Int8(numbers) => push(numbers, cell.parse().ok()),
        Values::Int16(numbers) => push(numbers, cell.parse().ok()),
        Values::Int32(numbers) => push(numbers, cell.parse().ok()),
        Values::Int64(numbers) => push(numbers, cell.parse().ok()),
        Values::UInt8(numbers) => push(numbers, cell.parse().ok()),
        Values::UInt16(numbers) => push(numbers, cell.parse().ok()),
        Values::UInt32(numbers) => push(numbers, cell.parse().ok()),
        Values::UInt64(numbers) => push(numbers, cell.parse().ok()),
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
        assert_eq!(error.reason, "`1.5` is no i64");
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
        assert_eq!(types, ["string", "string", "i64", "u8", "f64", "f32", "bool"]);
        assert_eq!(table.flags("G").unwrap(), [true]);
    }

    #[test]
    fn integers_are_as_wide_as_they_need() {
        let table = read("|A,@B,@C\n1,255,-1\n18446744073709551615,0,127\n").unwrap();
        let types: Vec<_> = table.specs().iter().map(|spec| spec.element.to_string()).collect();
        assert_eq!(types, ["u64", "u8", "i8"]);
        let error = read("|A,@B\n-1,0\n18446744073709551615,256\n").unwrap_err();
        assert_eq!(error.reason, "`18446744073709551615` is no i64");
        assert_eq!(read("@B\n256\n").unwrap_err().reason, "`256` is no u8");
    }

    #[test]
    fn plain_columns_get_the_narrowest_type() {
        let table = read("I,U,F,B,T,N\n1,18446744073709551615,1,True,1,\n,2,1e3,false,a,\n");
        let table = table.unwrap();
        let types: Vec<_> = table.specs().iter().map(|spec| spec.element.to_string()).collect();
        assert_eq!(types, ["i64", "u64", "f64", "bool", "string", "string"]);
    }

    #[test]
    fn duplicate_names_and_empty_files() {
        assert!(read("A,A\n1,2\n").unwrap_err().reason.contains("`A` occurs twice"));
        assert_eq!(read("").unwrap().n_columns(), 0);
        assert_eq!(read("$A,#B\n").unwrap().n_rows(), 0);
    }
}
