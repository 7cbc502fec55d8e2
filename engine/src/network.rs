//! A network: layers and projections, built once, then run trial by trial.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::{LayerType, Network, ProjectionType};
//!
//! let mut net = Network::new("associator");
//! let input = net.add_layer("Input", &[1, 4], LayerType::Input)?;
//! let output = net.add_layer("Output", &[1, 2], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! net.init_weights(1)?;
//!
//! for _ in 0..20 {
//!     net.init_ext();
//!     net.apply_input(input, &[1.0, 0.0, 1.0, 0.0])?;
//!     net.apply_input(output, &[1.0, 0.0])?;
//!     net.train_trial()?;
//! }
//! // The minus phase has come to match the target.
//! assert_eq!(net.layer(output).output_error(0.5).sse, 0.0);
//! # Ok::<(), engine::EngineError>(())
//! ```

mod parameters;
mod run;
mod state;
mod weights;

use std::sync::Arc;

pub use run::{CYCLES_PER_QUARTER, Moment, QUARTERS_PER_TRIAL, Time};
pub(crate) use state::NetworkState;

use crate::error::{EngineError, Result, nearest};
use crate::layer::{CycleConstants, Layer, LayerType};
use crate::pattern::Pattern;
use crate::projection::{Layout, Projection, ProjectionType};
use crate::random::{self, Sampler};

/// A layer of a network, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(usize);

impl LayerId {
    /// The layer's place among those of its network, in the order they were added.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A projection of a network, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectionId(usize);

/// A Leabra network. See the [module](self) for its use.
#[derive(Debug, Clone)]
pub struct Network {
    name: String,
    layers: Vec<Layer>,
    projections: Vec<Projection>,
    built: bool,
    constants: Vec<CycleConstants>,
    time: Time,
    wt_bal_counter: usize,
    /// The distributions of the layers' noise in the current trial.
    noise: Vec<Option<Sampler>>,
    noise_seed: u64,
    threads: Option<Arc<rayon::ThreadPool>>,
}

/// How often, in applications of weight changes, weight balance is recomputed.
const WT_BAL_INTERVAL: usize = 10;

impl Network {
    /// A network without layers. It runs on one thread until [`set_threads`](Self::set_threads).
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            layers: Vec::new(),
            projections: Vec::new(),
            built: false,
            constants: Vec::new(),
            time: Time::default(),
            wt_bal_counter: 0,
            noise: Vec::new(),
            noise_seed: 0,
            threads: None,
        }
    }

    /// The network's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a layer of shape `[Y, X]` or `[PoolY, PoolX, UnitY, UnitX]`.
    ///
    /// # Errors
    /// The network is built already, the name is taken, or the shape is unusable.
    pub fn add_layer(&mut self, name: &str, shape: &[usize], kind: LayerType) -> Result<LayerId> {
        self.require_unbuilt()?;
        if self.layers.iter().any(|layer| layer.name() == name) {
            return Err(EngineError::DuplicateLayer { layer: name.to_owned() });
        }
        self.layers.push(Layer::new(name, shape, kind)?);
        Ok(LayerId(self.layers.len() - 1))
    }

    /// Connects `sender` to `receiver` by `pattern`.
    ///
    /// # Errors
    /// The network is built already, a layer is not of this network, or the pattern does not fit.
    pub fn connect(
        &mut self,
        sender: LayerId,
        receiver: LayerId,
        pattern: impl Pattern + 'static,
        kind: ProjectionType,
    ) -> Result<ProjectionId> {
        self.connect_shared(sender, receiver, Arc::new(pattern), kind)
    }

    /// Connects `lower` to `higher` by a Forward projection and back by a Back projection of the
    /// same pattern; returns both.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn bidirectional(
        &mut self,
        lower: LayerId,
        higher: LayerId,
        pattern: impl Pattern + 'static,
    ) -> Result<(ProjectionId, ProjectionId)> {
        let pattern: Arc<dyn Pattern> = Arc::new(pattern);
        let forward =
            self.connect_shared(lower, higher, Arc::clone(&pattern), ProjectionType::Forward)?;
        let back = self.connect_shared(higher, lower, pattern, ProjectionType::Back)?;
        Ok((forward, back))
    }

    /// Connects the units of a layer among themselves by a Lateral projection.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn lateral(
        &mut self,
        layer: LayerId,
        pattern: impl Pattern + 'static,
    ) -> Result<ProjectionId> {
        self.connect(layer, layer, pattern, ProjectionType::Lateral)
    }

    fn connect_shared(
        &mut self,
        sender: LayerId,
        receiver: LayerId,
        pattern: Arc<dyn Pattern>,
        kind: ProjectionType,
    ) -> Result<ProjectionId> {
        self.require_unbuilt()?;
        for id in [sender, receiver] {
            if id.0 >= self.layers.len() {
                return Err(EngineError::ForeignId { what: format!("layer number {}", id.0) });
            }
        }
        let name = format!("{}To{}", self.layers[sender.0].name(), self.layers[receiver.0].name());
        // Asked here, so that the mistake is reported where it was made.
        self.layout(&name, &*pattern, sender, receiver)?;
        let id = ProjectionId(self.projections.len());
        self.projections.push(Projection::new(name, (sender, receiver), kind, pattern));
        self.layers[sender.0].sends.push(id);
        self.layers[receiver.0].receives.push(id);
        Ok(id)
    }

    fn layout(
        &self,
        name: &str,
        pattern: &dyn Pattern,
        sender: LayerId,
        receiver: LayerId,
    ) -> Result<Layout> {
        let (from, to) = (&self.layers[sender.0], &self.layers[receiver.0]);
        pattern
            .connect(from.shape(), to.shape(), sender == receiver)
            .and_then(|connectivity| Layout::new(connectivity, from.n_units(), to.n_units()))
            .map_err(|reason| EngineError::Pattern { projection: name.to_owned(), reason })
    }

    /// Allocates neurons and synapses; afterwards the structure is fixed.
    ///
    /// # Errors
    /// The network is built already or has no layers.
    pub fn build(&mut self) -> Result<()> {
        self.require_unbuilt()?;
        if self.layers.is_empty() {
            return Err(EngineError::EmptyNetwork { network: self.name.clone() });
        }
        for index in 0..self.projections.len() {
            let projection = &self.projections[index];
            let layout = self.layout(
                projection.name(),
                projection.pattern(),
                projection.sender(),
                projection.receiver(),
            )?;
            self.projections[index].build(layout);
        }
        for layer in &mut self.layers {
            layer.build();
            layer.init_averages();
            layer.init_acts();
        }
        self.built = true;
        Ok(())
    }

    /// Whether [`build`](Self::build) has been called.
    pub fn is_built(&self) -> bool {
        self.built
    }

    /// Lets large networks use up to `threads` threads. Results have the same bits for any number.
    ///
    /// # Errors
    /// The system refuses the threads.
    pub fn set_threads(&mut self, threads: usize) -> Result<()> {
        self.threads = if threads > 1 {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .map_err(|error| EngineError::Threads { threads, reason: error.to_string() })?;
            Some(Arc::new(pool))
        } else {
            None
        };
        Ok(())
    }

    /// Starts a run: draws weights from the stream of `seed`, copies them to reciprocal
    /// projections, and resets all state.
    ///
    /// Each projection draws from a stream of its own, by sender and then receiver. A projection
    /// with `WtInit.Sym` gives its weights to its reciprocal (the projection between the same
    /// layers the other way, to the layer added earlier).
    ///
    /// # Errors
    /// The network is not built, or a distribution of weights has impossible parameters.
    pub fn init_weights(&mut self, seed: u64) -> Result<()> {
        self.require_built("init_weights")?;
        let samplers = self.projections.iter().map(|projection| {
            let distribution = projection.params.wt_init.distribution();
            distribution.sampler().map_err(|error| error.at(projection.name()))
        });
        let samplers = samplers.collect::<Result<Vec<_>>>()?;
        for (index, (projection, sampler)) in self.projections.iter_mut().zip(samplers).enumerate()
        {
            let mut rng = random::stream(seed, "weights", index as u64);
            projection.reset_synapses(|| sampler.draw(&mut rng));
        }
        self.noise_seed = seed;
        self.symmetrize_weights();
        self.init_state();
        Ok(())
    }

    /// Sets every effective weight of a projection from sender and receiver, by flat index, and
    /// forgets what learning has left; for topographic and other weights of one's own, after
    /// [`init_weights`](Self::init_weights).
    ///
    /// ```
    /// use engine::pattern::Circle;
    /// use engine::{LayerType, Network, ProjectionType};
    /// let mut net = Network::new("map");
    /// let a = net.add_layer("A", &[5, 5], LayerType::Input)?;
    /// let b = net.add_layer("B", &[5, 5], LayerType::Hidden)?;
    /// let circle = Circle { radius: 2, ..Circle::default() };
    /// let ab = net.connect(a, b, circle, ProjectionType::Forward)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// net.set_weights_by(ab, circle.gaussian_weight(&[5, 5], &[5, 5]).expect("two dimensions"))?;
    /// assert_eq!(net.projection(ab).synapse("Wt", 12, 12), Some(1.0));
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The network is not built, or a weight is not from 0 to 1: then nothing has changed.
    pub fn set_weights_by(
        &mut self,
        projection: ProjectionId,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Result<()> {
        self.require_built("set_weights_by")?;
        self.projections[projection.0].set_weights_by(weight)
    }

    /// Sets the scale of every synapse of a projection, a fixed factor of its effective weight, from
    /// sender and receiver, by flat index; for topographic strengths that learning keeps. The
    /// linear weights stay. A reciprocal projection takes the scales over with
    /// [`init_weights`](Self::init_weights).
    ///
    /// # Errors
    /// The network is not built, or a scale is negative or not finite: then nothing has changed.
    pub fn set_scales_by(
        &mut self,
        projection: ProjectionId,
        scale: impl Fn(usize, usize) -> f32,
    ) -> Result<()> {
        self.require_built("set_scales_by")?;
        self.projections[projection.0].set_scales_by(scale)
    }

    /// Resets activations, averages and counters, but not the weights.
    pub(crate) fn init_state(&mut self) {
        self.wt_bal_counter = 0;
        self.time = Time::default();
        for layer in &mut self.layers {
            layer.init_averages();
            layer.init_acts();
        }
    }

    /// Copies the weights of each symmetric projection into its reciprocal.
    fn symmetrize_weights(&mut self) {
        for index in 0..self.projections.len() {
            let forward = &self.projections[index];
            if !forward.params.wt_init.sym || forward.receiver < forward.sender {
                continue;
            }
            let reciprocal = self.layers[forward.sender.0]
                .receives
                .iter()
                .copied()
                .find(|id| self.projections[id.0].sender == forward.receiver && id.0 != index);
            let Some(reciprocal) = reciprocal else { continue };
            let (forward, back) = if index < reciprocal.0 {
                let (head, tail) = self.projections.split_at_mut(reciprocal.0);
                (&head[index], &mut tail[0])
            } else {
                let (head, tail) = self.projections.split_at_mut(index);
                (&tail[0], &mut head[reciprocal.0])
            };
            back.copy_transposed(forward);
        }
    }

    /// The layer.
    ///
    /// # Panics
    /// If `id` is of another network with more layers.
    #[track_caller]
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id.0]
    }

    /// The layer, for changing parameters or restoring state.
    ///
    /// # Panics
    /// If `id` is of another network with more layers.
    #[track_caller]
    pub fn layer_mut(&mut self, id: LayerId) -> &mut Layer {
        &mut self.layers[id.0]
    }

    /// The projection.
    ///
    /// # Panics
    /// If `id` is of another network with more projections.
    #[track_caller]
    pub fn projection(&self, id: ProjectionId) -> &Projection {
        &self.projections[id.0]
    }

    /// The projection, for changing parameters or weights.
    ///
    /// # Panics
    /// If `id` is of another network with more projections.
    #[track_caller]
    pub fn projection_mut(&mut self, id: ProjectionId) -> &mut Projection {
        &mut self.projections[id.0]
    }

    /// All layers with their ids, in the order they were added.
    pub fn layers(&self) -> impl ExactSizeIterator<Item = (LayerId, &Layer)> {
        self.layers.iter().enumerate().map(|(index, layer)| (LayerId(index), layer))
    }

    /// All projections with their ids, in the order they were made.
    pub fn projections(&self) -> impl ExactSizeIterator<Item = (ProjectionId, &Projection)> {
        self.projections.iter().enumerate().map(|(index, item)| (ProjectionId(index), item))
    }

    /// The layer of that name.
    ///
    /// # Errors
    /// There is none; the error suggests the most similar name.
    pub fn layer_named(&self, name: &str) -> Result<LayerId> {
        self.layers.iter().position(|layer| layer.name() == name).map(LayerId).ok_or_else(|| {
            EngineError::UnknownLayer {
                layer: name.to_owned(),
                nearest: nearest(name, self.layers.iter().map(Layer::name)),
            }
        })
    }

    /// The number of synapses of all projections.
    pub fn n_synapses(&self) -> usize {
        self.projections.iter().map(Projection::n_synapses).sum()
    }

    /// The values of a unit variable (see [`UNIT_VARIABLES`](crate::neuron::UNIT_VARIABLES)) of a
    /// layer, row-major over its shape.
    ///
    /// # Errors
    /// There is no such variable, or the network is not built.
    pub fn unit_values(&self, layer: LayerId, variable: &str) -> Result<&[f32]> {
        self.require_built("unit_values")?;
        self.layer(layer).neurons().get(variable).ok_or_else(|| EngineError::UnknownVariable {
            kind: "unit",
            variable: variable.to_owned(),
            nearest: nearest(
                variable,
                crate::neuron::UNIT_VARIABLES.iter().map(|variable| variable.name),
            ),
        })
    }

    /// Sets the learning rate of every projection to `factor` times its initial value.
    pub fn scale_learning_rates(&mut self, factor: f32) {
        for projection in &mut self.projections {
            projection.scale_learning_rate(factor);
        }
    }

    fn require_unbuilt(&self) -> Result<()> {
        if self.built {
            return Err(EngineError::AlreadyBuilt { network: self.name.clone() });
        }
        Ok(())
    }

    fn require_built(&self, operation: &'static str) -> Result<()> {
        if !self.built {
            return Err(EngineError::NotBuilt { network: self.name.clone(), operation });
        }
        Ok(())
    }
}
