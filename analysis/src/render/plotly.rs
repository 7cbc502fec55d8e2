//! Figures as plotly figures.

use plotly::{
    Configuration, HeatMap as HeatTrace, Layout, Plot, Scatter as ScatterTrace,
    common::{
        AxisSide, ColorBar, ColorScale, ColorScaleElement, DashType, Font, HoverInfo, Line, Marker,
        MarkerSymbol, Mode, Orientation, Position, Side, Title,
    },
    layout::{Axis, HoverMode, Legend, Margin},
};

use crate::{
    Figure,
    figure::{
        Content,
        dendrogram::DendrogramChart,
        heat::{HeatMap, label_runs},
        line::LineChart,
        scatter::ScatterChart,
        theme,
    },
    text::{number_or_missing, shorten},
};

/// Builds the plotly figure.
pub(crate) fn plot(figure: &Figure) -> Plot {
    let mut plot = Plot::new();
    plot.set_configuration(Configuration::new().display_logo(false).responsive(true));
    let layout = layout(figure);
    let layout = match &figure.content {
        Content::Lines(chart) => lines(&mut plot, figure, chart, layout),
        Content::Scatter(chart) => scatter(&mut plot, figure, chart, layout),
        Content::Heat(heat) => heat_map(&mut plot, figure, heat, layout),
        Content::Dendrogram(chart) => dendrogram(&mut plot, figure, chart, layout),
    };
    plot.set_layout(layout);
    plot
}

/// Plotly reads texts as a little HTML: what looks like it is meant literally here.
fn literal(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn title(text: &str, size: f64) -> Title {
    Title::with_text(literal(text)).font(Font::new().size(size as usize))
}

fn axis(label: &str) -> Axis {
    let axis = Axis::new()
        .grid_color(theme::GRID)
        .line_color(theme::AXIS)
        .show_line(true)
        .zero_line_color("#BBBBBB")
        .auto_margin(true)
        .tick_font(Font::new().size(theme::TICK_SIZE as usize).color(theme::MUTED));
    if label.is_empty() { axis } else { axis.title(title(label, theme::LABEL_SIZE)) }
}

fn layout(figure: &Figure) -> Layout {
    let top = if figure.title.is_empty() { 20 } else { 60 };
    let layout = Layout::new()
        .font(Font::new().family(theme::FONT).color(theme::TEXT))
        .paper_background_color("#ffffff")
        .plot_background_color("#ffffff")
        .margin(Margin::new().left(60).right(30).bottom(60).top(top));
    let layout = match figure.size {
        Some((width, height)) => layout.width(width as usize).height(height as usize),
        None => layout.height(theme::HEIGHT as usize),
    };
    if figure.title.is_empty() {
        layout
    } else {
        layout.title(title(&figure.title, theme::TITLE_SIZE))
    }
}

fn above() -> Legend {
    Legend::new()
        .orientation(Orientation::Horizontal)
        .x(0.0)
        .y(1.0)
        .y_anchor(plotly::common::Anchor::Bottom)
}

fn lines(plot: &mut Plot, figure: &Figure, chart: &LineChart, layout: Layout) -> Layout {
    for (index, series) in chart.series.iter().enumerate() {
        let (mut x, mut y) = (vec![], vec![]);
        for segment in chart.segments(series) {
            if !x.is_empty() {
                x.push(None);
                y.push(None);
            }
            x.extend(segment.iter().map(|point| Some(point.0)));
            y.extend(segment.iter().map(|point| Some(point.1)));
        }
        let mut line = Line::new().color(theme::series_colour(index)).width(2.2);
        if series.second {
            line = line.dash(DashType::Dash);
        }
        let mode = if chart.x.len() <= 40 { Mode::LinesMarkers } else { Mode::Lines };
        let mut trace = ScatterTrace::new(x, y)
            .name(literal(&series.name))
            .mode(mode)
            .line(line)
            .marker(Marker::new().color(theme::series_colour(index)).size(6));
        if series.second {
            trace = trace.y_axis("y2");
        }
        plot.add_trace(trace);
    }
    let mut y_axis = axis(&figure.y_label);
    if let Some((low, high)) = chart.y_range {
        y_axis = y_axis.range(vec![low, high]);
    }
    let mut layout = layout
        .x_axis(axis(&figure.x_label))
        .y_axis(y_axis)
        .hover_mode(HoverMode::XUnified)
        .show_legend(chart.series.len() > 1)
        .legend(above());
    if chart.series.iter().any(|series| series.second) {
        let second = axis(&chart.second_label).overlaying("y").side(AxisSide::Right);
        layout = layout.y_axis2(second.show_grid(false));
    }
    layout
}

fn scatter(plot: &mut Plot, figure: &Figure, chart: &ScatterChart, layout: Layout) -> Layout {
    let single = vec![String::new()];
    let names = chart.groups.as_ref().map_or(&single, |(names, _)| names);
    for (group, name) in names.iter().enumerate() {
        let points: Vec<usize> = chart.drawn().filter(|&p| chart.group(p) == group).collect();
        let take = |values: &[f64]| points.iter().map(|&point| values[point]).collect::<Vec<_>>();
        let symbol = match group % 4 {
            0 => MarkerSymbol::Circle,
            1 => MarkerSymbol::Square,
            2 => MarkerSymbol::TriangleUp,
            _ => MarkerSymbol::Diamond,
        };
        let marker = Marker::new()
            .color(theme::series_colour(group))
            .symbol(symbol)
            .size(10)
            .line(Line::new().color("#ffffff").width(1.0));
        let mut trace =
            ScatterTrace::new(take(&chart.x), take(&chart.y)).name(literal(name)).marker(marker);
        trace = match &chart.labels {
            None => trace.mode(Mode::Markers),
            Some(labels) => trace
                .mode(Mode::MarkersText)
                .text_array(points.iter().map(|&point| literal(&labels[point])).collect())
                .text_position(Position::MiddleRight)
                .text_font(Font::new().size(theme::POINT_LABEL_SIZE as usize)),
        };
        plot.add_trace(trace);
    }
    let mut y_axis = axis(&figure.y_label);
    if let Some((low, high)) = chart.y_range {
        y_axis = y_axis.range(vec![low, high]);
    }
    layout
        .x_axis(axis(&figure.x_label))
        .y_axis(y_axis)
        .hover_mode(HoverMode::Closest)
        .show_legend(chart.groups.is_some())
        .legend(above())
}

/// A value as exact as a colour can show it, which keeps large matrices small.
fn shown(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

fn heat_map(plot: &mut Plot, figure: &Figure, heat: &HeatMap, layout: Layout) -> Layout {
    let rows: Vec<Vec<Option<f64>>> = heat
        .values
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|&value| value.is_finite().then(|| shown(value))).collect())
        .collect();
    let tips: Vec<Vec<String>> = heat
        .values
        .rows()
        .into_iter()
        .zip(&heat.rows)
        .map(|(row, row_label)| {
            row.iter()
                .zip(&heat.columns)
                .map(|(&value, column_label)| {
                    literal(&format!("{row_label} · {column_label}: {}", number_or_missing(value)))
                })
                .collect()
        })
        .collect();
    let stops = heat.scale.stops().into_iter().map(|(at, colour)| ColorScaleElement(at, colour));
    let (low, high) = heat.scale.range();
    let name = Title::with_text(literal(&heat.value_name)).side(Side::Right);
    plot.add_trace(
        HeatTrace::new_z(rows)
            .color_scale(ColorScale::Vector(stops.collect()))
            .zmin(low)
            .zmax(high)
            .hover_text_matrix(tips)
            .hover_info(HoverInfo::Text)
            .color_bar(ColorBar::new().title(name).thickness(16)),
    );
    let labelled = |labels: &[String], label: &str| {
        let runs = label_runs(labels);
        let middles = runs.iter().map(|&(first, length)| first as f64 + (length - 1) as f64 / 2.0);
        let texts = runs.iter().map(|&(first, _)| literal(&shorten(&labels[first], 28)));
        axis(label)
            .tick_values(middles.collect())
            .tick_text(texts.collect())
            .show_grid(false)
            .zero_line(false)
    };
    let x_axis = labelled(&heat.columns, &figure.x_label)
        .tick_angle(-90.0)
        .constrain(plotly::layout::AxisConstrain::Domain);
    let y_axis = labelled(&heat.rows, &figure.y_label)
        .range(vec![heat.rows.len() as f64 - 0.5, -0.5])
        .constrain(plotly::layout::AxisConstrain::Domain)
        .scale_anchor("x");
    let layout = if figure.size.is_none() { layout.height(600) } else { layout };
    layout.x_axis(x_axis).y_axis(y_axis)
}

fn dendrogram(plot: &mut Plot, figure: &Figure, chart: &DendrogramChart, layout: Layout) -> Layout {
    let (mut x, mut y) = (vec![], vec![]);
    for bracket in &chart.brackets {
        let corners = [
            bracket.left,
            (bracket.height, bracket.left.1),
            (bracket.height, bracket.right.1),
            bracket.right,
        ];
        x.extend(corners.map(|corner| Some(corner.0)));
        y.extend(corners.map(|corner| Some(corner.1)));
        x.push(None);
        y.push(None);
    }
    plot.add_trace(
        ScatterTrace::new(x, y)
            .mode(Mode::Lines)
            .line(Line::new().color("#33547A").width(1.6))
            .hover_info(HoverInfo::X),
    );
    // A tree of one leaf has no bracket; its dot keeps the axes from vanishing.
    if chart.brackets.is_empty() {
        plot.add_trace(ScatterTrace::new(vec![0.0], vec![0.0]).mode(Mode::Markers));
    }
    let count = chart.leaves.len();
    let y_axis = axis("")
        .tick_values((0..count).map(|place| place as f64).collect())
        .tick_text(chart.leaves.iter().map(|leaf| literal(leaf)).collect())
        .side(AxisSide::Right)
        .range(vec![count as f64 - 0.5, -0.5])
        .show_grid(false)
        .show_line(false)
        .zero_line(false);
    let high = chart.brackets.iter().map(|bracket| bracket.height).fold(0.0, f64::max);
    let low = chart.brackets.iter().map(|bracket| bracket.height).fold(0.0, f64::min);
    let high = if high > low { high } else { low + 1.0 };
    let x_axis = axis(&figure.x_label).range(vec![low + 1.03 * (high - low), low]);
    let layout =
        if figure.size.is_none() { layout.height((120 + 20 * count).max(300)) } else { layout };
    layout.x_axis(x_axis).y_axis(y_axis).show_legend(false)
}
