//! One door to the toolkit: tables, the engine, analyses, and the notebook around them.
//!
//! A notebook or program begins with
//!
//! ```
//! use emergent::prelude::*;
//!
//! let table = Table::new().with_column("Name", ["cat", "car"])?.with_column("X", [0.9, 0.1])?;
//! table.show();
//! # Ok::<(), Error>(())
//! ```
//!
//! The crates behind it stay visible as [`etable`], [`engine`] and [`analysis`]. What belongs to
//! the notebook ([`display`], [`progress`], [`watch`], [`interrupt`]) also works without one: values print
//! themselves as text, progress is a line in the terminal.

#![deny(missing_docs)]

pub use {analysis, engine, etable};

pub mod cell;
pub mod channel;
pub mod display;
pub mod input;
pub mod interrupt;
pub mod net_view;
pub mod prelude;
pub mod progress;
pub mod watch;

mod error;

pub use error::{Error, Result};
