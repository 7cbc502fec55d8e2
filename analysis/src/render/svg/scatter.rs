//! Scatter charts, with labels set so that they overlap little.

use super::{
    Anchor, Canvas, TextStyle,
    axes::{Area, LegendEntry, Ranges, Sample, draw_frame},
};
use crate::{
    Figure,
    figure::{
        scale::{axis_range, can_place, extent, padded},
        scatter::{Groups, ScatterChart},
        theme,
    },
    text::text_width,
};

pub(super) const RADIUS: f64 = 5.0;
/// Beyond this many points, labels that find no free place are left to the tooltips.
const ALL_LABELS: usize = 150;

pub(super) fn draw(figure: &Figure, chart: &ScatterChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let legend: Vec<LegendEntry<'_>> = match &chart.groups {
        None => vec![],
        Some(groups) => legend_of(groups),
    };
    let placed = |values: &[f64]| -> Vec<f64> {
        chart.drawn(figure.log).map(|point| values[point]).collect()
    };
    let range = |values: Vec<f64>, logarithmic: bool| match logarithmic {
        true => axis_range(values, true),
        false => around(extent(values)),
    };
    let mut heights = placed(&chart.y);
    if let Some(interval) = &chart.interval {
        heights.extend(placed(&interval.low));
        heights.extend(placed(&interval.high));
    }
    let y = chart.y_range.unwrap_or_else(|| range(heights, figure.log.y));
    let x = range(placed(&chart.x), figure.log.x);
    let ranges = Ranges { x, y, second: None, categories: None, covered: false };
    let frame = draw_frame(&mut canvas, figure, size, &ranges, "", &legend);
    let Area { left, top, right, bottom } = frame.area;
    canvas.open_clip(left, top, frame.area.width(), frame.area.height());
    let mut places = vec![];
    for point in chart.drawn(figure.log) {
        let (x, y) = (frame.x.place(chart.x[point]), frame.y.place(chart.y[point]));
        let group = chart.group(point);
        if let Some(interval) = &chart.interval {
            let end = |value: f64| match can_place(figure.log.y, value) {
                true => frame.y.place(value),
                false => y,
            };
            let ends = (end(interval.low[point]), end(interval.high[point]));
            canvas.whisker(x, ends, 4.0, theme::series_colour(group));
        }
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

/// One entry for each group.
pub(super) fn legend_of(groups: &Groups) -> Vec<LegendEntry<'_>> {
    groups
        .names
        .iter()
        .enumerate()
        .map(|(group, name)| LegendEntry {
            name,
            colour: theme::series_colour(group),
            sample: Sample::Mark { shape: group },
        })
        .collect()
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
pub(super) fn draw_labels(
    canvas: &mut Canvas,
    labels: &[String],
    places: &[(usize, f64, f64)],
    area: Area,
) {
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
