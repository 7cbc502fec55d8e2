//! The columns of a simulation's logs, and their rows.

use etable::{ColumnSpec, ElementType, RowBuilder, TableBuilder};

use super::error::{EpochFigures, EpochSums, TrialError};
use crate::error::Result;
use crate::network::{LayerId, Network};

/// What a simulation's logs have columns for, besides counters.
#[derive(Debug, Clone, Default)]
pub(super) struct Logged {
    /// The layers with an error.
    pub(super) outputs: Vec<LayerId>,
    /// Unit variables in the logs of trials.
    pub(super) by_trial: Vec<(LayerId, String)>,
    /// Unit variables in the log of epochs.
    pub(super) by_epoch: Vec<(LayerId, String)>,
    /// Unit variables in the log of runs.
    pub(super) by_run: Vec<(LayerId, String)>,
    /// Unit variables in the log of training cycles; none for no log.
    pub(super) by_cycle: Vec<(LayerId, String)>,
    /// Whether trials end with a response.
    pub(super) response: bool,
}

/// Which trial.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) run: usize,
    pub(super) epoch: usize,
    pub(super) trial: usize,
}

impl Place {
    fn write<'a>(self, row: RowBuilder<'a>) -> Result<RowBuilder<'a>> {
        let row = row.set("Run", self.run as i64)?.set("Epoch", self.epoch as i64)?;
        Ok(row.set("Trial", self.trial as i64)?)
    }
}

impl Logged {
    /// The output layers that have columns of their own: all, if there are several.
    pub(super) fn outputs_apart(&self) -> &[LayerId] {
        if self.outputs.len() > 1 { &self.outputs } else { &[] }
    }

    /// The columns of the log of epochs.
    pub(super) fn epoch_specs(&self, net: &Network) -> Result<Vec<ColumnSpec>> {
        let mut specs = wholes(&["Run", "Epoch"]);
        if !self.outputs.is_empty() {
            specs.extend(numbers(["SSE", "AvgSSE", "PctErr", "PctCor", "CosDiff"]));
            for layer in self.outputs_apart() {
                let name = |figure| column_name(net.layer(*layer).name(), figure);
                specs.extend(numbers(["SSE", "PctErr", "CosDiff"].map(name)));
            }
        }
        specs.extend(numbers(net.layers().map(|(_, l)| column_name(l.name(), "ActAvg"))));
        specs.extend(variable_specs(net, &self.by_epoch)?);
        Ok(specs)
    }

    /// The columns of the logs of training and test trials.
    pub(super) fn trial_specs(&self, net: &Network) -> Result<Vec<ColumnSpec>> {
        let mut specs = wholes(&["Run", "Epoch", "Trial"]);
        specs.push(ColumnSpec::scalar("TrialName", ElementType::Text));
        if self.response {
            specs.extend(wholes(&["Cycles"]));
        }
        if !self.outputs.is_empty() {
            specs.extend(numbers(["SSE", "AvgSSE", "CosDiff"]));
            for layer in self.outputs_apart() {
                let name = |figure| column_name(net.layer(*layer).name(), figure);
                specs.extend(numbers(["SSE", "CosDiff"].map(name)));
            }
        }
        specs.extend(variable_specs(net, &self.by_trial)?);
        Ok(specs)
    }

    /// The columns of the log of runs.
    pub(super) fn run_specs(&self, net: &Network) -> Result<Vec<ColumnSpec>> {
        let mut specs = wholes(&["Run", "Epochs"]);
        if !self.outputs.is_empty() {
            specs.extend(wholes(&["FirstZero"]));
        }
        specs.push(ColumnSpec::scalar("Outcome", ElementType::Text));
        if !self.outputs.is_empty() {
            specs.extend(numbers(["SSE", "PctErr", "CosDiff"]));
        }
        specs.extend(variable_specs(net, &self.by_run)?);
        Ok(specs)
    }

    /// The columns of the log of training cycles.
    pub(super) fn cycle_specs(&self, net: &Network) -> Result<Vec<ColumnSpec>> {
        let mut specs = wholes(&["Run", "Epoch", "Trial"]);
        specs.extend(cycle_specs(net, &self.by_cycle)?);
        Ok(specs)
    }

    /// Adds the row of a cycle of a training trial.
    pub(super) fn write_cycle(
        &self,
        log: &mut TableBuilder,
        net: &Network,
        place: Place,
    ) -> Result<()> {
        let row = place.write(log.row())?;
        finish_cycle(row, net, &self.by_cycle)
    }

    /// Adds the row of a trial, with the recorded variables as they are in the network.
    pub(super) fn write_trial(
        &self,
        log: &mut TableBuilder,
        net: &Network,
        (place, name): (Place, &str),
        error: &TrialError,
    ) -> Result<()> {
        let mut row = place.write(log.row())?.set("TrialName", name)?;
        if self.response {
            row = row.set("Cycles", net.time().minus_cycles as i64)?;
        }
        if !self.outputs.is_empty() {
            let total = &error.total;
            row = row.set("SSE", total.sse)?.set("AvgSSE", total.mse)?;
            row = row.set("CosDiff", total.cos_diff)?;
            for (layer, error) in self.outputs_apart().iter().zip(&error.layers) {
                let name = |figure| column_name(net.layer(*layer).name(), figure);
                row = row.set(&name("SSE"), error.sse)?.set(&name("CosDiff"), error.cos_diff)?;
            }
        }
        Ok(with_variables(row, net, &self.by_trial)?.finish()?)
    }

    /// The numbers of an epoch's row, by column.
    pub(super) fn epoch_numbers(&self, net: &Network, sums: &EpochSums) -> Vec<(String, f64)> {
        let mut row = Vec::new();
        if !self.outputs.is_empty() {
            let EpochFigures { sse, avg_sse, pct_err, cos_diff } = sums.figures();
            let totals = [
                ("SSE", sse),
                ("AvgSSE", avg_sse),
                ("PctErr", pct_err),
                ("PctCor", 1.0 - pct_err),
                ("CosDiff", cos_diff),
            ];
            row.extend(totals.map(|(name, value)| (name.to_owned(), value)));
            for (layer, sums) in self.outputs_apart().iter().zip(sums.layers()) {
                let EpochFigures { sse, pct_err, cos_diff, .. } = sums.figures();
                let figures = [("SSE", sse), ("PctErr", pct_err), ("CosDiff", cos_diff)];
                let layer = net.layer(*layer).name();
                row.extend(figures.map(|(name, value)| (column_name(layer, name), value)));
            }
        }
        row.extend(net.layers().map(|(_, layer)| {
            let activity = layer.pools()[0].running.act_p_avg_eff;
            (column_name(layer.name(), "ActAvg"), f64::from(activity))
        }));
        row
    }

    /// Adds the row of an epoch.
    pub(super) fn write_epoch(
        &self,
        log: &mut TableBuilder,
        net: &Network,
        (run, epoch): (usize, usize),
        numbers: &[(String, f64)],
    ) -> Result<()> {
        let mut row = log.row().set("Run", run as i64)?.set("Epoch", epoch as i64)?;
        for (name, value) in numbers {
            row = row.set(name, *value)?;
        }
        Ok(with_variables(row, net, &self.by_epoch)?.finish()?)
    }
}

/// The columns of the log of cycles.
pub(super) fn cycle_specs(
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<Vec<ColumnSpec>> {
    let mut specs = wholes(&["Cycle", "Quarter"]);
    specs.extend(variable_specs(net, recorded)?);
    Ok(specs)
}

/// Adds the row of the cycle that has just run.
pub(super) fn write_cycle(
    log: &mut TableBuilder,
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<()> {
    finish_cycle(log.row(), net, recorded)
}

/// Sets cycle, quarter and variables of a row, and adds it.
fn finish_cycle(row: RowBuilder<'_>, net: &Network, recorded: &[(LayerId, String)]) -> Result<()> {
    let time = net.time();
    // The time is that of the next cycle.
    let row = row.set("Cycle", time.cycle as i64 - 1)?.set("Quarter", time.quarter as i64)?;
    Ok(with_variables(row, net, recorded)?.finish()?)
}

/// Sets the columns of variables.
pub(super) fn with_variables<'a>(
    mut row: RowBuilder<'a>,
    net: &Network,
    recorded: &[(LayerId, String)],
) -> Result<RowBuilder<'a>> {
    for (id, variable) in recorded {
        let values = net.unit_values(*id, variable)?;
        row = row.set_tensor(&column_name(net.layer(*id).name(), variable), values)?;
    }
    Ok(row)
}

/// The name of a layer's column: `Hidden1_ActM`.
fn column_name(layer: &str, variable: &str) -> String {
    format!("{layer}_{variable}")
}

fn wholes(names: &[&str]) -> Vec<ColumnSpec> {
    names.iter().map(|name| ColumnSpec::scalar(*name, ElementType::Int64)).collect()
}

fn numbers<N: Into<String>>(
    names: impl IntoIterator<Item = N>,
) -> impl Iterator<Item = ColumnSpec> {
    names.into_iter().map(|name| ColumnSpec::scalar(name, ElementType::Float64))
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
