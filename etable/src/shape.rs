//! The shape of a column's cells: sizes and names of the dimensions inside one row.
//!
//! ```
//! use etable::CellShape;
//!
//! let shape = CellShape::new(&[2, 3], &["y", "x"])?;
//! assert_eq!((shape.len(), shape.to_string().as_str()), (6, "[y 2, x 3]"));
//! assert_eq!(CellShape::scalar().len(), 1);
//! # Ok::<(), etable::TableError>(())
//! ```

use std::fmt;

use crate::error::{Result, TableError};

/// Sizes, outermost first, and names of a cell's dimensions; a scalar cell has none.
///
/// A size may be 0: the cells then have no elements. The number of elements is at most `i32::MAX`,
/// what the Arrow format allows for a fixed-size list. Cells are stored row-major: the last
/// dimension varies fastest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CellShape {
    sizes: Vec<usize>,
    names: Vec<String>,
}

impl CellShape {
    /// The shape of a scalar: no dimensions, one element.
    pub fn scalar() -> Self {
        Self::default()
    }

    /// A shape with these sizes and, unless `names` is empty, one name per dimension.
    ///
    /// # Errors
    /// [`TableError::InvalidShape`] if a size or the element count passes `i32::MAX`, the number of
    /// names is neither 0 nor the number of sizes, or a name occurs twice.
    pub fn new(sizes: &[usize], names: &[&str]) -> Result<Self> {
        Self::with_names(sizes, names.iter().map(|name| name.to_string()).collect())
    }

    /// [`CellShape::new`] with owned names.
    pub(crate) fn with_names(sizes: &[usize], names: Vec<String>) -> Result<Self> {
        let invalid = |reason: String| TableError::InvalidShape { sizes: sizes.to_vec(), reason };
        // Sizes of 0 count as 1 here, lest an absurd size hide behind them.
        let elements =
            sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size.max(1)));
        if elements.is_none_or(|elements| elements > i32::MAX as usize) {
            return Err(invalid(format!("a cell has at most {} elements", i32::MAX)));
        }
        if !names.is_empty() && names.len() != sizes.len() {
            return Err(invalid(format!(
                "{} dimension names for {} dimensions; give one each, or none",
                names.len(),
                sizes.len()
            )));
        }
        for (index, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..index].contains(name) {
                return Err(invalid(format!("the dimension name `{name}` occurs twice")));
            }
        }
        Ok(Self { sizes: sizes.to_vec(), names })
    }

    /// The size of each dimension, outermost first; empty for a scalar.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The name of each dimension; empty if the dimensions are unnamed.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of elements in a cell, Π sizes: 1 for a scalar.
    pub fn len(&self) -> usize {
        self.sizes.iter().product()
    }

    /// Whether cells are plain values rather than tensors.
    pub fn is_scalar(&self) -> bool {
        self.sizes.is_empty()
    }

    /// Whether cells have no elements: a size is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The multi-dimensional index of flat element `element`, row-major.
    pub(crate) fn index_of(&self, mut element: usize) -> Vec<usize> {
        let mut index = vec![0; self.sizes.len()];
        for (place, &size) in index.iter_mut().zip(&self.sizes).rev() {
            *place = element % size.max(1);
            element /= size.max(1);
        }
        index
    }
}

/// `[y 2, x 3]`, or `[2, 3]` without names, or nothing for a scalar.
impl fmt::Display for CellShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_scalar() {
            return Ok(());
        }
        f.write_str("[")?;
        for (index, size) in self.sizes.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match self.names.get(index).filter(|name| !name.is_empty()) {
                Some(name) => write!(f, "{separator}{name} {size}")?,
                None => write!(f, "{separator}{size}")?,
            }
        }
        f.write_str("]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_shapes_are_refused() {
        assert!(CellShape::new(&[usize::MAX, 2], &[]).is_err());
        assert!(CellShape::new(&[1 << 20, 1 << 20], &[]).is_err());
        assert!(CellShape::new(&[usize::MAX, 0], &[]).is_err());
        assert!(CellShape::new(&[3, 2], &["y"]).is_err());
        assert!(CellShape::new(&[3, 2], &["y", "y"]).is_err());
    }

    #[test]
    fn a_size_may_be_zero() {
        let shape = CellShape::new(&[3, 0], &["y", "x"]).unwrap();
        assert!(shape.is_empty() && !shape.is_scalar());
        assert_eq!(shape.len(), 0);
        assert_eq!(shape.to_string(), "[y 3, x 0]");
    }

    #[test]
    fn flat_elements_are_row_major() {
        let shape = CellShape::new(&[2, 1, 3], &[]).unwrap();
        assert_eq!(shape.index_of(0), [0, 0, 0]);
        assert_eq!(shape.index_of(4), [1, 0, 1]);
        assert_eq!(shape.index_of(5), [1, 0, 2]);
    }
}
