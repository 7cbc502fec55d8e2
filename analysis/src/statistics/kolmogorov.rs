//! The Kolmogorov-Smirnov test.

use super::{HypothesisTest, check_sample};
use crate::error::Result;

/// Products of the sizes of samples up to which probabilities are exact.
const MOST_FOR_EXACT: usize = 10_000;

/// Whether two samples are of one distribution: the greatest distance between their cumulated
/// shares, by Kolmogorov and Smirnov, two-sided.
///
/// With n and m values, the probability is exact where n · m is at most 10 000: the share of the
/// orders of all values, equally likely if the samples are of one distribution, in which the
/// distance is as great. Beyond, it is that of the limit for large samples with the correction for
/// small ones by Stephens (1970), *Journal of the Royal Statistical Society B* 32. With ties, as
/// between numbers of epochs, both are too great rather than too small.
///
/// # Source
///
/// J. Hodges (1958), The significance probability of the Smirnov two-sample test, *Arkiv för
/// Matematik* 3.
///
/// # Errors
///
/// [`crate::AnalysisError::TooFew`] if a sample is empty, [`crate::AnalysisError::InvalidArgument`]
/// if a value is not finite.
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Result<HypothesisTest> {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    for sample in [&mut a, &mut b] {
        check_sample(sample, "a Kolmogorov-Smirnov test", 1)?;
        sample.sort_by(f64::total_cmp);
    }
    let (n, m) = (a.len(), b.len());
    let (mut i, mut j, mut farthest) = (0, 0, 0);
    while i < n && j < m {
        let next = a[i].min(b[j]);
        i += a[i..].iter().take_while(|value| **value <= next).count();
        j += b[j..].iter().take_while(|value| **value <= next).count();
        farthest = farthest.max((i * m).abs_diff(j * n));
    }
    let (size_a, size_b) = (n as f64, m as f64);
    let statistic = farthest as f64 / size_a / size_b;
    let p_value = if n * m <= MOST_FOR_EXACT {
        share_of_paths(n, m, farthest)
    } else {
        let root = (size_a * size_b / (size_a + size_b)).sqrt();
        tail((root + 0.12 + 0.11 / root) * statistic)
    };
    Ok(HypothesisTest { statistic, p_value })
}

/// The share of the orders of n and m values in which `|i m − j n|` reaches `farthest` somewhere,
/// i and j being the numbers of values of either sample among the first `i + j`.
///
/// An order is a path from (0, 0) to (n, m). Of the paths to (i, j), a share of `i / (i + j)` comes
/// from (i − 1, j), the others from (i, j − 1): so the share of those that have reached the
/// distance follows from the two, without a difference that would lose digits.
fn share_of_paths(n: usize, m: usize, farthest: usize) -> f64 {
    let mut reached = vec![0.0; m + 1];
    for i in 0..=n {
        for j in 0..=m {
            reached[j] = if (i * m).abs_diff(j * n) >= farthest {
                1.0
            } else {
                let (from_a, from_b) = (reached[j], if j > 0 { reached[j - 1] } else { 0.0 });
                (i as f64 * from_a + j as f64 * from_b) / (i + j).max(1) as f64
            };
        }
    }
    reached[m]
}

/// The tail of Kolmogorov's distribution, `2 Σ (-1)^(k-1) exp(-2 k² x²)`.
fn tail(x: f64) -> f64 {
    // The series converges slowly where its sum is 1 to the last digit anyway.
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnalysisError;

    #[test]
    fn tails_of_the_tables() {
        let table = [(1.223_847_870_2, 0.10), (1.358_098_639_3, 0.05), (1.627_623_611_5, 0.01)];
        for (x, p) in table {
            assert!((tail(x) - p).abs() < 1e-9, "{x}: {}", tail(x));
        }
        assert!((tail(0.2) - 1.0).abs() < 1e-9);
    }

    /// All orders tried one by one.
    fn share_of_orders(n: usize, m: usize, farthest: usize) -> f64 {
        let orders = (0..1_u32 << (n + m)).filter(|order| order.count_ones() as usize == n);
        let reaches = |order: &u32| {
            let (mut i, mut j) = (0_usize, 0);
            (0..n + m).any(|place| {
                if (order >> place) & 1 == 1 {
                    i += 1
                } else {
                    j += 1
                }
                (i * m).abs_diff(j * n) >= farthest
            })
        };
        orders.clone().filter(reaches).count() as f64 / orders.count() as f64
    }

    #[test]
    fn shares_of_paths_are_those_of_all_orders() {
        for (n, m) in [(1, 1), (1, 6), (3, 5), (4, 4), (6, 7)] {
            for farthest in 0..=n * m {
                let (found, plain) =
                    (share_of_paths(n, m, farthest), share_of_orders(n, m, farthest));
                assert!((found - plain).abs() < 1e-14, "{n} {m} {farthest}: {found} for {plain}");
            }
        }
        // Complete separation: two of all orders, however improbable that is.
        let separate: f64 = (1..=50).map(|k| f64::from(k) / f64::from(50 + k)).product();
        assert!((share_of_paths(50, 50, 2500) / (2.0 * separate) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn exact_probabilities_go_over_into_the_limit() {
        for farthest in [1200, 1400, 1800] {
            let (n, statistic) = (100.0_f64, farthest as f64 / 1e4);
            let root = (n / 2.0).sqrt();
            let limit = tail((root + 0.12 + 0.11 / root) * statistic);
            let exact = share_of_paths(100, 100, farthest);
            assert!((exact / limit - 1.0).abs() < 0.25, "{exact} {limit}");
        }
    }

    #[test]
    fn ties_count_once_and_misuse_is_refused() {
        let test = kolmogorov_smirnov(&[1.0, 2.0, 2.0, 3.0], &[2.0, 2.0, 3.0, 3.0]).unwrap();
        assert_eq!(test.statistic, 0.25);
        assert!(matches!(
            kolmogorov_smirnov(&[], &[1.0]),
            Err(AnalysisError::TooFew { found: 0, .. })
        ));
        assert!(matches!(
            kolmogorov_smirnov(&[1.0], &[f64::NAN]),
            Err(AnalysisError::InvalidArgument { .. })
        ));
    }
}
