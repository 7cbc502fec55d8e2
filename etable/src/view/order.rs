//! The order of a view's rows: sorted, or permuted.

use std::cmp::Ordering;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::View;
use crate::column::Reader;
use crate::element::Element;
use crate::error::Result;

/// A direction in which values are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}

impl View {
    /// The rows ordered by scalar columns, the first column first; rows that compare equal keep
    /// their order (stable), in either direction.
    ///
    /// Flags: false before true. Text: by Unicode code points. NaN comes after all numbers and null
    /// after NaN, in either direction. `-0` equals `0`.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`](crate::TableError::MissingColumn), or [`TableError::TypeMismatch`](crate::TableError::TypeMismatch) for tensors.
    pub fn sort(&self, columns: &[&str], descending: bool) -> Result<View> {
        let order = if descending { Order::Descending } else { Order::Ascending };
        self.sort_by(&columns.iter().map(|&name| (name, order)).collect::<Vec<_>>())
    }

    /// The rows ordered by scalar columns as by [`View::sort`], each in a direction of its own.
    ///
    /// ```
    /// use etable::{Order, Table};
    ///
    /// let log = Table::new()
    ///     .with_column("Cond", ["b", "a", "a"])?
    ///     .with_column("SSE", [0.5, 1.0, 2.0])?;
    /// let worst = log.sort_by(&[("Cond", Order::Ascending), ("SSE", Order::Descending)])?;
    /// assert_eq!(worst.rows(), [2, 1, 0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`View::sort`].
    pub fn sort_by(&self, columns: &[(&str, Order)]) -> Result<View> {
        let readers = columns
            .iter()
            .map(|(name, order)| Ok((self.table.scalar_reader(name, "a scalar column")?.1, *order)))
            .collect::<Result<Vec<(Reader<'_>, Order)>>>()?;
        let mut rows = self.rows.to_vec();
        rows.sort_by(|&a, &b| {
            readers
                .iter()
                .map(|(reader, order)| {
                    let descending = *order == Order::Descending;
                    compare(reader.element(a, 0), reader.element(b, 0), descending)
                })
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Ok(self.with_rows(rows))
    }

    /// The rows in a random order that depends on the seed alone.
    ///
    /// Fisher-Yates (Durstenfeld 1964): for i = n-1 down to 1, exchange positions i and
    /// j = ⌊x (i+1) / 2⁶⁴⌋, where x is the next output of xoshiro256++ started by
    /// `seed_from_u64(seed)` (SplitMix64). The order is the same on every machine.
    pub fn permute(&self, seed: u64) -> View {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut rows = self.rows.to_vec();
        for i in (1..rows.len()).rev() {
            let product = u128::from(generator.next_u64()) * (i as u128 + 1);
            rows.swap(i, (product >> 64) as usize);
        }
        self.with_rows(rows)
    }
}

/// The order of two cells of a column; see [`View::sort`].
pub(crate) fn compare(
    left: Option<Element<'_>>,
    right: Option<Element<'_>>,
    descending: bool,
) -> Ordering {
    fn is_nan(element: Element<'_>) -> bool {
        matches!(element, Element::Float32(v) if v.is_nan())
            || matches!(element, Element::Float64(v) if v.is_nan())
    }
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (left, right) => return left.is_none().cmp(&right.is_none()),
    };
    if is_nan(left) || is_nan(right) {
        return is_nan(left).cmp(&is_nan(right));
    }
    let order = match (left, right) {
        (Element::Bool(a), Element::Bool(b)) => a.cmp(&b),
        (Element::Int64(a), Element::Int64(b)) => a.cmp(&b),
        (Element::UInt64(a), Element::UInt64(b)) => a.cmp(&b),
        (Element::Float32(a), Element::Float32(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Element::Float64(a), Element::Float64(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Element::Text(a), Element::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    if descending { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use super::Order;
    use crate::table::Table;
    use crate::view::tests::numbers;

    #[test]
    fn sort_is_stable_and_keeps_nan_and_null_last_in_both_directions() {
        let view = numbers().view();
        assert_eq!(view.sort(&["X"], false).unwrap().rows(), [3, 0, 4, 2, 1]);
        assert_eq!(view.sort(&["X"], true).unwrap().rows(), [0, 4, 3, 2, 1]);
        assert_eq!(view.sort(&["Name", "X"], false).unwrap().rows(), [4, 1, 0, 2, 3]);
    }

    #[test]
    fn each_column_has_a_direction_and_nan_and_null_stay_last() {
        let view = numbers().view();
        let sorted = view.sort_by(&[("Name", Order::Descending), ("X", Order::Ascending)]).unwrap();
        assert_eq!(sorted.rows(), [3, 0, 2, 4, 1]);
        let sorted = view.sort_by(&[("Name", Order::Ascending), ("X", Order::Descending)]).unwrap();
        assert_eq!(sorted.rows(), [4, 1, 0, 2, 3]);
        assert!(view.sort_by(&[("Y", Order::Ascending)]).is_err());
    }

    #[test]
    fn permutation_depends_on_the_seed_alone() {
        let table = Table::new().with_column("N", (0..10).collect::<Vec<i64>>()).unwrap();
        let view = table.view();
        assert_eq!(view.permute(1).rows(), view.permute(1).rows());
        assert_ne!(view.permute(1).rows(), view.permute(2).rows());
        let mut rows = view.permute(3).rows().to_vec();
        rows.sort();
        assert_eq!(rows, (0..10).collect::<Vec<_>>());
    }
}
