//! The one error type of the crate.
//!
//! Every error says what is wrong, where, and what to do; what a program may want to look at is in
//! the fields of its variant. Where a name is unknown, the most similar one is suggested.
//!
//! ```
//! use engine::error::EngineError;
//! use engine::{LayerType, Network};
//!
//! let mut net = Network::new("net");
//! let input = net.add_layer("Input", &[2, 2], LayerType::Input)?;
//! net.build()?;
//! let error = net.apply_input(input, &[1.0, 0.0, f32::NAN, 0.0]).unwrap_err();
//! let EngineError::InputValue { layer, unit, .. } = &error else { panic!("{error}") };
//! assert_eq!((layer.as_str(), *unit), ("Input", 2));
//! assert_eq!(
//!     error.to_string(),
//!     "the pattern for layer `Input` has the value NaN at unit 2: values must be finite"
//! );
//! let error = net.layer_named("Inptu").unwrap_err();
//! assert_eq!(error.to_string(), "the network has no layer `Inptu`; did you mean `Input`?");
//! # Ok::<(), EngineError>(())
//! ```

mod message;
mod parameter;
mod pattern;

use std::path::PathBuf;

pub(crate) use message::{between, hint, list, nearest};
pub use parameter::ParameterProblem;
pub use pattern::PatternProblem;
use thiserror::Error;

/// The result of this crate's fallible functions.
pub type Result<T> = std::result::Result<T, EngineError>;

/// Everything that can go wrong in the engine.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A weight or another variable of a synapse is out of range.
    #[error(
        "the {what} of projection `{projection}` from unit {sender} to unit {receiver} would be \
         {value}; give {}",
        between(*.least, *.most)
    )]
    BadWeight {
        /// The variable.
        what: &'static str,
        /// The projection.
        projection: String,
        /// Flat index of the sending unit.
        sender: usize,
        /// Flat index of the receiving unit.
        receiver: usize,
        /// The value.
        value: f32,
        /// The least value.
        least: f32,
        /// The greatest value.
        most: f32,
    },
    /// Two units are not connected.
    #[error(
        "projection `{projection}` has no synapse from unit {sender} to unit {receiver}; \
         `senders_of` lists those of a receiver"
    )]
    NoSynapse {
        /// The projection.
        projection: String,
        /// Flat index of the sending unit.
        sender: usize,
        /// Flat index of the receiving unit.
        receiver: usize,
    },
    /// Weights contradict themselves.
    #[error("the weights of `{network}` cannot be used: {place}: {reason}")]
    Weights {
        /// The network that the weights are of.
        network: String,
        /// Layer, projection and receiver.
        place: String,
        /// What was found.
        reason: String,
    },
    /// Learning has made a weight that is no number.
    #[error(
        "learning has made the weight of projection `{projection}` from unit {sender} to unit \
         {receiver} of layer `{layer}` NaN: check the parameters of its learning \
         (`Prjn.Learn`) and of the layer's averages (`Layer.Learn`)"
    )]
    WeightNotANumber {
        /// The projection.
        projection: String,
        /// The receiving layer.
        layer: String,
        /// Flat index of the sending unit.
        sender: usize,
        /// Flat index of the receiving unit.
        receiver: usize,
    },
    /// Two layers of one network have the same name.
    #[error("the network already has a layer `{layer}`; choose another name")]
    DuplicateLayer {
        /// The name.
        layer: String,
    },
    /// A layer's name is not in the network.
    #[error("the network has no layer `{layer}`{}", hint(.nearest))]
    UnknownLayer {
        /// The name that was looked for.
        layer: String,
        /// The layer that is spelt most alike.
        nearest: Option<String>,
    },
    /// A projection's name is not in the network.
    #[error("the network has no projection `{projection}`{}", hint(.nearest))]
    UnknownProjection {
        /// The name that was looked for.
        projection: String,
        /// The projection that is spelt most alike.
        nearest: Option<String>,
    },
    /// Several projections of the network have the name.
    #[error(
        "several projections are named `{projection}`, by number and type {}; take the one that \
         is meant by its type (`projection_of_type`) or by its number",
        .found.join(", ")
    )]
    AmbiguousProjection {
        /// The name that was looked for.
        projection: String,
        /// Number and type of each.
        found: Vec<String>,
    },
    /// A file is no checkpoint, or a damaged one.
    #[error("`{path}` cannot be read as a checkpoint: {reason}", path = .path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Somebody interrupted the work.
    #[error("interrupted")]
    Interrupted,
    /// A layer or projection of another network was used.
    #[error(
        "{what} does not belong to this network; use the one that `add_layer` or `connect` of this network returned"
    )]
    ForeignId {
        /// What was given.
        what: String,
    },
    /// A layer's shape is unusable.
    #[error(
        "layer `{layer}` cannot have the shape {shape:?}: give 2 sizes [Y, X] or 4 sizes [PoolY, PoolX, UnitY, UnitX], each at least 1"
    )]
    LayerShape {
        /// The layer.
        layer: String,
        /// The shape that was given.
        shape: Vec<usize>,
    },
    /// An operation needs a built network.
    #[error("the network `{network}` is not built: call `build` before {operation}")]
    NotBuilt {
        /// The network.
        network: String,
        /// What was tried.
        operation: &'static str,
    },
    /// Units of a layer were to be changed before there are any.
    #[error("layer `{layer}` has no units yet: call the network's `build` before {operation}")]
    LayerNotBuilt {
        /// The layer.
        layer: String,
        /// What was tried.
        operation: &'static str,
    },
    /// A trial was started on weights that nothing has set.
    #[error(
        "the network `{network}` has no weights yet: call `init_weights`, or open weights or a checkpoint, before a trial"
    )]
    NoWeights {
        /// The network.
        network: String,
    },
    /// A step of a trial was asked for outside a trial.
    #[error(
        "no trial of the network `{network}` is running: call `start_trial` before {operation}"
    )]
    NoTrial {
        /// The network.
        network: String,
        /// What was tried.
        operation: &'static str,
    },
    /// The structure was changed after `build`.
    #[error("the network `{network}` is already built: add layers and projections before `build`")]
    AlreadyBuilt {
        /// The network.
        network: String,
    },
    /// A network has no layers.
    #[error("the network `{network}` has no layers: add some before `build`")]
    EmptyNetwork {
        /// The network.
        network: String,
    },
    /// A layer is placed relative to one that the network has not.
    #[error(
        "layer `{layer}` is to stand beside `{other}`, but there is no such layer{}",
        hint(.nearest)
    )]
    UnknownNeighbour {
        /// The layer that is placed.
        layer: String,
        /// The name of the other one.
        other: String,
        /// The layer that is spelt most alike.
        nearest: Option<String>,
    },
    /// Layers are placed relative to each other in a circle.
    #[error(
        "the layers are placed in a circle: {}; place one of them relative to another layer",
        .layers.join(", ")
    )]
    CyclicPlacement {
        /// For each layer of the circle, where it is to stand.
        layers: Vec<String>,
    },
    /// A pattern of connectivity does not fit its two layers.
    #[error("projection `{projection}`: {problem}")]
    Pattern {
        /// The projection, named `SenderToReceiver`.
        projection: String,
        /// Why the pattern does not fit.
        #[source]
        problem: PatternProblem,
    },
    /// A pattern, or weights by place, do not fit two shapes.
    #[error(transparent)]
    Shapes(#[from] PatternProblem),
    /// A table of patterns has no column for a layer.
    #[error(
        "the {kind} layer `{layer}` of `{network}` has no column of its name: the columns are {columns}; name one so, or leave the layer out with `Sim::for_layers`{}",
        hint(.nearest)
    )]
    NoPatterns {
        /// The network.
        network: String,
        /// The layer.
        layer: String,
        /// Its type.
        kind: &'static str,
        /// The columns that there are.
        columns: String,
        /// The column that is spelt most alike.
        nearest: Option<String>,
    },
    /// A network has no layer that patterns can be shown to.
    #[error("`{network}` has only Hidden layers: a simulation shows patterns to an Input layer")]
    NothingToShow {
        /// The network.
        network: String,
    },
    /// A setting of a simulation is out of range.
    #[error("{setting} cannot be {value}: it must be {range}")]
    Setting {
        /// What is set.
        setting: String,
        /// The value given.
        value: String,
        /// What is allowed.
        range: String,
    },
    /// A pattern of activity has the wrong number of values for its layer.
    #[error(
        "layer `{layer}` has {expected} units (shape {shape:?}), but {found} values were given"
    )]
    InputLength {
        /// The layer.
        layer: String,
        /// The layer's shape.
        shape: Vec<usize>,
        /// The number of units.
        expected: usize,
        /// The number of values given.
        found: usize,
    },
    /// Pools are not those of a layer.
    #[error(
        "the {found} pools are not those of layer `{layer}`, which has {expected}: change a copy \
         of `pools()`"
    )]
    Pools {
        /// The layer.
        layer: String,
        /// The number of its pools, the whole layer among them.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// A pattern of activity holds a NaN or an infinity.
    #[error(
        "the pattern for layer `{layer}` has the value {value} at unit {unit}: values must be finite"
    )]
    InputValue {
        /// The layer.
        layer: String,
        /// The unit's flat index.
        unit: usize,
        /// The value.
        value: f32,
    },
    /// A unit's or synapse's variable name is unknown.
    #[error("there is no {kind} variable `{variable}`{}", hint(.nearest))]
    UnknownVariable {
        /// `unit` or `synapse`.
        kind: &'static str,
        /// The name that was looked for.
        variable: String,
        /// The variable that is spelt most alike.
        nearest: Option<String>,
    },
    /// Activity or weights became NaN while the network ran.
    #[error(
        "{what} of layer `{layer}` is NaN at unit {unit}, cycle {cycle} of the trial: check the parameters of the layer and the learning rates of its projections"
    )]
    NotANumber {
        /// The layer.
        layer: String,
        /// The variable.
        what: &'static str,
        /// The unit's flat index.
        unit: usize,
        /// The cycle of the trial.
        cycle: usize,
    },
    /// Training was continued after a trial of the run had failed.
    #[error(
        "run {run} failed in epoch {epoch}, and its weights are of no use: correct what the first error named, then start anew with `init`"
    )]
    BrokenRun {
        /// The run.
        run: usize,
        /// The epoch in which a trial failed.
        epoch: usize,
    },
    /// A parameter assignment failed.
    #[error("{object}: {problem}")]
    Parameter {
        /// The layer or projection, or the selector that was being applied.
        object: String,
        /// What is wrong.
        #[source]
        problem: ParameterProblem,
    },
    /// The text is no selector of a parameter rule.
    #[error(
        "`{text}` is no selector: {reason}; write a type `Layer`, a class `.Back` or a name `#Output`"
    )]
    Selector {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A parameter rule cannot be used, whatever it is applied to.
    #[error("the parameter rule `{selector}` cannot be used: {reason}")]
    Rule {
        /// The rule's selector.
        selector: String,
        /// What is wrong.
        reason: String,
    },
    /// A sheet of parameters does not fit what it was applied to; nothing has been changed.
    #[error("the parameters were not applied, nothing has changed: {}", list(.problems))]
    Sheet {
        /// Everything that is wrong, in the order of the rules.
        problems: Vec<crate::params::SheetProblem>,
    },
    /// A file or text of parameters is damaged or is not one.
    #[error("{origin} is no usable list of parameters: {reason}")]
    ParameterText {
        /// The file, or `the text`.
        origin: String,
        /// What was found and where.
        reason: String,
    },
    /// A named set or sheet of parameters was asked for that is not there.
    #[error("there is no {kind} `{name}`; there are: {}", .available.join(", "))]
    UnknownSheet {
        /// `set` or `sheet`.
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// The system refuses worker threads.
    #[error("cannot start {threads} threads: {reason}; ask for fewer")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// The system's reason.
        reason: String,
    },
    /// A saved state or weights file does not fit the network.
    #[error("{what} does not fit the network `{network}`: {reason}")]
    Mismatch {
        /// What was to be loaded.
        what: String,
        /// The network.
        network: String,
        /// What differs.
        reason: String,
    },
    /// Patterns of activity cannot be made as asked.
    #[error("the patterns cannot be made: {reason}")]
    PatternSize {
        /// What does not fit.
        reason: String,
    },
    /// A vocabulary has no such item.
    #[error("the vocabulary has no item `{item}`{}", hint(.nearest))]
    UnknownItem {
        /// The name that was looked for.
        item: String,
        /// The item that is spelt most alike.
        nearest: Option<String>,
    },
    /// Random patterns that differ enough were not found.
    #[error(
        "row {row} of {rows}: no pattern was found that differs from all earlier ones in at least {min_difference} units (the best differs in {best}); ask for fewer rows or a smaller difference"
    )]
    PatternsTooSimilar {
        /// The row that was to be drawn, from 0.
        row: usize,
        /// The rows wanted.
        rows: usize,
        /// The least number of units in which any two are to differ.
        min_difference: usize,
        /// The greatest difference found for this row.
        best: usize,
    },
    /// An environment has nothing to show.
    #[error("the environment `{environment}` has no {missing} to show")]
    EmptyEnvironment {
        /// The environment.
        environment: String,
        /// `rows` or `columns`.
        missing: &'static str,
    },
    /// A pattern of an environment is NaN, infinite or too great for `f32`.
    #[error(
        "the environment `{environment}` cannot show column `{column}`: row {row} of the view has the value {value}, but patterns must be finite f32"
    )]
    EnvironmentValue {
        /// The environment.
        environment: String,
        /// The column.
        column: String,
        /// The row, counted in the view.
        row: usize,
        /// The value.
        value: f64,
    },
    /// An environment was asked for an element that it does not show.
    #[error("the environment `{environment}` does not show `{element}`{}", hint(.nearest))]
    UnknownElement {
        /// The environment.
        environment: String,
        /// The name asked for.
        element: String,
        /// The element that is spelt most alike.
        nearest: Option<String>,
    },
    /// An environment was asked for a pattern before its first trial.
    #[error("the environment `{environment}` shows nothing yet: call `step` first")]
    BeforeFirstStep {
        /// The environment.
        environment: String,
    },
    /// An environment cannot tell where it stands, so that no checkpoint can be made.
    #[error(
        "the environment `{environment}` cannot be saved: implement `position` and `restore` of its `Environment`"
    )]
    NoPosition {
        /// The environment.
        environment: String,
    },
    /// A weights file is damaged, or is not one.
    #[error("{} is no usable weights file: {place}: {reason}", .path.display())]
    WeightsFile {
        /// The file.
        path: PathBuf,
        /// Where: line and column, or layer, projection and receiver.
        place: String,
        /// What was found.
        reason: String,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A file could not be written; nothing is left behind.
    #[error("cannot write {}: {source}; nothing was left there", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A table operation failed.
    #[error(transparent)]
    Table(#[from] etable::TableError),
}

impl EngineError {
    /// The same with the place that a setting is of.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Setting { setting, value, range } => {
                Self::Setting { setting: format!("{setting} of `{place}`"), value, range }
            }
            other => other,
        }
    }
}
