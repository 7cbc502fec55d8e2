//! A projection: the synapses from one layer to another, their learning and their scaling.
//!
//! Synapses are stored by sender, one array of `f32` per variable, so that what a sender adds to
//! its receivers is one contiguous stretch of weights. A full projection needs no index at all.
//! For each receiver the contributions are added in ascending order of senders, product first and
//! sum after, whatever the number of threads.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::{LayerType, Network, ProjectionType};
//! let mut net = Network::new("two");
//! let a = net.add_layer("A", &[1, 2], LayerType::Input)?;
//! let b = net.add_layer("B", &[1, 3], LayerType::Hidden)?;
//! let ab = net.connect(a, b, Full::default(), ProjectionType::Forward)?;
//! net.build()?;
//! net.init_weights(1)?;
//! assert_eq!(net.projection(ab).n_synapses(), 6);
//! assert_eq!(net.projection(ab).name(), "AToB");
//! assert!(net.projection(ab).synapse("Wt", 0, 2).is_some());
//! # Ok::<(), engine::EngineError>(())
//! ```

mod layout;
mod learn;
mod send;

use std::sync::Arc;

pub(crate) use layout::Layout;
use serde::{Deserialize, Serialize};

use crate::error::{self, EngineError, ParameterProblem};
use crate::leabra::ProjectionParams;
use crate::network::LayerId;
use crate::params::Styled;
use crate::params::tree::ParameterNode;
use crate::pattern::Pattern;

/// The role of a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProjectionType {
    /// From inputs towards outputs.
    Forward,
    /// From outputs towards inputs.
    Back,
    /// Within a layer or between layers of one level.
    Lateral,
    /// Drives inhibitory instead of excitatory conductance.
    Inhib,
}

impl ProjectionType {
    /// The name in parameter files.
    pub fn name(self) -> &'static str {
        match self {
            ProjectionType::Forward => "Forward",
            ProjectionType::Back => "Back",
            ProjectionType::Lateral => "Lateral",
            ProjectionType::Inhib => "Inhib",
        }
    }
}

/// The variables that every synapse has, in the order of the reference, with their meaning.
pub const SYNAPSE_VARIABLES: &[(&str, &str)] = &[
    ("Wt", "effective weight, after contrast enhancement"),
    ("LWt", "linear weight, which learning changes"),
    ("DWt", "weight change not yet applied"),
    ("Norm", "running maximum of weight changes, one for all synapses of a sender"),
    ("Moment", "momentum of weight changes"),
    ("Scale", "factor of the effective weight"),
];

/// A projection between two layers of a network.
#[derive(Debug, Clone)]
pub struct Projection {
    pub(crate) name: String,
    pub(crate) sender: LayerId,
    pub(crate) receiver: LayerId,
    pub(crate) kind: ProjectionType,
    pub(crate) classes: String,
    pub(crate) pattern: Arc<dyn Pattern>,
    /// Parameters; after a direct change nothing else needs to be done.
    pub params: ProjectionParams,
    pub(crate) layout: Layout,
    pub(crate) wt: Vec<f32>,
    pub(crate) lwt: Vec<f32>,
    /// Changes that have not been applied; empty until some are computed without being applied at
    /// once.
    pub(crate) dwt: Vec<f32>,
    pub(crate) moment: Vec<f32>,
    /// Factors of the effective weights; empty if all are 1.
    pub(crate) scale: Vec<f32>,
    /// One value per sender: the algorithm gives all synapses of a sender the same.
    pub(crate) norm: Vec<f32>,
    pub(crate) wb_inc: Vec<f32>,
    pub(crate) wb_dec: Vec<f32>,
    pub(crate) g_inc: Vec<f32>,
    /// Whether anything was received in the last cycle; `g_inc` holds it.
    pub(crate) received: bool,
    pub(crate) g_scale: f32,
    /// The projection is lesioned.
    pub(crate) off: bool,
    /// Whether `dwt` may hold changes that have not been applied.
    pub(crate) pending: bool,
    /// The changes of one sender while it learns; all 0 in between.
    pub(crate) row: Vec<f32>,
    /// Sum of weights, number of them, and of all connections of each receiver, while weights are
    /// balanced.
    pub(crate) balance_sums: Vec<(f32, u32, u32)>,
}

impl Projection {
    pub(crate) fn new(
        name: String,
        (sender, receiver): (LayerId, LayerId),
        kind: ProjectionType,
        pattern: Arc<dyn Pattern>,
    ) -> Self {
        Self {
            name,
            sender,
            receiver,
            kind,
            classes: kind.name().to_owned(),
            pattern,
            params: ProjectionParams::default(),
            layout: Layout::default(),
            wt: Vec::new(),
            lwt: Vec::new(),
            dwt: Vec::new(),
            moment: Vec::new(),
            scale: Vec::new(),
            norm: Vec::new(),
            wb_inc: Vec::new(),
            wb_dec: Vec::new(),
            g_inc: Vec::new(),
            received: false,
            g_scale: 0.0,
            off: false,
            pending: false,
            row: Vec::new(),
            balance_sums: Vec::new(),
        }
    }

    /// Allocates the synapses.
    pub(crate) fn build(&mut self, layout: Layout) {
        let (n_synapses, senders, receivers) =
            (layout.n_synapses(), layout.n_senders(), layout.n_receivers());
        self.wt = vec![0.0; n_synapses];
        self.lwt = vec![0.0; n_synapses];
        self.moment = vec![0.0; n_synapses];
        self.norm = vec![0.0; senders];
        self.wb_inc = vec![1.0; receivers];
        self.wb_dec = vec![1.0; receivers];
        self.g_inc = vec![0.0; receivers];
        self.layout = layout;
    }

    /// Bytes of memory that the synapses have been given.
    pub(crate) fn bytes(&self) -> usize {
        let Self { wt, lwt, dwt, moment, scale, norm, wb_inc, wb_dec, g_inc, row, .. } = self;
        let numbers = [wt, lwt, dwt, moment, scale, norm, wb_inc, wb_dec, g_inc, row];
        numbers.iter().map(|values| values.capacity()).sum::<usize>() * size_of::<f32>()
            + self.layout.bytes()
    }

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
    fn changes_mut(&mut self) -> &mut [f32] {
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

    /// The name: `SenderToReceiver`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sending layer.
    pub fn sender(&self) -> LayerId {
        self.sender
    }

    /// The receiving layer.
    pub fn receiver(&self) -> LayerId {
        self.receiver
    }

    /// The role.
    pub fn kind(&self) -> ProjectionType {
        self.kind
    }

    /// The pattern of connectivity.
    pub fn pattern(&self) -> &dyn Pattern {
        &*self.pattern
    }

    /// The classes that parameter selectors see, separated by spaces; the first is the role.
    pub fn classes(&self) -> &str {
        &self.classes
    }

    /// Adds a class for parameter selectors.
    pub fn add_class(&mut self, class: &str) {
        self.classes.push(' ');
        self.classes.push_str(class);
    }

    /// Whether the projection itself is lesioned (it carries nothing either if one of its layers is:
    /// [`Network::is_active`](crate::Network::is_active)).
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// Lesions the projection or takes that back: it carries nothing, does not learn and does not
    /// count in the scaling of others.
    pub fn set_off(&mut self, off: bool) {
        self.off = off;
    }

    /// Number of synapses; 0 before the network is built.
    pub fn n_synapses(&self) -> usize {
        self.wt.len()
    }

    /// The factor of everything this projection sends, as of the last trial's start.
    pub fn g_scale(&self) -> f32 {
        self.g_scale
    }

    /// Average number of connections of a receiving unit.
    pub fn mean_connections(&self) -> f32 {
        self.layout.n_synapses() as f32 / self.layout.n_receivers().max(1) as f32
    }

    /// The senders of unit `receiver`, ascending.
    pub fn senders_of(&self, receiver: usize) -> Vec<usize> {
        (0..self.layout.n_senders())
            .filter(|sender| self.layout.find(*sender, receiver).is_some())
            .collect()
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

    /// Sets the factors of weight increase and decrease of weight balance, one per receiving unit,
    /// to restore a saved state; returns whether both lengths fit.
    pub fn set_weight_balance(&mut self, increase: &[f32], decrease: &[f32]) -> bool {
        let fits = increase.len() == self.wb_inc.len() && decrease.len() == self.wb_dec.len();
        if fits {
            self.wb_inc.copy_from_slice(increase);
            self.wb_dec.copy_from_slice(decrease);
        }
        fits
    }

    /// Sets the learning rate to `factor` times its initial value.
    pub(crate) fn scale_learning_rate(&mut self, factor: f32) {
        self.params.learn.lrate = self.params.learn.lrate_init * factor;
    }

    /// The text of the parameter at `path`, such as `Prjn.WtScale.Rel`.
    pub fn parameter(&self, path: &str) -> Option<String> {
        self.params.get_by_path(path.strip_prefix("Prjn.")?)
    }
}

impl Styled for Projection {
    fn type_name(&self) -> &str {
        "Prjn"
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn classes(&self) -> &str {
        &self.classes
    }

    fn check_parameter(&self, path: &str, text: &str) -> Result<(), ParameterProblem> {
        crate::params::tree::set_below("Prjn", &mut self.params.clone(), path, text)
    }

    fn set_parameter(&mut self, path: &str, text: &str) -> Result<(), ParameterProblem> {
        crate::params::tree::set_below("Prjn", &mut self.params, path, text)?;
        if path == "Prjn.Learn.Lrate" {
            self.params.learn.lrate_init = self.params.learn.lrate;
        }
        Ok(())
    }
}
