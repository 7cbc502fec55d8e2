//! Aggregates of what polars scans, batch by batch.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polars::prelude::{DataFrame, Engine, Expr, LazyFrame, PlanCallback, col};

use super::fold::BLOCK;
use super::{Aggregate, Aggregation, nullable};
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::splits::Splits;
use crate::table::Table;

/// Aggregates of lazy frames, such as [`LogFolder::scan`](crate::LogFolder::scan) and
/// [`Dataset::scan`](crate::Dataset::scan) give: of scalar and tensor columns alike, and of files
/// larger than memory.
///
/// ```
/// use etable::aggregate::ScanAggregate;
/// use etable::polars::prelude::{IntoLazy, col, lit};
/// use etable::{Aggregate, Table, ndarray::array};
///
/// let log = Table::new()
///     .with_column("Cond", ["a", "b", "a"])?
///     .with_tensor("Act", array![[0.0_f32, 1.0], [0.5, 0.5], [1.0, 2.0]], &["x"])?;
/// let lazy = log.marked_df()?.lazy().filter(col("Cond").eq(lit("a")));
/// let means = lazy.aggregate_by(&["Cond"], [Aggregate::Mean.of("Act")])?;
/// assert_eq!(means.spec("Act:Mean")?.to_string(), "Act:Mean: f64[x 2]");
/// assert_eq!(means.tensor::<f64>("Act:Mean")?, array![[0.5, 1.5]].into_dyn());
/// # Ok::<(), etable::TableError>(())
/// ```
pub trait ScanAggregate {
    /// What [`Splits::aggregate`] makes of the groups by these columns (none: one group of all
    /// rows), computed by polars' streaming engine: only one batch of rows is in memory at a time,
    /// and only the columns that are needed are read.
    ///
    /// Sums are added block by block in the order of the rows, as in memory. Variances are joined by
    /// the formula of Chan, Golub and LeVeque (1979), so they may differ from those in memory in the
    /// last digits.
    ///
    /// # Errors
    /// As [`Splits::aggregate`]; [`TableError::Argument`] for quantiles, which need all numbers at
    /// once; [`TableError::Polars`] if the query fails.
    fn aggregate_by(
        self,
        by: &[&str],
        aggregations: impl IntoIterator<Item = impl Into<Aggregation>>,
    ) -> Result<Table>;
}

impl ScanAggregate for LazyFrame {
    fn aggregate_by(
        mut self,
        by: &[&str],
        aggregations: impl IntoIterator<Item = impl Into<Aggregation>>,
    ) -> Result<Table> {
        let failed = || TableError::polars("aggregating a lazy frame");
        let aggregations: Vec<Aggregation> = aggregations.into_iter().map(Into::into).collect();
        let schema = self.collect_schema().map_err(failed())?;
        let mut needed: Vec<&str> = Vec::new();
        let columns = aggregations.iter().map(|aggregation| aggregation.column.as_str());
        for name in by.iter().copied().chain(columns) {
            if !schema.contains(name) {
                return Err(TableError::missing(name, schema.iter_names().map(|name| &**name)));
            }
            if !needed.contains(&name) {
                needed.push(name);
            }
        }
        let parts = aggregations.iter().map(|aggregation| parts(&aggregation.aggregate));
        let parts = parts.collect::<Result<Vec<_>>>()?;
        let mut wanted = Vec::new();
        for (index, (parts, aggregation)) in parts.iter().zip(&aggregations).enumerate() {
            for (part, (aggregate, _)) in parts.iter().enumerate() {
                // A name that no column has.
                let name = format!("\0{index} {part}");
                wanted.push(aggregate.clone().of(&aggregation.column).named(name));
            }
        }
        let groups = Arc::new(Mutex::new(Groups {
            by: by.iter().map(|name| name.to_string()).collect(),
            wanted,
            joins: parts.iter().flatten().map(|(_, join)| *join).collect(),
            state: Ok(None),
        }));
        let sink = {
            let groups = Arc::clone(&groups);
            // True ends the query.
            PlanCallback::new(move |batch: DataFrame| Ok(!locked(&groups).add(batch)))
        };
        let expressions: Vec<Expr> = needed.iter().map(|name| col(*name)).collect();
        self.select(expressions)
            .sink_batches(sink, true, NonZeroUsize::new(BLOCK))
            .and_then(|frame| frame.collect_with_engine(Engine::Streaming))
            .map_err(failed())?;
        let mut groups = locked(&groups);
        if matches!(groups.state, Ok(None)) {
            let empty = DataFrame::empty_with_schema(&schema);
            groups.add(empty.select(needed).map_err(failed())?);
        }
        let state = std::mem::replace(&mut groups.state, Ok(None))?;
        let state = state.expect("a batch, or an empty one, has been added");
        state.finish(&aggregations, &parts, by.is_empty())
    }
}

/// The groups of the batches so far. A panic elsewhere leaves them as they are.
fn locked(groups: &Mutex<Groups>) -> MutexGuard<'_, Groups> {
    groups.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes batches, and joins their groups to those before.
struct Groups {
    by: Vec<String>,
    wanted: Vec<Aggregation>,
    joins: Vec<Join>,
    state: Result<Option<State>>,
}

impl Groups {
    /// Whether the batch could be added.
    fn add(&mut self, batch: DataFrame) -> bool {
        self.state = match std::mem::replace(&mut self.state, Ok(None)) {
            Ok(state) => self.with(state, batch).map(Some),
            failed => failed,
        };
        self.state.is_ok()
    }

    fn with(&self, state: Option<State>, batch: DataFrame) -> Result<State> {
        let table = Table::from_df(batch)?;
        let by: Vec<&str> = self.by.iter().map(String::as_str).collect();
        let splits = if by.is_empty() { table.view().split_all()? } else { table.group_by(&by)? };
        let levels = splits.levels().n_columns();
        let part = State { table: splits.aggregate(self.wanted.clone())?, levels };
        let part = part.joined(&self.joins)?;
        let Some(state) = state else { return Ok(part) };
        let table = Table::concat([state.table.view(), part.table.view()])?;
        State { table, levels }.joined(&self.joins)
    }
}

/// How the results of two batches become one.
#[derive(Clone, Copy, PartialEq)]
enum Join {
    Add,
    Multiply,
    Least,
    Greatest,
    First,
    Last,
    /// Of numbers' count, mean and population variance, which follow each other.
    Moments,
    /// The second and third of these.
    WithMoments,
}

/// What to compute of each batch for an aggregate, and how to join it.
fn parts(aggregate: &Aggregate) -> Result<Vec<(Aggregate, Join)>> {
    let count = || (Aggregate::Count, Join::Add);
    Ok(match aggregate {
        Aggregate::Count | Aggregate::Sum | Aggregate::SumOfSquares | Aggregate::CountIf(_) => {
            vec![(aggregate.clone(), Join::Add)]
        }
        Aggregate::Product => vec![(Aggregate::Product, Join::Multiply)],
        Aggregate::Min => vec![(Aggregate::Min, Join::Least)],
        Aggregate::Max => vec![(Aggregate::Max, Join::Greatest)],
        Aggregate::Mean => vec![count(), (Aggregate::Sum, Join::Add)],
        Aggregate::PropIf(condition) | Aggregate::PctIf(condition) => {
            vec![count(), (Aggregate::CountIf(condition.clone()), Join::Add)]
        }
        Aggregate::Var
        | Aggregate::Std
        | Aggregate::Sem
        | Aggregate::VarPop
        | Aggregate::StdPop
        | Aggregate::SemPop => vec![
            (Aggregate::Count, Join::Moments),
            (Aggregate::Mean, Join::WithMoments),
            (Aggregate::VarPop, Join::WithMoments),
        ],
        Aggregate::First => vec![(Aggregate::First, Join::First)],
        Aggregate::Last => vec![(Aggregate::Last, Join::Last)],
        Aggregate::Q1 | Aggregate::Median | Aggregate::Q3 | Aggregate::Quantile(_) => {
            let reason = format!(
                "{aggregate} needs all numbers at once; collect the frame, and aggregate the table"
            );
            return Err(TableError::Argument { argument: "aggregations", reason });
        }
    })
}

/// The groups so far: a row each, the levels first, then the parts of the aggregates.
struct State {
    table: Table,
    levels: usize,
}

impl State {
    /// With one row for each group, where there are several.
    fn joined(self, joins: &[Join]) -> Result<Self> {
        let names = self.table.column_names();
        let splits = self.table.group_by(&names[..self.levels])?;
        let mut table = splits.levels().clone();
        for (index, join) in joins.iter().enumerate() {
            let column = self.levels + index;
            match join {
                Join::First | Join::Last => {
                    let row = |rows: &[usize]| {
                        if *join == Join::First { rows.first() } else { rows.last() }.copied()
                    };
                    let rows: Vec<_> = splits.rows().iter().map(|rows| row(rows)).collect();
                    table.add_columns_of(&self.table.select(&[names[column]])?.gather(&rows)?)?;
                }
                Join::Moments => {
                    let moments = [0, 1, 2].map(|next| Numbers::new(&self.table, column + next));
                    for (next, numbers) in joined_moments(&splits, &moments).into_iter().enumerate()
                    {
                        self.push(&mut table, column + next, numbers)?;
                    }
                }
                Join::WithMoments => {}
                Join::Add => self.push_folded(&mut table, &splits, column, |a, b| a + b)?,
                Join::Multiply => self.push_folded(&mut table, &splits, column, |a, b| a * b)?,
                Join::Least => self.push_folded(&mut table, &splits, column, f64::min)?,
                Join::Greatest => self.push_folded(&mut table, &splits, column, f64::max)?,
            }
        }
        Ok(Self { table, levels: self.levels })
    }

    fn push_folded(
        &self,
        table: &mut Table,
        splits: &Splits,
        column: usize,
        join: impl Fn(f64, f64) -> f64,
    ) -> Result<()> {
        let numbers = Numbers::new(&self.table, column);
        let places = each_place(splits, numbers.width);
        let folded = places.map(|(rows, element)| {
            rows.iter().filter_map(|&row| numbers.at(row, element)).reduce(&join)
        });
        self.push(table, column, folded.collect())
    }

    fn push(&self, table: &mut Table, column: usize, numbers: Vec<Option<f64>>) -> Result<()> {
        let spec =
            ColumnSpec { element: ElementType::Float64, ..self.table.specs()[column].clone() };
        let n_rows = table.n_rows();
        table.push(spec, nullable(numbers), n_rows)
    }

    /// The levels and the aggregates of their parts.
    fn finish(
        &self,
        aggregations: &[Aggregation],
        parts: &[Vec<(Aggregate, Join)>],
        of_all: bool,
    ) -> Result<Table> {
        let names = self.table.column_names();
        let mut table =
            if of_all { Table::new() } else { self.table.select(&names[..self.levels])? };
        let n_rows = self.table.n_rows();
        let mut column = self.levels;
        for (aggregation, parts) in aggregations.iter().zip(parts) {
            let mut spec = self.table.specs()[column].clone();
            spec.name.clone_from(&aggregation.name);
            let numbers = |part: usize| Numbers::new(&self.table, column + part);
            match &aggregation.aggregate {
                Aggregate::First | Aggregate::Last => {
                    let mut cells = self.table.select(&[names[column]])?;
                    cells.rename_column(names[column], spec.name.as_str())?;
                    table.add_columns_of(&cells)?;
                }
                Aggregate::Count | Aggregate::CountIf(_) => {
                    let counts = numbers(0).numbers.into_iter();
                    let counts = counts.map(|count| count.unwrap_or(0.0) as i64).collect();
                    let data = ColumnData::new(Values::Int64(counts));
                    table.push(ColumnSpec { element: ElementType::Int64, ..spec }, data, n_rows)?;
                }
                aggregate => {
                    let columns: Vec<Numbers> = (0..parts.len()).map(numbers).collect();
                    let result = (0..columns[0].numbers.len()).map(|place| {
                        result(
                            aggregate,
                            &columns.iter().map(|c| c.numbers[place]).collect::<Vec<_>>(),
                        )
                    });
                    table.push(spec, nullable(result.collect()), n_rows)?;
                }
            }
            column += parts.len();
        }
        Ok(table)
    }
}

/// An aggregate from its parts.
fn result(aggregate: &Aggregate, parts: &[Option<f64>]) -> Option<f64> {
    let n = parts[0].unwrap_or(0.0);
    let per_count = |scale: f64| (n > 0.0).then(|| scale * parts[1].unwrap_or(0.0) / n);
    let spread = |sample: bool| {
        let population = parts[2].filter(|_| n > 0.0)?;
        Some(match sample {
            true if n > 1.0 => population * n / (n - 1.0),
            true => 0.0,
            false => population,
        })
    };
    match aggregate {
        Aggregate::Mean | Aggregate::PropIf(_) => per_count(1.0),
        Aggregate::PctIf(_) => per_count(100.0),
        Aggregate::Var => spread(true),
        Aggregate::Std => spread(true).map(f64::sqrt),
        Aggregate::Sem => spread(true).map(|variance| variance.sqrt() / n.sqrt()),
        Aggregate::VarPop => spread(false),
        Aggregate::StdPop => spread(false).map(f64::sqrt),
        Aggregate::SemPop => spread(false).map(|variance| variance.sqrt() / n.sqrt()),
        _ => parts[0],
    }
}

/// Count, mean and population variance of each group and element, from those of its rows.
fn joined_moments(splits: &Splits, parts: &[Numbers; 3]) -> [Vec<Option<f64>>; 3] {
    let mut joined = [const { Vec::new() }; 3];
    for (rows, element) in each_place(splits, parts[0].width) {
        let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
        for &row in rows {
            let [other_n, other_mean, variance] =
                parts.each_ref().map(|part| part.at(row, element).unwrap_or(0.0));
            if other_n > 0.0 {
                let (sum, difference) = (n + other_n, other_mean - mean);
                squares += variance * other_n + difference * difference * n * other_n / sum;
                mean += difference * other_n / sum;
                n = sum;
            }
        }
        let there = n > 0.0;
        joined[0].push(Some(n));
        joined[1].push(there.then_some(mean));
        joined[2].push(there.then(|| squares / n));
    }
    joined
}

/// The rows of each split with each element of a cell.
fn each_place(splits: &Splits, width: usize) -> impl Iterator<Item = (&[usize], usize)> {
    splits.rows().iter().flat_map(move |rows| (0..width).map(move |element| (&rows[..], element)))
}

/// The numbers of a column, `[rows, width]`.
struct Numbers {
    numbers: Vec<Option<f64>>,
    width: usize,
}

impl Numbers {
    fn new(table: &Table, column: usize) -> Self {
        let (reader, width) = (table.reader(column), table.specs()[column].shape.len());
        let places = (0..table.n_rows()).flat_map(|row| (0..width).map(move |e| (row, e)));
        let number = |(row, e)| reader.element(row, e).and_then(|element| element.to_f64());
        Self { numbers: places.map(number).collect(), width }
    }

    fn at(&self, row: usize, element: usize) -> Option<f64> {
        self.numbers[row * self.width + element]
    }
}
