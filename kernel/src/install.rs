//! Makes the kernel known to Jupyter.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::error::{KernelError, Result};

/// The name of the kernel in notebooks.
pub const KERNEL_NAME: &str = "emergent";

/// What stands for the kernel in Jupyter's launcher.
const LOGO: &str = include_str!("../logo.svg");

/// Where the kernel's description goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A Python environment or installation.
    Prefix(PathBuf),
    /// The user's own Jupyter folder.
    User,
    /// The Python environment that is active.
    Active,
}

/// Writes the kernel's description and returns its folder.
///
/// The description names this program by its absolute path, so the program must stay where it is.
///
/// # Errors
///
/// [`KernelError::NoPrefix`] if there is no such place, [`KernelError::File`] if it cannot be
/// written.
pub fn install(target: &Target) -> Result<PathBuf> {
    let program = std::env::current_exe().map_err(|source| KernelError::Folder { source })?;
    let folder = folder_of(target)?;
    std::fs::create_dir_all(&folder).map_err(fail("make the folder", &folder))?;
    let description = json!({
        "argv": [program.to_string_lossy(), "kernel", "-f", "{connection_file}"],
        "display_name": "Emergent (Rust)",
        "language": "rust",
        "interrupt_mode": "message",
        "metadata": {},
    });
    let path = folder.join("kernel.json");
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(fail("write", &path))?;
    writeln!(file, "{description:#}").map_err(fail("write", &path))?;
    readable_by_all(&file).map_err(fail("write", &path))?;
    file.persist(&path).map_err(|error| fail("write", &path)(error.error))?;
    let logo = folder.join("logo-svg.svg");
    std::fs::write(&logo, LOGO).map_err(fail("write", &logo))?;
    Ok(folder)
}

/// Takes the kernel's description away and returns the folder in which it was.
///
/// # Errors
///
/// [`KernelError::NoPrefix`] if there is no such place, [`KernelError::File`] if the kernel is not
/// installed there or cannot be removed.
pub fn uninstall(target: &Target) -> Result<PathBuf> {
    let folder = folder_of(target)?;
    std::fs::remove_dir_all(&folder).map_err(fail("remove", &folder))?;
    Ok(folder)
}

/// Where a description is or would be.
///
/// # Errors
///
/// [`KernelError::NoPrefix`] if there is no such place.
pub fn folder_of(target: &Target) -> Result<PathBuf> {
    Ok(data_folder(target)?.join("kernels").join(KERNEL_NAME))
}

fn fail(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> KernelError {
    let path = path.to_owned();
    move |source| KernelError::File { action, path, source }
}

/// Temporary files are private; a description is not.
fn readable_by_all(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

fn data_folder(target: &Target) -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let in_prefix = |prefix: &Path| {
        let absolute = std::path::absolute(prefix).unwrap_or_else(|_| prefix.to_owned());
        absolute.join("share").join("jupyter")
    };
    match target {
        Target::Prefix(prefix) => Ok(in_prefix(prefix)),
        Target::Active => variable("VIRTUAL_ENV")
            .or_else(|| variable("CONDA_PREFIX"))
            .map(|prefix| in_prefix(Path::new(&prefix)))
            .ok_or(KernelError::NoPrefix("no Python environment is active")),
        Target::User => {
            if let Some(folder) = variable("JUPYTER_DATA_DIR") {
                return Ok(folder.into());
            }
            let home = variable("HOME")
                .map(PathBuf::from)
                .ok_or(KernelError::NoPrefix("the variable HOME is not set"))?;
            Ok(if cfg!(target_os = "macos") {
                home.join("Library").join("Jupyter")
            } else {
                let data = variable("XDG_DATA_HOME").map(PathBuf::from);
                data.unwrap_or_else(|| home.join(".local").join("share")).join("jupyter")
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_description_into_a_prefix() {
        let prefix = tempfile::tempdir().unwrap();
        let folder = install(&Target::Prefix(prefix.path().to_owned())).unwrap();
        assert_eq!(folder, prefix.path().join("share/jupyter/kernels/emergent"));
        let text = std::fs::read_to_string(folder.join("kernel.json")).unwrap();
        let description: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(description["interrupt_mode"], "message");
        assert!(Path::new(description["argv"][0].as_str().unwrap()).is_absolute());
        assert!(std::fs::read_to_string(folder.join("logo-svg.svg")).unwrap().starts_with("<svg"));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
        let target = Target::Prefix(prefix.path().to_owned());
        assert_eq!(uninstall(&target).unwrap(), folder);
        assert!(!folder.exists());
        assert!(uninstall(&target).unwrap_err().to_string().starts_with("cannot remove"));
    }

    #[test]
    fn says_what_cannot_be_written() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = install(&Target::Prefix(file.path().to_owned())).unwrap_err();
        assert!(error.to_string().starts_with("cannot make the folder"), "{error}");
    }
}
