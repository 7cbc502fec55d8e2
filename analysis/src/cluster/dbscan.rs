//! DBSCAN: clusters are where rows are dense; what lies alone belongs to none.
//!
//! ```
//! use analysis::dbscan;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new().with_column("X", [0.0, 10.0, 0.5, 10.5, 1.0, 5.0])?;
//! let found = dbscan(&table, "X", None, 0.5, 2)?;
//! assert_eq!(found.clusters(), [Some(0), Some(1), Some(0), Some(1), Some(0), None]);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use linfa::{ParamGuard, traits::Transformer};
use linfa_clustering::Dbscan as LinfaDbscan;
use linfa_nn::{CommonNearestNeighbour, distance::L2Dist};

use super::silhouette::cluster_number;
use crate::{
    AnalysisError, NanPolicy, Result,
    error::require,
    rows::{read_labels, read_matrix},
};

/// Rows in clusters of any number and form, or in none.
#[derive(Clone, Debug, PartialEq)]
pub struct Dbscan {
    labels: Vec<String>,
    clusters: Vec<Option<usize>>,
    column: String,
}

/// Finds dense clusters in the rows of a column (linfa's DBSCAN).
///
/// A row with at least `min_points` rows within a Euclidean distance of `radius`, itself counted, is
/// the core of a cluster; all rows within that distance of a core belong to its cluster, and cores
/// that close to each other to the same. A row near cores of two clusters belongs to the one whose
/// first row comes first. Clusters are numbered from 0 by their first core. Time O(n² d).
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] unless `radius` is above 0 and finite and `min_points` at least
/// 2; [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
/// [`AnalysisError::TooFewRows`] for an empty view, [`AnalysisError::Interrupted`].
///
/// # Source
///
/// M. Ester et al. (1996), A density-based algorithm for discovering clusters in large spatial
/// databases with noise, KDD.
pub fn dbscan(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    radius: f64,
    min_points: usize,
) -> Result<Dbscan> {
    dbscan_view(&view.into(), column, labels, radius, min_points)
}

fn dbscan_view(
    view: &View,
    column: &str,
    labels: Option<&str>,
    radius: f64,
    min_points: usize,
) -> Result<Dbscan> {
    let rows = read_matrix(view, column, "DBSCAN", 1, NanPolicy::Error)?;
    require(radius > 0.0 && radius.is_finite(), "radius", radius, "above 0")?;
    require(min_points > 1, "min_points", min_points, "at least 2")?;
    let labels = read_labels(view, labels)?;
    // The library leaves out what lies exactly at the radius.
    let reach = radius * (1.0 + 4.0 * f64::EPSILON);
    let search = CommonNearestNeighbour::LinearSearch;
    let params = LinfaDbscan::params_with(min_points, L2Dist, search).tolerance(reach);
    let params = params.check().map_err(|error| AnalysisError::NoResult {
        analysis: "DBSCAN",
        message: error.to_string(),
    })?;
    let clusters = interrupt::run(move || params.transform(&rows).to_vec())?;
    Ok(Dbscan { labels, clusters, column: column.to_string() })
}

impl Dbscan {
    /// Names of the items, in the order of the rows.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The cluster of every row, from 0, or none.
    pub fn clusters(&self) -> &[Option<usize>] {
        &self.clusters
    }

    /// Number of clusters.
    pub fn n_clusters(&self) -> usize {
        self.clusters.iter().flatten().max().map_or(0, |last| last + 1)
    }

    /// One row per item: `Label`, and `Cluster`, −1 for none.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new()
            .with_column("Label", self.labels.clone())?
            .with_column("Cluster", self.clusters.iter().map(cluster_number).collect::<Vec<_>>())?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }
}

impl fmt::Display for Dbscan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, alone) = (self.clusters.len(), self.clusters.iter().filter(|c| c.is_none()));
        let count = self.n_clusters();
        write!(f, "{count} dense clusters of {} ({rows} rows, ", self.column)?;
        write!(f, "{} in none)", alone.count())
    }
}
