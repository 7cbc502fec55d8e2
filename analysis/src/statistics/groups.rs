//! Statistics of the groups of a table's rows.

use etable::{Table, View};

use super::{
    Anova,
    spread::{Spread, standard_deviation},
    variance::anova,
};
use crate::{
    NanPolicy,
    error::Result,
    metric::check_finite,
    rows::{group_rows, require_rows},
};

/// Describes a column for every value of column `group`: one row each, with `N`, `Missing`, `Mean`,
/// `SD` and `SEM` (n − 1), and the ends `Low` and `High` of the interval that holds the mean with
/// probability `level` (bootstrap, see [`Spread::Confidence`]).
///
/// Missing values (NaN) are left out: `N` counts the others, `Missing` these. SD and SEM of fewer
/// than two values are NaN. Groups come in the order of their first rows.
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
/// [`crate::AnalysisError::NotFinite`] for an infinite value;
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
    let Samples { names, samples, missing } = samples(view, column, group)?;
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
    let mut table = Table::new()
        .with_column(group, names)?
        .with_column("N", counts)?
        .with_column("Missing", missing)?;
    for (name, values) in ["Mean", "SD", "SEM", "Low", "High"].into_iter().zip(numbers) {
        table.add_column(name, values)?;
    }
    table.metadata_mut().insert("source".into(), column.to_string());
    Ok(table)
}

/// The analysis of variance ([`anova`]) of a column over the values of column `group`. Missing
/// values (NaN) are left out, and counted in [`Anova::missing`].
///
/// # Errors
///
/// Those of [`anova`]; [`crate::AnalysisError::Table`] if a column is missing, of the wrong kind, or
/// holds nulls; [`crate::AnalysisError::NotFinite`] for an infinite value.
pub fn anova_of(view: impl Into<View>, column: &str, group: &str) -> Result<Anova> {
    let Samples { samples, missing, .. } = samples(&view.into(), column, group)?;
    let missing = missing.into_iter().sum::<i64>() as usize;
    Ok(Anova { missing, ..anova(&samples)? })
}

/// The values of every group, and how many of each are missing.
struct Samples {
    names: Vec<String>,
    samples: Vec<Vec<f64>>,
    missing: Vec<i64>,
}

fn samples(view: &View, column: &str, group: &str) -> Result<Samples> {
    require_rows(view, "statistics of groups")?;
    let (values, labels) = (view.numbers(column)?, view.labels(group)?);
    for (row, value) in values.iter().enumerate() {
        check_finite(column, row, &[*value], NanPolicy::SkipPairs)?;
    }
    let (names, rows) = group_rows(&labels);
    let sample = |rows: &Vec<usize>| -> Vec<f64> {
        rows.iter().map(|&row| values[row]).filter(|value| !value.is_nan()).collect()
    };
    let samples: Vec<Vec<f64>> = rows.iter().map(sample).collect();
    let missing = rows.iter().zip(&samples).map(|(all, found)| (all.len() - found.len()) as i64);
    Ok(Samples { names, missing: missing.collect(), samples })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnalysisError;

    #[test]
    fn what_is_missing_is_counted() {
        let nan = f64::NAN;
        let table = Table::new()
            .with_column("Net", ["a", "b", "a", "b", "a", "b"])
            .and_then(|table| table.with_column("v", [1.0, 2.0, nan, nan, 3.0, 5.0]))
            .unwrap();
        let found = group_statistics(&table, "v", "Net", 0.9).unwrap();
        assert_eq!(found.numbers("N").unwrap(), [2.0, 2.0]);
        assert_eq!(found.numbers("Missing").unwrap(), [1.0, 1.0]);
        let test = anova_of(&table, "v", "Net").unwrap();
        assert_eq!((test.missing, test.within), (2, 2));
        assert!(test.to_string().ends_with("2 missing values left out"), "{test}");
        let infinite = Table::new()
            .with_column("g", ["a", "b"])
            .and_then(|table| table.with_column("v", [1.0, f64::INFINITY]))
            .unwrap();
        assert!(matches!(
            group_statistics(&infinite, "v", "g", 0.9),
            Err(AnalysisError::NotFinite { row: 1, .. })
        ));
    }
}
