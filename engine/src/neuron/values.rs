//! One variable of all units of a layer.
//!
//! ```
//! use engine::neuron::UnitValues;
//! let mut values = UnitValues::zeros(3);
//! values[1] = 0.5;
//! assert_eq!(values, [0.0, 0.5, 0.0]);
//! assert_eq!(values.iter().sum::<f32>(), 0.5);
//! ```

use std::fmt;
use std::ops::{Deref, DerefMut};

/// Values that loops take at once.
pub(crate) const LANES: usize = 16;

/// One value for each unit of a layer, row-major: a slice of `f32` of fixed length.
///
/// The memory behind it goes on to a whole number of blocks, so that the loops of a cycle need no
/// second version for what is left at the end. What stands there counts for nothing.
#[derive(Clone, Default)]
pub struct UnitValues {
    blocks: Vec<[f32; LANES]>,
    len: usize,
}

impl UnitValues {
    /// So many zeros.
    pub fn zeros(len: usize) -> Self {
        Self { blocks: vec![[0.0; LANES]; len.div_ceil(LANES)], len }
    }

    /// The values and what follows them, in blocks.
    pub(crate) fn blocks(&self) -> &[[f32; LANES]] {
        &self.blocks
    }

    /// [`blocks`](Self::blocks) for writing.
    pub(crate) fn blocks_mut(&mut self) -> &mut [[f32; LANES]] {
        &mut self.blocks
    }

    /// So many copies, one after the other.
    pub(crate) fn repeated(&self, copies: usize) -> Self {
        let mut all = Self::zeros(self.len * copies);
        for copy in all.chunks_exact_mut(self.len.max(1)) {
            copy.copy_from_slice(self);
        }
        all
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.blocks[..])
    }
}

impl Deref for UnitValues {
    type Target = [f32];

    #[inline]
    fn deref(&self) -> &[f32] {
        &self.blocks.as_flattened()[..self.len]
    }
}

impl DerefMut for UnitValues {
    #[inline]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.blocks.as_flattened_mut()[..self.len]
    }
}

impl<'a> IntoIterator for &'a UnitValues {
    type Item = &'a f32;
    type IntoIter = std::slice::Iter<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut UnitValues {
    type Item = &'a mut f32;
    type IntoIter = std::slice::IterMut<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl PartialEq for UnitValues {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl<const N: usize> PartialEq<[f32; N]> for UnitValues {
    fn eq(&self, other: &[f32; N]) -> bool {
        self[..] == other[..]
    }
}

impl fmt::Debug for UnitValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_values_counts_for_nothing() {
        let mut values = UnitValues::zeros(LANES + 1);
        let same = values.clone();
        values.blocks_mut()[1][1] = 1.0;
        assert_eq!((values.len(), &values), (LANES + 1, &same));
        values[LANES] = 2.0;
        let twice = values.repeated(2);
        assert_eq!(twice.len(), 2 * LANES + 2);
        assert_eq!((twice[LANES], twice[LANES + 1], twice[2 * LANES + 1]), (2.0, 0.0, 2.0));
        assert_eq!(UnitValues::zeros(0).repeated(3).len(), 0);
    }
}
