//! Work that does not look at the flag ends when it is raised. In a program of its own, since the
//! flag is one for all threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use etable::interrupt::{self, Interrupted};

#[test]
fn deaf_work_is_left_behind() {
    interrupt::watch();
    assert_eq!(interrupt::run(|| 6 * 7), Ok(42));

    static RELEASED: AtomicBool = AtomicBool::new(false);
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_millis(50));
        interrupt::request();
    });
    let result = interrupt::run(|| {
        while !RELEASED.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    assert_eq!(result, Err(Interrupted));
    RELEASED.store(true, Ordering::Relaxed);
    assert!(!interrupt::sleep(Duration::from_secs(60)));

    interrupt::clear();
    let panic = std::panic::catch_unwind(|| interrupt::run(|| panic!("within")));
    assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"within"));
}
