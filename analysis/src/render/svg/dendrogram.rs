//! Dendrograms, root left, leaves right.

use super::{Anchor, Canvas, TextStyle};
use crate::{
    Figure,
    figure::{dendrogram::DendrogramChart, scale::AxisScale, theme, ticks::Ticks},
    text::{shorten, text_width},
};

const LONGEST_LABEL: usize = 36;

pub(super) fn draw(figure: &Figure, chart: &DendrogramChart) -> String {
    let leaves: Vec<String> = chart.leaves.iter().map(|l| shorten(l, LONGEST_LABEL)).collect();
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let below = 34.0 + if figure.x_label.is_empty() { 0.0 } else { 22.0 };
    let width = figure.size.map_or(theme::WIDTH, |(width, _)| width);
    let count = leaves.len() as f64;
    let height = figure.size.map_or_else(
        || {
            let pitch = if count <= 60.0 { 20.0 } else { 13.0 };
            (title + below + 16.0 + pitch * count).max(240.0)
        },
        |(_, height)| height,
    );
    let (top, bottom) = (title, (height - below).max(title + 20.0));
    let pitch = (bottom - top) / count;
    let letters = (pitch * 0.9).clamp(6.0, theme::TICK_SIZE);
    let widest = leaves.iter().map(|leaf| text_width(leaf, letters)).fold(0.0, f64::max);
    let (left, right) = (24.0, (width - widest - 24.0).max(60.0));

    let (low, high) = chart.range();
    let range = (low, low + 1.03 * (high - low));
    let x = AxisScale::linear(range, (right, left));
    let y = |place: f64| top + (place + 0.5) * pitch;

    let mut canvas = Canvas::new(figure, width, height);
    let most = ((right - left) / 80.0).floor().clamp(2.0, 8.0) as usize;
    let ticks = Ticks::within(range.0, range.1, most);
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::MUTED);
    for (value, text) in ticks.labelled() {
        let place = x.place(value);
        canvas.line((place, top), (place, bottom), theme::GRID, 1.0);
        canvas.line((place, bottom), (place, bottom + 4.0), theme::AXIS, 1.0);
        canvas.text(place, bottom + 18.0, &text, style);
    }
    canvas.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
    if let Some(cut) = chart.cut {
        let place = x.place(cut);
        canvas.polyline(&[(place, top), (place, bottom)], theme::MUTED, 1.0, "4 4");
    }
    draw_brackets(&mut canvas, chart, &x, y);
    let style = TextStyle::new(letters, Anchor::Start, theme::TEXT);
    for (place, leaf) in leaves.iter().enumerate() {
        canvas.text(right + 7.0, y(place as f64) + letters * 0.35, leaf, style);
    }
    let style = TextStyle::new(theme::LABEL_SIZE, Anchor::Middle, theme::TEXT);
    if !figure.x_label.is_empty() {
        canvas.text((left + right) / 2.0, height - 14.0, &figure.x_label, style);
    }
    canvas.finish(&figure.to_text())
}

/// Draws the tree; `y` gives the middle of a leaf's line.
pub(super) fn draw_brackets(
    canvas: &mut Canvas,
    chart: &DendrogramChart,
    x: &AxisScale,
    y: impl Fn(f64) -> f64,
) {
    for bracket in &chart.brackets {
        let joined = x.place(bracket.height);
        let corner = |(height, place): (f64, f64)| (x.place(height), y(place));
        let (upper, lower) = (corner(bracket.left), corner(bracket.right));
        let points = [upper, (joined, upper.1), (joined, lower.1), lower];
        canvas.polyline(&points, bracket.colour(), 1.6, "");
    }
}
