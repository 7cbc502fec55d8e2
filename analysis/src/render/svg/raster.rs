//! Rasters.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    Canvas,
    axes::{Ranges, draw_frame},
    colour_bar::draw_colour_bar,
    number,
};
use crate::{
    Figure,
    figure::{heat::label_runs, raster::Raster, theme},
};

/// Room for the scale of colours.
const BAR_ROOM: f64 = 84.0;

pub(super) fn draw(figure: &Figure, chart: &Raster) -> String {
    let (units, times) = chart.values.dim();
    let size = figure.size.unwrap_or_else(|| {
        let height = 120.0 + (units as f64 * 8.0).clamp(120.0, 480.0);
        (theme::WIDTH, height)
    });
    let mut canvas = Canvas::new(figure, size.0, size.1);
    let x = (chart.start - chart.step / 2.0, chart.start + chart.step * (times as f64 - 0.5));
    let y = (-0.5, units as f64 - 0.5);
    let ranges =
        Ranges { x, y, second: None, categories: None, covered: true, second_colour: theme::AXIS };
    let inner = (size.0 - BAR_ROOM, size.1);
    let frame = draw_frame(&mut canvas, figure, inner, &ranges, "", &[]);
    let area = frame.area;
    // One path for each colour, of the runs of cells that have it; coordinates are in cells.
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for (unit, values) in chart.values.rows().into_iter().enumerate() {
        let row = units - 1 - unit;
        let fills: Vec<String> = values
            .iter()
            .map(|&value| match value.is_finite() {
                true => chart.scale.colour(value),
                false => theme::MISSING.to_string(),
            })
            .collect();
        for (first, length) in label_runs(&fills) {
            let path = paths.entry(fills[first].clone()).or_default();
            write!(path, "M{first} {row}.5h{length}").expect("writing to a string cannot fail");
        }
    }
    let (left, top) = (number(area.left), number(area.top));
    let across = area.width() / times as f64;
    let down = area.height() / units as f64;
    canvas.open_group(&format!(
        r#"transform="translate({left} {top}) scale({across:.5} {down:.5})" shape-rendering="crispEdges""#
    ));
    for (colour, path) in paths {
        canvas.push(format_args!(r#"<path stroke="{colour}" d="{path}"/>"#));
    }
    canvas.close_group();
    for (from, to) in [
        ((area.left, area.top), (area.right, area.top)),
        ((area.right, area.top), (area.right, area.bottom)),
        ((area.left, area.bottom), (area.right, area.bottom)),
        ((area.left, area.top), (area.left, area.bottom)),
    ] {
        canvas.line(from, to, theme::AXIS, 1.0);
    }
    let bar = (area.right + 14.0, area.top, area.height());
    let beyond = chart.scale.beyond(&chart.values);
    draw_colour_bar(&mut canvas, &chart.scale, &chart.value_name, beyond, bar);
    canvas.finish(&figure.to_text())
}
