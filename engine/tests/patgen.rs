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

use engine::patgen::{Vocabulary, flip_bits_rows, pattern_pairs, shuffle_cells};
use engine::{EngineError, patgen};

mod golden_support;

/// Units that are on in one pattern and off in the other, of all pairs of rows: the least number.
fn least_difference(values: &[f32], cells: usize) -> usize {
    let rows: Vec<&[f32]> = values.chunks_exact(cells).collect();
    let pairs = (0..rows.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let on = |(i, j): (usize, usize)| {
        rows[i].iter().zip(rows[j]).filter(|(a, b)| **a == 1.0 && **b == 0.0).count()
    };
    pairs.map(on).min().expect("two rows")
}

#[test]
fn patterns_are_what_the_references_are() {
    let golden = golden_support::json("misc.json.gz");
    let count = |of: &serde_json::Value, key: &str| of[key].as_u64().expect("a count") as usize;

    let rows = &golden["patgen_permuted_rows"];
    let (n, cells, n_on) = (count(rows, "rows"), count(rows, "cells"), count(rows, "nOn"));
    let ours = permuted_binary_rows(n, &[cells], n_on, 1.0, 0.0, 1).unwrap();
    let sums: Vec<f64> = ours.outer_iter().map(|row| f64::from(row.sum())).collect();
    assert_eq!(sums, golden_support::numbers(&rows["row_sums"]));

    let distinct = &golden["patgen_permuted_mindiff"];
    let (n, cells, n_on) =
        (count(distinct, "rows"), count(distinct, "cells"), count(distinct, "nOn"));
    let least = count(distinct, "minDiff");
    assert!(least_difference(&golden_support::floats(&distinct["values"]), cells) >= least);
    let mut vocabulary = Vocabulary::new(3);
    let share = least as f64 / n_on as f64;
    let activity = n_on as f64 / cells as f64;
    vocabulary.add_permuted_binary("A", n, &[6, 6], activity, share).unwrap();
    let ours: Vec<f32> = vocabulary.item("A").unwrap().iter().copied().collect();
    assert!(least_difference(&ours, cells) >= least);
    assert_eq!(ours.iter().sum::<f32>(), (n * n_on) as f32);
    let (found, _) = vocabulary.differences("A").unwrap().expect("several rows");
    assert_eq!(found, least_difference(&ours, cells));

    // Flips: in each row 3 off and 2 on, as in the reference's before and after.
    let flips = &golden["patgen_flipbitsrows_3off_2on"];
    let (before, after) =
        (golden_support::floats(&flips["before"]), golden_support::floats(&flips["after"]));
    let counts = |before: &[f32], after: &[f32]| {
        let rows = before.chunks_exact(cells).zip(after.chunks_exact(cells));
        rows.map(|(b, a)| {
            let turned = |from: f32| b.iter().zip(a).filter(|(b, a)| **b == from && a != b).count();
            (turned(1.0), turned(0.0))
        })
        .collect::<Vec<_>>()
    };
    let theirs = counts(&before, &after);
    let shape = ndarray::IxDyn(&[theirs.len(), cells]);
    let mut ours = ndarray::ArrayD::from_shape_vec(shape, before.clone()).unwrap();
    flip_bits_rows(&mut ours, 3, 2, 1.0, 0.0, &mut stream(1, "flip", 0)).unwrap();
    assert_eq!(counts(&before, ours.as_slice().unwrap()), theirs);
}

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new(7);
    vocabulary.add_empty("empty", 6, &[3, 3]).unwrap();
    vocabulary.add_permuted_binary("A", 6, &[3, 3], 0.3, 0.5).unwrap();
    vocabulary.add_drift("B", 6, "A", 0, 0.2).unwrap();
    vocabulary.add_repeat("context", 6, "A", 2).unwrap();
    vocabulary
}

#[test]
fn items_are_varied() {
    let mut vocabulary = vocabulary();
    let item = |vocabulary: &Vocabulary, name: &str| vocabulary.item(name).unwrap().to_owned();
    let row = |of: &ndarray::ArrayD<f32>, row: usize| of.index_axis(Axis(0), row).to_owned();
    let (a, b) = (item(&vocabulary, "A"), item(&vocabulary, "B"));
    assert!(a.outer_iter().all(|pattern| pattern.sum() == 3.0), "0.3 of 9, rounded");
    assert_eq!(item(&vocabulary, "empty").sum(), 0.0);
    assert!(item(&vocabulary, "context").outer_iter().all(|pattern| pattern == row(&a, 2)));

    // 0.6 of a unit drifts from row to row: 3 in five rows, as they add up.
    assert_eq!(row(&b, 0), row(&a, 0));
    let turned = |i: usize| (&row(&b, i) - &row(&b, i - 1)).mapv(f32::abs).sum() / 2.0;
    assert_eq!((1..6).map(turned).collect::<Vec<_>>(), [1.0, 0.0, 1.0, 0.0, 1.0]);

    vocabulary.add_concat("AB", &["A", "B"]).unwrap();
    vocabulary.add_slice("A again", "AB", 0..6).unwrap();
    vocabulary.add_slice("B again", "AB", 6..12).unwrap();
    assert_eq!((item(&vocabulary, "A again"), item(&vocabulary, "B again")), (a.clone(), b));
    vocabulary.add_clone("copy", "A").unwrap();
    vocabulary.shuffle(&["copy"]).unwrap();
    let copy = item(&vocabulary, "copy");
    assert_ne!(copy, a);
    let sorted = |of: &ndarray::ArrayD<f32>| {
        let mut rows: Vec<String> = of.outer_iter().map(|row| format!("{row}")).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&copy), sorted(&a));
    // Each shuffle is another one, and items do not depend on each other.
    vocabulary.shuffle(&["copy"]).unwrap();
    assert_ne!(item(&vocabulary, "copy"), copy);
    let mut other = Vocabulary::new(7);
    other.add_permuted_binary("A", 6, &[3, 3], 0.3, 0.5).unwrap();
    assert_eq!(item(&other, "A"), a);
    let mut other = Vocabulary::new(8);
    other.add_permuted_binary("A", 6, &[3, 3], 0.3, 0.5).unwrap();
    assert_ne!(item(&other, "A"), a);
    let names = vocabulary.names();
    assert_eq!(names, ["A", "A again", "AB", "B", "B again", "context", "copy", "empty"]);
}

#[test]
fn pools_are_mixed_row_by_row() {
    let vocabulary = vocabulary();
    let sources = ["A", "B", "context", "context", "empty", "B"];
    let mixed = vocabulary.mix([3, 2], &sources, 4..9).unwrap();
    assert_eq!(mixed.shape(), [5, 3, 2, 3, 3]);
    for row in 0..5 {
        for (pool, source) in sources.iter().enumerate() {
            let got = mixed.slice(ndarray::s![row, pool / 2, pool % 2, .., ..]).to_owned();
            let item = vocabulary.item(source).unwrap();
            // Six rows a vocabulary item, which then begins again.
            let want = item.index_axis(Axis(0), (4 + row) % 6);
            assert_eq!(got.into_dyn(), want, "{row} {source}");
        }
    }
    // As training data.
    let names: Vec<String> = (0..5).map(|row| format!("AB_{row}")).collect();
    let table = etable::Table::new().with_column("Name", names).unwrap();
    let dimensions = ["PoolY", "PoolX", "UnitY", "UnitX"];
    assert!(table.with_tensor("Input", mixed, &dimensions).is_ok());
}

#[test]
fn what_a_vocabulary_cannot_do_is_an_error() {
    let mut vocabulary = vocabulary();
    let before = vocabulary.clone();
    let message = |result: Result<(), EngineError>| result.unwrap_err().to_string();
    let unknown = message(vocabulary.add_clone("x", "contxt"));
    assert!(unknown.contains("did you mean `context`?"), "{unknown}");
    for error in [
        vocabulary.add_repeat("x", 2, "A", 6),
        vocabulary.add_repeat("x", 0, "A", 0),
        vocabulary.add_drift("x", 3, "A", 0, 1.5),
        vocabulary.add_drift("x", 3, "A", 9, 0.5),
        vocabulary.add_empty("x", 0, &[3, 3]),
        vocabulary.add_empty("x", 2, &[]),
        vocabulary.add("x", ndarray::ArrayD::from_elem(ndarray::IxDyn(&[2, 2]), f32::NAN)),
        vocabulary.add_slice("x", "A", 2..2),
        vocabulary.add_slice("x", "A", 4..7),
        vocabulary.add_concat("x", &[]),
        vocabulary.mix([2, 2], &["A"], 0..1).map(|_| ()),
        vocabulary.mix([0, 0], &[], 0..1).map(|_| ()),
        vocabulary.add_permuted_binary("x", 3, &[3, 3], f64::NAN, 0.5),
    ] {
        assert!(matches!(error, Err(EngineError::PatternSize { .. })), "{error:?}");
    }
    assert!(matches!(vocabulary.shuffle(&["A", "x"]), Err(EngineError::UnknownItem { .. })));
    // Of 9 units, 3 on, there are no 5 patterns without a common unit.
    let similar = vocabulary.add_permuted_binary("x", 5, &[3, 3], 0.33, 1.0);
    assert!(matches!(similar, Err(EngineError::PatternsTooSimilar { .. })), "{similar:?}");
    assert_eq!(vocabulary.names(), before.names());
    vocabulary.add_empty("wide", 2, &[3, 4]).unwrap();
    assert!(message(vocabulary.add_concat("x", &["A", "wide"])).contains("[3, 4]"));
    assert!(message(vocabulary.mix([1, 2], &["A", "wide"], 0..1).map(|_| ())).contains("`wide`"));
    // All units on: none can be turned on instead.
    vocabulary.add_permuted_binary("full", 1, &[2, 2], 1.0, 0.0).unwrap();
    assert!(vocabulary.add_drift("x", 3, "full", 0, 0.5).is_err());
}

#[test]
fn cells_are_shuffled_together_or_apart() {
    let pairs = pattern_pairs(6, &[5, 5], &[5, 5], 6, 1).unwrap();
    let order = |table: &etable::Table, column: &str| {
        let (now, was) =
            (table.tensor::<f32>(column).unwrap(), pairs.tensor::<f32>(column).unwrap());
        let find = |row| was.outer_iter().position(|earlier| earlier == row).expect("a row");
        now.outer_iter().map(find).collect::<Vec<usize>>()
    };
    let rows = [0, 1, 2, 3, 5];
    let together = shuffle_cells(&pairs, &rows, &["Input", "Output"], false, 3).unwrap();
    assert_eq!(together.column_names(), pairs.column_names());
    assert_eq!(order(&together, "Input"), order(&together, "Output"));
    assert_ne!(order(&together, "Input"), [0, 1, 2, 3, 4, 5]);
    assert_eq!(order(&together, "Input")[4], 4, "a row that is left out stays");
    assert_eq!(together.texts("Name").unwrap(), pairs.texts("Name").unwrap());
    let apart = shuffle_cells(&pairs, &rows, &["Input", "Output"], true, 3).unwrap();
    assert_ne!(order(&apart, "Input"), order(&apart, "Output"));
    assert!(shuffle_cells(&pairs, &[0, 6], &["Input"], false, 3).is_err());
    assert!(shuffle_cells(&pairs, &[0, 0], &["Input"], false, 3).is_err());
    assert!(matches!(
        shuffle_cells(&pairs, &[0, 1], &["Inpt"], false, 3),
        Err(EngineError::Table(_))
    ));
    assert_eq!(patgen::MAX_TRIES, 10_000);
}
