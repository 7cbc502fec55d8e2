//! Histograms: how often values fall where.
//!
//! ```
//! use analysis::histogram;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new().with_column("RT", [0.0, 0.2, 0.25, 0.9, 1.0])?;
//! let figure = histogram(&table, "RT", Some(4), None)?;
//! assert_eq!(figure.table().numbers("RT")?, [0.0, 0.25, 0.5, 0.75]); // lower ends
//! assert_eq!(figure.table().numbers("Count")?, [2.0, 1.0, 0.0, 2.0]);
//! # Ok(())
//! # }
//! ```

use etable::{Table, View, histogram::histogram as count, minmax::MinMax};

use crate::{
    AnalysisError, Figure, Result,
    error::require,
    figure::{Content, add_once},
    rows::{group_rows, require_rows},
    statistics::quantile,
};

/// Counts between common edges.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    /// Ends of the bins, one more than there are bins.
    pub edges: Vec<f64>,
    pub series: Vec<Counts>,
}

#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub name: String,
    pub counts: Vec<u64>,
}

/// Most bins that are chosen without being asked for, and most that can be asked for.
const MOST_BINS: usize = 200;
const LARGEST_BINS: usize = 100_000;

/// Draws how often the values of a column fall into bins of equal width; of a tensor column all
/// values of all cells count. With `group`, one histogram for each value of that column, laid over
/// each other.
///
/// Bins cover the range of the finite values; others are left out, and their number is told
/// ([`Figure::n_left_out`]). A value between two bins belongs
/// to the upper one. Without `bins` their number is the greater of Sturges' and Freedman and
/// Diaconis' rules, as numpy's `auto`.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view; [`AnalysisError::InvalidArgument`] if `bins` is
/// 0 or above 100 000, or no value is finite.
///
/// # Source
///
/// D. Freedman, P. Diaconis (1981), On the histogram as a density estimator, *Zeitschrift für
/// Wahrscheinlichkeitstheorie* 57.
pub fn histogram(
    view: impl Into<View>,
    column: &str,
    bins: Option<usize>,
    group: Option<&str>,
) -> Result<Figure> {
    histogram_view(&view.into(), column, bins, group)
}

fn histogram_view(
    view: &View,
    column: &str,
    bins: Option<usize>,
    group: Option<&str>,
) -> Result<Figure> {
    require_rows(view, "a histogram")?;
    let values = view.matrix(column)?;
    let mut finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let left_out = values.len() - finite.len();
    finite.sort_by(f64::total_cmp);
    let (Some(&low), Some(&high)) = (finite.first(), finite.last()) else {
        let (argument, expected) = ("column of the histogram", "one with values");
        return Err(AnalysisError::invalid(argument, "without a finite value", expected));
    };
    if let Some(bins) = bins {
        let expected = format!("from 1 to {LARGEST_BINS}");
        require((1..=LARGEST_BINS).contains(&bins), "bins", bins, expected)?;
    }
    // One value: a bin of width 1 around it.
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, high + 0.5) };
    let bins = bins.unwrap_or_else(|| usual_bins(&finite, high - low));
    let (names, groups) = match group {
        Some(column) => group_rows(&view.labels(column)?),
        None => (vec!["Count".to_string()], vec![(0..values.nrows()).collect()]),
    };
    let edges: Vec<f64> =
        (0..=bins).map(|edge| low + (high - low) * edge as f64 / bins as f64).collect();
    let mut table = Table::new().with_column(column, edges[..bins].to_vec())?;
    let mut series = vec![];
    for (name, rows) in names.into_iter().zip(groups) {
        let of_group = rows.iter().flat_map(|&row| values.row(row).to_vec());
        let counts = count(of_group, bins, MinMax::new(low, high))?;
        add_once(&mut table, &name, counts.iter().map(|&c| c as f64).collect())?;
        series.push(Counts { name, counts });
    }
    let chart = Histogram { edges, series };
    let figure = Figure::new(Content::Histogram(chart), table).x_label(column).y_label("count");
    Ok(figure.leaving_out(left_out))
}

/// The number of bins for sorted values over a range.
fn usual_bins(sorted: &[f64], range: f64) -> usize {
    let n = sorted.len() as f64;
    let sturges = range / (n.log2() + 1.0);
    let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    let diaconis = 2.0 * spread / n.cbrt();
    let width = if diaconis > 0.0 { diaconis.min(sturges) } else { sturges };
    ((range / width).ceil() as usize).clamp(1, MOST_BINS)
}
