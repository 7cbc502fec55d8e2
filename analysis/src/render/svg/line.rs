//! Line charts.

use super::{
    Canvas,
    axes::{Area, LegendEntry, Ranges, Sample, draw_frame},
};
use crate::{
    Figure,
    figure::{
        line::{LineChart, Point, Series},
        scale::{axis_range, can_place, extent},
        theme,
    },
};

/// Up to this many points a series shows each as a dot.
const MOST_DOTS: usize = 40;
const SECOND_DASH: &str = "6 4";

pub(super) fn draw(figure: &Figure, chart: &LineChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let dash = |series: &Series| if series.second { SECOND_DASH } else { "" };
    let legend: Vec<LegendEntry<'_>> = chart
        .series
        .iter()
        .enumerate()
        .filter(|_| chart.series.len() > 1)
        .map(|(index, series)| LegendEntry {
            name: &series.name,
            colour: theme::series_colour(index),
            sample: Sample::Line { dash: dash(series) },
        })
        .collect();
    let ranges = ranges(figure, chart);
    let frame = draw_frame(&mut canvas, figure, size, &ranges, &chart.second_label, &legend);
    // Room for half a line's width and for dots at the ends.
    let Area { left, top, .. } = frame.area;
    canvas.open_clip(left - 5.0, top - 5.0, frame.area.width() + 10.0, frame.area.height() + 10.0);
    let scale = |series: &Series| match (series.second, frame.second) {
        (true, Some(second)) => second,
        _ => frame.y,
    };
    let segments: Vec<_> = chart.series.iter().map(|series| series.segments(figure.log)).collect();
    for (index, series) in chart.series.iter().enumerate().filter(|(_, s)| s.interval.is_some()) {
        let (y, colour) = (scale(series), theme::series_colour(index));
        for segment in &segments[index] {
            let end = |point: &Point, value: f64| (frame.x.place(point.x), y.place(value));
            if let [only] = segment.as_slice() {
                let (low, high) = (end(only, only.low), end(only, only.high));
                canvas.whisker(low.0, (low.1, high.1), 3.0, colour);
                continue;
            }
            let above = segment.iter().map(|point| end(point, point.high));
            let below = segment.iter().rev().map(|point| end(point, point.low));
            let corners: Vec<(f64, f64)> = above.chain(below).collect();
            canvas.area(&corners, colour, theme::BAND_OPACITY);
        }
    }
    for (index, series) in chart.series.iter().enumerate() {
        let (y, colour) = (scale(series), theme::series_colour(index));
        let dots = series.x.len() <= MOST_DOTS;
        for segment in &segments[index] {
            let points: Vec<(f64, f64)> =
                segment.iter().map(|point| (frame.x.place(point.x), y.place(point.y))).collect();
            if points.len() > 1 {
                canvas.polyline(&points, colour, 2.2, dash(series));
            }
            if dots || points.len() == 1 {
                for (x, y) in points {
                    canvas.mark(0, x, y, 3.4, colour, "");
                }
            }
        }
    }
    canvas.close_clip();
    canvas.finish(&figure.to_text())
}

fn ranges(figure: &Figure, chart: &LineChart) -> Ranges<'static> {
    let range = |second: bool| {
        let series = chart.series.iter().filter(move |series| series.second == second);
        let logarithmic = if second { figure.log.second } else { figure.log.y };
        axis_range(series.flat_map(Series::heights), logarithmic)
    };
    let xs = || {
        let all = chart.series.iter().flat_map(|series| series.x.iter().copied());
        all.filter(|&x| can_place(figure.log.x, x))
    };
    let x = match extent(xs()) {
        Some((low, high)) if low < high => (low, high),
        _ => axis_range(xs(), figure.log.x),
    };
    Ranges {
        x,
        y: chart.y_range.unwrap_or_else(|| range(false)),
        second: chart.series.iter().any(|series| series.second).then(|| range(true)),
        categories: None,
        covered: false,
    }
}
