//! Text files with emergent's headers, or plain ones.
//!
//! The header `$Name %Mat[2:0,0]<2:2,3> %Mat[2:0,1] ...` gives each column's type by its first
//! character, and a tensor column one place per element: `[dimensions:index]`, on the first also
//! `<dimensions:sizes>`. Elements are taken left to right into row-major order. C++ emergent has the
//! innermost dimension first in sizes and indices: where the second element is `[2:1,0]`, the sizes
//! `<2:5,3>` are those of a tensor of 3 rows of 5.
//!
//! | character | element | | character | element |
//! |---|---|---|---|---|
//! | `$`, `&` | text | | `\|` | integers, read as `i64` (`u64` if there are greater ones) |
//! | `%` | `f32` | | `@` | `u8` (`i8` if there are negative ones) |
//! | `#` | `f64` | | `^` | `bool` |
//!
//! A line may begin with the marker `_H:` (header) or `_D:` (data). Quoting is that of Go's
//! `encoding/csv`; floats are written shortest, as Go's format `G` (`1E-12`, `1E+06`). An empty place
//! is a null, so an empty text does not survive. A tensor of no elements has a place in the header,
//! but none in the lines. Dimension names, metadata and the width of integers are not in the file;
//! [`CsvOptions::specs`] restores them.

mod header;
mod number;
mod parse;
mod record;
mod write;

use std::path::Path;

use self::header::{emergent_header, plain_header};
use self::parse::parse;
use super::{read_bytes, write_file};
use crate::column::ColumnSpec;
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
    /// Names only. On reading, types are inferred: `i64`, else `u64`, `f64`, `bool` (`true`, `False`),
    /// else text. On writing, the elements of a tensor become columns `Mat[0,0]`, `Mat[0,1]`, ...
    Plain,
    /// No header. On reading, columns are those of [`CsvOptions::specs`], else inferred and named
    /// `column_0`, `column_1`, ...
    None,
}

/// How a text file is laid out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The character between cells: comma, tab, or any other but quote, newline and return. On
    /// reading, a tab or comma after the marker `_H:` counts more: emergent's logs have tabs, also
    /// where their names end in `.csv`.
    pub delimiter: char,
    /// What the first line is.
    pub header: CsvHeader,
    /// On writing: whether lines begin with the markers `_H:` and `_D:`. On reading both are known.
    pub row_markers: bool,
    /// Whether sizes and indices of tensors in emergent's header have the innermost dimension first,
    /// as in C++ emergent. On reading the indices tell, and this counts where they could be either.
    pub inner_first: bool,
    /// On reading: the columns, in order, which the file must have; for files without header, or
    /// to restore dimension names.
    pub specs: Option<Vec<ColumnSpec>>,
}

impl CsvOptions {
    /// Comma between cells, header as found (written: emergent's), no row markers.
    pub fn csv() -> Self {
        Self {
            delimiter: ',',
            header: CsvHeader::Auto,
            row_markers: false,
            inner_first: false,
            specs: None,
        }
    }

    /// As pandas, R and spreadsheets expect it: commas and plain names.
    ///
    /// ```
    /// use etable::{CsvOptions, Table};
    ///
    /// let table = Table::new().with_column("Epoch", [0_i64, 1])?.with_column("SSE", [1.5, 0.0])?;
    /// assert_eq!(table.to_csv(&CsvOptions::plain())?, "Epoch,SSE\n0,1.5\n1,0\n");
    /// assert_eq!(table.to_csv(&CsvOptions::csv())?, "|Epoch,#SSE\n0,1.5\n1,0\n");
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn plain() -> Self {
        Self::csv().with_header(CsvHeader::Plain)
    }

    /// As [`CsvOptions::csv`], but with tabs: emergent's own convention.
    pub fn tsv() -> Self {
        Self { delimiter: '\t', ..Self::csv() }
    }

    /// As C++ emergent writes and reads its tables: tabs, the markers `_H:` and `_D:`, and the
    /// innermost dimension of tensors first.
    pub fn cpp_emergent() -> Self {
        Self { row_markers: true, inner_first: true, ..Self::tsv() }
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
        Self::read_csv_at(path.as_ref(), options)
    }

    fn read_csv_at(path: &Path, options: &CsvOptions) -> Result<Self> {
        let bytes = read_bytes(path)?;
        let text = str::from_utf8(&bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            let place = format!("line {line}");
            TableError::malformed(path, FORMAT, place, "it is not UTF-8; convert the file")
        })?;
        Self::parse(path, text, options)
    }

    /// The table in a text, as [`Table::read_csv`] has it of a file.
    ///
    /// ```
    /// use etable::{CsvOptions, Table};
    ///
    /// let text = "$Name,%Act[1:0]<1:2>,%Act[1:1]\ncat,0,0.5\n";
    /// let table = Table::from_csv(text, &CsvOptions::csv())?;
    /// assert_eq!(table.tensor::<f32>("Act")?[[0, 1]], 0.5);
    /// assert_eq!(table.to_csv(&CsvOptions::csv())?, text);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::Malformed`], as [`Table::read_csv`].
    pub fn from_csv(text: &str, options: &CsvOptions) -> Result<Self> {
        Self::parse(Path::new("text"), text, options)
    }

    fn parse(path: &Path, text: &str, options: &CsvOptions) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let after_marker = text.strip_prefix(HEADER_MARKER).and_then(|rest| rest.chars().next());
        let told = after_marker.filter(|character| ['\t', ','].contains(character));
        let delimiter = told.unwrap_or(options.delimiter);
        parse(text, &CsvOptions { delimiter, ..options.clone() })
            .map_err(|fault| TableError::malformed(path, FORMAT, fault.place, fault.reason))
    }

    /// Writes a text file.
    ///
    /// # Errors
    /// [`TableError::Write`], nothing is left behind; [`TableError::Unwritable`] if a column's name
    /// cannot be told from a tensor's header, or the delimiter is no possible one.
    pub fn write_csv(&self, path: impl AsRef<Path>, options: &CsvOptions) -> Result<()> {
        self.write_csv_at(path.as_ref(), options)
    }

    fn write_csv_at(&self, path: &Path, options: &CsvOptions) -> Result<()> {
        let header = self.csv_header(options)?;
        write_file(path, |file| write::records(self, file, header, options))
    }

    /// The table as the text that [`Table::write_csv`] writes.
    ///
    /// # Errors
    /// [`TableError::Unwritable`], as [`Table::write_csv`].
    pub fn to_csv(&self, options: &CsvOptions) -> Result<String> {
        let header = self.csv_header(options)?;
        let mut text = Vec::new();
        write::records(self, &mut text, header, options).expect("a vector takes what is written");
        Ok(String::from_utf8(text).expect("names, numbers and texts are UTF-8"))
    }

    fn csv_header(&self, options: &CsvOptions) -> Result<Option<Vec<String>>> {
        let delimiter = options.delimiter;
        let unwritable = |reason: String| TableError::Unwritable { format: FORMAT, reason };
        if matches!(delimiter, '"' | '\n' | '\r') {
            return Err(unwritable(format!("{delimiter:?} cannot stand between cells")));
        }
        Ok(match options.header {
            CsvHeader::None => None,
            CsvHeader::Plain => Some(plain_header(self.specs())),
            CsvHeader::Auto | CsvHeader::Emergent => {
                Some(emergent_header(self.specs(), options.inner_first).map_err(unwritable)?)
            }
        })
    }
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
