//! Round numbers along an axis.
//!
//! ```
//! use analysis::figure::ticks::{Ticks, tick_label};
//! let ticks = Ticks::within(0.0, 47.0, 6);
//! assert_eq!(ticks.values(), [0.0, 10.0, 20.0, 30.0, 40.0]);
//! assert_eq!(tick_label(0.30000000000000004, 0.1), "0.3");
//! ```

use crate::text::{short_number, trim_zeros};

/// The powers of ten between which the numbers above 0 lie.
const LEAST_POWER: i32 = -324;
const LARGEST_POWER: i32 = 308;

/// Multiples of 1, 2 or 5 times a power of ten within a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticks {
    values: Vec<f64>,
    step: f64,
    logarithmic: bool,
}

impl Ticks {
    /// The ticks in `[low, high]`, at most `most + 1`, as many as round steps allow.
    ///
    /// An empty or infinite range gives one tick, at `low` (or 0).
    pub fn within(low: f64, high: f64, most: usize) -> Self {
        let span = high - low;
        if !(span.is_finite() && span > 0.0 && low.is_finite()) {
            let values = vec![if low.is_finite() { low } else { 0.0 }];
            return Ticks { values, step: 1.0, logarithmic: false };
        }
        let step = round_step(span / most.max(1) as f64);
        if !(step > 0.0 && step.is_finite()) {
            return Ticks { values: vec![low], step: 1.0, logarithmic: false };
        }
        // A little slack, so that rounding does not lose a tick at the end of the range.
        let first = (low / step - 1e-9).ceil();
        let last = (high / step + 1e-9).floor();
        let count = (last - first) as usize;
        // Adding 0.0 turns -0 into 0.
        let values = (0..=count).map(|index| (first + index as f64) * step + 0.0).collect();
        Ticks { values, step, logarithmic: false }
    }

    /// Powers of ten in `[low, high]`, both above 0, and where these are few also their multiples
    /// by 2 and 5; where they are more than `most + 1`, every second, third, ... of them. A range
    /// without a power gives one tick, at `low`.
    pub fn logarithmic(low: f64, high: f64, most: usize) -> Self {
        // Powers beyond these are no numbers, whatever the range.
        let first = (low.log10().floor() as i32).clamp(LEAST_POWER, LARGEST_POWER);
        let last = (high.log10().ceil() as i32).clamp(LEAST_POWER, LARGEST_POWER);
        let inside = |value: &f64| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(value);
        let of = |factors: &[f64], every: usize| -> Vec<f64> {
            let powers = (first..=last).filter(|power| power.rem_euclid(every as i32) == 0);
            let values = powers.flat_map(|power| {
                let power = 10f64.powf(f64::from(power));
                factors.iter().map(move |factor| factor * power).collect::<Vec<_>>()
            });
            values.filter(inside).collect()
        };
        let mut values = of(&[1.0], 1);
        if values.len() < 3 {
            values = of(&[1.0, 2.0, 5.0], 1);
        }
        let mut every = 2;
        while values.len() > most.saturating_add(1) {
            values = of(&[1.0], every);
            every += 1;
        }
        if values.is_empty() {
            values.push(low);
        }
        Ticks { values, step: 1.0, logarithmic: true }
    }

    /// The ticks, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The distance between ticks; 1 on a logarithmic axis.
    pub fn step(&self) -> f64 {
        self.step
    }

    /// Ticks with their labels.
    pub fn labelled(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        self.values.iter().map(|&value| {
            let text = match self.logarithmic {
                true => short_number(value).replacen(".0e", "e", 1),
                false => tick_label(value, self.step),
            };
            (value, text)
        })
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// A tick's text with just the decimals its step needs.
pub fn tick_label(value: f64, step: f64) -> String {
    let magnitude = value.abs().max(step);
    if magnitude >= 1e6 || step < 1e-5 {
        let text = format!("{value:.2e}");
        return match text.split_once('e') {
            Some(("0.00", _)) => "0".into(),
            Some((digits, power)) => format!("{}e{power}", trim_zeros(digits.into())),
            None => text,
        };
    }
    let decimals = (-step.log10() - 1e-9).ceil().max(0.0) as usize;
    let text = format!("{value:.decimals$}").replacen('-', "−", 1);
    if text.chars().all(|c| matches!(c, '−' | '0' | '.')) { "0".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_five() {
        assert_eq!(Ticks::within(0.0, 1.0, 5).values().len(), 6);
        assert_eq!(Ticks::within(0.0, 1.0, 5).step(), 0.2);
        assert_eq!(Ticks::within(-3.0, 4.0, 8).step(), 1.0);
        assert_eq!(Ticks::within(0.0, 40.0, 9).step(), 5.0);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(Ticks::logarithmic(0.5, 2000.0, 6).values(), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Ticks::logarithmic(1.0, 30.0, 6).values(), [1.0, 2.0, 5.0, 10.0, 20.0]);
        assert!(Ticks::logarithmic(1e-12, 1e12, 6).values().len() <= 7);
        assert_eq!(Ticks::logarithmic(3.0, 3.5, 6).values().len(), 1);
    }

    #[test]
    fn ranges_without_logarithm_and_the_widest_have_few_ticks() {
        for (low, high) in [
            (0.0, 1.0),
            (-1.0, 5.0),
            (f64::NAN, 1.0),
            (5e-324, f64::MAX),
            (1e-310, 1.0),
            (0.0, f64::INFINITY),
        ] {
            assert!(Ticks::logarithmic(low, high, 6).values().len() <= 7, "{low} to {high}");
        }
        assert_eq!(Ticks::within(0.0, 5e-324, 6).values(), [0.0]);
    }

    #[test]
    fn degenerate_ranges_give_one_tick() {
        assert_eq!(Ticks::within(2.0, 2.0, 5).values(), [2.0]);
        assert_eq!(Ticks::within(f64::NAN, 2.0, 5).values(), [0.0]);
    }

    #[test]
    fn labels_need_no_more_decimals_than_the_step() {
        assert_eq!(tick_label(-0.25, 0.05), "−0.25");
        assert_eq!(tick_label(-1e-17, 0.5), "0");
        assert_eq!(tick_label(2_500_000.0, 500_000.0), "2.5e6");
        assert_eq!(tick_label(40.0, 20.0), "40");
        assert_eq!(tick_label(3.0, 1.0), "3");
        assert_eq!(tick_label(0.3, 0.1), "0.3");
    }
}
