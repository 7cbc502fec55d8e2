//! Ranges of numbers, and round numbers for their ends.
//!
//! ```
//! use etable::minmax::{MinMax, nice_above, nice_below};
//!
//! let range = MinMax::of([0.3, f64::NAN, -1.2, 4.1]).unwrap();
//! assert_eq!((range.min, range.max), (-1.2, 4.1));
//! assert_eq!(range.nice(), MinMax::new(-2.0, 5.0));
//! assert_eq!(MinMax::new(0.0, 4.0).unit(1.0), 0.25);
//! assert_eq!((nice_below(8.0), nice_above(2.2e-10)), (5.0, 5e-10));
//! ```

/// A range of numbers, both ends included (emergent: `minmax.F64`, `minmax.Range64`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinMax {
    /// The lower end.
    pub min: f64,
    /// The upper end.
    pub max: f64,
}

impl MinMax {
    /// The range between two ends.
    pub fn new(min: f64, max: f64) -> Self {
        Self { min, max }
    }

    /// The smallest range that holds all finite values; none if there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values.into_iter().filter(|value| value.is_finite()).fold(
            None,
            |range, value| match range {
                None => Some(Self::new(value, value)),
                Some(range) => Some(range.with(value)),
            },
        )
    }

    /// The range with ends of the user's choice in the place of its own, where they are given.
    pub fn fixed(self, min: Option<f64>, max: Option<f64>) -> Self {
        Self::new(min.unwrap_or(self.min), max.unwrap_or(self.max))
    }

    /// The range, widened to hold `value`.
    pub fn with(self, value: f64) -> Self {
        Self::new(self.min.min(value), self.max.max(value))
    }

    /// The range, widened to ends that are round numbers (1, 2 or 5 times a power of 10).
    pub fn nice(self) -> Self {
        Self::new(nice_below(self.min), nice_above(self.max))
    }

    /// The range that is as wide on both sides of 0, for colours of signed values.
    pub fn symmetric(self) -> Self {
        let reach = self.min.abs().max(self.max.abs());
        Self::new(-reach, reach)
    }

    /// The distance of the ends.
    pub fn width(self) -> f64 {
        self.max - self.min
    }

    /// The number half-way between the ends.
    pub fn midpoint(self) -> f64 {
        0.5 * (self.min + self.max)
    }

    /// Whether `value` lies in the range.
    pub fn contains(self, value: f64) -> bool {
        self.min <= value && value <= self.max
    }

    /// `value`, or the end that it lies beyond; NaN stays.
    pub fn clip(self, value: f64) -> f64 {
        if value < self.min {
            self.min
        } else if value > self.max {
            self.max
        } else {
            value
        }
    }

    /// Where `value` lies from 0 (lower end and below) to 1 (upper end and above); 0 in a range
    /// without width, NaN for NaN.
    pub fn unit(self, value: f64) -> f64 {
        if value.is_nan() {
            value
        } else if self.width() == 0.0 {
            0.0
        } else {
            (self.clip(value) - self.min) / self.width()
        }
    }

    /// The number at `share` of the way from the lower to the upper end.
    pub fn at(self, share: f64) -> f64 {
        self.min + share * self.width()
    }
}

/// The greatest of the numbers 1, 2 and 5 times a power of 10, or of their negatives, that is not
/// above `value` (emergent: `NiceRoundNumber` below). Zero and numbers that are not finite stay.
pub fn nice_below(value: f64) -> f64 {
    if value < 0.0 {
        -nice_above(-value)
    } else {
        nice(value, &[5.0, 2.0, 1.0], |step, f| step <= f)
    }
}

/// The least such number that is not below `value` (emergent: `NiceRoundNumber` above).
pub fn nice_above(value: f64) -> f64 {
    if value < 0.0 {
        -nice_below(-value)
    } else {
        nice(value, &[1.0, 2.0, 5.0, 10.0], |step, f| step >= f)
    }
}

fn nice(value: f64, steps: &[f64], fits: impl Fn(f64, f64) -> bool) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    // Decimal text, not a logarithm, so that 1000 and 0.001 are powers of ten exactly.
    let text = format!("{value:e}");
    let (fraction, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let fraction: f64 = fraction.parse().unwrap_or(1.0);
    let step = steps.iter().copied().find(|&step| fits(step, fraction)).unwrap_or(1.0);
    format!("{step}e{exponent}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers_are_the_reference_s() {
        let above = [
            (1.2, 2.0),
            (-1.2, -1.0),
            (4.9, 5.0),
            (5.001, 10.0),
            (1200.0, 2000.0),
            (-1200.0, -1000.0),
            (4.9e10, 5e10),
            (5.001e6, 1e7),
        ];
        assert!(above.iter().all(|&(value, nice)| nice_above(value) == nice));
        let below = [
            (1.2, 1.0),
            (5.001, 5.0),
            (8.001, 5.0),
            (10.0, 10.0),
            (11.01, 10.0),
            (-1.2, -2.0),
            (-0.57, -1.0),
            (-5.57, -10.0),
        ];
        assert!(below.iter().all(|&(value, nice)| nice_below(value) == nice));
        assert_eq!((nice_above(1000.0), nice_below(0.001)), (1000.0, 0.001));
        assert_eq!((nice_above(0.0), nice_below(f64::INFINITY)), (0.0, f64::INFINITY));
        assert_eq!(nice_above(5e-324), 5e-324);
    }

    #[test]
    fn ranges_hold_what_they_are_made_of() {
        let range = MinMax::of([2.0, f64::INFINITY, -3.0, f64::NAN]).unwrap();
        assert_eq!(range, MinMax::new(-3.0, 2.0));
        assert_eq!(MinMax::of([f64::NAN]), None);
        assert_eq!(range.fixed(Some(0.0), None), MinMax::new(0.0, 2.0));
        assert_eq!(range.symmetric(), MinMax::new(-3.0, 3.0));
        assert_eq!((range.unit(9.0), range.unit(-9.0), range.unit(-0.5)), (1.0, 0.0, 0.5));
        assert_eq!((range.at(0.5), range.midpoint(), range.width()), (-0.5, -0.5, 5.0));
        assert_eq!(MinMax::new(1.0, 1.0).unit(1.0), 0.0);
        assert!(range.contains(2.0) && !range.contains(2.1) && !range.contains(f64::NAN));
    }
}
