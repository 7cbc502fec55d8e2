//! All-to-all.

use super::{Connectivity, Pattern};
use crate::error::PatternProblem;

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
    ) -> Result<Connectivity, PatternProblem> {
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
}
