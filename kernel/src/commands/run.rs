//! `emergent run`: a simulation without a notebook.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use emergent::prelude::*;
use sims::{family_trees, ra25};

use crate::error::KernelError;

/// A simulation that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Simulation {
    /// 25 random associations.
    Ra25,
    /// Family trees (chapter 4): 104 facts about two families.
    FamilyTrees,
}

/// What synapses learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Learning {
    /// Activity alone.
    Hebbian,
    /// The difference between outcome and expectation alone.
    ErrorDriven,
    /// Both.
    Combined,
}

/// What `emergent run` takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The simulation.
    simulation: Simulation,
    /// How many runs, each from other random weights.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The greatest number of epochs of a run [default: 50 for ra25, 100 for family-trees].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// The seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What synapses learn from; for family-trees [default: combined].
    #[arg(long, value_name = "RULE")]
    learning: Option<Learning>,
    /// A parameter sheet in JSON, applied after the simulation's own.
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// The folder for logs and weights.
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    out: PathBuf,
}

/// Trains and tests each run, and writes the logs of all runs and the weights of each.
pub(crate) fn run(args: &RunArgs) -> Result<(), KernelError> {
    interrupt::install();
    let mut sim = simulation(args)?;
    std::fs::create_dir_all(&args.out).map_err(|source| KernelError::File {
        action: "make the folder",
        path: args.out.clone(),
        source,
    })?;
    let mut written = Vec::new();
    let mut trials: Option<Table> = None;
    for run in 0..args.runs as usize {
        sim.init(run).map_err(Error::from)?;
        let outcome = sim.train(&mut Watch::new(format!("Run {run}"))).map_err(Error::from)?;
        let first_zero = sim.first_zero().map_or("never".to_owned(), |epoch| epoch.to_string());
        println!(
            "run {run}: {} epochs, first epoch without error: {first_zero}{}",
            sim.epoch(),
            if outcome == Outcome::Interrupted { " (interrupted)" } else { "" }
        );
        let tested = sim.test().map_err(Error::from)?;
        match &mut trials {
            Some(table) => table.append(&tested).map_err(Error::from)?,
            None => trials = Some(tested),
        }
        let name = if args.runs == 1 {
            "weights.wts.gz".to_owned()
        } else {
            format!("weights_run{run}.wts.gz")
        };
        let path = args.out.join(name);
        sim.net().save_weights(&path).map_err(Error::from)?;
        written.push(path);
        if outcome == Outcome::Interrupted {
            break;
        }
    }
    let epochs = sim.epoch_log().map_err(Error::from)?;
    for (table, name) in [
        (Some(&epochs), "epochs.parquet"),
        (Some(&epochs), "epochs.csv"),
        (trials.as_ref(), "trials.parquet"),
    ] {
        if let Some(table) = table {
            let path = args.out.join(name);
            table.write(&path).map_err(Error::from)?;
            written.push(path);
        }
    }
    report(&written);
    Ok(())
}

/// The simulation that was asked for.
fn simulation(args: &RunArgs) -> Result<Sim, KernelError> {
    let params = args.params.as_ref().map(ParamSheet::read).transpose().map_err(Error::from)?;
    let epochs = args.epochs.map(|epochs| epochs as usize);
    match (args.simulation, args.learning) {
        (Simulation::Ra25, None) => {
            let usual = ra25::Settings::default();
            Ok(ra25::sim(&ra25::Settings {
                seed: args.seed,
                max_epochs: epochs.unwrap_or(usual.max_epochs),
                params,
                ..usual
            })?)
        }
        (Simulation::Ra25, Some(_)) => Err(KernelError::Option {
            option: "--learning",
            reason: "ra25 always learns from both; it is for family-trees",
        }),
        (Simulation::FamilyTrees, learning) => {
            let usual = family_trees::Settings::default();
            Ok(family_trees::sim(&family_trees::Settings {
                seed: args.seed,
                max_epochs: epochs.unwrap_or(usual.max_epochs),
                learning: match learning {
                    None => usual.learning,
                    Some(Learning::Hebbian) => family_trees::Learning::Hebbian,
                    Some(Learning::ErrorDriven) => family_trees::Learning::ErrorDriven,
                    Some(Learning::Combined) => family_trees::Learning::Combined,
                },
                params,
                ..usual
            })?)
        }
    }
}

/// One line per file.
fn report(paths: &[PathBuf]) {
    for path in paths {
        let size = std::fs::metadata(path).map_or(0, |data| data.len());
        println!("{}  {size} bytes", Path::display(path));
    }
}
