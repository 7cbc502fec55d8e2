//! Simulations that are ready to run: from the command line, a notebook or a program.
//!
//! Each module is one simulation: its network, parameters, patterns, and a
//! [`Sim`](emergent::engine::sim::Sim) of them.
//!
//! ```
//! let mut sim = sims::ra25::sim(&sims::ra25::Settings { max_epochs: 2, ..Default::default() })?;
//! sim.train(&mut ())?;
//! assert_eq!(sim.epoch_log()?.n_rows(), 2);
//! # Ok::<(), emergent::Error>(())
//! ```

#![deny(missing_docs)]

pub mod error_driven;
pub mod family_trees;
pub mod ra25;
