//! Learning: weight changes, their application, weight balance.

use super::threads::for_each_projection;
use super::{Function, Network, WT_BAL_INTERVAL};
use crate::layer::{Layer, LayerType};
use crate::projection::Projection;

impl Network {
    /// Computes weight changes from the trial that has ended (emergent: `DWt`).
    pub fn compute_weight_changes(&mut self) {
        self.timed(Function::DWt, |net| {
            let layers = &net.layers;
            let change = |projection: &mut Projection, parallel: bool| {
                if is_off(layers, projection) {
                    return;
                }
                let sender = &layers[projection.sender.0].neurons;
                let receiver = &layers[projection.receiver.0].neurons;
                projection.change_weights(sender, receiver, parallel);
            };
            for_each_projection(&mut net.projections, net.threads.as_deref(), change);
        });
    }

    /// Computes weight changes and applies them, as
    /// [`compute_weight_changes`](Self::compute_weight_changes) and
    /// [`apply_weight_changes`](Self::apply_weight_changes) do one after the other, in one pass over
    /// the synapses.
    pub fn learn(&mut self) {
        self.timed(Function::Learn, |net| {
            let layers = &net.layers;
            let learn = |projection: &mut Projection, parallel: bool| {
                if is_off(layers, projection) {
                    return;
                }
                let sender = &layers[projection.sender.0].neurons;
                let receiver = &layers[projection.receiver.0].neurons;
                projection.learn(sender, receiver, parallel);
            };
            for_each_projection(&mut net.projections, net.threads.as_deref(), learn);
        });
        self.count_updates();
        self.count_weight_changes();
    }

    /// Applies pending weight changes (emergent: `WtFmDWt`) and, every tenth time, rebalances.
    pub fn apply_weight_changes(&mut self) {
        self.timed(Function::WtFmDWt, |net| {
            let apply = |projection: &mut Projection, parallel: bool| {
                projection.apply_weight_changes(parallel);
            };
            for_each_projection(&mut net.projections, net.threads.as_deref(), apply);
        });
        self.count_weight_changes();
    }

    /// Weights have changed: every tenth time they are rebalanced.
    fn count_weight_changes(&mut self) {
        self.wt_bal_counter += 1;
        if self.wt_bal_counter >= WT_BAL_INTERVAL {
            self.wt_bal_counter = 0;
            self.timed(Function::WtBalFmWt, |net| {
                for projection in &mut net.projections {
                    let is_target = net.layers[projection.receiver.0].kind == LayerType::Target;
                    projection.balance_weights(is_target);
                }
            });
        }
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
