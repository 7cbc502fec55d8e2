//! Checkpoints of a simulation.

use std::path::Path;

use etable::{ElementType, Table, TableBuilder};
use serde::{Deserialize, Serialize};

use super::log::EpochSums;
use super::{Sim, Status};
use crate::checkpoint::{self, values::Values};
use crate::environment::Position;
use crate::error::{EngineError, Result};
use crate::network::NetworkState;

/// All that a simulation carries. Settings are made by code; those that decide how it goes on are
/// there to be compared.
#[derive(Debug, Serialize, Deserialize)]
struct SimState {
    network: NetworkState,
    seed: u64,
    /// Of the environment that training shows.
    patterns: u64,
    train: Position,
    run: usize,
    epoch: usize,
    trial: usize,
    zero_epochs: usize,
    first_zero: Option<usize>,
    sums: EpochSums,
    last: Status,
    broken: bool,
    is_logged: bool,
    epochs: SavedLog,
    runs: SavedLog,
    trials: SavedLog,
    tests: SavedLog,
}

/// A log as columns.
#[derive(Debug, Serialize, Deserialize)]
struct SavedLog {
    rows: usize,
    columns: Vec<(String, SavedColumn)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum SavedColumn {
    Whole(Vec<i64>),
    Numbers(Values<f64>),
    Texts(Vec<String>),
    Tensors(Values<f32>),
}

impl SavedLog {
    fn of(table: &Table) -> Result<Self> {
        let mut columns = Vec::new();
        for spec in table.specs() {
            let name = spec.name.as_str();
            let column = match spec.element {
                _ if !spec.shape.is_scalar() => SavedColumn::Tensors(Values(
                    table.tensor::<f32>(name)?.iter().copied().collect(),
                )),
                ElementType::Int64 => SavedColumn::Whole(table.slice::<i64>(name)?.to_vec()),
                ElementType::Text => SavedColumn::Texts(table.texts(name)?),
                _ => SavedColumn::Numbers(Values(table.numbers(name)?)),
            };
            columns.push((spec.name.clone(), column));
        }
        Ok(Self { rows: table.n_rows(), columns })
    }

    /// The log in a builder with the columns of `like`, if it has them.
    fn restore(&self, like: &TableBuilder) -> Result<Option<TableBuilder>> {
        let empty = like.to_table()?;
        let specs = empty.specs().to_vec();
        let fits = specs.len() == self.columns.len()
            && specs.iter().zip(&self.columns).all(|(spec, (name, column))| {
                let count = self.rows * spec.shape.len();
                &spec.name == name && column.fits(spec.element, spec.shape.is_scalar(), count)
            });
        if !fits {
            return Ok(None);
        }
        let mut log = TableBuilder::new(specs.clone())?;
        for row in 0..self.rows {
            let mut builder = log.row();
            for (spec, (name, column)) in specs.iter().zip(&self.columns) {
                builder = match column {
                    SavedColumn::Whole(values) => builder.set(name, values[row])?,
                    SavedColumn::Numbers(values) => builder.set(name, values.0[row])?,
                    SavedColumn::Texts(values) => builder.set(name, values[row].as_str())?,
                    SavedColumn::Tensors(values) => {
                        let size = spec.shape.len();
                        builder.set_tensor(name, &values.0[row * size..(row + 1) * size])?
                    }
                };
            }
            builder.finish()?;
        }
        Ok(Some(log))
    }
}

impl SavedColumn {
    /// Whether it holds `count` values of such a column.
    fn fits(&self, element: ElementType, is_scalar: bool, count: usize) -> bool {
        match self {
            Self::Whole(values) => {
                is_scalar && element == ElementType::Int64 && values.len() == count
            }
            Self::Numbers(values) => {
                is_scalar && element == ElementType::Float64 && values.0.len() == count
            }
            Self::Texts(values) => {
                is_scalar && element == ElementType::Text && values.len() == count
            }
            Self::Tensors(values) => {
                !is_scalar && element == ElementType::Float32 && values.0.len() == count
            }
        }
    }
}

impl Sim {
    /// Writes all that the simulation carries to a file, from which an equal one goes on with the
    /// same bits; see [`checkpoint`].
    ///
    /// # Errors
    /// The file cannot be written; then nothing is left behind.
    pub fn save_checkpoint(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_checkpoint_at(path.as_ref())
    }

    fn save_checkpoint_at(&self, path: &Path) -> Result<()> {
        let state = SimState {
            network: self.net.state()?,
            seed: self.seed,
            patterns: self.train.fingerprint(),
            train: self.train.position(),
            run: self.run,
            epoch: self.epoch,
            trial: self.trial,
            zero_epochs: self.zero_epochs,
            first_zero: self.first_zero,
            sums: self.sums,
            last: self.last,
            broken: self.broken,
            is_logged: self.is_logged,
            epochs: SavedLog::of(&self.epochs.to_table()?)?,
            runs: SavedLog::of(&self.runs.to_table()?)?,
            trials: SavedLog::of(&self.trials.to_table()?)?,
            tests: SavedLog::of(&self.tests.to_table()?)?,
        };
        checkpoint::write(path, &state)
    }

    /// Takes over what [`save_checkpoint`](Self::save_checkpoint) of an equal simulation has
    /// written: one made by the same code, with the same seed, patterns and recorded variables.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is of another simulation; then nothing has changed.
    pub fn open_checkpoint(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.open_checkpoint_at(path.as_ref())
    }

    fn open_checkpoint_at(&mut self, path: &Path) -> Result<()> {
        let state: SimState = checkpoint::read(path)?;
        let mismatch = |reason: &str| EngineError::Mismatch {
            what: "the checkpoint".to_owned(),
            network: self.net.name().to_owned(),
            reason: reason.to_owned(),
        };
        self.net.check_state(&state.network)?;
        if state.seed != self.seed {
            return Err(mismatch(&format!("its seed is {}, not {}", state.seed, self.seed)));
        }
        if state.patterns != self.train.fingerprint() {
            return Err(mismatch("it was trained on other patterns, or in another order"));
        }
        let restored = |saved: &SavedLog, like: &TableBuilder| -> Result<TableBuilder> {
            let log = saved.restore(like)?;
            log.ok_or_else(|| mismatch("its logs have other columns; record the same variables"))
        };
        let epochs = restored(&state.epochs, &self.epochs)?;
        let runs = restored(&state.runs, &self.runs)?;
        let trials = restored(&state.trials, &self.trials)?;
        let tests = restored(&state.tests, &self.tests)?;
        self.train.restore(&state.train)?;
        self.net.restore_state(state.network)?;
        (self.epochs, self.runs, self.trials, self.tests) = (epochs, runs, trials, tests);
        (self.run, self.epoch, self.trial) = (state.run, state.epoch, state.trial);
        (self.zero_epochs, self.first_zero) = (state.zero_epochs, state.first_zero);
        (self.sums, self.last) = (state.sums, state.last);
        (self.broken, self.is_logged) = (state.broken, state.is_logged);
        Ok(())
    }
}
