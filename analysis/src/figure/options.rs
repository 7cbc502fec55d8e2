//! What can be changed about a figure after it is made: errors, logarithmic axes, ranges.
//!
//! ```
//! use analysis::line_chart;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = Table::new()
//!     .with_column("Epoch", [1.0, 10.0, 100.0])?
//!     .with_column("SSE", [90.0, 40.0, 0.5])?
//!     .with_column("SSE_Sem", [3.0, 2.0, 0.1])?;
//! let figure = line_chart(&log, "Epoch", &["SSE"])?.errors(&log, &["SSE_Sem"])?.log_x()?.log_y()?;
//! assert!(figure.to_svg().contains("<polygon")); // the band
//! assert_eq!(figure.table().column_names(), ["Epoch", "SSE", "SSE_Sem"]);
//! # Ok(())
//! # }
//! ```

use etable::View;

use crate::{
    AnalysisError, Figure, Result,
    figure::{Content, add_once, line::Interval},
};

fn invalid(argument: &'static str, value: String, expected: &str) -> AnalysisError {
    AnalysisError::InvalidArgument { argument, value, expected: expected.into() }
}

impl Figure {
    /// Adds the half-lengths of error bars from columns of the view that the figure was made of,
    /// one column for each series in order: bands around lines, whiskers on bars and points.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`] if a column is missing, not a number per row, or holds nulls;
    /// [`AnalysisError::LengthMismatch`] if there are not as many columns as series, or the view
    /// has other rows than the figure; [`AnalysisError::InvalidArgument`] if the figure is none of
    /// line chart, bar chart and scatter.
    pub fn errors(self, view: impl Into<View>, columns: &[&str]) -> Result<Self> {
        self.errors_view(&view.into(), columns)
    }

    fn errors_view(mut self, view: &View, columns: &[&str]) -> Result<Self> {
        let halves = columns
            .iter()
            .map(|column| Ok(view.numbers(column)?))
            .collect::<Result<Vec<Vec<f64>>>>()?;
        let places: Vec<(&[f64], &mut Option<Interval>)> = match &mut self.content {
            Content::Lines(chart) => {
                chart.series.iter_mut().map(|s| (s.y.as_slice(), &mut s.interval)).collect()
            }
            Content::Bars(chart) => {
                chart.series.iter_mut().map(|s| (s.values.as_slice(), &mut s.interval)).collect()
            }
            Content::Scatter(chart) => vec![(chart.y.as_slice(), &mut chart.interval)],
            _ => {
                let expected = "given for a line chart, bar chart or scatter";
                return Err(invalid("columns of errors", format!("{columns:?}"), expected));
            }
        };
        if places.len() != halves.len() {
            let (left, right) = (places.len(), halves.len());
            return Err(AnalysisError::LengthMismatch { left, right });
        }
        for ((values, interval), halves) in places.into_iter().zip(&halves) {
            if values.len() != halves.len() {
                let (left, right) = (values.len(), halves.len());
                return Err(AnalysisError::LengthMismatch { left, right });
            }
            *interval = Some(Interval::around(values, halves));
        }
        for (column, halves) in columns.iter().zip(halves) {
            add_once(&mut self.table, column, halves)?;
        }
        Ok(self)
    }

    /// Makes the horizontal axis of a line chart or scatter logarithmic. Values of 0 and below
    /// have no place on it: they are left out of the drawing and stay in the table.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for another kind of figure, or if no value is above 0.
    pub fn log_x(mut self) -> Result<Self> {
        let positive = match &self.content {
            Content::Lines(chart) => {
                chart.series.iter().flat_map(|series| &series.x).any(|&x| x > 0.0)
            }
            Content::Scatter(chart) => chart.x.iter().any(|&x| x > 0.0),
            _ => return Err(invalid("log_x", "chosen".into(), "left out for this kind of figure")),
        };
        self.log.x = require_positive("log_x", positive)?;
        Ok(self)
    }

    /// Makes the vertical axis of a line chart, scatter, bar chart or histogram logarithmic, as
    /// [`log_x`](Self::log_x). Bars then begin at the lower end of the axis.
    ///
    /// # Errors
    ///
    /// As [`log_x`](Self::log_x).
    pub fn log_y(mut self) -> Result<Self> {
        let positive = match &self.content {
            Content::Lines(chart) => {
                chart.series.iter().flat_map(|series| &series.y).any(|&y| y > 0.0)
            }
            Content::Scatter(chart) => chart.y.iter().any(|&y| y > 0.0),
            Content::Bars(chart) => {
                chart.series.iter().flat_map(|series| &series.values).any(|&value| value > 0.0)
            }
            Content::Histogram(chart) => {
                chart.series.iter().flat_map(|series| &series.counts).any(|&count| count > 0)
            }
            _ => return Err(invalid("log_y", "chosen".into(), "left out for this kind of figure")),
        };
        self.log.y = require_positive("log_y", positive)?;
        Ok(self)
    }

    /// Fixes the vertical range of a line chart, scatter or bar chart; parts outside are cut off.
    /// Other kinds are left as they are.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless both are finite and `low < high`.
    pub fn y_range(mut self, low: f64, high: f64) -> Result<Self> {
        if !(low.is_finite() && high.is_finite() && low < high) {
            let expected = "two finite numbers, the lower first";
            return Err(invalid("y_range", format!("{low} to {high}"), expected));
        }
        match &mut self.content {
            Content::Lines(chart) => chart.y_range = Some((low, high)),
            Content::Scatter(chart) => chart.y_range = Some((low, high)),
            Content::Bars(chart) => chart.y_range = Some((low, high)),
            _ => {}
        }
        Ok(self)
    }
}

fn require_positive(argument: &'static str, positive: bool) -> Result<bool> {
    if positive {
        return Ok(true);
    }
    Err(invalid(argument, "chosen".into(), "left out where no value is above 0"))
}
