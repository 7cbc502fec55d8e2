//! Matrices as text and as HTML.

use std::fmt;

use super::SimilarityMatrix;
use crate::text::{escape_xml, short_number};

const MAXIMUM_SHOWN_TEXT: usize = 10;
const MAXIMUM_SHOWN_HTML: usize = 30;

impl SimilarityMatrix {
    /// An HTML table, for notebooks; at most 30 items are spelt out.
    pub fn to_html(&self) -> String {
        let shown = self.len().min(MAXIMUM_SHOWN_HTML);
        let mut html = format!(
            "<table><caption>{}</caption><thead><tr><th></th>",
            escape_xml(&self.heading())
        );
        for label in &self.labels[..shown] {
            html += &format!("<th>{}</th>", escape_xml(label));
        }
        html += "</tr></thead><tbody>";
        for (row, label) in self.labels[..shown].iter().enumerate() {
            html += &format!("<tr><th>{}</th>", escape_xml(label));
            for column in 0..shown {
                html += &format!("<td>{:.3}</td>", self.values[[row, column]]);
            }
            html += "</tr>";
        }
        html += "</tbody></table>";
        if shown < self.len() {
            html += &format!("<p>first {shown} of {} items</p>", self.len());
        }
        html
    }
}

impl fmt::Display for SimilarityMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.len().min(MAXIMUM_SHOWN_TEXT);
        writeln!(f, "{}", self.heading())?;
        let labels: Vec<String> =
            self.labels[..shown].iter().map(|l| l.chars().take(12).collect()).collect();
        let cells: Vec<Vec<String>> = (0..shown)
            .map(|row| (0..shown).map(|c| short_number(self.values[[row, c]])).collect())
            .collect();
        let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
        let stub = widest(&mut labels.iter().map(|label| label.chars().count()));
        let width = widest(&mut cells.iter().flatten().chain(&labels).map(|t| t.chars().count()));
        write!(f, "{:stub$}", "")?;
        for label in &labels {
            write!(f, "  {label:>width$}")?;
        }
        for (label, row) in labels.iter().zip(&cells) {
            write!(f, "\n{label:stub$}")?;
            for cell in row {
                write!(f, "  {cell:>width$}")?;
            }
        }
        if shown < self.len() {
            write!(f, "\n(first {shown} of {} items)", self.len())?;
        }
        Ok(())
    }
}
