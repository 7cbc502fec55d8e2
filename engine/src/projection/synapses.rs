//! The synapses' variables: drawn, set, copied and read.

use super::{Projection, SYNAPSE_VARIABLES};
use crate::error::{self, EngineError, nearest};

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
        let synapses = self.layout.synapses();
        let values = synapses.map(|(sender, receiver, _)| {
            let value = value(sender, receiver);
            self.require_between(what, (sender, receiver), value, 0.0, most).map(|()| value)
        });
        values.collect()
    }

    /// The pending changes of all synapses, to be written.
    pub(super) fn changes_mut(&mut self) -> &mut [f32] {
        self.dwt.resize(self.wt.len(), 0.0);
        &mut self.dwt
    }

    /// The factors of all effective weights, to be written.
    fn scales_mut(&mut self) -> &mut [f32] {
        self.scale.resize(self.wt.len(), 1.0);
        &mut self.scale
    }

    /// The factor of the effective weight of a synapse.
    fn scale_of(&self, index: usize) -> f32 {
        self.scale.get(index).copied().unwrap_or(1.0)
    }

    /// Copies the weights and scales of the reciprocal projection where both have the synapse.
    pub(crate) fn copy_transposed(&mut self, from: &Projection) {
        if !from.scale.is_empty() {
            self.scales_mut();
        }
        for (sender, receiver, index) in self.layout.synapses() {
            if let Some(other) = from.layout.find(receiver, sender) {
                self.wt[index] = from.wt[other];
                self.lwt[index] = from.lwt[other];
                if !self.scale.is_empty() {
                    self.scale[index] = from.scale_of(other);
                }
            }
        }
    }

    /// Copies, within a layer, weight and scale of each synapse to the one back.
    pub(crate) fn mirror(&mut self) {
        for (sender, receiver, index) in self.layout.synapses().filter(|(s, r, _)| s < r) {
            if let Some(back) = self.layout.find(receiver, sender) {
                self.wt[back] = self.wt[index];
                self.lwt[back] = self.lwt[index];
                if !self.scale.is_empty() {
                    self.scale[back] = self.scale[index];
                }
            }
        }
    }

    /// Calls `visit` with sender, receiver and effective weight of every synapse, by sender.
    pub(crate) fn for_each_synapse(&self, mut visit: impl FnMut(usize, usize, f32)) {
        self.layout.synapses().for_each(|(s, r, index)| visit(s, r, self.wt[index]));
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

    /// Sets a synaptic variable.
    ///
    /// `Wt`, from 0 to the synapse's `Scale`, sets `LWt` with it (unless the scale is 0, which tells
    /// nothing of it), and `Scale`, at least 0, sets `Wt`. The others are set alone, to restore a
    /// saved state: `LWt` from 0 to 1, `DWt` and `Moment`, and `Norm`, at least 0 and for all
    /// synapses of the sender.
    ///
    /// # Errors
    /// There is no such variable or synapse, or the value is out of its range or not finite; then
    /// nothing has changed.
    pub fn set_synapse(
        &mut self,
        variable: &str,
        sender: usize,
        receiver: usize,
        value: f32,
    ) -> error::Result<()> {
        let known = SYNAPSE_VARIABLES.iter().map(|variable| variable.name);
        let Some(variable) = known.clone().find(|known| *known == variable) else {
            return Err(EngineError::UnknownVariable {
                kind: "synapse",
                variable: variable.to_owned(),
                nearest: nearest(variable, known),
            });
        };
        let Some(index) = self.layout.find(sender, receiver) else {
            let projection = self.name.clone();
            return Err(EngineError::NoSynapse { projection, sender, receiver });
        };
        let (least, most) = match variable {
            "Wt" => (0.0, self.scale_of(index)),
            "LWt" => (0.0, 1.0),
            "Norm" | "Scale" => (0.0, f32::MAX),
            _ => (f32::MIN, f32::MAX),
        };
        self.require_between(variable, (sender, receiver), value, least, most)?;
        match variable {
            "Wt" => self.set_weight(index, value),
            "LWt" => self.lwt[index] = value,
            "DWt" => {
                self.changes_mut()[index] = value;
                self.pending = true;
            }
            "Moment" => self.moment[index] = value,
            "Norm" => self.norm[sender] = value,
            _ => {
                self.scales_mut()[index] = value;
                let sigmoid = &self.params.learn.wt_sig;
                self.wt[index] = value * sigmoid.effective_from_linear(self.lwt[index]);
            }
        }
        Ok(())
    }

    /// Refuses a weight that would not be one: effective weights are from 0 to the synapse's scale,
    /// with what is due to their being rounded to four digits.
    ///
    /// # Errors
    /// There is no such synapse, or the value is out of range.
    pub(crate) fn check_weight(
        &self,
        sender: usize,
        receiver: usize,
        value: f32,
    ) -> error::Result<()> {
        let Some(index) = self.layout.find(sender, receiver) else {
            let projection = self.name.clone();
            return Err(EngineError::NoSynapse { projection, sender, receiver });
        };
        const ROUNDED: f32 = 1.0 + 5e-4;
        let most = self.scale_of(index);
        let value = if value <= most * ROUNDED { value.min(most) } else { value };
        self.require_between("Wt", (sender, receiver), value, 0.0, most)
    }

    /// Sets a weight that [`check_weight`](Self::check_weight) has not refused.
    pub(crate) fn set_checked_weight(&mut self, sender: usize, receiver: usize, value: f32) {
        if let Some(index) = self.layout.find(sender, receiver) {
            self.set_weight(index, value.min(self.scale_of(index)));
        }
    }

    fn set_weight(&mut self, index: usize, value: f32) {
        self.wt[index] = value;
        let scale = self.scale_of(index);
        if scale > 0.0 {
            self.lwt[index] = self.params.learn.wt_sig.linear_from_effective(value / scale);
        }
    }

    fn require_between(
        &self,
        what: &'static str,
        (sender, receiver): (usize, usize),
        value: f32,
        least: f32,
        most: f32,
    ) -> error::Result<()> {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        let projection = self.name.clone();
        Err(EngineError::BadWeight { what, projection, sender, receiver, value, least, most })
    }
}
