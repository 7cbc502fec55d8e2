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
//! let sent = NetView::weights_from(&net, "Input", 0)?;
//! # let folder = std::env::temp_dir().join(format!("net_view_{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let file = folder.join("net.png");
//! sent.write(&file)?; // net.png, or net.svg
//! # assert!(std::fs::read(&file)?.starts_with(b"\x89PNG"));
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt::Write as _;
use std::path::Path;

use analysis::figure::scale::ColourScale;
use analysis::{svg_to_png, write_drawing};
use engine::relpos::{Position, Size};
use engine::{Layer, LayerId, Network, Projection, ProjectionId};

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
    /// The cell of the unit whose weights are shown.
    marked: Option<usize>,
}

/// At which end of its synapses a unit stands.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Receiver,
    Sender,
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
    /// The network is not built, has no such layer or unit, or a unit has several weights into this
    /// one, by several projections: choose one with [`weights_into_by`](Self::weights_into_by).
    pub fn weights_into(net: &Network, layer: &str, unit: usize) -> Result<Self> {
        Self::weights(net, net.layer_named(layer)?, unit, End::Receiver, None)
    }

    /// The network with each unit coloured by the weight that one unit has into it, and grey
    /// without one.
    ///
    /// # Errors
    /// As [`weights_into`](Self::weights_into).
    pub fn weights_from(net: &Network, layer: &str, unit: usize) -> Result<Self> {
        Self::weights(net, net.layer_named(layer)?, unit, End::Sender, None)
    }

    /// As [`weights_into`](Self::weights_into), of one projection: `unit` is one of its receivers.
    ///
    /// # Errors
    /// The network is not built, or the receiving layer has no such unit.
    ///
    /// # Panics
    /// If the projection is of another network, as [`Network::projection`].
    pub fn weights_into_by(net: &Network, projection: ProjectionId, unit: usize) -> Result<Self> {
        let receiver = net.projection(projection).receiver();
        Self::weights(net, receiver, unit, End::Receiver, Some(projection))
    }

    /// As [`weights_from`](Self::weights_from), of one projection: `unit` is one of its senders.
    ///
    /// # Errors
    /// The network is not built, or the sending layer has no such unit.
    ///
    /// # Panics
    /// If the projection is of another network, as [`Network::projection`].
    pub fn weights_from_by(net: &Network, projection: ProjectionId, unit: usize) -> Result<Self> {
        let sender = net.projection(projection).sender();
        Self::weights(net, sender, unit, End::Sender, Some(projection))
    }

    fn weights(
        net: &Network,
        layer: LayerId,
        unit: usize,
        end: End,
        only: Option<ProjectionId>,
    ) -> Result<Self> {
        // Says so if the network is not built.
        net.unit_values(layer, "Act")?;
        let name = net.layer(layer).name();
        let n_units = net.layer(layer).n_units();
        if unit >= n_units {
            return Err(Error::Message(format!(
                "layer `{name}` has no unit {unit}; its units are 0 to {}",
                n_units.saturating_sub(1)
            )));
        }
        let mut plates = Vec::new();
        for (id, other) in net.layers() {
            let joins = |projection: &Projection| {
                let ends = (projection.sender(), projection.receiver());
                ends == if end == End::Receiver { (id, layer) } else { (layer, id) }
            };
            let between: Vec<&Projection> = net
                .projections()
                .filter(|(id, projection)| only.is_none_or(|only| only == *id) && joins(projection))
                .map(|(_, projection)| projection)
                .collect();
            let mut values = vec![f32::NAN; other.n_units()];
            for (index, value) in values.iter_mut().enumerate() {
                let ends = if end == End::Receiver { (index, unit) } else { (unit, index) };
                let found = between.iter().filter_map(|p| p.synapse("Wt", ends.0, ends.1));
                let found: Vec<f32> = found.collect();
                match found[..] {
                    [] => {}
                    [only] => *value = only,
                    _ => return Err(several(name, unit, other.name(), end)),
                }
            }
            let mut plate = Plate::new(other, values);
            if id == layer {
                plate.marked = Some(plate.cell_of(other, unit));
            }
            plates.push(plate);
        }
        let way = if end == End::Receiver { "into" } else { "from" };
        let by = only.map_or(String::new(), |id| format!(" by {}", net.projection(id).name()));
        Ok(Self::new(net, plates, format!("{}: weights {way} {name} {unit}{by}", net.name())))
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

    /// Writes the drawing in the format that the extension names: `.svg`, or `.png` at double size.
    /// The file is written whole or not at all.
    ///
    /// # Errors
    /// Another extension, or the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let png = || svg_to_png(&self.to_svg(), 2.0);
        write_drawing(path, &[("svg", &|| Ok(self.to_svg().into_bytes())), ("png", &png)])?;
        Ok(())
    }
}

/// Two weights between two units.
fn several(layer: &str, unit: usize, other: &str, end: End) -> Error {
    let (ends, function) = match end {
        End::Receiver => (format!("from `{other}` to unit {unit} of `{layer}`"), "weights_into_by"),
        End::Sender => (format!("from unit {unit} of `{layer}` to `{other}`"), "weights_from_by"),
    };
    Error::Message(format!(
        "several projections lead {ends}; choose one of them with `NetView::{function}`"
    ))
}

/// How the units of a layer lie on its plate, in columns and rows.
struct Arrangement {
    pools: (usize, usize),
    pool: (usize, usize),
    /// Units to a side of what one cell shows.
    block: usize,
}

impl Arrangement {
    fn of(layer: &Layer) -> Self {
        let (pools, pool) = match *layer.shape() {
            [rows, columns] => ((1, 1), (columns, rows)),
            [pools_y, pools_x, rows, columns] => ((pools_x, pools_y), (columns, rows)),
            _ => ((1, 1), (layer.n_units(), 1)),
        };
        let grid = (pools.0 * pool.0, pools.1 * pool.1);
        let block =
            (1..).find(|block| grid.0.div_ceil(*block) * grid.1.div_ceil(*block) <= MOST_CELLS);
        Self { pools, pool, block: block.unwrap_or(1) }
    }

    /// Columns and rows of units.
    fn grid(&self) -> (usize, usize) {
        (self.pools.0 * self.pool.0, self.pools.1 * self.pool.1)
    }

    /// The unit at a place.
    fn unit(&self, column: usize, row: usize) -> usize {
        let (width, height) = self.pool;
        let pool = row / height * self.pools.0 + column / width;
        pool * width * height + row % height * width + column % width
    }

    /// The place of a unit.
    fn place(&self, unit: usize) -> (usize, usize) {
        let (width, height) = self.pool;
        let (pool, own) = (unit / (width * height), unit % (width * height));
        let column = pool % self.pools.0 * width + own % width;
        (column, pool / self.pools.0 * height + own / width)
    }
}

impl Plate {
    fn new(layer: &Layer, units: Vec<f32>) -> Self {
        let arrangement = Arrangement::of(layer);
        let (grid, block) = (arrangement.grid(), arrangement.block);
        let unit = |column: usize, row: usize| units[arrangement.unit(column, row)];
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
            pool: if block == 1 { arrangement.pool } else { cells },
            values: values.map(|(column, row)| mean(column, row)).collect(),
            marked: None,
        }
    }

    /// The cell that shows a unit of the plate's layer.
    fn cell_of(&self, layer: &Layer, unit: usize) -> usize {
        let arrangement = Arrangement::of(layer);
        let (column, row) = arrangement.place(unit);
        row / arrangement.block * self.grid.0 + column / arrangement.block
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
    fn weights_are_seen_from_both_ends() {
        let net = network();
        let into = NetView::weights_into(&net, "Hidden", 5).unwrap();
        let from = NetView::weights_from(&net, "Input", 7).unwrap();
        let (_, forward) = net.projections().next().unwrap();
        let weight = forward.synapse("Wt", 7, 5).unwrap();
        // Unit 7 of Input is the second of the first row of the second pool; pools are 3 wide.
        let place = into.plates[0].cell_of(net.layer(forward.sender()), 7);
        assert_eq!((place, into.plates[0].values[place]), (4, weight));
        assert_eq!(from.plates[0].marked, Some(4));
        assert!(from.plates[0].values.iter().all(|value| value.is_nan()));
        // Hidden is drawn in blocks of 2 x 2 units: unit 5 is in the third.
        assert_eq!((into.plates[1].marked, into.plates[0].marked), (Some(2), None));
        assert!(from.to_svg().contains("weights from Input 7"));
    }

    #[test]
    fn of_several_projections_one_is_chosen() {
        let mut net = Network::new("twice");
        let input = net.add_layer("Input", &[1, 3], LayerType::Input).unwrap();
        let output = net.add_layer("Output", &[1, 3], LayerType::Target).unwrap();
        let kind = ProjectionType::Forward;
        let full = net.connect(input, output, Full::default(), kind).unwrap();
        let single = net.connect(input, output, OneToOne::default(), kind).unwrap();
        net.build().unwrap();
        net.init_weights(1).unwrap();
        let error = NetView::weights_into(&net, "Output", 1).unwrap_err().to_string();
        assert!(error.contains("weights_into_by") && error.contains("`Input`"), "{error}");
        assert!(NetView::weights_from(&net, "Input", 1).is_err());
        let weights = |view: NetView, plate: usize| view.plates[plate].values.clone();
        let of_single = weights(NetView::weights_into_by(&net, single, 1).unwrap(), 0);
        let weight = net.projection(single).synapse("Wt", 1, 1).unwrap();
        assert!(of_single[0].is_nan() && of_single[1] == weight && of_single[2].is_nan());
        let of_full = NetView::weights_from_by(&net, full, 2).unwrap();
        assert!(of_full.title.ends_with("weights from Input 2 by InputToOutput"));
        let weight = net.projection(full).synapse("Wt", 2, 0).unwrap();
        assert_eq!(weights(of_full, 1)[0], weight);
    }

    #[test]
    fn drawings_share_nothing_on_a_page() {
        let svg = NetView::of(&network(), "Act").unwrap().to_svg();
        assert!(!svg.contains(" id=") && !svg.contains("url("));
    }

    #[test]
    fn files_are_of_the_named_format() {
        let folder = std::env::temp_dir().join(format!("net_view_files_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let view = NetView::of(&network(), "Act").unwrap();
        view.write(folder.join("net.svg")).unwrap();
        view.write(folder.join("net.PNG")).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("net.svg")).unwrap(), view.to_svg());
        assert!(std::fs::read(folder.join("net.PNG")).unwrap().starts_with(b"\x89PNG"));
        assert!(view.write(folder.join("net.html")).unwrap_err().to_string().contains(".png"));
        assert!(view.write(folder.join("none/net.svg")).is_err());
        std::fs::remove_dir_all(folder).unwrap();
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
