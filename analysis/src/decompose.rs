//! Decompositions: few directions that carry most of what many units do.

pub mod ica;
pub mod pca;
pub mod svd;

use etable::Table;
use ndarray::{Array2, ArrayD, ArrayViewMut1};

use crate::{AnalysisError, Result};

/// Makes the entry of largest magnitude positive, and says whether that turned the signs. Entries
/// that rounding alone keeps apart count as equal, and the first of them decides.
pub(crate) fn fix_sign(mut component: ArrayViewMut1<'_, f64>) -> bool {
    let largest = component.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let deciding = component.iter().find(|value| value.abs() >= largest * (1.0 - 1e-9));
    let turned = deciding.is_some_and(|value| *value < 0.0);
    if turned {
        component.mapv_inplace(|value| -value);
    }
    turned
}

/// Says which analysis LAPACK failed in.
pub(crate) fn linear_algebra<E: std::fmt::Display>(
    analysis: &'static str,
) -> impl Fn(E) -> AnalysisError {
    move |error| AnalysisError::LinearAlgebra { analysis, message: error.to_string() }
}

/// Directions over flat values, one a row, as tensors of the shape of the column's cells.
pub(crate) fn loadings(directions: &Array2<f64>, shape: &[usize]) -> ArrayD<f64> {
    let sizes = [&[directions.nrows()], shape].concat();
    directions.to_shape(sizes).expect("directions are as long as cells").into_owned()
}

/// What projections are called in errors.
const PROJECTION: &str = "a projection";

/// `Label` and a column for each coordinate.
pub(crate) fn scores_table(
    labels: Vec<String>,
    prefix: &str,
    scores: &Array2<f64>,
) -> Result<Table> {
    let mut table = Table::new().with_column("Label", labels)?;
    for (index, values) in scores.columns().into_iter().enumerate() {
        table.add_column(format!("{prefix}{}", index + 1), values.to_vec())?;
    }
    Ok(table)
}
