//! The units of a layer as a plane.

use crate::error::PatternProblem;

/// Rows and columns of a layer's units; the pools of four dimensions stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitGrid {
    pub height: usize,
    pub width: usize,
    /// Rows and columns of a pool; of the whole plane where there are no pools.
    pool: (usize, usize),
}

impl UnitGrid {
    /// # Errors
    /// The shape has neither two nor four dimensions.
    pub fn of(shape: &[usize]) -> Result<Self, PatternProblem> {
        match shape {
            [height, width] => Ok(Self { height: *height, width: *width, pool: (*height, *width) }),
            [pools_y, pools_x, y, x] => {
                Ok(Self { height: pools_y * y, width: pools_x * x, pool: (*y, *x) })
            }
            _ => Err(PatternProblem::Dimensions { wanted: "2 or 4", shape: shape.to_vec() }),
        }
    }

    /// The flat index of the unit at a place.
    pub fn index(&self, y: usize, x: usize) -> u32 {
        let (height, width) = self.pool;
        let pool = (y / height) * (self.width / width) + x / width;
        (pool * height * width + (y % height) * width + x % width) as u32
    }

    /// All places, by row.
    pub fn places(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height).flat_map(move |y| (0..self.width).map(move |x| (y, x)))
    }
}

/// The pools of a layer: their rows and columns, and the units of each; a layer of two dimensions
/// counts as one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PoolGrid {
    pub height: usize,
    pub width: usize,
    pub units: usize,
}

impl PoolGrid {
    pub fn of(shape: &[usize]) -> Self {
        match shape {
            [height, width, y, x] => Self { height: *height, width: *width, units: y * x },
            _ => Self { height: 1, width: 1, units: super::count(shape) },
        }
    }

    /// # Errors
    /// The layer has no pools.
    pub fn of_pools(shape: &[usize]) -> Result<Self, PatternProblem> {
        match shape.len() {
            4 => Ok(Self::of(shape)),
            _ => Err(PatternProblem::Dimensions { wanted: "4", shape: shape.to_vec() }),
        }
    }

    pub fn count(&self) -> usize {
        self.height * self.width
    }

    /// The flat indices of the units of a pool.
    pub fn units_of(&self, pool: usize) -> std::ops::Range<u32> {
        (pool * self.units) as u32..((pool + 1) * self.units) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_stand_side_by_side() {
        let grid = UnitGrid::of(&[1, 2, 2, 2]).unwrap();
        let indices: Vec<_> = grid.places().map(|(y, x)| grid.index(y, x)).collect();
        assert_eq!(indices, [0, 1, 4, 5, 2, 3, 6, 7]);
        assert!(UnitGrid::of(&[3]).is_err());
        assert_eq!(PoolGrid::of(&[1, 2, 2, 2]).units_of(1), 4..8);
    }
}
