//! Files that others wrote, damaged in every way: whatever is in a file, reading it ends with a table
//! or with an error that names the file, in bounded memory.
//!
//! `corpus/good` opens, and is cut at every byte and changed here; `corpus/refused` does not open.
//! Files that fuzzing found lie in `corpus/found`; `corpus/make.py` tells where the others come from.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use etable::{Table, TableError};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Changed copies of each file.
const MUTATIONS: usize = 300;
/// What reading a small file may need: it is believed to claim a little over a gigabyte.
const MEMORY: usize = 1536 << 20;

/// Counts what is allocated.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(in_use, Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(in_use, Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn corpus(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["csv", "tsv", "jsonl"].iter().any(|text| end == *text))
}

/// Reads a file: the table, or the message of an error that must name the file.
fn read(path: &Path) -> Result<Table, String> {
    let before = IN_USE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let read = Table::read(path);
    let peak = PEAK.load(Ordering::Relaxed).saturating_sub(before);
    assert!(peak < MEMORY, "{}: {peak} bytes in use", path.display());
    read.map_err(|error| {
        assert!(matches!(error, TableError::Malformed { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        message
    })
}

/// One test for all, since they share the count of memory and the hook of panics.
#[test]
fn damaged_files_are_tables_or_errors() {
    for path in corpus("good") {
        let table = read(&path).unwrap_or_else(|message| panic!("{message}"));
        assert!(table.n_rows() > 1, "{}", path.display());
    }
    // Readers of others may panic inside; it is caught, and need not be shown.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        if panic.location().is_some_and(|place| place.file().starts_with("etable/tests")) {
            eprintln!("{panic}");
        }
    }));
    for path in corpus("refused") {
        let message = read(&path).expect_err(path.to_str().unwrap());
        let name = path.file_stem().unwrap().to_str().unwrap();
        let reason = match name {
            "twice" => "twice",
            "claims" | "claims_bytes" if !is_text(&path) => "claim",
            "magic" => "begin with",
            "objects" => "Python objects",
            "short_line" => "line 3",
            "ragged" => "line 2",
            "dates" => "column `D`",
            "mixed" => "`Table::read_columns` reads the others",
            "tensor_shape" => "[2, 3]",
            "no_axis" => "no axis",
            _ => "",
        };
        assert!(message.contains(reason), "{}: {message}", path.display());
    }
    for path in corpus("found") {
        let _ = read(&path);
    }
    let folder = tempfile::tempdir().unwrap();
    for path in corpus("good") {
        let bytes = fs::read(&path).unwrap();
        let changed = folder.path().join("changed").with_extension(path.extension().unwrap());
        for length in 0..bytes.len() {
            fs::write(&changed, &bytes[..length]).unwrap();
            if let Ok(table) = read(&changed) {
                assert!(is_text(&path), "{} cut at {length} is read", path.display());
                drop(table.to_string());
            }
        }
        let mut random = Xoshiro256PlusPlus::seed_from_u64(bytes.len() as u64);
        for _ in 0..MUTATIONS {
            fs::write(&changed, mutated(&bytes, &mut random)).unwrap();
            if let Ok(table) = read(&changed) {
                drop((table.to_string(), table.to_html(), table.describe()));
            }
        }
    }
    std::panic::set_hook(hook);
}

/// The bytes with one to four changes.
fn mutated(bytes: &[u8], random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    const NUMBERS: [u64; 8] =
        [0, 1, 0x7f, i32::MAX as u64, u32::MAX as u64, 10 << 30, i64::MAX as u64, u64::MAX];
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + random.next_u64() % 4 {
        if bytes.is_empty() {
            break;
        }
        let mut below = |n: usize| (random.next_u64() % n.max(1) as u64) as usize;
        let (place, length) = (below(bytes.len()), 1 + below(32));
        let end = (place + length).min(bytes.len());
        match below(6) {
            0 => bytes[place] ^= 1 << below(8),
            1 => bytes[place] = below(256) as u8,
            2 => {
                let width = [1, 2, 4, 8][below(4)];
                let number = NUMBERS[below(NUMBERS.len())].to_le_bytes();
                for (byte, new) in bytes[place..].iter_mut().zip(&number[..width]) {
                    *byte = *new;
                }
            }
            3 => drop(bytes.drain(place..end)),
            4 => {
                let part = bytes[place..end].to_vec();
                let at = below(bytes.len());
                bytes.splice(at..at, part);
            }
            _ => {
                let from = below(bytes.len());
                let part: Vec<u8> = bytes[from..].iter().take(length).copied().collect();
                for (byte, new) in bytes[place..].iter_mut().zip(part) {
                    *byte = new;
                }
            }
        }
    }
    bytes
}
