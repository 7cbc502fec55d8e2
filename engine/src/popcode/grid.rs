//! A code of two numbers.

use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::{Code, PopCode, check_axis, check_value};
use crate::error::Result;
use crate::vector::exp::exp;

/// A population code of two numbers over a grid of units `[Y, X]` (emergent: `popcode.TwoD`).
///
/// The activity is that of [`PopCode`] with the squared distances along both axes added up
/// (`Gaussian`), or `1 - (dx + dy) / 2` with distances in steps, within one step (`Localist`).
///
/// ```
/// use engine::popcode::PopCode2d;
/// let place = PopCode2d::default();
/// let bump = place.encode((0.25, 0.8), [11, 11])?;
/// let (x, y) = place.decode(bump.view());
/// assert!((x - 0.25).abs() < 0.02 && (y - 0.8).abs() < 0.02);
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PopCode2d {
    /// Range and width along X; `code`, `clip`, `threshold` and `min_sum` are those of the grid.
    pub x: PopCode,
    /// Range and width along Y.
    pub y: PopCode,
}

impl PopCode2d {
    /// The default code with one range and width along both axes.
    pub fn with_range(min: f32, max: f32, sigma: f32) -> Self {
        let axis = PopCode::with_range(min, max, sigma);
        Self { x: axis, y: axis }
    }

    /// The pattern of `(x, y)` over `[Y, X]` units.
    ///
    /// # Errors
    /// As [`PopCode::encode`], for either axis.
    pub fn encode(&self, value: (f32, f32), shape: [usize; 2]) -> Result<Array2<f32>> {
        let mut pattern = Array2::zeros(shape);
        self.add(value, &mut pattern)?;
        Ok(pattern)
    }

    /// Adds the pattern of `(x, y)` to what `pattern` holds.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn add(&self, (x, y): (f32, f32), pattern: &mut Array2<f32>) -> Result<()> {
        let (ny, nx) = pattern.dim();
        for (axis, n, value) in [(&self.x, nx, x), (&self.y, ny, y)] {
            check_axis(axis.min, axis.max, axis.sigma, n)?;
            check_value(value)?;
        }
        let within = |axis: &PopCode, value: f32| {
            if self.x.clip { value.max(axis.min).min(axis.max) } else { value }
        };
        let (x, y) = (within(&self.x, x), within(&self.y, y));
        let norm = |axis: &PopCode| 1.0 / ((axis.max - axis.min) * axis.sigma);
        let (x_norm, y_norm) = (norm(&self.x), norm(&self.y));
        let (x_step, y_step) = (self.x.step(nx), self.y.step(ny));
        for ((yi, xi), act) in pattern.indexed_iter_mut() {
            let (dx, dy) =
                (self.x.min + x_step * xi as f32 - x, self.y.min + y_step * yi as f32 - y);
            *act += match self.x.code {
                Code::Gaussian => {
                    let (dx, dy) = (dx * x_norm, dy * y_norm);
                    exp(-(dx * dx + dy * dy))
                }
                Code::Localist if dx.abs() > x_step || dy.abs() > y_step => 0.0,
                Code::Localist => 1.0 - 0.5 * (dx.abs() / x_step + dy.abs() / y_step),
            };
        }
        Ok(())
    }

    /// The `(x, y)` that a pattern stands for. `(0, 0)` for fewer than 2 units along an axis.
    pub fn decode(&self, pattern: ArrayView2<'_, f32>) -> (f32, f32) {
        let (ny, nx) = pattern.dim();
        self.centre(pattern, 0..ny, 0..nx)
    }

    /// The `count` values that a pattern stands for, most active first; see
    /// [`PopCode::decode_peaks`]. A neighbourhood is a square of `width` units to each side.
    pub fn decode_peaks(
        &self,
        pattern: ArrayView2<'_, f32>,
        count: usize,
        width: usize,
    ) -> Vec<(f32, f32)> {
        let (ny, nx) = pattern.dim();
        let around = |i: usize, n: usize| i.saturating_sub(width)..(i + width + 1).min(n);
        let mut order: Vec<(f32, (usize, usize))> = pattern
            .indexed_iter()
            .map(|((y, x), _)| {
                let (ys, xs) = (around(y, ny), around(x, nx));
                let mut units = pattern.slice_axis(Axis(0), Slice::from(ys));
                units.slice_axis_inplace(Axis(1), Slice::from(xs));
                (units.sum() / units.len() as f32, (y, x))
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (_, (y, x)) in order {
            let is_apart =
                |other: &(usize, usize)| other.0.abs_diff(y).max(other.1.abs_diff(x)) > width;
            if taken.len() < count && taken.iter().all(is_apart) {
                taken.push((y, x));
            }
        }
        let centre = |(y, x)| self.centre(pattern, around(y, ny), around(x, nx));
        taken.into_iter().map(centre).collect()
    }

    fn centre(
        &self,
        pattern: ArrayView2<'_, f32>,
        ys: std::ops::Range<usize>,
        xs: std::ops::Range<usize>,
    ) -> (f32, f32) {
        let (ny, nx) = pattern.dim();
        if ny < 2 || nx < 2 {
            return (0.0, 0.0);
        }
        let (x_step, y_step) = (self.x.step(nx), self.y.step(ny));
        let (mut x, mut y, mut sum) = (0.0_f32, 0.0_f32, 0.0_f32);
        for yi in ys {
            for xi in xs.clone() {
                let act = pattern[[yi, xi]];
                let act = if act < self.x.threshold { 0.0 } else { act };
                x += (self.x.min + x_step * xi as f32) * act;
                y += (self.y.min + y_step * yi as f32) * act;
                sum += act;
            }
        }
        let sum = sum.max(self.x.min_sum);
        (x / sum, y / sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_places_are_found_again() {
        let place = PopCode2d::with_range(0.0, 1.0, 0.1);
        let mut both = place.encode((0.2, 0.3), [21, 21]).unwrap();
        place.add((0.8, 0.7), &mut both).unwrap();
        let mut peaks = place.decode_peaks(both.view(), 2, 3);
        peaks.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (found, wanted) in peaks.iter().zip([(0.2, 0.3), (0.8, 0.7)]) {
            assert!((found.0 - wanted.0).abs() < 0.02 && (found.1 - wanted.1).abs() < 0.02);
        }
        assert!(place.encode((0.5, 0.5), [1, 5]).is_err());
        assert!(place.encode((f32::NAN, 0.5), [5, 5]).is_err());
    }
}
