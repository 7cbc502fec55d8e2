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
use ndarray::{ArcArray2, ArrayView1};

use crate::{
    AnalysisError, Metric, Result, SimilarityMatrix,
    cluster::{
        chain::{Rule, chain_merges},
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
/// Complete, average and Ward linkage follow chains of nearest neighbours, single linkage a
/// spanning tree, centroid linkage a queue (kodama): O(n²) time, O(n² log n) for the last;
/// [`Contrast`](Linkage::Contrast) takes O(n³). If a matrix is not symmetric, the mean of the two
/// directions counts.
///
/// **Ties.** The same matrix always gives the same tree, and of two joined clusters the one that
/// holds the earliest item comes first. Among equally near neighbours the first in the order of the
/// rows is taken, so that this order can matter; emergent draws at random.
///
/// # Errors
///
/// [`AnalysisError::NotADistance`] if the metric is a similarity,
/// [`AnalysisError::LinkageNeedsEuclidean`] for [`Ward`](Linkage::Ward) and
/// [`Centroid`](Linkage::Centroid) of another metric,
/// [`AnalysisError::EntryNotFinite`], [`AnalysisError::OutOfRange`] for distances whose squares or
/// sums cannot be computed, [`AnalysisError::Interrupted`].
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
    let values = distances.shared_mirrored();
    let merges = interrupt::run(move || merges(values, linkage))?;
    Ok(Dendrogram::new(distances, linkage, merges))
}

fn merges(distances: ArcArray2<f64>, linkage: Linkage) -> Vec<Merge> {
    let as_it_is = |distance: f64| distance;
    match linkage {
        Linkage::Single => kodama_merges(&distances, kodama::Method::Single),
        Linkage::Centroid => kodama_merges(&distances, kodama::Method::Centroid),
        Linkage::Contrast => contrast_merges(distances.nrows(), |i, j| distances[[i, j]]),
        Linkage::Complete => {
            let of_union = |a: f64, b, _, _: [f64; 3]| if a > b { a } else { b };
            chain_merges(distances, Rule { of_items: as_it_is, of_union })
        }
        Linkage::Average => {
            let of_union = |a, b, _, [size_a, size_b, _]: [f64; 3]| {
                (size_a * a + size_b * b) / (size_a + size_b)
            };
            chain_merges(distances, Rule { of_items: as_it_is, of_union })
        }
        Linkage::Ward => {
            let of_union = |a, b, between, [size_a, size_b, size]: [f64; 3]| {
                let sum = (size_a + size) * a + (size_b + size) * b - size * between;
                sum / (size_a + size_b + size)
            };
            let squared = |distance: f64| distance * distance;
            let mut merges = chain_merges(distances, Rule { of_items: squared, of_union });
            merges.iter_mut().for_each(|merge| merge.height = merge.height.max(0.0).sqrt());
            merges
        }
    }
}

fn kodama_merges(distances: &ArcArray2<f64>, method: kodama::Method) -> Vec<Merge> {
    let n = distances.nrows();
    let above = |(i, row): (usize, ArrayView1<'_, f64>)| {
        row.into_iter().skip(i + 1).copied().collect::<Vec<_>>()
    };
    let mut condensed: Vec<f64> =
        distances.rows().into_iter().enumerate().flat_map(above).collect();
    let tree = kodama::linkage(&mut condensed, n, method);
    let merge = |step: &kodama::Step<f64>| Merge {
        left: step.cluster1,
        right: step.cluster2,
        height: step.dissimilarity,
        size: step.size,
    };
    tree.steps().iter().map(merge).collect()
}
