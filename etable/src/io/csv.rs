//! Text.
use crate::column::ColumnSpec;
use crate::error::{Result, TableError};
use crate::table::Table;
use std::path::Path;

/// What the first line of a text file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvHeader {
    /// On reading: emergent's if the line has its marks, else plain. On writing: emergent's.
    #[default]
    Auto,
    /// emergent's: a type character before each name, and shapes of tensors.
    Emergent,
    /// Plain names; types are inferred from the values.
    Plain,
    /// No header.
    None,
}

/// How a text file is laid out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The character between cells.
    pub delimiter: char,
    /// What the first line is.
    pub header: CsvHeader,
    /// On writing: whether lines begin with the markers `_H:` and `_D:`. On reading both are known.
    pub row_markers: bool,
    /// On reading a file without header, or to restore dimension names: the columns.
    pub specs: Option<Vec<ColumnSpec>>,
}

impl CsvOptions {
    /// Comma.
    pub fn csv() -> Self {
        Self {
            delimiter: ',',
            header: CsvHeader::Auto,
            row_markers: false,
            specs: None,
        }
    }
    /// Tab.
    pub fn tsv() -> Self {
        Self {
            delimiter: '\t',
            ..Self::csv()
        }
    }
}
impl Table {
    /// Reads a text file.
    pub fn read_csv(path: impl AsRef<Path>, _options: &CsvOptions) -> Result<Self> {
        Err(TableError::UnknownFormat {
            path: path.as_ref().to_path_buf(),
        })
    }
    /// Writes a text file.
    pub fn write_csv(&self, path: impl AsRef<Path>, _options: &CsvOptions) -> Result<()> {
        Err(TableError::UnknownFormat {
            path: path.as_ref().to_path_buf(),
        })
    }
}
