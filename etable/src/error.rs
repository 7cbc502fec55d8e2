//! What can go wrong with a table, one variant per kind of failure.
//!
//! Every message names the thing (column, row, file and place in it), says what was found and, where
//! there is a remedy, what to do. The fields carry the same facts for a program.
//!
//! ```
//! use etable::{Table, TableError};
//!
//! let table = Table::new().with_column("Act", [0.25, 0.5])?;
//! let error = table.numbers("act").unwrap_err();
//! assert!(matches!(&error, TableError::MissingColumn { nearest: Some(name), .. } if name == "Act"));
//! assert_eq!(error.to_string(), "no column `act`; did you mean `Act`? The table has: Act");
//! # Ok::<(), TableError>(())
//! ```

use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;

use crate::spelling::nearest;

/// The result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, TableError>;

/// An error of a table, a view, or one of their files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A column was asked for that the table does not have.
    #[error(
        "no column `{name}`{} {}",
        did_you_mean(nearest.as_deref()),
        list_columns(available)
    )]
    MissingColumn {
        /// The name asked for.
        name: String,
        /// The name of the table's column that is most like it, if one is near.
        nearest: Option<String>,
        /// All column names, in order.
        available: Vec<String>,
    },
    /// Two columns would have the same name.
    #[error("a column `{name}` exists already; names are unique, so rename or drop one of the two")]
    DuplicateColumn {
        /// The name.
        name: String,
    },
    /// A column has another number of rows than the table.
    #[error("column `{column}` has {found} rows, but the table has {expected}")]
    LengthMismatch {
        /// The column.
        column: String,
        /// The rows it has.
        found: usize,
        /// The rows it must have.
        expected: usize,
    },
    /// A value or column has another type than the one asked for.
    #[error("column `{column}` is {found}, not {expected}; {hint}")]
    TypeMismatch {
        /// The column.
        column: String,
        /// The type asked for or required.
        expected: String,
        /// The type found.
        found: String,
        /// What to do.
        hint: String,
    },
    /// A tensor has another cell shape than its column.
    #[error("column `{column}` has cell shape {expected:?}, but the values have {found:?}")]
    ShapeMismatch {
        /// The column.
        column: String,
        /// The shape of the column's cells.
        expected: Vec<usize>,
        /// The shape (or, for flat values, the number) given.
        found: Vec<usize>,
    },
    /// A cell shape that cannot be.
    #[error("cell shape {sizes:?} is not usable: {reason}")]
    InvalidShape {
        /// The sizes given.
        sizes: Vec<usize>,
        /// Why it cannot be.
        reason: String,
    },
    /// A missing value where a number, flag or text is needed.
    #[error(
        "column `{column}` is null in row {row}; filter such rows out, e.g. \
         `view.without_nulls(&[\"{column}\"])`"
    )]
    Null {
        /// The column.
        column: String,
        /// The first row with a null (counted in the table or view asked).
        row: usize,
    },
    /// A row that is not there.
    #[error("row {row} is out of range: there are {n_rows} rows")]
    RowOutOfRange {
        /// The row asked for.
        row: usize,
        /// The rows there are.
        n_rows: usize,
    },
    /// A type that a table cannot hold.
    #[error(
        "column `{column}` has type {found}, which a table cannot hold; cast it first to bool, an \
         integer of 8 to 64 bits, f32, f64, string or a fixed-size array of these, or leave it out"
    )]
    UnsupportedType {
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
    /// Two tables that should have the same columns do not.
    #[error("the tables do not have the same columns: {reason}")]
    SchemaMismatch {
        /// The first difference.
        reason: String,
    },
    /// A value given to a function is of no use to it.
    #[error("`{argument}` cannot be used: {reason}")]
    Argument {
        /// What was given.
        argument: &'static str,
        /// What is wrong with it, and what is allowed.
        reason: String,
    },
    /// A polars expression that cannot be evaluated, or does not give one flag per row.
    #[error("the expression cannot be used: {reason}")]
    Expression {
        /// What polars says, or what the expression gave instead of flags.
        reason: String,
    },
    /// A file could not be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file could not be written; nothing is left behind.
    #[error(
        "cannot write {}: {source}; nothing was left behind, an earlier file of that name is intact",
        path.display()
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file's extension names no known format.
    #[error(
        "{}: the extension names no table format; use .parquet, .arrow (.ipc, .feather), .csv, .tsv \
         (.dat), .jsonl (.ndjson), .npz or .npy, or call the reader or writer of the format by name",
        path.display()
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// A file is damaged, or is not what its name says.
    #[error("{} is not a usable {format} file: {place}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The format it was read as.
        format: &'static str,
        /// Where: a line, a column, a part of the file.
        place: String,
        /// What was found and what was expected.
        reason: String,
    },
    /// A table cannot be expressed in a file format.
    #[error("the table cannot be written as {format}: {reason}")]
    Unwritable {
        /// The format.
        format: &'static str,
        /// What stands in the way and what to do.
        reason: String,
    },
    /// A polars operation failed.
    #[error("{action}: {source}")]
    Polars {
        /// What was being done.
        action: String,
        /// What polars says.
        source: PolarsError,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(|| ".".to_owned(), |name| format!("; did you mean `{name}`?"))
}

fn list_columns(available: &[String]) -> String {
    const SHOWN: usize = 20;
    if available.is_empty() {
        return "the table has no columns".into();
    }
    let mut text = format!("The table has: {}", available[..available.len().min(SHOWN)].join(", "));
    if available.len() > SHOWN {
        text.push_str(&format!(" and {} more", available.len() - SHOWN));
    }
    text
}

impl TableError {
    pub(crate) fn missing<'a>(name: &str, available: impl IntoIterator<Item = &'a str>) -> Self {
        let available: Vec<String> = available.into_iter().map(str::to_string).collect();
        Self::MissingColumn {
            name: name.into(),
            nearest: nearest(name, available.iter().map(String::as_str), 1).map(str::to_owned),
            available,
        }
    }

    pub(crate) fn polars(action: impl Into<String>) -> impl FnOnce(PolarsError) -> Self {
        let action = action.into();
        move |source| Self::Polars { action, source }
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Read { path, source }
    }

    pub(crate) fn malformed(
        path: &Path,
        format: &'static str,
        place: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::Malformed {
            path: path.to_path_buf(),
            format,
            place: place.into(),
            reason: reason.into(),
        }
    }
}
