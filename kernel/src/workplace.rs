//! The kernel's temporary folder.

use std::path::{Path, PathBuf};

use crate::error::{KernelError, Result};

const PREFIX: &str = "emergent-kernel-";

/// A folder of this process, readable by nobody else, that goes when the kernel ends.
#[derive(Debug)]
pub struct Workplace {
    folder: tempfile::TempDir,
}

impl Workplace {
    /// Makes the folder, and removes those of kernels that were killed.
    ///
    /// # Errors
    ///
    /// [`KernelError::File`] if it cannot be made.
    pub fn new() -> Result<Self> {
        let place = temporary_folder();
        remove_abandoned(&place);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir_in(&place).map_err(|source| KernelError::File {
            action: "make a folder in",
            path: place,
            source,
        })?;
        let workplace = Self { folder };
        let standard = workplace.standard().join("core/src");
        let own = [workplace.cells(), workplace.probe(), workplace.assist(), workplace.answers()];
        for part in own.into_iter().chain([standard]) {
            std::fs::create_dir_all(&part).map_err(|source| KernelError::File {
                action: "make the folder",
                path: part,
                source,
            })?;
        }
        let core = workplace.standard().join("core/src/lib.rs");
        std::fs::write(&core, "").map_err(|source| KernelError::File {
            action: "write",
            path: core,
            source,
        })?;
        Ok(workplace)
    }

    /// Where evcxr compiles cells.
    pub fn cells(&self) -> PathBuf {
        self.folder.path().join("cells")
    }

    /// Where cells are looked at.
    pub fn probe(&self) -> PathBuf {
        self.folder.path().join("probe")
    }

    /// Where unfinished cells are looked at.
    pub fn assist(&self) -> PathBuf {
        self.folder.path().join("assist")
    }

    /// Where the user's answers to cells are left.
    pub fn answers(&self) -> PathBuf {
        self.folder.path().join("answers")
    }

    /// An empty standard library; see [`crate::toolchain::Toolchain::export`].
    pub fn standard(&self) -> PathBuf {
        self.folder.path().join("std")
    }
}

/// The system's folder for temporary files; `/tmp` where the name of that has a space, because
/// evcxr cannot load a cell from there.
fn temporary_folder() -> PathBuf {
    let folder = std::env::temp_dir();
    let usual = Path::new("/tmp");
    let has_space = folder.to_str().is_none_or(|name| name.contains(char::is_whitespace));
    if has_space && usual.is_dir() { usual.to_owned() } else { folder }
}

/// Removes the folders of kernels that do not run any more, as far as that is allowed.
fn remove_abandoned(place: &Path) {
    let Ok(entries) = std::fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
        if owner.is_some_and(|process| !runs(process)) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn runs(process: libc::pid_t) -> bool {
    // SAFETY: signal 0 only asks whether the process exists.
    let exists = unsafe { libc::kill(process, 0) } == 0;
    exists || std::io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_dead_kernels_go() {
        let place = tempfile::tempdir().unwrap();
        // Beyond the largest number that Linux gives to a process.
        let abandoned = place.path().join(format!("{PREFIX}99999999-x"));
        let running = place.path().join(format!("{PREFIX}{}-x", std::process::id()));
        let other = place.path().join("emergent-kernel-notes");
        for folder in [&abandoned, &running, &other] {
            std::fs::create_dir(folder).unwrap();
        }
        remove_abandoned(place.path());
        assert!(!abandoned.exists() && running.exists() && other.exists());
    }
}
