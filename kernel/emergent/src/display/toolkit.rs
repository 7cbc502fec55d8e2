//! How the toolkit's own types are shown.

use analysis::{Dendrogram, Figure, KMeans, Pca, SimilarityMatrix};
use etable::{Table, View};
use serde_json::Value;

use super::{Bundle, Show};

impl Show for Table {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string()).with("text/html", self.to_html())
    }
}

impl Show for View {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string()).with("text/html", self.to_html())
    }
}

/// Interactive where plotly's renderer is at hand, a drawing everywhere else. There is no HTML
/// among the forms: exporters would prefer it to the drawing.
impl Show for Figure {
    fn bundle(&self) -> Bundle {
        let bundle = Bundle::from_text(self.to_text()).with("image/svg+xml", self.to_svg());
        match serde_json::from_str::<Value>(&self.to_plotly_json()) {
            Ok(plotly) => bundle.with("application/vnd.plotly.v1+json", plotly),
            Err(_) => bundle,
        }
    }
}

impl Show for SimilarityMatrix {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string()).with("text/html", self.to_html())
    }
}

impl Show for Dendrogram {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Pca {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for KMeans {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string())
    }
}

/// The figure's forms, with the value's own words as text.
fn figure_or_text(figure: Option<Figure>, text: String) -> Bundle {
    figure.map(|figure| figure.bundle()).unwrap_or_default().with("text/plain", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_a_drawing_and_no_html() {
        let table = Table::new()
            .with_column("Epoch", [0_i64, 1])
            .and_then(|table| table.with_column("SSE", [2.5, 0.0]))
            .unwrap();
        let figure = analysis::line_chart(&table, "Epoch", &["SSE"]).unwrap();
        let bundle = figure.bundle();
        assert!(bundle.get("image/svg+xml").is_some());
        assert!(bundle.get("application/vnd.plotly.v1+json").unwrap().is_object());
        assert!(bundle.get("text/html").is_none());
        assert!(!bundle.text().is_empty());
    }
}
