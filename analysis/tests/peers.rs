//! Comparison with scipy, scikit-learn and rsatoolbox: `tests/golden/peers.py` says how the figures
//! were made.

use std::collections::{BTreeMap, BTreeSet};

use analysis::{
    Agreement, Covariance, GaussianMixture, Ica, LinearDecoder, Linkage, Metric, MixtureOptions,
    Noise, Pca, PcaOptions, Roc, SoftmaxDecoder, Svd, TsneOptions, classical_mds,
    crossnobis_matrix, dbscan, kmeans, linkage, mahalanobis_distance, mahalanobis_matrix,
    nonmetric_mds, silhouette, similarity_matrix,
    statistics::{
        anova_of, kendall, kolmogorov_smirnov, pearson, spearman, t_test, t_test_equal_variances,
        t_test_paired,
    },
    tsne,
};
use etable::{
    Table,
    ndarray::{Array2, ArrayView1, ArrayView2, Axis},
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
    let rows = table.matrix("x").unwrap();
    let moved = &rows - &rows.mean_axis(Axis(0)).unwrap();
    let covariance = moved.t().dot(&moved) / (rows.nrows() as f64 - 1.0);
    let vector = |row: usize| rows.row(row).to_vec();
    let pair = mahalanobis_distance(&vector(0), &vector(3), &covariance).unwrap();
    assert_close(pair, golden["mahalanobis"][0][3].as_f64().unwrap(), TOLERANCE);
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
        let tree = linkage(&distances, method).unwrap();
        let found = tree.heights();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.into_iter().zip(expected) {
            assert_close(found, expected, TOLERANCE);
        }
        let ours = tree.merges().iter().map(|merge| [merge.left, merge.right]);
        let theirs = matrix(&golden["nodes"][name]);
        let theirs = theirs.rows().into_iter().map(|row| [row[0] as usize, row[1] as usize]);
        assert_eq!(items_joined(24, ours), items_joined(24, theirs), "{name}");
    }
}

/// The items that every merge brings together, in order.
fn items_joined(n: usize, merges: impl Iterator<Item = [usize; 2]>) -> Vec<BTreeSet<usize>> {
    let mut nodes: Vec<BTreeSet<usize>> = (0..n).map(|item| BTreeSet::from([item])).collect();
    for [left, right] in merges {
        nodes.push(&nodes[left] | &nodes[right]);
    }
    nodes.split_off(n)
}

#[test]
fn fewer_rows_than_values_are_treated_as_by_the_peers() {
    let golden = &golden()["few"];
    let x = matrix(&golden["x"]);
    assert_eq!(x.dim(), (12, 40));
    let table = Table::new().with_tensor("x", x.into_dyn(), &["unit"]).unwrap();
    for metric in [Metric::Euclidean, Metric::Correlation, Metric::InverseCosine, Metric::Spearman]
    {
        let found = similarity_matrix(&table, "x", None, metric).unwrap();
        assert_matrix(found.values(), &golden[format!("{metric:?}")], TOLERANCE);
    }
    let distances = similarity_matrix(&table, "x", None, Metric::Euclidean).unwrap();
    let heights = linkage(&distances, Linkage::Average).unwrap().heights();
    for (found, expected) in heights.into_iter().zip(numbers(&golden["average"])) {
        assert_close(found, expected, TOLERANCE);
    }
    let pca = Pca::fit(&table, "x", PcaOptions::default()).unwrap();
    assert_eq!(pca.n_components(), 11);
    for (found, expected) in pca.explained().iter().zip(numbers(&golden["ratio"])) {
        assert_close(*found, expected, TOLERANCE);
    }
    let expected = matrix(&golden["components"]);
    for (found, expected) in pca.components().rows().into_iter().zip(expected.rows()) {
        assert_close(found.dot(&expected).abs(), 1.0, TOLERANCE);
    }
    let svd = Svd::fit(&table, "x").unwrap();
    for (found, expected) in svd.values().iter().zip(numbers(&golden["singular"])) {
        assert_close(*found, expected, TOLERANCE);
    }
    let found = silhouette(&distances, &[0, 1, 2].repeat(4)).unwrap();
    for (found, expected) in found.values().iter().zip(numbers(&golden["silhouette"])) {
        assert_close(*found, expected, TOLERANCE);
    }
}

#[test]
fn independent_components_are_those_of_scikit_learn() {
    let golden = &golden()["mixed"];
    let table = Table::new().with_tensor("x", matrix(&golden["x"]).into_dyn(), &["unit"]).unwrap();
    let ica = Ica::fit(&table, "x", 3, 1).unwrap();
    let expected = matrix(&golden["mixing"]);
    // Up to order and sign.
    for expected in expected.rows() {
        let length = expected.dot(&expected);
        let off = |found: &ArrayView1<'_, f64>| {
            let sign = found.dot(&expected).signum();
            (found - &(&expected * sign)).mapv(|value| value * value).sum() / length
        };
        let least = ica.mixing().rows().into_iter().map(|row| off(&row)).fold(1.0, f64::min);
        assert!(least.sqrt() < FIT_TOLERANCE, "{least}");
    }
}

/// How many of a point's nearest neighbours in the plane are so in the data: 1 for all (Venna and
/// Kaski 2001, as scikit-learn computes it).
fn trustworthiness(rows: &Array2<f64>, points: ArrayView2<'_, f64>, k: usize) -> f64 {
    let n = rows.nrows();
    let by_distance = |values: ArrayView2<'_, f64>, from: usize| {
        let square = |row: usize| {
            let moved = &values.row(row) - &values.row(from);
            moved.dot(&moved)
        };
        let mut others: Vec<usize> = (0..n).filter(|&row| row != from).collect();
        others.sort_by(|&a, &b| square(a).total_cmp(&square(b)));
        others
    };
    let mut too_far = 0;
    for from in 0..n {
        let near = by_distance(rows.view(), from);
        for neighbour in &by_distance(points, from)[..k] {
            let rank = near.iter().position(|row| row == neighbour).unwrap() + 1;
            too_far += rank.saturating_sub(k);
        }
    }
    1.0 - too_far as f64 * 2.0 / (n * k * (2 * n - 3 * k - 1)) as f64
}

#[test]
fn neighbours_stay_neighbours_as_in_scikit_learn() {
    let golden = &golden()["neighbours"];
    let rows = matrix(&golden["x"]);
    let table = Table::new().with_tensor("x", rows.clone().into_dyn(), &["unit"]).unwrap();
    let options = TsneOptions { perplexity: 10.0, ..TsneOptions::default() };
    let points = tsne(&table, "x", None, options).unwrap();
    let found = trustworthiness(&rows, points.coordinates(), 5);
    let theirs = golden["trustworthiness"].as_f64().unwrap();
    assert!(found > theirs - 0.02, "{found}, scikit-learn {theirs}");
    // The three groups come apart.
    let plane = points.coordinates().to_owned().into_dyn();
    let plane = Table::new().with_tensor("p", plane, &["axis"]).unwrap();
    let distances = similarity_matrix(&plane, "p", None, Metric::Euclidean).unwrap();
    let fit = silhouette(&distances, &[0, 1, 2].repeat(20)).unwrap();
    assert!(fit.mean() > 0.5, "{fit}");
}

#[test]
fn order_is_scaled_as_well_as_by_scikit_learn() {
    let golden = golden();
    let distances = similarity_matrix(table(&golden), "x", None, Metric::Euclidean).unwrap();
    let found = nonmetric_mds(&distances, 2).unwrap().stress().unwrap();
    let theirs = golden["stress"].as_f64().unwrap();
    assert!(found < 1.02 * theirs, "{found}, scikit-learn's best of several starts {theirs}");
}

#[test]
fn decompositions_are_those_of_numpy_and_scikit_learn() {
    let golden = golden();
    let table = table(&golden);
    for (name, options) in
        [("pca", PcaOptions::default()), ("pca_of_correlations", PcaOptions::correlation())]
    {
        let pca = Pca::fit(&table, "x", options).unwrap();
        for (found, expected) in pca.explained().iter().zip(numbers(&golden[name]["ratio"])) {
            assert_close(*found, expected, TOLERANCE);
        }
        let expected = matrix(&golden[name]["components"]);
        for (found, expected) in pca.components().rows().into_iter().zip(expected.rows()) {
            // Up to the sign.
            assert_close(found.dot(&expected).abs(), 1.0, TOLERANCE);
        }
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
    let add = |values: &[f64], more: f64| values.iter().map(|v| v + more).collect::<Vec<_>>();
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
        ("kolmogorov", h(kolmogorov_smirnov(&a, &add(&b[..17], 0.7)).unwrap())),
        ("kolmogorov_equal", h(kolmogorov_smirnov(&a[..10], &add(&b[..10], 1.0)).unwrap())),
        ("kolmogorov_apart", h(kolmogorov_smirnov(&a, &add(&b, 20.0)).unwrap())),
        ("kolmogorov_ties", h(kolmogorov_smirnov(&round(&a), &round(&b[..20])).unwrap())),
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
    let within = |k| kmeans(&clouds, "v", None, k, 1).unwrap().within();
    let least = numbers(&golden["kmeans"]);
    assert_close(within(2), least[0], TOLERANCE);
    assert_close(within(3), least[1], TOLERANCE);
    // Five where there are three: ten starts come near the best of fifty.
    assert!(least[2] < within(5) + TOLERANCE && within(5) < 1.03 * least[2], "{}", within(5));
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
