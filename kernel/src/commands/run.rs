//! `emergent run`: a simulation without a notebook.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use emergent::prelude::*;
use sims::ra25;

use crate::error::KernelError;

/// A simulation that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Simulation {
    /// 25 random associations.
    Ra25,
}

/// What `emergent run` takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The simulation.
    simulation: Simulation,
    /// How many runs, each from other random weights.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The greatest number of epochs of a run.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: u32,
    /// The seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
    let params = args.params.as_ref().map(ParamSheet::read).transpose().map_err(Error::from)?;
    let mut sim = match args.simulation {
        Simulation::Ra25 => ra25::sim(&ra25::Settings {
            seed: args.seed,
            max_epochs: args.epochs as usize,
            params,
            ..ra25::Settings::default()
        })?,
    };
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

/// One line per file.
fn report(paths: &[PathBuf]) {
    for path in paths {
        let size = std::fs::metadata(path).map_or(0, |data| data.len());
        println!("{}  {size} bytes", Path::display(path));
    }
}
