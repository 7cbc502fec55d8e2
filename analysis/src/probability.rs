//! From logarithms of weights to probabilities.

use ndarray::{ArrayView1, ArrayViewMut1};

/// Makes probabilities of logarithms of weights, and returns the logarithm of the weights' sum.
pub(crate) fn normalise(mut logs: ArrayViewMut1<'_, f64>) -> f64 {
    // The largest exponent is 0, so that none overflows and not all vanish.
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum = largest + logs.iter().map(|log| (log - largest).exp()).sum::<f64>().ln();
    logs.mapv_inplace(|log| (log - sum).exp());
    sum
}

/// The place of the largest value; of equal ones the first.
pub(crate) fn place_of_largest(values: ArrayView1<'_, f64>) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use ndarray::arr1;

    use super::*;

    #[test]
    fn large_logarithms_become_probabilities() {
        let mut logs = arr1(&[1000.0, 1000.0 + f64::ln(3.0), -1000.0]);
        let sum = normalise(logs.view_mut());
        assert!((sum - 1000.0 - f64::ln(4.0)).abs() < 1e-12);
        assert!((logs[0] - 0.25).abs() < 1e-12 && (logs[1] - 0.75).abs() < 1e-12);
        assert_eq!(logs[2], 0.0);
        assert_eq!(place_of_largest(arr1(&[0.5, 2.0, 2.0]).view()), 1);
    }
}
