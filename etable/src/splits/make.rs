//! How a view is split.

use super::keys::Ranks;
use super::{Splits, argument, by_ranks};
use crate::builder::TableBuilder;
use crate::column::ColumnSpec;
use crate::element::{CellValue, ElementType};
use crate::error::Result;
use crate::table::Table;
use crate::view::{Row, View};

impl View {
    /// All rows as one split, with the level `All` (emergent: `split.All`).
    ///
    /// # Errors
    /// [`TableError::Polars`](crate::TableError::Polars) if polars cannot make the levels.
    pub fn split_all(&self) -> Result<Splits> {
        let levels = Table::new().with_column("All", ["All"])?;
        Ok(Splits { table: self.table().clone(), levels, rows: vec![self.shared_rows()] })
    }

    /// A split for each combination of values that occurs in these scalar columns, ordered by them
    /// as [`View::sort`] orders rows: the first column first, null after all values. Rows keep their
    /// order within a split. The columns are the levels, of their own types (emergent:
    /// `split.GroupBy`).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`](crate::TableError::MissingColumn), [`TableError::DuplicateColumn`](crate::TableError::DuplicateColumn) if one is named twice,
    /// [`TableError::TypeMismatch`](crate::TableError::TypeMismatch) for tensors, [`TableError::Argument`](crate::TableError::Argument) if none is named.
    pub fn group_by(&self, columns: &[&str]) -> Result<Splits> {
        if columns.is_empty() {
            return argument("columns", "name at least one; `split_all` makes one split of all");
        }
        let keys = self.table().select(columns)?;
        let readers = columns
            .iter()
            .map(|name| Ok(keys.scalar_reader(name, "a scalar column to group by")?.1))
            .collect::<Result<Vec<_>>>()?;
        let ranks = Ranks::of_columns(&readers, self.rows());
        by_ranks(self, &keys, &ranks, self.rows())
    }

    /// A split for each combination of values that a function gives for the rows, ordered by them;
    /// `levels` are the names (emergent: `split.GroupByFunc`).
    ///
    /// A level has the type of its first value that is not missing.
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let log = Table::new().with_column("Trial", (0..25).collect::<Vec<i64>>())?;
    /// let blocks = log.view().group_by_with(["Block"], |row| Ok([row.index() / 10]))?;
    /// assert_eq!(blocks.levels().labels("Block")?, ["0", "1", "2"]);
    /// assert_eq!(blocks.view(2)?.n_rows(), 5);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// The first error that the function returns; [`TableError::TypeMismatch`](crate::TableError::TypeMismatch) if a level's values
    /// have several types, [`TableError::DuplicateColumn`](crate::TableError::DuplicateColumn) if a name occurs twice.
    pub fn group_by_with<const N: usize, K: Into<CellValue>>(
        &self,
        levels: [&str; N],
        mut key: impl FnMut(Row<'_>) -> Result<[K; N]>,
    ) -> Result<Splits> {
        let mut values = Vec::with_capacity(self.n_rows());
        for row in self.iter() {
            values.push(key(row)?.map(Into::into));
        }
        let element = |level: usize| {
            let types = values.iter().map(|values| values[level].element());
            types.into_iter().flatten().next().unwrap_or(ElementType::Text)
        };
        let specs = levels.iter().enumerate();
        let specs = specs.map(|(level, name)| ColumnSpec::scalar(*name, element(level)));
        let mut keys = TableBuilder::new(specs)?;
        for values in values {
            let mut row = keys.row();
            for (level, value) in levels.iter().zip(values) {
                row = row.set(level, value)?;
            }
            row.finish()?;
        }
        let keys = keys.finish()?;
        let readers: Vec<_> = (0..N).map(|level| keys.reader(level)).collect();
        let key_rows: Vec<usize> = (0..self.n_rows()).collect();
        let ranks = Ranks::of_columns(&readers, &key_rows);
        by_ranks(self, &keys, &ranks, &key_rows)
    }

    /// Random parts of the rows, such as one to train on and one to test on: the rows are permuted
    /// as by [`View::permute`], then dealt out in the proportions given, each rounded to the nearest
    /// row, the last part taking the rest. The level is called `Split` (emergent: `split.Permuted`).
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let patterns = Table::new().with_column("N", (0..10).collect::<Vec<i64>>())?;
    /// let splits = patterns.view().split_permuted(&[("train", 0.8), ("test", 0.2)], 1)?;
    /// assert_eq!(splits.levels().labels("Split")?, ["train", "test"]);
    /// assert_eq!((splits.view(0)?.n_rows(), splits.view(1)?.n_rows()), (8, 2));
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::Argument`](crate::TableError::Argument) if a proportion is negative or not finite, or if they do not add up
    /// to 1 (within 10⁻⁶).
    pub fn split_permuted(&self, parts: &[(&str, f64)], seed: u64) -> Result<Splits> {
        if let Some((name, part)) = parts.iter().find(|(_, part)| !(0.0..=1.0).contains(part)) {
            return argument("parts", format!("`{name}` is {part}, not between 0 and 1"));
        }
        let sum: f64 = parts.iter().map(|(_, part)| part).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return argument("parts", format!("the proportions add up to {sum}, not to 1"));
        }
        let permuted = self.permute(seed);
        let mut rest = permuted.rows();
        let mut rows = Vec::with_capacity(parts.len());
        for (index, (_, part)) in parts.iter().enumerate() {
            let share = (part * self.n_rows() as f64).round() as usize;
            let share = if index + 1 == parts.len() { rest.len() } else { share.min(rest.len()) };
            let (mine, others) = rest.split_at(share);
            rows.push(mine.into());
            rest = others;
        }
        let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
        let levels = Table::new().with_column("Split", names)?;
        Ok(Splits { table: self.table().clone(), levels, rows })
    }
}

impl Table {
    /// [`View::group_by`] of all rows.
    ///
    /// # Errors
    /// As [`View::group_by`].
    pub fn group_by(&self, columns: &[&str]) -> Result<Splits> {
        self.view().group_by(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::TableError;

    fn table() -> Table {
        Table::new()
            .with_column("Run", [2_i64, 1, 2, 1, 10])
            .unwrap()
            .with_column("Cond", [Some("b"), Some("a"), None, Some("b"), Some("a")])
            .unwrap()
    }

    #[test]
    fn groups_are_in_the_order_of_values_and_keep_types_and_nulls() {
        let splits = table().group_by(&["Run", "Cond"]).unwrap();
        assert_eq!(splits.levels().slice::<i64>("Run").unwrap(), [1, 1, 2, 2, 10]);
        assert_eq!(splits.levels().labels("Cond").unwrap(), ["a", "b", "b", "", "a"]);
        assert!(splits.levels().is_null("Cond", 3).unwrap());
        assert_eq!(splits.to_view().rows(), [1, 3, 0, 2, 4]);
        let merged = splits.with_levels(&["Cond"]).unwrap();
        assert_eq!(
            merged.views().map(|v| v.rows().to_vec()).collect::<Vec<_>>(),
            [vec![1, 4], vec![3, 0], vec![2]]
        );
        let last_first = splits.sort(&["Run"], true).unwrap();
        assert_eq!(last_first.to_view().rows(), [4, 0, 2, 1, 3]);
        let big = splits.filter(|labels, _| Ok(labels[0] == "2")).unwrap();
        assert_eq!(big.len(), 2);
    }

    #[test]
    fn a_split_that_is_not_there_is_an_error() {
        let splits = table().group_by(&["Run"]).unwrap();
        assert_eq!(splits.labels(2).unwrap(), ["10"]);
        let gone = |error| matches!(error, TableError::RowOutOfRange { row: 3, n_rows: 3 });
        assert!(gone(splits.labels(3).unwrap_err()) && gone(splits.view(3).unwrap_err()));
    }

    #[test]
    fn an_empty_view_has_no_groups_and_one_split_of_all() {
        let empty = table().view().take(&[]).unwrap();
        let splits = empty.group_by(&["Run"]).unwrap();
        assert!(splits.is_empty() && splits.levels().n_rows() == 0);
        assert_eq!(empty.split_all().unwrap().len(), 1);
        let halves = empty.split_permuted(&[("a", 0.5), ("b", 0.5)], 1).unwrap();
        assert_eq!(halves.len(), 2);
    }

    #[test]
    fn random_parts_are_disjoint_and_depend_on_the_seed_alone() {
        let table = Table::new().with_column("N", (0..101).collect::<Vec<i64>>()).unwrap();
        let parts = [("a", 1.0 / 3.0), ("b", 1.0 / 3.0), ("c", 1.0 / 3.0)];
        let splits = table.view().split_permuted(&parts, 5).unwrap();
        let sizes: Vec<usize> = splits.views().map(|view| view.n_rows()).collect();
        assert_eq!(sizes, [34, 34, 33]);
        let mut rows = splits.to_view().rows().to_vec();
        assert_eq!(rows, table.view().permute(5).rows());
        rows.sort();
        assert_eq!(rows, (0..101).collect::<Vec<_>>());
    }

    #[test]
    fn useless_proportions_and_columns_are_refused() {
        let view = table().view();
        let refused = |parts: &[(&str, f64)]| view.split_permuted(parts, 1).unwrap_err();
        assert!(refused(&[("a", 0.5)]).to_string().contains("add up to 0.5"));
        assert!(refused(&[("a", 1.5), ("b", -0.5)]).to_string().contains("`a` is 1.5"));
        assert!(refused(&[("a", f64::NAN)]).to_string().contains("`a` is NaN"));
        assert!(matches!(view.group_by(&[]), Err(TableError::Argument { .. })));
        assert!(matches!(view.group_by(&["X"]), Err(TableError::MissingColumn { .. })));
    }

    #[test]
    fn functions_group_by_values_of_one_type() {
        let view = table().view();
        let splits = view
            .group_by_with(["Null", "Even"], |row| {
                Ok([row.is_null("Cond")?, (row.number("Run")? as i64) % 2 == 0])
            })
            .unwrap();
        assert_eq!(splits.levels().flags("Even").unwrap(), [false, true, true]);
        assert_eq!(splits.to_view().rows(), [1, 3, 0, 4, 2]);
        let mixed = view.group_by_with(["K"], |row| {
            Ok([if row.index() == 0 { CellValue::from("a") } else { CellValue::from(1_i64) }])
        });
        assert!(matches!(mixed, Err(TableError::TypeMismatch { .. })));
        let failed = view.group_by_with(["K"], |row| Ok([row.text("Cond")?.len()]));
        assert!(matches!(failed, Err(TableError::Null { row: 2, .. })));
    }
}
