//! A code of periodic values.

use super::{PopCode, check_value};
use crate::error::Result;

/// A population code of a periodic value, such as an angle from 0 to 360 (emergent:
/// `popcode.Ring`): the first unit follows the last.
///
/// `max` is the same value as `min`; as in the reference both have a unit. Values near an end have
/// a second bump beyond the other.
///
/// ```
/// use engine::popcode::RingCode;
/// let angles = RingCode::with_range(0.0, 360.0, 0.15);
/// for angle in [2.0, 90.0, 200.0, 355.0] {
///     let decoded = angles.decode(&angles.encode(angle, 24)?);
///     let apart = (decoded - angle).rem_euclid(360.0);
///     assert!(apart.min(360.0 - apart) < 3.0, "{angle}: {decoded}");
/// }
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RingCode {
    /// The code along the ring, cut open; `clip` has no effect.
    pub line: PopCode,
}

impl RingCode {
    /// The default code for a range and a width.
    pub fn with_range(min: f32, max: f32, sigma: f32) -> Self {
        Self { line: PopCode { clip: false, ..PopCode::with_range(min, max, sigma) } }
    }

    /// The pattern of `value` over `n` units; values outside the range count from its ends.
    ///
    /// # Errors
    /// As [`PopCode::encode`].
    pub fn encode(&self, value: f32, n: usize) -> Result<Vec<f32>> {
        check_value(value)?;
        let PopCode { min, max, sigma, .. } = self.line;
        let line = PopCode { clip: false, ..self.line };
        let range = max - min;
        let value = if (min..=max).contains(&value) || range <= 0.0 {
            value
        } else {
            min + (value - min).rem_euclid(range)
        };
        let mut pattern = line.encode(value, n)?;
        if (max - value).abs() < sigma * range {
            line.add(min + (value - max), &mut pattern)?;
        } else if (value - min).abs() < sigma * range {
            line.add(max + (value - min), &mut pattern)?;
        }
        Ok(pattern)
    }

    /// The value, from `min` to `max`, that a pattern stands for. 0 for fewer than 2 units.
    ///
    /// Where activity lies at both ends, the half with less of it is counted as following the
    /// other across the seam.
    pub fn decode(&self, pattern: &[f32]) -> f32 {
        let PopCode { min, max, sigma, threshold, min_sum, .. } = self.line;
        let n = pattern.len();
        if n < 2 {
            return 0.0;
        }
        let end = ((sigma * n as f32) as usize).min(n);
        let low_end: f32 = pattern[..end].iter().sum();
        let high_end: f32 = pattern[(n - 1 - end.min(n - 1))..].iter().sum();
        let some = end as f32 * threshold;
        let (low, high) = pattern.split_at(n / 2);
        let wraps = low_end >= some && high_end >= some;
        let low_leads = low.iter().sum::<f32>() > high.iter().sum::<f32>();
        let (range, step) = (max - min, (max - min) / (n - 1) as f32);
        let (mut weighted, mut sum) = (0.0_f32, 0.0_f32);
        for (i, act) in pattern.iter().enumerate() {
            let is_low = i < n / 2;
            let shift = match (wraps, low_leads, is_low) {
                // The last unit stands for the same value as the first.
                (true, true, false) => -range,
                (true, false, true) => range,
                _ => 0.0,
            };
            let act = if *act < threshold { 0.0 } else { *act };
            weighted += (min + step * i as f32 + shift) * act;
            sum += act;
        }
        let value = weighted / sum.max(min_sum);
        if (min..=max).contains(&value) { value } else { min + (value - min).rem_euclid(range) }
    }
}
