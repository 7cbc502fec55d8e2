//! Tables as HTML, with tensors as inline SVG images.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{ENDS, Shown, is_drawn, text};
use crate::colour::{DIVERGING, SEQUENTIAL, hex, mixed};
use crate::column::{ColumnSpec, Reader};
use crate::element::Element;
use crate::grid::Grid;
use crate::markup::escaped;

/// The side of an image aimed at, in pixels.
const IMAGE_SIDE: usize = 96;
const MISSING: &str = "#bdbdbd";

pub(super) fn fragment(shown: &Shown<'_>) -> String {
    let mut html = String::from("<div class=\"etable\">");
    let scrolls = shown.rows.len() > 2 * ENDS + 1;
    if scrolls {
        html.push_str("<div style=\"max-height:480px;overflow:auto\">");
    }
    html.push_str("<table style=\"border-collapse:collapse;font-size:12px\"><thead><tr><th></th>");
    let specs = &shown.table.specs()[..shown.n_columns()];
    for spec in specs {
        let description = spec.metadata.get("description").or_else(|| spec.metadata.get("desc"));
        match description {
            Some(text) => html.push_str(&format!("<th title=\"{}\">", escaped(text))),
            None => html.push_str("<th>"),
        }
        html.push_str(&format!(
            "{}<br><small style=\"font-weight:normal;opacity:.7\">{}</small></th>",
            escaped(&spec.name),
            escaped(&spec.type_name())
        ));
    }
    html.push_str("</tr></thead><tbody>");
    let readers: Vec<_> = (0..specs.len()).map(|index| shown.table.reader(index)).collect();
    let scales: Vec<_> =
        specs.iter().zip(&readers).map(|(spec, reader)| Scale::new(shown, spec, reader)).collect();
    for row in &shown.rows {
        let Some(row) = *row else {
            let span = specs.len() + 1;
            let _ =
                write!(html, "<tr><td colspan=\"{span}\" style=\"text-align:center\">⋮</td></tr>");
            continue;
        };
        let _ = write!(html, "<tr><th>{row}</th>");
        for ((spec, reader), scale) in specs.iter().zip(&readers).zip(&scales) {
            let number = spec.shape.is_scalar() && spec.element.is_number();
            let align = if number { "right" } else { "left" };
            let _ = write!(html, "<td style=\"text-align:{align};padding:2px 6px\">");
            match scale {
                Some(scale) if !reader.is_null(row) => {
                    image(&mut html, shown, spec, reader, row, scale)
                }
                _ if spec.shape.is_scalar() => {
                    html.push_str(&escaped(&shown.short(reader.element(row, 0))))
                }
                _ => html.push_str(&escaped(&text::cell(shown, reader, row, &spec.shape))),
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html.push_str(if scrolls { "</div><small>" } else { "<small>" });
    html.push_str(&shown.size());
    if let Some(hidden) = shown.hidden_columns() {
        html.push_str(&format!("; {}", escaped(&hidden)));
    }
    html.push_str("</small></div>");
    html
}

/// The colours of a column's values: one scale for all cells shown, so that they compare.
struct Scale {
    greatest: f64,
    diverging: bool,
}

impl Scale {
    /// None for columns that are not shown as images.
    fn new(shown: &Shown<'_>, spec: &ColumnSpec, reader: &Reader<'_>) -> Option<Self> {
        if !is_drawn(spec) {
            return None;
        }
        let length = spec.shape.len();
        let mut scale = Self { greatest: 0.0, diverging: false };
        for &row in shown.rows.iter().flatten() {
            for element in 0..length {
                let value = reader.element(row, element).and_then(Element::to_f64);
                if let Some(value) = value.filter(|value| value.is_finite()) {
                    scale.greatest = scale.greatest.max(value.abs());
                    scale.diverging |= value < 0.0;
                }
            }
        }
        Some(scale)
    }

    fn colour(&self, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| !value.is_nan()) else {
            return MISSING.into();
        };
        let greatest = if self.greatest > 0.0 { self.greatest } else { 1.0 };
        let part = (value / greatest).clamp(-1.0, 1.0);
        hex(if self.diverging {
            mixed(&DIVERGING, (part + 1.0) / 2.0)
        } else {
            mixed(&SEQUENTIAL, part)
        })
    }
}

/// One path for each colour, of the runs of units that have it: what is drawn stays in notebooks.
fn image(
    html: &mut String,
    shown: &Shown<'_>,
    spec: &ColumnSpec,
    reader: &Reader<'_>,
    row: usize,
    scale: &Scale,
) {
    let flag = |key: &str, usual: bool| spec.metadata.get(key).map_or(usual, |text| text == "true");
    let grid = Grid::new(&spec.shape, flag("odd-row", false));
    let (rows, columns) = (grid.rows(), grid.columns());
    let side = (IMAGE_SIDE / rows.max(columns)).clamp(2, 12);
    let place = |index: usize, block: usize| index * side + index / block * 2;
    let (width, height) = (
        place(columns - 1, grid.block_columns()) + side,
        place(rows - 1, grid.block_rows()) + side,
    );
    let top_zero = flag("top-zero", true);
    let _ = write!(
        html,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         shape-rendering=\"crispEdges\" role=\"img\"><title>{}</title>",
        escaped(&format!("{} {}", spec.name, text::cell(shown, reader, row, &spec.shape)))
    );
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let block = grid.block_columns();
    for image_row in 0..rows {
        let data_row = if top_zero { image_row } else { rows - 1 - image_row };
        let y = place(image_row, grid.block_rows());
        let colours: Vec<String> = (0..columns)
            .map(|column| {
                let element = reader.element(row, grid.place(data_row, column));
                scale.colour(element.and_then(Element::to_f64))
            })
            .collect();
        // Between blocks is a gap, which no run crosses.
        for (number, colours) in colours.chunks(block).enumerate() {
            let mut column = number * block;
            for run in colours.chunk_by(|a, b| a == b) {
                let (x, length) = (place(column, block), run.len() * side);
                let path = paths.entry(run[0].clone()).or_default();
                let _ = write!(path, "M{x} {y}h{length}v{side}h-{length}z");
                column += run.len();
            }
        }
    }
    for (colour, path) in paths {
        let _ = write!(html, "<path fill=\"{colour}\" d=\"{path}\"/>");
    }
    html.push_str("</svg>");
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, array};

    use super::*;
    use crate::table::Table;

    #[test]
    fn colours_run_from_blue_by_white_to_red_or_dark_to_yellow() {
        let diverging = Scale { greatest: 2.0, diverging: true };
        assert_eq!(diverging.colour(Some(-2.0)), "#053061");
        assert_eq!(diverging.colour(Some(0.0)), "#f7f7f7");
        assert_eq!(diverging.colour(Some(2.0)), "#67001f");
        let sequential = Scale { greatest: 0.5, diverging: false };
        assert_eq!(sequential.colour(Some(0.0)), "#440154");
        assert_eq!(sequential.colour(Some(0.5)), "#fde725");
        assert_eq!(sequential.colour(Some(f64::NAN)), MISSING);
    }

    #[test]
    fn text_is_escaped_and_nothing_comes_from_outside() {
        let table = Table::new()
            .with_column("<b>&\"", ["<script>alert(1)</script>"])
            .unwrap()
            .with_tensor("Act", array![[0.5_f32, -1.0]], &["x<"])
            .unwrap();
        let html = table.to_html();
        assert!(html.contains("&lt;b&gt;&amp;&quot;") && html.contains("&lt;script&gt;"));
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("href"));
        assert_eq!(html.matches("<path").count(), 2);
        assert_eq!(html.matches("http").count(), 1, "only the name of the SVG language");
    }

    #[test]
    fn units_of_one_colour_are_one_path_of_runs_within_blocks() {
        let row = [1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0];
        let act = Array3::from_shape_fn((1, 2, 8), |(_, _, x)| row[x]);
        let table = Table::new()
            .with_tensor("Act", act, &["y", "x"])
            .unwrap()
            .with_tensor("Pools", array![[[[[1.0, 1.0]], [[1.0, 0.0]]]]], &[])
            .unwrap();
        let html = table.to_html();
        let paths: Vec<&str> =
            html.split("d=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        // Dark comes first in the order of colours' names.
        assert_eq!(
            paths,
            [
                "M24 0h12v12h-12zM72 0h24v12h-24zM24 12h12v12h-12zM72 12h24v12h-24z",
                "M0 0h24v12h-24zM36 0h36v12h-36zM0 12h24v12h-24zM36 12h36v12h-36z",
                "M38 0h12v12h-12z",
                "M0 0h24v12h-24zM26 0h12v12h-12z",
            ]
        );
    }
}
