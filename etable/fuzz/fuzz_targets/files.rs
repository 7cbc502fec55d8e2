//! Any bytes are a table or a typed error in the formats of NumPy and JSON lines.

#![no_main]

use std::cell::RefCell;

use etable::{Table, TableError};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> =
        RefCell::new(tempfile::tempdir().expect("a temporary folder"));
}

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let name = ["x.npy", "x.npz", "x.jsonl", "x.csv"][usize::from(choice & 3)];
    FOLDER.with_borrow(|folder| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the disk has room");
        match Table::read(&path) {
            Ok(table) => drop(table.to_string()),
            Err(error) => assert!(matches!(error, TableError::Malformed { .. }), "{error:?}"),
        }
    });
});
