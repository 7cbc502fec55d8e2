//! Odd inputs of the decompositions, embeddings, decoders and statistics: a defined result or an
//! error that says what is wrong.

use analysis::{
    Agreement, AnalysisError, Confusion, Covariance, GaussianMixture, Ica, LinearDecoder, Linkage,
    Metric, MixtureOptions, NanPolicy, Noise, Roc, SimilarityMatrix, SoftmaxDecoder, Svd,
    TsneOptions, classical_mds, closest_patterns, cross_validate, cross_validate_linear,
    crossnobis_matrix, dbscan, linkage, mahalanobis_matrix, nonmetric_mds, receptive_field,
    silhouette, similarity_matrix, similarity_matrix_with,
    statistics::{anova, kendall, pearson, t_test, t_test_one_sample},
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

type Analysis = Box<dyn Fn(&View) -> analysis::Result<()>>;

fn every_analysis() -> Vec<Analysis> {
    let options = TsneOptions { perplexity: 1.0, iterations: 20, ..TsneOptions::default() };
    vec![
        Box::new(|view| Svd::fit(view, "v").map(drop)),
        Box::new(|view| Ica::fit(view, "v", 1, 1).map(drop)),
        Box::new(move |view| tsne(view, "v", None, options).map(drop)),
        Box::new(|view| SoftmaxDecoder::fit(view, "v", "kind", 1.0).map(drop)),
        Box::new(|view| cross_validate(view, "v", "kind", 1.0, 2, 1).map(drop)),
        Box::new(|view| mahalanobis_matrix(view, "v", None, &Noise::Shrunk).map(drop)),
        Box::new(|view| crossnobis_matrix(view, "v", "kind", "fold", &Noise::Shrunk).map(drop)),
        Box::new(|view| receptive_field(view, "v", "v", 0.0).map(drop)),
        Box::new(|view| unique_patterns(view, "v", 0.5).map(drop)),
    ]
}

#[test]
fn every_analysis_names_what_is_wrong() {
    let good = table(wobble(8, 3));
    let empty = good.view().take(&[]).unwrap();
    let mut holes = wobble(8, 3);
    holes[[2, 1]] = f64::NAN;
    let holes = table(holes);
    for (index, run) in every_analysis().iter().enumerate() {
        run(&good.view()).unwrap_or_else(|error| panic!("{index}: {error}"));
        assert!(matches!(run(&empty), Err(AnalysisError::TooFewRows { rows: 0, .. })), "{index}");
        assert!(
            matches!(run(&holes.view()), Err(AnalysisError::NotFinite { row: 2, position: 1, .. })),
            "{index}"
        );
        assert!(matches!(run(&Table::new().view()), Err(AnalysisError::Table(_))), "{index}");
    }
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
    assert!(matches!(Confusion::new(&none, &none), Err(AnalysisError::TooFewRows { .. })));
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
    assert!(matches!(t_test(&few, &good), Err(AnalysisError::TooFewRows { rows: 1, .. })));
    assert!(matches!(
        t_test_one_sample(&[1.0, f64::NAN], 0.0),
        Err(AnalysisError::InvalidArgument { .. })
    ));
    assert!(matches!(pearson(&flat, &good), Err(AnalysisError::NoVariance { .. })));
    assert!(matches!(kendall(&few, &good), Err(AnalysisError::LengthMismatch { .. })));
    assert!(matches!(anova(&[&flat, &flat]), Err(AnalysisError::NoVariance { .. })));
    assert!(matches!(anova(&[&good]), Err(AnalysisError::TooFewRows { rows: 1, .. })));
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
        Err(AnalysisError::LengthMismatch { left: 8, right: 2 })
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
