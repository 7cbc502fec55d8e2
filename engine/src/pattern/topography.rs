//! Weights or scales that depend on the place in a tile of pools, for topographic maps.

use ndarray::{ArrayD, IxDyn};

use super::field::{Pair, offset_in_stretch};
use super::pool_tile::PoolTile;
use super::unit_grid::PoolGrid;
use crate::error::PatternProblem;

/// A Gaussian of the distance between a sender and the receiver's centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaussian {
    /// Width: half the field's extent is 1.
    pub sigma: f32,
    /// Measure around the edges of the field, so that no receiver has less in all than another.
    pub wrap: bool,
    /// How far the centres move with the receiver's place in its pool: with 1 they span the field.
    pub centre_move: f32,
}

impl Default for Gaussian {
    fn default() -> Self {
        Self { sigma: 0.6, wrap: true, centre_move: 1.0 }
    }
}

/// A product of two sigmoids, one in each direction, that rise with the sender's place for the
/// receivers of the lower half and fall for the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// Steepness: half the field's extent is 1.
    pub gain: f32,
    /// How far the middles move with the receiver's place in its pool.
    pub centre_move: f32,
}

impl Default for Sigmoid {
    fn default() -> Self {
        Self { gain: 0.05, centre_move: 0.5 }
    }
}

/// How a topographic weight depends on the place: in the whole tile (`full`), within the sending
/// pool (`in_pool`), or as the product of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TopographicShape {
    /// Gaussians.
    Gaussian {
        /// Over the tile.
        full: Option<Gaussian>,
        /// Over each sending pool.
        in_pool: Option<Gaussian>,
    },
    /// Sigmoids.
    Sigmoid {
        /// Over the tile.
        full: Option<Sigmoid>,
        /// Over each sending pool.
        in_pool: Option<Sigmoid>,
    },
}

/// Topographic weights of a [`PoolTile`] (emergent: `PoolTile.TopoWts`): for each receiving unit of
/// a pool a map over its tile.
///
/// ```
/// use engine::pattern::{Gaussian, Pair, PoolTile, TopographicShape, Topography};
/// use engine::{LayerType, Network, ProjectionType};
/// let (retina_shape, cortex_shape) = ([4, 4, 1, 1], [2, 2, 3, 3]);
/// let mut net = Network::new("map");
/// let retina = net.add_layer("Retina", &retina_shape, LayerType::Input)?;
/// let cortex = net.add_layer("Cortex", &cortex_shape, LayerType::Hidden)?;
/// let tile = PoolTile { size: Pair::new(2, 2), start: Pair::new(0, 0), ..PoolTile::default() };
/// let id = net.connect(retina, cortex, tile, ProjectionType::Forward)?;
/// net.build()?;
/// net.init_weights(1)?;
///
/// let full = Some(Gaussian { wrap: false, ..Gaussian::default() });
/// let shape = TopographicShape::Gaussian { full, in_pool: None };
/// let topography = Topography { shape, ..Topography::default() };
/// let scale = topography.scale(&tile, &retina_shape, &cortex_shape)?;
/// net.set_scales_by(id, scale)?;
/// // The unit in the front left corner of its pool prefers that corner of its tile.
/// let scale = |sender| net.projection(id).synapse("Scale", sender, 0);
/// assert!(scale(0) > scale(1) && scale(1) > scale(5));
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Topography {
    /// The dependence on the place, from 0 to 1.
    pub shape: TopographicShape,
    /// The weight where that is 0.
    pub min: f32,
    /// The weight where that is 1.
    pub max: f32,
}

impl Default for Topography {
    fn default() -> Self {
        let shape = TopographicShape::Gaussian {
            full: Some(Gaussian::default()),
            in_pool: Some(Gaussian::default()),
        };
        Self { shape, min: 0.8, max: 1.0 }
    }
}

/// More weights than these a tile cannot have.
const MOST_WEIGHTS: usize = 1 << 28;

impl Topography {
    /// The weights of a tile, `[UnitY, UnitX, TileY, TileX, SendUnitY, SendUnitX]`: for each unit of
    /// a receiving pool those from each unit of each pool of its tile. A layer of two dimensions
    /// counts as one pool.
    ///
    /// # Errors
    /// A layer has neither two nor four dimensions, the shape asks for nothing, or a tile has more
    /// than 2²⁸ weights.
    pub fn weights(
        &self,
        tile: &PoolTile,
        sender: &[usize],
        receiver: &[usize],
    ) -> Result<ArrayD<f32>, PatternProblem> {
        let (tile_size, senders) = match sender {
            [_, _, y, x] => (tile.size, Pair::new(*y, *x)),
            [y, x] => (Pair::new(1, 1), Pair::new(*y, *x)),
            _ => return Err(dimensions(sender)),
        };
        let [.., units_y, units_x] = receiver else { return Err(dimensions(receiver)) };
        let nothing = match self.shape {
            TopographicShape::Gaussian { full, in_pool } => full.is_none() && in_pool.is_none(),
            TopographicShape::Sigmoid { full, in_pool } => full.is_none() && in_pool.is_none(),
        };
        if nothing {
            return Err(PatternProblem::NoShape);
        }
        let shape = [*units_y, *units_x, tile_size.y, tile_size.x, senders.y, senders.x];
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        if count.is_none_or(|count| count > MOST_WEIGHTS) {
            return Err(PatternProblem::TileSize { shape: shape.to_vec() });
        }
        // Of the tile, and of one pool: from the first to the last unit.
        let tile_extent = Pair::new(tile_size.y * senders.y, tile_size.x * senders.x);
        let tile_field = Field { length: tile_extent.map(|n| n as f32 - 1.0) };
        let pool_field = Field { length: senders.map(extent) };
        let receivers = Pair::new(*units_y, *units_x);
        Ok(ArrayD::from_shape_fn(IxDyn(&shape), |at| {
            let receiver = Pair::new(at[0] as f32, at[1] as f32);
            let in_pool = Pair::new(at[4] as f32, at[5] as f32);
            let in_tile =
                Pair::new((at[2] * senders.y + at[4]) as f32, (at[3] * senders.x + at[5]) as f32);
            let value = match self.shape {
                TopographicShape::Gaussian { full, in_pool: pool } => {
                    let of = |gaussian: Option<Gaussian>, field: Field, sender| {
                        gaussian.map_or(1.0, |g| field.gaussian(&g, sender, receiver, receivers))
                    };
                    of(full, tile_field, in_tile) * of(pool, pool_field, in_pool)
                }
                TopographicShape::Sigmoid { full, in_pool: pool } => {
                    let of = |sigmoid: Option<Sigmoid>, field: Field, sender, middle| {
                        sigmoid
                            .map_or(1.0, |s| field.sigmoid(&s, sender, middle, receiver, receivers))
                    };
                    // The reference never moves the middle within the pool in the upper half.
                    of(full, tile_field, in_tile, Middle::Moves)
                        * of(pool, pool_field, in_pool, Middle::StaysInY)
                }
            };
            self.min + value * (self.max - self.min)
        }))
    }

    /// The weight from a sender to a receiver of a projection with this tile, by their flat indices;
    /// for [`Network::set_scales_by`](crate::Network::set_scales_by), or
    /// [`Network::set_weights_by`](crate::Network::set_weights_by). Where a sending pool is not in
    /// the receiver's tile it is the least one.
    ///
    /// (The reference hands the values of a tile out in the order of the senders' indices, which is
    /// another order where the tile goes around an edge or is cut off there; here a value goes to
    /// the place it is for.)
    ///
    /// # Errors
    /// As [`weights`](Self::weights).
    pub fn scale(
        &self,
        tile: &PoolTile,
        sender: &[usize],
        receiver: &[usize],
    ) -> Result<impl Fn(usize, usize) -> f32 + use<>, PatternProblem> {
        // Who has the tiles: with a reciprocal pattern the sending layer.
        let (from, to) = if tile.reciprocal { (receiver, sender) } else { (sender, receiver) };
        let weights = self.weights(tile, from, to)?;
        let (tile, least) = (*tile, self.min);
        let (pools_from, pools_to) = (PoolGrid::of(from), PoolGrid::of(to));
        let width_of = |shape: &[usize]| shape[shape.len() - 1];
        let (width_from, width_to) = (width_of(from), width_of(to));
        let is_flat = from.len() == 2;
        Ok(move |s: usize, r: usize| {
            let (s, r) = if tile.reciprocal { (r, s) } else { (s, r) };
            let (pool_s, pool_r) = (s / pools_from.units, r / pools_to.units);
            let (unit_s, unit_r) = (s % pools_from.units, r % pools_to.units);
            let wanted = Pair::new(pool_s / pools_from.width, pool_s % pools_from.width);
            let first = tile.first(Pair::new(pool_r / pools_to.width, pool_r % pools_to.width));
            let (size, wrap) = (tile.size, tile.wrap);
            let y = || offset_in_stretch(first.y, size.y, pools_from.height, wrap, wanted.y);
            let x = || offset_in_stretch(first.x, size.x, pools_from.width, wrap, wanted.x);
            let place = if is_flat { Some((0, 0)) } else { y().zip(x()) };
            place.map_or(least, |(y, x)| {
                let receiving = [unit_r / width_to, unit_r % width_to];
                let sending = [unit_s / width_from, unit_s % width_from];
                weights[IxDyn(&[receiving[0], receiving[1], y, x, sending[0], sending[1]])]
            })
        })
    }
}

/// From the first to the last of `n` units; 1 for a single one.
fn extent(n: usize) -> f32 {
    if n > 1 { n as f32 - 1.0 } else { n as f32 }
}

fn dimensions(shape: &[usize]) -> PatternProblem {
    PatternProblem::Dimensions { wanted: "2 or 4", shape: shape.to_vec() }
}

/// Whether the middle of a sigmoid follows the receiver's row in the upper half of its pool.
#[derive(Clone, Copy, PartialEq)]
enum Middle {
    Moves,
    StaysInY,
}

/// What a map extends over: its length in each direction, from the first to the last unit.
#[derive(Clone, Copy)]
struct Field {
    length: Pair<f32>,
}

impl Field {
    fn gaussian(
        self,
        gaussian: &Gaussian,
        sender: Pair<f32>,
        receiver: Pair<f32>,
        receivers: Pair<usize>,
    ) -> f32 {
        let width = gaussian.sigma * (self.length.x * 0.5);
        let width = if width <= 0.0 { gaussian.sigma } else { width };
        let apart = |sender: f32, receiver: f32, receivers: usize, length: f32| {
            // The receiver's place from -1 to 1, and the centre that belongs to it.
            let half = extent(receivers) * 0.5;
            let place = (receiver - half) / half * gaussian.centre_move;
            let centre = place * (length * 0.5) + length * 0.5;
            let distance = (sender - centre).abs();
            if !gaussian.wrap {
                return distance;
            }
            let (above, below) =
                ((sender + length - centre).abs(), (sender - length - centre).abs());
            distance.min(above).min(below)
        };
        let y = apart(sender.y, receiver.y, receivers.y, self.length.y);
        let x = apart(sender.x, receiver.x, receivers.x, self.length.x);
        (-0.5 * (x * x + y * y) / (width * width)).exp()
    }

    fn sigmoid(
        self,
        sigmoid: &Sigmoid,
        sender: Pair<f32>,
        middle: Middle,
        receiver: Pair<f32>,
        receivers: Pair<usize>,
    ) -> f32 {
        let gain = sigmoid.gain * (self.length.x * 0.5);
        let value = |sender: f32, receiver: f32, receivers: usize, length: f32, moves: bool| {
            // The receiver's place from 0 to 2; in the second half the sigmoid falls.
            let place = receiver / (extent(receivers) * 0.5);
            let falls = place >= 1.0;
            let share = if falls && moves {
                (1.0 - place + 0.5) * sigmoid.centre_move - 0.5
            } else {
                (place - 0.5) * sigmoid.centre_move + 0.5
            };
            let sign = if falls { -1.0 } else { 1.0 };
            1.0 / (1.0 + (-gain * (sign * sender - share * length)).exp())
        };
        let x = value(sender.x, receiver.x, receivers.x, self.length.x, true);
        let moves = middle == Middle::Moves;
        x * value(sender.y, receiver.y, receivers.y, self.length.y, moves)
    }
}
