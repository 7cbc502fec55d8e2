//! The scale of colours beside a matrix or raster.

use super::{Anchor, Canvas, TextStyle};
use crate::{
    figure::{
        scale::{AxisScale, ColourScale},
        theme,
        ticks::Ticks,
    },
    text::text_width,
};

const WIDTH: f64 = 16.0;
const STEPS: usize = 64;
const TALLEST: f64 = 320.0;

/// Height of the point of a bar where values lie beyond its end.
const POINT: f64 = 9.0;

/// Draws the bar at (left, top, height), with ticks and the name of the values on its right. An end
/// `beyond` which there are values (the lower, the upper) is pointed.
pub(super) fn draw_colour_bar(
    canvas: &mut Canvas,
    scale: &ColourScale,
    name: &str,
    beyond: (bool, bool),
    (left, top, height): (f64, f64, f64),
) {
    let height = height.min(TALLEST);
    let (low, high) = scale.range();
    let (top, mut height) = if beyond.1 { (top + POINT, height - POINT) } else { (top, height) };
    if beyond.0 {
        height -= POINT;
    }
    for (is_beyond, end, edge, tip) in
        [(beyond.0, low, top + height, top + height + POINT), (beyond.1, high, top, top - POINT)]
    {
        if is_beyond {
            let corners = [(left, edge), (left + WIDTH, edge), (left + WIDTH / 2.0, tip)];
            canvas.area(&corners, &scale.colour(end), 1.0);
        }
    }
    let place = AxisScale::linear((low, high), (top + height, top));
    canvas.open_group("shape-rendering=\"crispEdges\"");
    let step = height / STEPS as f64;
    for index in 0..STEPS {
        let value = high - (index as f64 + 0.5) / STEPS as f64 * (high - low);
        let y = top + index as f64 * step;
        canvas.rect(left, y, WIDTH, step + 0.6, &scale.colour(value));
    }
    canvas.close_group();
    let most = if height < 150.0 { 3 } else { 5 };
    // One number alone would not tell how the colours grow.
    let mut tries = (most..2 * most).map(|most| Ticks::within(low, high, most));
    let ticks = tries.find(|ticks| ticks.values().len() > 1);
    let ticks = ticks.unwrap_or_else(|| Ticks::within(low, high, 2 * most));
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Start, theme::MUTED);
    let mut widest = 0.0;
    for (value, text) in ticks.labelled() {
        let y = place.place(value);
        canvas.line((left + WIDTH, y), (left + WIDTH + 4.0, y), theme::AXIS, 1.0);
        canvas.text(left + WIDTH + 7.0, y + 4.0, &text, style);
        widest = f64::max(widest, text_width(&text, theme::TICK_SIZE));
    }
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::TEXT).rotated(90.0);
    let x = left + WIDTH + 7.0 + widest + 12.0;
    canvas.text(x, top + height / 2.0, name, style);
}
