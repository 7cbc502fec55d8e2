//! A simulation: a network, what it is trained and tested on, when it stops, and its logs.
//!
//! A [`Sim`] is made from a built network and a table of patterns, one row a trial. Columns whose
//! names are names of layers are shown to these layers. It can be stepped by trial or by epoch or
//! trained until it stops; wherever it is left, it goes on from there.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::sim::Sim;
//! use engine::{LayerType, Network, ProjectionType, patgen};
//!
//! let mut net = Network::new("associator");
//! let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
//! let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//!
//! let patterns = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
//! let mut sim = Sim::new(net, &patterns)?.with_max_epochs(3)?.with_seed(7)?;
//! sim.train(&mut ())?;
//! assert_eq!(sim.epoch_log()?.n_rows(), 3);
//! assert_eq!(sim.test()?.tensor::<f32>("Output_ActM")?.shape(), [4, 5, 5]);
//! # Ok::<(), engine::EngineError>(())
//! ```

mod checkpoint;
mod log;
mod observer;
mod options;
pub mod runs;
mod schedule;
pub mod search;
mod test;
mod train;

use etable::{Table, TableBuilder, View};
pub use observer::{Observer, Status};
use rand::Rng as _;
use schedule::Schedule;
use serde::{Deserialize, Serialize};

use crate::environment::{Environment, FixedTable};
use crate::error::{EngineError, Result};
use crate::layer::LayerType;
use crate::network::{LayerId, Network};
use crate::random;

/// Why training has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The error was zero in as many epochs in a row as the stop criterion asks for.
    Learned,
    /// The greatest number of epochs was reached.
    MaxEpochs,
    /// The observer asked to stop; training can go on from here.
    Interrupted,
}

/// A network with its training, testing and logs. See the [module](self).
#[derive(Debug, Clone)]
pub struct Sim {
    net: Network,
    /// The patterns of training; `train` shows them unless it is the user's own.
    patterns: FixedTable,
    train: Box<dyn Environment>,
    test: FixedTable,
    /// Which layer is shown which column.
    bindings: Vec<(LayerId, String)>,
    /// The layer whose error counts.
    output: LayerId,
    /// Unit variables in the trial log.
    recorded: Vec<(LayerId, String)>,
    seed: u64,
    run: usize,
    max_epochs: usize,
    n_zero_stop: usize,
    sse_tolerance: f32,
    schedule: Schedule,
    /// Epochs between tests while training; 0 for none.
    test_interval: usize,
    /// Whether training trials are logged.
    logs_trials: bool,
    epoch: usize,
    trial: usize,
    zero_epochs: usize,
    first_zero: Option<usize>,
    sums: log::EpochSums,
    last: Status,
    /// A trial has failed: the state is of no use until the next `init`.
    broken: bool,
    /// The run is over, and in the log of runs.
    is_logged: bool,
    epochs: TableBuilder,
    runs: TableBuilder,
    trials: TableBuilder,
    tests: TableBuilder,
}

impl Sim {
    /// A simulation of run 0 with seed 0, at most 50 epochs, stopping after 5 epochs without error
    /// in a row, showing the patterns in a new random order each epoch.
    ///
    /// # Errors
    /// The network is not built; no column has the name of an input layer, or no Target or
    /// Compare layer has one; a column's cells have another number of values than the layer has units.
    pub fn new(net: Network, patterns: impl Into<View>) -> Result<Self> {
        Self::new_view(net, patterns.into())
    }

    fn new_view(net: Network, view: View) -> Result<Self> {
        if !net.is_built() {
            let operation = "a simulation can be made of it";
            return Err(EngineError::NotBuilt { network: net.name().to_owned(), operation });
        }
        let columns: Vec<String> =
            view.table().column_names().into_iter().map(str::to_owned).collect();
        let mut bindings = Vec::new();
        for (id, layer) in net.layers() {
            if layer.kind() != LayerType::Hidden && columns.iter().any(|name| name == layer.name())
            {
                bindings.push((id, layer.name().to_owned()));
            }
        }
        let of_kind = |kind| bindings.iter().find(|(id, _)| net.layer(*id).kind() == kind);
        let output = of_kind(LayerType::Target).or_else(|| of_kind(LayerType::Compare));
        let output = output.map(|(id, _)| *id).ok_or_else(|| EngineError::NoPatterns {
            network: net.name().to_owned(),
            wanted: "Target or Compare layer".to_owned(),
            columns: columns.join(", "),
        })?;
        if bindings.iter().all(|(id, _)| net.layer(*id).kind() != LayerType::Input) {
            return Err(EngineError::NoPatterns {
                network: net.name().to_owned(),
                wanted: "Input layer".to_owned(),
                columns: columns.join(", "),
            });
        }
        let patterns = environment("train", view.clone(), &net, &bindings)?;
        let test = environment("test", view, &net, &bindings)?.sequential();
        let recorded: Vec<(LayerId, String)> = net
            .layers()
            .filter(|(_, layer)| layer.kind() != LayerType::Input)
            .map(|(id, _)| (id, "ActM".to_owned()))
            .chain([(output, "ActP".to_owned())])
            .collect();
        let epochs = TableBuilder::new(log::epoch_specs(&net))?;
        let runs = TableBuilder::new(log::run_specs())?;
        let trials = TableBuilder::new(log::trial_specs(&net, &recorded)?)?;
        let tests = TableBuilder::new(log::trial_specs(&net, &recorded)?)?;
        let mut sim = Self {
            net,
            train: Box::new(patterns.clone()),
            patterns,
            test,
            bindings,
            output,
            recorded,
            seed: 0,
            run: 0,
            max_epochs: 50,
            n_zero_stop: 5,
            sse_tolerance: 0.5,
            schedule: Schedule::default(),
            test_interval: 0,
            logs_trials: false,
            epoch: 0,
            trial: 0,
            zero_epochs: 0,
            first_zero: None,
            sums: log::EpochSums::default(),
            last: Status::default(),
            broken: false,
            is_logged: false,
            epochs,
            runs,
            trials,
            tests,
        };
        sim.init(0)?;
        Ok(sim)
    }

    /// The pairs of layer and variable, checked.
    fn recorded_variables(&self, variables: &[(&str, &str)]) -> Result<Vec<(LayerId, String)>> {
        let mut recorded = Vec::new();
        for (layer, variable) in variables {
            let id = self.net.layer_named(layer)?;
            self.net.unit_values(id, variable)?;
            let pair = (id, (*variable).to_owned());
            if recorded.contains(&pair) {
                return Err(EngineError::Setting {
                    setting: "the variables of the trial log".to_owned(),
                    value: format!("(\"{layer}\", \"{variable}\") twice"),
                    range: "different pairs".to_owned(),
                });
            }
            recorded.push(pair);
        }
        Ok(recorded)
    }

    /// Starts run `run` with new weights and orders from the seed's streams for that run. The logs
    /// go on.
    ///
    /// # Errors
    /// As [`Network::init_weights`].
    pub fn init(&mut self, run: usize) -> Result<()> {
        self.run = run;
        let seed = random::stream(self.seed, "run", run as u64).next_u64();
        self.net.init_weights(seed)?;
        self.train.init(run);
        (self.epoch, self.trial, self.zero_epochs, self.first_zero) = (0, 0, 0, None);
        self.sums = log::EpochSums::default();
        (self.broken, self.is_logged) = (false, false);
        self.last = Status::default();
        self.schedule_learning_rates()
    }

    /// The network.
    pub fn net(&self) -> &Network {
        &self.net
    }

    /// The network, for changing parameters, weights or threads.
    pub fn net_mut(&mut self) -> &mut Network {
        &mut self.net
    }

    /// The current run.
    pub fn run(&self) -> usize {
        self.run
    }

    /// Epochs completed in this run.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// The first epoch of this run without error, counted from 0.
    pub fn first_zero(&self) -> Option<usize> {
        self.first_zero
    }

    /// Why this run is over, if it is.
    pub fn finished(&self) -> Option<Outcome> {
        if self.n_zero_stop > 0 && self.zero_epochs >= self.n_zero_stop {
            Some(Outcome::Learned)
        } else if self.epoch >= self.max_epochs {
            Some(Outcome::MaxEpochs)
        } else {
            None
        }
    }

    /// The log of all epochs of all runs so far: one row each with Run, Epoch, SSE (sum over
    /// trials), AvgSSE, PctErr, PctCor, CosDiff and the average activity of each layer.
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn epoch_log(&self) -> Result<Table> {
        Ok(self.epochs.to_table()?)
    }

    /// The log of all runs that are over: Run, Epochs, FirstZero (the first epoch without error, -1
    /// for none), Outcome, and SSE, PctErr and CosDiff of the last epoch.
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn run_log(&self) -> Result<Table> {
        Ok(self.runs.to_table()?)
    }

    /// The log of training trials, if [`with_trial_log`](Self::with_trial_log) asks for it; its
    /// columns are those of [`test`](Self::test).
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn trial_log(&self) -> Result<Table> {
        Ok(self.trials.to_table()?)
    }

    /// The log of the tests that [`with_test_interval`](Self::with_test_interval) asks for; its
    /// columns are those of [`test`](Self::test).
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn test_log(&self) -> Result<Table> {
        Ok(self.tests.to_table()?)
    }

    /// Where training is, and the figures of the last epoch.
    pub fn status(&self) -> Status {
        Status {
            run: self.run,
            epoch: self.epoch,
            trial: self.trial,
            n_trials: self.train.n_trials(),
            max_epochs: self.max_epochs,
            ..self.last
        }
    }
}

/// The view as an environment that shows each bound layer its column.
fn environment(
    name: &str,
    view: View,
    net: &Network,
    bindings: &[(LayerId, String)],
) -> Result<FixedTable> {
    let elements: Vec<&str> = bindings.iter().map(|(_, column)| column.as_str()).collect();
    let environment = FixedTable::new(name, view, &elements)?;
    for (id, column) in bindings {
        let layer = net.layer(*id);
        let found: usize = environment.sizes(column)?.iter().product();
        if found != layer.n_units() {
            return Err(EngineError::InputLength {
                layer: layer.name().to_owned(),
                shape: layer.shape().to_vec(),
                expected: layer.n_units(),
                found,
            });
        }
    }
    Ok(environment)
}
