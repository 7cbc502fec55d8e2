//! Asking a long computation to stop: the flag of [`etable::interrupt`], and the signal that raises
//! it.
//!
//! ```
//! use emergent::interrupt;
//!
//! interrupt::install(); // from now on Ctrl-C only raises the flag
//! assert!(!interrupt::requested());
//! ```

pub use etable::interrupt::{Interrupted, clear, request, requested, run, sleep, watch};

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
        watch();
        let handler: extern "C" fn(libc::c_int) = on_signal;
        // SAFETY: the handler only stores to an atomic, which is safe within a signal handler.
        unsafe {
            libc::signal(libc::SIGINT, handler as libc::sighandler_t);
        }
    }
}
