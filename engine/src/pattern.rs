//! Patterns of connectivity: which units of a sending layer connect to which of a receiving layer.
//!
//! A pattern is a function of the two shapes. [`Full`] and [`OneToOne`] are given; a user's own is
//! any type with [`Pattern::connect`].
//!
//! ```
//! use engine::pattern::{Connectivity, OneToOne, Pattern};
//! let connectivity = OneToOne::default().connect(&[2, 2], &[2, 2], false)?;
//! assert_eq!(connectivity, Connectivity::Senders(vec![vec![0], vec![1], vec![2], vec![3]]));
//! # Ok::<(), String>(())
//! ```

use std::fmt::Debug;

/// The synapses that a pattern asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connectivity {
    /// Every sender to every receiver.
    Full,
    /// For each receiving unit (flat index), the flat indices of its senders in ascending order.
    Senders(Vec<Vec<u32>>),
}

/// A pattern of connectivity between two layers.
pub trait Pattern: Debug + Send + Sync {
    /// The pattern's name, as it is shown to users.
    fn name(&self) -> &str;

    /// The synapses between a layer of shape `sender` and one of shape `receiver`;
    /// `same_layer` tells that the two are one layer.
    ///
    /// # Errors
    /// A sentence that says why the pattern does not fit the two shapes.
    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, String>;
}

/// All-to-all connectivity (emergent: `prjn.Full`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Full {
    /// Within one layer, also connect each unit to itself.
    pub self_connections: bool,
}

impl Pattern for Full {
    fn name(&self) -> &str {
        "Full"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        same_layer: bool,
    ) -> Result<Connectivity, String> {
        if !same_layer || self.self_connections {
            return Ok(Connectivity::Full);
        }
        let senders = sender.iter().product::<usize>() as u32;
        let receivers = receiver.iter().product::<usize>() as u32;
        Ok(Connectivity::Senders(
            (0..receivers).map(|r| (0..senders).filter(|s| *s != r).collect()).collect(),
        ))
    }
}

/// Each unit to the unit with the same flat index (emergent: `prjn.OneToOne`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OneToOne {
    /// Number of connections; 0 for as many as fit.
    pub n_connections: usize,
    /// First sending unit.
    pub sender_start: usize,
    /// First receiving unit.
    pub receiver_start: usize,
}

impl Pattern for OneToOne {
    fn name(&self) -> &str {
        "OneToOne"
    }

    fn connect(
        &self,
        sender: &[usize],
        receiver: &[usize],
        _same_layer: bool,
    ) -> Result<Connectivity, String> {
        let senders: usize = sender.iter().product();
        let receivers: usize = receiver.iter().product();
        let fit = senders
            .saturating_sub(self.sender_start)
            .min(receivers.saturating_sub(self.receiver_start));
        if fit == 0 {
            return Err(format!(
                "OneToOne starts at sender {} of {senders} and receiver {} of {receivers}: nothing \
                 is left to connect",
                self.sender_start, self.receiver_start
            ));
        }
        let count = if self.n_connections == 0 { fit } else { fit.min(self.n_connections) };
        let mut lists = vec![Vec::new(); receivers];
        for i in 0..count {
            lists[self.receiver_start + i].push((self.sender_start + i) as u32);
        }
        Ok(Connectivity::Senders(lists))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_within_a_layer_leaves_out_the_diagonal_unless_asked() {
        let without = Full::default().connect(&[1, 3], &[1, 3], true).expect("it fits");
        assert_eq!(without, Connectivity::Senders(vec![vec![1, 2], vec![0, 2], vec![0, 1]]));
        let with =
            Full { self_connections: true }.connect(&[1, 3], &[1, 3], true).expect("it fits");
        assert_eq!(with, Connectivity::Full);
    }

    #[test]
    fn one_to_one_stops_at_the_smaller_layer_and_refuses_an_empty_range() {
        let small = OneToOne::default().connect(&[1, 2], &[1, 3], false).expect("it fits");
        assert_eq!(small, Connectivity::Senders(vec![vec![0], vec![1], vec![]]));
        let beyond = OneToOne { sender_start: 2, ..OneToOne::default() };
        assert!(beyond.connect(&[1, 2], &[1, 3], false).is_err());
    }
}
