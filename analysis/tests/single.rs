//! Components of many rows of `f32`, whose products are taken in `f32`, are those of `f64`.

use analysis::{Pca, PcaOptions};
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
