//! What the cross-crate tests share: where things are, and how to run Python.
//!
//! ```
//! assert!(tests::project_root().join("Cargo.toml").is_file());
//! ```

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the project.
pub fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the project root exists")
}

/// A file of `tests/golden`, the figures made by the Go reference.
pub fn golden(name: &str) -> PathBuf {
    project_root().join("tests/golden").join(name)
}

/// The figures in a JSON file of `tests/golden`, compressed if its name ends in `.gz`.
pub fn golden_json(name: &str) -> serde_json::Value {
    let bytes = std::fs::read(golden(name)).expect("the figures are in the repository");
    if name.ends_with(".gz") {
        serde_json::from_reader(flate2::read::GzDecoder::new(&bytes[..])).expect("JSON in gzip")
    } else {
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// The program `emergent`, built beside the running test.
pub fn emergent_program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own program");
    let program =
        test.ancestors().nth(2).expect("tests lie in <target>/debug/deps").join("emergent");
    assert!(program.is_file(), "{} is missing: run `make test`", program.display());
    program
}

/// Runs `script` in the project's Python environment with `arguments`, and returns its standard
/// output; panics with its standard error if it fails.
pub fn python<S: AsRef<std::ffi::OsStr>>(script: &str, arguments: &[S]) -> String {
    let interpreter = project_root().join(".venv/bin/python");
    assert!(interpreter.is_file(), "{} is missing: run `make test`", interpreter.display());
    let output = Command::new(interpreter)
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
        .expect("the interpreter starts");
    success(&output, "python");
    String::from_utf8(output.stdout).expect("the script prints UTF-8")
}

/// Panics with everything the program printed unless it ended well.
pub fn success(output: &Output, what: &str) {
    assert!(
        output.status.success(),
        "{what} ended with {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
