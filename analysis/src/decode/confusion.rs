//! Which categories are taken for which.

use std::fmt;

use etable::Table;
use ndarray::{Array2, ArrayView2};

use crate::{AnalysisError, Figure, Result, error::check_count, heat_map_of};

/// How often each category (rows) was taken for each (columns).
///
/// ```
/// use analysis::decode::Confusion;
/// let confusion = Confusion::new(&["a", "a", "b"], &["a", "b", "b"])?;
/// assert_eq!(confusion.count("a", "b"), 1);
/// assert!((confusion.accuracy() - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    categories: Vec<String>,
    counts: Array2<u64>,
}

impl Confusion {
    /// Counts pairs of true and predicted categories.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WrongCount`] unless there are as many of both; [`AnalysisError::TooFew`]
    /// for none.
    pub fn new<S: AsRef<str>>(truth: &[S], predicted: &[S]) -> Result<Self> {
        check_count("predictions", "true category", predicted.len(), truth.len())?;
        if truth.is_empty() {
            let (analysis, what) = ("a confusion matrix", "predictions");
            return Err(AnalysisError::TooFew { analysis, what, found: 0, needed: 1 });
        }
        let mut categories: Vec<String> =
            truth.iter().chain(predicted).map(|name| name.as_ref().to_string()).collect();
        categories.sort();
        categories.dedup();
        let place = |name: &S| {
            let name = name.as_ref();
            categories.iter().position(|category| category == name).expect("it was collected")
        };
        let mut counts = Array2::zeros((categories.len(), categories.len()));
        for (truth, predicted) in truth.iter().zip(predicted) {
            counts[[place(truth), place(predicted)]] += 1;
        }
        Ok(Confusion { categories, counts })
    }

    /// The categories, in alphabetical order.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The counts, `[true, predicted]`.
    pub fn counts(&self) -> ArrayView2<'_, u64> {
        self.counts.view()
    }

    /// How often `truth` was taken for `predicted`; 0 for names that did not occur.
    pub fn count(&self, truth: &str, predicted: &str) -> u64 {
        let place = |name: &str| self.categories.iter().position(|category| category == name);
        match (place(truth), place(predicted)) {
            (Some(truth), Some(predicted)) => self.counts[[truth, predicted]],
            _ => 0,
        }
    }

    /// Share of the predictions that are right, 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.counts.sum() as f64
    }

    /// One row per true category: `Category`, and a column of counts for each predicted one.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`] if a category is called `Category`.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new().with_column("Category", self.categories.clone())?;
        for (name, counts) in self.categories.iter().zip(self.counts.columns()) {
            let counts: Vec<i64> = counts.iter().map(|&count| count as i64).collect();
            table.add_column(name.clone(), counts)?;
        }
        Ok(table)
    }

    /// The counts as a heat map.
    ///
    /// # Errors
    ///
    /// As [`heat_map_of`].
    pub fn figure(&self) -> Result<Figure> {
        let values = self.counts.mapv(|count| count as f64);
        Ok(heat_map_of(&values, &self.categories, &self.categories, "count")?
            .title(format!("{:.0} % right", 100.0 * self.accuracy()))
            .x_label("predicted")
            .y_label("true"))
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (right, all) = (self.counts.diag().sum(), self.counts.sum());
        let share = 100.0 * self.accuracy();
        write!(f, "{right} of {all} right ({share:.1} %), {} categories", self.categories.len())
    }
}
