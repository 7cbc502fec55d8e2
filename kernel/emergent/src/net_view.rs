//! A network seen from the front and above: its layers as plates of units, coloured by a variable.
//!
//! Layers stand where [`engine::relpos`] puts them; arrows are projections.
//!
//! ```
//! use emergent::prelude::*;
//!
//! let mut net = Network::new("associator");
//! let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
//! let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! net.init_weights(1)?;
//!
//! let view = NetView::of(&net, "Act")?;
//! assert!(view.to_svg().contains("Output"));
//! let weights = NetView::weights_into(&net, "Output", 12)?; // as when a unit is clicked on
//! assert!(weights.to_svg().contains("weights into Output 12"));
//! # Ok::<(), Error>(())
//! ```

use std::fmt::Write;

use analysis::figure::scale::ColourScale;
use engine::relpos::{Position, Size};
use engine::{Layer, LayerId, Network};

use crate::display::{Bundle, Show, escape};
use crate::{Error, Result};

/// Pixels per unit from left to right.
const UNIT: f64 = 11.0;
/// How far a unit to the back leads right and up, as shares of [`UNIT`].
const BACK: (f64, f64) = (0.45, 0.42);
/// Pixels between a plate and what stands on the storey above.
const GAP: f64 = 46.0;
/// Layers of more units are drawn in blocks of units, each with their mean.
const MOST_CELLS: usize = 1024;
const MARGIN: f64 = 16.0;
const LETTER: f64 = 7.0;
const GREY: &str = "#bdbdbd";
const INK: &str = "#333333";

/// A picture of a network's state. Shows itself; see the [module](self).
#[derive(Clone, Debug)]
pub struct NetView {
    title: String,
    plates: Vec<Plate>,
    arrows: Vec<Arrow>,
    scale: ColourScale,
}

/// One layer.
#[derive(Clone, Debug)]
struct Plate {
    name: String,
    position: Position,
    size: Size,
    /// Columns and rows of cells.
    grid: (usize, usize),
    /// Columns and rows of cells in a pool; the layer's where it has none.
    pool: (usize, usize),
    /// The cells' values from the front left, row by row.
    values: Vec<f32>,
}

/// A projection between two plates.
#[derive(Clone, Copy, Debug)]
struct Arrow {
    from: usize,
    to: usize,
}

impl NetView {
    /// The network with its units coloured by a variable, such as `Act` or `Ge`.
    ///
    /// # Errors
    /// The network is not built, or there is no such variable.
    pub fn of(net: &Network, variable: &str) -> Result<Self> {
        let mut plates = Vec::new();
        for (id, layer) in net.layers() {
            plates.push(Plate::new(layer, net.unit_values(id, variable)?.to_vec()));
        }
        Ok(Self::new(net, plates, format!("{}: {variable}", net.name())))
    }

    /// The network with each unit coloured by its weight into one unit, and grey without one.
    ///
    /// # Errors
    /// The network is not built, or has no such layer or unit.
    pub fn weights_into(net: &Network, layer: &str, unit: usize) -> Result<Self> {
        let receiver = net.layer_named(layer)?;
        // Says so if the network is not built.
        net.unit_values(receiver, "Act")?;
        let n_units = net.layer(receiver).n_units();
        if unit >= n_units {
            return Err(Error::Message(format!(
                "layer `{layer}` has no unit {unit}; its units are 0 to {}",
                n_units.saturating_sub(1)
            )));
        }
        let plates = net.layers().map(|(id, sender)| {
            let values =
                (0..sender.n_units()).map(|index| weight(net, (id, index), (receiver, unit)));
            Plate::new(sender, values.collect())
        });
        let title = format!("{}: weights into {layer} {unit}", net.name());
        Ok(Self::new(net, plates.collect(), title))
    }

    fn new(net: &Network, plates: Vec<Plate>, title: String) -> Self {
        let ids: Vec<LayerId> = net.layers().map(|(id, _)| id).collect();
        let index = |id: LayerId| ids.iter().position(|other| *other == id);
        let arrows = net.projections().filter_map(|(_, projection)| {
            Some(Arrow { from: index(projection.sender())?, to: index(projection.receiver())? })
        });
        let values =
            || plates.iter().flat_map(|plate| &plate.values).filter(|value| value.is_finite());
        let low = values().fold(0.0_f32, |low, value| low.min(*value));
        let high = values().fold(0.0_f32, |high, value| high.max(*value));
        let scale = ColourScale::for_range(f64::from(low), f64::from(high));
        Self { title, arrows: arrows.collect(), scale, plates }
    }

    /// The drawing.
    pub fn to_svg(&self) -> String {
        Drawing::new(self).finish(self)
    }
}

/// The weight between two units, NaN without a synapse.
fn weight(net: &Network, from: (LayerId, usize), to: (LayerId, usize)) -> f32 {
    let between = net
        .projections()
        .filter(|(_, projection)| projection.sender() == from.0 && projection.receiver() == to.0);
    let mut weights = between.filter_map(|(_, projection)| projection.synapse("Wt", from.1, to.1));
    weights.next().unwrap_or(f32::NAN)
}

impl Plate {
    fn new(layer: &Layer, units: Vec<f32>) -> Self {
        let (pools, pool) = match *layer.shape() {
            [rows, columns] => ((1, 1), (columns, rows)),
            [pools_y, pools_x, rows, columns] => ((pools_x, pools_y), (columns, rows)),
            _ => ((1, 1), (units.len(), 1)),
        };
        let grid = (pools.0 * pool.0, pools.1 * pool.1);
        let unit = |column: usize, row: usize| {
            let pool_index = row / pool.1 * pools.0 + column / pool.0;
            units[pool_index * pool.0 * pool.1 + row % pool.1 * pool.0 + column % pool.0]
        };
        let block =
            (1..).find(|block| grid.0.div_ceil(*block) * grid.1.div_ceil(*block) <= MOST_CELLS);
        let block = block.unwrap_or(1);
        let cells = (grid.0.div_ceil(block), grid.1.div_ceil(block));
        let mean = |column: usize, row: usize| {
            let rows = row * block..((row + 1) * block).min(grid.1);
            let columns = column * block..((column + 1) * block).min(grid.0);
            let n = (rows.len() * columns.len()) as f32;
            rows.flat_map(|row| columns.clone().map(move |column| (column, row)))
                .map(|(column, row)| unit(column, row))
                .sum::<f32>()
                / n
        };
        let values = (0..cells.1).flat_map(|row| (0..cells.0).map(move |column| (column, row)));
        Self {
            name: layer.name().to_owned(),
            position: layer.position(),
            size: layer.size(),
            grid: cells,
            pool: if block == 1 { pool } else { cells },
            values: values.map(|(column, row)| mean(column, row)).collect(),
        }
    }

    /// A place on the plate: `x` and `y` as shares of its width and depth.
    fn at(&self, x: f64, y: f64) -> [f64; 3] {
        let (position, size) = (self.position, self.size);
        [
            f64::from(position.x) + x * f64::from(size.width),
            f64::from(position.y) + y * f64::from(size.depth),
            f64::from(position.z),
        ]
    }
}

/// The drawing under way.
struct Drawing {
    body: String,
    /// The heights of the storeys that there are, in pixels above the lowest.
    storeys: Vec<(f64, f64)>,
    origin: (f64, f64),
    size: (f64, f64),
}

impl Drawing {
    fn new(view: &NetView) -> Self {
        let mut levels: Vec<f64> =
            view.plates.iter().map(|plate| f64::from(plate.position.z)).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        let mut storeys = Vec::new();
        let mut height = 0.0;
        for level in levels {
            storeys.push((level, height));
            let on_it = view.plates.iter().filter(|plate| f64::from(plate.position.z) == level);
            let backs = on_it.clone().map(|plate| plate.at(0.0, 1.0)[1]).fold(f64::MIN, f64::max);
            let fronts = on_it.map(|plate| plate.at(0.0, 0.0)[1]).fold(f64::MAX, f64::min);
            height += (backs - fronts) * UNIT * BACK.1 + GAP;
        }
        let mut drawing =
            Self { body: String::new(), storeys, origin: (0.0, 0.0), size: (0.0, 0.0) };
        if view.plates.is_empty() {
            drawing.size = (240.0, 90.0);
            return drawing;
        }
        let corners = view.plates.iter().flat_map(|plate| {
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| plate.at(x, y))
        });
        let places: Vec<_> = corners.map(|corner| drawing.place(corner)).collect();
        let least = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::MAX, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::MIN, f64::max);
        let names = view.plates.iter().map(|plate| plate.name.chars().count()).max().unwrap_or(0);
        let left = least(|place| place.0) - names as f64 * LETTER - 2.0 * MARGIN;
        let top = least(|place| place.1) - 44.0;
        drawing.origin = (-left, -top);
        let legend = view.title.chars().count() as f64 * LETTER + 2.0 * MARGIN;
        drawing.size = (
            (most(|place| place.0) - left + MARGIN + 60.0).max(legend),
            most(|place| place.1) - top + MARGIN + LETTER,
        );
        drawing
    }

    /// Where a point is seen.
    fn place(&self, [x, y, z]: [f64; 3]) -> (f64, f64) {
        let storey = self.storeys.iter().find(|storey| storey.0 == z);
        let height = storey.map_or(0.0, |storey| storey.1);
        (self.origin.0 + UNIT * (x + BACK.0 * y), self.origin.1 - UNIT * BACK.1 * y - height)
    }

    /// `is_first` on its storey, from the left.
    fn plate(&mut self, plate: &Plate, scale: &ColourScale, is_first: bool) {
        let (columns, rows) = plate.grid;
        // A little of the plate shows between pools.
        let edge = |at: usize, pool: usize, count: usize, low: bool| {
            let inset = if count == 0 { 0.0 } else { 0.12 };
            let at_pool = at.is_multiple_of(pool.max(1));
            let shift = if low { inset } else { -inset };
            (at as f64 + if at_pool { shift } else { shift / 3.0 }) / count.max(1) as f64
        };
        let name = escape(&plate.name);
        let _ = write!(self.body, "<g><title>{name}</title>");
        self.polygon(plate, (0.0, 1.0), (0.0, 1.0), "#e8e8e8", "#9a9a9a");
        for row in (0..rows).rev() {
            for column in 0..columns {
                let value = f64::from(plate.values[row * columns + column]);
                let colour = if value.is_nan() { GREY.to_owned() } else { scale.colour(value) };
                let x = (
                    edge(column, plate.pool.0, columns, true),
                    edge(column + 1, plate.pool.0, columns, false),
                );
                let y =
                    (edge(row, plate.pool.1, rows, true), edge(row + 1, plate.pool.1, rows, false));
                self.polygon(plate, x, y, &colour, "none");
            }
        }
        self.body.push_str("</g>");
        // Beside the first plate of a storey; where others have their neighbour, below.
        let (x, y) = self.place(plate.at(0.0, 0.0));
        let (x, y, anchor) =
            if is_first { (x - 8.0, y - 1.0, "end") } else { (x, y + 15.0, "start") };
        let _ = write!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"13\" \
             fill=\"{INK}\">{name}</text>"
        );
    }

    fn polygon(&mut self, plate: &Plate, x: (f64, f64), y: (f64, f64), fill: &str, stroke: &str) {
        self.body.push_str("<polygon points=\"");
        for (x, y) in [(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)] {
            let (x, y) = self.place(plate.at(x, y));
            let _ = write!(self.body, "{x:.1},{y:.1} ");
        }
        let _ = write!(self.body, "\" fill=\"{fill}\" stroke=\"{stroke}\"/>");
    }

    /// The arrows between a plate and those below it, seen before the plate.
    fn arrows_below(&mut self, view: &NetView, index: usize) {
        let upper = &view.plates[index];
        for arrow in &view.arrows {
            let (other, is_up) = match *arrow {
                Arrow { from, to } if to == index => (from, true),
                Arrow { from, to } if from == index => (to, false),
                _ => continue,
            };
            let lower = &view.plates[other];
            if lower.position.z >= upper.position.z {
                continue;
            }
            // Forward on the left, back on the right.
            let shift = if is_up { -7.0 } else { 7.0 };
            let (x, y) = self.place(lower.at(0.5, 0.5));
            let low = (x + shift, y);
            let (x, _) = self.place(upper.at(0.5, 0.0));
            let (_, y) = self.place(upper.at(0.5, 0.0));
            let high = (x + shift, y + 3.0);
            let (start, end) = if is_up { (low, high) } else { (high, low) };
            self.arrow(start, end);
        }
    }

    /// The arrows between plates of one storey.
    fn arrows_beside(&mut self, view: &NetView) {
        for Arrow { from, to } in &view.arrows {
            let (from, to) = (&view.plates[*from], &view.plates[*to]);
            let (left, right) = (from.position.x, to.position.x);
            if from.position.z != to.position.z || left == right {
                continue;
            }
            let is_right = left < right;
            let (start, end, shift) = if is_right { (1.0, 0.0, -4.0) } else { (0.0, 1.0, 4.0) };
            let (start, end) = (self.place(from.at(start, 0.5)), self.place(to.at(end, 0.5)));
            self.arrow((start.0, start.1 + shift), (end.0, end.1 + shift));
        }
    }

    fn arrow(&mut self, start: (f64, f64), end: (f64, f64)) {
        let (dx, dy) = (end.0 - start.0, end.1 - start.1);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let neck = (end.0 - 8.0 * ux, end.1 - 8.0 * uy);
        let _ = write!(
            self.body,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#6b6b6b\" stroke-width=\"1.4\" fill=\"none\"/>\
             <polygon points=\"{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}\" fill=\"#6b6b6b\"/>",
            start.0,
            start.1,
            neck.0,
            neck.1,
            end.0,
            end.1,
            neck.0 - 4.0 * uy,
            neck.1 + 4.0 * ux,
            neck.0 + 4.0 * uy,
            neck.1 - 4.0 * ux
        );
    }

    /// The scale of the colours, in the upper right corner.
    fn legend(&mut self, scale: &ColourScale) {
        let (x, y, height) = (self.size.0 - 58.0, 12.0, 64.0);
        self.body.push_str(
            "<defs><linearGradient id=\"net-view-scale\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">",
        );
        for (at, colour) in scale.stops() {
            let _ = write!(self.body, "<stop offset=\"{at:.3}\" stop-color=\"{colour}\"/>");
        }
        let _ = write!(
            self.body,
            "</linearGradient></defs><rect x=\"{x:.1}\" y=\"{y}\" width=\"10\" height=\"{height}\" \
             fill=\"url(#net-view-scale)\"/>"
        );
        let (low, high) = scale.range();
        for (value, at) in [(high, y + 9.0), (low, y + height)] {
            let _ = write!(
                self.body,
                "<text x=\"{:.1}\" y=\"{at:.1}\" font-size=\"11\" fill=\"{INK}\">{}</text>",
                x + 15.0,
                short(value)
            );
        }
    }

    fn finish(mut self, view: &NetView) -> String {
        let mut order: Vec<usize> = (0..view.plates.len()).collect();
        let place = |index: &usize| view.plates[*index].position;
        // From below, and from the back.
        order.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            a.z.total_cmp(&b.z).then(b.y.total_cmp(&a.y)).then(a.x.total_cmp(&b.x))
        });
        for index in order {
            self.arrows_below(view, index);
            let at = place(&index);
            let is_first = (0..view.plates.len())
                .map(|other| place(&other))
                .all(|other| other.z != at.z || other.x >= at.x);
            self.plate(&view.plates[index], &view.scale, is_first);
        }
        self.arrows_beside(view);
        self.legend(&view.scale);
        let (width, height) = self.size;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" role=\"img\">\
             <title>{title}</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\
             <text x=\"{MARGIN}\" y=\"24\" font-size=\"14\" font-weight=\"bold\" fill=\"{INK}\">{title}</text>\
             {}</svg>",
            self.body,
            title = escape(&view.title)
        )
    }
}

/// A number for the legend.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Show for NetView {
    fn bundle(&self) -> Bundle {
        let mut text = self.title.clone();
        for plate in self.plates.iter().rev() {
            let known = || plate.values.iter().filter(|value| value.is_finite());
            let n = known().count().max(1) as f32;
            let mean = known().fold(0.0, |sum, value| sum + value) / n;
            let greatest = known().fold(f32::NEG_INFINITY, |most, value| most.max(*value));
            let _ = match greatest.is_finite() {
                true => write!(text, "\n  {}: mean {mean:.3}, greatest {greatest:.3}", plate.name),
                false => write!(text, "\n  {}: no values", plate.name),
            };
        }
        Bundle::from_text(text).with("image/svg+xml", self.to_svg())
    }
}

#[cfg(test)]
mod tests {
    use engine::pattern::{Full, OneToOne};
    use engine::{LayerType, ProjectionType};

    use super::*;

    fn network() -> Network {
        let mut net = Network::new("a<b");
        let input = net.add_layer("Input", &[2, 2, 2, 3], LayerType::Input).unwrap();
        let hidden = net.add_layer("Hidden", &[40, 40], LayerType::Hidden).unwrap();
        net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
        net.connect(hidden, hidden, OneToOne::default(), ProjectionType::Lateral).unwrap();
        net.build().unwrap();
        net.init_weights(3).unwrap();
        net
    }

    #[test]
    fn plates_have_a_cell_for_each_unit_or_block() {
        let view = NetView::of(&network(), "Act").unwrap();
        assert_eq!((view.plates[0].grid, view.plates[0].pool), ((6, 4), (3, 2)));
        // 40 x 40 units in blocks of 2 x 2.
        assert_eq!((view.plates[1].grid, view.plates[1].values.len()), ((20, 20), 400));
        let svg = view.to_svg();
        assert!(svg.contains("a&lt;b: Act") && !svg.contains("NaN"));
        // Two plates, their cells, one arrow.
        assert_eq!(svg.matches("<polygon").count(), 2 + 24 + 400 + 1);
    }

    #[test]
    fn pools_stand_side_by_side() {
        let net = network();
        let (_, input) = net.layers().next().unwrap();
        let plate = Plate::new(input, (0..24).map(|unit| unit as f32).collect());
        assert_eq!(plate.values[..6], [0.0, 1.0, 2.0, 6.0, 7.0, 8.0]);
        assert_eq!(plate.values[12..18], [12.0, 13.0, 14.0, 18.0, 19.0, 20.0]);
    }

    #[test]
    fn weights_are_those_of_one_unit() {
        let net = network();
        let view = NetView::weights_into(&net, "Hidden", 5).unwrap();
        assert!(view.plates[0].values.iter().all(|weight| (0.0..1.0).contains(weight)));
        assert!(view.plates[1].values[0].is_nan());
        assert!(view.to_svg().contains(GREY));
        assert!(view.bundle().text().contains("Hidden"));
    }

    #[test]
    fn what_there_is_not_is_an_error() {
        let net = network();
        assert!(NetView::of(&net, "Nothing").is_err());
        assert!(NetView::weights_into(&net, "Nowhere", 0).is_err());
        let error = NetView::weights_into(&net, "Input", 24).unwrap_err();
        assert_eq!(error.to_string(), "layer `Input` has no unit 24; its units are 0 to 23");
        assert!(
            NetView::of(&Network::new("unbuilt"), "Act").is_ok_and(|view| view.plates.is_empty())
        );
    }
}
