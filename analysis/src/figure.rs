//! Figures: a description of what to draw, with the table behind it.
//!
//! | Kind | Made by |
//! |---|---|
//! | lines, with groups or error bands | [`line_chart`](crate::line_chart), [`grouped_line_chart`](crate::grouped_line_chart), [`mean_line_chart`](crate::mean_line_chart) |
//! | points, in the plane or in space | [`scatter`](crate::scatter), [`scatter_3d`](crate::scatter_3d) |
//! | bars | [`bar_chart`](crate::bar_chart), [`mean_bar_chart`](crate::mean_bar_chart) |
//! | counts | [`histogram`](crate::histogram) |
//! | matrices | [`heat_map`](crate::heat_map), [`heat_map_of`](crate::heat_map_of) |
//! | trees, alone or beside their matrix | [`dendrogram_figure`](crate::dendrogram_figure), [`clustered_heat_map`](crate::clustered_heat_map) |
//! | units over time | [`raster`](crate::raster) |
//! | receptive fields, weights, patterns | [`tensor_grid`](crate::tensor_grid) |
//! | several of these as one picture | [`panels`](crate::panels) |
//!
//! ```
//! use analysis::line_chart;
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = Table::new()
//!     .with_column("Epoch", [0, 1, 2].map(i64::from))?
//!     .with_column("SSE", [9.0, 4.0, 1.0])?;
//! let figure = line_chart(&log, "Epoch", &["SSE"])?.title("Learning");
//! assert!(figure.to_svg().contains(">Learning</text>"));
//! assert_eq!(figure.table().numbers("SSE")?, [9.0, 4.0, 1.0]);
//! # Ok(())
//! # }
//! ```

pub mod bar;
pub mod clustered;
pub(crate) mod colouring;
pub mod colours;
pub mod dendrogram;
pub mod grid;
pub mod heat;
pub mod histogram;
pub mod line;
pub mod options;
pub mod panels;
pub mod raster;
pub mod scale;
pub mod scatter;
pub mod space;
pub mod theme;
pub mod ticks;

use std::{collections::HashMap, fmt, io::Write as _, path::Path};

use etable::{Table, View, files::write_atomically};

use crate::{AnalysisError, Result, render};

/// A figure: its kind, data, words and size, and the table it was made from.
///
/// Owns everything, clones cheaply enough for notebooks, and draws the same every time.
#[derive(Clone, Debug)]
pub struct Figure {
    pub(crate) content: Content,
    pub(crate) title: String,
    pub(crate) x_label: String,
    pub(crate) y_label: String,
    pub(crate) size: Option<(f64, f64)>,
    pub(crate) log: scale::LogAxes,
    pub(crate) table: Table,
}

/// What a figure shows.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Lines(line::LineChart),
    Scatter(scatter::ScatterChart),
    Space(space::SpaceChart),
    Bars(bar::BarChart),
    Histogram(histogram::Histogram),
    Heat(heat::HeatMap),
    Clustered(clustered::ClusteredHeatMap),
    Dendrogram(dendrogram::DendrogramChart),
    Raster(raster::Raster),
    Grid(grid::TensorGrid),
}

/// Refuses a view without rows.
pub(crate) fn require_rows(view: &View, analysis: &'static str) -> Result<()> {
    match view.n_rows() {
        0 => Err(AnalysisError::TooFewRows { analysis, rows: 0, needed: 1 }),
        _ => Ok(()),
    }
}

/// Adds a column to the table behind a figure, unless one of its name is there.
pub(crate) fn add_once(table: &mut Table, name: &str, values: Vec<f64>) -> Result<()> {
    if !table.has_column(name) {
        table.add_column(name, values)?;
    }
    Ok(())
}

/// The different labels by first appearance, and the rows of each.
pub(crate) fn group_rows(labels: &[String]) -> (Vec<String>, Vec<Vec<usize>>) {
    let mut names: Vec<String> = vec![];
    let mut rows: Vec<Vec<usize>> = vec![];
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (row, label) in labels.iter().enumerate() {
        let group = *known.entry(label).or_insert_with(|| {
            names.push(label.clone());
            rows.push(vec![]);
            names.len() - 1
        });
        rows[group].push(row);
    }
    (names, rows)
}

impl Figure {
    pub(crate) fn new(content: Content, table: Table) -> Self {
        let (x_label, y_label) = (String::new(), String::new());
        let log = scale::LogAxes::default();
        Figure { content, title: String::new(), x_label, y_label, size: None, log, table }
    }

    /// Sets the title above the figure.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the words below the horizontal axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// Sets the words beside the vertical axis.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Sets the size in pixels, at least 200 × 150. Without it figures are 720 wide, and as high
    /// as their kind needs (440 for charts).
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((f64::from(width.max(200)), f64::from(height.max(150))));
        self
    }

    /// The data behind the figure.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The title as set.
    pub fn title_text(&self) -> &str {
        &self.title
    }

    /// A static drawing: one `<svg>` element, no scripts, no outside references, the same to the
    /// byte for the same figure.
    pub fn to_svg(&self) -> String {
        render::svg::draw(self)
    }

    /// The interactive figure, for further changes with the plotly crate.
    pub fn to_plotly(&self) -> plotly::Plot {
        render::plotly::plot(self)
    }

    /// The interactive figure as plotly.js reads it: `{"data": ..., "layout": ...}`. This is the
    /// content of the MIME type `application/vnd.plotly.v1+json`.
    pub fn to_plotly_json(&self) -> String {
        self.to_plotly().to_json()
    }

    /// One HTML page with the interactive figure and plotly.js in it (about 5 MB); it opens
    /// without a network. Readers without scripts see the static drawing.
    pub fn to_html(&self) -> String {
        render::html::html_page(&self.title, &[self])
    }

    /// The static drawing as a PNG image, `scale` pixels for each of the figure's (2 for sharp
    /// print at notebook width). Needs neither browser nor network; letters are drawn in a font
    /// that comes along, those it lacks (beyond Latin, Greek and Cyrillic) in one of the system's.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless `scale` is from 0.1 to 10;
    /// [`AnalysisError::Image`] if the image would be too large to hold.
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        render::png::svg_to_png(&self.to_svg(), scale)
    }

    /// A few lines of plain text: what the figure shows, roughly.
    pub fn to_text(&self) -> String {
        render::text::describe(self)
    }

    /// Writes the figure in the format that the extension names: `.svg` or `.png` (static, the
    /// latter at double size), `.html` (interactive page) or `.json` (plotly). The file is written
    /// whole or not at all.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnknownFigureFormat`], [`AnalysisError::Write`], and those of
    /// [`to_png`](Self::to_png).
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_at(path.as_ref())
    }

    fn write_at(&self, path: &Path) -> Result<()> {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let content = match extension.as_deref() {
            Some("svg") => self.to_svg().into_bytes(),
            Some("png") => self.to_png(2.0)?,
            Some("html" | "htm") => self.to_html().into_bytes(),
            Some("json") => self.to_plotly_json().into_bytes(),
            _ => {
                return Err(AnalysisError::UnknownFigureFormat { path: path.to_path_buf() });
            }
        };
        write_atomically(path, |file| file.write_all(&content))
            .map_err(|source| AnalysisError::Write { path: path.to_path_buf(), source })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
