//! Quantiles of groups, element by element.

use std::sync::Arc;

use rayon::prelude::*;

use super::fold::Values;
use crate::element::Number;

/// Numbers that one task sorts out at a time.
const TASK: usize = 1 << 20;

/// For each place (0 to 1) the quantiles of all groups and elements, `[groups, width]`; none of no
/// numbers.
pub(super) fn quantiles<T: Number>(
    column: Values<'_, T>,
    groups: &[Arc<[usize]>],
    places: &[f64],
) -> Vec<Vec<Option<f64>>> {
    if places.is_empty() || column.width == 0 {
        return vec![Vec::new(); places.len()];
    }
    // Some elements of one group: as many as fit a task, so that a row's cell is read once.
    let tasks: Vec<(usize, usize, usize)> = (0..groups.len())
        .flat_map(|group| {
            let step = (TASK / groups[group].len().max(1)).clamp(1, column.width);
            (0..column.width)
                .step_by(step)
                .map(move |first| (group, first, step.min(column.width - first)))
        })
        .collect();
    let found: Vec<Vec<Option<f64>>> = tasks
        .par_iter()
        .map(|&(group, first, n)| {
            let rows = &groups[group];
            let mut elements: Vec<Vec<f64>> =
                (0..n).map(|_| Vec::with_capacity(rows.len())).collect();
            for &row in rows.iter() {
                let start = row * column.width + first;
                for (k, numbers) in elements.iter_mut().enumerate() {
                    let number = column.numbers[start + k].to_f64();
                    if !number.is_nan() && column.valid.is_none_or(|valid| valid[start + k]) {
                        numbers.push(number);
                    }
                }
            }
            // By element, then by place.
            elements
                .iter_mut()
                .flat_map(|numbers| {
                    places.iter().map(|&place| quantile(numbers, place)).collect::<Vec<_>>()
                })
                .collect()
        })
        .collect();
    let mut results = vec![vec![None; groups.len() * column.width]; places.len()];
    for (&(group, first, _), found) in tasks.iter().zip(found) {
        for (k, element) in found.chunks(places.len()).enumerate() {
            for (result, &value) in results.iter_mut().zip(element) {
                result[group * column.width + first + k] = value;
            }
        }
    }
    results
}

/// The quantile at a place from 0 to 1; reorders the numbers.
fn quantile(numbers: &mut [f64], place: f64) -> Option<f64> {
    let last = numbers.len().checked_sub(1)?;
    let place = place * last as f64;
    let below = (place.floor() as usize).min(last);
    let part = place - below as f64;
    let (_, low, above) = numbers.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    if part == 0.0 {
        return Some(low);
    }
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low * (1.0 - part) + high * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_sorted_numbers() {
        let mut numbers = [3.0, 1.0, 4.0, 2.0];
        let mut at = |place| quantile(&mut numbers, place);
        assert_eq!([at(0.0), at(0.5), at(1.0)], [Some(1.0), Some(2.5), Some(4.0)]);
        assert_eq!(at(0.25), Some(1.75));
        assert_eq!(quantile(&mut [7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [f64::INFINITY, 1.0], 0.5), Some(f64::INFINITY));
    }
}
