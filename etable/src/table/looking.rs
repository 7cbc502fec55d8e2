//! A table looked at row by row: its rows, chosen or ordered, are a [`View`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::{DataFrame, Expr, IntoLazy, LazyFrame, PolarsResult};

use super::Table;
use crate::error::{Result, TableError};
use crate::io::panic_text;
use crate::view::{Order, Rows, View};

impl Table {
    /// The rows one by one; see [`View::iter`].
    pub fn iter(&self) -> Rows<'_> {
        Rows::new(self, None, self.n_rows())
    }

    /// The rows for which a polars expression is true: [`View::filter`] of all rows.
    ///
    /// ```
    /// use etable::Table;
    /// use etable::polars::prelude::{col, lit};
    ///
    /// let log = Table::new().with_column("SSE", [0.5, 0.0, 2.0])?;
    /// let wrong = log.filter(col("SSE").gt(lit(0.0)))?.to_table()?;
    /// assert_eq!(wrong.numbers("SSE")?, [0.5, 2.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`View::filter`].
    pub fn filter(&self, expr: Expr) -> Result<View> {
        self.view().filter(expr)
    }

    /// The rows ordered by scalar columns: [`View::sort`] of all rows.
    ///
    /// # Errors
    /// As [`View::sort`].
    pub fn sort(&self, columns: &[&str], descending: bool) -> Result<View> {
        self.view().sort(columns, descending)
    }

    /// The rows ordered by columns with directions of their own: [`View::sort_by`] of all rows.
    ///
    /// # Errors
    /// As [`View::sort`].
    pub fn sort_by(&self, columns: &[(&str, Order)]) -> Result<View> {
        self.view().sort_by(columns)
    }

    /// The first `n` rows, all if there are fewer.
    pub fn head(&self, n: usize) -> View {
        self.view().head(n)
    }

    /// The last `n` rows, all if there are fewer.
    pub fn tail(&self, n: usize) -> View {
        self.view().tail(n)
    }

    /// `n` rows drawn at random; see [`View::sample`].
    pub fn sample(&self, n: usize, seed: u64) -> View {
        self.view().sample(n, seed)
    }

    /// A lazy frame over the table, for polars queries; nothing is copied.
    ///
    /// A tensor column in it is a flat `Array(T, Π sizes)`: shapes, dimension names and metadata are
    /// lost. [`Table::query`] keeps them.
    pub fn lazy(&self) -> LazyFrame {
        self.df().clone().lazy()
    }

    /// The table that a polars query makes of this one. Tensor columns keep their shapes and dimension
    /// names, columns that stay what they are their metadata, and the table its own.
    ///
    /// ```
    /// use etable::{Table, ndarray::array};
    /// use etable::polars::prelude::{col, lit};
    ///
    /// let log = Table::new()
    ///     .with_column("SSE", [0.5, 0.0, 2.0])?
    ///     .with_tensor("Act", array![[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]], &["unit"])?;
    /// let wrong = log.query(|rows| {
    ///     rows.filter(col("SSE").gt(lit(0.0))).with_column(col("SSE").sqrt().alias("Root"))
    /// })?;
    /// assert_eq!(wrong.column_names(), ["SSE", "Act", "Root"]);
    /// assert_eq!(wrong.spec("Act")?.to_string(), "Act: f64[unit 2]");
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::Expression`] with polars' words if the query fails;
    /// [`TableError::UnsupportedType`] if it gives what a table cannot hold.
    pub fn query(&self, query: impl FnOnce(LazyFrame) -> LazyFrame) -> Result<Table> {
        let rows = self.marked_df()?.lazy();
        self.collected(query(rows))
    }

    /// Apart from [`Table::query`], so that it is compiled once and not for each query.
    fn collected(&self, rows: LazyFrame) -> Result<Table> {
        // What polars does not do yet for a type it says by a panic.
        let collected = catch_unwind(AssertUnwindSafe(|| rows.collect()));
        let frame: PolarsResult<DataFrame> = collected.map_err(|panic| TableError::Expression {
            reason: format!("polars gave up ({})", panic_text(&*panic)),
        })?;
        self.made(frame)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use polars::prelude::{SortMultipleOptions, col, lit};

    use super::*;

    #[test]
    fn queries_keep_shapes_names_and_notes() {
        let act = Array3::from_shape_fn((4, 2, 2), |(row, y, x)| (row * 4 + y * 2 + x) as f32);
        let mut table = Table::new()
            .with_column("Cond", ["b", "a", "b", "a"])
            .and_then(|table| table.with_column("SSE", [0.0, 1.0, 2.0, 3.0]))
            .and_then(|table| table.with_tensor("Act", act, &["y", "x"]))
            .unwrap();
        let texts = ["a", "b", "c", "d", "e", "f", "g", "h"].map(String::from).to_vec();
        table.add_text_tensor("Words", texts, &[2], &["word"]).unwrap();
        table.column_metadata_mut("SSE").unwrap().insert("unit".into(), "ms".into());
        table.metadata_mut().insert("seed".into(), "1".into());
        let queried = table
            .query(|rows| {
                let worst_first = SortMultipleOptions::default().with_order_descending(true);
                let rows = rows.sort(["SSE"], worst_first);
                rows.filter(col("SSE").gt(lit(0.0))).with_column(lit(7).alias("N"))
            })
            .unwrap();
        assert_eq!(queried.spec("Act").unwrap().to_string(), "Act: f32[y 2, x 2]");
        assert_eq!(queried.spec("Words").unwrap().to_string(), "Words: string[word 2]");
        assert_eq!(queried.tensor::<f32>("Act").unwrap()[[0, 1, 1]], 15.0);
        assert_eq!(queried.text_cell("Words", 2).unwrap(), ["c", "d"]);
        assert_eq!(queried.metadata(), table.metadata());
        assert_eq!(queried.spec("SSE").unwrap().metadata["unit"], "ms");
        let firsts =
            table.query(|rows| rows.group_by([col("Cond")]).agg([col("Act").first()])).unwrap();
        assert_eq!(firsts.spec("Act").unwrap().to_string(), "Act: f32[y 2, x 2]");
        let error = table.query(|rows| rows.select([col("Nothing")])).unwrap_err();
        assert!(matches!(error, TableError::Expression { .. }), "{error}");
        let error = table.query(|rows| rows.reverse()).unwrap_err();
        assert!(error.to_string().contains("polars gave up (not yet implemented"), "{error}");
    }

    #[test]
    fn a_table_is_walked_over_and_looked_at_as_its_view() {
        let table = Table::new().with_column("N", [3_i64, 1, 2]).unwrap();
        let walked = table.iter().map(|row| row.number("N").unwrap()).collect::<Vec<_>>();
        assert_eq!(walked, [3.0, 1.0, 2.0]);
        for (row, expected) in (&table).into_iter().zip(0..) {
            assert_eq!((row.index(), row.position()), (expected, expected));
        }
        assert_eq!(table.sort(&["N"], false).unwrap().rows(), [1, 2, 0]);
        assert_eq!((table.head(1).rows(), table.tail(2).rows()), (&[0][..], &[1, 2][..]));
        assert_eq!(table.sample(2, 1).n_rows(), 2);
        assert_eq!(table.filter(col("N").gt(lit(1))).unwrap().rows(), [0, 2]);
    }
}
