//! How much of a run's time each function takes.

use std::fmt;
use std::time::Instant;

use etable::Table;

use super::Network;
use super::learn::is_off;
use crate::error::Result;
use crate::timer::Timer;

/// A part of what a network does in a trial, under the reference's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The start of a trial: averages over trials, scaling, decay, clamping.
    AlphaCycInit,
    /// Changes of activation are sent along the synapses.
    SendGDelta,
    /// Conductances follow what was received.
    GFmInc,
    /// Average and maximum of the excitatory conductance of each pool.
    AvgMaxGe,
    /// Inhibition of layers, pools and units.
    InhibFmGeAct,
    /// Membrane potential, activation, and the averages that learning uses.
    ActFmG,
    /// Average and maximum of the activation of each pool.
    AvgMaxAct,
    /// The end of a quarter.
    QuarterFinal,
    /// Weight changes are computed and applied in one pass, as training does.
    Learn,
    /// Weight changes are computed, by themselves.
    DWt,
    /// Weight changes are applied, by themselves.
    WtFmDWt,
    /// Weight balance is recomputed.
    WtBalFmWt,
}

impl Function {
    /// All functions, in the order of a trial.
    pub const ALL: [Self; 12] = [
        Self::AlphaCycInit,
        Self::SendGDelta,
        Self::GFmInc,
        Self::AvgMaxGe,
        Self::InhibFmGeAct,
        Self::ActFmG,
        Self::AvgMaxAct,
        Self::QuarterFinal,
        Self::Learn,
        Self::DWt,
        Self::WtFmDWt,
        Self::WtBalFmWt,
    ];

    /// The reference's name; `DWt+WtFmDWt` for both in one pass.
    pub fn name(self) -> &'static str {
        match self {
            Self::AlphaCycInit => "AlphaCycInit",
            Self::SendGDelta => "SendGDelta",
            Self::GFmInc => "GFmInc",
            Self::AvgMaxGe => "AvgMaxGe",
            Self::InhibFmGeAct => "InhibFmGeAct",
            Self::ActFmG => "ActFmG",
            Self::AvgMaxAct => "AvgMaxAct",
            Self::QuarterFinal => "QuarterFinal",
            Self::Learn => "DWt+WtFmDWt",
            Self::DWt => "DWt",
            Self::WtFmDWt => "WtFmDWt",
            Self::WtBalFmWt => "WtBalFmWt",
        }
    }
}

/// The time that each function has taken since [`Network::start_profile`]; printed, a list.
///
/// ```
/// use engine::pattern::Full;
/// use engine::{LayerType, Network, ProjectionType};
/// let mut net = Network::new("two");
/// let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
/// let hidden = net.add_layer("Hidden", &[5, 5], LayerType::Hidden)?;
/// net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
/// net.build()?;
/// net.init_weights(1)?;
/// net.apply_input(input, &[1.0; 25])?;
///
/// net.start_profile();
/// net.train_trial()?;
/// let profile = net.stop_profile().expect("it was started");
/// println!("{profile}");
/// let table = profile.to_table()?;
/// assert_eq!(table.column_names(), ["Function", "Calls", "Seconds", "Percent"]);
/// let calls = table.numbers("Calls")?;
/// assert_eq!(calls[1], 100.0); // of SendGDelta, once a cycle
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    network: String,
    timers: [Timer; Function::ALL.len()],
    events: u64,
    updates: u64,
}

impl Profile {
    /// What a function has taken.
    pub fn timer(&self, function: Function) -> &Timer {
        &self.timers[function as usize]
    }

    /// Synaptic events: how often a synapse has passed on a change of activation.
    pub fn synaptic_events(&self) -> u64 {
        self.events
    }

    /// Weight updates: how often learning has looked at a synapse. It leaves out those whose sender
    /// was inactive.
    pub fn weight_updates(&self) -> u64 {
        self.updates
    }

    /// The seconds of all functions.
    pub fn seconds(&self) -> f64 {
        self.timers.iter().map(|timer| timer.total().as_secs_f64()).sum()
    }

    /// The functions that have run with calls, seconds and percentage.
    fn rows(&self) -> impl Iterator<Item = (Function, u64, f64, f64)> {
        let all = self.seconds().max(f64::MIN_POSITIVE);
        let called = Function::ALL.into_iter().filter(|of| self.timer(*of).count() > 0);
        called.map(move |function| {
            let timer = self.timer(function);
            let seconds = timer.total().as_secs_f64();
            (function, timer.count(), seconds, 100.0 * seconds / all)
        })
    }

    /// A table with a row for each function that has run, in the order of a trial: Function, Calls,
    /// Seconds, Percent.
    ///
    /// # Errors
    /// The rows cannot be made a table.
    pub fn to_table(&self) -> Result<Table> {
        let names = self.rows().map(|row| row.0.name().to_owned());
        Ok(Table::new()
            .with_column("Function", names.collect::<Vec<_>>())?
            .with_column("Calls", self.rows().map(|row| row.1 as i64).collect::<Vec<_>>())?
            .with_column("Seconds", self.rows().map(|row| row.2).collect::<Vec<_>>())?
            .with_column("Percent", self.rows().map(|row| row.3).collect::<Vec<_>>())?)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>14} {:>9} {:>9} {:>6}", self.network, "calls", "seconds", "%")?;
        for (function, calls, seconds, percent) in self.rows() {
            writeln!(f, "{:>14} {calls:>9} {seconds:>9.3} {percent:>6.1}", function.name())?;
        }
        write!(f, "{:>14} {:>9} {:>9.3}", "total", "", self.seconds())
    }
}

impl Network {
    /// Starts to measure, anew if it was measured already, how much time each function takes. What
    /// the network computes stays the same; without it, nothing is measured.
    pub fn start_profile(&mut self) {
        let profile = Profile { network: self.name.clone(), ..Profile::default() };
        self.profile = Some(Box::new(profile));
    }

    /// The times so far; `None` if nothing is measured.
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_deref()
    }

    /// Ends measuring, and returns the times; `None` if nothing was measured.
    pub fn stop_profile(&mut self) -> Option<Profile> {
        self.profile.take().map(|profile| *profile)
    }

    /// Counts the synaptic events of the cycle in which the outboxes have been filled.
    pub(super) fn count_events(&mut self) {
        let Some(profile) = &mut self.profile else { return };
        for projection in &self.projections {
            let sent = self.outboxes[projection.sender.0].members().iter().flatten();
            let rows = sent.map(|(sender, _)| projection.layout.row(*sender as usize));
            profile.events += rows.map(|row| row.len() as u64).sum::<u64>();
        }
    }

    /// Counts the weight updates of the trial that has been learned from.
    pub(super) fn count_updates(&mut self) {
        let Some(profile) = &mut self.profile else { return };
        for projection in self.projections.iter().filter(|item| !is_off(&self.layers, item)) {
            let [sender, receiver] =
                [projection.sender, projection.receiver].map(|layer| &self.layers[layer.0].neurons);
            profile.updates += projection.n_changing(sender, receiver) as u64;
        }
    }

    /// Does the work of a function, and adds its time if that is wanted.
    #[inline(always)]
    pub(super) fn timed<T>(&mut self, function: Function, work: impl FnOnce(&mut Self) -> T) -> T {
        let started = self.profile.is_some().then(Instant::now);
        let done = work(self);
        if let (Some(started), Some(profile)) = (started, &mut self.profile) {
            profile.timers[function as usize].add(started.elapsed());
        }
        done
    }
}
