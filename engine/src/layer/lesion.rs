//! Lesions: units and layers that take no part.

use super::Layer;
use crate::error::{EngineError, Result};
use crate::random;

impl Layer {
    /// Whether the whole layer is lesioned.
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// Lesions the whole layer or takes that back. A lesioned layer stays inactive, its projections
    /// carry nothing, do not learn and do not count in the scaling of others.
    pub fn set_off(&mut self, off: bool) {
        self.off = off;
        self.forget_activity();
    }

    /// Lesions a proportion of the units, chosen at random (rounded down to a whole number), and
    /// returns how many; units that were lesioned before are restored first.
    ///
    /// A lesioned unit stays at activation 0, takes no input and counts neither in averages over
    /// its pool nor in the match of phases.
    ///
    /// # Errors
    /// The proportion is not from 0 to 1, or the network is not built.
    pub fn lesion(&mut self, proportion: f64, seed: u64) -> Result<usize> {
        if !(0.0..=1.0).contains(&proportion) {
            return Err(EngineError::Setting {
                setting: format!("the proportion of units of `{}` to lesion", self.name),
                value: proportion.to_string(),
                range: "from 0 to 1".to_owned(),
            });
        }
        let count = self.built_units()?;
        let mut rng = random::stream(seed, "lesion", 0);
        let order = random::permutation(&mut rng, count);
        // 0.29 of 100 is a little less than 29 in binary.
        self.lesion_units(&order[..(proportion * count as f64 + 1e-9) as usize])
    }

    /// Lesions these units, and only these; none to restore all. Returns how many there are.
    ///
    /// # Errors
    /// The layer has no such unit, or the network is not built.
    pub fn lesion_units(&mut self, units: &[usize]) -> Result<usize> {
        let count = self.built_units()?;
        if let Some(unit) = units.iter().find(|unit| **unit >= count) {
            return Err(EngineError::Setting {
                setting: format!("a unit of `{}` to lesion", self.name),
                value: unit.to_string(),
                range: format!("below {count}"),
            });
        }
        self.neurons.off.fill(false);
        for unit in units {
            self.neurons.off[*unit] = true;
        }
        self.n_off = self.neurons.off.iter().filter(|off| **off).count();
        self.forget_activity();
        Ok(self.n_off)
    }

    /// The number of units, which are there when the network is built.
    fn built_units(&self) -> Result<usize> {
        match self.neurons.off.len() {
            0 => Err(EngineError::LayerNotBuilt {
                layer: self.name.clone(),
                operation: "its units are lesioned",
            }),
            count => Ok(count),
        }
    }

    /// The lesioned units, ascending.
    pub fn lesioned_units(&self) -> Vec<usize> {
        (0..self.neurons.off.len()).filter(|unit| self.neurons.off[*unit]).collect()
    }

    /// Sets all that lesioned units, or all of a lesioned layer, have of activity to 0, so that
    /// nothing of it is sent, averaged or learned from.
    pub(super) fn forget_activity(&mut self) {
        if !self.off && self.n_off == 0 {
            return;
        }
        let (all, off) = (self.off, self.neurons.off.clone());
        let is_off = |unit: usize| all || off[unit];
        let n = &mut self.neurons;
        for variable in [
            &mut n.act,
            &mut n.act_lrn,
            &mut n.ge,
            &mut n.gi,
            &mut n.ext,
            &mut n.targ,
            &mut n.avg_ss,
            &mut n.avg_s,
            &mut n.avg_m,
            &mut n.avg_s_lrn,
            &mut n.act_m,
            &mut n.act_p,
            &mut n.act_dif,
            &mut n.act_avg,
        ] {
            for (unit, value) in variable.iter_mut().enumerate() {
                if is_off(unit) {
                    *value = 0.0;
                }
            }
        }
        for unit in (0..off.len()).filter(|unit| is_off(*unit)) {
            (n.has_ext[unit], n.has_targ[unit]) = (false, false);
        }
    }

    /// Keeps lesioned units inactive.
    pub(super) fn silence(&mut self) {
        let n = &mut self.neurons;
        for unit in (0..n.off.len()).filter(|unit| n.off[*unit]) {
            for variable in [&mut n.act, &mut n.act_lrn, &mut n.act_del, &mut n.ge] {
                variable[unit] = 0.0;
            }
        }
    }
}
