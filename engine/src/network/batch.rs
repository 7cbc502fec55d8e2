//! Several patterns tested in lock-step.

use super::Network;
use etable::interrupt;

use crate::error::{EngineError, Result};
use crate::layer::Layer;

/// Up to so many units a network's loops are so short that one over all members takes less time than
/// one for each; in larger ones they take as long, and the state no longer stays in the nearest cache.
const FEW_UNITS: usize = 300;
/// Units of a batch of such a network, of all members together.
const NEAR_UNITS: usize = 4_000;
/// Synapses from which on those that pass something on do not stay in the nearer caches.
const FAR_SYNAPSES: usize = 2_000_000;
/// Units of a batch then: the more members share what is fetched, the better, until their own state
/// is too much.
const FAR_UNITS: usize = 100_000;
/// Fewer members than these bring nothing, nor do more than those.
const LEAST_MEMBERS: usize = 4;
const MOST_MEMBERS: usize = 32;

impl Network {
    /// Tests `trials` patterns, each as if it were the only one: from the state that the network is
    /// in, without learning and without changing averages over trials. Afterwards the network is as
    /// it was.
    ///
    /// `show` applies the input of a trial, by its number from 0; `record` looks at the network as
    /// it is after the trial. Both see the same bits whatever the number of trials and threads; but
    /// several trials run in lock-step, so that a weight that has been fetched serves all of them,
    /// and that is faster than one trial after the other.
    ///
    /// ```
    /// use engine::pattern::Full;
    /// use engine::{LayerType, Network, ProjectionType};
    /// let mut net = Network::new("two");
    /// let input = net.add_layer("Input", &[2, 2], LayerType::Input)?;
    /// let hidden = net.add_layer("Hidden", &[3, 3], LayerType::Hidden)?;
    /// net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// let patterns = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]];
    /// let mut activity = Vec::new();
    /// net.test_batch(
    ///     patterns.len(),
    ///     |net, trial| net.apply_input(input, &patterns[trial]),
    ///     |net, _| {
    ///         activity.push(net.unit_values(hidden, "ActM")?.to_vec());
    ///         Ok(())
    ///     },
    /// )?;
    /// assert!(activity.len() == 2 && activity[0] != activity[1]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The network is not built, a value has become NaN, somebody interrupts
    /// ([`etable::interrupt`]), or what `show` and `record` report. The
    /// network is then, too, as it was.
    pub fn test_batch(
        &mut self,
        trials: usize,
        mut show: impl FnMut(&mut Self, usize) -> Result<()>,
        record: impl FnMut(&Self, usize) -> Result<()>,
    ) -> Result<()> {
        let show = |net: &mut Self, trial: usize| match interrupt::requested() {
            true => Err(EngineError::Interrupted),
            false => show(net, trial),
        };
        self.test_whole_batch(trials, show, record)
    }

    /// As [`test_batch`](Self::test_batch), to its end.
    pub(crate) fn test_whole_batch(
        &mut self,
        trials: usize,
        mut show: impl FnMut(&mut Self, usize) -> Result<()>,
        mut record: impl FnMut(&Self, usize) -> Result<()>,
    ) -> Result<()> {
        self.require_built("test_batch")?;
        let activity = self.activity();
        let size = self.batch_size(trials);
        let mut done = Ok(());
        for first in (0..trials).step_by(size.max(1)) {
            let some = first..trials.min(first + size);
            self.restore_activity(activity.clone());
            self.time.total_cycles += (first * self.cycles_per_trial()) as u64;
            done = self.test_together(some, &mut show, &mut record);
            if done.is_err() {
                break;
            }
        }
        self.restore_activity(activity);
        done
    }

    /// How many trials run in lock-step.
    fn batch_size(&self, trials: usize) -> usize {
        let units: usize = self.layers.iter().map(Layer::n_units).sum();
        let most = match self.n_synapses() {
            FAR_SYNAPSES.. => FAR_UNITS,
            _ if units <= FEW_UNITS => NEAR_UNITS,
            _ => 0,
        };
        match (most / units.max(1)).min(MOST_MEMBERS) {
            members if members < LEAST_MEMBERS => 1,
            members => members.min(trials),
        }
    }

    fn test_together(
        &mut self,
        trials: std::ops::Range<usize>,
        show: &mut impl FnMut(&mut Self, usize) -> Result<()>,
        record: &mut impl FnMut(&Self, usize) -> Result<()>,
    ) -> Result<()> {
        let members = trials.len();
        if members == 1 {
            self.init_ext()?;
            show(self, trials.start)?;
            self.test_trial()?;
            return record(self, trials.start);
        }
        let mut batch: Vec<Layer> = self.layers.iter().map(|l| l.repeated(members)).collect();
        for (member, trial) in trials.clone().enumerate() {
            self.init_ext()?;
            show(self, trial)?;
            for (all, one) in batch.iter_mut().zip(&self.layers) {
                all.set_member_input(one, member);
            }
        }
        self.exchange(&mut batch);
        let done = self.test_trial();
        self.exchange(&mut batch);
        done?;
        for (member, trial) in trials.enumerate() {
            for (one, all) in self.layers.iter_mut().zip(&batch) {
                one.copy_member(all, member);
            }
            record(self, trial)?;
        }
        Ok(())
    }

    /// Puts other layers in place of the network's, with room for what their members send and receive.
    fn exchange(&mut self, layers: &mut Vec<Layer>) {
        std::mem::swap(&mut self.layers, layers);
        self.make_mail();
    }

    /// Whether nothing of a trial is meant to be left for the next one but what has been learned: the
    /// state decays wholly, and nothing adapts over trials.
    pub fn trials_are_independent(&self) -> bool {
        self.layers.iter().all(|layer| {
            let act = &layer.params.act;
            layer.off || (act.init.decay == 1.0 && !act.kna.on && !act.spike.on)
        })
    }
}
