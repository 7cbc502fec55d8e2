//! Counters that know their previous value and when they wrap.

use serde::{Deserialize, Serialize};

/// A counter of runs, epochs or trials (emergent: `env.Ctr`).
///
/// ```
/// use engine::environment::Counter;
///
/// let mut trial = Counter::with_max(2);
/// trial.init_at(-1); // so that the first step gives 0
/// assert!(!trial.increment());
/// assert_eq!((trial.previous, trial.current, trial.changed), (-1, 0, true));
/// assert!(!trial.increment());
/// assert!(trial.increment()); // 2 is reached: back to 0
/// assert_eq!((trial.previous, trial.current), (1, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The current count, from 0; −1 before the first step of what counts steps.
    pub current: i64,
    /// The count before the last change; −1 if there was none.
    pub previous: i64,
    /// Whether the last step changed the count.
    pub changed: bool,
    /// The count at which it goes back to 0; without one it never does.
    pub max: Option<i64>,
}

impl Default for Counter {
    fn default() -> Self {
        Self { current: 0, previous: -1, changed: false, max: None }
    }
}

impl Counter {
    /// A counter at 0 that goes back to 0 when it reaches `max`; never if `max` is not positive.
    pub fn with_max(max: i64) -> Self {
        Self { max: (max > 0).then_some(max), ..Self::default() }
    }

    /// Sets the count to 0 and forgets the previous one.
    pub fn init(&mut self) {
        self.init_at(0);
    }

    /// Sets the count and forgets the previous one.
    pub fn init_at(&mut self, current: i64) {
        *self = Self { current, max: self.max, ..Self::default() };
    }

    /// Counts one on, and says whether that reached the maximum and went back to 0.
    pub fn increment(&mut self) -> bool {
        self.changed = true;
        self.previous = self.current;
        self.current += 1;
        let wraps = self.max.is_some_and(|max| self.current >= max);
        if wraps {
            self.current = 0;
        }
        wraps
    }

    /// Notes that a step did not change the count; the previous count stays.
    pub fn same(&mut self) {
        self.changed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_maximum_it_never_wraps() {
        let mut counter = Counter::with_max(0);
        assert!((0..100).all(|_| !counter.increment()));
        assert_eq!((counter.previous, counter.current), (99, 100));
        counter.same();
        assert_eq!((counter.previous, counter.changed), (99, false));
        counter.init();
        assert_eq!(counter, Counter::default());
    }
}
