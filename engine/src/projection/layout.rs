//! Where the synapses of a projection lie in its arrays.

use std::ops::Range;

use crate::pattern::Connectivity;

/// Synapses ordered by sender, then by receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Every sender to every receiver: the row of sender `s` starts at `s * receivers`.
    Dense {
        /// Number of senders.
        senders: usize,
        /// Number of receivers.
        receivers: usize,
    },
    /// The row of sender `s` is `starts[s]..starts[s + 1]`, its receivers are `targets` there.
    Sparse {
        /// One more than there are senders.
        starts: Vec<usize>,
        /// The receiver of each synapse, ascending within a row.
        targets: Vec<u32>,
        /// Number of receivers.
        receivers: usize,
    },
}

impl Default for Layout {
    fn default() -> Self {
        Layout::Dense { senders: 0, receivers: 0 }
    }
}

impl Layout {
    /// The layout of `connectivity`, or why it is no connectivity of these layers.
    pub(crate) fn new(
        connectivity: Connectivity,
        senders: usize,
        receivers: usize,
    ) -> Result<Self, String> {
        let lists = match connectivity {
            Connectivity::Full => return Ok(Layout::Dense { senders, receivers }),
            Connectivity::Senders(lists) => lists,
        };
        if lists.len() != receivers {
            return Err(format!(
                "the pattern lists senders for {} receivers, but there are {receivers}",
                lists.len()
            ));
        }
        let mut counts = vec![0_usize; senders];
        for (receiver, list) in lists.iter().enumerate() {
            if let Some(pair) = list.windows(2).find(|pair| pair[0] >= pair[1]) {
                return Err(format!(
                    "the senders of receiver {receiver} are not ascending: {} comes before {}",
                    pair[0], pair[1]
                ));
            }
            for sender in list {
                *counts.get_mut(*sender as usize).ok_or_else(|| {
                    format!("receiver {receiver} lists sender {sender}, but there are {senders}")
                })? += 1;
            }
        }
        let mut starts = Vec::with_capacity(senders + 1);
        let mut total = 0;
        starts.push(0);
        for count in counts {
            total += count;
            starts.push(total);
        }
        let mut next = starts.clone();
        let mut targets = vec![0_u32; total];
        for (receiver, list) in lists.iter().enumerate() {
            for sender in list {
                let place = &mut next[*sender as usize];
                targets[*place] = receiver as u32;
                *place += 1;
            }
        }
        Ok(Layout::Sparse { starts, targets, receivers })
    }

    pub(crate) fn n_senders(&self) -> usize {
        match self {
            Layout::Dense { senders, .. } => *senders,
            Layout::Sparse { starts, .. } => starts.len() - 1,
        }
    }

    pub(crate) fn n_receivers(&self) -> usize {
        match self {
            Layout::Dense { receivers, .. } | Layout::Sparse { receivers, .. } => *receivers,
        }
    }

    pub(crate) fn n_synapses(&self) -> usize {
        match self {
            Layout::Dense { senders, receivers } => senders * receivers,
            Layout::Sparse { targets, .. } => targets.len(),
        }
    }

    /// Bytes of memory that the lists of receivers have been given.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Layout::Dense { .. } => 0,
            Layout::Sparse { starts, targets, .. } => {
                starts.capacity() * size_of::<usize>() + targets.capacity() * size_of::<u32>()
            }
        }
    }

    /// The synapses of `sender`.
    pub(crate) fn row(&self, sender: usize) -> Range<usize> {
        match self {
            Layout::Dense { receivers, .. } => sender * receivers..(sender + 1) * receivers,
            Layout::Sparse { starts, .. } => starts[sender]..starts[sender + 1],
        }
    }

    /// The receivers of the synapses in `row`; `None` if they are simply all.
    pub(crate) fn targets(&self, row: Range<usize>) -> Option<&[u32]> {
        match self {
            Layout::Dense { .. } => None,
            Layout::Sparse { targets, .. } => Some(&targets[row]),
        }
    }

    /// The synapse from `sender` to `receiver`, if there is one.
    pub(crate) fn find(&self, sender: usize, receiver: usize) -> Option<usize> {
        if sender >= self.n_senders() || receiver >= self.n_receivers() {
            return None;
        }
        let row = self.row(sender);
        match self.targets(row.clone()) {
            None => Some(row.start + receiver),
            Some(targets) => {
                targets.binary_search(&(receiver as u32)).ok().map(|place| row.start + place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_rows_hold_ascending_receivers() {
        let lists = Connectivity::Senders(vec![vec![0, 2], vec![], vec![2]]);
        let layout = Layout::new(lists, 3, 3).expect("it is sound");
        assert_eq!(layout.row(2), 1..3);
        assert_eq!(layout.targets(layout.row(2)), Some(&[0, 2][..]));
        assert_eq!(
            (layout.find(2, 2), layout.find(1, 0), layout.find(3, 0)),
            (Some(2), None, None)
        );
    }

    #[test]
    fn unsound_connectivity_is_refused() {
        for lists in [vec![vec![0]], vec![vec![1, 0], vec![]], vec![vec![5], vec![]]] {
            assert!(Layout::new(Connectivity::Senders(lists), 2, 2).is_err());
        }
    }
}
