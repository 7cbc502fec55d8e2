//! Names of points, set so that they cover neither each other nor other points.

use super::{Anchor, Canvas, TextStyle, axes::Area, scatter::RADIUS};
use crate::{figure::theme, text::text_width};

/// Half the height of a name.
const HALF: f64 = 6.0;
const LEADER: &str = "#AAAAAA";

#[derive(Clone, Copy)]
struct Rectangle {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Rectangle {
    /// From its left edge, vertical middle, width and half height.
    fn new(left: f64, middle: f64, width: f64, half: f64) -> Self {
        Rectangle { left, top: middle - half, right: left + width, bottom: middle + half }
    }

    fn overlap(&self, other: &Rectangle) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    }

    fn is_in(&self, area: &Area) -> bool {
        let across = self.left >= area.left && self.right <= area.right;
        across && self.top >= area.top && self.bottom <= area.bottom
    }
}

/// A name that found its place.
struct Placed {
    rectangle: Rectangle,
    /// From the point to the name, where it stands apart from it.
    leader: Option<[(f64, f64); 2]>,
}

/// What is on the drawing already.
struct Taken {
    marks: Vec<Rectangle>,
    names: Vec<Rectangle>,
    leaders: Vec<[(f64, f64); 2]>,
}

impl Taken {
    /// Whether a name of point `own` can stand at a place: inside, off all names and lines to
    /// them, and with no more than `share` of a mark behind it.
    fn leaves_free(&self, place: &Rectangle, own: usize, area: &Area, share: f64) -> bool {
        let most = share * 4.0 * RADIUS * RADIUS;
        place.is_in(area)
            && self.names.iter().all(|name| place.overlap(name) == 0.0)
            && self.leaders.iter().all(|leader| !crosses(place, leader))
            && self
                .marks
                .iter()
                .enumerate()
                .all(|(index, mark)| index == own || place.overlap(mark) <= most)
    }
}

/// Whether a line passes through a rectangle, at some of its points.
fn crosses(rectangle: &Rectangle, [from, to]: &[(f64, f64); 2]) -> bool {
    (0..=12).any(|step| {
        let share = f64::from(step) / 12.0;
        let x = from.0 + share * (to.0 - from.0);
        let y = from.1 + share * (to.1 - from.1);
        let across = (rectangle.left..=rectangle.right).contains(&x);
        across && (rectangle.top..=rectangle.bottom).contains(&y)
    })
}

/// Sets the names of points, each given by its number and place: beside its point, else apart from
/// it with a line between them, else not at all. Says in the lower right corner of the area how
/// many found no room.
pub(super) fn draw_labels(
    canvas: &mut Canvas,
    labels: &[String],
    places: &[(usize, f64, f64)],
    area: Area,
) {
    let mark = |&(_, x, y): &(usize, f64, f64)| Rectangle::new(x - RADIUS, y, 2.0 * RADIUS, RADIUS);
    let marks = places.iter().map(mark).collect();
    let mut taken = Taken { marks, names: vec![], leaders: vec![] };
    let named: Vec<usize> =
        (0..places.len()).filter(|&own| !labels[places[own].0].is_empty()).collect();
    let mut placed: Vec<Option<Placed>> = places.iter().map(|_| None).collect();
    // Those that fit beside their points come first, so that no name from afar takes their room.
    for apart in [false, true] {
        for &own in &named {
            if placed[own].is_none()
                && let Some(found) = find(&taken, labels, places, own, &area, apart)
            {
                taken.names.push(found.rectangle);
                taken.leaders.extend(found.leader);
                placed[own] = Some(found);
            }
        }
    }
    for leader in &taken.leaders {
        canvas.line(leader[0], leader[1], LEADER, 0.8);
    }
    let style = TextStyle::new(theme::POINT_LABEL_SIZE, Anchor::Start, theme::TEXT);
    for (&(point, ..), found) in places.iter().zip(&placed) {
        if let Some(Placed { rectangle, .. }) = found {
            canvas.text(rectangle.left, rectangle.bottom - 2.5, &labels[point], style);
        }
    }
    let without = named.len() - taken.names.len();
    if without > 0 {
        let text = format!("no room for {without} of {} names", named.len());
        let style = TextStyle::new(10.0, Anchor::End, theme::MUTED);
        canvas.text(area.right - 4.0, area.bottom - 5.0, &text, style);
    }
}

fn find(
    taken: &Taken,
    labels: &[String],
    places: &[(usize, f64, f64)],
    own: usize,
    area: &Area,
    apart: bool,
) -> Option<Placed> {
    let (point, x, y) = places[own];
    let width = text_width(&labels[point], theme::POINT_LABEL_SIZE);
    if !apart {
        // A bare place first; then one with a little of a mark behind it.
        return [0.0, 0.25].into_iter().find_map(|share| {
            let mut rectangles = beside(width)
                .map(|(dx, dy)| Rectangle::new(x + dx, y + dy, width, HALF))
                .into_iter();
            let rectangle = rectangles.find(|place| taken.leaves_free(place, own, area, share))?;
            Some(Placed { rectangle, leader: None })
        });
    }
    around(width).find_map(|(across, down)| {
        let rectangle = Rectangle::new(x + across, y + down, width, HALF);
        let end =
            (x.clamp(rectangle.left, rectangle.right), y.clamp(rectangle.top, rectangle.bottom));
        // It begins at the edge of the mark.
        let (dx, dy) = (end.0 - x, end.1 - y);
        let share = RADIUS / dx.hypot(dy).max(RADIUS);
        let leader = [(x + share * dx, y + share * dy), end];
        let free = taken.leaves_free(&rectangle, own, area, 0.0)
            && taken.names.iter().all(|name| !crosses(name, &leader));
        free.then_some(Placed { rectangle, leader: Some(leader) })
    })
}

/// Offsets of a name's left edge and middle from its point, preferred first.
fn beside(width: f64) -> [(f64, f64); 12] {
    let gap = RADIUS + 3.0;
    [
        (gap, 0.0),
        (gap - 2.0, -9.0),
        (gap - 2.0, 9.0),
        (-width / 2.0, -13.0),
        (-width / 2.0, 13.0),
        (-width - gap, 0.0),
        (-width - gap + 2.0, -9.0),
        (-width - gap + 2.0, 9.0),
        (-width * 0.2, -13.0),
        (-width * 0.2, 13.0),
        (-width * 0.8, -13.0),
        (-width * 0.8, 13.0),
    ]
}

/// As [`beside`], on ellipses farther away.
fn around(width: f64) -> impl Iterator<Item = (f64, f64)> {
    [20.0, 28.0, 38.0, 50.0, 64.0].into_iter().flat_map(move |far| {
        (0..24).map(move |step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 24.0;
            let (across, up) = (angle.cos(), angle.sin());
            // The near edge of the name, or its middle above and below.
            (far * across + width * (across - 1.0) / 2.0, -far * up)
        })
    })
}
