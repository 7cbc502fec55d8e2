//! Rectangles of senders.

use super::field::{Pair, stretch};
use super::unit_grid::UnitGrid;
use super::{Connectivity, Pattern, count, tidy, transposed};
use crate::error::PatternProblem;

/// A rectangle of senders for each receiver, which moves with the receiver's place (emergent:
/// `prjn.Rect`): the classic topographic projection.
///
/// The receiver in row y has the senders from row `start.y + scale.y y` on, `size.y` of them, and so
/// for columns.
///
/// ```
/// use engine::pattern::{Connectivity, Pair, Pattern, Rect};
/// // One row: three senders around each receiver, without an edge.
/// let rect = Rect { size: Pair::new(1, 3), start: Pair::new(0, -1), ..Rect::default() };
/// let lists = vec![vec![0, 1, 3], vec![0, 1, 2], vec![1, 2, 3], vec![0, 2, 3]];
/// assert_eq!(rect.connect(&[1, 4], &[1, 4], false)?, Connectivity::Senders(lists));
/// # Ok::<(), engine::error::PatternProblem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Senders of a receiver, in each direction.
    pub size: Pair<usize>,
    /// Where the rectangle of the first receiver begins; may be negative.
    pub start: Pair<i64>,
    /// By how many senders the rectangle moves from one receiver to the next.
    pub scale: Pair<f32>,
    /// Choose `scale` so that the rectangles are spread over the whole sending layer.
    pub auto_scale: bool,
    /// Round the rectangle's place to the nearest sender, rather than down.
    pub round_scale: bool,
    /// Beyond an edge go on at the opposite one; otherwise leave out what lies beyond.
    pub wrap: bool,
    /// Within one layer, also connect each unit to itself.
    pub self_connections: bool,
    /// The pattern of the projection back: as the other way round with `false`, transposed.
    pub reciprocal: bool,
}

impl Default for Rect {
    fn default() -> Self {
        Self {
            size: Pair::new(2, 2),
            start: Pair::new(0, 0),
            scale: Pair::new(1.0, 1.0),
            auto_scale: false,
            round_scale: false,
            wrap: true,
            self_connections: false,
            reciprocal: false,
        }
    }
}

/// Where the fields of receivers begin, and how large they are.
pub(super) fn field(
    rect: &Rect,
    (senders, receivers): (Pair<usize>, Pair<usize>),
    (y, x): (usize, usize),
) -> Vec<(usize, usize)> {
    let scale = if rect.auto_scale {
        Pair::new(
            senders.y as f32 / receivers.y.max(1) as f32,
            senders.x as f32 / receivers.x.max(1) as f32,
        )
    } else {
        rect.scale
    };
    let begin = |scale: f32, place: usize| {
        let exact = scale * place as f32;
        if rect.round_scale { exact.round() as i64 } else { exact.floor() as i64 }
    };
    let first_y = begin(scale.y, y).saturating_add(rect.start.y);
    let first_x = begin(scale.x, x).saturating_add(rect.start.x);
    let rows = stretch(first_y, rect.size.y, senders.y, rect.wrap);
    let columns = || stretch(first_x, rect.size.x, senders.x, rect.wrap);
    rows.flat_map(|y| columns().map(move |x| (y, x))).collect()
}

impl Pattern for Rect {
    fn name(&self) -> &str {
        "Rect"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, PatternProblem> {
        if self.reciprocal {
            let forward = Self { reciprocal: false, ..*self };
            return match forward.connect(receiver, sender, same_layer)? {
                Connectivity::Senders(lists) => {
                    Ok(Connectivity::Senders(transposed(lists, count(receiver))))
                }
                Connectivity::Full => Ok(Connectivity::Full),
            };
        }
        self.scale.check_scale()?;
        let (from, to) = (UnitGrid::of(sender)?, UnitGrid::of(receiver)?);
        let sizes = (Pair::new(from.height, from.width), Pair::new(to.height, to.width));
        let mut lists = vec![Vec::new(); count(receiver)];
        for place in to.places() {
            let own = to.index(place.0, place.1);
            let senders = field(self, sizes, place).into_iter().map(|(y, x)| from.index(y, x));
            let allowed = senders.filter(|s| !same_layer || self.self_connections || *s != own);
            lists[own as usize] = tidy(allowed.collect());
        }
        Ok(Connectivity::Senders(lists))
    }
}
