//! How far two matrices agree: the comparison of representations.

use std::fmt;

use super::SimilarityMatrix;
use crate::{
    Metric, NanPolicy,
    error::{AnalysisError, Result},
    random::SplitMix64,
    statistics::{HypothesisTest, check_draws, draws, kendall_tau, percentile_interval},
};

/// How two matrices are compared, over all pairs of different items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// Pearson's correlation: the one is a straight function of the other. −1 to 1.
    Correlation,
    /// Spearman's rank correlation: the one grows with the other. −1 to 1.
    Spearman,
    /// Kendall's τ-b: pairs of pairs in the same order. −1 to 1.
    Kendall,
    /// The cosine, for matrices whose 0 has a meaning, such as crossnobis distances. −1 to 1.
    Cosine,
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Agreement::Correlation => "correlation",
            Agreement::Spearman => "rank correlation",
            Agreement::Kendall => "Kendall's tau",
            Agreement::Cosine => "cosine",
        })
    }
}

impl Agreement {
    fn of(self, a: &[f64], b: &[f64]) -> Result<f64> {
        match self {
            Agreement::Correlation => Metric::Correlation.compare(a, b, NanPolicy::Error),
            Agreement::Spearman => Metric::Spearman.compare(a, b, NanPolicy::Error),
            Agreement::Cosine => Metric::Cosine.compare(a, b, NanPolicy::Error),
            Agreement::Kendall => Ok(kendall_tau(a, b).tau),
        }
    }
}

impl SimilarityMatrix {
    /// How far this matrix agrees with another of the same items. An item with itself does not
    /// count; a matrix without variance agrees by 0.
    ///
    /// ```
    /// use analysis::{Agreement, Metric, similarity_matrix};
    /// use etable::Table;
    /// let table = Table::new()
    ///     .with_column("X", [0.0, 1.0, 5.0, 9.0])?
    ///     .with_column("Y", [0.0, 3.0, 10.0, 16.0])?;
    /// let x = similarity_matrix(&table, "X", None, Metric::Euclidean)?;
    /// let y = similarity_matrix(&table, "Y", None, Metric::Euclidean)?;
    /// let r = x.agreement(&y, Agreement::Correlation)?;
    /// assert!((r - 0.981463).abs() < 1e-6);
    /// assert!(x.agreement_test(&y, Agreement::Kendall, 200, 1)?.p_value < 0.1);
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnalysisError::MatricesDiffer`] if the labels differ; [`AnalysisError::TooFew`] below
    /// three items; [`AnalysisError::EntryNotFinite`]; [`AnalysisError::OutOfRange`] for an entry
    /// beyond [`LARGEST`](crate::metric::LARGEST).
    pub fn agreement(&self, other: &Self, how: Agreement) -> Result<f64> {
        self.check_agreement(other)?;
        let items: Vec<usize> = (0..self.len()).collect();
        how.of(&self.pairs_of(&items), &other.pairs_of(&items))
    }

    /// Whether two matrices agree more than if the items of the other were called at random.
    ///
    /// The statistic is [`agreement`](Self::agreement), its probability the share of
    /// `permutations` of the items with one as great, itself counted in:
    /// `(1 + #{as great}) / (1 + permutations)`, one-sided. Permutation i has a generator of its
    /// own made of `seed` and i, so the result does not depend on the number of threads.
    ///
    /// # Errors
    ///
    /// As [`agreement`](Self::agreement); [`AnalysisError::InvalidArgument`] for no permutations.
    ///
    /// # Source
    ///
    /// H. Nili et al. (2014), A toolbox for representational similarity analysis, *PLoS
    /// Computational Biology* 10.
    pub fn agreement_test(
        &self,
        other: &Self,
        how: Agreement,
        permutations: usize,
        seed: u64,
    ) -> Result<HypothesisTest> {
        let statistic = self.agreement(other, how)?;
        check_draws(0.5, permutations)?;
        let items: Vec<usize> = (0..self.len()).collect();
        let own = self.pairs_of(&items);
        let as_great = draws("Permuting", permutations, |draw| {
            let mut order = items.clone();
            SplitMix64::stream(seed, draw).shuffle(&mut order);
            // What rounding alone makes smaller counts as great.
            let drawn = how.of(&own, &other.pairs_of(&order))?;
            Ok(drawn >= statistic - 1e-12)
        })?;
        let as_great = as_great.into_iter().filter(|as_great| *as_great).count();
        let p_value = (1.0 + as_great as f64) / (1.0 + permutations as f64);
        Ok(HypothesisTest { statistic, p_value })
    }

    /// The interval that holds the agreement with probability `level`, over `resamples` samples of
    /// as many items drawn with replacement. Pairs of an item with itself are left out of every
    /// sample; samples of fewer than three different items are drawn again.
    ///
    /// # Errors
    ///
    /// As [`agreement`](Self::agreement); [`AnalysisError::InvalidArgument`] if `level` is not
    /// between 0 and 1 or `resamples` is 0.
    pub fn agreement_interval(
        &self,
        other: &Self,
        how: Agreement,
        level: f64,
        resamples: usize,
        seed: u64,
    ) -> Result<(f64, f64)> {
        self.check_agreement(other)?;
        check_draws(level, resamples)?;
        let n = self.len();
        let draw = |draw: u64| {
            let mut random = SplitMix64::stream(seed, draw);
            loop {
                let items: Vec<usize> = (0..n).map(|_| random.below(n)).collect();
                let mut different = items.clone();
                different.sort_unstable();
                different.dedup();
                if different.len() > 2 {
                    return how.of(&self.pairs_of(&items), &other.pairs_of(&items));
                }
            }
        };
        let mut found = draws("Resampling", resamples, draw)?;
        Ok(percentile_interval(&mut found, level))
    }

    /// The comparisons of all pairs of different items among `items`; of a matrix that is not
    /// symmetric both directions.
    fn pairs_of(&self, items: &[usize]) -> Vec<f64> {
        let symmetric = self.metric.is_symmetric();
        let mut values = Vec::with_capacity(items.len() * items.len() / 2);
        for (place, &i) in items.iter().enumerate() {
            for &j in &items[..place] {
                if i != j {
                    values.push(self.value(i, j));
                    if !symmetric {
                        values.push(self.value(j, i));
                    }
                }
            }
        }
        values
    }

    fn check_agreement(&self, other: &Self) -> Result<()> {
        self.check_items(other)?;
        if self.metric.is_symmetric() != other.metric.is_symmetric() {
            return Err(AnalysisError::MatricesDiffer {
                what: "symmetry",
                left: self.metric.to_string(),
                right: other.metric.to_string(),
            });
        }
        if self.len() < 3 {
            let (analysis, what, found) = ("a comparison of matrices", "items", self.len());
            return Err(AnalysisError::TooFew { analysis, what, found, needed: 3 });
        }
        for matrix in [self, other] {
            matrix.check_squares()?;
        }
        Ok(())
    }
}
