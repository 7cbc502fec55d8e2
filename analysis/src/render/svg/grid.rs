//! Grids of small images.

use super::{Anchor, Canvas, TextStyle, colour_bar::draw_colour_bar, number};
use crate::{
    Figure,
    figure::{grid::TensorGrid, theme},
    text::{escape_xml, number_or_missing, shorten, text_width},
};

const BAR_ROOM: f64 = 90.0;
const GAP: f64 = 18.0;
/// Between pools, in cells of them.
const POOL_GAP: f64 = 0.35;
const LARGEST_CELL: f64 = 22.0;
/// Cells beyond this number get no tooltips, to keep the file small.
const MOST_TOOLTIPS: usize = 2500;

pub(super) fn draw(figure: &Figure, grid: &TensorGrid) -> String {
    let width = figure.size.map_or(theme::WIDTH, |(width, _)| width);
    let title = if figure.title.is_empty() { 14.0 } else { 42.0 };
    let count = grid.images.len();
    let (height_cells, width_cells) = grid.size();
    let (pools_down, pools_across) = grid.pools();
    // The size of an image in cells, gaps included.
    let across = width_cells as f64 + POOL_GAP * (pools_across - 1) as f64;
    let down = height_cells as f64 + POOL_GAP * (pools_down - 1) as f64;
    let room = width - BAR_ROOM - 28.0;
    let columns = columns(count, across, down, room);
    let cell = ((room - GAP * (columns - 1) as f64) / (columns as f64 * across)).min(LARGEST_CELL);
    let rows = count.div_ceil(columns);
    let label = theme::TICK_SIZE + 4.0;
    let (image_width, image_height) = (cell * across, cell * down);
    let drawn = rows as f64 * (image_height + label + GAP) - GAP;
    let height = figure.size.map_or((title + drawn + 16.0).max(140.0), |(_, height)| height);
    // Where there is room images stand farther apart, so that their labels are whole.
    let widest = grid.labels.iter().map(|label| text_width(label, theme::TICK_SIZE));
    let place = (room - GAP * (columns - 1) as f64) / columns as f64;
    let place = widest.fold(0.0, f64::max).min(place).max(image_width);
    let used = columns as f64 * (place + GAP) - GAP;
    let left = 14.0 + ((room - used) / 2.0).max(0.0);

    let mut canvas = Canvas::new(figure, width, height);
    let tips = count * height_cells * width_cells <= MOST_TOOLTIPS;
    for item in 0..count {
        let x = left + (item % columns) as f64 * (place + GAP) + (place - image_width) / 2.0;
        let y = title + (item / columns) as f64 * (image_height + label + GAP);
        let fits = text_width(&grid.labels[item], theme::TICK_SIZE) <= place;
        let most = if fits { usize::MAX } else { (place / 6.0).max(3.0) as usize };
        let text = shorten(&grid.labels[item], most);
        // Shrunk rather than cut into its neighbour.
        let letters = (theme::TICK_SIZE * (place + GAP - 2.0)
            / text_width(&text, theme::TICK_SIZE).max(1.0))
        .clamp(7.0, theme::TICK_SIZE);
        let style = TextStyle::new(letters, Anchor::Middle, theme::TEXT);
        canvas.text(x + image_width / 2.0, y + theme::TICK_SIZE - 1.0, &text, style);
        draw_image(&mut canvas, grid, item, (x, y + label), cell, tips);
    }
    let bar = (left + used + 22.0, title + label, (height - title - 40.0).max(60.0));
    let beyond = grid.scale.beyond(grid.images.iter().flatten());
    draw_colour_bar(&mut canvas, &grid.scale, &grid.value_name, beyond, bar);
    canvas.finish(&figure.to_text())
}

/// The number of images side by side with which the grid comes closest to 3 : 2.
fn columns(count: usize, across: f64, down: f64, room: f64) -> usize {
    let badness = |columns: usize| {
        let cell = (room / (columns as f64 * across)).min(LARGEST_CELL);
        let height = count.div_ceil(columns) as f64 * (down * cell + 30.0);
        (columns as f64 * across * cell / height / 1.5).ln().abs()
    };
    (1..=count)
        .min_by(|&a, &b| badness(a).total_cmp(&badness(b)))
        .expect("a grid has at least one image")
}

fn draw_image(
    canvas: &mut Canvas,
    grid: &TensorGrid,
    item: usize,
    (left, top): (f64, f64),
    cell: f64,
    tips: bool,
) {
    let (pools_down, pools_across) = grid.pools();
    let (height, width) = grid.pool;
    canvas.open_group("shape-rendering=\"crispEdges\"");
    for down in 0..pools_down {
        for across in 0..pools_across {
            let x = left + across as f64 * (width as f64 + POOL_GAP) * cell;
            let y = top + down as f64 * (height as f64 + POOL_GAP) * cell;
            for ((row, column), &value) in grid.pool_of(item, down, across).indexed_iter() {
                let fill = match value.is_finite() {
                    true => grid.scale.colour(value),
                    false => theme::MISSING.to_string(),
                };
                let tip = match tips {
                    true => {
                        let value = number_or_missing(value);
                        let (row, column) = (down * height + row, across * width + column);
                        let text = format!("{} [{row}, {column}]: {value}", grid.labels[item]);
                        format!("<title>{}</title>", escape_xml(&text))
                    }
                    false => String::new(),
                };
                let (x, y) = (number(x + column as f64 * cell), number(y + row as f64 * cell));
                let side = number(cell + 0.3);
                canvas.push(format_args!(
                    r#"<rect class="cell" x="{x}" y="{y}" width="{side}" height="{side}" fill="{fill}">{tip}</rect>"#
                ));
            }
        }
    }
    canvas.close_group();
}
