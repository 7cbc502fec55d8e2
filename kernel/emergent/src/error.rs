//! One error for the whole toolkit.

use analysis::AnalysisError;
use engine::EngineError;
use etable::TableError;

/// Anything that can go wrong in the toolkit, so that one function can use all of it with `?`.
///
/// ```
/// use emergent::prelude::*;
///
/// fn load() -> Result<Table> {
///     Ok(Table::read("no such file.parquet")?)
/// }
/// assert!(matches!(load(), Err(Error::Table(_))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A table, its columns or its files.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An analysis or a figure.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A network, its parameters, weights or environment.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Anything else, as text.
    #[error("{0}")]
    Message(String),
}

/// A result whose error is the toolkit's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
