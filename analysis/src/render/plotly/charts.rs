//! Lines and points.

use plotly::{
    Layout, Plot, Scatter as ScatterTrace, Scatter3D,
    common::{
        AxisSide, ColorScale, ColorScaleElement, DashType, ErrorData, ErrorType, Fill, Font,
        HoverInfo, Line, Marker, MarkerSymbol, Mode, Position,
    },
    layout::{AspectMode, HoverMode, LayoutScene},
};

use super::{above, axis, colour_bar, literal, number_axis};
use crate::{
    Figure,
    figure::{
        colouring::{Colouring, Values},
        line::{Interval, LineChart, Point},
        scatter::ScatterChart,
        space::SpaceChart,
        theme::{self, SERIES_DASHES},
    },
};

/// Values with a break between segments.
fn joined(segments: &[Vec<Point>], value: fn(&Point) -> f64) -> Vec<Option<f64>> {
    let mut values = vec![];
    for segment in segments {
        if !values.is_empty() {
            values.push(None);
        }
        values.extend(segment.iter().map(|point| Some(value(point))));
    }
    values
}

pub(super) fn lines(plot: &mut Plot, figure: &Figure, chart: &LineChart, layout: Layout) -> Layout {
    for (index, series) in chart.series.iter().enumerate() {
        let (colour, name) = (theme::series_colour(index), literal(&series.legend_name()));
        let segments = series.segments(figure.log);
        if series.interval.is_some() {
            // One closed outline for each segment.
            for segment in &segments {
                let back = || segment.iter().rev();
                let x = segment.iter().chain(back()).map(|point| point.x).collect();
                let high = segment.iter().map(|point| point.high);
                let y = high.chain(back().map(|point| point.low)).collect();
                let mut band = ScatterTrace::new(x, y)
                    .name(&name)
                    .mode(Mode::Lines)
                    .line(Line::new().color(colour).width(0.0))
                    .fill(Fill::ToSelf)
                    .fill_color(translucent(colour))
                    .hover_info(HoverInfo::Skip)
                    .legend_group(&name)
                    .show_legend(false);
                if series.second {
                    band = band.y_axis("y2");
                }
                plot.add_trace(band);
            }
        }
        let line = Line::new().color(colour).width(2.2).dash(dash(index, series.second));
        let mode = if series.x.len() <= 40 { Mode::LinesMarkers } else { Mode::Lines };
        let mut trace =
            ScatterTrace::new(joined(&segments, |point| point.x), joined(&segments, |p| p.y))
                .name(&name)
                .legend_group(&name)
                .mode(mode)
                .line(line)
                .marker(Marker::new().color(colour).size(6));
        if series.second {
            trace = trace.y_axis("y2");
        }
        plot.add_trace(trace);
    }
    let mut layout = layout
        .x_axis(number_axis(&figure.x_label, figure.log.x, None))
        .y_axis(number_axis(&figure.y_label, figure.log.y, chart.y_range))
        .hover_mode(HoverMode::XUnified)
        .show_legend(chart.series.len() > 1)
        .legend(above());
    if chart.series.iter().any(|series| series.second) {
        let second = number_axis(&chart.second_label, figure.log.second, None);
        layout = layout.y_axis2(second.overlaying("y").side(AxisSide::Right).show_grid(false));
    }
    layout
}

/// As the drawing has them, as far as plotly knows them.
fn dash(index: usize, second: bool) -> DashType {
    match SERIES_DASHES.iter().position(|dash| *dash == theme::series_dash(index)) {
        Some(1) => DashType::Dot,
        Some(2) => DashType::DashDot,
        Some(3) => DashType::LongDash,
        _ if second => DashType::Dash,
        _ => DashType::Solid,
    }
}

/// `#rrggbb` as the colour of a band.
fn translucent(colour: &str) -> String {
    let part = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap_or(0);
    format!("rgba({}, {}, {}, {})", part(1), part(3), part(5), theme::BAND_OPACITY)
}

/// Whiskers from ends; none at a value without them.
pub(super) fn whiskers(values: &[f64], interval: &Interval, points: &[usize]) -> ErrorData {
    let halves = |ends: &[f64]| {
        let half = |&point: &usize| (ends[point] - values[point]).abs();
        points.iter().map(half).map(|half| if half.is_finite() { half } else { 0.0 }).collect()
    };
    ErrorData::new(ErrorType::Data)
        .symmetric(false)
        .array(halves(&interval.high))
        .array_minus(halves(&interval.low))
        .thickness(1.3)
        .width(4)
}

/// The mark of a group; one for all points on a scale.
fn shape(colouring: &Colouring, group: usize) -> MarkerSymbol {
    match group % 4 {
        _ if colouring.values().is_some() => MarkerSymbol::Circle,
        0 => MarkerSymbol::Circle,
        1 => MarkerSymbol::Square,
        2 => MarkerSymbol::TriangleUp,
        _ => MarkerSymbol::Diamond,
    }
}

/// With more points than these, names would cover each other: they come when pointed at.
const MOST_NAMED: usize = 40;

/// The points of each group with its name. Those coloured on a scale are one group, and those that
/// have no number for it another.
fn by_group(
    colouring: &Colouring,
    drawn: impl Iterator<Item = usize>,
) -> Vec<(String, Vec<usize>)> {
    let names = match colouring {
        Colouring::Single => vec![String::new()],
        Colouring::Groups(groups) => groups.names.clone(),
        Colouring::Values(values) => vec![values.name.clone(), "missing".into()],
    };
    let mut groups: Vec<(String, Vec<usize>)> =
        names.into_iter().map(|name| (name, vec![])).collect();
    for point in drawn {
        let group = match colouring.values() {
            Some(values) => usize::from(!values.of_point[point].is_finite()),
            None => colouring.group(point),
        };
        groups[group].1.push(point);
    }
    groups
}

/// The marks of a group: its colour, or those of its points on a scale with the bar that explains
/// them.
fn marker(colouring: &Colouring, group: usize, points: &[usize]) -> Marker {
    match colouring.values() {
        None => Marker::new().color(theme::series_colour(group)),
        Some(_) if group > 0 => Marker::new().color(theme::MISSING),
        Some(Values { name, of_point, scale }) => {
            let (low, high) = scale.range();
            let stops = scale.stops().into_iter().map(|(at, colour)| ColorScaleElement(at, colour));
            Marker::new()
                .color_array(points.iter().map(|&point| of_point[point]).collect())
                .cmin(low)
                .cmax(high)
                .color_scale(ColorScale::Vector(stops.collect()))
                .color_bar(colour_bar(name))
                .show_scale(true)
        }
    }
}

pub(super) fn scatter(
    plot: &mut Plot,
    figure: &Figure,
    chart: &ScatterChart,
    layout: Layout,
) -> Layout {
    let groups = by_group(&chart.colouring, chart.drawn(figure.log));
    for (group, (name, points)) in groups.iter().enumerate() {
        let take = |values: &[f64]| points.iter().map(|&point| values[point]).collect::<Vec<_>>();
        let marker = marker(&chart.colouring, group, points)
            .symbol(shape(&chart.colouring, group))
            .size(10)
            .line(Line::new().color("#ffffff").width(1.0));
        let mut trace =
            ScatterTrace::new(take(&chart.x), take(&chart.y)).name(literal(name)).marker(marker);
        if let Some(interval) = &chart.interval {
            trace = trace.error_y(whiskers(&chart.y, interval, points));
        }
        trace = match &chart.labels {
            None => trace.mode(Mode::Markers),
            Some(labels) => trace
                .mode(if labels.len() > MOST_NAMED { Mode::Markers } else { Mode::MarkersText })
                .text_array(points.iter().map(|&point| literal(&labels[point])).collect())
                .text_position(Position::MiddleRight)
                .text_font(Font::new().size(theme::POINT_LABEL_SIZE as usize)),
        };
        plot.add_trace(trace);
    }
    layout
        .x_axis(number_axis(&figure.x_label, figure.log.x, None))
        .y_axis(number_axis(&figure.y_label, figure.log.y, chart.y_range))
        .hover_mode(HoverMode::Closest)
        .show_legend(chart.colouring.groups().is_some())
        .legend(above())
}

pub(super) fn space(
    plot: &mut Plot,
    figure: &Figure,
    chart: &SpaceChart,
    layout: Layout,
) -> Layout {
    let groups = by_group(&chart.colouring, chart.drawn());
    for (group, (name, points)) in groups.iter().enumerate() {
        let take = |axis: usize| points.iter().map(|&point| chart.points[point][axis]).collect();
        // The triangle of the drawing is not among plotly's symbols in space.
        let symbol = match shape(&chart.colouring, group) {
            MarkerSymbol::TriangleUp => MarkerSymbol::Cross,
            symbol => symbol,
        };
        let marker = marker(&chart.colouring, group, points).symbol(symbol).size(5);
        let (x, y, z): (Vec<f64>, Vec<f64>, Vec<f64>) = (take(0), take(1), take(2));
        let mut trace = Scatter3D::new(x, y, z).name(literal(name)).marker(marker);
        trace = match &chart.labels {
            None => trace.mode(Mode::Markers),
            Some(labels) => trace
                .mode(Mode::MarkersText)
                // In space texts are not read as HTML.
                .text_array(points.iter().map(|&point| labels[point].clone()).collect()),
        };
        plot.add_trace(trace);
    }
    let [x, y, z] = [0, 1, 2].map(|index| axis(&chart.axes[index]));
    let scene = LayoutScene::new().x_axis(x).y_axis(y).z_axis(z).aspect_mode(AspectMode::Cube);
    let layout = if figure.size.is_none() { layout.height(560) } else { layout };
    layout.scene(scene).show_legend(chart.colouring.groups().is_some()).legend(above())
}
