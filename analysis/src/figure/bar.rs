//! Bar charts: values of categories, with errors.
//!
//! ```
//! use analysis::{bar_chart, mean_bar_chart, statistics::Spread};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Task", ["AB", "AB", "AC", "AC"])?
//!     .with_column("Net", ["hip", "cortex", "hip", "cortex"])?
//!     .with_column("Correct", [0.9, 0.4, 0.8, 0.7])?;
//! let figure = mean_bar_chart(&table, "Task", "Correct", Some("Net"), Spread::StandardError)?;
//! assert_eq!(figure.table().numbers("cortex")?, [0.4, 0.7]);
//! let rows = bar_chart(&table.view().take(&[0, 2])?, "Task", &["Correct"])?;
//! assert!(rows.to_svg().contains(">AC</text>"));
//! # Ok(())
//! # }
//! ```

use etable::{Table, View};

use crate::{
    AnalysisError, Figure, Result,
    figure::{Content, add_once, line::Interval},
    rows::{group_rows, require_rows},
    statistics::Spread,
};

/// Groups of bars, one for each category.
#[derive(Clone, Debug)]
pub(crate) struct BarChart {
    pub categories: Vec<String>,
    pub series: Vec<BarSeries>,
    pub y_range: Option<(f64, f64)>,
}

/// One colour of bars: a value for each category, NaN where there is none.
#[derive(Clone, Debug)]
pub(crate) struct BarSeries {
    pub name: String,
    pub values: Vec<f64>,
    pub interval: Option<Interval>,
}

impl BarSeries {
    /// All values to be seen: those of the bars and the ends of their whiskers.
    pub fn heights(&self) -> impl Iterator<Item = f64> + '_ {
        let ends =
            self.interval.iter().flat_map(|interval| interval.low.iter().chain(&interval.high));
        self.values.iter().chain(ends).copied()
    }
}

/// Draws the rows of a view as groups of bars: `category` names the groups, each column of
/// `values` is a bar in it, of its own colour and beyond seven hatched. [`Figure::errors`] adds whiskers.
///
/// A NaN leaves its place free. Bars begin at 0.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::InvalidArgument`] if `values` is empty; [`AnalysisError::TooFewRows`] for an
/// empty view.
pub fn bar_chart(view: impl Into<View>, category: &str, values: &[&str]) -> Result<Figure> {
    bar_chart_view(&view.into(), category, values)
}

fn bar_chart_view(view: &View, category: &str, values: &[&str]) -> Result<Figure> {
    if values.is_empty() {
        return Err(AnalysisError::invalid("values", "empty", "at least one column"));
    }
    require_rows(view, "a bar chart")?;
    let categories = view.labels(category)?;
    let mut table = Table::new().with_column(category, categories.clone())?;
    let mut series = Vec::with_capacity(values.len());
    for &name in values {
        let column = view.numbers(name)?;
        add_once(&mut table, name, column.clone())?;
        series.push(BarSeries { name: name.into(), values: column, interval: None });
    }
    let y_label = if let [only] = values { only.to_string() } else { String::new() };
    Ok(figure_of(categories, series, table, category, y_label))
}

/// Draws the mean of column `value` over the rows of each value of column `category` as a bar with
/// whiskers of its spread; with `group`, side by side for each of its values.
///
/// Values that are missing (NaN) or infinite are left out of the means, and counted:
/// [`Figure::n_left_out`]. The table behind the figure has a row for each category: the means,
/// `<group>_Low` and `<group>_High` for each group, or `value`, `Low` and `High` without groups.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view; [`AnalysisError::InvalidArgument`] for a level
/// of `spread` out of range.
pub fn mean_bar_chart(
    view: impl Into<View>,
    category: &str,
    value: &str,
    group: Option<&str>,
    spread: Spread,
) -> Result<Figure> {
    mean_bar_chart_view(&view.into(), category, value, group, spread)
}

fn mean_bar_chart_view(
    view: &View,
    category: &str,
    value: &str,
    group: Option<&str>,
    spread: Spread,
) -> Result<Figure> {
    require_rows(view, "a bar chart")?;
    let (labels, values) = (view.labels(category)?, view.numbers(value)?);
    let groups = match group {
        Some(column) => view.labels(column)?,
        None => vec![value.to_string(); values.len()],
    };
    let (categories, category_rows) = group_rows(&labels);
    let (names, _) = group_rows(&groups);
    let mut table = Table::new().with_column(category, categories.clone())?;
    let mut series = vec![];
    for name in names {
        let mut means = vec![];
        let (mut low, mut high) = (vec![], vec![]);
        for rows in &category_rows {
            let of_group = rows.iter().filter(|&&row| groups[row] == name);
            let found: Vec<f64> =
                of_group.map(|&row| values[row]).filter(|value| value.is_finite()).collect();
            let about = spread.of(&found)?;
            means.push(about.mean);
            low.push(about.low);
            high.push(about.high);
        }
        let prefix = group.map_or(String::new(), |_| format!("{name}_"));
        add_once(&mut table, &name, means.clone())?;
        add_once(&mut table, &format!("{prefix}Low"), low.clone())?;
        add_once(&mut table, &format!("{prefix}High"), high.clone())?;
        series.push(BarSeries { name, values: means, interval: Some(Interval { low, high }) });
    }
    let left_out = values.iter().filter(|value| !value.is_finite()).count();
    let figure = figure_of(categories, series, table, category, value.to_string());
    Ok(figure.leaving_out(left_out))
}

fn figure_of(
    categories: Vec<String>,
    series: Vec<BarSeries>,
    table: Table,
    x_label: &str,
    y_label: String,
) -> Figure {
    let chart = BarChart { categories, series, y_range: None };
    Figure::new(Content::Bars(chart), table).x_label(x_label).y_label(y_label)
}
