//! Figures as plotly figures.

mod bars;
mod charts;
mod matrices;

use plotly::{
    Configuration, Layout, Plot,
    common::{ColorBar, Font, Orientation, Side, Title},
    layout::{Axis, AxisType, Legend, Margin},
};

use crate::{
    Figure,
    figure::{Content, theme},
};

/// Builds the plotly figure.
pub(crate) fn plot(figure: &Figure) -> Plot {
    let mut plot = Plot::new();
    plot.set_configuration(Configuration::new().display_logo(false).responsive(true));
    let layout = layout(figure);
    let layout = match &figure.content {
        Content::Lines(chart) => charts::lines(&mut plot, figure, chart, layout),
        Content::Scatter(chart) => charts::scatter(&mut plot, figure, chart, layout),
        Content::Space(chart) => charts::space(&mut plot, figure, chart, layout),
        Content::Bars(chart) => bars::bars(&mut plot, figure, chart, layout),
        Content::Histogram(chart) => bars::histogram(&mut plot, figure, chart, layout),
        Content::Heat(heat) => matrices::heat_map(&mut plot, figure, heat, layout),
        Content::Clustered(chart) => matrices::clustered(&mut plot, figure, chart, layout),
        Content::Dendrogram(chart) => matrices::dendrogram(&mut plot, figure, chart, layout),
        Content::Raster(chart) => matrices::raster(&mut plot, figure, chart, layout),
        Content::Grid(grid) => matrices::grid(&mut plot, figure, grid, layout),
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

/// The bar that explains colours, named along its side.
fn colour_bar(name: &str) -> ColorBar {
    ColorBar::new().title(Title::with_text(literal(name)).side(Side::Right)).thickness(16)
}

fn axis(label: &str) -> Axis {
    let axis = Axis::new()
        .grid_color(theme::GRID)
        .line_color(theme::AXIS)
        .show_line(true)
        .zero_line_color(theme::ZERO)
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

/// An axis that may be logarithmic, with a fixed range if there is one.
fn number_axis(label: &str, logarithmic: bool, range: Option<(f64, f64)>) -> Axis {
    let mut axis = axis(label);
    if logarithmic {
        axis = axis.type_(AxisType::Log);
    }
    match range {
        // plotly counts the range of a logarithmic axis in powers of ten.
        Some((low, high)) if logarithmic && low > 0.0 => {
            axis.range(vec![low.log10(), high.log10()])
        }
        Some((low, high)) if !logarithmic => axis.range(vec![low, high]),
        _ => axis,
    }
}
