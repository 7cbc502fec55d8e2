//! Odd inputs of the decompositions, embeddings, decoders and statistics: a defined result or an
//! error that says what is wrong.

use analysis::{
    Agreement, AnalysisError, Confusion, Covariance, GaussianMixture, Ica, LinearDecoder, Linkage,
    Metric, MixtureOptions, NanPolicy, Noise, Pca, PcaOptions, Roc, SimilarityMatrix,
    SoftmaxDecoder, Svd, TsneOptions, classical_mds, closest_patterns, cross_validate,
    cross_validate_linear, crossnobis_matrix, dbscan, heat_map_of, histogram, kmeans, linkage,
    mahalanobis_matrix, nonmetric_mds, receptive_field, silhouette, similarity_matrix,
    similarity_matrix_with,
    statistics::{
        HypothesisTest, Spread, anova, kendall, pearson, spearman, t_test, t_test_one_sample,
    },
    tsne, unique_patterns,
};
use etable::{
    Table, View,
    ndarray::{Array2, arr2},
};

fn table(rows: Array2<f64>) -> Table {
    let kinds: Vec<i64> = (0..rows.nrows() as i64).map(|row| row % 2).collect();
    let folds: Vec<i64> = (0..rows.nrows() as i64).map(|row| row / 2 % 2).collect();
    Table::new()
        .with_tensor("v", rows.into_dyn(), &["unit"])
        .and_then(|table| table.with_column("kind", kinds))
        .and_then(|table| table.with_column("fold", folds))
        .unwrap()
}

fn wobble(rows: usize, units: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, units), |(y, x)| ((y * 37 + x * 101) as f64 * 0.618).fract())
}

#[test]
fn constant_and_equal_rows_have_results_without_nan() {
    let same = table(Array2::from_elem((8, 3), 0.4));
    let svd = Svd::fit(&same, "v").unwrap();
    assert!(svd.values()[1] < 1e-12 && svd.right().iter().all(|value| value.is_finite()));
    assert!(matches!(
        Ica::fit(&same, "v", 1, 1),
        Err(AnalysisError::InvalidArgument { argument: "k", .. })
    ));
    assert!(matches!(
        mahalanobis_matrix(&same, "v", None, &Noise::Sample),
        Err(AnalysisError::SingularCovariance { rows: 8, width: 3, .. })
    ));
    let distances = similarity_matrix(&same, "v", None, Metric::Euclidean).unwrap();
    for points in [classical_mds(&distances, 2).unwrap(), nonmetric_mds(&distances, 2).unwrap()] {
        assert!(points.coordinates().iter().all(|value| *value == 0.0));
        assert_eq!(points.stress(), Some(0.0));
        points.figure().unwrap().to_svg();
    }
    assert_eq!(unique_patterns(&same, "v", 0.5).unwrap(), 1);
    let decoder = SoftmaxDecoder::fit(&same, "v", "kind", 1.0).unwrap();
    assert!(decoder.weights().iter().all(|weight| weight.abs() < 1e-6));
    assert_eq!(distances.agreement(&distances, Agreement::Kendall).unwrap(), 0.0);
}

#[test]
fn fewer_rows_than_values_are_handled() {
    let wide = table(wobble(6, 20));
    assert_eq!(Svd::fit(&wide, "v").unwrap().values().len(), 6);
    assert!(matches!(
        mahalanobis_matrix(&wide, "v", None, &Noise::Sample),
        Err(AnalysisError::SingularCovariance { .. })
    ));
    let shrunk = mahalanobis_matrix(&wide, "v", None, &Noise::Shrunk).unwrap();
    assert!(shrunk.values().iter().all(|value| value.is_finite()));
    assert_eq!(Ica::fit(&wide, "v", 5, 1).unwrap().mixing().dim(), (5, 20));
    assert!(Ica::fit(&wide, "v", 6, 1).is_err());
}

#[test]
fn arguments_out_of_range_are_named() {
    let good = table(wobble(8, 3));
    let invalid = |result: analysis::Result<()>, name: &str| match result {
        Err(AnalysisError::InvalidArgument { argument, .. }) => assert_eq!(argument, name),
        other => panic!("{name}: {other:?}"),
    };
    let options = TsneOptions { perplexity: 3.0, ..TsneOptions::default() };
    invalid(tsne(&good, "v", None, options).map(drop), "perplexity");
    invalid(SoftmaxDecoder::fit(&good, "v", "kind", 0.0).map(drop), "penalty");
    invalid(cross_validate(&good, "v", "kind", 1.0, 5, 1).map(drop), "folds");
    let one_kind = good.view().take(&[0, 2, 4]).unwrap();
    invalid(SoftmaxDecoder::fit(&one_kind, "v", "kind", 1.0).map(drop), "categories");
    let one_fold = good.view().take(&[0, 1, 4, 5]).unwrap();
    let crossed = |view: &View| crossnobis_matrix(view, "v", "kind", "fold", &Noise::Identity);
    invalid(crossed(&one_fold).map(drop), "number of folds");
    let gap = good.view().take(&[0, 1, 2]).unwrap();
    invalid(crossed(&gap).map(drop), "rows of a condition");
    let narrow = table(wobble(4, 2));
    let decoder = SoftmaxDecoder::fit(&good, "v", "kind", 1.0).unwrap();
    assert!(matches!(
        decoder.predict(&narrow, "v"),
        Err(AnalysisError::WidthMismatch { found: 2, expected: 3, .. })
    ));
    assert!(matches!(
        closest_patterns(&good, "v", &narrow, "v", "kind", Metric::Cosine),
        Err(AnalysisError::WidthMismatch { found: 3, expected: 2, .. })
    ));
    let similar = similarity_matrix(&good, "v", None, Metric::Cosine).unwrap();
    assert!(matches!(classical_mds(&similar, 1), Err(AnalysisError::NotADistance { .. })));
    let none: [&str; 0] = [];
    assert!(matches!(Confusion::new(&none, &none), Err(AnalysisError::TooFew { .. })));
    assert!(Confusion::new(&["a"], &[]).is_err());
}

#[test]
fn matrices_of_other_items_are_not_compared() {
    let good = table(wobble(8, 3));
    let of = |labels| similarity_matrix(&good, "v", labels, Metric::Euclidean).unwrap();
    let (plain, named) = (of(None), of(Some("kind")));
    let differ = |result: analysis::Result<f64>| {
        assert!(matches!(result, Err(AnalysisError::MatricesDiffer { .. })));
    };
    differ(plain.agreement(&named, Agreement::Cosine));
    differ(plain.agreement(&plain.reordered(&[0, 1, 2]).unwrap(), Agreement::Cosine));
    assert!(SimilarityMatrix::mean([&plain, &named]).is_err());
    assert!(SimilarityMatrix::mean([]).is_err());
    let doubled = SimilarityMatrix::from_values(
        plain.values().mapv(|value| 3.0 * value),
        plain.labels().to_vec(),
        Metric::Euclidean,
        "v",
    )
    .unwrap();
    let mean = SimilarityMatrix::mean([&plain, &doubled]).unwrap();
    assert!((mean.value(0, 1) - 2.0 * plain.value(0, 1)).abs() < 1e-12);
    assert!(SimilarityMatrix::from_table(&good).is_err(), "no metric in the metadata");
}

#[test]
fn what_was_done_about_nan_is_told() {
    let mut rows = wobble(4, 5);
    rows[[1, 2]] = f64::NAN;
    let table = table(rows.clone());
    let of = |policy| similarity_matrix_with(&table, "v", None, Metric::CityBlock, policy);
    let (pairs, positions) =
        (of(NanPolicy::SkipPairs).unwrap(), of(NanPolicy::SkipPositions).unwrap());
    assert_eq!(pairs.value(0, 1), positions.value(0, 1));
    assert!(pairs.value(0, 2) > positions.value(0, 2), "position 2 counts where both have it");
    let back = SimilarityMatrix::from_table(&positions.to_table().unwrap()).unwrap();
    assert_eq!(back.nan_policy(), NanPolicy::SkipPositions);
    let nothing = self::table(arr2(&[[f64::NAN, 1.0], [1.0, f64::NAN]]));
    assert!(matches!(
        similarity_matrix_with(&nothing, "v", None, Metric::Cosine, NanPolicy::SkipPositions),
        Err(AnalysisError::AllMissing { .. })
    ));
}

#[test]
fn tests_need_values_that_vary() {
    let (flat, few, good) = ([1.0; 4], [1.0], [1.0, 2.0, 4.0, 3.0]);
    assert!(matches!(t_test(&flat, &flat), Err(AnalysisError::NoVariance { .. })));
    assert!(matches!(t_test(&few, &good), Err(AnalysisError::TooFew { found: 1, .. })));
    assert!(matches!(
        t_test_one_sample(&[1.0, f64::NAN], 0.0),
        Err(AnalysisError::InvalidArgument { .. })
    ));
    assert!(matches!(pearson(&flat, &good), Err(AnalysisError::NoVariance { .. })));
    assert!(matches!(kendall(&few, &good), Err(AnalysisError::LengthMismatch { .. })));
    assert!(matches!(anova(&[&flat, &flat]), Err(AnalysisError::NoVariance { .. })));
    assert!(matches!(anova(&[&good]), Err(AnalysisError::TooFew { found: 1, .. })));
    assert_eq!(t_test(&flat, &good).unwrap().difference, -1.5);
}

#[test]
fn seeds_decide() {
    let rows = table(wobble(30, 6));
    let points = |seed| {
        let options =
            TsneOptions { perplexity: 5.0, iterations: 100, seed, ..TsneOptions::default() };
        tsne(&rows, "v", None, options).unwrap()
    };
    assert_eq!(points(1), points(1));
    assert_ne!(points(1), points(2));
    assert_eq!(Ica::fit(&rows, "v", 3, 5).unwrap(), Ica::fit(&rows, "v", 3, 5).unwrap());
    let confusion = |seed| cross_validate(&rows, "v", "kind", 1.0, 5, seed).unwrap();
    assert_eq!(confusion(3), confusion(3));
}

#[test]
fn clusters_and_curves_refuse_what_has_no_answer() {
    let good = table(wobble(8, 3));
    let invalid = |result: analysis::Result<()>, name: &str| match result {
        Err(AnalysisError::InvalidArgument { argument, .. }) => assert_eq!(argument, name),
        other => panic!("{name}: {other:?}"),
    };
    invalid(dbscan(&good, "v", None, 0.0, 2).map(drop), "radius");
    invalid(dbscan(&good, "v", None, 1.0, 1).map(drop), "min_points");
    for k in [0, 9] {
        let options = MixtureOptions::new(k);
        invalid(GaussianMixture::fit(&good, "v", options).map(drop), "k");
    }
    let distances = similarity_matrix(&good, "v", None, Metric::Euclidean).unwrap();
    invalid(silhouette(&distances, &[3; 8]).map(drop), "number of clusters");
    assert!(matches!(
        silhouette(&distances, &[0, 1]),
        Err(AnalysisError::WrongCount { found: 2, expected: 8, .. })
    ));
    assert_eq!(silhouette(&distances, &[0, 1, 1, 1, 1, 1, 1, 1]).unwrap().values()[0], 0.0);
    invalid(Roc::new(&[1.0, 2.0], &[true, true]).map(drop), "items");
    invalid(Roc::new(&[f64::NAN, 2.0], &[true, false]).map(drop), "scores");
    invalid(LinearDecoder::fit(&good, "v", "v", 0.0).map(drop), "penalty");
    invalid(cross_validate_linear(&good, "v", "v", 1.0, 5, 1).map(drop), "folds");
    let tree = linkage(&distances, Linkage::Average).unwrap();
    let fewer = distances.reordered(&[0, 1, 2]).unwrap();
    assert!(matches!(
        tree.cophenetic_correlation(&fewer),
        Err(AnalysisError::MatricesDiffer { .. })
    ));
    assert!(matches!(tree.with_optimal_order(&fewer), Err(AnalysisError::MatricesDiffer { .. })));
}

#[test]
fn equal_rows_are_clustered_without_nan() {
    let same = table(Array2::from_elem((6, 3), 2.5));
    for covariance in [Covariance::Full, Covariance::Diagonal] {
        let options = MixtureOptions { covariance, ..MixtureOptions::new(2) };
        let found = GaussianMixture::fit(&same, "v", options).unwrap();
        assert!(found.log_likelihood().is_finite() && found.bic().is_finite());
        assert!((found.weights().sum() - 1.0).abs() < 1e-9);
        assert!(found.covariances().iter().all(|value| value.is_finite()));
    }
    assert_eq!(dbscan(&same, "v", None, 0.1, 3).unwrap().clusters(), [Some(0); 6]);
    let distances = similarity_matrix(&same, "v", None, Metric::Euclidean).unwrap();
    assert_eq!(silhouette(&distances, &[0, 1, 0, 1, 0, 1]).unwrap().mean(), 0.0);
    let tree = linkage(&distances, Linkage::Average).unwrap();
    assert_eq!(tree.heights(), [0.0; 5]);
    assert_eq!(tree.with_optimal_order(&distances).unwrap().leaf_order().len(), 6);
    assert!(matches!(
        tree.cophenetic_correlation(&distances),
        Err(AnalysisError::NoVariance { .. })
    ));
    assert!(matches!(
        LinearDecoder::fit(&same, "v", "v", 1.0).unwrap().r_squared(&same, "v", "v"),
        Err(AnalysisError::NoVariance { .. })
    ));
}

#[test]
fn numbers_beyond_the_range_are_refused_and_tiny_ones_compared() {
    let large = table(wobble(4, 10) * 1e160);
    for metric in Metric::ALL {
        assert!(matches!(
            similarity_matrix(&large, "v", None, metric),
            Err(AnalysisError::TooLarge { row: 0, .. })
        ));
    }
    assert!(matches!(
        Metric::Cosine.compare(&[1e160], &[1.0], NanPolicy::Error),
        Err(AnalysisError::TooLarge { row: 0, position: 0, .. })
    ));
    // A direction has no size.
    let (plain, tiny) = (table(wobble(4, 10)), table(wobble(4, 10) * 1e-170));
    for metric in [Metric::Cosine, Metric::Correlation, Metric::InverseCosine, Metric::Spearman] {
        let of = |table: &Table| similarity_matrix(table, "v", None, metric).unwrap();
        let (plain, tiny) = (of(&plain), of(&tiny));
        for (plain, tiny) in plain.values().iter().zip(&tiny.values()) {
            assert!((plain - tiny).abs() < 1e-12, "{metric}: {tiny} for {plain}");
        }
    }
    let (a, b) = ([1e-170, 2e-170], [2e-170, 1e-170]);
    let cosine = Metric::Cosine.compare(&a, &b, NanPolicy::Error).unwrap();
    assert!((cosine - 0.8).abs() < 1e-12);
    let distances = |value: f64| {
        let values = arr2(&[[0.0, value, 1.0], [value, 0.0, 1.0], [1.0, 1.0, 0.0]]);
        let labels = ["a", "b", "a"].map(String::from).to_vec();
        SimilarityMatrix::from_values(values, labels, Metric::Euclidean, "v").unwrap()
    };
    for method in [Linkage::Single, Linkage::Ward, Linkage::Centroid, Linkage::Contrast] {
        let refused = linkage(&distances(1e200), method);
        assert!(matches!(refused, Err(AnalysisError::OutOfRange { .. })), "{method}");
    }
    assert!(matches!(classical_mds(&distances(1e200), 1), Err(AnalysisError::OutOfRange { .. })));
    let (missing, huge) = (distances(f64::NAN), distances(f64::MAX));
    let entry = |error: AnalysisError| {
        let AnalysisError::EntryNotFinite { row_label, position_label, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!((row_label.as_str(), position_label.as_str()), ("a", "b"));
        assert!(error.to_string().contains("leave one out"), "{error}");
    };
    entry(missing.group_means().unwrap_err());
    entry(SimilarityMatrix::mean([&distances(1.0), &missing]).unwrap_err());
    entry(linkage(&missing, Linkage::Single).unwrap_err());
    entry(missing.agreement(&missing, Agreement::Kendall).unwrap_err());
    assert!(matches!(huge.group_means(), Err(AnalysisError::OutOfRange { .. })));
    assert!(matches!(
        SimilarityMatrix::mean([&huge, &huge]),
        Err(AnalysisError::OutOfRange { .. })
    ));
    assert!(matches!(
        t_test(&[1e200, 2.0], &[1.0, 2.0]),
        Err(AnalysisError::InvalidArgument { .. })
    ));
}

#[test]
fn many_rows_without_values_are_refused_too() {
    let empty = Table::new()
        .with_tensor("v", Array2::<f32>::zeros((1200, 0)).into_dyn(), &["unit"])
        .unwrap();
    for metric in [Metric::Cosine, Metric::Correlation, Metric::Euclidean] {
        assert!(matches!(
            similarity_matrix(&empty, "v", None, metric),
            Err(AnalysisError::EmptyCells { .. })
        ));
    }
}

#[test]
fn matrices_tell_how_they_were_made() {
    let good = table(wobble(8, 3));
    let mahalanobis = mahalanobis_matrix(&good, "v", None, &Noise::Shrunk).unwrap();
    assert_eq!(mahalanobis.detail("noise"), Some("Shrunk"));
    let crossed = crossnobis_matrix(&good, "v", "kind", "fold", &Noise::Identity).unwrap();
    assert_eq!((crossed.detail("fold"), crossed.detail("noise")), (Some("fold"), Some("Identity")));
    assert!(crossed.to_string().contains("noise Identity"), "{crossed}");
    let back = SimilarityMatrix::from_table(&crossed.to_table().unwrap()).unwrap();
    assert_eq!(back, crossed);
    let other = mahalanobis_matrix(&good, "v", None, &Noise::Identity).unwrap();
    assert!(matches!(
        SimilarityMatrix::mean([&mahalanobis, &other]),
        Err(AnalysisError::MatricesDiffer { what: "details", .. })
    ));
    let skipping =
        |policy| similarity_matrix_with(&good, "v", None, Metric::Cosine, policy).unwrap();
    let (strict, pairs) = (skipping(NanPolicy::Error), skipping(NanPolicy::SkipPairs));
    assert!(!strict.to_string().contains("NaN") && pairs.to_string().contains("NaN: SkipPairs"));
    assert!(matches!(
        SimilarityMatrix::mean([&strict, &pairs]),
        Err(AnalysisError::MatricesDiffer { what: "NaN policy", .. })
    ));
    let distances = similarity_matrix(&good, "v", None, Metric::Euclidean).unwrap();
    let heights = linkage(&distances, Linkage::Average).unwrap().cophenetic_distances().unwrap();
    assert_eq!(heights.metric(), Metric::Cophenetic);
    assert_eq!(heights.detail("linkage"), Some("Average of Euclidean distance"));
    assert!(linkage(&heights, Linkage::Single).is_ok());
    assert!(matches!(
        linkage(&heights, Linkage::Ward),
        Err(AnalysisError::LinkageNeedsEuclidean { .. })
    ));
}

#[test]
fn what_must_be_symmetric_is() {
    let of = |other: f64, metric| {
        let values = arr2(&[[0.0, 1.0], [other, 0.0]]);
        let labels = ["a", "b"].map(String::from).to_vec();
        SimilarityMatrix::from_values(values, labels, metric, "v")
    };
    assert!(matches!(
        of(2.0, Metric::Euclidean),
        Err(AnalysisError::NotSymmetric { row: 0, column: 1, .. })
    ));
    assert!(matches!(of(f64::NAN, Metric::Euclidean), Err(AnalysisError::NotSymmetric { .. })));
    assert!(of(2.0, Metric::CrossEntropy).is_ok());
    assert!(of(1.0 + 1e-7, Metric::Euclidean).is_ok(), "rounding of f32");
    let good = table(wobble(8, 2));
    let given = |other| Noise::Covariance(arr2(&[[1.0, 0.5], [other, 1.0]]));
    assert!(mahalanobis_matrix(&good, "v", None, &given(0.5)).is_ok());
    assert!(matches!(
        mahalanobis_matrix(&good, "v", None, &given(0.1)),
        Err(AnalysisError::NotSymmetric { .. })
    ));
}

#[test]
fn what_is_alone_has_no_silhouette() {
    let values = [0.0, 10.0, 0.5, 10.5, 1.0, 5.0];
    let items = Table::new().with_column("X", values).unwrap();
    let distances = similarity_matrix(&items, "X", None, Metric::Euclidean).unwrap();
    let dense = dbscan(&items, "X", None, 0.5, 2).unwrap();
    let found = silhouette(&distances, dense.clusters()).unwrap();
    let without = distances.reordered(&[0, 1, 2, 3, 4]).unwrap();
    let known = silhouette(&without, &[0, 1, 0, 1, 0]).unwrap();
    assert_eq!(found.values()[..5], *known.values());
    assert!(found.values()[5].is_nan());
    assert_eq!(found.mean(), known.mean());
    assert_eq!(found.to_table().unwrap().numbers("Cluster").unwrap(), [0., 1., 0., 1., 0., -1.]);
    assert!(found.to_string().ends_with("1 in none"), "{found}");
    // Whatever the numbers of clusters are.
    let numbers = [usize::MAX, 7, usize::MAX, 7, usize::MAX];
    assert_eq!(silhouette(&without, &numbers).unwrap().values(), known.values());
    let svg = found.figure().unwrap().to_svg();
    assert_eq!(svg.matches("class=\"bar\"").count(), 5);
    for bins in [0, usize::MAX] {
        assert!(matches!(
            histogram(&items, "X", Some(bins), None),
            Err(AnalysisError::InvalidArgument { argument: "bins", .. })
        ));
    }
}

#[test]
fn errors_speak_of_what_was_given() {
    let text = |error: AnalysisError| error.to_string();
    assert_eq!(
        text(t_test(&[1.0], &[1.0, 2.0]).unwrap_err()),
        "a t test needs at least 2 values, got 1"
    );
    let values = Array2::<f64>::zeros((2, 3));
    assert_eq!(
        text(heat_map_of(&values, &["a"], &["x", "y", "z"], "v").unwrap_err()),
        "got 1 row labels; there must be 2, one for each row of the matrix"
    );
    let good = table(wobble(8, 3));
    let distances = similarity_matrix(&good, "v", None, Metric::Euclidean).unwrap();
    assert_eq!(
        text(silhouette(&distances, &[0, 1]).unwrap_err()),
        "got 2 clusters; there must be 8, one for each item"
    );
}

#[test]
fn lengths_are_not_below_zero() {
    let values = arr2(&[[0.0, -0.1, 0.5], [-0.1, 0.0, 0.5], [0.5, 0.5, 0.0]]);
    let labels: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
    let of = |values: Array2<f64>| {
        SimilarityMatrix::from_values(values, labels.clone(), Metric::Crossnobis, "v").unwrap()
    };
    let matrix = of(values.clone());
    let errors = [
        silhouette(&matrix, &[0, 0, 1]).map(drop),
        classical_mds(&matrix, 1).map(drop),
        nonmetric_mds(&matrix, 1).map(drop),
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert!(matches!(error, AnalysisError::NegativeDistance { value: -0.1, .. }));
        assert!(error.to_string().contains("of `a` and `b` is -0.1"), "{error}");
    }
    // What misses 0 by rounding is 0.
    let matrix = of(values.mapv(|value| if value < 0.0 { -1e-16 } else { value }));
    let fit = silhouette(&matrix, &[0, 0, 1]).unwrap();
    assert!((fit.values()[0] - 1.0).abs() < 1e-12);
    // Trees ask only what is nearer.
    assert_eq!(linkage(&of(values), Linkage::Average).unwrap().heights().len(), 2);
}

#[test]
fn samples_of_any_size_are_compared() {
    let (a, b) = ([1.0, 2.0, 4.0], [3.0, 5.0, 6.0]);
    let tiny = |sample: [f64; 3], size: f64| sample.map(|value| value * size);
    let expected = t_test(&a, &b).unwrap();
    let found = t_test(&tiny(a, 1e-85), &tiny(b, 1e-85)).unwrap();
    assert!((found.degrees - expected.degrees).abs() < 1e-9, "{found}");
    assert!((found.p_value - expected.p_value).abs() < 1e-9, "{found}");
    for (test, name) in [(kendall as fn(&_, &_) -> _, "kendall"), (spearman, "spearman")] {
        let expected: HypothesisTest = test(&a, &b).unwrap();
        assert_eq!(test(&tiny(a, 1e-170), &tiny(b, 1e-170)).unwrap(), expected, "{name}");
    }
    for expected in [f64::NAN, f64::INFINITY, 1e80] {
        assert!(matches!(
            t_test_one_sample(&a, expected),
            Err(AnalysisError::InvalidArgument { argument: "the expected mean", .. })
        ));
    }
    for spread in [Spread::StandardError, Spread::Quartiles, Spread::Confidence(0.9)] {
        let error = spread.of(&[1.0, f64::NAN]).unwrap_err();
        assert!(error.to_string().contains("NaN at place 1"), "{error}");
    }
}

#[test]
fn values_of_different_size_are_whitened() {
    let plain = wobble(30, 2);
    let mut scaled = plain.clone();
    scaled.column_mut(1).mapv_inplace(|value| value * 1e-8);
    for noise in [Noise::Sample, Noise::Shrunk] {
        let of = |rows: &Array2<f64>| {
            mahalanobis_matrix(table(rows.clone()), "v", None, &noise).unwrap().values().to_owned()
        };
        let (expected, found) = (of(&plain), of(&scaled));
        assert!((expected - found).iter().all(|difference| difference.abs() < 1e-6), "{noise:?}");
    }
}

#[test]
fn clusters_do_not_depend_on_the_unit() {
    let rows = Array2::from_shape_fn((40, 3), |(y, x)| {
        (y % 4 * (x + 1)) as f64 + ((y * 37 + x * 101) as f64 * 0.618).fract() * 2.5
    });
    let of = |size: f64| kmeans(table(&rows * size), "v", None, 4, 1).unwrap();
    let expected = of(1.0);
    for size in [1e-12, 1e12] {
        assert_eq!(of(size).clusters(), expected.clusters(), "{size}");
    }
}

#[test]
fn components_refuse_what_is_too_large_whatever_the_shape() {
    for (rows, units) in [(12, 3), (3, 12)] {
        let mut values = wobble(rows, units);
        values[[2, 1]] = 1e80;
        assert!(matches!(
            Pca::fit(table(values), "v", PcaOptions::default()),
            Err(AnalysisError::TooLarge { row: 2, position: 1, .. })
        ));
    }
}

#[test]
fn thresholds_are_numbers() {
    let good = table(wobble(8, 3));
    let errors = [
        unique_patterns(&good, "v", f64::NAN).map(drop),
        receptive_field(&good, "v", "v", f64::NAN).map(drop),
    ];
    for error in errors {
        assert!(matches!(error, Err(AnalysisError::InvalidArgument { argument: "threshold", .. })));
    }
}

#[test]
fn iterations_tell_whether_they_came_to_rest() {
    let source = |t: usize| ((t % 7) as f64 - 3.0, if t % 10 < 5 { 1.0 } else { -1.0 });
    let mixed = Array2::from_shape_fn((400, 2), |(t, unit)| {
        let (saw, square) = source(t);
        if unit == 0 { saw + 2.0 * square } else { 0.5 * saw - square }
    });
    let found = Ica::fit(table(mixed.clone()), "v", 2, 1).unwrap();
    assert!(found.converged() && !found.to_string().contains("not converged"));
    let found = GaussianMixture::fit(table(mixed), "v", MixtureOptions::new(2)).unwrap();
    assert!(found.converged() && !found.to_string().contains("not converged"));
}
