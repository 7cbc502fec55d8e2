//! 25 random associations: a five-by-five input pattern to a five-by-five output pattern, learned
//! through two hidden layers. It is the first model of emergent's users, and the pattern from
//! which they make their own.
//!
//! ```
//! use sims::ra25;
//! let net = ra25::network(&ra25::params()?)?;
//! assert_eq!(net.n_synapses(), 25 * 49 + 2 * 49 * 49 + 2 * 49 * 25);
//! assert_eq!(ra25::patterns(1)?.n_rows(), 25);
//! # Ok::<(), emergent::Error>(())
//! ```

use emergent::prelude::*;

/// What a user may want to change about a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Seed of weights, orders and patterns.
    pub seed: u64,
    /// Greatest number of epochs.
    pub max_epochs: usize,
    /// Epochs without error in a row after which training stops.
    pub n_zero_stop: usize,
    /// Parameters, applied after [`params()`].
    pub params: Option<ParamSheet>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, max_epochs: 50, n_zero_stop: 5, params: None }
    }
}

/// The network: Input 5x5, Hidden1 7x7, Hidden2 7x7, Output 5x5, all fully connected and, above
/// Input, in both directions.
///
/// # Errors
/// A parameter does not fit the network.
pub fn network(params: &ParamSheet) -> Result<Network> {
    let mut net = Network::new("RA25");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
    let hidden1 = net.add_layer("Hidden1", &[7, 7], LayerType::Hidden)?;
    let hidden2 = net.add_layer("Hidden2", &[7, 7], LayerType::Hidden)?;
    let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
    net.connect(input, hidden1, Full::default(), ProjectionType::Forward)?;
    net.bidirectional(hidden1, hidden2, Full::default())?;
    net.bidirectional(hidden2, output, Full::default())?;
    net.build()?;
    net.apply_params(params)?;
    Ok(net)
}

/// The parameters that differ from the defaults: weight balance, no decay between trials, weak
/// top-down projections, and less inhibition in the output.
///
/// # Errors
/// None that a correct build can have.
pub fn params() -> Result<ParamSheet> {
    Ok(ParamSheet::new()
        .select("Prjn", &[("Prjn.Learn.WtBal.On", "true")])?
        .select("Layer", &[("Layer.Act.Init.Decay", "0"), ("Layer.Inhib.Layer.Gi", "1.8")])?
        .select(".Back", &[("Prjn.WtScale.Rel", "0.2")])?
        .select("#Output", &[("Layer.Inhib.Layer.Gi", "1.4")])?)
}

/// 25 pairs of random patterns with 6 of 25 units on, in the columns Name, Input and Output.
///
/// # Errors
/// None that a correct build can have.
pub fn patterns(seed: u64) -> Result<Table> {
    Ok(patgen::pattern_pairs(25, &[5, 5], &[5, 5], 6, seed)?)
}

/// The simulation.
///
/// # Errors
/// A parameter does not fit the network, or the settings are out of range.
pub fn sim(settings: &Settings) -> Result<Sim> {
    let mut net = network(&params()?)?;
    if let Some(sheet) = &settings.params {
        net.apply_params(sheet)?;
    }
    Ok(Sim::new(net, &patterns(settings.seed)?)?
        .with_seed(settings.seed)?
        .with_max_epochs(settings.max_epochs)?
        .with_n_zero_stop(settings.n_zero_stop))
}
