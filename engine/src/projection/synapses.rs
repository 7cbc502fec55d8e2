//! The synapses' variables: drawn, set, copied and read.

use super::Projection;
use crate::error::{self, EngineError};

impl Projection {
    /// Gives every synapse a weight from `draw`, limited to `[0, 1]` and then times its scale, and
    /// clears what learning has left.
    pub(crate) fn reset_synapses(&mut self, mut draw: impl FnMut() -> f64) {
        let sigmoid = &self.params.learn.wt_sig;
        for (wt, lwt) in self.wt.iter_mut().zip(&mut self.lwt) {
            *wt = (draw() as f32).clamp(0.0, 1.0);
            *lwt = sigmoid.linear_from_effective(*wt);
        }
        for (wt, scale) in self.wt.iter_mut().zip(&self.scale) {
            *wt *= scale;
        }
        self.dwt.fill(0.0);
        self.pending = false;
        self.moment.fill(0.0);
        self.norm.fill(0.0);
        self.wb_inc.fill(1.0);
        self.wb_dec.fill(1.0);
        self.g_inc.fill(0.0);
    }

    /// Sets every effective weight from sender and receiver, and clears what learning has left.
    ///
    /// # Errors
    /// [`EngineError::BadWeight`]; then nothing has changed.
    pub(crate) fn set_weights_by(
        &mut self,
        weight: impl Fn(usize, usize) -> f32,
    ) -> error::Result<()> {
        let weights = self.values_by("weight", 1.0, weight)?;
        let mut weights = weights.into_iter().map(f64::from);
        self.reset_synapses(|| weights.next().unwrap_or_default());
        Ok(())
    }

    /// Sets the scale of every synapse, the factor of its effective weight, from sender and
    /// receiver.
    ///
    /// # Errors
    /// [`EngineError::BadWeight`]; then nothing has changed.
    pub(crate) fn set_scales_by(
        &mut self,
        scale: impl Fn(usize, usize) -> f32,
    ) -> error::Result<()> {
        self.scale = self.values_by("scale", f32::MAX, scale)?;
        let sigmoid = &self.params.learn.wt_sig;
        for ((wt, lwt), scale) in self.wt.iter_mut().zip(&self.lwt).zip(&self.scale) {
            *wt = scale * sigmoid.effective_from_linear(*lwt);
        }
        Ok(())
    }

    /// A value for every synapse, from 0 to `most`.
    fn values_by(
        &self,
        what: &'static str,
        most: f32,
        value: impl Fn(usize, usize) -> f32,
    ) -> error::Result<Vec<f32>> {
        let mut values = Vec::with_capacity(self.wt.len());
        let mut wrong = None;
        self.for_each_synapse(|sender, receiver, _| {
            let value = value(sender, receiver);
            if !(0.0..=most).contains(&value) {
                wrong.get_or_insert((sender, receiver, value));
            }
            values.push(value);
        });
        match wrong {
            None => Ok(values),
            Some((sender, receiver, value)) => {
                let (projection, most) = (self.name.clone(), f64::from(most));
                Err(EngineError::BadWeight { what, projection, sender, receiver, value, most })
            }
        }
    }

    /// The pending changes of all synapses, to be written.
    pub(super) fn changes_mut(&mut self) -> &mut [f32] {
        self.dwt.resize(self.wt.len(), 0.0);
        &mut self.dwt
    }

    /// The factor of the effective weight of a synapse.
    fn scale_of(&self, index: usize) -> f32 {
        self.scale.get(index).copied().unwrap_or(1.0)
    }

    /// Copies the weights and scales of the reciprocal projection where both have the synapse.
    pub(crate) fn copy_transposed(&mut self, forward: &Projection) {
        if !forward.scale.is_empty() && self.scale.is_empty() {
            self.scale = vec![1.0; self.wt.len()];
        }
        for sender in 0..self.layout.n_senders() {
            let row = self.layout.row(sender);
            for (place, index) in row.clone().enumerate() {
                let receiver = self
                    .layout
                    .targets(row.clone())
                    .map_or(place, |targets| targets[place] as usize);
                if let Some(from) = forward.layout.find(receiver, sender) {
                    self.wt[index] = forward.wt[from];
                    self.lwt[index] = forward.lwt[from];
                    if !self.scale.is_empty() {
                        self.scale[index] = forward.scale_of(from);
                    }
                }
            }
        }
    }

    /// Calls `visit` with sender, receiver and effective weight of every synapse, by sender.
    pub(crate) fn for_each_synapse(&self, mut visit: impl FnMut(usize, usize, f32)) {
        for sender in 0..self.layout.n_senders() {
            let row = self.layout.row(sender);
            let targets = self.layout.targets(row.clone());
            for (place, wt) in self.wt[row].iter().enumerate() {
                visit(sender, targets.map_or(place, |targets| targets[place] as usize), *wt);
            }
        }
    }

    /// The synaptic variable of that name from unit `sender` to unit `receiver`; `None` if the
    /// variable is unknown or the two are not connected.
    pub fn synapse(&self, variable: &str, sender: usize, receiver: usize) -> Option<f32> {
        let index = self.layout.find(sender, receiver)?;
        match variable {
            "Wt" => Some(self.wt[index]),
            "LWt" => Some(self.lwt[index]),
            "DWt" => Some(self.dwt.get(index).copied().unwrap_or(0.0)),
            "Moment" => Some(self.moment[index]),
            "Norm" => Some(self.norm[sender]),
            "Scale" => Some(self.scale_of(index)),
            _ => None,
        }
    }

    /// Sets a synaptic variable, and returns whether there is such a synapse and variable.
    /// Setting `Wt` sets `LWt` with it; `Norm` is set for all synapses of the sender.
    pub fn set_synapse(
        &mut self,
        variable: &str,
        sender: usize,
        receiver: usize,
        value: f32,
    ) -> bool {
        let Some(index) = self.layout.find(sender, receiver) else { return false };
        match variable {
            "Wt" => {
                self.wt[index] = value;
                let scale = self.scale_of(index);
                let unscaled = if scale == 0.0 { value } else { value / scale };
                self.lwt[index] = self.params.learn.wt_sig.linear_from_effective(unscaled);
            }
            "LWt" => self.lwt[index] = value,
            "DWt" => {
                self.changes_mut()[index] = value;
                self.pending = true;
            }
            "Moment" => self.moment[index] = value,
            "Norm" => self.norm[sender] = value,
            "Scale" => {
                if self.scale.is_empty() {
                    self.scale = vec![1.0; self.wt.len()];
                }
                self.scale[index] = value;
            }
            _ => return false,
        }
        true
    }
}
