//! Placeholder.
pub mod error;
