//! The bootstrap: how a statistic varies over samples drawn from the sample.

use etable::{
    interrupt::{self, Interrupted},
    progress::Task,
};
use rayon::prelude::*;

use super::{check_sample, rank::quantile};
use crate::{
    error::{AnalysisError, Result},
    random::SplitMix64,
};

/// The ends of the interval that holds a statistic with probability `level`: the percentiles of its
/// values over `resamples` samples of as many values, drawn with replacement.
///
/// Draw i has a generator of its own made of `seed` and i: the result depends on the seed alone,
/// not on the number of threads.
///
/// ```
/// use analysis::statistics::bootstrap_interval;
/// let values: Vec<f64> = (0..100).map(f64::from).collect();
/// let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
/// let (low, high) = bootstrap_interval(&values, 0.95, 2000, 1, mean)?;
/// assert!((42.0..45.5).contains(&low) && (53.5..57.0).contains(&high)); // 49.5 ± 1.96 · 2.9
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] if `level` is not between 0 and 1, `resamples` is 0, or a
/// value is not finite; [`AnalysisError::TooFew`] for no values; [`AnalysisError::Interrupted`].
///
/// # Source
///
/// B. Efron, R. Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13.
pub fn bootstrap_interval(
    values: &[f64],
    level: f64,
    resamples: usize,
    seed: u64,
    statistic: impl Fn(&[f64]) -> f64 + Sync,
) -> Result<(f64, f64)> {
    check_sample(values, "a bootstrap interval", 1)?;
    check_draws(level, resamples)?;
    let mut found = draws("Resampling", resamples, |draw| {
        let mut random = SplitMix64::stream(seed, draw);
        let sample: Vec<f64> =
            (0..values.len()).map(|_| values[random.below(values.len())]).collect();
        Ok(statistic(&sample))
    })?;
    Ok(percentile_interval(&mut found, level))
}

/// What each of many independent draws gives, in order; they run in parallel, are reported as steps
/// of a task, and can be interrupted.
pub(crate) fn draws<T: Send>(
    label: &str,
    count: usize,
    draw: impl Fn(u64) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let task = Task::new(label, count as u64);
    let one = |number: u64| {
        if interrupt::requested() {
            return Err(Interrupted.into());
        }
        let drawn = draw(number)?;
        task.step();
        Ok(drawn)
    };
    (0..count as u64).into_par_iter().map(one).collect()
}

pub(crate) fn check_draws(level: f64, resamples: usize) -> Result<()> {
    if !(level > 0.0 && level < 1.0) {
        return Err(AnalysisError::invalid("level", level, "between 0 and 1"));
    }
    if resamples == 0 {
        return Err(AnalysisError::invalid("resamples", "0", "at least 1"));
    }
    Ok(())
}

/// The middle share `level` of the values.
pub(crate) fn percentile_interval(values: &mut [f64], level: f64) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let outside = (1.0 - level) / 2.0;
    (quantile(values, outside), quantile(values, 1.0 - outside))
}
