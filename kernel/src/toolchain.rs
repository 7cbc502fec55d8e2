//! The compiler that cells are compiled with, and the library they are compiled against.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::error::{KernelError, Result};
use crate::workplace::Workplace;

/// The toolchain with which this program was built; the library fits no other.
const BUILT_WITH: Option<&str> = option_env!("RUSTUP_TOOLCHAIN");

const LIBRARY: &str =
    if cfg!(target_os = "macos") { "libemergent.dylib" } else { "libemergent.so" };

/// Where the compiler and the toolkit's library are.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The compiler itself, not rustup's stand-in.
    pub rustc: PathBuf,
    /// Cargo itself, not rustup's stand-in.
    pub cargo: PathBuf,
    /// The toolkit's dynamic library.
    pub library: PathBuf,
    /// The folder of the compiled crates that the library was made of.
    pub dependencies: PathBuf,
    /// The folder of the standard library's dynamic library.
    standard: PathBuf,
    /// When the library was made, as far as the system tells.
    made: Option<SystemTime>,
}

impl Toolchain {
    /// Finds the compiler and the library.
    ///
    /// # Errors
    ///
    /// [`KernelError::NoCompiler`], [`KernelError::NoLibrary`]: both say what to run.
    pub fn find() -> Result<Self> {
        let (library, dependencies) = find_library()?;
        let root = sysroot()?;
        let bin = root.join("bin");
        Ok(Self {
            rustc: bin.join("rustc"),
            cargo: bin.join("cargo"),
            standard: root.join("lib"),
            made: time_of(&library),
            library,
            dependencies,
        })
    }

    /// Where the standard library's sources are if they are installed (rustup's `rust-src`).
    pub fn standard_sources(&self) -> PathBuf {
        self.standard.join("rustlib/src/rust/library")
    }

    /// Whether the library is still the one that was found; cells compiled against another would
    /// not fit to what is loaded.
    pub fn is_unchanged(&self) -> bool {
        time_of(&self.library) == self.made
    }

    /// The compiler's arguments that make the toolkit known to a cell.
    pub fn library_arguments(&self) -> Vec<OsString> {
        let pair = |name: &str, path: &Path| {
            let mut argument = OsString::from(name);
            argument.push(path);
            argument
        };
        vec![
            "-Cprefer-dynamic".into(),
            "--extern".into(),
            pair("emergent=", &self.library),
            "-L".into(),
            pair("dependency=", &self.dependencies),
        ]
    }

    /// The variable that tells the system's loader where a cell's libraries are, and its value.
    ///
    /// What the compiler writes into a cell is relative to the folder `deps`, while evcxr loads
    /// the cell from the folder above.
    pub fn library_path(&self) -> (&'static str, OsString) {
        let name = if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };
        let mut path = self.dependencies.clone().into_os_string();
        path.push(":");
        path.push(&self.standard);
        if let Some(old) = std::env::var_os(name) {
            path.push(":");
            path.push(old);
        }
        (name, path)
    }

    /// Names the toolchain's own programs and the folder of cells to everything that this process
    /// starts, and gives evcxr's rust-analyzer an empty standard library.
    ///
    /// Reading and analysing the real one takes rust-analyzer three seconds and hundreds of
    /// megabytes. Nothing here needs it: the types of variables come from the compiler itself
    /// ([`crate::probe`]).
    ///
    /// Must be called before any thread is started.
    pub fn export(&self, workplace: &Workplace) {
        let mut path = OsString::new();
        if let Some(bin) = self.rustc.parent() {
            path.push(bin);
        }
        if let Some(old) = std::env::var_os("PATH") {
            path.push(":");
            path.push(old);
        }
        // SAFETY: the program has one thread only at this point (see above).
        unsafe {
            std::env::set_var("PATH", path);
            std::env::set_var("RUSTC", &self.rustc);
            std::env::set_var("CARGO", &self.cargo);
            std::env::set_var("RUST_SRC_PATH", workplace.standard());
            std::env::set_var("EVCXR_TMPDIR", workplace.cells());
            if let Some(toolchain) = BUILT_WITH {
                std::env::set_var("RUSTUP_TOOLCHAIN", toolchain);
            }
        }
    }
}

fn time_of(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|about| about.modified()).ok()
}

/// The library beside this program: `deps/` below its folder, where cargo leaves it.
fn find_library() -> Result<(PathBuf, PathBuf)> {
    let program = std::env::current_exe().map_err(|source| KernelError::Folder { source })?;
    let folder = program.parent().unwrap_or(Path::new("."));
    let dependencies = folder.join("deps");
    let library = dependencies.join(LIBRARY);
    if library.is_file() {
        return Ok((library, dependencies));
    }
    Err(KernelError::NoLibrary { library })
}

fn sysroot() -> Result<PathBuf> {
    let mut command = Command::new("rustc");
    command.args(["--print", "sysroot"]);
    if let Some(toolchain) = BUILT_WITH {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let no_compiler = |problem: String| KernelError::NoCompiler { problem };
    let output = command.output().map_err(|error| no_compiler(error.to_string()))?;
    if !output.status.success() {
        return Err(no_compiler(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
