//! Rows by the values of some columns: a rank for each row, equal for equal values.

use std::cmp::Ordering;
use std::hash::Hash;

use polars::prelude::PlHashMap;

use crate::column::Reader;
use crate::element::Element;
use crate::view::compare;

/// Tables of presence for pairs of ranks may have this many places for each row.
const PLACES_PER_ROW: usize = 4;
/// ... or this many in all.
const PLACES: usize = 1 << 16;

/// The ranks of rows among their distinct keys, in the order of [`View::sort`](crate::View::sort).
#[derive(Debug)]
pub(super) struct Ranks {
    /// For each position its rank, from 0.
    pub(super) of: Vec<u32>,
    /// The number of distinct keys.
    pub(super) count: usize,
}

impl Ranks {
    /// By all of these columns, the first one first.
    pub(super) fn of_columns(readers: &[Reader<'_>], rows: &[usize]) -> Self {
        let mut ranks = Self { of: vec![0; rows.len()], count: usize::from(!rows.is_empty()) };
        for (index, reader) in readers.iter().enumerate() {
            let next = Self::of_column(reader, rows);
            ranks = if index == 0 { next } else { ranks.then(&next) };
        }
        ranks
    }

    fn of_column(reader: &Reader<'_>, rows: &[usize]) -> Self {
        if let Some(ranks) = Self::of_integers(reader, rows) {
            return ranks;
        }
        let element = |position: usize| reader.element(rows[position], 0);
        let (of, firsts) = numbered((0..rows.len()).map(|position| Key::new(element(position))));
        ranked(of, firsts.len(), |a, b| {
            compare(element(firsts[a as usize]), element(firsts[b as usize]), false)
        })
    }

    /// Of integers that lie close together, without nulls: by a table of those that occur.
    fn of_integers(reader: &Reader<'_>, rows: &[usize]) -> Option<Self> {
        let whole = |row: usize| match reader.element(row, 0) {
            Some(Element::Int64(value)) => Some(value),
            _ => None,
        };
        let mut values = Vec::with_capacity(rows.len());
        let (mut least, mut greatest) = (whole(*rows.first()?)?, i64::MIN);
        for &row in rows {
            let value = whole(row)?;
            (least, greatest) = (least.min(value), greatest.max(value));
            values.push(value);
        }
        let range = usize::try_from(greatest.checked_sub(least)?).ok()?;
        if range >= PLACES.max(rows.len().saturating_mul(PLACES_PER_ROW)) {
            return None;
        }
        let (of, count) = counted(values.iter().map(|value| (value - least) as usize), range + 1);
        Some(Self { of, count })
    }

    /// By these ranks, and among equals by others.
    fn then(&self, next: &Self) -> Self {
        let pair =
            |position: usize| self.of[position] as usize * next.count + next.of[position] as usize;
        let pairs = self.count.saturating_mul(next.count);
        if pairs <= PLACES.max(self.of.len().saturating_mul(PLACES_PER_ROW)) {
            let (of, count) = counted((0..self.of.len()).map(pair), pairs);
            return Self { of, count };
        }
        let (of, firsts) = numbered((0..self.of.len()).map(pair));
        ranked(of, firsts.len(), |a, b| pair(firsts[a as usize]).cmp(&pair(firsts[b as usize])))
    }

    /// The positions of each rank, in their order.
    pub(super) fn positions(&self) -> Vec<Vec<usize>> {
        let mut sizes = vec![0; self.count];
        self.of.iter().for_each(|&rank| sizes[rank as usize] += 1);
        let mut positions: Vec<_> = sizes.into_iter().map(Vec::with_capacity).collect();
        for (position, &rank) in self.of.iter().enumerate() {
            positions[rank as usize].push(position);
        }
        positions
    }
}

/// The ranks of numbers below `range` among those that occur, and how many these are.
fn counted(numbers: impl Iterator<Item = usize> + Clone, range: usize) -> (Vec<u32>, usize) {
    let mut rank = vec![u32::MAX; range];
    numbers.clone().for_each(|number| rank[number] = 0);
    let mut count = 0;
    for rank in rank.iter_mut().filter(|rank| **rank == 0) {
        *rank = count;
        count += 1;
    }
    (numbers.map(|number| rank[number]).collect(), count as usize)
}

/// What makes two cells the same group.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Null,
    Bits(u64),
    Text(&'a str),
}

impl<'a> Key<'a> {
    fn new(element: Option<Element<'a>>) -> Self {
        match element {
            None => Self::Null,
            Some(Element::Text(text)) => Self::Text(text),
            Some(Element::Int64(value)) => Self::Bits(value as u64),
            Some(Element::UInt64(value)) => Self::Bits(value),
            Some(Element::Bool(flag)) => Self::Bits(flag.into()),
            Some(Element::Float32(value)) => Self::of_float(value.into()),
            Some(Element::Float64(value)) => Self::of_float(value),
        }
    }

    /// All NaN are one, and so are the two zeros.
    fn of_float(value: f64) -> Self {
        let value = if value.is_nan() { f64::NAN } else { value + 0.0 };
        Self::Bits(value.to_bits())
    }
}

/// The keys numbered as they first occur, and where each does.
fn numbered<K: Hash + Eq + Copy>(keys: impl Iterator<Item = K>) -> (Vec<u32>, Vec<usize>) {
    let mut numbers: PlHashMap<K, u32> = PlHashMap::default();
    let mut firsts = Vec::new();
    let mut last: Option<(K, u32)> = None;
    let of = keys
        .enumerate()
        .map(|(position, key)| match last {
            // Logs come in runs of one epoch, one condition.
            Some((previous, number)) if previous == key => number,
            _ => {
                let number = *numbers.entry(key).or_insert_with(|| {
                    firsts.push(position);
                    // A frame has fewer rows than a u32 counts.
                    (firsts.len() - 1) as u32
                });
                last = Some((key, number));
                number
            }
        })
        .collect();
    (of, firsts)
}

/// The numbers exchanged for ranks by an order of the keys.
fn ranked(mut of: Vec<u32>, count: usize, order: impl Fn(u32, u32) -> Ordering) -> Ranks {
    let mut sorted: Vec<u32> = (0..count as u32).collect();
    sorted.sort_by(|&a, &b| order(a, b));
    let mut ranks = vec![0; count];
    for (rank, &number) in sorted.iter().enumerate() {
        ranks[number as usize] = rank as u32;
    }
    of.iter_mut().for_each(|number| *number = ranks[*number as usize]);
    Ranks { of, count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    fn ranks(table: &Table) -> Vec<u32> {
        let readers: Vec<_> = (0..table.n_columns()).map(|index| table.reader(index)).collect();
        Ranks::of_columns(&readers, &(0..table.n_rows()).collect::<Vec<_>>()).of
    }

    #[test]
    fn zeros_and_nans_are_one_key_each_and_null_comes_last() {
        let values =
            [Some(f64::NAN), None, Some(0.0), Some(-0.0), Some(-1.0), Some(-f64::NAN), None];
        let table = Table::new().with_column("X", values.to_vec()).unwrap();
        assert_eq!(ranks(&table), [2, 3, 1, 1, 0, 2, 3]);
    }

    #[test]
    fn integers_rank_alike_close_together_and_far_apart() {
        let near = [3_i64, -2, 7, 3, -2];
        let table = Table::new().with_column("X", near).unwrap();
        assert_eq!(ranks(&table), [1, 0, 2, 1, 0]);
        let far = near.map(|x| if x == 7 { i64::MAX } else { x * (i64::MAX / 3) });
        assert_eq!(ranks(&Table::new().with_column("X", far).unwrap()), [1, 0, 2, 1, 0]);
        let bytes = Table::new().with_column("X", [200_u8, 0, 255]).unwrap();
        assert_eq!(ranks(&bytes), [1, 0, 2]);
    }

    #[test]
    fn pairs_rank_by_the_first_column_first_however_many_there_are() {
        let n = 70_000_i64; // more pairs than places
        let a: Vec<i64> = (0..n).map(|i| i * 7919 % n).collect();
        let b: Vec<i64> = (0..n).map(|i| i % 1000).collect();
        let table = Table::new().with_column("A", a.clone()).unwrap().with_column("B", b).unwrap();
        let expected: Vec<u32> = a.iter().map(|&a| a as u32).collect();
        assert_eq!(ranks(&table), expected);
    }
}
