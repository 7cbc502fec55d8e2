//! k-means: a given number of clusters around their means.
//!
//! ```
//! use analysis::kmeans;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new().with_column("X", [0.0, 10.0, 1.0, 11.0])?;
//! let found = kmeans(&table, "X", None, 2, 1)?;
//! assert_eq!(found.clusters(), [0, 1, 0, 1]);
//! assert!((found.centres()[[0, 0]] - 0.5).abs() < 1e-9);
//! assert!((found.within() - 1.0).abs() < 1e-9); // four times 0.5²
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use linfa::{DatasetBase, traits::Fit, traits::Predict};
use linfa_clustering::{KMeans as LinfaKMeans, KMeansInit};
use ndarray::{Array2, ArrayView2};

use crate::{
    AnalysisError, Figure, NanPolicy, Result,
    decompose::loadings,
    error::require,
    random::SplitMix64,
    rows::{column_means, read_labels, read_matrix},
    tensor_grid,
};

/// Independent starts, of which the best is kept.
const STARTS: u64 = 10;
const MAXIMUM_ITERATIONS: u64 = 300;
/// Iterations end where the centres move by less, in units of the rows' deviation.
const MOVEMENT_TOLERANCE: f64 = 1e-9;

/// Items assigned to the nearest of k centres.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeans {
    labels: Vec<String>,
    clusters: Vec<usize>,
    distances: Vec<f64>,
    centres: Array2<f64>,
    column: String,
    /// The shape of the column's cells.
    shape: Vec<usize>,
}

/// Divides the rows of a column into `k` clusters with small distances to their centres.
///
/// Minimises `Σ |x − c(x)|²`, c being the mean of x's cluster, by Lloyd's iterations (linfa) from
/// ten starts chosen by k-means++; the best is kept. The starts come from SplitMix64 seeded with
/// `seed`, so equal seeds give equal clusters on every machine. Clusters are numbered from 0 by
/// their earliest row. When fewer than `k` rows differ, some clusters stay empty and keep no
/// number.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] unless `k` is from 1 to the number of rows;
/// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
/// [`AnalysisError::TooFewRows`] for an empty view, [`AnalysisError::Interrupted`].
///
/// # Source
///
/// D. Arthur, S. Vassilvitskii (2007), k-means++: the advantages of careful seeding, SODA.
pub fn kmeans(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    k: usize,
    seed: u64,
) -> Result<KMeans> {
    kmeans_view(&view.into(), column, labels, k, seed)
}

fn kmeans_view(
    view: &View,
    column: &str,
    labels: Option<&str>,
    k: usize,
    seed: u64,
) -> Result<KMeans> {
    let rows = read_matrix(view, column, "k-means", 1, NanPolicy::Error)?;
    let expected = format!("from 1 to the number of rows, {}", rows.nrows());
    require((1..=rows.nrows()).contains(&k), "k", k, expected)?;
    let labels = read_labels(view, labels)?;
    let shape = view.table().spec(column)?.shape.sizes().to_vec();
    let column = column.to_string();
    let work = move || {
        let clusters = best_clusters(&rows, k, seed)?;
        let centres = centres(&rows, &clusters);
        let distances = distances(&rows, &centres, &clusters);
        Ok(KMeans { labels, clusters, distances, centres, column, shape })
    };
    interrupt::run(work)?
}

/// The clusters of the start that ends with the least sum of squared distances.
fn best_clusters(rows: &Array2<f64>, k: usize, seed: u64) -> Result<Vec<usize>> {
    let dataset = DatasetBase::from(rows / deviation(rows));
    let scaled = dataset.records();
    let mut random = SplitMix64::new(seed);
    let mut best: Option<(f64, Vec<usize>)> = None;
    for _ in 0..STARTS {
        let start = plus_plus(scaled, k, &mut random);
        let model = LinfaKMeans::params(k)
            .n_runs(1)
            .max_n_iterations(MAXIMUM_ITERATIONS)
            .tolerance(MOVEMENT_TOLERANCE)
            .init_method(KMeansInit::Precomputed(start))
            .fit(&dataset)
            .map_err(|error| AnalysisError::NoResult {
                analysis: "k-means",
                message: error.to_string(),
            })?;
        let clusters = number_by_appearance(&model.predict(scaled).to_vec());
        let within = distances(rows, &centres(rows, &clusters), &clusters)
            .iter()
            .map(|distance| distance * distance)
            .sum();
        if best.as_ref().is_none_or(|(least, _)| within < *least) {
            best = Some((within, clusters));
        }
    }
    let (_, clusters) = best.expect("at least one start is made");
    Ok(clusters)
}

/// The root of the mean variance of the values, 1 if they do not vary.
fn deviation(rows: &Array2<f64>) -> f64 {
    let moved = rows - &column_means(rows);
    let largest = moved.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if largest == 0.0 {
        return 1.0;
    }
    // Over the largest first: squares of tiny numbers vanish.
    largest * ((moved / largest).mapv(|value| value * value).mean().unwrap_or(1.0)).sqrt()
}

impl KMeans {
    /// Names of the items, in the order of the rows.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The cluster of every row, from 0.
    pub fn clusters(&self) -> &[usize] {
        &self.clusters
    }

    /// Means of the clusters, `[clusters, d]`.
    pub fn centres(&self) -> ArrayView2<'_, f64> {
        self.centres.view()
    }

    /// Sum of the squared distances of all rows to their centres.
    pub fn within(&self) -> f64 {
        self.distances.iter().map(|distance| distance * distance).sum()
    }

    /// The column that was clustered.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// One row per item: `Label`, `Cluster` (from 0), `Distance` (Euclidean, to the centre).
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a result made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let clusters: Vec<i64> = self.clusters.iter().map(|&cluster| cluster as i64).collect();
        let mut table = Table::new()
            .with_column("Label", self.labels.clone())?
            .with_column("Cluster", clusters)?
            .with_column("Distance", self.distances.clone())?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// The centres as images, with the number of items of each.
    ///
    /// # Errors
    ///
    /// Those of [`tensor_grid`].
    pub fn figure(&self) -> Result<Figure> {
        let name = |cluster: usize| {
            let size = self.clusters.iter().filter(|other| **other == cluster).count();
            format!("{cluster} ({size} items)")
        };
        let table = Table::new()
            .with_column("Cluster", (0..self.centres.nrows()).map(name).collect::<Vec<_>>())?
            .with_tensor("Centre", loadings(&self.centres, &self.shape), &[])?;
        Ok(tensor_grid(&table, "Centre", Some("Cluster"))?
            .title(format!("Centres of clusters of {}", self.column)))
    }
}

impl fmt::Display for KMeans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, count) = (self.labels.len(), self.centres.nrows());
        write!(f, "{count} clusters of {} ({rows} rows)", self.column)?;
        for cluster in 0..count {
            let members = || {
                let all = self.labels.iter().zip(&self.clusters);
                all.filter(|(_, c)| **c == cluster).map(|(label, _)| label.as_str())
            };
            let mut names: Vec<&str> = members().take(12).collect();
            if members().count() > names.len() {
                names.push("…");
            }
            write!(f, "\n{cluster:>3}  {}", names.join(" "))?;
        }
        Ok(())
    }
}

/// k-means++: each next centre is a row drawn with probability proportional to its squared
/// distance from the nearest centre so far.
pub(super) fn plus_plus(rows: &Array2<f64>, k: usize, random: &mut SplitMix64) -> Array2<f64> {
    let n = rows.nrows();
    let square = |a: usize, b: usize| -> f64 {
        rows.row(a).iter().zip(rows.row(b)).map(|(x, y)| (x - y) * (x - y)).sum()
    };
    let mut chosen = vec![random.below(n)];
    let mut nearest: Vec<f64> = (0..n).map(|row| square(row, chosen[0])).collect();
    while chosen.len() < k {
        let total: f64 = nearest.iter().sum();
        let mut left = random.uniform() * total;
        // Without any distance left all rows equal some centre: take the first row not chosen.
        let fallback = (0..n).find(|row| !chosen.contains(row)).unwrap_or(0);
        let next = if total > 0.0 {
            nearest.iter().position(|&distance| {
                left -= distance;
                left < 0.0 && distance > 0.0
            })
        } else {
            None
        };
        let next = next.unwrap_or(fallback);
        chosen.push(next);
        for (row, distance) in nearest.iter_mut().enumerate() {
            *distance = distance.min(square(row, next));
        }
    }
    rows.select(ndarray::Axis(0), &chosen)
}

fn number_by_appearance(clusters: &[usize]) -> Vec<usize> {
    let mut seen: Vec<usize> = Vec::new();
    clusters
        .iter()
        .map(|cluster| {
            seen.iter().position(|known| known == cluster).unwrap_or_else(|| {
                seen.push(*cluster);
                seen.len() - 1
            })
        })
        .collect()
}

fn centres(rows: &Array2<f64>, clusters: &[usize]) -> Array2<f64> {
    let count = clusters.iter().max().map_or(0, |last| last + 1);
    let mut centres = Array2::zeros((count, rows.ncols()));
    let mut sizes = vec![0.0; count];
    for (row, &cluster) in rows.rows().into_iter().zip(clusters) {
        let mut centre = centres.row_mut(cluster);
        centre += &row;
        sizes[cluster] += 1.0;
    }
    for (mut centre, size) in centres.rows_mut().into_iter().zip(sizes) {
        centre /= size;
    }
    centres
}

fn distances(rows: &Array2<f64>, centres: &Array2<f64>, clusters: &[usize]) -> Vec<f64> {
    let distance = |(row, &cluster): (ndarray::ArrayView1<'_, f64>, &usize)| {
        let centre = centres.row(cluster);
        row.iter().zip(centre).map(|(x, c)| (x - c) * (x - c)).sum::<f64>().sqrt()
    };
    rows.rows().into_iter().zip(clusters).map(distance).collect()
}
