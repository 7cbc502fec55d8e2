//! Pool by pool.

use std::sync::Arc;

use super::field::Pair;
use super::random::{draw, seed_of};
use super::rect::{Rect, field};
use super::unit_grid::PoolGrid;
use super::{Connectivity, Pattern, count};
use crate::error::PatternProblem;

/// All units of a pool to all units of the pool with the same number (emergent:
/// `prjn.PoolOneToOne`). Where only one layer has pools, a unit of the other stands for a pool;
/// where none has, units connect one to one.
///
/// ```
/// use engine::pattern::{Connectivity, Pattern, PoolOneToOne};
/// let lists = PoolOneToOne::default().connect(&[1, 2, 1, 2], &[1, 2], false)?;
/// assert_eq!(lists, Connectivity::Senders(vec![vec![0, 1], vec![2, 3]]));
/// # Ok::<(), engine::error::PatternProblem>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolOneToOne {
    /// Number of pools to connect; 0 for as many as fit.
    pub n_pools: usize,
    /// First sending pool.
    pub sender_start: usize,
    /// First receiving pool.
    pub receiver_start: usize,
}

/// The pools of a layer; a layer of two dimensions has as many pools of one unit as it has units.
fn pools_or_units(shape: &[usize]) -> PoolGrid {
    match shape {
        [_, _, _, _] => PoolGrid::of(shape),
        _ => PoolGrid { height: 1, width: count(shape), units: 1 },
    }
}

impl PoolOneToOne {
    /// Pairs of sending and receiving pool.
    fn pairs(&self, from: &PoolGrid, to: &PoolGrid) -> Result<Vec<(usize, usize)>, PatternProblem> {
        let fit = from
            .count()
            .saturating_sub(self.sender_start)
            .min(to.count().saturating_sub(self.receiver_start));
        if fit == 0 {
            return Err(PatternProblem::NothingLeft {
                sender_start: self.sender_start,
                senders: from.count(),
                receiver_start: self.receiver_start,
                receivers: to.count(),
            });
        }
        let n = if self.n_pools == 0 { fit } else { fit.min(self.n_pools) };
        Ok((0..n).map(|i| (self.sender_start + i, self.receiver_start + i)).collect())
    }
}

impl Pattern for PoolOneToOne {
    fn name(&self) -> &str {
        "PoolOneToOne"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        _same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        let (from, to) = (pools_or_units(sender), pools_or_units(receiver));
        let mut lists = vec![Vec::new(); count(receiver)];
        for (s, r) in self.pairs(&from, &to)? {
            for unit in to.units_of(r) {
                lists[unit as usize] = from.units_of(s).collect();
            }
        }
        Ok(Connectivity::Senders(lists))
    }
}

/// As [`PoolOneToOne`], but only a share of the units of the pool, drawn at random for each
/// receiver (emergent: `prjn.PoolUnifRnd`). Each projection draws for itself, as with
/// [`UniformRandom`](super::UniformRandom).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolUniformRandom {
    /// Which pools connect.
    pub pools: PoolOneToOne,
    /// Share of the pool's units that a receiver is connected to, 0 to 1; their number is rounded.
    pub probability: f64,
    /// Seed of the draw.
    pub seed: u64,
    /// Within one layer, also allow a unit itself.
    pub self_connections: bool,
}

impl Default for PoolUniformRandom {
    fn default() -> Self {
        let pools = PoolOneToOne::default();
        Self { pools, probability: 0.5, seed: 0, self_connections: false }
    }
}

impl Pattern for PoolUniformRandom {
    fn name(&self) -> &str {
        "PoolUniformRandom"
    }

    fn for_projection(&self, projection: &str) -> Option<Arc<dyn Pattern>> {
        Some(Arc::new(Self { seed: seed_of(self.seed, projection), ..*self }))
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        let (from, to) = (pools_or_units(sender), pools_or_units(receiver));
        let mut lists = vec![Vec::new(); count(receiver)];
        for (s, r) in self.pools.pairs(&from, &to)? {
            for unit in to.units_of(r) {
                let all = from.units_of(s);
                let allowed = all.filter(|s| !same_layer || self.self_connections || *s != unit);
                lists[unit as usize] =
                    draw(allowed.collect(), self.probability, self.seed, unit as usize)?;
            }
        }
        Ok(Connectivity::Senders(lists))
    }
}

/// Each unit to the unit with the same number within its pool, in every pool (emergent:
/// `prjn.PoolSameUnit`). A layer of two dimensions is one pool; pools of both layers have the same
/// number of units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolSameUnit {
    /// Within one layer, also connect each unit to itself.
    pub self_connections: bool,
}

impl Pattern for PoolSameUnit {
    fn name(&self) -> &str {
        "PoolSameUnit"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        let (from, to) = (PoolGrid::of(sender), PoolGrid::of(receiver));
        if from.units != to.units {
            return Err(PatternProblem::PoolSizes { sender: from.units, receiver: to.units });
        }
        let list = |r: usize| {
            let senders = (0..from.count()).map(|pool| (pool * from.units + r % to.units) as u32);
            let allowed =
                senders.filter(|s| !same_layer || self.self_connections || *s as usize != r);
            allowed.collect()
        };
        Ok(Connectivity::Senders((0..count(receiver)).map(list).collect()))
    }
}

/// As [`Rect`], with pools in place of units: all units of a rectangle of pools to all units of a
/// pool (emergent: `prjn.PoolRect`).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PoolRect {
    /// The rectangle, in pools.
    pub rect: Rect,
}

impl Pattern for PoolRect {
    fn name(&self) -> &str {
        "PoolRect"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        self.rect.scale.check_scale()?;
        let from = PoolGrid::of_pools(sender)?;
        let to = PoolGrid::of_pools(receiver)?;
        if self.rect.reciprocal {
            return Err(PatternProblem::NoReciprocal { pattern: "PoolRect" });
        }
        let sizes = (Pair::new(from.height, from.width), Pair::new(to.height, to.width));
        let mut lists = vec![Vec::new(); count(receiver)];
        for pool in 0..to.count() {
            let mut senders: Vec<u32> =
                field(&self.rect, sizes, (pool / to.width, pool % to.width))
                    .into_iter()
                    .flat_map(|(y, x)| from.units_of(y * from.width + x))
                    .collect();
            senders = super::tidy(senders);
            for unit in to.units_of(pool) {
                let allowed = senders
                    .iter()
                    .copied()
                    .filter(|s| !same_layer || self.rect.self_connections || *s != unit);
                lists[unit as usize] = allowed.collect();
            }
        }
        Ok(Connectivity::Senders(lists))
    }
}
