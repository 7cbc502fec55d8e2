//! Figures in a few lines of plain text.

use crate::{
    Figure,
    figure::{Content, dendrogram::DendrogramChart, heat::HeatMap, line::LineChart, scale::extent},
    text::{short_number, shorten},
};

const SPARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const SPARK_WIDTH: usize = 40;

pub(crate) fn describe(figure: &Figure) -> String {
    let title = if figure.title.is_empty() { String::new() } else { format!("{}\n", figure.title) };
    let body = match &figure.content {
        Content::Lines(chart) => lines(chart, &figure.x_label),
        Content::Scatter(chart) => {
            let groups = match &chart.groups {
                None => String::new(),
                Some((names, _)) => format!(" in {} groups ({})", names.len(), names.join(", ")),
            };
            let (x, y) = (&figure.x_label, &figure.y_label);
            format!(
                "scatter of {} points{groups}: {x} {}, {y} {}",
                chart.drawn().count(),
                span(&chart.x),
                span(&chart.y)
            )
        }
        Content::Heat(heat) => shades(heat),
        Content::Dendrogram(chart) => tree(chart),
    };
    title + &body
}

fn span(values: &[f64]) -> String {
    match extent(values.iter().copied()) {
        None => "without values".into(),
        Some((low, high)) => format!("{} to {}", short_number(low), short_number(high)),
    }
}

fn lines(chart: &LineChart, x_label: &str) -> String {
    let widest = chart.series.iter().map(|s| s.name.chars().count()).max().unwrap_or(0);
    let mut text =
        format!("line chart over {x_label} {} ({} points)", span(&chart.x), chart.x.len());
    for series in &chart.series {
        let (spark, range) = (sparkline(&series.y), span(&series.y));
        text += &format!("\n{:widest$}  {spark}  {range}", series.name);
    }
    text
}

/// Means of equal stretches of the values as blocks of eight heights; a gap where all are missing.
fn sparkline(values: &[f64]) -> String {
    let Some((low, high)) = extent(values.iter().copied()) else {
        return String::new();
    };
    let width = values.len().min(SPARK_WIDTH);
    (0..width)
        .map(|index| {
            let (from, to) = (index * values.len() / width, (index + 1) * values.len() / width);
            let present: Vec<f64> =
                values[from..to].iter().copied().filter(|value| value.is_finite()).collect();
            if present.is_empty() {
                return ' ';
            }
            let mean = present.iter().sum::<f64>() / present.len() as f64;
            let share = if high > low { (mean - low) / (high - low) } else { 0.5 };
            SPARKS[((share * 8.0) as usize).min(7)]
        })
        .collect()
}

fn shades(heat: &HeatMap) -> String {
    const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
    let (n_rows, n_columns) = heat.values.dim();
    let values: Vec<f64> = heat.values.iter().copied().collect();
    let mut text = format!("{n_rows} × {n_columns}, {} {}", heat.value_name, span(&values));
    if n_rows > 40 || n_columns > 60 {
        return text;
    }
    let labels: Vec<String> = heat.rows.iter().map(|label| shorten(label, 16)).collect();
    let widest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let (low, high) = extent(values).unwrap_or((0.0, 1.0));
    for (label, row) in labels.iter().zip(heat.values.rows()) {
        text += &format!("\n{label:widest$}  ");
        for &value in row {
            let share = if high > low { (value - low) / (high - low) } else { 0.5 };
            let shade =
                if value.is_finite() { SHADES[((share * 5.0) as usize).min(4)] } else { ' ' };
            text.extend([shade, shade]);
        }
    }
    text
}

fn tree(chart: &DendrogramChart) -> String {
    let heights: Vec<f64> = chart.brackets.iter().map(|bracket| bracket.height).collect();
    let mut leaves: Vec<&str> = chart.leaves.iter().take(40).map(String::as_str).collect();
    if chart.leaves.len() > leaves.len() {
        leaves.push("…");
    }
    let count = chart.leaves.len();
    format!("tree of {count} items, heights {}\n{}", span(&heights), leaves.join(" "))
}
