//! The range of a figure's colours: chosen, or the same for several figures.
//!
//! ```
//! use analysis::{heat_map_of, shared_colours};
//! use etable::ndarray::arr2;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let names = ["a", "b"];
//! let before = heat_map_of(&arr2(&[[0.0, 1.0], [1.0, 0.0]]), &names, &names, "weight")?;
//! let after = heat_map_of(&arr2(&[[0.0, 4.0], [2.0, 0.0]]), &names, &names, "weight")?;
//! let [before, after] = shared_colours([before, after])?;
//! assert_eq!((before.colours(), after.colours()), (Some((0.0, 4.0)), Some((0.0, 4.0))));
//! let closer = after.colour_range(1.0, 3.0)?;
//! assert_eq!(closer.colours(), Some((1.0, 3.0)));
//! # Ok(())
//! # }
//! ```

use crate::{
    AnalysisError, Figure, Result,
    figure::{Content, scale::ColourScale},
};

/// Gives several figures one scale of colours, from the lowest to the highest end of their own, so
/// that a colour means the same in all of them: a layer before and after training, say.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] if one of them has no scale of colours.
pub fn shared_colours<const N: usize>(mut figures: [Figure; N]) -> Result<[Figure; N]> {
    share(&mut figures)?;
    Ok(figures)
}

fn share(figures: &mut [Figure]) -> Result<()> {
    let mut range: Option<(f64, f64)> = None;
    for figure in figures.iter() {
        let (low, high) = figure.colours().ok_or_else(no_scale)?;
        range = Some(range.map_or((low, high), |(a, b)| (a.min(low), b.max(high))));
    }
    let Some((low, high)) = range else { return Ok(()) };
    for figure in figures {
        figure.set_colours(low, high)?;
    }
    Ok(())
}

fn no_scale() -> AnalysisError {
    let expected = "left out for a figure whose colours are not on a scale";
    AnalysisError::invalid("the range of colours", "asked for", expected)
}

impl Figure {
    /// Sets the values at the ends of the scale of colours: of a matrix, raster, grid of images, or
    /// a scatter coloured by a number. Values beyond them have the colours of the ends, and the bar
    /// beside the drawing is pointed there.
    ///
    /// With a `low` below 0 the scale runs from blue over white at 0 to red, of equal steps on both
    /// sides.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless both are finite and `low < high`, or if the
    /// figure's colours are not on a scale.
    pub fn colour_range(mut self, low: f64, high: f64) -> Result<Self> {
        if !(low.is_finite() && high.is_finite() && low < high) {
            let (value, expected) =
                (format!("{low} to {high}"), "two finite numbers, the lower first");
            return Err(AnalysisError::invalid("the range of colours", value, expected));
        }
        self.set_colours(low, high)?;
        Ok(self)
    }

    /// The values at the ends of the scale of colours; `None` if there is none.
    pub fn colours(&self) -> Option<(f64, f64)> {
        let scale = match &self.content {
            Content::Heat(heat) => heat.scale,
            Content::Clustered(chart) => chart.heat.scale,
            Content::Raster(chart) => chart.scale,
            Content::Grid(grid) => grid.scale,
            Content::Scatter(chart) => chart.colouring.values()?.scale,
            Content::Space(chart) => chart.colouring.values()?.scale,
            _ => return None,
        };
        Some(scale.range())
    }

    fn set_colours(&mut self, low: f64, high: f64) -> Result<()> {
        let scale: Option<&mut ColourScale> = match &mut self.content {
            Content::Heat(heat) => Some(&mut heat.scale),
            Content::Clustered(chart) => Some(&mut chart.heat.scale),
            Content::Raster(chart) => Some(&mut chart.scale),
            Content::Grid(grid) => Some(&mut grid.scale),
            Content::Scatter(chart) => chart.colouring.scale_mut(),
            Content::Space(chart) => chart.colouring.scale_mut(),
            _ => None,
        };
        let scale = scale.ok_or_else(no_scale)?;
        *scale = scale.with_range(low, high);
        Ok(())
    }
}
