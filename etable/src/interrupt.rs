//! Asking a long computation to stop.
//!
//! One flag for the whole program: the notebook's stop button, or Ctrl-C where that has been set
//! up, raises it ([`request`]). A long loop looks at it and ends in its own way, with everything it
//! computed still in place:
//!
//! ```
//! use etable::interrupt;
//!
//! let mut total = 0;
//! for step in 0..10 {
//!     if interrupt::requested() {
//!         break;
//!     }
//!     total += step;
//!     if step == 3 {
//!         interrupt::request(); // as the stop button would
//!     }
//! }
//! assert_eq!(total, 6); // 0 + 1 + 2 + 3
//! interrupt::clear();
//! assert!(!interrupt::requested());
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static WATCHED: AtomicBool = AtomicBool::new(false);

/// How often the flag is looked at by what waits.
const SLICE: Duration = Duration::from_millis(20);

/// A computation was asked to stop before it had a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted before there was a result")]
pub struct Interrupted;

/// Whether somebody asked the running work to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Asks the running work to stop.
pub fn request() {
    REQUESTED.store(true, Ordering::Relaxed);
}

/// Forgets the request, so that the next work runs. The kernel calls it between cells.
pub fn clear() {
    REQUESTED.store(false, Ordering::Relaxed);
}

/// Says that somebody may ask work to stop, so that [`run`] has reason to look.
pub fn watch() {
    WATCHED.store(true, Ordering::Relaxed);
}

/// Waits, but not beyond a request to stop; returns whether the whole time went by.
///
/// ```
/// use std::time::Duration;
/// assert!(etable::interrupt::sleep(Duration::from_millis(1)));
/// ```
pub fn sleep(duration: Duration) -> bool {
    let start = Instant::now();
    while !requested() {
        let left = duration.saturating_sub(start.elapsed());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(SLICE));
    }
    false
}

/// Does work that cannot look at the flag itself, such as a decomposition by LAPACK.
///
/// Where nobody watches ([`watch`]) the work is simply done. Otherwise a thread does it, and if a
/// request to stop comes first, the thread is left to end by itself, its result unused.
///
/// ```
/// assert_eq!(etable::interrupt::run(|| 6 * 7), Ok(42));
/// ```
///
/// # Errors
/// [`Interrupted`] if the request came first.
pub fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Interrupted> {
    if !WATCHED.load(Ordering::Relaxed) {
        return Ok(work());
    }
    let result = Arc::new(Mutex::new(None));
    let place = Arc::clone(&result);
    wait_for(Box::new(move || {
        let value = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }))?;
    // Work that came to its end has left a value.
    result.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(Interrupted)
}

/// Does work in a thread, until it ends or a request to stop comes. Apart from [`run`], so that
/// the threads and channels of this are compiled once, not for every type of result.
fn wait_for(work: Box<dyn FnOnce() + Send>) -> Result<(), Interrupted> {
    let (sender, ended) = channel();
    std::thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
    });
    loop {
        match ended.recv_timeout(SLICE) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Timeout) if requested() => return Err(Interrupted),
            Err(RecvTimeoutError::Timeout) => {}
            // The thread could not even panic: the process is ending.
            Err(RecvTimeoutError::Disconnected) => return Err(Interrupted),
        }
    }
}
