//! Weights files against the reference's, damaged files, and round trips.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

use engine::error::EngineError;
use engine::weights::{
    self, LayerWeights, Precision, ProjectionWeights, ReceiverWeights, WeightsDocument,
};
use proptest::prelude::*;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden")).join(name)
}

#[test]
fn reference_files_are_read_exactly_and_written_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "ra25.init.wts.json",
        "ra25_7x7.init.wts.json",
        "ra25.epc1.wts.json.gz",
        "ra25.epc2.wts.json.gz",
        "ra25.epc3.wts.json.gz",
        "ra25_7x7.epc1.wts.json.gz",
        "ra25_7x7.epc2.wts.json.gz",
        "ra25_7x7.epc3.wts.json.gz",
    ] {
        let document = weights::read(golden(name)).unwrap();
        assert_eq!(document.network, "RA25");
        // Every weight, parsed as f32 without a detour.
        let text = if name.ends_with(".gz") {
            let mut text = String::new();
            let file = fs::File::open(golden(name)).unwrap();
            flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
            text
        } else {
            fs::read_to_string(golden(name)).unwrap()
        };
        let lists = text.lines().filter_map(|line| line.trim().strip_prefix("\"Wt\": [ "));
        let expected: Vec<f32> = lists
            .flat_map(|list| list.trim_end_matches(" ]").split(", "))
            .map(|number| number.parse().unwrap())
            .collect();
        let all: Vec<f32> = document
            .layers
            .iter()
            .flat_map(|layer| &layer.projections)
            .flat_map(|projection| &projection.receivers)
            .flat_map(|receiver| receiver.weights.iter().copied())
            .collect();
        assert_eq!(all, expected, "{name}");
        assert_eq!(document.n_weights(), expected.len());

        let path = folder.path().join("again.wts");
        weights::write(&path, &document, Precision::Full).unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert!(written.trim_end() == text.trim_end(), "{name} is not written as it was");
    }
}

#[test]
fn reference_values() {
    let document = weights::read(golden("ra25_7x7.epc3.wts.json.gz")).unwrap();
    let names: Vec<&str> = document.layers.iter().map(|layer| layer.layer.as_str()).collect();
    assert_eq!(names, ["Input", "Hidden1", "Hidden2", "Output"]);
    let hidden = document.layer("Hidden1").unwrap();
    assert_eq!(hidden.number("ActMAvg"), Some(0.16502829));
    let projection = hidden.projection("Input").unwrap();
    assert_eq!(projection.number("GScale"), Some(0.16666666));
    assert_eq!(projection.receivers.len(), 49);
    assert_eq!(projection.receivers[0].weights[0], 0.552_157_3);
    assert!(document.layer("Input").unwrap().projections.is_empty());
}

/// The error of reading a file with this content.
fn error_of(content: &[u8]) -> EngineError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.wts");
    fs::write(&path, content).unwrap();
    let error = weights::read(&path).unwrap_err();
    assert!(error.to_string().contains("bad.wts"), "{error}");
    error
}

#[test]
fn damaged_files_are_errors_that_name_the_place() {
    let receiver = |inside: &str| {
        format!(
            "{{\"Network\": \"n\", \"Layers\": [\n{{\"Layer\": \"H\", \"Prjns\": [\n{{\"From\": \"I\", \
             \"Rs\": [\n{{{inside}}}]}}]}}]}}"
        )
    };
    for (content, part) in [
        (String::new(), "empty"),
        ("nonsense".to_owned(), "line 1"),
        ("[]".to_owned(), "line 1"),
        ("{\"Network\": \"n\"}".to_owned(), "Layers"),
        ("{\"Network\": \"n\", \"Layers\": []} x".to_owned(), "line 1"),
        (receiver("\"Ri\": 0, \"N\": 2, \"Si\": [0], \"Wt\": [0.5]"), "N = 2"),
        (receiver("\"Ri\": 7, \"N\": 1, \"Si\": [0], \"Wt\": [0.5, 1]"), "receiver 7"),
        (receiver("\"Ri\": 0, \"N\": 1, \"Si\": [0], \"Wt\": [NaN]"), "line 4"),
        (receiver("\"Ri\": 0, \"N\": 1, \"Si\": [0], \"Wt\": [1e39]"), "out of range"),
        (receiver("\"Ri\": 0, \"N\": 1, \"Si\": [0], \"Wt\": [1e999]"), "line 4"),
        (receiver("\"Ri\": 0, \"N\": 1, \"Si\": [-1], \"Wt\": [1]"), "line 4"),
        (receiver("\"Ri\": 0, \"N\": 2, \"Si\": [3, 3], \"Wt\": [1, 1]"), "sender 3 comes twice"),
        (
            receiver(
                "\"Ri\": 0, \"N\": 0, \"Si\": [], \"Wt\": []}, {\"Ri\": 0, \"N\": 0, \"Si\": null, \"Wt\": null",
            ),
            "layer `H`, projection from `I`, receiver 0",
        ),
        (
            "{\"Network\": \"n\", \"Layers\": [{\"Layer\": \"A\", \"Prjns\": null}, \
             {\"Layer\": \"A\", \"Paths\": []}]}"
                .to_owned(),
            "layer `A`",
        ),
        ("{\"Network\": \"n\", \"Layers\": [{\"Layer\": \"A\"}]}".to_owned(), "`Prjns`"),
    ] {
        let error = error_of(content.as_bytes());
        assert!(matches!(error, EngineError::WeightsFile { .. }), "{content}: {error}");
        assert!(error.to_string().contains(part), "{content}: {error}");
    }
}

#[test]
fn files_cut_anywhere_are_errors() {
    let text = fs::read(golden("ra25.init.wts.json")).unwrap();
    let text = text.trim_ascii_end();
    for keep in [1, 100, 5_000, text.len() / 2, text.len() - 1] {
        let error = error_of(&text[..keep]);
        assert!(error.to_string().contains("cut off"), "{keep}: {error}");
    }
    let gz = fs::read(golden("ra25.epc1.wts.json.gz")).unwrap();
    for keep in [2, 5, 20, 1_000, gz.len() / 2, gz.len() - 9, gz.len() - 1] {
        let error = error_of(&gz[..keep]);
        assert!(matches!(error, EngineError::WeightsFile { .. }), "{keep}: {error}");
    }
    let mut damaged = gz.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert!(matches!(error_of(&damaged), EngineError::WeightsFile { .. }));
}

#[test]
fn gzip_is_recognised_whatever_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.wts");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"{\"Network\": \"n\", \"Layers\": []}").unwrap();
    fs::write(&path, encoder.finish().unwrap()).unwrap();
    assert_eq!(weights::read(&path).unwrap(), WeightsDocument::new("n"));
}

fn documents() -> impl Strategy<Value = WeightsDocument> {
    let weight = any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |w| w.is_finite());
    let synapses = prop::collection::btree_map(any::<u32>(), weight, 0..6);
    let receivers = prop::collection::btree_map(any::<u32>(), synapses, 0..4).prop_map(|all| {
        let receiver = |(index, synapses): (u32, std::collections::BTreeMap<u32, f32>)| {
            ReceiverWeights::new(
                index,
                synapses.keys().copied().collect(),
                synapses.values().copied().collect(),
            )
        };
        all.into_iter().map(receiver).collect::<Vec<_>>()
    });
    let meta = || prop::collection::btree_map(any::<String>(), any::<String>(), 0..3);
    let projection = (any::<String>(), meta(), receivers)
        .prop_map(|(from, meta, receivers)| ProjectionWeights { from, meta, receivers });
    let layer = (meta(), prop::collection::vec(projection, 0..3));
    let layers = prop::collection::btree_map(any::<String>(), layer, 0..4).prop_map(|layers| {
        layers
            .into_iter()
            .map(|(layer, (meta, projections))| LayerWeights { layer, meta, projections })
            .collect::<Vec<_>>()
    });
    (any::<String>(), meta(), layers).prop_map(|(network, meta, layers)| WeightsDocument {
        network,
        meta,
        layers,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(document in documents(), gz in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(if gz { "a.wts.gz" } else { "a.wts" });
        weights::write(&path, &document, Precision::Full).unwrap();
        prop_assert_eq!(weights::read(&path).unwrap(), document);
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let is_content = matches!(error_of(&bytes), EngineError::WeightsFile { .. });
        prop_assert!(is_content);
    }
}

/// A file in the C++ format: two layers, of 3 and 2 units, connected both ways.
const CPP: &str = "<Fmt TEXT>
<Name Face>
<Epoch 12>
<Lay Input>
<acts_m_avg 0.25>
<acts_p_avg 0.24>
<Ug>
<UgUn 0 >
<Un>
-0.108
<Cg 0 Fm:Hidden>
<Cn 2>
0 0.5
1 0.625 1
</Cn>
</Cg>
</Un>
</UgUn>
<UgUn 2 corner>
<Un>
0.1
<Cg 0 Fm:Hidden>
<Cn 1>
1 0.75
</Cn>
</Cg>
</Un>
</UgUn>
</Ug>
</Lay>
<Lay Hidden>
<Ug>
<UgUn 1 >
<Un>
0
<Cg 0 Fm:Input>
<Cn 3>
0 1e-1
1 0.25
2 1
</Cn>
</Cg>
<Cg 2 Fm:Hidden>
<gain 2>
<Cn 0>
</Cn>
</Cg>
</Un>
</UgUn>
</Ug>
</Lay>
";

#[test]
fn the_text_format_of_cpp_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let read = |content: &[u8]| {
        let path = folder.path().join("face.wts");
        fs::write(&path, content).unwrap();
        weights::read(&path).unwrap()
    };
    let document = read(CPP.as_bytes());
    assert_eq!((document.network.as_str(), document.meta["Epoch"].as_str()), ("Face", "12"));
    let input = document.layer("Input").unwrap();
    assert_eq!((input.number("ActMAvg"), input.number("ActPAvg")), (Some(0.25), Some(0.24)));
    let receivers = &input.projection("Hidden").unwrap().receivers;
    let expected = [
        ReceiverWeights::new(0, vec![0, 1], vec![0.5, 0.625]),
        ReceiverWeights::new(2, vec![1], vec![0.75]),
    ];
    assert_eq!(receivers[..], expected);
    let hidden = document.layer("Hidden").unwrap();
    assert_eq!(hidden.projections.len(), 2);
    assert_eq!(hidden.projections[0].receivers[0].weights, [0.1, 0.25, 1.0]);
    assert_eq!(hidden.projections[1].number("gain"), Some(2.0));
    assert_eq!(hidden.projections[1].receivers, []);
    // With the network's tags, other line ends, compressed.
    let wrapped = format!("{}</Network>\n", CPP.replacen("<Lay", "<Network>\n<Lay", 1));
    assert_eq!(read(wrapped.replace('\n', "\r\n").as_bytes()), document);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(CPP.as_bytes()).unwrap();
    assert_eq!(read(&encoder.finish().unwrap()), document);
}

#[test]
fn damaged_cpp_files_are_errors_that_name_the_line() {
    let lines: Vec<&str> = CPP.lines().collect();
    for keep in 1..lines.len() {
        let cut = lines[..keep].join("\n");
        // After a whole layer the file may end.
        if cut.ends_with("</Lay>") {
            continue;
        }
        let error = error_of(cut.as_bytes());
        assert!(error.to_string().contains("cut off"), "{keep}: {error}");
    }
    for (from, to, part) in [
        ("<Fmt TEXT>", "<Fmt BINARY>", "save them as TEXT"),
        ("<Fmt TEXT>", "<html>", "no weights file"),
        ("<Cn 2>", "<Cn 3>", "2 of 3 synapses have come"),
        ("<Cn 2>", "<Cn 1>", "`</Cn>` after 1 synapses"),
        ("<Cn 2>", "<Cn many>", "`many` is not a number of synapses"),
        ("<Cn 2>", "<Cn 18446744073709551615>", "line 15"),
        ("0 0.5\n", "0 half\n", "line 13: `half` is not a weight"),
        ("0 0.5\n", "-1 0.5\n", "`-1` is not a sender's index"),
        ("0 0.5\n", "1 0.5\n", "sender 1 comes twice"),
        ("0 0.5\n", "0 1e99\n", "not finite"),
        ("0 0.5\n", "0 0.5 x\n", "`x` is not a scale"),
        ("-0.108", "none", "line 10: `none` is not the unit's bias"),
        ("<UgUn 2 corner>", "<UgUn >", "is not a unit's index"),
        ("<Cg 0 Fm:Input>", "<Cg 0 Input>", "Fm:Layer"),
        ("</UgUn>\n<UgUn 2", "<UgUn 2", "found `<UgUn 2 corner>`"),
        ("<Lay Hidden>", "<Lay Input>", "the layer comes twice"),
    ] {
        let damaged = CPP.replacen(from, to, 1);
        assert_ne!(damaged, CPP, "{from}");
        let error = error_of(damaged.as_bytes());
        assert!(matches!(error, EngineError::WeightsFile { .. }), "{to}: {error}");
        assert!(error.to_string().contains(part), "{to}: {error}");
    }
    let other = CPP.replacen("1 0.75\n</Cn>\n</Cg>", "1 0.75\n</Cn>\n</Cg>\n<Cg 0 Fm:Else>", 1);
    assert!(error_of(other.as_bytes()).to_string().contains("from `Else`"), "{other}");
    let latin = CPP.replacen("Face", "F\u{e9}", 1).replace('\u{e9}', "?").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|b| if b == b'?' { 0xE9 } else { b }).collect();
    assert!(error_of(&latin).to_string().contains("line 2"));
}

/// Three layers in a row, of 4 units each.
fn chain() -> engine::Network {
    use engine::pattern::Full;
    use engine::{LayerType, ProjectionType};
    let mut net = engine::Network::new("chain");
    let a = net.add_layer("A", &[2, 2], LayerType::Input).unwrap();
    let b = net.add_layer("B", &[2, 2], LayerType::Hidden).unwrap();
    let c = net.add_layer("C", &[2, 2], LayerType::Target).unwrap();
    net.connect(a, b, Full::default(), ProjectionType::Forward).unwrap();
    net.connect(b, c, Full::default(), ProjectionType::Forward).unwrap();
    net.build().unwrap();
    net
}

#[test]
fn weights_of_lesioned_parts_are_saved_and_set_and_stay_lesioned() {
    let mut net = chain();
    net.init_weights(1).unwrap();
    let whole = net.weights().unwrap();
    let (b, c) = (net.layer_named("B").unwrap(), net.layer_named("C").unwrap());
    let to_c = net.layer(c).receives()[0];
    net.layer_mut(b).set_off(true);
    net.projection_mut(to_c).set_off(true);
    net.layer_mut(c).lesion_units(&[1, 2]).unwrap();
    assert_eq!(net.weights().unwrap(), whole);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lesioned.wts");
    net.save_weights(&path).unwrap();
    net.init_weights(2).unwrap();
    assert_ne!(net.weights().unwrap(), whole);
    net.open_weights(&path).unwrap();
    assert_eq!(net.weights().unwrap(), whole);
    assert!(net.layer(b).is_off() && net.projection(to_c).is_off());
    assert_eq!(net.layer(c).lesioned_units(), [1, 2]);

    // A file of the reference leaves lesioned layers out; what it leaves out stays.
    let mut partial = whole.clone();
    partial.layers.retain(|layer| layer.layer != "B");
    net.init_weights(3).unwrap();
    let before = net.weights().unwrap();
    net.set_weights(&partial).unwrap();
    let after = net.weights().unwrap();
    assert_eq!(after.layer("B").unwrap().projections, before.layer("B").unwrap().projections);
    assert_eq!(after.layer("C").unwrap().projections, whole.layer("C").unwrap().projections);
}

#[test]
fn cpp_weights_of_another_network_are_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("face.wts");
    fs::write(&path, CPP).unwrap();
    let mut net = chain();
    net.init_weights(1).unwrap();
    let before = net.weights().unwrap();
    let error = net.open_weights(&path).unwrap_err();
    assert!(matches!(&error, EngineError::Mismatch { .. }), "{error}");
    assert!(error.to_string().contains("`Input`"), "{error}");
    assert_eq!(net.weights().unwrap(), before);
}

#[test]
fn documents_that_cannot_be_are_refused_whole() {
    let mut net = chain();
    net.init_weights(1).unwrap();
    let (a, b) = (net.layer_named("A").unwrap(), net.layer_named("B").unwrap());
    let to_b = net.layer(b).receives()[0];
    assert_eq!(net.projection(to_b).sender(), a);
    net.set_scales_by(to_b, |_, r| if r == 3 { 0.5 } else { 1.0 }).unwrap();
    let good = net.weights().unwrap();
    type Change = fn(&mut LayerWeights);
    let cases: [(Change, &str); 9] = [
        (|b| b.projections[0].receivers[2].weights[1] = f32::NAN, "receiver 2: weight 1 is NaN"),
        (|b| b.projections[0].receivers[2].weights[1] = 1.25, "from unit 1 to unit 2"),
        (|b| b.projections[0].receivers[2].weights[1] = -0.1, "`AToB` from unit 1 to unit 2"),
        (|b| b.projections[0].receivers[3].weights[1] = 0.75, "from unit 1 to unit 3"),
        (|b| b.projections[0].receivers[2].weights.truncate(3), "4 senders (Si) but 3 weights"),
        (|b| drop(b.meta.insert("ActPAvg".into(), "NaN".into())), "layer `B`: `ActPAvg` is `NaN`"),
        (|b| drop(b.meta.insert("ActMAvg".into(), "much".into())), "`ActMAvg` is `much`"),
        (
            |b| drop(b.projections[0].meta.insert("GScale".into(), "inf".into())),
            "projection from `A`: `GScale` is `inf`",
        ),
        (|b| drop(b.projections[0].meta.insert("GScale".into(), "-1".into())), "`GScale` is `-1`"),
    ];
    for (change, part) in cases {
        let mut document = good.clone();
        change(document.layers.iter_mut().find(|layer| layer.layer == "B").unwrap());
        let error = net.set_weights(&document).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        let is_typed = matches!(error, EngineError::Weights { .. } | EngineError::BadWeight { .. });
        assert!(is_typed, "{error:?}");
        assert_eq!(net.weights().unwrap(), good);
    }
    let mut twice = good.clone();
    twice.layers.push(good.layers[1].clone());
    let error = net.set_weights(&twice).unwrap_err();
    assert!(error.to_string().contains("layer `B`: the layer comes twice"), "{error}");
    assert!(good.check().is_ok() && twice.check().is_err());
    // What rounding to four digits explains is no more than the scale.
    let mut rounded = good.clone();
    rounded.layers[1].projections[0].receivers[3].weights[0] = 0.5002;
    net.set_weights(&rounded).unwrap();
    assert_eq!(net.projection(to_b).synapse("Wt", 0, 3), Some(0.5));
    assert_eq!(net.projection(to_b).synapse("LWt", 0, 3), Some(1.0));
}

#[test]
fn meta_data_that_is_no_number_is_found_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wts");
    let mut net = chain();
    net.init_weights(1).unwrap();
    net.save_weights(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"ActPAvg\": \"0.15\"", "\"ActPAvg\": \"NaN\"", 1)).unwrap();
    let error = net.open_weights(&path).unwrap_err();
    assert!(matches!(error, EngineError::WeightsFile { .. }), "{error}");
    assert!(error.to_string().contains("layer `A`: `ActPAvg` is `NaN`"), "{error}");
}
