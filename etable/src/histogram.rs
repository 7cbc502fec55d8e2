//! How often values fall where.
//!
//! ```
//! use etable::Table;
//! use etable::minmax::MinMax;
//!
//! let table = Table::new().with_column("RT", [0.1, 0.2, 0.25, 0.9, 1.0])?;
//! let counts = table.histogram("RT", 4, Some(MinMax::new(0.0, 1.0)))?;
//! assert_eq!(counts.numbers("Value")?, [0.0, 0.25, 0.5, 0.75]);
//! assert_eq!(counts.numbers("Count")?, [2.0, 1.0, 0.0, 2.0]);
//! # Ok::<(), etable::TableError>(())
//! ```

use crate::error::{Result, TableError};
use crate::minmax::MinMax;
use crate::table::Table;

/// Counts `values` in `bins` parts of equal width. A value on the border of two belongs to the upper
/// one, the upper end of the range to the last. Values beyond the range, and NaN, are not counted.
///
/// # Errors
/// [`TableError::Argument`] if there are no bins, or the range is not finite or has no width.
pub fn histogram(
    values: impl IntoIterator<Item = f64>,
    bins: usize,
    range: MinMax,
) -> Result<Vec<u64>> {
    if bins == 0 {
        let reason = "there must be at least one".into();
        return Err(TableError::Argument { argument: "bins", reason });
    }
    if !(range.width() > 0.0 && range.width().is_finite()) {
        let reason = format!("{} to {} has no finite positive width", range.min, range.max);
        return Err(TableError::Argument { argument: "range", reason });
    }
    let width = range.width() / bins as f64;
    let mut counts = vec![0; bins];
    for value in values.into_iter().filter(|&value| range.contains(value)) {
        counts[(((value - range.min) / width) as usize).min(bins - 1)] += 1;
    }
    Ok(counts)
}

impl Table {
    /// A table of how often the numbers of a column (in a tensor column: all elements) fall in
    /// each of `bins` parts of `range`: `Value`, the lower end of a part, and `Count`. Without a
    /// range it is that of the finite values, widened to round numbers.
    ///
    /// # Errors
    /// Those of [`Table::matrix`] and of [`histogram`]; [`TableError::Argument`] if no range is
    /// given and no value is finite.
    pub fn histogram(&self, name: &str, bins: usize, range: Option<MinMax>) -> Result<Self> {
        let values = self.matrix(name)?;
        let range = range.or_else(|| MinMax::of(values.iter().copied()).map(MinMax::nice));
        let range = range.ok_or_else(|| TableError::Argument {
            argument: "range",
            reason: format!("column `{name}` has no finite value to take it from; give one"),
        })?;
        // All values are 0: any width shows as much.
        let range = if range.width() == 0.0 { range.with(range.max + 1.0) } else { range };
        let counts = histogram(values, bins, range)?;
        let starts: Vec<f64> = (0..bins).map(|bin| range.at(bin as f64 / bins as f64)).collect();
        let counts: Vec<i64> = counts.into_iter().map(|count| count as i64).collect();
        Self::new().with_column("Value", starts)?.with_column("Count", counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_range_are_not_counted() {
        let values = [-0.1, 0.0, 0.5, 0.99, 1.0, 1.1, f64::NAN, f64::INFINITY];
        assert_eq!(histogram(values, 2, MinMax::new(0.0, 1.0)).unwrap(), [1, 3]);
    }

    #[test]
    fn useless_bins_and_ranges_are_refused() {
        let refused = |bins, min, max| {
            let error = histogram([0.5], bins, MinMax::new(min, max)).unwrap_err();
            assert!(matches!(error, TableError::Argument { .. }));
        };
        refused(0, 0.0, 1.0);
        refused(3, 1.0, 1.0);
        refused(3, 1.0, 0.0);
        refused(3, f64::NAN, 1.0);
        refused(3, f64::MIN, f64::MAX);
    }

    #[test]
    fn a_column_finds_its_own_range() {
        let table = Table::new().with_column("V", [0.0, 3.0, 7.0]).unwrap();
        let counts = table.histogram("V", 2, None).unwrap();
        assert_eq!(counts.numbers("Value").unwrap(), [0.0, 5.0]);
        assert_eq!(counts.numbers("Count").unwrap(), [2.0, 1.0]);
        let table = Table::new().with_column("V", [0.0, 0.0]).unwrap();
        assert_eq!(table.histogram("V", 1, None).unwrap().numbers("Count").unwrap(), [2.0]);
        let table = Table::new().with_column("V", [f64::NAN]).unwrap();
        assert!(matches!(table.histogram("V", 1, None), Err(TableError::Argument { .. })));
    }
}
