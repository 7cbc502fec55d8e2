//! Silhouettes: how well items fit the clusters that they were put in.
//!
//! ```
//! use analysis::{Metric, kmeans, silhouette, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new().with_column("X", [0.0, 1.0, 9.0, 10.0])?;
//! let distances = similarity_matrix(&table, "X", None, Metric::Euclidean)?;
//! let fit = silhouette(&distances, kmeans(&table, "X", None, 2, 1)?.clusters())?;
//! assert!((fit.values()[0] - (1.0 - 1.0 / 9.5)).abs() < 1e-12);
//! assert!(fit.mean() > 0.8);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::Table;

use crate::{AnalysisError, Result, SimilarityMatrix, metric::mean};

/// The silhouette of every item.
#[derive(Clone, Debug, PartialEq)]
pub struct Silhouette {
    labels: Vec<String>,
    clusters: Vec<usize>,
    values: Vec<f64>,
}

/// Compares every item's closeness to its own cluster and to the nearest other one:
///
/// ```text
/// s = (b − a) / max(a, b)
/// ```
///
/// a is its mean distance from the others of its cluster, b the least of its mean distances from
/// the items of another cluster. Near 1 it fits well, below 0 it is nearer to another cluster. An
/// item alone in its cluster has 0.
///
/// # Errors
///
/// [`AnalysisError::NotADistance`] for a matrix of similarities, [`AnalysisError::NotFinite`];
/// [`AnalysisError::LengthMismatch`] unless there is one cluster for each item;
/// [`AnalysisError::InvalidArgument`] for fewer than two clusters.
///
/// # Source
///
/// P. Rousseeuw (1987), Silhouettes: a graphical aid to the interpretation and validation of
/// cluster analysis, *Journal of Computational and Applied Mathematics* 20.
pub fn silhouette(distances: &SimilarityMatrix, clusters: &[usize]) -> Result<Silhouette> {
    distances.check_distances()?;
    let (left, right) = (distances.len(), clusters.len());
    if left != right {
        return Err(AnalysisError::LengthMismatch { left, right });
    }
    let count = clusters.iter().max().map_or(0, |last| last + 1);
    let mut sizes = vec![0.0; count];
    clusters.iter().for_each(|&cluster| sizes[cluster] += 1.0);
    let different = sizes.iter().filter(|&&size| size > 0.0).count();
    if different < 2 {
        return Err(AnalysisError::InvalidArgument {
            argument: "number of clusters",
            value: different.to_string(),
            expected: "at least 2".into(),
        });
    }
    let values = distances.shared_mirrored();
    let of_item = |(item, row): (usize, ndarray::ArrayView1<'_, f64>)| {
        let own = clusters[item];
        let mut sums = vec![0.0; count];
        for (other, distance) in row.iter().enumerate().filter(|(other, _)| *other != item) {
            sums[clusters[other]] += distance;
        }
        if sizes[own] == 1.0 {
            return 0.0;
        }
        let within = sums[own] / (sizes[own] - 1.0);
        let others = (0..count).filter(|&cluster| cluster != own && sizes[cluster] > 0.0);
        let nearest = others.map(|other| sums[other] / sizes[other]).fold(f64::INFINITY, f64::min);
        let largest = within.max(nearest);
        if largest > 0.0 { (nearest - within) / largest } else { 0.0 }
    };
    Ok(Silhouette {
        labels: distances.labels().to_vec(),
        clusters: clusters.to_vec(),
        values: values.rows().into_iter().enumerate().map(of_item).collect(),
    })
}

impl Silhouette {
    /// The silhouette of every item, −1 to 1.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The mean over all items: the higher, the better the clusters (compare numbers of them).
    pub fn mean(&self) -> f64 {
        mean(&self.values)
    }

    /// One row per item: `Label`, `Cluster`, `Silhouette`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let clusters: Vec<i64> = self.clusters.iter().map(|&cluster| cluster as i64).collect();
        Ok(Table::new()
            .with_column("Label", self.labels.clone())?
            .with_column("Cluster", clusters)?
            .with_column("Silhouette", self.values.clone())?)
    }
}

impl fmt::Display for Silhouette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong = self.values.iter().filter(|&&value| value < 0.0).count();
        let items = self.values.len();
        write!(
            f,
            "mean silhouette {:.3}, {wrong} of {items} nearer to another cluster",
            self.mean()
        )
    }
}
