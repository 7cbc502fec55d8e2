//! A folder of Parquet parts, read as one log.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::{LazyFrame, PlRefPath, ScanArgsParquet};

use crate::error::{Result, TableError};
use crate::table::Table;

const PREFIX: &str = "part-";
const SUFFIX: &str = ".parquet";

/// The folder of a log that was written in parts. See the [module](super).
#[derive(Debug, Clone)]
pub struct LogFolder {
    folder: PathBuf,
    parts: Vec<PathBuf>,
    next: usize,
}

impl LogFolder {
    /// Looks which parts are in a folder. Other files in it do not matter.
    ///
    /// # Errors
    /// [`TableError::Read`] if the folder cannot be read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        Self::open_at(folder.as_ref())
    }

    fn open_at(folder: &Path) -> Result<Self> {
        let mut numbered = Vec::new();
        for entry in fs::read_dir(folder).map_err(TableError::read(folder))? {
            let path = entry.map_err(TableError::read(folder))?.path();
            if let Some(number) = part_number(&path) {
                numbered.push((number, path));
            }
        }
        numbered.sort();
        let next = numbered.last().map_or(0, |(number, _)| number + 1);
        let parts = numbered.into_iter().map(|(_, path)| path).collect();
        Ok(Self { folder: folder.to_path_buf(), parts, next })
    }

    /// The number of parts.
    pub fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// The files of the parts, in the order of their rows.
    pub fn files(&self) -> &[PathBuf] {
        &self.parts
    }

    /// The whole log as one table in memory.
    ///
    /// # Errors
    /// [`TableError::Read`] if there is no part; those of [`Table::read_parquet`]; those of
    /// [`Table::append`] if the parts have not the same columns.
    pub fn read(&self) -> Result<Table> {
        let mut parts = self.parts();
        let mut table = parts.next().ok_or_else(|| self.empty())??;
        table.append_all(parts)?;
        Ok(table)
    }

    /// The parts one after the other, each read when it is asked for.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = Result<Table>> + '_ {
        self.parts.iter().map(Table::read_parquet)
    }

    /// All parts as one lazy frame of polars, which reads what the query needs when it is collected.
    /// Make the result a table by [`Table::from_df`], which keeps the shapes of tensor columns, but
    /// has no notes.
    ///
    /// # Errors
    /// [`TableError::Read`] if there is no part, [`TableError::Polars`] if polars refuses the files.
    pub fn scan(&self) -> Result<LazyFrame> {
        let paths: Vec<PlRefPath> = self
            .parts
            .iter()
            .map(|path| PlRefPath::try_from_path(path))
            .collect::<std::result::Result<_, _>>()
            .map_err(TableError::polars("naming the parts of the log"))?;
        if paths.is_empty() {
            return Err(self.empty());
        }
        LazyFrame::scan_parquet_files(paths.into(), ScanArgsParquet::default())
            .map_err(TableError::polars("scanning the parts of the log"))
    }

    /// The number of the part that comes after the last.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    fn empty(&self) -> TableError {
        let reason = "no part of a log is there; rows are written when a batch is full or the log \
                      is closed";
        TableError::read(&self.folder)(io::Error::new(io::ErrorKind::NotFound, reason))
    }
}

/// The file of part `number`.
pub(super) fn part_path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{PREFIX}{number:06}{SUFFIX}"))
}

/// The number of the part that a file is, if it is one.
fn part_number(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_ordered_by_number_beyond_six_digits() {
        let folder = tempfile::tempdir().unwrap();
        for number in [1_000_000, 2, 10] {
            fs::write(part_path(folder.path(), number), "").unwrap();
        }
        fs::write(folder.path().join("part-x.parquet"), "").unwrap();
        let log = LogFolder::open(folder.path()).unwrap();
        let numbers: Vec<_> = log.files().iter().filter_map(|path| part_number(path)).collect();
        assert_eq!(numbers, [2, 10, 1_000_000]);
        assert_eq!(log.next(), 1_000_001);
    }
}
