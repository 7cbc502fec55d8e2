//! The loops in which the time goes, compiled once for each kind of vector instructions; the
//! machine's are chosen as the program runs.
//!
//! All versions do the same operations on each element in the same order (Rust never fuses a
//! multiplication with an addition), and none adds across elements, so that every machine gives
//! the same bits.

pub(crate) mod activation;
pub(crate) mod checks;
pub(crate) mod exp;
pub(crate) mod neurons;
pub(crate) mod synapses;
