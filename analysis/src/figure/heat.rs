//! Heat maps: matrices as coloured cells.
//!
//! ```
//! use analysis::heat_map_of;
//! use etable::ndarray::arr2;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let weights = arr2(&[[0.5, -0.25], [0.0, 1.0]]);
//! let svg = heat_map_of(&weights, &["in 0", "in 1"], &["out 0", "out 1"], "weight")?.to_svg();
//! assert!(svg.contains(">in 1</text>") && svg.contains("out 0"));
//! # Ok(())
//! # }
//! ```

use etable::Table;
use ndarray::Array2;

use crate::{
    AnalysisError, Figure, Result, SimilarityMatrix,
    error::check_count,
    figure::{
        Content,
        scale::{ColourScale, extent},
    },
};

/// A labelled matrix.
#[derive(Clone, Debug)]
pub(crate) struct HeatMap {
    pub values: Array2<f64>,
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub value_name: String,
    pub scale: ColourScale,
}

impl HeatMap {
    fn new(
        values: Array2<f64>,
        rows: Vec<String>,
        columns: Vec<String>,
        value_name: String,
    ) -> Self {
        let scale = scale_of(values.iter().copied());
        HeatMap { values, rows, columns, value_name, scale }
    }

    /// A matrix with its labels on both sides. Similarities of items with themselves, which are
    /// the greatest there are and say nothing, do not widen the scale.
    pub fn of(matrix: &SimilarityMatrix) -> Self {
        let (labels, name) = (matrix.labels().to_vec(), matrix.metric().name().to_string());
        let mut heat = HeatMap::new(matrix.values().to_owned(), labels.clone(), labels, name);
        if !matrix.metric().is_distance() && matrix.len() > 1 {
            let others = heat.values.indexed_iter().filter(|((row, column), _)| row != column);
            heat.scale = scale_of(others.map(|(_, &value)| value));
        }
        heat
    }
}

fn scale_of(values: impl Iterator<Item = f64>) -> ColourScale {
    let (low, high) = extent(values).unwrap_or((0.0, 1.0));
    ColourScale::for_range(low, high)
}

/// Runs of equal consecutive labels: first index and length.
pub(crate) fn label_runs(labels: &[String]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        match runs.last_mut() {
            Some((first, length)) if labels[*first] == *label => *length += 1,
            _ => runs.push((index, 1)),
        }
    }
    runs
}

/// Draws a similarity matrix with its labels on both sides.
///
/// The colour scale is blue - white - red and centred on 0 if a value is negative, else it runs
/// from the smallest to the largest value; the diagonal of similarities is left out of it.
/// [`Figure::colour_range`] sets another, [`shared_colours`](crate::shared_colours) one for
/// several figures. Consecutive equal labels are written once, with a line
/// between groups: bring them together with [`SimilarityMatrix::sorted_by_group`].
///
/// # Errors
///
/// [`AnalysisError::Table`], which does not happen for a matrix made by this crate.
pub fn heat_map(matrix: &SimilarityMatrix) -> Result<Figure> {
    let heat = HeatMap::of(matrix);
    let title = format!("{}: {}", matrix.column(), matrix.metric().name());
    Ok(Figure::new(Content::Heat(heat), matrix.to_table()?).title(title))
}

/// Draws any matrix: `values[row, column]` with a label for every row (drawn top down) and column.
///
/// `value_name` labels the colour bar. A NaN is drawn grey.
///
/// # Errors
///
/// [`AnalysisError::WrongCount`] if labels are missing or too many; [`AnalysisError::TooFew`] for
/// an empty matrix.
pub fn heat_map_of<R: AsRef<str>, C: AsRef<str>>(
    values: &Array2<f64>,
    rows: &[R],
    columns: &[C],
    value_name: &str,
) -> Result<Figure> {
    check_count("row labels", "row of the matrix", rows.len(), values.nrows())?;
    check_count("column labels", "column of the matrix", columns.len(), values.ncols())?;
    if values.is_empty() {
        let (analysis, what) = ("a heat map", "values");
        return Err(AnalysisError::TooFew { analysis, what, found: 0, needed: 1 });
    }
    let rows: Vec<String> = rows.iter().map(|label| label.as_ref().to_string()).collect();
    let columns: Vec<String> = columns.iter().map(|label| label.as_ref().to_string()).collect();
    let table = Table::new().with_column("Label", rows.clone())?.with_tensor(
        "Value",
        values.as_standard_layout().into_owned().into_dyn(),
        &["column"],
    )?;
    let heat = HeatMap::new(values.clone(), rows, columns, value_name.to_string());
    Ok(Figure::new(Content::Heat(heat), table))
}
