//! polars expressions over tensor columns, and expressions made into columns of a table.
//!
//! polars itself computes nothing over arrays. [`CellExpr`] adds to its [`Expr`] what is wanted of
//! tensor cells: arithmetic element by element, a measure of each cell, an aggregate over the rows.
//! They mix with polars' own expressions, in eager and lazy frames, in filters and in `group_by`.
//! Shapes and dimension names go through them.
//!
//! ```
//! use etable::expression::CellExpr;
//! use etable::norm::Measure;
//! use etable::polars::prelude::{col, lit};
//! use etable::{Aggregate, Table, ndarray::array};
//!
//! let log = Table::new()
//!     .with_column("Gain", [1.0, 10.0])?
//!     .with_tensor("Act", array![[3.0_f32, 4.0], [0.0, 1.0]], &["x"])?;
//! let log = log.with_expressions([
//!     col("Act").cell_measure(Measure::L2).alias("Norm"),
//!     col("Act").cell_multiply(col("Gain")).alias("Scaled"),
//! ])?;
//! assert_eq!(log.numbers("Norm")?, [5.0, 1.0]);
//! assert_eq!(log.tensor::<f64>("Scaled")?, array![[3.0, 4.0], [0.0, 10.0]].into_dyn());
//! assert_eq!(log.spec("Scaled")?.to_string(), "Scaled: f64[x 2]");
//!
//! let strong = log.view().filter(col("Act").cell_measure(Measure::Max).gt(lit(2.0)))?;
//! assert_eq!(strong.rows(), [0]);
//! let mean = log.select_expressions([col("Act").over_rows(Aggregate::Mean)])?;
//! assert_eq!(mean.tensor::<f64>("Act")?, array![[1.5, 2.5]].into_dyn());
//! # Ok::<(), etable::TableError>(())
//! ```

use polars::prelude::{DataFrame, Expr, IntoLazy, PolarsResult};

pub use self::cell::CellExpr;
use crate::column::ColumnSpec;
use crate::error::{Result, TableError};
use crate::table::Table;
use crate::tensor_type;

mod cell;

impl Table {
    /// The table with a column for each expression; one that has the name of a column takes its
    /// place (polars: `with_columns`).
    ///
    /// # Errors
    /// [`TableError::Expression`] if one cannot be evaluated, or does not give a value for each row;
    /// [`TableError::UnsupportedType`] if it gives what a table cannot hold.
    pub fn with_expressions(&self, expressions: impl IntoIterator<Item = Expr>) -> Result<Table> {
        let expressions: Vec<Expr> = expressions.into_iter().collect();
        let frame = self.marked_df()?.lazy().with_columns(expressions).collect();
        self.made(frame)
    }

    /// A table of one column for each expression (polars: `select`).
    ///
    /// # Errors
    /// As [`Table::with_expressions`].
    pub fn select_expressions(&self, expressions: impl IntoIterator<Item = Expr>) -> Result<Table> {
        let expressions: Vec<Expr> = expressions.into_iter().collect();
        let frame = self.marked_df()?.lazy().select(expressions).collect();
        self.made(frame)
    }

    /// A table of polars' answer, with the notes of this one on columns that still are what they
    /// were.
    pub(crate) fn made(&self, frame: PolarsResult<DataFrame>) -> Result<Table> {
        let frame = frame.map_err(|error| TableError::Expression { reason: error.to_string() })?;
        let mut table = Table::from_df(frame)?;
        let specs = table.specs().iter().map(|spec| match self.spec(&spec.name) {
            Ok(own) if own.polars() == spec.polars() => {
                let shape =
                    if tensor_type::is_marked(own.element) { &spec.shape } else { &own.shape };
                ColumnSpec { shape: shape.clone(), ..own.clone() }
            }
            _ => spec.clone(),
        });
        let specs = specs.collect();
        table.set_specs(specs);
        *table.metadata_mut() = self.metadata().clone();
        Ok(table)
    }
}
