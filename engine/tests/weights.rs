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
        (receiver("\"Ri\": 0, \"N\": 1, \"Si\": [0], \"Wt\": [1e39]"), "not finite"),
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
            "{\"Network\": \"n\", \"Layers\": [{\"Layer\": \"A\"}, {\"Layer\": \"A\"}]}".to_owned(),
            "layer `A`",
        ),
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
