//! Random numbers: one generator, one way to split a seed into independent streams.
//!
//! Every use of chance has its own stream, named by a label and an index, and all streams of a
//! run come from one seed. So adding a projection or an environment does not shift the numbers of
//! any other, results do not depend on the order of construction nor on the number of threads, and
//! run 7 can be repeated without runs 0 to 6.
//!
//! # The scheme, bit by bit
//!
//! The generator is xoshiro256++ (Blackman and Vigna, 2019). All arithmetic is on unsigned 64-bit
//! integers, modulo 2⁶⁴. With SplitMix64's step (Steele, Lea and Flood, 2014)
//!
//! ```text
//! mix(x):  z = x + 0x9E3779B97F4A7C15
//!          z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
//!          z = (z ^ (z >> 27)) * 0x94D049BB133111EB
//!          z ^ (z >> 31)
//! ```
//!
//! and FNV-1a of the label's UTF-8 bytes (start 0xCBF29CE484222325, then for each byte
//! `h = (h ^ byte) * 0x100000001B3`), the stream (seed, label, index) starts from
//!
//! ```text
//! key      = mix(mix(mix(seed) ^ fnv1a(label)) ^ index)
//! state[k] = mix(key + k * 0x9E3779B97F4A7C15)        k = 0, 1, 2, 3
//! ```
//!
//! which are the first four numbers of a SplitMix64 generator started at `key`. For one seed and
//! label, different indices always give different keys, because `mix` is a bijection.
//!
//! ```
//! use engine::random::{self, stream};
//!
//! let mut weights = stream(1, "weights/Input/Hidden", 0);
//! assert_eq!(random::uniform(&mut weights), 0.5721288129275486);
//! // The same three things always name the same stream.
//! let mut again = stream(1, "weights/Input/Hidden", 0);
//! assert_eq!(random::uniform(&mut again), 0.5721288129275486);
//! assert_eq!(random::permutation(&mut stream(1, "order", 0), 5), [4, 2, 0, 3, 1]);
//! ```

mod distribution;

pub use distribution::{Distribution, RandomParams, Sampler, chance, choose};
use rand::{Rng as _, SeedableRng as _};

/// The random number generator of the whole crate: xoshiro256++, 256 bits of state, 64 bits a draw.
pub type Rng = rand_xoshiro::Xoshiro256PlusPlus;

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// The stream of random numbers that `label` and `index` name among all those of `seed`.
///
/// By convention the label is a path from the general to the particular (`"order/train"`), and the
/// index counts what repeats, such as runs. The [module](self) gives the computation.
pub fn stream(seed: u64, label: &str, index: u64) -> Rng {
    let key = mix(mix(mix(seed) ^ fnv1a(label)) ^ index);
    let mut bytes = [0; 32];
    for (k, word) in bytes.chunks_exact_mut(8).enumerate() {
        let value = mix(key.wrapping_add(GOLDEN_GAMMA.wrapping_mul(k as u64)));
        word.copy_from_slice(&value.to_le_bytes());
    }
    Rng::from_seed(bytes)
}

/// One step of SplitMix64: adds the increment and scrambles. A bijection.
fn mix(x: u64) -> u64 {
    let z = x.wrapping_add(GOLDEN_GAMMA);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The 64-bit FNV-1a hash of the text's UTF-8 bytes.
fn fnv1a(text: &str) -> u64 {
    let mut hash = Fingerprint::new();
    hash.add(text.as_bytes());
    hash.value()
}

/// The 64-bit FNV-1a hash of bytes that come one after the other: to tell contents apart, such as
/// the patterns of an environment.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Fingerprint {
    /// Of no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on with these bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    /// The hash of all bytes so far.
    pub fn value(self) -> u64 {
        self.0
    }
}

/// A number in [0, 1), uniformly distributed: the top 53 bits of one draw times 2⁻⁵³.
pub fn uniform(rng: &mut Rng) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (rng.next_u64() >> 11) as f64 * SCALE
}

/// A number in [low, high), uniformly distributed: `low + (high - low) * uniform`.
///
/// Rounding may give `high` itself when the bounds are large and close. `low` if both are equal.
pub fn uniform_between(rng: &mut Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * uniform(rng)
}

/// A number of the normal distribution of mean 0 and standard deviation 1.
///
/// Box and Muller's (1958) cosine form of two uniform numbers u, v drawn in this order,
/// `sqrt(-2 ln(1 - u)) cos(2π v)`; the sine form is not used, so that the generator is the only state.
/// The largest magnitude possible is 8.57.
pub fn gaussian(rng: &mut Rng) -> f64 {
    let u = uniform(rng);
    let v = uniform(rng);
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// An integer in [0, bound), each equally likely.
///
/// Lemire's (2019) multiplication: the high word of draw · bound; draws whose low word is below
/// 2⁶⁴ mod bound are rejected and repeated, so there is no bias at all.
///
/// # Panics
/// When `bound` is 0.
pub fn below(rng: &mut Rng, bound: usize) -> usize {
    assert!(bound > 0, "there is no integer below 0 to draw");
    let bound = bound as u64;
    let reject_below = bound.wrapping_neg() % bound;
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(bound);
        if product as u64 >= reject_below {
            return (product >> 64) as usize;
        }
    }
}

/// The numbers 0 to n − 1 in random order, each of the n! orders equally likely.
///
/// Fisher and Yates' shuffle from the last place down: place i changes with place `below(i + 1)`.
pub fn permutation(rng: &mut Rng, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    shuffle(rng, &mut order);
    order
}

/// Shuffles the values in place as [`permutation`] does.
pub fn shuffle<T>(rng: &mut Rng, values: &mut [T]) {
    for i in (1..values.len()).rev() {
        let j = below(rng, i + 1);
        values.swap(i, j);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_pinned() {
        // FNV-1a of "a" and SplitMix64 of 0 are published test values; the others were computed
        // from the description above by a separate program.
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
        let mut rng = stream(1, "weights", 0);
        let draws = [rng.next_u64(), rng.next_u64(), rng.next_u64()];
        assert_eq!(
            draws,
            [14_508_939_961_208_890_971, 17_626_001_483_174_972_433, 2_490_571_695_225_947_709]
        );
        assert_eq!(permutation(&mut stream(7, "order/train", 3), 8), [6, 7, 2, 3, 4, 1, 5, 0]);
        let normal = gaussian(&mut stream(7, "noise", 0));
        assert!((normal - 0.793222606621275).abs() < 1e-14, "{normal}");
    }

    #[test]
    fn seed_label_and_index_each_change_the_stream() {
        let first = |seed, label, index| stream(seed, label, index).next_u64();
        let all = [
            first(1, "a", 0),
            first(2, "a", 0),
            first(1, "b", 0),
            first(1, "a", 1),
            first(1, "ab", 0),
            first(0, "", 0),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|b| a != b), "{all:?}");
        }
    }

    #[test]
    fn moments_of_the_distributions() {
        let mut rng = stream(1, "moments", 0);
        let n = 40_000;
        let uniforms: Vec<f64> = (0..n).map(|_| uniform_between(&mut rng, -1.0, 3.0)).collect();
        assert!(uniforms.iter().all(|u| (-1.0..3.0).contains(u)));
        let mean = uniforms.iter().sum::<f64>() / n as f64;
        // Standard error 4 / sqrt(12 n) = 0.006.
        assert!((mean - 1.0).abs() < 0.025, "{mean}");
        let normals: Vec<f64> = (0..n).map(|_| gaussian(&mut rng)).collect();
        let mean = normals.iter().sum::<f64>() / n as f64;
        let variance = normals.iter().map(|x| x * x).sum::<f64>() / n as f64;
        // Standard errors 0.005 and 0.007.
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }

    #[test]
    fn all_orders_of_three_come_equally_often() {
        let mut counts = std::collections::BTreeMap::new();
        let mut rng = stream(5, "orders", 0);
        for _ in 0..6000 {
            *counts.entry(permutation(&mut rng, 3)).or_insert(0_i64) += 1;
        }
        assert_eq!(counts.len(), 6);
        // Standard deviation of a count: sqrt(6000 · 1/6 · 5/6) = 29.
        assert!(counts.values().all(|count| (count - 1000).abs() < 150), "{counts:?}");
    }

    #[test]
    fn below_reaches_both_ends_and_empty_permutations_are_fine() {
        let mut rng = stream(5, "below", 0);
        let drawn: Vec<usize> = (0..200).map(|_| below(&mut rng, 3)).collect();
        assert!((0..3).all(|value| drawn.contains(&value)) && drawn.iter().all(|&v| v < 3));
        assert!(permutation(&mut rng, 0).is_empty());
        assert_eq!(permutation(&mut rng, 1), [0]);
    }
}
