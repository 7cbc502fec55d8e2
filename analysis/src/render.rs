//! Drawing figures: static SVG, plotly, HTML pages, text.

pub(crate) mod file;
pub(crate) mod html;
pub(crate) mod plotly;
pub(crate) mod png;
pub(crate) mod svg;
pub(crate) mod text;
