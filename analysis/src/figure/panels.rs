//! Several figures as one picture.
//!
//! ```
//! use analysis::{line_chart, panels};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = Table::new().with_column("Epoch", [0.0, 1.0])?.with_column("SSE", [9.0, 1.0])?;
//! let chart = |title| line_chart(&log, "Epoch", &["SSE"]).map(|f| f.title(title).size(360, 300));
//! let both = panels(vec![chart("Before")?, chart("After")?], 2)?;
//! assert!(both.to_svg().contains("width=\"720\" height=\"300\""));
//! # Ok(())
//! # }
//! ```

use std::{fmt, path::Path};

use crate::{
    AnalysisError, Figure, Result,
    render::{html::html_page, png::svg_to_png, svg::side_by_side},
    write_drawing,
};

/// Figures in rows and columns: before and after, or a layer each.
#[derive(Clone, Debug)]
pub struct Panels {
    figures: Vec<Figure>,
    columns: usize,
}

/// Puts figures together, so many in a row, in reading order. They keep their sizes
/// ([`Figure::size`]); give them one scale of colours with
/// [`shared_colours`](crate::shared_colours).
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] if there are no figures or no columns.
pub fn panels(figures: Vec<Figure>, columns: usize) -> Result<Panels> {
    match (figures.len(), columns) {
        (0, _) => Err(AnalysisError::invalid("the number of panels", 0, "at least one figure")),
        (_, 0) => Err(AnalysisError::invalid("the number of columns", 0, "at least one")),
        _ => Ok(Panels { figures, columns }),
    }
}

impl Panels {
    /// The figures, in reading order.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// A static drawing of all of them: one `<svg>` element, as [`Figure::to_svg`].
    pub fn to_svg(&self) -> String {
        let drawings: Vec<String> = self.figures.iter().map(Figure::to_svg).collect();
        side_by_side(&drawings, self.columns, &self.to_text())
    }

    /// The static drawing as a PNG image; as [`Figure::to_png`].
    ///
    /// # Errors
    ///
    /// As [`Figure::to_png`].
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        svg_to_png(&self.to_svg(), scale)
    }

    /// What the figures show, roughly, one after another.
    pub fn to_text(&self) -> String {
        self.figures.iter().map(Figure::to_text).collect::<Vec<_>>().join("\n\n")
    }

    /// Writes the panels in the format that the extension names: `.svg` or `.png` (static, the
    /// latter at double size), or `.html` (a page of the interactive figures below each other).
    /// The file is written whole or not at all.
    ///
    /// # Errors
    ///
    /// As [`Figure::write`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let page = || {
            let title = self.figures[0].title_text();
            Ok(html_page(title, &self.figures.iter().collect::<Vec<_>>()).into_bytes())
        };
        write_drawing(
            path,
            &[
                ("svg", &|| Ok(self.to_svg().into_bytes())),
                ("png", &|| self.to_png(2.0)),
                ("html", &page),
            ],
        )
    }
}

impl fmt::Display for Panels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
