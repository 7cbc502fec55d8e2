//! The usual figures of columns.

use super::{Aggregate, Aggregation, nullable};
use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::error::Result;
use crate::splits::Splits;
use crate::table::Table;
use crate::view::View;

const FIGURES: [Aggregate; 9] = [
    Aggregate::Count,
    Aggregate::Mean,
    Aggregate::Std,
    Aggregate::Sem,
    Aggregate::Min,
    Aggregate::Q1,
    Aggregate::Median,
    Aggregate::Q3,
    Aggregate::Max,
];

impl Splits {
    /// Count, mean, standard deviation, standard error, least, quartiles and greatest of a column
    /// within each split, a column for each: `SSE:Count`, `SSE:Mean` and so on (emergent:
    /// `split.Desc`).
    ///
    /// # Errors
    /// As [`Splits::aggregate`].
    pub fn describe(&self, column: &str) -> Result<Table> {
        self.aggregate(FIGURES.map(|aggregate| aggregate.of(column)))
    }
}

impl View {
    /// Count, mean, standard deviation, standard error, least, quartiles and greatest of columns, a
    /// row for each, named in the column `Agg`; tensors element by element (emergent: `agg.Desc`,
    /// `DescAll`). Where no column is named, all of numbers or flags.
    ///
    /// ```
    /// use etable::Table;
    ///
    /// let table = Table::new().with_column("Name", ["a", "b"])?.with_column("SSE", [1.0, 3.0])?;
    /// let figures = table.describe()?;
    /// assert_eq!(figures.column_names(), ["Agg", "SSE"]);
    /// assert_eq!(figures.texts("Agg")?[..2], ["Count", "Mean"]);
    /// assert_eq!(figures.numbers("SSE")?[..2], [2.0, 2.0]);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Splits::aggregate`].
    pub fn describe(&self, columns: &[&str]) -> Result<Table> {
        let specs: Vec<&ColumnSpec> = if columns.is_empty() {
            let specs = self.table().specs().iter();
            specs.filter(|spec| spec.element != ElementType::Text).collect()
        } else {
            columns.iter().map(|name| self.table().spec(name)).collect::<Result<_>>()?
        };
        let mut figures =
            Table::new().with_column("Agg", FIGURES.map(|figure| figure.to_string()))?;
        for spec in specs {
            let wanted = FIGURES.iter().enumerate().map(|(row, figure)| -> Aggregation {
                figure.clone().of(&spec.name).named(row.to_string())
            });
            let one_row = self.aggregate(wanted)?;
            let width = spec.shape.len();
            let mut numbers = Vec::with_capacity(FIGURES.len() * width);
            for figure in 0..FIGURES.len() {
                let reader = one_row.reader(figure);
                for element in 0..width {
                    numbers.push(reader.element(0, element).and_then(|element| element.to_f64()));
                }
            }
            let spec = ColumnSpec { element: ElementType::Float64, ..spec.clone() };
            figures.push(spec, nullable(numbers), FIGURES.len())?;
        }
        Ok(figures)
    }
}

impl Table {
    /// [`View::describe`] of all rows and all columns of numbers or flags.
    ///
    /// # Errors
    /// As [`View::describe`].
    pub fn describe(&self) -> Result<Table> {
        self.view().describe(&[])
    }
}
