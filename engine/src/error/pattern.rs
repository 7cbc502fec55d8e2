//! What can be wrong with a pattern of connectivity.

use thiserror::Error;

/// Why a pattern of connectivity does not fit two layers.
///
/// A pattern of one's own makes one from a sentence, by `?` or `into`.
///
/// ```
/// use engine::error::PatternProblem;
/// use engine::pattern::{Circle, Pattern};
/// let problem = Circle::default().connect(&[3], &[2, 2], false).unwrap_err();
/// assert_eq!(problem.to_string(), "the pattern is for layers of 2 or 4 dimensions, not [3]");
/// assert_eq!(PatternProblem::from("odd").to_string(), "odd");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PatternProblem {
    /// A layer has other dimensions than the pattern is for.
    #[error("the pattern is for layers of {wanted} dimensions, not {shape:?}")]
    Dimensions {
        /// The numbers of dimensions that will do.
        wanted: &'static str,
        /// The layer's shape.
        shape: Vec<usize>,
    },
    /// Pools of both layers must have the same number of units.
    #[error(
        "the pattern needs pools of equal size, but those of the sender have {sender} units and \
         those of the receiver {receiver}"
    )]
    PoolSizes {
        /// Units of a sending pool.
        sender: usize,
        /// Units of a receiving pool.
        receiver: usize,
    },
    /// The pattern starts beyond the units or pools that there are.
    #[error(
        "the pattern starts at sender {sender_start} of {senders} and receiver {receiver_start} of \
         {receivers}: nothing is left to connect"
    )]
    NothingLeft {
        /// The first sending unit or pool.
        sender_start: usize,
        /// Their number.
        senders: usize,
        /// The first receiving unit or pool.
        receiver_start: usize,
        /// Their number.
        receivers: usize,
    },
    /// A probability is not one.
    #[error("the probability of a connection is {value}, not from 0 to 1")]
    Probability {
        /// The value.
        value: f64,
    },
    /// A scale is not finite.
    #[error("the scale of the pattern is {value}; give finite numbers")]
    Scale {
        /// The value.
        value: f32,
    },
    /// A tile would have more topographic weights than memory holds.
    #[error("a tile of topographic weights would have the shape {shape:?}; make the tile smaller")]
    TileSize {
        /// Of the weights: receiving units, pools of the tile, sending units.
        shape: Vec<usize>,
    },
    /// The pattern has no reciprocal form.
    #[error("{pattern} has no reciprocal form; use PoolTile")]
    NoReciprocal {
        /// The pattern's name.
        pattern: &'static str,
    },
    /// A topography without any shape.
    #[error("a topography needs a shape over the tile or in the pool")]
    NoShape,
    /// The pattern lists senders for another number of receivers.
    #[error("the pattern lists senders for {listed} receivers, but there are {receivers}")]
    Receivers {
        /// How many lists there are.
        listed: usize,
        /// How many receivers there are.
        receivers: usize,
    },
    /// The pattern lists a sender that is not there.
    #[error("receiver {receiver} lists sender {sender}, but there are {senders}")]
    Sender {
        /// The receiver.
        receiver: usize,
        /// The sender.
        sender: u32,
        /// How many senders there are.
        senders: usize,
    },
    /// The pattern lists senders that do not ascend.
    #[error("the senders of receiver {receiver} are not ascending: {} comes before {}", .pair[0], .pair[1])]
    NotAscending {
        /// The receiver.
        receiver: usize,
        /// Two senders that follow each other.
        pair: [u32; 2],
    },
    /// What a pattern of one's own says.
    #[error("{0}")]
    Own(String),
}

impl From<String> for PatternProblem {
    fn from(reason: String) -> Self {
        Self::Own(reason)
    }
}

impl From<&str> for PatternProblem {
    fn from(reason: &str) -> Self {
        Self::Own(reason.to_owned())
    }
}
