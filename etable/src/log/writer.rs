//! Taking rows, and putting full batches on disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::LogFolder;
use super::folder::part_path;
use crate::builder::{RowBuilder, TableBuilder};
use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::table::Table;

/// The size of a batch in memory unless the number of its rows is given.
const BATCH_BYTES: usize = 32 << 20;
/// What a text is taken to need.
const TEXT_BYTES: usize = 32;

/// A log under construction. See the [module](super).
///
/// A log on disk that is dropped without [`close`](LogWriter::close) still writes its last batch,
/// but cannot tell of a failure.
#[derive(Debug)]
pub struct LogWriter {
    specs: Vec<ColumnSpec>,
    metadata: BTreeMap<String, String>,
    builder: TableBuilder,
    /// Rows that are on disk.
    written: usize,
    batch_rows: usize,
    disk: Option<Disk>,
}

#[derive(Debug)]
struct Disk {
    folder: PathBuf,
    next: usize,
}

impl LogWriter {
    /// A log in memory.
    ///
    /// # Errors
    /// [`TableError::DuplicateColumn`] if a name occurs twice.
    pub fn in_memory(specs: impl IntoIterator<Item = ColumnSpec>) -> Result<Self> {
        Self::new(specs.into_iter().collect(), None)
    }

    /// A new log in `folder`, which is made if it is not there. A batch holds about 32 MB.
    ///
    /// # Errors
    /// [`TableError::DuplicateColumn`]; [`TableError::Write`] if the folder cannot be made or holds
    /// parts of a log already.
    pub fn to_folder(
        folder: impl AsRef<Path>,
        specs: impl IntoIterator<Item = ColumnSpec>,
    ) -> Result<Self> {
        let folder = folder.as_ref();
        let failed = |source| TableError::Write { path: folder.to_path_buf(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        if LogFolder::open(folder)?.n_parts() > 0 {
            let reason = "it holds a log already; resume that one, or choose another folder";
            return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, reason)));
        }
        let disk = Disk { folder: folder.to_path_buf(), next: 0 };
        Self::new(specs.into_iter().collect(), Some(disk))
    }

    /// Goes on with the log in `folder`, after the last part that is there.
    ///
    /// # Errors
    /// [`TableError::Read`] if there is no log, or what reading its parts says;
    /// [`TableError::Write`] if what an interrupted writer has left cannot be removed.
    pub fn resume(folder: impl AsRef<Path>) -> Result<Self> {
        Self::resume_at(folder.as_ref())
    }

    fn resume_at(folder: &Path) -> Result<Self> {
        let log = LogFolder::open(folder)?;
        let mut last = None;
        let mut written = 0;
        for part in log.parts() {
            let part = part?;
            written += part.n_rows();
            last = Some(part);
        }
        let Some(last) = last else {
            let reason = "it holds no part of a log to go on with";
            return Err(TableError::read(folder)(io::Error::new(io::ErrorKind::NotFound, reason)));
        };
        crate::files::remove_unfinished(folder)
            .map_err(|source| TableError::Write { path: folder.to_path_buf(), source })?;
        let disk = Disk { folder: folder.to_path_buf(), next: log.next() };
        let mut writer = Self::new(last.specs().to_vec(), Some(disk))?;
        writer.metadata.clone_from(last.metadata());
        writer.written = written;
        Ok(writer)
    }

    fn new(specs: Vec<ColumnSpec>, disk: Option<Disk>) -> Result<Self> {
        let row_bytes: usize = specs.iter().map(bytes_of_cell).sum();
        let batch_rows = (BATCH_BYTES / row_bytes.max(1)).max(1);
        let builder = TableBuilder::new(specs.iter().cloned())?;
        Ok(Self { specs, metadata: BTreeMap::new(), builder, written: 0, batch_rows, disk })
    }

    /// Sets how many rows a log on disk keeps in memory before it writes them, at least 1.
    pub fn with_batch_rows(mut self, rows: usize) -> Self {
        self.batch_rows = rows.max(1);
        self
    }

    /// Adds a note to the log's metadata; on disk, to that of each part from now on.
    pub fn with_note(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), text.into());
        self
    }

    /// Begins a row, after writing the batch if it is full. Nothing is appended until
    /// [`RowBuilder::finish`].
    ///
    /// # Errors
    /// [`TableError::Write`] if the batch cannot be written (a full disk). It is kept, and tried
    /// again with the next row.
    pub fn row(&mut self) -> Result<RowBuilder<'_>> {
        if self.disk.is_some() && self.builder.n_rows() >= self.batch_rows {
            self.flush()?;
        }
        Ok(self.builder.row())
    }

    /// The number of finished rows, those on disk included.
    pub fn n_rows(&self) -> usize {
        self.written + self.builder.n_rows()
    }

    /// Writes the rows in memory as a part, if the log is on disk and there are any.
    ///
    /// # Errors
    /// [`TableError::Write`]; the rows are kept.
    pub fn flush(&mut self) -> Result<()> {
        let rows = self.builder.n_rows();
        let Some(disk) = &mut self.disk else { return Ok(()) };
        if rows == 0 {
            return Ok(());
        }
        let table = with_notes(self.builder.to_table()?, &self.metadata);
        table.write_parquet(part_path(&disk.folder, disk.next))?;
        disk.next += 1;
        self.written += rows;
        self.builder.clear();
        Ok(())
    }

    /// All rows so far as one table; those on disk are read back.
    ///
    /// # Errors
    /// Those of [`LogFolder::read`].
    pub fn to_table(&self) -> Result<Table> {
        let recent = with_notes(self.builder.to_table()?, &self.metadata);
        match &self.disk {
            Some(disk) if self.written > 0 => {
                let mut table = LogFolder::open(&disk.folder)?.read()?;
                table.append(&recent)?;
                Ok(table)
            }
            _ => Ok(recent),
        }
    }

    /// Ends a log: on disk its last batch is written.
    ///
    /// # Errors
    /// [`TableError::Write`]; the rows of the last batch are lost then, unless they were taken by
    /// [`flush`](LogWriter::flush) first, which keeps them.
    pub fn close(mut self) -> Result<()> {
        let closed = self.flush();
        // Not tried a second time when this is dropped.
        self.disk = None;
        closed
    }

    /// The columns.
    pub fn specs(&self) -> &[ColumnSpec] {
        &self.specs
    }
}

impl Drop for LogWriter {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

fn with_notes(mut table: Table, notes: &BTreeMap<String, String>) -> Table {
    table.metadata_mut().clone_from(notes);
    table
}

fn bytes_of_cell(spec: &ColumnSpec) -> usize {
    let element = if spec.element == ElementType::Text { TEXT_BYTES } else { spec.element.bytes() };
    spec.shape.len().saturating_mul(element)
}
