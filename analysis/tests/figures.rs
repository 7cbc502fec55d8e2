//! Figures: content, form, determinism, degenerate input.

use analysis::{
    AnalysisError, Confusion, Figure, Linkage, Metric, Pca, PcaOptions, Roc, RunningField,
    bar_chart, classical_mds, clustered_heat_map, grouped_line_chart, heat_map_of, histogram,
    html_page, kmeans, line_chart, linkage, mean_bar_chart, mean_line_chart, panels, raster,
    receptive_field, scatter, scatter_3d, shared_colours, similarity_matrix, statistics::Spread,
    svg_to_png, tensor_grid,
};
use etable::{
    Table,
    ndarray::{Array2, ArrayD, IxDyn, arr2},
};
use resvg::tiny_skia::Pixmap;

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

/// Several runs of two networks: a row for each network, run and epoch.
fn runs() -> Table {
    let rows: Vec<(usize, usize, usize)> = (0..2)
        .flat_map(|net| (0..6).flat_map(move |run| (0..50).map(move |epoch| (net, run, epoch))))
        .collect();
    let error = |&(net, run, epoch): &(usize, usize, usize)| {
        let tau = 8.0 + 6.0 * net as f64 + 0.9 * run as f64;
        let wobble = 0.03 * ((epoch * 7 + run * 13 + net * 5) as f64).sin();
        (-(epoch as f64) / tau).exp() * (1.0 + wobble) + 0.002
    };
    Table::new()
        .with_column("Net", rows.iter().map(|row| ["small", "large"][row.0]).collect::<Vec<_>>())
        .and_then(|t| t.with_column("Run", rows.iter().map(|r| r.1 as i64).collect::<Vec<_>>()))
        .and_then(|t| t.with_column("Epoch", rows.iter().map(|r| r.2 as i64).collect::<Vec<_>>()))
        .and_then(|t| t.with_column("PctErr", rows.iter().map(error).collect::<Vec<_>>()))
        .unwrap()
}

/// What 30 units did in 100 cycles, as spikes and as graded activity.
fn cycles() -> Table {
    let rate = |cycle: usize, unit: usize| {
        let peak = if unit.is_multiple_of(3) { 0.8 } else { 0.25 };
        peak * (1.0 - (-(cycle as f64) / 12.0).exp()) * (0.5 + unit as f64 / 60.0)
    };
    let chance =
        |cycle: usize, unit: usize| ((cycle * 7919 + unit * 104_729) as f64 * 0.618).fract();
    let values = |spike: bool| {
        ArrayD::from_shape_fn(IxDyn(&[100, 5, 6]), |index| {
            let (cycle, unit) = (index[0], index[1] * 6 + index[2]);
            match spike {
                true => f64::from(u8::from(chance(cycle, unit) < 0.5 * rate(cycle, unit))),
                false => rate(cycle, unit),
            }
        })
    };
    Table::new()
        .with_column("Cycle", (0..100_i64).collect::<Vec<_>>())
        .and_then(|t| t.with_tensor("Spike", values(true), &["y", "x"]))
        .and_then(|t| t.with_tensor("Act", values(false), &["y", "x"]))
        .unwrap()
}

/// Units that like bars of some orientation and place, and the bars they saw.
fn bars_seen() -> Table {
    let source = |row: usize, y: usize, x: usize| {
        let place = row % 10;
        let on = if place < 5 { y == place } else { x == place - 5 };
        if on { 1.0 } else { 0.05 * ((row * 31 + y * 7 + x) as f64 * 0.618).fract() }
    };
    let likes = |row: usize, unit: usize| {
        let (a, b) = (unit % 10, (unit * 7 + 3) % 10);
        if row % 10 == a || row % 10 == b { 0.9 } else { 0.1 }
    };
    let sources = ArrayD::from_shape_fn(IxDyn(&[40, 5, 5]), |i| source(i[0], i[1], i[2]));
    let units = ArrayD::from_shape_fn(IxDyn(&[40, 3, 4]), |i| likes(i[0], i[1] * 4 + i[2]));
    Table::new()
        .with_tensor("Input", sources, &["y", "x"])
        .and_then(|t| t.with_tensor("V1", units, &["y", "x"]))
        .unwrap()
}

/// The kinds of figure that the second half of the gallery shows.
fn more_figures() -> Vec<(&'static str, Figure)> {
    let (runs, cycles, activity) = (runs(), cycles(), activity());
    let last = runs.view().filter_rows(|row| Ok(row.number("Epoch")? % 12.0 == 11.0)).unwrap();
    let summary = Table::new()
        .with_column("Layer", ["Input", "Hidden with a long name", "Output", "Context", "Gate"])
        .and_then(|t| t.with_column("Trained", [0.21, 0.34, -0.08, f64::NAN, 0.4]))
        .and_then(|t| t.with_column("Untrained", [0.20, 0.11, 0.05, 0.3, 0.1]))
        .and_then(|t| t.with_column("TrainedSem", [0.02, 0.03, 0.02, 0.1, 0.05]))
        .and_then(|t| t.with_column("UntrainedSem", [0.02, 0.01, 0.04, 0.05, 0.02]))
        .unwrap();
    let distances =
        similarity_matrix(&activity, "Hidden", Some("Name"), Metric::InverseCorrelation).unwrap();
    let tree = linkage(&distances, Linkage::Average).unwrap();
    let mut scores = Pca::fit(&activity, "Hidden", PcaOptions::default())
        .unwrap()
        .project(&activity, "Hidden", Some("Name"), 3)
        .unwrap();
    scores.add_column("Nation", ITEMS.map(|item| item.1)).unwrap();
    let layer = ArrayD::from_shape_fn(IxDyn(&[6, 2, 3, 4, 5]), |i| {
        let value = i[0] * 5 + i[1] * 3 + i[2] * 7 + i[3] * i[4];
        (value as f64 * 0.37).fract() * if i[0] % 2 == 0 { 1.0 } else { -1.0 }
    });
    let weights = Table::new()
        .with_column("Unit", ["a", "b", "c", "d", "e", "f with a long name"])
        .and_then(|t| t.with_tensor("Weight", layer, &["py", "px", "y", "x"]))
        .unwrap();
    let points = Table::new()
        .with_column("Load", [1.0, 3.0, 10.0, 30.0, 100.0])
        .and_then(|t| t.with_column("RT", [0.3, 0.5, 0.8, 1.9, 4.0]))
        .and_then(|t| t.with_column("Sem", [0.05, 0.1, 0.1, 0.4, 0.9]))
        .unwrap();
    vec![
        (
            "line_band",
            mean_line_chart(&runs, "Epoch", "PctErr", Some("Net"), Spread::Confidence(0.95))
                .unwrap()
                .title("Six runs of two networks"),
        ),
        (
            "line_groups_log",
            grouped_line_chart(&last, "Epoch", "PctErr", "Run").unwrap().log_y().unwrap(),
        ),
        (
            "line_log_log",
            line_chart(&points, "Load", &["RT"])
                .unwrap()
                .errors(&points, &["Sem"])
                .unwrap()
                .log_x()
                .and_then(Figure::log_y)
                .unwrap(),
        ),
        (
            "scatter_errors",
            scatter(&points, "Load", "RT", None, None).unwrap().errors(&points, &["Sem"]).unwrap(),
        ),
        (
            "bars",
            bar_chart(&summary, "Layer", &["Trained", "Untrained"])
                .unwrap()
                .errors(&summary, &["TrainedSem", "UntrainedSem"])
                .unwrap()
                .title("Similarity within groups")
                .y_label("correlation"),
        ),
        (
            "bars_mean",
            mean_bar_chart(&last, "Epoch", "PctErr", Some("Net"), Spread::StandardError)
                .unwrap()
                .log_y()
                .unwrap(),
        ),
        ("histogram", histogram(&cycles, "Act", None, None).unwrap().title("Activity")),
        ("histogram_groups", histogram(&runs, "PctErr", Some(24), Some("Net")).unwrap()),
        ("raster_spikes", raster(&cycles, "Spike", Some("Cycle")).unwrap().title("Spikes")),
        ("raster_graded", raster(&cycles, "Act", None).unwrap()),
        ("fields", receptive_field(bars_seen(), "V1", "Input", 0.1).unwrap().figure().unwrap()),
        ("weights", tensor_grid(&weights, "Weight", Some("Unit")).unwrap()),
        (
            "space",
            scatter_3d(&scores, ["PC1", "PC2", "PC3"], Some("Label"), Some("Nation"))
                .unwrap()
                .title("Hidden representations"),
        ),
        ("clustered", clustered_heat_map(&distances, &tree).unwrap()),
        (
            "clustered_best_order",
            clustered_heat_map(&distances, &tree.with_optimal_order(&distances).unwrap()).unwrap(),
        ),
        ("roc", roc().figure().unwrap()),
    ]
}

/// Scores of two kinds that overlap.
fn roc() -> Roc {
    let score = |item: usize| {
        (item as f64 * 0.618).fract() + if item.is_multiple_of(2) { 0.4 } else { 0.0 }
    };
    let positive: Vec<bool> = (0..40).map(|item: usize| item.is_multiple_of(2)).collect();
    Roc::new(&(0..40).map(score).collect::<Vec<_>>(), &positive).unwrap()
}

fn gallery() -> Vec<(&'static str, Figure)> {
    let mut figures = first_figures();
    figures.extend(more_figures());
    figures.extend(figures_of_results());
    figures.extend(coloured_figures());
    figures
}

/// The figures that results of analyses draw of themselves.
fn figures_of_results() -> Vec<(&'static str, Figure)> {
    let activity = activity();
    let pca = Pca::fit(&activity, "Hidden", PcaOptions::default()).unwrap();
    let grouped =
        |dimensions| pca.grouped_scatter(&activity, "Hidden", Some("Name"), "Nation", dimensions);
    let distances =
        similarity_matrix(&activity, "Hidden", Some("Name"), Metric::Euclidean).unwrap();
    let embedding = |dimensions| classical_mds(&distances, dimensions).unwrap().figure().unwrap();
    let seen = ["cat", "dog", "cat", "car", "dog", "car", "cat", "car"];
    let said = ["cat", "cat", "cat", "car", "dog", "car", "dog", "car"];
    let bars = bars_seen();
    let mut running = RunningField::new("V1 of Input", &[3, 4], &[5, 5], 20.0).unwrap();
    let (units, sources) = (bars.matrix("V1").unwrap(), bars.matrix("Input").unwrap());
    for (unit, source) in units.rows().into_iter().zip(sources.rows()) {
        running.add(&unit.to_vec(), &source.to_vec()).unwrap();
    }
    vec![
        ("pca_scatter", pca.scatter(&activity, "Hidden", Some("Name")).unwrap()),
        ("pca_grouped", grouped(2).unwrap()),
        ("pca_space", grouped(3).unwrap()),
        ("embedding_line", embedding(1)),
        ("embedding_plane", embedding(2)),
        ("embedding_space", embedding(3)),
        ("confusion", Confusion::new(&seen, &said).unwrap().figure().unwrap()),
        ("running_field", running.figure().unwrap()),
        (
            "dendrogram_clusters",
            linkage(&distances, Linkage::Average).unwrap().clusters_figure(4).unwrap(),
        ),
    ]
}

/// More series than colours, numbers as colours, and chosen ranges of colours.
fn coloured_figures() -> Vec<(&'static str, Figure)> {
    let names: Vec<String> = (0..10).map(|index| format!("series {index}")).collect();
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut curves, mut bars) = (
        Table::new().with_column("Epoch", (0..50_i64).collect::<Vec<_>>()).unwrap(),
        Table::new().with_column("Layer", ["Hidden", "Output"]).unwrap(),
    );
    for (index, name) in names.iter().enumerate() {
        let tau = 4.0 + 3.0 * index as f64;
        let curve: Vec<f64> = (0..50).map(|epoch| (-f64::from(epoch) / tau).exp()).collect();
        curves.add_column(name, curve).unwrap();
        bars.add_column(name, vec![1.0 + index as f64, 9.0 - 0.5 * index as f64]).unwrap();
    }
    let mut scores = Pca::fit(activity(), "Hidden", PcaOptions::default())
        .unwrap()
        .project(activity(), "Hidden", Some("Name"), 3)
        .unwrap();
    let ages: Vec<f64> =
        (0..12).map(|item| if item == 4 { f64::NAN } else { 3.0 * f64::from(item) }).collect();
    scores.add_column("Age", ages).unwrap();
    let matrix = |metric| similarity_matrix(activity(), "Hidden", Some("Name"), metric).unwrap();
    let heat = matrix(Metric::Correlation).figure().unwrap();
    vec![
        ("lines_ten", line_chart(&curves, "Epoch", &columns).unwrap()),
        ("bars_ten", bar_chart(&bars, "Layer", &columns).unwrap()),
        ("scatter_scale", scatter(&scores, "PC1", "PC2", Some("Label"), Some("Age")).unwrap()),
        (
            "space_scale",
            scatter_3d(&scores, ["PC1", "PC2", "PC3"], Some("Label"), Some("Age")).unwrap(),
        ),
        ("heat_range", heat.colour_range(-0.2, 0.6).unwrap()),
    ]
}

fn first_figures() -> Vec<(&'static str, Figure)> {
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
        // To look at, and for the tests in a browser.
        if let Ok(folder) = std::env::var("FIGURE_FOLDER") {
            for format in ["svg", "png", "html"] {
                figure.write(format!("{folder}/{name}.{format}")).unwrap();
            }
            std::fs::write(format!("{folder}/{name}.txt"), figure.to_text()).unwrap();
        }
    }
}

/// Share of the pixels that are not white, and the number of colours.
fn ink(png: &[u8]) -> (f64, usize) {
    let image = Pixmap::decode_png(png).unwrap();
    let colours: std::collections::HashSet<[u8; 4]> = image
        .pixels()
        .iter()
        .map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
        .collect();
    let white = |pixel: &&resvg::tiny_skia::PremultipliedColorU8| {
        pixel.red() > 250 && pixel.green() > 250 && pixel.blue() > 250
    };
    let drawn = image.pixels().len() - image.pixels().iter().filter(white).count();
    (drawn as f64 / image.pixels().len() as f64, colours.len())
}

/// A drawing without its words.
fn without_texts(svg: &str) -> String {
    let mut rest = svg;
    let mut bare = String::new();
    while let Some(start) = rest.find("<text ") {
        bare += &rest[..start];
        rest = &rest[start..];
        rest = &rest[rest.find("</text>").expect("texts are closed") + "</text>".len()..];
    }
    bare + rest
}

#[test]
fn images_need_no_browser_and_are_not_blank() {
    for (name, figure) in gallery() {
        let png = figure.to_png(1.0).unwrap();
        let (share, colours) = ink(&png);
        assert!((0.01..0.9).contains(&share) && colours > 20, "{name}: {share} {colours}");
        assert_eq!(png, figure.to_png(1.0).unwrap(), "{name}: the same to the byte");
        let svg = figure.to_svg();
        let size = Pixmap::decode_png(&png).unwrap();
        assert!(svg.contains(&format!("width=\"{}\"", size.width())), "{name}");
        // Without its words there is less ink: the letters are really there.
        let bare = svg_to_png(&without_texts(&svg), 1.0).unwrap();
        assert!(ink(&bare).0 < share, "{name}");
    }
}

#[test]
fn panels_hold_all_their_figures() {
    let figures: Vec<Figure> =
        first_figures().into_iter().map(|(_, figure)| figure).take(3).collect();
    let alone: Vec<f64> =
        figures.iter().map(|figure| ink(&figure.to_png(1.0).unwrap()).0).collect();
    let sizes: Vec<(f64, f64)> = figures.iter().map(|figure| size_of(&figure.to_svg())).collect();
    let both = panels(figures, 2).unwrap();
    let png = both.to_png(1.0).unwrap();
    let image = Pixmap::decode_png(&png).unwrap();
    assert_eq!((f64::from(image.width()), f64::from(image.height())), size_of(&both.to_svg()));
    // The ink of the whole is that of the parts.
    let area = f64::from(image.width()) * f64::from(image.height());
    let parts: f64 = alone.iter().zip(&sizes).map(|(share, (w, h))| share * w * h).sum();
    let whole = ink(&png).0 * area;
    assert!((whole / parts - 1.0).abs() < 0.01, "{whole} {parts}");
}

/// Width and height of a drawing.
fn size_of(svg: &str) -> (f64, f64) {
    let of = |name: &str| {
        let (_, rest) = svg.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    (of("width"), of("height"))
}

#[test]
fn letters_are_drawn_in_every_script_that_comes_along() {
    let titled = |title: &str| {
        let (_, figure) = first_figures().remove(0);
        ink(&figure.title(title).to_png(1.0).unwrap()).0
    };
    let bare = titled(" ");
    for title in ["Learning curves", "Обучение", "Ρυθμός μάθησης", "Übung ± σ² ≤ √2"]
    {
        assert!(titled(title) > bare, "{title}");
    }
}

#[test]
fn images_of_impossible_size_are_refused() {
    let (_, figure) = first_figures().remove(0);
    for scale in [0.0, -1.0, f64::NAN, 100.0] {
        assert!(matches!(figure.to_png(scale), Err(AnalysisError::InvalidArgument { .. })));
    }
    let huge = figure.size(30_000, 30_000);
    assert!(matches!(huge.to_png(10.0), Err(AnalysisError::Image { .. })));
}

#[test]
fn figures_carry_their_tables() {
    let figures = more_figures();
    let table = |name: &str| figures.iter().find(|figure| figure.0 == name).unwrap().1.table();
    let band = table("line_band");
    assert_eq!(band.column_names(), ["Net", "Epoch", "PctErr", "Low", "High", "N"]);
    assert_eq!(band.n_rows(), 100);
    let (low, mean, high) = ("Low", "PctErr", "High");
    let ends = band.numbers(low).unwrap().into_iter().zip(band.numbers(high).unwrap());
    for (mean, (low, high)) in band.numbers(mean).unwrap().into_iter().zip(ends) {
        assert!(low <= mean && mean <= high);
    }
    assert_eq!(table("bars").column_names().len(), 5);
    assert_eq!(table("histogram").numbers("Count").unwrap().iter().sum::<f64>(), 3000.0);
    assert_eq!(table("raster_spikes").column_names(), ["Cycle", "Spike"]);
    assert_eq!(table("fields").n_rows(), 12);
    assert_eq!(table("weights").spec("Weight").unwrap().shape.sizes(), [2, 3, 4, 5]);
    assert_eq!(table("space").column_names(), ["Label", "Nation", "PC1", "PC2", "PC3"]);
    assert_eq!(table("clustered").n_rows(), 12);
}

#[test]
fn options_of_figures_are_checked() {
    let figures = gallery();
    let figure = |name: &str| figures.iter().find(|figure| figure.0 == name).unwrap().1.clone();
    let log = training_log();
    assert!(matches!(figure("heat").log_x(), Err(AnalysisError::InvalidArgument { .. })));
    assert!(matches!(figure("bars").log_x(), Err(AnalysisError::InvalidArgument { .. })));
    assert!(matches!(
        figure("heat").errors(&log, &["SSE"]),
        Err(AnalysisError::InvalidArgument { .. })
    ));
    assert!(matches!(
        figure("line").errors(&log, &["SSE"]),
        Err(AnalysisError::WrongCount { found: 1, expected: 2, .. })
    ));
    assert!(matches!(figure("line").errors(&log, &["no", "SSE"]), Err(AnalysisError::Table(_))));
    assert!(matches!(
        figure("scatter").errors(&log, &["SSE"]),
        Err(AnalysisError::WrongCount { found: 60, expected: 12, .. })
    ));
    let negative = Table::new()
        .with_column("x", [1.0, 2.0])
        .and_then(|t| t.with_column("y", [-1.0, 0.0]))
        .unwrap();
    let chart = || line_chart(&negative, "x", &["y"]).unwrap();
    assert!(chart().log_x().is_ok() && chart().log_y().is_err());
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
    let file = |name: &str| {
        let path = folder.path().join(name);
        figure.write(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    assert_eq!(file("figure.svg"), figure.to_svg().as_bytes());
    assert_eq!(file("figure.json"), figure.to_plotly_json().as_bytes());
    assert_eq!(file("figure.html"), figure.to_html().as_bytes());
    assert_eq!(file("figure.PNG"), figure.to_png(2.0).unwrap());
    let refused = figure.write(folder.path().join("figure.bmp")).unwrap_err().to_string();
    assert!(refused.ends_with("figure.bmp`; use .svg, .png, .html or .json"), "{refused}");
    assert!(matches!(
        figure.write(folder.path().join("none/figure.svg")),
        Err(AnalysisError::Write { .. })
    ));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
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
    let refused = [
        scatter(&empty, "x", "y", None, None),
        scatter_3d(&empty, ["x", "y", "y"], None, None),
        bar_chart(&empty, "text", &["x"]),
        mean_bar_chart(&empty, "text", "x", None, Spread::StandardError),
        mean_line_chart(&empty, "x", "y", None, Spread::StandardError),
        grouped_line_chart(&empty, "x", "y", "text"),
        histogram(&empty, "x", None, None),
        raster(&empty, "x", None),
        tensor_grid(&empty, "x", None),
    ];
    for figure in refused {
        assert!(matches!(figure, Err(AnalysisError::TooFewRows { rows: 0, .. })));
    }
    let drawn = [
        scatter_3d(&one, ["x", "y", "y"], Some("text"), Some("text")),
        scatter_3d(&one, ["x", "y", "missing"], None, None),
        bar_chart(&one, "text", &["x", "missing"]),
        mean_bar_chart(&one, "text", "missing", None, Spread::Quartiles),
        mean_line_chart(&one, "x", "y", None, Spread::StandardDeviation),
        mean_line_chart(&one, "x", "missing", Some("text"), Spread::Confidence(0.9)),
        histogram(&one, "x", None, None),
        histogram(&one, "x", Some(1), Some("text")),
        raster(&one, "missing", Some("x")),
        tensor_grid(&one, "missing", Some("text")),
    ];
    for (index, figure) in drawn.into_iter().enumerate() {
        let figure = figure.unwrap();
        assert_well_formed(&format!("degenerate {index}"), &figure.to_svg());
        figure.to_png(1.0).unwrap();
        figure.to_plotly_json();
        assert!(!figure.to_text().is_empty());
    }
    assert!(matches!(
        histogram(&one, "missing", None, None),
        Err(AnalysisError::InvalidArgument { .. })
    ));
    assert!(histogram(&one, "x", Some(0), None).is_err());
    assert!(bar_chart(&one, "text", &[]).is_err());
    assert!(mean_line_chart(&one, "x", "y", None, Spread::Confidence(1.5)).is_err());
    let holes = arr2(&[[f64::NAN, 1.0], [f64::NAN, f64::NAN]]);
    let labels = ["a", "b"];
    assert_well_formed("holes", &heat_map_of(&holes, &labels, &labels, "v").unwrap().to_svg());
    assert!(matches!(
        heat_map_of(&holes, &labels, &["a"], "v"),
        Err(AnalysisError::WrongCount { found: 1, expected: 2, .. })
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

/// Options of a figure's axes.
type Change = (&'static str, fn(Figure) -> analysis::Result<Figure>);

const OPTIONS: [Change; 9] = [
    ("log_x", |figure| figure.log_x()),
    ("log_y", |figure| figure.log_y()),
    ("log_second_axis", |figure| figure.log_second_axis()),
    ("second_axis", |figure| figure.second_axis(&["falling"], "second")),
    ("second_axis_negative", |figure| figure.second_axis(&["negative"], "second")),
    ("y_range", |figure| figure.y_range(0.5, 20.0)),
    ("y_range_from_0", |figure| figure.y_range(0.0, 1.0)),
    ("y_range_negative", |figure| figure.y_range(-1.0, 5.0)),
    ("y_range_widest", |figure| figure.y_range(5e-324, 1e308)),
];

#[test]
fn every_pair_of_options_is_drawn_or_refused_in_either_order() {
    let table = Table::new()
        .with_column("x", [1.0, 2.0, 10.0])
        .and_then(|t| t.with_column("name", ["a", "b", "c"]))
        .and_then(|t| t.with_column("falling", [100.0, 1e-310, 5.0]))
        .and_then(|t| t.with_column("mixed", [-3.0, 0.0, 7.0]))
        .and_then(|t| t.with_column("negative", [-3.0, -1.0, -7.0]))
        .unwrap();
    let lines = |columns: &[&str]| line_chart(&table, "x", columns).unwrap();
    let figures = [
        lines(&["falling", "mixed", "negative"]),
        lines(&["falling", "negative"]),
        lines(&["mixed"]),
        scatter(&table, "x", "mixed", None, None).unwrap(),
        scatter(&table, "x", "negative", None, None).unwrap(),
        bar_chart(&table, "name", &["falling", "mixed"]).unwrap(),
        histogram(&table, "mixed", None, None).unwrap(),
        heat_map_of(&arr2(&[[1.0]]), &["a"], &["b"], "v").unwrap(),
    ];
    let (mut drawn, mut refused) = (0, 0);
    for (index, figure) in figures.iter().enumerate() {
        for (first, apply) in OPTIONS {
            for (second, then) in OPTIONS {
                let result = apply(figure.clone()).and_then(then);
                let name = format!("figure {index}, {first}, then {second}");
                match result {
                    Ok(figure) => {
                        assert_well_formed(&name, &figure.to_svg());
                        let json = figure.to_plotly_json();
                        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{name}");
                        drawn += 1;
                    }
                    Err(AnalysisError::InvalidArgument { .. }) => refused += 1,
                    Err(error) => panic!("{name}: {error}"),
                }
                // Either order allows the same, but for a second axis that is not there yet.
                let other = then(figure.clone()).and_then(apply);
                let result = apply(figure.clone()).and_then(then);
                if !(first.contains("second") && second.contains("second")) {
                    assert_eq!(result.is_ok(), other.is_ok(), "{name}");
                }
            }
        }
    }
    assert!(drawn > 150 && refused > 150, "{drawn} {refused}");
    let first = lines(&["falling", "mixed"]);
    let on = |low: f64, high: f64| first.clone().y_range(low, high).and_then(Figure::log_y);
    for refused in [on(0.0, 1.0), on(-1.0, 5.0), first.clone().log_y().unwrap().y_range(0.0, 1.0)] {
        assert!(matches!(refused, Err(AnalysisError::InvalidArgument { argument: "y_range", .. })));
    }
    assert!(on(0.1, 1.0).is_ok());
}

#[test]
fn a_second_axis_has_its_own_scale() {
    let table = Table::new()
        .with_column("x", [1.0, 2.0, 3.0])
        .and_then(|t| t.with_column("SSE", [1000.0, 10.0, 1.0]))
        .and_then(|t| t.with_column("share", [1.0, 0.5, 0.0]))
        .unwrap();
    let chart = line_chart(&table, "x", &["SSE", "share"]).unwrap();
    let chart = chart.second_axis(&["share"], "share").unwrap();
    let half = chart.clone().log_y().unwrap();
    // The 0 of the straight axis is drawn though the other is logarithmic: three dots each.
    assert_eq!(half.to_svg().matches("<circle").count(), 6);
    let json: serde_json::Value = serde_json::from_str(&half.to_plotly_json()).unwrap();
    assert_eq!(json["layout"]["yaxis"]["type"], "log");
    assert_ne!(json["layout"]["yaxis2"]["type"], "log");
    let both = half.log_second_axis().unwrap();
    assert_eq!(both.to_svg().matches("<circle").count(), 5);
    assert!(line_chart(&table, "x", &["SSE"]).unwrap().log_second_axis().is_err());
}

#[test]
fn columns_of_one_name_are_all_in_the_table() {
    let table = Table::new()
        .with_column("Epoch", [0.0, 0.0])
        .and_then(|t| t.with_column("Net", ["Low", "N"]))
        .and_then(|t| t.with_column("Low", [1.0, 3.0]))
        .unwrap();
    let chart = mean_line_chart(&table, "Epoch", "Low", None, Spread::StandardError).unwrap();
    assert_eq!(chart.table().column_names(), ["Group", "Epoch", "Low", "Low 2", "High", "N"]);
    let bars = mean_bar_chart(&table, "Epoch", "Low", Some("Net"), Spread::StandardError).unwrap();
    assert!(bars.table().has_column("Low") && bars.table().has_column("Low_Low"));
    let same = line_chart(&table, "Low", &["Low"]).unwrap();
    assert_eq!(same.table().column_names(), ["Low"], "the same values are there once");
}

#[test]
fn what_is_left_out_is_told() {
    let table = Table::new()
        .with_column("x", [0.0, 0.0, 1.0, 1.0])
        .and_then(|t| t.with_column("y", [1.0, f64::NAN, f64::INFINITY, 2.0]))
        .unwrap();
    let spread = Spread::StandardError;
    let figures = [
        mean_line_chart(&table, "x", "y", None, spread).unwrap(),
        mean_bar_chart(&table, "x", "y", None, spread).unwrap(),
        histogram(&table, "y", None, None).unwrap(),
    ];
    for figure in figures {
        assert_eq!(figure.n_left_out(), 2);
        assert_eq!(figure.table().metadata()["left out"], "2");
        assert!(figure.to_text().contains("2 values left out"), "{figure}");
    }
    let whole = histogram(&table, "x", None, None).unwrap();
    assert!(whole.n_left_out() == 0 && !whole.to_text().contains("left out"));
}

fn figure_named(name: &str) -> Figure {
    gallery().into_iter().find(|figure| figure.0 == name).unwrap().1
}

#[test]
fn lines_and_bars_beyond_seven_have_a_second_cue() {
    let lines = figure_named("lines_ten");
    let svg = lines.to_svg();
    // Three lines and their entries in the legend.
    assert_eq!(svg.matches("stroke-dasharray").count(), 6);
    let json: serde_json::Value = serde_json::from_str(&lines.to_plotly_json()).unwrap();
    let dash = |index: usize| json["data"][index]["line"]["dash"].clone();
    assert_eq!((dash(0), dash(7)), ("solid".into(), "dot".into()));
    let bars = figure_named("bars_ten");
    assert_eq!(bars.to_svg().matches("class=\"hatch\"").count(), 2 * 3 + 3);
    let json: serde_json::Value = serde_json::from_str(&bars.to_plotly_json()).unwrap();
    let pattern = |index: usize| json["data"][index]["marker"]["pattern"]["shape"].clone();
    assert_eq!((pattern(6), pattern(7)), (serde_json::Value::Null, "-".into()));
}

#[test]
fn numbers_colour_points_on_a_scale() {
    for name in ["scatter_scale", "space_scale"] {
        let figure = figure_named(name);
        let svg = figure.to_svg();
        // No legend of groups; a bar named by the column; grey where the number is missing.
        assert!(svg.contains(">Age</text>") && !svg.contains("class=\"legend\""), "{name}");
        assert_eq!(svg.matches("fill=\"#D9D9D9\"").count(), 1, "{name}");
        assert_eq!(figure.colours(), Some((0.0, 33.0)), "{name}");
        assert_eq!(figure.table().numbers("Age").unwrap().len(), 12, "{name}");
        let json: serde_json::Value = serde_json::from_str(&figure.to_plotly_json()).unwrap();
        let marker = &json["data"][0]["marker"];
        assert_eq!(marker["color"].as_array().unwrap().len(), 11, "{name}");
        assert_eq!(marker["cmax"], 33.0, "{name}");
        let near = figure.colour_range(0.0, 10.0).unwrap();
        assert_ne!(near.to_svg(), svg, "{name}");
    }
    // A number of few kinds is a group.
    let table = Table::new()
        .with_column("x", [0.0, 1.0, 2.0])
        .and_then(|t| t.with_column("Run", [1_i64, 2, 1]))
        .unwrap();
    let svg = scatter(&table, "x", "x", None, Some("Run")).unwrap().to_svg();
    assert_eq!(svg.matches("class=\"legend\"").count(), 2);
    assert_eq!(scatter(&table, "x", "x", None, Some("Run")).unwrap().colours(), None);
    // The components of an analysis keep the number too.
    let mut activity = activity();
    activity.add_column("Age", (0..12).map(f64::from).collect::<Vec<_>>()).unwrap();
    let pca = Pca::fit(&activity, "Hidden", PcaOptions::default()).unwrap();
    for dimensions in [2, 3] {
        let figure = pca.grouped_scatter(&activity, "Hidden", None, "Age", dimensions).unwrap();
        assert_eq!(figure.colours(), Some((0.0, 11.0)));
    }
}

#[test]
fn axes_of_components_say_what_they_explain() {
    for name in ["pca_scatter", "pca_grouped", "pca_space"] {
        let svg = figure_named(name).to_svg();
        let pca = Pca::fit(activity(), "Hidden", PcaOptions::default()).unwrap();
        let first = format!(">PC1 ({:.0} %)</text>", 100.0 * pca.explained()[0]);
        assert!(svg.contains(&first), "{name}");
        assert_eq!(svg.contains(">PC3 ("), name == "pca_space");
    }
}

#[test]
fn ranges_of_colours_are_chosen_and_shared() {
    let matrix = |metric| similarity_matrix(activity(), "Hidden", Some("Name"), metric).unwrap();
    // The diagonal of similarities, always 1, does not make the rest pale; the zeros of distances
    // count.
    let correlations = matrix(Metric::Correlation);
    let values = correlations.values();
    let others = values.indexed_iter().filter(|((row, column), _)| row != column);
    let greatest = others.map(|(_, value)| value.abs()).fold(0.0, f64::max);
    let heat = correlations.figure().unwrap();
    assert!(greatest < 0.99);
    assert_eq!(heat.colours(), Some((-greatest, greatest)));
    assert_eq!(matrix(Metric::Euclidean).figure().unwrap().colours().unwrap().0, 0.0);
    // The bar is pointed where values lie beyond: at 1, and after a choice below as well.
    let points = |figure: &Figure| figure.to_svg().matches("<polygon").count();
    assert_eq!((points(&heat), points(&figure_named("heat_range"))), (1, 2));
    let chosen = heat.clone().colour_range(-2.0, 2.0).unwrap();
    assert_eq!((points(&chosen), chosen.colours()), (0, Some((-2.0, 2.0))));
    let json: serde_json::Value = serde_json::from_str(&chosen.to_plotly_json()).unwrap();
    assert_eq!((&json["data"][0]["zmin"], &json["data"][0]["zmax"]), (&(-2.0).into(), &2.0.into()));
    assert!(heat.clone().colour_range(1.0, 1.0).is_err());
    assert!(heat.clone().colour_range(f64::NAN, 1.0).is_err());
    assert!(figure_named("line").colour_range(0.0, 1.0).is_err());
    for name in ["heat_wide", "clustered", "raster_graded", "weights"] {
        let figure = figure_named(name).colour_range(0.1, 0.2).unwrap();
        assert_eq!(figure.colours(), Some((0.1, 0.2)), "{name}");
        assert_well_formed(name, &figure.to_svg());
    }
    let [a, b] = shared_colours([heat, figure_named("heat_wide")]).unwrap();
    assert_eq!(a.colours(), b.colours());
    assert!(shared_colours([a, figure_named("line")]).is_err());
}

/// Places of texts of some size: left, top, right, bottom, as wide as they are at the least.
fn boxes(svg: &str, size: &str) -> Vec<(String, [f64; 4])> {
    let attribute = |text: &str, name: &str| -> f64 {
        let start = text.find(name).unwrap() + name.len();
        text[start..start + text[start..].find('"').unwrap()].parse().unwrap()
    };
    let texts = svg.split("<text ").skip(1).filter(|text| text.contains(size));
    texts
        .map(|text| {
            let (x, y) = (attribute(text, "x=\""), attribute(text, " y=\""));
            let words = &text[text.find('>').unwrap() + 1..text.find("</text>").unwrap()];
            let words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let width = 11.0 * 0.4 * words.chars().count() as f64;
            (words, [x, y - 8.0, x + width, y])
        })
        .collect()
}

#[test]
fn names_of_points_cover_each_other_nowhere() {
    // Five points in one place, and a hundred at random.
    let crowd: Vec<(f64, f64)> = (0..100)
        .map(|i| (f64::from(i * 37 % 101), f64::from(i * i * 7 % 103)))
        .chain((0..5).map(|_| (50.0, 50.0)))
        .collect();
    let table = Table::new()
        .with_column("x", crowd.iter().map(|p| p.0).collect::<Vec<_>>())
        .and_then(|t| t.with_column("y", crowd.iter().map(|p| p.1).collect::<Vec<_>>()))
        .and_then(|t| {
            let names = (0..105).map(|i| format!("a rather long name {i}"));
            t.with_column("name", names.collect::<Vec<_>>())
        })
        .unwrap();
    let crowded = scatter(&table, "x", "y", Some("name"), None).unwrap();
    let figures = ["scatter_cloud", "pca_space", "pca_scatter"].map(figure_named);
    for figure in figures.iter().chain([&crowded]) {
        let svg = figure.to_svg();
        let boxes = boxes(&svg, "font-size=\"11\" fill=\"#222222\"");
        assert!(boxes.len() > 10);
        for (index, (name, a)) in boxes.iter().enumerate() {
            for (other, b) in &boxes[..index] {
                let apart = a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3];
                assert!(apart, "{name} covers {other}");
            }
        }
    }
    // What finds no room is told.
    let svg = crowded.to_svg();
    let told = svg.split("no room for ").nth(1).unwrap().split(' ').next().unwrap();
    let drawn = boxes(&svg, "font-size=\"11\" fill=\"#222222\"").len();
    assert_eq!(told.parse::<usize>().unwrap() + drawn, 105);
    let cloud = figure_named("scatter_cloud").to_svg();
    assert!(boxes(&cloud, "font-size=\"11\" fill=\"#222222\"").len() >= 58);
}

#[test]
fn second_axes_are_named_and_stand_on_one_zero() {
    let table = Table::new()
        .with_column("x", [0.0, 1.0])
        .and_then(|t| t.with_column("Cosine", [-0.1, 1.0]))
        .and_then(|t| t.with_column("SSE", [200.0, 1.0]))
        .and_then(|t| t.with_column("Errors", [1.0, 0.0]))
        .unwrap();
    let chart = line_chart(&table, "x", &["Cosine", "Errors", "SSE"]).unwrap();
    let svg = chart.second_axis(&["SSE"], "SSE").unwrap().to_svg();
    assert!(svg.contains(">SSE (right)</text>") && svg.contains(">Cosine, Errors</text>"));
    // The zeros of both axes: their labels have one height.
    let zeros: Vec<&str> = svg
        .split("<text ")
        .filter(|text| text.contains(">0</text>") && !text.contains("middle"))
        .map(|text| text.split(" y=\"").nth(1).unwrap().split('"').next().unwrap())
        .collect();
    assert_eq!(zeros.len(), 2);
    assert_eq!(zeros[0], zeros[1]);
}

#[test]
fn trees_name_their_heights_and_columns() {
    let tree = figure_named("dendrogram").to_svg();
    assert!(tree.contains("(average linkage)</text>"));
    let svg = figure_named("clustered").to_svg();
    assert!(svg.contains("(average linkage)</text>"));
    // Every name at its row and at its column.
    for (item, _) in &ITEMS[..10] {
        assert_eq!(svg.matches(&format!(">{item}</text>")).count(), 2, "{item}");
    }
    let clusters = figure_named("dendrogram_clusters").to_svg();
    assert!(clusters.contains("stroke=\"#0072B2\"") && clusters.contains("stroke-dasharray"));
    assert!(!figure_named("dendrogram").to_svg().contains("stroke=\"#0072B2\""));
}

#[test]
fn labels_that_nearly_fit_stay_level() {
    let groups = ["Brother", "Daughter", "Husband", "Nephew"];
    let labels: Vec<&str> = groups.iter().flat_map(|group| [*group; 5]).collect();
    let values = Array2::from_shape_fn((20, 20), |(row, column)| (row * column) as f64);
    let level = |width| {
        let figure = heat_map_of(&values, &labels, &labels, "v").unwrap().size(width, 400);
        !figure.to_svg().contains("rotate(-")
    };
    assert!(level(720) && level(390) && !level(300));
}
