//! Agglomerative clustering: join the two closest clusters until one is left.
//!
//! ```
//! use analysis::{Linkage, Metric, linkage, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["a", "b", "c", "d"])?
//!     .with_column("X", [0.0, 1.0, 5.0, 9.0])?;
//! let distances = similarity_matrix(&table, "X", Some("Name"), Metric::Euclidean)?;
//! let tree = linkage(&distances, Linkage::Single)?;
//! assert_eq!(tree.heights(), [1.0, 4.0, 4.0]); // a-b, then b-c and c-d
//! assert_eq!(linkage(&distances, Linkage::Average)?.heights(), [1.0, 4.0, 6.5]);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::interrupt;
use ndarray::Array2;

use crate::{
    AnalysisError, Metric, Result, SimilarityMatrix,
    cluster::{
        contrast::contrast_merges,
        dendrogram::{Dendrogram, Merge},
    },
};

/// How far apart two clusters `A` and `B` are, from the distances d of their items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Linkage {
    /// The closest pair (emergent: `MinDist`): `min d(a, b)`. Finds chains.
    Single,
    /// The farthest pair (`MaxDist`): `max d(a, b)`. Finds compact clusters.
    Complete,
    /// The mean of all pairs (`AvgDist`): `Σ d(a, b) / (|A| |B|)`.
    Average,
    /// Growth of the squared distances to the cluster's mean:
    /// `√(2 |A| |B| / (|A| + |B|)) · |Ā − B̄|`. For Euclidean distances only.
    Ward,
    /// Distance of the clusters' means: `|Ā − B̄|`. For Euclidean distances only; heights need not
    /// grow from merge to merge.
    Centroid,
    /// Closeness against closeness to the rest (`ContrastDist`):
    /// `max d + mean d(a, b) − mean d(A∪B, others)`, the last mean taken as 0 when there are no
    /// others, `max d` being the largest of all distances. Joins what stands out from the rest
    /// together. Heights need not grow from merge to merge.
    Contrast,
}

impl fmt::Display for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Linkage::Single => "single",
            Linkage::Complete => "complete",
            Linkage::Average => "average",
            Linkage::Ward => "Ward",
            Linkage::Centroid => "centroid",
            Linkage::Contrast => "contrast",
        })
    }
}

/// Clusters the items of a distance matrix into a tree.
///
/// Uses kodama's algorithms, O(n²) time, for all linkages but
/// [`Contrast`](Linkage::Contrast), which takes O(n³). If a matrix is not symmetric, the mean of
/// the two directions counts.
///
/// **Ties.** The same matrix always gives the same tree, and of two joined clusters the one that
/// holds the earliest item comes first. Among pairs at equal distance the algorithm's own scan
/// order decides, so that the order of the rows can matter; emergent draws at random.
///
/// # Errors
///
/// [`AnalysisError::NotADistance`] if the metric is a similarity,
/// [`AnalysisError::LinkageNeedsEuclidean`] for [`Ward`](Linkage::Ward) and
/// [`Centroid`](Linkage::Centroid) of another metric,
/// [`AnalysisError::NotFinite`], [`AnalysisError::Interrupted`].
///
/// # Source
///
/// D. Müllner (2011), Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378.
pub fn linkage(distances: &SimilarityMatrix, linkage: Linkage) -> Result<Dendrogram> {
    let metric = distances.metric();
    distances.check_distances()?;
    if matches!(linkage, Linkage::Ward | Linkage::Centroid) && metric != Metric::Euclidean {
        return Err(AnalysisError::LinkageNeedsEuclidean { linkage, metric });
    }
    let values = distances.values().to_owned();
    let merges = interrupt::run(move || merges(&values, linkage))?;
    Ok(Dendrogram::new(distances, linkage, merges))
}

fn merges(distances: &Array2<f64>, linkage: Linkage) -> Vec<Merge> {
    let n = distances.nrows();
    let between = |i: usize, j: usize| (distances[[i, j]] + distances[[j, i]]) / 2.0;
    match kodama_method(linkage) {
        None => contrast_merges(n, between),
        Some(method) => {
            let mut condensed: Vec<f64> =
                (0..n).flat_map(|i| (i + 1..n).map(move |j| between(i, j))).collect();
            kodama::linkage(&mut condensed, n, method)
                .steps()
                .iter()
                .map(|step| Merge {
                    left: step.cluster1,
                    right: step.cluster2,
                    height: step.dissimilarity,
                    size: step.size,
                })
                .collect()
        }
    }
}

fn kodama_method(linkage: Linkage) -> Option<kodama::Method> {
    match linkage {
        Linkage::Single => Some(kodama::Method::Single),
        Linkage::Complete => Some(kodama::Method::Complete),
        Linkage::Average => Some(kodama::Method::Average),
        Linkage::Ward => Some(kodama::Method::Ward),
        Linkage::Centroid => Some(kodama::Method::Centroid),
        Linkage::Contrast => None,
    }
}
