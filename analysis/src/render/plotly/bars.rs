//! Bars.

use plotly::{
    Bar, Layout, Plot,
    common::{Line, Marker, Pattern, PatternFillMode, PatternShape},
    layout::{AxisType, BarMode, HoverMode},
};

use super::{above, axis, charts::whiskers, literal, number_axis};
use crate::{
    Figure,
    figure::{
        bar::BarChart,
        histogram::Histogram,
        theme::{self, Hatch},
    },
};

pub(super) fn bars(plot: &mut Plot, figure: &Figure, chart: &BarChart, layout: Layout) -> Layout {
    // Places, not names: categories of equal name would fall together.
    let places: Vec<usize> = (0..chart.categories.len()).collect();
    for (index, series) in chart.series.iter().enumerate() {
        let values: Vec<Option<f64>> =
            series.values.iter().map(|&value| value.is_finite().then_some(value)).collect();
        let mut trace = Bar::new(places.clone(), values)
            .name(literal(&series.name))
            .marker(hatched(Marker::new().color(theme::series_colour(index)), index));
        if let Some(interval) = &series.interval {
            trace = trace.error_y(whiskers(&series.values, interval, &places));
        }
        plot.add_trace(trace);
    }
    let x_axis = axis(&figure.x_label)
        .type_(AxisType::Linear)
        .tick_values(places.iter().map(|&place| place as f64).collect())
        .tick_text(chart.categories.iter().map(|name| literal(name)).collect())
        .show_grid(false)
        .zero_line(false);
    layout
        .x_axis(x_axis)
        .y_axis(number_axis(&figure.y_label, figure.log.y, chart.y_range))
        .bar_mode(BarMode::Group)
        .hover_mode(HoverMode::Closest)
        .show_legend(chart.series.len() > 1)
        .legend(above())
}

/// A marker with the stripes of its series.
fn hatched(marker: Marker, series: usize) -> Marker {
    let shape = match theme::series_hatch(series) {
        Hatch::Plain => return marker,
        Hatch::Level => PatternShape::HorizontalLine,
        Hatch::Upright => PatternShape::VerticalLine,
        Hatch::Crossed => PatternShape::Cross,
    };
    let pattern = Pattern::new().shape(shape).fill_mode(PatternFillMode::Overlay);
    marker.pattern(pattern.foreground_color("#ffffff").size(6.0))
}

pub(super) fn histogram(
    plot: &mut Plot,
    figure: &Figure,
    chart: &Histogram,
    layout: Layout,
) -> Layout {
    let width = chart.edges[1] - chart.edges[0];
    let middles: Vec<f64> =
        chart.edges.windows(2).map(|edges| (edges[0] + edges[1]) / 2.0).collect();
    let opacity = if chart.series.len() > 1 { 2.0 * theme::BAND_OPACITY } else { 1.0 };
    for (index, series) in chart.series.iter().enumerate() {
        let colour = theme::series_colour(index);
        plot.add_trace(
            Bar::new(middles.clone(), series.counts.clone())
                .name(literal(&series.name))
                .width(width)
                .opacity(opacity)
                .marker(hatched(
                    Marker::new().color(colour).line(Line::new().color("#ffffff").width(0.5)),
                    index,
                )),
        );
    }
    layout
        .x_axis(axis(&figure.x_label))
        .y_axis(number_axis(&figure.y_label, figure.log.y, None))
        .bar_mode(BarMode::Overlay)
        .hover_mode(HoverMode::XUnified)
        .show_legend(chart.series.len() > 1)
        .legend(above())
}
