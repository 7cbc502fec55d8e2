//! Tables in files: Parquet, Arrow IPC, text with emergent's headers, JSON lines and NumPy's arrays.
//!
//! [`Table::read`] and [`Table::write`] choose the format by the file's extension; the functions
//! named after a format do not look at it. Files are written whole or not at all
//! ([`files::write_atomically`](crate::files::write_atomically)).
//!
//! | extension | format | types | shapes, their names | nulls | metadata |
//! |---|---|---|---|---|---|
//! | `.parquet` | Parquet, zstd | all | both | yes | both levels |
//! | `.arrow`, `.ipc`, `.feather` | Arrow IPC file | all | both | yes | both levels |
//! | `.npz` | NumPy arrays | all | both | refused | both levels |
//! | `.npy` | one NumPy array | all | shapes | refused | none |
//! | `.jsonl`, `.ndjson` | JSON lines | inferred, or given | shapes | yes | none |
//! | `.csv`; `.tsv`, `.dat` | text, comma; tab | integers as `i64`, or given | shapes | yes; empty texts, too | none |
//!
//! A null is a missing value, NaN a number. A folder of Parquet files parted by the values of some
//! columns (`Run=0/part-0.parquet`) is written by [`Table::write_dataset`] and read whole or lazily
//! by [`Dataset`].
//!
//! ```
//! use etable::Table;
//!
//! let folder = tempfile::tempdir().unwrap();
//! let table = Table::new().with_column("SSE", [1.5, 0.25])?;
//! for name in ["log.parquet", "log.arrow", "log.csv", "log.tsv", "log.jsonl", "log.npz"] {
//!     let path = folder.path().join(name);
//!     table.write(&path)?;
//!     assert_eq!(Table::read(&path)?.numbers("SSE")?, [1.5, 0.25]);
//! }
//! # Ok::<(), etable::TableError>(())
//! ```

mod csv;
mod dataset;
mod ipc;
mod json;
mod notes;
mod npy;
mod parquet;

use std::any::Any;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::IdxSize;

pub use self::csv::{CsvHeader, CsvOptions};
pub use self::dataset::Dataset;
use crate::column::ColumnSpec;
use crate::error::{Result, TableError};
use crate::files::{AtomicFile, write_atomically};
use crate::table::Table;

/// A file that claims more decoded bytes than this, and this many times its own size, is refused:
/// honest files of repeated values stay far below.
const SUSPICIOUS_BYTES: usize = 1 << 30;
const SUSPICIOUS_RATIO: usize = 1 << 14;

enum Format {
    Parquet,
    Ipc,
    JsonLines,
    Npy,
    Npz,
    Text(CsvOptions),
}

impl Format {
    fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        Ok(match extension.to_ascii_lowercase().as_str() {
            "parquet" => Self::Parquet,
            "arrow" | "ipc" | "feather" => Self::Ipc,
            "jsonl" | "ndjson" => Self::JsonLines,
            "npy" => Self::Npy,
            "npz" => Self::Npz,
            "csv" => Self::Text(CsvOptions::csv()),
            "tsv" | "dat" => Self::Text(CsvOptions::tsv()),
            _ => {
                return Err(TableError::UnknownFormat { path: path.to_path_buf() });
            }
        })
    }
}

impl Table {
    /// Reads a file in the format that its extension says.
    ///
    /// # Errors
    /// [`TableError::UnknownFormat`], or those of the format's reader.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_at(path.as_ref())
    }

    fn read_at(path: &Path) -> Result<Self> {
        match Format::of(path)? {
            Format::Parquet => Self::read_parquet(path),
            Format::Ipc => Self::read_ipc(path),
            Format::JsonLines => Self::read_jsonl(path),
            Format::Npy => Self::read_npy(path),
            Format::Npz => Self::read_npz(path),
            Format::Text(options) => Self::read_csv(path, &options),
        }
    }

    /// Reads only these columns of a file, in this order. Of Parquet and Arrow files the others
    /// are not decoded, so that columns of types that a table cannot hold (dates, lists of varying
    /// length, structs) stand in nobody's way.
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("log.parquet");
    /// Table::new().with_column("Epoch", [0_i64, 1])?.with_column("SSE", [1.5, 0.25])?.write(&path)?;
    /// let read = Table::read_columns(&path, &["SSE"])?;
    /// assert_eq!((read.n_columns(), read.numbers("SSE")?), (1, vec![1.5, 0.25]));
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Table::read`]; [`TableError::MissingColumn`], or [`TableError::DuplicateColumn`] if one
    /// is named twice.
    pub fn read_columns(path: impl AsRef<Path>, columns: &[&str]) -> Result<Self> {
        Self::read_columns_at(path.as_ref(), columns)
    }

    fn read_columns_at(path: &Path, columns: &[&str]) -> Result<Self> {
        match Format::of(path)? {
            Format::Parquet => Self::read_parquet_columns(path, Some(columns))?.select(columns),
            Format::Ipc => Self::read_ipc_columns(path, Some(columns))?.select(columns),
            _ => Self::read_at(path)?.select(columns),
        }
    }

    /// Writes a file in the format that its extension says.
    ///
    /// The header of text files is emergent's (`|Epoch`, `#SSE`), which keeps types and shapes; for
    /// other programs write `.csv` with [`Table::write_csv`] and [`CsvOptions::plain`].
    ///
    /// # Errors
    /// [`TableError::UnknownFormat`], or those of the format's writer.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_at(path.as_ref())
    }

    fn write_at(&self, path: &Path) -> Result<()> {
        match Format::of(path)? {
            Format::Parquet => self.write_parquet(path),
            Format::Ipc => self.write_ipc(path),
            Format::JsonLines => self.write_jsonl(path),
            Format::Npy => self.write_npy(path, self.only_column()?),
            Format::Npz => self.write_npz(path),
            Format::Text(options) => self.write_csv(path, &options),
        }
    }
}

/// That a file of `size` bytes may well hold `n_rows` rows and `bytes` of values.
///
/// # Errors
/// What it claims, if that is beyond belief.
fn claim(n_rows: usize, bytes: usize, size: usize) -> std::result::Result<(), String> {
    let claimed = bytes.max(n_rows);
    if claimed > SUSPICIOUS_BYTES && claimed / SUSPICIOUS_RATIO > size {
        return Err(format!("it claims {claimed} bytes of content in a file of {size}"));
    }
    if n_rows >= IdxSize::MAX as usize {
        return Err(format!("it claims {n_rows} rows, more than a table can have"));
    }
    Ok(())
}

/// [`claim`] for all of these columns.
fn check_claim(
    path: &Path,
    format: &'static str,
    specs: &[ColumnSpec],
    n_rows: usize,
    size: usize,
) -> Result<()> {
    let row = specs.iter().fold(0_usize, |bytes, spec| {
        bytes.saturating_add(spec.shape.len().saturating_mul(spec.element.bytes()))
    });
    claim(n_rows, n_rows.saturating_mul(row), size)
        .map_err(|reason| TableError::malformed(path, format, "size", reason))
}

/// The whole file.
fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(TableError::read(path))
}

/// Writes a file whole or not at all.
fn write_file(path: &Path, write: impl FnOnce(&mut AtomicFile) -> io::Result<()>) -> Result<()> {
    write_atomically(path, write)
        .map_err(|source| TableError::Write { path: path.to_path_buf(), source })
}

/// Runs a reader that is not ours over bytes that may be damaged: its panic becomes an error.
fn guarded<T>(path: &Path, format: &'static str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let reason = format!("the reader gave up on damaged content ({})", panic_text(&*panic));
        Err(TableError::malformed(path, format, "content", reason))
    })
}

/// What a panic says.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given")
}

/// That all of these columns are among those of a file.
fn check_columns(columns: &[&str], available: &[&str]) -> Result<()> {
    match columns.iter().find(|name| !available.contains(name)) {
        Some(name) => Err(TableError::missing(name, available.iter().copied())),
        None => Ok(()),
    }
}

/// An error of the table made from a file's content, with the file's name.
fn in_file(path: &Path, format: &'static str) -> impl Fn(TableError) -> TableError {
    let path = path.to_path_buf();
    move |error| match error {
        known @ (TableError::Malformed { .. } | TableError::Read { .. }) => known,
        TableError::DuplicateColumn { name } => {
            let reason = format!("the name `{name}` occurs twice");
            TableError::malformed(&path, format, "column names", reason)
        }
        TableError::UnsupportedType { column, found } => {
            let reason = format!(
                "its type {found} has no place in a table; `Table::read_columns` reads the others"
            );
            TableError::malformed(&path, format, format!("column `{column}`"), reason)
        }
        other => TableError::malformed(&path, format, "content", other.to_string()),
    }
}
