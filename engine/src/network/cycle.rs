//! A cycle: what was active is sent, and every layer follows what it receives.

use rayon::prelude::*;

use super::threads::{LEAST_PARALLEL_EVENTS, LEAST_PARALLEL_UNITS, for_each_layer};
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
        self.timed(Function::SendGDelta, Self::send);
        self.count_events();
        if self.profile.is_none() && self.layers_apart() {
            return self.for_each_layer(|layer, constants, projections| {
                integrate(layer, constants, projections);
                pool_statistics(std::slice::from_mut(layer), PoolVariable::Ge);
                layer.inhibit();
                layer.follow(constants);
                pool_statistics(std::slice::from_mut(layer), PoolVariable::Act);
            });
        }
        self.timed(Function::GFmInc, |net| net.for_each_layer(integrate));
        self.timed(Function::AvgMaxGe, |net| pool_statistics(&mut net.layers, PoolVariable::Ge));
        self.timed(Function::InhibFmGeAct, |net| net.for_each_layer(|layer, _, _| layer.inhibit()));
        self.timed(Function::ActFmG, |net| {
            net.for_each_layer(|layer, constants, _| layer.follow(constants));
        });
        self.timed(Function::AvgMaxAct, |net| pool_statistics(&mut net.layers, PoolVariable::Act));
    }

    /// Whether a cycle is better done layer by layer than function by function: on threads, which
    /// then wait for each other but once, and for a batch, whose layers are large. For layers of a
    /// single trial on one thread, statistics of several layers side by side are faster.
    fn layers_apart(&self) -> bool {
        self.has_threads_for_units() || self.layers.iter().any(|layer| layer.members > 1)
    }

    /// Sends changes of activation along all projections.
    fn send(&mut self) {
        for (layer, constants) in self.layers.iter_mut().zip(&self.constants) {
            layer.fill_outboxes(constants);
        }
        let (layers, projections) = (&self.layers, &mut self.projections);
        let events: usize = projections
            .iter()
            .map(|item| layers[item.sender.0].n_sent() * layers[item.receiver.0].n_units())
            .sum();
        match &self.threads {
            Some(pool) if events >= LEAST_PARALLEL_EVENTS => pool.install(|| {
                projections
                    .par_iter_mut()
                    .for_each(|item| item.receive(&layers[item.sender.0], true));
            }),
            _ => {
                for item in projections {
                    item.receive(&layers[item.sender.0], false);
                }
            }
        }
    }

    /// Whether the work on units is worth sharing among threads.
    fn has_threads_for_units(&self) -> bool {
        let n_units: usize = self.layers.iter().map(|layer| layer.neurons.act.len()).sum();
        self.threads.is_some() && n_units >= LEAST_PARALLEL_UNITS
    }

    fn for_each_layer(
        &mut self,
        work: impl Fn(&mut Layer, &CycleConstants, &[Projection]) + Sync + Send,
    ) {
        let threads = self.threads.as_deref().filter(|_| self.has_threads_for_units());
        let projections = &self.projections;
        for_each_layer(&mut self.layers, &self.constants, threads, |(layer, constants)| {
            work(layer, constants, projections);
        });
    }
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
        let count = match left {
            // Rather three and two than four and one.
            5 => 3,
            n => n.min(4),
        };
        let mut some = [(0, 0); 4];
        for place in &mut some[..count] {
            *place = (layer, member);
            member += 1;
            if member == layers[layer].members {
                (layer, member) = (layer + 1, 0);
            }
        }
        match count {
            4 => together::<4>(layers, &some, of),
            3 => together::<3>(layers, &some, of),
            2 => together::<2>(layers, &some, of),
            _ => together::<1>(layers, &some, of),
        }
        left -= count;
    }
}
