//! Patterns of connectivity: which units of a sending layer connect to which of a receiving layer.
//!
//! A pattern is a function of the two shapes. Given are
//!
//! | Pattern | Each receiving unit gets input from |
//! |---|---|
//! | [`Full`] | all senders |
//! | [`OneToOne`] | the unit with its own index |
//! | [`Rect`], [`Circle`] | a rectangle or disk of senders around its own place |
//! | [`UniformRandom`] | so many senders drawn at random |
//! | [`PoolOneToOne`] | all units of the corresponding pool |
//! | [`PoolSameUnit`] | the same unit of every pool |
//! | [`PoolRect`], [`PoolTile`] | all units of a rectangle of pools around its pool |
//! | [`PoolUniformRandom`] | so many units of the corresponding pool |
//!
//! Weights that depend on the place come from [`Circle::gaussian_weight`] and [`Topography`].
//!
//! A user's own is any type with [`Pattern::connect`], or a closure in [`ByPair`]. Layers of four
//! dimensions `[PoolY, PoolX, Y, X]` count as one plane, their pools side by side, where a pattern
//! is about places of units; layers of two dimensions count as one pool each unit where it is about
//! pools, unless said otherwise.
//!
//! ```
//! use engine::pattern::{Connectivity, OneToOne, Pattern};
//! let connectivity = OneToOne::default().connect(&[2, 2], &[2, 2], false)?;
//! assert_eq!(connectivity, Connectivity::Senders(vec![vec![0], vec![1], vec![2], vec![3]]));
//!
//! // Units of even index to all, by a closure of sender and receiver.
//! let even = engine::pattern::ByPair::new("Even", |sender, _receiver| sender % 2 == 0);
//! let connectivity = even.connect(&[1, 3], &[1, 2], false)?;
//! assert_eq!(connectivity, Connectivity::Senders(vec![vec![0, 2], vec![0, 2]]));
//! # Ok::<(), engine::error::PatternProblem>(())
//! ```

mod circle;
mod field;
mod full;
mod one_to_one;
mod pool_tile;
mod pools;
mod random;
mod rect;
mod topography;
mod unit_grid;

pub use circle::Circle;
pub use field::Pair;
pub use full::Full;
pub use one_to_one::OneToOne;
pub use pool_tile::PoolTile;
pub use pools::{PoolOneToOne, PoolRect, PoolSameUnit, PoolUniformRandom};
pub use random::UniformRandom;
pub use rect::Rect;
pub use topography::{Gaussian, Sigmoid, TopographicShape, Topography};

use std::fmt::{self, Debug};
use std::sync::Arc;

use crate::error::PatternProblem;

/// The synapses that a pattern asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connectivity {
    /// Every sender to every receiver.
    Full,
    /// For each receiving unit (flat index), the flat indices of its senders in ascending order.
    Senders(Vec<Vec<u32>>),
}

/// A pattern of connectivity between two layers.
pub trait Pattern: Send + Sync {
    /// The pattern's name, as it is shown to users.
    fn name(&self) -> &str;

    /// The synapses between a layer of shape `sender` and one of shape `receiver`;
    /// `same_layer` tells that the two are one layer.
    ///
    /// # Errors
    /// Why the pattern does not fit the two shapes.
    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem>;

    /// The pattern of one projection among those that are made with this one; `projection` names it
    /// and no other of the network. `None`, unless a pattern overrides this, for the pattern itself.
    ///
    /// A pattern that draws at random answers with one of another seed, so that its projections are
    /// not all alike.
    fn for_projection(&self, _projection: &str) -> Option<Arc<dyn Pattern>> {
        None
    }
}

impl Debug for dyn Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A closure of the shapes of sender and receiver, and of whether they are one layer.
impl<F> Pattern for F
where
    F: Fn(&[usize], &[usize], bool) -> Result<Connectivity, PatternProblem> + Send + Sync,
{
    fn name(&self) -> &str {
        "closure"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        self(sender, receiver, same_layer)
    }
}

/// Flat indices of sender and receiver to whether they connect.
type Predicate = dyn Fn(usize, usize) -> bool + Send + Sync;

/// A pattern of the user's own: whether a sending unit connects to a receiving unit, by flat index.
pub struct ByPair {
    name: String,
    connects: Box<Predicate>,
}

impl ByPair {
    /// A pattern from a closure of sender and receiver.
    pub fn new(
        name: impl Into<String>,
        connects: impl Fn(usize, usize) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), connects: Box::new(connects) }
    }
}

impl Debug for ByPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByPair").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Pattern for ByPair {
    fn name(&self) -> &str {
        &self.name
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        _same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        let (senders, receivers) = (count(sender), count(receiver));
        let list =
            |r: usize| (0..senders).filter(move |s| (self.connects)(*s, r)).map(|s| s as u32);
        Ok(Connectivity::Senders((0..receivers).map(|r| list(r).collect()).collect()))
    }
}

/// Units of a layer of this shape.
fn count(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// The transpose: lists by receiver from lists by sender.
fn transposed(lists: Vec<Vec<u32>>, receivers: usize) -> Vec<Vec<u32>> {
    let mut result = vec![Vec::new(); receivers];
    for (sender, list) in lists.into_iter().enumerate() {
        for receiver in list {
            result[receiver as usize].push(sender as u32);
        }
    }
    result
}

/// Sorted, each sender once.
fn tidy(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}
