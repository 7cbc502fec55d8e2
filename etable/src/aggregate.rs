//! One value for many rows: counts, sums, means, spreads and quantiles of groups.
//!
//! An [`Aggregate`] is computed for a column within each of some [`Splits`]: of a scalar column one
//! number, of a tensor column a tensor of the same shape, *element by element* over the rows. Nulls
//! and NaN take part in nothing. All arithmetic is of 64 bits, and the result is `f64`
//! (`i64` for counts); a value that cannot be had, such as the mean of no numbers, is null.
//!
//! ```
//! use etable::{Aggregate, Table};
//!
//! let log = Table::new()
//!     .with_column("Run", [0_i64, 0, 0, 1, 1])?
//!     .with_column("SSE", [4.0, 1.0, 0.0, 2.0, f64::NAN])?;
//! let runs = log.group_by(&["Run"])?.aggregate([
//!     Aggregate::Mean.of("SSE"),
//!     Aggregate::Max.of("SSE").named("Worst"),
//!     Aggregate::count_if(|sse| sse == 0.0).of("SSE").named("NZero"),
//! ])?;
//! assert_eq!(runs.column_names(), ["Run", "SSE:Mean", "Worst", "NZero"]);
//! assert_eq!(runs.numbers("SSE:Mean")?, [5.0 / 3.0, 2.0]);
//! assert_eq!(runs.numbers("NZero")?, [1.0, 0.0]);
//! # Ok::<(), etable::TableError>(())
//! ```
//!
//! # Speed and order
//!
//! A sum over a column of tensors is one pass over its memory. Rows are taken in blocks of fixed
//! size whose sums are added in order, so results have the same bits for any number of threads.

use std::fmt;
use std::sync::Arc;

pub(crate) use self::column::aggregate_column;
pub(crate) use self::fold::Groups;
pub use self::scan::ScanAggregate;
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::splits::Splits;
use crate::table::Table;
use crate::view::View;

mod column;
mod describe;
mod fold;
mod pivot;
mod quantile;
mod scan;

/// What to compute of the numbers x₁ ... xₙ of a group, nulls and NaN left out. The name is that of
/// the reference, and ends the result's column name: `SSE:Mean`.
///
/// Flags count as 0 and 1, so the mean of flags is their proportion. Of texts only
/// [`Count`](Aggregate::Count), [`First`](Aggregate::First) and [`Last`](Aggregate::Last) can be had.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Aggregate {
    /// n, as `i64`. (Of texts: those that are not null.)
    Count,
    /// Σ xᵢ; 0 of none.
    Sum,
    /// Π xᵢ; 1 of none. Named `Prod`.
    Product,
    /// Σ xᵢ²; 0 of none. Named `SumSq`.
    SumOfSquares,
    /// The least; null of none.
    Min,
    /// The greatest; null of none.
    Max,
    /// m = Σ xᵢ / n; null of none.
    Mean,
    /// The sample variance Σ (xᵢ − m)² / (n − 1); 0 of a single number, null of none.
    Var,
    /// The sample standard deviation, √[`Var`](Aggregate::Var).
    Std,
    /// The standard error of the mean, [`Std`](Aggregate::Std) / √n.
    Sem,
    /// The population variance Σ (xᵢ − m)² / n; null of none.
    VarPop,
    /// The population standard deviation, √[`VarPop`](Aggregate::VarPop).
    StdPop,
    /// [`StdPop`](Aggregate::StdPop) / √n.
    SemPop,
    /// The first quartile, [`Quantile`](Aggregate::Quantile) of 0.25.
    Q1,
    /// The median, [`Quantile`](Aggregate::Quantile) of 0.5.
    Median,
    /// The third quartile, [`Quantile`](Aggregate::Quantile) of 0.75.
    Q3,
    /// The value at place q·(n − 1) of the sorted numbers, counted from 0, between two by linear
    /// interpolation (type 7 of Hyndman and Fan 1996); null of none. q is from 0 to 1.
    Quantile(f64),
    /// How many numbers fulfil a condition, as `i64`. Made by [`Aggregate::count_if`].
    CountIf(Condition),
    /// Which part of the numbers fulfils a condition, 0 to 1; null of none. Made by
    /// [`Aggregate::prop_if`].
    PropIf(Condition),
    /// 100 times [`PropIf`](Aggregate::PropIf). Made by [`Aggregate::pct_if`].
    PctIf(Condition),
    /// The cell of the group's first row, null or not, in the column's own type.
    First,
    /// The cell of the group's last row, null or not, in the column's own type.
    Last,
}

/// A condition on a number, for [`Aggregate::count_if`] and its kind.
#[derive(Clone)]
pub struct Condition(Arc<dyn Fn(f64) -> bool + Send + Sync>);

impl Condition {
    fn holds(&self, number: f64) -> bool {
        (self.0)(number)
    }
}

/// Two conditions are equal if they are copies of one.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition")
    }
}

impl Aggregate {
    /// How many numbers fulfil `condition`.
    pub fn count_if(condition: impl Fn(f64) -> bool + Send + Sync + 'static) -> Self {
        Self::CountIf(Condition(Arc::new(condition)))
    }

    /// Which part of the numbers fulfils `condition`, 0 to 1.
    pub fn prop_if(condition: impl Fn(f64) -> bool + Send + Sync + 'static) -> Self {
        Self::PropIf(Condition(Arc::new(condition)))
    }

    /// Which part of the numbers fulfils `condition`, 0 to 100.
    pub fn pct_if(condition: impl Fn(f64) -> bool + Send + Sync + 'static) -> Self {
        Self::PctIf(Condition(Arc::new(condition)))
    }

    /// This aggregate of a column.
    pub fn of(self, column: impl Into<String>) -> Aggregation {
        let column = column.into();
        let name = format!("{column}:{self}");
        Aggregation { column, aggregate: self, name }
    }

    /// The place of a quantile, 0 to 1.
    fn quantile(&self) -> Option<f64> {
        match self {
            Self::Q1 => Some(0.25),
            Self::Median => Some(0.5),
            Self::Q3 => Some(0.75),
            Self::Quantile(place) => Some(*place),
            _ => None,
        }
    }

    fn check(&self, spec: &ColumnSpec) -> Result<()> {
        if let Self::Quantile(place) = self
            && !(0.0..=1.0).contains(place)
        {
            let reason = format!("a quantile of {place} is not between 0 and 1");
            return Err(TableError::Argument { argument: "aggregate", reason });
        }
        let any_type = matches!(self, Self::Count | Self::First | Self::Last);
        if spec.element == ElementType::Text && !any_type {
            let hint = format!("of texts only Count, First and Last can be had, not {self}");
            return Err(spec.mismatch("a column of numbers or flags", &hint));
        }
        Ok(())
    }
}

/// The reference's name: `Mean`, `SumSq`, `Q1`; a quantile as `Quantile(0.9)`.
impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count => "Count",
            Self::Sum => "Sum",
            Self::Product => "Prod",
            Self::SumOfSquares => "SumSq",
            Self::Min => "Min",
            Self::Max => "Max",
            Self::Mean => "Mean",
            Self::Var => "Var",
            Self::Std => "Std",
            Self::Sem => "Sem",
            Self::VarPop => "VarPop",
            Self::StdPop => "StdPop",
            Self::SemPop => "SemPop",
            Self::Q1 => "Q1",
            Self::Median => "Median",
            Self::Q3 => "Q3",
            Self::Quantile(place) => return write!(f, "Quantile({place})"),
            Self::CountIf(_) => "CountIf",
            Self::PropIf(_) => "PropIf",
            Self::PctIf(_) => "PctIf",
            Self::First => "First",
            Self::Last => "Last",
        })
    }
}

/// An aggregate of a column, and the name of the column it goes to. Made by [`Aggregate::of`], or
/// from a pair of a column and an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregation {
    column: String,
    aggregate: Aggregate,
    name: String,
}

impl Aggregation {
    /// The same with another name for the result, which is `SSE:Mean` otherwise.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl<S: Into<String>> From<(S, Aggregate)> for Aggregation {
    fn from((column, aggregate): (S, Aggregate)) -> Self {
        aggregate.of(column)
    }
}

impl Splits {
    /// A table with a row per split: the levels, then each aggregate (emergent: `split.Agg` and
    /// `AggsToTable`). Tensor columns keep shape and dimension names, and all columns their notes.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`]; [`TableError::TypeMismatch`] for texts;
    /// [`TableError::DuplicateColumn`] if two results, or a result and a level, have one name;
    /// [`TableError::Argument`] for a quantile beyond 0 to 1.
    pub fn aggregate(
        &self,
        aggregations: impl IntoIterator<Item = impl Into<Aggregation>>,
    ) -> Result<Table> {
        let aggregations: Vec<Aggregation> = aggregations.into_iter().map(Into::into).collect();
        let mut results: Vec<Option<Table>> = vec![None; aggregations.len()];
        let groups = Groups::new(self.rows(), self.table().n_rows());
        // All of one column at once: they share sums and counts.
        for (first, aggregation) in aggregations.iter().enumerate() {
            if results[first].is_some() {
                continue;
            }
            let index = self.table().index(&aggregation.column)?;
            let same = |other: &usize| aggregations[*other].column == aggregation.column;
            let places: Vec<usize> = (first..aggregations.len()).filter(same).collect();
            let wanted: Vec<&Aggregate> =
                places.iter().map(|&place| &aggregations[place].aggregate).collect();
            for (place, table) in places.iter().zip(columns(self, index, &groups, &wanted)?) {
                results[*place] = Some(table);
            }
        }
        let mut table = self.levels().clone();
        for (aggregation, result) in aggregations.iter().zip(results) {
            let mut result = result.expect("every place belongs to one column");
            let own = result.specs()[0].name.clone();
            result.rename_column(&own, aggregation.name.as_str())?;
            table.add_columns_of(&result)?;
        }
        Ok(table)
    }
}

/// One table of one column, named as the source, for each aggregate of a column.
fn columns(
    splits: &Splits,
    index: usize,
    groups: &Groups<'_>,
    wanted: &[&Aggregate],
) -> Result<Vec<Table>> {
    let (source, spec) = (splits.table(), &splits.table().specs()[index]);
    wanted.iter().try_for_each(|aggregate| aggregate.check(spec))?;
    let computed: Vec<&Aggregate> = wanted
        .iter()
        .filter(|aggregate| !matches!(aggregate, Aggregate::First | Aggregate::Last))
        .copied()
        .collect();
    let mut computed = aggregate_column(source, index, groups, &computed).into_iter();
    let n_rows = splits.len();
    let cells = |row: fn(&[usize]) -> Option<&usize>| {
        let rows: Vec<_> = splits.rows().iter().map(|rows| row(rows).copied()).collect();
        source.select(&[&spec.name])?.gather(&rows)
    };
    wanted
        .iter()
        .map(|aggregate| match aggregate {
            Aggregate::First => cells(<[usize]>::first),
            Aggregate::Last => cells(<[usize]>::last),
            _ => {
                let data = computed.next().expect("one for each that is computed");
                let element = data.values.element();
                let mut table = Table::new();
                table.push(ColumnSpec { element, ..spec.clone() }, data, n_rows)?;
                Ok(table)
            }
        })
        .collect()
}

impl View {
    /// A table of one row with these aggregates of the view's rows.
    ///
    /// ```
    /// use etable::{Aggregate, Table};
    ///
    /// let table = Table::new().with_column("X", [1.0, 2.0, 6.0])?;
    /// let both = table.view().aggregate([("X", Aggregate::Mean), ("X", Aggregate::Median)])?;
    /// assert_eq!((both.numbers("X:Mean")?[0], both.numbers("X:Median")?[0]), (3.0, 2.0));
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Splits::aggregate`].
    pub fn aggregate(
        &self,
        aggregations: impl IntoIterator<Item = impl Into<Aggregation>>,
    ) -> Result<Table> {
        let mut table = self.split_all()?.aggregate(aggregations)?;
        table.drop_column("All")?;
        Ok(table)
    }

    /// An aggregate of all elements of a column together, whatever its shape (emergent: `tsragg`);
    /// none where it would be null.
    ///
    /// ```
    /// use etable::{Aggregate, Table, ndarray::array};
    ///
    /// let table = Table::new().with_tensor("Act", array![[0.0_f32, 1.0], [0.5, 0.5]], &["x"])?;
    /// assert_eq!(table.view().aggregate_elements("Act", Aggregate::Mean)?, Some(0.5));
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for texts, or
    /// [`TableError::Argument`] for a quantile beyond 0 to 1.
    pub fn aggregate_elements(&self, name: &str, aggregate: Aggregate) -> Result<Option<f64>> {
        let index = self.table().index(name)?;
        let spec = &self.table().specs()[index];
        if spec.element == ElementType::Text {
            return Err(spec.mismatch("a column of numbers or flags", "texts have no aggregates"));
        }
        let reader = self.table().reader(index);
        let elements: Vec<Option<f64>> = self
            .rows()
            .iter()
            .flat_map(|&row| (0..spec.shape.len()).map(move |element| (row, element)))
            .map(|(row, element)| reader.element(row, element).and_then(|e| e.to_f64()))
            .collect();
        let flat = Table::new().with_column(name, elements)?;
        let result = flat.view().aggregate([aggregate.of(name).named("result")])?;
        Ok(result.reader(0).element(0, 0).and_then(|element| element.to_f64()))
    }
}

/// Numbers as a column's content; those that are `None` are null.
fn nullable(numbers: Vec<Option<f64>>) -> ColumnData {
    let elements = numbers.iter().map(Option::is_some).collect();
    let values = Values::Float64(numbers.into_iter().map(Option::unwrap_or_default).collect());
    ColumnData { values, elements: Some(elements), rows: None }
}
