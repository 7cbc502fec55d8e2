//! The state of several trials in one layer, for batches.

use super::Layer;
use crate::pool::Pool;

impl Layer {
    /// A layer that holds the state of so many trials, each as it is in this one.
    pub(crate) fn repeated(&self, members: usize) -> Self {
        let count = self.n_units();
        let pools = (0..members).flat_map(|member| {
            self.pools.iter().map(move |pool| {
                let units = &pool.neurons;
                let neurons = units.start + member * count..units.end + member * count;
                Pool { neurons, ..pool.clone() }
            })
        });
        Self {
            neurons: self.neurons.repeated(members),
            pools: pools.collect(),
            cos_diffs: self.cos_diffs.repeat(members),
            members,
            ..self.clone()
        }
    }

    /// Sets input and target of one member to those of `one`.
    pub(crate) fn set_member_input(&mut self, one: &Self, member: usize) {
        self.neurons.set_member_input(&one.neurons, member);
    }

    /// Takes over the state of one member of `all`.
    pub(crate) fn copy_member(&mut self, all: &Self, member: usize) {
        self.neurons.copy_member(&all.neurons, member);
        self.cos_diffs[0] = all.cos_diffs[member];
        let n_pools = self.pools.len();
        let pools = &all.pools[member * n_pools..(member + 1) * n_pools];
        for (pool, of_member) in self.pools.iter_mut().zip(pools) {
            let neurons = pool.neurons.clone();
            *pool = Pool { neurons, ..of_member.clone() };
        }
    }
}
