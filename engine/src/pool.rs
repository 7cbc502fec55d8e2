//! Pools of neurons that share inhibition: the whole layer, and each pool of a 4-D layer.
//!
//! ```
//! use engine::pool::AvgMax;
//! assert_eq!(AvgMax::of(&[0.25, 0.75, 0.5]), AvgMax { avg: 0.5, max: 0.75 });
//! assert_eq!(AvgMax::of(&[]), AvgMax { avg: 0.0, max: 0.0 });
//! ```

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::leabra::inhibition::FffbState;
use crate::vector::neurons::{larger, sums_and_greatest};

/// Average and maximum of a variable over a pool.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AvgMax {
    /// Average.
    pub avg: f32,
    /// Maximum.
    pub max: f32,
}

impl Default for AvgMax {
    fn default() -> Self {
        Self { avg: 0.0, max: f32::MIN }
    }
}

impl AvgMax {
    /// Of `values`, summed in order; both are 0 if there are none.
    #[inline]
    pub fn of(values: &[f32]) -> Self {
        let [found] = sums_and_greatest([values]);
        Self::from_sum(found, values.len())
    }

    /// Of some values, one after the other.
    pub(crate) fn over(values: impl Iterator<Item = f32>) -> Self {
        let (mut sum, mut greatest, mut count) = (0.0_f32, f32::MIN, 0);
        for value in values {
            (sum, greatest, count) = (sum + value, larger(value, greatest), count + 1);
        }
        Self::from_sum((sum, greatest), count)
    }

    /// From sum and greatest value of so many values.
    pub(crate) fn from_sum((sum, greatest): (f32, f32), count: usize) -> Self {
        match count {
            0 => Self { avg: 0.0, max: 0.0 },
            _ => Self { avg: sum / count as f32, max: greatest },
        }
    }
}

/// Running averages of activity over trials, which scale what the layer sends.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RunningActivity {
    /// Of the minus phase.
    pub act_m_avg: f32,
    /// Of the plus phase.
    pub act_p_avg: f32,
    /// Of the plus phase, as scaling uses it.
    pub act_p_avg_eff: f32,
}

/// One pool.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Pool {
    /// The neurons of the pool.
    pub(crate) neurons: Range<usize>,
    /// Inhibition.
    pub inhib: FffbState,
    /// Excitatory conductance in the last cycle.
    pub ge: AvgMax,
    /// Activation in the last cycle.
    pub act: AvgMax,
    /// Activation at the end of the minus phase.
    pub act_m: AvgMax,
    /// Activation at the end of the plus phase.
    pub act_p: AvgMax,
    /// Running averages.
    pub running: RunningActivity,
}

impl Pool {
    /// A pool of these neurons.
    pub fn new(neurons: Range<usize>) -> Self {
        Self { neurons, ..Self::default() }
    }

    /// The neurons of the pool, by their flat indices in the layer.
    pub fn neurons(&self) -> Range<usize> {
        self.neurons.clone()
    }
}
