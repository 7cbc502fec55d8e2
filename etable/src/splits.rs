//! A view split into groups of rows, and what to make of the groups.
//!
//! Splits are what an analysis begins with: the trials of each condition, the epochs of each run,
//! a part to train on and a part to test on. Each split is a [`View`]; its *levels* are the values
//! that its rows have in common, one column a level, kept in a table of their own.
//!
//! ```
//! use etable::{Aggregate, Table};
//! use etable::ndarray::array;
//!
//! let log = Table::new()
//!     .with_column("Cond", ["lure", "match", "lure", "match"])?
//!     .with_column("RT", [500.0, 410.0, 540.0, 430.0])?
//!     .with_tensor("Act", array![[0.0_f32, 1.0], [0.5, 0.5], [1.0, 0.0], [0.5, 0.0]], &["x"])?;
//! let conditions = log.view().group_by(&["Cond"])?;
//! assert_eq!(conditions.view(0)?.rows(), [0, 2]);
//!
//! let means = conditions.aggregate([("RT", Aggregate::Mean), ("Act", Aggregate::Mean)])?;
//! assert_eq!(means.labels("Cond")?, ["lure", "match"]);
//! assert_eq!(means.numbers("RT:Mean")?, [520.0, 420.0]);
//! assert_eq!(means.tensor::<f64>("Act:Mean")?, array![[0.5, 0.5], [0.5, 0.25]].into_dyn());
//! # Ok::<(), etable::TableError>(())
//! ```

use std::sync::Arc;

use self::keys::Ranks;
use crate::error::{Result, TableError};
use crate::table::Table;
use crate::view::View;

mod distinct;
mod keys;
mod make;

/// Groups of the rows of one table, each with its values of the levels (emergent: `Splits`).
///
/// A row may be in no group, or in several.
#[derive(Debug, Clone)]
pub struct Splits {
    table: Table,
    levels: Table,
    rows: Vec<Arc<[usize]>>,
}

impl Splits {
    /// The number of splits.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no split at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The whole table behind the splits.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The levels: a row per split, a column per level.
    pub fn levels(&self) -> &Table {
        &self.levels
    }

    /// The values of split `index` as texts, in the order of the levels; a null is empty.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`], a split counting as a row of [`Splits::levels`].
    pub fn labels(&self, index: usize) -> Result<Vec<String>> {
        self.check(index)?;
        Ok(self.labels_of(index))
    }

    /// [`Splits::labels`] of a split that there is.
    fn labels_of(&self, index: usize) -> Vec<String> {
        let label = |level: usize| self.levels.reader(level).element(index, 0);
        (0..self.levels.n_columns())
            .map(|level| label(level).map(|element| element.to_string()).unwrap_or_default())
            .collect()
    }

    /// The rows of split `index` as a view.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`], a split counting as a row of [`Splits::levels`].
    pub fn view(&self, index: usize) -> Result<View> {
        self.check(index)?;
        Ok(self.view_of(index))
    }

    /// [`Splits::view`] of a split that there is.
    fn view_of(&self, index: usize) -> View {
        View::of(self.table.clone(), self.rows[index].clone())
    }

    fn check(&self, index: usize) -> Result<()> {
        let n_rows = self.len();
        if index < n_rows { Ok(()) } else { Err(TableError::RowOutOfRange { row: index, n_rows }) }
    }

    /// All splits in order.
    pub fn views(&self) -> impl ExactSizeIterator<Item = View> + '_ {
        (0..self.len()).map(|index| self.view_of(index))
    }

    pub(crate) fn rows(&self) -> &[Arc<[usize]>] {
        &self.rows
    }

    /// The splits whose values begin with these, as texts; an empty text stands for any value
    /// (emergent: `ByValue`).
    ///
    /// ```
    /// # let table = etable::Table::new().with_column("A", ["x", "x", "y"])?.with_column("B", [1_i64, 2, 1])?;
    /// let splits = table.view().group_by(&["A", "B"])?;
    /// assert_eq!(splits.find(&["x"]), [0, 1]);
    /// assert_eq!(splits.find(&["", "1"]), [0, 2]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn find(&self, values: &[&str]) -> Vec<usize> {
        let fits = |index: usize| {
            let labels = self.labels_of(index);
            values.len() <= labels.len()
                && values
                    .iter()
                    .zip(&labels)
                    .all(|(value, label)| value.is_empty() || value == label)
        };
        (0..self.len()).filter(|&index| fits(index)).collect()
    }

    /// The splits at these places, in this order.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`], a split counting as a row of [`Splits::levels`].
    pub fn take(&self, indices: &[usize]) -> Result<Self> {
        let levels = self.levels.view().take(indices)?.to_table()?;
        let rows = indices.iter().map(|&index| self.rows[index].clone()).collect();
        Ok(Self { table: self.table.clone(), levels, rows })
    }

    /// The splits for which a function of their labels and view is true.
    ///
    /// # Errors
    /// The first error that the function returns.
    pub fn filter(&self, mut keep: impl FnMut(&[String], &View) -> Result<bool>) -> Result<Self> {
        let mut kept = Vec::new();
        for index in 0..self.len() {
            if keep(&self.labels_of(index), &self.view_of(index))? {
                kept.push(index);
            }
        }
        self.take(&kept)
    }

    /// The splits ordered by some of their levels, as [`View::sort`] orders rows.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn sort(&self, levels: &[&str], descending: bool) -> Result<Self> {
        self.take(self.levels.view().sort(levels, descending)?.rows())
    }

    /// Splits by only these levels, in this order: splits that differ in the others alone become
    /// one, their rows one after the other (emergent: `ExtractLevels`, `ReorderLevels`).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::DuplicateColumn`];
    /// [`TableError::Argument`] if no level is named.
    pub fn with_levels(&self, levels: &[&str]) -> Result<Self> {
        let merged = self.levels.view().group_by(levels)?;
        let rows = merged.rows.iter().map(|splits| {
            splits.iter().flat_map(|&split| self.rows[split].iter().copied()).collect()
        });
        let rows = rows.collect();
        Ok(Self { table: self.table.clone(), levels: merged.levels, rows })
    }

    /// The rows of all splits, one split after the other.
    pub fn to_view(&self) -> View {
        let rows: Vec<usize> = self.rows.iter().flat_map(|rows| rows.iter().copied()).collect();
        View::of(self.table.clone(), rows)
    }
}

/// Splits by ranks, with the levels of the first row of each.
fn by_ranks(view: &View, keys: &Table, ranks: &Ranks, key_rows: &[usize]) -> Result<Splits> {
    let positions = ranks.positions();
    let firsts: Vec<usize> = positions.iter().map(|group| key_rows[group[0]]).collect();
    let mut levels = keys.view().take(&firsts)?.to_table()?;
    levels.metadata_mut().clear();
    let rows = positions
        .into_iter()
        .map(|group| group.into_iter().map(|position| view.rows()[position]).collect())
        .collect();
    Ok(Splits { table: view.table().clone(), levels, rows })
}

fn argument<T>(argument: &'static str, reason: impl Into<String>) -> Result<T> {
    Err(TableError::Argument { argument, reason: reason.into() })
}
