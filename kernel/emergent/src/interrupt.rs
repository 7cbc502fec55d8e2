//! Asking a long computation to stop.
//!
//! The notebook's stop button, or Ctrl-C after [`install`], sets a flag. A long loop looks at it
//! and ends in its own way, with everything it computed still in place:
//!
//! ```
//! use emergent::interrupt;
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

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// How often [`sleep`] looks at the flag.
const SLICE: Duration = Duration::from_millis(20);

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

/// Waits, but not beyond a request to stop; returns whether the whole time went by.
///
/// ```
/// use std::time::Duration;
/// assert!(emergent::interrupt::sleep(Duration::from_millis(1)));
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

#[cfg(unix)]
extern "C" fn on_signal(_signal: libc::c_int) {
    request();
}

/// Makes the interrupt signal (SIGINT, Ctrl-C) set the flag instead of ending the program.
///
/// Does nothing on systems without Unix signals.
pub fn install() {
    #[cfg(unix)]
    {
        let handler: extern "C" fn(libc::c_int) = on_signal;
        // SAFETY: the handler only stores to an atomic, which is safe within a signal handler.
        unsafe {
            libc::signal(libc::SIGINT, handler as libc::sighandler_t);
        }
    }
}
