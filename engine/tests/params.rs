//! Parameter files: the reference's own and round trips.

use std::collections::BTreeMap;
use std::io::Read;

use engine::params::{ParamRule, ParamSet, ParamSets, ParamSheet, Selector};
use proptest::prelude::*;

fn golden_params() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/ra25.json.gz");
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    all["params"].to_string()
}

#[test]
fn the_reference_sheet_of_ra25() {
    let sheet = ParamSheet::from_json(&golden_params()).unwrap();
    let selectors: Vec<String> = sheet.rules().iter().map(|r| r.selector().to_string()).collect();
    assert_eq!(selectors, ["Prjn", "Layer", ".Back", "#Output"]);
    assert_eq!(sheet.rules()[1].params()["Layer.Act.Init.Decay"], "0.0");
    assert_eq!(sheet.rules()[3].params()["Layer.Inhib.Layer.Gi"], "1.4");
    assert_eq!(ParamSheet::from_json(&sheet.to_json()).unwrap(), sheet);
    let written: serde_json::Value = serde_json::from_str(&sheet.to_json()).unwrap();
    let keys: Vec<&String> = written[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["Desc", "Params", "Sel"]);
}

#[test]
fn files_are_read_back_and_errors_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.json");
    let sheet = ParamSheet::from_json(&golden_params()).unwrap();
    sheet.write(&path).unwrap();
    assert_eq!(ParamSheet::read(&path).unwrap(), sheet);

    let mut sets = ParamSets::new();
    let sheets = BTreeMap::from([("Network".to_owned(), sheet)]);
    sets.insert(ParamSet { name: "Base".into(), description: "best".into(), sheets });
    sets.write(&path).unwrap();
    assert_eq!(ParamSets::read(&path).unwrap(), sets);

    // Sets are no sheet.
    let error = ParamSheet::read(&path).unwrap_err().to_string();
    assert!(error.contains("sheet.json") && error.contains("line"), "{error}");
    let error = ParamSheet::read(folder.path().join("none.json")).unwrap_err().to_string();
    assert!(error.contains("none.json"), "{error}");
    assert!(sets.write(folder.path().join("no/where.json")).is_err());
}

fn sheets() -> impl Strategy<Value = ParamSheet> {
    let selector = prop_oneof![
        "[A-Za-z][A-Za-z0-9]{0,8}".prop_map(Selector::Type),
        "[A-Za-z0-9]{1,8}".prop_map(Selector::Class),
        "[A-Za-z0-9_\\-]{1,8}".prop_map(Selector::Name),
    ];
    let params =
        prop::collection::btree_map("Layer(\\.[A-Z][a-z]{0,3}){1,3}", any::<String>(), 0..4);
    let rule = (selector, params, any::<String>()).prop_map(|(selector, params, description)| {
        let pairs = params.iter().map(|(path, value)| (path.as_str(), value.as_str()));
        ParamRule::new(selector, pairs).unwrap().with_description(description)
    });
    prop::collection::vec(rule, 0..5).prop_map(|rules| {
        let mut sheet = ParamSheet::new();
        rules.into_iter().for_each(|rule| sheet.push(rule));
        sheet
    })
}

proptest! {
    #[test]
    fn json_is_read_back(sheet in sheets()) {
        prop_assert_eq!(ParamSheet::from_json(&sheet.to_json()).unwrap(), sheet);
    }

    #[test]
    fn no_text_makes_parsing_panic(text in any::<String>()) {
        let _ = ParamSheet::from_json(&text);
        let _ = ParamSets::from_json(&text);
        let _ = text.parse::<Selector>();
    }
}

#[test]
fn the_page_of_parameters_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/PARAMETERS.md");
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page == engine::params::reference_page(), "run `cargo run --example parameters`");
    for info in engine::params::reference() {
        assert!(info.meaning.len() > 3, "{} has no meaning", info.path);
        assert!(!info.range.contains("0000000000"), "{}: {}", info.path, info.range);
    }
}

#[test]
fn every_default_is_allowed_and_every_path_settable() {
    use engine::params::Strictness;
    use engine::pattern::Full;
    use engine::{LayerType, Network, ProjectionType};
    let mut net = Network::new("net");
    let layer = net.add_layer("Layer1", &[1, 2], LayerType::Hidden).unwrap();
    net.connect(layer, layer, Full::default(), ProjectionType::Lateral).unwrap();
    net.build().unwrap();
    let all = engine::params::reference();
    assert!(all.len() > 90, "{}", all.len());
    for info in &all {
        let target = info.path.split('.').next().unwrap();
        let sheet = ParamSheet::new().select(target, &[(&info.path, &info.default)]).unwrap();
        net.apply_params_with(&sheet, Strictness::Strict).unwrap();
        let sheet = ParamSheet::new().select(target, &[(&info.path, "neither")]).unwrap();
        let error = net.apply_params(&sheet).unwrap_err();
        assert!(error.to_string().contains(&info.path), "{error}");
        let Some(least) = info.range.strip_prefix("a number in [") else { continue };
        let least: f64 = least.split(',').next().unwrap().parse().unwrap();
        let below = (least - 1.0).to_string();
        let sheet = ParamSheet::new().select(target, &[(&info.path, &below)]).unwrap();
        let error = net.apply_params(&sheet).unwrap_err();
        assert!(error.to_string().contains("out of range"), "{error}");
    }
    assert!(net.changed_parameters().is_empty());
}

#[test]
fn differences_of_networks_are_those_of_what_they_have() {
    use engine::pattern::Full;
    use engine::{LayerType, Network, ProjectionType};
    let build = |name: &str, extra: bool| {
        let mut net = Network::new(name);
        let a = net.add_layer("A", &[1, 2], LayerType::Input).unwrap();
        if extra {
            net.add_layer("B", &[1, 2], LayerType::Hidden).unwrap();
        }
        net.lateral(a, Full::default()).unwrap();
        net.connect(a, a, Full::default(), ProjectionType::Inhib).unwrap();
        net
    };
    let (net, mut other) = (build("one", false), build("two", false));
    assert!(net.diff_parameters(&other).is_empty());
    let sheet = ParamSheet::new()
        .select("#A", &[("Layer.Act.Gbar.L", "0.2")])
        .and_then(|sheet| sheet.select(".Inhib", &[("Prjn.WtScale.Abs", "2")]))
        .unwrap();
    other.apply_params(&sheet).unwrap();
    let diff = net.diff_parameters(&other);
    assert_eq!((diff.first(), diff.second()), ("one", "two"));
    assert_eq!(
        diff.to_string(),
        "one | two\nLayer.Act.Gbar.L: A = 0.1 | A = 0.2\nPrjn.WtScale.Abs: AToA = 1 | AToA = 2\n"
    );
    let table = diff.to_table().unwrap();
    assert_eq!(table.column_names(), ["Path", "First", "FirstValue", "Second", "SecondValue"]);
    assert_eq!(table.labels("SecondValue").unwrap(), ["0.2", "2"]);
    // A layer that only one of them has differs in everything.
    let more = net.diff_parameters(&build("more", true));
    let of_layer = engine::params::reference();
    let of_layer = of_layer.iter().filter(|info| info.path.starts_with("Layer.")).count();
    assert_eq!(more.differences().len(), of_layer);
    assert!(more.differences().iter().all(|of| of.first.is_none() && of.second.is_some()));
}

#[test]
fn differences_of_sets_go_over_all_sheets() {
    let text = r##"[
        {"Name": "Base", "Sheets": {
            "Network": [{"Sel": "Layer", "Params": {"Layer.A": "1", "Layer.B": "1"}},
                        {"Sel": "Layer", "Params": {"Layer.A": "2"}}],
            "Sim": [{"Sel": "Sim", "Params": {"Sim.N": "5"}}]}},
        {"Name": "Same", "Sheets": {
            "Network": [{"Sel": "Layer", "Params": {"Layer.A": "2", "Layer.B": "1"}}],
            "Sim": [{"Sel": "Sim", "Params": {"Sim.N": "5"}}]}},
        {"Name": "Other", "Sheets": {
            "Network": [{"Sel": "#Out", "Params": {"Layer.A": "3"}}]}}
    ]"##;
    let sets = ParamSets::from_json(text).unwrap();
    assert!(sets.diff("Base", "Same").unwrap().is_empty(), "the last rule counts");
    let other = sets.diff("Base", "Other").unwrap().to_string();
    assert_eq!(
        other,
        "Base | Other\nLayer.A: Network/Layer = 2 | not set\nLayer.B: Network/Layer = 1 | not set\n\
         Sim.N: Sim/Sim = 5 | not set\nLayer.A: not set | Network/#Out = 3\n"
    );
    assert!(sets.diff("Base", "None").unwrap_err().to_string().contains("None"));
    let names = |diffs: Vec<engine::params::ParamDiff>| {
        diffs.iter().map(|d| format!("{}-{}", d.first(), d.second())).collect::<Vec<_>>()
    };
    assert_eq!(names(sets.diff_first()), ["Base-Same", "Base-Other"]);
    assert_eq!(names(sets.diff_all()), ["Base-Same", "Base-Other", "Same-Other"]);
    assert_eq!(names(ParamSets::new().diff_first()), [] as [&str; 0]);
    let within = sets.set("Base").unwrap().sheets["Network"].diff_within().to_string();
    assert_eq!(within, "Layer.A: Layer = 1 | Layer = 2\n");
}
