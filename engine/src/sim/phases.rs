//! Beginning to train: at the start of a run, and on other patterns with the weights as they are.

use etable::View;

use super::shown::{self, Shown};
use super::{Sim, error};
use crate::error::Result;

impl Sim {
    /// Goes on training with other patterns: with the weights and logs as they are, and the order
    /// (random or sequential) as before. So a network learns one list after another.
    ///
    /// Epochs are counted on through the run, in logs and for learning rates; the greatest number
    /// of epochs and the epochs without error count from here, and the log of runs gets a further
    /// row. An epoch that has been begun is given up. Tests show the new patterns too, unless
    /// they have patterns of their own.
    ///
    /// ```
    /// use engine::pattern::Full;
    /// use engine::sim::Sim;
    /// use engine::{LayerType, Network, ProjectionType, patgen};
    ///
    /// let mut net = Network::new("lists");
    /// let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
    /// let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
    /// net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    /// net.build()?;
    /// let [ab, ac] = [1, 2].map(|seed| patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, seed));
    /// let mut sim = Sim::new(net, &ab?)?.with_max_epochs(3)?;
    /// sim.train(&mut ())?;
    /// sim.set_patterns(&ac?)?;
    /// sim.train(&mut ())?;
    /// assert_eq!(sim.epoch_log()?.numbers("Epoch")?, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), for the columns of the layers that training shows; then nothing has
    /// changed.
    pub fn set_patterns(&mut self, patterns: impl Into<View>) -> Result<()> {
        self.set_patterns_view(patterns.into())
    }

    fn set_patterns_view(&mut self, view: View) -> Result<()> {
        let mut train = shown::environment("train", view.clone(), &self.net, &self.bindings)?
            .with_seed(self.seed);
        if let Shown::Patterns(before) = &self.train
            && before.is_sequential()
        {
            train = train.sequential();
        }
        if self.tests_training {
            let test = shown::environment("test", view, &self.net, &self.bindings)?;
            self.test = Box::new(test.sequential());
        }
        self.train = Shown::Patterns(Box::new(train));
        self.begin()
    }

    /// Sets the patterns that [`test`](Self::test) shows, instead of those of training.
    ///
    /// # Errors
    /// As [`new`](Self::new), for the columns of the layers that training shows; then nothing has
    /// changed.
    pub fn set_test_patterns(&mut self, patterns: impl Into<View>) -> Result<()> {
        self.set_test_view(patterns.into())
    }

    fn set_test_view(&mut self, view: View) -> Result<()> {
        let test = shown::environment("test", view, &self.net, &self.bindings)?;
        self.test = Box::new(test.sequential());
        self.tests_training = false;
        Ok(())
    }

    /// Begins to train on what there is to show, in the current epoch.
    ///
    /// # Errors
    /// The schedule asks for a learning rate that is not allowed.
    pub(super) fn begin(&mut self) -> Result<()> {
        self.train.environment_mut().init(self.run);
        self.began = self.epoch;
        (self.trial, self.zero_epochs, self.first_zero) = (0, 0, None);
        self.sums = error::EpochSums::default();
        self.is_logged = false;
        self.schedule_learning_rates()
    }
}
