//! Clustering by chains of nearest neighbours, for linkages that never bring clusters closer.
//!
//! From any cluster on, each step goes to the nearest neighbour of the last; where two are each
//! other's nearest they are joined, whatever is elsewhere. O(n²) time. The matrix is only read:
//! clusters of several items have rows of their own, at most n/2 at a time.

use ndarray::ArcArray2;

use super::dendrogram::Merge;
use crate::linear::least_sum;

/// What a linkage does, on its own measure.
pub(crate) struct Rule<I, U> {
    /// The measure of two items, from their distance; never falling.
    pub of_items: I,
    /// That of a cluster and the union of two others, from its measures to them, theirs, and the
    /// sizes of the two and of itself.
    pub of_union: U,
}

/// Clusters by a matrix of distances that is the same in both directions.
///
/// Of equally near neighbours the one before it in the chain is taken, else the one whose last item
/// comes first; of merges of equal height the one found first comes first. A chain starts at the
/// cluster whose last item comes first.
pub(crate) fn chain_merges<I, U>(distances: ArcArray2<f64>, rule: Rule<I, U>) -> Vec<Merge>
where
    I: Fn(f64) -> f64,
    U: Fn(f64, f64, f64, [f64; 3]) -> f64,
{
    let n = distances.nrows();
    let mut state = State::new(distances, rule);
    let mut chain: Vec<usize> = vec![];
    let mut pairs: Vec<(usize, usize, f64)> = Vec::with_capacity(n.saturating_sub(1));
    while pairs.len() + 1 < n {
        let Some(&last) = chain.last() else {
            chain.push(state.first());
            continue;
        };
        let before = chain.len().checked_sub(2).map(|place| chain[place]);
        let (nearest, height) = state.nearest(last, before);
        if before == Some(nearest) {
            chain.truncate(chain.len() - 2);
            let (a, b) = (last.min(nearest), last.max(nearest));
            state.join(a, b, height);
            pairs.push((a, b, height));
        } else {
            chain.push(nearest);
        }
    }
    in_order(n, pairs)
}

/// Clusters, each known by its last item.
struct State<I, U> {
    distances: ArcArray2<f64>,
    rule: Rule<I, U>,
    /// The measures of a cluster of several items to all others, at the places of their last items.
    rows: Vec<Option<Vec<f64>>>,
    /// The last items of the clusters of several items, in order.
    several: Vec<usize>,
    /// The number of items, at the place of the last.
    sizes: Vec<f64>,
    /// 0 at the places of items that are a cluster each, else infinite.
    joined: Vec<f64>,
    /// 0 at the last items of clusters, else infinite.
    gone: Vec<f64>,
    /// Rows that are no longer needed.
    spare: Vec<Vec<f64>>,
    /// The measures of an item to the clusters of several.
    fetched: Vec<f64>,
}

impl<I, U> State<I, U>
where
    I: Fn(f64) -> f64,
    U: Fn(f64, f64, f64, [f64; 3]) -> f64,
{
    fn new(distances: ArcArray2<f64>, rule: Rule<I, U>) -> Self {
        let n = distances.nrows();
        State {
            distances,
            rule,
            rows: vec![None; n],
            several: vec![],
            sizes: vec![1.0; n],
            joined: vec![0.0; n],
            gone: vec![0.0; n],
            spare: vec![],
            fetched: vec![],
        }
    }

    fn first(&self) -> usize {
        self.gone.iter().position(|&gone| gone == 0.0).expect("a cluster is left")
    }

    /// The nearest neighbour of a cluster; of equally near ones `preferred`, else the first.
    fn nearest(&mut self, cluster: usize, preferred: Option<usize>) -> (usize, f64) {
        let (place, least) = match &self.rows[cluster] {
            Some(row) => first_least(row, &self.gone),
            None => {
                // An item is no neighbour of itself.
                self.joined[cluster] = f64::INFINITY;
                let row = self.distances.row(cluster);
                let row = row.to_slice().expect("a matrix in standard layout");
                let (mut place, mut least) = first_least(row, &self.joined);
                least = (self.rule.of_items)(least);
                self.joined[cluster] = 0.0;
                // Far apart in memory: fetched all at once, then compared.
                self.fetched.clear();
                let rows = &self.rows;
                let measure =
                    |&other: &usize| rows[other].as_ref().map_or(f64::NAN, |row| row[cluster]);
                self.fetched.extend(self.several.iter().map(measure));
                for (&other, &measure) in self.several.iter().zip(&self.fetched) {
                    if measure < least || (measure == least && other < place) {
                        (place, least) = (other, measure);
                    }
                }
                (place, least)
            }
        };
        match preferred {
            Some(preferred) if self.measure(cluster, preferred) <= least => (preferred, least),
            _ => (place, least),
        }
    }

    fn row(&self, cluster: usize) -> &[f64] {
        self.rows[cluster].as_deref().expect("a cluster of several items has a row")
    }

    fn measure(&self, a: usize, b: usize) -> f64 {
        match (&self.rows[a], &self.rows[b]) {
            (Some(row), _) => row[b],
            (None, Some(row)) => row[a],
            (None, None) => (self.rule.of_items)(self.distances[[a, b]]),
        }
    }

    /// The measures of a cluster to all others; what is at other places does not count.
    fn take_row(&mut self, cluster: usize) -> Vec<f64> {
        if let Some(row) = self.rows[cluster].take() {
            let place = self.several.binary_search(&cluster).expect("it has several items");
            self.several.remove(place);
            return row;
        }
        let mut row = self.spare.pop().unwrap_or_default();
        row.clear();
        row.extend(
            self.distances.row(cluster).iter().map(|&distance| (self.rule.of_items)(distance)),
        );
        for &other in &self.several {
            row[other] = self.row(other)[cluster];
        }
        row
    }

    /// Joins the cluster of `a` to that of `b`, whose last item comes later.
    fn join(&mut self, a: usize, b: usize, height: f64) {
        let (row_a, mut row) = (self.take_row(a), self.take_row(b));
        let (size_a, size_b) = (self.sizes[a], self.sizes[b]);
        for ((to_b, &to_a), &size) in row.iter_mut().zip(&row_a).zip(&self.sizes) {
            *to_b = (self.rule.of_union)(to_a, *to_b, height, [size_a, size_b, size]);
        }
        row[b] = f64::INFINITY;
        for &other in &self.several {
            let of_other = self.rows[other].as_mut().expect("a cluster of several items");
            of_other[b] = row[other];
        }
        self.spare.push(row_a);
        self.rows[b] = Some(row);
        let place = self.several.partition_point(|&other| other < b);
        self.several.insert(place, b);
        self.sizes[b] += size_a;
        (self.joined[a], self.joined[b]) = (f64::INFINITY, f64::INFINITY);
        self.gone[a] = f64::INFINITY;
    }
}

/// The first place of the least value among those where `hidden` is 0, and that value; infinite if
/// there is none.
fn first_least(values: &[f64], hidden: &[f64]) -> (usize, f64) {
    let least = least_sum(values, hidden);
    let place = values.iter().zip(hidden).position(|(value, hidden)| value + hidden == least);
    (place.unwrap_or(values.len()), least)
}

/// Merges by growing height from pairs of items whose clusters are joined.
fn in_order(n: usize, mut pairs: Vec<(usize, usize, f64)>) -> Vec<Merge> {
    pairs.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut parent: Vec<usize> = (0..2 * n).collect();
    let mut sizes = vec![1; n];
    // The node above an item, and on the way everything comes below the new node.
    let mut root = |mut node: usize, new: usize| {
        while parent[node] != node {
            node = std::mem::replace(&mut parent[node], new);
        }
        parent[node] = new;
        node
    };
    let mut merges = Vec::with_capacity(pairs.len());
    for (a, b, height) in pairs {
        let node = n + merges.len();
        let (left, right) = (root(a, node), root(b, node));
        let size = sizes[left] + sizes[right];
        sizes.push(size);
        merges.push(Merge { left, right, height, size });
    }
    merges
}
