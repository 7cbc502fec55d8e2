//! Cells of any number of dimensions laid out in rows and columns, to look at.
//!
//! Dimensions are taken in pairs from the last: the innermost two are the rows and columns of a
//! block, the two before them the rows and columns of blocks, and so on. `[PoolY, PoolX, Y, X]`
//! shows the pools as they lie. Where the number of dimensions is odd, the first one goes along the
//! columns, so that blocks stand side by side, or (`odd_row`) along the rows (emergent:
//! `Prjn2DShape`; column-major tensors, which it also lays out, do not occur here).
//!
//! | shape | rows × columns | with `odd_row` |
//! |---|---|---|
//! | `[x]` | 1 × x | x × 1 |
//! | `[y, x]` | y × x | the same |
//! | `[a, y, x]` | y × a·x | a·y × x |
//! | `[b, a, y, x]` | b·y × a·x | the same |
//! | `[c, b, a, y, x]` | b·y × c·a·x | c·b·y × a·x |
//!
//! ```
//! use etable::{CellShape, Grid};
//! use etable::ndarray::array;
//!
//! let pools = CellShape::new(&[1, 2, 2, 2], &[])?; // two pools of 2 × 2 side by side
//! let grid = Grid::new(&pools, false);
//! assert_eq!((grid.rows(), grid.columns()), (2, 4));
//! assert_eq!(grid.arrange(&[0, 1, 2, 3, 4, 5, 6, 7])?, array![[0, 1, 4, 5], [2, 3, 6, 7]]);
//! # Ok::<(), etable::TableError>(())
//! ```

use ndarray::Array2;

use crate::error::{Result, TableError};
use crate::shape::CellShape;

/// Where the elements of a cell stand when it is laid out in rows and columns. See the
/// [module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Size and stride of each dimension that runs along the rows, outermost first.
    along_rows: Vec<(usize, usize)>,
    /// The same along the columns.
    along_columns: Vec<(usize, usize)>,
}

impl Grid {
    /// The layout of cells of this shape.
    pub fn new(shape: &CellShape, odd_row: bool) -> Self {
        let sizes = shape.sizes();
        let (mut along_rows, mut along_columns) = (Vec::new(), Vec::new());
        let mut stride = shape.len();
        for (index, &size) in sizes.iter().enumerate() {
            stride /= size.max(1);
            let from_last = sizes.len() - index;
            let odd_one = index == 0 && sizes.len() % 2 == 1;
            let row = if odd_one { odd_row } else { from_last.is_multiple_of(2) };
            if row { along_rows.push((size, stride)) } else { along_columns.push((size, stride)) }
        }
        Self { along_rows, along_columns }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.along_rows.iter().map(|(size, _)| size).product()
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.along_columns.iter().map(|(size, _)| size).product()
    }

    /// The rows of an innermost block.
    pub fn block_rows(&self) -> usize {
        self.along_rows.last().map_or(1, |(size, _)| *size)
    }

    /// The columns of an innermost block.
    pub fn block_columns(&self) -> usize {
        self.along_columns.last().map_or(1, |(size, _)| *size)
    }

    /// The flat, row-major element of the cell that stands at a row and column.
    ///
    /// # Errors
    /// [`TableError::Argument`] if the grid has not that many rows or columns.
    pub fn element(&self, row: usize, column: usize) -> Result<usize> {
        let (rows, columns) = (self.rows(), self.columns());
        if row >= rows || column >= columns {
            let reason = format!("[{row}, {column}] is outside of {rows} rows, {columns} columns");
            return Err(TableError::Argument { argument: "row, column", reason });
        }
        Ok(self.place(row, column))
    }

    /// [`Grid::element`] of a row and column that there are.
    pub(crate) fn place(&self, row: usize, column: usize) -> usize {
        offset(&self.along_rows, row) + offset(&self.along_columns, column)
    }

    /// The elements of a cell laid out, `[rows, columns]`.
    ///
    /// # Errors
    /// [`TableError::Argument`] if `cell` has another number of elements than the shape.
    pub fn arrange<T: Copy>(&self, cell: &[T]) -> Result<Array2<T>> {
        let (rows, columns) = (self.rows(), self.columns());
        if cell.len() != rows * columns {
            let reason = format!("it has {} elements, the shape {}", cell.len(), rows * columns);
            return Err(TableError::Argument { argument: "cell", reason });
        }
        Ok(Array2::from_shape_fn((rows, columns), |(row, column)| cell[self.place(row, column)]))
    }
}

fn offset(dimensions: &[(usize, usize)], mut index: usize) -> usize {
    let mut offset = 0;
    for (size, stride) in dimensions.iter().rev() {
        offset += index % size * stride;
        index /= size;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(sizes: &[usize], odd_row: bool) -> Grid {
        Grid::new(&CellShape::new(sizes, &[]).unwrap(), odd_row)
    }

    #[test]
    fn every_number_of_dimensions_has_the_reference_s_size() {
        let size = |sizes: &[usize], odd_row| {
            let grid = grid(sizes, odd_row);
            (grid.rows(), grid.columns())
        };
        assert_eq!((size(&[], false), size(&[], true)), ((1, 1), (1, 1)));
        assert_eq!((size(&[5], false), size(&[5], true)), ((1, 5), (5, 1)));
        assert_eq!((size(&[2, 3], false), size(&[2, 3], true)), ((2, 3), (2, 3)));
        assert_eq!((size(&[4, 2, 3], false), size(&[4, 2, 3], true)), ((2, 12), (8, 3)));
        assert_eq!(size(&[2, 3, 5, 7], false), (10, 21));
        assert_eq!(size(&[11, 2, 3, 5, 7], false), (10, 231));
        assert_eq!(size(&[11, 2, 3, 5, 7], true), (110, 21));
    }

    #[test]
    fn elements_stand_where_the_reference_puts_them() {
        // Offsets of [yy, xx, y, x], [xx, y, x] or [yy, y, x] by its own arithmetic.
        let four = grid(&[2, 3, 5, 7], false);
        assert_eq!(four.place(5 + 4, 2 * 7 + 6), ((3 + 2) * 5 + 4) * 7 + 6);
        let three = grid(&[4, 2, 3], false);
        assert_eq!(three.place(1, 3 * 3 + 2), (3 * 2 + 1) * 3 + 2);
        let three = grid(&[4, 2, 3], true);
        assert_eq!(three.place(3 * 2 + 1, 2), (3 * 2 + 1) * 3 + 2);
        let five = grid(&[2, 2, 3, 5, 7], true);
        assert_eq!(five.place((2 + 1) * 5 + 4, 2 * 7 + 6), (((2 + 1) * 3 + 2) * 5 + 4) * 7 + 6);
    }

    #[test]
    fn every_element_stands_somewhere_once() {
        for sizes in [&[3][..], &[2, 3], &[2, 3, 2], &[2, 1, 3, 2], &[2, 3, 2, 2, 3], &[2; 6]] {
            for odd_row in [false, true] {
                let grid = grid(sizes, odd_row);
                let cell: Vec<usize> = (0..sizes.iter().product()).collect();
                let mut seen: Vec<usize> = grid.arrange(&cell).unwrap().into_iter().collect();
                seen.sort();
                assert_eq!(seen, cell);
            }
        }
    }

    #[test]
    fn what_is_outside_is_an_error() {
        let grid = grid(&[2, 3], false);
        assert_eq!(grid.element(1, 2).unwrap(), 5);
        let error = grid.element(2, 0).unwrap_err().to_string();
        assert!(error.contains("[2, 0] is outside of 2 rows, 3 columns"), "{error}");
        assert!(grid.element(0, 3).is_err());
        let error = grid.arrange(&[0; 5]).unwrap_err().to_string();
        assert!(error.contains("5 elements, the shape 6"), "{error}");
    }
}
