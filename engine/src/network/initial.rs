//! The start of a run: weights, scales and state.

use super::{Network, ProjectionId, Time};
use crate::error::Result;
use crate::random;

impl Network {
    /// Starts a run: draws weights from the stream of `seed`, copies them to reciprocal
    /// projections, and resets all state.
    ///
    /// Each projection draws from a stream of its own, by sender and then receiver. A projection
    /// with `WtInit.Sym` gives its weights to its reciprocal (the projection between the same
    /// layers the other way, to the layer added earlier).
    ///
    /// # Errors
    /// The network is not built, or a distribution of weights has impossible parameters.
    pub fn init_weights(&mut self, seed: u64) -> Result<()> {
        self.require_built("init_weights")?;
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
    /// net.set_weights_by(ab, circle.gaussian_weight(&[5, 5], &[5, 5]).expect("two dimensions"))?;
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
            let forward = &self.projections[index];
            if !forward.params.wt_init.sym || forward.receiver < forward.sender {
                continue;
            }
            let reciprocal = self.layers[forward.sender.0]
                .receives
                .iter()
                .copied()
                .find(|id| self.projections[id.0].sender == forward.receiver && id.0 != index);
            let Some(reciprocal) = reciprocal else { continue };
            let (forward, back) = if index < reciprocal.0 {
                let (head, tail) = self.projections.split_at_mut(reciprocal.0);
                (&head[index], &mut tail[0])
            } else {
                let (head, tail) = self.projections.split_at_mut(index);
                (&tail[0], &mut head[reciprocal.0])
            };
            back.copy_transposed(forward);
        }
    }
}
