//! The number of threads, rayon's and OpenBLAS's, changes no bit of a result.

use std::{fmt::Debug, process::Command};

use analysis::{
    Agreement, GaussianMixture, Ica, Linkage, Metric, MixtureOptions, Noise, Pca, PcaOptions,
    SoftmaxDecoder, Svd, TsneOptions, classical_mds, cross_validate, cross_validate_linear,
    crossnobis_matrix, dbscan, kmeans, linkage, mahalanobis_matrix, nonmetric_mds, silhouette,
    similarity_matrix, statistics::bootstrap_interval, tsne,
};
use etable::{Table, View, ndarray::Array2};

/// Set in the processes whose results are compared.
const CHILD: &str = "ANALYSIS_TEST_PRINTS_RESULTS";

fn values(rows: usize, width: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, width), |(row, unit)| {
        let group = if (row % 3) == unit % 3 { 1.0 } else { 0.0 };
        group + ((row * 7919 + unit * 104_729) as f64 * 0.618_033_988_749_894_9).fract()
    })
}

fn table(rows: usize, width: usize) -> Table {
    let values = values(rows, width);
    let kinds: Vec<String> = (0..rows).map(|row| format!("kind {}", row % 3)).collect();
    let folds: Vec<i64> = (0..rows).map(|row| (row / 3 % 2) as i64).collect();
    Table::new()
        .with_column("kind", kinds)
        .and_then(|table| table.with_column("fold", folds))
        .and_then(|table| table.with_tensor("f32", values.mapv(|v| v as f32).into_dyn(), &["unit"]))
        .and_then(|table| table.with_tensor("v", values.into_dyn(), &["unit"]))
        .unwrap()
}

/// Prints a line for a result: `{:?}` of a number tells all its bits.
fn print(name: &str, result: impl Debug) {
    let text = format!("{result:?}");
    // FNV-1a.
    let digest = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    println!("result {name}: {digest:x} {}", text.len());
}

/// All numbers: what `{:?}` of an array leaves out counts too.
fn all(matrix: &analysis::SimilarityMatrix) -> Vec<u64> {
    matrix.values().iter().map(|value| value.to_bits()).collect()
}

fn print_results() {
    let large = table(1100, 40);
    let metrics = [
        Metric::Correlation,
        Metric::InverseCosine,
        Metric::Euclidean,
        Metric::Covariance,
        Metric::CityBlock,
        Metric::CrossEntropy,
    ];
    for column in ["v", "f32"] {
        for metric in metrics {
            let matrix = similarity_matrix(&large, column, None, metric).unwrap();
            print(&format!("{metric:?} {column}"), all(&matrix));
        }
    }
    let distances = similarity_matrix(&large, "v", None, Metric::Euclidean).unwrap();
    for method in [Linkage::Single, Linkage::Average, Linkage::Ward] {
        print(&format!("{method}"), linkage(&distances, method).unwrap().merges());
    }
    let many = table(14_000, 24);
    let components = |view: View, column: &str, options| {
        let pca = Pca::fit(view, column, options).unwrap();
        (pca.components().iter().copied().collect::<Vec<_>>(), pca.variances().to_vec())
    };
    print("components of many", components(many.view(), "f32", PcaOptions::default()));
    print("correlated components", components(many.view(), "v", PcaOptions::correlation()));
    let wide = table(60, 300);
    print("components of few", components(wide.view(), "v", PcaOptions::default()));
    print("singular values", Svd::fit(&wide, "v").unwrap().left().iter().collect::<Vec<_>>());
    let small = table(90, 12);
    print("independent components", Ica::fit(&small, "v", 3, 1).unwrap());
    let noise = Noise::Shrunk;
    print("Mahalanobis", all(&mahalanobis_matrix(&small, "v", None, &noise).unwrap()));
    print("crossnobis", all(&crossnobis_matrix(&small, "v", "kind", "fold", &noise).unwrap()));
    let matrix = |column| similarity_matrix(&small, column, None, Metric::Euclidean).unwrap();
    let (one, other) = (matrix("v"), matrix("f32"));
    print("classical scaling", classical_mds(&one, 3).unwrap().coordinates());
    print("non-metric scaling", nonmetric_mds(&one, 2).unwrap().coordinates());
    print("agreement", one.agreement_test(&other, Agreement::Kendall, 50, 1).unwrap());
    print("interval", one.agreement_interval(&other, Agreement::Cosine, 0.9, 50, 1).unwrap());
    print("k-means", kmeans(&small, "v", None, 3, 1).unwrap().centres());
    let options = TsneOptions { perplexity: 8.0, iterations: 50, ..TsneOptions::default() };
    print("t-SNE", tsne(&small, "v", None, options).unwrap().coordinates());
    print("softmax", SoftmaxDecoder::fit(&small, "v", "kind", 1.0).unwrap());
    print("cross-validation", cross_validate(&small, "v", "kind", 1.0, 3, 1).unwrap());
    let options = MixtureOptions::new(3);
    print("mixture", GaussianMixture::fit(&small, "v", options).unwrap().covariances());
    print("dense clusters", dbscan(&small, "v", None, 1.0, 3).unwrap());
    print("silhouette", silhouette(&one, &[0, 1, 2].repeat(30)).unwrap());
    print("linear", cross_validate_linear(&small, "v", "f32", 1.0, 5, 1).unwrap());
    let tree = linkage(&one, Linkage::Complete).unwrap();
    print("best order", tree.with_optimal_order(&one).unwrap().leaf_order());
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let sample = values(50, 1).into_raw_vec_and_offset().0;
    print("bootstrap", bootstrap_interval(&sample, 0.9, 99, 1, mean).unwrap());
}

#[test]
fn threads_change_no_bit() {
    if std::env::var_os(CHILD).is_some() {
        return print_results();
    }
    let results = |rayon: &str, blas: &str| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "threads_change_no_bit", "--nocapture"])
            .env(CHILD, "1")
            .env("RAYON_NUM_THREADS", rayon)
            .env("OPENBLAS_NUM_THREADS", blas)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .filter_map(|line| Some(line[line.find("result ")?..].to_owned()))
            .collect::<Vec<_>>()
    };
    let one = results("1", "1");
    assert!(one.len() > 25, "{one:?}");
    for (rayon, blas) in [("2", "2"), ("4", "1"), ("1", "4")] {
        let others = results(rayon, blas);
        assert_eq!(others.len(), one.len());
        for (one, other) in one.iter().zip(&others) {
            assert_eq!(one, other, "RAYON_NUM_THREADS={rayon} OPENBLAS_NUM_THREADS={blas}");
        }
    }
}

#[test]
fn cosines_of_many_rows_of_f32_are_right_to_a_millionth() {
    let many = table(1100, 40);
    let few = many.view().take(&(0..999).collect::<Vec<_>>()).unwrap();
    for metric in [Metric::Correlation, Metric::Cosine, Metric::InverseCosine] {
        let single = similarity_matrix(&many, "f32", None, metric).unwrap();
        let double = similarity_matrix(&few, "f32", None, metric).unwrap();
        let off = |(i, j): (usize, usize)| (single.value(i, j) - double.value(i, j)).abs();
        let pairs = (0..999).flat_map(|i| (0..i).map(move |j| (i, j)));
        let most = pairs.map(off).fold(0.0, f64::max);
        assert!(most < 1e-6, "{metric}: {most}");
    }
}

#[test]
fn rows_of_f32_close_to_each_other_are_compared_in_full() {
    // Rows 0 and 3 are almost the same: one minus their correlation is small, not rounding.
    let mut rows = values(1100, 40).mapv(|value| value as f32);
    let (mut near, mut same) = (rows.row(0).to_owned(), rows.row(1).to_owned());
    near[5] += 1e-4;
    same *= 2.0;
    rows.row_mut(3).assign(&near);
    rows.row_mut(4).assign(&same);
    let wide: Vec<Vec<f64>> =
        [0, 3].iter().map(|&row| rows.row(row).iter().map(|&v| f64::from(v)).collect()).collect();
    let exact = Metric::InverseCorrelation;
    let exact = exact.compare(&wide[0], &wide[1], analysis::NanPolicy::Error).unwrap();
    let table = Table::new().with_tensor("v", rows.into_dyn(), &["unit"]).unwrap();
    let found = similarity_matrix(&table, "v", None, Metric::InverseCorrelation).unwrap();
    assert!((found.value(0, 3) / exact - 1.0).abs() < 1e-4, "{} {exact}", found.value(0, 3));
    assert!(found.value(1, 4).abs() < 1e-14);
}
