//! Measures, normalisation, smoothing and histograms: the reference's figures, and what must hold.

use std::io::Read;

use etable::convolve::{convolve, gaussian_kernel};
use etable::ndarray::{Array3, array};
use etable::norm::{Measure, Normalisation};
use etable::{Table, TableError};
use proptest::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/etable_metric.json.gz");
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn assert_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-14), "{got:?} {want:?}");
}

#[test]
fn measures_are_the_reference_s() {
    let golden = golden();
    let row = numbers(&golden["B"][0]);
    let measures = [
        ("N", Measure::Count),
        ("Sum", Measure::Sum),
        ("Mean", Measure::Mean),
        ("Var", Measure::Var),
        ("Std", Measure::Std),
        ("L1", Measure::L1),
        ("L2", Measure::L2),
        ("SumSquares", Measure::SumOfSquares),
        ("Max", Measure::Max),
        ("MaxAbs", Measure::MaxAbs),
        ("Min", Measure::Min),
        ("MinAbs", Measure::MinAbs),
    ];
    assert_eq!(golden["norms_of_B0"].as_object().unwrap().len(), measures.len());
    for (name, measure) in measures {
        let want = golden["norms_of_B0"][name].as_f64().unwrap();
        assert!((measure.of(&row) - want).abs() < 1e-13, "{name}");
    }
}

#[test]
fn normalisations_are_the_reference_s() {
    let golden = golden();
    for (normalisation, name) in
        [(Normalisation::Unit, "unit_B0"), (Normalisation::ZScore, "zscore_B0")]
    {
        let mut row = numbers(&golden["B"][0]);
        normalisation.apply(&mut row);
        assert_close(&row, &numbers(&golden[name]));
    }
}

#[test]
fn nan_takes_no_part_and_stays() {
    let mut values = [1.0, f64::NAN, 3.0];
    Normalisation::Divide(Measure::Sum).apply(&mut values);
    assert_eq!((values[0], values[2]), (0.25, 0.75));
    assert!(values[1].is_nan());
    assert_eq!(Measure::Count.of(&values), 2.0);
    assert!(Measure::Mean.of::<f64>(&[]).is_nan() && Measure::Max.of(&[f64::NAN]).is_nan());
    assert_eq!((Measure::Sum.of::<f64>(&[]), Measure::Var.of(&[7.0])), (0.0, 0.0));
}

#[test]
fn constant_values_have_defined_results() {
    let mut values = [2.0_f32; 3];
    Normalisation::ZScore.apply(&mut values);
    assert_eq!(values, [0.0; 3]);
    let mut values = [2.0_f32; 3];
    Normalisation::Unit.apply(&mut values);
    assert_eq!(values, [0.0; 3]);
}

#[test]
fn clipping_and_binarising() {
    let mut values = [-2.0, 0.5, 3.0];
    Normalisation::Clip { low: Some(-1.0), high: None }.apply(&mut values);
    assert_eq!(values, [-1.0, 0.5, 3.0]);
    Normalisation::Clip { low: None, high: Some(1.0) }.apply(&mut values);
    assert_eq!(values, [-1.0, 0.5, 1.0]);
    Normalisation::Binarise { threshold: 0.5, high: 1.0, low: 0.0 }.apply(&mut values);
    assert_eq!(values, [0.0, 1.0, 1.0]);
}

#[test]
fn columns_are_normalised_over_what_is_asked() {
    let cells = Array3::from_shape_fn((2, 2, 2), |(i, j, k)| (4 * i + 2 * j + k) as f64);
    let table = Table::new().with_tensor("T", cells, &["y", "x"]).unwrap();
    let over = |outer| {
        let mut table = table.clone();
        table.normalise("T", outer, Normalisation::Subtract(Measure::Min)).unwrap();
        table.tensor::<f64>("T").unwrap().iter().copied().collect::<Vec<_>>()
    };
    assert_eq!(over(0), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(over(1), [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0]);
    assert_eq!(over(2), [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    let mut table = table.with_column("Name", ["a", "b"]).unwrap();
    let error = table.normalise("T", 3, Normalisation::Unit).unwrap_err();
    assert!(matches!(error, TableError::Argument { .. }) && error.to_string().contains("3"));
    let error = table.normalise("Name", 0, Normalisation::Unit).unwrap_err();
    assert!(matches!(error, TableError::TypeMismatch { .. }));
    assert!(table.normalise("U", 0, Normalisation::Unit).is_err());
    let mut missing = Table::new().with_column("V", [Some(1.0), None]).unwrap();
    let error = missing.normalise("V", 0, Normalisation::Unit).unwrap_err();
    assert!(matches!(error, TableError::Null { row: 1, .. }));
    let mut empty = Table::new().with_column("V", Vec::<f64>::new()).unwrap();
    empty.normalise("V", 0, Normalisation::Unit).unwrap();
    assert_eq!(empty.n_rows(), 0);
}

#[test]
fn smoothing_goes_element_by_element() {
    let cells = array![[0.0_f32, 5.0], [3.0, 5.0], [0.0, 5.0], [0.0, 5.0]];
    let table = Table::new().with_tensor("T", cells, &[]).unwrap();
    let table = table.with_column("N", [1_i64, 2, 3, 4]).unwrap();
    let smooth = table.smooth(1).unwrap();
    let values = smooth.tensor::<f32>("T").unwrap();
    assert!(values.column(1).iter().all(|value| (value - 5.0).abs() < 1e-5));
    let kernel = gaussian_kernel(1, 0.5).unwrap();
    assert!((f64::from(values[[1, 0]]) - 3.0 * kernel[1]).abs() < 1e-6);
    assert_eq!(smooth.numbers("N").unwrap(), [1.0, 2.0, 3.0, 4.0]);
    assert!(matches!(table.smooth(2), Err(TableError::Argument { argument: "kernel", .. })));
    assert!(matches!(table.smooth(0), Err(TableError::Argument { .. })));
    assert!(matches!(gaussian_kernel(1, f64::NAN), Err(TableError::Argument { .. })));
    assert!(matches!(convolve(&[1.0, 2.0], &[0.5, 0.5]), Err(TableError::Argument { .. })));
    assert!(matches!(convolve(&[1.0, 2.0], &[]), Err(TableError::Argument { .. })));
}

trait Column {
    fn column(&self, index: usize) -> etable::ndarray::ArrayViewD<'_, f32>;
}

impl Column for etable::ndarray::ArrayViewD<'_, f32> {
    fn column(&self, index: usize) -> etable::ndarray::ArrayViewD<'_, f32> {
        self.index_axis(etable::ndarray::Axis(1), index)
    }
}

proptest! {
    #[test]
    fn z_scores_have_mean_0_and_deviation_1(values in prop::collection::vec(-1e3..1e3_f64, 2..50)) {
        let spread = Measure::Std.of(&values);
        prop_assume!(spread > 1e-6);
        let mut scores = values.clone();
        Normalisation::ZScore.apply(&mut scores);
        prop_assert!(Measure::Mean.of(&scores).abs() < 1e-6);
        prop_assert!((Measure::Std.of(&scores) - 1.0).abs() < 1e-9);
        Normalisation::Unit.apply(&mut scores);
        prop_assert_eq!(Measure::Min.of(&scores), 0.0);
        prop_assert!((Measure::Max.of(&scores) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn smoothing_stays_within_the_values(values in prop::collection::vec(-10.0..10.0_f64, 7..40)) {
        let smooth = convolve(&values, &gaussian_kernel(3, 0.5).unwrap()).unwrap();
        let (low, high) = (Measure::Min.of(&values), Measure::Max.of(&values));
        prop_assert!(smooth.iter().all(|value| (low - 1e-9..=high + 1e-9).contains(value)));
    }
}
