//! How long the analyses take: 200 rows of 400 units, about a test log of a hidden layer.

use analysis::{Linkage, Metric, Pca, PcaOptions, linkage, similarity_matrix};
use criterion::{Criterion, criterion_group, criterion_main};
use etable::{Table, ndarray::Array2};

fn activity(rows: usize, units: usize) -> Table {
    let value = |(row, unit): (usize, usize)| ((row * 37 + unit * 101) as f64 * 0.618).fract();
    let values = Array2::from_shape_fn((rows, units), value).into_dyn();
    Table::new().with_tensor("Act", values, &["unit"]).expect("shapes agree")
}

fn benches(criterion: &mut Criterion) {
    let table = activity(200, 400);
    for metric in [Metric::Euclidean, Metric::InverseCorrelation, Metric::CityBlock] {
        criterion.bench_function(&format!("similarity 200x400 {metric:?}"), |bencher| {
            bencher.iter(|| similarity_matrix(&table, "Act", None, metric).expect("finite"));
        });
    }
    criterion.bench_function("principal components 200x400", |bencher| {
        bencher.iter(|| Pca::fit(&table, "Act", PcaOptions::default()).expect("finite"));
    });
    let distances = similarity_matrix(&table, "Act", None, Metric::Euclidean).expect("finite");
    for method in [Linkage::Average, Linkage::Contrast] {
        criterion.bench_function(&format!("linkage 200 {method}"), |bencher| {
            bencher.iter(|| linkage(&distances, method).expect("a distance"));
        });
    }
}

criterion_group! {
    name = analyses;
    config = Criterion::default().sample_size(10);
    targets = benches
}
criterion_main!(analyses);
