//! Writing a table line by line.

use std::io::{self, Write};

use super::number::write_element;
use super::record::write_field;
use super::{CsvOptions, DATA_MARKER, HEADER_MARKER};
use crate::table::Table;

/// Writes all lines, the first one with these names if there are any.
pub(super) fn records(
    table: &Table,
    file: &mut impl Write,
    header: Option<Vec<String>>,
    options: &CsvOptions,
) -> io::Result<()> {
    // A line of nothing would be read as a column without a name.
    if table.n_columns() == 0 {
        return Ok(());
    }
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
    let readers: Vec<_> = (0..table.n_columns()).map(|index| table.reader(index)).collect();
    let mut field = String::new();
    for row in 0..table.n_rows() {
        marker(&mut line, DATA_MARKER);
        let mut first = true;
        for (spec, reader) in table.specs().iter().zip(&readers) {
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

/// Writes the line and empties it. A line of nothing would not be read as a row, so it is quoted.
fn end_line(file: &mut impl Write, line: &mut String) -> io::Result<()> {
    line.push_str(if line.is_empty() { "\"\"\n" } else { "\n" });
    file.write_all(line.as_bytes())?;
    line.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing.
    #[test]
    fn a_table_without_columns_is_an_empty_text() {
        for options in [CsvOptions::csv(), CsvOptions::cpp_emergent()] {
            let text = Table::new().to_csv(&options).unwrap();
            assert_eq!(text, "");
            let read = Table::from_csv(&text, &options.with_specs([])).unwrap();
            assert_eq!(read, Table::new());
        }
    }
}
