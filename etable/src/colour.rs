//! The colours in which values are shown, in the cells of tables and in figures alike.
//!
//! A scale is a list of colours at equal distances, with straight lines between them.
//!
//! ```
//! use etable::colour::{DIVERGING, SEQUENTIAL, hex, mixed};
//!
//! assert_eq!(hex(mixed(&SEQUENTIAL, 0.0)), "#440154"); // dark
//! assert_eq!(hex(mixed(&SEQUENTIAL, 1.0)), "#fde725"); // yellow
//! assert_eq!(hex(mixed(&DIVERGING, 0.5)), "#f7f7f7"); // nearly white
//! ```

/// Red, green and blue.
pub type Rgb = (u8, u8, u8);

/// Dark blue over green to yellow: the viridis map, even in lightness (by Smith and van der Walt).
pub const SEQUENTIAL: [Rgb; 10] = [
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
pub const DIVERGING: [Rgb; 11] = [
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

/// The colour at `part` of the way along the stops, from 0 to 1; beyond, that of the end. NaN counts
/// as 0, and a scale without stops is black.
pub fn mixed(stops: &[Rgb], part: f64) -> Rgb {
    let [first, .., last] = stops else {
        return stops.first().copied().unwrap_or_default();
    };
    let place = part.max(0.0) * (stops.len() - 1) as f64;
    let below = place.floor() as usize;
    let Some([a, b]) = stops.get(below..below.saturating_add(2)) else {
        return if part > 0.0 { *last } else { *first };
    };
    let weight = place - below as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + weight * (f64::from(b) - f64::from(a))).round() as u8;
    (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// The colour as `#rrggbb`.
pub fn hex((red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_lie_between_their_stops_and_end_with_them() {
        let stops = [(0, 0, 0), (100, 50, 10), (200, 0, 0)];
        assert_eq!(mixed(&stops, 0.25), (50, 25, 5));
        assert_eq!(mixed(&stops, 0.75), (150, 25, 5));
        assert_eq!((mixed(&stops, -1.0), mixed(&stops, f64::NAN)), (stops[0], stops[0]));
        assert_eq!((mixed(&stops, 1.0), mixed(&stops, f64::INFINITY)), (stops[2], stops[2]));
        assert_eq!((mixed(&[(1, 2, 3)], 0.5), mixed(&[], 0.5)), ((1, 2, 3), (0, 0, 0)));
    }
}
