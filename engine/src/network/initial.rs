//! The start of a run: weights, scales and state.

use super::{Network, ProjectionId, Time};
use crate::error::Result;
use crate::projection::{Projection, ProjectionType};
use crate::random;

impl Network {
    /// Starts a run: draws weights from the stream of `seed`, copies them to reciprocal
    /// projections, and resets all state.
    ///
    /// Each projection draws from a stream of its own, by sender and then receiver. Where two
    /// projections are each other's reciprocal and both have `WtInit.Sym`, the one into the layer
    /// added later gives its weights to the other, synapse by synapse where both have it. A
    /// projection within a layer is its own reciprocal: the synapse from the earlier unit gives its
    /// weight to the one back. A lesioned projection, or one of a lesioned layer, gives nothing.
    ///
    /// The reciprocal is the first projection the other way between the two layers that drives the
    /// same conductance: an Inhib projection gives to an Inhib one, and the others to each other.
    /// (The reference takes the first of any type, so that inhibitory weights may end up in a Back
    /// projection, and those of a second projection within a layer in the first.)
    ///
    /// # Errors
    /// The network is not built, a parameter is not allowed, or a distribution of weights has
    /// impossible parameters.
    pub fn init_weights(&mut self, seed: u64) -> Result<()> {
        self.require_built("init_weights")?;
        self.check_parameters()?;
        let samplers = self.projections.iter().map(|projection| {
            let distribution = projection.params.wt_init.distribution();
            distribution.sampler().map_err(|error| error.at(projection.name()))
        });
        let samplers = samplers.collect::<Result<Vec<_>>>()?;
        for (index, (projection, sampler)) in self.projections.iter_mut().zip(samplers).enumerate()
        {
            let mut rng = random::stream(seed, "weights", index as u64);
            projection.reset_synapses(|| sampler.draw(&mut rng));
        }
        self.noise_seed = seed;
        self.has_weights = true;
        self.symmetrize_weights();
        self.init_state();
        Ok(())
    }

    /// Sets every effective weight of a projection from sender and receiver, by flat index, and
    /// forgets what learning has left; for topographic and other weights of one's own, after
    /// [`init_weights`](Self::init_weights).
    ///
    /// ```
    /// use engine::pattern::Circle;
    /// use engine::{LayerType, Network, ProjectionType};
    /// let mut net = Network::new("map");
    /// let a = net.add_layer("A", &[5, 5], LayerType::Input)?;
    /// let b = net.add_layer("B", &[5, 5], LayerType::Hidden)?;
    /// let circle = Circle { radius: 2, ..Circle::default() };
    /// let ab = net.connect(a, b, circle, ProjectionType::Forward)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// net.set_weights_by(ab, circle.gaussian_weight(&[5, 5], &[5, 5])?)?;
    /// assert_eq!(net.projection(ab).synapse("Wt", 12, 12), Some(1.0));
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The network is not built, the projection is not of it, or a weight is not from 0 to 1: then nothing has changed.
    pub fn set_weights_by(
        &mut self,
        projection: ProjectionId,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Result<()> {
        self.require_built("set_weights_by")?;
        self.require_projection(projection)?;
        self.projections[projection.0].set_weights_by(weight)
    }

    /// Sets the scale of every synapse of a projection, a fixed factor of its effective weight, from
    /// sender and receiver, by flat index; for topographic strengths that learning keeps. The
    /// linear weights stay. A reciprocal projection takes the scales over with
    /// [`init_weights`](Self::init_weights).
    ///
    /// # Errors
    /// The network is not built, the projection is not of it, or a scale is negative or not finite: then nothing has changed.
    pub fn set_scales_by(
        &mut self,
        projection: ProjectionId,
        scale: impl Fn(usize, usize) -> f32,
    ) -> Result<()> {
        self.require_built("set_scales_by")?;
        self.require_projection(projection)?;
        self.projections[projection.0].set_scales_by(scale)
    }

    /// Resets activations, averages and counters, but not the weights.
    pub(crate) fn init_state(&mut self) {
        self.wt_bal_counter = 0;
        self.time = Time::default();
        for layer in &mut self.layers {
            layer.init_averages();
            layer.init_acts();
        }
    }

    /// Copies the weights of each symmetric projection into its reciprocal.
    fn symmetrize_weights(&mut self) {
        for index in 0..self.projections.len() {
            let Some(reciprocal) = self.takes_weights_of(ProjectionId(index)) else { continue };
            if reciprocal.0 == index {
                self.projections[index].mirror();
            } else if let Ok([from, to]) = self.projections.get_disjoint_mut([index, reciprocal.0])
            {
                to.copy_transposed(from);
            }
        }
    }

    /// The projection that takes over the initial weights of this one, if any does.
    fn takes_weights_of(&self, id: ProjectionId) -> Option<ProjectionId> {
        let from = &self.projections[id.0];
        let gives = from.params.wt_init.sym
            && from.receiver >= from.sender
            && !from.off
            && !self.layers[from.sender.0].off;
        if !gives {
            return None;
        }
        if from.sender == from.receiver {
            return Some(id);
        }
        let inhibits = |of: &Projection| of.kind == ProjectionType::Inhib;
        let reciprocal = self.layers[from.sender.0].receives.iter().copied().find(|other| {
            let other = &self.projections[other.0];
            other.sender == from.receiver && inhibits(other) == inhibits(from)
        })?;
        self.projections[reciprocal.0].params.wt_init.sym.then_some(reciprocal)
    }
}
