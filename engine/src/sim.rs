//! A simulation: a network, what it is trained and tested on, when it stops, and its logs.
//!
//! A [`Sim`] is made from a built network and a table of patterns, one row a trial. Each layer that
//! is not hidden is shown the column of its name. It can be stepped by trial or by epoch or
//! trained until it stops; wherever it is left, it goes on from there. Trials can also come from an
//! environment of one's own ([`Sim::from_environment`]), and training can go on with other patterns
//! ([`Sim::set_patterns`]).
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
mod error;
mod log;
mod observer;
mod options;
mod phases;
pub mod runs;
mod schedule;
pub mod search;
mod shown;
mod test;
mod train;

use etable::{Table, TableBuilder, View};
pub use observer::{Observer, Status};
use rand::Rng as _;
use schedule::Schedule;
use serde::{Deserialize, Serialize};
use shown::Shown;

use crate::environment::Environment;
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
    train: Shown,
    test: Box<dyn Environment>,
    /// Tests show what training shows.
    tests_training: bool,
    /// Which layer is shown which element.
    bindings: Vec<(LayerId, String)>,
    logged: log::Logged,
    /// The layer whose activity above a threshold ends the minus phase.
    response: Option<(LayerId, f32)>,
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
    /// The epoch in which training on the present patterns began.
    began: usize,
    trial: usize,
    zero_epochs: usize,
    first_zero: Option<usize>,
    sums: error::EpochSums,
    last: Status,
    /// The numbers of the last row of the log of epochs.
    last_row: Vec<(String, f64)>,
    /// A trial has failed: the state is of no use until the next `init`.
    broken: bool,
    /// The run is over, and in the log of runs.
    is_logged: bool,
    epochs: TableBuilder,
    runs: TableBuilder,
    cycles: TableBuilder,
    trials: TableBuilder,
    tests: TableBuilder,
}

impl Sim {
    /// A simulation of run 0 with seed 0 and new weights, at most 50 epochs, stopping after 5 epochs
    /// without error in a row, showing the patterns in a new random order each epoch. To go on with
    /// weights that are there already, open or restore them afterwards.
    ///
    /// The error is that of all Target and Compare layers that have a column together. A network
    /// without such layers has no error: its logs have no columns of it, and only the number of
    /// epochs ends its training.
    ///
    /// # Errors
    /// The network is not built; no column has the name of one of its Input, Target or Compare
    /// layers ([`for_layers`](Self::for_layers) leaves layers out); a column's cells have another
    /// number of values than the layer has units.
    pub fn new(net: Network, patterns: impl Into<View>) -> Result<Self> {
        Self::new_view(net, patterns.into(), None)
    }

    /// A simulation as [`new`](Self::new) makes it, which shows the table's patterns to these layers
    /// only, each the column of its name; the others are without input or target.
    ///
    /// # Errors
    /// The network is not built; there are no layers, or one is unknown or Hidden or has no column;
    /// a column's cells have another number of values than the layer has units.
    pub fn for_layers(net: Network, patterns: impl Into<View>, layers: &[&str]) -> Result<Self> {
        Self::new_view(net, patterns.into(), Some(layers))
    }

    fn new_view(net: Network, view: View, layers: Option<&[&str]>) -> Result<Self> {
        require_built(&net)?;
        let bindings = match layers {
            None => shown::bind_columns(&net, &view)?,
            Some(layers) => shown::bind_layers(&net, layers)?,
        };
        let train = shown::environment("train", view.clone(), &net, &bindings)?;
        let test = shown::environment("test", view, &net, &bindings)?.sequential();
        Self::make(net, Shown::Patterns(Box::new(train)), Box::new(test), bindings)
    }

    /// A simulation as [`new`](Self::new) makes it, of an environment of one's own that shows
    /// patterns to these layers, each as the element of its name. Tests show what a copy of it shows
    /// first, until [`with_test_environment`](Self::with_test_environment).
    ///
    /// ```
    /// use engine::environment::FixedTable;
    /// use engine::pattern::Full;
    /// use engine::sim::Sim;
    /// use engine::{LayerType, Network, ProjectionType, patgen};
    ///
    /// let mut net = Network::new("self-organised");
    /// let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
    /// let hidden = net.add_layer("Hidden", &[4, 5], LayerType::Hidden)?;
    /// net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
    /// net.build()?;
    /// let pairs = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
    /// let shown = FixedTable::new("any environment", &pairs, &["Input"])?;
    /// let mut sim = Sim::from_environment(net, shown, &["Input"])?.with_max_epochs(2)?;
    /// sim.train(&mut ())?;
    /// assert!(!sim.epoch_log()?.has_column("SSE"));
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The network is not built; there are no layers, or one is unknown or Hidden.
    pub fn from_environment(
        net: Network,
        environment: impl Environment + 'static,
        layers: &[&str],
    ) -> Result<Self> {
        Self::from_boxed(net, Box::new(environment), layers)
    }

    fn from_boxed(
        net: Network,
        environment: Box<dyn Environment>,
        layers: &[&str],
    ) -> Result<Self> {
        require_built(&net)?;
        let bindings = shown::bind_layers(&net, layers)?;
        let test = environment.clone();
        Self::make(net, Shown::Own(environment), test, bindings)
    }

    fn make(
        net: Network,
        train: Shown,
        test: Box<dyn Environment>,
        bindings: Vec<(LayerId, String)>,
    ) -> Result<Self> {
        let bound = bindings.iter().map(|(id, _)| *id);
        let outputs: Vec<LayerId> = bound.filter(|id| error::is_output(net.layer(*id))).collect();
        let recorded = net
            .layers()
            .filter(|(_, layer)| layer.kind() != LayerType::Input)
            .map(|(id, _)| (id, "ActM".to_owned()))
            .chain(outputs.iter().map(|id| (*id, "ActP".to_owned())))
            .collect();
        let logged = log::Logged { outputs, by_trial: recorded, ..log::Logged::default() };
        let mut sim = Self {
            epochs: TableBuilder::new(logged.epoch_specs(&net)?)?,
            runs: TableBuilder::new(logged.run_specs(&net)?)?,
            cycles: TableBuilder::new(logged.cycle_specs(&net)?)?,
            trials: TableBuilder::new(logged.trial_specs(&net)?)?,
            tests: TableBuilder::new(logged.trial_specs(&net)?)?,
            net,
            train,
            test,
            tests_training: true,
            bindings,
            logged,
            response: None,
            seed: 0,
            run: 0,
            max_epochs: 50,
            n_zero_stop: 5,
            sse_tolerance: 0.5,
            schedule: Schedule::default(),
            test_interval: 0,
            logs_trials: false,
            epoch: 0,
            began: 0,
            trial: 0,
            zero_epochs: 0,
            first_zero: None,
            sums: error::EpochSums::default(),
            last: Status::default(),
            last_row: Vec::new(),
            broken: false,
            is_logged: false,
        };
        sim.train.environment_mut().set_seed(0);
        sim.test.set_seed(0);
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
                    setting: "the variables of a log".to_owned(),
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
        self.epoch = 0;
        (self.broken, self.last, self.last_row) = (false, Status::default(), Vec::new());
        self.begin()
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

    /// The first epoch without error on the present patterns, counted from the run's first as 0.
    pub fn first_zero(&self) -> Option<usize> {
        self.first_zero
    }

    /// Why training on the present patterns is over, if it is.
    pub fn finished(&self) -> Option<Outcome> {
        if self.n_zero_stop > 0 && self.zero_epochs >= self.n_zero_stop {
            Some(Outcome::Learned)
        } else if self.epoch >= self.most_epochs() {
            Some(Outcome::MaxEpochs)
        } else {
            None
        }
    }

    /// How many epochs the run has at the most.
    fn most_epochs(&self) -> usize {
        self.began.saturating_add(self.max_epochs)
    }

    /// The log of all epochs of all runs so far: one row each with Run, Epoch, SSE (sum over
    /// trials), AvgSSE (mean over trials and units), PctErr, PctCor, CosDiff (mean over trials and
    /// output layers), the average activity of each layer (`Hidden_ActAvg`), and the variables of
    /// [`with_recorded_by_epoch`](Self::with_recorded_by_epoch).
    ///
    /// If there are several output layers, SSE, PctErr and CosDiff of each follow those of all
    /// (`Gender_PctErr`). Without an output layer there are no columns of errors.
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn epoch_log(&self) -> Result<Table> {
        Ok(self.epochs.to_table()?)
    }

    /// The number in a column of the last row of [`epoch_log`](Self::epoch_log), for observers that
    /// follow it; `None` if the column has no numbers, or before the first epoch is complete.
    pub fn last_epoch(&self, column: &str) -> Option<f64> {
        self.last_row.iter().find(|(name, _)| name == column).map(|(_, value)| *value)
    }

    /// The log of all runs that are over: Run, Epochs, FirstZero (the first epoch without error, -1
    /// for none), Outcome, and SSE, PctErr and CosDiff of the last epoch; without an output layer
    /// only Run, Epochs and Outcome. Then the variables of
    /// [`with_recorded_by_run`](Self::with_recorded_by_run). If a run goes on after that, its row
    /// follows.
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

    /// The log of training cycles, if [`with_cycle_log`](Self::with_cycle_log) asks for it: Run,
    /// Epoch, Trial, Cycle and Quarter, and the variables.
    ///
    /// # Errors
    /// The log cannot be made a table.
    pub fn cycle_log(&self) -> Result<Table> {
        Ok(self.cycles.to_table()?)
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
            n_trials: self.train.environment().n_trials(),
            max_epochs: self.most_epochs(),
            ..self.last
        }
    }
}

fn require_built(net: &Network) -> Result<()> {
    if !net.is_built() {
        let operation = "a simulation can be made of it";
        return Err(EngineError::NotBuilt { network: net.name().to_owned(), operation });
    }
    Ok(())
}
