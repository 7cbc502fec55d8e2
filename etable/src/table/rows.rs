//! Appending, inserting and removing a table's rows.

use polars::prelude::{IdxCa, IdxSize, NewChunkedArray};

use super::{Table, frame_of};
use crate::column::ColumnSpec;
use crate::error::{Result, TableError};
use crate::import::one_chunk;
use crate::view::View;

impl Table {
    /// Appends the rows of another table with the same columns in the same order (name, element type
    /// and sizes; dimension names and metadata stay this table's). Copies this table's columns: to
    /// grow a table row by row use a [`TableBuilder`](crate::TableBuilder).
    ///
    /// A table without columns takes over the other one's.
    ///
    /// # Errors
    /// [`TableError::SchemaMismatch`], naming the first difference; the table is then unchanged.
    pub fn append(&mut self, other: &Self) -> Result<()> {
        self.append_all([Ok(other.clone())])
    }

    /// Appends the rows of several tables, joining their chunks once; on an error nothing changes.
    pub(crate) fn append_all(
        &mut self,
        others: impl IntoIterator<Item = Result<Self>>,
    ) -> Result<()> {
        let (mut frame, mut specs) = (self.frame.clone(), self.specs.clone());
        for other in others {
            let other = other?;
            if specs.is_empty() {
                (frame, specs) = (other.frame, other.specs);
                continue;
            }
            same_columns(&specs, &other.specs)?;
            frame.vstack_mut(&other.frame).map_err(TableError::polars("appending rows"))?;
        }
        frame.rechunk_mut();
        (self.frame, self.specs) = (frame, specs);
        Ok(())
    }

    /// One table of the rows of all these tables or views, one after the other, which must have the
    /// same columns as for [`Table::append`]. Notes are the first one's.
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let table = Table::new().with_column("N", [1_i64, 2, 3])?;
    /// let both = Table::concat([table.view().take(&[2])?, table.view()])?;
    /// assert_eq!(both.numbers("N")?, [3.0, 1.0, 2.0, 3.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::SchemaMismatch`], naming the first difference.
    pub fn concat(parts: impl IntoIterator<Item = impl Into<View>>) -> Result<Self> {
        let mut parts = parts.into_iter().map(|part| part.into().to_table());
        let mut table = parts.next().transpose()?.unwrap_or_default();
        table.append_all(parts)?;
        Ok(table)
    }

    /// Puts the rows of another table with the same columns before row `row`.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`] if `row` is beyond the number of rows, or
    /// [`TableError::SchemaMismatch`]; the table is then unchanged.
    pub fn insert_rows(&mut self, row: usize, other: &Self) -> Result<()> {
        let n_rows = self.n_rows();
        if row > n_rows {
            return Err(TableError::RowOutOfRange { row, n_rows });
        }
        let mut table = self.slice_rows(0, row);
        table.append_all([Ok(other.clone()), Ok(self.slice_rows(row, n_rows - row))])?;
        *self = table;
        Ok(())
    }

    /// Takes these rows out; naming one twice does no harm.
    ///
    /// # Errors
    /// [`TableError::RowOutOfRange`]; the table is then unchanged.
    pub fn delete_rows(&mut self, rows: &[usize]) -> Result<()> {
        let mut stays = vec![true; self.n_rows()];
        for &row in rows {
            self.check_row(row)?;
            stays[row] = false;
        }
        let kept: Vec<usize> = (0..stays.len()).filter(|&row| stays[row]).collect();
        *self = self.view().take(&kept)?.to_table()?;
        Ok(())
    }

    fn slice_rows(&self, first: usize, length: usize) -> Self {
        // Only used as a part of an append, which puts the columns into one chunk again.
        Self { frame: self.frame.slice(first as i64, length), ..self.clone() }
    }

    /// The rows at these places, where none a row of nulls.
    pub(crate) fn gather(&self, rows: &[Option<usize>]) -> Result<Self> {
        let rows: Vec<Option<IdxSize>> = rows.iter().map(|row| row.map(index_size)).collect();
        let rows = IdxCa::from_slice_options("".into(), &rows);
        let columns = (0..self.n_columns()).map(|index| {
            let taken = self.series(index).take(&rows);
            taken.map(one_chunk).map_err(TableError::polars("gathering rows"))
        });
        let frame = frame_of(rows.len(), columns.collect::<Result<_>>()?)?;
        Ok(Self { frame, specs: self.specs.clone(), metadata: self.metadata.clone() })
    }
}

/// The width polars counts a frame's rows in.
pub(crate) fn index_size(row: usize) -> IdxSize {
    IdxSize::try_from(row).expect("polars counts a frame's rows in IdxSize")
}

/// That two tables can be put below each other.
fn same_columns(mine: &[ColumnSpec], theirs: &[ColumnSpec]) -> Result<()> {
    let mismatch = |reason: String| Err(TableError::SchemaMismatch { reason });
    if mine.len() != theirs.len() {
        return mismatch(format!("{} and {} columns", mine.len(), theirs.len()));
    }
    match mine.iter().zip(theirs).find(|(mine, theirs)| !mine.agrees(theirs)) {
        Some((mine, theirs)) => mismatch(format!("`{mine}` and `{theirs}`")),
        None => Ok(()),
    }
}
