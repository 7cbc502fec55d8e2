//! What the kernel weaves into a cell; nothing here is called by hand.
//!
//! A cell `let n = text.parse::<i64>()?; n + 1` is run as
//! `start(false); let n = tried(text.parse::<i64>(), 0)?; value!(n + 1); finish();`, so that the
//! kernel learns of the cell's value, of an error that left it early, of a panic, and of the end
//! of its output.
//!
//! ```
//! emergent::cell::value!(40 + 2); // outside a notebook: prints 42
//! assert_eq!(emergent::cell::tried("7".parse::<i32>(), 0).unwrap(), 7);
//! ```

use std::error::Error;
use std::fmt;
use std::panic::{PanicHookInfo, resume_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::Instant;

use serde_json::json;

use crate::channel;
use crate::display::{Bundle, Failure, results};
use crate::interrupt::{self, Interrupted};
use crate::progress::Bars;

mod debug;
pub mod value;

pub use crate::__emergent_value as value;

static MAIN: OnceLock<ThreadId> = OnceLock::new();

/// Prepares the process in which cells run: the stop signal sets the flag, and a panic is told to
/// the kernel.
pub fn initialise() {
    if MAIN.set(std::thread::current().id()).is_err() {
        return;
    }
    interrupt::install();
    etable::progress::listen(Bars);
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let on_main = MAIN.get() == Some(&std::thread::current().id());
        if !on_main {
            previous(panic);
        }
        if on_main && interrupt::requested() {
            // Such as the panic of a scope whose thread was stopped.
            tell_stopped();
            return;
        }
        tell_panic(panic, on_main);
        if on_main {
            end_of_errors();
        }
    }));
}

fn tell_panic(panic: &PanicHookInfo<'_>, on_main: bool) {
    let text = panic.payload_as_str().unwrap_or("(a value that is not text)");
    let place = panic.location().map(|at| json!({"file": at.file(), "line": at.line()}));
    channel::send(&json!({"kind": "panic", "evalue": text, "place": place, "main": on_main}));
}

/// When the running cell began.
static STARTED: Mutex<Option<Instant>> = Mutex::new(None);

/// Begins a cell. `clear` forgets a request to stop that came too late for the cell before.
pub fn start(clear: bool) {
    if clear {
        interrupt::clear();
    }
    *STARTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// What is told of a cell that was stopped before its end.
pub const STOPPED: &str = "the cell was stopped; variables of earlier cells are kept";

/// Whether the cell is not asked to stop; looked at before its statements and in its loops.
#[inline(never)] // Cells are compiled without optimisation: a call costs less than what is inlined.
pub fn goes_on() -> bool {
    !interrupt::requested()
}

/// Leaves a function or a closure of the cell, and the cell, if it is asked to stop.
#[inline(never)]
pub fn unwind_if_asked() {
    if goes_on() {
        return;
    }
    // The kernel sees to it where another thread unwinds into the cell's.
    if MAIN.get() == Some(&std::thread::current().id()) {
        tell_stopped();
    }
    resume_unwind(Box::new(Interrupted));
}

fn tell_stopped() {
    interrupt::clear();
    stopped(STOPPED).send("error");
    end_of_errors();
}

fn stopped(message: &str) -> Failure {
    Failure { name: "Interrupted".to_owned(), message: message.to_owned(), causes: Vec::new() }
}

/// Ends a cell that ran to its end. If it was asked to stop it has failed, so that the cells after
/// it do not run, but with everything in place.
pub fn finish() {
    if interrupt::requested() {
        stopped("the cell was stopped; its variables are kept").send("error");
    }
    interrupt::clear();
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner).take();
    let seconds = started.map(|started| started.elapsed().as_secs_f64());
    channel::send(&json!({"kind": "end", "seconds": seconds}));
    end_of_errors();
}

fn end_of_errors() {
    let mark = channel::end_mark();
    if !mark.is_empty() {
        eprintln!("{mark}");
    }
}

/// Stands before the cell's `?` of this number: tells the kernel of an error that leaves the cell.
///
/// # Errors
///
/// The error that came in, told.
pub fn tried<T, E: Into<Box<dyn Error>>>(result: Result<T, E>, number: usize) -> Result<T, Told> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => Err(tell(error.into(), results::short_type_name::<E>, number)),
    }
}

/// Apart from [`tried`], so that it is compiled once and not in every cell.
fn tell(error: Box<dyn Error>, type_name: fn() -> String, number: usize) -> Told {
    let failure = if interrupt::requested() {
        stopped(&format!("{error}; variables of earlier cells are kept"))
    } else {
        Failure {
            name: type_name(),
            message: error.to_string(),
            causes: results::causes(error.as_ref()),
        }
    };
    interrupt::clear();
    failure.send_with("error", Some(number));
    Told { message: failure.message }
}

/// An error that the kernel knows of already.
///
/// Its text is the end of the cell's errors in a notebook, and the message elsewhere.
#[derive(Clone, Debug)]
pub struct Told {
    message: String,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if channel::in_notebook() {
            f.write_str(&channel::end_mark())
        } else {
            f.write_str(&self.message)
        }
    }
}

impl Error for Told {}

/// Sends a cell's value.
pub(crate) fn send_result(bundle: Bundle) {
    if bundle.is_empty() {
        return;
    }
    if channel::in_notebook() {
        channel::send(&json!({"kind": "result", "data": bundle.into_value()}));
    } else {
        println!("{}", bundle.text());
    }
}
