//! Scatter charts in three dimensions.
//!
//! ```
//! use analysis::scatter_3d;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["cat", "dog", "car"])?
//!     .with_column("PC1", [1.0, 1.2, -2.0])?
//!     .with_column("PC2", [0.1, -0.3, 0.2])?
//!     .with_column("PC3", [0.5, 0.4, -0.1])?;
//! let figure = scatter_3d(&table, ["PC1", "PC2", "PC3"], Some("Name"), None)?;
//! assert!(figure.to_svg().contains(">dog</text>"));
//! # Ok(())
//! # }
//! ```

use etable::View;

use crate::{
    Figure, Result,
    figure::{Content, add_once, colouring::Colouring, scatter::colours_and_table},
    rows::require_rows,
};

/// Points in space.
#[derive(Clone, Debug)]
pub(crate) struct SpaceChart {
    /// The three coordinates of every point.
    pub points: Vec<[f64; 3]>,
    pub axes: [String; 3],
    pub labels: Option<Vec<String>>,
    pub colouring: Colouring,
}

impl SpaceChart {
    /// Points whose coordinates are all numbers.
    pub fn drawn(&self) -> impl Iterator<Item = usize> + '_ {
        let finite = |point: &[f64; 3]| point.iter().all(|value| value.is_finite());
        (0..self.points.len()).filter(move |&index| finite(&self.points[index]))
    }
}

/// Draws one point per row at the three columns `axes`, named by column `label`, coloured by column
/// `group` as in [`scatter`](crate::scatter). The interactive figure can be turned; the drawing shows it from above
/// at one corner, each point with a line down to the floor.
///
/// Points with a NaN coordinate are left out of the drawing; they stay in the table.
///
/// # Errors
///
/// [`crate::AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`crate::AnalysisError::TooFewRows`] for an empty view.
pub fn scatter_3d(
    view: impl Into<View>,
    axes: [&str; 3],
    label: Option<&str>,
    group: Option<&str>,
) -> Result<Figure> {
    scatter_3d_view(&view.into(), axes, label, group)
}

fn scatter_3d_view(
    view: &View,
    axes: [&str; 3],
    label: Option<&str>,
    group: Option<&str>,
) -> Result<Figure> {
    require_rows(view, "a scatter chart")?;
    let labels = label.map(|column| view.labels(column)).transpose()?;
    let (colouring, mut table) = colours_and_table(view, label, &labels, group)?;
    let mut points = vec![[0.0; 3]; view.n_rows()];
    for (dimension, name) in axes.iter().enumerate() {
        let values = view.numbers(name)?;
        for (point, value) in points.iter_mut().zip(&values) {
            point[dimension] = *value;
        }
        add_once(&mut table, name, values)?;
    }
    let chart = SpaceChart { points, axes: axes.map(str::to_string), labels, colouring };
    Ok(Figure::new(Content::Space(chart), table))
}

impl Figure {
    /// Names the axes of a scatter in space.
    pub(crate) fn axis_names(mut self, names: [String; 3]) -> Self {
        if let Content::Space(chart) = &mut self.content {
            chart.axes = names;
        }
        self
    }
}
