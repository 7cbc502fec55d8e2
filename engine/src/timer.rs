//! A stopwatch that adds up.
//!
//! ```
//! use engine::timer::Timer;
//! let mut timer = Timer::default();
//! for _ in 0..3 {
//!     let sum: u64 = timer.time(|| (0..1000).sum());
//!     assert_eq!(sum, 499_500);
//! }
//! assert_eq!(timer.count(), 3);
//! assert!(timer.total() >= timer.average());
//! ```

use std::time::{Duration, Instant};

/// The total and the number of times that something took. Time is that of a clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timer {
    total: Duration,
    count: u64,
    started: Option<Instant>,
}

impl Timer {
    /// Starts to measure; if it measures already, what there was since the start is forgotten.
    pub fn start(&mut self) {
        self.started = Some(Instant::now());
    }

    /// Stops, adds the time since the start, and returns it; nothing if it was not started.
    pub fn stop(&mut self) -> Duration {
        let Some(started) = self.started.take() else { return Duration::ZERO };
        let time = started.elapsed();
        self.add(time);
        time
    }

    /// Does some work, and adds the time that it takes.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.start();
        let done = work();
        self.stop();
        done
    }

    /// Adds a time that was measured elsewhere.
    pub fn add(&mut self, time: Duration) {
        self.total += time;
        self.count += 1;
    }

    /// All times together.
    pub fn total(&self) -> Duration {
        self.total
    }

    /// How many times have been added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The average of the times; zero if there are none.
    pub fn average(&self) -> Duration {
        match self.count {
            0 => Duration::ZERO,
            count => Duration::from_secs_f64(self.total.as_secs_f64() / count as f64),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up() {
        let mut timer = Timer::default();
        assert_eq!((timer.stop(), timer.average()), (Duration::ZERO, Duration::ZERO));
        timer.add(Duration::from_millis(3));
        timer.add(Duration::from_millis(1));
        assert_eq!((timer.count(), timer.average()), (2, Duration::from_millis(2)));
        timer.start();
        let last = timer.stop();
        assert_eq!(timer.total(), Duration::from_millis(4) + last);
        timer.reset();
        assert_eq!(timer, Timer::default());
    }
}
