//! Writing a file whole or not at all.
//!
//! ```
//! use std::io::{self, Write};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("notes.txt");
//! etable::files::write_atomically(&path, |file| file.write_all(b"first"))?;
//!
//! // A failure half-way leaves the earlier file, and nothing else.
//! let failed: io::Result<()> = etable::files::write_atomically(&path, |file| {
//!     file.write_all(b"sec")?;
//!     Err(io::Error::other("no more"))
//! });
//! assert!(failed.is_err());
//! assert_eq!(std::fs::read_to_string(&path)?, "first");
//! assert_eq!(std::fs::read_dir(&folder)?.count(), 1);
//! # Ok::<(), io::Error>(())
//! ```

use std::fs;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::TableError;

/// How the names of files begin that are not finished.
const UNFINISHED: &str = ".writing-";

/// The file being written by [`write_atomically`]: buffered, and not yet under its name.
#[derive(Debug)]
pub struct AtomicFile {
    inner: BufWriter<NamedTempFile>,
}

impl Write for AtomicFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.inner.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// Writes the file `path` by `write`, so that others see the earlier file or the whole new one.
///
/// The content goes to a temporary file in the same folder, is flushed to the disk, and then takes
/// the name `path`. On any error, of `write` or of the system (a full disk), or a panic, the
/// temporary file is removed and an earlier file of that name is untouched. The permissions are
/// those of the earlier file, else the usual ones for new files; a symbolic link is followed.
///
/// The value that `write` returns is handed back, so that it may report what it wrote.
///
/// # Errors
/// The error of `write`, or of creating, flushing or renaming the file. The message of a missing
/// folder names the folder.
pub fn write_atomically<T>(
    path: impl AsRef<Path>,
    write: impl FnOnce(&mut AtomicFile) -> io::Result<T>,
) -> io::Result<T> {
    let path = path.as_ref();
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if target.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    let earlier = fs::metadata(&target).ok().map(|metadata| metadata.permissions());
    #[cfg(unix)]
    if earlier.is_none() {
        use std::os::unix::fs::PermissionsExt;
        // The system takes the user's mask off, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let folder = folder_of(&target);
    let temporary = builder.tempfile_in(&folder).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            let message = format!("the folder {} does not exist", folder.display());
            return io::Error::new(io::ErrorKind::NotFound, message);
        }
        error
    })?;
    if let Some(permissions) = earlier {
        temporary.as_file().set_permissions(permissions)?;
    }
    let mut file = AtomicFile { inner: BufWriter::with_capacity(1 << 16, temporary) };
    let value = write(&mut file)?;
    let temporary = file.inner.into_inner().map_err(|error| error.into_error())?;
    temporary.as_file().sync_data()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(value)
}

/// Makes the folder `path` by `write`, so that others see nothing or the whole of it.
///
/// `write` is given a new folder beside `path` to fill, which then takes its name. On any error the
/// new folder is removed.
///
/// # Errors
/// That of `write`; [`TableError::Write`] if a folder of that name is not empty, or the system fails.
pub(crate) fn write_folder(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let failed = |source| TableError::Write { path: path.to_path_buf(), source };
    if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
        let reason = "the folder is not empty; remove it, or choose another";
        return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, reason)));
    }
    let beside = folder_of(path);
    fs::create_dir_all(&beside).map_err(failed)?;
    let temporary =
        tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&beside).map_err(failed)?;
    // A folder of its own, for the usual permissions.
    let new = temporary.path().join("new");
    fs::create_dir(&new).map_err(failed)?;
    write(&new)?;
    fs::rename(&new, path).map_err(failed)
}

/// Removes what a writer that was killed has left unfinished in `folder`.
pub(crate) fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_atomically("/nowhere/at/all.txt", |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at"), "{error}");
    }

    #[test]
    fn a_panic_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let result = std::panic::catch_unwind(|| {
            write_atomically(&path, |_| -> io::Result<()> { panic!("half-way") })
        });
        assert!(result.is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_of_an_earlier_file_stay_and_links_are_followed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write_atomically(&link, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
