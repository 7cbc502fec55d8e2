//! A cycle: what was active is sent, and every layer follows what it receives.

use super::threads::Part;
use super::{Function, Network, Share};
use crate::error::{EngineError, Result};
use crate::layer::{CycleConstants, Layer, PoolVariable};
use crate::projection::{Projection, ProjectionType};
use crate::vector::neurons::{add, add_from, sums_and_greatest};

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
        self.run_cycles(1)
    }

    /// Runs cycles, of which the caller sees the last.
    ///
    /// Within them the end of a cycle is also the start of the next, so that threads meet less often.
    pub(super) fn run_cycles(&mut self, count: usize) -> Result<()> {
        let mut collected = false;
        for left in (0..count).rev() {
            for index in 0..self.layers.len() {
                self.draw_noise(index, false);
            }
            let collect = self.profile.is_none() && left > 0;
            self.on_threads(|net, threads| {
                net.timed(Function::SendGDelta, |net| {
                    if !collected {
                        net.share_layers(threads, |mut part, _| send(&mut part));
                    }
                    net.deliver(threads);
                });
                net.count_events();
                net.settle(collect, threads);
            });
            collected = collect;
            self.require_finite()?;
            self.time.cycle += 1;
            self.time.total_cycles += 1;
        }
        Ok(())
    }

    /// Every layer follows what it has received, and collects what it sends next if that is wanted.
    fn settle(&mut self, collect: bool, threads: usize) {
        if self.profile.is_some() {
            for (function, step) in STEPS {
                self.timed(function, |net| {
                    net.share_layers(threads, |mut part, mail| {
                        step(&mut part, mail);
                    })
                });
            }
            return;
        }
        self.share_layers(threads, |mut part, mail| {
            // Statistics of several layers side by side are faster; those of a batch are large,
            // and better left in the cache from step to step.
            let is_batch = part.layers.iter().any(|layer| layer.members > 1);
            let size = if is_batch { 1 } else { part.layers.len() };
            while !part.layers.is_empty() {
                let (mut some, others) = part.split_at(size);
                STEPS.iter().for_each(|(_, step)| step(&mut some, mail));
                if collect {
                    send(&mut some);
                }
                part = others;
            }
        });
    }

    fn require_finite(&self) -> Result<()> {
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
        Ok(())
    }

    /// Does something with all layers, some of them on each thread, and with what they received.
    fn share_layers(&mut self, threads: usize, work: impl Fn(Part<'_>, Mail<'_>) + Sync) {
        let mail = (&self.shares[..], &self.projections[..]);
        let part = Part {
            layers: &mut self.layers,
            constants: &self.constants,
            outboxes: &mut self.outboxes,
        };
        part.share(threads, &|part| work(part, mail));
    }
}

/// What all layers have received, and along which projections.
type Mail<'a> = (&'a [Share], &'a [Projection]);
/// What is done with layers that have received something.
type Step = fn(&mut Part<'_>, Mail<'_>);

/// The steps of a cycle after what was active has been sent.
const STEPS: [(Function, Step); 5] = [
    (Function::GFmInc, |part, mail| {
        part.at_work().for_each(|(layer, constants)| integrate(layer, constants, mail));
    }),
    (Function::AvgMaxGe, |part, _| pool_statistics(part.layers, PoolVariable::Ge)),
    (Function::InhibFmGeAct, |part, _| part.at_work().for_each(|(layer, _)| layer.inhibit())),
    (Function::ActFmG, |part, _| {
        part.at_work().for_each(|(layer, constants)| layer.follow(constants));
    }),
    (Function::AvgMaxAct, |part, _| pool_statistics(part.layers, PoolVariable::Act)),
];

/// Collects what layers send.
fn send(part: &mut Part<'_>) {
    part.each().for_each(|(layer, constants, outbox)| layer.send(constants, outbox));
}

/// Adds what a layer has received, and lets its conductances follow.
fn integrate(layer: &mut Layer, constants: &CycleConstants, (shares, projections): Mail<'_>) {
    // Projection by projection, so that sums have one order.
    for place in constants.inboxes.clone() {
        for inbox in shares.iter().map(|share| &share[place]) {
            let raw = match projections[inbox.projection.0].kind {
                ProjectionType::Inhib => &mut layer.neurons.gi_raw,
                _ => &mut layer.neurons.ge_raw,
            };
            // Without a change of activation there is nothing to add.
            match inbox.filled {
                true if inbox.sums.len() == raw.len() => add(raw, &inbox.sums),
                true => add_from(raw, inbox.first, &inbox.sums),
                false => {}
            }
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
