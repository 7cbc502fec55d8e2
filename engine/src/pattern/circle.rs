//! Disks of senders.

use super::field::{Pair, distance, stretch};
use super::unit_grid::UnitGrid;
use super::{Connectivity, Pattern, count, tidy};
use crate::error::PatternProblem;

/// A disk of senders around each receiver's place (emergent: `prjn.Circle`), with Gaussian weights
/// if wanted ([`Circle::gaussian_weight`]): what lateral and topographic projections are made of.
///
/// ```
/// use engine::pattern::{Circle, Connectivity, Pattern};
/// let circle = Circle { radius: 1, ..Circle::default() };
/// let Connectivity::Senders(lists) = circle.connect(&[5, 5], &[5, 5], false)? else { panic!() };
/// // Those at a distance that rounds to 1 or less: a square of nine.
/// assert_eq!(lists[12], [6, 7, 8, 11, 12, 13, 16, 17, 18]);
/// # Ok::<(), engine::error::PatternProblem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Senders whose distance from the centre, rounded, is at most this.
    pub radius: usize,
    /// The centre of the first receiver's disk.
    pub start: Pair<i64>,
    /// By how many senders the centre moves from one receiver to the next.
    pub scale: Pair<f32>,
    /// Choose `scale` so that the centres are spread over the sending layer within `start`.
    pub auto_scale: bool,
    /// Measure around the edges.
    pub wrap: bool,
    /// Width of the Gaussian of weights, in radii.
    pub sigma: f32,
    /// Greatest weight of the Gaussian.
    pub max_weight: f32,
    /// Within one layer, also connect each unit to itself.
    pub self_connections: bool,
}

impl Default for Circle {
    fn default() -> Self {
        Self {
            radius: 8,
            start: Pair::new(0, 0),
            scale: Pair::new(1.0, 1.0),
            auto_scale: false,
            wrap: true,
            sigma: 0.5,
            max_weight: 1.0,
            self_connections: false,
        }
    }
}

impl Circle {
    fn scale(&self, from: UnitGrid, to: UnitGrid) -> Pair<f32> {
        if !self.auto_scale {
            return self.scale;
        }
        let spread = |senders: usize, start: i64, receivers: usize| {
            (senders as f32 - 2.0 * start as f32) / receivers.max(1) as f32
        };
        Pair::new(
            spread(from.height, self.start.y, to.height),
            spread(from.width, self.start.x, to.width),
        )
    }

    fn centre(&self, scale: Pair<f32>, (y, x): (usize, usize)) -> (f32, f32) {
        (self.start.y as f32 + y as f32 * scale.y, self.start.x as f32 + x as f32 * scale.x)
    }

    fn distance(&self, centre: (f32, f32), (y, x): (usize, usize), from: UnitGrid) -> f32 {
        let dy = distance(y as f32, centre.0, from.height as f32, self.wrap);
        let dx = distance(x as f32, centre.1, from.width as f32, self.wrap);
        (dy * dy + dx * dx).sqrt()
    }

    /// The weight from a sender to a receiver, by their flat indices: `max_weight
    /// exp(-d²/(2 σ²))` of the distance d from the centre, with σ = `sigma` radii. For
    /// [`Network::set_weights_by`](crate::Network::set_weights_by).
    ///
    /// # Errors
    /// A layer has neither two nor four dimensions.
    pub fn gaussian_weight(
        &self,
        sender: &[usize],
        receiver: &[usize],
    ) -> Result<impl Fn(usize, usize) -> f32 + use<>, PatternProblem> {
        let (from, to) = (UnitGrid::of(sender)?, UnitGrid::of(receiver)?);
        let places = |grid: UnitGrid| {
            let mut places = vec![(0, 0); grid.height * grid.width];
            for (y, x) in grid.places() {
                places[grid.index(y, x) as usize] = (y, x);
            }
            places
        };
        let (senders, receivers) = (places(from), places(to));
        let (circle, scale) = (*self, self.scale(from, to));
        let sigma = self.sigma * self.radius as f32;
        Ok(move |s: usize, r: usize| {
            let centre = circle.centre(scale, receivers[r]);
            let d = circle.distance(centre, senders[s], from) / sigma;
            circle.max_weight * (-0.5 * d * d).exp()
        })
    }
}

impl Pattern for Circle {
    fn name(&self) -> &str {
        "Circle"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        self.scale.check_scale()?;
        let (from, to) = (UnitGrid::of(sender)?, UnitGrid::of(receiver)?);
        let scale = self.scale(from, to);
        let radius = i64::try_from(self.radius).unwrap_or(i64::MAX);
        let diameter = self.radius.saturating_mul(2).saturating_add(1);
        let mut lists = vec![Vec::new(); count(receiver)];
        for place in to.places() {
            let own = to.index(place.0, place.1);
            let centre = self.centre(scale, place);
            let first = |centre: f32| (centre.round() as i64).saturating_sub(radius);
            let mut senders = Vec::new();
            for y in stretch(first(centre.0), diameter, from.height, self.wrap) {
                for x in stretch(first(centre.1), diameter, from.width, self.wrap) {
                    if self.distance(centre, (y, x), from).round() <= self.radius as f32 {
                        senders.push(from.index(y, x));
                    }
                }
            }
            senders.retain(|s| !same_layer || self.self_connections || *s != own);
            lists[own as usize] = tidy(senders);
        }
        Ok(Connectivity::Senders(lists))
    }
}
