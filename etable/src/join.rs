//! Columns of two tables put beside each other, row by matching row.

use polars::prelude::{DataFrameJoinOps, JoinArgs, JoinCoalesce, JoinType, MaintainOrderJoin};

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
    /// All rows of the right table, in its order; without a match, the left table's columns are null.
    Right,
    /// All rows of both tables, with nulls where there is no match.
    Full,
    /// The rows of the left table that have a match, once each and without columns of the right one.
    Semi,
    /// The rows of the left table that have no match, without columns of the right one.
    Anti,
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
        self.join_on(other, on, on, how)
    }

    /// As [`Table::join`], where the columns have other names in the other table: the first of `on`
    /// must equal the first of `other_on`, and so forth. In the result they have this table's names.
    ///
    /// ```
    /// use etable::{Join, Table};
    ///
    /// let trials = Table::new().with_column("TrialName", ["dog", "dog", "cat"])?;
    /// let kinds = Table::new().with_column("Name", ["cat", "dog"])?.with_column("Legs", [4, 4])?;
    /// let both = trials.join_on(&kinds, &["TrialName"], &["Name"], Join::Inner)?;
    /// assert_eq!(both.column_names(), ["TrialName", "Legs"]);
    /// assert_eq!(both.n_rows(), 3);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Table::join`]; [`TableError::Argument`] if the lists have different lengths.
    pub fn join_on(
        &self,
        other: &Table,
        on: &[&str],
        other_on: &[&str],
        how: Join,
    ) -> Result<Table> {
        if on.is_empty() || on.len() != other_on.len() {
            let reason = match on.len() {
                0 => "name at least one column that both tables have".to_owned(),
                n => format!(
                    "there are {n} columns of this table and {} of the other",
                    other_on.len()
                ),
            };
            return Err(TableError::Argument { argument: "on", reason });
        }
        for (name, other_name) in on.iter().zip(other_on) {
            let (mine, _) = self.scalar_reader(name, "a scalar column to join by")?;
            let (theirs, _) = other.scalar_reader(other_name, "a scalar column to join by")?;
            if mine.element != theirs.element {
                let expected = format!("{}, as in the other table", theirs.element);
                return Err(mine.mismatch(expected, "make them of one type"));
            }
        }
        let right = match how {
            Join::Semi | Join::Anti => other.select(other_on)?,
            _ => other.clone(),
        };
        let right = renamed(right, self, on, other_on)?;
        // A right join is a left one seen from the other side, its columns put in order again.
        let joined = match how {
            Join::Right => right.joined(self, on, JoinType::Left)?,
            Join::Inner => self.joined(&right, on, JoinType::Inner)?,
            Join::Left => self.joined(&right, on, JoinType::Left)?,
            Join::Full => self.joined(&right, on, JoinType::Full)?,
            Join::Semi => self.joined(&right, on, JoinType::Semi)?,
            Join::Anti => self.joined(&right, on, JoinType::Anti)?,
        };
        let mut names = self.column_names();
        if !matches!(how, Join::Semi | Join::Anti) {
            names.extend(right.column_names().into_iter().filter(|name| !on.contains(name)));
        }
        let mut table = joined.select(&names)?;
        let specs = names.iter().map(|name| self.spec(name).or_else(|_| right.spec(name)).cloned());
        let specs = specs.collect::<Result<_>>()?;
        table.set_specs(specs);
        *table.metadata_mut() = self.metadata().clone();
        Ok(table)
    }

    /// Joined by polars; no name but those of `on` is in both tables.
    fn joined(&self, other: &Table, on: &[&str], how: JoinType) -> Result<Table> {
        let maintain_order = match how {
            JoinType::Semi | JoinType::Anti => MaintainOrderJoin::Left,
            _ => MaintainOrderJoin::LeftRight,
        };
        let args = JoinArgs {
            coalesce: JoinCoalesce::CoalesceColumns,
            maintain_order,
            ..JoinArgs::new(how)
        };
        let frame = self
            .df()
            .join(other.df(), on.iter().copied(), on.iter().copied(), args, None)
            .map_err(TableError::polars("joining two tables"))?;
        Table::from_df(frame)
    }
}

/// The right table with the left one's names for the columns to join by, and names of its own for
/// all others.
fn renamed(mut right: Table, left: &Table, on: &[&str], right_on: &[&str]) -> Result<Table> {
    // In two steps, lest a new name meet one that is still to be changed.
    let mut names = Vec::new();
    for (place, name) in right.column_names().into_iter().map(str::to_owned).enumerate() {
        let new = match right_on.iter().position(|key| *key == name) {
            Some(key) => on[key].to_owned(),
            None if left.has_column(&name) => format!("{name}{SUFFIX}"),
            None => name.clone(),
        };
        let taken = |other: &(usize, String, String)| other.2 == new;
        if names.iter().any(taken) || !on.contains(&new.as_str()) && left.has_column(&new) {
            return Err(TableError::DuplicateColumn { name: new });
        }
        names.push((place, name, new));
    }
    for (place, name, _) in &names {
        right.rename_column(name, format!("\u{0}{place}"))?;
    }
    for (place, _, new) in &names {
        right.rename_column(&format!("\u{0}{place}"), new.as_str())?;
    }
    Ok(right)
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

    #[test]
    fn a_right_join_has_the_other_tables_rows_and_this_ones_columns_first() {
        let table = left().join(&right(), &["K", "L"], Join::Right).unwrap();
        assert_eq!(table.column_names(), ["K", "L", "X", "X_right", "T"]);
        assert_eq!(table.labels("X").unwrap(), ["0", "3", "0", "3", ""]);
        assert_eq!(table.numbers("X_right").unwrap(), [10.0, 10.0, 11.0, 11.0, 12.0]);
        assert_eq!(table.labels("L").unwrap(), ["a", "a", "a", "a", "b"]);
        assert_eq!(table.spec("T").unwrap().to_string(), "T: f32[y 1, x 2]");
        assert_eq!(table.spec("X").unwrap().metadata["unit"], "ms");
    }

    #[test]
    fn semi_and_anti_joins_part_the_left_rows() {
        let semi = left().join(&right(), &["K", "L"], Join::Semi).unwrap();
        assert_eq!(semi.column_names(), ["K", "L", "X"]);
        assert_eq!(semi.numbers("X").unwrap(), [0.0, 3.0]);
        let anti = left().join(&right(), &["K", "L"], Join::Anti).unwrap();
        assert_eq!(anti.numbers("X").unwrap(), [1.0, 2.0]);
        // A column called as what would be a renamed one is in nobody's way.
        let other = right().with_column("X_right", [0.0; 3]).unwrap();
        assert_eq!(left().join(&other, &["K"], Join::Anti).unwrap().n_rows(), 2);
        assert_eq!(semi.spec("X").unwrap().metadata["unit"], "ms");
    }

    #[test]
    fn columns_to_join_by_may_have_other_names() {
        let mut other = right();
        other.rename_column("K", "Key").unwrap();
        other.rename_column("L", "K").unwrap(); // as a key of the left table is called
        let table = left().join_on(&other, &["K"], &["Key"], Join::Left).unwrap();
        assert_eq!(table.column_names(), ["K", "L", "X", "X_right", "K_right", "T"]);
        assert_eq!(table.labels("K_right").unwrap(), ["a", "a", "", "", "a", "a"]);
        let table = left().join_on(&other, &["K", "L"], &["Key", "K"], Join::Full).unwrap();
        assert_eq!(table.column_names(), ["K", "L", "X", "X_right", "T"]);
        assert_eq!(table.labels("L").unwrap(), ["a", "a", "b", "", "a", "a", "b"]);
        let error = left().join_on(&other, &["K", "L"], &["Key"], Join::Inner).unwrap_err();
        assert!(
            error.to_string().contains("2 columns of this table and 1 of the other"),
            "{error}"
        );
    }
}
