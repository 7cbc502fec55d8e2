//! What can be wrong with the assignment of a parameter.

use thiserror::Error;

use super::hint;

/// What is wrong with one parameter assignment.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// No parameter has this path.
    #[error("there is no parameter `{path}`{}", hint(.nearest))]
    UnknownPath {
        /// The path as it was given, such as `Layer.Inhib.Layer.Gi`.
        path: String,
        /// The existing path that is spelt most alike.
        nearest: Option<String>,
    },
    /// The text is no value of the parameter's type.
    #[error("`{text}` is no value for `{path}`: expected {expected}")]
    BadValue {
        /// The parameter's path.
        path: String,
        /// The text that was to be parsed.
        text: String,
        /// What the parameter takes.
        expected: String,
    },
    /// The value lies outside the parameter's range.
    #[error("{value} is out of range for `{path}`: it must lie in {range}")]
    OutOfRange {
        /// The parameter's path.
        path: String,
        /// The value that was given.
        value: String,
        /// The allowed range.
        range: String,
    },
    /// The values of two parameters do not go together.
    #[error("`{path}` is {value}: it must be {relation} `{other}`, which is {other_value}")]
    Contradiction {
        /// The path of one.
        path: String,
        /// Its value.
        value: f32,
        /// How the one must be to the other, such as `less than`.
        relation: &'static str,
        /// The path of the other.
        other: String,
        /// Its value.
        other_value: f32,
    },
}
