//! How large a network is: units, synapses and bytes of memory.

use std::fmt;

use etable::Table;

use super::Network;
use super::Outbox;
use crate::error::Result;
use crate::layer::Layer;
use crate::projection::Projection;

/// The size of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSize {
    /// The layer's name.
    pub layer: String,
    /// Number of units.
    pub units: usize,
    /// Bytes of memory of the units' and pools' state.
    pub bytes: usize,
}

/// The size of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionSize {
    /// The projection's name.
    pub projection: String,
    /// The sending layer's name.
    pub sender: String,
    /// Number of synapses.
    pub synapses: usize,
    /// Bytes of memory of the synapses' state and of who is connected to whom.
    pub bytes: usize,
}

/// The size of every layer and projection of a network; printed, a list by sending layers.
///
/// ```
/// use engine::pattern::Full;
/// use engine::{LayerType, Network, ProjectionType};
/// let mut net = Network::new("two");
/// let input = net.add_layer("Input", &[10, 10], LayerType::Input)?;
/// let hidden = net.add_layer("Hidden", &[20, 20], LayerType::Hidden)?;
/// net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
/// net.build()?;
/// let report = net.size_report()?;
/// assert_eq!((report.units(), report.synapses()), (500, 40_000));
/// // Three numbers of 4 bytes a synapse: effective and linear weight, momentum.
/// assert!((12.0..13.0).contains(&report.bytes_per_synapse()));
/// println!("{report}");
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeReport {
    /// The network's name.
    pub network: String,
    /// Its layers, in their order.
    pub layers: Vec<LayerSize>,
    /// Its projections, in their order.
    pub projections: Vec<ProjectionSize>,
}

impl SizeReport {
    /// Units of all layers.
    pub fn units(&self) -> usize {
        self.layers.iter().map(|layer| layer.units).sum()
    }

    /// Synapses of all projections.
    pub fn synapses(&self) -> usize {
        self.projections.iter().map(|projection| projection.synapses).sum()
    }

    /// Bytes of all layers and projections.
    pub fn bytes(&self) -> usize {
        self.layer_bytes() + self.projection_bytes()
    }

    /// Bytes of the projections for each synapse; 0 without synapses.
    pub fn bytes_per_synapse(&self) -> f64 {
        match self.synapses() {
            0 => 0.0,
            synapses => self.projection_bytes() as f64 / synapses as f64,
        }
    }

    fn layer_bytes(&self) -> usize {
        self.layers.iter().map(|layer| layer.bytes).sum()
    }

    fn projection_bytes(&self) -> usize {
        self.projections.iter().map(|projection| projection.bytes).sum()
    }

    /// A table with a row per layer and per projection: Name, Type (`Layer` or `Prjn`), Units,
    /// Synapses, Bytes, and BytesEach (per unit or synapse).
    ///
    /// # Errors
    /// The rows cannot be made a table.
    pub fn to_table(&self) -> Result<Table> {
        let layers = self.layers.iter().map(|l| (&l.layer, "Layer", l.units, 0, l.bytes));
        let projections =
            self.projections.iter().map(|p| (&p.projection, "Prjn", 0, p.synapses, p.bytes));
        let rows: Vec<_> = layers.chain(projections).collect();
        let whole = |value: fn(&(&String, &str, usize, usize, usize)) -> usize| {
            rows.iter().map(|row| value(row) as i64).collect::<Vec<_>>()
        };
        let each = rows.iter().map(|row| row.4 as f64 / (row.2 + row.3).max(1) as f64);
        Ok(Table::new()
            .with_column("Name", rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>())?
            .with_column("Type", rows.iter().map(|row| row.1.to_owned()).collect::<Vec<_>>())?
            .with_column("Units", whole(|row| row.2))?
            .with_column("Synapses", whole(|row| row.3))?
            .with_column("Bytes", whole(|row| row.4))?
            .with_column("BytesEach", each.collect::<Vec<_>>())?)
    }
}

impl fmt::Display for SizeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for layer in &self.layers {
            let (name, units) = (&layer.layer, layer.units);
            writeln!(f, "{name}: {units} units, {}; sends to", readable(layer.bytes))?;
            for projection in self.projections.iter().filter(|item| item.sender == *name) {
                let ProjectionSize { projection, synapses, bytes, .. } = projection;
                writeln!(f, "  {projection}: {synapses} synapses, {}", readable(*bytes))?;
            }
        }
        write!(
            f,
            "{}: {} units, {}; {} synapses, {} ({:.1} bytes each)",
            self.network,
            self.units(),
            readable(self.layer_bytes()),
            self.synapses(),
            readable(self.projection_bytes()),
            self.bytes_per_synapse()
        )
    }
}

/// Bytes with a unit that leaves a number below 1024.
fn readable(bytes: usize) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "KiB", "MiB"] {
        if value < 1024.0 {
            let decimals = usize::from(unit != "B");
            return format!("{value:.decimals$} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.1} GiB")
}

impl Network {
    /// How large every layer and projection is, as they are in memory now.
    ///
    /// # Errors
    /// The network is not built.
    pub fn size_report(&self) -> Result<SizeReport> {
        self.require_built("size_report")?;
        let layer = |(layer, outbox): (&Layer, &Outbox)| LayerSize {
            layer: layer.name().to_owned(),
            units: layer.n_units(),
            bytes: layer.bytes() + outbox.bytes(),
        };
        let projection = |projection: &Projection| ProjectionSize {
            projection: projection.name().to_owned(),
            sender: self.layer(projection.sender()).name().to_owned(),
            synapses: projection.n_synapses(),
            bytes: projection.bytes(),
        };
        Ok(SizeReport {
            network: self.name.clone(),
            layers: self.layers.iter().zip(&self.outboxes).map(layer).collect(),
            projections: self.projections.iter().map(projection).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_readable() {
        let all = [0, 1023, 1024, 1536 * 1024, 3 << 30].map(readable);
        assert_eq!(all, ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "3.0 GiB"]);
    }
}
