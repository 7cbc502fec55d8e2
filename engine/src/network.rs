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
//!     net.init_ext()?;
//!     net.apply_input(input, &[1.0, 0.0, 1.0, 0.0])?;
//!     net.apply_input(output, &[1.0, 0.0])?;
//!     net.train_trial()?;
//! }
//! // The minus phase has come to match the target.
//! assert_eq!(net.layer(output).output_error(0.5).sse, 0.0);
//! # Ok::<(), engine::EngineError>(())
//! ```

mod batch;
mod build;
mod cycle;
mod initial;
mod learn;
mod lookup;
mod mail;
mod parameters;
mod profile;
mod run;
mod send;
mod size;
mod start;
mod state;
mod threads;
mod weights;

use std::sync::Arc;

use mail::Share;
pub(crate) use mail::{Inbox, Outbox};
pub use profile::{Function, Profile};
pub use run::{CYCLES_PER_QUARTER, Hook, Moment, QUARTERS_PER_TRIAL, Time};
pub use size::{LayerSize, ProjectionSize, SizeReport};
pub(crate) use state::NetworkState;

use crate::error::{EngineError, Result, nearest};
use crate::layer::{CycleConstants, Layer};
use crate::projection::Projection;
use crate::random::Sampler;

/// A layer of a network, by index. It is good for that network and its copies: that another one has
/// no such layer is noticed only if it has fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(usize);

impl LayerId {
    /// The layer's place among those of its network, in the order they were added.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A projection of a network, by index; good, as a [`LayerId`], for that network and its copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectionId(usize);

impl ProjectionId {
    /// The projection's place among those of its network, in the order they were made.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A Leabra network. See the [module](self) for its use.
#[derive(Debug, Clone)]
pub struct Network {
    name: String,
    layers: Vec<Layer>,
    projections: Vec<Projection>,
    built: bool,
    /// Something has set the weights.
    has_weights: bool,
    /// What each layer sends in the current cycle.
    outboxes: Vec<Outbox>,
    /// What layers receive in it: a share for each thread.
    shares: Vec<Share>,
    constants: Vec<CycleConstants>,
    time: Time,
    cycles_per_quarter: usize,
    wt_bal_counter: usize,
    /// The distributions of the layers' noise in the current trial.
    noise: Vec<Option<Sampler>>,
    noise_seed: u64,
    threads: Option<Arc<rayon::ThreadPool>>,
    profile: Option<Box<Profile>>,
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
            has_weights: false,
            outboxes: Vec::new(),
            shares: Vec::new(),
            constants: Vec::new(),
            time: Time::default(),
            cycles_per_quarter: CYCLES_PER_QUARTER,
            wt_bal_counter: 0,
            noise: Vec::new(),
            noise_seed: 0,
            threads: None,
            profile: None,
        }
    }

    /// The network's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether [`build`](Self::build) has been called.
    pub fn is_built(&self) -> bool {
        self.built
    }

    /// Lets large networks use up to `threads` threads, at least 1. Results have the same bits for
    /// any number.
    ///
    /// # Errors
    /// The number is 0, or the system refuses the threads.
    pub fn set_threads(&mut self, threads: usize) -> Result<()> {
        if threads == 0 {
            return Err(EngineError::Setting {
                setting: "the number of threads".to_owned(),
                value: threads.to_string(),
                range: "at least 1".to_owned(),
            });
        }
        self.threads = if threads > 1 {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .map_err(|error| EngineError::Threads { threads, reason: error.to_string() })?;
            Some(Arc::new(pool))
        } else {
            None
        };
        self.make_mail();
        Ok(())
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

    /// The number of synapses of all projections.
    pub fn n_synapses(&self) -> usize {
        self.projections.iter().map(Projection::n_synapses).sum()
    }

    /// The values of a unit variable (see [`UNIT_VARIABLES`](crate::neuron::UNIT_VARIABLES)) of a
    /// layer, row-major over its shape.
    ///
    /// # Errors
    /// There is no such variable, the layer is not of this network, or the network is not built.
    pub fn unit_values(&self, layer: LayerId, variable: &str) -> Result<&[f32]> {
        self.require_built("unit_values")?;
        self.require_layer(layer)?;
        self.layer(layer).neurons().get(variable).ok_or_else(|| EngineError::UnknownVariable {
            kind: "unit",
            variable: variable.to_owned(),
            nearest: nearest(
                variable,
                crate::neuron::UNIT_VARIABLES.iter().map(|variable| variable.name),
            ),
        })
    }

    /// Sets the learning rate of every projection, and that which schedules are relative to.
    ///
    /// # Errors
    /// The rate is negative or not finite; then nothing has changed.
    pub fn set_learning_rates(&mut self, rate: f32) -> Result<()> {
        self.projections.iter().try_for_each(|item| item.check_learning_rate(rate))?;
        self.projections.iter_mut().try_for_each(|item| item.set_learning_rate(rate))
    }

    /// Sets the learning rate of every projection to `factor` times the one it was last set to.
    ///
    /// # Errors
    /// The factor makes a rate negative or not finite; then nothing has changed.
    pub fn scale_learning_rates(&mut self, factor: f32) -> Result<()> {
        let scaled = |item: &Projection| item.params.learn.lrate_init * factor;
        self.projections.iter().try_for_each(|item| item.check_learning_rate(scaled(item)))?;
        for item in &mut self.projections {
            item.params.learn.lrate = scaled(item);
        }
        Ok(())
    }

    /// Whether a trial has been started, and what its cycles need is there.
    fn is_within_trial(&self) -> bool {
        !self.constants.is_empty()
    }

    fn require_unbuilt(&self) -> Result<()> {
        if self.built {
            return Err(EngineError::AlreadyBuilt { network: self.name.clone() });
        }
        Ok(())
    }

    fn require_layer(&self, id: LayerId) -> Result<()> {
        match id.0 < self.layers.len() {
            true => Ok(()),
            false => Err(EngineError::ForeignId { what: format!("layer number {}", id.0) }),
        }
    }

    fn require_projection(&self, id: ProjectionId) -> Result<()> {
        match id.0 < self.projections.len() {
            true => Ok(()),
            false => Err(EngineError::ForeignId { what: format!("projection number {}", id.0) }),
        }
    }

    fn require_built(&self, operation: &'static str) -> Result<()> {
        if !self.built {
            return Err(EngineError::NotBuilt { network: self.name.clone(), operation });
        }
        Ok(())
    }
}
