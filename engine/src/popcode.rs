//! Population codes: numbers as bumps of activity over units, and back.
//!
//! [`PopCode`] encodes one number in a row of units, each tuned to a value between `min` and `max`;
//! [`RingCode`] does so for a periodic value such as an angle; [`PopCode2d`] encodes two numbers in
//! a grid. All allow several values in one pattern, and find them again.
//!
//! ```
//! use engine::popcode::PopCode;
//!
//! let code = PopCode::default(); // -0.5 to 1.5, so that 0 and 1 have room on either side
//! let pattern = code.encode(0.7, 11)?;
//! assert!((code.decode(&pattern) - 0.7).abs() < 0.01);
//!
//! // Two values in one pattern.
//! let mut both = code.encode(0.0, 21)?;
//! code.add(1.0, &mut both)?;
//! let mut peaks = code.decode_peaks(&both, 2, 2);
//! peaks.sort_by(f32::total_cmp);
//! assert!((peaks[0] - 0.0).abs() < 0.1 && (peaks[1] - 1.0).abs() < 0.1);
//! # Ok::<(), engine::EngineError>(())
//! ```

mod grid;
mod ring;

pub use grid::PopCode2d;
pub use ring::RingCode;

use crate::error::{EngineError, Result};
use crate::vector::exp::exp;

/// How a value becomes activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Code {
    /// A Gaussian bump around the value.
    #[default]
    Gaussian,
    /// Only the nearest units are active, the more the nearer (emergent: `Localist`).
    Localist,
}

/// A population code of one number (emergent: `popcode.OneD`).
///
/// Unit `i` of `n` is tuned to `v_i = min + i (max - min) / (n - 1)`. Its activity for `x` is
///
/// ```text
/// exp(-((v_i - x) / (sigma (max - min)))^2)          Gaussian
/// max(0, 1 - |v_i - x| (n - 1) / (max - min))        Localist
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopCode {
    /// How a value becomes activity.
    pub code: Code,
    /// What the first unit is tuned to.
    pub min: f32,
    /// What the last unit is tuned to.
    pub max: f32,
    /// Width of the bump as a share of the range.
    pub sigma: f32,
    /// Keep encoded values within the range.
    pub clip: bool,
    /// Activity below this does not count in decoding.
    pub threshold: f32,
    /// The least total activity that decoding divides by, so that hardly active patterns give
    /// values near 0.
    pub min_sum: f32,
}

impl Default for PopCode {
    fn default() -> Self {
        Self {
            code: Code::Gaussian,
            min: -0.5,
            max: 1.5,
            sigma: 0.2,
            clip: true,
            threshold: 0.1,
            min_sum: 0.2,
        }
    }
}

impl PopCode {
    /// The default code for another range and width.
    pub fn with_range(min: f32, max: f32, sigma: f32) -> Self {
        Self { min, max, sigma, ..Self::default() }
    }

    /// The pattern of `value` over `n` units.
    ///
    /// # Errors
    /// Fewer than 2 units, an empty range, a width that is not above 0, or a value that is not
    /// finite.
    pub fn encode(&self, value: f32, n: usize) -> Result<Vec<f32>> {
        let mut pattern = vec![0.0; n];
        self.add(value, &mut pattern)?;
        Ok(pattern)
    }

    /// Adds the pattern of `value` to what `pattern` holds.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn add(&self, value: f32, pattern: &mut [f32]) -> Result<()> {
        self.check(pattern.len(), value)?;
        let value = if self.clip { value.max(self.min).min(self.max) } else { value };
        self.bump(value, pattern);
        Ok(())
    }

    /// Adds the activity for `value`, as it is.
    fn bump(&self, value: f32, pattern: &mut [f32]) {
        let range = self.max - self.min;
        let norm = 1.0 / (range * self.sigma);
        let step = self.step(pattern.len());
        for (i, act) in pattern.iter_mut().enumerate() {
            let tuned = self.min + step * i as f32;
            *act += match self.code {
                Code::Gaussian => {
                    let distance = norm * (tuned - value);
                    exp(-(distance * distance))
                }
                Code::Localist => {
                    let distance = (tuned - value).abs();
                    if distance > step { 0.0 } else { 1.0 - distance / step }
                }
            };
        }
    }

    /// The value that a pattern stands for: the average of what its units are tuned to, weighted by
    /// their activity. 0 for fewer than 2 units.
    pub fn decode(&self, pattern: &[f32]) -> f32 {
        match pattern.len() {
            0 | 1 => 0.0,
            n => self.centre(pattern, 0..n),
        }
    }

    /// The `count` values that a pattern stands for, most active first: around each of the units
    /// whose neighbourhoods of `width` units to either side are most active on average, the value
    /// of that neighbourhood. Fewer if there are fewer units.
    ///
    /// Unlike the reference's, neighbourhoods of later peaks have their centre outside those of
    /// earlier ones, so that one bump is not found several times.
    pub fn decode_peaks(&self, pattern: &[f32], count: usize, width: usize) -> Vec<f32> {
        let n = pattern.len();
        if n < 2 {
            return Vec::new();
        }
        let around = |i: usize| i.saturating_sub(width)..(i + width + 1).min(n);
        let mut order: Vec<(f32, usize)> = (0..n)
            .map(|i| {
                let counted = pattern[around(i)].iter().filter(|act| **act >= self.threshold);
                let (sum, count) = counted.fold((0.0, 0), |(sum, n), act| (sum + act, n + 1));
                (if count == 0 { 0.0 } else { sum / count as f32 }, i)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut taken: Vec<usize> = Vec::new();
        for (_, i) in order {
            if taken.len() < count && taken.iter().all(|other| other.abs_diff(i) > width) {
                taken.push(i);
            }
        }
        taken.into_iter().map(|i| self.centre(pattern, around(i))).collect()
    }

    /// What the units of a pattern of `n` are tuned to.
    pub fn tuned_values(&self, n: usize) -> Vec<f32> {
        (0..n).map(|i| self.min + self.step(n) * i as f32).collect()
    }

    fn step(&self, n: usize) -> f32 {
        (self.max - self.min) / (n.max(2) - 1) as f32
    }

    /// The weighted average over some units.
    fn centre(&self, pattern: &[f32], units: std::ops::Range<usize>) -> f32 {
        let step = self.step(pattern.len());
        let (mut weighted, mut sum) = (0.0_f32, 0.0_f32);
        for i in units {
            let act = if pattern[i] < self.threshold { 0.0 } else { pattern[i] };
            weighted += (self.min + step * i as f32) * act;
            sum += act;
        }
        weighted / sum.max(self.min_sum)
    }

    fn check(&self, n: usize, value: f32) -> Result<()> {
        check_axis(self.min, self.max, self.sigma, n)?;
        check_value(value)
    }
}

/// Whether an axis of a code makes sense.
fn check_axis(min: f32, max: f32, sigma: f32, n: usize) -> Result<()> {
    let bad = |setting: &str, value: String, range: &str| {
        Err(EngineError::Setting { setting: setting.to_owned(), value, range: range.to_owned() })
    };
    if n < 2 {
        return bad("the units of a population code", n.to_string(), "at least 2 along each axis");
    }
    if !(min.is_finite() && max.is_finite() && min < max) {
        return bad(
            "the range of a population code",
            format!("{min} to {max}"),
            "from low to high",
        );
    }
    if !(sigma.is_finite() && sigma > 0.0) {
        return bad("the width of a population code", sigma.to_string(), "above 0");
    }
    Ok(())
}

fn check_value(value: f32) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(EngineError::Setting {
        setting: "a value to encode".to_owned(),
        value: value.to_string(),
        range: "finite".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_codes_are_refused() {
        let code = PopCode::default();
        for (code, value, n) in [
            (code, 0.5, 1),
            (code, f32::NAN, 5),
            (PopCode { max: -1.0, ..code }, 0.5, 5),
            (PopCode { sigma: 0.0, ..code }, 0.5, 5),
        ] {
            assert!(matches!(code.encode(value, n), Err(EngineError::Setting { .. })));
        }
        assert_eq!((code.decode(&[]), code.decode(&[1.0])), (0.0, 0.0));
        assert!(code.decode_peaks(&[1.0], 2, 1).is_empty());
    }

    #[test]
    fn values_beyond_the_range_are_kept_within_if_asked() {
        let code = PopCode::default();
        assert_eq!(code.encode(9.0, 5).unwrap(), code.encode(1.5, 5).unwrap());
        let open = PopCode { clip: false, ..code };
        assert!(open.encode(9.0, 5).unwrap().iter().all(|act| *act < 1e-9));
        assert_eq!(code.tuned_values(5), [-0.5, 0.0, 0.5, 1.0, 1.5]);
    }
}
