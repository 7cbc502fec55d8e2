//! Properties of random patterns.

use engine::patgen::{flip_bits, permuted_binary_rows, permuted_binary_rows_min_difference};
use engine::random::stream;
use ndarray::Axis;
use proptest::prelude::*;

proptest! {
    #[test]
    fn each_row_has_the_units_on(
        rows in 0_usize..6, y in 1_usize..6, x in 1_usize..6, part in 0.0_f64..=1.0, seed: u64,
    ) {
        let n_on = (part * (x * y) as f64) as usize;
        let patterns = permuted_binary_rows(rows, &[y, x], n_on, 0.75, -0.25, seed).unwrap();
        prop_assert_eq!(patterns.shape(), &[rows, y, x]);
        for row in patterns.outer_iter() {
            prop_assert_eq!(row.iter().filter(|value| **value == 0.75).count(), n_on);
            prop_assert_eq!(row.iter().filter(|value| **value == -0.25).count(), x * y - n_on);
        }
        let same = permuted_binary_rows(rows, &[y, x], n_on, 0.75, -0.25, seed).unwrap();
        prop_assert_eq!(&patterns, &same);
        let loose = permuted_binary_rows_min_difference(rows, &[y, x], n_on, 0.75, -0.25, 0, seed);
        prop_assert_eq!(&patterns, &loose.unwrap());
    }

    #[test]
    fn rows_differ_as_asked_or_it_is_an_error(rows in 1_usize..8, least in 0_usize..12, seed: u64) {
        let result = permuted_binary_rows_min_difference(rows, &[4, 4], 4, 1.0, 0.0, least, seed);
        if let Ok(patterns) = result {
            for i in 0..rows {
                for j in 0..i {
                    let (a, b) = (patterns.index_axis(Axis(0), i), patterns.index_axis(Axis(0), j));
                    prop_assert!(a.iter().zip(&b).filter(|(a, b)| a != b).count() >= least);
                }
            }
        } else {
            prop_assert!(least > 2 && rows > 1);
        }
    }

    #[test]
    fn flips_change_exactly_the_units_asked(n_off in 0_usize..=6, n_on in 0_usize..=19, seed: u64) {
        let patterns = permuted_binary_rows(1, &[25], 6, 1.0, 0.0, seed).unwrap();
        let before = patterns.as_slice().unwrap();
        let mut after = before.to_vec();
        flip_bits(&mut after, n_off, n_on, 1.0, 0.0, &mut stream(seed, "flip", 0)).unwrap();
        let changed = |from: f32, to: f32| {
            before.iter().zip(&after).filter(|(b, a)| **b == from && **a == to).count()
        };
        prop_assert_eq!((changed(1.0, 0.0), changed(0.0, 1.0)), (n_off, n_on));
    }
}
