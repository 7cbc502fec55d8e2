//! `emergent doctor`: is everything there that a notebook needs?

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::error::{KernelError, Result};
use crate::install::{self, Target};
use crate::lab;
use crate::probe::Compiler;
use crate::toolchain::Toolchain;

/// How one check came out.
enum Finding {
    /// As it should be.
    Good(String),
    /// It works, but less well; and what to do.
    Weak(String, String),
    /// It does not work; and what to do.
    Bad(String, String),
}

/// Checks compiler, library, linker, Jupyter and installed kernels; prints a line for each.
///
/// # Errors
///
/// [`KernelError::Unwell`] if notebooks cannot run.
pub fn run() -> Result<()> {
    let mut findings = Vec::new();
    match Toolchain::find() {
        Ok(toolchain) => {
            findings.push(compiler(&toolchain));
            findings.push(Finding::Good(format!("toolkit: {}", toolchain.library.display())));
            findings.push(cell(toolchain.clone()));
            findings.push(linker());
            findings.push(sources(&toolchain));
        }
        Err(error) => findings.push(Finding::Bad("toolkit".to_owned(), error.to_string())),
    }
    findings.push(jupyter());
    findings.extend(kernels());
    let mut failed = 0;
    for finding in &findings {
        match finding {
            Finding::Good(what) => println!("ok    {what}"),
            Finding::Weak(what, remedy) => println!("weak  {what}\n      {remedy}"),
            Finding::Bad(what, remedy) => {
                failed += 1;
                println!("BAD   {what}\n      {remedy}");
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(KernelError::Unwell(failed)) }
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned)
}

fn compiler(toolchain: &Toolchain) -> Finding {
    match first_line(Command::new(&toolchain.rustc).arg("--version")) {
        Some(version) => Finding::Good(format!("compiler: {version}")),
        None => Finding::Bad(
            format!("compiler: {} does not run", toolchain.rustc.display()),
            "install Rust from https://rustup.rs, then run `cargo build`".to_owned(),
        ),
    }
}

/// Whether a cell compiles against the library: not if either was built anew since.
fn cell(toolchain: Toolchain) -> Finding {
    let bad = |problem: String| {
        Finding::Bad(
            format!("a cell does not compile: {problem}"),
            "run `cargo build` in the project's folder".to_owned(),
        )
    };
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return bad(format!("no temporary folder: {error}")),
    };
    let compiler = Compiler::new(toolchain, folder.path().to_owned());
    let program = "pub use emergent::prelude::*; pub fn cell() -> Table { Table::new() }";
    match compiler.check(program, &[]) {
        Err(error) => bad(error.to_string()),
        Ok(messages) => {
            let errors = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
            let error = errors.into_iter().find(|message: &Value| message["level"] == "error");
            match error {
                Some(error) => bad(error["message"].as_str().unwrap_or_default().to_owned()),
                None => Finding::Good("a cell compiles against the toolkit".to_owned()),
            }
        }
    }
}

fn linker() -> Finding {
    match first_line(Command::new("cc").arg("--version")) {
        Some(version) => Finding::Good(format!("linker: {version}")),
        None => Finding::Bad(
            "linker: `cc` does not run".to_owned(),
            "install a C compiler: `apt-get install gcc`, or what your system calls it".to_owned(),
        ),
    }
}

fn sources(toolchain: &Toolchain) -> Finding {
    if toolchain.standard_sources().is_dir() {
        return Finding::Good(
            "completion: the standard library's sources are installed".to_owned(),
        );
    }
    Finding::Weak(
        "completion: methods of the standard library's types are not known".to_owned(),
        "`rustup component add rust-src` makes them known".to_owned(),
    )
}

fn jupyter() -> Finding {
    let program = lab::own_jupyter().unwrap_or_else(|| PathBuf::from("jupyter"));
    match first_line(Command::new(&program).args(["lab", "--version"])) {
        Some(version) => Finding::Good(format!("JupyterLab {version}: {}", program.display())),
        None => Finding::Weak(
            "JupyterLab is missing".to_owned(),
            "run `make setup` in the project's folder, or `pip install jupyterlab plotly`"
                .to_owned(),
        ),
    }
}

/// The places in which the kernel is installed, each with what is wrong there.
fn kernels() -> Vec<Finding> {
    let own = lab::own_jupyter();
    let own = own.as_deref().and_then(Path::parent).and_then(Path::parent);
    let targets = own.map(|prefix| Target::Prefix(prefix.to_owned())).into_iter();
    let folders = targets
        .chain([Target::User, Target::Active])
        .filter_map(|target| install::folder_of(&target).ok());
    let mut files: Vec<_> = folders.map(|folder| folder.join("kernel.json")).collect();
    files.dedup();
    files.retain(|file| file.is_file());
    if files.is_empty() {
        return vec![Finding::Weak(
            "the kernel is installed nowhere".to_owned(),
            "`emergent install` makes it known to Jupyter".to_owned(),
        )];
    }
    files.iter().map(|file| kernel(file)).collect()
}

fn kernel(file: &Path) -> Finding {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let description: Value = serde_json::from_str(&text).unwrap_or_default();
    let program = Path::new(description["argv"][0].as_str().unwrap_or_default()).to_owned();
    let again = format!("install it again: `emergent install`, or delete {}", file.display());
    let here = std::env::current_exe().ok();
    if !program.is_file() {
        let what =
            format!("kernel: {} calls `{}`, which is missing", file.display(), program.display());
        Finding::Bad(what, again)
    } else if here.is_some_and(|here| here != program) {
        let what =
            format!("kernel: {} calls another build, `{}`", file.display(), program.display());
        Finding::Weak(what, again)
    } else {
        Finding::Good(format!("kernel: {}", file.display()))
    }
}
