//! Placeholder.
pub mod error;
pub mod params;
pub mod random;
pub mod weights;
pub mod environment;
pub mod patgen;
pub mod layer;
pub mod leabra;
pub mod network;
pub mod neuron;
pub mod pattern;
pub mod pool;
pub mod projection;
pub mod sim;

pub use error::{EngineError, ParameterProblem, Result};
pub use layer::{Layer, LayerType};
pub use network::{LayerId, Network, ProjectionId};
pub use projection::{Projection, ProjectionType};
