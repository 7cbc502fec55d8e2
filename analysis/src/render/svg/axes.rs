//! The frame of charts: grid, ticks, axis titles, legend.

use std::borrow::Cow;

use super::{Anchor, Canvas, TextStyle};
use crate::{
    Figure,
    figure::{
        scale::{AxisScale, LogAxes},
        theme::{self, Hatch},
        ticks::Ticks,
    },
    text::{shorten, text_width},
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
    pub name: Cow<'a, str>,
    pub colour: &'static str,
    /// A line with this dash pattern, a mark of this shape, or a bar's colour.
    pub sample: Sample,
}

pub(super) enum Sample {
    Line { dash: &'static str },
    Mark { shape: usize },
    Box { hatch: Hatch },
}

const LEGEND_SAMPLE: f64 = 26.0;
const LEGEND_GAP: f64 = 18.0;
const LEGEND_LINE: f64 = 20.0;

/// The places of legend entries in lines within a width: x from the left, line number.
fn legend_places(entries: &[LegendEntry<'_>], width: f64) -> (Vec<(f64, usize)>, usize) {
    let (mut x, mut line) = (0.0, 0);
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        let needed = LEGEND_SAMPLE + text_width(&entry.name, theme::TICK_SIZE);
        if x > 0.0 && x + needed > width {
            x = 0.0;
            line += 1;
        }
        places.push((x, line));
        x += needed + LEGEND_GAP;
    }
    (places, line + 1)
}

fn legend_height(entries: &[LegendEntry<'_>], width: f64) -> f64 {
    let (_, lines) = legend_places(entries, width);
    if entries.is_empty() { 0.0 } else { lines as f64 * LEGEND_LINE + 6.0 }
}

/// Draws a legend in lines of some width, and returns the height it takes.
pub(super) fn draw_legend(
    canvas: &mut Canvas,
    entries: &[LegendEntry<'_>],
    (left, top): (f64, f64),
    width: f64,
) -> f64 {
    let (places, _) = legend_places(entries, width);
    for (entry, (place, line)) in entries.iter().zip(places) {
        let baseline = top + (line as f64 + 0.5) * LEGEND_LINE;
        draw_legend_entry(canvas, entry, left + place, baseline);
    }
    legend_height(entries, width)
}

/// The ticks of a chart and where they go.
pub(super) struct Frame {
    pub area: Area,
    pub x: AxisScale,
    pub y: AxisScale,
    pub second: Option<AxisScale>,
}

/// What the axes cover.
pub(super) struct Ranges<'a> {
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub second: Option<(f64, f64)>,
    /// Names at 0, 1, 2, ... of the horizontal axis instead of numbers.
    pub categories: Option<&'a [String]>,
    /// No grid: what is drawn covers the area.
    pub covered: bool,
    /// The colour of the second axis.
    pub second_colour: &'static str,
}

const LONGEST_CATEGORY: usize = 28;

/// How the names of categories are written: their texts, whether upright, and the room below.
struct CategoryLabels {
    texts: Vec<String>,
    upright: bool,
    room: f64,
}

impl CategoryLabels {
    fn new(names: &[String], width: f64) -> Self {
        let texts: Vec<String> = names.iter().map(|name| shorten(name, LONGEST_CATEGORY)).collect();
        let widest =
            texts.iter().map(|text| text_width(text, theme::TICK_SIZE)).fold(0.0, f64::max);
        let upright = widest > width / names.len() as f64 - 4.0;
        CategoryLabels { texts, upright, room: if upright { widest } else { theme::TICK_SIZE } }
    }
}

/// Draws everything but the marks, and returns the scales to place them.
pub(super) fn draw_frame(
    canvas: &mut Canvas,
    figure: &Figure,
    size: (f64, f64),
    ranges: &Ranges<'_>,
    second_label: &str,
    legend: &[LegendEntry<'_>],
) -> Frame {
    let (width, height) = size;
    let LogAxes { x: log_x, y: log_y, second: log_second } = figure.log;
    let ticks = |(low, high): (f64, f64), logarithmic: bool, most: usize| match logarithmic {
        true => Ticks::logarithmic(low, high, most),
        false => Ticks::within(low, high, most),
    };
    let y_ticks = ticks(ranges.y, log_y, 6);
    let second_ticks = ranges.second.map(|range| ticks(range, log_second, 6));
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
    let legend_height = legend_height(legend, width - left - right);
    let categories =
        ranges.categories.map(|names| CategoryLabels::new(names, width - left - right));
    let labels_room = categories.as_ref().map_or(theme::TICK_SIZE, |labels| labels.room);
    let below = 22.0 + labels_room + if figure.x_label.is_empty() { 0.0 } else { 22.0 };
    let area = Area {
        left,
        right: (width - right).max(left + 20.0),
        top: title + legend_height,
        bottom: (height - below).max(title + legend_height + 20.0),
    };
    let scale = |range, logarithmic, pixels| match logarithmic {
        true => AxisScale::logarithmic(range, pixels),
        false => AxisScale::linear(range, pixels),
    };
    let x = scale(ranges.x, log_x, (area.left, area.right));
    let y = scale(ranges.y, log_y, (area.bottom, area.top));
    let second = ranges.second.map(|range| scale(range, log_second, (area.bottom, area.top)));

    let most = (area.width() / 75.0).floor().clamp(2.0, 10.0) as usize;
    let grid = if ranges.covered { None } else { Some(theme::GRID) };
    match &categories {
        Some(labels) => draw_categories(canvas, area, &x, labels),
        None => draw_x_ticks(canvas, area, &x, &ticks(ranges.x, log_x, most), grid),
    }
    draw_y_ticks(canvas, area, &y, &y_ticks, grid);
    canvas.line((area.left, area.bottom), (area.right, area.bottom), theme::AXIS, 1.0);
    canvas.line((area.left, area.top), (area.left, area.bottom), theme::AXIS, 1.0);
    if let (Some(scale), Some(ticks)) = (&second, &second_ticks) {
        let style = TextStyle::new(theme::TICK_SIZE, Anchor::Start, theme::MUTED);
        for (value, text) in ticks.labelled() {
            let place = scale.place(value);
            let colour = ranges.second_colour;
            canvas.line((area.right, place), (area.right + 4.0, place), colour, 1.0);
            canvas.text(area.right + 8.0, place + 4.0, &text, style);
        }
        let colour = ranges.second_colour;
        canvas.line((area.right, area.top), (area.right, area.bottom), colour, 1.5);
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
    draw_legend(canvas, legend, (area.left, title), width - left - right);
    Frame { area, x, y, second }
}

/// The colour of a grid line: that of the axis' own zero stands out.
fn grid_colour(scale: &AxisScale, value: f64, usual: &'static str) -> &'static str {
    if value == 0.0 && scale.data().0 < 0.0 { theme::ZERO } else { usual }
}

fn draw_x_ticks(
    canvas: &mut Canvas,
    area: Area,
    scale: &AxisScale,
    ticks: &Ticks,
    grid: Option<&'static str>,
) {
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::MUTED);
    for (value, text) in ticks.labelled() {
        let place = scale.place(value);
        if let Some(usual) = grid {
            let colour = grid_colour(scale, value, usual);
            canvas.line((place, area.top), (place, area.bottom), colour, 1.0);
        }
        canvas.line((place, area.bottom), (place, area.bottom + 4.0), theme::AXIS, 1.0);
        canvas.text(place, area.bottom + 18.0, &text, style);
    }
}

fn draw_y_ticks(
    canvas: &mut Canvas,
    area: Area,
    scale: &AxisScale,
    ticks: &Ticks,
    grid: Option<&'static str>,
) {
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::End, theme::MUTED);
    for (value, text) in ticks.labelled() {
        let place = scale.place(value);
        if let Some(usual) = grid {
            let colour = grid_colour(scale, value, usual);
            canvas.line((area.left, place), (area.right, place), colour, 1.0);
        }
        canvas.line((area.left - 4.0, place), (area.left, place), theme::AXIS, 1.0);
        canvas.text(area.left - 8.0, place + 4.0, &text, style);
    }
}

fn draw_categories(canvas: &mut Canvas, area: Area, scale: &AxisScale, labels: &CategoryLabels) {
    let pitch = area.width() / labels.texts.len() as f64;
    let mut last = f64::NEG_INFINITY;
    for (index, text) in labels.texts.iter().enumerate() {
        let place = scale.place(index as f64);
        // Upright names need their own height; where there is less, some are left out.
        if pitch < theme::TICK_SIZE && place - last < theme::TICK_SIZE {
            continue;
        }
        last = place;
        let style = TextStyle::new(theme::TICK_SIZE, Anchor::Middle, theme::TEXT);
        if labels.upright {
            let style = TextStyle { anchor: Anchor::End, ..style }.rotated(-90.0);
            canvas.text(place + 4.0, area.bottom + 7.0, text, style);
        } else {
            canvas.text(place, area.bottom + 18.0, text, style);
        }
    }
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
        Sample::Box { hatch } => {
            canvas.rect(x, y - 6.0, 12.0, 12.0, entry.colour);
            canvas.hatch(hatch, (x, y - 6.0), (12.0, 12.0));
            x + 17.0
        }
    };
    let style = TextStyle::new(theme::TICK_SIZE, Anchor::Start, theme::TEXT);
    canvas.text(text_x, y + 4.0, &entry.name, style);
}
