//! Figures: content, form, determinism, degenerate input.

use analysis::{
    AnalysisError, Figure, Linkage, Metric, Pca, PcaOptions, heat_map_of, html_page, kmeans,
    line_chart, linkage, scatter, similarity_matrix,
};
use etable::{
    Table,
    ndarray::{Array2, arr2},
};

/// Smooth curves with some wobble, without a random generator.
fn training_log() -> Table {
    let epochs: Vec<i64> = (0..60).collect();
    let wobble = |epoch: f64, step: f64| (epoch * step).sin() * 0.06 + (epoch * 1.7).cos() * 0.03;
    let curve = |scale: f64, tau: f64, step: f64| -> Vec<f64> {
        let value = |epoch: f64| scale * ((-epoch / tau).exp() * (1.0 + wobble(epoch, step)));
        (0..60).map(|epoch| value(f64::from(epoch))).collect()
    };
    let cosines: Vec<f64> = curve(0.75, 12.0, 0.9).iter().map(|value| 1.0 - value).collect();
    Table::new()
        .with_column("Epoch", epochs)
        .and_then(|table| table.with_column("SSE", curve(92.0, 9.0, 1.3)))
        .and_then(|table| table.with_column("PctErr", curve(1.0, 14.0, 2.1)))
        .and_then(|table| table.with_column("CosDiff", cosines))
        .unwrap()
}

const ITEMS: [(&str, &str); 12] = [
    ("Christopher", "English"),
    ("Penelope", "English"),
    ("Andrew", "English"),
    ("Christine", "English"),
    ("Margaret", "English"),
    ("Arthur", "English"),
    ("Roberto", "Italian"),
    ("Maria", "Italian"),
    ("Pierro", "Italian"),
    ("Francesca", "Italian"),
    ("Gina & <Lia>", "Italian"),
    ("Emilio", "Italian"),
];

fn activity() -> Table {
    let value = |(row, unit): (usize, usize)| {
        let group = if row < 6 { 1.0 } else { -1.0 };
        let pair = if row % 6 < 3 { 0.7 } else { -0.6 };
        let own = ((row * 31 + unit * 17) as f64 * 0.7548).fract() - 0.5;
        match unit % 3 {
            0 => group + own,
            1 => pair + own,
            _ => 1.3 * own,
        }
    };
    let values = Array2::from_shape_fn((12, 10), value).into_dyn();
    Table::new()
        .with_column("Name", ITEMS.map(|item| item.0))
        .and_then(|table| table.with_column("Nation", ITEMS.map(|item| item.1)))
        .and_then(|table| table.with_tensor("Hidden", values, &["unit"]))
        .unwrap()
}

fn gallery() -> Vec<(&'static str, Figure)> {
    let (log, activity) = (training_log(), activity());
    let matrix =
        |label, metric| similarity_matrix(&activity, "Hidden", Some(label), metric).unwrap();
    let pca = Pca::fit(&activity, "Hidden", PcaOptions::default()).unwrap();
    let mut scores = pca.project(&activity, "Hidden", Some("Name"), 2).unwrap();
    scores.add_column("Nation", ITEMS.map(|item| item.1)).unwrap();
    let tree = linkage(&matrix("Name", Metric::InverseCorrelation), Linkage::Average).unwrap();
    let contrast = linkage(&matrix("Name", Metric::Euclidean), Linkage::Contrast).unwrap();
    let wide = Array2::from_shape_fn((8, 20), |(y, x)| ((y * 7 + x * 3) as f64 * 0.37).fract());
    let numbers = |count: usize| (0..count).map(|index| index.to_string()).collect::<Vec<_>>();
    let big =
        Array2::from_shape_fn((90, 90), |(y, x)| (y as f64 * 0.1).sin() * (x as f64 * 0.1).cos());
    let cloud: Vec<(f64, f64)> = (0..60)
        .map(f64::from)
        .map(|i| ((i * 1.3).sin() * i.sqrt(), (i * 2.1).cos() * 3.0))
        .collect();
    let cloud = Table::new()
        .with_column("x", cloud.iter().map(|p| p.0).collect::<Vec<_>>())
        .and_then(|t| t.with_column("y", cloud.iter().map(|p| p.1).collect::<Vec<_>>()))
        .and_then(|t| {
            t.with_column("name", (0..60).map(|i| format!("item {i}")).collect::<Vec<_>>())
        })
        .unwrap();
    vec![
        (
            "line",
            line_chart(&log, "Epoch", &["PctErr", "CosDiff"])
                .unwrap()
                .title("Learning the family trees")
                .y_label("share of trials"),
        ),
        (
            "line_second",
            line_chart(&log, "Epoch", &["SSE", "PctErr", "CosDiff"])
                .unwrap()
                .second_axis(&["PctErr", "CosDiff"], "share")
                .unwrap()
                .title("Two axes"),
        ),
        (
            "line_single",
            line_chart(log.view().take(&[0, 1, 2, 3, 4, 5, 6, 7]).unwrap(), "Epoch", &["SSE"])
                .unwrap(),
        ),
        ("heat", matrix("Name", Metric::Correlation).figure().unwrap()),
        ("heat_distance", matrix("Name", Metric::Euclidean).figure().unwrap()),
        (
            "heat_groups",
            matrix("Nation", Metric::InverseCosine).sorted_by_group().figure().unwrap(),
        ),
        (
            "heat_wide",
            heat_map_of(&wide, &numbers(8), &numbers(20), "weight")
                .unwrap()
                .title("Receptive field")
                .x_label("input unit")
                .y_label("hidden unit"),
        ),
        ("heat_big", heat_map_of(&big, &numbers(90), &numbers(90), "value").unwrap()),
        (
            "scatter",
            scatter(&scores, "PC1", "PC2", Some("Label"), Some("Nation"))
                .unwrap()
                .title("Hidden representations"),
        ),
        ("scatter_cloud", scatter(&cloud, "x", "y", Some("name"), None).unwrap()),
        ("dendrogram", tree.figure().unwrap()),
        ("dendrogram_contrast", contrast.figure().unwrap()),
        ("pca", pca.figure().unwrap()),
    ]
}

/// A small XML reader: tags nest, attributes are quoted, entities are known.
fn assert_well_formed(name: &str, svg: &str) {
    let mut open: Vec<String> = vec![];
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "{name}: stray > in {text}");
        check_entities(name, text);
        let end = rest[start..].find('>').unwrap_or_else(|| panic!("{name}: tag not closed"));
        let tag = &rest[start + 1..start + end];
        check_entities(name, tag);
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: quotes in {tag}");
        if let Some(closing) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closing), "{name}");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap().to_string());
        }
        rest = &rest[start + end + 1..];
    }
    assert!(open.is_empty(), "{name}: {open:?} left open");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}: a number went wrong");
}

fn check_entities(name: &str, text: &str) {
    for part in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        assert!(known.iter().any(|entity| part.starts_with(entity)), "{name}: &{part}");
    }
}

#[test]
fn drawings_are_well_formed_and_repeat_to_the_byte() {
    let (first, second) = (gallery(), gallery());
    for ((name, figure), (_, again)) in first.iter().zip(&second) {
        let svg = figure.to_svg();
        assert_well_formed(name, &svg);
        assert_eq!(svg, again.to_svg(), "{name}");
        assert_eq!(figure.to_plotly_json(), again.to_plotly_json(), "{name}");
        assert!(
            !svg.contains("http") || svg.matches("http").count() == 1,
            "{name}: namespace only"
        );
        assert!(!svg.contains(" id="), "{name}: ids would clash in a page");
        let json: serde_json::Value = serde_json::from_str(&figure.to_plotly_json()).unwrap();
        assert!(!json["data"].as_array().unwrap().is_empty(), "{name}");
        assert!(figure.to_text().lines().count() >= 1, "{name}");
        if let Ok(folder) = std::env::var("FIGURE_FOLDER") {
            figure.write(format!("{folder}/{name}.svg")).unwrap();
            figure.write(format!("{folder}/{name}.html")).unwrap();
            std::fs::write(format!("{folder}/{name}.txt"), figure.to_text()).unwrap();
        }
    }
}

#[test]
fn every_label_and_mark_is_drawn() {
    let figures = gallery();
    let svg = |name: &str| figures.iter().find(|figure| figure.0 == name).unwrap().1.to_svg();
    for name in ["heat", "scatter", "dendrogram"] {
        let svg = svg(name);
        for (item, _) in &ITEMS[..10] {
            assert!(svg.contains(&format!(">{item}</text>")), "{name} lacks {item}");
        }
        assert!(svg.contains(">Gina &amp; &lt;Lia&gt;</text>"), "{name}");
    }
    assert_eq!(svg("heat").matches("class=\"cell\"").count(), 144);
    assert_eq!(svg("heat_groups").matches(">English</text>").count(), 2);
    assert_eq!(svg("scatter").matches("class=\"mark\"").count(), 12 + 2); // and the legend's
    assert_eq!(svg("dendrogram").matches("<polyline").count(), 11);
    assert_eq!(svg("line").matches("<polyline").count(), 2 + 2);
    assert_eq!(svg("line_single").matches("<circle").count(), 8);
}

#[test]
fn gaps_and_new_runs_break_lines() {
    let table = Table::new()
        .with_column("x", [0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 1.0])
        .and_then(|t| t.with_column("y", [1.0, 2.0, f64::NAN, 4.0, 5.0, 1.0, 2.0]))
        .unwrap();
    let figure = line_chart(&table, "x", &["y"]).unwrap();
    assert_eq!(figure.to_svg().matches("<polyline").count(), 3);
    assert!(figure.to_plotly_json().contains("null"));
}

#[test]
fn pages_need_no_network() {
    let figures = gallery();
    let page = html_page("All <figures>", &[&figures[0].1, &figures[3].1]);
    let body = page.split_once("</head>").unwrap().1;
    assert!(!body.contains("http://") || body.matches("http://").count() == 2, "namespaces only");
    assert!(!body.contains("https://"));
    for needle in ["<script src", "<link", "@import", "require("] {
        assert!(!body.contains(needle), "{needle}");
    }
    assert!(!page.contains("<script src") && !page.contains("<link "));
    assert!(page.contains("plotly.js v") && page.contains("Plotly.newPlot"));
    assert_eq!(page.matches("<figure id=").count(), 2);
    assert!(!body.contains("Gina & <Lia>"), "labels cannot become markup");
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let figure = &gallery()[0].1;
    let path = folder.path().join("figure.svg");
    figure.write(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), figure.to_svg());
    assert!(matches!(
        figure.write(folder.path().join("figure.bmp")),
        Err(AnalysisError::UnknownFigureFormat { .. })
    ));
    assert!(matches!(
        figure.write(folder.path().join("none/figure.svg")),
        Err(AnalysisError::Write { .. })
    ));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn degenerate_figures_are_drawn_or_refused() {
    let one = Table::new()
        .with_column("x", [2.0])
        .and_then(|t| t.with_column("y", [3.0]))
        .and_then(|t| t.with_column("missing", [f64::NAN]))
        .and_then(|t| t.with_column("text", ["a"]))
        .unwrap();
    assert_well_formed("one", &line_chart(&one, "x", &["y"]).unwrap().to_svg());
    assert_well_formed("nan", &line_chart(&one, "x", &["missing"]).unwrap().to_svg());
    assert_well_formed("point", &scatter(&one, "x", "y", Some("text"), None).unwrap().to_svg());
    assert_well_formed(
        "none",
        &scatter(&one, "x", "missing", Some("text"), None).unwrap().to_svg(),
    );
    assert!(matches!(line_chart(&one, "x", &["text"]), Err(AnalysisError::Table(_))));
    assert!(matches!(line_chart(&one, "nothing", &["y"]), Err(AnalysisError::Table(_))));
    assert!(matches!(line_chart(&one, "x", &[]), Err(AnalysisError::InvalidArgument { .. })));
    let empty = one.view().take(&[]).unwrap();
    assert!(matches!(line_chart(&empty, "x", &["y"]), Err(AnalysisError::TooFewRows { .. })));
    assert!(matches!(scatter(&empty, "x", "y", None, None), Err(AnalysisError::TooFewRows { .. })));
    let holes = arr2(&[[f64::NAN, 1.0], [f64::NAN, f64::NAN]]);
    let labels = ["a", "b"];
    assert_well_formed("holes", &heat_map_of(&holes, &labels, &labels, "v").unwrap().to_svg());
    assert!(matches!(
        heat_map_of(&holes, &labels, &["a"], "v"),
        Err(AnalysisError::LengthMismatch { .. })
    ));
    let single = similarity_matrix(&one, "x", Some("text"), Metric::Euclidean).unwrap();
    assert_well_formed("cell", &single.figure().unwrap().to_svg());
    let leaf = linkage(&single, Linkage::Average).unwrap();
    assert_eq!(leaf.leaf_order(), [0]);
    assert_well_formed("leaf", &leaf.figure().unwrap().to_svg());
    assert_eq!(kmeans(&one, "x", None, 1, 0).unwrap().clusters(), [0]);
}

#[test]
fn second_axes_are_checked() {
    let log = training_log();
    let chart = || line_chart(&log, "Epoch", &["SSE", "PctErr"]).unwrap();
    assert!(chart().second_axis(&["Nothing"], "").is_err());
    assert!(chart().second_axis(&["SSE", "PctErr"], "").is_err());
    assert!(gallery()[3].1.clone().second_axis(&["SSE"], "").is_err());
    assert!(chart().y_range(1.0, 0.0).is_err());
}
