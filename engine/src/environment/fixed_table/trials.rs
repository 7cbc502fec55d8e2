//! The rows of a table, shown one after the other.

use ndarray::ArrayViewD;

use super::{FixedTable, Frequencies, Sampling};
use crate::environment::{Counters, Environment, Position};
use crate::error::{EngineError, Result};
use crate::random;

impl Environment for FixedTable {
    fn name(&self) -> &str {
        &self.name
    }

    fn init(&mut self, run: usize) {
        self.counters.run.init_at(run as i64);
        self.counters.epoch.init();
        self.counters.trial.init_at(-1);
        self.begin_epoch();
    }

    fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// The rows of the view, or the samples of the current epoch.
    fn n_trials(&self) -> usize {
        self.order.len()
    }

    /// Always true: after the last trial of an epoch comes the first of the next.
    fn step(&mut self) -> bool {
        self.counters.run.same();
        self.counters.epoch.same();
        if self.counters.trial.increment() {
            self.counters.epoch.increment();
            self.begin_epoch();
        }
        true
    }

    fn counters(&self) -> Counters {
        self.counters
    }

    fn trial_name(&self) -> &str {
        let name = self.current_row().and_then(|row| self.trial_names.get(row));
        name.map(String::as_str).unwrap_or_default()
    }

    /// The counters; orders follow from them and the seed.
    fn position(&self) -> Result<Position> {
        Ok(self.counters.into())
    }

    fn restore(&mut self, position: &Position) -> Result<()> {
        let Counters { run, epoch, trial } = position.counters;
        let kept = self.counters;
        let refused = |table: &Self| EngineError::Mismatch {
            what: "the saved position".to_owned(),
            network: table.name.clone(),
            reason: format!("it is not one of an environment with {} trials", table.n_trials()),
        };
        if epoch.current < 0 || run.current < 0 {
            return Err(refused(self));
        }
        self.counters = position.counters;
        let order = self.order_of_epoch();
        let n = order.len() as i64;
        if trial.max != Some(n) || !(-1..n).contains(&trial.current) {
            self.counters = kept;
            return Err(refused(self));
        }
        self.order = order;
        Ok(())
    }

    fn fingerprint(&self) -> u64 {
        let mut hash = random::Fingerprint::new();
        // Orders depend on it.
        hash.add(self.name.as_bytes());
        for column in &self.columns {
            hash.add(column.name.as_bytes());
            for row in 0..self.view.n_rows() {
                if let Ok(pattern) = self.row_pattern(column, row) {
                    pattern.iter().for_each(|value| hash.add(&value.to_bits().to_le_bytes()));
                }
            }
        }
        hash.add(&[u8::from(self.is_sequential)]);
        hash.add(&self.seed.to_le_bytes());
        if let Some(Frequencies { values, samples, sampling }) = &self.frequencies {
            hash.add(&[u8::from(*sampling == Sampling::Random)]);
            values.iter().for_each(|value| hash.add(&value.to_bits().to_le_bytes()));
            hash.add(&samples.to_le_bytes());
        }
        hash.value()
    }

    fn state(&self, element: &str) -> Result<ArrayViewD<'_, f32>> {
        let column = self.column(element)?;
        let Some(position) = self.current_row() else {
            return Err(EngineError::BeforeFirstStep { environment: self.name.clone() });
        };
        self.row_pattern(column, position)
    }
}
