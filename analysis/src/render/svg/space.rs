//! Scatter charts in three dimensions, seen from above at one corner.

use super::{
    Anchor, Canvas, TextStyle,
    axes::{Area, draw_legend},
    names::draw_labels,
    scatter::{BAR_ROOM, RADIUS, draw_bar, legend_of},
};
use crate::{
    Figure,
    figure::{
        scale::{extent, padded},
        space::SpaceChart,
        theme,
        ticks::Ticks,
    },
};

/// Degrees by which the box is turned about its vertical axis, and seen from above.
const TURN: f64 = -38.0;
const TILT: f64 = 24.0;
/// Nearer things are larger by up to this share.
const PERSPECTIVE: f64 = 0.16;
const DROP: &str = "#C8C8C8";

/// From the unit cube, about 0, to the canvas.
struct View {
    centre: (f64, f64),
    size: f64,
}

impl View {
    /// The place of a point of the cube, and how near it is.
    fn place(&self, point: [f64; 3]) -> ((f64, f64), f64) {
        let (turn, tilt) = (TURN.to_radians(), TILT.to_radians());
        let [x, y, z] = point;
        let across = x * turn.cos() - y * turn.sin();
        let depth = x * turn.sin() + y * turn.cos();
        let up = z * tilt.cos() + depth * tilt.sin();
        let near = z * tilt.sin() - depth * tilt.cos();
        let scale = self.size * (1.0 + PERSPECTIVE * near);
        ((self.centre.0 + across * scale, self.centre.1 - up * scale), near)
    }
}

pub(super) fn draw(figure: &Figure, chart: &SpaceChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT + 80.0));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let legend = legend_of(&chart.colouring);
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let top = title + draw_legend(&mut canvas, &legend, (40.0, title), size.0 - 80.0);
    let bar_room = if chart.colouring.values().is_some() { BAR_ROOM } else { 0.0 };
    let view = View {
        centre: ((size.0 - bar_room) / 2.0, top + (size.1 - top) * 0.48),
        size: ((size.1 - top) * 0.60).min(size.0 * 0.52),
    };
    let ranges: Vec<(f64, f64)> = (0..3)
        .map(|axis| padded(extent(chart.drawn().map(|point| chart.points[point][axis]))))
        .collect();
    let unit = |axis: usize, value: f64| {
        let (low, high) = ranges[axis];
        (value - low) / (high - low) - 0.5
    };
    draw_box(&mut canvas, chart, &view, &ranges);

    let mut order: Vec<usize> = chart.drawn().collect();
    let cube =
        |point: usize| -> [f64; 3] { [0, 1, 2].map(|axis| unit(axis, chart.points[point][axis])) };
    order.sort_by(|&a, &b| view.place(cube(a)).1.total_cmp(&view.place(cube(b)).1));
    for &point in &order {
        let [x, y, z] = cube(point);
        let (foot, _) = view.place([x, y, -0.5]);
        let (head, _) = view.place([x, y, z]);
        canvas.line(foot, head, DROP, 1.0);
    }
    let mut places = vec![];
    for &point in &order {
        let ((x, y), near) = view.place(cube(point));
        let (group, colour) = (chart.colouring.group(point), chart.colouring.of_point(point));
        let tip = chart.labels.as_ref().map_or("", |labels| &labels[point]);
        let radius = RADIUS * (1.0 + 0.35 * near);
        canvas.mark(group, x, y, radius, &colour, tip);
        places.push((point, x, y));
    }
    if let Some(labels) = &chart.labels {
        places.sort_by_key(|place| place.0);
        let area = Area { left: 4.0, right: size.0 - bar_room - 4.0, top, bottom: size.1 - 4.0 };
        draw_labels(&mut canvas, labels, &places, area);
    }
    draw_bar(&mut canvas, &chart.colouring, (size.0 - bar_room, top + 20.0, size.1 - top - 80.0));
    canvas.finish(&figure.to_text())
}

/// The floor and the two walls behind, with their ticks.
fn draw_box(canvas: &mut Canvas, chart: &SpaceChart, view: &View, ranges: &[(f64, f64)]) {
    let at = |point: [f64; 3]| view.place(point).0;
    let mut line = |from: [f64; 3], to: [f64; 3], colour: &str| {
        canvas.line(at(from), at(to), colour, 1.0);
    };
    let ticks: Vec<Vec<(f64, String)>> = ranges
        .iter()
        .map(|&(low, high)| {
            let places = Ticks::within(low, high, 4);
            places.labelled().map(|(v, text)| ((v - low) / (high - low) - 0.5, text)).collect()
        })
        .collect();
    // Seen from the corner (+x, −y): the walls behind are at x = −0.5 and y = 0.5.
    for (x, _) in &ticks[0] {
        line([*x, -0.5, -0.5], [*x, 0.5, -0.5], theme::GRID);
        line([*x, 0.5, -0.5], [*x, 0.5, 0.5], theme::GRID);
    }
    for (y, _) in &ticks[1] {
        line([-0.5, *y, -0.5], [0.5, *y, -0.5], theme::GRID);
        line([-0.5, *y, -0.5], [-0.5, *y, 0.5], theme::GRID);
    }
    for (z, _) in &ticks[2] {
        line([-0.5, -0.5, *z], [-0.5, 0.5, *z], theme::GRID);
        line([-0.5, 0.5, *z], [0.5, 0.5, *z], theme::GRID);
    }
    let corners: [([f64; 3], [f64; 3]); 9] = [
        ([-0.5, -0.5, -0.5], [0.5, -0.5, -0.5]),
        ([0.5, -0.5, -0.5], [0.5, 0.5, -0.5]),
        ([0.5, 0.5, -0.5], [-0.5, 0.5, -0.5]),
        ([-0.5, 0.5, -0.5], [-0.5, -0.5, -0.5]),
        ([-0.5, -0.5, -0.5], [-0.5, -0.5, 0.5]),
        ([-0.5, 0.5, -0.5], [-0.5, 0.5, 0.5]),
        ([0.5, 0.5, -0.5], [0.5, 0.5, 0.5]),
        ([-0.5, -0.5, 0.5], [-0.5, 0.5, 0.5]),
        ([-0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
    ];
    for (from, to) in corners {
        line(from, to, theme::AXIS);
    }
    let tick = TextStyle::new(theme::TICK_SIZE - 1.0, Anchor::Middle, theme::MUTED);
    let name = TextStyle::new(theme::LABEL_SIZE, Anchor::Middle, theme::TEXT);
    for (x, text) in &ticks[0] {
        let (px, py) = at([*x, -0.56, -0.5]);
        canvas.text(px, py + 10.0, text, tick);
    }
    let (px, py) = at([0.0, -0.68, -0.5]);
    canvas.text(px, py + 18.0, &chart.axes[0], name);
    for (y, text) in &ticks[1] {
        let (px, py) = at([0.56, *y, -0.5]);
        canvas.text(px + 6.0, py + 8.0, text, tick);
    }
    let (px, py) = at([0.68, 0.0, -0.5]);
    canvas.text(px + 16.0, py + 14.0, &chart.axes[1], name);
    for (z, text) in &ticks[2] {
        let (px, py) = at([-0.5, -0.5, *z]);
        canvas.text(px - 8.0, py + 4.0, text, TextStyle { anchor: Anchor::End, ..tick });
    }
    let (px, py) = at([-0.5, -0.5, 0.0]);
    canvas.text(px - 44.0, py, &chart.axes[2], name.rotated(-90.0));
}
