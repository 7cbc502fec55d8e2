//! Running: the start of a trial, cycles, ends of quarters, learning.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{LayerId, Network, ProjectionId, WT_BAL_INTERVAL};
use crate::error::{EngineError, Result};
use crate::layer::{CycleConstants, Layer, LayerType, PoolVariable};
use crate::leabra::learning::WtScaleParams;
use crate::leabra::noise::NoiseType;
use crate::projection::{Projection, ProjectionType};
use crate::random;
use crate::vector::neurons::{add, sums_and_greatest};

/// Cycles of a quarter.
pub const CYCLES_PER_QUARTER: usize = 25;
/// Quarters of a trial (an alpha cycle of 100 ms): three of the minus phase, one of the plus phase.
pub const QUARTERS_PER_TRIAL: usize = 4;

/// Below this many synaptic events in a cycle threads cost more than they bring.
const LEAST_PARALLEL_EVENTS: usize = 50_000;
/// Below this many units in a network their cycle stays on one thread.
const LEAST_PARALLEL_UNITS: usize = 1_500;
/// Below this many synapses learning stays on one thread.
const LEAST_PARALLEL_SYNAPSES: usize = 100_000;

/// What has just ended when a hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A cycle.
    Cycle,
    /// A quarter.
    Quarter,
}

/// Where the network is within a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Time {
    /// Cycle within the trial.
    pub cycle: usize,
    /// Quarter within the trial, 0 to 3; 3 is the plus phase.
    pub quarter: usize,
    /// Cycles since the weights were initialised.
    pub total_cycles: u64,
}

impl Network {
    /// Where the network is within the trial.
    pub fn time(&self) -> Time {
        self.time
    }

    /// Clears external input and targets of all layers.
    pub fn init_ext(&mut self) {
        for layer in &mut self.layers {
            layer.init_ext();
        }
    }

    /// Sets a layer's pattern for the coming trial: the target of a Target or Compare layer, else
    /// the external input. Values are row-major over the layer's shape.
    ///
    /// # Errors
    /// The network is not built, the number of values is not the layer's, or one is not finite.
    pub fn apply_input(&mut self, layer: LayerId, pattern: &[f32]) -> Result<()> {
        self.require_built("apply_input")?;
        self.layer_mut(layer).apply_ext(pattern)
    }

    /// Starts a trial (emergent: `AlphaCycInit`): running averages (unless testing, so that tests
    /// leave no trace in them), scaling of projections, decay of state, clamping of inputs.
    ///
    /// # Errors
    /// The network is not built.
    pub fn start_trial(&mut self, update_averages: bool) -> Result<()> {
        self.require_built("start_trial")?;
        self.prepare_noise()?;
        self.constants.clear();
        for index in 0..self.layers.len() {
            self.constants.push(CycleConstants::new(&self.layers[index]));
            if self.layers[index].off {
                continue;
            }
            // Layer by layer: a projection from a later layer is scaled by that layer's average
            // of one trial before.
            self.layers[index].start_trial_averages(update_averages);
            self.scale_inputs(index);
            self.draw_noise(index, true);
            self.layers[index].start_trial_state(&self.constants[index]);
        }
        self.time.cycle = 0;
        self.time.quarter = 0;
        Ok(())
    }

    /// Draws the noise of a layer that has it: for the trial if it is `fixed`, else for a cycle.
    fn draw_noise(&mut self, index: usize, fixed: bool) {
        let Some(sampler) = self.noise.get(index).copied().flatten() else { return };
        let layer = &mut self.layers[index];
        if layer.params.act.noise.fixed != fixed || layer.off {
            return;
        }
        // Numbered by cycle, so that nothing but the seed and the time decides.
        let number = ((index as u64) << 40) | self.time.total_cycles;
        let mut rng = random::stream(self.noise_seed, "noise", number);
        for noise in &mut layer.neurons.noise {
            *noise = sampler.draw(&mut rng) as f32;
        }
    }

    /// Prepares the distributions of noise.
    pub(super) fn prepare_noise(&mut self) -> Result<()> {
        self.noise.clear();
        for layer in &self.layers {
            let noise = &layer.params.act.noise;
            let sampler = match noise.kind {
                NoiseType::NoNoise => None,
                _ => Some(noise.distribution().sampler().map_err(|error| error.at(layer.name()))?),
            };
            self.noise.push(sampler);
        }
        Ok(())
    }

    /// Whether a projection takes part: neither it nor one of its layers is lesioned.
    pub fn is_active(&self, projection: ProjectionId) -> bool {
        !is_off(&self.layers, self.projection(projection))
    }

    /// The factor of each projection into layer `index`:
    /// `Abs Rel full_scale / sum of Rel`, excitatory and inhibitory projections apart.
    fn scale_inputs(&mut self, index: usize) {
        let (mut excitatory, mut inhibitory) = (0.0_f32, 0.0_f32);
        for id in &self.layers[index].receives {
            if !self.is_active(*id) {
                continue;
            }
            let projection = &mut self.projections[id.0];
            let sender = &self.layers[projection.sender.0];
            let scale = &projection.params.wt_scale;
            let full = WtScaleParams::full_scale(
                sender.pools()[0].running.act_p_avg_eff,
                sender.n_units() as f32,
                projection.mean_connections(),
            );
            projection.g_scale = scale.abs * scale.rel * full;
            match projection.kind {
                ProjectionType::Inhib => inhibitory += scale.rel,
                _ => excitatory += scale.rel,
            }
        }
        for id in &self.layers[index].receives {
            let projection = &mut self.projections[id.0];
            let total =
                if projection.kind == ProjectionType::Inhib { inhibitory } else { excitatory };
            if total > 0.0 {
                projection.g_scale /= total;
            }
        }
    }

    /// Runs one cycle: what was active is sent, then conductances, inhibition and activation
    /// follow in each layer.
    ///
    /// # Errors
    /// No trial has been started, or a value has become NaN (which layer and unit is told).
    pub fn cycle(&mut self) -> Result<()> {
        if self.constants.len() != self.layers.len() {
            let operation = "a cycle can run: then start_trial";
            return Err(EngineError::NotBuilt { network: self.name.clone(), operation });
        }
        self.run_cycle();
        for layer in &self.layers {
            if let Some((what, unit)) = layer.not_a_number() {
                return Err(EngineError::NotANumber {
                    layer: layer.name().to_owned(),
                    what,
                    unit,
                    cycle: self.time.cycle,
                });
            }
        }
        self.time.cycle += 1;
        self.time.total_cycles += 1;
        Ok(())
    }

    fn run_cycle(&mut self) {
        for index in 0..self.layers.len() {
            self.draw_noise(index, false);
        }
        for (layer, constants) in self.layers.iter_mut().zip(&self.constants) {
            layer.fill_outbox(constants);
        }
        let (layers, projections) = (&self.layers, &mut self.projections);
        let events: usize = projections
            .iter()
            .map(|item| layers[item.sender.0].outbox.len() * layers[item.receiver.0].n_units())
            .sum();
        match &self.threads {
            Some(pool) if events >= LEAST_PARALLEL_EVENTS => pool.install(|| {
                projections
                    .par_iter_mut()
                    .for_each(|item| item.receive(&layers[item.sender.0].outbox, true));
            }),
            _ => {
                for item in projections {
                    item.receive(&layers[item.sender.0].outbox, false);
                }
            }
        }
        let projections = &self.projections;
        let integrate = |(layer, constants): (&mut Layer, &CycleConstants)| {
            for id in &layer.receives {
                let projection = &projections[id.0];
                let raw = match projection.kind {
                    ProjectionType::Inhib => &mut layer.neurons.gi_raw,
                    _ => &mut layer.neurons.ge_raw,
                };
                // Without a change of activation there is nothing to add.
                if projection.received && !projection.off {
                    add(raw, &projection.g_inc);
                }
            }
            layer.integrate_conductances(constants);
        };
        let n_units: usize = self.layers.iter().map(Layer::n_units).sum();
        let threads = self.threads.as_deref().filter(|_| n_units >= LEAST_PARALLEL_UNITS);
        for_each_layer(&mut self.layers, &self.constants, threads, integrate);
        pool_statistics(&mut self.layers, PoolVariable::Ge);
        for_each_layer(&mut self.layers, &self.constants, threads, |(layer, constants)| {
            layer.finish_cycle(constants);
        });
        pool_statistics(&mut self.layers, PoolVariable::Act);
    }

    /// Ends a quarter: records its activations, and before the plus phase clamps the targets.
    pub fn end_quarter(&mut self) {
        for layer in self.layers.iter_mut().filter(|layer| !layer.off) {
            layer.end_quarter(self.time.quarter);
        }
        self.time.quarter += 1;
    }

    /// Computes weight changes from the trial that has ended (emergent: `DWt`).
    pub fn compute_weight_changes(&mut self) {
        let layers = &self.layers;
        let change = |projection: &mut Projection, parallel: bool| {
            if is_off(layers, projection) {
                return;
            }
            let sender = &layers[projection.sender.0].neurons;
            let receiver = &layers[projection.receiver.0].neurons;
            projection.change_weights(sender, receiver, parallel);
        };
        for_each_projection(&mut self.projections, self.threads.as_deref(), change);
    }

    /// Computes weight changes and applies them, as
    /// [`compute_weight_changes`](Self::compute_weight_changes) and
    /// [`apply_weight_changes`](Self::apply_weight_changes) do one after the other, in one pass over
    /// the synapses.
    pub fn learn(&mut self) {
        let layers = &self.layers;
        let learn = |projection: &mut Projection, parallel: bool| {
            if is_off(layers, projection) {
                return;
            }
            let sender = &layers[projection.sender.0].neurons;
            let receiver = &layers[projection.receiver.0].neurons;
            projection.learn(sender, receiver, parallel);
        };
        for_each_projection(&mut self.projections, self.threads.as_deref(), learn);
        self.count_weight_changes();
    }

    /// Applies pending weight changes (emergent: `WtFmDWt`) and, every tenth time, rebalances.
    pub fn apply_weight_changes(&mut self) {
        let apply = |projection: &mut Projection, parallel: bool| {
            projection.apply_weight_changes(parallel);
        };
        for_each_projection(&mut self.projections, self.threads.as_deref(), apply);
        self.count_weight_changes();
    }

    /// Weights have changed: every tenth time they are rebalanced.
    fn count_weight_changes(&mut self) {
        self.wt_bal_counter += 1;
        if self.wt_bal_counter >= WT_BAL_INTERVAL {
            self.wt_bal_counter = 0;
            for projection in &mut self.projections {
                let is_target = self.layers[projection.receiver.0].kind == LayerType::Target;
                projection.balance_weights(is_target);
            }
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

    /// The state of all layers and the time, without the weights; see
    /// [`restore_activity`](Self::restore_activity).
    pub(crate) fn activity(&self) -> (Vec<Layer>, Time) {
        (self.layers.clone(), self.time)
    }

    /// Puts back what [`activity`](Self::activity) has kept.
    pub(crate) fn restore_activity(&mut self, (layers, time): (Vec<Layer>, Time)) {
        self.layers = layers;
        self.time = time;
        self.constants.clear();
    }

    /// Runs the four quarters of a trial on the patterns that have been applied.
    ///
    /// # Errors
    /// As [`start_trial`](Self::start_trial) and [`cycle`](Self::cycle).
    fn run_trial(
        &mut self,
        update_averages: bool,
        hook: &mut dyn FnMut(&Self, Moment),
    ) -> Result<()> {
        self.start_trial(update_averages)?;
        for _ in 0..QUARTERS_PER_TRIAL {
            for _ in 0..CYCLES_PER_QUARTER {
                self.cycle()?;
                hook(self, Moment::Cycle);
            }
            self.end_quarter();
            hook(self, Moment::Quarter);
        }
        Ok(())
    }

    /// Runs a trial on the patterns that have been applied, and learns from it.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn train_trial(&mut self) -> Result<()> {
        self.with_threads(|net| {
            net.run_trial(true, &mut |_, _| ())?;
            net.learn();
            Ok(())
        })
    }

    /// As [`train_trial`](Self::train_trial), calling `hook` after each cycle and quarter.
    ///
    /// ```
    /// use engine::network::Moment;
    /// use engine::{LayerType, Network};
    /// let mut net = Network::new("one");
    /// let layer = net.add_layer("Input", &[1, 1], LayerType::Input)?;
    /// net.build()?;
    /// net.init_weights(1)?;
    /// net.apply_input(layer, &[1.0])?;
    /// let mut acts = Vec::new();
    /// net.train_trial_with(&mut |net, moment| {
    ///     if moment == Moment::Cycle {
    ///         acts.push(net.layer(layer).neurons().act[0]);
    ///     }
    /// })?;
    /// assert_eq!(acts, [0.95; 100]);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`train_trial`](Self::train_trial).
    pub fn train_trial_with(&mut self, hook: &mut dyn FnMut(&Self, Moment)) -> Result<()> {
        self.run_trial(true, hook)?;
        self.learn();
        Ok(())
    }

    /// Runs a trial without learning and without changing averages over trials.
    ///
    /// # Errors
    /// The network is not built, or a value has become NaN.
    pub fn test_trial(&mut self) -> Result<()> {
        self.with_threads(|net| net.run_trial(false, &mut |_, _| ()))
    }

    /// As [`test_trial`](Self::test_trial), calling `hook` after each cycle and quarter.
    ///
    /// # Errors
    /// As [`test_trial`](Self::test_trial).
    pub fn test_trial_with(&mut self, hook: &mut dyn FnMut(&Self, Moment)) -> Result<()> {
        self.run_trial(false, hook)
    }

    /// Does work of many cycles with the threads kept awake: what they share in a cycle takes less
    /// time than to wake a thread.
    fn with_threads<T: Send>(&mut self, work: impl FnOnce(&mut Self) -> T + Send) -> T {
        let pool = match &self.threads {
            Some(pool) if self.n_synapses() >= LEAST_PARALLEL_SYNAPSES => pool.clone(),
            _ => return work(self),
        };
        let done = AtomicBool::new(false);
        let stay_awake = &|own: Option<usize>| {
            // Should the thread at work take this up while it waits for others, it must get back.
            while rayon::current_thread_index() != own && !done.load(Ordering::Relaxed) {
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    std::hint::spin_loop();
                }
            }
        };
        pool.install(|| {
            rayon::scope(|scope| {
                let own = rayon::current_thread_index();
                for _ in 1..pool.current_num_threads() {
                    scope.spawn(move |_| stay_awake(own));
                }
                let _done = SetOnDrop(&done);
                work(self)
            })
        })
    }
}

/// Sets a flag in the end, also after a panic.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does the same for every layer that is not lesioned, on threads if there are any.
fn for_each_layer(
    layers: &mut [Layer],
    constants: &[CycleConstants],
    threads: Option<&rayon::ThreadPool>,
    work: impl Fn((&mut Layer, &CycleConstants)) + Sync + Send,
) {
    let work = |(layer, constants): (&mut Layer, &CycleConstants)| {
        if !layer.off {
            work((layer, constants));
        }
    };
    match threads {
        Some(pool) => pool.install(|| layers.par_iter_mut().zip(constants).for_each(work)),
        None => layers.iter_mut().zip(constants).for_each(work),
    }
}

/// Whether the projection or one of its layers is lesioned.
fn is_off(layers: &[Layer], projection: &Projection) -> bool {
    projection.off || layers[projection.sender.0].off || layers[projection.receiver.0].off
}

/// Does the same for every projection, on the threads where there is enough to do.
fn for_each_projection(
    projections: &mut [Projection],
    threads: Option<&rayon::ThreadPool>,
    work: impl Fn(&mut Projection, bool) + Sync,
) {
    let is_large = |item: &Projection| item.n_synapses() >= LEAST_PARALLEL_SYNAPSES;
    match threads {
        Some(pool) if projections.iter().any(is_large) => pool.install(|| {
            projections.par_iter_mut().for_each(|item| {
                let parallel = is_large(item);
                work(item, parallel);
            });
        }),
        _ => projections.iter_mut().for_each(|item| work(item, false)),
    }
}

/// Average and maximum of a variable in every pool, of several layers at once.
fn pool_statistics(mut layers: &mut [Layer], of: PoolVariable) {
    fn together<const N: usize>(layers: &mut [Layer], of: PoolVariable) {
        let arrays: [&[f32]; N] = std::array::from_fn(|index| match of {
            PoolVariable::Ge => &layers[index].neurons.ge[..],
            PoolVariable::Act => &layers[index].neurons.act[..],
        });
        let found = sums_and_greatest(arrays);
        for (layer, whole) in layers.iter_mut().zip(found) {
            layer.pool_statistics(of, whole);
        }
    }
    while !layers.is_empty() {
        let count = match layers.len() {
            // Rather three and two than four and one.
            5 => 3,
            n => n.min(4),
        };
        let (some, rest) = layers.split_at_mut(count);
        match count {
            4 => together::<4>(some, of),
            3 => together::<3>(some, of),
            2 => together::<2>(some, of),
            _ => together::<1>(some, of),
        }
        layers = rest;
    }
}
