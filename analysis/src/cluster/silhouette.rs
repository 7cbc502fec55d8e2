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

use std::{collections::HashMap, fmt};

use etable::Table;
use ndarray::ArrayView1;

use crate::{
    Figure, Metric, Result, SimilarityMatrix, bar_chart,
    error::{check_count, require},
    metric::mean,
};

/// The silhouette of every item.
#[derive(Clone, Debug, PartialEq)]
pub struct Silhouette {
    labels: Vec<String>,
    clusters: Vec<Option<usize>>,
    values: Vec<f64>,
    metric: Metric,
    column: String,
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
/// `clusters` are numbers (of k-means, of a tree that was cut) or numbers and none
/// ([`Dbscan::clusters`](crate::Dbscan::clusters)). An item in no cluster has no silhouette: its
/// value is NaN, it counts neither for the others nor in the mean.
///
/// # Errors
///
/// [`crate::AnalysisError::NotADistance`] for a matrix of similarities,
/// [`crate::AnalysisError::NegativeDistance`], [`crate::AnalysisError::EntryNotFinite`],
/// [`crate::AnalysisError::OutOfRange`] for distances that cannot be added;
/// [`crate::AnalysisError::WrongCount`] unless there is one cluster for each item;
/// [`crate::AnalysisError::InvalidArgument`] for fewer than two clusters.
///
/// # Source
///
/// P. Rousseeuw (1987), Silhouettes: a graphical aid to the interpretation and validation of
/// cluster analysis, *Journal of Computational and Applied Mathematics* 20.
pub fn silhouette<C: Copy + Into<Option<usize>>>(
    distances: &SimilarityMatrix,
    clusters: &[C],
) -> Result<Silhouette> {
    silhouette_of(distances, clusters.iter().map(|&cluster| cluster.into()).collect())
}

fn silhouette_of(distances: &SimilarityMatrix, clusters: Vec<Option<usize>>) -> Result<Silhouette> {
    distances.check_lengths()?;
    check_count("clusters", "item", clusters.len(), distances.len())?;
    // Whatever numbers clusters have, they get places from 0.
    let mut places: HashMap<usize, usize> = HashMap::new();
    let place = |cluster: &Option<usize>| {
        let next = places.len();
        cluster.map(|cluster| *places.entry(cluster).or_insert(next))
    };
    let place_of: Vec<Option<usize>> = clusters.iter().map(place).collect();
    let count = places.len();
    require(count > 1, "number of clusters", count, "at least 2")?;
    let mut sizes = vec![0.0; count];
    place_of.iter().flatten().for_each(|&place| sizes[place] += 1.0);
    let values = distances.shared_mirrored();
    let of_item = |(item, row): (usize, ArrayView1<'_, f64>)| {
        let Some(own) = place_of[item] else { return f64::NAN };
        let mut sums = vec![0.0; count];
        for (other, distance) in row.iter().enumerate().filter(|(other, _)| *other != item) {
            if let Some(place) = place_of[other] {
                sums[place] += distance;
            }
        }
        if sizes[own] == 1.0 {
            return 0.0;
        }
        let within = sums[own] / (sizes[own] - 1.0);
        let others = (0..count).filter(|&cluster| cluster != own);
        let nearest = others.map(|other| sums[other] / sizes[other]).fold(f64::INFINITY, f64::min);
        let largest = within.max(nearest);
        if largest > 0.0 { (nearest - within) / largest } else { 0.0 }
    };
    Ok(Silhouette {
        labels: distances.labels().to_vec(),
        values: values.rows().into_iter().enumerate().map(of_item).collect(),
        clusters,
        metric: distances.metric(),
        column: distances.column().to_string(),
    })
}

impl Silhouette {
    /// The silhouette of every item, −1 to 1; NaN for an item in no cluster.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The cluster of every item, as given.
    pub fn clusters(&self) -> &[Option<usize>] {
        &self.clusters
    }

    /// The values of the items that are in a cluster.
    fn present(&self) -> Vec<f64> {
        self.values.iter().copied().filter(|value| !value.is_nan()).collect()
    }

    /// The mean over all items in a cluster: the higher, the better the clusters (compare numbers
    /// of them).
    pub fn mean(&self) -> f64 {
        mean(&self.present())
    }

    /// One row per item: `Label`, `Cluster` (−1 for none), `Silhouette`. Metric and source column
    /// are in the metadata.
    ///
    /// # Errors
    ///
    /// [`crate::AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new()
            .with_column("Label", self.labels.clone())?
            .with_column("Cluster", self.clusters.iter().map(cluster_number).collect::<Vec<_>>())?
            .with_column("Silhouette", self.values.clone())?;
        table.metadata_mut().insert("metric".into(), format!("{:?}", self.metric));
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// A bar for every item in a cluster: cluster by cluster, and within one the best first.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        let mut order: Vec<usize> =
            (0..self.labels.len()).filter(|&item| self.clusters[item].is_some()).collect();
        let best_first = |a: usize, b: usize| self.values[b].total_cmp(&self.values[a]);
        order.sort_by(|&a, &b| self.clusters[a].cmp(&self.clusters[b]).then(best_first(a, b)));
        let view = self.to_table()?.view().take(&order)?;
        let title = format!("Silhouettes of {}: mean {:.3}", self.column, self.mean());
        Ok(bar_chart(view, "Label", &["Silhouette"])?.title(title).x_label("items by cluster"))
    }
}

/// A cluster as a number of a table: −1 for none.
pub(super) fn cluster_number(cluster: &Option<usize>) -> i64 {
    cluster.map_or(-1, |cluster| cluster as i64)
}

impl fmt::Display for Silhouette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = self.present();
        let wrong = present.iter().filter(|&&value| value < 0.0).count();
        let (items, mean) = (present.len(), self.mean());
        write!(f, "mean silhouette {mean:.3}, {wrong} of {items} nearer to another cluster")?;
        match self.values.len() - items {
            0 => Ok(()),
            alone => write!(f, ", {alone} in none"),
        }
    }
}
