//! t-SNE: a plane in which neighbours stay neighbours.
//!
//! UMAP, which serves the same end, is not here: no crate of it is both sound and deterministic.
//! Those that exist move points that several threads share without synchronisation, so that a seed
//! does not decide the picture, or leave it to the caller to find the neighbours.
//!
//! ```
//! use analysis::{TsneOptions, tsne};
//! use etable::{Table, ndarray::Array2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rows = Array2::from_shape_fn((20, 4), |(row, unit)| {
//!     let group = if row < 10 { 0.0 } else { 10.0 };
//!     group + ((row * 7 + unit * 3) as f64 * 0.618).fract()
//! });
//! let table = Table::new().with_tensor("Act", rows.into_dyn(), &["unit"])?;
//! let options = TsneOptions { perplexity: 4.0, iterations: 300, ..TsneOptions::default() };
//! let points = tsne(&table, "Act", None, options)?;
//! assert_eq!(points.coordinates().dim(), (20, 2));
//! # Ok(())
//! # }
//! ```

use etable::{View, interrupt};
use linfa::traits::Transformer;
use linfa_tsne::TSneParams;
use rand_xoshiro::{Xoshiro256Plus, rand_core::SeedableRng};

use super::Embedding;
use crate::{
    AnalysisError, NanPolicy, Result,
    error::require,
    rows::{read_labels, read_matrix},
};

/// How to embed: [`tsne`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TsneOptions {
    /// Dimensions of the result, 2 or 3.
    pub dimensions: usize,
    /// About how many neighbours every item has; at most a third of the items.
    pub perplexity: f64,
    /// Steps of the descent.
    pub iterations: usize,
    /// How far groups of distant items are taken as one (Barnes and Hut), from 0 (not at all) to 1.
    /// Above 0, thousands of items take seconds rather than minutes, but the library looks for
    /// neighbours in a random order that no seed decides, so that the last digits, and with them
    /// the picture, are others each time.
    pub approximation: f64,
    /// Seed of the first, random places.
    pub seed: u64,
}

impl Default for TsneOptions {
    /// A plane, perplexity 30, 1000 steps, no approximation, seed 1.
    fn default() -> Self {
        TsneOptions {
            dimensions: 2,
            perplexity: 30.0,
            iterations: 1000,
            approximation: 0.0,
            seed: 1,
        }
    }
}

/// Places the rows of a column so that rows close to each other stay close (linfa's t-SNE). Time
/// O(n²) a step, O(n log n) with approximation.
///
/// Distances between groups, and the sizes of groups, mean nothing in the result; another seed
/// gives another picture. Equal seeds give equal points, without approximation.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] for options out of range: dimensions 2 or 3, and fewer than
/// the cells have values; perplexity above 0 and at most a third of the other items; at least one
/// iteration; approximation from 0 to 1. [`AnalysisError::Table`], [`AnalysisError::TooFewRows`]
/// below four rows, [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`],
/// [`AnalysisError::NoResult`] if the descent leaves the range of numbers,
/// [`AnalysisError::Interrupted`].
///
/// # Source
///
/// L. van der Maaten (2014), Accelerating t-SNE using tree-based algorithms, *Journal of Machine
/// Learning Research* 15.
pub fn tsne(
    view: impl Into<View>,
    column: &str,
    labels: Option<&str>,
    options: TsneOptions,
) -> Result<Embedding> {
    tsne_view(&view.into(), column, labels, options)
}

fn tsne_view(
    view: &View,
    column: &str,
    labels: Option<&str>,
    options: TsneOptions,
) -> Result<Embedding> {
    let rows = read_matrix(view, column, "t-SNE", 4, NanPolicy::Error)?;
    let labels = read_labels(view, labels)?;
    let TsneOptions { dimensions, perplexity, iterations, approximation, seed } = options;
    let (most, values) = ((rows.nrows() - 1) as f64 / 3.0, rows.ncols());
    let fits = (2..=3).contains(&dimensions) && dimensions <= values;
    let expected = format!("2 or 3, and at most the {values} values of a cell");
    require(fits, "dimensions", dimensions, expected)?;
    let fits = perplexity > 0.0 && perplexity <= most;
    let expected = format!("above 0, and at most {most:.2}, a third of the other rows");
    require(fits, "perplexity", perplexity, expected)?;
    require(iterations > 0, "iterations", iterations, "at least 1")?;
    let fits = (0.0..=1.0).contains(&approximation);
    require(fits, "approximation", approximation, "from 0 to 1")?;
    let failed = |message: String| AnalysisError::NoResult { analysis: "t-SNE", message };
    let coordinates = interrupt::run(move || {
        TSneParams::embedding_size_with_rng(dimensions, Xoshiro256Plus::seed_from_u64(seed))
            .perplexity(perplexity)
            .approx_threshold(approximation)
            .max_iter(iterations)
            .transform(rows)
    })?
    .map_err(|error| failed(error.to_string()))?;
    if coordinates.iter().any(|value: &f64| !value.is_finite()) {
        let message = "the descent left the range of numbers; are most rows equal?";
        return Err(failed(message.into()));
    }
    let column = column.to_string();
    Ok(Embedding { labels, coordinates, method: "t-SNE", column, stress: None })
}
