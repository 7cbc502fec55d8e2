//! Embeddings: items as points in a plane or in space, near where they are alike.
//!
//! ```
//! use analysis::{Metric, classical_mds, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["a", "b", "c"])?
//!     .with_column("X", [0.0, 3.0, 9.0])?;
//! let distances = similarity_matrix(&table, "X", Some("Name"), Metric::Euclidean)?;
//! let line = classical_mds(&distances, 1)?;
//! let x = line.coordinates().column(0).to_vec();
//! assert!(((x[2] - x[0]).abs() - 9.0).abs() < 1e-9 && ((x[1] - x[0]).abs() - 3.0).abs() < 1e-9);
//! # Ok(())
//! # }
//! ```

pub mod mds;
pub mod tsne;

use std::fmt;

use etable::Table;
use ndarray::{Array2, ArrayView2};

use crate::{Figure, Result, decompose::scores_table, scatter, scatter_3d, text::short_number};

/// Points for items, with how they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    pub(crate) labels: Vec<String>,
    pub(crate) coordinates: Array2<f64>,
    pub(crate) method: &'static str,
    pub(crate) column: String,
    pub(crate) stress: Option<f64>,
}

impl Embedding {
    /// Names of the items, in the order of the rows.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The points, `[items, dimensions]`.
    pub fn coordinates(&self) -> ArrayView2<'_, f64> {
        self.coordinates.view()
    }

    /// How the points were found.
    pub fn method(&self) -> &str {
        self.method
    }

    /// How badly the distances of the points fit those of the items (Kruskal's stress 1): 0 is
    /// perfect, 0.2 poor. Only multidimensional scaling has one.
    pub fn stress(&self) -> Option<f64> {
        self.stress
    }

    /// One row per item: `Label`, `X1`, `X2`, ...
    ///
    /// # Errors
    ///
    /// [`crate::AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = scores_table(self.labels.clone(), "X", &self.coordinates)?;
        table.metadata_mut().insert("analysis".into(), self.method.into());
        table.metadata_mut().insert("source".into(), self.column.clone());
        if let Some(stress) = self.stress {
            table.metadata_mut().insert("stress".into(), stress.to_string());
        }
        Ok(table)
    }

    /// The points with their labels, in space if there are three dimensions or more, else in the
    /// plane; on a line of one dimension.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        let mut table = self.to_table()?;
        let figure = match self.coordinates.ncols() {
            1 => {
                table.add_column("X2", vec![0.0; self.labels.len()])?;
                scatter(&table, "X1", "X2", Some("Label"), None)?.y_label("")
            }
            2 => scatter(&table, "X1", "X2", Some("Label"), None)?,
            _ => scatter_3d(&table, ["X1", "X2", "X3"], Some("Label"), None)?,
        };
        Ok(figure.title(format!("{} of {}", self.method, self.column)))
    }
}

impl fmt::Display for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (items, dimensions) = self.coordinates.dim();
        write!(f, "{} of {}: {items} items in {dimensions} dimensions", self.method, self.column)?;
        match self.stress {
            Some(stress) => write!(f, ", stress {}", short_number(stress)),
            None => Ok(()),
        }
    }
}
