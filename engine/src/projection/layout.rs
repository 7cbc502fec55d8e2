//! Where the synapses of a projection lie in its arrays.

use std::ops::Range;

use crate::error::PatternProblem;
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
        /// The same receivers as runs of neighbours, if there are not too many.
        runs: Option<Runs>,
    },
}

/// Receivers with numbers in a row, whose synapses lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// The first receiver.
    pub target: u32,
    /// How many there are.
    pub len: u32,
}

impl Run {
    /// The receivers.
    pub(crate) fn targets(self) -> Range<usize> {
        self.target as usize..self.target as usize + self.len as usize
    }
}

/// The receivers of each sender as runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Runs {
    /// One more than there are senders.
    starts: Vec<usize>,
    all: Vec<Run>,
}

/// The receivers of a sender's synapses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Targets<'a> {
    /// Every unit of the receiving layer.
    All,
    /// Runs of neighbours.
    Runs(&'a [Run]),
    /// One by one, ascending.
    List(&'a [u32]),
}

/// On average a run has at least so many receivers, or it is not worth while.
const LEAST_RUN: usize = 8;

impl Runs {
    /// `None` if they are too short.
    fn new(row_starts: &[usize], targets: &[u32]) -> Option<Self> {
        let most = targets.len() / LEAST_RUN;
        let (mut starts, mut all) = (Vec::with_capacity(row_starts.len()), Vec::new());
        starts.push(0);
        for row in row_starts.windows(2) {
            let mut last: Option<Run> = None;
            for target in &targets[row[0]..row[1]] {
                match &mut last {
                    Some(run) if run.target + run.len == *target => run.len += 1,
                    _ => all.extend(last.replace(Run { target: *target, len: 1 })),
                }
            }
            all.extend(last);
            starts.push(all.len());
            if all.len() > most {
                return None;
            }
        }
        all.shrink_to_fit();
        Some(Self { starts, all })
    }

    /// The runs of a sender.
    pub(crate) fn of(&self, sender: usize) -> &[Run] {
        &self.all[self.starts[sender]..self.starts[sender + 1]]
    }

    fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>() + self.all.capacity() * size_of::<Run>()
    }
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
    ) -> Result<Self, PatternProblem> {
        let lists = match connectivity {
            Connectivity::Full => return Ok(Layout::Dense { senders, receivers }),
            Connectivity::Senders(lists) => lists,
        };
        if lists.len() != receivers {
            return Err(PatternProblem::Receivers { listed: lists.len(), receivers });
        }
        let mut counts = vec![0_usize; senders];
        for (receiver, list) in lists.iter().enumerate() {
            if let Some(pair) = list.windows(2).find(|pair| pair[0] >= pair[1]) {
                let pair = [pair[0], pair[1]];
                return Err(PatternProblem::NotAscending { receiver, pair });
            }
            for sender in list {
                let sender = *sender;
                *counts.get_mut(sender as usize).ok_or(PatternProblem::Sender {
                    receiver,
                    sender,
                    senders,
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
        let runs = Runs::new(&starts, &targets);
        Ok(Layout::Sparse { starts, targets, receivers, runs })
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
            Layout::Sparse { starts, targets, runs, .. } => {
                let lists = starts.capacity() * size_of::<usize>();
                let runs = runs.as_ref().map_or(0, Runs::bytes);
                lists + targets.capacity() * size_of::<u32>() + runs
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

    /// The receivers of `sender` as runs, if they are kept.
    pub(crate) fn runs(&self, sender: usize) -> Option<&[Run]> {
        match self {
            Layout::Sparse { runs: Some(runs), .. } => Some(runs.of(sender)),
            _ => None,
        }
    }

    /// The receivers of `sender`, by runs if they are kept.
    pub(crate) fn targets_of(&self, sender: usize) -> Targets<'_> {
        match self {
            Layout::Dense { .. } => Targets::All,
            Layout::Sparse { runs: Some(runs), .. } => Targets::Runs(runs.of(sender)),
            Layout::Sparse { targets, .. } => Targets::List(&targets[self.row(sender)]),
        }
    }

    /// All synapses, by sender: sender, receiver and place.
    pub(crate) fn synapses(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..self.n_senders()).flat_map(move |sender| {
            let row = self.row(sender);
            let targets = self.targets(row.clone());
            row.enumerate().map(move |(place, index)| {
                (sender, targets.map_or(place, |targets| targets[place] as usize), index)
            })
        })
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
    fn neighbours_are_runs_if_there_are_enough() {
        // Of 20 senders each to the receivers 0 to 9 and 15 to 29.
        let receives = |r: usize| !(10..15).contains(&r);
        let all: Vec<u32> = (0..20).collect();
        let lists = |step: usize| {
            let list =
                |r: usize| if receives(r) && r.is_multiple_of(step) { all.clone() } else { vec![] };
            Connectivity::Senders((0..30).map(list).collect())
        };
        let layout = Layout::new(lists(1), 20, 30).expect("it is sound");
        let expected = [Run { target: 0, len: 10 }, Run { target: 15, len: 15 }];
        assert_eq!(layout.runs(7), Some(&expected[..]));
        let targets = layout.targets(layout.row(7)).expect("a list");
        let of_runs: Vec<u32> =
            expected.iter().flat_map(|run| run.targets()).map(|target| target as u32).collect();
        assert_eq!(targets, of_runs);
        // Every second one has no neighbour.
        assert_eq!(Layout::new(lists(2), 20, 30).expect("it is sound").runs(7), None);
    }

    #[test]
    fn unsound_connectivity_is_refused() {
        for lists in [vec![vec![0]], vec![vec![1, 0], vec![]], vec![vec![5], vec![]]] {
            assert!(Layout::new(Connectivity::Senders(lists), 2, 2).is_err());
        }
    }
}
