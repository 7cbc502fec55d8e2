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

use crate::{AnalysisError, Figure, Result, figure::Content};

/// Points with optional names and groups.
#[derive(Clone, Debug)]
pub(crate) struct ScatterChart {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub labels: Option<Vec<String>>,
    /// Group names by first appearance, and the group of every point.
    pub groups: Option<(Vec<String>, Vec<usize>)>,
    pub y_range: Option<(f64, f64)>,
}

impl ScatterChart {
    pub fn group(&self, point: usize) -> usize {
        self.groups.as_ref().map_or(0, |(_, of_point)| of_point[point])
    }

    /// Points whose coordinates are both numbers.
    pub fn drawn(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.x.len()).filter(|&point| self.x[point].is_finite() && self.y[point].is_finite())
    }
}

/// Draws one point per row at (`x`, `y`), named by column `label`, coloured and shaped by column
/// `group`.
///
/// Points with a NaN coordinate are left out of the drawing; they stay in the table.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view.
pub fn scatter(
    view: impl Into<View>,
    x: &str,
    y: &str,
    label: Option<&str>,
    group: Option<&str>,
) -> Result<Figure> {
    let view = view.into();
    if view.n_rows() == 0 {
        return Err(AnalysisError::TooFewRows { analysis: "a scatter chart", rows: 0, needed: 1 });
    }
    let (xs, ys) = (view.numbers(x)?, view.numbers(y)?);
    let labels = label.map(|column| view.labels(column)).transpose()?;
    let groups = group.map(|column| view.labels(column)).transpose()?;
    let mut table = Table::new();
    for (column, texts) in [(label, &labels), (group, &groups)] {
        if let (Some(column), Some(texts)) = (column, texts)
            && !table.column_names().contains(&column)
        {
            table.add_column(column, texts.clone())?;
        }
    }
    for (column, values) in [(x, &xs), (y, &ys)] {
        if !table.column_names().contains(&column) {
            table.add_column(column, values.clone())?;
        }
    }
    let chart = ScatterChart { x: xs, y: ys, labels, groups: groups.map(number), y_range: None };
    Ok(Figure::new(Content::Scatter(chart), table).x_label(x).y_label(y))
}

fn number(texts: Vec<String>) -> (Vec<String>, Vec<usize>) {
    let mut names: Vec<String> = Vec::new();
    let of_point = texts
        .into_iter()
        .map(|text| {
            names.iter().position(|name| *name == text).unwrap_or_else(|| {
                names.push(text);
                names.len() - 1
            })
        })
        .collect();
    (names, of_point)
}
