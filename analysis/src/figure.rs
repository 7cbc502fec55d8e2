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

use std::{fmt, path::Path};

use etable::Table;

use crate::{Result, render, write_drawing};

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
    pub(crate) n_left_out: usize,
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

/// Adds a column to the table behind a figure, unless it is there already; under another name
/// (`Low 2`) where a column of other values has its own.
pub(crate) fn add_once(table: &mut Table, name: &str, values: Vec<f64>) -> Result<()> {
    let same = |one: &f64, other: &f64| one == other || (one.is_nan() && other.is_nan());
    let there = table.numbers(name).is_ok_and(|there| {
        there.len() == values.len()
            && there.iter().zip(&values).all(|(one, other)| same(one, other))
    });
    if !there {
        table.add_column(free_name(table, name), values)?;
    }
    Ok(())
}

/// The name, with a number behind it if a column has that name already.
pub(crate) fn free_name(table: &Table, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut names = std::iter::once(name.to_string()).chain(numbered);
    names.find(|name| !table.has_column(name)).expect("names do not end")
}

impl Figure {
    pub(crate) fn new(content: Content, table: Table) -> Self {
        let (x_label, y_label) = (String::new(), String::new());
        let log = scale::LogAxes::default();
        let (title, size, n_left_out) = (String::new(), None, 0);
        Figure { content, title, x_label, y_label, size, log, table, n_left_out }
    }

    /// Writes down how many values, missing or infinite, its numbers leave out.
    pub(crate) fn leaving_out(mut self, count: usize) -> Self {
        self.n_left_out = count;
        self.table.metadata_mut().insert("left out".into(), count.to_string());
        self
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

    /// How many values, missing (NaN) or infinite, were left out of the means or counts shown. The
    /// text of the figure tells of them, and so does the metadata of its table (`left out`).
    pub fn n_left_out(&self) -> usize {
        self.n_left_out
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
    /// As [`svg_to_png`](crate::svg_to_png).
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
    /// As [`write_drawing`] and [`to_png`](Self::to_png).
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        write_drawing(
            path,
            &[
                ("svg", &|| Ok(self.to_svg().into_bytes())),
                ("png", &|| self.to_png(2.0)),
                ("html", &|| Ok(self.to_html().into_bytes())),
                ("json", &|| Ok(self.to_plotly_json().into_bytes())),
            ],
        )
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
