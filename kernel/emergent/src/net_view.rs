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

use crate::display::{Bundle, Show};
use crate::{Error, Result};

mod drawing;

use drawing::Drawing;

/// Layers of more units are drawn in blocks of units, each with their mean.
const MOST_CELLS: usize = 1024;

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
            let between =
                net.projections().map(|(_, projection)| projection).filter(|projection| {
                    projection.sender() == id && projection.receiver() == receiver
                });
            let between: Vec<_> = between.collect();
            let weight = |index: usize| {
                between.iter().find_map(|projection| projection.synapse("Wt", index, unit))
            };
            let values = (0..sender.n_units()).map(|index| weight(index).unwrap_or(f32::NAN));
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
        assert!(view.to_svg().contains("#bdbdbd"));
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
