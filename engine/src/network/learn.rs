//! Learning: weight changes, their application, weight balance.

use std::sync::atomic::{AtomicBool, Ordering};

use super::threads::for_each_projection;
use super::{Function, Network, WT_BAL_INTERVAL};
use crate::error::{EngineError, Result};
use crate::layer::{Layer, LayerType};
use crate::neuron::Neurons;
use crate::projection::Projection;

impl Network {
    /// Computes weight changes from the trial that has ended (emergent: `DWt`).
    ///
    /// # Errors
    /// The network is not built.
    pub fn compute_weight_changes(&mut self) -> Result<()> {
        self.require_built("compute_weight_changes")?;
        self.for_each_learning(Function::DWt, |projection, sender, receiver, parallel| {
            projection.change_weights(sender, receiver, parallel);
            false
        });
        Ok(())
    }

    /// Applies pending weight changes (emergent: `WtFmDWt`) and, every tenth time, rebalances.
    ///
    /// # Errors
    /// A weight has become NaN ([`EngineError::WeightNotANumber`]), or the network is not built.
    pub fn apply_weight_changes(&mut self) -> Result<()> {
        self.require_built("apply_weight_changes")?;
        let any_nan = self.for_each_learning(Function::WtFmDWt, |projection, _, _, parallel| {
            projection.apply_weight_changes(parallel)
        });
        self.count_weight_changes(any_nan)
    }

    /// Computes weight changes and applies them, as
    /// [`compute_weight_changes`](Self::compute_weight_changes) and
    /// [`apply_weight_changes`](Self::apply_weight_changes) do one after the other, in one pass over
    /// the synapses.
    ///
    /// # Errors
    /// A weight has become NaN ([`EngineError::WeightNotANumber`]), or the network is not built.
    pub fn learn(&mut self) -> Result<()> {
        self.require_built("learn")?;
        let any_nan = self.for_each_learning(Function::Learn, Projection::learn);
        self.count_updates();
        self.count_weight_changes(any_nan)
    }

    /// Does something with every projection that takes part and the neurons of its two layers; tells
    /// whether any of it says so.
    fn for_each_learning(
        &mut self,
        function: Function,
        work: impl Fn(&mut Projection, &Neurons, &Neurons, bool) -> bool + Sync,
    ) -> bool {
        let any = AtomicBool::new(false);
        self.timed(function, |net| {
            let layers = &net.layers;
            let work = |projection: &mut Projection, parallel: bool| {
                if is_off(layers, projection) {
                    return;
                }
                let sender = &layers[projection.sender.0].neurons;
                let receiver = &layers[projection.receiver.0].neurons;
                if work(projection, sender, receiver, parallel) {
                    any.store(true, Ordering::Relaxed);
                }
            };
            for_each_projection(&mut net.projections, net.threads.as_deref(), work);
        });
        any.into_inner()
    }

    /// The first weight that is NaN, as an error.
    fn require_numbers(&self) -> Result<()> {
        let found = self.projections.iter().find_map(|item| Some((item, item.nan_synapse()?)));
        found.map_or(Ok(()), |(projection, (sender, receiver))| {
            Err(EngineError::WeightNotANumber {
                projection: projection.name().to_owned(),
                layer: self.layers[projection.receiver.0].name().to_owned(),
                sender,
                receiver,
            })
        })
    }

    /// Weights have changed, perhaps into NaN: every tenth time they are rebalanced.
    fn count_weight_changes(&mut self, any_nan: bool) -> Result<()> {
        if any_nan {
            self.require_numbers()?;
        }
        self.wt_bal_counter = self.wt_bal_counter.saturating_add(1);
        if self.wt_bal_counter >= WT_BAL_INTERVAL {
            self.wt_bal_counter = 0;
            self.timed(Function::WtBalFmWt, |net| {
                for projection in &mut net.projections {
                    let is_target = net.layers[projection.receiver.0].kind == LayerType::Target;
                    projection.balance_weights(is_target);
                }
            });
        }
        Ok(())
    }

    /// Applications of weight changes since weight balance was last recomputed.
    pub fn weight_balance_counter(&self) -> usize {
        self.wt_bal_counter
    }

    /// Sets [`weight_balance_counter`](Self::weight_balance_counter), to restore a saved state.
    pub fn set_weight_balance_counter(&mut self, counter: usize) {
        self.wt_bal_counter = counter;
    }
}

/// Whether the projection or one of its layers is lesioned.
pub(super) fn is_off(layers: &[Layer], projection: &Projection) -> bool {
    projection.off || layers[projection.sender.0].off || layers[projection.receiver.0].off
}
