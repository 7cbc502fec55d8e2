//! A cycle: what was active is sent, and every layer follows what it receives.

use super::threads::{LEAST_PARALLEL_UNITS, share_layers};
use super::{Function, Network};
use crate::error::{EngineError, Result};
use crate::layer::{CycleConstants, Layer, PoolVariable};
use crate::projection::{Projection, ProjectionType};
use crate::vector::neurons::{add, sums_and_greatest};

impl Network {
    /// Runs one cycle: what was active is sent, then conductances, inhibition and activation
    /// follow in each layer.
    ///
    /// # Errors
    /// No trial has been started, or a value has become NaN (which layer and unit is told).
    pub fn cycle(&mut self) -> Result<()> {
        self.require_built("cycle")?;
        if !self.is_within_trial() {
            let operation = "a cycle can run";
            return Err(EngineError::NoTrial { network: self.name.clone(), operation });
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
        self.timed(Function::SendGDelta, Self::send);
        self.count_events();
        if self.profile.is_some() {
            for (function, step) in STEPS {
                self.timed(function, |net| net.share_layers(step));
            }
            return;
        }
        self.share_layers(|layers, constants, projections| {
            // Statistics of several layers side by side are faster; those of a batch are large,
            // and better left in the cache from step to step.
            let is_batch = layers.iter().any(|layer| layer.members > 1);
            let size = if is_batch { 1 } else { layers.len().max(1) };
            for (layers, constants) in layers.chunks_mut(size).zip(constants.chunks(size)) {
                STEPS.iter().for_each(|(_, step)| step(layers, constants, projections));
            }
        });
    }

    /// Does something with all layers, some of them on each thread where there are threads for it.
    pub(super) fn share_layers(
        &mut self,
        work: impl Fn(&mut [Layer], &[CycleConstants], &[Projection]) + Sync,
    ) {
        let units = |layer: &Layer| layer.neurons.act.len();
        let threads = self
            .threads
            .as_deref()
            .filter(|_| self.layers.iter().map(units).sum::<usize>() >= LEAST_PARALLEL_UNITS);
        let (layers, constants) = (&mut self.layers[..], &self.constants[..]);
        let work = |layers: &mut [Layer], constants: &[CycleConstants]| {
            work(layers, constants, &self.projections);
        };
        match threads {
            Some(pool) => pool.install(|| {
                share_layers(layers, constants, pool.current_num_threads(), &work);
            }),
            None => work(layers, constants),
        }
    }
}

/// What is done with layers and their projections.
type Step = fn(&mut [Layer], &[CycleConstants], &[Projection]);

/// The steps of a cycle after what was active has been sent.
const STEPS: [(Function, Step); 5] = [
    (Function::GFmInc, |layers, constants, projections| {
        for (layer, constants) in at_work(layers, constants) {
            integrate(layer, constants, projections);
        }
    }),
    (Function::AvgMaxGe, |layers, _, _| pool_statistics(layers, PoolVariable::Ge)),
    (Function::InhibFmGeAct, |layers, constants, _| {
        at_work(layers, constants).for_each(|(layer, _)| layer.inhibit());
    }),
    (Function::ActFmG, |layers, constants, _| {
        at_work(layers, constants).for_each(|(layer, constants)| layer.follow(constants));
    }),
    (Function::AvgMaxAct, |layers, _, _| pool_statistics(layers, PoolVariable::Act)),
];

/// The layers that are not lesioned.
fn at_work<'a>(
    layers: &'a mut [Layer],
    constants: &'a [CycleConstants],
) -> impl Iterator<Item = (&'a mut Layer, &'a CycleConstants)> {
    layers.iter_mut().zip(constants).filter(|(layer, _)| !layer.off)
}

/// Adds what a layer has received, and lets its conductances follow.
fn integrate(layer: &mut Layer, constants: &CycleConstants, projections: &[Projection]) {
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
}

/// Average and maximum of a variable in every pool, of several layers and members at once.
fn pool_statistics(layers: &mut [Layer], of: PoolVariable) {
    fn together<const N: usize>(layers: &mut [Layer], some: &[(usize, usize)], of: PoolVariable) {
        let arrays: [&[f32]; N] = std::array::from_fn(|index| {
            let (layer, member) = some[index];
            let layer = &layers[layer];
            let values = match of {
                PoolVariable::Ge => &layer.neurons.ge[..],
                PoolVariable::Act => &layer.neurons.act[..],
            };
            let count = layer.n_units();
            &values[member * count..(member + 1) * count]
        });
        let found = sums_and_greatest(arrays);
        for ((layer, member), whole) in some.iter().zip(found) {
            layers[*layer].pool_statistics(of, *member, whole);
        }
    }
    let mut left: usize = layers.iter().map(|layer| layer.members).sum();
    let (mut layer, mut member) = (0, 0);
    while left > 0 {
        let count = left.div_ceil(left.div_ceil(SIDE_BY_SIDE));
        let mut some = [(0, 0); SIDE_BY_SIDE];
        for place in &mut some[..count] {
            *place = (layer, member);
            member += 1;
            if member == layers[layer].members {
                (layer, member) = (layer + 1, 0);
            }
        }
        match count {
            5 => together::<5>(layers, &some, of),
            4 => together::<4>(layers, &some, of),
            3 => together::<3>(layers, &some, of),
            2 => together::<2>(layers, &some, of),
            _ => together::<1>(layers, &some, of),
        }
        left -= count;
    }
}

/// Layers or members whose values are added up at once, at most.
const SIDE_BY_SIDE: usize = 5;
