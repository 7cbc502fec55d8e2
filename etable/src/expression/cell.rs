//! What is computed of cells.

use polars::prelude::{
    Column, DataFrame, Expr, Field, PolarsError, PolarsResult, Schema, apply_multiple,
};

use crate::aggregate::Aggregate;
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::{Element, ElementType, Number as _, match_element};
use crate::error::TableError;
use crate::norm::Measure;
use crate::table::Table;

/// Expressions over cells that are tensors; a scalar cell counts as a tensor of one element.
/// See the [module](crate::expression).
///
/// Numbers and flags are computed with as `f64`. Element by element, the result is `f32` if all
/// that goes into it is, else `f64`; a null element gives a null element. In a measure or an
/// aggregate nulls and NaN take part in nothing. Columns of texts are errors when the query runs.
pub trait CellExpr: Sized {
    /// A measure of each cell, a scalar column of `f64`: `cell_measure(Measure::L2)` is the norm. A
    /// null cell gives null.
    fn cell_measure(self, measure: Measure) -> Expr;

    /// Each element changed by a function.
    fn cell_map(self, change: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Expr;

    /// One element of each cell, a scalar column of `f64`; `element` is flat, row-major.
    fn cell_element(self, element: usize) -> Expr;

    /// An aggregate over the rows, element by element: one row, or in `group_by` one for each group.
    fn over_rows(self, aggregate: Aggregate) -> Expr;

    /// A number made of each element and the one beside it in `other`, which has cells of as many
    /// elements, or of one.
    fn cell_zip(
        self,
        other: impl Into<Expr>,
        combine: impl Fn(f64, f64) -> f64 + Send + Sync + 'static,
    ) -> Expr;

    /// The sum with `other`, as [`CellExpr::cell_zip`] pairs elements.
    fn cell_add(self, other: impl Into<Expr>) -> Expr {
        self.cell_zip(other, |a, b| a + b)
    }

    /// The difference from `other`, as [`CellExpr::cell_zip`] pairs elements.
    fn cell_subtract(self, other: impl Into<Expr>) -> Expr {
        self.cell_zip(other, |a, b| a - b)
    }

    /// The product with `other`, as [`CellExpr::cell_zip`] pairs elements.
    fn cell_multiply(self, other: impl Into<Expr>) -> Expr {
        self.cell_zip(other, |a, b| a * b)
    }

    /// The quotient by `other`, as [`CellExpr::cell_zip`] pairs elements.
    fn cell_divide(self, other: impl Into<Expr>) -> Expr {
        self.cell_zip(other, |a, b| a / b)
    }
}

impl CellExpr for Expr {
    fn cell_measure(self, measure: Measure) -> Expr {
        per_cell(self, move |table| {
            let (name, cells) = (table.column_names()[0], Cells::new(table)?);
            let mut some = Vec::with_capacity(cells.width);
            let measured = (0..table.n_rows()).map(|row| {
                let cell = cells.row(row);
                let Some(valid) = cells.valid_row(row) else { return Some(measure.of(cell)) };
                some.clear();
                some.extend(cell.iter().zip(valid).filter(|(_, valid)| **valid).map(|(x, _)| *x));
                (!some.is_empty()).then(|| measure.of(&some))
            });
            let measured: Vec<Option<f64>> = measured.collect();
            Table::new().with_column(name, measured)
        })
    }

    fn cell_map(self, change: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Expr {
        per_cell(self, move |table| {
            let (spec, cells) = (&table.specs()[0], Cells::new(table)?);
            let single = spec.element == ElementType::Float32;
            let values = cells.values.iter().map(|&value| change(value)).collect();
            made(spec, single, table.n_rows(), values, cells.valid)
        })
    }

    fn cell_element(self, element: usize) -> Expr {
        per_cell(self, move |table| {
            let (spec, cells) = (&table.specs()[0], Cells::new(table)?);
            if element >= spec.shape.len() {
                let reason = format!("there is no element {element} in `{spec}`");
                return Err(TableError::Argument { argument: "element", reason });
            }
            let valid = |row| cells.valid_row(row).is_none_or(|valid| valid[element]);
            let number = |row| valid(row).then(|| cells.row(row)[element]);
            let column: Vec<_> = (0..table.n_rows()).map(number).collect();
            Table::new().with_column(spec.name.as_str(), column)
        })
    }

    fn over_rows(self, aggregate: Aggregate) -> Expr {
        let function = move |columns: &mut [Column]| {
            computed(columns, |tables| {
                let name = tables[0].column_names()[0];
                tables[0].view().aggregate([aggregate.clone().of(name).named(name)])
            })
        };
        let with_type = function.clone();
        apply_multiple(function, [self], move |_, fields| field(&with_type, fields), true)
    }

    fn cell_zip(
        self,
        other: impl Into<Expr>,
        combine: impl Fn(f64, f64) -> f64 + Send + Sync + 'static,
    ) -> Expr {
        let combine = std::sync::Arc::new(combine);
        let function = move |columns: &mut [Column]| {
            computed(columns, |tables| zipped(&tables[0], &tables[1], &*combine))
        };
        let with_type = function.clone();
        self.map_many(function, &[other.into()], move |_: &Schema, fields| {
            field(&with_type, fields)
        })
    }
}

/// An expression by a function from a table of one column to another such.
fn per_cell(
    expression: Expr,
    function: impl Fn(&Table) -> Result<Table, TableError> + Send + Sync + 'static,
) -> Expr {
    let function = std::sync::Arc::new(function);
    let with_type = function.clone();
    expression.map(
        move |column| computed(&mut [column], |tables| function(&tables[0])),
        move |_, input| {
            field(
                &|columns| computed(columns, |tables| with_type(&tables[0])),
                std::slice::from_ref(input),
            )
        },
    )
}

/// What a function of tables makes of polars' columns; the result has the first one's name.
fn computed(
    columns: &mut [Column],
    function: impl FnOnce(&[Table]) -> Result<Table, TableError>,
) -> PolarsResult<Column> {
    let failed = |error: TableError| PolarsError::ComputeError(error.to_string().into());
    let tables = columns.iter().map(|column| {
        Table::from_df(DataFrame::new(column.len(), vec![column.clone()])?).map_err(failed)
    });
    let tables = tables.collect::<PolarsResult<Vec<_>>>()?;
    let frame = function(&tables).and_then(|table| table.marked_df()).map_err(failed)?;
    Ok(frame.columns()[0].clone())
}

/// Name and type of a function's result, found by giving it no rows.
fn field(
    function: &impl Fn(&mut [Column]) -> PolarsResult<Column>,
    inputs: &[Field],
) -> PolarsResult<Field> {
    let empty = |input: &Field| Column::new_empty(input.name().clone(), input.dtype());
    let result = function(&mut inputs.iter().map(empty).collect::<Vec<_>>())?;
    Ok(Field::new(result.name().clone(), result.dtype().clone()))
}

/// The numbers of a table's only column, `[rows, width]`, and which are there (`None`: all).
struct Cells {
    values: Vec<f64>,
    valid: Option<Vec<bool>>,
    width: usize,
}

impl Cells {
    /// # Errors
    /// [`TableError::TypeMismatch`] for texts.
    fn new(table: &Table) -> Result<Self, TableError> {
        let spec = &table.specs()[0];
        let (reader, width) = (table.reader(0), spec.shape.len());
        let places =
            || (0..table.n_rows()).flat_map(|row| (0..width).map(move |element| (row, element)));
        let values = match_element!(
            spec.element,
            T => table.typed_numbers::<T>(0)?.iter().map(|value| value.to_f64()).collect(),
            Bool => {
                let flag = |(row, element)| reader.element(row, element) == Some(Element::Bool(true));
                places().map(|place| f64::from(u8::from(flag(place)))).collect()
            },
            Text => {
                let hint = "texts cannot be computed with";
                return Err(spec.mismatch("a column of numbers or flags", hint));
            },
        );
        let valid = reader.first_null(0..table.n_rows()).map(|_| {
            places().map(|(row, element)| reader.element(row, element).is_some()).collect()
        });
        Ok(Self { values, valid, width })
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    fn valid_row(&self, row: usize) -> Option<&[bool]> {
        Some(&self.valid.as_ref()?[row * self.width..(row + 1) * self.width])
    }
}

/// A table of one column like `spec` of these numbers.
fn made(
    spec: &ColumnSpec,
    single: bool,
    n_rows: usize,
    values: Vec<f64>,
    valid: Option<Vec<bool>>,
) -> Result<Table, TableError> {
    let (element, values) = if single {
        let values = values.into_iter().map(|value| value as f32).collect();
        (ElementType::Float32, Values::Float32(values))
    } else {
        (ElementType::Float64, Values::Float64(values))
    };
    let mut table = Table::new();
    let data = ColumnData { values, elements: valid, rows: None };
    table.push(ColumnSpec { element, ..spec.clone() }, data, n_rows)?;
    Ok(table)
}

fn zipped(
    left: &Table,
    right: &Table,
    combine: &impl Fn(f64, f64) -> f64,
) -> Result<Table, TableError> {
    let (a, b) = (&left.specs()[0], &right.specs()[0]);
    let (cells_a, cells_b) = (Cells::new(left)?, Cells::new(right)?);
    let (width_a, width_b) = (a.shape.len(), b.shape.len());
    if width_a != width_b && width_a != 1 && width_b != 1 {
        return Err(TableError::ShapeMismatch {
            column: b.name.clone(),
            expected: a.shape.sizes().to_vec(),
            found: b.shape.sizes().to_vec(),
        });
    }
    // A literal, or an aggregate of all rows, has one row for all.
    let n_rows = match (left.n_rows(), right.n_rows()) {
        (1, n) | (n, 1) => n,
        (n, other) if n == other => n,
        (expected, found) => {
            return Err(TableError::LengthMismatch { column: b.name.clone(), found, expected });
        }
    };
    let at = |table: &Table, row: usize| if table.n_rows() == 1 { 0 } else { row };
    let (shape, width) =
        if width_b > width_a || width_a == 1 { (&b.shape, width_b) } else { (&a.shape, width_a) };
    let shape = if width_a == width_b { &a.shape } else { shape };
    let spec = ColumnSpec { shape: shape.clone(), ..a.clone() };
    let single = a.element == ElementType::Float32 && b.element == ElementType::Float32;
    let mut values = Vec::with_capacity(n_rows * width);
    for row in 0..n_rows {
        match (cells_a.row(at(left, row)), cells_b.row(at(right, row))) {
            (x, y) if x.len() == y.len() => {
                values.extend(x.iter().zip(y).map(|(&x, &y)| combine(x, y)));
            }
            ([x], y) => values.extend(y.iter().map(|&y| combine(*x, y))),
            (x, y) => values.extend(x.iter().map(|&x| combine(x, y[0]))),
        }
    }
    let valid = (cells_a.valid.is_some() || cells_b.valid.is_some()).then(|| {
        let there = |cells: &Cells, row: usize, element: usize| {
            let element = if cells.width == 1 { 0 } else { element };
            cells.valid_row(row).is_none_or(|valid| valid[element])
        };
        (0..n_rows)
            .flat_map(|row| (0..width).map(move |element| (row, element)))
            .map(|(row, element)| {
                there(&cells_a, at(left, row), element) && there(&cells_b, at(right, row), element)
            })
            .collect()
    });
    made(&spec, single, n_rows, values, valid)
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use polars::prelude::{IntoLazy, col, lit};

    use super::*;

    fn table() -> Table {
        Table::new()
            .with_column("K", ["a", "b", "a"])
            .and_then(|table| {
                table.with_tensor(
                    "T",
                    array![[[1.0_f32, 2.0]], [[3.0, 4.0]], [[5.0, -6.0]]],
                    &["y", "x"],
                )
            })
            .unwrap()
    }

    #[test]
    fn elements_are_paired_with_cells_numbers_and_literals() {
        let table = table();
        let made = table
            .with_expressions([
                col("T").cell_add(col("T")).alias("Twice"),
                col("T").cell_divide(lit(2.0)).alias("Half"),
                col("T").cell_subtract(col("T").over_rows(Aggregate::Mean)).alias("Centred"),
                col("T").cell_map(f64::abs),
                col("T").cell_element(1).alias("Last"),
            ])
            .unwrap();
        assert_eq!(made.spec("Twice").unwrap().to_string(), "Twice: f32[y 1, x 2]");
        assert_eq!(made.tensor::<f32>("Twice").unwrap()[[2, 0, 1]], -12.0);
        assert_eq!(made.tensor::<f64>("Half").unwrap()[[1, 0, 0]], 1.5);
        assert_eq!(made.tensor::<f64>("Centred").unwrap()[[2, 0, 1]], -6.0);
        assert_eq!(made.tensor::<f32>("T").unwrap()[[2, 0, 1]], 6.0);
        assert_eq!(made.numbers("Last").unwrap(), [2.0, 4.0, -6.0]);
    }

    #[test]
    fn polars_groups_aggregate_tensors() {
        let frame = table().marked_df().unwrap().lazy();
        let groups = frame
            .group_by_stable([col("K")])
            .agg([
                col("T").over_rows(Aggregate::Sum),
                col("T").over_rows(Aggregate::Count).alias("N"),
            ])
            .collect()
            .unwrap();
        let groups = Table::from_df(groups).unwrap();
        assert_eq!(groups.spec("T").unwrap().to_string(), "T: f64[y 1, x 2]");
        let expected = array![[[6.0, -4.0]], [[3.0, 4.0]]].into_dyn();
        assert_eq!(groups.tensor::<f64>("T").unwrap(), expected);
        assert_eq!(groups.tensor::<i64>("N").unwrap()[[0, 0, 0]], 2);
    }

    #[test]
    fn nulls_stay_and_texts_and_other_shapes_are_errors() {
        let table = table().with_column("X", [Some(1.0), None, Some(f64::NAN)]).unwrap();
        let made = table
            .select_expressions([
                col("X").cell_multiply(lit(2.0)),
                col("X").cell_measure(Measure::Sum).alias("S"),
            ])
            .unwrap();
        assert_eq!(made.labels("X").unwrap(), ["2", "", "NaN"]);
        assert_eq!(made.labels("S").unwrap(), ["1", "", "0"]);
        let refused = |expression: Expr| table.select_expressions([expression]).unwrap_err();
        assert!(refused(col("K").cell_measure(Measure::L2)).to_string().contains("`K` is string"));
        assert!(refused(col("T").cell_element(2)).to_string().contains("no element 2"));
        let wide = array![[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]];
        let table = table.clone().with_tensor("W", wide, &[]).unwrap();
        let error = table.select_expressions([col("T").cell_add(col("W"))]).unwrap_err();
        assert!(matches!(&error, TableError::Expression { reason } if reason.contains("[3]")));
    }
}
