//! Figures in a few lines of plain text.

use crate::{
    Figure,
    figure::{
        Content,
        bar::BarChart,
        colouring::{Colouring, Groups},
        dendrogram::DendrogramChart,
        heat::HeatMap,
        histogram::Histogram,
        line::LineChart,
        scale::extent,
    },
    text::{number_or_missing, short_number, shorten},
};

const SPARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const SPARK_WIDTH: usize = 40;
/// Categories beyond these are not spelt out.
const MOST_LINES: usize = 30;

pub(crate) fn describe(figure: &Figure) -> String {
    let title = if figure.title.is_empty() { String::new() } else { format!("{}\n", figure.title) };
    let body = match &figure.content {
        Content::Lines(chart) => lines(chart, &figure.x_label),
        Content::Scatter(chart) => {
            let groups = coloured(&chart.colouring);
            let (x, y) = (&figure.x_label, &figure.y_label);
            format!(
                "scatter of {} points{groups}: {x} {}, {y} {}",
                chart.drawn(figure.log).count(),
                span(&chart.x),
                span(&chart.y)
            )
        }
        Content::Space(chart) => {
            let spans: Vec<String> = (0..3)
                .map(|axis| {
                    let values: Vec<f64> = chart.points.iter().map(|point| point[axis]).collect();
                    format!("{} {}", chart.axes[axis], span(&values))
                })
                .collect();
            let groups = coloured(&chart.colouring);
            let (count, spans) = (chart.drawn().count(), spans.join(", "));
            format!("scatter of {count} points{groups} in space: {spans}")
        }
        Content::Bars(chart) => bars(chart),
        Content::Histogram(chart) => counts(chart),
        Content::Heat(heat) => shades(heat),
        Content::Clustered(chart) => tree(&chart.tree) + "\n" + &shades(&chart.heat),
        Content::Dendrogram(chart) => tree(chart),
        Content::Raster(chart) => {
            let (units, times) = chart.values.dim();
            let values: Vec<f64> = chart.values.iter().copied().collect();
            let name = &chart.value_name;
            format!("raster of {units} units over {times} rows, {name} {}", span(&values))
        }
        Content::Grid(grid) => {
            let (height, width) = grid.size();
            let values: Vec<f64> = grid.images.iter().flatten().copied().collect();
            let (count, name) = (grid.images.len(), &grid.value_name);
            format!("{count} images of {height} × {width}, {name} {}", span(&values))
        }
    };
    let left_out = match figure.n_left_out {
        0 => String::new(),
        1 => "\n1 value left out: not finite".into(),
        count => format!("\n{count} values left out: not finite"),
    };
    title + &body + &left_out
}

fn coloured(colouring: &Colouring) -> String {
    match colouring {
        Colouring::Single => String::new(),
        Colouring::Groups(Groups { names, .. }) => {
            format!(" in {} groups ({})", names.len(), names.join(", "))
        }
        Colouring::Values(values) => {
            format!(" coloured by {}, {},", values.name, span(&values.of_point))
        }
    }
}

/// One line for each category.
fn bars(chart: &BarChart) -> String {
    let names: Vec<&str> = chart.series.iter().map(|series| series.name.as_str()).collect();
    let widest = chart.categories.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut text = format!("bars of {}", names.join(", "));
    for (index, category) in chart.categories.iter().enumerate().take(MOST_LINES) {
        let values: Vec<String> = chart
            .series
            .iter()
            .map(|series| {
                let value = number_or_missing(series.values[index]);
                match &series.interval {
                    Some(ends) if series.values[index].is_finite() => {
                        let (low, high) = (ends.low[index], ends.high[index]);
                        format!(
                            "{value} ({} to {})",
                            number_or_missing(low),
                            number_or_missing(high)
                        )
                    }
                    _ => value,
                }
            })
            .collect();
        text += &format!("\n{category:widest$}  {}", values.join("  "));
    }
    if chart.categories.len() > MOST_LINES {
        text += &format!("\n({} categories)", chart.categories.len());
    }
    text
}

fn counts(chart: &Histogram) -> String {
    let edges = &chart.edges;
    let mut text = format!("histogram of {} bins, {}", edges.len() - 1, span(edges));
    for series in &chart.series {
        let heights: Vec<f64> = series.counts.iter().map(|&count| count as f64).collect();
        let total: u64 = series.counts.iter().sum();
        text += &format!("\n{}  {}  {total} values", series.name, sparkline(&heights));
    }
    text
}

fn span(values: &[f64]) -> String {
    match extent(values.iter().copied()) {
        None => "without values".into(),
        Some((low, high)) => format!("{} to {}", short_number(low), short_number(high)),
    }
}

fn lines(chart: &LineChart, x_label: &str) -> String {
    let widest = chart.series.iter().map(|s| s.name.chars().count()).max().unwrap_or(0);
    let xs: Vec<f64> = chart.series.iter().flat_map(|series| series.x.iter().copied()).collect();
    let most = chart.series.iter().map(|series| series.x.len()).max().unwrap_or(0);
    let mut text = format!("line chart over {x_label} {} ({} points)", span(&xs), most);
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
