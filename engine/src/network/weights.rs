//! The weights of a network as a document and as a file.

use std::path::Path;

use super::{Network, ProjectionId};
use crate::error::{EngineError, Result};
use crate::weights::{
    self, LayerWeights, Precision, ProjectionWeights, ReceiverWeights, WeightsDocument,
};

impl Network {
    /// All weights, with the running averages of activity and the scaling factors; those of
    /// lesioned layers, projections and units too.
    ///
    /// # Errors
    /// The network is not built.
    pub fn weights(&self) -> Result<WeightsDocument> {
        self.require_built("weights")?;
        let mut document = WeightsDocument::new(&self.name);
        for layer in &self.layers {
            let mut weights = LayerWeights::new(layer.name());
            let running = layer.pools()[0].running;
            weights.meta.insert("ActMAvg".to_owned(), running.act_m_avg.to_string());
            weights.meta.insert("ActPAvg".to_owned(), running.act_p_avg.to_string());
            weights.projections =
                layer.receives().iter().map(|id| self.projection_weights(*id)).collect();
            document.layers.push(weights);
        }
        Ok(document)
    }

    fn projection_weights(&self, id: ProjectionId) -> ProjectionWeights {
        let projection = self.projection(id);
        let mut weights = ProjectionWeights::new(self.layer(projection.sender()).name());
        weights.meta.insert("GScale".to_owned(), projection.g_scale().to_string());
        let receivers = self.layer(projection.receiver()).n_units();
        let mut lists = vec![(Vec::new(), Vec::new()); receivers];
        projection.for_each_synapse(|sender, receiver, wt| {
            lists[receiver].0.push(sender as u32);
            lists[receiver].1.push(wt);
        });
        weights.receivers = lists
            .into_iter()
            .enumerate()
            .filter(|(_, (senders, _))| !senders.is_empty())
            .map(|(index, (senders, wt))| ReceiverWeights::new(index as u32, senders, wt))
            .collect();
        weights
    }

    /// Sets weights, running averages of activity and scaling factors from a document. Synapses
    /// that the document does not name keep their weights, and what is lesioned stays so.
    ///
    /// # Errors
    /// The network is not built; the document contradicts itself ([`WeightsDocument::check`]), has a
    /// layer, projection or synapse that the network has not, or a weight that is not from 0 to the
    /// synapse's scale; then nothing has changed.
    pub fn set_weights(&mut self, document: &WeightsDocument) -> Result<()> {
        self.require_built("set_weights")?;
        document.check()?;
        let matched = self.match_weights(document)?;
        for (index, weights) in &matched.layers {
            let act_avg = self.layers[*index].params.inhib.act_avg.clone();
            let running = &mut self.layers[*index].pools[0].running;
            if let Some(average) = weights.number("ActMAvg") {
                running.act_m_avg = average;
            }
            if let Some(average) = weights.number("ActPAvg") {
                running.act_p_avg = average;
                running.act_p_avg_eff = act_avg.effective(average);
            }
        }
        self.has_weights = true;
        for (id, weights) in &matched.projections {
            let projection = self.projection_mut(*id);
            if let Some(scale) = weights.number("GScale") {
                projection.g_scale = scale;
            }
            for receiver in &weights.receivers {
                for (sender, wt) in receiver.senders.iter().zip(&receiver.weights) {
                    let (sender, receiver) = (*sender as usize, receiver.index as usize);
                    projection.set_checked_weight(sender, receiver, *wt);
                }
            }
        }
        Ok(())
    }

    /// Finds the layers and projections of a document in the network, and checks every synapse.
    fn match_weights<'a>(&self, document: &'a WeightsDocument) -> Result<Matched<'a>> {
        let mismatch = |reason: String| EngineError::Mismatch {
            what: format!("the weights of `{}`", document.network),
            network: self.name.clone(),
            reason,
        };
        let mut matched = Matched { layers: Vec::new(), projections: Vec::new() };
        for weights in &document.layers {
            let id =
                self.layer_named(&weights.layer).map_err(|error| mismatch(error.to_string()))?;
            matched.layers.push((id.0, weights));
            let mut taken: Vec<ProjectionId> = Vec::new();
            for from in &weights.projections {
                let found = self.layer(id).receives().iter().copied().find(|candidate| {
                    let sender = self.projection(*candidate).sender();
                    self.layer(sender).name() == from.from && !taken.contains(candidate)
                });
                let found = found.ok_or_else(|| {
                    mismatch(format!(
                        "layer `{}` has no (further) projection from `{}`",
                        weights.layer, from.from
                    ))
                })?;
                taken.push(found);
                let projection = self.projection(found);
                for receiver in &from.receivers {
                    for (sender, wt) in receiver.senders.iter().zip(&receiver.weights) {
                        let (sender, receiver) = (*sender as usize, receiver.index as usize);
                        match projection.check_weight(sender, receiver, *wt) {
                            Err(error @ EngineError::NoSynapse { .. }) => {
                                return Err(mismatch(error.to_string()));
                            }
                            checked => checked?,
                        }
                    }
                }
                matched.projections.push((found, from));
            }
        }
        Ok(matched)
    }

    /// Writes the weights to a file: the reference's JSON, compressed if the name ends in `.gz`.
    ///
    /// # Errors
    /// The network is not built or the file cannot be written; then nothing is left behind.
    pub fn save_weights(&self, path: impl AsRef<Path>) -> Result<()> {
        weights::write(path, &self.weights()?, Precision::Full)
    }

    /// Sets the weights from a file that this or the reference has written.
    ///
    /// # Errors
    /// The file cannot be read, is damaged or truncated, or is of another network; then nothing
    /// has changed.
    pub fn open_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.require_built("open_weights")?;
        self.set_weights(&weights::read(path)?)
    }
}

/// The parts of a document with their places in the network.
struct Matched<'a> {
    layers: Vec<(usize, &'a LayerWeights)>,
    projections: Vec<(ProjectionId, &'a ProjectionWeights)>,
}
