//! How far a long computation is, for whoever wants to show it.
//!
//! A computation of many steps, such as a parameter search, makes a [`Task`] and reports each step,
//! from any thread. Where nobody listens that costs next to nothing; a notebook listens
//! ([`listen`]) and shows a bar.
//!
//! ```
//! use etable::progress::Task;
//!
//! let task = Task::new("Searching", 3);
//! for _point in 0..3 {
//!     // ... train ...
//!     task.step();
//! }
//! assert_eq!(task.done(), 3);
//! ```

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Is told of tasks.
pub trait Listener: Send + Sync {
    /// A task of so many steps begins; returns who is told of its steps.
    fn begin(&self, label: &str, total: u64) -> Box<dyn Steps>;
}

/// Is told of a task's steps; dropped at its end.
pub trait Steps: Send + Sync {
    /// So many steps are done.
    fn done(&self, steps: u64);
}

static LISTENER: OnceLock<Box<dyn Listener>> = OnceLock::new();

/// Sets who is told of the program's tasks, once; returns whether it was the first to be set.
pub fn listen(listener: impl Listener + 'static) -> bool {
    LISTENER.set(Box::new(listener)).is_ok()
}

/// A computation of a known number of steps. See the [module](self).
pub struct Task {
    done: AtomicU64,
    steps: Option<Box<dyn Steps>>,
}

impl Task {
    /// A task named by a word or two, with all its steps before it.
    pub fn new(label: &str, total: u64) -> Self {
        let steps = LISTENER.get().map(|listener| listener.begin(label, total));
        Self { done: AtomicU64::new(0), steps }
    }

    /// One more step is done.
    pub fn step(&self) {
        self.advance(1);
    }

    /// So many more steps are done, or need not be.
    pub fn advance(&self, steps: u64) {
        let add = |done: u64| Some(done.saturating_add(steps));
        let before = self.done.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        let done = before.unwrap_or_default().saturating_add(steps);
        if let Some(steps) = &self.steps {
            steps.done(done);
        }
    }

    /// The number of steps done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("done", &self.done()).finish_non_exhaustive()
    }
}
