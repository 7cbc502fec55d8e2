//! Appending rows, Parquet both ways, and viewing a tensor column.
//!
//! 10 000 rows of a name, a number and a 7 × 7 tensor, about 2 MB.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use etable::polars::prelude::{col, lit};
use etable::{ColumnSpec, ElementType, Table, TableBuilder};

const ROWS: usize = 10_000;

fn build() -> Table {
    let mut builder = TableBuilder::new([
        ColumnSpec::scalar("Trial", ElementType::Text),
        ColumnSpec::scalar("SSE", ElementType::Float64),
        ColumnSpec::tensor("Act", ElementType::Float32, &[7, 7], &["y", "x"])
            .expect("a fair shape"),
    ])
    .expect("three names");
    let mut act = [0.0_f32; 49];
    for row in 0..ROWS {
        act[row % 49] = row as f32 * 0.001;
        let appended = builder
            .row()
            .set("Trial", "trial")
            .and_then(|line| line.set("SSE", row as f64))
            .and_then(|line| line.set_tensor("Act", &act))
            .and_then(|line| line.finish());
        appended.expect("types fit");
    }
    builder.finish().expect("columns of equal length")
}

fn benches(c: &mut Criterion) {
    let table = build();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let parquet = folder.path().join("t.parquet");
    let ipc = folder.path().join("t.arrow");
    table.write(&parquet).expect("written");
    table.write(&ipc).expect("written");
    c.bench_function("append 10000 rows", |b| b.iter(build));
    c.bench_function("write parquet", |b| b.iter(|| table.write(&parquet).expect("written")));
    c.bench_function("read parquet", |b| b.iter(|| Table::read(&parquet).expect("read")));
    c.bench_function("write ipc", |b| b.iter(|| table.write(&ipc).expect("written")));
    c.bench_function("read ipc", |b| b.iter(|| Table::read(&ipc).expect("read")));
    c.bench_function("view tensor column", |b| {
        b.iter(|| black_box(&table).tensor::<f32>("Act").expect("f32").len())
    });
    let half = table.filter(col("SSE").lt(lit(ROWS as f64 / 2.0))).expect("a flag per row");
    c.bench_function("filter half a table again, by one column", |b| {
        b.iter(|| half.filter(col("SSE").gt(lit(1.0))).expect("a flag per row").n_rows())
    });
    c.bench_function("sort view", |b| {
        b.iter(|| table.view().sort(&["SSE"], true).expect("a number").n_rows())
    });
}

criterion_group!(table, benches);
criterion_main!(table);
