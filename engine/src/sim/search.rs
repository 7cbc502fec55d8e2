//! Searches over parameters: every point of a grid or list, several runs each, in one table.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::sim::{Sim, search::Search};
//! use engine::{LayerType, Network, ProjectionType, patgen};
//!
//! let mut net = Network::new("pairs");
//! let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
//! let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1)?;
//! let sim = Sim::new(net, &patterns)?.with_max_epochs(4)?;
//!
//! let table = Search::new()
//!     .over("Prjn", "Prjn.Learn.Lrate", &["0.02", "0.04", "0.08"])?
//!     .over("#Output", "Layer.Inhib.Layer.Gi", &["1.4", "1.8"])?
//!     .with_runs(0..2)
//!     .train(&sim)?;
//! assert_eq!(table.n_rows(), 3 * 2 * 2);
//! assert_eq!(table.column_names()[..2], ["Prjn.Learn.Lrate", "#Output Layer.Inhib.Layer.Gi"]);
//! # Ok::<(), engine::EngineError>(())
//! ```

use std::ops::Range;

use etable::progress::Task;
use etable::{ColumnSpec, ElementType, Table, TableBuilder};
use rayon::prelude::*;

use super::{Sim, runs};
use crate::error::{EngineError, Result};
use crate::params::{ParamSheet, target_type};

/// One parameter of a point: selector, path and value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Assignment {
    selector: String,
    path: String,
    value: String,
}

impl Assignment {
    /// The column's name: the path, with the selector where it is not the path's own type.
    fn column(&self) -> String {
        if self.selector == target_type(&self.path) {
            self.path.clone()
        } else {
            format!("{} {}", self.selector, self.path)
        }
    }
}

/// Which points to try, and how often. See the [module](self).
#[derive(Debug, Clone)]
pub struct Search {
    points: Vec<Vec<Assignment>>,
    runs: Range<usize>,
}

impl Default for Search {
    fn default() -> Self {
        Self { points: vec![Vec::new()], runs: 0..1 }
    }
}

impl Search {
    /// A search of one point, that of the simulation as it is, in run 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Multiplies the points by the values of a parameter: every point so far with every value.
    ///
    /// # Errors
    /// There are no values, the selector or a path is unusable, or the parameter is one of the
    /// search already.
    pub fn over(mut self, selector: &str, path: &str, values: &[&str]) -> Result<Self> {
        if values.is_empty() {
            return Err(EngineError::Setting {
                setting: format!("the values of `{path}` to try"),
                value: "none".to_owned(),
                range: "at least one".to_owned(),
            });
        }
        ParamSheet::new().select(selector, &[(path, values[0])])?;
        let taken = self.points[0]
            .iter()
            .any(|of| (of.selector.as_str(), of.path.as_str()) == (selector, path));
        if taken {
            return Err(repeated(selector, path));
        }
        let assign = |value: &&str| Assignment {
            selector: selector.to_owned(),
            path: path.to_owned(),
            value: (*value).to_owned(),
        };
        let extended = |point: &Vec<Assignment>| {
            let point = point.clone();
            values.iter().map(move |value| [&point[..], &[assign(value)]].concat())
        };
        self.points = self.points.iter().flat_map(extended).collect();
        Ok(self)
    }

    /// A search of listed points: the same parameters (selector and path), with values by point.
    ///
    /// # Errors
    /// There are no points, a point has another number of values than there are parameters, a
    /// selector or path is unusable, or a parameter comes twice.
    pub fn list(parameters: &[(&str, &str)], points: &[Vec<&str>]) -> Result<Self> {
        let wrong = points.iter().position(|point| point.len() != parameters.len());
        if points.is_empty() || wrong.is_some() {
            return Err(EngineError::Setting {
                setting: "the points of a search".to_owned(),
                value: wrong.map_or("none".to_owned(), |at| {
                    format!("point {at} with {} values", points[at].len())
                }),
                range: format!("at least one of {} values each", parameters.len()),
            });
        }
        for (index, (selector, path)) in parameters.iter().enumerate() {
            ParamSheet::new().select(selector, &[(path, "")])?;
            if parameters[..index].contains(&(*selector, *path)) {
                return Err(repeated(selector, path));
            }
        }
        let point = |values: &Vec<&str>| {
            let assign = |((selector, path), value): (&(&str, &str), &&str)| Assignment {
                selector: (*selector).to_owned(),
                path: (*path).to_owned(),
                value: (*value).to_owned(),
            };
            parameters.iter().zip(values).map(assign).collect()
        };
        Ok(Self { points: points.iter().map(point).collect(), runs: 0..1 })
    }

    /// Sets the runs that each point is tried with.
    pub fn with_runs(mut self, runs: Range<usize>) -> Self {
        self.runs = runs;
        self
    }

    /// Trains every run of every point, on all cores, from the simulation with the point's
    /// parameters set. Returns a row per point and run: the parameters (as numbers if all are),
    /// then the columns of [`Sim::run_log`]. If somebody interrupts, the runs that were not complete
    /// have the Outcome `Interrupted`.
    ///
    /// # Errors
    /// A parameter does not exist, a value is not allowed, or a run fails.
    pub fn train(&self, sim: &Sim) -> Result<Table> {
        // All at once, so that a mistake shows before hours of training; but a copy of the network
        // for each point, only while it is trained.
        self.points.iter().try_for_each(|point| configured(sim, point).map(drop))?;
        let n_runs = self.points.len().saturating_mul(self.runs.len());
        let task = Task::new("Searching", n_runs.saturating_mul(sim.max_epochs) as u64);
        let train = |point: &Vec<Assignment>| {
            runs::train_as_part(&configured(sim, point)?, self.runs.clone(), &task, |_| Ok(()))
        };
        let trained: Vec<_> = self.points.par_iter().map(train).collect();
        let mut summaries = Vec::new();
        for result in trained {
            let (runs, _) = result?;
            summaries.push(runs.summary);
        }
        self.table(&summaries)
    }

    fn table(&self, summaries: &[Table]) -> Result<Table> {
        let parameters: Vec<String> = self.points[0].iter().map(Assignment::column).collect();
        let number = |assignment: &Assignment| assignment.value.trim().parse::<f64>().ok();
        let is_number: Vec<bool> = (0..parameters.len())
            .map(|i| self.points.iter().all(|point| number(&point[i]).is_some()))
            .collect();
        let parameter_specs = parameters.iter().zip(&is_number).map(|(name, is_number)| {
            let element = if *is_number { ElementType::Float64 } else { ElementType::Text };
            ColumnSpec::scalar(name.as_str(), element)
        });
        let figures = summaries.first().map_or(&[][..], Table::specs);
        let specs: Vec<ColumnSpec> = parameter_specs.chain(figures.iter().cloned()).collect();
        let mut table = TableBuilder::new(specs)?;
        for (point, summary) in self.points.iter().zip(summaries) {
            let outcomes = summary.texts("Outcome")?;
            for (run, outcome) in outcomes.iter().enumerate() {
                let mut row = table.row();
                for ((name, assignment), is_number) in parameters.iter().zip(point).zip(&is_number)
                {
                    row = match number(assignment).filter(|_| *is_number) {
                        Some(value) => row.set(name, value)?,
                        None => row.set(name, assignment.value.as_str())?,
                    };
                }
                for ColumnSpec { name, element, shape, .. } in figures {
                    row = match element {
                        _ if !shape.is_scalar() => {
                            let cell = summary.tensor_cell::<f32>(name, run)?;
                            let cell = cell.to_slice().expect("a log's cells are contiguous");
                            row.set_tensor(name, cell)?
                        }
                        ElementType::Int64 => row.set(name, summary.slice::<i64>(name)?[run])?,
                        ElementType::Text => row.set(name, outcome.as_str())?,
                        _ => row.set(name, summary.slice::<f64>(name)?[run])?,
                    };
                }
                row.finish()?;
            }
        }
        Ok(table.finish()?)
    }
}

fn repeated(selector: &str, path: &str) -> EngineError {
    EngineError::Setting {
        setting: "the parameters of a search".to_owned(),
        value: format!("`{path}` of `{selector}` twice"),
        range: "different ones".to_owned(),
    }
}

/// The simulation with a point's parameters.
fn configured(sim: &Sim, point: &[Assignment]) -> Result<Sim> {
    let mut sheet = ParamSheet::new();
    for Assignment { selector, path, value } in point {
        sheet = sheet.select(selector, &[(path, value)])?;
    }
    let mut sim = sim.clone();
    sim.net_mut().apply_params(&sheet)?;
    Ok(sim)
}
