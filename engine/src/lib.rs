//! Placeholder.
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
pub mod projection;
pub mod random;
pub mod sim;
pub mod weights;

pub use error::{EngineError, ParameterProblem, Result};
pub use layer::{Layer, LayerType};
pub use network::{LayerId, Network, ProjectionId};
pub use projection::{Projection, ProjectionType};
