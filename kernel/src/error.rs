//! What can go wrong around the cells; what goes wrong in them is told in the notebook.

use std::path::PathBuf;

/// An error of the program `emergent`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The toolkit's library is not where the build leaves it.
    #[error(
        "the toolkit's library `{}` is missing; build it with `cargo build` in the project's \
         folder, and keep the program `emergent` where cargo puts it",
        library.display()
    )]
    NoLibrary {
        /// Where it should be.
        library: PathBuf,
    },
    /// There is no Rust compiler to compile cells with.
    #[error("cannot run the Rust compiler `rustc`: {problem}; install Rust from https://rustup.rs")]
    NoCompiler {
        /// What the system or the compiler said.
        problem: String,
    },
    /// This program's own folder is unknown.
    #[error("cannot find the folder of this program: {source}")]
    Folder {
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The connection file is not one.
    #[error("`{}` is not a connection file: {source}; Jupyter writes it when it starts a kernel", path.display())]
    Connection {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A socket failed.
    #[error("cannot talk to Jupyter: {0}")]
    Socket(#[from] jupyter_zmq_client::RuntimeError),
    /// The evaluator does not start.
    #[error(
        "cannot start the evaluator of cells: {0}; if the toolkit is being built or was built in part, \
         run `cargo build` in the project's folder and restart the kernel"
    )]
    Evaluator(String),
    /// An option of the command line does not go with the others.
    #[error("the option {option} cannot be used here: {reason}")]
    Option {
        /// The option.
        option: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// A simulation, its files or its logs.
    #[error(transparent)]
    Toolkit(#[from] emergent::Error),
    /// JupyterLab is not installed.
    #[error(
        "JupyterLab is missing: neither `{}` nor `jupyter` on the PATH; run `make setup`, or \
         `pip install jupyterlab plotly`",
        tried.display()
    )]
    NoJupyter {
        /// Where it was looked for first.
        tried: PathBuf,
    },
    /// A check of `emergent doctor` failed.
    #[error("{0} of the checks failed")]
    Unwell(usize),
    /// Neither a home folder nor a Python environment to install into.
    #[error("no place to install the kernel: {0}; name one with `--prefix FOLDER`")]
    NoPrefix(&'static str),
}

/// A result whose error is [`KernelError`].
pub type Result<T, E = KernelError> = std::result::Result<T, E>;
