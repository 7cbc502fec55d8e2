//! Line charts: columns over a column, such as a training log.
//!
//! ```
//! use analysis::line_chart;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = Table::new()
//!     .with_column("Epoch", [0.0, 1.0, 2.0])?
//!     .with_column("SSE", [90.0, 40.0, 10.0])?
//!     .with_column("PctErr", [1.0, 0.5, 0.1])?;
//! let figure = line_chart(&log, "Epoch", &["SSE", "PctErr"])?
//!     .second_axis(&["PctErr"], "share of errors")?;
//! assert!(figure.to_svg().contains("share of errors"));
//! # Ok(())
//! # }
//! ```

use std::borrow::Cow;

use etable::{Table, View};

use crate::{
    AnalysisError, Figure, Result,
    error::require,
    figure::{Content, add_once, free_name, scale::LogAxes},
    rows::{group_rows, require_rows},
    statistics::Spread,
};

/// Lines, each over its own x.
#[derive(Clone, Debug)]
pub(crate) struct LineChart {
    pub series: Vec<Series>,
    pub y_range: Option<(f64, f64)>,
    pub second_label: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub name: String,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub interval: Option<Interval>,
    pub second: bool,
}

/// The ends of the error band or bar of every value; NaN where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Interval {
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Interval {
    /// From half-lengths, of which the sign does not count.
    pub fn around(values: &[f64], halves: &[f64]) -> Self {
        let ends = |sign: f64| {
            values.iter().zip(halves).map(|(value, half)| value + sign * half.abs()).collect()
        };
        Interval { low: ends(-1.0), high: ends(1.0) }
    }
}

/// One point of a line, with its band, of no height where there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub x: f64,
    pub y: f64,
    pub low: f64,
    pub high: f64,
}

impl Series {
    fn new(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>) -> Self {
        Series { name: name.into(), x, y, interval: None, second: false }
    }

    /// The points to connect: a line ends at a value without a place on the axes, and where x
    /// falls back, which is where the next run of a log begins.
    pub fn segments(&self, axes: LogAxes) -> Vec<Vec<Point>> {
        let axes = LogAxes { y: if self.second { axes.second } else { axes.y }, ..axes };
        let mut segments = vec![];
        let mut current: Vec<Point> = vec![];
        for (index, (&x, &y)) in self.x.iter().zip(&self.y).enumerate() {
            let present = axes.can_place(x, y);
            if !present || current.last().is_some_and(|last| x < last.x) {
                segments.push(std::mem::take(&mut current));
            }
            if present {
                let end = |values: fn(&Interval) -> &[f64]| {
                    let end = self.interval.as_ref().map_or(y, |interval| values(interval)[index]);
                    if axes.can_place(x, end) { end } else { y }
                };
                let (low, high) = (end(|interval| &interval.low), end(|interval| &interval.high));
                current.push(Point { x, y, low, high });
            }
        }
        segments.push(current);
        segments.retain(|segment| !segment.is_empty());
        segments
    }

    /// The name in a legend, which says whether the axis is the one on the right.
    pub fn legend_name(&self) -> Cow<'_, str> {
        match self.second {
            true => Cow::Owned(format!("{} (right)", self.name)),
            false => Cow::Borrowed(&self.name),
        }
    }

    /// All values to be seen: those of the line and the ends of its band.
    pub fn heights(&self) -> impl Iterator<Item = f64> + '_ {
        let ends =
            self.interval.iter().flat_map(|interval| interval.low.iter().chain(&interval.high));
        self.y.iter().chain(ends).copied()
    }
}

/// Draws columns `y` as lines over column `x`, one colour each, and beyond seven in dashes of other
/// kinds.
///
/// Rows are joined in view order. A NaN leaves a gap, and where x falls below the row before
/// (the next run in the same log) a new line begins. With one column its name labels the axis,
/// with several there is a legend. [`Figure::errors`] adds error bands.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, not a number per row, or holds nulls;
/// [`AnalysisError::InvalidArgument`] if `y` is empty; [`AnalysisError::TooFewRows`] for an empty
/// view.
pub fn line_chart(view: impl Into<View>, x: &str, y: &[&str]) -> Result<Figure> {
    line_chart_view(&view.into(), x, y)
}

fn line_chart_view(view: &View, x: &str, y: &[&str]) -> Result<Figure> {
    require_columns(y)?;
    require_rows(view, "a line chart")?;
    let xs = view.numbers(x)?;
    let mut table = Table::new().with_column(x, xs.clone())?;
    let mut series = Vec::with_capacity(y.len());
    for &name in y {
        let values = view.numbers(name)?;
        add_once(&mut table, name, values.clone())?;
        series.push(Series::new(name, xs.clone(), values));
    }
    Ok(figure_of(series, table, x, y))
}

/// Draws column `y` over column `x` as one line for each value of column `group`: runs,
/// conditions, layers.
///
/// Groups come in the order of their first rows; else as [`line_chart`].
///
/// # Errors
///
/// As [`line_chart`].
pub fn grouped_line_chart(view: impl Into<View>, x: &str, y: &str, group: &str) -> Result<Figure> {
    grouped_line_chart_view(&view.into(), x, y, group)
}

fn grouped_line_chart_view(view: &View, x: &str, y: &str, group: &str) -> Result<Figure> {
    require_rows(view, "a line chart")?;
    let (xs, ys, labels) = (view.numbers(x)?, view.numbers(y)?, view.labels(group)?);
    let (names, groups) = group_rows(&labels);
    let take = |rows: &[usize], values: &[f64]| rows.iter().map(|&row| values[row]).collect();
    let series = names
        .into_iter()
        .zip(&groups)
        .map(|(name, rows)| {
            // A number says nothing in a legend without the name of its column.
            let name = if name.parse::<f64>().is_ok() { format!("{group} {name}") } else { name };
            Series::new(name, take(rows, &xs), take(rows, &ys))
        })
        .collect();
    let mut table = Table::new().with_column(group, labels)?;
    add_once(&mut table, x, xs)?;
    add_once(&mut table, y, ys)?;
    Ok(figure_of(series, table, x, &[y]))
}

/// Draws the mean of column `y` at every value of column `x`, with a band of its spread: learning
/// curves over many runs. With `group`, one line for each of its values.
///
/// Values that are missing (NaN) or infinite are left out of the means, and counted:
/// [`Figure::n_left_out`]. The table behind the figure has a row for each point: the group's value
/// (column `Group` without one), `x`, the mean in `y`, the ends of the band in `Low` and `High`,
/// and the number of values in `N`.
///
/// # Errors
///
/// As [`line_chart`]; [`AnalysisError::InvalidArgument`] for a level of `spread` out of range.
pub fn mean_line_chart(
    view: impl Into<View>,
    x: &str,
    y: &str,
    group: Option<&str>,
    spread: Spread,
) -> Result<Figure> {
    mean_line_chart_view(&view.into(), x, y, group, spread)
}

fn mean_line_chart_view(
    view: &View,
    x: &str,
    y: &str,
    group: Option<&str>,
    spread: Spread,
) -> Result<Figure> {
    require_rows(view, "a line chart")?;
    let (xs, ys) = (view.numbers(x)?, view.numbers(y)?);
    let labels = match group {
        Some(column) => view.labels(column)?,
        None => vec!["mean".to_string(); xs.len()],
    };
    let (names, groups) = group_rows(&labels);
    let mut series = vec![];
    let mut long = LongTable::default();
    for (name, rows) in names.iter().zip(&groups) {
        let mut places: Vec<f64> =
            rows.iter().map(|&row| xs[row]).filter(|value| value.is_finite()).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mut line = Series::new(name.clone(), places.clone(), vec![]);
        let (mut low, mut high) = (vec![], vec![]);
        for place in places {
            let values: Vec<f64> = rows
                .iter()
                .filter(|&&row| xs[row] == place && ys[row].is_finite())
                .map(|&row| ys[row])
                .collect();
            let about = spread.of(&values)?;
            line.y.push(about.mean);
            low.push(about.low);
            high.push(about.high);
            long.push(name, place, about.mean, (about.low, about.high), values.len());
        }
        line.interval = Some(Interval { low, high });
        series.push(line);
    }
    let table = long.table(group.unwrap_or("Group"), x, y)?;
    let left_out = xs.iter().zip(&ys).filter(|(x, y)| !(x.is_finite() && y.is_finite())).count();
    Ok(figure_of(series, table, x, &[y]).leaving_out(left_out))
}

/// The rows behind a chart of means.
#[derive(Default)]
struct LongTable {
    groups: Vec<String>,
    numbers: [Vec<f64>; 4],
    counts: Vec<i64>,
}

impl LongTable {
    fn push(&mut self, group: &str, x: f64, mean: f64, ends: (f64, f64), count: usize) {
        self.groups.push(group.to_string());
        for (column, value) in self.numbers.iter_mut().zip([x, mean, ends.0, ends.1]) {
            column.push(value);
        }
        self.counts.push(count as i64);
    }

    fn table(self, group: &str, x: &str, y: &str) -> Result<Table> {
        let mut table = Table::new().with_column(group, self.groups)?;
        for (name, values) in [x, y, "Low", "High"].into_iter().zip(self.numbers) {
            add_once(&mut table, name, values)?;
        }
        table.add_column(free_name(&table, "N"), self.counts)?;
        Ok(table)
    }
}

fn require_columns(columns: &[&str]) -> Result<()> {
    require(!columns.is_empty(), "y", "empty", "at least one column")
}

fn figure_of(series: Vec<Series>, table: Table, x: &str, y: &[&str]) -> Figure {
    let y_label = if let [only] = y { only.to_string() } else { String::new() };
    let chart = LineChart { series, y_range: None, second_label: String::new() };
    Figure::new(Content::Lines(chart), table).x_label(x).y_label(y_label)
}

impl Figure {
    /// Draws the named series of a line chart dashed, against an axis of their own on the right,
    /// labelled `label`; the legend marks them `(right)`. The left axis, unless it is labelled, gets
    /// the names of the others. Where 0 is on both axes it is at one height. The second axis is
    /// straight unless [`log_second_axis`](Self::log_second_axis) is called.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if the figure is no line chart, lacks one of the series,
    /// or would be left without a series on the first axis; or, where an axis is logarithmic,
    /// without a value above 0 on it.
    pub fn second_axis(mut self, columns: &[&str], label: impl Into<String>) -> Result<Self> {
        let argument = "columns of the second axis";
        let Content::Lines(chart) = &mut self.content else {
            let (value, expected) = (format!("{columns:?}"), "given for a line chart only");
            return Err(AnalysisError::invalid(argument, value, expected));
        };
        let names: Vec<String> = chart.series.iter().map(|series| series.name.clone()).collect();
        if let Some(&unknown) = columns.iter().find(|c| !names.iter().any(|name| name == *c)) {
            let (value, expected) = (format!("`{unknown}`"), format!("among {}", names.join(", ")));
            return Err(AnalysisError::invalid(argument, value, expected));
        }
        for series in &mut chart.series {
            series.second = columns.contains(&series.name.as_str());
        }
        let left = chart.series.iter().any(|series| !series.second);
        require(left, argument, "all of them", "fewer than all series")?;
        chart.second_label = label.into();
        if self.y_label.is_empty() {
            let first = chart.series.iter().filter(|series| !series.second);
            let names: Vec<&str> = first.map(|series| series.name.as_str()).collect();
            self.y_label = names.join(", ");
        }
        self.with_drawable_axes()
    }
}
