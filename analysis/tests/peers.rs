//! Comparison with scipy, scikit-learn and rsatoolbox: `tests/golden/peers.py` says how the figures
//! were made.

use std::collections::BTreeMap;

use analysis::{
    Agreement, Covariance, GaussianMixture, LinearDecoder, Linkage, Metric, MixtureOptions, Noise,
    Pca, PcaOptions, Roc, SoftmaxDecoder, Svd, classical_mds, crossnobis_matrix, dbscan, linkage,
    mahalanobis_matrix, nonmetric_mds, silhouette, similarity_matrix,
    statistics::{
        anova_of, kendall, pearson, spearman, t_test, t_test_equal_variances, t_test_paired,
    },
};
use etable::{
    Table,
    ndarray::{Array2, ArrayView2},
};
use serde_json::Value;

const TOLERANCE: f64 = 1e-9;
/// Where the end of an iteration decides the last digits.
const FIT_TOLERANCE: f64 = 1e-6;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/peers.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(off <= tolerance * (1.0 + expected.abs()), "{found} for {expected}");
}

#[track_caller]
fn assert_matrix(found: ArrayView2<'_, f64>, expected: &Value, tolerance: f64) {
    let expected = matrix(expected);
    assert_eq!(found.dim(), expected.dim());
    for (found, expected) in found.iter().zip(&expected) {
        assert_close(*found, *expected, tolerance);
    }
}

fn table(golden: &Value) -> Table {
    let whole = |name: &str| -> Vec<i64> {
        golden[name].as_array().unwrap().iter().map(|v| v.as_i64().unwrap()).collect()
    };
    let (x, other) = (matrix(&golden["x"]), matrix(&golden["other"]));
    let binary = x.mapv(|value| f64::from(u8::from(value > 0.5)));
    Table::new()
        .with_column("group", whole("group"))
        .and_then(|t| t.with_column("fold", whole("fold")))
        .and_then(|t| t.with_column("a", x.column(0).to_vec()))
        .and_then(|t| t.with_tensor("x", x.into_dyn(), &["unit"]))
        .and_then(|t| t.with_tensor("other", other.into_dyn(), &["unit"]))
        .and_then(|t| t.with_tensor("binary", binary.into_dyn(), &["unit"]))
        .unwrap()
}

#[test]
fn metrics_are_those_of_scipy() {
    let golden = golden();
    let table = table(&golden);
    for (name, expected) in golden["metrics"].as_object().unwrap() {
        let found = similarity_matrix(&table, "x", None, name.parse().unwrap()).unwrap();
        assert_matrix(found.values(), expected, TOLERANCE);
    }
    let jaccard = similarity_matrix(&table, "binary", None, Metric::Jaccard).unwrap();
    assert_matrix(jaccard.values(), &golden["jaccard"], TOLERANCE);
    let mahalanobis = mahalanobis_matrix(&table, "x", None, &Noise::Sample).unwrap();
    assert_matrix(mahalanobis.values(), &golden["mahalanobis"], TOLERANCE);
}

#[test]
fn crossnobis_distances_are_those_of_rsatoolbox() {
    let golden = golden();
    let table = table(&golden);
    for (name, noise) in [("identity", Noise::Identity), ("shrunk", Noise::Shrunk)] {
        let found = crossnobis_matrix(&table, "x", "group", "fold", &noise).unwrap();
        assert_eq!(found.labels(), ["0", "1", "2"]);
        assert_matrix(found.values(), &golden["crossnobis"][name], TOLERANCE);
    }
}

#[test]
fn matrices_agree_as_scipy_says() {
    let golden = golden();
    let table = table(&golden);
    let of = |column: &str| similarity_matrix(&table, column, None, Metric::Euclidean).unwrap();
    let (x, other) = (of("x"), of("other"));
    let ways = [
        ("Correlation", Agreement::Correlation),
        ("Spearman", Agreement::Spearman),
        ("Kendall", Agreement::Kendall),
        ("Cosine", Agreement::Cosine),
    ];
    for (name, how) in ways {
        let expected = golden["agreement"][name].as_f64().unwrap();
        assert_close(x.agreement(&other, how).unwrap(), expected, TOLERANCE);
        let test = x.agreement_test(&other, how, 99, 1).unwrap();
        assert_eq!(test.p_value, 0.01, "as great as in no permutation");
        assert_eq!(test, x.agreement_test(&other, how, 99, 1).unwrap());
        let (low, high) = x.agreement_interval(&other, how, 0.9, 200, 1).unwrap();
        assert!(low < expected && expected < high, "{name}: {low} to {high}");
    }
}

#[test]
fn linkages_are_those_of_scipy() {
    let golden = golden();
    let distances = similarity_matrix(table(&golden), "x", None, Metric::Euclidean).unwrap();
    let methods = BTreeMap::from([
        ("single", Linkage::Single),
        ("complete", Linkage::Complete),
        ("average", Linkage::Average),
        ("ward", Linkage::Ward),
        ("centroid", Linkage::Centroid),
    ]);
    for (name, method) in methods {
        let expected = numbers(&golden["linkage"][name]);
        let found = linkage(&distances, method).unwrap().heights();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.into_iter().zip(expected) {
            assert_close(found, expected, TOLERANCE);
        }
    }
}

#[test]
fn decompositions_are_those_of_numpy_and_scikit_learn() {
    let golden = golden();
    let table = table(&golden);
    let pca = Pca::fit(&table, "x", PcaOptions::default()).unwrap();
    for (found, expected) in pca.explained().iter().zip(numbers(&golden["pca"]["ratio"])) {
        assert_close(*found, expected, TOLERANCE);
    }
    let expected = matrix(&golden["pca"]["components"]);
    for (found, expected) in pca.components().rows().into_iter().zip(expected.rows()) {
        // Up to the sign.
        assert_close(found.dot(&expected).abs(), 1.0, TOLERANCE);
    }
    let svd = Svd::fit(&table, "x").unwrap();
    for (found, expected) in svd.values().iter().zip(numbers(&golden["singular"])) {
        assert_close(*found, expected, TOLERANCE);
    }
    assert_matrix(svd.rebuild(5).unwrap().view(), &golden["x"], TOLERANCE);
    let distances = similarity_matrix(&table, "x", None, Metric::Euclidean).unwrap();
    let scaled = classical_mds(&distances, 5).unwrap();
    assert!(scaled.stress().unwrap() < 1e-9, "five dimensions hold it all");
    for (column, expected) in
        scaled.coordinates().columns().into_iter().zip(numbers(&golden["scaling"]))
    {
        assert_close(column.dot(&column), expected, TOLERANCE);
    }
    // Only the order counts: any growing function of distances in a plane is scaled perfectly.
    let plane = similarity_matrix(scaled.to_table().unwrap(), "X1", None, Metric::Euclidean);
    let bent = plane.unwrap().values().mapv(|d| d.powf(1.7));
    let labels = distances.labels().to_vec();
    let bent =
        analysis::SimilarityMatrix::from_values(bent, labels, Metric::Euclidean, "bent").unwrap();
    let metric = classical_mds(&bent, 1).unwrap().stress().unwrap();
    let order = nonmetric_mds(&bent, 1).unwrap().stress().unwrap();
    assert!(order < 0.1 * metric, "{order} against {metric}");
}

#[test]
fn tests_of_hypotheses_are_those_of_scipy() {
    let golden = golden();
    let table = table(&golden);
    let a = table.numbers("a").unwrap();
    let b = matrix(&golden["other"]).column(0).to_vec();
    let round = |values: &[f64]| values.iter().map(|v| v.round_ties_even()).collect::<Vec<_>>();
    let t = |test: analysis::statistics::TTest| (test.statistic, test.p_value);
    let h = |test: analysis::statistics::HypothesisTest| (test.statistic, test.p_value);
    let anova = anova_of(&table, "a", "group").unwrap();
    let found = BTreeMap::from([
        ("welch", t(t_test(&a, &b[..17]).unwrap())),
        ("student", t(t_test_equal_variances(&a, &b[..17]).unwrap())),
        ("paired", t(t_test_paired(&a, &b).unwrap())),
        ("anova", (anova.statistic, anova.p_value)),
        ("pearson", h(pearson(&a, &b).unwrap())),
        ("spearman", h(spearman(&a, &b).unwrap())),
        ("kendall", h(kendall(&a, &b).unwrap())),
        ("kendall_ties", h(kendall(&round(&a), &round(&b)).unwrap())),
    ]);
    assert_eq!(found.len(), golden["tests"].as_object().unwrap().len());
    for (name, (statistic, p_value)) in found {
        let expected = numbers(&golden["tests"][name]);
        assert_close(statistic, expected[0], TOLERANCE);
        assert!((p_value / expected[1] - 1.0).abs() < 1e-8, "{name}: {p_value} {expected:?}");
    }
}

#[test]
fn decoders_are_those_of_scikit_learn() {
    let golden = golden();
    let table = table(&golden);
    let decoder = SoftmaxDecoder::fit(&table, "x", "group", 1.0).unwrap();
    assert_matrix(decoder.weights(), &golden["decoder"]["weights"], FIT_TOLERANCE);
    let intercepts = numbers(&golden["decoder"]["intercepts"]);
    for (found, expected) in decoder.intercepts().iter().zip(intercepts) {
        assert_close(*found, expected, FIT_TOLERANCE);
    }
    let probabilities = decoder.probabilities(&table, "x").unwrap();
    let expected = matrix(&golden["decoder"]["probabilities"]);
    for (category, expected) in ["0", "1", "2"].into_iter().zip(expected.columns()) {
        for (found, expected) in probabilities.numbers(category).unwrap().iter().zip(expected) {
            assert_close(*found, *expected, FIT_TOLERANCE);
        }
    }
}

/// Clusters as sets, whatever their numbers.
fn partition(clusters: impl IntoIterator<Item = i64>) -> Vec<usize> {
    let mut seen = vec![];
    let place = |cluster: i64| {
        seen.iter().position(|&known| known == cluster).unwrap_or_else(|| {
            seen.push(cluster);
            seen.len() - 1
        })
    };
    clusters.into_iter().map(place).collect()
}

fn whole(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
}

#[test]
fn trees_are_cut_and_judged_as_by_scipy() {
    let golden = golden();
    let distances = similarity_matrix(table(&golden), "x", None, Metric::Euclidean).unwrap();
    let tree = linkage(&distances, Linkage::Average).unwrap();
    let cophenetic = tree.cophenetic_distances().unwrap();
    assert_matrix(cophenetic.values(), &golden["cophenetic"]["distances"], TOLERANCE);
    let correlation = tree.cophenetic_correlation(&distances).unwrap();
    assert_close(correlation, golden["cophenetic"]["correlation"].as_f64().unwrap(), TOLERANCE);
    for (count, expected) in [2, 4, 7].into_iter().zip(golden["cuts"]["count"].as_array().unwrap())
    {
        let found = tree.clusters(count).unwrap().into_iter().map(|cluster| cluster as i64);
        assert_eq!(partition(found), partition(whole(expected)), "{count}");
    }
    let found = tree.clusters_below(2.0).into_iter().map(|cluster| cluster as i64);
    assert_eq!(partition(found), partition(whole(&golden["cuts"]["height"])));
    let turned = tree.with_optimal_order(&distances).unwrap();
    let sum = |order: Vec<usize>| -> f64 {
        order.windows(2).map(|pair| distances.value(pair[0], pair[1])).sum()
    };
    let (least, scipys) = (&golden["order"]["least"], &golden["order"]["scipy"]);
    assert_close(sum(turned.leaf_order()), least.as_f64().unwrap(), TOLERANCE);
    assert!(sum(turned.leaf_order()) <= scipys.as_f64().unwrap() + TOLERANCE);
    assert!(sum(tree.leaf_order()) > sum(turned.leaf_order()) + 1.0, "something was to be gained");
    assert_eq!(turned.clusters(4).unwrap(), tree.clusters(4).unwrap());
    let mut order = turned.leaf_order();
    order.sort_unstable();
    assert_eq!(order, (0..24).collect::<Vec<_>>());
}

#[test]
fn clusters_are_those_of_scikit_learn() {
    let golden = golden();
    let table = table(&golden);
    let distances = similarity_matrix(&table, "x", None, Metric::Euclidean).unwrap();
    let groups: Vec<usize> = whole(&golden["group"]).into_iter().map(|g| g as usize).collect();
    let found = silhouette(&distances, &groups).unwrap();
    for (found, expected) in found.values().iter().zip(numbers(&golden["silhouette"])) {
        assert_close(*found, expected, TOLERANCE);
    }
    let clouds = Table::new().with_tensor("v", matrix(&golden["clouds"]).into_dyn(), &["axis"]);
    let clouds = clouds.unwrap();
    let dense = dbscan(&clouds, "v", None, 0.5, 5).unwrap().to_table().unwrap();
    assert_eq!(dense.slice::<i64>("Cluster").unwrap(), whole(&golden["dbscan"]));
    for (name, covariance) in [("full", Covariance::Full), ("diag", Covariance::Diagonal)] {
        let options = MixtureOptions { covariance, starts: 20, ..MixtureOptions::new(3) };
        let found = GaussianMixture::fit(&clouds, "v", options).unwrap();
        let expected = &golden["mixture"][name];
        let number = |name: &str| expected[name].as_f64().unwrap();
        assert_close(found.log_likelihood(), number("log_likelihood"), FIT_TOLERANCE);
        assert_close(found.bic(), number("bic"), FIT_TOLERANCE);
        assert_close(found.aic(), number("aic"), FIT_TOLERANCE);
        let mut order: Vec<usize> = (0..3).collect();
        order.sort_by(|&a, &b| found.weights()[a].total_cmp(&found.weights()[b]));
        let (weights, means) = (numbers(&expected["weights"]), matrix(&expected["means"]));
        for (place, &cloud) in order.iter().enumerate() {
            // Where the likelihood is flat, its last digits leave more room.
            assert_close(found.weights()[cloud], weights[place], 1e-4);
            let covariance = matrix(&expected["covariances"][place]);
            for (i, found) in found.means().row(cloud).iter().enumerate() {
                assert_close(*found, means[[place, i]], 1e-4);
            }
            for ((i, j), expected) in covariance.indexed_iter() {
                assert_close(found.covariances()[[cloud, i, j]], *expected, 1e-4);
            }
        }
    }
}

#[test]
fn ridge_and_curves_are_those_of_scikit_learn() {
    let golden = golden();
    let table = table(&golden);
    let decoder = LinearDecoder::fit(&table, "x", "other", 0.5).unwrap();
    assert_matrix(decoder.weights(), &golden["ridge"]["weights"], TOLERANCE);
    for (found, expected) in
        decoder.intercepts().iter().zip(numbers(&golden["ridge"]["intercepts"]))
    {
        assert_close(*found, expected, TOLERANCE);
    }
    let score = decoder.r_squared(&table, "x", "other").unwrap();
    assert_close(score, golden["ridge"]["score"].as_f64().unwrap(), TOLERANCE);
    let few = table.view().take(&[0, 1, 2, 3]).unwrap();
    let wide = LinearDecoder::fit(few, "x", "other", 0.5).unwrap();
    assert_matrix(wide.weights(), &golden["ridge"]["wide"], TOLERANCE);
    let scores: Vec<f64> =
        table.numbers("a").unwrap().iter().map(|a| (a * 10.0).round_ties_even() / 10.0).collect();
    let positive: Vec<bool> = whole(&golden["group"]).into_iter().map(|g| g == 0).collect();
    let roc = Roc::new(&scores, &positive).unwrap();
    assert_close(roc.area(), golden["roc"]["area"].as_f64().unwrap(), TOLERANCE);
    let curve = roc.to_table().unwrap();
    for (column, name) in [("FalseAlarms", "alarms"), ("Hits", "hits")] {
        assert_eq!(curve.numbers(column).unwrap(), numbers(&golden["roc"][name]));
    }
}
