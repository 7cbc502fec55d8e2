//! Bar charts and histograms.

use super::{
    Canvas,
    axes::{Frame, LegendEntry, Ranges, Sample, draw_frame},
    number,
};
use crate::{
    Figure,
    figure::{
        bar::{BarChart, BarSeries},
        histogram::Histogram,
        scale::{axis_range, can_place},
        theme,
    },
    text::{escape_xml, number_or_missing},
};

/// Share of a category's room that its bars take.
const FILLED: f64 = 0.76;

pub(super) fn draw(figure: &Figure, chart: &BarChart) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let names = chart.series.iter().map(|series| series.name.as_str());
    let legend = legend(names, chart.series.len());
    let heights = chart.series.iter().flat_map(BarSeries::heights);
    let y = chart.y_range.unwrap_or_else(|| match figure.log.y {
        true => axis_range(heights, true),
        // Bars are read by their length, so 0 is always there.
        false => axis_range(heights.chain([0.0]), false),
    });
    let x = (-0.5, chart.categories.len() as f64 - 0.5);
    let ranges = Ranges {
        x,
        y,
        second: None,
        categories: Some(&chart.categories),
        covered: false,
        second_colour: theme::AXIS,
    };
    let frame = draw_frame(&mut canvas, figure, size, &ranges, "", &legend);
    let area = frame.area;
    canvas.open_clip(area.left, area.top, area.width(), area.height());
    let room = area.width() / chart.categories.len() as f64;
    let width = room * FILLED / chart.series.len() as f64;
    for (index, series) in chart.series.iter().enumerate() {
        let shift = (index as f64 - (chart.series.len() - 1) as f64 / 2.0) * width;
        for (category, &value) in series.values.iter().enumerate() {
            if !can_place(figure.log.y, value) {
                continue;
            }
            let middle = frame.x.place(category as f64) + shift;
            let tip = format!(
                "{}, {}: {}",
                chart.categories[category],
                series.name,
                number_or_missing(value)
            );
            let thickness = (width - 2.0).max(0.5);
            let span = (middle - thickness / 2.0, thickness);
            bar(&mut canvas, &frame, span, value, index, &tip);
            if let Some(interval) = &series.interval {
                let end = |value: f64| match can_place(figure.log.y, value) {
                    true => frame.y.place(value),
                    false => frame.y.place(series.values[category]),
                };
                let ends = (end(interval.low[category]), end(interval.high[category]));
                canvas.whisker(middle, ends, (width * 0.2).clamp(2.0, 6.0), theme::TEXT);
            }
        }
    }
    canvas.close_clip();
    if y.0 < 0.0 {
        let zero = frame.y.place(0.0);
        canvas.line((area.left, zero), (area.right, zero), theme::AXIS, 1.0);
    }
    canvas.finish(&figure.to_text())
}

pub(super) fn draw_histogram(figure: &Figure, chart: &Histogram) -> String {
    let size = figure.size.unwrap_or((theme::WIDTH, theme::HEIGHT));
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let names = chart.series.iter().map(|series| series.name.as_str());
    let legend = legend(names, chart.series.len());
    let counts = || chart.series.iter().flat_map(|series| series.counts.iter().map(|&c| c as f64));
    let highest = counts().fold(0.0, f64::max);
    let y = match figure.log.y {
        true => (0.7, highest * 1.2),
        false => (0.0, 1.05 * highest.max(1.0)),
    };
    let edges = &chart.edges;
    let x = (edges[0], edges[edges.len() - 1]);
    let ranges =
        Ranges { x, y, second: None, categories: None, covered: false, second_colour: theme::AXIS };
    let frame = draw_frame(&mut canvas, figure, size, &ranges, "", &legend);
    let several = chart.series.len() > 1;
    let opacity = number(if several { 2.0 * theme::BAND_OPACITY } else { 1.0 });
    for (index, series) in chart.series.iter().enumerate() {
        canvas.open_group(&format!("fill-opacity=\"{opacity}\""));
        for (bin, &count) in series.counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            let (left, right) = (frame.x.place(edges[bin]), frame.x.place(edges[bin + 1]));
            let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
            let tip = format!(
                "{} to {}: {count}",
                number_or_missing(edges[bin]),
                number_or_missing(edges[bin + 1])
            );
            let span = (left + gap / 2.0, right - left - gap);
            bar(&mut canvas, &frame, span, count as f64, index, &tip);
        }
        canvas.close_group();
        if several {
            let mut outline = vec![(frame.x.place(edges[0]), frame.area.bottom)];
            for (bin, &count) in series.counts.iter().enumerate() {
                let y = if count > 0 { frame.y.place(count as f64) } else { frame.area.bottom };
                outline.push((frame.x.place(edges[bin]), y));
                outline.push((frame.x.place(edges[bin + 1]), y));
            }
            outline.push((frame.x.place(edges[edges.len() - 1]), frame.area.bottom));
            let dash = theme::series_dash(index);
            canvas.polyline(&outline, theme::series_colour(index), 1.4, dash);
        }
    }
    canvas.finish(&figure.to_text())
}

/// A legend where there is something to tell apart.
fn legend<'a>(names: impl Iterator<Item = &'a str>, count: usize) -> Vec<LegendEntry<'a>> {
    let entry = |(index, name): (usize, &'a str)| LegendEntry {
        name: name.into(),
        colour: theme::series_colour(index),
        sample: Sample::Box { hatch: theme::series_hatch(index) },
    };
    names.enumerate().filter(|_| count > 1).map(entry).collect()
}

/// A bar of a series from (left, width), from 0 or the axis' end to a value.
fn bar(
    canvas: &mut Canvas,
    frame: &Frame,
    (left, width): (f64, f64),
    value: f64,
    series: usize,
    tip: &str,
) {
    let (low, high) = frame.y.data();
    let base = frame.y.place(0f64.clamp(low, high));
    let end = frame.y.place(value);
    let top = base.min(end);
    let (x, y) = (number(left), number(top));
    let height = (base - end).abs();
    let (tip, colour) = (escape_xml(tip), theme::series_colour(series));
    canvas.push(format_args!(
        r#"<rect class="bar" x="{x}" y="{y}" width="{}" height="{}" fill="{colour}"><title>{tip}</title></rect>"#,
        number(width),
        number(height)
    ));
    canvas.hatch(theme::series_hatch(series), (left, top), (width, height));
}
