//! Placeholder.
pub mod error;
pub mod params;
pub mod random;
pub mod weights;
