//! Biologically based neural networks that learn by the Leabra algorithm.
//!
//! A [`Network`] is made of layers of units and of projections between layers. Leabra is O'Reilly
//! and Munakata's algorithm: point neurons with excitatory, inhibitory and leak conductances,
//! inhibition by pooled feedforward and feedback (FFFB), and learning from both error and
//! self-organisation (XCal). The equations, their order and their defaults are those of the Go
//! *emergent* (leabra v1.2.8), whose figures this crate reproduces.
//!
//! # Words
//!
//! - A *layer* has units in a grid `[Y, X]`, or in pools `[PoolY, PoolX, UnitY, UnitX]`.
//! - A *projection* connects a sending to a receiving layer by a [`pattern`].
//! - A trial is one *alpha cycle* of 100 *cycles* (1 ms each) in 4 *quarters*. Three quarters, the
//!   minus phase, form an expectation; in the fourth, the plus phase, the targets are shown, and
//!   learning follows the difference.
//! - An *epoch* shows every pattern once; a *run* trains one network from new random weights.
//!
//! # Example
//!
//! ```
//! use engine::pattern::Full;
//! use engine::sim::Sim;
//! use engine::{LayerType, Network, ProjectionType, patgen};
//!
//! let mut net = Network::new("tiny");
//! let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
//! let hidden = net.add_layer("Hidden", &[5, 5], LayerType::Hidden)?;
//! let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
//! net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
//! net.bidirectional(hidden, output, Full::default())?;
//! net.build()?;
//!
//! // Four pairs of patterns, each with 4 units on.
//! let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1)?;
//! let mut sim = Sim::new(net, &patterns)?.with_seed(1)?.with_max_epochs(60)?;
//! sim.train(&mut ())?;
//!
//! // The logs are tables: a row per epoch, and a row per tested pattern with tensor columns.
//! let epochs = sim.epoch_log()?;
//! let errors = epochs.numbers("PctErr")?;
//! assert!(errors[errors.len() - 1] < errors[0]);
//! assert_eq!(sim.test()?.tensor::<f32>("Hidden_ActM")?.shape(), [4, 5, 5]);
//! # Ok::<(), engine::EngineError>(())
//! ```
//!
//! # Where things are
//!
//! | Module | What is in it |
//! |---|---|
//! | [`network`] | the container: building, connecting, running trials, access by name |
//! | [`layer`], [`pool`], [`neuron`] | the units' state, and what a layer does in a cycle and a trial |
//! | [`projection`], [`pattern`] | synapses, their learning; who is connected to whom |
//! | [`leabra`] | the equations as pure functions with their parameters |
//! | [`params`] | parameters by path, selectors and sheets |
//! | [`environment`], [`patgen`] | what a network is shown |
//! | [`sim`] | runs, epochs and trials; stop criteria; logs |
//! | [`weights`] | weights files, both ways with the reference |
//! | [`checkpoint`] | everything in one file, from which a run goes on with the same bits |
//! | [`access`] | every variable by name, of this network or one of another algorithm |
//! | [`popcode`] | numbers as patterns of activity, and back |
//! | [`relpos`] | where layers stand in displays |
//! | [`timer`] | a stopwatch; [`Network::start_profile`] tells the share of each function |
//! | [`random`] | the seeded streams that all random numbers come from |
//! | [`error`] | what can go wrong, each with what and where |
//!
//! # Names in the Go emergent
//!
//! Parameters, unit and synapse variables and files keep the reference's names
//! (`Layer.Inhib.Layer.Gi`, `AvgSLrn`, `LWt`). Functions and types have names in words:
//!
//! | Go | here |
//! |---|---|
//! | `AddLayer2D`, `AddLayer4D` | [`Network::add_layer`] |
//! | `ConnectLayers`, `BidirConnectLayers`, `LateralConnectLayer` | [`Network::connect`], [`bidirectional`](Network::bidirectional), [`lateral`](Network::lateral) |
//! | `Prjn`, `Syn` | [`Projection`], [`Projection::synapse`] |
//! | `prjn.Full`, `prjn.PoolTile`, ... | [`pattern::Full`], [`pattern::PoolTile`], ... |
//! | `ApplyParams`, `params.Sets` | [`Network::apply_params`], [`params::ParamSets`] |
//! | `NonDefaultParams`, `DiffsAll`, `DiffsFirst`, `DiffsWithin` | [`Network::changed_parameters`], [`diff_all`](params::ParamSets::diff_all), [`diff_first`](params::ParamSets::diff_first), [`diff_within`](params::ParamSheet::diff_within) |
//! | `InitWts`, `InitExt`, `ApplyExt` | [`Network::init_weights`], [`init_ext`](Network::init_ext), [`apply_input`](Network::apply_input) |
//! | `AlphaCyc` of a sim | [`Network::train_trial`], [`test_trial`](Network::test_trial) |
//! | `AlphaCycInit`, `Cycle`, `QuarterFinal` | [`Network::start_trial`], [`cycle`](Network::cycle), [`end_quarter`](Network::end_quarter) |
//! | `DWt`, `WtFmDWt` | [`Network::compute_weight_changes`], [`apply_weight_changes`](Network::apply_weight_changes), or both in one pass [`learn`](Network::learn) |
//! | `LrateMult` | [`Network::scale_learning_rates`] |
//! | `SetOff`, `LesionNeurons` | [`Layer::set_off`], [`Layer::lesion`] |
//! | `UnitVals`, `SynVal`, `SetSynVal` | [`Network::unit_values`], [`Projection::synapse`], [`set_synapse`](Projection::set_synapse) |
//! | `LayerByName`, `LayersByClass`, `SendName` | [`Network::layer_named`], [`layers_of_class`](Network::layers_of_class), [`projection_named`](Network::projection_named) |
//! | `SaveWtsJSON`, `OpenWtsJSON`, `OpenWtsCpp` | [`Network::save_weights`], [`open_weights`](Network::open_weights) |
//! | `MSE`, `SSE`, `CosDiff` | [`Layer::output_error`], [`Layer::cos_diff`] |
//! | `env.FixedTable`, `env.FreqTable` | [`environment::FixedTable`] |
//! | `erand`, `patgen`, `popcode`, `relpos`, `timer` | [`random`], [`patgen`], [`popcode`], [`relpos`], [`timer`] |
//!
//! # Determinism
//!
//! A seed gives the same bits on any number of threads, whatever is logged: every sum has a fixed
//! order, and each purpose and run draws from a stream of its own. Activations, conductances and
//! weights are `f32`, as in the reference; exponentials are computed in `f64` and rounded once.
//!
//! # Errors
//!
//! Whatever a user or a file can get wrong is an [`EngineError`] that names the layer, projection
//! or file. A value that becomes NaN ends the trial in which it appears.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod access;
pub mod checkpoint;
pub mod environment;
pub mod error;
pub mod layer;
pub mod leabra;
pub mod network;
pub mod neuron;
pub mod params;
pub mod patgen;
pub mod pattern;
pub mod pool;
pub mod popcode;
pub mod projection;
pub mod random;
pub mod relpos;
pub mod sim;
pub mod timer;
mod vector;
pub mod weights;

pub use error::{EngineError, ParameterProblem, PatternProblem, Result};
pub use layer::{Layer, LayerType};
pub use network::{LayerId, Network, ProjectionId};
pub use projection::{Projection, ProjectionType};
