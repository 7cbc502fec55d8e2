//! Which rows differ, and how often values occur.

use super::keys::Ranks;
use crate::column::Reader;
use crate::error::Result;
use crate::table::Table;
use crate::view::View;

impl View {
    /// The first row of each combination of values in these scalar columns (in all scalar columns if
    /// none is named), in the view's order. Nulls equal each other, and so do NaN.
    ///
    /// ```
    /// let table = etable::Table::new()
    ///     .with_column("Cond", ["b", "a", "b", "a"])?
    ///     .with_column("Item", [1_i64, 1, 1, 2])?;
    /// assert_eq!(table.view().unique(&["Cond"])?.rows(), [0, 1]);
    /// assert_eq!(table.view().unique(&[])?.rows(), [0, 1, 3]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`](crate::TableError::MissingColumn), or
    /// [`TableError::TypeMismatch`](crate::TableError::TypeMismatch) for tensors.
    pub fn unique(&self, columns: &[&str]) -> Result<View> {
        let scalar = self.table().specs().iter().filter(|spec| spec.shape.is_scalar());
        let all: Vec<&str> = scalar.map(|spec| spec.name.as_str()).collect();
        let names = if columns.is_empty() { &all } else { columns };
        let readers = names
            .iter()
            .map(|name| Ok(self.table().scalar_reader(name, "a scalar column")?.1))
            .collect::<Result<Vec<Reader<'_>>>>()?;
        let groups = Ranks::of_columns(&readers, self.rows()).positions();
        let mut firsts: Vec<usize> = groups.iter().map(|group| group[0]).collect();
        firsts.sort_unstable();
        self.take(&firsts)
    }

    /// How many rows have each combination of values in these scalar columns: a table of the values
    /// and the column `Count`, the most frequent first, equally frequent ones in the order of
    /// [`View::sort`]. Nulls count as a value.
    ///
    /// ```
    /// let table = etable::Table::new().with_column("Cond", ["b", "a", "c", "b"])?;
    /// let counts = table.view().value_counts(&["Cond"])?;
    /// assert_eq!(counts.texts("Cond")?, ["b", "a", "c"]);
    /// assert_eq!(counts.slice::<i64>("Count")?, [2, 1, 1]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`View::group_by`]; [`TableError::DuplicateColumn`](crate::TableError::DuplicateColumn) if
    /// one of the columns is called `Count`.
    pub fn value_counts(&self, columns: &[&str]) -> Result<Table> {
        let splits = self.group_by(columns)?;
        let counts: Vec<usize> = splits.rows().iter().map(|rows| rows.len()).collect();
        let table = splits.levels().clone().with_column("Count", counts)?;
        table.view().sort(&["Count"], true)?.to_table()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::TableError;

    #[test]
    fn nulls_and_nan_are_values_like_others() {
        let numbers = [Some(1.0), None, Some(f64::NAN), Some(1.0), None, Some(f64::NAN), None];
        let view = Table::new().with_column("X", numbers).unwrap().view();
        let backwards = view.take(&[6, 5, 4, 3, 2, 1, 0]).unwrap();
        assert_eq!(backwards.unique(&["X"]).unwrap().rows(), [6, 5, 3]);
        let counts = view.value_counts(&["X"]).unwrap();
        assert_eq!(counts.labels("X").unwrap(), ["", "1", "NaN"]);
        assert_eq!(counts.numbers("Count").unwrap(), [3.0, 2.0, 2.0]);
        assert!(view.take(&[]).unwrap().unique(&["X"]).unwrap().rows().is_empty());
        let error = view.value_counts(&["Y"]).unwrap_err();
        assert!(matches!(error, TableError::MissingColumn { .. }));
    }
}
