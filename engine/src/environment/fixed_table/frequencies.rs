//! How often the rows of a table come.

use std::sync::Arc;

use crate::random;

/// How often the rows of a [`FixedTable`](super::FixedTable) come in an epoch, by their frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// Each row `round(samples * frequency)` times.
    Proportional,
    /// Each row as often as `samples` tries of chance `frequency` succeed, anew in each epoch.
    Random,
}

#[derive(Debug, Clone)]
pub(super) struct Frequencies {
    pub(super) values: Arc<[f64]>,
    pub(super) samples: usize,
    pub(super) sampling: Sampling,
}

/// How often an epoch without trials is drawn anew, before it has the likeliest row alone.
const MAX_EMPTY_EPOCHS: usize = 1000;

impl Frequencies {
    /// The rows of an epoch, ascending, each as often as it is to be shown; never none.
    pub(super) fn sample(&self, rng: &mut random::Rng) -> Vec<usize> {
        // By chance an epoch may be empty; it is drawn anew.
        for _ in 0..MAX_EMPTY_EPOCHS {
            let mut rows = Vec::new();
            for (row, value) in self.values.iter().enumerate() {
                let times = match self.sampling {
                    Sampling::Proportional => (self.samples as f64 * value).round() as usize,
                    Sampling::Random => {
                        (0..self.samples).filter(|_| random::chance(rng, *value)).count()
                    }
                };
                rows.extend(std::iter::repeat_n(row, times));
            }
            if !rows.is_empty() {
                return rows;
            }
        }
        let by_frequency = |a: &usize, b: &usize| self.values[*a].total_cmp(&self.values[*b]);
        (0..self.values.len()).max_by(by_frequency).into_iter().collect()
    }
}
