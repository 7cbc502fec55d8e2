//! Tables as lines of text.

use std::fmt;

use super::Shown;
use crate::column::Reader;
use crate::shape::CellShape;

/// Elements of a tensor shown.
const ELEMENTS: usize = 4;

pub(super) fn write(f: &mut fmt::Formatter<'_>, shown: &Shown<'_>) -> fmt::Result {
    writeln!(f, "{}", shown.size())?;
    let mut columns = vec![row_numbers(shown)];
    for index in 0..shown.n_columns() {
        let spec = &shown.table.specs()[index];
        let reader = shown.table.reader(index);
        let mut lines = vec![spec.name.clone(), spec.type_name()];
        lines.extend(shown.rows.iter().map(|row| match row {
            Some(row) => cell(shown, &reader, *row, &spec.shape),
            None => "…".into(),
        }));
        columns.push(lines);
    }
    let width = |lines: &Vec<String>| lines.iter().map(|line| line.chars().count()).max();
    let widths: Vec<usize> = columns.iter().map(|lines| width(lines).unwrap_or(0)).collect();
    for line in 0..columns[0].len() {
        let cells: Vec<String> = columns
            .iter()
            .zip(&widths)
            .map(|(lines, &width)| format!("{:width$}", lines[line]))
            .collect();
        writeln!(f, "{}", cells.join("  ").trim_end())?;
    }
    match shown.hidden_columns() {
        Some(hidden) => writeln!(f, "{hidden}"),
        None => Ok(()),
    }
}

fn row_numbers(shown: &Shown<'_>) -> Vec<String> {
    let numbers = shown.rows.iter().map(|row| row.map_or("…".into(), |row| row.to_string()));
    [String::new(), String::new()].into_iter().chain(numbers).collect()
}

/// A value, or the first elements of a tensor: `[0, 0.1, 0.2, 0.3, … 0.9]`.
pub(super) fn cell(
    shown: &Shown<'_>,
    reader: &Reader<'_>,
    row: usize,
    shape: &CellShape,
) -> String {
    if shape.is_scalar() {
        return shown.short(reader.element(row, 0));
    }
    if reader.is_null(row) {
        return "null".into();
    }
    let mut elements: Vec<String> = (0..shape.len().min(ELEMENTS))
        .map(|element| shown.short(reader.element(row, element)))
        .collect();
    if shape.len() > ELEMENTS {
        let last = shown.short(reader.element(row, shape.len() - 1));
        elements.push(if shape.len() == ELEMENTS + 1 { last } else { format!("… {last}") });
    }
    format!("[{}]", elements.join(", "))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Array3};

    use crate::table::Table;

    #[test]
    fn tensors_are_abbreviated_and_nulls_shown() {
        let act = Array3::from_shape_fn((2, 2, 3), |(row, y, x)| (row * 6 + y * 3 + x) as f32);
        let table = Table::new()
            .with_tensor("Act", act, &["y", "x"])
            .unwrap()
            .with_tensor("V", Array2::<i64>::ones((2, 2)), &[])
            .unwrap()
            .with_column("S", [Some("a\nb"), None])
            .unwrap();
        let expected = "2 rows, 3 columns\n\
                        \u{20}  Act                 V       S\n\
                        \u{20}  f32[y 2, x 3]       i64[2]  string\n\
                        0  [0, 1, 2, 3, … 5]   [1, 1]  a\\nb\n\
                        1  [6, 7, 8, 9, … 11]  [1, 1]  null\n";
        assert_eq!(table.to_string(), expected);
    }
}
