//! Learning rates that change over epochs.

use crate::error::{EngineError, Result};

/// Factors of the learning rates, each from an epoch on.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Schedule {
    /// Epoch and factor, by ascending epochs.
    steps: Vec<(usize, f32)>,
}

impl Schedule {
    pub(super) fn new(steps: &[(usize, f32)]) -> Result<Self> {
        let bad = |value: String, range: &str| {
            let setting = "the schedule of learning rates".to_owned();
            Err(EngineError::Setting { setting, value, range: range.to_owned() })
        };
        if let Some(pair) = steps.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return bad(format!("{} before {}", pair[0].0, pair[1].0), "of ascending epochs");
        }
        match steps.iter().find(|(_, factor)| !(factor.is_finite() && *factor >= 0.0)) {
            Some((epoch, factor)) => {
                bad(format!("{factor} at epoch {epoch}"), "of finite factors, 0 or more")
            }
            None => Ok(Self { steps: steps.to_vec() }),
        }
    }

    /// Epochs and the factors that hold from them on.
    pub(super) fn steps(&self) -> &[(usize, f32)] {
        &self.steps
    }

    /// The factor in an epoch; `None` if there is no schedule.
    pub(super) fn factor(&self, epoch: usize) -> Option<f32> {
        if self.steps.is_empty() {
            return None;
        }
        let past = self.steps.iter().rev().find(|(from, _)| *from <= epoch);
        Some(past.map_or(1.0, |(_, factor)| *factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_hold_from_their_epoch_on() {
        let schedule = Schedule::new(&[(10, 0.5), (20, 0.25)]).unwrap();
        let factors = [0, 9, 10, 19, 20, 99].map(|epoch| schedule.factor(epoch).unwrap());
        assert_eq!(factors, [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
        assert_eq!(Schedule::default().factor(3), None);
        assert!(Schedule::new(&[(10, 0.5), (10, 0.25)]).is_err());
        assert!(Schedule::new(&[(0, f32::NAN)]).is_err());
    }
}
