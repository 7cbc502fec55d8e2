//! The aggregates of one column.

use std::cell::OnceCell;

use super::fold::{Groups, Values as Cells};
use super::quantile::quantiles;
use super::{Aggregate, Condition, nullable};
use crate::column::{ColumnData, Reader, Values};
use crate::element::{Element, Number, match_element};
use crate::table::Table;

/// The content of a column `[groups, dims...]` for each aggregate. The caller has made sure that
/// they can be had of the column's type.
pub(crate) fn aggregate_column(
    table: &Table,
    index: usize,
    groups: &Groups<'_>,
    wanted: &[&Aggregate],
) -> Vec<ColumnData> {
    const TYPE: &str = "the element type is the one of the branch";
    let spec = &table.specs()[index];
    let (reader, n_rows, width) = (table.reader(index), table.n_rows(), spec.shape.len());
    let valid = valid(&reader, n_rows, width);
    let flags = || -> Vec<u8> {
        let places = (0..n_rows).flat_map(|row| (0..width).map(move |element| (row, element)));
        places
            .map(|(row, e)| (reader.element(row, e) == Some(Element::Bool(true))).into())
            .collect()
    };
    match_element!(
        spec.element,
        T => {
            let numbers = table.typed_numbers::<T>(index).expect(TYPE);
            Column::new(numbers, width, valid, groups).all(wanted)
        },
        Bool => Column::new(&flags(), width, valid, groups).all(wanted),
        // Only counted.
        Text => Column::new(&vec![0_u8; n_rows * width], width, valid, groups).all(wanted),
    )
}

/// Which elements are there; none if all are.
fn valid(reader: &Reader<'_>, n_rows: usize, width: usize) -> Option<Vec<bool>> {
    reader.first_null(0..n_rows)?;
    let there = |row| (0..width).map(move |element| (row, element));
    let there = (0..n_rows).flat_map(there).map(|(row, e)| reader.element(row, e).is_some());
    Some(there.collect())
}

struct Column<'a, T> {
    numbers: &'a [T],
    width: usize,
    valid: Option<Vec<bool>>,
    groups: &'a Groups<'a>,
    sums: OnceCell<Sums>,
    deviations: OnceCell<Vec<f64>>,
}

struct Sums {
    sums: Vec<f64>,
    counts: Vec<f64>,
    has_nan: bool,
}

impl<'a, T: Number> Column<'a, T> {
    fn new(
        numbers: &'a [T],
        width: usize,
        valid: Option<Vec<bool>>,
        groups: &'a Groups<'a>,
    ) -> Self {
        let (sums, deviations) = (OnceCell::new(), OnceCell::new());
        Self { numbers, width, valid, groups, sums, deviations }
    }

    fn all(&self, wanted: &[&Aggregate]) -> Vec<ColumnData> {
        let places: Vec<f64> = wanted.iter().filter_map(|aggregate| aggregate.quantile()).collect();
        let mut quantiles = quantiles(self.cells(true), self.groups.rows(), &places).into_iter();
        wanted
            .iter()
            .map(|aggregate| match aggregate.quantile() {
                Some(_) => nullable(quantiles.next().expect("one for each")),
                None => self.one(aggregate),
            })
            .collect()
    }

    fn cells(&self, skip_nan: bool) -> Cells<'_, T> {
        let valid = self.valid.as_deref();
        Cells { numbers: self.numbers, width: self.width, valid, skip_nan }
    }

    fn fold(
        &self,
        start: f64,
        step: impl Fn(f64, f64) -> f64 + Sync,
        join: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        let skip_nan = self.sums().has_nan;
        self.groups.fold(self.cells(skip_nan), None, start, |sum, x, _| step(sum, x), join)
    }

    /// Sums and counts. Where no sum is NaN, no number was: then one pass is enough.
    fn sums(&self) -> &Sums {
        self.sums.get_or_init(|| {
            let add = |a: f64, b: f64| a + b;
            let sum = |skip_nan| {
                self.groups.fold(self.cells(skip_nan), None, 0.0, |sum, x, _| sum + x, add)
            };
            let mut sums = sum(false);
            let has_nan = sums.iter().any(|sum| sum.is_nan());
            if has_nan {
                sums = sum(true);
            }
            let counts = if has_nan || self.valid.is_some() {
                self.groups.fold(self.cells(true), None, 0.0, |count, _, _| count + 1.0, add)
            } else {
                let sizes = self.groups.rows().iter().map(|rows| rows.len() as f64);
                sizes.flat_map(|size| std::iter::repeat_n(size, self.width)).collect()
            };
            Sums { sums, counts, has_nan }
        })
    }

    /// Σ (x − mean)².
    fn deviations(&self) -> &[f64] {
        self.deviations.get_or_init(|| {
            let Sums { sums, counts, .. } = self.sums();
            let means: Vec<f64> = sums.iter().zip(counts).map(|(sum, n)| sum / n).collect();
            let step = |sum: f64, x: f64, mean: f64| sum + (x - mean) * (x - mean);
            self.groups.fold(self.cells(true), Some(&means), 0.0, step, |a, b| a + b)
        })
    }

    /// What is computed from a sum and a count, where there is any number.
    fn per_count(&self, sums: &[f64], result: impl Fn(f64, f64) -> f64) -> ColumnData {
        let counts = &self.sums().counts;
        let results = sums.iter().zip(counts).map(|(&sum, &n)| (n > 0.0).then(|| result(sum, n)));
        nullable(results.collect())
    }

    fn spread(&self, sample: bool, result: impl Fn(f64, f64) -> f64) -> ColumnData {
        self.per_count(self.deviations(), |sum, n| {
            let variance = match sample {
                true if n > 1.0 => sum / (n - 1.0),
                true => 0.0,
                false => sum / n,
            };
            result(variance, n)
        })
    }

    fn fulfilled(&self, condition: &Condition) -> Vec<f64> {
        let step = |count: f64, x: f64| if condition.holds(x) { count + 1.0 } else { count };
        self.fold(0.0, step, |a, b| a + b)
    }

    fn one(&self, aggregate: &Aggregate) -> ColumnData {
        let plain = |numbers: Vec<f64>| ColumnData::new(Values::Float64(numbers));
        let counts = |counts: &[f64]| {
            ColumnData::new(Values::Int64(counts.iter().map(|&count| count as i64).collect()))
        };
        match aggregate {
            Aggregate::Count => counts(&self.sums().counts),
            Aggregate::Sum => plain(self.sums().sums.clone()),
            Aggregate::Product => plain(self.fold(1.0, |p, x| p * x, |a, b| a * b)),
            Aggregate::SumOfSquares => plain(self.fold(0.0, |sum, x| sum + x * x, |a, b| a + b)),
            Aggregate::Min => {
                let least = |a: f64, b: f64| if b < a { b } else { a };
                self.per_count(&self.fold(f64::INFINITY, least, least), |min, _| min)
            }
            Aggregate::Max => {
                let greatest = |a: f64, b: f64| if b > a { b } else { a };
                self.per_count(&self.fold(f64::NEG_INFINITY, greatest, greatest), |max, _| max)
            }
            Aggregate::Mean => self.per_count(&self.sums().sums, |sum, n| sum / n),
            Aggregate::Var => self.spread(true, |var, _| var),
            Aggregate::Std => self.spread(true, |var, _| var.sqrt()),
            Aggregate::Sem => self.spread(true, |var, n| var.sqrt() / n.sqrt()),
            Aggregate::VarPop => self.spread(false, |var, _| var),
            Aggregate::StdPop => self.spread(false, |var, _| var.sqrt()),
            Aggregate::SemPop => self.spread(false, |var, n| var.sqrt() / n.sqrt()),
            Aggregate::CountIf(condition) => counts(&self.fulfilled(condition)),
            Aggregate::PropIf(condition) => {
                self.per_count(&self.fulfilled(condition), |count, n| count / n)
            }
            Aggregate::PctIf(condition) => {
                self.per_count(&self.fulfilled(condition), |count, n| 100.0 * count / n)
            }
            Aggregate::Q1 | Aggregate::Median | Aggregate::Q3 | Aggregate::Quantile(_) => {
                unreachable!("quantiles are made together")
            }
            Aggregate::First | Aggregate::Last => unreachable!("cells are not computed"),
        }
    }
}
