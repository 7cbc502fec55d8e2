//! What the colours of points say: nothing, a group, or a number on a scale.

use etable::{Table, View};

use crate::{
    Result,
    figure::{
        scale::{ColourScale, extent},
        theme,
    },
    rows::group_rows,
};

/// The colours of points.
#[derive(Clone, Debug)]
pub(crate) enum Colouring {
    /// All of one colour.
    Single,
    /// A colour and shape for each group.
    Groups(Groups),
    /// A colour on a scale for each number.
    Values(Values),
}

/// Names by first appearance, and the group of every point.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    pub names: Vec<String>,
    pub of_point: Vec<usize>,
}

/// A number for every point, NaN where it has none.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub name: String,
    pub of_point: Vec<f64>,
    pub scale: ColourScale,
}

impl Colouring {
    /// By a column: numbers of more kinds than there are colours of groups are coloured on a scale,
    /// all else is grouped.
    pub fn of_column(view: &View, column: &str) -> Result<Self> {
        if let Some(values) = many_numbers(view, column) {
            let (low, high) = extent(values.iter().copied()).unwrap_or((0.0, 1.0));
            let scale = ColourScale::for_range(low, high);
            return Ok(Colouring::Values(Values {
                name: column.to_string(),
                of_point: values,
                scale,
            }));
        }
        let labels = view.labels(column)?;
        let (names, members) = group_rows(&labels);
        let mut of_point = vec![0; labels.len()];
        for (group, points) in members.iter().enumerate() {
            points.iter().for_each(|&point| of_point[point] = group);
        }
        Ok(Colouring::Groups(Groups { names, of_point }))
    }

    /// The groups, if points are grouped.
    pub fn groups(&self) -> Option<&Groups> {
        match self {
            Colouring::Groups(groups) => Some(groups),
            _ => None,
        }
    }

    /// The numbers, if points are coloured on a scale.
    pub fn values(&self) -> Option<&Values> {
        match self {
            Colouring::Values(values) => Some(values),
            _ => None,
        }
    }

    /// The scale of the numbers.
    pub fn scale_mut(&mut self) -> Option<&mut ColourScale> {
        match self {
            Colouring::Values(values) => Some(&mut values.scale),
            _ => None,
        }
    }

    /// The group of a point; 0 where there are none.
    pub fn group(&self, point: usize) -> usize {
        self.groups().map_or(0, |groups| groups.of_point[point])
    }

    /// The colour of a point.
    pub fn of_point(&self, point: usize) -> String {
        match self {
            Colouring::Values(values) => match values.of_point[point] {
                value if value.is_finite() => values.scale.colour(value),
                _ => theme::MISSING.to_string(),
            },
            _ => theme::series_colour(self.group(point)).to_string(),
        }
    }
}

/// The values of a column of numbers if more of them differ than there are colours of groups.
fn many_numbers(view: &View, column: &str) -> Option<Vec<f64>> {
    let values = view.numbers(column).ok()?;
    let mut different: Vec<f64> =
        values.iter().copied().filter(|value| value.is_finite()).collect();
    different.sort_by(f64::total_cmp);
    different.dedup();
    (different.len() > theme::SERIES_COLOURS.len()).then_some(values)
}

/// Adds the column that colours points to the table behind a figure, as numbers if they are
/// coloured on a scale, unless one of its name is there.
pub(crate) fn add_colour_column(
    table: &mut Table,
    name: &str,
    view: &View,
    of: &str,
) -> Result<()> {
    if table.has_column(name) {
        return Ok(());
    }
    match many_numbers(view, of) {
        Some(values) => table.add_column(name, values)?,
        None => table.add_column(name, view.labels(of)?)?,
    }
    Ok(())
}
