//! Rasters: what every unit did over time.
//!
//! ```
//! use analysis::raster;
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spikes = arr2(&[[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]).into_dyn(); // 3 cycles, 2 units
//! let log = Table::new()
//!     .with_column("Cycle", [10_i64, 11, 12])?
//!     .with_tensor("Hidden", spikes, &["unit"])?;
//! let figure = raster(&log, "Hidden", Some("Cycle"))?;
//! assert!(figure.to_text().contains("2 units over 3 rows"));
//! # Ok(())
//! # }
//! ```

use etable::{Table, View};
use ndarray::Array2;

use crate::{
    AnalysisError, Figure, Result,
    figure::{
        Content, add_once,
        scale::{ColourScale, extent},
    },
    rows::require_rows,
};

/// Values of units over time.
#[derive(Clone, Debug)]
pub(crate) struct Raster {
    /// `[units, times]`.
    pub values: Array2<f64>,
    /// The first time, and the step from one to the next.
    pub start: f64,
    pub step: f64,
    pub value_name: String,
    pub scale: ColourScale,
}

/// Draws the flat units of a tensor column as lines of a raster, unit 0 lowest, and the rows of the
/// view as its columns, in view order: spikes or activity, cycle by cycle.
///
/// Values run from white at 0 to black; with negative values from blue over white to red. A NaN is
/// grey. `time` names the column that labels the axis; where its steps are not all equal and
/// positive, as in a log of many trials, the axis counts rows instead.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view; [`AnalysisError::EmptyCells`].
pub fn raster(view: impl Into<View>, column: &str, time: Option<&str>) -> Result<Figure> {
    raster_view(&view.into(), column, time)
}

fn raster_view(view: &View, column: &str, time: Option<&str>) -> Result<Figure> {
    require_rows(view, "a raster")?;
    let rows = view.matrix(column)?;
    if rows.ncols() == 0 {
        return Err(AnalysisError::EmptyCells { column: column.into() });
    }
    let times = time.map(|name| view.numbers(name)).transpose()?;
    let even = times.as_deref().and_then(even_steps);
    let (start, step) = even.unwrap_or((0.0, 1.0));
    let x_label = if even.is_some() { time.unwrap_or("row") } else { "row" };
    let mut table = Table::new();
    if let (Some(name), Some(times)) = (time, times) {
        add_once(&mut table, name, times)?;
    }
    if !table.has_column(column) {
        table.add_tensor(column, rows.clone().into_dyn(), &["unit"])?;
    }
    let (low, high) = extent(rows.iter().copied()).unwrap_or((0.0, 1.0));
    let chart = Raster {
        values: rows.reversed_axes(),
        start,
        step,
        value_name: column.to_string(),
        scale: ColourScale::greys_for_range(low, high),
    };
    Ok(Figure::new(Content::Raster(chart), table).x_label(x_label).y_label("unit"))
}

/// Start and step of times at equal distances.
fn even_steps(times: &[f64]) -> Option<(f64, f64)> {
    let (first, last) = (*times.first()?, *times.last()?);
    if times.len() == 1 {
        return first.is_finite().then_some((first, 1.0));
    }
    let step = (last - first) / (times.len() - 1) as f64;
    let expected = |index: usize| first + step * index as f64;
    let even = times.iter().enumerate().all(|(i, time)| (time - expected(i)).abs() < 1e-6 * step);
    (step > 0.0 && step.is_finite() && even).then_some((first, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uneven_times_count_rows() {
        assert_eq!(even_steps(&[5.0, 7.0, 9.0]), Some((5.0, 2.0)));
        assert_eq!(even_steps(&[3.0]), Some((3.0, 1.0)));
        for times in [&[0.0, 1.0, 0.0, 1.0][..], &[1.0, 1.0], &[0.0, f64::NAN, 2.0], &[]] {
            assert_eq!(even_steps(times), None, "{times:?}");
        }
    }
}
