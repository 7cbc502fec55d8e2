//! Group-by and aggregates of a tensor column, sorting, and viewing: 1 million rows of a 7 × 7
//! tensor of f32 (196 MB) in 100 groups.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use etable::ndarray::Array3;
use etable::{Aggregate, Table};

const ROWS: usize = 1_000_000;
const GROUPS: usize = 100;

fn table() -> Table {
    let group: Vec<i64> = (0..ROWS).map(|row| (row * 7919 % 1013 % GROUPS) as i64).collect();
    let name: Vec<String> = group.iter().map(|group| format!("condition {group}")).collect();
    let number: Vec<f64> = (0..ROWS).map(|row| (row * 31 % 9973) as f64 / 9973.0).collect();
    let act =
        Array3::from_shape_fn((ROWS, 7, 7), |(row, y, x)| ((row + 7 * y + x) % 97) as f32 / 97.0);
    Table::new()
        .with_column("Group", group)
        .and_then(|table| table.with_column("Name", name))
        .and_then(|table| table.with_column("SSE", number))
        .and_then(|table| table.with_tensor("Act", act, &["y", "x"]))
        .expect("columns of equal length")
}

fn benches(c: &mut Criterion) {
    let table = table();
    let mut group = c.benchmark_group("groups");
    group.sample_size(10);
    let mut time = |name: &str, key: &'static str, aggregate: Aggregate| {
        group.bench_function(name, |b| {
            b.iter(|| {
                let splits = black_box(&table).group_by(&[key]).expect("a scalar column");
                splits.aggregate([aggregate.clone().of("Act")]).expect("numbers").n_rows()
            })
        });
    };
    time("mean", "Group", Aggregate::Mean);
    time("mean by text", "Name", Aggregate::Mean);
    time("std", "Group", Aggregate::Std);
    time("max", "Group", Aggregate::Max);
    time("median", "Group", Aggregate::Median);
    group.bench_function("group by alone", |b| {
        b.iter(|| black_box(&table).group_by(&["Group"]).expect("a scalar column").len())
    });
    group.bench_function("mean of a number", |b| {
        b.iter(|| {
            let splits = black_box(&table).group_by(&["Group"]).expect("a scalar column");
            splits.aggregate([("SSE", Aggregate::Mean)]).expect("numbers").n_rows()
        })
    });
    group.bench_function("sort", |b| {
        b.iter(|| black_box(&table).view().sort(&["SSE"], false).expect("numbers").n_rows())
    });
    group.bench_function("view of a tensor column", |b| {
        b.iter(|| black_box(&table).tensor::<f32>("Act").expect("f32").len())
    });
    group.finish();
}

criterion_group!(groups, benches);
criterion_main!(groups);
