//! Figures: a description of what to draw, with the table behind it.
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

pub mod dendrogram;
pub mod heat;
pub mod line;
pub mod scale;
pub mod scatter;
pub mod theme;
pub mod ticks;

use std::{fmt, io::Write as _, path::Path};

use etable::Table;

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
    table: Table,
}

/// What a figure shows.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Lines(line::LineChart),
    Scatter(scatter::ScatterChart),
    Heat(heat::HeatMap),
    Dendrogram(dendrogram::DendrogramChart),
}

impl Figure {
    pub(crate) fn new(content: Content, table: Table) -> Self {
        let (x_label, y_label) = (String::new(), String::new());
        Figure { content, title: String::new(), x_label, y_label, size: None, table }
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

    /// Fixes the vertical range of a line chart or scatter; parts outside are cut off. Other
    /// kinds are left as they are.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless both are finite and `low < high`.
    pub fn y_range(mut self, low: f64, high: f64) -> Result<Self> {
        if !(low.is_finite() && high.is_finite() && low < high) {
            return Err(AnalysisError::InvalidArgument {
                argument: "y_range",
                value: format!("{low} to {high}"),
                expected: "two finite numbers, the lower first".into(),
            });
        }
        match &mut self.content {
            Content::Lines(chart) => chart.y_range = Some((low, high)),
            Content::Scatter(chart) => chart.y_range = Some((low, high)),
            Content::Heat(_) | Content::Dendrogram(_) => {}
        }
        Ok(self)
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

    /// A few lines of plain text: what the figure shows, roughly.
    pub fn to_text(&self) -> String {
        render::text::describe(self)
    }

    /// Writes the figure in the format that the extension names: `.svg` (static), `.html`
    /// (interactive page) or `.json` (plotly). The file is written whole or not at all.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::UnknownFigureFormat`], [`AnalysisError::Write`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let content = match extension.as_deref() {
            Some("svg") => self.to_svg(),
            Some("html" | "htm") => self.to_html(),
            Some("json") => self.to_plotly_json(),
            _ => {
                return Err(AnalysisError::UnknownFigureFormat { path: path.to_path_buf() });
            }
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(content.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)
        };
        write()
            .map(drop)
            .map_err(|source| AnalysisError::Write { path: path.to_path_buf(), source })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
