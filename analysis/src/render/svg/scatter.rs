//! Scatter charts.

use super::{
    Canvas,
    axes::{Area, LegendEntry, Ranges, Sample, draw_frame},
    colour_bar::draw_colour_bar,
    names::draw_labels,
};
use crate::{
    Figure,
    figure::{
        colouring::Colouring,
        scale::{axis_range, can_place, extent, padded},
        scatter::ScatterChart,
        theme,
    },
};

pub(super) const RADIUS: f64 = 5.0;
/// Room for a bar of colours.
pub(super) const BAR_ROOM: f64 = 84.0;

pub(super) fn draw(figure: &Figure, chart: &ScatterChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let legend = legend_of(&chart.colouring);
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
    let ranges =
        Ranges { x, y, second: None, categories: None, covered: false, second_colour: theme::AXIS };
    let room = if chart.colouring.values().is_some() { BAR_ROOM } else { 0.0 };
    let inner = (size.0 - room, size.1);
    let frame = draw_frame(&mut canvas, figure, inner, &ranges, "", &legend);
    let Area { left, top, right, bottom } = frame.area;
    canvas.open_clip(left, top, frame.area.width(), frame.area.height());
    let mut places = vec![];
    for point in chart.drawn(figure.log) {
        let (x, y) = (frame.x.place(chart.x[point]), frame.y.place(chart.y[point]));
        let (group, colour) = (chart.colouring.group(point), chart.colouring.of_point(point));
        if let Some(interval) = &chart.interval {
            let end = |value: f64| match can_place(figure.log.y, value) {
                true => frame.y.place(value),
                false => y,
            };
            let ends = (end(interval.low[point]), end(interval.high[point]));
            canvas.whisker(x, ends, 4.0, &colour);
        }
        let tip = chart.labels.as_ref().map_or("", |labels| &labels[point]);
        canvas.mark(group, x, y, RADIUS, &colour, tip);
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
    draw_bar(&mut canvas, &chart.colouring, (right + 20.0, top, frame.area.height()));
    canvas.finish(&figure.to_text())
}

/// One entry for each group.
pub(super) fn legend_of(colouring: &Colouring) -> Vec<LegendEntry<'_>> {
    let names = colouring.groups().map_or(&[][..], |groups| groups.names.as_slice());
    let entry = |(group, name): (usize, &'_ String)| LegendEntry {
        name: name.clone().into(),
        colour: theme::series_colour(group),
        sample: Sample::Mark { shape: group },
    };
    names.iter().enumerate().map(entry).collect()
}

/// The bar that explains colours on a scale, at (left, top, height).
pub(super) fn draw_bar(canvas: &mut Canvas, colouring: &Colouring, place: (f64, f64, f64)) {
    if let Some(values) = colouring.values() {
        let beyond = values.scale.beyond(&values.of_point);
        draw_colour_bar(canvas, &values.scale, &values.name, beyond, place);
    }
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
