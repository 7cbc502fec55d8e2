//! How faithful a tree is to the distances it was made from, and its best order of leaves.

use etable::interrupt::{self, Interrupted};
use ndarray::Array2;

use super::dendrogram::Dendrogram;
use crate::{
    AnalysisError, Metric, Result, SimilarityMatrix,
    statistics::{HypothesisTest, pearson},
};

impl Dendrogram {
    /// Cophenetic distances: the height at which two items first come into one cluster. Their
    /// metric is [`Metric::Cophenetic`]; what the tree was made of is their
    /// [detail](SimilarityMatrix::detail) `linkage`.
    ///
    /// ```
    /// use analysis::{Linkage, Metric, linkage, similarity_matrix};
    /// use etable::Table;
    /// let table = Table::new().with_column("X", [0.0, 1.0, 5.0])?;
    /// let distances = similarity_matrix(&table, "X", None, Metric::Euclidean)?;
    /// let tree = linkage(&distances, Linkage::Single)?;
    /// let heights = tree.cophenetic_distances()?;
    /// assert_eq!((heights.value(0, 1), heights.value(0, 2)), (1.0, 4.0));
    /// assert!(tree.cophenetic_correlation(&distances)? > 0.9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`SimilarityMatrix::from_values`], which do not happen for a tree made by this
    /// crate.
    pub fn cophenetic_distances(&self) -> Result<SimilarityMatrix> {
        let n = self.n_items();
        let mut values = Array2::zeros((n, n));
        for merge in self.merges() {
            let (left, right) = (self.items_below(merge.left), self.items_below(merge.right));
            for &i in &left {
                for &j in &right {
                    values[[i, j]] = merge.height;
                    values[[j, i]] = merge.height;
                }
            }
        }
        let labels = self.labels().to_vec();
        let heights =
            SimilarityMatrix::from_values(values, labels, Metric::Cophenetic, self.column())?;
        Ok(heights.with_detail("linkage", format!("{:?} of {}", self.linkage(), self.metric())))
    }

    /// The correlation, over all pairs of items, of the distances that the tree was made from with
    /// [`cophenetic_distances`](Self::cophenetic_distances): near 1 the tree tells the truth about
    /// them.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::MatricesDiffer`] if the distances are not of the tree's items;
    /// [`AnalysisError::TooFew`] below three items; [`AnalysisError::NoVariance`] if all distances
    /// or all heights are equal; [`AnalysisError::EntryNotFinite`], [`AnalysisError::OutOfRange`].
    ///
    /// # Source
    ///
    /// R. Sokal, F. Rohlf (1962), The comparison of dendrograms by objective methods, *Taxon* 11.
    pub fn cophenetic_correlation(&self, distances: &SimilarityMatrix) -> Result<f64> {
        let heights = self.cophenetic_distances()?;
        self.check_same_items(distances)?;
        distances.check_squares()?;
        let n = self.n_items();
        if n < 3 {
            let (analysis, what) = ("a cophenetic correlation", "items");
            return Err(AnalysisError::TooFew { analysis, what, found: n, needed: 3 });
        }
        let distances = distances.shared_mirrored();
        let pairs = || (0..n).flat_map(|i| (0..i).map(move |j| [i, j]));
        let of_tree: Vec<f64> = pairs().map(|pair| heights.values()[pair]).collect();
        let of_items: Vec<f64> = pairs().map(|pair| distances[pair]).collect();
        pearson(&of_tree, &of_items).map(|HypothesisTest { statistic, .. }| statistic)
    }

    /// The same tree with its branches turned so that the distances between neighbouring leaves
    /// sum to the least. Time O(n³), memory O(n²).
    ///
    /// ```
    /// use analysis::{Linkage, Metric, linkage, similarity_matrix};
    /// use etable::Table;
    /// let table = Table::new().with_column("X", [2.0, 1.0, 8.0, 5.0])?;
    /// let distances = similarity_matrix(&table, "X", None, Metric::Euclidean)?;
    /// let tree = linkage(&distances, Linkage::Average)?.with_optimal_order(&distances)?;
    /// let mut order: Vec<f64> = tree.leaf_order().iter().map(|&i| [2.0, 1.0, 8.0, 5.0][i]).collect();
    /// if order[0] > order[3] { order.reverse() }
    /// assert_eq!(order, [1.0, 2.0, 5.0, 8.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnalysisError::MatricesDiffer`] if the distances are not of the tree's items;
    /// [`AnalysisError::NotADistance`], [`AnalysisError::EntryNotFinite`];
    /// [`AnalysisError::Interrupted`].
    ///
    /// # Source
    ///
    /// Z. Bar-Joseph, D. Gifford, T. Jaakkola (2001), Fast optimal leaf ordering for hierarchical
    /// clustering, *Bioinformatics* 17.
    pub fn with_optimal_order(&self, distances: &SimilarityMatrix) -> Result<Self> {
        self.check_same_items(distances)?;
        distances.check_distances()?;
        let distances = distances.shared_mirrored();
        let n = self.n_items();
        // The least sum of a cluster's order that begins with one item and ends with another, these
        // being below different branches of it.
        let mut least = Array2::from_elem((n, n), f64::INFINITY);
        least.diag_mut().fill(0.0);
        // The innermost items of that order: the end of the left branch, the start of the right.
        let mut inner = Array2::from_elem((n, n), (0, 0));
        let mut reached = vec![(0.0, 0); n];
        for merge in self.merges() {
            let sides = [self.items_below(merge.left), self.items_below(merge.right)];
            let starts: Vec<Vec<usize>> =
                sides[1].iter().map(|&last| self.opposite(merge.right, last)).collect();
            for &first in &sides[0] {
                if interrupt::requested() {
                    return Err(Interrupted.into());
                }
                let middles = self.opposite(merge.left, first);
                // The best way from `first` through the left branch to each item of the right.
                for &start in &sides[1] {
                    let way = |&middle: &usize| {
                        (least[[first, middle]] + distances[[middle, start]], middle)
                    };
                    reached[start] = middles.iter().map(way).fold((f64::INFINITY, first), shorter);
                }
                for (&last, starts) in sides[1].iter().zip(&starts) {
                    let way = |&start: &usize| (reached[start].0 + least[[start, last]], start);
                    let (sum, start) = starts.iter().map(way).fold((f64::INFINITY, last), shorter);
                    let middle = reached[start].1;
                    (least[[first, last]], least[[last, first]]) = (sum, sum);
                    (inner[[first, last]], inner[[last, first]]) =
                        ((middle, start), (start, middle));
                }
            }
        }
        Ok(self.turned(&least, &inner))
    }

    /// The tree turned so that the whole order is the least.
    fn turned(&self, least: &Array2<f64>, inner: &Array2<(usize, usize)>) -> Self {
        let (n, mut merges) = (self.n_items(), self.merges().to_vec());
        let Some(top) = merges.last() else { return self.clone() };
        let (firsts, lasts) = (self.items_below(top.left), self.items_below(top.right));
        let ends = firsts.iter().flat_map(|&first| lasts.iter().map(move |&last| (first, last)));
        let best = ends.fold(None, |best: Option<(usize, usize)>, pair| match best {
            Some(best) if least[best] <= least[pair] => Some(best),
            _ => Some(pair),
        });
        let (first, last) = best.expect("both branches have items");
        let mut pending = vec![(n + merges.len() - 1, first, last)];
        while let Some((node, first, last)) = pending.pop() {
            let Some(merge) = node.checked_sub(n).map(|index| &mut merges[index]) else { continue };
            if !self.items_below(merge.left).contains(&first) {
                std::mem::swap(&mut merge.left, &mut merge.right);
            }
            let (middle, start) = inner[[first, last]];
            pending.push((merge.left, first, middle));
            pending.push((merge.right, start, last));
        }
        self.with_merges(merges)
    }

    fn check_same_items(&self, distances: &SimilarityMatrix) -> Result<()> {
        let (ours, theirs) = (self.labels(), distances.labels());
        if ours == theirs {
            return Ok(());
        }
        Err(AnalysisError::MatricesDiffer {
            what: "items of tree and matrix",
            left: format!("{} items", ours.len()),
            right: format!("{} items, or others", theirs.len()),
        })
    }

    /// The items below a node that can be at one end of its leaves if `item` is at the other: those
    /// of the branch without it; of a leaf, itself.
    fn opposite(&self, node: usize, item: usize) -> Vec<usize> {
        let Some(merge) = node.checked_sub(self.n_items()).map(|index| self.merges()[index]) else {
            return vec![item];
        };
        let left = self.items_below(merge.left);
        if left.contains(&item) { self.items_below(merge.right) } else { left }
    }
}

/// The way with the lesser sum; of equal ones the first.
fn shorter(one: (f64, usize), other: (f64, usize)) -> (f64, usize) {
    if other.0 < one.0 { other } else { one }
}
