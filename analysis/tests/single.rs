//! Components of many rows of `f32`, whose products are taken in `f32`, are those of `f64`.

use analysis::{Metric, Pca, PcaOptions, SimilarityMatrix, similarity_matrix};
use etable::{
    Table,
    ndarray::{Array1, Array2},
};

/// More than 10⁹ products.
const ROWS: usize = 70_000;
const WIDTH: usize = 128;

/// Values spread by column: column j by 1 / (1 + j / 8), with a mean of its own.
fn rows() -> Array2<f32> {
    Array2::from_shape_fn((ROWS, WIDTH), |(row, column)| {
        let noise = ((row * 7919 + column * 104_729 + row * column) as f64
            * 0.618_033_988_749_894_9)
            .fract()
            - 0.5;
        let spread = 1.0 / (1.0 + column as f64 / 8.0);
        (noise * spread + column as f64 / 10.0) as f32
    })
}

fn fit(rows: Array2<f32>, as_single: bool) -> Pca {
    let table = match as_single {
        true => Table::new().with_tensor("x", rows.into_dyn(), &["unit"]),
        false => Table::new().with_tensor("x", rows.mapv(f64::from).into_dyn(), &["unit"]),
    };
    Pca::fit(table.unwrap(), "x", PcaOptions::default()).unwrap()
}

fn assert_equal(rows: Array2<f32>) {
    let (found, exact) = (fit(rows.clone(), true), fit(rows, false));
    let largest = exact.variances()[0];
    for (found, exact) in found.variances().iter().zip(exact.variances()) {
        assert!((found - exact).abs() < 1e-6 * largest, "{found} {exact} {largest}");
    }
    // What the components make of the first directions: these lie far enough apart.
    let products = found.components().dot(&exact.components().t());
    let same: Array1<f64> = products.diag().to_owned();
    assert!(same.iter().take(4).all(|cosine| (cosine - 1.0).abs() < 1e-6), "{same}");
    assert_eq!(found.mean(), exact.mean());
}

#[test]
fn products_in_single_are_those_in_double() {
    assert_equal(rows());
}

/// Squares that `f32` cannot hold: too small, and too large.
#[test]
fn columns_of_any_size_have_their_variance() {
    for scale in [1e-24, 1e20] {
        let mut rows = rows();
        rows.column_mut(0).mapv_inplace(|value| value * scale);
        // A constant column stays one.
        rows.column_mut(1).fill(0.1);
        let (found, exact) = (fit(rows.clone(), true), fit(rows, false));
        assert_eq!(found.variances(), exact.variances());
        assert!(found.variances()[WIDTH - 1] < 1e-12 * found.variances()[0]);
    }
}

/// Correlations of many rows of `f32` are kept in `f32`, which nobody notices.
#[test]
fn matrices_in_single_are_those_in_double() {
    let rows = Array2::from_shape_fn((1100, WIDTH), |(row, column)| {
        (((row * WIDTH + column) as f64).sin() * 43_758.545_3).fract() as f32
    });
    let labels: Vec<String> = (0..1100).map(|row| format!("item {}", row % 5)).collect();
    let table = |single: bool| {
        let table = match single {
            true => Table::new().with_tensor("x", rows.clone().into_dyn(), &["unit"]),
            false => Table::new().with_tensor("x", rows.mapv(f64::from).into_dyn(), &["unit"]),
        };
        table.and_then(|table| table.with_column("Item", labels.clone())).unwrap()
    };
    for metric in [Metric::Correlation, Metric::InverseCorrelation, Metric::Cosine] {
        let of = |single| similarity_matrix(table(single), "x", Some("Item"), metric).unwrap();
        let (found, exact) = (of(true), of(false));
        for row in [0, 1, 700, 1099] {
            for column in [0, 3, 701, 1099] {
                let (got, want) = (found.value(row, column), exact.value(row, column));
                assert!((got - want).abs() < 1e-6, "{metric:?} {row} {column}: {got} {want}");
                assert_eq!(got, found.value(column, row));
                assert_eq!(got, f64::from(got as f32));
            }
        }
        let whole = found.values().to_owned();
        assert!(whole.indexed_iter().all(|((row, column), v)| *v == found.value(row, column)));
        assert_eq!(found, of(true));
        let order: Vec<usize> = (0..1100).rev().collect();
        let turned = found.reordered(&order).unwrap();
        assert_eq!(turned.value(0, 5), found.value(1099, 1094));
        let again = SimilarityMatrix::from_table(&found.to_table().unwrap()).unwrap();
        assert_eq!(again, found);
        assert_eq!(found.sorted_by_group().labels()[..2], ["item 0", "item 0"]);
    }
}
