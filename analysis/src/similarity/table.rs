//! Matrices as tables, and their means over runs.

use std::str::FromStr;

use etable::Table;
use ndarray::Array2;

use super::{DETAILS, SimilarityMatrix};
use crate::error::{AnalysisError, Result};

impl SimilarityMatrix {
    /// One row per item: its `Label`, and the tensor `Value` of its comparisons with all items.
    /// Metric, source column, NaN policy and [details](Self::detail) are in the table's metadata,
    /// which Parquet and Arrow files keep: [`from_table`](Self::from_table) reads the matrix back.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a matrix made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new().with_column("Label", self.labels.clone())?.with_tensor(
            "Value",
            self.values().to_owned().into_dyn(),
            &["item"],
        )?;
        table.metadata_mut().insert("metric".into(), format!("{:?}", self.metric));
        table.metadata_mut().insert("source".into(), self.column.clone());
        table.metadata_mut().insert("NaN policy".into(), format!("{:?}", self.nan_policy));
        for (&name, value) in &self.details {
            table.metadata_mut().insert(name.into(), value.clone());
        }
        Ok(table)
    }

    /// Reads a matrix from the table that [`to_table`](Self::to_table) made of it.
    ///
    /// ```
    /// use analysis::{Metric, SimilarityMatrix, similarity_matrix};
    /// use etable::Table;
    /// let table = Table::new().with_column("X", [0.0, 1.0, 5.0])?;
    /// let matrix = similarity_matrix(&table, "X", None, Metric::Euclidean)?;
    /// assert_eq!(SimilarityMatrix::from_table(&matrix.to_table()?)?, matrix);
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`] if a column is missing or of the wrong kind;
    /// [`AnalysisError::NotAResult`] without the metric in the metadata;
    /// [`AnalysisError::InvalidArgument`] for an unknown one; those of
    /// [`from_values`](Self::from_values).
    pub fn from_table(table: &Table) -> Result<Self> {
        let of = |key: &str| {
            table.metadata().get(key).ok_or_else(|| AnalysisError::NotAResult {
                result: "a similarity matrix",
                reason: format!("its metadata lacks `{key}`"),
            })
        };
        let (metric, source) = (of("metric")?.parse()?, of("source")?);
        let mut matrix =
            Self::from_values(table.matrix("Value")?, table.texts("Label")?, metric, source)?;
        if let Some(policy) = table.metadata().get("NaN policy") {
            matrix.nan_policy = FromStr::from_str(policy)?;
        }
        for name in DETAILS {
            if let Some(value) = table.metadata().get(name) {
                matrix = matrix.with_detail(name, value.as_str());
            }
        }
        Ok(matrix)
    }

    /// The mean of matrices of the same items by the same metric, entry by entry: of several runs,
    /// or of several layers.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::TooFew`] for no matrix; [`AnalysisError::MatricesDiffer`] if labels,
    /// metrics, NaN policies or [details](Self::detail) are not all the same;
    /// [`AnalysisError::EntryNotFinite`]; [`AnalysisError::OutOfRange`] if a sum is infinite.
    pub fn mean<'a>(matrices: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let mut matrices = matrices.into_iter();
        let Some(first) = matrices.next() else {
            let (analysis, what) = ("a mean of matrices", "matrices");
            return Err(AnalysisError::TooFew { analysis, what, found: 0, needed: 1 });
        };
        first.check_finite()?;
        let (mut sum, mut count): (Array2<f64>, f64) = (first.values().to_owned(), 1.0);
        for matrix in matrices {
            first.check_items(matrix)?;
            let made = |matrix: &Self| {
                let policy = format!("{:?}", matrix.nan_policy);
                let details = format!("{:?}", matrix.details);
                [
                    ("metric", matrix.metric.to_string()),
                    ("NaN policy", policy),
                    ("details", details),
                ]
            };
            let mut pairs = made(first).into_iter().zip(made(matrix));
            if let Some(((what, left), (_, right))) = pairs.find(|(ours, theirs)| ours != theirs) {
                return Err(AnalysisError::MatricesDiffer { what, left, right });
            }
            matrix.check_finite()?;
            sum += &matrix.values();
            count += 1.0;
        }
        let values: Array2<f64> = sum / count;
        if !values.iter().all(|value| value.is_finite()) {
            let what = format!("the sum of the matrices of column `{}`", first.column);
            return Err(AnalysisError::OutOfRange { what });
        }
        let mirrored = first.metric.is_symmetric() && values == values.t();
        Ok(SimilarityMatrix { values: values.into(), mirrored, ..first.clone() })
    }

    /// Refuses a matrix of other items.
    pub(super) fn check_items(&self, other: &Self) -> Result<()> {
        if self.labels == other.labels {
            return Ok(());
        }
        let differ = |what, left, right| AnalysisError::MatricesDiffer { what, left, right };
        let mut pairs = self.labels.iter().zip(&other.labels).enumerate();
        Err(match pairs.find(|(_, (left, right))| left != right) {
            Some((_, (left, right))) => {
                differ("the label of an item", format!("`{left}`"), format!("`{right}`"))
            }
            None => differ("size", self.len().to_string(), other.len().to_string()),
        })
    }
}
