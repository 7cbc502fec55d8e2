//! The view as SVG: plates in oblique projection, arrows, a scale of colours.

use std::fmt::Write;

use analysis::figure::scale::ColourScale;

use super::{Arrow, NetView, Plate};
use etable::markup::escaped as escape;

/// Pixels per unit from left to right.
const UNIT: f64 = 11.0;
/// How far a unit to the back leads right and up, as shares of [`UNIT`].
const BACK: (f64, f64) = (0.45, 0.42);
/// Pixels between a plate and what stands on the storey above.
const GAP: f64 = 46.0;
const MARGIN: f64 = 16.0;
const LETTER: f64 = 7.0;
/// Without a value.
const GREY: &str = "#bdbdbd";
const INK: &str = "#333333";
/// Around the unit whose weights are shown.
const MARK: &str = "#000000";
/// Steps of the scale of colours.
const STEPS: usize = 32;

/// The drawing under way.
pub(super) struct Drawing {
    body: String,
    /// The heights of the storeys that there are, in pixels above the lowest.
    storeys: Vec<(f64, f64)>,
    origin: (f64, f64),
    size: (f64, f64),
}

impl Drawing {
    pub fn new(view: &NetView) -> Self {
        let mut levels: Vec<f64> =
            view.plates.iter().map(|plate| f64::from(plate.position.z)).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        let mut storeys = Vec::new();
        let mut height = 0.0;
        for level in levels {
            storeys.push((level, height));
            let on_it = view.plates.iter().filter(|plate| f64::from(plate.position.z) == level);
            let backs = on_it.clone().map(|plate| plate.at(0.0, 1.0)[1]).fold(f64::MIN, f64::max);
            let fronts = on_it.map(|plate| plate.at(0.0, 0.0)[1]).fold(f64::MAX, f64::min);
            height += (backs - fronts) * UNIT * BACK.1 + GAP;
        }
        let mut drawing =
            Self { body: String::new(), storeys, origin: (0.0, 0.0), size: (0.0, 0.0) };
        if view.plates.is_empty() {
            drawing.size = (240.0, 90.0);
            return drawing;
        }
        let corners = view.plates.iter().flat_map(|plate| {
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| plate.at(x, y))
        });
        let places: Vec<_> = corners.map(|corner| drawing.place(corner)).collect();
        let least = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::MAX, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::MIN, f64::max);
        let names = view.plates.iter().map(|plate| plate.name.chars().count()).max().unwrap_or(0);
        let left = least(|place| place.0) - names as f64 * LETTER - 2.0 * MARGIN;
        let top = least(|place| place.1) - 44.0;
        drawing.origin = (-left, -top);
        // The title, and the scale of colours to its right.
        let header = view.title.chars().count() as f64 * 1.25 * LETTER + 80.0 + MARGIN;
        drawing.size = (
            (most(|place| place.0) - left + MARGIN + 60.0).max(header),
            most(|place| place.1) - top + MARGIN + LETTER,
        );
        drawing
    }

    /// Where a point is seen.
    fn place(&self, [x, y, z]: [f64; 3]) -> (f64, f64) {
        let storey = self.storeys.iter().find(|storey| storey.0 == z);
        let height = storey.map_or(0.0, |storey| storey.1);
        (self.origin.0 + UNIT * (x + BACK.0 * y), self.origin.1 - UNIT * BACK.1 * y - height)
    }

    /// `is_first` on its storey, from the left.
    fn plate(&mut self, plate: &Plate, scale: &ColourScale, is_first: bool) {
        let (columns, rows) = plate.grid;
        // A little of the plate shows between pools.
        let edge = |at: usize, pool: usize, count: usize, low: bool| {
            let inset = if count == 0 { 0.0 } else { 0.12 };
            let at_pool = at.is_multiple_of(pool.max(1));
            let shift = if low { inset } else { -inset };
            (at as f64 + if at_pool { shift } else { shift / 3.0 }) / count.max(1) as f64
        };
        let name = escape(&plate.name);
        let _ = write!(self.body, "<g><title>{name}</title>");
        self.polygon(plate, (0.0, 1.0), (0.0, 1.0), "#e8e8e8", "#9a9a9a");
        for row in (0..rows).rev() {
            for column in 0..columns {
                let value = f64::from(plate.values[row * columns + column]);
                let colour = if value.is_nan() { GREY.to_owned() } else { scale.colour(value) };
                let x = (
                    edge(column, plate.pool.0, columns, true),
                    edge(column + 1, plate.pool.0, columns, false),
                );
                let y =
                    (edge(row, plate.pool.1, rows, true), edge(row + 1, plate.pool.1, rows, false));
                let is_marked = plate.marked == Some(row * columns + column);
                self.polygon(plate, x, y, &colour, if is_marked { MARK } else { "none" });
            }
        }
        self.body.push_str("</g>");
        // Beside the first plate of a storey; where others have their neighbour, below.
        let (x, y) = self.place(plate.at(0.0, 0.0));
        let (x, y, anchor) =
            if is_first { (x - 8.0, y - 1.0, "end") } else { (x, y + 15.0, "start") };
        let _ = write!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"13\" \
             fill=\"{INK}\">{name}</text>"
        );
    }

    fn polygon(&mut self, plate: &Plate, x: (f64, f64), y: (f64, f64), fill: &str, stroke: &str) {
        self.body.push_str("<polygon points=\"");
        for (x, y) in [(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)] {
            let (x, y) = self.place(plate.at(x, y));
            let _ = write!(self.body, "{x:.1},{y:.1} ");
        }
        let _ = write!(self.body, "\" fill=\"{fill}\" stroke=\"{stroke}\"/>");
    }

    /// The arrows between a plate and those below it, seen before the plate.
    fn arrows_below(&mut self, view: &NetView, index: usize) {
        let upper = &view.plates[index];
        for arrow in &view.arrows {
            let (other, is_up) = match *arrow {
                Arrow { from, to } if to == index => (from, true),
                Arrow { from, to } if from == index => (to, false),
                _ => continue,
            };
            let lower = &view.plates[other];
            if lower.position.z >= upper.position.z {
                continue;
            }
            // Forward on the left, back on the right; between the plates, where no units are.
            let shift = if is_up { -7.0 } else { 7.0 };
            let (x, y) = self.place(lower.at(0.5, 1.0));
            let low = (x + shift, y - 3.0);
            let (x, y) = self.place(upper.at(0.5, 0.0));
            let high = (x + shift, y + 3.0);
            let (start, end) = if is_up { (low, high) } else { (high, low) };
            self.arrow(start, end);
        }
    }

    /// The arrows between plates of one storey.
    fn arrows_beside(&mut self, view: &NetView) {
        for Arrow { from, to } in &view.arrows {
            let (from, to) = (&view.plates[*from], &view.plates[*to]);
            let (left, right) = (from.position.x, to.position.x);
            if from.position.z != to.position.z || left == right {
                continue;
            }
            let is_right = left < right;
            let (start, end, shift) = if is_right { (1.0, 0.0, -4.0) } else { (0.0, 1.0, 4.0) };
            let (start, end) = (self.place(from.at(start, 0.5)), self.place(to.at(end, 0.5)));
            self.arrow((start.0, start.1 + shift), (end.0, end.1 + shift));
        }
    }

    fn arrow(&mut self, start: (f64, f64), end: (f64, f64)) {
        let (dx, dy) = (end.0 - start.0, end.1 - start.1);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let neck = (end.0 - 8.0 * ux, end.1 - 8.0 * uy);
        let _ = write!(
            self.body,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#6b6b6b\" stroke-width=\"1.4\" fill=\"none\"/>\
             <polygon points=\"{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}\" fill=\"#6b6b6b\"/>",
            start.0,
            start.1,
            neck.0,
            neck.1,
            end.0,
            end.1,
            neck.0 - 4.0 * uy,
            neck.1 + 4.0 * ux,
            neck.0 + 4.0 * uy,
            neck.1 - 4.0 * ux
        );
    }

    /// The scale of the colours, in the upper right corner.
    fn legend(&mut self, scale: &ColourScale) {
        let (x, y, height) = (self.size.0 - 58.0, 12.0, 64.0);
        // Rectangles: a gradient would need an id, which two drawings on a page would share.
        let (low, high) = scale.range();
        let step = height / STEPS as f64;
        self.body.push_str("<g shape-rendering=\"crispEdges\">");
        for index in 0..STEPS {
            let value = high - (index as f64 + 0.5) / STEPS as f64 * (high - low);
            let _ = write!(
                self.body,
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"10\" height=\"{:.1}\" fill=\"{}\"/>",
                y + index as f64 * step,
                step + 0.4,
                scale.colour(value)
            );
        }
        self.body.push_str("</g>");
        for (value, at) in [(high, y + 9.0), (low, y + height)] {
            let _ = write!(
                self.body,
                "<text x=\"{:.1}\" y=\"{at:.1}\" font-size=\"11\" fill=\"{INK}\">{}</text>",
                x + 15.0,
                short(value)
            );
        }
    }

    /// Draws everything, from below and from the back.
    pub fn finish(mut self, view: &NetView) -> String {
        let mut order: Vec<usize> = (0..view.plates.len()).collect();
        let place = |index: &usize| view.plates[*index].position;
        order.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            a.z.total_cmp(&b.z).then(b.y.total_cmp(&a.y)).then(a.x.total_cmp(&b.x))
        });
        for index in order {
            self.arrows_below(view, index);
            let at = place(&index);
            let is_first = (0..view.plates.len())
                .map(|other| place(&other))
                .all(|other| other.z != at.z || other.x >= at.x);
            self.plate(&view.plates[index], &view.scale, is_first);
        }
        self.arrows_beside(view);
        self.legend(&view.scale);
        let (width, height) = self.size;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" role=\"img\">\
             <title>{title}</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\
             <text x=\"{MARGIN}\" y=\"24\" font-size=\"14\" font-weight=\"bold\" fill=\"{INK}\">{title}</text>\
             {}</svg>",
            self.body,
            title = escape(&view.title)
        )
    }
}

/// A number for the legend.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
