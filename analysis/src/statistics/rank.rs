//! What follows from the order of values.

use std::cmp::Ordering;

/// The value below which a share `q` (0 to 1) of `sorted` lies, interpolated linearly between
/// neighbours at position `q (n − 1)`, as numpy does. NaN for no values.
///
/// ```
/// assert_eq!(analysis::statistics::quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), 3.0);
/// ```
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = q.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    low + (position - below as f64) * (high - low)
}

/// The ranks of values from 1; equal values share the mean of theirs.
///
/// ```
/// assert_eq!(analysis::statistics::ranks(&[0.2, 0.9, 0.2, 0.5]), [1.5, 4.0, 1.5, 3.0]);
/// ```
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let equal = order[first..]
            .iter()
            .take_while(|&&item| values[item] == values[order[first]])
            .count()
            .max(1);
        let rank = first as f64 + (equal as f64 + 1.0) / 2.0;
        for &item in &order[first..first + equal] {
            ranks[item] = rank;
        }
        first += equal;
    }
    ranks
}

/// What Kendall's τ is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kendall {
    /// τ-b, 0 where one side is constant.
    pub tau: f64,
    /// Concordant less discordant pairs, and the variance of that without association.
    pub score: f64,
    pub variance: f64,
}

/// Kendall's τ-b with correction for ties, in O(n log n) (Knight 1966).
pub(crate) fn kendall_tau(a: &[f64], b: &[f64]) -> Kendall {
    let n = a.len();
    let mut order: Vec<usize> = (0..n).collect();
    let by = |values: &[f64], i: usize, j: usize| {
        values[i].partial_cmp(&values[j]).unwrap_or(Ordering::Equal)
    };
    order.sort_by(|&i, &j| by(a, i, j).then(by(b, i, j)));
    let tied_a = Ties::of(&order, |i, j| a[i] == a[j]);
    let tied_both = Ties::of(&order, |i, j| a[i] == a[j] && b[i] == b[j]);
    let mut sequence: Vec<f64> = order.iter().map(|&item| b[item]).collect();
    let discordant = inversions(&mut sequence);
    let places: Vec<usize> = (0..n).collect();
    let tied_b = Ties::of(&places, |i, j| sequence[i] == sequence[j]);
    let count = n as f64;
    let pairs = count * (count - 1.0) / 2.0;
    let score = pairs - tied_a.pairs - tied_b.pairs + tied_both.pairs - 2.0 * discordant as f64;
    let norm = (pairs - tied_a.pairs).sqrt() * (pairs - tied_b.pairs).sqrt();
    let tau = if norm > 0.0 { (score / norm).clamp(-1.0, 1.0) } else { 0.0 };
    let m = count * (count - 1.0);
    let mut variance = (m * (2.0 * count + 5.0) - tied_a.fives - tied_b.fives) / 18.0;
    variance += 2.0 * tied_a.pairs * tied_b.pairs / m;
    if n > 2 {
        variance += tied_a.triples * tied_b.triples / (9.0 * m * (count - 2.0));
    }
    Kendall { tau, score, variance }
}

/// Sums over runs of t equal values.
struct Ties {
    /// `t (t − 1) / 2`
    pairs: f64,
    /// `t (t − 1) (t − 2)`
    triples: f64,
    /// `t (t − 1) (2 t + 5)`
    fives: f64,
}

impl Ties {
    fn of(order: &[usize], equal: impl Fn(usize, usize) -> bool) -> Self {
        let mut ties = Ties { pairs: 0.0, triples: 0.0, fives: 0.0 };
        for run in order.chunk_by(|&i, &j| equal(i, j)) {
            let t = run.len() as f64;
            ties.pairs += t * (t - 1.0) / 2.0;
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.fives += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

/// Sorts by merging, and counts the pairs that stood the wrong way round.
fn inversions(values: &mut [f64]) -> u64 {
    let n = values.len();
    let mut buffer = values.to_vec();
    let (mut count, mut width) = (0, 1);
    while width < n {
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = ((start + width).min(n), (start + 2 * width).min(n));
            let (mut left, mut right) = (start, middle);
            for place in &mut buffer[start..end] {
                if left < middle && (right >= end || values[left] <= values[right]) {
                    *place = values[left];
                    left += 1;
                } else {
                    *place = values[right];
                    right += 1;
                    count += (middle - left) as u64;
                }
            }
        }
        values.copy_from_slice(&buffer);
        width *= 2;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_counted() {
        let mut values = [3.0, 1.0, 2.0, 2.0, 0.0];
        assert_eq!(inversions(&mut values), 7);
        assert_eq!(values, [0.0, 1.0, 2.0, 2.0, 3.0]);
    }

    #[test]
    fn tau_counts_pairs() {
        let (a, b) = ([1.0, 2.0, 2.0, 4.0, 5.0, 1.0], [2.0, 1.0, 2.0, 4.0, 3.0, 2.0]);
        let (mut score, mut pairs_a, mut pairs_b) = (0.0, 0.0, 0.0);
        for i in 0..6 {
            for j in 0..i {
                let (x, y) = (f64::signum(a[i] - a[j]), f64::signum(b[i] - b[j]));
                let (x, y) =
                    (if a[i] == a[j] { 0.0 } else { x }, if b[i] == b[j] { 0.0 } else { y });
                score += x * y;
                pairs_a += x * x;
                pairs_b += y * y;
            }
        }
        let found = kendall_tau(&a, &b);
        assert_eq!(found.score, score);
        assert!((found.tau - score / f64::sqrt(pairs_a * pairs_b)).abs() < 1e-15);
    }

    #[test]
    fn quantiles_of_nothing_are_missing() {
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
        assert_eq!(quantile(&[1.0, 3.0], 0.25), 1.5);
    }
}
