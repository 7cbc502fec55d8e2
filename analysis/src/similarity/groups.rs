//! How alike items are within a group, against between groups.

use std::fmt;

use super::SimilarityMatrix;
use crate::error::{AnalysisError, Result};

/// The mean of a matrix within and between groups of items; see [`SimilarityMatrix::group_means`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupMeans {
    /// Mean over pairs of different items of one group.
    pub within: f64,
    /// Mean over pairs of items of different groups.
    pub between: f64,
    /// Pairs within a group.
    pub n_within: usize,
    /// Pairs between groups.
    pub n_between: usize,
}

/// `within groups 0.384 (430 pairs), between 0.033 (4926 pairs)`.
impl fmt::Display for GroupMeans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { within, between, n_within, n_between } = self;
        write!(
            f,
            "within groups {within:.3} ({n_within} pairs), between {between:.3} ({n_between} pairs)"
        )
    }
}

impl SimilarityMatrix {
    /// The mean comparison of two items of equal label, and of two items of different labels. An
    /// item with itself does not count.
    ///
    /// ```
    /// use analysis::{Metric, similarity_matrix};
    /// use etable::{Table, ndarray::arr2};
    /// let table = Table::new()
    ///     .with_column("Kind", ["animal", "animal", "vehicle", "vehicle"])?
    ///     .with_tensor("Act", arr2(&[[1., 0.], [1., 1.], [0., 5.], [0., 7.]]).into_dyn(), &["unit"])?;
    /// let means = similarity_matrix(&table, "Act", Some("Kind"), Metric::Cosine)?.group_means()?;
    /// assert!(means.within > means.between);
    /// assert_eq!((means.n_within, means.n_between), (2, 4));
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    ///
    /// # Errors
    /// [`AnalysisError::InvalidArgument`] if all labels are equal, or all are different;
    /// [`AnalysisError::EntryNotFinite`], [`AnalysisError::OutOfRange`].
    pub fn group_means(&self) -> Result<GroupMeans> {
        self.check_finite()?;
        let (mut sums, mut counts) = ([0.0; 2], [0; 2]);
        for ((i, j), value) in self.values().indexed_iter() {
            if i != j {
                let group = usize::from(self.labels[i] != self.labels[j]);
                sums[group] += value;
                counts[group] += 1;
            }
        }
        if counts.contains(&0) {
            return Err(AnalysisError::invalid(
                "the labels",
                format!("{} items without two groups of which one has two", self.len()),
                "at least two groups, one of them with two items",
            ));
        }
        if !sums.iter().all(|sum: &f64| sum.is_finite()) {
            let what = format!("the sum of the matrix of column `{}`", self.column);
            return Err(AnalysisError::OutOfRange { what });
        }
        // Both halves of the matrix were counted: for most metrics they are the same.
        Ok(GroupMeans {
            within: sums[0] / counts[0] as f64,
            between: sums[1] / counts[1] as f64,
            n_within: counts[0] / 2,
            n_between: counts[1] / 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::arr2;

    use super::*;
    use crate::Metric;

    fn matrix(labels: [&str; 3]) -> SimilarityMatrix {
        let values = arr2(&[[1.0, 0.5, 0.2], [0.5, 1.0, 0.4], [0.2, 0.4, 1.0]]);
        let labels = labels.map(str::to_owned).to_vec();
        SimilarityMatrix::from_values(values, labels, Metric::Cosine, "Act").unwrap()
    }

    #[test]
    fn the_diagonal_does_not_count() {
        let means = matrix(["a", "a", "b"]).group_means().unwrap();
        assert!((means.within - 0.5).abs() < 1e-15 && (means.between - 0.3).abs() < 1e-15);
        assert_eq!((means.n_within, means.n_between), (1, 2));
    }

    #[test]
    fn one_group_or_none_is_refused() {
        for labels in [["a", "a", "a"], ["a", "b", "c"]] {
            assert!(matches!(
                matrix(labels).group_means(),
                Err(AnalysisError::InvalidArgument { argument: "the labels", .. })
            ));
        }
    }
}
