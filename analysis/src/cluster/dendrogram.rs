//! The tree that clustering gives.
//!
//! ```
//! use analysis::{Linkage, Metric, linkage, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["a", "b", "c", "d"])?
//!     .with_column("X", [0.0, 9.0, 1.0, 8.0])?;
//! let distances = similarity_matrix(&table, "X", Some("Name"), Metric::Euclidean)?;
//! let tree = linkage(&distances, Linkage::Complete)?;
//! assert_eq!(tree.leaf_labels(), ["a", "c", "b", "d"]);
//! assert_eq!(tree.clusters(2)?, [0, 1, 0, 1]);
//! assert_eq!(tree.clusters_below(0.5), [0, 1, 2, 3]);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::Table;

use crate::{
    AnalysisError, Figure, Linkage, Metric, Result, SimilarityMatrix, dendrogram_figure,
    text::short_number,
};

/// One step of the clustering: two nodes become one.
///
/// Nodes below n, the number of items, are items; node n + k is what merge k made.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Merge {
    /// The node that holds the earlier item.
    pub left: usize,
    /// The other node.
    pub right: usize,
    /// Distance at which the two were joined, in the linkage's measure.
    pub height: f64,
    /// Number of items below.
    pub size: usize,
}

/// A tree of clusters over labelled items: n leaves, n − 1 merges.
#[derive(Clone, Debug, PartialEq)]
pub struct Dendrogram {
    labels: Vec<String>,
    merges: Vec<Merge>,
    linkage: Linkage,
    metric: Metric,
    column: String,
}

impl Dendrogram {
    /// Keeps merges as they come, but puts the node with the earlier item left.
    pub(crate) fn new(
        distances: &SimilarityMatrix,
        linkage: Linkage,
        mut merges: Vec<Merge>,
    ) -> Self {
        let n = distances.len();
        let mut earliest: Vec<usize> = (0..n).collect();
        for merge in &mut merges {
            if earliest[merge.left] > earliest[merge.right] {
                std::mem::swap(&mut merge.left, &mut merge.right);
            }
            earliest.push(earliest[merge.left]);
        }
        Dendrogram {
            labels: distances.labels().to_vec(),
            merges,
            linkage,
            metric: distances.metric(),
            column: distances.column().to_string(),
        }
    }

    /// Names of the items, in the order of the rows.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The merges in the order they were made.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Heights of the merges in the order they were made.
    pub fn heights(&self) -> Vec<f64> {
        self.merges.iter().map(|merge| merge.height).collect()
    }

    /// The linkage that built the tree.
    pub fn linkage(&self) -> Linkage {
        self.linkage
    }

    /// The metric of the distances.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The column the items came from.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Number of items, n.
    pub fn n_items(&self) -> usize {
        self.labels.len()
    }

    /// The same tree with the branches of its merges turned.
    pub(super) fn with_merges(&self, merges: Vec<Merge>) -> Self {
        Dendrogram { merges, ..self.clone() }
    }

    /// Items below a node (see [`Merge`]) from left to right.
    pub(super) fn items_below(&self, node: usize) -> Vec<usize> {
        let n = self.n_items();
        let mut items = Vec::new();
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            if node < n {
                items.push(node);
            } else {
                let merge = self.merges[node - n];
                pending.push(merge.right);
                pending.push(merge.left);
            }
        }
        items
    }

    /// The items in the order in which the tree can be drawn without crossings.
    pub fn leaf_order(&self) -> Vec<usize> {
        self.items_below(self.n_items() + self.merges.len() - 1)
    }

    /// Labels in [`leaf_order`](Self::leaf_order).
    pub fn leaf_labels(&self) -> Vec<&str> {
        self.leaf_order().into_iter().map(|item| self.labels[item].as_str()).collect()
    }

    /// The cluster of every item when the tree is cut into `count` clusters.
    ///
    /// Undoes the last `count − 1` merges. Clusters are numbered from 0 by their earliest item.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless `count` is from 1 to the number of items.
    pub fn clusters(&self, count: usize) -> Result<Vec<usize>> {
        if count == 0 || count > self.n_items() {
            return Err(AnalysisError::invalid(
                "count",
                count,
                format!("from 1 to {}", self.n_items()),
            ));
        }
        let kept = self.n_items() - count;
        Ok(self.assign(|index, _| index < kept))
    }

    /// The cluster of every item when the tree is cut at a height.
    ///
    /// Items are together if no merge that joins them lies above `height`. Clusters are numbered
    /// from 0 by their earliest item.
    pub fn clusters_below(&self, height: f64) -> Vec<usize> {
        self.assign(|_, highest| highest <= height)
    }

    /// Numbers clusters; `keep` is asked per merge, with its highest merge at or below it.
    fn assign(&self, keep: impl Fn(usize, f64) -> bool) -> Vec<usize> {
        let n = self.n_items();
        let mut highest = vec![f64::NEG_INFINITY; n];
        let mut parent: Vec<usize> = (0..n + self.merges.len()).collect();
        for (index, merge) in self.merges.iter().enumerate() {
            let top = merge.height.max(highest[merge.left]).max(highest[merge.right]);
            highest.push(top);
            if keep(index, top) {
                parent[merge.left] = n + index;
                parent[merge.right] = n + index;
            }
        }
        // Parents have larger numbers, so one pass from the top finds every root.
        for node in (0..parent.len()).rev() {
            parent[node] = parent[parent[node]];
        }
        let mut numbers = vec![usize::MAX; parent.len()];
        let mut next = 0;
        (0..n)
            .map(|item| {
                let number = &mut numbers[parent[item]];
                if *number == usize::MAX {
                    *number = next;
                    next += 1;
                }
                *number
            })
            .collect()
    }

    /// One row per merge: `Left`, `Right` (nodes, see [`Merge`]), `Height`, `Size`, and `Items`,
    /// the labels below, left to right, joined by spaces.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a tree made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let nodes = |node: fn(&Merge) -> usize| -> Vec<i64> {
            self.merges.iter().map(|merge| node(merge) as i64).collect()
        };
        let items: Vec<String> = (0..self.merges.len())
            .map(|index| {
                let below = self.items_below(self.n_items() + index);
                below.iter().map(|&item| self.labels[item].as_str()).collect::<Vec<_>>().join(" ")
            })
            .collect();
        let mut table = Table::new()
            .with_column("Left", nodes(|merge| merge.left))?
            .with_column("Right", nodes(|merge| merge.right))?
            .with_column("Height", self.heights())?
            .with_column("Size", nodes(|merge| merge.size))?
            .with_column("Items", items)?;
        let metadata = table.metadata_mut();
        metadata.insert("linkage".into(), format!("{:?}", self.linkage));
        metadata.insert("metric".into(), format!("{:?}", self.metric));
        metadata.insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// One row per item in row order: `Label` and `Cluster` (from 0), cut into `count` clusters.
    ///
    /// # Errors
    ///
    /// As [`clusters`](Self::clusters).
    pub fn clusters_table(&self, count: usize) -> Result<Table> {
        let clusters: Vec<i64> = self.clusters(count)?.into_iter().map(|c| c as i64).collect();
        Ok(Table::new()
            .with_column("Label", self.labels.clone())?
            .with_column("Cluster", clusters)?)
    }

    /// The tree drawn: [`dendrogram_figure`].
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        dendrogram_figure(self)
    }

    pub(crate) fn heading(&self) -> String {
        format!("{} clusters of {}", self.linkage, self.column)
    }
}

impl fmt::Display for Dendrogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {} items)", self.heading(), self.metric.name(), self.n_items())?;
        for (index, merge) in self.merges.iter().enumerate().rev().take(20) {
            let names = |node: usize| {
                let items = self.items_below(node);
                let mut names: Vec<&str> =
                    items.iter().take(6).map(|&item| self.labels[item].as_str()).collect();
                if items.len() > 6 {
                    names.push("…");
                }
                names.join(" ")
            };
            let height = short_number(merge.height);
            write!(
                f,
                "\n{:>4} {height:>8}  {} | {}",
                index,
                names(merge.left),
                names(merge.right)
            )?;
        }
        if self.merges.len() > 20 {
            write!(f, "\n(last 20 of {} merges)", self.merges.len())?;
        }
        Ok(())
    }
}
