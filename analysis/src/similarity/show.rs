//! Matrices as text and as HTML.

use std::fmt;

use ndarray::ArrayView2;

use super::SimilarityMatrix;
use crate::text::{escape_xml, short_number};

const MAXIMUM_SHOWN_TEXT: usize = 10;
const MAXIMUM_SHOWN_HTML: usize = 30;

/// A matrix with its labels on both sides as an HTML table; at most 30 rows and columns of it.
pub(super) fn html_of(
    heading: &str,
    labels: [&[String]; 2],
    values: ArrayView2<'_, f64>,
) -> String {
    let [rows, columns] = labels.map(|labels| &labels[..labels.len().min(MAXIMUM_SHOWN_HTML)]);
    let mut html = format!("<table><caption>{}</caption><thead><tr><th></th>", escape_xml(heading));
    for label in columns {
        html += &format!("<th>{}</th>", escape_xml(label));
    }
    html += "</tr></thead><tbody>";
    for (row, label) in rows.iter().enumerate() {
        html += &format!("<tr><th>{}</th>", escape_xml(label));
        for column in 0..columns.len() {
            html += &format!("<td>{:.3}</td>", values[[row, column]]);
        }
        html += "</tr>";
    }
    html += "</tbody></table>";
    if let Some(rest) = rest(labels, [rows, columns]) {
        html += &format!("<p>{rest}</p>");
    }
    html
}

/// A matrix with its labels on both sides as text; at most 10 rows and columns of it.
pub(super) fn text_of(
    heading: &str,
    labels: [&[String]; 2],
    values: ArrayView2<'_, f64>,
) -> String {
    let shown = labels.map(|labels| &labels[..labels.len().min(MAXIMUM_SHOWN_TEXT)]);
    let short = |labels: &[String]| -> Vec<String> {
        labels.iter().map(|label| label.chars().take(12).collect()).collect()
    };
    let [rows, columns] = shown.map(short);
    let cells: Vec<Vec<String>> = (0..rows.len())
        .map(|row| (0..columns.len()).map(|c| short_number(values[[row, c]])).collect())
        .collect();
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let stub = widest(&mut rows.iter().map(|label| label.chars().count()));
    let width = widest(&mut cells.iter().flatten().chain(&columns).map(|t| t.chars().count()));
    let mut text = format!("{heading}\n{:stub$}", "");
    for label in &columns {
        text += &format!("  {label:>width$}");
    }
    for (label, row) in rows.iter().zip(&cells) {
        text += &format!("\n{label:stub$}");
        for cell in row {
            text += &format!("  {cell:>width$}");
        }
    }
    if let Some(rest) = rest(labels, shown) {
        text += &format!("\n({rest})");
    }
    text
}

/// What is said where not all is shown.
fn rest(labels: [&[String]; 2], shown: [&[String]; 2]) -> Option<String> {
    let ([rows, columns], [some, others]) = (labels.map(<[_]>::len), shown.map(<[_]>::len));
    match (rows == some && columns == others, rows == columns) {
        (true, _) => None,
        (false, true) => Some(format!("first {some} of {rows} items")),
        (false, false) => Some(format!("first {some} x {others} of {rows} x {columns}")),
    }
}

impl SimilarityMatrix {
    /// An HTML table, for notebooks; at most 30 items are spelt out.
    pub fn to_html(&self) -> String {
        html_of(&self.heading(), [&self.labels; 2].map(Vec::as_slice), self.values())
    }
}

impl fmt::Display for SimilarityMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(&self.heading(), [&self.labels; 2].map(Vec::as_slice), self.values()))
    }
}
