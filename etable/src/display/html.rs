//! Tables as HTML, with tensors as inline SVG images.

use std::fmt::Write;

use super::{Shown, short, text};
use crate::column::{ColumnSpec, Reader};
use crate::element::{Element, ElementType};
use crate::grid::Grid;

/// Cells of more elements are shown as text.
const IMAGE_ELEMENTS: usize = 4096;
/// The side of an image aimed at, in pixels.
const IMAGE_SIDE: usize = 96;
const MISSING: &str = "#bdbdbd";
/// Dark to yellow (after Matplotlib's viridis, by Smith and van der Walt).
const SEQUENTIAL: [[f64; 3]; 5] = [
    [68.0, 1.0, 84.0],
    [59.0, 82.0, 139.0],
    [33.0, 145.0, 140.0],
    [94.0, 201.0, 98.0],
    [253.0, 231.0, 37.0],
];
/// Blue by white to red.
const DIVERGING: [[f64; 3]; 3] = [[33.0, 102.0, 172.0], [255.0, 255.0, 255.0], [178.0, 24.0, 43.0]];

pub(super) fn fragment(shown: &Shown<'_>) -> String {
    let mut html = String::from(
        "<div class=\"etable\"><table style=\"border-collapse:collapse;font-size:12px\"><thead><tr>\
         <th></th>",
    );
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
                Some(scale) if !reader.is_null(row) => image(&mut html, spec, reader, row, scale),
                _ if spec.shape.is_scalar() => {
                    html.push_str(&escaped(&short(reader.element(row, 0))))
                }
                _ => html.push_str(&escaped(&text::cell(reader, row, &spec.shape))),
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table><small>");
    html.push_str(&shown.size());
    if let Some(hidden) = shown.hidden_columns() {
        html.push_str(&format!("; {}", escaped(&hidden)));
    }
    html.push_str("</small></div>");
    html
}

/// The text with all that means something to HTML replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The colours of a column's values: one scale for all cells shown, so that they compare.
struct Scale {
    greatest: f64,
    diverging: bool,
}

impl Scale {
    /// None for columns that are not shown as images.
    fn new(shown: &Shown<'_>, spec: &ColumnSpec, reader: &Reader<'_>) -> Option<Self> {
        let length = spec.shape.len();
        let drawn = (1..=IMAGE_ELEMENTS).contains(&length);
        if spec.shape.is_scalar() || spec.element == ElementType::Text || !drawn {
            return None;
        }
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
        if self.diverging {
            interpolated(&DIVERGING, (part + 1.0) / 2.0)
        } else {
            interpolated(&SEQUENTIAL, part)
        }
    }
}

/// The colour at `part` (0 to 1) of the way along the stops.
fn interpolated(stops: &[[f64; 3]], part: f64) -> String {
    let place = part * (stops.len() - 1) as f64;
    let first = (place.floor() as usize).min(stops.len() - 2);
    let rest = place - first as f64;
    let mix =
        |i: usize| (stops[first][i] + rest * (stops[first + 1][i] - stops[first][i])).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

fn image(html: &mut String, spec: &ColumnSpec, reader: &Reader<'_>, row: usize, scale: &Scale) {
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
        escaped(&format!("{} {}", spec.name, text::cell(reader, row, &spec.shape)))
    );
    for image_row in 0..rows {
        let data_row = if top_zero { image_row } else { rows - 1 - image_row };
        for column in 0..columns {
            let element = reader.element(row, grid.element(data_row, column));
            let _ = write!(
                html,
                "<rect x=\"{}\" y=\"{}\" width=\"{side}\" height=\"{side}\" fill=\"{}\"/>",
                place(column, grid.block_columns()),
                place(image_row, grid.block_rows()),
                scale.colour(element.and_then(Element::to_f64))
            );
        }
    }
    html.push_str("</svg>");
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::Table;

    #[test]
    fn colours_run_from_blue_by_white_to_red_or_dark_to_yellow() {
        let diverging = Scale { greatest: 2.0, diverging: true };
        assert_eq!(diverging.colour(Some(-2.0)), "#2166ac");
        assert_eq!(diverging.colour(Some(0.0)), "#ffffff");
        assert_eq!(diverging.colour(Some(2.0)), "#b2182b");
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
        assert_eq!(html.matches("<rect").count(), 2);
        assert_eq!(html.matches("http").count(), 1, "only the name of the SVG language");
    }
}
