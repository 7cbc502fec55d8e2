//! Tiles of pools, as in a convolution.

use super::field::{Pair, stretch};
use super::unit_grid::PoolGrid;
use super::{Connectivity, Pattern, count, tidy, transposed};
use crate::error::PatternProblem;

/// All units of a tile of pools to all units of a receiving pool, the tile moving with the pool's
/// place (emergent: `prjn.PoolTile`): the receptive fields of visual models.
///
/// The receiving pool in row y has the sending pools from row `start.y + skip.y y` on, `size.y` of
/// them, and so for columns. A layer of two dimensions counts as one pool. With
/// [`Topography`](super::Topography) the weights depend on the place in the tile.
///
/// ```
/// use engine::pattern::{Connectivity, Pair, Pattern, PoolTile};
/// let tile = PoolTile { size: Pair::new(1, 2), skip: Pair::new(1, 1), start: Pair::new(0, 0), ..PoolTile::default() };
/// let lists = tile.connect(&[1, 3, 1, 1], &[1, 3, 1, 1], false)?;
/// assert_eq!(lists, Connectivity::Senders(vec![vec![0, 1], vec![1, 2], vec![0, 2]]));
/// // The way back connects the same pairs.
/// let back = PoolTile { reciprocal: true, ..tile }.connect(&[1, 3, 1, 1], &[1, 3, 1, 1], false)?;
/// assert_eq!(back, Connectivity::Senders(vec![vec![0, 2], vec![0, 1], vec![1, 2]]));
/// # Ok::<(), engine::error::PatternProblem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolTile {
    /// Sending pools of a tile, in each direction.
    pub size: Pair<usize>,
    /// By how many pools the tile moves from one receiving pool to the next.
    pub skip: Pair<usize>,
    /// Where the first tile begins; may be negative.
    pub start: Pair<i64>,
    /// Beyond an edge go on at the opposite one; otherwise leave out what lies beyond.
    pub wrap: bool,
    /// The pattern of the projection back: as the other way round with `false`, transposed.
    pub reciprocal: bool,
}

impl Eq for Pair<usize> {}
impl Eq for Pair<i64> {}

impl Default for PoolTile {
    fn default() -> Self {
        Self {
            size: Pair::new(4, 4),
            skip: Pair::new(2, 2),
            start: Pair::new(-1, -1),
            wrap: true,
            reciprocal: false,
        }
    }
}

impl PoolTile {
    /// Where the tile of a receiving pool begins.
    pub(super) fn first(&self, pool: Pair<usize>) -> Pair<i64> {
        let at = |start: i64, skip: usize, pool: usize| {
            let moved = i64::try_from(skip.saturating_mul(pool)).unwrap_or(i64::MAX);
            start.saturating_add(moved)
        };
        Pair::new(at(self.start.y, self.skip.y, pool.y), at(self.start.x, self.skip.x, pool.x))
    }
}

impl Pattern for PoolTile {
    fn name(&self) -> &str {
        "PoolTile"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        _same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        if self.reciprocal {
            let forward = Self { reciprocal: false, ..*self };
            return match forward.connect(receiver, sender, false)? {
                Connectivity::Senders(lists) => {
                    Ok(Connectivity::Senders(transposed(lists, count(receiver))))
                }
                Connectivity::Full => Ok(Connectivity::Full),
            };
        }
        let (from, to) = (PoolGrid::of(sender), PoolGrid::of(receiver));
        let mut lists = vec![Vec::new(); count(receiver)];
        for pool in 0..to.count() {
            let first = self.first(Pair::new(pool / to.width, pool % to.width));
            let mut senders = Vec::new();
            for y in stretch(first.y, self.size.y, from.height, self.wrap) {
                for x in stretch(first.x, self.size.x, from.width, self.wrap) {
                    senders.extend(from.units_of(y * from.width + x));
                }
            }
            let senders = tidy(senders);
            for unit in to.units_of(pool) {
                lists[unit as usize] = senders.clone();
            }
        }
        Ok(Connectivity::Senders(lists))
    }
}
