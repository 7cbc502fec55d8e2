//! Showing tables and views: as text, and as HTML with tensors as small images.
//!
//! Both show every column's type with its shape, and at most sixteen columns; text shows the first
//! and last five rows, HTML up to sixty. [`Table::show_rows`] sets other limits.
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

mod excerpt;
mod html;
mod text;

use std::fmt;

pub use self::excerpt::Excerpt;
use crate::column::ColumnSpec;
use crate::element::{Element, ElementType};
use crate::table::Table;
use crate::view::View;

/// Rows shown at either end of a table that is not shown whole.
const ENDS: usize = 5;
/// Tables of more rows are not shown whole in HTML ...
const HTML_ROWS: usize = 60;
/// ... nor those whose images would have more elements.
const HTML_ELEMENTS: usize = 20_000;
/// Tensors of more elements are shown as text.
const IMAGE_ELEMENTS: usize = 4096;
/// Columns shown.
const COLUMNS: usize = 16;
/// Letters of a text shown.
const LETTERS: usize = 32;

/// Head and tail, column names, types and shapes.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &Shown::table(self, Limits::text()))
    }
}

/// As for a table; each row is numbered by its row in the table.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &Shown::view(self, Limits::text()))
    }
}

impl Table {
    /// The table as an HTML fragment, complete in itself: no script, no outside resource.
    ///
    /// Up to 60 rows are shown, in a frame that scrolls; of longer tables, and of those whose
    /// images would have more than 20,000 elements in all, the first and last five rows.
    ///
    /// Tensor cells are images, laid out as [`Grid`](crate::Grid) does: the pools of
    /// `[PoolY, PoolX, Y, X]` as they lie, blocks of `[A, Y, X]` side by side, or below each other
    /// if the column's metadata say `odd-row` = `true`. Row 0 is at the top, unless they say
    /// `top-zero` = `false`. A column with negative values is coloured from blue by white (0) to
    /// red, else from dark (0) to yellow (its greatest value shown), as in figures
    /// ([`colour`](crate::colour)); missing and NaN are grey.
    pub fn to_html(&self) -> String {
        html::fragment(&Shown::table(self, Limits::html(self)))
    }

    /// The table with this many rows shown, as text and as HTML: all, or as many of its head as of
    /// its tail.
    ///
    /// ```
    /// let table = etable::Table::new().with_column("N", (0..100).collect::<Vec<i64>>())?;
    /// assert_eq!(table.to_string().lines().count(), 3 + 11); // five rows, a gap, and five rows
    /// assert_eq!(table.show_rows(100).to_string().lines().count(), 3 + 100);
    /// # Ok::<(), etable::TableError>(())
    /// ```
    pub fn show_rows(&self, n: usize) -> Excerpt {
        self.view().show_rows(n)
    }
}

impl View {
    /// The view as an HTML fragment; see [`Table::to_html`].
    pub fn to_html(&self) -> String {
        html::fragment(&Shown::view(self, Limits::html(self.table())))
    }

    /// The view with this many rows shown; see [`Table::show_rows`].
    pub fn show_rows(&self, n: usize) -> Excerpt {
        Excerpt::new(self.clone(), n)
    }
}

/// How much is shown.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Tables of no more rows are shown whole.
    whole: usize,
    /// Of others, so many rows of the head and of the tail.
    ends: (usize, usize),
    columns: usize,
    letters: usize,
}

impl Limits {
    fn text() -> Self {
        Self { whole: 2 * ENDS, ends: (ENDS, ENDS), columns: COLUMNS, letters: LETTERS }
    }

    fn html(table: &Table) -> Self {
        let drawn = table.specs().iter().take(COLUMNS).filter(|spec| is_drawn(spec));
        let elements = drawn.map(|spec| spec.shape.len()).sum::<usize>().max(1);
        let whole = HTML_ROWS.min(HTML_ELEMENTS / elements).max(2 * ENDS);
        Self { whole, ..Self::text() }
    }
}

/// Whether the cells of a column are images in HTML.
fn is_drawn(spec: &ColumnSpec) -> bool {
    !spec.shape.is_scalar()
        && spec.element != ElementType::Text
        && (1..=IMAGE_ELEMENTS).contains(&spec.shape.len())
}

/// What is shown of a table or view.
struct Shown<'a> {
    table: &'a Table,
    /// Rows of the table; none where rows are left out.
    rows: Vec<Option<usize>>,
    n_rows: usize,
    limits: Limits,
}

impl<'a> Shown<'a> {
    fn new(table: &'a Table, n_rows: usize, row: impl Fn(usize) -> usize, limits: Limits) -> Self {
        let (head, tail) = limits.ends;
        let rows = if n_rows <= limits.whole {
            (0..n_rows).map(|position| Some(row(position))).collect()
        } else {
            let head = (0..head).map(|position| Some(row(position)));
            let tail = (n_rows - tail..n_rows).map(|position| Some(row(position)));
            head.chain([None]).chain(tail).collect()
        };
        Self { table, rows, n_rows, limits }
    }

    fn table(table: &'a Table, limits: Limits) -> Self {
        Self::new(table, table.n_rows(), |position| position, limits)
    }

    fn view(view: &'a View, limits: Limits) -> Self {
        Self::new(view.table(), view.n_rows(), |position| view.rows()[position], limits)
    }

    fn n_columns(&self) -> usize {
        self.table.n_columns().min(self.limits.columns)
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

    /// An element in few letters: numbers to about five digits, texts cut.
    fn short(&self, element: Option<Element<'_>>) -> String {
        short(element, self.limits.letters)
    }
}

fn short(element: Option<Element<'_>>, letters: usize) -> String {
    match element {
        None => "null".into(),
        Some(Element::Text(text)) => {
            let mut shown: String =
                text.chars().take(letters).flat_map(char::escape_debug).collect();
            if text.chars().nth(letters).is_some() {
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
        let shown = |value: f64| short(Some(Element::Float64(value)), LETTERS);
        assert_eq!(shown(0.5), "0.5");
        assert_eq!(shown(1.0 / 3.0), "0.3333");
        assert_eq!(shown(1234.567891), "1234.6");
        assert_eq!(shown(1.0 / 3.0 * 1e-9), "3.3333e-10");
        assert_eq!(shown(f64::NAN), "NaN");
    }

    #[test]
    fn long_tables_show_both_ends() {
        let table = Table::new().with_column("N", (0..20).collect::<Vec<i64>>()).unwrap();
        let shown = Shown::table(&table, Limits::text());
        assert_eq!(shown.rows.len(), 11);
        assert_eq!((shown.rows[4], shown.rows[5], shown.rows[6]), (Some(4), None, Some(15)));
    }

    #[test]
    fn html_shows_all_rows_until_they_or_their_images_are_many() {
        let rows = |table: &Table| table.to_html().matches("<tr>").count() - 1;
        let numbers = |n: usize| Table::new().with_column("N", vec![0_i64; n]).unwrap();
        assert_eq!((rows(&numbers(60)), rows(&numbers(61))), (60, 11));
        assert!(!numbers(10).to_html().contains("overflow"));
        assert!(numbers(60).to_html().contains("max-height"));
        let images = |n: usize| {
            let tensors = ndarray::Array2::<f32>::zeros((n, 400));
            Table::new().with_tensor("T", tensors, &[]).unwrap()
        };
        assert_eq!((rows(&images(50)), rows(&images(51))), (50, 11));
    }
}
