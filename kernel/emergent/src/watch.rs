//! Watching a simulation while it trains: progress, and the stop button.
//!
//! ```
//! use emergent::prelude::*;
//!
//! let mut net = Network::new("associator");
//! let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
//! let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
//! net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! let patterns = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
//! let mut sim = Sim::new(net, &patterns)?.with_max_epochs(2)?;
//!
//! let outcome = sim.train(&mut Watch::new("Training"))?;
//! assert_eq!(outcome, Outcome::MaxEpochs);
//! # Ok::<(), emergent::Error>(())
//! ```

use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use analysis::{Figure, line_chart};
use engine::Network;
use engine::neuron::UNIT_VARIABLES;
use engine::sim::{Observer, Sim, Status};
use etable::Table;

use crate::display::{PLOTLY, Show, Shown};
use crate::net_view::NetView;
use crate::progress::Progress;
use crate::{Error, Result, channel};

/// Shortest time between two drawings of the plot.
const INTERVAL: Duration = Duration::from_millis(500);

/// An observer that draws a progress bar over the trials of all epochs and, if wanted, a plot
/// ([`Watch::with_plot`]).
#[derive(Debug)]
pub struct Watch {
    label: String,
    progress: Option<Progress>,
    plot: Option<Plot>,
    network: Option<Live>,
}

impl Watch {
    /// A watch whose bar begins with a label.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), progress: None, plot: None, network: None }
    }

    /// Also plots columns of the epoch log ([`Sim::epoch_log`]) that are numbers, such as `PctErr` or
    /// `Hidden_ActAvg`, while the network trains. Outside a notebook nothing is plotted. Training
    /// does not start if the log lacks one of them.
    ///
    /// ```
    /// use emergent::prelude::*;
    /// let watch = Watch::new("Training").with_plot(&["PctErr", "Hidden_ActAvg"])?;
    /// assert!(Watch::new("Training").with_plot(&[]).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Message`] if there is no column, or one comes twice.
    pub fn with_plot(mut self, columns: &[&str]) -> Result<Self> {
        let mut series: Vec<Series> = Vec::new();
        for column in columns {
            if series.iter().any(|series| series.name == *column) {
                return Err(Error::Message(format!("cannot plot `{column}` twice")));
            }
            series.push(Series { name: (*column).to_owned(), values: Vec::new() });
        }
        if series.is_empty() {
            return Err(Error::Message("no column to plot while training".to_owned()));
        }
        let title = self.label.clone();
        self.plot = Some(Plot { title, epochs: Vec::new(), series, drawn: None, shown: None });
        Ok(self)
    }

    /// Also draws the network twice a second, its units coloured by a variable such as `Act`, as
    /// they are after a trial; see [`NetView`]. Outside a notebook nothing is drawn.
    ///
    /// ```
    /// use emergent::prelude::*;
    /// let watch = Watch::new("Training").with_network("Act")?;
    /// assert!(Watch::new("Training").with_network("Activity").is_err());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Message`] if units have no such variable.
    pub fn with_network(mut self, variable: &str) -> Result<Self> {
        let known = UNIT_VARIABLES.iter().find(|known| known.name == variable);
        let known = known.ok_or_else(|| {
            let names: Vec<_> = UNIT_VARIABLES.iter().map(|known| known.name).collect();
            Error::Message(format!("units have no `{variable}`; there are {}", names.join(", ")))
        })?;
        self.network = Some(Live { variable: known.name, drawn: None, shown: None });
        Ok(self)
    }

    fn draw(&mut self, status: &Status, epochs: usize, trials: usize) {
        let n_trials = status.n_trials.max(1);
        let total = status.max_epochs.saturating_mul(n_trials) as u64;
        let progress =
            self.progress.get_or_insert_with(|| Progress::new(total, self.label.clone()));
        let mut note = format!("epoch {epochs}");
        // Without an output layer there is no error.
        if epochs > 0 && !status.sse.is_nan() {
            let _ = write!(note, ", SSE {:.3}", status.sse);
        }
        progress.note(note);
        progress.set((epochs * n_trials + trials) as u64);
    }
}

/// A drawing of the network that follows its state.
#[derive(Debug)]
struct Live {
    variable: &'static str,
    drawn: Option<Instant>,
    shown: Option<Shown>,
}

impl Live {
    fn draw(&mut self, net: &Network) {
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL);
        if !is_due || !channel::in_notebook() {
            return;
        }
        // A drawing is not worth ending a training for.
        let Ok(view) = NetView::of(net, self.variable) else { return };
        match &self.shown {
            Some(shown) => shown.update(&view),
            None => self.shown = Some(view.show()),
        }
        self.drawn = Some(Instant::now());
    }
}

/// A plot that grows by a point with each epoch.
#[derive(Debug)]
struct Plot {
    title: String,
    epochs: Vec<i64>,
    series: Vec<Series>,
    drawn: Option<Instant>,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Series {
    name: String,
    values: Vec<f64>,
}

impl Plot {
    fn add(&mut self, sim: &Sim) {
        // Epochs are counted from 0; the simulation tells how many are complete.
        self.epochs.push(i64::try_from(sim.epoch()).unwrap_or(i64::MAX) - 1);
        for series in &mut self.series {
            series.values.push(sim.last_epoch(&series.name).unwrap_or(f64::NAN));
        }
        if self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL) {
            self.draw(false);
        }
    }

    fn figure(&self) -> Result<Figure> {
        let mut table = Table::new().with_column("Epoch", self.epochs.clone())?;
        for series in &self.series {
            table.add_column(&series.name, series.values.clone())?;
        }
        let names: Vec<_> = self.series.iter().map(|series| series.name.as_str()).collect();
        Ok(line_chart(&table, "Epoch", &names)?.title(self.title.clone()))
    }

    /// While it grows the plot is a drawing, which changes without flicker; in the end it is a
    /// figure like any other.
    fn draw(&mut self, last: bool) {
        if !channel::in_notebook() {
            return;
        }
        // A plot is not worth ending a training for.
        let Ok(figure) = self.figure() else { return };
        let bundle = if last { figure.bundle() } else { figure.bundle().without(PLOTLY) };
        match &self.shown {
            Some(shown) => shown.update(&bundle),
            None => self.shown = Some(bundle.show()),
        }
        self.drawn = Some(Instant::now());
    }
}

impl Drop for Plot {
    fn drop(&mut self) {
        if !self.epochs.is_empty() {
            self.draw(true);
        }
    }
}

impl Observer for Watch {
    fn on_start(&mut self, sim: &Sim) -> engine::Result<()> {
        if let Some(plot) = &self.plot {
            let log = sim.epoch_log()?;
            for series in &plot.series {
                log.numbers(&series.name)?;
            }
        }
        Ok(())
    }

    fn after_trial(&mut self, net: &Network) {
        if let Some(live) = &mut self.network {
            live.draw(net);
        }
    }

    fn on_trial(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, status.trial.min(status.n_trials));
        ControlFlow::Continue(())
    }

    fn after_epoch(&mut self, sim: &Sim) {
        if let Some(plot) = &mut self.plot {
            plot.add(sim);
        }
    }

    fn on_epoch(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, 0);
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use engine::pattern::Full;
    use engine::{LayerType, ProjectionType, patgen};

    use super::*;

    fn sim() -> Sim {
        let mut net = Network::new("pairs");
        let input = net.add_layer("Input", &[4, 4], LayerType::Input).unwrap();
        let output = net.add_layer("Output", &[4, 4], LayerType::Target).unwrap();
        net.connect(input, output, Full::default(), ProjectionType::Forward).unwrap();
        net.build().unwrap();
        let patterns = patgen::pattern_pairs(4, &[4, 4], &[4, 4], 4, 1).unwrap();
        Sim::new(net, &patterns).and_then(|sim| sim.with_max_epochs(3)).unwrap()
    }

    #[test]
    fn plots_any_numbers_of_the_epoch_log() {
        let columns = ["SSE", "Output_ActAvg"];
        let mut watch = Watch::new("Training").with_plot(&columns).unwrap();
        let mut sim = sim();
        sim.train(&mut watch).unwrap();
        let (figure, log) =
            (watch.plot.as_ref().unwrap().figure().unwrap(), sim.epoch_log().unwrap());
        for column in [&columns[..], &["Epoch"]].concat() {
            assert_eq!(figure.table().numbers(column).unwrap(), log.numbers(column).unwrap());
        }
        assert!(Watch::new("Training").with_plot(&["SSE", "SSE"]).is_err());
    }

    #[test]
    fn a_column_that_the_log_lacks_keeps_training_from_starting() {
        let mut watch = Watch::new("Training").with_plot(&["Hidden_ActAvg"]).unwrap();
        let mut sim = sim();
        let error = sim.train(&mut watch).unwrap_err();
        assert!(error.to_string().contains("Hidden_ActAvg"), "{error}");
        assert_eq!(sim.status().trial, 0);
    }

    #[test]
    fn counts_trials_over_epochs() {
        let mut watch = Watch::new("Training");
        let status =
            Status { epoch: 2, trial: 5, n_trials: 10, max_epochs: 5, ..Status::default() };
        assert_eq!(watch.on_trial(&status), ControlFlow::Continue(()));
        let text = watch.progress.as_ref().unwrap().to_string();
        assert!(text.contains("25/50") && text.contains("epoch 2, SSE 0.000"), "{text}");
    }
}
