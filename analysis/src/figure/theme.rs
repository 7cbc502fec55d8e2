//! How all figures look: colours, type sizes, marks.
//!
//! ```
//! use analysis::figure::theme::{SERIES_COLOURS, series_colour};
//! assert_eq!(series_colour(0), "#0072B2");
//! assert_eq!(series_colour(SERIES_COLOURS.len()), series_colour(0)); // they repeat
//! ```

/// Colours of series and groups, told apart by readers with any colour vision.
///
/// The set of Okabe and Ito (2008, Color Universal Design), dark ones first, without yellow, which
/// is too light for lines on white.
pub const SERIES_COLOURS: [&str; 7] =
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

/// The colour of series or group `index`, repeating after the last.
pub fn series_colour(index: usize) -> &'static str {
    SERIES_COLOURS[index % SERIES_COLOURS.len()]
}

/// Fonts, in order of preference.
pub const FONT: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// Usual width of a figure in pixels.
pub const WIDTH: f64 = 720.0;
/// Usual height of a chart in pixels.
pub const HEIGHT: f64 = 440.0;

/// Size of the title's letters in pixels.
pub const TITLE_SIZE: f64 = 16.0;
/// Size of axis titles and legends.
pub const LABEL_SIZE: f64 = 13.0;
/// Size of tick labels.
pub const TICK_SIZE: f64 = 12.0;
/// Size of labels of points.
pub const POINT_LABEL_SIZE: f64 = 11.0;

/// Colour of titles and labels.
pub const TEXT: &str = "#222222";
/// Colour of tick labels.
pub const MUTED: &str = "#555555";
/// Colour of axis lines.
pub const AXIS: &str = "#888888";
/// Colour of grid lines.
pub const GRID: &str = "#E6E6E6";
/// Colour of cells without a value in heat maps.
pub const MISSING: &str = "#D9D9D9";
/// Colour of the grid line at 0.
pub const ZERO: &str = "#BBBBBB";
/// Colour of trees.
pub const TREE: &str = "#33547A";
/// Opacity of error bands and of histograms laid over each other.
pub const BAND_OPACITY: f64 = 0.22;
