//! `std::thread::sleep` of a cell ends when the stop button is pressed.
//!
//! The standard library sleeps again after a signal until its time is over. The process of the
//! cells therefore has its own form of the two system functions it sleeps by: a signal ends them as
//! if the time were over, and the cell goes on to where it looks for a request to stop. The
//! program's symbols come before those of the C library wherever a library asks for them.

use libc::{c_int, c_long, clockid_t, timespec};

/// Puts a result of a system call in the form of the C library.
fn result_of(returned: c_long) -> Result<(), c_int> {
    if returned == 0 {
        return Ok(());
    }
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::EINTR) | None => Ok(()),
        Some(code) => Err(code),
    }
}

/// Sleeps by a clock, until a signal comes.
///
/// # Safety
///
/// As for the C library's function: `time` points to a time, `left` to one or nowhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_nanosleep(
    clock: clockid_t,
    flags: c_int,
    time: *const timespec,
    left: *mut timespec,
) -> c_int {
    // SAFETY: the arguments are the system call's, as the caller warrants.
    let returned = unsafe { libc::syscall(libc::SYS_clock_nanosleep, clock, flags, time, left) };
    result_of(returned).err().unwrap_or(0)
}

/// Sleeps until a signal comes.
///
/// # Safety
///
/// As for the C library's function: `time` points to a time, `left` to one or nowhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nanosleep(time: *const timespec, left: *mut timespec) -> c_int {
    // SAFETY: the arguments are the system call's, as the caller warrants.
    let returned = unsafe { libc::syscall(libc::SYS_nanosleep, time, left) };
    // The error's code is in its place already.
    if result_of(returned).is_ok() { 0 } else { -1 }
}
