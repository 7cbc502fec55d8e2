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
use engine::sim::{Observer, Status};
use etable::Table;

use crate::display::{PLOTLY, Show, Shown};
use crate::net_view::NetView;
use crate::progress::Progress;
use crate::{Error, Result, channel};

/// Shortest time between two drawings of the plot.
const INTERVAL: Duration = Duration::from_millis(500);

/// Reads a value of the last epoch.
type Measure = fn(&Status) -> f64;

/// What can be plotted while a network trains, by the names of the epoch log's columns.
const MEASURES: [(&str, Measure); 3] = [
    ("SSE", |status| status.sse),
    ("PctErr", |status| status.pct_err),
    ("CosDiff", |status| status.cos_diff),
];

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

    /// Also plots columns of the epoch log, `SSE`, `PctErr` or `CosDiff`, while the network trains.
    /// Outside a notebook nothing is plotted.
    ///
    /// ```
    /// use emergent::prelude::*;
    /// let watch = Watch::new("Training").with_plot(&["PctErr", "CosDiff"])?;
    /// assert!(Watch::new("Training").with_plot(&["Error"]).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Message`] for any other name, and if there is none.
    pub fn with_plot(mut self, columns: &[&str]) -> Result<Self> {
        let mut series = Vec::new();
        for column in columns {
            let known = MEASURES.into_iter().find(|(name, _)| name == column);
            let (name, measure) = known.ok_or_else(|| {
                let names = MEASURES.map(|(name, _)| name).join(", ");
                Error::Message(format!("cannot plot `{column}` while training; there are {names}"))
            })?;
            series.push(Series { name, measure, values: Vec::new() });
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
        let total = (status.max_epochs * n_trials) as u64;
        let progress =
            self.progress.get_or_insert_with(|| Progress::new(total, self.label.clone()));
        let mut note = format!("epoch {epochs}");
        if epochs > 0 {
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
    name: &'static str,
    measure: Measure,
    values: Vec<f64>,
}

impl Plot {
    fn add(&mut self, status: &Status) {
        // Epochs are counted from 0; the status tells how many are complete.
        self.epochs.push(i64::try_from(status.epoch).unwrap_or(i64::MAX) - 1);
        for series in &mut self.series {
            series.values.push((series.measure)(status));
        }
        if self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL) {
            self.draw(false);
        }
    }

    fn figure(&self) -> Result<Figure> {
        let mut table = Table::new().with_column("Epoch", self.epochs.clone())?;
        for series in &self.series {
            table.add_column(series.name, series.values.clone())?;
        }
        let names: Vec<_> = self.series.iter().map(|series| series.name).collect();
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
    fn after_trial(&mut self, net: &Network) {
        if let Some(live) = &mut self.network {
            live.draw(net);
        }
    }

    fn on_trial(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, status.trial.min(status.n_trials));
        ControlFlow::Continue(())
    }

    fn on_epoch(&mut self, status: &Status) -> ControlFlow<()> {
        self.draw(status, status.epoch, 0);
        if let Some(plot) = &mut self.plot {
            plot.add(status);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plots_a_point_for_each_epoch() {
        let mut watch = Watch::new("Training").with_plot(&["SSE"]).unwrap();
        for (epoch, sse) in [(1, 9.0), (2, 4.0)] {
            let status = Status { epoch, sse, n_trials: 1, max_epochs: 5, ..Status::default() };
            assert_eq!(watch.on_epoch(&status), ControlFlow::Continue(()));
        }
        let figure = watch.plot.as_ref().unwrap().figure().unwrap();
        assert_eq!(figure.table().numbers("SSE").unwrap(), [9.0, 4.0]);
        assert_eq!(figure.table().numbers("Epoch").unwrap(), [0.0, 1.0]);
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
