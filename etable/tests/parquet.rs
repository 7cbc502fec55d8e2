//! Parquet files of several groups of rows.

use std::fs;

use etable::Table;
use etable::polars::df;
use ndarray::Array3;
use rayon::ThreadPoolBuilder;

/// More bytes and rows than a group has.
fn large() -> Table {
    let rows = 300_000;
    let act = Array3::from_shape_fn((rows, 3, 7), |(row, y, x)| (row * 21 + y * 7 + x) as f32);
    let names: Vec<_> = (0..rows).map(|row| (row % 7 != 3).then(|| format!("t{row}"))).collect();
    let frame = df!("Name" => names, "N" => (0..rows as i64).collect::<Vec<_>>()).unwrap();
    let table = Table::from_df(frame).unwrap();
    table.with_tensor("Act", act.into_dyn(), &["Y", "X"]).unwrap()
}

#[test]
fn any_number_of_threads_writes_the_same_file() {
    let (table, folder) = (large(), tempfile::tempdir().unwrap());
    let write = |threads: usize| {
        let path = folder.path().join(format!("{threads}.parquet"));
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| table.write(&path)).unwrap();
        path
    };
    let alone = write(1);
    assert_eq!(Table::read(&alone).unwrap(), table);
    for threads in [2, 3] {
        assert!(fs::read(write(threads)).unwrap() == fs::read(&alone).unwrap(), "{threads}");
    }
}

#[test]
fn a_frame_of_several_chunks_is_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (mut frame, more) = (df!("N" => [1, 2]).unwrap(), df!("N" => [3]).unwrap());
    frame.vstack_mut(&more).unwrap();
    let table = Table::from_df(frame).unwrap();
    let path = folder.path().join("chunks.parquet");
    table.write(&path).unwrap();
    assert_eq!(Table::read(&path).unwrap(), table);
    assert_eq!(table.numbers("N").unwrap(), [1.0, 2.0, 3.0]);
}
