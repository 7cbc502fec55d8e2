//! From numbers to places and colours.
//!
//! ```
//! use analysis::figure::scale::{ColourScale, Linear};
//! let axis = Linear::new((0.0, 10.0), (100.0, 300.0));
//! assert_eq!(axis.place(5.0), 200.0);
//! // Values on both sides of 0 get a scale that is white at 0 and symmetric.
//! let scale = ColourScale::for_range(-0.5, 1.0);
//! assert_eq!(scale.range(), (-1.0, 1.0));
//! assert_eq!(scale.colour(0.0), "#f7f7f7");
//! ```

/// A straight map from data to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    data: (f64, f64),
    pixels: (f64, f64),
}

impl Linear {
    /// Maps the ends of `data`, which must differ, to the ends of `pixels`.
    pub fn new(data: (f64, f64), pixels: (f64, f64)) -> Self {
        Linear { data, pixels }
    }

    /// The pixel of a value; the middle if the data has no extent.
    pub fn place(&self, value: f64) -> f64 {
        let span = self.data.1 - self.data.0;
        let share = if span == 0.0 { 0.5 } else { (value - self.data.0) / span };
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// The ends of the data.
    pub fn data(&self) -> (f64, f64) {
        self.data
    }
}

/// Smallest and largest finite value, or `None` if there is none.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// A range with room around it: 5 % each side, but from 0 where all values are positive and
/// reach near it. A single value gets room on both sides.
pub fn padded(range: Option<(f64, f64)>) -> (f64, f64) {
    match range {
        None => (0.0, 1.0),
        Some((low, high)) if low == high => {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.5 };
            (low - room, high + room)
        }
        Some((low, high)) => {
            let room = 0.05 * (high - low);
            let near_zero = |end: f64, other: f64| end.abs() <= 0.35 * other.abs();
            let bottom = if low >= 0.0 && near_zero(low, high) { 0.0 } else { low - room };
            let top = if high <= 0.0 && near_zero(high, low) { 0.0 } else { high + room };
            (bottom, top)
        }
    }
}

type Rgb = (u8, u8, u8);

/// Dark blue over green to yellow: the viridis map, even in lightness.
const SEQUENTIAL: [Rgb; 10] = [
    (68, 1, 84),
    (72, 40, 120),
    (62, 73, 137),
    (49, 104, 142),
    (38, 130, 142),
    (31, 158, 137),
    (53, 183, 121),
    (110, 206, 88),
    (181, 222, 43),
    (253, 231, 37),
];

/// Blue over white to red: ColorBrewer's RdBu reversed.
const DIVERGING: [Rgb; 11] = [
    (5, 48, 97),
    (33, 102, 172),
    (67, 147, 195),
    (146, 197, 222),
    (209, 229, 240),
    (247, 247, 247),
    (253, 219, 199),
    (244, 165, 130),
    (214, 96, 77),
    (178, 24, 43),
    (103, 0, 31),
];

/// Colours for values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColourScale {
    low: f64,
    high: f64,
    diverging: bool,
}

impl ColourScale {
    /// The scale for values from `low` to `high`: diverging and symmetric about 0 if some are
    /// negative, else sequential.
    pub fn for_range(low: f64, high: f64) -> Self {
        if low < 0.0 {
            let end = low.abs().max(high.abs());
            return ColourScale { low: -end, high: end, diverging: true };
        }
        let high = if high > low { high } else { low + 1.0 };
        ColourScale { low, high, diverging: false }
    }

    /// The values at the ends of the scale.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Whether the scale has its middle at 0.
    pub fn is_diverging(&self) -> bool {
        self.diverging
    }

    fn anchors(&self) -> &'static [Rgb] {
        if self.diverging { &DIVERGING } else { &SEQUENTIAL }
    }

    fn rgb(&self, value: f64) -> Rgb {
        let anchors = self.anchors();
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        let position = share * (anchors.len() - 1) as f64;
        let below = (position.floor() as usize).min(anchors.len() - 2);
        let weight = position - below as f64;
        let mix =
            |a: u8, b: u8| (f64::from(a) + weight * (f64::from(b) - f64::from(a))).round() as u8;
        let (a, b) = (anchors[below], anchors[below + 1]);
        (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
    }

    /// The colour of a value as `#rrggbb`; values outside get the end's colour.
    pub fn colour(&self, value: f64) -> String {
        let (red, green, blue) = self.rgb(value);
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Black or white, whichever reads better on the value's colour.
    pub fn ink(&self, value: f64) -> &'static str {
        let (red, green, blue) = self.rgb(value);
        let light = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
        if light > 140.0 { "#222222" } else { "#ffffff" }
    }

    /// The anchors as positions 0 to 1 with colours.
    pub fn stops(&self) -> Vec<(f64, String)> {
        let last = (self.anchors().len() - 1) as f64;
        let stop = |(index, &(r, g, b)): (usize, &Rgb)| {
            (index as f64 / last, format!("#{r:02x}{g:02x}{b:02x}"))
        };
        self.anchors().iter().enumerate().map(stop).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_room() {
        assert_eq!(padded(None), (0.0, 1.0));
        assert_eq!(padded(Some((4.0, 4.0))), (2.0, 6.0));
        assert_eq!(padded(Some((1.0, 10.0))), (0.0, 10.45));
        assert_eq!(padded(Some((-1.0, 1.0))), (-1.1, 1.1));
    }

    #[test]
    fn extents_ignore_missing_values() {
        assert_eq!(extent([f64::NAN, 2.0, -1.0, f64::INFINITY]), Some((-1.0, 2.0)));
        assert_eq!(extent([f64::NAN]), None);
    }

    #[test]
    fn one_value_still_has_a_scale() {
        let scale = ColourScale::for_range(3.0, 3.0);
        assert_eq!(scale.range(), (3.0, 4.0));
        assert_eq!(scale.colour(3.0), "#440154");
        assert_eq!(scale.ink(3.0), "#ffffff");
    }
}
