//! Senders drawn at random.

use std::sync::Arc;

use rand::Rng as _;

use super::{Connectivity, Pattern, count};
use crate::error::PatternProblem;
use crate::random;

/// The same number of senders for each receiver, drawn at random without replacement (emergent:
/// `prjn.UnifRnd`).
///
/// Each receiver draws from a stream of its own. In a network the streams depend on the projection's
/// name too (and, where an earlier projection has the same name, on how many have), so that several
/// projections with one and the same pattern have different senders, and adding another projection
/// changes none of them.
///
/// ```
/// use engine::pattern::{Connectivity, Pattern, UniformRandom};
/// let pattern = UniformRandom { probability: 0.5, ..UniformRandom::default() };
/// let Connectivity::Senders(lists) = pattern.connect(&[2, 5], &[1, 3], false)? else { panic!() };
/// assert!(lists.iter().all(|senders| senders.len() == 5));
/// assert_eq!(pattern.connect(&[2, 5], &[1, 3], false)?, Connectivity::Senders(lists));
/// # Ok::<(), engine::error::PatternProblem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UniformRandom {
    /// Share of the senders that a receiver is connected to, 0 to 1; their number is rounded.
    pub probability: f64,
    /// Seed of the draw.
    pub seed: u64,
    /// Within one layer, also allow a unit itself.
    pub self_connections: bool,
}

impl Default for UniformRandom {
    fn default() -> Self {
        Self { probability: 0.5, seed: 0, self_connections: false }
    }
}

/// The seed of the draws of one projection.
pub(super) fn seed_of(seed: u64, projection: &str) -> u64 {
    random::stream(seed, &format!("pattern/{projection}"), 0).next_u64()
}

/// Draws a share of the candidates for one receiver, ascending.
pub(super) fn draw(
    candidates: Vec<u32>,
    probability: f64,
    seed: u64,
    receiver: usize,
) -> Result<Vec<u32>, PatternProblem> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(PatternProblem::Probability { value: probability });
    }
    let wanted = (probability * candidates.len() as f64).round() as usize;
    let mut rng = random::stream(seed, "pattern/uniform", receiver as u64);
    let order = random::permutation(&mut rng, candidates.len());
    let mut chosen: Vec<u32> = order[..wanted].iter().map(|place| candidates[*place]).collect();
    chosen.sort_unstable();
    Ok(chosen)
}

impl Pattern for UniformRandom {
    fn name(&self) -> &str {
        "UniformRandom"
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
        let lists = (0..count(receiver)).map(|r| {
            let all = 0..count(sender) as u32;
            let allowed = all.filter(|s| !same_layer || self.self_connections || *s as usize != r);
            draw(allowed.collect(), self.probability, self.seed, r)
        });
        Ok(Connectivity::Senders(lists.collect::<Result<_, _>>()?))
    }
}
