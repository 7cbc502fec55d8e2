//! Static drawings, written directly.
//!
//! No ids, scripts or outside references are used, so that any number of drawings can stand in
//! one page; numbers are written with two decimals, so that equal figures give equal bytes.

mod axes;
mod bars;
mod clustered;
mod colour_bar;
mod dendrogram;
mod grid;
mod heat;
mod line;
mod names;
mod raster;
mod scatter;
mod space;

use std::fmt::Write as _;

use crate::{
    Figure,
    figure::{
        Content,
        theme::{self, Hatch},
    },
    text::{escape_xml, trim_zeros},
};

/// Draws a figure.
pub(crate) fn draw(figure: &Figure) -> String {
    match &figure.content {
        Content::Lines(chart) => line::draw(figure, chart),
        Content::Scatter(chart) => scatter::draw(figure, chart),
        Content::Space(chart) => space::draw(figure, chart),
        Content::Bars(chart) => bars::draw(figure, chart),
        Content::Histogram(chart) => bars::draw_histogram(figure, chart),
        Content::Heat(heat) => heat::draw(figure, heat),
        Content::Clustered(chart) => clustered::draw(figure, chart),
        Content::Raster(chart) => raster::draw(figure, chart),
        Content::Grid(grid) => grid::draw(figure, grid),
        Content::Dendrogram(chart) => dendrogram::draw(figure, chart),
    }
}

/// Drawings in one, `columns` in a row, each at its own size from the upper left corner of its
/// place.
pub(crate) fn side_by_side(drawings: &[String], columns: usize, description: &str) -> String {
    let size = |drawing: &String| {
        let of = |name: &str| -> f64 {
            let rest = drawing.split(name).nth(1).unwrap_or_default();
            rest.split('"').next().and_then(|text| text.parse().ok()).unwrap_or_default()
        };
        (of(" width=\""), of(" height=\""))
    };
    let columns = columns.min(drawings.len());
    let mut widths = vec![0.0; columns];
    let mut heights = vec![0.0; drawings.len().div_ceil(columns)];
    for (index, drawing) in drawings.iter().enumerate() {
        let (width, height) = size(drawing);
        widths[index % columns] = f64::max(widths[index % columns], width);
        heights[index / columns] = f64::max(heights[index / columns], height);
    }
    let (width, height) = (widths.iter().sum(), heights.iter().sum());
    let mut canvas = Canvas { body: String::new(), width, height };
    canvas.rect(0.0, 0.0, width, height, "#ffffff");
    for (index, drawing) in drawings.iter().enumerate() {
        let x: f64 = widths[..index % columns].iter().sum();
        let y: f64 = heights[..index / columns].iter().sum();
        let place = format!(r#"<svg x="{}" y="{}" "#, number(x), number(y));
        canvas.body += &drawing.replacen("<svg ", &place, 1);
    }
    canvas.finish(description)
}

/// A number for SVG: two decimals at most.
pub(crate) fn number(value: f64) -> String {
    trim_zeros(format!("{value:.2}"))
}

/// Where a text's position lies in it, horizontally.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(crate) struct TextStyle {
    pub size: f64,
    pub anchor: Anchor,
    pub colour: &'static str,
    pub bold: bool,
    /// Degrees clockwise about the text's position.
    pub rotate: f64,
}

impl TextStyle {
    pub fn new(size: f64, anchor: Anchor, colour: &'static str) -> Self {
        TextStyle { size, anchor, colour, bold: false, rotate: 0.0 }
    }

    pub fn rotated(self, degrees: f64) -> Self {
        TextStyle { rotate: degrees, ..self }
    }
}

/// An SVG being written.
pub(crate) struct Canvas {
    body: String,
    width: f64,
    height: f64,
}

impl Canvas {
    /// A white canvas with the figure's title on top.
    pub fn new(figure: &Figure, width: f64, height: f64) -> Self {
        let mut canvas = Canvas { body: String::new(), width, height };
        canvas.rect(0.0, 0.0, width, height, "#ffffff");
        if !figure.title.is_empty() {
            let style = TextStyle {
                bold: true,
                ..TextStyle::new(theme::TITLE_SIZE, Anchor::Middle, theme::TEXT)
            };
            canvas.text(width / 2.0, 26.0, &figure.title, style);
        }
        canvas
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        let (x1, y1, x2, y2) = (number(from.0), number(from.1), number(to.0), number(to.1));
        let width = number(width);
        self.push(format_args!(
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let (x, y, width, height) = (number(x), number(y), number(width), number(height));
        self.push(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#
        ));
    }

    /// Stripes over a filled rectangle of some corner and size.
    pub fn hatch(&mut self, hatch: Hatch, (left, top): (f64, f64), (width, height): (f64, f64)) {
        const STEP: f64 = 6.0;
        let places = |size: f64| {
            let first = STEP.min(size) / 2.0;
            (0..).map(move |index| first + f64::from(index) * STEP).take_while(move |at| *at < size)
        };
        let mut path = String::new();
        if matches!(hatch, Hatch::Level | Hatch::Crossed) {
            for at in places(height) {
                path += &format!("M{} {}h{}", number(left), number(top + at), number(width));
            }
        }
        if matches!(hatch, Hatch::Upright | Hatch::Crossed) {
            for at in places(width) {
                path += &format!("M{} {}v{}", number(left + at), number(top), number(height));
            }
        }
        if !path.is_empty() {
            self.push(format_args!(
                r##"<path class="hatch" d="{path}" stroke="#ffffff" stroke-width="1.6"/>"##
            ));
        }
    }

    /// An open line through points; `dash` as in `stroke-dasharray`, empty for none.
    pub fn polyline(&mut self, points: &[(f64, f64)], colour: &str, width: f64, dash: &str) {
        let mut list = String::with_capacity(points.len() * 14);
        for (x, y) in points {
            if !list.is_empty() {
                list.push(' ');
            }
            list += &number(*x);
            list.push(',');
            list += &number(*y);
        }
        let dash = match dash {
            "" => String::new(),
            pattern => format!(r#" stroke-dasharray="{pattern}""#),
        };
        self.push(format_args!(
            r#"<polyline points="{list}" fill="none" stroke="{colour}" stroke-width="{}" stroke-linejoin="round" stroke-linecap="round"{dash}/>"#,
            number(width)
        ));
    }

    /// A filled outline that the background shines through.
    pub fn area(&mut self, corners: &[(f64, f64)], colour: &str, opacity: f64) {
        let corners: Vec<String> =
            corners.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        let (corners, opacity) = (corners.join(" "), number(opacity));
        self.push(format_args!(
            r#"<polygon points="{corners}" fill="{colour}" fill-opacity="{opacity}"/>"#
        ));
    }

    /// A vertical error bar with short ends.
    pub fn whisker(&mut self, x: f64, ends: (f64, f64), half: f64, colour: &str) {
        self.line((x, ends.0), (x, ends.1), colour, 1.3);
        for end in [ends.0, ends.1] {
            self.line((x - half, end), (x + half, end), colour, 1.3);
        }
    }

    /// A mark of a group: circle, square, triangle or diamond in turn, with a tooltip.
    pub fn mark(&mut self, shape: usize, x: f64, y: f64, radius: f64, fill: &str, tip: &str) {
        let title = match tip {
            "" => String::new(),
            tip => format!("<title>{}</title>", escape_xml(tip)),
        };
        let style = format!(r##"class="mark" fill="{fill}" stroke="#ffffff" stroke-width="1""##);
        if shape.is_multiple_of(4) {
            let (x, y, radius) = (number(x), number(y), number(radius));
            self.push(format_args!(
                r#"<circle cx="{x}" cy="{y}" r="{radius}" {style}>{title}</circle>"#
            ));
            return;
        }
        let corners: &[(f64, f64)] = match shape % 4 {
            1 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            2 => &[(0.0, -1.2), (1.1, 0.85), (-1.1, 0.85)],
            _ => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
        };
        let points: Vec<String> = corners
            .iter()
            .map(|(dx, dy)| format!("{},{}", number(x + dx * radius), number(y + dy * radius)))
            .collect();
        let points = points.join(" ");
        self.push(format_args!(r#"<polygon points="{points}" {style}>{title}</polygon>"#));
    }

    pub fn text(&mut self, x: f64, y: f64, text: &str, style: TextStyle) {
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let weight = if style.bold { r#" font-weight="bold""# } else { "" };
        let (x, y, size) = (number(x), number(y), number(style.size));
        let rotate = if style.rotate == 0.0 {
            String::new()
        } else {
            format!(r#" transform="rotate({} {x} {y})""#, number(style.rotate))
        };
        let (colour, text) = (style.colour, escape_xml(text));
        self.push(format_args!(
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{anchor}{weight}{rotate}>{text}</text>"#
        ));
    }

    /// Opens an area outside which nothing shows; coordinates stay those of the canvas.
    pub fn open_clip(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (number(x), number(y), number(width), number(height));
        self.push(format_args!(
            r#"<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{x} {y} {width} {height}" overflow="hidden">"#
        ));
    }

    pub fn close_clip(&mut self) {
        self.push(format_args!("</svg>"));
    }

    /// Opens a group of shapes with attributes in common.
    pub fn open_group(&mut self, attributes: &str) {
        self.push(format_args!("<g {attributes}>"));
    }

    pub fn close_group(&mut self) {
        self.push(format_args!("</g>"));
    }

    pub fn push(&mut self, element: std::fmt::Arguments<'_>) {
        self.body.write_fmt(element).expect("writing to a string cannot fail");
        self.body.push('\n');
    }

    /// The whole drawing, with `description` for readers who cannot see it.
    pub fn finish(self, description: &str) -> String {
        let (width, height) = (number(self.width), number(self.height));
        let (font, description) = (theme::FONT, escape_xml(description));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{font}" role="img" aria-label="{description}">
{}</svg>
"#,
            self.body
        )
    }
}
