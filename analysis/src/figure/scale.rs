//! From numbers to places and colours.
//!
//! ```
//! use analysis::figure::scale::{AxisScale, ColourScale};
//! let axis = AxisScale::linear((0.0, 10.0), (100.0, 300.0));
//! assert_eq!(axis.place(5.0), 200.0);
//! assert_eq!(AxisScale::logarithmic((1.0, 100.0), (100.0, 300.0)).place(10.0), 200.0);
//! // Values on both sides of 0 get a scale that is white at 0 and symmetric.
//! let scale = ColourScale::for_range(-0.5, 1.0);
//! assert_eq!(scale.range(), (-1.0, 1.0));
//! assert_eq!(scale.colour(0.0), "#f7f7f7");
//! ```

use etable::colour::{DIVERGING, Rgb, SEQUENTIAL, hex, mixed};

/// A map from data to pixels, straight or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisScale {
    data: (f64, f64),
    pixels: (f64, f64),
    logarithmic: bool,
}

impl AxisScale {
    /// Maps the ends of `data`, which must differ, to the ends of `pixels`.
    pub fn linear(data: (f64, f64), pixels: (f64, f64)) -> Self {
        AxisScale { data, pixels, logarithmic: false }
    }

    /// Maps the logarithms of `data`, which must be above 0 and differ.
    pub fn logarithmic(data: (f64, f64), pixels: (f64, f64)) -> Self {
        AxisScale { data, pixels, logarithmic: true }
    }

    /// The pixel of a value; the middle if the data has no extent. On a logarithmic scale the
    /// value must be above 0.
    pub fn place(&self, value: f64) -> f64 {
        let of = |value: f64| if self.logarithmic { value.log10() } else { value };
        let (low, span) = (of(self.data.0), of(self.data.1) - of(self.data.0));
        let share = if span == 0.0 { 0.5 } else { (of(value) - low) / span };
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// The ends of the data.
    pub fn data(&self) -> (f64, f64) {
        self.data
    }
}

/// Which axes of a chart are logarithmic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogAxes {
    pub x: bool,
    pub y: bool,
    /// The second vertical axis.
    pub second: bool,
}

impl LogAxes {
    /// Whether a point can be placed: numbers, and above 0 where the axis is logarithmic.
    pub fn can_place(self, x: f64, y: f64) -> bool {
        can_place(self.x, x) && can_place(self.y, y)
    }
}

/// Whether a value has a place on an axis.
pub(crate) fn can_place(logarithmic: bool, value: f64) -> bool {
    value.is_finite() && (!logarithmic || value > 0.0)
}

/// What an axis covers to show the values that have a place on it: [`padded`], or 5 % of the
/// decades on either side.
pub(crate) fn axis_range(values: impl IntoIterator<Item = f64>, logarithmic: bool) -> (f64, f64) {
    let range = extent(values.into_iter().filter(|&value| can_place(logarithmic, value)));
    match (logarithmic, range) {
        (false, range) => padded(range),
        (true, None) => (1.0, 10.0),
        (true, Some((low, high))) => {
            let decades = high.log10() - low.log10();
            let room = if low == high { 3.0 } else { 10f64.powf(0.05 * decades) };
            // Neither end may leave the range of numbers.
            ((low / room).max(f64::from_bits(1)), (high * room).min(f64::MAX))
        }
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

/// White to black, for spikes and other activity on paper.
const GREYS: [Rgb; 2] = [(255, 255, 255), (20, 20, 20)];

/// The colours of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColourMap {
    Sequential,
    Diverging,
    Greys,
}

/// Colours for values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColourScale {
    low: f64,
    high: f64,
    map: ColourMap,
    /// Of a diverging map, the distance from 0 at which its last colour stands on either side.
    reach: f64,
}

impl ColourScale {
    /// The scale for values from `low` to `high`: diverging and symmetric about 0 if some are
    /// negative, else sequential.
    pub fn for_range(low: f64, high: f64) -> Self {
        if low < 0.0 {
            let end = low.abs().max(high.abs());
            return ColourScale { low: -end, high: end, map: ColourMap::Diverging, reach: end };
        }
        let high = if high > low { high } else { low + 1.0 };
        ColourScale { low, high, map: ColourMap::Sequential, reach: 0.0 }
    }

    /// As [`for_range`](Self::for_range), but where no value is negative from white at 0 to black.
    pub fn greys_for_range(low: f64, high: f64) -> Self {
        if low < 0.0 {
            return Self::for_range(low, high);
        }
        let high = if high > 0.0 { high } else { 1.0 };
        ColourScale { low: 0.0, high, map: ColourMap::Greys, reach: 0.0 }
    }

    /// The scale that ends exactly at `low` and `high`, which must be finite and differ. Where
    /// `low` is negative it is diverging, white at 0 and of equal steps on both sides; else grey if
    /// this one is, or sequential.
    pub fn with_range(&self, low: f64, high: f64) -> Self {
        let map = match self.map {
            _ if low < 0.0 => ColourMap::Diverging,
            ColourMap::Greys => ColourMap::Greys,
            _ => ColourMap::Sequential,
        };
        ColourScale { low, high, map, reach: low.abs().max(high.abs()) }
    }

    /// The values at the ends of the scale.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Whether some of the values lie below, and some above the ends of the scale.
    pub(crate) fn beyond<'a>(&self, values: impl IntoIterator<Item = &'a f64>) -> (bool, bool) {
        let (low, high) = extent(values.into_iter().copied()).unwrap_or((self.low, self.high));
        (low < self.low, high > self.high)
    }

    /// Whether the scale has its middle at 0.
    pub fn is_diverging(&self) -> bool {
        self.map == ColourMap::Diverging
    }

    fn anchors(&self) -> &'static [Rgb] {
        match self.map {
            ColourMap::Sequential => &SEQUENTIAL,
            ColourMap::Diverging => &DIVERGING,
            ColourMap::Greys => &GREYS,
        }
    }

    /// The values at the ends of the map, of which the scale may show a part.
    fn ends_of_map(&self) -> (f64, f64) {
        match self.map {
            ColourMap::Diverging => (-self.reach, self.reach),
            _ => (self.low, self.high),
        }
    }

    fn rgb(&self, value: f64) -> Rgb {
        let anchors = self.anchors();
        let (first, last) = self.ends_of_map();
        let value = value.clamp(self.low, self.high);
        mixed(anchors, ((value - first) / (last - first)).clamp(0.0, 1.0))
    }

    /// The colour of a value as `#rrggbb`; values outside get the end's colour.
    pub fn colour(&self, value: f64) -> String {
        hex(self.rgb(value))
    }

    /// Black or white, whichever reads better on the value's colour.
    pub fn ink(&self, value: f64) -> &'static str {
        let (red, green, blue) = self.rgb(value);
        let light = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
        if light > 140.0 { "#222222" } else { "#ffffff" }
    }

    /// Positions 0 to 1 from the scale's low to its high end, with their colours; those between
    /// are mixtures.
    pub fn stops(&self) -> Vec<(f64, String)> {
        let (first, last) = self.ends_of_map();
        let steps = self.anchors().len() - 1;
        let share = |value: f64| (value - self.low) / (self.high - self.low);
        let inner = (0..=steps)
            .map(|index| share(first + (last - first) * index as f64 / steps as f64))
            .filter(|&at| at > 1e-9 && at < 1.0 - 1e-9);
        let stop = |at: f64| (at, self.colour(self.low + at * (self.high - self.low)));
        [0.0].into_iter().chain(inner).chain([1.0]).map(stop).collect()
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
    fn logarithmic_ranges_leave_out_what_has_no_logarithm() {
        let (low, high) = axis_range([0.0, -5.0, 1.0, 100.0, f64::NAN], true);
        assert!((low - 0.794_328).abs() < 1e-6 && (high - 125.892_541).abs() < 1e-6);
        assert_eq!(axis_range([-1.0], true), (1.0, 10.0));
        assert_eq!(axis_range([3.0], true), (1.0, 9.0));
        for values in [[1e-310, 1.0], [5e-324, f64::MAX], [1.0, 1.7e308], [5e-324; 2]] {
            let (low, high) = axis_range(values, true);
            assert!(low > 0.0 && low < high && high.is_finite(), "{values:?}: {low} to {high}");
            assert!(AxisScale::logarithmic((low, high), (0.0, 100.0)).place(values[0]).is_finite());
        }
    }

    #[test]
    fn one_value_still_has_a_scale() {
        let scale = ColourScale::for_range(3.0, 3.0);
        assert_eq!(scale.range(), (3.0, 4.0));
        assert_eq!(scale.colour(3.0), "#440154");
        assert_eq!(scale.ink(3.0), "#ffffff");
    }

    #[test]
    fn chosen_ranges_keep_white_at_zero() {
        let scale = ColourScale::for_range(-1.0, 1.0).with_range(-0.25, 1.0);
        assert_eq!((scale.range(), scale.is_diverging()), ((-0.25, 1.0), true));
        assert_eq!(scale.colour(0.0), "#f7f7f7");
        // Of equal steps on both sides: a quarter of the way to blue.
        assert_eq!(scale.colour(-0.25), ColourScale::for_range(-1.0, 1.0).colour(-0.25));
        // Beyond the ends, their colours.
        assert_eq!(scale.colour(-3.0), scale.colour(-0.25));
        let stops = scale.stops();
        assert_eq!((&*stops[0].1, stops[0].0), (&*scale.colour(-0.25), 0.0));
        assert!(stops.iter().any(|(at, colour)| (at - 0.2).abs() < 1e-12 && colour == "#f7f7f7"));
        let greys = ColourScale::greys_for_range(0.0, 1.0).with_range(0.0, 0.5);
        assert_eq!(greys.colour(0.5), "#141414");
        assert_eq!(ColourScale::for_range(0.0, 9.0).with_range(2.0, 3.0).colour(2.0), "#440154");
    }
}
