//! From wide to long: columns become values of one.

use super::View;
use crate::error::{Result, TableError};
use crate::table::Table;

impl View {
    /// A table with a row for each row of the view and each of the columns `columns`: the columns
    /// `kept` as they are, the name of the column in `names`, and its cell in `values`. All rows of
    /// the first column come first. Tensors stay tensors (polars: `unpivot`; the way back is
    /// [`View::pivot`]).
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let wide = Table::new()
    ///     .with_column("Subject", ["s1", "s2"])?
    ///     .with_column("lure", [500.0, 540.0])?
    ///     .with_column("match", [400.0, 430.0])?;
    /// let long = wide.view().unpivot(&["Subject"], &["lure", "match"], "Cond", "RT")?;
    /// assert_eq!(long.texts("Subject")?, ["s1", "s2", "s1", "s2"]);
    /// assert_eq!(long.texts("Cond")?, ["lure", "lure", "match", "match"]);
    /// assert_eq!(long.numbers("RT")?, [500.0, 540.0, 400.0, 430.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`]; [`TableError::SchemaMismatch`] if `columns` differ in type or
    /// shape; [`TableError::DuplicateColumn`] if a name occurs twice in the result;
    /// [`TableError::Argument`] if `columns` are none.
    pub fn unpivot(
        &self,
        kept: &[&str],
        columns: &[&str],
        names: &str,
        values: &str,
    ) -> Result<Table> {
        if columns.is_empty() {
            let reason = "name at least one column whose cells become values".into();
            return Err(TableError::Argument { argument: "columns", reason });
        }
        let with_rows = |table: Table| View::of(table, self.shared_rows()).to_table();
        let kept = with_rows(self.table().select(kept)?)?;
        let mut long = Table::new();
        let parts = columns.iter().map(|&column| {
            let mut part = kept.clone();
            part.add_column(names, vec![column; self.n_rows()])?;
            let mut cells = with_rows(self.table().select(&[column])?)?;
            cells.rename_column(column, values)?;
            part.add_columns_of(&cells)?;
            Ok(part)
        });
        long.append_all(parts)?;
        *long.metadata_mut() = self.table().metadata().clone();
        Ok(long)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::aggregate::Aggregate;

    fn wide() -> Table {
        Table::new()
            .with_column("Subject", ["s1", "s2", "s3"])
            .and_then(|table| {
                table.with_tensor("a", array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], &["x"])
            })
            .and_then(|table| {
                table.with_tensor("b", array![[7.0, 8.0], [9.0, 0.0], [1.0, 1.0]], &["x"])
            })
            .unwrap()
    }

    #[test]
    fn tensors_go_there_and_back() {
        let part = wide().view().take(&[2, 0]).unwrap();
        let long = part.unpivot(&["Subject"], &["b", "a"], "Layer", "Act").unwrap();
        assert_eq!(long.texts("Subject").unwrap(), ["s3", "s1", "s3", "s1"]);
        assert_eq!(long.texts("Layer").unwrap(), ["b", "b", "a", "a"]);
        assert_eq!(long.spec("Act").unwrap().to_string(), "Act: f64[x 2]");
        assert_eq!(long.matrix("Act").unwrap().column(0).to_vec(), [1.0, 7.0, 5.0, 1.0]);
        let back = long.view().pivot(&["Subject"], "Layer", "Act", Aggregate::First).unwrap();
        assert_eq!(back, wide().view().take(&[0, 2]).unwrap().to_table().unwrap());
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let view = wide().with_column("c", [1_i64, 2, 3]).unwrap().view();
        let refused = |kept: &[&str], columns: &[&str], names: &str| {
            view.unpivot(kept, columns, names, "V").unwrap_err()
        };
        assert!(matches!(refused(&[], &["a", "c"], "N"), TableError::SchemaMismatch { .. }));
        assert!(matches!(refused(&["V"], &["a"], "N"), TableError::MissingColumn { .. }));
        assert!(matches!(refused(&["c"], &["a"], "c"), TableError::DuplicateColumn { .. }));
        assert!(matches!(refused(&[], &["a"], "V"), TableError::DuplicateColumn { .. }));
        assert!(matches!(refused(&[], &[], "N"), TableError::Argument { .. }));
    }
}
