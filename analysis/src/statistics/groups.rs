//! Statistics of the groups of a table's rows.

use etable::{Table, View};

use super::{
    Anova,
    spread::{Spread, standard_deviation},
    variance::anova,
};
use crate::{
    error::Result,
    figure::{group_rows, require_rows},
};

/// Describes a column for every value of column `group`: one row each, with `N`, `Mean`, `SD` and
/// `SEM` (n − 1), and the ends `Low` and `High` of the interval that holds the mean with
/// probability `level` (bootstrap, see [`Spread::Confidence`]).
///
/// Missing values (NaN) do not count. SD and SEM of fewer than two values are NaN. Groups come in
/// the order of their first rows.
///
/// ```
/// use analysis::statistics::group_statistics;
/// use etable::Table;
/// let runs = Table::new()
///     .with_column("Net", ["small", "small", "large", "large"])?
///     .with_column("Epochs", [30.0, 34.0, 20.0, 22.0])?;
/// let table = group_statistics(&runs, "Epochs", "Net", 0.95)?;
/// assert_eq!(table.texts("Net")?, ["small", "large"]);
/// assert_eq!(table.numbers("Mean")?, [32.0, 21.0]);
/// assert_eq!(table.numbers("SEM")?, [2.0, 1.0]);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`crate::AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`crate::AnalysisError::TooFewRows`] for an empty view;
/// [`crate::AnalysisError::InvalidArgument`] if `level` is not between 0 and 1.
pub fn group_statistics(
    view: impl Into<View>,
    column: &str,
    group: &str,
    level: f64,
) -> Result<Table> {
    group_statistics_view(&view.into(), column, group, level)
}

fn group_statistics_view(view: &View, column: &str, group: &str, level: f64) -> Result<Table> {
    let (names, samples) = samples(view, column, group)?;
    let mut numbers: [Vec<f64>; 5] = Default::default();
    let mut counts = vec![];
    for sample in &samples {
        let n = sample.len() as f64;
        let deviation = if sample.len() < 2 { f64::NAN } else { standard_deviation(sample) };
        let about = Spread::Confidence(level).of(sample)?;
        let row = [about.mean, deviation, deviation / n.sqrt(), about.low, about.high];
        for (column, value) in numbers.iter_mut().zip(row) {
            column.push(value);
        }
        counts.push(sample.len() as i64);
    }
    let mut table = Table::new().with_column(group, names)?.with_column("N", counts)?;
    for (name, values) in ["Mean", "SD", "SEM", "Low", "High"].into_iter().zip(numbers) {
        table.add_column(name, values)?;
    }
    table.metadata_mut().insert("source".into(), column.to_string());
    Ok(table)
}

/// The analysis of variance ([`anova`]) of a column over the values of column `group`. Missing
/// values (NaN) do not count.
///
/// # Errors
///
/// Those of [`anova`]; [`crate::AnalysisError::Table`] if a column is missing, of the wrong kind, or
/// holds nulls.
pub fn anova_of(view: impl Into<View>, column: &str, group: &str) -> Result<Anova> {
    anova(&samples(&view.into(), column, group)?.1)
}

fn samples(view: &View, column: &str, group: &str) -> Result<(Vec<String>, Vec<Vec<f64>>)> {
    require_rows(view, "statistics of groups")?;
    let (values, labels) = (view.numbers(column)?, view.labels(group)?);
    let (names, rows) = group_rows(&labels);
    let sample = |rows: &Vec<usize>| {
        rows.iter().map(|&row| values[row]).filter(|value| !value.is_nan()).collect()
    };
    Ok((names, rows.iter().map(sample).collect()))
}
