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
    error::{check_count, require},
    figure::{
        Content, add_once,
        line::{Interval, LineChart},
        scale::{LogAxes, can_place},
    },
};

impl Figure {
    /// Adds the half-lengths of error bars from columns of the view that the figure was made of,
    /// one column for each series in order: bands around lines, whiskers on bars and points.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`] if a column is missing, not a number per row, or holds nulls;
    /// [`AnalysisError::WrongCount`] if there are not as many columns as series, or the view
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
                let value = format!("{columns:?}");
                return Err(AnalysisError::invalid("columns of errors", value, expected));
            }
        };
        check_count("columns of errors", "series", halves.len(), places.len())?;
        for ((values, interval), halves) in places.into_iter().zip(&halves) {
            check_count("rows of errors", "point", halves.len(), values.len())?;
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
        self.log.x = true;
        self.with_drawable_axes()
    }

    /// Makes the vertical axis of a line chart, scatter, bar chart or histogram logarithmic, as
    /// [`log_x`](Self::log_x). Bars then begin at the lower end of the axis. A second axis stays
    /// as it is: see [`log_second_axis`](Self::log_second_axis).
    ///
    /// # Errors
    ///
    /// As [`log_x`](Self::log_x), and for a [`y_range`](Self::y_range) that is not above 0.
    pub fn log_y(mut self) -> Result<Self> {
        self.log.y = true;
        self.with_drawable_axes()
    }

    /// Makes the [second axis](Self::second_axis) of a line chart logarithmic, as
    /// [`log_x`](Self::log_x).
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for a figure without a second axis, or if no value on it
    /// is above 0.
    pub fn log_second_axis(mut self) -> Result<Self> {
        self.log.second = true;
        self.with_drawable_axes()
    }

    /// Fixes the vertical range of a line chart, scatter or bar chart; parts outside are cut off.
    /// Other kinds are left as they are.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless both are finite and `low < high`, and above 0 on
    /// a logarithmic axis.
    pub fn y_range(mut self, low: f64, high: f64) -> Result<Self> {
        let fits = low.is_finite() && high.is_finite() && low < high;
        let expected = "two finite numbers, the lower first";
        require(fits, "y_range", format!("{low} to {high}"), expected)?;
        match &mut self.content {
            Content::Lines(chart) => chart.y_range = Some((low, high)),
            Content::Scatter(chart) => chart.y_range = Some((low, high)),
            Content::Bars(chart) => chart.y_range = Some((low, high)),
            _ => {}
        }
        self.with_drawable_axes()
    }

    /// Refuses logarithmic axes that nothing can be placed on, in whatever order options came.
    pub(super) fn with_drawable_axes(self) -> Result<Self> {
        let LogAxes { x, y, second } = self.log;
        for (option, chosen, axis) in [
            ("log_x", x, Axis::Horizontal),
            ("log_y", y, Axis::Vertical),
            ("log_second_axis", second, Axis::Second),
        ] {
            if chosen {
                let values = self.content.along(axis);
                let possible = "left out for a figure without such an axis";
                let values =
                    values.ok_or_else(|| AnalysisError::invalid(option, "chosen", possible))?;
                let placed = values.into_iter().any(|value| can_place(true, value));
                require(placed, option, "chosen", "left out where no value is above 0")?;
            }
        }
        let range = match &self.content {
            Content::Lines(chart) => chart.y_range,
            Content::Scatter(chart) => chart.y_range,
            Content::Bars(chart) => chart.y_range,
            _ => None,
        };
        if let (true, Some((low, high))) = (y, range) {
            let expected = "above 0 on a logarithmic axis";
            require(low > 0.0, "y_range", format!("{low} to {high}"), expected)?;
        }
        Ok(self)
    }
}

/// An axis that may be logarithmic.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    Horizontal,
    Vertical,
    Second,
}

impl Content {
    /// The values along an axis, `None` where the figure has no such axis of numbers.
    fn along(&self, axis: Axis) -> Option<Vec<f64>> {
        let of_lines = |chart: &LineChart, second: bool| -> Vec<f64> {
            let series = chart.series.iter().filter(|series| series.second == second);
            series.flat_map(|series| series.y.iter().copied()).collect()
        };
        match (self, axis) {
            (Content::Lines(chart), Axis::Horizontal) => {
                Some(chart.series.iter().flat_map(|series| series.x.iter().copied()).collect())
            }
            (Content::Lines(chart), Axis::Vertical) => Some(of_lines(chart, false)),
            (Content::Lines(chart), Axis::Second) => {
                chart.series.iter().any(|series| series.second).then(|| of_lines(chart, true))
            }
            (Content::Scatter(chart), Axis::Horizontal) => Some(chart.x.clone()),
            (Content::Scatter(chart), Axis::Vertical) => Some(chart.y.clone()),
            (Content::Bars(chart), Axis::Vertical) => {
                Some(chart.series.iter().flat_map(|series| series.values.iter().copied()).collect())
            }
            (Content::Histogram(chart), Axis::Vertical) => {
                let counts = chart.series.iter().flat_map(|series| &series.counts);
                Some(counts.map(|&count| count as f64).collect())
            }
            _ => None,
        }
    }
}
