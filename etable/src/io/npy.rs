//! NumPy's files: `.npy`, one array, and `.npz`, an archive of them.
//!
//! A tensor column is the array `[rows, dims...]` and a scalar column the array `[rows]`, so
//! `numpy.load("log.npz")["Act"]` is the column. A `.npy` file holds one column, an `.npz` file all,
//! and in one further array `__etable__` (a text) the dimension names and the notes.
//!
//! Texts are NumPy's `U` (and read from `S`); these cannot end with NUL. NumPy's arrays have no
//! nulls, so that a column with nulls is not written. Arrays of complex numbers, dates, records and
//! Python objects are not read. Source: NumPy, `numpy.lib.format`, versions 1.0 to 3.0.

mod archive;
mod array;
mod header;

use std::path::Path;

use super::{in_file, read_bytes, write_file};
use crate::error::{Result, TableError};
use crate::table::Table;

const FORMAT: &str = "NumPy";

impl Table {
    /// Reads an array of a `.npy` file as a table of one column, named as the file is. Axis 0 counts
    /// the rows. Arrays in Fortran's order and of big-endian numbers are read, too.
    ///
    /// # Errors
    /// [`TableError::Read`], or [`TableError::Malformed`]: another kind of file, a type that a table
    /// cannot hold, an array without axes, or one of another size than its header says.
    pub fn read_npy(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_npy_at(path.as_ref())
    }

    fn read_npy_at(path: &Path) -> Result<Self> {
        let bytes = read_bytes(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut table = Self::new();
        array::decode(&bytes)
            .map_err(|reason| TableError::malformed(path, FORMAT, "array", reason))?
            .push_to(&mut table, &name)
            .map_err(in_file(path, FORMAT))?;
        Ok(table)
    }

    /// Writes one column as a `.npy` file.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`]; [`TableError::Unwritable`] for a column with nulls or texts
    /// that end with NUL; [`TableError::Write`], nothing is left behind.
    pub fn write_npy(&self, path: impl AsRef<Path>, column: &str) -> Result<()> {
        self.write_npy_at(path.as_ref(), column)
    }

    fn write_npy_at(&self, path: &Path, column: &str) -> Result<()> {
        let index = self.index(column)?;
        let encoder = array::Encoder::new(self, index)?;
        write_file(path, |file| encoder.write(file))
    }

    /// Reads all arrays of an `.npz` file, stored or compressed; each is a column.
    ///
    /// # Errors
    /// As [`Table::read_npy`]; [`TableError::Malformed`] also if the arrays are not of one length.
    pub fn read_npz(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        archive::read(path, read_bytes(path)?)
    }

    /// Writes all columns as an `.npz` file, compressed as by `numpy.savez_compressed`.
    ///
    /// # Errors
    /// [`TableError::Unwritable`] for a column with nulls, texts that end with NUL, or a name that
    /// cannot be a file's in an archive; [`TableError::Write`], nothing is left behind.
    pub fn write_npz(&self, path: impl AsRef<Path>) -> Result<()> {
        archive::write(self, path.as_ref())
    }

    /// The only column's name, for a file that holds one.
    pub(super) fn only_column(&self) -> Result<&str> {
        match self.specs() {
            [spec] => Ok(&spec.name),
            specs => {
                let reason = format!(
                    "a .npy file holds one column, the table has {}; use `write_npy` to name one, \
                     or an .npz file",
                    specs.len()
                );
                Err(TableError::Unwritable { format: FORMAT, reason })
            }
        }
    }
}
