//! The columns of a simulation's logs, and the sums behind an epoch's row.

use etable::{ColumnSpec, ElementType, TableBuilder};

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::layer::OutputError;
use crate::network::{LayerId, Network};

/// The name of a layer's column: `Hidden1_ActM`.
pub(super) fn column_name(layer: &str, variable: &str) -> String {
    format!("{layer}_{variable}")
}

/// The columns of the log of epochs.
pub(super) fn epoch_specs(net: &Network) -> Vec<ColumnSpec> {
    let counters = ["Run", "Epoch"].map(|name| ColumnSpec::scalar(name, ElementType::Int64));
    let figures = ["SSE", "AvgSSE", "PctErr", "PctCor", "CosDiff"];
    let activities = net.layers().map(|(_, layer)| column_name(layer.name(), "ActAvg"));
    let numbers = figures.into_iter().map(str::to_owned).chain(activities);
    counters
        .into_iter()
        .chain(numbers.map(|name| ColumnSpec::scalar(name, ElementType::Float64)))
        .collect()
}

/// The columns of the log of test trials.
pub(super) fn trial_specs(
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<Vec<ColumnSpec>> {
    let mut specs: Vec<ColumnSpec> =
        ["Run", "Epoch", "Trial"].map(|name| ColumnSpec::scalar(name, ElementType::Int64)).into();
    specs.push(ColumnSpec::scalar("TrialName", ElementType::Text));
    specs.extend(
        ["SSE", "AvgSSE", "CosDiff"].map(|name| ColumnSpec::scalar(name, ElementType::Float64)),
    );
    specs.extend(variable_specs(net, recorded)?);
    Ok(specs)
}

/// The columns of the log of cycles.
pub(super) fn cycle_specs(
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<Vec<ColumnSpec>> {
    let counters = ["Cycle", "Quarter"].map(|name| ColumnSpec::scalar(name, ElementType::Int64));
    Ok(counters.into_iter().chain(variable_specs(net, recorded)?).collect())
}

/// The columns of the log of runs.
pub(super) fn run_specs() -> Vec<ColumnSpec> {
    let scalar = |name: &str, element| ColumnSpec::scalar(name, element);
    vec![
        scalar("Run", ElementType::Int64),
        scalar("Epochs", ElementType::Int64),
        scalar("FirstZero", ElementType::Int64),
        scalar("Outcome", ElementType::Text),
        scalar("SSE", ElementType::Float64),
        scalar("PctErr", ElementType::Float64),
        scalar("CosDiff", ElementType::Float64),
    ]
}

/// A tensor column for each variable of a layer.
fn variable_specs(net: &Network, recorded: &[(LayerId, String)]) -> Result<Vec<ColumnSpec>> {
    let spec = |(id, variable): &(LayerId, String)| {
        let layer = net.layer(*id);
        let name = column_name(layer.name(), variable);
        let (shape, names) = (layer.shape(), layer.dimension_names());
        Ok(ColumnSpec::tensor(name, ElementType::Float32, shape, names)?)
    };
    recorded.iter().map(spec).collect()
}

/// Which trial.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) run: usize,
    pub(super) epoch: usize,
    pub(super) trial: usize,
}

/// A trial's row, apart from the variables of units.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrialRow<'a> {
    pub(super) place: Place,
    pub(super) name: &'a str,
    pub(super) error: OutputError,
}

impl TrialRow<'_> {
    /// Adds the row, with the recorded variables as they are in the network.
    pub(super) fn write(
        self,
        log: &mut TableBuilder,
        net: &Network,
        output: LayerId,
        recorded: &[(LayerId, String)],
    ) -> Result<()> {
        let mut row = log
            .row()
            .set("Run", self.place.run as i64)?
            .set("Epoch", self.place.epoch as i64)?
            .set("Trial", self.place.trial as i64)?
            .set("TrialName", self.name)?
            .set("SSE", self.error.sse)?
            .set("AvgSSE", self.error.mse)?
            .set("CosDiff", f64::from(net.layer(output).cos_diff().cos))?;
        for (id, variable) in recorded {
            let values = net.unit_values(*id, variable)?;
            row = row.set_tensor(&column_name(net.layer(*id).name(), variable), values)?;
        }
        Ok(row.finish()?)
    }
}

/// Adds the row of the cycle that has just run.
pub(super) fn write_cycle(
    log: &mut TableBuilder,
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<()> {
    let time = net.time();
    // The time is that of the next cycle.
    let mut row =
        log.row().set("Cycle", time.cycle as i64 - 1)?.set("Quarter", time.quarter as i64)?;
    for (id, variable) in recorded {
        let values = net.unit_values(*id, variable)?;
        row = row.set_tensor(&column_name(net.layer(*id).name(), variable), values)?;
    }
    Ok(row.finish()?)
}

/// What the trials of an epoch add up to.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct EpochSums {
    trials: usize,
    errors: usize,
    sse: f64,
    avg_sse: f64,
    cos_diff: f64,
}

/// The figures of an epoch.
#[derive(Debug, Clone, Copy)]
pub(super) struct EpochFigures {
    pub(super) sse: f64,
    pub(super) avg_sse: f64,
    pub(super) pct_err: f64,
    pub(super) cos_diff: f64,
}

impl EpochFigures {
    /// Adds the row of an epoch.
    pub(super) fn write(
        &self,
        log: &mut TableBuilder,
        run: usize,
        epoch: usize,
        net: &Network,
    ) -> Result<()> {
        let mut row = log
            .row()
            .set("Run", run as i64)?
            .set("Epoch", epoch as i64)?
            .set("SSE", self.sse)?
            .set("AvgSSE", self.avg_sse)?
            .set("PctErr", self.pct_err)?
            .set("PctCor", 1.0 - self.pct_err)?
            .set("CosDiff", self.cos_diff)?;
        for (_, layer) in net.layers() {
            let activity = layer.pools()[0].running.act_p_avg_eff;
            row = row.set(&column_name(layer.name(), "ActAvg"), f64::from(activity))?;
        }
        Ok(row.finish()?)
    }
}

impl EpochSums {
    /// Adds a trial.
    pub(super) fn add(&mut self, error: &OutputError, cos_diff: f32) {
        self.trials += 1;
        self.errors += usize::from(error.sse > 0.0);
        self.sse += error.sse;
        self.avg_sse += error.mse;
        self.cos_diff += f64::from(cos_diff);
    }

    /// Sum of the squared errors, averages of the rest.
    pub(super) fn figures(&self) -> EpochFigures {
        let trials = self.trials.max(1) as f64;
        EpochFigures {
            sse: self.sse,
            avg_sse: self.avg_sse / trials,
            pct_err: self.errors as f64 / trials,
            cos_diff: self.cos_diff / trials,
        }
    }
}
