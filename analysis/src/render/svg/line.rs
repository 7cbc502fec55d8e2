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
    let dash = |index: usize| match theme::series_dash(index) {
        "" if chart.series[index].second => SECOND_DASH,
        dash => dash,
    };
    let legend: Vec<LegendEntry<'_>> = chart
        .series
        .iter()
        .enumerate()
        .filter(|_| chart.series.len() > 1)
        .map(|(index, series)| LegendEntry {
            name: series.legend_name(),
            colour: theme::series_colour(index),
            sample: Sample::Line { dash: dash(index) },
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
                canvas.polyline(&points, colour, 2.2, dash(index));
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
    let mut y = chart.y_range.unwrap_or_else(|| range(false));
    let has_second = chart.series.iter().any(|series| series.second);
    let mut second = has_second.then(|| range(true));
    if let (Some(second), false) = (&mut second, figure.log.y) {
        let aligned = with_zero_at_one_height(y, *second);
        if chart.y_range.is_none_or(|fixed| fixed == aligned.0) {
            (y, *second) = aligned;
        }
    }
    let mut of_second = (0..chart.series.len()).filter(|&index| chart.series[index].second);
    let second_colour = match (of_second.next(), of_second.next()) {
        (Some(only), None) => theme::series_colour(only),
        _ => theme::AXIS,
    };
    Ranges { x, y, second, categories: None, covered: false, second_colour }
}

/// Two ranges widened at their lower ends so that 0 is at the same height in both, where it is in
/// both.
fn with_zero_at_one_height(a: (f64, f64), b: (f64, f64)) -> ((f64, f64), (f64, f64)) {
    let with_zero = |(low, high): (f64, f64)| low <= 0.0 && high > 0.0;
    if !(with_zero(a) && with_zero(b)) {
        return (a, b);
    }
    let below = f64::max(-a.0 / a.1, -b.0 / b.1);
    ((-below * a.1, a.1), (-below * b.1, b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_stand_at_one_height() {
        let (a, b) = with_zero_at_one_height((-0.1, 1.0), (0.0, 200.0));
        assert_eq!((a, b), ((-0.1, 1.0), (-20.0, 200.0)));
        // A range without 0 is left alone.
        let apart = ((2.0, 3.0), (-1.0, 1.0));
        assert_eq!(with_zero_at_one_height(apart.0, apart.1), apart);
    }
}
