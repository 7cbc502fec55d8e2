//! The program `emergent`: a Jupyter kernel for the toolkit, and what belongs to it.
//!
//! `emergent kernel` speaks Jupyter's protocol ([`kernel`]) and runs cells one after another
//! ([`session`]). A cell is taken apart ([`cell`]), compiled without being run to learn its errors
//! and the types of its variables ([`probe`]), and then run by the evcxr evaluator in a process of
//! its own ([`evaluator`]), compiled against the toolkit's dynamic library. What that process
//! prints comes back live ([`output`]).

#![deny(missing_docs)]

mod answers;
mod api;
mod assist;
mod cell;
mod commands;
mod error;
mod evaluator;
mod history;
mod inbox;
mod install;
mod kernel;
mod lab;
#[cfg(target_os = "linux")]
mod naps;
mod outbox;
mod output;
mod probe;
mod report;
mod session;
mod shared;
mod toolchain;
mod workplace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Neural models in Rust: notebooks, and simulations from the command line.
#[derive(Debug, Parser)]
#[command(name = "emergent", version, about)]
struct Program {
    #[command(subcommand)]
    command: Subject,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// Run as a kernel; Jupyter calls this.
    Kernel {
        /// The connection file that Jupyter wrote.
        #[arg(short = 'f', long = "connection-file", value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the kernel known to Jupyter.
    Install(InstallTarget),
    /// Take the kernel away from Jupyter.
    Uninstall(InstallTarget),
    /// Check that everything that notebooks need is there, and say what to do if not.
    Doctor,
    /// Run a simulation and write its logs and weights.
    Run(commands::run::RunArgs),
    /// Open JupyterLab.
    Lab {
        /// The folder to open.
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct InstallTarget {
    /// Into this Python environment.
    #[arg(long, value_name = "FOLDER")]
    prefix: Option<PathBuf>,
    /// For the present user (the default).
    #[arg(long)]
    user: bool,
    /// Into the active Python environment.
    #[arg(long)]
    sys_prefix: bool,
}

impl From<InstallTarget> for install::Target {
    fn from(target: InstallTarget) -> Self {
        match (target.prefix, target.sys_prefix) {
            (Some(prefix), _) => Self::Prefix(prefix),
            (None, true) => Self::Active,
            (None, false) => Self::User,
        }
    }
}

fn main() -> ExitCode {
    // A process that was started to run cells stays in here.
    evcxr::runtime_hook();
    let done = match Program::parse().command {
        Subject::Kernel { file } => kernel::run(&file),
        Subject::Install(target) => install::install(&target.into()).map(|folder| {
            println!("installed the kernel \"Emergent (Rust)\" in {}", folder.display());
        }),
        Subject::Uninstall(target) => install::uninstall(&target.into()).map(|folder| {
            println!("removed the kernel \"Emergent (Rust)\" from {}", folder.display());
        }),
        Subject::Doctor => commands::doctor::run(),
        Subject::Run(args) => match commands::run::run(&args) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Subject::Lab { folder } => lab::run(&folder),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("emergent: {error}");
            ExitCode::FAILURE
        }
    }
}
