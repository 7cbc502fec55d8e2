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
mod synapses;

use std::sync::Arc;

pub(crate) use layout::{Layout, Run};
use serde::{Deserialize, Serialize};

use crate::access::Variable;
use crate::error::{EngineError, ParameterProblem};
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

/// The variables that every synapse has, in the order of the reference.
pub const SYNAPSE_VARIABLES: &[Variable] = &[
    Variable { name: "Wt", meaning: "effective weight, after contrast enhancement" },
    Variable { name: "LWt", meaning: "linear weight, which learning changes" },
    Variable { name: "DWt", meaning: "weight change not yet applied" },
    Variable {
        name: "Norm",
        meaning: "running maximum of weight changes, one for all synapses of a sender",
    },
    Variable { name: "Moment", meaning: "momentum of weight changes" },
    Variable { name: "Scale", meaning: "factor of the effective weight" },
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
    /// Parameters. A direct change acts from the next trial on, distributions of weights from the
    /// next [`init_weights`](crate::Network::init_weights) on, which also checks all values.
    /// [`set_parameter`](Styled::set_parameter) checks at once; the learning rate is set by
    /// [`set_learning_rate`](Self::set_learning_rate), so that schedules start from it.
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
    pub(crate) g_scale: f32,
    /// The projection is lesioned.
    pub(crate) off: bool,
    /// Whether `dwt` may hold changes that have not been applied.
    pub(crate) pending: bool,
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
            g_scale: 0.0,
            off: false,
            pending: false,
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
        self.layout = layout;
    }

    /// Bytes of memory that the synapses have been given.
    pub(crate) fn bytes(&self) -> usize {
        let Self { wt, lwt, dwt, moment, scale, norm, wb_inc, wb_dec, .. } = self;
        let numbers = [wt, lwt, dwt, moment, scale, norm, wb_inc, wb_dec];
        numbers.iter().map(|values| values.capacity()).sum::<usize>() * size_of::<f32>()
            + self.layout.bytes()
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

    /// Sets the factors of weight increase and decrease of weight balance, one per receiving unit,
    /// to restore a saved state.
    ///
    /// # Errors
    /// There are not as many as receiving units, or one is negative or not finite; then nothing has
    /// changed.
    pub fn set_weight_balance(
        &mut self,
        increase: &[f32],
        decrease: &[f32],
    ) -> Result<(), EngineError> {
        let n = self.wb_inc.len();
        let is_factor = |factor: &f32| factor.is_finite() && *factor >= 0.0;
        for (what, factors) in [("increase", increase), ("decrease", decrease)] {
            let wrong = factors.iter().find(|factor| !is_factor(factor));
            let value = match wrong {
                Some(factor) => factor.to_string(),
                None if factors.len() != n => format!("{} numbers", factors.len()),
                None => continue,
            };
            return Err(EngineError::Setting {
                setting: format!("the factors of weight {what} of `{}`", self.name),
                value,
                range: format!("{n} finite numbers of at least 0, one per receiving unit"),
            });
        }
        self.wb_inc.copy_from_slice(increase);
        self.wb_dec.copy_from_slice(decrease);
        Ok(())
    }

    /// Sets the learning rate, and that which schedules are relative to.
    ///
    /// # Errors
    /// The rate is negative or not finite; then nothing has changed.
    pub fn set_learning_rate(&mut self, rate: f32) -> Result<(), EngineError> {
        self.check_learning_rate(rate)?;
        (self.params.learn.lrate, self.params.learn.lrate_init) = (rate, rate);
        Ok(())
    }

    /// Refuses what is no learning rate.
    pub(crate) fn check_learning_rate(&self, rate: f32) -> Result<(), EngineError> {
        if rate.is_finite() && rate >= 0.0 {
            return Ok(());
        }
        Err(EngineError::Setting {
            setting: format!("the learning rate of `{}`", self.name),
            value: rate.to_string(),
            range: "finite and at least 0".to_owned(),
        })
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
