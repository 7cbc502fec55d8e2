//! Comparison with the figures of the reference implementation (etable v1.1.21).

use std::{collections::BTreeSet, io::Read};

use analysis::{
    Linkage, Metric, NanPolicy, Pca, PcaOptions, SimilarityMatrix, linkage, similarity_matrix,
};
use etable::{Table, ndarray::Array2};
use serde_json::Value;

const TOLERANCE: f64 = 1e-10;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/etable_metric.json.gz");
    let file = std::fs::File::open(path).expect("the golden file is in the repository");
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("a gzip file");
    serde_json::from_str(&text).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn table(golden: &Value, name: &str) -> Table {
    let rows = matrix(&golden[name]);
    // B was recorded from cells of shape [2, 4]: shapes must not matter.
    let shape = if name == "B" { vec![20, 2, 4] } else { vec![20, 8] };
    let rows = rows.into_shape_with_order(shape).unwrap();
    Table::new().with_tensor(name, rows, &[]).unwrap()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= TOLERANCE * (1.0 + expected.abs())
}

#[test]
fn similarity_matrices() {
    let golden = golden();
    for name in ["A", "B"] {
        let table = table(&golden, name);
        for (metric_name, expected) in golden["simat"][name].as_object().unwrap() {
            let metric: Metric = metric_name.parse().unwrap();
            let found = similarity_matrix(&table, name, None, metric).unwrap();
            let expected = matrix(expected);
            assert_eq!(expected.dim(), (20, 20));
            for ((row, column), &expected) in expected.indexed_iter() {
                // The reference computes the lower half and mirrors it, also for cross entropy.
                let found = found.value(row.max(column), row.min(column));
                assert!(close(found, expected), "{metric_name} {name} {row} {column}: {found}");
            }
        }
    }
}

#[test]
fn pairs_of_vectors() {
    let golden = golden();
    let (a, b) = (numbers(&golden["A"][0]), numbers(&golden["A"][1]));
    for (name, expected) in golden["pairwise_A0_A1"].as_object().unwrap() {
        let metric: Metric = name.parse().unwrap();
        let found = metric.compare(&a, &b, NanPolicy::Error).unwrap();
        assert!(close(found, expected["f64"].as_f64().unwrap()), "{name}: {found}");
    }
    let binary = golden["pairwise_binary"].as_object().unwrap();
    let (a, b) = (numbers(&binary["a"]), numbers(&binary["b"]));
    for (name, expected) in binary.iter().filter(|(name, _)| name.len() > 1) {
        let metric: Metric = name.parse().unwrap();
        let found = metric.compare(&a, &b, NanPolicy::Error).unwrap();
        assert!(close(found, expected.as_f64().unwrap()), "{name}: {found}");
    }
}

#[test]
fn missing_values_are_skipped() {
    let golden = golden();
    let (mut a, b) = (numbers(&golden["A"][0]), numbers(&golden["A"][1]));
    a[2] = f64::NAN;
    for (name, expected) in golden["pairwise_A0withNaNat2_A1"].as_object().unwrap() {
        let metric: Metric = name.parse().unwrap();
        let found = metric.compare(&a, &b, NanPolicy::SkipPairs).unwrap();
        // The reference takes each vector's mean over all its own numbers, not over the shared
        // positions; ours is the correlation of what is compared.
        let own_means = ["Covariance", "Correlation", "InvCorrelation"].contains(&name.as_str());
        let tolerance = if own_means { 2e-3 } else { TOLERANCE };
        assert!((found - expected.as_f64().unwrap()).abs() < tolerance, "{name}: {found}");
    }
}

#[test]
fn principal_components() {
    let golden = golden();
    for (name, expected) in golden["pca"].as_object().unwrap() {
        let (column, scaling) = name.split_once('_').unwrap();
        let options = match scaling {
            "Correlation" => PcaOptions::correlation(),
            _ => PcaOptions::default(),
        };
        let table = table(&golden, column);
        let pca = Pca::fit(&table, column, options).unwrap();
        let values = numbers(&expected["eigenvalues_ascending"]);
        let vectors = matrix(&expected["eigenvectors_in_columns_ascending"]);
        let projections = matrix(&expected["project_on_top4"]);
        let scores = pca.project_uncentred(&table, column, None, 4).unwrap();
        assert_eq!(pca.n_components(), 8);
        for (index, &variance) in values.iter().rev().enumerate() {
            assert!(close(pca.variances()[index], variance), "{name} {index}");
            let component = pca.components().row(index).to_owned();
            let expected = vectors.column(7 - index).to_owned();
            let sign = component.dot(&expected).signum();
            assert!((component - &(&expected * sign)).iter().all(|d| d.abs() < 1e-9), "{name}");
            if index < 4 {
                let scores = scores.numbers(&format!("PC{}", index + 1)).unwrap();
                for (found, expected) in scores.iter().zip(projections.row(index)) {
                    assert!((found - sign * expected).abs() < 1e-9, "{name} {index}");
                }
            }
        }
    }
}

/// Merges as sets of the items on both sides, with heights: what does not depend on drawing order.
fn merge_sets(items: &[(Vec<usize>, f64)]) -> Vec<(BTreeSet<usize>, f64)> {
    let mut sets: Vec<(BTreeSet<usize>, f64)> =
        items.iter().map(|(items, height)| (items.iter().copied().collect(), *height)).collect();
    sets.sort_by(|a, b| a.0.cmp(&b.0));
    sets
}

#[test]
fn clusters() {
    let golden = golden();
    let mut checked = 0;
    for (name, expected) in golden["clust"].as_object().unwrap() {
        let [column, metric, method] = name.split('_').collect::<Vec<_>>()[..] else {
            panic!("{name}")
        };
        let method = match method {
            "Min" => Linkage::Single,
            "Max" => Linkage::Complete,
            "Avg" => Linkage::Average,
            _ => Linkage::Contrast,
        };
        let metric: Metric = metric.parse().unwrap();
        let distances: SimilarityMatrix =
            similarity_matrix(table(&golden, column), column, None, metric).unwrap();
        let tree = linkage(&distances, method).unwrap();
        let mut below: Vec<Vec<usize>> = (0..20).map(|item| vec![item]).collect();
        let mut found = Vec::new();
        for merge in tree.merges() {
            let joined = [below[merge.left].clone(), below[merge.right].clone()].concat();
            assert_eq!(joined.len(), merge.size);
            found.push((joined.clone(), merge.height));
            below.push(joined);
        }
        let expected: Vec<(Vec<usize>, f64)> = expected["merges_postorder"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|merge| merge["dist"].is_f64())
            .map(|merge| {
                let side = |side: &str| {
                    let items = merge[side].as_array().unwrap();
                    items.iter().map(|item| item.as_u64().unwrap() as usize).collect::<Vec<_>>()
                };
                ([side("left"), side("right")].concat(), merge["dist"].as_f64().unwrap())
            })
            .collect();
        assert_eq!(expected.len(), 19);
        // The data has no two equal distances, so the trees must agree whole.
        for (found, expected) in merge_sets(&found).iter().zip(merge_sets(&expected)) {
            assert_eq!(found.0, expected.0, "{name}");
            assert!(close(found.1, expected.1), "{name}: {} not {}", found.1, expected.1);
        }
        checked += 1;
    }
    assert_eq!(checked, 16);
}
