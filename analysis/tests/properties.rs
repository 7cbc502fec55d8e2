//! Fast paths against plain ones, invariants, and the same battery of odd inputs for every
//! analysis.

use analysis::{
    Agreement, AnalysisError, Linkage, Metric, NanPolicy, Pca, PcaOptions, SimilarityMatrix,
    kmeans, linkage, similarity_matrix, similarity_matrix_with,
};
use etable::{
    Table,
    ndarray::{Array2, Axis, arr2},
};
use proptest::prelude::*;

fn table(rows: Array2<f64>) -> Table {
    Table::new().with_tensor("v", rows.into_dyn(), &["unit"]).unwrap()
}

fn rows(most_rows: usize, most_values: usize) -> impl Strategy<Value = Array2<f64>> {
    (2..=most_rows, 1..=most_values).prop_flat_map(|(n, d)| {
        prop::collection::vec(-10.0..10.0f64, n * d)
            .prop_map(move |values| Array2::from_shape_vec((n, d), values).unwrap())
    })
}

/// Slow and plain: agglomerate by the definition of each linkage, from all pairs of items.
fn agglomerate(matrix: &SimilarityMatrix, method: Linkage) -> Vec<f64> {
    let n = matrix.len();
    let value = |a: usize, b: usize| matrix.value(a, b);
    let farthest = matrix.values().iter().copied().fold(0.0, f64::max);
    let mut clusters: Vec<Vec<usize>> = (0..n).map(|item| vec![item]).collect();
    let mut heights = vec![];
    while clusters.len() > 1 {
        let mut best = (f64::INFINITY, 0, 0);
        for i in 0..clusters.len() {
            for j in i + 1..clusters.len() {
                let (a, b) = (&clusters[i], &clusters[j]);
                let pairs: Vec<f64> =
                    a.iter().flat_map(|&x| b.iter().map(move |&y| value(x, y))).collect();
                let mean = pairs.iter().sum::<f64>() / pairs.len() as f64;
                let height = match method {
                    Linkage::Single => pairs.iter().copied().fold(f64::INFINITY, f64::min),
                    Linkage::Complete => pairs.iter().copied().fold(0.0, f64::max),
                    Linkage::Average => mean,
                    _ => {
                        let both = [a.clone(), b.clone()].concat();
                        let others: Vec<f64> = (0..n)
                            .filter(|item| !both.contains(item))
                            .flat_map(|item| both.iter().map(move |&x| (x, item)))
                            .map(|(x, item)| value(x, item))
                            .collect();
                        let rest = others.iter().sum::<f64>() / others.len().max(1) as f64;
                        farthest + mean - rest
                    }
                };
                if height < best.0 {
                    best = (height, i, j);
                }
            }
        }
        let joined = clusters.remove(best.2);
        clusters[best.1].extend(joined);
        heights.push(best.0);
    }
    heights
}

/// How far apart two clusters are, by the definition of a linkage.
fn apart(
    rows: &Array2<f64>,
    matrix: &SimilarityMatrix,
    method: Linkage,
    a: &[usize],
    b: &[usize],
) -> f64 {
    let n = matrix.len();
    let between = |a: &[usize], b: &[usize]| -> Vec<f64> {
        a.iter().flat_map(|&x| b.iter().map(move |&y| matrix.value(x, y))).collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let pairs = between(a, b);
    let centre = |of: &[usize]| rows.select(Axis(0), of).mean_axis(Axis(0)).unwrap();
    let centres = || (centre(a) - centre(b)).mapv(|v| v * v).sum().sqrt();
    match method {
        Linkage::Single => pairs.iter().copied().fold(f64::INFINITY, f64::min),
        Linkage::Complete => pairs.iter().copied().fold(0.0, f64::max),
        Linkage::Average => mean(&pairs),
        Linkage::Centroid => centres(),
        Linkage::Ward => {
            let (size_a, size_b) = (a.len() as f64, b.len() as f64);
            (2.0 * size_a * size_b / (size_a + size_b)).sqrt() * centres()
        }
        _ => {
            let both = [a, b].concat();
            let others: Vec<usize> = (0..n).filter(|item| !both.contains(item)).collect();
            let farthest = matrix.values().iter().copied().fold(0.0, f64::max);
            farthest + mean(&pairs) - mean(&between(&both, &others))
        }
    }
}

const LINKAGES: [Linkage; 6] = [
    Linkage::Single,
    Linkage::Complete,
    Linkage::Average,
    Linkage::Ward,
    Linkage::Centroid,
    Linkage::Contrast,
];

/// Makes the merges of a tree one after another, and finds each to be of two clusters that no
/// others are closer than: whatever ties there are, the tree is one that the definition allows.
fn assert_greedy(rows: &Array2<f64>, method: Linkage) {
    let matrix = similarity_matrix(table(rows.clone()), "v", None, Metric::Euclidean).unwrap();
    let tree = linkage(&matrix, method).unwrap();
    let mut nodes: Vec<Option<Vec<usize>>> =
        (0..rows.nrows()).map(|item| Some(vec![item])).collect();
    for merge in tree.merges() {
        let clusters: Vec<&Vec<usize>> = nodes.iter().flatten().collect();
        let pairs = (0..clusters.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let least = pairs
            .map(|(i, j)| apart(rows, &matrix, method, clusters[i], clusters[j]))
            .fold(f64::INFINITY, f64::min);
        let left = nodes[merge.left].take().unwrap();
        let right = nodes[merge.right].take().unwrap();
        let own = apart(rows, &matrix, method, &left, &right);
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-7 * (1.0 + b.abs());
        assert!(close(own, merge.height), "{method}: {own} is called {}", merge.height);
        assert!(close(own, least), "{method}: joined at {own}, others are at {least}");
        nodes.push(Some([left, right].concat()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_merge_is_of_the_closest_clusters_whatever_the_ties(
        places in prop::collection::vec((0..4_i32, 0..3_i32), 2..14)
    ) {
        let rows = Array2::from_shape_fn((places.len(), 2), |(row, axis)| {
            f64::from(if axis == 0 { places[row].0 } else { places[row].1 })
        });
        for method in LINKAGES {
            assert_greedy(&rows, method);
        }
    }

    #[test]
    fn every_merge_is_of_the_closest_clusters(rows in rows(12, 4)) {
        for method in LINKAGES {
            assert_greedy(&rows, method);
        }
    }

    #[test]
    fn components_of_a_view_are_those_of_its_copy(rows in rows(20, 8), seed in 0u64..100) {
        let single = rows.mapv(|value| value as f32);
        let whole = rows.mapv(|value| value.round() as i64);
        let tables = [
            table(rows),
            Table::new().with_tensor("v", single.into_dyn(), &["unit"]).unwrap(),
            Table::new().with_tensor("v", whole.into_dyn(), &["unit"]).unwrap(),
        ];
        for table in tables {
            let n = table.n_rows();
            let some = table.view().take(&(0..n).filter(|row| row % 3 != 1).collect::<Vec<_>>());
            for view in [table.view().permute(seed), some.unwrap()] {
                for options in [PcaOptions::default(), PcaOptions::correlation()] {
                    let of_view = Pca::fit(&view, "v", options);
                    let of_copy = Pca::fit(view.to_table().unwrap(), "v", options);
                    match (of_view, of_copy) {
                        (Ok(of_view), Ok(of_copy)) => prop_assert_eq!(of_view, of_copy),
                        (of_view, of_copy) => prop_assert!(of_view.is_err() && of_copy.is_err()),
                    }
                }
            }
        }
    }

    #[test]
    fn matrices_equal_pairwise_comparisons(rows in rows(12, 20)) {
        for metric in Metric::ALL {
            let matrix = similarity_matrix(table(rows.clone()), "v", None, metric).unwrap();
            for i in 0..rows.nrows() {
                for j in 0..rows.nrows() {
                    let (a, b) = (rows.row(i).to_vec(), rows.row(j).to_vec());
                    let plain = metric.compare(&a, &b, NanPolicy::Error).unwrap();
                    let found = matrix.value(i, j);
                    prop_assert!((found - plain).abs() < 1e-9 * (1.0 + plain.abs()), "{metric:?}");
                }
            }
        }
    }

    #[test]
    fn symmetric_matrices_are_so_to_the_bit(rows in rows(12, 20)) {
        for metric in Metric::ALL.into_iter().filter(|metric| metric.is_symmetric()) {
            let matrix = similarity_matrix(table(rows.clone()), "v", None, metric).unwrap();
            let values = matrix.values();
            prop_assert_eq!(values, values.t());
        }
    }

    #[test]
    fn near_rows_keep_their_small_distance(gap in 1e-9..1e-6f64, far in 1e2..1e5f64) {
        // Wide enough for the way through inner products.
        let rows = Array2::from_shape_fn((3, 12), |(row, unit)| match (row, unit) {
            (1, 0) => far + gap,
            (2, _) => -far,
            _ => far,
        });
        let exact = rows[[1, 0]] - rows[[0, 0]];
        let matrix = similarity_matrix(table(rows), "v", None, Metric::Euclidean).unwrap();
        prop_assert!((matrix.value(0, 1) - exact).abs() <= 1e-12 * exact);
    }

    #[test]
    fn components_rebuild_the_rows(rows in rows(15, 15)) {
        for options in [PcaOptions::default(), PcaOptions::correlation()] {
            let pca = Pca::fit(table(rows.clone()), "v", options).unwrap();
            let k = pca.n_components();
            let products = pca.components().dot(&pca.components().t());
            prop_assert!((products - Array2::<f64>::eye(k)).iter().all(|d| d.abs() < 1e-7));
            let variances = pca.variances().to_vec();
            prop_assert!(variances.windows(2).all(|pair| pair[0] >= pair[1]));
            prop_assert!((pca.explained().sum() - 1.0).abs() < 1e-9 || k == 0);
            for component in pca.components().rows() {
                let largest = component.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
                prop_assert!(component.iter().any(|&v| v >= largest * (1.0 - 1e-8)));
            }
            if k > 0 {
                let scores = pca.project(table(rows.clone()), "v", None, k).unwrap();
                for (index, variance) in variances.iter().enumerate().take(k) {
                    let values = scores.numbers(&format!("PC{}", index + 1)).unwrap();
                    let square = values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64;
                    prop_assert!((square - variance).abs() < 1e-8 * (1.0 + square));
                }
            }
        }
    }

    #[test]
    fn linkages_follow_their_definitions(rows in rows(10, 4)) {
        let matrix = similarity_matrix(table(rows), "v", None, Metric::Euclidean).unwrap();
        for method in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Contrast] {
            let found = linkage(&matrix, method).unwrap().heights();
            for (found, plain) in found.iter().zip(agglomerate(&matrix, method)) {
                prop_assert!((found - plain).abs() < 1e-9 * (1.0 + plain.abs()), "{method}");
            }
        }
    }

    #[test]
    fn trees_do_not_depend_on_the_order_of_rows(rows in rows(9, 4), seed in 0u64..100) {
        let table = table(rows);
        let mixed = table.view().permute(seed);
        let height = |view: &etable::View, method| {
            let matrix = similarity_matrix(view, "v", None, Metric::Euclidean).unwrap();
            linkage(&matrix, method).unwrap().heights()
        };
        for method in [Linkage::Single, Linkage::Average, Linkage::Ward, Linkage::Contrast] {
            for (a, b) in height(&table.view(), method).iter().zip(height(&mixed, method)) {
                prop_assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()));
            }
        }
    }

    #[test]
    fn cuts_agree_and_are_nested(rows in rows(12, 3)) {
        let matrix = similarity_matrix(table(rows), "v", None, Metric::Euclidean).unwrap();
        let tree = linkage(&matrix, Linkage::Average).unwrap();
        let n = tree.n_items();
        for count in 1..=n {
            let clusters = tree.clusters(count).unwrap();
            prop_assert_eq!(clusters.iter().max(), Some(&(count - 1)));
            let finer = tree.clusters((count + 1).min(n)).unwrap();
            for i in 0..n {
                for j in 0..n {
                    prop_assert!(finer[i] != finer[j] || clusters[i] == clusters[j]);
                }
            }
        }
        let top = tree.merges()[n - 2].height;
        prop_assert_eq!(tree.clusters_below(top), vec![0; n]);
        let mut order = tree.leaf_order();
        order.sort_unstable();
        prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
    }

    #[test]
    fn every_row_is_in_its_nearest_cluster(rows in rows(20, 3), k in 1usize..5, seed in 0u64..9) {
        let k = k.min(rows.nrows());
        let found = kmeans(table(rows.clone()), "v", None, k, seed).unwrap();
        prop_assert_eq!(&found, &kmeans(table(rows.clone()), "v", None, k, seed).unwrap());
        let distance = |row: usize, centre: usize| -> f64 {
            let centre = found.centres().row(centre).to_owned();
            (&rows.row(row) - &centre).mapv(|v| v * v).sum().sqrt()
        };
        for (row, &cluster) in found.clusters().iter().enumerate() {
            for other in 0..found.centres().nrows() {
                prop_assert!(distance(row, cluster) <= distance(row, other) + 1e-6);
            }
        }
    }
}

/// Numbers without pattern, 0 to 1.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn permutation_tests_are_right_as_often_as_they_say() {
    let matrix = |next: &mut dyn FnMut() -> f64| {
        let rows = Array2::from_shape_fn((8, 3), |_| next());
        similarity_matrix(table(rows), "v", None, Metric::Euclidean).unwrap()
    };
    let mut next = noise(5);
    let (runs, permutations) = (400, 99);
    let p_values: Vec<f64> = (0..runs)
        .map(|run| {
            let (a, b) = (matrix(&mut next), matrix(&mut next));
            a.agreement_test(&b, Agreement::Spearman, permutations, run).unwrap().p_value
        })
        .collect();
    // Without agreement, p is spread evenly: a share of α is at most α, give or take chance (three
    // standard deviations).
    for alpha in [0.05_f64, 0.1, 0.3, 0.5, 0.8] {
        let share = p_values.iter().filter(|p| **p <= alpha).count() as f64 / runs as f64;
        let chance = 3.0 * (alpha * (1.0 - alpha) / runs as f64).sqrt();
        assert!((share - alpha).abs() < chance, "{share} of p are at most {alpha}");
    }
}

#[test]
fn threads_do_not_change_matrices() {
    let rows =
        Array2::from_shape_fn((50, 30), |(y, x)| ((y * 37 + x * 101) as f64 * 0.618).fract());
    for metric in [Metric::Euclidean, Metric::CityBlock, Metric::Correlation] {
        let matrix = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| similarity_matrix(table(rows.clone()), "v", None, metric).unwrap())
        };
        assert_eq!(matrix(1), matrix(4), "{metric:?}");
    }
}

#[test]
fn odd_inputs_are_named() {
    let one = table(arr2(&[[1.0, 2.0]]));
    let empty = one.view().take(&[]).unwrap();
    let text = Table::new().with_column("v", ["a", "b"]).unwrap();
    let nan = table(arr2(&[[1.0, 2.0], [f64::NAN, 0.0]]));
    let fit = |view: &etable::View| Pca::fit(view, "v", PcaOptions::default()).map(drop);
    let compare =
        |view: &etable::View| similarity_matrix(view, "v", None, Metric::Cosine).map(drop);
    let divide = |view: &etable::View| kmeans(view, "v", None, 1, 0).map(drop);
    for run in [&fit as &dyn Fn(&etable::View) -> analysis::Result<()>, &compare, &divide] {
        assert!(matches!(run(&empty), Err(AnalysisError::TooFewRows { rows: 0, .. })));
        assert!(matches!(run(&text.view()), Err(AnalysisError::Table(_))));
        assert!(matches!(
            run(&nan.view()),
            Err(AnalysisError::NotFinite { row: 1, position: 0, .. })
        ));
        assert!(matches!(run(&Table::new().view()), Err(AnalysisError::Table(_))));
    }
    assert!(matches!(fit(&one.view()), Err(AnalysisError::TooFewRows { rows: 1, needed: 2, .. })));
    assert!(matches!(
        similarity_matrix(&one, "v", Some("name"), Metric::Cosine),
        Err(AnalysisError::Table(_))
    ));
    assert!(matches!(
        kmeans(&one, "v", None, 2, 0),
        Err(AnalysisError::InvalidArgument { argument: "k", .. })
    ));
}

#[test]
fn missing_numbers_can_be_skipped() {
    let rows = table(arr2(&[[1.0, 2.0, 3.0], [f64::NAN, 0.0, 1.0], [5.0, 2.0, 2.0]]));
    let metric = Metric::CityBlock;
    let matrix = similarity_matrix_with(&rows, "v", None, metric, NanPolicy::SkipPairs).unwrap();
    assert_eq!(matrix.value(0, 1), 4.0);
    assert_eq!(matrix.value(0, 2), 5.0);
    let apart = table(arr2(&[[1.0, f64::NAN], [f64::NAN, 0.0]]));
    assert!(matches!(
        similarity_matrix_with(&apart, "v", None, metric, NanPolicy::SkipPairs),
        Err(AnalysisError::NoSharedValues { .. })
    ));
}

#[test]
fn constant_and_duplicate_rows_have_defined_results() {
    let same = table(arr2(&[[0.1, 0.7, 0.3], [0.1, 0.7, 0.3], [0.1, 0.7, 0.3]]));
    let zero = Array2::<f64>::zeros((3, 3));
    for metric in [Metric::Euclidean, Metric::SumSquares, Metric::CityBlock] {
        let matrix = similarity_matrix(&same, "v", None, metric).unwrap();
        assert_eq!(matrix.values(), zero, "{metric:?}");
        assert_eq!(linkage(&matrix, Linkage::Single).unwrap().heights(), [0.0, 0.0]);
    }
    let pca = Pca::fit(&same, "v", PcaOptions::correlation()).unwrap();
    assert!(pca.explained().iter().all(|share| *share == 0.0));
    assert!(kmeans(&same, "v", None, 2, 3).unwrap().within() < 1e-28);

    let constant = table(arr2(&[[0.1, 0.1, 0.1], [0.2, 0.5, 0.9]]));
    let matrix = similarity_matrix(&constant, "v", None, Metric::Correlation).unwrap();
    assert_eq!(matrix.values(), arr2(&[[0.0, 0.0], [0.0, 1.0]]));
}

#[test]
fn fewer_rows_than_values_give_fewer_components() {
    let rows = Array2::from_shape_fn((4, 9), |(y, x)| ((y * 5 + x * 3) as f64 * 0.618).fract());
    let pca = Pca::fit(table(rows.clone()), "v", PcaOptions::default()).unwrap();
    assert_eq!(pca.n_components(), 3);
    assert!(matches!(
        pca.project(table(rows), "v", None, 4),
        Err(AnalysisError::InvalidArgument { argument: "n_components", .. })
    ));
    let narrow = table(arr2(&[[1.0, 2.0]]));
    assert!(matches!(
        pca.project(narrow, "v", None, 1),
        Err(AnalysisError::WidthMismatch { found: 2, expected: 9, .. })
    ));
}

#[test]
fn similarities_cannot_be_linked() {
    let rows = table(arr2(&[[1.0, 0.0], [0.0, 1.0]]));
    let matrix = |metric| similarity_matrix(&rows, "v", None, metric).unwrap();
    assert!(matches!(
        linkage(&matrix(Metric::Cosine), Linkage::Single),
        Err(AnalysisError::NotADistance { metric: Metric::Cosine })
    ));
    assert!(matches!(
        linkage(&matrix(Metric::CityBlock), Linkage::Ward),
        Err(AnalysisError::LinkageNeedsEuclidean { .. })
    ));
}

#[test]
fn tables_carry_labels_and_values() {
    let rows = arr2(&[[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]);
    let named = table(rows).with_column("name", ["p", "q", "r"]).unwrap();
    let matrix = similarity_matrix(&named, "v", Some("name"), Metric::Euclidean).unwrap();
    let back = matrix.to_table().unwrap();
    assert_eq!(back.texts("Label").unwrap(), ["p", "q", "r"]);
    assert_eq!(back.matrix("Value").unwrap()[[0, 1]], 5.0);
    assert_eq!(back.metadata()["metric"], "Euclidean");
    let tree = linkage(&matrix, Linkage::Single).unwrap();
    let merges = tree.to_table().unwrap();
    assert_eq!(merges.texts("Items").unwrap(), ["p r", "p r q"]);
    assert_eq!(merges.numbers("Height").unwrap()[0], 1.0);
    let clusters = tree.clusters_table(2).unwrap();
    assert_eq!(clusters.numbers("Cluster").unwrap(), [0.0, 1.0, 0.0]);
    assert!(matrix.to_string().contains('q') && tree.to_string().contains("p r | q"));
    assert!(matrix.to_html().contains("<th>q</th>"));
    assert_eq!(matrix.reordered(&[2, 0]).unwrap().labels(), ["r", "p"]);
    assert!(matrix.reordered(&[3]).is_err() && matrix.reordered(&[]).is_err());
    let square = SimilarityMatrix::from_values(
        Array2::zeros((2, 3)),
        vec!["a".into(), "b".into()],
        Metric::Cosine,
        "v",
    );
    assert!(matches!(square, Err(AnalysisError::NotSquare { rows: 2, columns: 3, labels: 2 })));
}
