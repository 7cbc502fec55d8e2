//! The evcxr evaluator, told to compile cells against the toolkit's library.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::Receiver;
use evcxr::{CommandContext, EvalContext};

use crate::error::{KernelError, Result};
use crate::output::{Output, Stream};
use crate::probe::static_lifetimes;
use crate::toolchain::Toolchain;

/// Run once in every new process of cells.
const INITIALISE: &str = "emergent::cell::initialise(); emergent::cell::finish();";

/// With the first `?` of a session evcxr compiles a cell twice.
const WARM_UP: &str = "emergent::cell::tried(Ok::<(), String>(()), 0)?; emergent::cell::finish();";

/// How long to wait for another line from a process that could not be prepared.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// What separates the flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\u{1f}";

/// How a piece of code came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// It ran. Commands of evcxr answer in forms by MIME type.
    Done(BTreeMap<String, String>),
    /// It was not run, or not as a whole; why.
    Refused(String),
    /// The process ended; a new one has been started, without any variable.
    Died(String),
}

/// Runs code in a process of its own.
pub struct Evaluator {
    context: CommandContext,
    /// Whether cargo may use the network, for the sake of the last cell.
    online: bool,
}

impl Evaluator {
    /// Starts the evaluator and its process, and prepares both.
    ///
    /// # Errors
    ///
    /// [`KernelError::Evaluator`] with evcxr's or the compiler's words.
    pub fn start(
        toolchain: &Toolchain,
        secret: &str,
        answers: &Path,
        output: &Arc<Output>,
    ) -> Result<Self> {
        let failed = |error: evcxr::Error| KernelError::Evaluator(error.to_string());
        let program = std::env::current_exe().map_err(|source| KernelError::Folder { source })?;
        let mut command = Command::new(program);
        command.env(emergent::channel::SECRET_VARIABLE, secret);
        command.env(emergent::input::FOLDER_VARIABLE, answers);
        let (variable, path) = toolchain.library_path();
        command.env(variable, path);
        end_with_parent(&mut command);
        let (mut context, outputs) =
            EvalContext::with_subprocess_command(command).map_err(failed)?;
        // evcxr waits until somebody has taken what the process says.
        forward(outputs.stdout, Stream::Output, output);
        let mut state = context.state();
        let flags = toolchain.library_arguments();
        let flags: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
        state.set_build_env("CARGO_ENCODED_RUSTFLAGS", &flags.join(SEPARATOR));
        // What the compiler would keep for the next cell is not needed again, and costs time.
        state.set_build_env("CARGO_INCREMENTAL", "0");
        state.set_offline_mode(true);
        // Said by cargo's flag alone: evcxr's file of settings lags behind what is set here.
        state.set_build_env("CARGO_NET_OFFLINE", "false");
        state.set_opt_level("0").map_err(failed)?;
        context.eval_with_state(INITIALISE, state).map_err(|error| {
            // The process has said why, if it could start at all.
            let next = || outputs.stderr.recv_timeout(LAST_WORDS).ok();
            let words = std::iter::once(error.to_string()).chain(std::iter::from_fn(next).take(8));
            KernelError::Evaluator(words.collect::<Vec<_>>().join("\n"))
        })?;
        forward(outputs.stderr, Stream::Errors, output);
        Ok(Self { context: CommandContext::with_eval_context(context), online: false })
    }

    /// Prepares a new process of cells.
    ///
    /// # Errors
    ///
    /// [`KernelError::Evaluator`].
    pub fn initialise(&mut self) -> Result<()> {
        match self.run(INITIALISE) {
            Evaluation::Done(_) => Ok(()),
            Evaluation::Refused(text) | Evaluation::Died(text) => Err(KernelError::Evaluator(text)),
        }
    }

    /// Forgets variables and items, and starts a new process of cells.
    ///
    /// # Errors
    ///
    /// [`KernelError::Evaluator`].
    pub fn clear(&mut self) -> Result<()> {
        match self.run(":clear") {
            Evaluation::Done(_) => self.initialise(),
            Evaluation::Refused(text) | Evaluation::Died(text) => Err(KernelError::Evaluator(text)),
        }
    }

    /// Does, while nobody waits, what would take time later.
    pub fn warm_up(&mut self) {
        // A cell will tell what is wrong, if anything is.
        let _ = self.run(WARM_UP);
    }

    /// Runs code.
    ///
    /// Crates that it asks for are looked for on this machine, and fetched if they are not there.
    pub fn run(&mut self, code: &str) -> Evaluation {
        if std::mem::take(&mut self.online) {
            let _ = self.execute(":offline 1");
        }
        match self.execute(code) {
            Evaluation::Refused(text) if text.contains("offline") && asks_for_crates(code) => {
                self.online = true;
                let _ = self.execute(":offline 0");
                match self.execute(code) {
                    Evaluation::Refused(text) => Evaluation::Refused(with_advice(text)),
                    done => done,
                }
            }
            done => done,
        }
    }

    fn execute(&mut self, code: &str) -> Evaluation {
        match self.context.execute(code) {
            Ok(outputs) => Evaluation::Done(outputs.content_by_mime_type.into_iter().collect()),
            Err(evcxr::Error::SubprocessTerminated(text)) => Evaluation::Died(text),
            Err(evcxr::Error::CompilationErrors(errors)) => {
                // An error in a command is not the compiler's and has a message alone.
                let texts = errors.iter().map(|error| match error.rendered() {
                    text if text.is_empty() => error.message(),
                    text => text,
                });
                let texts: Vec<_> = texts.collect();
                Evaluation::Refused(texts.join("\n"))
            }
            Err(error) => Evaluation::Refused(error.to_string()),
        }
    }

    /// The variables that exist now and their types, by name.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let variables = self.context.variables_and_types();
        variables.map(|(name, known)| (name.to_owned(), static_lifetimes(known))).collect()
    }

    /// The program that was compiled last, empty if there is none.
    pub fn last_source(&self) -> String {
        self.context.last_source().unwrap_or_default()
    }

    /// The process that runs the code; stays valid when the process is replaced.
    pub fn child(&self) -> Arc<Mutex<Child>> {
        self.context.process_handle()
    }
}

/// Whether a line of code asks for a crate that is no folder of this machine.
fn asks_for_crates(code: &str) -> bool {
    let wanted = code.lines().filter_map(|line| line.trim().strip_prefix(":dep "));
    let names_path = |part: &str| {
        part.trim().strip_prefix("path").is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    wanted.map(str::trim).any(|wanted| {
        !wanted.starts_with(['.', '/']) && !wanted.split(['{', ',']).skip(1).any(names_path)
    })
}

/// What cargo says of crates that cannot be had, with what to do.
fn with_advice(text: String) -> String {
    // The compiler's errors, too, come this way.
    if text.contains("error[E") {
        return text;
    }
    format!(
        "{}\nThe crate is not on this machine and could not be fetched: look at its name and \
         version, and at the network. A crate in a folder needs none: `:dep ./FOLDER`.",
        text.trim_end()
    )
}

/// Passes on the lines of a stream, as they come.
fn forward(lines: Receiver<String>, stream: Stream, output: &Arc<Output>) {
    let output = Arc::clone(output);
    std::thread::spawn(move || {
        while let Ok(first) = lines.recv() {
            // Whatever has come meanwhile goes along in one message.
            let more = lines.try_iter().take(2_000).collect::<Vec<_>>();
            output.lines(stream, std::iter::once(first).chain(more));
        }
    });
}

/// Lets the process of cells end when the kernel does, however that ends.
fn end_with_parent(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt;
        // SAFETY: between fork and exec only this system call is made, which allocates nothing.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crates_of_no_folder_are_fetched() {
        assert!(asks_for_crates(":dep itoa = \"1\"\nlet a = 1;"));
        assert!(asks_for_crates("// note\n:dep x = { git = \"https://x.org/y\" }"));
        assert!(asks_for_crates(":dep paths = { version = \"1\" }"));
        assert!(!asks_for_crates(":dep ./mine\n:vars"));
        assert!(!asks_for_crates(":dep mine = { path = \"/mine\" }"));
        assert!(!asks_for_crates(":dep mine = { features = [\"a\"], path = \"/mine\" }"));
        assert!(!asks_for_crates("let deps = 1;"));
        assert!(with_advice("no matching package".into()).contains("could not be fetched"));
        assert_eq!(with_advice("error[E0425]: x".into()), "error[E0425]: x");
    }
}
