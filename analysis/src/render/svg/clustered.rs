//! A matrix with the tree of its rows.

use super::{
    Anchor, Canvas, TextStyle, colour_bar::draw_colour_bar, dendrogram::draw_brackets,
    heat::draw_cells,
};
use crate::{
    Figure,
    figure::{clustered::ClusteredHeatMap, scale::AxisScale, theme, ticks::Ticks},
    text::{shorten, text_width},
};

const LONGEST_LABEL: usize = 24;
const BAR_ROOM: f64 = 96.0;
/// Room below the cells for the ticks and the title of the tree's axis.
const AXIS_ROOM: f64 = 56.0;
/// Room beside the title of the tree's axis.
const EDGE: f64 = 5.0;
/// How much wider than usual letters those of the widest font in use (DejaVu Sans) are.
const WIDEST_FONT: f64 = 1.14;
const LARGEST_CELL: f64 = 40.0;
const TALLEST_CELLS: f64 = 560.0;
/// Share of the width for the tree.
const TREE_SHARE: f64 = 0.24;

pub(super) fn draw(figure: &Figure, chart: &ClusteredHeatMap) -> String {
    let count = chart.heat.rows.len();
    let labels: Vec<String> = chart.heat.rows.iter().map(|l| shorten(l, LONGEST_LABEL)).collect();
    let widest =
        |letters: f64| labels.iter().map(|label| text_width(label, letters)).fold(0.0, f64::max);
    let width = figure.size.map_or(theme::WIDTH, |(width, _)| width);
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let tree = width * TREE_SHARE;
    // The names stand on the right and, upright, below.
    let below = |letters: f64| (widest(letters) + 20.0).max(AXIS_ROOM);
    let fit = |letters: f64| {
        let across = (width - tree - widest(letters) - BAR_ROOM - 40.0) / count as f64;
        let room = figure.size.map_or(TALLEST_CELLS, |(_, height)| height - title - below(letters));
        across.min(room / count as f64).clamp(0.5, LARGEST_CELL)
    };
    let letters = (fit(theme::TICK_SIZE) * 0.95).clamp(7.0, theme::TICK_SIZE);
    let cell = fit(letters);
    let side = cell * count as f64;
    let height = figure.size.map_or(title + side + below(letters), |(_, height)| height);
    // A small matrix stands in the middle.
    let used = tree + side + widest(letters) + BAR_ROOM + 40.0;
    let start = 16.0 + ((width - used) / 2.0).max(0.0);
    let (left, top) = (start + tree + 6.0, title);

    let mut canvas = Canvas::new(figure, width, height);
    let (low, high) = chart.tree.range();
    let range = (low, low + 1.03 * (high - low));
    let x = AxisScale::linear(range, (start + tree, start));
    let bottom = top + side;
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::MUTED);
    for (value, text) in Ticks::within(range.0, range.1, 3).labelled() {
        let place = x.place(value);
        canvas.line((place, bottom + 4.0), (place, bottom + 8.0), theme::AXIS, 1.0);
        canvas.text(place, bottom + 21.0, &text, style);
    }
    canvas.line((start, bottom + 4.0), (start + tree, bottom + 4.0), theme::AXIS, 1.0);
    draw_brackets(&mut canvas, &chart.tree, &x, |place| top + (place + 0.5) * cell);
    draw_cells(&mut canvas, &chart.heat, (left, top), cell);
    // Beside the names of the columns: as far as they leave room, and not closer than the axis.
    let title_width = WIDEST_FONT * text_width(&figure.x_label, theme::LABEL_SIZE).max(1.0);
    let shrink = ((start + tree - 2.0 * EDGE) / title_width).clamp(0.7, 1.0);
    let size = theme::LABEL_SIZE * shrink;
    let middle = (start + tree / 2.0).min(start + tree - EDGE - title_width * shrink / 2.0);
    let style = TextStyle::new(size, Anchor::Middle, theme::TEXT);
    canvas.text(middle, bottom + 43.0, &figure.x_label, style);
    let style = TextStyle::new(letters, Anchor::Start, theme::TEXT);
    let upright = TextStyle { anchor: Anchor::End, ..style }.rotated(-90.0);
    let mut last = f64::NEG_INFINITY;
    for (place, label) in labels.iter().enumerate() {
        let middle = (place as f64 + 0.5) * cell;
        if middle - last >= letters * 0.95 {
            canvas.text(left + side + 7.0, top + middle + letters * 0.35, label, style);
            canvas.text(left + middle + letters * 0.35, bottom + 7.0, label, upright);
            last = middle;
        }
    }
    let bar = (left + side + 7.0 + widest(letters) + 16.0, top, side.max(90.0));
    let heat = &chart.heat;
    let beyond = heat.scale.beyond(&heat.values);
    draw_colour_bar(&mut canvas, &heat.scale, &heat.value_name, beyond, bar);
    canvas.finish(&figure.to_text())
}
