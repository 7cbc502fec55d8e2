//! What the sockets' side and the cells' side both know.

use std::collections::BTreeMap;
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

/// State shared by all threads of the kernel.
#[derive(Debug, Default)]
pub struct Shared {
    work: Mutex<Work>,
    child: Mutex<Option<Arc<Mutex<Child>>>>,
    /// Names that can be completed, with their type or kind.
    names: Mutex<BTreeMap<String, String>>,
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

    /// Sets the names that can be completed.
    pub fn set_names(&self, names: BTreeMap<String, String>) {
        *lock(&self.names) = names;
    }

    /// The names that begin with `start`.
    pub fn names_from(&self, start: &str) -> Vec<String> {
        let names = lock(&self.names);
        names.keys().filter(|name| name.starts_with(start)).cloned().collect()
    }

    /// The type or kind of a name.
    pub fn describe(&self, name: &str) -> Option<String> {
        lock(&self.names).get(name).cloned()
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
