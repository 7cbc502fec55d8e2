//! Matrices, trees, rasters and grids of images.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2};
use plotly::{
    HeatMap as HeatTrace, Layout, Plot, Scatter as ScatterTrace, Trace,
    common::{AxisSide, ColorScale, ColorScaleElement, DashType, HoverInfo, Line, Mode},
    layout::{Annotation, Axis, AxisConstrain},
};

use super::{axis, colour_bar, literal};
use crate::{
    Figure,
    figure::{
        clustered::ClusteredHeatMap,
        dendrogram::DendrogramChart,
        grid::TensorGrid,
        heat::{HeatMap, label_runs},
        raster::Raster,
        scale::ColourScale,
        theme,
    },
    text::{number_or_missing, shorten},
};

type HeatRows = HeatTrace<f64, f64, Vec<Option<f64>>>;

/// A value as exact as a colour can show it, which keeps large matrices small.
fn shown(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

/// A matrix as coloured cells, without words.
fn cells(values: ArrayView2<'_, f64>, scale: &ColourScale, name: &str) -> Box<HeatRows> {
    let rows: Vec<Vec<Option<f64>>> = values
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|&value| value.is_finite().then(|| shown(value))).collect())
        .collect();
    let stops = scale.stops().into_iter().map(|(at, colour)| ColorScaleElement(at, colour));
    let (low, high) = scale.range();
    HeatTrace::new_z(rows)
        .color_scale(ColorScale::Vector(stops.collect()))
        .zmin(low)
        .zmax(high)
        .color_bar(colour_bar(name))
}

fn heat_trace(heat: &HeatMap) -> Box<HeatRows> {
    let tips: Vec<Vec<String>> = heat
        .values
        .rows()
        .into_iter()
        .zip(&heat.rows)
        .map(|(row, row_label)| {
            row.iter()
                .zip(&heat.columns)
                .map(|(&value, column_label)| {
                    literal(&format!("{row_label} · {column_label}: {}", number_or_missing(value)))
                })
                .collect()
        })
        .collect();
    cells(heat.values.view(), &heat.scale, &heat.value_name)
        .hover_text_matrix(tips)
        .hover_info(HoverInfo::Text)
}

/// Most labels along an axis of a matrix.
const MOST_LABELS: usize = 60;

/// Of how many labels one is shown.
fn every(labels: usize) -> usize {
    labels.div_ceil(MOST_LABELS).max(1)
}

pub(super) fn heat_map(plot: &mut Plot, figure: &Figure, heat: &HeatMap, layout: Layout) -> Layout {
    plot.add_trace(heat_trace(heat));
    let labelled = |labels: &[String], label: &str| {
        let runs = label_runs(labels);
        let runs: Vec<_> = runs.iter().step_by(every(runs.len())).collect();
        let middles = runs.iter().map(|&&(first, length)| first as f64 + (length - 1) as f64 / 2.0);
        let texts = runs.iter().map(|&&(first, _)| literal(&shorten(&labels[first], 28)));
        axis(label)
            .tick_values(middles.collect())
            .tick_text(texts.collect())
            .show_grid(false)
            .zero_line(false)
    };
    let x_axis = labelled(&heat.columns, &figure.x_label)
        .tick_angle(-90.0)
        .constrain(plotly::layout::AxisConstrain::Domain);
    let y_axis = labelled(&heat.rows, &figure.y_label)
        .range(vec![heat.rows.len() as f64 - 0.5, -0.5])
        .constrain(plotly::layout::AxisConstrain::Domain)
        .scale_anchor("x");
    let layout = if figure.size.is_none() { layout.height(600) } else { layout };
    layout.x_axis(x_axis).y_axis(y_axis)
}

pub(super) fn dendrogram(
    plot: &mut Plot,
    figure: &Figure,
    chart: &DendrogramChart,
    layout: Layout,
) -> Layout {
    tree_traces(chart).into_iter().for_each(|trace| plot.add_trace(trace));
    // A tree of one leaf has no bracket; its dot keeps the axes from vanishing.
    if chart.brackets.is_empty() {
        plot.add_trace(ScatterTrace::new(vec![0.0], vec![0.0]).mode(Mode::Markers));
    }
    let layout = match figure.size {
        Some(_) => layout,
        None => layout.height((120 + 20 * chart.leaves.len()).max(300)),
    };
    layout
        .x_axis(height_axis(chart, &figure.x_label))
        .y_axis(leaf_axis(&chart.leaves).side(AxisSide::Right).show_line(false))
        .show_legend(false)
}

/// Coordinates of a line, which is broken where there is none.
type Coordinates = Vec<Option<f64>>;

/// The brackets of a tree as one broken line for each colour.
fn tree_traces(chart: &DendrogramChart) -> Vec<Box<dyn Trace>> {
    let mut lines: BTreeMap<&str, (Coordinates, Coordinates)> = BTreeMap::new();
    for bracket in &chart.brackets {
        let corners = [
            bracket.left,
            (bracket.height, bracket.left.1),
            (bracket.height, bracket.right.1),
            bracket.right,
        ];
        let (x, y) = lines.entry(bracket.colour()).or_default();
        x.extend(corners.map(|corner| Some(corner.0)));
        y.extend(corners.map(|corner| Some(corner.1)));
        x.push(None);
        y.push(None);
    }
    if let Some(cut) = chart.cut {
        let ends = [-0.5, chart.leaves.len() as f64 - 0.5];
        lines.insert(theme::MUTED, (vec![Some(cut); 2], ends.map(Some).to_vec()));
    }
    let trace = |(colour, (x, y)): (&str, (Coordinates, Coordinates))| -> Box<dyn Trace> {
        let line = Line::new().color(colour.to_string()).width(1.6);
        let line = if colour == theme::MUTED { line.dash(DashType::Dash) } else { line };
        ScatterTrace::new(x, y).mode(Mode::Lines).line(line).hover_info(HoverInfo::X)
    };
    lines.into_iter().map(trace).collect()
}

/// Heights from right to left.
fn height_axis(chart: &DendrogramChart, label: &str) -> Axis {
    let (low, high) = chart.range();
    axis(label).range(vec![low + 1.03 * (high - low), low])
}

/// Leaves from the top down.
fn leaf_axis(leaves: &[String]) -> Axis {
    let count = leaves.len();
    axis("")
        .tick_values((0..count).map(|place| place as f64).collect())
        .tick_text(leaves.iter().map(|leaf| literal(&shorten(leaf, 28))).collect())
        .range(vec![count as f64 - 0.5, -0.5])
        .show_grid(false)
        .zero_line(false)
}

/// The tree in the left quarter, the matrix in the rest, leaves and rows on one axis.
pub(super) fn clustered(
    plot: &mut Plot,
    figure: &Figure,
    chart: &ClusteredHeatMap,
    layout: Layout,
) -> Layout {
    tree_traces(&chart.tree).into_iter().for_each(|trace| plot.add_trace(trace));
    plot.add_trace(heat_trace(&chart.heat).x_axis("x2"));
    let names = &chart.heat.columns;
    let shown: Vec<usize> = (0..names.len()).step_by(every(names.len())).collect();
    let columns = axis("")
        .tick_values(shown.iter().map(|&place| place as f64).collect())
        .tick_text(shown.iter().map(|&place| literal(&shorten(&names[place], 28))).collect())
        .tick_angle(-90.0)
        .show_grid(false)
        .zero_line(false);
    let layout = if figure.size.is_none() { layout.height(600) } else { layout };
    layout
        .x_axis(height_axis(&chart.tree, &figure.x_label).domain(&[0.0, 0.22]))
        .x_axis2(columns.domain(&[0.24, 0.86]).anchor("y"))
        .y_axis(leaf_axis(&chart.heat.rows).side(AxisSide::Right).anchor("x2").show_line(false))
        .show_legend(false)
}

pub(super) fn raster(plot: &mut Plot, figure: &Figure, chart: &Raster, layout: Layout) -> Layout {
    let times = chart.values.ncols();
    let x = (0..times).map(|index| chart.start + chart.step * index as f64).collect();
    plot.add_trace(cells(chart.values.view(), &chart.scale, &chart.value_name).x(x));
    layout
        .x_axis(axis(&figure.x_label).show_grid(false).zero_line(false))
        .y_axis(axis(&figure.y_label).show_grid(false).zero_line(false))
}

/// All images in one trace, with gaps between them and between pools, and their names above.
pub(super) fn grid(plot: &mut Plot, figure: &Figure, grid: &TensorGrid, layout: Layout) -> Layout {
    let (height, width) = grid.size();
    let (pools_down, pools_across) = grid.pools();
    let tall = height + pools_down - 1 + 2;
    let wide = width + pools_across - 1 + 1;
    let ratio = 1.5 * tall as f64 / wide as f64;
    let count = grid.images.len();
    let columns = ((count as f64 * ratio).sqrt().ceil() as usize).clamp(1, count);
    let rows = count.div_ceil(columns);
    let mut mosaic = Array2::from_elem((rows * tall, columns * wide), f64::NAN);
    let mut names = vec![];
    for (item, label) in grid.labels.iter().enumerate() {
        let (top, left) = ((item / columns) * tall + 1, (item % columns) * wide);
        for down in 0..pools_down {
            for across in 0..pools_across {
                let (pool_height, pool_width) = grid.pool;
                let (y, x) = (top + down * (pool_height + 1), left + across * (pool_width + 1));
                for ((row, column), &value) in grid.pool_of(item, down, across).indexed_iter() {
                    mosaic[[y + row, x + column]] = value;
                }
            }
        }
        names.push(
            Annotation::new()
                .text(literal(&shorten(label, 20)))
                .x(left as f64 + (wide as f64 - 2.0) / 2.0)
                .y(top as f64 - 1.0)
                .show_arrow(false),
        );
    }
    plot.add_trace(cells(mosaic.view(), &grid.scale, &grid.value_name));
    let bare = || axis("").visible(false);
    let x_axis = bare().constrain(AxisConstrain::Domain);
    let y_axis = bare()
        .range(vec![(rows * tall) as f64 - 0.5, -0.5])
        .constrain(AxisConstrain::Domain)
        .scale_anchor("x");
    let layout = if figure.size.is_none() { layout.height(600) } else { layout };
    layout.x_axis(x_axis).y_axis(y_axis).annotations(names)
}
