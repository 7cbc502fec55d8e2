//! Which rows a view shows.

use std::collections::BTreeSet;

use polars::prelude::{Column, DataFrame, Expr, IntoLazy};

use super::{Row, View};
use crate::element::Element;
use crate::error::{Result, TableError};

impl View {
    /// The rows for which a polars expression is true, in the same order; null counts as false.
    ///
    /// The expression sees the view's rows in the view's order, so `col("SSE").mean()` is the mean
    /// over the view.
    ///
    /// # Errors
    /// [`TableError::Expression`] if it cannot be evaluated or does not give one flag per row.
    pub fn filter(&self, expr: Expr) -> Result<View> {
        let failed = |reason: String| TableError::Expression { reason };
        let whole = self.rows.iter().copied().eq(0..self.table.n_rows());
        let frame = if whole { self.table.df().clone() } else { self.frame_for(&expr)? };
        let flags =
            frame.lazy().select([expr]).collect().map_err(|error| failed(error.to_string()))?;
        let column = &flags.columns()[0];
        let mask = column
            .bool()
            .map_err(|_| failed(format!("it gives {}, not a flag", column.dtype())))?;
        if mask.len() != self.n_rows() {
            return Err(failed(format!(
                "it gives {} flags for {} rows",
                mask.len(),
                self.n_rows()
            )));
        }
        let kept = mask.iter().zip(self.rows.iter()).filter(|(flag, _)| *flag == Some(true));
        Ok(self.with_rows(kept.map(|(_, &row)| row).collect::<Vec<_>>()))
    }

    /// The view's rows of the columns that an expression names: others, whose tensors may be large,
    /// are not gathered. Where it might mean columns that it does not name, of all.
    fn frame_for(&self, expr: &Expr) -> Result<DataFrame> {
        let mut named = BTreeSet::new();
        for part in expr {
            match part {
                Expr::Column(name) => {
                    named.insert(name.as_str());
                }
                Expr::Selector(_) | Expr::SubPlan(..) => return self.frame(),
                _ => {}
            }
        }
        let columns = self.table.df().columns();
        let used: Vec<&Column> =
            columns.iter().filter(|column| named.contains(column.name().as_str())).collect();
        // An expression of no column still asks for the number of rows.
        self.frame_of(if used.is_empty() { columns.iter().take(1).collect() } else { used })
    }

    /// The rows for which a function is true, in the same order.
    ///
    /// # Errors
    /// The first error that the function returns.
    ///
    /// ```
    /// let table = etable::Table::new().with_column("SSE", [0.5, 0.0, 2.0])?;
    /// let wrong = table.view().filter_rows(|row| Ok(row.number("SSE")? > 0.0))?;
    /// assert_eq!(wrong.rows(), [0, 2]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn filter_rows(&self, mut keep: impl FnMut(Row<'_>) -> Result<bool>) -> Result<View> {
        let mut kept = Vec::new();
        for row in self.iter() {
            if keep(row)? {
                kept.push(row.index());
            }
        }
        Ok(self.with_rows(kept))
    }

    /// The rows without a null in these columns (in all columns if none is named).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`].
    pub fn without_nulls(&self, columns: &[&str]) -> Result<View> {
        let names = if columns.is_empty() { self.table.column_names() } else { columns.to_vec() };
        let indices =
            names.iter().map(|name| self.table.index(name)).collect::<Result<Vec<_>>>()?;
        let readers: Vec<_> = indices.iter().map(|&index| self.table.reader(index)).collect();
        let complete = |row: usize| readers.iter().all(|reader| reader.first_null([row]).is_none());
        Ok(self.with_rows(self.rows.iter().copied().filter(|&r| complete(r)).collect::<Vec<_>>()))
    }

    /// The rows where the text of a scalar column, as [`Table::labels`](crate::Table::labels) shows
    /// it, is as wanted, in the same order (emergent: `RowsByString`). Null is no text and never
    /// matches.
    ///
    /// ```
    /// use etable::{Table, TextMatch};
    ///
    /// let table = Table::new().with_column("Name", ["cat_0", "Dog_1", "cat_2"])?;
    /// assert_eq!(table.view().filter_text("Name", TextMatch::equals("cat_2"))?.rows(), [2]);
    /// let dogs = TextMatch::contains("dog").ignoring_case();
    /// assert_eq!(table.view().filter_text("Name", dogs)?.rows(), [1]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or [`TableError::TypeMismatch`] for tensors.
    pub fn filter_text(&self, name: &str, wanted: TextMatch) -> Result<View> {
        let (_, reader) = self.table.scalar_reader(name, "a scalar column")?;
        let matches = |row: usize| {
            reader.element(row, 0).is_some_and(|element| match element {
                Element::Text(text) => wanted.matches(text),
                other => wanted.matches(&other.to_string()),
            })
        };
        Ok(self.with_rows(self.rows.iter().copied().filter(|&r| matches(r)).collect::<Vec<_>>()))
    }
}

/// Which texts [`View::filter_text`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMatch {
    text: String,
    contains: bool,
    ignore_case: bool,
}

impl TextMatch {
    /// Texts that are this one.
    pub fn equals(text: impl Into<String>) -> Self {
        Self { text: text.into(), contains: false, ignore_case: false }
    }

    /// Texts that have this one in them.
    pub fn contains(text: impl Into<String>) -> Self {
        Self { contains: true, ..Self::equals(text) }
    }

    /// Whether letters are capital or small does not matter (by Unicode's lower case).
    pub fn ignoring_case(mut self) -> Self {
        self.text = self.text.to_lowercase();
        self.ignore_case = true;
        self
    }

    fn matches(&self, text: &str) -> bool {
        let lower;
        let text = if self.ignore_case {
            lower = text.to_lowercase();
            &lower
        } else {
            text
        };
        if self.contains { text.contains(&self.text) } else { text == self.text }
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{col, lit};

    use super::*;
    use crate::view::tests::numbers;

    #[test]
    fn filters_compose_and_null_is_false() {
        let view = numbers().view();
        let positive = view.filter(col("X").gt(lit(0.0))).unwrap();
        assert_eq!(positive.rows(), [0, 2, 4]); // polars orders NaN above all numbers
        let reversed = view.take(&[4, 3, 0]).unwrap();
        assert_eq!(reversed.filter(col("X").gt(lit(0.0))).unwrap().rows(), [4, 0]);
        let mean = reversed.filter(col("X").gt(col("X").mean())).unwrap();
        assert_eq!(mean.rows(), [4, 0]);
        let named = view.filter_rows(|row| Ok(row.text("Name")? == "a")).unwrap();
        assert_eq!(named.rows(), [1, 4]);
        assert_eq!(view.without_nulls(&["X"]).unwrap().rows(), [0, 2, 3, 4]);
    }

    #[test]
    fn of_a_part_only_the_columns_that_are_named_are_gathered() {
        let table = numbers().with_tensor("T", ndarray::Array2::<f32>::zeros((5, 3)), &[]).unwrap();
        let part = table.view().take(&[4, 3, 0]).unwrap();
        let gathered = |expr: Expr| {
            let frame = part.frame_for(&expr).unwrap();
            assert_eq!(frame.height(), 3);
            frame.get_column_names().iter().map(|name| name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(gathered(col("X").gt(lit(0.0)).and(col("Name").eq(lit("a")))), ["X", "Name"]);
        assert_eq!(
            gathered(col("X").sum().over([col("Name")]).unwrap().gt(lit(0.0))),
            ["X", "Name"]
        );
        assert_eq!(gathered(polars::prelude::len().gt(lit(2))), ["X"]);
        assert_eq!(gathered(polars::prelude::all().as_expr()), ["X", "Name", "T"]);
        let many =
            part.filter(polars::prelude::len().gt(lit(2)).and(col("X").gt(lit(-9)))).unwrap();
        assert_eq!(many.rows(), [4, 3, 0]);
        assert!(matches!(part.filter(col("Y").gt(lit(1))), Err(TableError::Expression { .. })));
    }

    #[test]
    fn filters_that_are_no_flags_are_errors() {
        let view = numbers().view();
        assert!(matches!(view.filter(col("X")), Err(TableError::Expression { .. })));
        assert!(matches!(view.filter(col("Y").gt(lit(1))), Err(TableError::Expression { .. })));
        assert!(matches!(view.filter(lit(true)), Err(TableError::Expression { .. })));
        let error = view.filter_rows(|row| Ok(row.number("X")? > 0.0)).err().unwrap();
        assert!(matches!(error, TableError::Null { row: 1, .. }));
    }

    #[test]
    fn numbers_match_as_they_are_shown_and_null_never() {
        let view = numbers().view();
        assert_eq!(view.filter_text("X", TextMatch::equals("2")).unwrap().rows(), [0, 4]);
        assert_eq!(view.filter_text("X", TextMatch::equals("")).unwrap().rows(), [0_usize; 0]);
        let any = TextMatch::contains("N").ignoring_case();
        assert_eq!(view.filter_text("X", any).unwrap().rows(), [2]);
    }
}
