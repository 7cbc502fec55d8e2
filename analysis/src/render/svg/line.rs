//! Line charts.

use super::{
    Canvas,
    axes::{Area, LegendEntry, Ranges, Sample, draw_frame},
};
use crate::{
    Figure,
    figure::{
        line::{LineChart, Series},
        scale::{extent, padded},
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
    let ranges = ranges(chart);
    let frame = draw_frame(&mut canvas, figure, size, &ranges, &chart.second_label, &legend);
    // Room for half a line's width and for dots at the ends.
    let Area { left, top, .. } = frame.area;
    canvas.open_clip(left - 5.0, top - 5.0, frame.area.width() + 10.0, frame.area.height() + 10.0);
    for (index, series) in chart.series.iter().enumerate() {
        let y = match (series.second, frame.second) {
            (true, Some(second)) => second,
            _ => frame.y,
        };
        let colour = theme::series_colour(index);
        let dots = chart.x.len() <= MOST_DOTS;
        for segment in chart.segments(series) {
            let points: Vec<(f64, f64)> = segment
                .iter()
                .map(|&(x_value, y_value)| (frame.x.place(x_value), y.place(y_value)))
                .collect();
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

fn ranges(chart: &LineChart) -> Ranges {
    let range = |second: bool| {
        let series = chart.series.iter().filter(move |series| series.second == second);
        padded(extent(series.flat_map(|series| series.y.iter().copied())))
    };
    let x = match extent(chart.x.iter().copied()) {
        Some((low, high)) if low < high => (low, high),
        single => padded(single),
    };
    Ranges {
        x,
        y: chart.y_range.unwrap_or_else(|| range(false)),
        second: chart.series.iter().any(|series| series.second).then(|| range(true)),
    }
}
