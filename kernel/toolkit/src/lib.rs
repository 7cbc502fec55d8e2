//! The toolkit as one dynamic library, which cells of a notebook are compiled against.
//!
//! It holds the facade crate and the ready-made simulations ([`sims`]), so that a cell compiles no
//! dependency of its own.

#![deny(missing_docs)]

mod instances;

pub use emergent::*;
#[doc(hidden)]
pub use instances::instances;
pub use sims;
