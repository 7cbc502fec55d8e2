//! Unit by unit.

use super::{Connectivity, Pattern};
use crate::error::PatternProblem;

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
    ) -> Result<Connectivity, PatternProblem> {
        let senders: usize = sender.iter().product();
        let receivers: usize = receiver.iter().product();
        let fit = senders
            .saturating_sub(self.sender_start)
            .min(receivers.saturating_sub(self.receiver_start));
        if fit == 0 {
            let Self { sender_start, receiver_start, .. } = *self;
            return Err(PatternProblem::NothingLeft {
                sender_start,
                senders,
                receiver_start,
                receivers,
            });
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
    fn one_to_one_stops_at_the_smaller_layer_and_refuses_an_empty_range() {
        let small = OneToOne::default().connect(&[1, 2], &[1, 3], false).expect("it fits");
        assert_eq!(small, Connectivity::Senders(vec![vec![0], vec![1], vec![]]));
        let beyond = OneToOne { sender_start: 2, ..OneToOne::default() };
        assert!(beyond.connect(&[1, 2], &[1, 3], false).is_err());
    }
}
