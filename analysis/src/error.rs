//! The one error type of the crate.

use std::path::PathBuf;

use etable::TableError;

use crate::{Linkage, Metric};

/// What can go wrong in an analysis or a figure.
///
/// Every message says what was wrong, where, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// The table refused: a column is missing, has another type, or holds a null.
    #[error(transparent)]
    Table(#[from] TableError),

    /// The analysis was asked to stop ([`etable::interrupt`]).
    #[error(transparent)]
    Interrupted(#[from] etable::interrupt::Interrupted),

    /// A value is NaN or infinite where a finite number is needed.
    #[error(
        "column `{column}` holds {value} in row {row}, value {position} of the cell; \
         filter that row out, or (for NaN in similarities) choose `NanPolicy::SkipPairs`"
    )]
    NotFinite {
        /// Column that was read.
        column: String,
        /// Row within the view, from 0.
        row: usize,
        /// Position within the flat cell, from 0.
        position: usize,
        /// The value found.
        value: f64,
    },

    /// A value is so large that its powers are beyond the range of numbers.
    #[error(
        "column `{column}` holds {value:e} in row {row}, value {position} of the cell; numbers \
         beyond 1e75 cannot be squared and added: divide the column by a constant"
    )]
    TooLarge {
        /// Column that was read.
        column: String,
        /// Row within the view, from 0.
        row: usize,
        /// Position within the flat cell, from 0.
        position: usize,
        /// The value found.
        value: f64,
    },

    /// A result is beyond the range of numbers.
    #[error("{what} is beyond the range of numbers; divide the values by a constant")]
    OutOfRange {
        /// What would be infinite.
        what: String,
    },

    /// An entry of a matrix is NaN or infinite where a finite number is needed.
    #[error(
        "the matrix of column `{column}` holds {value} for items {row} (`{row_label}`) and \
         {position} (`{position_label}`); leave one out with `reordered`"
    )]
    EntryNotFinite {
        /// Column that the matrix came from.
        column: String,
        /// Row of the entry, from 0.
        row: usize,
        /// Label of that row.
        row_label: String,
        /// Column of the entry, from 0.
        position: usize,
        /// Label of that column.
        position_label: String,
        /// The value found.
        value: f64,
    },

    /// A matrix whose metric is the same in both directions is not.
    #[error(
        "items {row} and {column} compare as {value} in one direction and {mirrored} in the other; \
         {what} must be the same in both"
    )]
    NotSymmetric {
        /// What must be symmetric: a metric, a covariance.
        what: String,
        /// Row of the entry, from 0.
        row: usize,
        /// Column of the entry, from 0.
        column: usize,
        /// The entry.
        value: f64,
        /// The entry on the other side of the diagonal.
        mirrored: f64,
    },

    /// Two vectors have no position where both hold a number.
    #[error("rows {left} and {right} share no position where both hold a number")]
    NoSharedValues {
        /// First row of the pair.
        left: usize,
        /// Second row of the pair.
        right: usize,
    },

    /// NaN leaves no position to compare rows at.
    #[error(
        "every position of column `{column}` holds NaN in some row; filter rows out, or choose \
         `NanPolicy::SkipPairs`"
    )]
    AllMissing {
        /// Column that was read.
        column: String,
    },

    /// A metric that needs more than two vectors was asked to compare two.
    #[error(
        "{metric} is not of two vectors alone; call `mahalanobis_matrix`, `mahalanobis_distance`, \
         `crossnobis_matrix` or `Dendrogram::cophenetic_distances`"
    )]
    NotOfTwoVectors {
        /// The metric asked for.
        metric: Metric,
    },

    /// A covariance has no inverse.
    #[error(
        "the covariance of column `{column}` has no inverse ({rows} rows, {width} values, or \
         values that depend on each other); use `Noise::Shrunk` or fewer values"
    )]
    SingularCovariance {
        /// Column that was read.
        column: String,
        /// Rows it was estimated from.
        rows: usize,
        /// Values per cell.
        width: usize,
    },

    /// Two matrices to be compared or averaged are not of the same items.
    #[error("the matrices differ in {what}: {left} and {right}; compare like with like")]
    MatricesDiffer {
        /// In what they differ.
        what: &'static str,
        /// What the first has.
        left: String,
        /// What the other has.
        right: String,
    },

    /// A table is not what a result is read from.
    #[error("cannot read {result} from the table: {reason}")]
    NotAResult {
        /// The result to be read.
        result: &'static str,
        /// What is missing or wrong.
        reason: String,
    },

    /// Two vectors to be compared differ in length.
    #[error("cannot compare a vector of {left} values with one of {right}; give equal lengths")]
    LengthMismatch {
        /// Length of the first vector.
        left: usize,
        /// Length of the second vector.
        right: usize,
    },

    /// The view has fewer rows than the analysis needs.
    #[error("{analysis} needs at least {needed} rows, the view has {rows}; check its filter")]
    TooFewRows {
        /// Name of the analysis.
        analysis: &'static str,
        /// Rows found.
        rows: usize,
        /// Rows needed.
        needed: usize,
    },

    /// Fewer values, items or matrices were given than an analysis needs.
    #[error("{analysis} needs at least {needed} {what}, got {found}")]
    TooFew {
        /// Name of the analysis.
        analysis: &'static str,
        /// What there are too few of: values, items, groups.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },

    /// Another number of things was given than there are things that they belong to.
    #[error("got {found} {what}; there must be {expected}, one for each {of}")]
    WrongCount {
        /// What was given: labels, clusters.
        what: &'static str,
        /// What they belong to: rows, items.
        of: &'static str,
        /// How many were given.
        found: usize,
        /// How many there must be.
        expected: usize,
    },

    /// The cells of a column hold no values.
    #[error("the cells of column `{column}` hold no values; choose another column")]
    EmptyCells {
        /// Column that was read.
        column: String,
    },

    /// The cells differ in length from those an analysis was fitted to.
    #[error("column `{column}` has cells of {found} values, the fit was made on {expected}")]
    WidthMismatch {
        /// Column that was read.
        column: String,
        /// Values per cell found.
        found: usize,
        /// Values per cell expected.
        expected: usize,
    },

    /// An argument lies outside its range.
    #[error("{argument} is {value}; it must be {expected}")]
    InvalidArgument {
        /// Name of the argument.
        argument: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        expected: String,
    },

    /// Clustering was asked for a similarity, where it needs a distance.
    #[error(
        "clustering and scaling need a distance (0 = alike), {metric} is a similarity; \
         use Metric::InverseCorrelation, InverseCosine or Euclidean"
    )]
    NotADistance {
        /// The metric of the matrix.
        metric: Metric,
    },

    /// A method that takes distances as lengths met one below 0.
    #[error(
        "the {metric} of `{row_label}` and `{position_label}` is {value}, and a length cannot be \
         below 0; set such entries to 0 (`SimilarityMatrix::from_values`), or use another metric"
    )]
    NegativeDistance {
        /// The metric of the matrix.
        metric: Metric,
        /// One item.
        row_label: String,
        /// The other.
        position_label: String,
        /// Their distance.
        value: f64,
    },

    /// A linkage whose formula holds for Euclidean distances only met another metric.
    #[error("{linkage} linkage needs Euclidean distances, this matrix holds {metric}")]
    LinkageNeedsEuclidean {
        /// The linkage asked for.
        linkage: Linkage,
        /// The metric of the matrix.
        metric: Metric,
    },

    /// A matrix that must be square with one label per row is not.
    #[error(
        "expected a square matrix with one label per row, got {rows} x {columns}, {labels} labels"
    )]
    NotSquare {
        /// Rows found.
        rows: usize,
        /// Columns found.
        columns: usize,
        /// Labels found.
        labels: usize,
    },

    /// The linear algebra library failed.
    #[error("{analysis} failed in linear algebra: {message}")]
    LinearAlgebra {
        /// Name of the analysis.
        analysis: &'static str,
        /// What the library said.
        message: String,
    },

    /// An iteration did not come to a result.
    #[error("{analysis} did not come to a result: {message}")]
    NoResult {
        /// Name of the analysis.
        analysis: &'static str,
        /// What went wrong.
        message: String,
    },

    /// A drawing was asked for in a file format that it does not have.
    #[error("cannot draw `{}`; use {}", path.display(), extensions(formats))]
    UnknownFigureFormat {
        /// The path given.
        path: PathBuf,
        /// The extensions of the formats that there are.
        formats: Vec<&'static str>,
    },

    /// A test met values that are all equal.
    #[error("{analysis} needs values that vary; these are all equal, or as good as equal")]
    NoVariance {
        /// Name of the analysis.
        analysis: &'static str,
    },

    /// A drawing could not be made into an image.
    #[error("cannot make an image of the figure: {message}")]
    Image {
        /// What went wrong.
        message: String,
    },

    /// A file could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl AnalysisError {
    /// An argument outside its range: what was given, and what is allowed.
    pub(crate) fn invalid(
        argument: &'static str,
        value: impl ToString,
        expected: impl Into<String>,
    ) -> Self {
        let (value, expected) = (value.to_string(), expected.into());
        AnalysisError::InvalidArgument { argument, value, expected }
    }
}

/// `.svg, .png or .html`.
fn extensions(formats: &[&str]) -> String {
    match formats {
        [] => String::new(),
        [only] => format!(".{only}"),
        [some @ .., last] => format!(".{} or .{last}", some.join(", .")),
    }
}

/// Refuses an argument unless it fits.
pub(crate) fn require(
    fits: bool,
    argument: &'static str,
    value: impl ToString,
    expected: impl Into<String>,
) -> Result<()> {
    if fits { Ok(()) } else { Err(AnalysisError::invalid(argument, value, expected)) }
}

/// Refuses a threshold that nothing could be compared with.
pub(crate) fn check_threshold(threshold: f64) -> Result<()> {
    require(!threshold.is_nan(), "threshold", threshold, "a number")
}

/// Refuses another number of things than there are things that they belong to.
pub(crate) fn check_count(
    what: &'static str,
    of: &'static str,
    found: usize,
    expected: usize,
) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(AnalysisError::WrongCount { what, of, found, expected }),
    }
}

/// Result of an analysis.
pub type Result<T> = std::result::Result<T, AnalysisError>;
