//! How the toolkit's own types are shown.

use std::fmt::Display;

use analysis::{
    Agreement, Confusion, Dbscan, Dendrogram, Embedding, Figure, GaussianMixture, GroupMeans, Ica,
    KMeans, Panels, Pca, ReceptiveField, Roc, RunningField, Silhouette, SimilarityMatrix,
    SoftmaxDecoder, Svd,
    statistics::{Anova, HypothesisTest, TTest},
};
use etable::ndarray::{ArrayBase, Axis, Data, Dimension};
use etable::polars::prelude::{Column, DataFrame, IntoColumn, Series};
use etable::{Splits, Table, View};
use serde_json::Value;

use super::{Bundle, PLOTLY, Show};
use crate::progress::Progress;

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

/// The groups: their keys, and how many rows each has.
impl Show for Splits {
    fn bundle(&self) -> Bundle {
        let n_rows: Vec<_> = self.views().map(|view| view.n_rows() as i64).collect();
        match self.levels().clone().with_column("N", n_rows) {
            Ok(table) => table.bundle(),
            Err(_) => Bundle::from_text(format!("{} splits", self.len())),
        }
    }
}

/// As a table, which also shows tensors.
impl Show for DataFrame {
    fn bundle(&self) -> Bundle {
        match Table::from_df(self.clone()) {
            Ok(table) => table.bundle(),
            Err(_) => Bundle::from_text(self.to_string()),
        }
    }
}

impl Show for Column {
    fn bundle(&self) -> Bundle {
        match DataFrame::new(self.len(), vec![self.clone()]) {
            Ok(frame) => frame.bundle(),
            Err(_) => Bundle::from_text(format!("{self:?}")),
        }
    }
}

impl Show for Series {
    fn bundle(&self) -> Bundle {
        self.clone().into_column().bundle()
    }
}

/// Interactive where plotly's renderer is at hand, a drawing everywhere else. There is no HTML
/// among the forms: exporters would prefer it to the drawing.
impl Show for Figure {
    fn bundle(&self) -> Bundle {
        let bundle = Bundle::from_text(self.to_text()).with("image/svg+xml", self.to_svg());
        match serde_json::from_str::<Value>(&self.to_plotly_json()) {
            Ok(plotly) => bundle.with(PLOTLY, plotly),
            Err(_) => bundle,
        }
    }
}

/// One drawing; it is not interactive.
impl Show for Panels {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_text()).with("image/svg+xml", self.to_svg())
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

impl Show for Confusion {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Roc {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Embedding {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for ReceptiveField {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for RunningField {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), "a running average of receptive fields".to_owned())
    }
}

impl Show for SoftmaxDecoder {
    fn bundle(&self) -> Bundle {
        let text = format!("a softmax decoder of {}", self.categories().join(", "));
        Bundle::from_text(text)
    }
}

/// Results that their own words tell best.
macro_rules! show_as_text {
    ($($result:ty),*) => {$(
        impl Show for $result {
            fn bundle(&self) -> Bundle {
                Bundle::from_text(self.to_string())
            }
        }
    )*};
}

show_as_text!(
    Agreement,
    Anova,
    Dbscan,
    GaussianMixture,
    GroupMeans,
    HypothesisTest,
    Ica,
    KMeans,
    Progress,
    Silhouette,
    Svd,
    TTest
);

/// Numbers of up to five dimensions as an image, as in a cell of a table, with the numbers as text.
impl<A, S, D> Show for ArrayBase<S, D>
where
    A: Copy + Into<f64> + Display,
    S: Data<Elem = A>,
    D: Dimension,
{
    fn bundle(&self) -> Bundle {
        let bundle = Bundle::from_text(self.to_string());
        if !(1..=5).contains(&self.ndim()) || self.is_empty() {
            return bundle;
        }
        let values = self.map(|value| (*value).into()).into_dyn().insert_axis(Axis(0));
        let names = vec![""; self.ndim()];
        match Table::new().with_tensor("tensor", values.as_standard_layout().into_owned(), &names) {
            Ok(table) => bundle.with("text/html", table.to_html()),
            Err(_) => bundle,
        }
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
    fn a_tensor_is_an_image() {
        let tensor = etable::ndarray::arr2(&[[0.0_f32, 1.0], [0.5, -1.0]]);
        let bundle = tensor.bundle();
        assert_eq!(bundle.text(), "[[0, 1],\n [0.5, -1]]");
        assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("<svg"));
        assert!(tensor.slice(etable::ndarray::s![..0, ..]).bundle().get("text/html").is_none());
    }

    #[test]
    fn frames_and_splits_are_tables() {
        let table = Table::new().with_column("Group", ["a", "b", "a"]).unwrap();
        let frame = table.df().clone();
        assert_eq!(frame.bundle(), table.bundle());
        assert_eq!(frame.columns()[0].bundle(), table.bundle());
        let text = table.view().group_by(&["Group"]).unwrap().bundle().text().to_owned();
        assert!(text.contains("0  a       2") && text.contains("1  b       1"), "{text}");
    }

    #[test]
    fn a_figure_has_a_drawing_and_no_html() {
        let table = Table::new()
            .with_column("Epoch", [0_i64, 1])
            .and_then(|table| table.with_column("SSE", [2.5, 0.0]))
            .unwrap();
        let figure = analysis::line_chart(&table, "Epoch", &["SSE"]).unwrap();
        let bundle = figure.bundle();
        assert!(bundle.get("image/svg+xml").is_some());
        assert!(bundle.get(PLOTLY).unwrap().is_object());
        assert!(bundle.get("text/html").is_none());
        assert!(!bundle.text().is_empty());
    }
}
