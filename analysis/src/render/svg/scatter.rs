//! Scatter charts, with labels set so that they overlap little.

use super::{
    Anchor, Canvas, TextStyle,
    axes::{Area, LegendEntry, Ranges, Sample, draw_frame},
};
use crate::{
    Figure,
    figure::{
        scale::{extent, padded},
        scatter::ScatterChart,
        theme,
    },
    text::text_width,
};

const RADIUS: f64 = 5.0;
/// Beyond this many points, labels that find no free place are left to the tooltips.
const ALL_LABELS: usize = 150;

pub(super) fn draw(figure: &Figure, chart: &ScatterChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let legend: Vec<LegendEntry<'_>> = match &chart.groups {
        None => vec![],
        Some((names, _)) => names
            .iter()
            .enumerate()
            .map(|(group, name)| LegendEntry {
                name,
                colour: theme::series_colour(group),
                sample: Sample::Mark { shape: group },
            })
            .collect(),
    };
    let range = |values: &[f64]| around(extent(chart.drawn().map(|point| values[point])));
    let y = chart.y_range.unwrap_or_else(|| range(&chart.y));
    let ranges = Ranges { x: range(&chart.x), y, second: None };
    let frame = draw_frame(&mut canvas, figure, size, &ranges, "", &legend);
    let Area { left, top, right, bottom } = frame.area;
    canvas.open_clip(left, top, frame.area.width(), frame.area.height());
    let mut places = vec![];
    for point in chart.drawn() {
        let (x, y) = (frame.x.place(chart.x[point]), frame.y.place(chart.y[point]));
        let group = chart.group(point);
        let tip = chart.labels.as_ref().map_or("", |labels| &labels[point]);
        canvas.mark(group, x, y, RADIUS, theme::series_colour(group), tip);
        places.push((point, x, y));
    }
    canvas.close_clip();
    if let Some(labels) = &chart.labels {
        let inside = |&&(_, x, y): &&(usize, f64, f64)| {
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        };
        let visible: Vec<(usize, f64, f64)> = places.iter().filter(inside).copied().collect();
        draw_labels(&mut canvas, labels, &visible, frame.area);
    }
    canvas.finish(&figure.to_text())
}

/// Room of 8 % on all sides: points at the edge need their labels.
fn around(range: Option<(f64, f64)>) -> (f64, f64) {
    match range {
        Some((low, high)) if low < high => {
            let room = 0.08 * (high - low);
            (low - room, high + room)
        }
        single => padded(single),
    }
}

#[derive(Clone, Copy)]
struct Rectangle {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Rectangle {
    fn overlap(&self, other: &Rectangle) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    }

    fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }
}

/// Sets labels one after another at the one of twelve places around its point that covers least of
/// the marks, the labels set before, and the outside of the chart.
fn draw_labels(canvas: &mut Canvas, labels: &[String], places: &[(usize, f64, f64)], area: Area) {
    let marks: Vec<Rectangle> =
        places.iter().map(|&(_, x, y)| rectangle(x - RADIUS, y, 2.0 * RADIUS, RADIUS)).collect();
    let mut taken: Vec<Rectangle> = Vec::with_capacity(places.len());
    let inside =
        Rectangle { left: area.left, top: area.top, right: area.right, bottom: area.bottom };
    for (own, &(point, x, y)) in places.iter().enumerate() {
        let label = &labels[point];
        if label.is_empty() {
            continue;
        }
        let width = text_width(label, theme::POINT_LABEL_SIZE);
        let mut best: Option<(f64, Rectangle)> = None;
        for (rank, (dx, dy)) in candidates(width).into_iter().enumerate() {
            let place = rectangle(x + dx, y + dy, width, 6.0);
            let mut cost = 0.02 * rank as f64 * place.area();
            cost += taken.iter().map(|other| 2.0 * place.overlap(other)).sum::<f64>();
            cost += marks
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != own)
                .map(|(_, mark)| 1.5 * place.overlap(mark))
                .sum::<f64>();
            cost += 3.0 * (place.area() - place.overlap(&inside));
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
        }
        let Some((cost, place)) = best else { continue };
        if places.len() > ALL_LABELS && cost > 0.5 * place.area() {
            continue;
        }
        let style = TextStyle::new(theme::POINT_LABEL_SIZE, Anchor::Start, theme::TEXT);
        canvas.text(place.left, place.bottom - 2.5, label, style);
        taken.push(place);
    }
}

/// A rectangle from its left edge, vertical middle, width and half height.
fn rectangle(left: f64, middle: f64, width: f64, half: f64) -> Rectangle {
    Rectangle { left, top: middle - half, right: left + width, bottom: middle + half }
}

/// Offsets of a label's left edge and middle from its point, preferred first.
fn candidates(width: f64) -> [(f64, f64); 12] {
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
        (gap, -19.0),
        (gap, 19.0),
        (-width - gap, -19.0),
        (-width - gap, 19.0),
    ]
}
