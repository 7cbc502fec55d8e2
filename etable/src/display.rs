//! Showing tables and views: as text, and as HTML with tensors as small images.
//!
//! Both show the first and last five rows, every column's type with its shape, and at most
//! sixteen columns.
//!
//! ```
//! use etable::Table;
//!
//! let table = Table::new().with_column("Name", ["a", "b"])?.with_column("SSE", [0.5, 0.25])?;
//! assert_eq!(
//!     table.to_string(),
//!     "2 rows, 2 columns\n   Name    SSE\n   string  f64\n0  a       0.5\n1  b       0.25\n"
//! );
//! assert!(table.to_html().contains("<th>SSE"));
//! # Ok::<(), etable::TableError>(())
//! ```

mod html;
mod text;

use std::fmt;

use crate::element::Element;
use crate::table::Table;
use crate::view::View;

/// Rows shown at either end.
const ENDS: usize = 5;
/// Columns shown.
const COLUMNS: usize = 16;
/// Letters of a text shown.
const LETTERS: usize = 32;

/// Head and tail, column names, types and shapes.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &Shown::table(self))
    }
}

/// As for a table; each row is numbered by its row in the table.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &Shown::view(self))
    }
}

impl Table {
    /// The table as an HTML fragment, complete in itself: no script, no outside resource.
    ///
    /// Tensor cells are images, laid out as [`Grid`](crate::Grid) does: the pools of
    /// `[PoolY, PoolX, Y, X]` as they lie, blocks of `[A, Y, X]` side by side, or below each other
    /// if the column's metadata say `odd-row` = `true`. Row 0 is at the top, unless they say
    /// `top-zero` = `false`. A column with negative
    /// values is coloured from blue by white (0) to red, else from dark (0) to yellow (its
    /// greatest value shown); missing and NaN are grey.
    pub fn to_html(&self) -> String {
        html::fragment(&Shown::table(self))
    }
}

impl View {
    /// The view as an HTML fragment; see [`Table::to_html`].
    pub fn to_html(&self) -> String {
        html::fragment(&Shown::view(self))
    }
}

/// What is shown of a table or view.
struct Shown<'a> {
    table: &'a Table,
    /// Rows of the table; none where rows are left out.
    rows: Vec<Option<usize>>,
    n_rows: usize,
}

impl<'a> Shown<'a> {
    fn new(table: &'a Table, n_rows: usize, row: impl Fn(usize) -> usize) -> Self {
        let rows = if n_rows <= 2 * ENDS {
            (0..n_rows).map(|position| Some(row(position))).collect()
        } else {
            let head = (0..ENDS).map(|position| Some(row(position)));
            let tail = (n_rows - ENDS..n_rows).map(|position| Some(row(position)));
            head.chain([None]).chain(tail).collect()
        };
        Self { table, rows, n_rows }
    }

    fn table(table: &'a Table) -> Self {
        Self::new(table, table.n_rows(), |position| position)
    }

    fn view(view: &'a View) -> Self {
        Self::new(view.table(), view.n_rows(), |position| view.rows()[position])
    }

    fn n_columns(&self) -> usize {
        self.table.n_columns().min(COLUMNS)
    }

    /// `12 rows, 3 columns`.
    fn size(&self) -> String {
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        format!("{}, {}", plural(self.n_rows, "row"), plural(self.table.n_columns(), "column"))
    }

    /// The names of the columns that are not shown.
    fn hidden_columns(&self) -> Option<String> {
        let names = &self.table.column_names()[self.n_columns()..];
        (!names.is_empty()).then(|| format!("{} more columns: {}", names.len(), names.join(", ")))
    }
}

/// An element in few letters: numbers to about five digits, texts cut.
fn short(element: Option<Element<'_>>) -> String {
    match element {
        None => "null".into(),
        Some(Element::Text(text)) => {
            let mut shown: String =
                text.chars().take(LETTERS).flat_map(char::escape_debug).collect();
            if text.chars().nth(LETTERS).is_some() {
                shown.push('…');
            }
            shown.replace("\\\"", "\"").replace("\\'", "'")
        }
        Some(Element::Float32(value)) => short_number(&value.to_string(), value.into()),
        Some(Element::Float64(value)) => short_number(&value.to_string(), value),
        Some(other) => other.to_string(),
    }
}

fn short_number(exact: &str, value: f64) -> String {
    if exact.len() <= 8 || !value.is_finite() {
        return exact.into();
    }
    let size = value.abs();
    if (1e-3..1e6).contains(&size) {
        let digits = 4usize.saturating_sub(size.log10().floor().max(0.0) as usize).max(1);
        let rounded = format!("{value:.digits$}");
        return rounded.trim_end_matches('0').trim_end_matches('.').into();
    }
    format!("{value:.4e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shortened_to_about_five_digits() {
        let shown = |value: f64| short(Some(Element::Float64(value)));
        assert_eq!(shown(0.5), "0.5");
        assert_eq!(shown(1.0 / 3.0), "0.3333");
        assert_eq!(shown(1234.567891), "1234.6");
        assert_eq!(shown(1.0 / 3.0 * 1e-9), "3.3333e-10");
        assert_eq!(shown(f64::NAN), "NaN");
    }

    #[test]
    fn long_tables_show_both_ends() {
        let table = Table::new().with_column("N", (0..20).collect::<Vec<i64>>()).unwrap();
        let shown = Shown::table(&table);
        assert_eq!(shown.rows.len(), 11);
        assert_eq!((shown.rows[4], shown.rows[5], shown.rows[6]), (Some(4), None, Some(15)));
    }
}
