//! Every analysis with every kind of odd input: the error that says what is wrong, or finite
//! numbers. What is not among the exceptions follows the rule of the input.

use analysis::{
    Agreement, AnalysisError, Figure, GaussianMixture, Ica, LinearDecoder, Linkage, Metric,
    MixtureOptions, NanPolicy, Noise, Pca, PcaOptions, Roc, SimilarityMatrix, SoftmaxDecoder, Svd,
    TsneOptions, bar_chart, classical_mds, closest_patterns, clustered_heat_map, cross_similarity,
    cross_validate, cross_validate_linear, crossnobis_matrix, dbscan, grouped_line_chart, heat_map,
    histogram, kmeans, line_chart, linkage, mahalanobis_matrix, mean_bar_chart, mean_line_chart,
    nonmetric_mds, raster, receptive_field, row_similarity, scatter, scatter_3d, silhouette,
    similarity_matrix, similarity_matrix_with,
    statistics::{
        Spread, TTest, anova_of, bootstrap_interval, group_statistics, kendall, kolmogorov_smirnov,
        pearson, spearman, t_test, t_test_equal_variances, t_test_one_sample, t_test_paired,
    },
    tensor_grid, tsne, unique_patterns,
};
use etable::{Table, View, ndarray::Array2};

fn wobble(rows: usize, units: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, units), |(y, x)| ((y * 37 + x * 101) as f64 * 0.618).fract())
}

/// Tensors `v`, their first values `s`, and what rows are grouped by.
fn table(values: Array2<f64>) -> Table {
    let (n, others) = (values.nrows(), wobble(values.nrows(), 1));
    let first = if values.ncols() > 0 { values.column(0) } else { others.column(0) };
    Table::new()
        .with_column("row", (0..n as i64).collect::<Vec<_>>())
        .and_then(|t| t.with_column("kind", (0..n as i64).map(|r| r % 2).collect::<Vec<_>>()))
        .and_then(|t| t.with_column("fold", (0..n as i64).map(|r| r / 2 % 2).collect::<Vec<_>>()))
        .and_then(|t| t.with_column("s", first.to_vec()))
        .and_then(|t| t.with_tensor("v", values.into_dyn(), &["unit"]))
        .unwrap()
}

/// What an analysis of `v` or `s` makes of a view: all its numbers.
type Analysis = fn(&View) -> analysis::Result<Vec<f64>>;

fn all<'a>(values: impl IntoIterator<Item = &'a f64>) -> analysis::Result<Vec<f64>> {
    Ok(values.into_iter().copied().collect())
}

/// The drawing is made in all forms, and its places are numbers.
fn drawn(figure: Figure) -> analysis::Result<Vec<f64>> {
    let svg = figure.to_svg();
    figure.to_plotly_json();
    assert!(!figure.to_text().is_empty());
    let parts: Vec<&str> = svg.split('"').collect();
    let mut places = parts.chunks_exact(2).filter(|part| !part[0].ends_with("aria-label="));
    let odd = places.any(|part| part[1].contains("NaN") || part[1].contains("inf"));
    Ok(vec![if odd { f64::NAN } else { 0.0 }])
}

fn compared(view: &View, metric: Metric) -> analysis::Result<SimilarityMatrix> {
    similarity_matrix(view, "v", None, metric)
}

fn distances(view: &View) -> analysis::Result<SimilarityMatrix> {
    compared(view, Metric::Euclidean)
}

const OF_TENSORS: &[(&str, Analysis)] = &[
    ("Pca", |view| {
        let pca = Pca::fit(view, "v", PcaOptions::default())?;
        all(pca.components().iter().chain(&pca.variances()))
    }),
    ("Pca of correlations", |view| {
        let pca = Pca::fit(view, "v", PcaOptions::correlation())?;
        all(pca.components().iter().chain(&pca.explained()))
    }),
    ("Svd", |view| {
        let svd = Svd::fit(view, "v")?;
        all(svd.left().iter().chain(&svd.right()).chain(&svd.values()))
    }),
    ("Ica", |view| all(Ica::fit(view, "v", 1, 1)?.mixing())),
    ("projections", |view| {
        let scores = Pca::fit(view, "v", PcaOptions::default())?.project(view, "v", None, 1);
        let places = Svd::fit(view, "v")?.project(view, "v", None, 1)?;
        match scores {
            Ok(scores) => all(scores.numbers("PC1")?.iter().chain(&places.numbers("SV1")?)),
            // Rows that do not differ have no component.
            Err(AnalysisError::InvalidArgument { .. }) => all(&places.numbers("SV1")?),
            Err(error) => Err(error),
        }
    }),
    ("Euclidean", |view| all(distances(view)?.values())),
    ("Correlation", |view| all(compared(view, Metric::Correlation)?.values())),
    ("every metric", |view| {
        let mut values = vec![];
        for metric in Metric::ALL {
            values.extend(compared(view, metric)?.values().iter().copied());
        }
        Ok(values)
    }),
    ("similarity_matrix_with", |view| {
        let policies = [NanPolicy::SkipPairs, NanPolicy::SkipPositions];
        let [pairs, complete] = policies
            .map(|policy| similarity_matrix_with(view, "v", None, Metric::Correlation, policy));
        all(pairs?.values().iter().chain(complete?.values()))
    }),
    ("cross_similarity", |view| {
        let (metric, policy) = (Metric::Spearman, NanPolicy::Error);
        all(cross_similarity(view, "v", view, "v", [None, None], metric, policy)?.values())
    }),
    ("mean of matrices", |view| {
        let matrix = distances(view)?;
        all(SimilarityMatrix::mean([&matrix, &matrix])?.values())
    }),
    ("agreement", |view| {
        let (a, b) = (distances(view)?, compared(view, Metric::CityBlock)?);
        let mut values = vec![];
        for how in
            [Agreement::Correlation, Agreement::Spearman, Agreement::Kendall, Agreement::Cosine]
        {
            values.push(a.agreement(&b, how)?);
            let test = a.agreement_test(&b, how, 20, 1)?;
            let (low, high) = a.agreement_interval(&b, how, 0.9, 20, 1)?;
            values.extend([test.statistic, test.p_value, low, high]);
        }
        Ok(values)
    }),
    ("Mahalanobis, shrunk", |view| {
        all(mahalanobis_matrix(view, "v", None, &Noise::Shrunk)?.values())
    }),
    ("Mahalanobis", |view| all(mahalanobis_matrix(view, "v", None, &Noise::Sample)?.values())),
    ("crossnobis", |view| {
        all(crossnobis_matrix(view, "v", "kind", "fold", &Noise::Identity)?.values())
    }),
    ("linkage", |view| all(&linkage(&distances(view)?, Linkage::Average)?.heights())),
    ("Ward", |view| all(&linkage(&distances(view)?, Linkage::Ward)?.heights())),
    ("contrast", |view| all(&linkage(&distances(view)?, Linkage::Contrast)?.heights())),
    ("every linkage", |view| {
        let matrix = distances(view)?;
        let mut values = vec![];
        for method in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Centroid] {
            let tree = linkage(&matrix, method)?.with_optimal_order(&matrix)?;
            values.extend(tree.cophenetic_distances()?.values().iter().copied());
            values.push(tree.cophenetic_correlation(&matrix)?);
        }
        Ok(values)
    }),
    ("group_means", |view| {
        let means = similarity_matrix(view, "v", Some("kind"), Metric::Cosine)?.group_means()?;
        all(&[means.within, means.between])
    }),
    ("silhouette", |view| {
        let kinds: Vec<usize> = (0..view.n_rows()).map(|row| row % 2).collect();
        all(silhouette(&distances(view)?, &kinds)?.values())
    }),
    ("kmeans", |view| {
        let found = kmeans(view, "v", None, 2, 1)?;
        all(found.centres().iter().chain(&[found.within()]))
    }),
    ("dbscan", |view| all(&dbscan(view, "v", None, 0.5, 2)?.to_table()?.numbers("Cluster")?)),
    ("mixture", |view| {
        let found = GaussianMixture::fit(view, "v", MixtureOptions::new(2))?;
        all(found.covariances().iter().chain(&[found.bic()]))
    }),
    ("classical_mds", |view| all(classical_mds(&distances(view)?, 1)?.coordinates())),
    ("nonmetric_mds", |view| all(nonmetric_mds(&distances(view)?, 1)?.coordinates())),
    ("tsne", |view| {
        let options = TsneOptions { perplexity: 1.0, iterations: 20, ..TsneOptions::default() };
        all(tsne(view, "v", None, options)?.coordinates())
    }),
    ("SoftmaxDecoder", |view| all(SoftmaxDecoder::fit(view, "v", "kind", 1.0)?.weights())),
    ("cross_validate", |view| all(&[cross_validate(view, "v", "kind", 1.0, 2, 1)?.accuracy()])),
    ("LinearDecoder", |view| all(LinearDecoder::fit(view, "v", "v", 1.0)?.weights())),
    ("cross_validate_linear", |view| all(&[cross_validate_linear(view, "v", "v", 1.0, 2, 1)?])),
    ("closest_patterns", |view| {
        let patterns = table(wobble(4, 3));
        let named = closest_patterns(view, "v", &patterns, "v", "kind", Metric::Cosine)?;
        all(&named.numbers("Value")?)
    }),
    ("row_similarity", |view| {
        let found = row_similarity(view, "v", "v", Metric::Cosine, NanPolicy::Error)?;
        all(&found.numbers("Value")?)
    }),
    ("receptive_field", |view| all(receptive_field(view, "v", "v", 0.0)?.normalised())),
    ("heat_map", |view| drawn(heat_map(&distances(view)?)?)),
    ("clustered_heat_map", |view| {
        let matrix = distances(view)?;
        let tree = linkage(&matrix, Linkage::Average)?;
        drawn(clustered_heat_map(&matrix, &tree)?)?;
        drawn(tree.figure()?)
    }),
    ("unique_patterns", |view| all(&[unique_patterns(view, "v", 0.5)? as f64])),
    ("tensor_grid", |view| drawn(tensor_grid(view, "v", None)?)),
    ("raster", |view| drawn(raster(view, "v", None)?)),
];

const OF_NUMBERS: &[(&str, Analysis)] = &[
    ("Roc", |view| all(&[Roc::of(view, "s", "kind", "0")?.area()])),
    ("group_statistics", |view| all(&group_statistics(view, "s", "kind", 0.9)?.numbers("Mean")?)),
    ("anova_of", |view| all(&[anova_of(view, "s", "kind")?.statistic])),
    ("t tests", |view| {
        let (a, b) = (view.numbers("s")?, view.numbers("row")?);
        let mut tests = vec![t_test(&a, &b)?, t_test_equal_variances(&a, &b)?];
        tests.extend([t_test_one_sample(&a, 0.5)?, t_test_paired(&a, &b)?]);
        let of = |test: &TTest| [test.statistic, test.p_value, test.degrees];
        Ok(tests.iter().flat_map(of).collect())
    }),
    ("correlations", |view| {
        let (a, b) = (view.numbers("s")?, view.numbers("row")?);
        let tests = [pearson(&a, &b)?, spearman(&a, &b)?, kendall(&a, &b)?];
        Ok(tests.iter().flat_map(|test| [test.statistic, test.p_value]).collect())
    }),
    ("kolmogorov_smirnov", |view| {
        let test = kolmogorov_smirnov(&view.numbers("s")?, &view.numbers("row")?)?;
        all(&[test.statistic, test.p_value])
    }),
    ("bootstrap_interval", |view| {
        let mean = |sample: &[f64]| sample.iter().sum::<f64>() / sample.len() as f64;
        let (low, high) = bootstrap_interval(&view.numbers("s")?, 0.9, 50, 1, mean)?;
        all(&[low, high])
    }),
    ("line_chart", |view| drawn(line_chart(view, "row", &["s"])?)),
    ("grouped_line_chart", |view| drawn(grouped_line_chart(view, "row", "s", "kind")?)),
    ("mean_line_chart", |view| {
        drawn(mean_line_chart(view, "fold", "s", Some("kind"), Spread::StandardError)?)
    }),
    ("bar_chart", |view| drawn(bar_chart(view, "row", &["s"])?)),
    ("mean_bar_chart", |view| {
        drawn(mean_bar_chart(view, "fold", "s", Some("kind"), Spread::Quartiles)?)
    }),
    ("scatter", |view| drawn(scatter(view, "row", "s", None, Some("kind"))?)),
    ("scatter_3d", |view| drawn(scatter_3d(view, ["row", "s", "s"], None, None)?)),
    ("histogram", |view| drawn(histogram(view, "s", None, Some("kind"))?)),
];

/// What is odd about a view, and what to expect of an analysis of it.
fn odd_views() -> Vec<(&'static str, View, &'static str)> {
    let rows = wobble(12, 3);
    let with = |value: f64| {
        let mut rows = rows.clone();
        rows[[2, 0]] = value;
        table(rows).view()
    };
    let changed = |change: &dyn Fn(&mut Table)| {
        let mut table = table(rows.clone());
        change(&mut table);
        table.view()
    };
    let nulls = |table: &mut Table| {
        let (mut v, mut s) = (rows.mapv(Some), rows.column(0).mapv(Some).to_vec());
        (v[[2, 0]], s[2]) = (None, None);
        table.set_column("s", s).unwrap();
        table.set_tensor("v", v.into_dyn(), &["unit"]).unwrap();
    };
    let texts = |table: &mut Table| {
        table.drop_columns(&["s", "v"]).unwrap();
        table.add_column("s", vec!["a"; 12]).unwrap();
        table.add_column("v", vec!["a"; 12]).unwrap();
    };
    let doubled = Array2::from_shape_fn((12, 3), |(row, unit)| rows[[row / 4 * 2 + row % 2, unit]]);
    let mut constant = rows.clone();
    constant.column_mut(0).fill(0.7);
    let whole = table(rows.clone()).view();
    vec![
        ("nothing odd", whole.clone(), "numbers"),
        ("some rows, in another order", whole.take(&[7, 2, 11, 4, 1, 0, 9, 6]).unwrap(), "numbers"),
        ("every row twice", table(doubled).view(), "numbers"),
        ("all rows equal", table(Array2::from_elem((12, 3), 0.4)).view(), "numbers"),
        ("a constant value", table(constant).view(), "numbers"),
        ("fewer rows than values", table(wobble(8, 20)).view(), "numbers"),
        ("one row", whole.take(&[3]).unwrap(), "numbers"),
        ("no row", whole.take(&[]).unwrap(), "TooFewRows"),
        ("NaN", with(f64::NAN), "NotFinite"),
        ("infinity", with(f64::INFINITY), "NotFinite"),
        ("a number too large to be squared", with(1e160), "TooLarge"),
        ("tiny numbers", table(&rows * 1e-170).view(), "numbers"),
        ("nulls", changed(&nulls), "Table"),
        ("texts", changed(&texts), "Table"),
        ("no such column", changed(&|table| table.drop_columns(&["s", "v"]).unwrap()), "Table"),
        ("empty cells", table(Array2::zeros((12, 0))).view(), "EmptyCells"),
    ]
}

const DRAWINGS: &[&str] = &[
    "tensor_grid",
    "raster",
    "line_chart",
    "grouped_line_chart",
    "mean_line_chart",
    "bar_chart",
    "mean_bar_chart",
    "scatter",
    "scatter_3d",
    "histogram",
];

/// What needs several rows.
const OF_SEVERAL: &[&str] = &[
    "Pca",
    "Pca of correlations",
    "projections",
    "Ica",
    "Mahalanobis",
    "Mahalanobis, shrunk",
    "mixture",
    "tsne",
    "SoftmaxDecoder",
    "cross_validate",
    "LinearDecoder",
    "cross_validate_linear",
];

/// Analyses, odd views where the rule of the view does not hold for them, and what does.
type Exception = (&'static [&'static str], &'static [&'static str], &'static str);

const EXCEPTIONS: &[Exception] = &[
    // What has no place in a drawing is grey, a gap, or left out and counted.
    (DRAWINGS, &["NaN", "infinity", "a number too large to be squared"], "numbers"),
    // NaN is left out and counted.
    (&["group_statistics", "anova_of"], &["NaN"], "numbers"),
    (&["similarity_matrix_with"], &["NaN"], "numbers"),
    (OF_SEVERAL, &["one row"], "TooFewRows"),
    // What needs several kinds.
    (
        &["crossnobis", "group_means", "silhouette", "kmeans", "Roc"],
        &["one row"],
        "InvalidArgument",
    ),
    (&["anova_of", "agreement", "every linkage"], &["one row"], "TooFew"),
    (&["t tests", "correlations"], &["one row", "no row"], "TooFew"),
    (&["kolmogorov_smirnov", "bootstrap_interval"], &["no row"], "TooFew"),
    // Samples are no column of a view: places in them are told instead of rows.
    (
        &["t tests", "correlations", "kolmogorov_smirnov", "bootstrap_interval"],
        &["NaN", "infinity", "a number too large to be squared"],
        "InvalidArgument",
    ),
    // What must vary, and by more than is lost when squared.
    (&["Ica"], &["all rows equal", "tiny numbers"], "InvalidArgument"),
    (
        &["Mahalanobis", "Mahalanobis, shrunk"],
        &["all rows equal", "a constant value", "tiny numbers"],
        "SingularCovariance",
    ),
    (&["Mahalanobis"], &["fewer rows than values"], "SingularCovariance"),
    (
        &["anova_of", "t tests"],
        &["all rows equal", "a constant value", "tiny numbers"],
        "NoVariance",
    ),
    (&["correlations"], &["all rows equal", "a constant value"], "NoVariance"),
    (&["every linkage"], &["all rows equal", "tiny numbers"], "NoVariance"),
    (&["cross_validate_linear"], &["all rows equal", "tiny numbers"], "NoVariance"),
    // The patterns have three values.
    (&["closest_patterns"], &["fewer rows than values"], "WidthMismatch"),
];

/// The kind of an error, or whether the numbers are finite.
fn outcome(result: analysis::Result<Vec<f64>>) -> &'static str {
    match result {
        Ok(numbers) if numbers.iter().all(|number| number.is_finite()) => "numbers",
        Ok(_) => "a silent NaN",
        Err(AnalysisError::Table(_)) => "Table",
        Err(AnalysisError::NotFinite { row: 2, position: 0, .. }) => "NotFinite",
        Err(AnalysisError::TooLarge { row: 2, position: 0, .. }) => "TooLarge",
        Err(AnalysisError::EmptyCells { .. }) => "EmptyCells",
        Err(AnalysisError::TooFewRows { .. }) => "TooFewRows",
        Err(AnalysisError::TooFew { .. }) => "TooFew",
        Err(AnalysisError::InvalidArgument { .. }) => "InvalidArgument",
        Err(AnalysisError::NoVariance { .. }) => "NoVariance",
        Err(AnalysisError::SingularCovariance { .. }) => "SingularCovariance",
        Err(AnalysisError::WidthMismatch { .. }) => "WidthMismatch",
        Err(error) => panic!("not expected: {error}"),
    }
}

#[test]
fn every_analysis_says_what_is_wrong_or_gives_numbers() {
    let mut wrong = vec![];
    let mut used = 0;
    let views = odd_views();
    let mut check = |(name, run): &(&'static str, Analysis), of_numbers: bool| {
        for (oddity, view, rule) in &views {
            let of = |(analyses, oddities, _): &&Exception| {
                analyses.contains(name) && oddities.contains(oddity)
            };
            let exception = EXCEPTIONS.iter().find(of);
            used += usize::from(exception.is_some());
            // Columns of numbers have no cells that could be empty.
            let rule = if of_numbers && *rule == "EmptyCells" { "numbers" } else { *rule };
            let expected = exception.map_or(rule, |exception| exception.2);
            let found = outcome(run(view));
            if found != expected {
                wrong.push(format!("(\"{name}\", \"{oddity}\", \"{found}\"), // not {expected}"));
            }
        }
    };
    OF_TENSORS.iter().for_each(|analysis| check(analysis, false));
    OF_NUMBERS.iter().for_each(|analysis| check(analysis, true));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let exceptions = EXCEPTIONS.iter().map(|(analyses, of, _)| analyses.len() * of.len());
    assert_eq!(used, exceptions.sum::<usize>(), "exceptions that nothing meets");
}
