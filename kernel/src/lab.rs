//! Opens JupyterLab.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{KernelError, Result};

/// Runs JupyterLab on a folder, in place of this program where the system can do that.
///
/// The project's own environment `.venv` is preferred, looked for from the present folder upwards
/// and beside this program; then the `jupyter` of the `PATH`.
///
/// # Errors
///
/// [`KernelError::NoJupyter`] if there is none.
pub fn run(folder: &Path) -> Result<()> {
    let own = own_jupyter();
    let program = own.clone().unwrap_or_else(|| PathBuf::from("jupyter"));
    let mut command = Command::new(&program);
    command.arg("lab").arg(folder);
    let error = replace(&mut command);
    if error.kind() == std::io::ErrorKind::NotFound {
        let tried = own.unwrap_or_else(|| PathBuf::from(".venv/bin/jupyter"));
        return Err(KernelError::NoJupyter { tried });
    }
    Err(KernelError::File { action: "run", path: program, source: error })
}

#[cfg(unix)]
fn replace(command: &mut Command) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// The project's own `jupyter`, if it is there.
pub fn own_jupyter() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    let starts = [here, program].into_iter().flatten();
    let folders =
        starts.flat_map(|start| start.ancestors().map(Path::to_owned).collect::<Vec<_>>());
    folders.map(|folder| folder.join(".venv/bin/jupyter")).find(|jupyter| jupyter.is_file())
}
