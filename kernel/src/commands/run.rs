//! `emergent run`: a simulation without a notebook.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use emergent::prelude::*;
use emergent::progress;
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
    /// A parameter, applied after those: its path and value, with a selector before them if it is
    /// not for all layers or projections ("#Output Layer.Inhib.Layer.Gi=1.4"). May be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Assignment>,
    /// The folder for logs and weights.
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    out: PathBuf,
}

/// What a shell expects of a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

/// Trains and tests each run, and writes the logs of all runs and the weights of each.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode, KernelError> {
    interrupt::install();
    progress::follow_tasks();
    let sim = simulation(args)?;
    std::fs::create_dir_all(&args.out).map_err(|source| KernelError::File {
        action: "make the folder",
        path: args.out.clone(),
        source,
    })?;
    let done = match args.runs {
        1 => one_run(sim, &args.out),
        runs => several_runs(&sim, runs as usize, &args.out),
    };
    let Done { runs, epochs, trials, mut written, interrupted } = done?;
    let tables = [("runs", &runs), ("epochs", &epochs)];
    let tables = tables.into_iter().flat_map(|(name, table)| {
        ["parquet", "csv"].map(|format| (format!("{name}.{format}"), table))
    });
    let trials = trials.as_ref().map(|table| ("trials.parquet".to_owned(), table));
    for (name, table) in tables.chain(trials) {
        let path = args.out.join(name);
        table.write(&path).map_err(Error::from)?;
        written.push(path);
    }
    report(&written);
    Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// What there is to write.
struct Done {
    runs: Table,
    epochs: Table,
    trials: Option<Table>,
    /// The files of weights, which are written already.
    written: Vec<PathBuf>,
    interrupted: bool,
}

/// One run, watched.
fn one_run(mut sim: Sim, out: &Path) -> Result<Done, Error> {
    let interrupted = sim.train(&mut Watch::new("Run 0"))? == Outcome::Interrupted;
    println!("{}", line(0, sim.epoch(), sim.first_zero(), interrupted));
    // The test is wanted all the same.
    interrupt::clear();
    let trials = Some(sim.test()?);
    let path = out.join("weights.wts.gz");
    sim.net().save_weights(&path)?;
    let (runs, epochs) = (sim.run_log()?, sim.epoch_log()?);
    Ok(Done { runs, epochs, trials, written: vec![path], interrupted })
}

/// Several runs, as many at a time as there are processor cores. Those that are complete are tested,
/// and their weights saved, at once.
fn several_runs(sim: &Sim, runs: usize, out: &Path) -> Result<Done, Error> {
    let (logs, tested) = runs::train_with(sim, 0..runs, |sim| {
        let path = out.join(format!("weights_run{}.wts.gz", sim.run()));
        sim.net().save_weights(&path)?;
        Ok((path, sim.test()?))
    })?;
    let summary = &logs.summary;
    // Not there if a simulation has no output layer.
    let first_zeros = summary.slice::<i64>("FirstZero").ok();
    let (outcomes, epochs) = (summary.texts("Outcome")?, summary.slice::<i64>("Epochs")?);
    for (run, outcome) in outcomes.iter().enumerate() {
        let epochs = usize::try_from(epochs[run]).unwrap_or_default();
        let first_zero = first_zeros.and_then(|first| usize::try_from(first[run]).ok());
        println!("{}", line(run, epochs, first_zero, outcome == Outcome::Interrupted.name()));
    }
    let mut trials: Option<Table> = None;
    let mut written = Vec::new();
    for (path, log) in tested {
        written.push(path);
        match &mut trials {
            Some(table) => table.append(&log)?,
            None => trials = Some(log),
        }
    }
    let interrupted = logs.interrupted;
    Ok(Done { runs: logs.summary, epochs: logs.epochs, trials, written, interrupted })
}

/// A line about a run.
fn line(run: usize, epochs: usize, first_zero: Option<usize>, interrupted: bool) -> String {
    let first_zero = first_zero.map_or("never".to_owned(), |epoch| epoch.to_string());
    let end = if interrupted { " (interrupted)" } else { "" };
    format!("run {run}: {epochs} epochs, first epoch without error: {first_zero}{end}")
}

/// The parameters of the command line: those of the file, then the others.
fn parameters(args: &RunArgs) -> Result<Option<ParamSheet>, KernelError> {
    let read = args.params.as_ref().map(ParamSheet::read).transpose().map_err(Error::from)?;
    if args.set.is_empty() {
        return Ok(read);
    }
    let mut sheet = read.unwrap_or_default();
    for Assignment { selector, path, value } in &args.set {
        sheet = sheet.select(selector, &[(path, value)]).map_err(Error::from)?;
    }
    Ok(Some(sheet))
}

/// `Prjn.Learn.Lrate=0.02`, or `#Output Layer.Inhib.Layer.Gi=1.4`.
#[derive(Debug, Clone)]
struct Assignment {
    selector: String,
    path: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (place, value) = text.split_once('=').ok_or_else(|| {
            "write PATH=VALUE, such as `Prjn.Learn.Lrate=0.02`, with a selector before the path if \
             it is not for all, such as `#Output Layer.Inhib.Layer.Gi=1.4`"
                .to_owned()
        })?;
        let place = place.trim();
        let (selector, path) = match place.split_once(' ') {
            Some((selector, path)) => (selector, path.trim()),
            None => (place.split('.').next().unwrap_or(place), place),
        };
        let [selector, path, value] = [selector, path, value.trim()].map(str::to_owned);
        Ok(Self { selector, path, value })
    }
}

/// The simulation that was asked for.
fn simulation(args: &RunArgs) -> Result<Sim, KernelError> {
    let params = parameters(args)?;
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
