//! Columns of two tables put beside each other, row by matching row.

use polars::prelude::{
    DataFrameJoinOps, JoinArgs, JoinCoalesce, JoinType, MaintainOrderJoin, PlSmallStr,
};

use crate::column::ColumnSpec;
use crate::error::{Result, TableError};
use crate::table::Table;

/// What follows the name of a column of the right table that the left one has, too.
const SUFFIX: &str = "_right";

/// Which rows a join has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Join {
    /// Rows with a match in both tables.
    #[default]
    Inner,
    /// All rows of the left table; without a match, the right table's columns are null.
    Left,
    /// All rows of both tables, with nulls where there is no match.
    Full,
}

impl Table {
    /// This table and another one (the right one) joined where the columns `on` are equal in both.
    ///
    /// The result has this table's columns, then the other's without `on`; a name that this table
    /// has already is followed by `_right`. A row with several matches occurs several times. Rows
    /// are in this table's order, matches of one row in the other's; in a full join rows that only
    /// the other table has come last. Null equals nothing. Notes on columns and tensor shapes stay;
    /// those on the table are this one's.
    ///
    /// ```
    /// use etable::{Join, Table, ndarray::array};
    ///
    /// let trials = Table::new().with_column("Name", ["cat", "dog"])?.with_column("SSE", [0.5, 0.0])?;
    /// let patterns = Table::new()
    ///     .with_column("Name", ["dog", "cow"])?
    ///     .with_tensor("Input", array![[0.0_f32, 1.0], [1.0, 1.0]], &["x"])?;
    /// let both = trials.join(&patterns, &["Name"], Join::Left)?;
    /// assert_eq!(both.column_names(), ["Name", "SSE", "Input"]);
    /// assert!(both.is_null("Input", 0)?);
    /// assert_eq!(both.tensor_cell::<f32>("Input", 1)?, array![0.0, 1.0].into_dyn());
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] in either table; [`TableError::TypeMismatch`] for a tensor, or
    /// where the columns of the two tables have different types; [`TableError::Argument`] if no
    /// column is named; [`TableError::DuplicateColumn`] if a name with `_right` is taken.
    pub fn join(&self, other: &Table, on: &[&str], how: Join) -> Result<Table> {
        if on.is_empty() {
            let reason = "name at least one column that both tables have".into();
            return Err(TableError::Argument { argument: "on", reason });
        }
        for name in on {
            let (mine, _) = self.scalar_reader(name, "a scalar column to join by")?;
            let (theirs, _) = other.scalar_reader(name, "a scalar column to join by")?;
            if mine.element != theirs.element {
                let expected = format!("{}, as in the other table", theirs.element);
                return Err(mine.mismatch(expected, "make them of one type"));
            }
        }
        let (how, maintain_order) = match how {
            Join::Inner => (JoinType::Inner, MaintainOrderJoin::LeftRight),
            Join::Left => (JoinType::Left, MaintainOrderJoin::LeftRight),
            Join::Full => (JoinType::Full, MaintainOrderJoin::LeftRight),
        };
        let args = JoinArgs {
            suffix: Some(PlSmallStr::from_static(SUFFIX)),
            coalesce: JoinCoalesce::CoalesceColumns,
            maintain_order,
            ..JoinArgs::new(how)
        };
        let specs = joined_specs(self, other, on)?;
        let frame = self
            .df()
            .join(other.df(), on.iter().copied(), on.iter().copied(), args, None)
            .map_err(TableError::polars("joining two tables"))?;
        let mut table = Table::from_df(frame)?;
        table.set_specs(specs);
        *table.metadata_mut() = self.metadata().clone();
        Ok(table)
    }
}

fn joined_specs(left: &Table, right: &Table, on: &[&str]) -> Result<Vec<ColumnSpec>> {
    let mut specs = left.specs().to_vec();
    for spec in right.specs().iter().filter(|spec| !on.contains(&spec.name.as_str())) {
        let mut spec = spec.clone();
        if left.has_column(&spec.name) {
            spec.name.push_str(SUFFIX);
        }
        if specs.iter().any(|other| other.name == spec.name) {
            return Err(TableError::DuplicateColumn { name: spec.name });
        }
        specs.push(spec);
    }
    Ok(specs)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn left() -> Table {
        let mut table = Table::new()
            .with_column("K", [Some(2_i64), Some(1), None, Some(2)])
            .and_then(|table| table.with_column("L", [Some("a"), Some("b"), None, Some("a")]))
            .and_then(|table| table.with_column("X", [0.0, 1.0, 2.0, 3.0]))
            .unwrap();
        table.column_metadata_mut("X").unwrap().insert("unit".into(), "ms".into());
        table
    }

    fn right() -> Table {
        Table::new()
            .with_column("X", [10.0, 11.0, 12.0])
            .and_then(|table| table.with_column("K", [Some(2_i64), Some(2), None]))
            .and_then(|table| table.with_column("L", [Some("a"), Some("a"), Some("b")]))
            .and_then(|table| {
                table.with_tensor(
                    "T",
                    array![[[1.0_f32, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]],
                    &["y", "x"],
                )
            })
            .unwrap()
    }

    #[test]
    fn rows_match_by_all_columns_in_the_order_of_left_then_right() {
        let table = left().join(&right(), &["K", "L"], Join::Inner).unwrap();
        assert_eq!(table.column_names(), ["K", "L", "X", "X_right", "T"]);
        assert_eq!(table.numbers("X").unwrap(), [0.0, 0.0, 3.0, 3.0]);
        assert_eq!(table.numbers("X_right").unwrap(), [10.0, 11.0, 10.0, 11.0]);
        assert_eq!(table.tensor::<f32>("T").unwrap()[[1, 0, 1]], 4.0);
        assert_eq!(table.spec("T").unwrap().to_string(), "T: f32[y 1, x 2]");
        assert_eq!(table.spec("X").unwrap().metadata["unit"], "ms");
    }

    #[test]
    fn rows_without_a_match_have_nulls_and_null_matches_nothing() {
        let table = left().join(&right(), &["K"], Join::Left).unwrap();
        assert_eq!(table.numbers("X").unwrap(), [0.0, 0.0, 1.0, 2.0, 3.0, 3.0]);
        let nulls = (0..6).map(|row| table.is_null("T", row).unwrap()).collect::<Vec<_>>();
        assert_eq!(nulls, [false, false, true, true, false, false]);
        let full = left().join(&right(), &["K"], Join::Full).unwrap();
        assert_eq!(full.labels("X_right").unwrap(), ["10", "11", "", "", "10", "11", "12"]);
        assert_eq!(full.labels("K").unwrap(), ["2", "2", "1", "", "2", "2", ""]);
        assert_eq!(full.tensor_cell::<f32>("T", 6).unwrap()[[0, 0]], 5.0);
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let other = right().with_column("X_right", [0.0; 3]).unwrap();
        let error = left().join(&other, &["K"], Join::Left).unwrap_err();
        assert!(matches!(error, TableError::DuplicateColumn { .. }), "{error}");
        assert!(matches!(left().join(&right(), &[], Join::Left), Err(TableError::Argument { .. })));
        let mut other = right();
        other.rename_column("T", "Z").unwrap();
        let error = left().with_column("Z", [0.0; 4]).unwrap();
        let error = error.join(&other, &["Z"], Join::Left).unwrap_err();
        assert!(matches!(error, TableError::TypeMismatch { .. }), "{error}");
        let mut other = right();
        other.set_column("K", ["a", "b", "c"]).unwrap();
        let error = left().join(&other, &["K"], Join::Inner).unwrap_err();
        assert!(error.to_string().contains("string, as in the other table"), "{error}");
    }
}
