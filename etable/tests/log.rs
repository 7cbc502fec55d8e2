//! Logs that grow on disk: what is there after a crash, a full disk, and in later runs.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use etable::polars::prelude::{LazyFrame, col, len, lit};
use etable::{ColumnSpec, ElementType, LogFolder, LogWriter, Table, TableError};

const CHILD_FOLDER: &str = "ETABLE_TEST_LOG_FOLDER";
const CHILD_BATCH: usize = 50;

fn specs() -> Vec<ColumnSpec> {
    let mut act =
        ColumnSpec::tensor("Act", ElementType::Float32, &[2, 3], &["y", "x"]).expect("a shape");
    act.metadata.insert("layer".into(), "Hidden".into());
    vec![
        ColumnSpec::scalar("Trial", ElementType::Int64),
        ColumnSpec::scalar("Name", ElementType::Text),
        act,
    ]
}

fn add(log: &mut LogWriter, trial: i64) -> etable::Result<()> {
    let act = [0, 1, 2, 3, 4, 5].map(|unit| (trial * 6 + unit) as f32);
    log.row()?
        .set("Trial", trial)?
        .set("Name", format!("t{trial}"))?
        .set_tensor("Act", &act)?
        .finish()
}

/// That `table` holds the rows 0 to `rows` as [`add`] makes them.
fn assert_rows(table: &Table, rows: usize) {
    assert_eq!(table.n_rows(), rows);
    let trials: Vec<f64> = (0..rows).map(|row| row as f64).collect();
    assert_eq!(table.numbers("Trial").unwrap(), trials);
    let act = table.tensor::<f32>("Act").unwrap();
    assert!(act.iter().enumerate().all(|(index, value)| *value == index as f32));
    assert_eq!(table.spec("Act").unwrap().to_string(), "Act: f32[y 2, x 3]");
}

fn collect(frame: LazyFrame) -> Table {
    Table::from_df(frame.collect().unwrap()).unwrap()
}

#[test]
fn a_log_in_memory_is_a_table() {
    let mut log = LogWriter::in_memory(specs()).unwrap().with_batch_rows(1).with_note("run", "1");
    for trial in 0..7 {
        add(&mut log, trial).unwrap();
    }
    let table = log.to_table().unwrap();
    assert_rows(&table, 7);
    assert_eq!(table.metadata()["run"], "1");
    assert_eq!(log.n_rows(), 7);
}

#[test]
fn full_batches_are_on_disk_and_the_rest_follows_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a new/log");
    let mut log =
        LogWriter::to_folder(&path, specs()).unwrap().with_batch_rows(10).with_note("run", "1");
    for trial in 0..35 {
        add(&mut log, trial).unwrap();
    }
    assert_eq!(LogFolder::open(&path).unwrap().n_parts(), 3);
    assert_rows(&log.to_table().unwrap(), 35);
    log.close().unwrap();
    let read = LogFolder::open(&path).unwrap();
    assert_eq!(read.n_parts(), 4);
    assert_rows(&read.read().unwrap(), 35);
    let table = read.read().unwrap();
    assert_eq!(table.metadata()["run"], "1");
    assert_eq!(table.spec("Act").unwrap().metadata["layer"], "Hidden");
}

#[test]
fn a_dropped_log_has_written_its_last_batch() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogWriter::to_folder(folder.path(), specs()).unwrap().with_batch_rows(10);
    (0..13).for_each(|trial| add(&mut log, trial).unwrap());
    drop(log);
    assert_rows(&LogFolder::open(folder.path()).unwrap().read().unwrap(), 13);
}

#[test]
fn a_log_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogWriter::to_folder(folder.path(), specs()).unwrap().with_batch_rows(10);
    (0..13).for_each(|trial| add(&mut log, trial).unwrap());
    log.close().unwrap();
    std::fs::write(folder.path().join(".writing-abc"), "half a part").unwrap();
    let refused = LogWriter::to_folder(folder.path(), specs()).unwrap_err();
    assert!(matches!(refused, TableError::Write { .. }) && refused.to_string().contains("resume"));
    let mut log = LogWriter::resume(folder.path()).unwrap().with_batch_rows(10);
    assert_eq!(log.n_rows(), 13);
    (13..30).for_each(|trial| add(&mut log, trial).unwrap());
    log.close().unwrap();
    assert_rows(&LogFolder::open(folder.path()).unwrap().read().unwrap(), 30);
    assert!(!folder.path().join(".writing-abc").exists());
}

#[test]
fn a_scan_filters_and_aggregates_and_keeps_tensors() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogWriter::to_folder(folder.path(), specs()).unwrap().with_batch_rows(100);
    (0..1000).for_each(|trial| add(&mut log, trial).unwrap());
    log.close().unwrap();
    let log = LogFolder::open(folder.path()).unwrap();
    assert_rows(&collect(log.scan().unwrap()), 1000);
    let some = collect(log.scan().unwrap().filter(col("Trial").eq(lit(777))));
    assert_eq!(some.texts("Name").unwrap(), ["t777"]);
    assert_eq!(some.tensor::<f32>("Act").unwrap()[[0, 1, 2]], (777 * 6 + 5) as f32);
    let halves = log
        .scan()
        .unwrap()
        .group_by([(col("Trial") / lit(500)).alias("Half")])
        .agg([len().alias("N"), col("Trial").mean().alias("Mean")]);
    let halves = collect(halves).view().sort(&["Half"], false).unwrap();
    assert_eq!(halves.numbers("N").unwrap(), [500.0, 500.0]);
    assert_eq!(halves.numbers("Mean").unwrap(), [249.5, 749.5]);
}

#[test]
fn folders_without_a_log_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let log = LogFolder::open(folder.path()).unwrap();
    for error in [
        log.read().unwrap_err(),
        log.scan().err().unwrap(),
        LogWriter::resume(folder.path()).unwrap_err(),
        LogFolder::open(folder.path().join("missing")).unwrap_err(),
    ] {
        assert!(matches!(error, TableError::Read { .. }), "{error}");
    }
    std::fs::write(folder.path().join("part-000000.parquet"), "no parquet at all").unwrap();
    let error = LogFolder::open(folder.path()).unwrap().read().unwrap_err();
    assert!(matches!(error, TableError::Malformed { .. }), "{error}");
}

/// Not a test by itself: what the next one starts and kills.
#[test]
#[ignore = "run by the test of killed writers, in a process of its own"]
fn child_that_logs_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else { return };
    let mut log =
        LogWriter::to_folder(Path::new(&folder), specs()).unwrap().with_batch_rows(CHILD_BATCH);
    for trial in 0.. {
        add(&mut log, trial).unwrap();
        if trial % 10 == 0 {
            println!("row {trial}");
        }
    }
}

#[test]
fn all_batches_but_the_last_survive_a_kill_at_any_moment() {
    for moment in [3, 26, 61, 149] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_that_logs_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
            .env(CHILD_FOLDER, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let announced = lines
            .map_while(|line| line.ok())
            .filter_map(|line| line.rsplit_once("row ")?.1.parse::<usize>().ok())
            .take(moment)
            .last()
            .expect("the child logs");
        child.kill().unwrap();
        child.wait().unwrap();
        let log = LogFolder::open(&path).unwrap();
        let survived = log.n_parts() * CHILD_BATCH;
        // The batch that holds the announced row may not have been written, those before must.
        assert!(survived >= announced / CHILD_BATCH * CHILD_BATCH, "{announced} {survived}");
        if survived > 0 {
            assert_rows(&log.read().unwrap(), survived);
        }
    }
}
