//! A cycle: what was active is sent, and every layer follows what it receives.

use std::sync::Arc;

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
        self.timed(Function::GFmInc, |net| {
            let projections = &net.projections;
            let threads = net.threads_for_units();
            for_each_layer(
                &mut net.layers,
                &net.constants,
                threads.as_deref(),
                |(layer, constants)| {
                    integrate(layer, constants, projections);
                },
            );
        });
        self.timed(Function::AvgMaxGe, |net| pool_statistics(&mut net.layers, PoolVariable::Ge));
        if self.profile.is_none() {
            self.for_each_layer(|(layer, constants)| {
                layer.inhibit();
                layer.follow(constants);
            });
        } else {
            self.timed(Function::InhibFmGeAct, |net| {
                net.for_each_layer(|(layer, _)| layer.inhibit())
            });
            self.timed(Function::ActFmG, |net| {
                net.for_each_layer(|(layer, constants)| layer.follow(constants));
            });
        }
        self.timed(Function::AvgMaxAct, |net| pool_statistics(&mut net.layers, PoolVariable::Act));
    }

    /// Sends changes of activation along all projections.
    fn send(&mut self) {
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
    }

    /// The threads that the work on units is worth sharing among.
    fn threads_for_units(&self) -> Option<Arc<rayon::ThreadPool>> {
        let n_units: usize = self.layers.iter().map(Layer::n_units).sum();
        self.threads.clone().filter(|_| n_units >= LEAST_PARALLEL_UNITS)
    }

    fn for_each_layer(&mut self, work: impl Fn((&mut Layer, &CycleConstants)) + Sync + Send) {
        let threads = self.threads_for_units();
        for_each_layer(&mut self.layers, &self.constants, threads.as_deref(), work);
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
