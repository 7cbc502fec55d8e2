//! Damaged files and failing disks: a typed error each time, no panic, nothing left behind.

use std::fs;
use std::path::Path;

use etable::{Table, TableError};
use ndarray::Array3;

fn table() -> Table {
    let act = Array3::from_shape_fn((40, 2, 3), |(row, y, x)| (row * 6 + y * 3 + x) as f32);
    let names: Vec<String> = (0..40).map(|row| format!("trial {row}")).collect();
    let sse: Vec<Option<f64>> =
        (0..40).map(|row| (row % 7 > 0).then_some(f64::from(row))).collect();
    let flags: Vec<bool> = (0..40).map(|row| row % 2 == 0).collect();
    Table::new()
        .with_column("Name", names)
        .unwrap()
        .with_column("SSE", sse)
        .unwrap()
        .with_column("Correct", flags)
        .unwrap()
        .with_tensor("Act", act, &["y", "x"])
        .unwrap()
}

fn assert_named(error: &TableError, path: &Path) {
    assert!(matches!(error, TableError::Malformed { .. }), "{error:?}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

#[test]
fn a_binary_file_cut_anywhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["parquet", "arrow"] {
        let path = folder.path().join("whole").with_extension(extension);
        table().write(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        let cut = folder.path().join("cut").with_extension(extension);
        for length in (0..bytes.len()).step_by(17).chain(bytes.len() - 20..bytes.len()) {
            fs::write(&cut, &bytes[..length]).unwrap();
            let error = Table::read(&cut).unwrap_err();
            assert_named(&error, &cut);
        }
    }
}

/// Every byte in turn is changed: the reader must return, with an error or with some table.
#[test]
fn a_binary_file_with_a_wrong_byte_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    std::panic::set_hook(Box::new(|_| ())); // the readers' own panics are caught, keep them quiet
    for extension in ["parquet", "arrow"] {
        let path = folder.path().join("whole").with_extension(extension);
        table().view().take(&[0, 1, 2, 3]).unwrap().to_table().unwrap().write(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        let damaged = folder.path().join("damaged").with_extension(extension);
        let mut refused = 0;
        for place in (0..bytes.len()).step_by(3) {
            let mut changed = bytes.clone();
            changed[place] ^= 0xA5;
            fs::write(&damaged, &changed).unwrap();
            if let Err(error) = Table::read(&damaged) {
                assert_named(&error, &damaged);
                refused += 1;
            }
        }
        assert!(refused > bytes.len() / 20, "{extension}: only {refused} of {}", bytes.len() / 3);
    }
    let _ = std::panic::take_hook();
}

#[test]
fn files_of_another_kind_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["parquet", "arrow"] {
        let path = folder.path().join("text").with_extension(extension);
        fs::write(&path, "a text that is long enough to be looked at\n").unwrap();
        let error = Table::read(&path).unwrap_err();
        assert_named(&error, &path);
        assert!(error.to_string().contains("does not begin with"), "{error}");
        let missing = folder.path().join("missing").with_extension(extension);
        assert!(matches!(Table::read(&missing), Err(TableError::Read { .. })));
    }
    let error = Table::read(folder.path().join("table.xlsx")).unwrap_err();
    assert!(matches!(error, TableError::UnknownFormat { .. }));
    assert!(matches!(table().write("table"), Err(TableError::UnknownFormat { .. })));
}

#[test]
fn a_text_file_cut_inside_a_line_is_an_error_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.tsv");
    table().write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let last = text.trim_end().rfind('\t').unwrap();
    fs::write(&path, &text[..last]).unwrap();
    let error = Table::read(&path).unwrap_err().to_string();
    assert!(error.contains("line 41: 8 cells found, 9 expected"), "{error}");
    fs::write(&path, &text.as_bytes()[..text.find('\n').unwrap() - 2]).unwrap();
    assert!(Table::read(&path).is_err(), "a header cut inside a tensor");
    fs::write(&path, b"$Name\n\xff\n").unwrap();
    assert!(Table::read(&path).unwrap_err().to_string().contains("line 2: it is not UTF-8"));
}

#[test]
fn shapes_that_disagree_or_are_absurd_are_errors_without_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.arrow");
    table().write(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    for claim in [r#""shape":[9,3]"#, r#""shape":[0,3]"#, r#""shape":"23","#] {
        let damaged = replaced(&bytes, br#""shape":[2,3]"#, claim.as_bytes());
        fs::write(&path, damaged).unwrap();
        let error = Table::read(&path).unwrap_err();
        assert_named(&error, &path);
        assert!(error.to_string().contains("`Act`"), "{error}");
    }
    let path = folder.path().join("claims.csv");
    for claim in ["<2:100000,100000>", "<2:99999999999,99999999999>", "<3:2,2>"] {
        fs::write(&path, format!("\"%Act[2:0,0]{claim}\",\"%Act[2:0,1]\"\n1,2\n")).unwrap();
        let error = Table::read(&path).unwrap_err();
        assert_named(&error, &path);
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut place = 0;
    let mut found = 0;
    while place + from.len() <= bytes.len() {
        if bytes[place..].starts_with(from) {
            bytes[place..place + to.len()].copy_from_slice(to);
            found += 1;
        }
        place += 1;
    }
    assert!(found > 0);
    bytes
}

#[test]
fn a_disk_that_refuses_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["table.parquet", "table.arrow", "table.csv"] {
        let path = folder.path().join("no such folder").join(name);
        let error = table().write(&path).unwrap_err();
        assert!(matches!(&error, TableError::Write { path: p, .. } if p == &path), "{error:?}");
        assert!(error.to_string().contains("no such folder"), "{error}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// Files of pyarrow with columns that a table cannot hold, and some that it can.
#[test]
fn columns_beside_those_that_a_table_cannot_hold_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/refused");
    for name in ["mixed.parquet", "mixed.arrow"] {
        let path = folder.join(name);
        let message = Table::read(&path).unwrap_err().to_string();
        assert!(message.contains("`Table::read_columns` reads the others"), "{message}");
        let table = Table::read_columns(&path, &["T", "N"]).unwrap();
        assert_eq!(table.column_names(), ["T", "N"]);
        assert_eq!(table.spec("T").unwrap().to_string(), "T: f32[Y 2, X 2]");
        assert_eq!(table.slice::<i64>("N").unwrap(), [1, 2]);
        assert!(table.is_null("T", 1).unwrap());
        let error = Table::read_columns(&path, &["N", "M"]).unwrap_err();
        assert!(matches!(error, TableError::MissingColumn { .. }), "{error}");
        let error = Table::read_columns(&path, &["N", "N"]).unwrap_err();
        assert!(matches!(error, TableError::DuplicateColumn { .. }), "{error}");
        assert!(Table::read_columns(&path, &["When"]).is_err());
    }
    let folder = tempfile::tempdir().unwrap();
    for ending in ["parquet", "arrow", "csv", "jsonl"] {
        let path = folder.path().join("whole").with_extension(ending);
        table().write(&path).unwrap();
        let read = Table::read_columns(&path, &["Act", "SSE"]).unwrap();
        assert_eq!(read.spec("Act").unwrap().shape.sizes(), [2, 3], "{ending}");
        assert_eq!(read.labels("SSE").unwrap(), table().labels("SSE").unwrap(), "{ending}");
    }
}
