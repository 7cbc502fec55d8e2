//! What the sockets' side and the cells' side both know.

use std::ffi::OsString;
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::api::{Api, sources};
use crate::cell::SessionItems;
use crate::probe::Variable;
use crate::toolchain::Toolchain;

/// How long a cell has to end by itself after it was asked to stop.
pub const GRACE: Duration = Duration::from_secs(5);

/// Whether a cell is at work, and who asked it to stop.
#[derive(Debug, Default)]
struct Work {
    /// The number of the running cell.
    cell: Option<u64>,
    /// Its code has been handed to the evaluator.
    evaluating: bool,
    /// How often it was asked to stop.
    requests: u32,
    killed: bool,
}

/// What a new cell can refer to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Functions, types, imports.
    pub items: SessionItems,
    /// Variables.
    pub variables: Vec<Variable>,
    /// The compiler's arguments for the crates that were added.
    pub crates: Vec<OsString>,
}

/// State shared by all threads of the kernel.
#[derive(Debug, Default)]
pub struct Shared {
    work: Mutex<Work>,
    child: Mutex<Option<Arc<Mutex<Child>>>>,
    /// What the next cell can refer to.
    scope: Mutex<Arc<Scope>>,
    /// The numbers and texts of the cells so far.
    history: Mutex<Vec<(usize, String)>>,
    api: OnceLock<Api>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a cell's work ended, seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// It was asked to stop.
    pub interrupted: bool,
    /// Its process was ended because it did not stop.
    pub killed: bool,
}

impl Shared {
    /// Sets the process that runs cells.
    pub fn set_child(&self, child: Arc<Mutex<Child>>) {
        *lock(&self.child) = Some(child);
    }

    /// A cell begins; it is looked at, but does not run yet.
    pub fn begin(&self, cell: u64) {
        *lock(&self.work) = Work { cell: Some(cell), ..Work::default() };
    }

    /// The cell is about to run; `false` if it was asked to stop before.
    pub fn evaluate(&self) -> bool {
        let mut work = lock(&self.work);
        work.evaluating = work.requests == 0;
        work.evaluating
    }

    /// Whether the running cell was asked to stop.
    pub fn is_interrupted(&self) -> bool {
        lock(&self.work).requests > 0
    }

    /// The cell has ended.
    pub fn end(&self) -> Ended {
        let work = std::mem::take(&mut *lock(&self.work));
        Ended { interrupted: work.requests > 0, killed: work.killed }
    }

    /// Asks the running cell to stop: with a signal the first time, by ending its process the
    /// second time. Returns the cell's number after a first signal.
    pub fn interrupt(&self) -> Option<u64> {
        let mut work = lock(&self.work);
        let cell = work.cell?;
        work.requests += 1;
        if !work.evaluating {
            return None;
        }
        if work.requests > 1 {
            work.killed = true;
            drop(work);
            self.kill();
            return None;
        }
        self.signal();
        Some(cell)
    }

    /// Ends the process of a cell that is still running.
    pub fn end_of_grace(&self, cell: u64) {
        let mut work = lock(&self.work);
        if work.cell == Some(cell) && work.evaluating {
            work.killed = true;
            drop(work);
            self.kill();
        }
    }

    fn signal(&self) {
        let Some(child) = lock(&self.child).clone() else {
            return;
        };
        let Ok(pid) = libc::pid_t::try_from(lock(&child).id()) else {
            return;
        };
        // SAFETY: sends a signal to a process that is ours and not yet waited for, since its
        // handle is at hand.
        unsafe {
            libc::kill(pid, libc::SIGINT);
        }
    }

    /// Ends the process that runs cells.
    pub fn kill(&self) {
        let Some(child) = lock(&self.child).clone() else {
            return;
        };
        // It may have ended by itself.
        let _ = lock(&child).kill();
    }

    /// Keeps the text of a cell.
    pub fn remember(&self, number: usize, code: &str) {
        lock(&self.history).push((number, code.to_owned()));
    }

    /// The numbers and texts of the cells so far.
    pub fn history(&self) -> Vec<(usize, String)> {
        lock(&self.history).clone()
    }

    /// What the toolkit offers; read from its sources when it is first asked for.
    pub fn api(&self, toolchain: &Toolchain) -> &Api {
        self.api.get_or_init(|| sources::read(toolchain))
    }

    /// Sets what the next cell can refer to.
    pub fn set_scope(&self, scope: Scope) {
        *lock(&self.scope) = Arc::new(scope);
    }

    /// What the next cell can refer to; while a cell runs, what that cell could.
    pub fn scope(&self) -> Arc<Scope> {
        Arc::clone(&lock(&self.scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_before_the_run_cancels_it() {
        let shared = Shared::default();
        assert_eq!(shared.interrupt(), None);
        shared.begin(1);
        assert_eq!(shared.interrupt(), None);
        assert!(!shared.evaluate());
        assert_eq!(shared.end(), Ended { interrupted: true, killed: false });
        shared.begin(2);
        assert!(shared.evaluate());
        assert_eq!(shared.interrupt(), Some(2));
        assert_eq!(shared.interrupt(), None);
        assert!(shared.end().killed);
        shared.end_of_grace(2);
        assert!(!shared.end().killed);
    }
}
