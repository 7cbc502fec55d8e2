//! Checkpoints of a simulation.

use std::path::Path;

use etable::{ElementType, Table, TableBuilder};
use serde::{Deserialize, Serialize};

use super::error::EpochSums;
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
    began: usize,
    trial: usize,
    zero_epochs: usize,
    first_zero: Option<usize>,
    sums: EpochSums,
    last: Status,
    broken: bool,
    is_logged: bool,
    settings: SavedSettings,
    epochs: SavedLog,
    runs: SavedLog,
    trials: SavedLog,
    tests: SavedLog,
    cycles: SavedLog,
}

/// The settings that decide how training goes on from trial to trial; when it ends may change.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct SavedSettings {
    sse_tolerance: f32,
    learning_rates: Vec<(usize, f32)>,
    test_interval: usize,
    logs_trials: bool,
    /// Layer and threshold.
    response: Option<(String, f32)>,
    /// The fingerprint of what tests show, if there are tests while training.
    tests: Option<u64>,
}

impl SavedSettings {
    fn of(sim: &Sim) -> Self {
        let name = |layer| sim.net.layer(layer).name().to_owned();
        Self {
            sse_tolerance: sim.sse_tolerance,
            learning_rates: sim.schedule.steps().to_vec(),
            test_interval: sim.test_interval,
            logs_trials: sim.logs_trials,
            response: sim.response.map(|(layer, threshold)| (name(layer), threshold)),
            tests: (sim.test_interval > 0).then(|| sim.test.fingerprint()),
        }
    }

    /// What differs from the settings of the simulation at hand.
    fn differs(&self, own: &Self) -> Option<String> {
        let differ = |what: &str, saved: &dyn std::fmt::Debug, own: &dyn std::fmt::Debug| {
            Some(format!("its {what} is {saved:?}, not {own:?}"))
        };
        if self.sse_tolerance != own.sse_tolerance {
            differ("tolerance of the error", &self.sse_tolerance, &own.sse_tolerance)
        } else if self.learning_rates != own.learning_rates {
            differ("schedule of learning rates", &self.learning_rates, &own.learning_rates)
        } else if self.test_interval != own.test_interval {
            differ("interval of tests", &self.test_interval, &own.test_interval)
        } else if self.logs_trials != own.logs_trials {
            differ("log of trials", &self.logs_trials, &own.logs_trials)
        } else if self.response != own.response {
            differ("response", &self.response, &own.response)
        } else if self.tests != own.tests {
            Some("it was tested on other patterns".to_owned())
        } else {
            None
        }
    }
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

    /// The numbers of the last row, if it is of this run.
    fn last_numbers(&self, run: usize) -> Vec<(String, f64)> {
        let Some(last) = self.rows.checked_sub(1) else { return Vec::new() };
        let is_of_run = self.columns.iter().any(|(name, column)| {
            name == "Run" && matches!(column, SavedColumn::Whole(v) if v[last] == run as i64)
        });
        let numbers = self.columns.iter().filter(|_| is_of_run).filter_map(|(name, column)| {
            let SavedColumn::Numbers(values) = column else { return None };
            Some((name.clone(), values.0[last]))
        });
        numbers.collect()
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
    /// An environment of one's own does not tell where it stands
    /// ([`Environment::position`](crate::environment::Environment::position)), or the file cannot be
    /// written; then nothing is left behind.
    pub fn save_checkpoint(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_checkpoint_at(path.as_ref())
    }

    fn save_checkpoint_at(&self, path: &Path) -> Result<()> {
        let state = SimState {
            network: self.net.state()?,
            seed: self.seed,
            patterns: self.train.environment().fingerprint(),
            train: self.train.environment().position()?,
            run: self.run,
            epoch: self.epoch,
            began: self.began,
            trial: self.trial,
            zero_epochs: self.zero_epochs,
            first_zero: self.first_zero,
            sums: self.sums.clone(),
            last: self.last,
            broken: self.broken,
            is_logged: self.is_logged,
            settings: SavedSettings::of(self),
            epochs: SavedLog::of(&self.epochs.to_table()?)?,
            runs: SavedLog::of(&self.runs.to_table()?)?,
            trials: SavedLog::of(&self.trials.to_table()?)?,
            tests: SavedLog::of(&self.tests.to_table()?)?,
            cycles: SavedLog::of(&self.cycles.to_table()?)?,
        };
        checkpoint::write(path, &state)
    }

    /// Takes over what [`save_checkpoint`](Self::save_checkpoint) of an equal simulation has
    /// written: one made by the same code, with the same seed, patterns, recorded variables, learning
    /// rates, tolerance, response and interval of tests. When it ends may differ: with more epochs, a
    /// run that is over goes on.
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
        if state.patterns != self.train.environment().fingerprint() {
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
        let cycles = restored(&state.cycles, &self.cycles)?;
        if let Some(reason) = state.settings.differs(&SavedSettings::of(self)) {
            return Err(mismatch(&reason));
        }
        self.train.environment_mut().restore(&state.train)?;
        self.net.restore_state(state.network)?;
        (self.epochs, self.runs, self.trials, self.tests) = (epochs, runs, trials, tests);
        self.cycles = cycles;
        (self.run, self.epoch, self.trial) = (state.run, state.epoch, state.trial);
        self.began = state.began;
        self.last_row = state.epochs.last_numbers(state.run);
        (self.zero_epochs, self.first_zero) = (state.zero_epochs, state.first_zero);
        (self.sums, self.last) = (state.sums, state.last);
        (self.broken, self.is_logged) = (state.broken, state.is_logged);
        Ok(())
    }
}
