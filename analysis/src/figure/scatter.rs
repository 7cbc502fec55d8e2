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
    figure::{Content, add_once, line::Interval, scale::LogAxes},
    rows::{group_rows, require_rows},
};

/// Points with optional names and groups.
#[derive(Clone, Debug)]
pub(crate) struct ScatterChart {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub interval: Option<Interval>,
    pub labels: Option<Vec<String>>,
    pub groups: Option<Groups>,
    pub y_range: Option<(f64, f64)>,
}

/// Names by first appearance, and the group of every point.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    pub names: Vec<String>,
    pub of_point: Vec<usize>,
}

impl Groups {
    /// From the points of every group; `count` points in all.
    pub fn new(names: Vec<String>, members: &[Vec<usize>], count: usize) -> Self {
        let mut of_point = vec![0; count];
        for (group, points) in members.iter().enumerate() {
            for &point in points {
                of_point[point] = group;
            }
        }
        Groups { names, of_point }
    }
}

impl ScatterChart {
    pub fn group(&self, point: usize) -> usize {
        self.groups.as_ref().map_or(0, |groups| groups.of_point[point])
    }

    /// Points that have a place on the axes.
    pub fn drawn(&self, axes: LogAxes) -> impl Iterator<Item = usize> + '_ {
        (0..self.x.len()).filter(move |&point| axes.can_place(self.x[point], self.y[point]))
    }
}

/// Draws one point per row at (`x`, `y`), named by column `label`, coloured and shaped by column
/// `group`.
///
/// [`Figure::errors`] adds whiskers. Points with a NaN coordinate are left out of the drawing; they stay in the table.
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
    let groups = group.map(|column| view.labels(column)).transpose()?;
    let mut table = texts_table([(label, &labels), (group, &groups)])?;
    add_once(&mut table, x, xs.clone())?;
    add_once(&mut table, y, ys.clone())?;
    let groups = groups.map(|texts| {
        let (names, rows) = group_rows(&texts);
        Groups::new(names, &rows, texts.len())
    });
    let chart = ScatterChart { x: xs, y: ys, interval: None, labels, groups, y_range: None };
    Ok(Figure::new(Content::Scatter(chart), table).x_label(x).y_label(y))
}

/// A table of the columns that name points and groups, each once.
pub(super) fn texts_table(columns: [(Option<&str>, &Option<Vec<String>>); 2]) -> Result<Table> {
    let mut table = Table::new();
    for (column, texts) in columns {
        if let (Some(column), Some(texts)) = (column, texts)
            && !table.has_column(column)
        {
            table.add_column(column, texts.clone())?;
        }
    }
    Ok(table)
}
