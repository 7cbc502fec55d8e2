//! All that a network carries from cycle to cycle, for checkpoints.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Network, Time};
use crate::checkpoint::{self, values::Values};
use crate::error::{EngineError, Result};
use crate::layer::{CosDiff, Layer, LayerType};
use crate::leabra::{LayerParams, ProjectionParams};
use crate::neuron::UNIT_VARIABLES;
use crate::pool::Pool;
use crate::projection::Projection;
use crate::random::Fingerprint;

/// The state of a network. Its structure is there only to be compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkState {
    name: String,
    time: Time,
    cycles_per_quarter: usize,
    weight_balance_counter: usize,
    noise_seed: u64,
    is_within_trial: bool,
    layers: Vec<LayerState>,
    projections: Vec<ProjectionState>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct LayerState {
    name: String,
    kind: LayerType,
    shape: Vec<usize>,
    params: LayerParams,
    /// By name, so that a version with further variables can read this.
    variables: Vec<(String, Values<f32>)>,
    has_ext: Vec<bool>,
    has_targ: Vec<bool>,
    off: Vec<bool>,
    is_off: bool,
    pools: Vec<Pool>,
    cos_diff: CosDiff,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ProjectionState {
    name: String,
    /// Of who is connected to whom.
    connectivity: u64,
    params: ProjectionParams,
    wt: Values<f32>,
    lwt: Values<f32>,
    /// Empty if no changes are pending.
    dwt: Values<f32>,
    moment: Values<f32>,
    scale: Values<f32>,
    norm: Values<f32>,
    increase: Values<f32>,
    decrease: Values<f32>,
    g_scale: f32,
    off: bool,
}

impl LayerState {
    fn of(layer: &Layer) -> Self {
        let n = &layer.neurons;
        let variables = UNIT_VARIABLES.iter().filter_map(|variable| {
            Some((variable.name.to_owned(), Values::from(n.get(variable.name)?)))
        });
        Self {
            name: layer.name.clone(),
            kind: layer.kind,
            shape: layer.shape.clone(),
            params: layer.params.clone(),
            variables: variables.collect(),
            has_ext: n.has_ext.clone(),
            has_targ: n.has_targ.clone(),
            off: n.off.clone(),
            is_off: layer.off,
            pools: layer.pools.clone(),
            cos_diff: layer.cos_diffs[0],
        }
    }

    /// Why this is no state of the layer.
    fn differs(&self, layer: &Layer) -> Option<String> {
        let n = layer.n_units();
        if (&self.name, &self.shape) != (&layer.name, &layer.shape) {
            return Some(format!(
                "it has the layer `{}` {:?} in place of `{}` {:?}",
                self.name, self.shape, layer.name, layer.shape
            ));
        }
        let flags = [&self.has_ext, &self.has_targ, &self.off];
        let is_short = self.variables.iter().any(|(_, values)| values.0.len() != n)
            || flags.iter().any(|flags| flags.len() != n)
            || self.pools.len() != layer.pools.len()
            || self.pools.iter().zip(&layer.pools).any(|(a, b)| a.neurons != b.neurons);
        if is_short {
            return Some(format!("its layer `{}` has not {n} values of each variable", self.name));
        }
        let noise = self.params.act.noise.distribution().sampler().map_err(|e| e.to_string());
        self.params.check().map_err(|e| e.to_string()).and(noise).err()
    }

    fn restore(self, layer: &mut Layer) {
        layer.set_kind(self.kind);
        let n = &mut layer.neurons;
        for (name, values) in self.variables {
            if let Some(variable) = n.get_mut(&name) {
                variable.copy_from_slice(&values.0);
            }
        }
        (n.has_ext, n.has_targ, n.off) = (self.has_ext, self.has_targ, self.off);
        layer.n_off = n.off.iter().filter(|off| **off).count();
        layer.off = self.is_off;
        layer.params = self.params;
        layer.pools = self.pools;
        layer.cos_diffs = vec![self.cos_diff];
    }
}

impl ProjectionState {
    fn of(projection: &Projection) -> Self {
        let values = |values: &Vec<f32>| Values(values.clone());
        Self {
            name: projection.name.clone(),
            connectivity: connectivity(projection),
            params: projection.params.clone(),
            wt: values(&projection.wt),
            lwt: values(&projection.lwt),
            dwt: if projection.pending { values(&projection.dwt) } else { Values::default() },
            moment: values(&projection.moment),
            scale: values(&projection.scale),
            norm: values(&projection.norm),
            increase: values(&projection.wb_inc),
            decrease: values(&projection.wb_dec),
            g_scale: projection.g_scale,
            off: projection.off,
        }
    }

    /// Why this is no state of the projection.
    fn differs(&self, projection: &Projection) -> Option<String> {
        let (name, n) = (&projection.name, projection.n_synapses());
        if &self.name != name {
            return Some(format!("it has the projection `{}` in place of `{name}`", self.name));
        }
        let fits = [&self.wt, &self.lwt, &self.moment].iter().all(|values| values.0.len() == n)
            && [&self.dwt, &self.scale].iter().all(|v| v.0.is_empty() || v.0.len() == n)
            && self.norm.0.len() == projection.norm.len()
            && self.increase.0.len() == projection.wb_inc.len()
            && self.decrease.0.len() == projection.wb_dec.len()
            && self.connectivity == connectivity(projection);
        if !fits {
            return Some(format!("its projection `{name}` has other synapses"));
        }
        self.params.check().err().map(|error| format!("`{name}`: {error}"))
    }

    fn restore(self, projection: &mut Projection) {
        projection.params = self.params;
        (projection.wt, projection.lwt) = (self.wt.0, self.lwt.0);
        projection.pending = !self.dwt.0.is_empty();
        // Without pending changes the list is empty.
        projection.dwt = self.dwt.0;
        (projection.moment, projection.scale) = (self.moment.0, self.scale.0);
        projection.norm = self.norm.0;
        (projection.wb_inc, projection.wb_dec) = (self.increase.0, self.decrease.0);
        (projection.g_scale, projection.off) = (self.g_scale, self.off);
    }
}

/// A number that tells who is connected to whom.
fn connectivity(projection: &Projection) -> u64 {
    let mut hash = Fingerprint::new();
    let layout = &projection.layout;
    for size in [layout.n_senders(), layout.n_receivers(), layout.n_synapses()] {
        hash.add(&(size as u64).to_le_bytes());
    }
    for sender in 0..layout.n_senders() {
        let targets = layout.targets(layout.row(sender)).unwrap_or_default();
        targets.iter().for_each(|target| hash.add(&target.to_le_bytes()));
        hash.add(&[u8::MAX; 4]);
    }
    hash.value()
}

impl Network {
    /// The state of everything.
    pub(crate) fn state(&self) -> Result<NetworkState> {
        self.require_built("save_checkpoint")?;
        Ok(NetworkState {
            name: self.name.clone(),
            time: self.time,
            cycles_per_quarter: self.cycles_per_quarter,
            weight_balance_counter: self.wt_bal_counter,
            noise_seed: self.noise_seed,
            is_within_trial: self.is_within_trial(),
            layers: self.layers.iter().map(LayerState::of).collect(),
            projections: self.projections.iter().map(ProjectionState::of).collect(),
        })
    }

    /// Refuses a state of a network of another structure.
    ///
    /// # Errors
    /// [`EngineError::Mismatch`].
    pub(crate) fn check_state(&self, state: &NetworkState) -> Result<()> {
        self.require_built("open_checkpoint")?;
        let layers = self.layers.iter().zip(&state.layers);
        let projections = self.projections.iter().zip(&state.projections);
        let (n_layers, n_projections) = (self.layers.len(), self.projections.len());
        let differs = if state.layers.len() != n_layers {
            Some(format!("it has {} layers, not {n_layers}", state.layers.len()))
        } else if state.projections.len() != n_projections {
            Some(format!("it has {} projections, not {n_projections}", state.projections.len()))
        } else {
            layers
                .filter_map(|(layer, state)| state.differs(layer))
                .chain(projections.filter_map(|(projection, state)| state.differs(projection)))
                .next()
        };
        match differs {
            None => Ok(()),
            Some(reason) => Err(EngineError::Mismatch {
                what: format!("the checkpoint of `{}`", state.name),
                network: self.name.clone(),
                reason,
            }),
        }
    }

    /// Takes over a state that [`check_state`](Self::check_state) has not refused.
    pub(crate) fn restore_state(&mut self, state: NetworkState) -> Result<()> {
        self.time = state.time;
        self.cycles_per_quarter = state.cycles_per_quarter.max(1);
        self.wt_bal_counter = state.weight_balance_counter;
        self.noise_seed = state.noise_seed;
        self.has_weights = true;
        for (layer, state) in self.layers.iter_mut().zip(state.layers) {
            state.restore(layer);
        }
        for (projection, state) in self.projections.iter_mut().zip(state.projections) {
            state.restore(projection);
        }
        self.constants.clear();
        if state.is_within_trial {
            self.prepare_noise()?;
            self.constants = (0..self.layers.len()).map(|index| self.constants_of(index)).collect();
        }
        Ok(())
    }

    /// Writes all that the network carries to a file, from which an equal network goes on with the
    /// same bits; see [`checkpoint`].
    ///
    /// # Errors
    /// The network is not built, or the file cannot be written: then nothing is left behind.
    pub fn save_checkpoint(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_checkpoint_at(path.as_ref())
    }

    fn save_checkpoint_at(&self, path: &Path) -> Result<()> {
        checkpoint::write(path, &self.state()?)
    }

    /// Takes over what [`save_checkpoint`](Self::save_checkpoint) of an equal network has written.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is of another network; then nothing has changed.
    pub fn open_checkpoint(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.open_checkpoint_at(path.as_ref())
    }

    fn open_checkpoint_at(&mut self, path: &Path) -> Result<()> {
        let state: NetworkState = checkpoint::read(path)?;
        self.check_state(&state)?;
        self.restore_state(state)
    }
}
