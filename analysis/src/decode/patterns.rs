//! Patterns by name, and how many there are.

use std::collections::HashSet;

use etable::{Table, View, interrupt};

use crate::{
    Metric, NanPolicy, Result,
    error::check_threshold,
    rows::{read_like, read_matrix},
    similarity::compare_across,
};

/// Names every row by the pattern closest to it: `Closest`, the name of the pattern, and `Value`,
/// the comparison with it.
///
/// `column` of `view` is compared with `pattern` of `patterns`, whose names are in `name`. Of
/// patterns equally close the first wins. Time O(n m d), in parallel. emergent: `ClosestRow`.
///
/// ```
/// use analysis::{Metric, closest_patterns};
/// use etable::{Table, ndarray::arr2};
/// let patterns = Table::new()
///     .with_column("Name", ["left", "right"])?
///     .with_tensor("Output", arr2(&[[1.0, 0.0], [0.0, 1.0]]).into_dyn(), &["x"])?;
/// let log = Table::new().with_tensor("Act", arr2(&[[0.2, 0.9], [0.8, 0.1]]).into_dyn(), &["x"])?;
/// let named = closest_patterns(&log, "Act", &patterns, "Output", "Name", Metric::Cosine)?;
/// assert_eq!(named.texts("Closest")?, ["right", "left"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`crate::AnalysisError::Table`], [`crate::AnalysisError::TooFewRows`] for an empty view,
/// [`crate::AnalysisError::EmptyCells`], [`crate::AnalysisError::NotFinite`];
/// [`crate::AnalysisError::WidthMismatch`] if cells and patterns differ in length;
/// [`crate::AnalysisError::NotOfTwoVectors`] for metrics that need more than two vectors,
/// [`crate::AnalysisError::Interrupted`].
pub fn closest_patterns(
    view: impl Into<View>,
    column: &str,
    patterns: impl Into<View>,
    pattern: &str,
    name: &str,
    metric: Metric,
) -> Result<Table> {
    closest_patterns_view(&view.into(), column, &patterns.into(), pattern, name, metric)
}

fn closest_patterns_view(
    view: &View,
    column: &str,
    patterns: &View,
    pattern: &str,
    name: &str,
    metric: Metric,
) -> Result<Table> {
    metric.check_of_two_vectors()?;
    let known = read_matrix(patterns, pattern, "naming patterns", 1, NanPolicy::Error)?;
    let rows = read_like(view, column, "naming patterns", known.ncols())?;
    let names = patterns.labels(name)?;
    let compared = interrupt::run(move || compare_across(&known, &rows, metric))??;
    let (mut closest, mut values) = (vec![], vec![]);
    for of_row in compared.columns() {
        let closer = |value: f64, best: f64| match metric.is_distance() {
            true => value < best,
            false => value > best,
        };
        let best = (1..of_row.len())
            .fold(0, |best, next| if closer(of_row[next], of_row[best]) { next } else { best });
        closest.push(names[best].clone());
        values.push(of_row[best]);
    }
    let mut table = Table::new().with_column("Closest", closest)?.with_column("Value", values)?;
    table.metadata_mut().insert("metric".into(), format!("{metric:?}"));
    Ok(table)
}

/// How many different patterns a column holds when a unit counts as active from `threshold`
/// on.
///
/// ```
/// use etable::{Table, ndarray::arr2};
/// let rows = arr2(&[[0.9, 0.1], [0.8, 0.0], [0.1, 0.7]]).into_dyn();
/// let log = Table::new().with_tensor("Act", rows, &["unit"])?;
/// assert_eq!(analysis::unique_patterns(&log, "Act", 0.5)?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`crate::AnalysisError::Table`], [`crate::AnalysisError::TooFewRows`] for an empty view,
/// [`crate::AnalysisError::EmptyCells`], [`crate::AnalysisError::NotFinite`],
/// [`crate::AnalysisError::InvalidArgument`] for a threshold that is not a number.
pub fn unique_patterns(view: impl Into<View>, column: &str, threshold: f64) -> Result<usize> {
    unique_patterns_view(&view.into(), column, threshold)
}

fn unique_patterns_view(view: &View, column: &str, threshold: f64) -> Result<usize> {
    check_threshold(threshold)?;
    let rows = read_matrix(view, column, "counting patterns", 1, NanPolicy::Error)?;
    let mut seen: HashSet<Vec<bool>> = HashSet::new();
    for row in rows.rows() {
        seen.insert(row.iter().map(|&value| value >= threshold).collect());
    }
    Ok(seen.len())
}
