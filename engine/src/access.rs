//! Access to any network's variables by name, whatever its algorithm.
//!
//! [`NetworkAccess`] is what views, logs and analyses need to know of a network: its layers with
//! their shapes, its projections, and every variable of units and synapses by name. [`Network`]
//! implements it for Leabra; a network of another algorithm that implements it can be logged and
//! looked at in the same way (`tests/network_access.rs` has a small backpropagation network).
//!
//! ```
//! use engine::access::NetworkAccess;
//! use engine::pattern::Full;
//! use engine::{LayerType, Network, ProjectionType};
//!
//! let mut net = Network::new("two");
//! let input = net.add_layer("Input", &[2, 3], LayerType::Input)?;
//! let hidden = net.add_layer("Hidden", &[2, 2], LayerType::Hidden)?;
//! net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! net.init_weights(1)?;
//!
//! // The weights into each hidden unit, as a table of patterns over the input.
//! let weights = net.weights_table("InputToHidden", "Wt")?;
//! assert_eq!(weights.tensor::<f32>("Wt")?.shape(), [4, 2, 3]);
//! // One row with the activity of every layer.
//! let activity = net.units_table("Act")?;
//! assert_eq!(activity.tensor::<f32>("Hidden")?.shape(), [1, 2, 2]);
//! assert_eq!(net.unit_range("AvgL")?, Some((0.4, 0.4)));
//! # Ok::<(), engine::EngineError>(())
//! ```

use etable::Table;
use ndarray::ArrayD;

use crate::error::{EngineError, Result, nearest};
use crate::network::Network;
use crate::neuron::UNIT_VARIABLES;
use crate::patgen::dimension_names;
use crate::projection::SYNAPSE_VARIABLES;
use crate::relpos::{self, Placement, Position};

/// What is to know of a variable of units or synapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A layer as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerInfo {
    /// The name.
    pub name: String,
    /// The role, such as `Hidden`.
    pub kind: String,
    /// Sizes, `[Y, X]` or `[PoolY, PoolX, UnitY, UnitX]`.
    pub shape: Vec<usize>,
}

impl LayerInfo {
    /// Number of units.
    pub fn n_units(&self) -> usize {
        self.shape.iter().product()
    }
}

/// A projection as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionInfo {
    /// The name, `SenderToReceiver`.
    pub name: String,
    /// The role, such as `Forward`.
    pub kind: String,
    /// Index of the sending layer.
    pub sender: usize,
    /// Index of the receiving layer.
    pub receiver: usize,
}

/// Any network's variables by name. See the [module](self).
///
/// Units are numbered in row-major order over their layer's shape.
pub trait NetworkAccess {
    /// The network's name.
    fn network_name(&self) -> &str;

    /// All layers, in the network's order.
    fn layer_infos(&self) -> Vec<LayerInfo>;

    /// All projections, in the network's order.
    fn projection_infos(&self) -> Vec<ProjectionInfo>;

    /// The variables that units have.
    fn unit_variables(&self) -> Vec<Variable>;

    /// The variables that synapses have.
    fn synapse_variables(&self) -> Vec<Variable>;

    /// Where the layers stand in displays, in their order; a stack unless an implementation says
    /// otherwise.
    fn layer_positions(&self) -> Vec<Position> {
        let layers = self.layer_infos();
        let placements: Vec<Placement<'_>> = layers
            .iter()
            .map(|layer| Placement { name: &layer.name, shape: &layer.shape, relpos: None })
            .collect();
        relpos::arrange(&placements).unwrap_or_default()
    }

    /// Whether there are units and synapses to be read; always, unless an implementation says
    /// otherwise.
    fn is_built(&self) -> bool {
        true
    }

    /// The values of a variable of all units of layer number `layer`; `None` if there is no such
    /// layer or variable.
    fn layer_values(&self, layer: usize, variable: &str) -> Option<Vec<f32>>;

    /// A variable of the synapse of projection number `projection` from unit `sender` to unit
    /// `receiver`; `None` if there is none.
    fn synapse_value(
        &self,
        projection: usize,
        variable: &str,
        sender: usize,
        receiver: usize,
    ) -> Option<f32>;

    /// A variable of all layers: a table of one row with a tensor column per layer.
    ///
    /// # Errors
    /// There is no such variable, or the network is not built.
    fn units_table(&self, variable: &str) -> Result<Table> {
        check(variable, "unit", &self.unit_variables())?;
        require_built(self, "units_table")?;
        let mut table = Table::new();
        for (index, layer) in self.layer_infos().iter().enumerate() {
            let values = self.layer_values(index, variable).unwrap_or_default();
            let found = values.len();
            let cell = ArrayD::from_shape_vec([&[1], &layer.shape[..]].concat(), values);
            let cell = cell.map_err(|_| EngineError::InputLength {
                layer: layer.name.clone(),
                shape: layer.shape.clone(),
                expected: layer.n_units(),
                found,
            })?;
            table.add_tensor(layer.name.as_str(), cell, dimension_names(&layer.shape))?;
        }
        Ok(table)
    }

    /// The least and the greatest value of a unit variable in the whole network (emergent:
    /// `VarRange`), for one scale of colours; `None` if no value is a finite number.
    ///
    /// # Errors
    /// There is no such variable, or the network is not built.
    fn unit_range(&self, variable: &str) -> Result<Option<(f32, f32)>> {
        check(variable, "unit", &self.unit_variables())?;
        require_built(self, "unit_range")?;
        let layers = (0..self.layer_infos().len()).filter_map(|l| self.layer_values(l, variable));
        let values = layers.flatten().filter(|value| value.is_finite());
        Ok(values.fold(None, |range, value| {
            let (least, greatest) = range.unwrap_or((value, value));
            Some((value.min(least), value.max(greatest)))
        }))
    }

    /// A variable of all synapses of the projection of a name: a table with a row per receiving
    /// unit, whose number is in the column `Unit`, and a tensor column of the variable's name over
    /// the sending layer; NaN where there is no synapse.
    ///
    /// # Errors
    /// There is no such variable or projection, the network is not built, or several have the name:
    /// [`weights_table_of`](Self::weights_table_of) takes them by number.
    fn weights_table(&self, projection: &str, variable: &str) -> Result<Table> {
        let infos = self.projection_infos();
        let named = infos.iter().enumerate().filter(|(_, info)| info.name == projection);
        let found: Vec<_> = named.map(|(index, info)| (index, info.kind.as_str())).collect();
        match found[..] {
            [(index, _)] => self.weights_table_of(index, variable),
            [] => Err(EngineError::UnknownProjection {
                projection: projection.to_owned(),
                nearest: nearest(projection, infos.iter().map(|info| info.name.as_str())),
            }),
            _ => Err(EngineError::AmbiguousProjection {
                projection: projection.to_owned(),
                found: found.iter().map(|(index, kind)| format!("{index} ({kind})")).collect(),
            }),
        }
    }

    /// The same of projection number `projection`.
    ///
    /// # Errors
    /// There is no such variable or projection, or the network is not built.
    fn weights_table_of(&self, projection: usize, variable: &str) -> Result<Table> {
        check(variable, "synapse", &self.synapse_variables())?;
        require_built(self, "weights_table")?;
        let infos = self.projection_infos();
        let Some(info) = infos.get(projection) else {
            return Err(EngineError::ForeignId { what: format!("projection number {projection}") });
        };
        let layers = self.layer_infos();
        let (sender, receiver) = (&layers[info.sender], &layers[info.receiver]);
        let (n_senders, n_receivers) = (sender.n_units(), receiver.n_units());
        let mut values = Vec::with_capacity(n_senders * n_receivers);
        for r in 0..n_receivers {
            let row = (0..n_senders).map(|s| self.synapse_value(projection, variable, s, r));
            values.extend(row.map(|value| value.unwrap_or(f32::NAN)));
        }
        let units: Vec<i64> = (0..n_receivers as i64).collect();
        let cells = ArrayD::from_shape_vec([&[n_receivers], &sender.shape[..]].concat(), values)
            .expect("a value for each pair of units");
        Ok(Table::new().with_column("Unit", units)?.with_tensor(
            variable,
            cells,
            dimension_names(&sender.shape),
        )?)
    }
}

fn check(variable: &str, kind: &'static str, known: &[Variable]) -> Result<()> {
    if known.iter().any(|known| known.name == variable) {
        return Ok(());
    }
    let nearest = nearest(variable, known.iter().map(|known| known.name));
    Err(EngineError::UnknownVariable { kind, variable: variable.to_owned(), nearest })
}

fn require_built(net: &(impl NetworkAccess + ?Sized), operation: &'static str) -> Result<()> {
    match net.is_built() {
        true => Ok(()),
        false => Err(EngineError::NotBuilt { network: net.network_name().to_owned(), operation }),
    }
}

impl NetworkAccess for Network {
    fn network_name(&self) -> &str {
        self.name()
    }

    fn layer_infos(&self) -> Vec<LayerInfo> {
        let info = |layer: &crate::Layer| LayerInfo {
            name: layer.name().to_owned(),
            kind: layer.kind().name().to_owned(),
            shape: layer.shape().to_vec(),
        };
        self.layers().map(|(_, layer)| info(layer)).collect()
    }

    fn projection_infos(&self) -> Vec<ProjectionInfo> {
        let info = |projection: &crate::Projection| ProjectionInfo {
            name: projection.name().to_owned(),
            kind: projection.kind().name().to_owned(),
            sender: projection.sender().index(),
            receiver: projection.receiver().index(),
        };
        self.projections().map(|(_, projection)| info(projection)).collect()
    }

    fn layer_positions(&self) -> Vec<Position> {
        self.layers().map(|(_, layer)| layer.position()).collect()
    }

    fn unit_variables(&self) -> Vec<Variable> {
        UNIT_VARIABLES.to_vec()
    }

    fn synapse_variables(&self) -> Vec<Variable> {
        SYNAPSE_VARIABLES.to_vec()
    }

    fn is_built(&self) -> bool {
        self.is_built()
    }

    fn layer_values(&self, layer: usize, variable: &str) -> Option<Vec<f32>> {
        let (_, layer) = self.layers().nth(layer)?;
        layer.neurons().get(variable).map(<[f32]>::to_vec)
    }

    fn synapse_value(
        &self,
        projection: usize,
        variable: &str,
        sender: usize,
        receiver: usize,
    ) -> Option<f32> {
        let (_, projection) = self.projections().nth(projection)?;
        projection.synapse(variable, sender, receiver)
    }
}
