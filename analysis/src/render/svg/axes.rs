//! The frame of charts: grid, ticks, axis titles, legend.

use super::{Anchor, Canvas, TextStyle};
use crate::{
    Figure,
    figure::{scale::Linear, theme, ticks::Ticks},
    text::text_width,
};

/// The rectangle that holds the marks, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Area {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// One entry of a legend.
pub(super) struct LegendEntry<'a> {
    pub name: &'a str,
    pub colour: &'static str,
    /// A line with this dash pattern, or a mark of this shape.
    pub sample: Sample,
}

pub(super) enum Sample {
    Line { dash: &'static str },
    Mark { shape: usize },
}

const LEGEND_SAMPLE: f64 = 26.0;
const LEGEND_GAP: f64 = 18.0;
const LEGEND_LINE: f64 = 20.0;

/// The places of legend entries in lines within a width: x from the left, line number.
fn legend_places(entries: &[LegendEntry<'_>], width: f64) -> (Vec<(f64, usize)>, usize) {
    let (mut x, mut line) = (0.0, 0);
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        let needed = LEGEND_SAMPLE + text_width(entry.name, theme::TICK_SIZE);
        if x > 0.0 && x + needed > width {
            x = 0.0;
            line += 1;
        }
        places.push((x, line));
        x += needed + LEGEND_GAP;
    }
    (places, line + 1)
}

/// The ticks of a chart and where they go.
pub(super) struct Frame {
    pub area: Area,
    pub x: Linear,
    pub y: Linear,
    pub second: Option<Linear>,
}

/// What the axes cover.
pub(super) struct Ranges {
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub second: Option<(f64, f64)>,
}

/// Draws everything but the marks, and returns the scales to place them.
pub(super) fn draw_frame(
    canvas: &mut Canvas,
    figure: &Figure,
    size: (f64, f64),
    ranges: &Ranges,
    second_label: &str,
    legend: &[LegendEntry<'_>],
) -> Frame {
    let (width, height) = size;
    let y_ticks = Ticks::within(ranges.y.0, ranges.y.1, 6);
    let second_ticks = ranges.second.map(|(low, high)| Ticks::within(low, high, 6));
    let widest = |ticks: &Ticks| {
        ticks.labelled().map(|(_, text)| text_width(&text, theme::TICK_SIZE)).fold(0.0, f64::max)
    };
    let left = 16.0 + widest(&y_ticks) + 10.0 + if figure.y_label.is_empty() { 0.0 } else { 20.0 };
    let right = match &second_ticks {
        None => 24.0,
        Some(ticks) => {
            16.0 + widest(ticks) + 10.0 + if second_label.is_empty() { 0.0 } else { 20.0 }
        }
    };
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let (places, lines) = legend_places(legend, width - left - right);
    let legend_height = if legend.is_empty() { 0.0 } else { lines as f64 * LEGEND_LINE + 6.0 };
    let below = 34.0 + if figure.x_label.is_empty() { 0.0 } else { 22.0 };
    let area = Area {
        left,
        right: (width - right).max(left + 20.0),
        top: title + legend_height,
        bottom: (height - below).max(title + legend_height + 20.0),
    };
    let x = Linear::new(ranges.x, (area.left, area.right));
    let y = Linear::new(ranges.y, (area.bottom, area.top));
    let second = ranges.second.map(|range| Linear::new(range, (area.bottom, area.top)));

    let most = (area.width() / 75.0).floor().clamp(2.0, 10.0) as usize;
    let x_ticks = Ticks::within(ranges.x.0, ranges.x.1, most);
    draw_grid(canvas, area, (&x, &x_ticks), (&y, &y_ticks));
    if let (Some(scale), Some(ticks)) = (&second, &second_ticks) {
        let style = TextStyle::new(theme::TICK_SIZE, Anchor::Start, theme::MUTED);
        for (value, text) in ticks.labelled() {
            let place = scale.place(value);
            canvas.line((area.right, place), (area.right + 4.0, place), theme::AXIS, 1.0);
            canvas.text(area.right + 8.0, place + 4.0, &text, style);
        }
        canvas.line((area.right, area.top), (area.right, area.bottom), theme::AXIS, 1.0);
        let style = TextStyle::new(theme::LABEL_SIZE, Anchor::Middle, theme::TEXT).rotated(90.0);
        if !second_label.is_empty() {
            canvas.text(width - 18.0, (area.top + area.bottom) / 2.0, second_label, style);
        }
    }
    let style = TextStyle::new(theme::LABEL_SIZE, Anchor::Middle, theme::TEXT);
    let (centre, middle) = ((area.left + area.right) / 2.0, (area.top + area.bottom) / 2.0);
    if !figure.x_label.is_empty() {
        canvas.text(centre, height - 14.0, &figure.x_label, style);
    }
    if !figure.y_label.is_empty() {
        canvas.text(20.0, middle, &figure.y_label, style.rotated(-90.0));
    }
    for (entry, (place, line)) in legend.iter().zip(places) {
        let baseline = title + (line as f64 + 0.5) * LEGEND_LINE;
        draw_legend_entry(canvas, entry, area.left + place, baseline);
    }
    Frame { area, x, y, second }
}

fn draw_grid(canvas: &mut Canvas, area: Area, x: (&Linear, &Ticks), y: (&Linear, &Ticks)) {
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::MUTED);
    for (value, text) in x.1.labelled() {
        let place = x.0.place(value);
        let colour = if value == 0.0 && x.0.data().0 < 0.0 { "#BBBBBB" } else { theme::GRID };
        canvas.line((place, area.top), (place, area.bottom), colour, 1.0);
        canvas.line((place, area.bottom), (place, area.bottom + 4.0), theme::AXIS, 1.0);
        canvas.text(place, area.bottom + 18.0, &text, style);
    }
    let style = TextStyle { anchor: Anchor::End, ..style };
    for (value, text) in y.1.labelled() {
        let place = y.0.place(value);
        let colour = if value == 0.0 && y.0.data().0 < 0.0 { "#BBBBBB" } else { theme::GRID };
        canvas.line((area.left, place), (area.right, place), colour, 1.0);
        canvas.line((area.left - 4.0, place), (area.left, place), theme::AXIS, 1.0);
        canvas.text(area.left - 8.0, place + 4.0, &text, style);
    }
    canvas.line((area.left, area.bottom), (area.right, area.bottom), theme::AXIS, 1.0);
    canvas.line((area.left, area.top), (area.left, area.bottom), theme::AXIS, 1.0);
}

fn draw_legend_entry(canvas: &mut Canvas, entry: &LegendEntry<'_>, x: f64, y: f64) {
    let text_x = match entry.sample {
        Sample::Line { dash } => {
            canvas.polyline(&[(x, y), (x + 20.0, y)], entry.colour, 2.2, dash);
            x + LEGEND_SAMPLE
        }
        Sample::Mark { shape } => {
            canvas.open_group("class=\"legend\"");
            canvas.mark(shape, x + 6.0, y, 5.0, entry.colour, "");
            canvas.close_group();
            x + 16.0
        }
    };
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Start, theme::TEXT);
    canvas.text(text_x, y + 4.0, entry.name, style);
}
