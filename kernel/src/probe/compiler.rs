//! The compiler, run on a program that is only to be looked at.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::error::{KernelError, Result};
use crate::toolchain::Toolchain;

/// Compiles programs against the toolkit, in a folder of its own and without making machine code.
#[derive(Debug)]
pub struct Compiler {
    toolchain: Toolchain,
    folder: PathBuf,
}

/// What came of a program.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Whether it has no errors.
    pub success: bool,
    /// The compiler's messages, one in JSON on each line.
    pub messages: String,
    /// The middle representation, if there are no errors.
    pub mir: String,
}

impl Compiler {
    /// A compiler that works in a folder that exists.
    pub fn new(toolchain: Toolchain, folder: PathBuf) -> Self {
        Self { toolchain, folder }
    }

    /// The compiler's messages about a program, one in JSON on each line.
    ///
    /// # Errors
    ///
    /// [`KernelError::File`] or [`KernelError::NoCompiler`] if the compiler cannot be run.
    pub fn check(&self, source: &str, crates: &[OsString]) -> Result<String> {
        let output = self.run(source, crates, "metadata")?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Compiles a program to its middle representation.
    pub(super) fn compile(&self, source: &str, crates: &[OsString]) -> Result<Compiled> {
        let output = self.run(source, crates, "mir")?;
        let success = output.status.success();
        let result = self.folder.join("cell.mir");
        Ok(Compiled {
            success,
            messages: String::from_utf8_lossy(&output.stderr).into_owned(),
            mir: if success {
                fs::read_to_string(result).unwrap_or_default()
            } else {
                String::new()
            },
        })
    }

    fn run(&self, source: &str, crates: &[OsString], result: &str) -> Result<Output> {
        let place = self.folder.join("cell.rs");
        fs::write(&place, source).map_err(|source| KernelError::File {
            action: "write",
            path: place.clone(),
            source,
        })?;
        let mut command = Command::new(&self.toolchain.rustc);
        command
            .args(["--edition", "2024", "--crate-name", "ctx", "--crate-type", "lib"])
            // No lint stops the compiler: it has then the types to tell as well.
            .args(["--error-format", "json", "--cap-lints", "warn"])
            .arg(format!("--emit={result}"))
            .arg("-o")
            .arg(self.folder.join(format!("cell.{result}")))
            .args(self.toolchain.library_arguments())
            .args(crates)
            .arg(&place)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command.output().map_err(|error| KernelError::NoCompiler { problem: error.to_string() })
    }
}
