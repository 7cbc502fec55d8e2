//! The contrast linkage, which no Lance-Williams update expresses.

use ndarray::Array2;

use crate::cluster::dendrogram::Merge;

/// Clusters n items by contrast. `distance` is symmetric.
///
/// Keeps the sum of the distances between every two clusters, and of each cluster to all items
/// outside it; both update by addition when clusters join, so a scan of all pairs per merge, hence
/// O(n³), is all it takes. Of equal contrasts the pair with the earliest clusters wins, clusters
/// being ordered by their earliest item.
pub(crate) fn contrast_merges(n: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<Merge> {
    let mut sums =
        Array2::from_shape_fn((n, n), |(i, j)| if i == j { 0.0 } else { distance(i, j) });
    let farthest = sums.iter().copied().fold(0.0, f64::max);
    let mut active: Vec<Cluster> =
        (0..n).map(|item| Cluster { item, node: item, size: 1 }).collect();
    let mut outside: Vec<f64> = sums.rows().into_iter().map(|row| row.sum()).collect();
    let mut merges = Vec::with_capacity(n.saturating_sub(1));
    while active.len() > 1 {
        let mut best: Option<(f64, usize, usize)> = None;
        for (left_index, left) in active.iter().enumerate() {
            for (offset, right) in active[left_index + 1..].iter().enumerate() {
                let between = sums[[left.item, right.item]];
                let within = between / (left.size * right.size) as f64;
                let joined = left.size + right.size;
                let rest = if joined == n {
                    0.0
                } else {
                    let sum = outside[left.item] + outside[right.item] - 2.0 * between;
                    sum / (joined * (n - joined)) as f64
                };
                let contrast = farthest + within - rest;
                if best.is_none_or(|(least, ..)| contrast < least) {
                    best = Some((contrast, left_index, left_index + 1 + offset));
                }
            }
        }
        let (height, left_index, right_index) = best.expect("two clusters make one pair");
        let right = active.remove(right_index);
        let left = active[left_index];
        outside[left.item] += outside[right.item] - 2.0 * sums[[left.item, right.item]];
        for other in &active {
            if other.item != left.item {
                let sum = sums[[left.item, other.item]] + sums[[right.item, other.item]];
                sums[[left.item, other.item]] = sum;
                sums[[other.item, left.item]] = sum;
            }
        }
        let size = left.size + right.size;
        let node = n + merges.len();
        merges.push(Merge { left: left.node, right: right.node, height, size });
        active[left_index] = Cluster { item: left.item, node, size };
    }
    merges
}

/// A cluster is known by its earliest item, under which the sums are kept.
#[derive(Clone, Copy)]
struct Cluster {
    item: usize,
    node: usize,
    size: usize,
}
