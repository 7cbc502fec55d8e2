//! A layer: its neurons, pools and parameters, and what happens within it in a cycle.
//!
//! A layer is made by [`Network::add_layer`](crate::Network::add_layer); this module holds its
//! state and the parts of the algorithm that look at one layer alone.
//!
//! ```
//! use engine::{LayerType, Network};
//! let mut net = Network::new("one");
//! let hidden = net.add_layer("Hidden", &[2, 3], LayerType::Hidden)?;
//! assert_eq!(net.layer(hidden).n_units(), 6);
//! assert_eq!(net.layer(hidden).dimension_names(), ["Y", "X"]);
//! # Ok::<(), engine::EngineError>(())
//! ```

mod batch;
mod cycle;
mod lesion;
mod trial;

pub(crate) use cycle::{CycleConstants, PoolVariable};
pub use trial::{CosDiff, OutputError};

use serde::{Deserialize, Serialize};

use crate::error::{EngineError, ParameterProblem, Result, nearest};
use crate::leabra::LayerParams;
use crate::network::ProjectionId;
use crate::neuron::{Neurons, UNIT_VARIABLES};
use crate::params::Styled;
use crate::params::tree::ParameterNode;
use crate::pool::Pool;
use crate::relpos::{Position, RelPos, Size};

/// The role of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayerType {
    /// Neither input nor output.
    Hidden,
    /// Takes external input in all phases.
    Input,
    /// Takes its target as external input in the plus phase.
    Target,
    /// Has a target to compare with, which never drives it.
    Compare,
}

impl LayerType {
    /// The name in parameter files and weights.
    pub fn name(self) -> &'static str {
        match self {
            LayerType::Hidden => "Hidden",
            LayerType::Input => "Input",
            LayerType::Target => "Target",
            LayerType::Compare => "Compare",
        }
    }
}

/// A layer of a network.
#[derive(Debug, Clone)]
pub struct Layer {
    pub(crate) name: String,
    pub(crate) kind: LayerType,
    pub(crate) classes: String,
    pub(crate) shape: Vec<usize>,
    /// Parameters. A direct change acts from the next trial on, initial values from the next
    /// [`init_weights`](crate::Network::init_weights) on, which also checks all values;
    /// [`set_parameter`](Styled::set_parameter) checks at once.
    pub params: LayerParams,
    pub(crate) neurons: Neurons,
    pub(crate) pools: Vec<Pool>,
    /// One for each member.
    pub(crate) cos_diffs: Vec<CosDiff>,
    /// Of how many trials that run in lock-step the state is held, one after the other in
    /// `neurons` and `pools`; 1 but while a batch is tested.
    pub(crate) members: usize,
    /// The whole layer is lesioned.
    pub(crate) off: bool,
    /// Units that are lesioned.
    pub(crate) n_off: usize,
    pub(crate) receives: Vec<ProjectionId>,
    pub(crate) sends: Vec<ProjectionId>,
    /// Where it stands relative to another layer, if not above the one before it.
    pub(crate) relpos: Option<RelPos>,
    pub(crate) position: Position,
}

impl Layer {
    pub(crate) fn new(name: &str, shape: &[usize], kind: LayerType) -> Result<Self> {
        let product = shape.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        let usable = matches!(shape.len(), 2 | 4)
            && product.is_some_and(|count| count > 0 && u32::try_from(count).is_ok());
        if !usable {
            return Err(EngineError::LayerShape { layer: name.to_owned(), shape: shape.to_vec() });
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            classes: kind.name().to_owned(),
            shape: shape.to_vec(),
            params: LayerParams::default(),
            neurons: Neurons::default(),
            pools: Vec::new(),
            cos_diffs: vec![CosDiff::default()],
            members: 1,
            off: false,
            n_off: 0,
            receives: Vec::new(),
            sends: Vec::new(),
            relpos: None,
            position: Position::default(),
        })
    }

    /// The layer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The layer's role.
    pub fn kind(&self) -> LayerType {
        self.kind
    }

    /// Gives the layer another role from the next trial on, for instance to run a network from its
    /// outputs to its inputs. Its input and target are cleared, and its first class is that of the
    /// new role; parameters that selectors have set stay until they are applied again.
    ///
    /// ```
    /// use engine::{LayerType, Network};
    /// let mut net = Network::new("faces");
    /// let emotion = net.add_layer("Emotion", &[1, 2], LayerType::Compare)?;
    /// net.layer_mut(emotion).set_kind(LayerType::Input);
    /// assert_eq!(net.layer(emotion).classes(), "Input");
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    pub fn set_kind(&mut self, kind: LayerType) {
        if kind == self.kind {
            return;
        }
        self.classes.replace_range(..self.kind.name().len(), kind.name());
        self.kind = kind;
        self.init_ext();
    }

    /// The classes that parameter selectors see, separated by spaces; the first is the role.
    pub fn classes(&self) -> &str {
        &self.classes
    }

    /// Adds a class for parameter selectors.
    pub fn add_class(&mut self, class: &str) {
        self.classes.push(' ');
        self.classes.push_str(class);
    }

    /// Sizes: `[Y, X]`, or `[PoolY, PoolX, UnitY, UnitX]`.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Names of the dimensions of [`shape`](Self::shape).
    pub fn dimension_names(&self) -> &'static [&'static str] {
        if self.shape.len() == 2 { &["Y", "X"] } else { &["PoolY", "PoolX", "UnitY", "UnitX"] }
    }

    /// Number of units.
    pub fn n_units(&self) -> usize {
        self.shape.iter().product()
    }

    /// Where the layer stands, as [`Network::place`](crate::Network::place) has said, if it has.
    pub fn relpos(&self) -> Option<&RelPos> {
        self.relpos.as_ref()
    }

    /// Where the layer's front left corner is drawn; the origin before the network is built.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What the layer covers where it is drawn.
    pub fn size(&self) -> Size {
        Size::of(&self.shape, self.relpos.as_ref().map_or(1.0, |relpos| relpos.scale))
    }

    /// The front left and the back right corner.
    pub(crate) fn corners(&self) -> (Position, Position) {
        let (from, size) = (self.position, self.size());
        (from, Position { x: from.x + size.width, y: from.y + size.depth, ..from })
    }

    /// The neurons' state; empty before the network is built.
    pub fn neurons(&self) -> &Neurons {
        &self.neurons
    }

    /// Sets a variable of all units, to restore a saved state; values are row-major over the
    /// layer's shape.
    ///
    /// # Errors
    /// There is no such variable, the number of values is not the layer's (before the network is
    /// built it has no units), or one is not finite; then nothing has changed.
    pub fn set_unit_values(&mut self, variable: &str, values: &[f32]) -> Result<()> {
        let Some(target) = self.neurons.get_mut(variable) else {
            return Err(EngineError::UnknownVariable {
                kind: "unit",
                variable: variable.to_owned(),
                nearest: nearest(variable, UNIT_VARIABLES.iter().map(|known| known.name)),
            });
        };
        if values.len() != target.len() {
            return Err(EngineError::InputLength {
                layer: self.name.clone(),
                shape: self.shape.clone(),
                expected: target.len(),
                found: values.len(),
            });
        }
        if let Some(unit) = values.iter().position(|value| !value.is_finite()) {
            let (layer, value) = (self.name.clone(), values[unit]);
            return Err(EngineError::InputValue { layer, unit, value });
        }
        target.copy_from_slice(values);
        Ok(())
    }

    /// The pools: first the whole layer, then, in a 4-D layer, each pool.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// Sets the state of all pools, to restore a saved one.
    ///
    /// # Errors
    /// They are not as many as the layer's, or of other neurons; then nothing has changed.
    pub fn set_pools(&mut self, pools: &[Pool]) -> Result<()> {
        let ranges = |pools: &[Pool]| pools.iter().map(Pool::neurons).collect::<Vec<_>>();
        if ranges(pools) != ranges(&self.pools) {
            return Err(EngineError::Pools {
                layer: self.name.clone(),
                expected: self.pools.len(),
                found: pools.len(),
            });
        }
        self.pools.clone_from_slice(pools);
        Ok(())
    }

    /// How well the minus phase of the last trial matched its plus phase.
    pub fn cos_diff(&self) -> &CosDiff {
        &self.cos_diffs[0]
    }

    /// The match of the phases for writing, to restore a saved state.
    pub fn cos_diff_mut(&mut self) -> &mut CosDiff {
        &mut self.cos_diffs[0]
    }

    /// Projections into this layer, in the order they were made.
    pub fn receives(&self) -> &[ProjectionId] {
        &self.receives
    }

    /// Projections out of this layer, in the order they were made.
    pub fn sends(&self) -> &[ProjectionId] {
        &self.sends
    }

    /// Allocates neurons and pools.
    pub(crate) fn build(&mut self) {
        let count = self.n_units();
        self.neurons = Neurons::new(count);
        self.pools = vec![Pool::new(0..count)];
        if let [pools_y, pools_x, units_y, units_x] = self.shape[..] {
            let size = units_y * units_x;
            self.pools.extend(
                (0..pools_y * pools_x).map(|pool| Pool::new(pool * size..(pool + 1) * size)),
            );
        }
    }

    /// Bytes of memory that the neurons and pools have been given.
    pub(crate) fn bytes(&self) -> usize {
        self.neurons.bytes() + self.pools.capacity() * size_of::<Pool>()
    }
}

impl Styled for Layer {
    fn type_name(&self) -> &str {
        "Layer"
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn classes(&self) -> &str {
        &self.classes
    }

    fn set_parameter(
        &mut self,
        path: &str,
        text: &str,
    ) -> std::result::Result<(), ParameterProblem> {
        crate::params::tree::set_below("Layer", &mut self.params, path, text)
    }

    fn check_parameter(&self, path: &str, text: &str) -> std::result::Result<(), ParameterProblem> {
        crate::params::tree::set_below("Layer", &mut self.params.clone(), path, text)
    }
}

impl Layer {
    /// The text of the parameter at `path`, such as `Layer.Inhib.Layer.Gi`.
    pub fn parameter(&self, path: &str) -> Option<String> {
        self.params.get_by_path(path.strip_prefix("Layer.")?)
    }
}
