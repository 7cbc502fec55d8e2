//! Scatter charts: items as points, named and grouped.
//!
//! ```
//! use analysis::scatter;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["cat", "dog", "car"])?
//!     .with_column("Kind", ["animal", "animal", "vehicle"])?
//!     .with_column("PC1", [1.0, 1.2, -2.0])?
//!     .with_column("PC2", [0.1, -0.3, 0.2])?;
//! let svg = scatter(&table, "PC1", "PC2", Some("Name"), Some("Kind"))?.to_svg();
//! assert!(svg.contains(">dog</text>") && svg.contains(">vehicle</text>"));
//! # Ok(())
//! # }
//! ```

use etable::{Table, View};

use crate::{
    Figure, Result,
    figure::{
        Content, add_once,
        colouring::{Colouring, add_colour_column},
        line::Interval,
        scale::LogAxes,
    },
    rows::require_rows,
};

/// Points with optional names and colours.
#[derive(Clone, Debug)]
pub(crate) struct ScatterChart {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub interval: Option<Interval>,
    pub labels: Option<Vec<String>>,
    pub colouring: Colouring,
    pub y_range: Option<(f64, f64)>,
}

impl ScatterChart {
    /// Points that have a place on the axes.
    pub fn drawn(&self, axes: LogAxes) -> impl Iterator<Item = usize> + '_ {
        (0..self.x.len()).filter(move |&point| axes.can_place(self.x[point], self.y[point]))
    }
}

/// Draws one point per row at (`x`, `y`), named by column `label`, coloured by column `group`.
///
/// Texts, and numbers of which at most seven differ (runs, conditions), are groups, each with a
/// colour and a shape; other numbers are colours on a scale, with NaN in grey, for which
/// [`Figure::colour_range`] sets the ends. [`Figure::errors`] adds whiskers.
///
/// In the drawing names stand beside their points or are led to them by a line, and cover neither
/// each other nor other points; it says how many found no room. Points with a NaN coordinate are
/// left out of the drawing; they stay in the table.
///
/// # Errors
///
/// [`crate::AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`crate::AnalysisError::TooFewRows`] for an empty view.
pub fn scatter(
    view: impl Into<View>,
    x: &str,
    y: &str,
    label: Option<&str>,
    group: Option<&str>,
) -> Result<Figure> {
    scatter_view(&view.into(), x, y, label, group)
}

fn scatter_view(
    view: &View,
    x: &str,
    y: &str,
    label: Option<&str>,
    group: Option<&str>,
) -> Result<Figure> {
    require_rows(view, "a scatter chart")?;
    let (xs, ys) = (view.numbers(x)?, view.numbers(y)?);
    let labels = label.map(|column| view.labels(column)).transpose()?;
    let (colouring, mut table) = colours_and_table(view, label, &labels, group)?;
    add_once(&mut table, x, xs.clone())?;
    add_once(&mut table, y, ys.clone())?;
    let chart = ScatterChart { x: xs, y: ys, interval: None, labels, colouring, y_range: None };
    Ok(Figure::new(Content::Scatter(chart), table).x_label(x).y_label(y))
}

/// The colours of points, and a table of the columns that name and colour them, each once.
pub(super) fn colours_and_table(
    view: &View,
    label: Option<&str>,
    labels: &Option<Vec<String>>,
    group: Option<&str>,
) -> Result<(Colouring, Table)> {
    let mut table = Table::new();
    if let (Some(column), Some(labels)) = (label, labels) {
        table.add_column(column, labels.clone())?;
    }
    let Some(group) = group else { return Ok((Colouring::Single, table)) };
    add_colour_column(&mut table, group, view, group)?;
    Ok((Colouring::of_column(view, group)?, table))
}
