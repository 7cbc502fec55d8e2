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

use etable::{Table, View};

use crate::{AnalysisError, Figure, Result, figure::Content};

/// Lines over a common x.
#[derive(Clone, Debug)]
pub(crate) struct LineChart {
    pub x: Vec<f64>,
    pub series: Vec<Series>,
    pub y_range: Option<(f64, f64)>,
    pub second_label: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub name: String,
    pub y: Vec<f64>,
    pub second: bool,
}

impl LineChart {
    /// Row ranges to connect: a line ends at a missing value, and where x falls back, which is
    /// where the next run of a log begins.
    pub fn segments(&self, series: &Series) -> Vec<Vec<(f64, f64)>> {
        let mut segments = vec![];
        let mut current: Vec<(f64, f64)> = vec![];
        for (&x, &y) in self.x.iter().zip(&series.y) {
            let present = x.is_finite() && y.is_finite();
            if !present || current.last().is_some_and(|&(last, _)| x < last) {
                segments.push(std::mem::take(&mut current));
            }
            if present {
                current.push((x, y));
            }
        }
        segments.push(current);
        segments.retain(|segment| !segment.is_empty());
        segments
    }
}

/// Draws columns `y` as lines over column `x`, one colour each.
///
/// Rows are joined in view order. A NaN leaves a gap, and where x falls below the row before
/// (the next run in the same log) a new line begins. With one column its name labels the axis,
/// with several there is a legend.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, not a number per row, or holds nulls;
/// [`AnalysisError::InvalidArgument`] if `y` is empty; [`AnalysisError::TooFewRows`] for an empty
/// view.
pub fn line_chart(view: impl Into<View>, x: &str, y: &[&str]) -> Result<Figure> {
    let view = view.into();
    if y.is_empty() {
        return Err(AnalysisError::InvalidArgument {
            argument: "y",
            value: "empty".into(),
            expected: "at least one column".into(),
        });
    }
    if view.n_rows() == 0 {
        return Err(AnalysisError::TooFewRows { analysis: "a line chart", rows: 0, needed: 1 });
    }
    let xs = view.numbers(x)?;
    let mut table = Table::new().with_column(x, xs.clone())?;
    let mut series = Vec::with_capacity(y.len());
    for &name in y {
        let values = view.numbers(name)?;
        if name != x && !table.column_names().contains(&name) {
            table.add_column(name, values.clone())?;
        }
        series.push(Series { name: name.to_string(), y: values, second: false });
    }
    let y_label = if let [only] = y { only.to_string() } else { String::new() };
    let chart = LineChart { x: xs, series, y_range: None, second_label: String::new() };
    Ok(Figure::new(Content::Lines(chart), table).x_label(x).y_label(y_label))
}

impl Figure {
    /// Draws the named series of a line chart dashed, against an axis of their own on the right,
    /// labelled `label`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if the figure is no line chart, lacks one of the series,
    /// or would be left without a series on the first axis.
    pub fn second_axis(mut self, columns: &[&str], label: impl Into<String>) -> Result<Self> {
        let invalid = |value: String, expected: String| AnalysisError::InvalidArgument {
            argument: "columns of the second axis",
            value,
            expected,
        };
        let Content::Lines(chart) = &mut self.content else {
            return Err(invalid(format!("{columns:?}"), "given for a line chart only".into()));
        };
        let names: Vec<String> = chart.series.iter().map(|series| series.name.clone()).collect();
        if let Some(&unknown) = columns.iter().find(|c| !names.iter().any(|name| name == *c)) {
            return Err(invalid(format!("`{unknown}`"), format!("among {}", names.join(", "))));
        }
        for series in &mut chart.series {
            series.second = columns.contains(&series.name.as_str());
        }
        if chart.series.iter().all(|series| series.second) {
            return Err(invalid("all of them".into(), "fewer than all series".into()));
        }
        chart.second_label = label.into();
        let mut first = chart.series.iter().filter(|series| !series.second);
        if let (true, Some(only), None) = (self.y_label.is_empty(), first.next(), first.next()) {
            self.y_label = only.name.clone();
        }
        Ok(self)
    }
}
