//! From long to wide: a column's values become columns.

use super::Aggregate;
use crate::error::Result;
use crate::table::Table;
use crate::view::View;

impl View {
    /// A table with a row for each combination of values in the columns `rows`, and beside these a
    /// column for each value in `columns`, named by it, of the aggregate of `values`. A combination
    /// that does not occur is null. Tensors stay tensors.
    ///
    /// ```
    /// use etable::{Aggregate, Table};
    ///
    /// let log = Table::new()
    ///     .with_column("Subject", ["s1", "s1", "s2", "s2", "s2"])?
    ///     .with_column("Cond", ["lure", "match", "lure", "match", "match"])?
    ///     .with_column("RT", [500.0, 400.0, 540.0, 420.0, 440.0])?;
    /// let wide = log.view().pivot(&["Subject"], "Cond", "RT", Aggregate::Mean)?;
    /// assert_eq!(wide.column_names(), ["Subject", "lure", "match"]);
    /// assert_eq!(wide.numbers("match")?, [400.0, 430.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`View::group_by`] and [`Splits::aggregate`](crate::Splits::aggregate);
    /// [`TableError::DuplicateColumn`](crate::TableError::DuplicateColumn) if a value of `columns`
    /// is the name of one of `rows`.
    pub fn pivot(
        &self,
        rows: &[&str],
        columns: &str,
        values: &str,
        aggregate: Aggregate,
    ) -> Result<Table> {
        let mut keys = rows.to_vec();
        keys.push(columns);
        let splits = self.group_by(&keys)?;
        let long = splits.aggregate([aggregate.of(values)])?;
        let result = long.n_columns() - 1;
        let result = long.select(&[&long.specs()[result].name])?;
        let by_row = splits.levels().view().group_by(rows)?;
        let by_column = splits.levels().view().group_by(&[columns])?;
        let mut row_of = vec![0; splits.len()];
        for (row, members) in by_row.rows().iter().enumerate() {
            members.iter().for_each(|&split| row_of[split] = row);
        }
        let mut wide = by_row.levels().clone();
        for (column, members) in by_column.rows().iter().enumerate() {
            let mut places = vec![None; by_row.len()];
            members.iter().for_each(|&split| places[row_of[split]] = Some(split));
            let mut cells = result.gather(&places)?;
            let label = match by_column.levels().is_null(columns, column)? {
                true => "null".into(),
                false => by_column.labels(column)?.swap_remove(0),
            };
            let own = cells.specs()[0].name.clone();
            cells.rename_column(&own, label)?;
            wide.add_columns_of(&cells)?;
        }
        Ok(wide)
    }
}
