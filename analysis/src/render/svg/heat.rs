//! Heat maps.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Anchor, Canvas, TextStyle, colour_bar::draw_colour_bar, number};
use crate::{
    Figure,
    figure::{
        heat::{HeatMap, label_runs},
        theme,
    },
    text::{escape_xml, number_or_missing, shorten, text_width},
};

const LONGEST_LABEL: usize = 28;
const TALLEST_CELLS: f64 = 560.0;
const LARGEST_CELL: f64 = 46.0;
const SMALLEST_LETTERS: f64 = 7.0;
/// Letters of level labels are made smaller down to these before they turn.
const SMALLEST_LEVEL: f64 = 9.0;
/// Where not every label has room, those that stay are of this size.
const THINNED_LETTERS: f64 = 9.5;
/// Cells beyond this number get no tooltips, to keep the file small.
const MOST_TOOLTIPS: usize = 2500;

/// One label for a run of cells.
struct RunLabel {
    /// Middle of the run, in cells.
    middle: f64,
    text: String,
}

/// Labels of one side, runs of equal ones joined.
struct Side {
    labels: Vec<RunLabel>,
    /// Boundaries between runs of several cells, in cells.
    boundaries: Vec<usize>,
    grouped: bool,
}

impl Side {
    fn new(labels: &[String]) -> Self {
        let runs = label_runs(labels);
        let grouped = runs.iter().any(|&(_, length)| length > 1);
        Side {
            labels: runs
                .iter()
                .map(|&(first, length)| RunLabel {
                    middle: first as f64 + length as f64 / 2.0,
                    text: shorten(&labels[first], LONGEST_LABEL),
                })
                .collect(),
            boundaries: runs.iter().skip(1).map(|&(first, _)| first).collect(),
            grouped,
        }
    }

    fn widest(&self, size: f64) -> f64 {
        self.labels.iter().map(|label| text_width(&label.text, size)).fold(0.0, f64::max)
    }

    /// Draws every label, or where they would cover each other those that keep a distance.
    fn spaced(&self, cell: f64, size: f64) -> impl Iterator<Item = &RunLabel> {
        let mut last = f64::NEG_INFINITY;
        self.labels.iter().filter(move |label| {
            let keep = (label.middle - last) * cell >= size * 0.95;
            if keep {
                last = label.middle;
            }
            keep
        })
    }
}

pub(super) fn draw(figure: &Figure, heat: &HeatMap) -> String {
    let (n_rows, n_columns) = heat.values.dim();
    let (rows, columns) = (Side::new(&heat.rows), Side::new(&heat.columns));
    let width = figure.size.map_or(theme::WIDTH, |(width, _)| width);
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let y_title = if figure.y_label.is_empty() { 0.0 } else { 22.0 };
    let x_title = if figure.x_label.is_empty() { 0.0 } else { 22.0 };
    let bar_room = 100.0;

    // The letters depend on the cells, the cells on the room the letters leave: settle once.
    let fit = |letters: f64| {
        let left = 14.0 + y_title + rows.widest(letters) + 8.0;
        let across = (width - left - bar_room) / n_columns as f64;
        let room = figure.size.map_or(TALLEST_CELLS, |(_, height)| {
            height - title - columns.widest(letters) - 24.0 - x_title
        });
        let cell = across.min(room / n_rows as f64).clamp(0.5, LARGEST_CELL);
        (left, if cell >= 3.0 { cell.floor() } else { cell })
    };
    let (_, cell) = fit(theme::TICK_SIZE);
    let letters = match (cell * 0.95).min(theme::TICK_SIZE) {
        _ if rows.grouped || columns.grouped => theme::TICK_SIZE,
        letters if letters < SMALLEST_LETTERS => THINNED_LETTERS,
        letters => letters,
    };
    let (left, cell) = fit(letters);

    let names = ColumnNames::new(&columns, letters, cell, left);
    let below = names.room(&columns);
    let (across, down) = (cell * n_columns as f64, cell * n_rows as f64);
    let used = left + across + bar_room;
    let height = figure.size.map_or(title + down + 10.0 + below + 14.0 + x_title, |(_, h)| h);
    // A small matrix stands in the middle.
    let left = left + ((width - used) / 2.0).max(0.0);
    let (top, right, bottom) = (title, left + across, title + down);

    let mut canvas = Canvas::new(figure, width, height);
    draw_cells(&mut canvas, heat, (left, top), cell);
    for side_boundary in &rows.boundaries {
        if rows.grouped {
            let y = top + *side_boundary as f64 * cell;
            canvas.line((left, y), (right, y), "#ffffff", 1.5);
        }
    }
    for side_boundary in &columns.boundaries {
        if columns.grouped {
            let x = left + *side_boundary as f64 * cell;
            canvas.line((x, top), (x, bottom), "#ffffff", 1.5);
        }
    }
    let style = TextStyle::new(letters, Anchor::End, theme::TEXT);
    for RunLabel { middle, text, .. } in rows.spaced(cell, letters) {
        canvas.text(left - 7.0, top + middle * cell + letters * 0.35, text, style);
    }
    for RunLabel { middle, text, .. } in columns.spaced(cell, letters) {
        names.draw(&mut canvas, text, (left + middle * cell, bottom + 7.0));
    }
    let style = TextStyle::new(theme::LABEL_SIZE, Anchor::Middle, theme::TEXT);
    if !figure.x_label.is_empty() {
        canvas.text((left + right) / 2.0, height - 12.0, &figure.x_label, style);
    }
    if !figure.y_label.is_empty() {
        let x = left - rows.widest(letters) - 20.0;
        canvas.text(x, (top + bottom) / 2.0, &figure.y_label, style.rotated(-90.0));
    }
    let bar = (right + 22.0, top, down.max(90.0).min(height - top - 20.0));
    let beyond = heat.scale.beyond(&heat.values);
    draw_colour_bar(&mut canvas, &heat.scale, &heat.value_name, beyond, bar);
    canvas.finish(&figure.to_text())
}

/// How the names below the columns are written.
struct ColumnNames {
    letters: f64,
    /// Degrees by which they rise: 0, 45 or 90.
    slope: f64,
}

impl ColumnNames {
    /// Level if they leave each other room, if need be in letters a little smaller; else slanted if
    /// they are far enough apart and the first does not reach over the edge at `left`; else upright.
    fn new(columns: &Side, letters: f64, cell: f64, left: f64) -> Self {
        let middles = columns.labels.iter().map(|label| label.middle * cell);
        let least = middles.clone().zip(middles.clone().skip(1)).map(|(a, b)| b - a);
        let least = least.fold(f64::INFINITY, f64::min);
        let fits = |letters: f64| {
            let mut end = f64::NEG_INFINITY;
            columns.labels.iter().zip(middles.clone()).all(|(label, middle)| {
                let half = text_width(&label.text, letters) / 2.0;
                let fits = middle - half >= end;
                end = middle + half + 6.0;
                fits
            })
        };
        let level = [1.0, 0.92, 0.84, 0.76]
            .map(|share| share * letters)
            .into_iter()
            .find(|&size| size >= letters.min(SMALLEST_LEVEL) && fits(size));
        if let Some(letters) = level {
            return ColumnNames { letters, slope: 0.0 };
        }
        let reaches = |label: &RunLabel| {
            let across = text_width(&label.text, letters) * std::f64::consts::FRAC_1_SQRT_2;
            across > left + label.middle * cell - 4.0
        };
        let slanted = least >= 1.5 * letters && !columns.labels.iter().any(reaches);
        ColumnNames { letters, slope: if slanted { 45.0 } else { 90.0 } }
    }

    /// How far down they reach.
    fn room(&self, columns: &Side) -> f64 {
        match self.slope {
            0.0 => 12.0,
            slope => {
                let (up, across) = slope.to_radians().sin_cos();
                columns.widest(self.letters) * up + self.letters * across
            }
        }
    }

    /// Draws one, given the middle of its columns and where the room for it begins.
    fn draw(&self, canvas: &mut Canvas, text: &str, (x, top): (f64, f64)) {
        let style = TextStyle::new(self.letters, Anchor::End, theme::TEXT);
        match self.slope {
            0.0 => {
                let style = TextStyle { anchor: Anchor::Middle, ..style };
                canvas.text(x, top + self.letters, text, style);
            }
            // The middle of the end of the last letter stands below the middle of the columns.
            slope => {
                let (up, across) = slope.to_radians().sin_cos();
                let (dx, dy) = (self.letters * 0.35 * up, self.letters * 0.35 * across);
                canvas.text(x + dx, top + dy, text, style.rotated(-slope));
            }
        }
    }
}

pub(super) fn draw_cells(canvas: &mut Canvas, heat: &HeatMap, corner: (f64, f64), cell: f64) {
    let texts: Vec<String> = heat.values.iter().map(|value| format!("{value:.2}")).collect();
    let widest = texts.iter().map(|text| text_width(text, 11.0)).fold(0.0, f64::max);
    let written = cell >= 30.0 && widest < cell - 2.0;
    if heat.values.len() <= MOST_TOOLTIPS {
        draw_named_cells(canvas, heat, corner, cell);
    } else {
        draw_runs(canvas, heat, corner, cell);
    }
    if written {
        for (((row, column), &value), text) in heat.values.indexed_iter().zip(&texts) {
            if !value.is_finite() {
                continue;
            }
            let ink = heat.scale.ink(value);
            let style = TextStyle::new(11.0, Anchor::Middle, ink);
            let text = text.replacen('-', "−", 1);
            let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
            canvas.text(corner.0 + x * cell, corner.1 + y * cell + 4.0, &text, style);
        }
    }
}

fn fill(heat: &HeatMap, value: f64) -> String {
    if value.is_finite() { heat.scale.colour(value) } else { theme::MISSING.to_string() }
}

/// One rectangle with a tooltip for each cell.
fn draw_named_cells(canvas: &mut Canvas, heat: &HeatMap, corner: (f64, f64), cell: f64) {
    canvas.open_group("shape-rendering=\"crispEdges\"");
    let side = number(cell);
    for ((row, column), &value) in heat.values.indexed_iter() {
        let (x, y) = (corner.0 + column as f64 * cell, corner.1 + row as f64 * cell);
        let (x, y, fill) = (number(x), number(y), fill(heat, value));
        let (row, column) = (&heat.rows[row], &heat.columns[column]);
        let tip = escape_xml(&format!("{row} · {column}: {}", number_or_missing(value)));
        canvas.push(format_args!(
            r#"<rect class="cell" x="{x}" y="{y}" width="{side}" height="{side}" fill="{fill}"><title>{tip}</title></rect>"#
        ));
    }
    canvas.close_group();
}

/// One path for each colour, of the runs of cells that have it: a tenth of the size. Coordinates
/// are in cells.
fn draw_runs(canvas: &mut Canvas, heat: &HeatMap, corner: (f64, f64), cell: f64) {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for (row, values) in heat.values.rows().into_iter().enumerate() {
        let fills: Vec<String> = values.iter().map(|&value| fill(heat, value)).collect();
        for (first, length) in label_runs(&fills) {
            let path = paths.entry(fills[first].clone()).or_default();
            write!(path, "M{first} {row}.5h{length}").expect("writing to a string cannot fail");
        }
    }
    let (x, y, cell) = (number(corner.0), number(corner.1), number(cell));
    canvas.open_group(&format!(
        r#"transform="translate({x} {y}) scale({cell})" shape-rendering="crispEdges""#
    ));
    for (colour, path) in paths {
        canvas.push(format_args!(r#"<path stroke="{colour}" d="{path}"/>"#));
    }
    canvas.close_group();
}
