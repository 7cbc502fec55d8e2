//! Parquet, through polars.
//!
//! A tensor column of numbers or flags is written as `arrow.fixed_shape_tensor`, which pyarrow and
//! polars know; one of texts as a plain fixed-size list, its shape in the entry `etable`.

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use polars::io::parquet::metadata::FileMetadataRef;
use polars::polars_utils::compression::ZstdLevel;
use polars::prelude::{
    KeyValueMetadata, ParquetCompression, ParquetReader, PolarsError, SerReader,
};

use super::{check_columns, claim, guarded, in_file, notes, read_bytes, write_file};
use crate::error::{Result, TableError};
use crate::table::Table;

mod row_groups;

const FORMAT: &str = "Parquet";
const MAGIC: &[u8] = b"PAR1";
/// The quickest level: those above make logs a few hundredths smaller, and take half as long again.
const ZSTD_LEVEL: i32 = 1;

impl Table {
    /// Reads a Parquet file: ours, pyarrow's or polars' (nested arrays become tensors).
    ///
    /// # Errors
    /// [`TableError::Read`], or [`TableError::Malformed`] naming the place of the damage.
    pub fn read_parquet(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_parquet_columns(path.as_ref(), None)
    }

    /// The columns of these names in the file's order, or all of them.
    pub(super) fn read_parquet_columns(path: &Path, columns: Option<&[&str]>) -> Result<Self> {
        let bytes = read_bytes(path)?;
        check_frame(path, &bytes)?;
        guarded(path, FORMAT, || read(path, bytes, columns))
    }

    /// Writes a Parquet file, compressed by zstd.
    ///
    /// # Errors
    /// [`TableError::Write`]; nothing is left behind. [`TableError::Unwritable`] for a table
    /// without columns.
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_parquet_with(path.as_ref(), notes::to_json(self))
    }

    /// [`Table::write_parquet`] with these notes.
    pub(super) fn write_parquet_with(&self, path: &Path, notes: String) -> Result<()> {
        if self.n_columns() == 0 {
            let reason = "it has no columns".into();
            return Err(TableError::Unwritable { format: FORMAT, reason });
        }
        let frame = self.marked_df()?;
        let notes = vec![(notes::KEY.to_string(), notes)];
        write_file(path, |file| {
            let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(into_io)?;
            let compression = ParquetCompression::Zstd(Some(level));
            let notes = KeyValueMetadata::from_static(notes);
            row_groups::write(file, &frame, compression, notes).map_err(into_io)
        })
    }
}

/// The notes in a file's footer; the rest of it is not read.
pub(super) fn read_notes(path: &Path) -> Result<Option<String>> {
    let file = File::open(path).map_err(TableError::read(path))?;
    guarded(path, FORMAT, || {
        let mut reader = ParquetReader::new(file);
        let metadata = reader
            .get_metadata()
            .map_err(|error| TableError::malformed(path, FORMAT, "footer", error.to_string()))?;
        Ok(notes_of(metadata))
    })
}

fn notes_of(metadata: &FileMetadataRef) -> Option<String> {
    let notes = metadata.key_value_metadata().iter().flatten();
    notes.filter(|entry| entry.key == notes::KEY).find_map(|entry| entry.value.clone())
}

/// The magic numbers at both ends and the length of the footer between them.
fn check_frame(path: &Path, bytes: &[u8]) -> Result<()> {
    let bad = |place: &str, reason: String| Err(TableError::malformed(path, FORMAT, place, reason));
    if bytes.len() < 12 {
        return bad("size", format!("{} bytes are too few; the file is cut short", bytes.len()));
    }
    if !bytes.starts_with(MAGIC) {
        return bad("start", "it does not begin with `PAR1`; it is another kind of file".into());
    }
    let (rest, end) = bytes.split_at(bytes.len() - 4);
    if end != MAGIC {
        return bad("end", "it does not end with `PAR1`; the file is cut short".into());
    }
    let length = u32::from_le_bytes([0, 1, 2, 3].map(|i| rest[rest.len() - 4 + i])) as usize;
    if length > bytes.len() - 12 {
        return bad(
            "footer",
            format!("it claims {length} bytes, more than the file's {}", bytes.len()),
        );
    }
    Ok(())
}

fn read(path: &Path, bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Table> {
    let malformed = |place: &str| {
        let place = place.to_string();
        move |error: PolarsError| TableError::malformed(path, FORMAT, place, error.to_string())
    };
    let size = bytes.len();
    let mut reader = ParquetReader::new(Cursor::new(bytes)).set_rechunk(true);
    let metadata = reader.get_metadata().map_err(malformed("footer"))?.clone();
    let rows: usize = metadata.row_groups.iter().map(|group| group.num_rows()).sum();
    if rows != metadata.num_rows {
        let reason = format!("it claims {} rows, its parts have {rows}", metadata.num_rows);
        return Err(TableError::malformed(path, FORMAT, "footer", reason));
    }
    let claimed = metadata
        .row_groups
        .iter()
        .try_fold(rows, |sum, group| sum.checked_add(group.total_byte_size()))
        .unwrap_or(usize::MAX);
    claim(rows, claimed, size)
        .map_err(|reason| TableError::malformed(path, FORMAT, "footer", reason))?;
    let notes = notes_of(&metadata);
    if let Some(columns) = columns {
        let schema = reader.schema().map_err(malformed("footer"))?;
        let names: Vec<&str> = schema.iter_names().map(|name| name.as_str()).collect();
        check_columns(columns, &names)?;
        let wanted = names.into_iter().filter(|name| columns.contains(name));
        reader = reader.with_columns(Some(wanted.map(str::to_owned).collect()));
    }
    let frame = reader.finish().map_err(malformed("content"))?;
    let mut table = Table::from_df(frame).map_err(in_file(path, FORMAT))?;
    if let Some(json) = notes {
        notes::apply(&mut table, &json)
            .map_err(|reason| TableError::malformed(path, FORMAT, "metadata", reason))?;
    }
    Ok(table)
}

/// The system's error inside a polars one, else one that holds its message.
fn into_io(error: PolarsError) -> std::io::Error {
    match error {
        PolarsError::IO { error, .. } => std::io::Error::new(error.kind(), error.to_string()),
        other => std::io::Error::other(other.to_string()),
    }
}
