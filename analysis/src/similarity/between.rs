//! Two columns compared in units of the noise.
//!
//! ```
//! use analysis::{Noise, mahalanobis_between};
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = Table::new()
//!     .with_tensor("ActM", arr2(&[[0.0, 0.0], [2.0, 0.0]]).into_dyn(), &["unit"])?
//!     .with_tensor("ActP", arr2(&[[4.0, 3.0], [2.0, 1.0]]).into_dyn(), &["unit"])?;
//! let noise = Noise::Covariance(arr2(&[[4.0, 0.0], [0.0, 1.0]]));
//! let found = mahalanobis_between(&log, "ActM", &log, "ActP", [None; 2], &noise)?;
//! assert!((found.value(1, 0) - 10_f64.sqrt()).abs() < 1e-12); // √ (((4 − 2) / 2)² + 3²)
//! assert_eq!(found.detail("noise"), Some("Covariance"));
//! # Ok(())
//! # }
//! ```

use etable::{View, interrupt};
use ndarray::{Array2, Axis, concatenate, s};

use super::{
    CrossSimilarity, compare_across,
    cross::read_two,
    noise::{Noise, Trials, check_values, distances, whiten},
};
use crate::{
    Metric, NanPolicy,
    error::Result,
    rows::{column_means, read_labels},
};

/// Compares every row of a column with every row of another, of the same table or of two, by the
/// Mahalanobis distance `√ (x − y)ᵀ Σ⁻¹ (x − y)`. Σ is estimated from the rows of both, each without
/// the mean of its column, unless it is given.
///
/// Columns and labels are those of [`cross_similarity`](crate::cross_similarity).
///
/// # Errors
///
/// Those of [`mahalanobis_matrix`](crate::mahalanobis_matrix);
/// [`AnalysisError::WidthMismatch`](crate::AnalysisError::WidthMismatch) if the cells of the two
/// differ in length.
pub fn mahalanobis_between(
    a: impl Into<View>,
    column_a: &str,
    b: impl Into<View>,
    column_b: &str,
    labels: [Option<&str>; 2],
    noise: &Noise,
) -> Result<CrossSimilarity> {
    let views = [a.into(), b.into()];
    mahalanobis_of_views(&views, [column_a, column_b], labels, noise)
}

fn mahalanobis_of_views(
    views: &[View; 2],
    columns: [&str; 2],
    labels: [Option<&str>; 2],
    noise: &Noise,
) -> Result<CrossSimilarity> {
    let [a, b] = views;
    let (rows, others) = read_two((a, columns[0]), (b, columns[1]), NanPolicy::Error)?;
    let labels = [read_labels(a, labels[0])?, read_labels(b, labels[1])?];
    let (made_with, noise, name) = (noise.name(), noise.clone(), columns[0].to_string());
    let values = interrupt::run(move || {
        let residuals = [&rows, &others].map(|rows| rows - &column_means(rows));
        let residuals = concatenate(Axis(0), &residuals.each_ref().map(Array2::view));
        let residuals = residuals.expect("cells of one length");
        // Distances do not depend on where the origin lies; near the rows they lose no digits.
        let origin = column_means(&rows);
        let both = [rows - &origin, others - &origin];
        let degrees = residuals.nrows() as f64 - 2.0;
        let precision = noise.precision(residuals.view(), degrees, &name)?;
        let [rows, others] = match precision {
            None => both,
            Some(precision) => whiten(&precision, both)?,
        };
        let values = compare_across(&rows, &others, Metric::Euclidean)?;
        check_values(&values, Metric::Mahalanobis, &name)?;
        Ok::<_, crate::AnalysisError>(values)
    })??;
    let found = CrossSimilarity::from_values(values, labels, columns, Metric::Mahalanobis);
    Ok(found.with_detail("noise", made_with))
}

/// Crossvalidated Mahalanobis distances ("crossnobis") between the values of column `condition` in
/// one column and in another: entry `[i, j]` is that of condition i in the first from condition j in
/// the second, such as of what a layer expected from what came.
///
/// Otherwise as [`crossnobis_matrix`](crate::crossnobis_matrix); Σ is estimated from both columns.
///
/// # Errors
///
/// Those of [`crossnobis_matrix`](crate::crossnobis_matrix);
/// [`AnalysisError::WidthMismatch`](crate::AnalysisError::WidthMismatch) if the cells of the two
/// differ in length.
pub fn crossnobis_between(
    view: impl Into<View>,
    a: &str,
    b: &str,
    condition: &str,
    fold: &str,
    noise: &Noise,
) -> Result<CrossSimilarity> {
    crossnobis_of_view(&view.into(), [a, b], condition, fold, noise)
}

fn crossnobis_of_view(
    view: &View,
    columns: [&str; 2],
    condition: &str,
    fold: &str,
    noise: &Noise,
) -> Result<CrossSimilarity> {
    let (rows, others) = read_two((view, columns[0]), (view, columns[1]), NanPolicy::Error)?;
    let Trials { conditions, members } = Trials::read(view, condition, fold)?;
    // The conditions of the second column as further ones, in further rows.
    let (count, n) = (conditions.len(), rows.nrows());
    let further = |members: &Vec<Vec<usize>>| -> Vec<Vec<usize>> {
        members.iter().map(|rows| rows.iter().map(|row| row + n).collect()).collect()
    };
    let both: Vec<_> = members.iter().cloned().chain(members.iter().map(further)).collect();
    let (made_with, noise, name) = (noise.name(), noise.clone(), columns[0].to_string());
    let values = interrupt::run(move || {
        let rows = concatenate(Axis(0), &[rows.view(), others.view()]).expect("of one length");
        distances(&rows, &both, &noise, &name)
    })??;
    let values = values.slice(s![..count, count..]).to_owned();
    check_values(&values, Metric::Crossnobis, columns[0])?;
    let labels = [conditions.clone(), conditions];
    let found = CrossSimilarity::from_values(values, labels, columns, Metric::Crossnobis);
    let found = found.with_detail("noise", made_with);
    Ok(found.with_detail("condition", condition).with_detail("fold", fold))
}

#[cfg(test)]
mod tests {
    use etable::Table;
    use ndarray::arr2;

    use super::*;
    use crate::{AnalysisError, crossnobis_matrix, mahalanobis_distance, mahalanobis_matrix};

    fn scatter(rows: usize, scale: f64) -> Array2<f64> {
        Array2::from_shape_fn((rows, 3), |(y, x)| ((y * 37 + x * 101 + 7) as f64 * scale).fract())
    }

    fn table(values: &Array2<f64>) -> Table {
        Table::new().with_tensor("v", values.clone().into_dyn(), &["unit"]).unwrap()
    }

    #[test]
    fn mahalanobis_distances_are_those_of_vectors() {
        let (a, b) = (scatter(6, 0.618), scatter(9, 0.75488) + 0.3);
        let known = arr2(&[[2.0, 0.5, 0.0], [0.5, 1.0, 0.1], [0.0, 0.1, 0.7]]);
        // Pooled, each column about its own mean.
        let centred = [&a, &b].map(|rows| rows - &rows.mean_axis(Axis(0)).unwrap());
        let pooled = (centred[0].t().dot(&centred[0]) + centred[1].t().dot(&centred[1])) / 13.0;
        let between = |noise: &Noise| {
            mahalanobis_between(table(&a), "v", table(&b), "v", [None; 2], noise).unwrap()
        };
        for (noise, covariance) in [
            (Noise::Covariance(known.clone()), known.clone()),
            (Noise::Sample, pooled),
            (Noise::Identity, Array2::eye(3)),
        ] {
            let found = between(&noise);
            assert_eq!(found.values().dim(), (6, 9));
            for ((i, j), value) in found.values().indexed_iter() {
                let (x, y) = (a.row(i).to_vec(), b.row(j).to_vec());
                let want = mahalanobis_distance(&x, &y, &covariance).unwrap();
                assert!((value - want).abs() < 1e-12 * (1.0 + want), "{noise:?}: {value} {want}");
            }
        }
        // A column with itself has the distances of its matrix, for a known covariance.
        let noise = Noise::Covariance(known);
        let own = mahalanobis_between(table(&a), "v", table(&a), "v", [None; 2], &noise).unwrap();
        let matrix = mahalanobis_matrix(table(&a), "v", None, &noise).unwrap();
        for ((i, j), value) in own.values().indexed_iter() {
            assert!((value - matrix.value(i, j)).abs() < 1e-7);
        }
        let shrunk = between(&Noise::Shrunk);
        assert_eq!(shrunk.detail("noise"), Some("Shrunk"));
        assert_eq!(shrunk.to_table().unwrap().metadata()["noise"], "Shrunk");
        assert!(shrunk.to_string().contains("noise Shrunk"));
    }

    #[test]
    fn crossnobis_distances_are_those_of_further_conditions() {
        let (a, b) = (scatter(12, 0.618), scatter(12, 0.75488) + 0.2);
        let items: Vec<String> = (0..12).map(|row| format!("item {}", row % 2)).collect();
        let runs: Vec<i64> = (0..12).map(|row| row / 4).collect();
        let log = table(&a)
            .with_tensor("w", b.clone().into_dyn(), &["unit"])
            .and_then(|log| log.with_column("Item", items.clone()))
            .and_then(|log| log.with_column("Run", runs.clone()))
            .unwrap();
        let both = concatenate(Axis(0), &[a.view(), b.view()]).unwrap();
        let named = |prefix| items.iter().map(move |item| format!("{prefix} {item}"));
        let stacked = table(&both)
            .with_column("Item", named("v").chain(named("w")).collect::<Vec<_>>())
            .and_then(|log| log.with_column("Run", [runs.clone(), runs].concat()))
            .unwrap();
        for noise in [Noise::Identity, Noise::Sample, Noise::Shrunk] {
            let found = crossnobis_between(&log, "v", "w", "Item", "Run", &noise).unwrap();
            let all = crossnobis_matrix(&stacked, "v", "Item", "Run", &noise).unwrap();
            assert_eq!(found.row_labels(), ["item 0", "item 1"]);
            for ((i, j), value) in found.values().indexed_iter() {
                assert_eq!(*value, all.value(i, 2 + j), "{noise:?}");
            }
            assert_eq!(found.detail("fold"), Some("Run"));
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let (wide, narrow) = (table(&scatter(4, 0.6)), table(&arr2(&[[1.0, 2.0, 3.0]])));
        let of = |a: &Table, b: &Table, noise: &Noise| {
            mahalanobis_between(a, "v", b, "v", [None; 2], noise).map(|_| ())
        };
        // Two rows, each its column's mean, tell nothing of noise.
        for noise in [Noise::Sample, Noise::Shrunk] {
            let error = of(&narrow, &narrow, &noise).unwrap_err();
            assert!(matches!(error, AnalysisError::SingularCovariance { .. }), "{error}");
        }
        of(&narrow, &narrow, &Noise::Identity).unwrap();
        let two = table(&Array2::zeros((2, 2)));
        let error = of(&wide, &two, &Noise::Identity).unwrap_err();
        assert!(matches!(error, AnalysisError::WidthMismatch { .. }), "{error}");
        let error = crossnobis_between(&wide, "v", "v", "v", "v", &Noise::Identity);
        assert!(matches!(error, Err(AnalysisError::Table(_))));
        let nan = table(&arr2(&[[1.0, f64::NAN, 3.0]]));
        let error = of(&nan, &wide, &Noise::Identity).unwrap_err();
        assert!(matches!(error, AnalysisError::NotFinite { .. }), "{error}");
    }
}
