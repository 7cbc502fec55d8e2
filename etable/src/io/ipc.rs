//! Arrow IPC.
use crate::error::{Result, TableError};
use crate::table::Table;
use std::path::Path;
impl Table {
    /// Reads an Arrow IPC file.
    pub fn read_ipc(path: impl AsRef<Path>) -> Result<Self> {
        Err(TableError::UnknownFormat {
            path: path.as_ref().to_path_buf(),
        })
    }
    /// Writes an Arrow IPC file.
    pub fn write_ipc(&self, path: impl AsRef<Path>) -> Result<()> {
        Err(TableError::UnknownFormat {
            path: path.as_ref().to_path_buf(),
        })
    }
}
