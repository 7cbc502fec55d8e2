//! How the toolkit's own types are shown.

use std::fmt::Display;
use std::path::PathBuf;

use analysis::{
    Agreement, Confusion, CrossSimilarity, Dbscan, Dendrogram, Embedding, Figure, GaussianMixture,
    GroupMeans, Ica, KMeans, LinearDecoder, Panels, Pca, ReceptiveField, ReceptiveFields, Roc,
    RunningField, Silhouette, SimilarityMatrix, SoftmaxDecoder, Svd,
    statistics::{Anova, HypothesisTest, TTest},
};
use engine::patgen::Vocabulary;
use etable::markup::escaped;
use etable::ndarray::{ArrayBase, Axis, Data, Dimension};
use etable::polars::prelude::{Column, DataFrame, IntoColumn, Series};
use etable::{
    ColumnSpec, Dataset, Excerpt, LogFolder, LogWriter, Splits, Table, TableBuilder, View,
};
use serde_json::Value;

use super::{Bundle, PLOTLY, Show};
use crate::progress::Progress;

/// Lines of a list that are shown.
const LISTED: usize = 60;

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

impl Show for Excerpt {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string()).with("text/html", self.to_html())
    }
}

/// How many rows it has so far, and its columns.
impl Show for TableBuilder {
    fn bundle(&self) -> Bundle {
        columns(&format!("a table of {} so far", rows(self.n_rows())), self.specs())
    }
}

/// How many rows it has so far, and its columns; those on disk are not read for it.
impl Show for LogWriter {
    fn bundle(&self) -> Bundle {
        columns(&format!("a log of {} so far", rows(self.n_rows())), self.specs())
    }
}

/// The files.
impl Show for LogFolder {
    fn bundle(&self) -> Bundle {
        files("a log", "part", self.files())
    }
}

/// The files.
impl Show for Dataset {
    fn bundle(&self) -> Bundle {
        files("a dataset", "file", self.files())
    }
}

/// The items: how many patterns, of which shape.
impl Show for Vocabulary {
    fn bundle(&self) -> Bundle {
        let names = self.names();
        let title = format!("a vocabulary of {} items", names.len());
        let items = names.iter().filter_map(|name| Some((*name, self.item(name).ok()?)));
        let (mut item, mut n_rows, mut shape) = (Vec::new(), Vec::new(), Vec::new());
        for (name, patterns) in items {
            item.push(name);
            n_rows.push(patterns.shape()[0]);
            shape.push(format!("{:?}", &patterns.shape()[1..]));
        }
        let table = Table::new().with_column("Item", item);
        let table = table.and_then(|table| table.with_column("Patterns", n_rows));
        listed(&title, table.and_then(|table| table.with_column("Shape", shape)))
    }
}

fn rows(n: usize) -> String {
    format!("{n} row{}", if n == 1 { "" } else { "s" })
}

/// A title and the names and types of columns.
fn columns<'a>(title: &str, specs: impl IntoIterator<Item = &'a ColumnSpec>) -> Bundle {
    let about = specs.into_iter().map(|spec| (spec.name.clone(), spec.type_name()));
    let (names, types): (Vec<_>, Vec<_>) = about.unzip();
    let table = Table::new().with_column("Column", names);
    listed(title, table.and_then(|table| table.with_column("Type", types)))
}

/// A title and the paths of files.
fn files(title: &str, kind: &str, files: &[PathBuf]) -> Bundle {
    let plural = if files.len() == 1 { "" } else { "s" };
    let title = format!("{title} of {} {kind}{plural}", files.len());
    let paths: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    listed(&title, Table::new().with_column("File", paths))
}

/// A title and a list, of which every line is shown.
fn listed(title: &str, table: etable::Result<Table>) -> Bundle {
    let Ok(table) = table else { return Bundle::from_text(title) };
    let list = table.show_rows(LISTED).with_letters(usize::MAX);
    Bundle::from_text(format!("{title}\n{list}"))
        .with("text/html", format!("<div><b>{}</b>{}</div>", escaped(title), list.to_html()))
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

impl Show for CrossSimilarity {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string()).with("text/html", self.to_html())
    }
}

impl Show for KMeans {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Silhouette {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Svd {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for Ica {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for SoftmaxDecoder {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
    }
}

impl Show for LinearDecoder {
    fn bundle(&self) -> Bundle {
        figure_or_text(self.figure().ok(), self.to_string())
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
    Progress,
    ReceptiveFields,
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
    fn what_holds_much_shows_what_it_is_and_not_its_insides() {
        let specs = || {
            let act =
                ColumnSpec::tensor("Act", etable::ElementType::Float32, &[2], &["x"]).unwrap();
            [ColumnSpec::scalar("Name", etable::ElementType::Text), act]
        };
        let mut builder = TableBuilder::new(specs()).unwrap();
        builder.row().set("Name", "not shown").unwrap().finish().unwrap();
        let bundle = builder.bundle();
        assert!(bundle.text().starts_with("a table of 1 row so far\n2 rows, 2 columns"));
        assert!(bundle.text().contains("1  Act     f32[x 2]"), "{}", bundle.text());
        assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("<b>a table of"));

        let folder = std::env::temp_dir().join(format!("emergent-shown-{}", std::process::id()));
        let mut log = LogWriter::to_folder(folder.join("log"), specs()).unwrap();
        log.row().unwrap().set("Name", "a").unwrap().finish().unwrap();
        assert!(log.bundle().text().starts_with("a log of 1 row so far"));
        log.close().unwrap();
        let log = LogFolder::open(folder.join("log")).unwrap();
        assert!(log.bundle().text().starts_with("a log of 1 part\n"));
        let table = log.read().unwrap();
        table.write_dataset(folder.join("data"), &["Name"]).unwrap();
        let data = Dataset::open(folder.join("data")).unwrap().bundle();
        assert!(data.text().starts_with("a dataset of 1 file\n"));
        assert!(data.text().contains("Name=a/part-0.parquet"), "{}", data.text());
        std::fs::remove_dir_all(&folder).unwrap();

        let mut words = Vocabulary::new(1);
        words.add_empty("blank", 3, &[2, 2]).unwrap();
        let text = words.bundle().text().to_owned();
        assert!(text.starts_with("a vocabulary of 1 items"));
        assert!(text.contains("0  blank   3         [2, 2]"), "{text}");
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
