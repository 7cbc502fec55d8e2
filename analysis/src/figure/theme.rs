//! How all figures look: colours, type sizes, marks.
//!
//! ```
//! use analysis::figure::theme::{SERIES_COLOURS, series_colour, series_dash};
//! assert_eq!(series_colour(0), "#0072B2");
//! // Colours repeat, in lines of another dash.
//! assert_eq!(series_colour(SERIES_COLOURS.len()), series_colour(0));
//! assert_ne!(series_dash(SERIES_COLOURS.len()), series_dash(0));
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

/// Dashes of the first seven lines, the next seven, ..., as in SVG's `stroke-dasharray`; empty for
/// a line without gaps.
pub const SERIES_DASHES: [&str; 4] = ["", "2 5", "11 4 2 4", "15 6"];

/// How often the colours have been used up before series `index`.
fn round(index: usize) -> usize {
    index / SERIES_COLOURS.len()
}

/// The dash of line `index`: with its colour, 28 lines can be told apart.
pub fn series_dash(index: usize) -> &'static str {
    SERIES_DASHES[round(index) % SERIES_DASHES.len()]
}

/// What is drawn over filled bars of one colour to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    /// Nothing.
    Plain,
    /// White stripes from left to right.
    Level,
    /// White stripes from top to bottom.
    Upright,
    /// Both.
    Crossed,
}

/// The hatch of bars of series `index`: with its colour, 28 series can be told apart.
pub fn series_hatch(index: usize) -> Hatch {
    [Hatch::Plain, Hatch::Level, Hatch::Upright, Hatch::Crossed][round(index) % 4]
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    type Linear = [f64; 3];

    /// How colours look without red, without green and without blue cones: G. Machado, M. Oliveira
    /// and L. Fernandes (2009), A physiologically-based model for simulation of color vision
    /// deficiency, *IEEE Transactions on Visualization and Computer Graphics* 15, severity 1.
    const SIGHTS: [(&str, [Linear; 3]); 4] = [
        ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ),
    ];
    /// D65, to which sRGB is white.
    const WHITE: Linear = [0.95047, 1.0, 1.08883];
    const TO_XYZ: [Linear; 3] = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ];

    fn times(matrix: &[Linear; 3], values: Linear) -> Linear {
        matrix.map(|row| row.iter().zip(values).map(|(weight, value)| weight * value).sum())
    }

    /// `#rrggbb` to light.
    fn linear(colour: &str) -> Linear {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            match value {
                dark if dark <= 0.04045 => dark / 12.92,
                light => ((light + 0.055) / 1.055).powf(2.4),
            }
        })
    }

    /// CIELAB, in which 2.3 is a difference just noticed.
    fn lab(light: Linear) -> Linear {
        let xyz = times(&TO_XYZ, light.map(|value| value.clamp(0.0, 1.0)));
        let root = |index: usize| match xyz[index] / WHITE[index] {
            large if large > 216.0 / 24389.0 => large.cbrt(),
            small => (24389.0 / 27.0 * small + 16.0) / 116.0,
        };
        let (x, y, z) = (root(0), root(1), root(2));
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn distance(a: Linear, b: Linear) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn colours_differ_with_any_colour_vision() {
        for (sight, matrix) in SIGHTS {
            let seen = SERIES_COLOURS.map(|colour| lab(times(&matrix, linear(colour))));
            for (index, &colour) in seen.iter().enumerate() {
                let paper = distance(colour, lab(times(&matrix, [1.0; 3])));
                assert!(paper > 35.0, "{sight}: {} on white: {paper}", SERIES_COLOURS[index]);
                for (other, &another) in seen.iter().enumerate().take(index) {
                    let apart = distance(colour, another);
                    let (a, b) = (SERIES_COLOURS[index], SERIES_COLOURS[other]);
                    assert!(apart > 15.0, "{sight}: {a} and {b}: {apart}");
                }
            }
        }
    }

    #[test]
    fn twenty_eight_series_can_be_told_apart() {
        let lines: HashSet<_> = (0..28).map(|i| (series_colour(i), series_dash(i))).collect();
        assert_eq!(lines.len(), 28);
        let bars: Vec<_> = (0..28).map(|i| (series_colour(i), series_hatch(i))).collect();
        for (index, bar) in bars.iter().enumerate() {
            assert!(!bars[..index].contains(bar), "{index}");
        }
    }
}
