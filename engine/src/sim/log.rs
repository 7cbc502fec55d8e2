//! The columns of a simulation's logs, and the sums behind an epoch's row.

use etable::{ColumnSpec, ElementType};

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
    for (id, variable) in recorded {
        let layer = net.layer(*id);
        specs.push(ColumnSpec::tensor(
            column_name(layer.name(), variable),
            ElementType::Float32,
            layer.shape(),
            layer.dimension_names(),
        )?);
    }
    Ok(specs)
}

/// What the trials of an epoch add up to.
#[derive(Debug, Clone, Copy, Default)]
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
