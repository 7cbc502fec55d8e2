//! How much of a table is shown, said by hand.

use std::fmt;

use super::{COLUMNS, LETTERS, Limits, Shown, html, text};
use crate::view::View;

/// A table or view with limits of its own on what is shown of it; made by
/// [`Table::show_rows`](crate::Table::show_rows).
///
/// ```
/// use etable::Table;
///
/// let table = Table::new()
///     .with_column("N", (0..9).collect::<Vec<i64>>())?
///     .with_column("Text", vec!["a".repeat(40); 9])?;
/// let shown = table.show_rows(3).with_letters(4).to_string();
/// assert_eq!(shown.lines().nth(3), Some("0  0    aaaa…"));
/// assert_eq!(shown.lines().last(), Some("8  8    aaaa…"));
/// # Ok::<(), etable::TableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Excerpt {
    view: View,
    limits: Limits,
}

impl Excerpt {
    pub(super) fn new(view: View, n_rows: usize) -> Self {
        let ends = (n_rows - n_rows / 2, n_rows / 2);
        let limits = Limits { whole: n_rows, ends, columns: COLUMNS, letters: LETTERS };
        Self { view, limits }
    }

    /// Shows this many columns; the others are named below.
    pub fn with_columns(mut self, n: usize) -> Self {
        self.limits.columns = n;
        self
    }

    /// Shows this many letters of texts.
    pub fn with_letters(mut self, n: usize) -> Self {
        self.limits.letters = n;
        self
    }

    /// An HTML fragment, as [`Table::to_html`](crate::Table::to_html) makes it.
    pub fn to_html(&self) -> String {
        html::fragment(&Shown::view(&self.view, self.limits))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &Shown::view(&self.view, self.limits))
    }
}

#[cfg(test)]
mod tests {
    use crate::table::Table;

    #[test]
    fn an_excerpt_shows_what_was_asked_for() {
        let mut table = Table::new().with_column("N", (0..100).collect::<Vec<i64>>()).unwrap();
        for index in 0..20 {
            table.add_column(format!("C{index}"), vec!["x".repeat(50); 100]).unwrap();
        }
        let sorted = table.view().sort(&["N"], true).unwrap();
        let all = sorted.show_rows(usize::MAX).with_columns(30).with_letters(50);
        assert_eq!(all.to_html().matches(&"x".repeat(50)).count(), 2000);
        assert_eq!(all.to_string().lines().count(), 3 + 100);
        assert!(!all.to_string().contains("more columns") && !all.to_string().contains('…'));
        let few = sorted.show_rows(1).with_columns(1).to_string();
        assert!(few.contains("\n99  99\n…") && few.contains("20 more columns"), "{few}");
        assert_eq!(table.show_rows(0).to_string().lines().count(), 3 + 2);
    }
}
