//! Options of activation, inhibition and learning, spiking neurons and ring codes against the
//! reference (`tests/golden/options.go` made the figures).
#![allow(missing_docs)]

mod golden_support;

use engine::leabra::activation::ActParams;
use engine::leabra::spiking::{SpikeState, SpikingNeuron};
use engine::params::ParamSheet;
use engine::pattern::Full;
use engine::popcode::{Code, RingCode};
use engine::{LayerType, Network, ProjectionType};
use golden_support::{Comparison, floats, json, run_cycles, text};
use serde_json::Value;

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn sheet(rules: &Value) -> ParamSheet {
    let mut sheet = ParamSheet::new();
    for rule in list(rules) {
        let set = rule["Params"].as_object().expect("paths and values");
        let set: Vec<_> = set
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_str().expect("text")))
            .collect();
        sheet = sheet.select(text(rule, "Sel"), &set).expect("a rule");
    }
    sheet
}

fn network(rules: [&Value; 2]) -> Network {
    let mut net = Network::new("options");
    let input = net.add_layer("Input", &[4, 5], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[2, 2, 2, 3], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[4, 5], LayerType::Target).expect("a new name");
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
    net.connect(input, hidden, Full::default(), ProjectionType::Inhib).expect("it fits");
    net.bidirectional(hidden, output, Full::default()).expect("it fits");
    net.build().expect("layers");
    for rules in rules {
        net.apply_params(&sheet(rules)).expect("parameters of the reference");
    }
    net.init_weights(0).expect("built");
    let ids: Vec<_> = net.projections().map(|(id, _)| id).collect();
    for id in ids {
        let weight = |s: usize, r: usize| 0.2 + 0.05 * ((s * 7 + r * 11 + s * r) % 13) as f32;
        net.set_weights_by(id, weight).expect("weights");
    }
    net
}

fn pattern(seed: usize) -> Vec<f32> {
    let is_on = |i: &usize| (i * 7 + seed * 5 + i * i * seed).is_multiple_of(4);
    let value = |i: usize| if is_on(&i) { 1.0 - 0.25 * ((i + seed) % 3) as f32 } else { 0.0 };
    (0..20).map(value).collect()
}

#[test]
fn every_option_follows_the_reference() {
    let golden = json("options.json.gz");
    let mut plain: Option<Vec<f32>> = None;
    for case in list(&golden["networks"]) {
        let name = text(case, "name");
        let mut net = network([&golden["base"], &case["rules"]]);
        let mut seen = Comparison::default();
        for (trial, want) in list(&case["trials"]).iter().enumerate() {
            let place = format!("{name}, trial {trial}");
            net.init_ext().expect("built");
            for (layer, pattern) in [("Input", pattern(trial)), ("Output", pattern(trial + 3))] {
                let id = net.layer_named(layer).expect("a layer");
                net.apply_input(id, &pattern).expect("twenty values");
            }
            net.start_trial(true).expect("built");
            let cycles = want.get("cycles").map(list).unwrap_or_default();
            let cycles: Vec<_> = cycles
                .iter()
                .map(|cycle| (cycle["cycle"].as_u64().expect("a number") as usize, &cycle["units"]))
                .collect();
            run_cycles(&mut net, &cycles, &mut seen, &place);
            net.learn().expect("numbers");
            seen.units(&net, &want["units"], &place);
            if let Some(synapses) = want.get("syns") {
                seen.synapses(&net, synapses, &place);
            }
        }
        seen.report(name);
        // An option that changes nothing would not have been tested.
        let hidden = net.layer_named("Hidden").expect("a layer");
        let weights = net.weights().expect("built");
        let mut state = net.unit_values(hidden, "AvgM").expect("a variable").to_vec();
        for projection in weights.layers.iter().flat_map(|layer| &layer.projections) {
            state.extend(projection.receivers.iter().flat_map(|r| r.weights.iter().copied()));
        }
        match &plain {
            None => plain = Some(state),
            Some(plain) => assert_ne!(*plain, state, "{name} is the base"),
        }
    }
}

#[test]
fn spiking_neurons_follow_the_reference() {
    let golden = json("options.json.gz");
    for case in list(&golden["spiking"]) {
        let flag = |key: &str| case[key].as_bool().expect("a flag");
        let mut params = ActParams::default();
        (params.gbar.l, params.gbar.k) = (0.3, 3.0);
        (params.spike.exp, params.kna.on) = (flag("Exp"), flag("KNa"));
        params.spike.tr = case["Tr"].as_i64().expect("a number") as i32;
        let neuron = SpikingNeuron::new(&params);
        let mut state = SpikeState { vm: params.init.vm, ..SpikeState::default() };
        let (mut seen, mut spikes) = (Comparison::default(), 0.0);
        let name = format!("Exp {}, KNa {}, Tr {}", flag("Exp"), flag("KNa"), case["Tr"]);
        for (cycle, step) in list(&case["steps"]).iter().enumerate() {
            let [ge, gi, want @ ..] = &floats(step)[..] else { panic!("{step}") };
            neuron.step([*ge, *gi], 0.0, &mut state);
            spikes += state.spike;
            let SpikeState { vm, inet, act, spike, isi, isi_avg, kna: [fast, med, slow] } = state;
            let got = [vm, inet, act, spike, isi, isi_avg, fast, med, slow];
            assert_eq!(got.len(), want.len());
            for (index, (got, want)) in got.into_iter().zip(want).enumerate() {
                let place = || format!("{name}, cycle {cycle}, value {index}");
                seen.value(got, f64::from(*want), place);
            }
        }
        assert!(spikes > 3.0, "{name}: {spikes} spikes");
        seen.report(&name);
    }
}

#[test]
fn ring_codes_follow_the_reference() {
    let golden = json("options.json.gz");
    let mut seen = Comparison::default();
    for case in list(&golden["rings"]) {
        let mut ring = RingCode::with_range(0.0, 360.0, 0.15);
        if case["code"].as_u64() == Some(1) {
            ring.line.code = Code::Localist;
        }
        let value = case["val"].as_f64().expect("a number") as f32;
        let want = floats(&case["pattern"]);
        let pattern = ring.encode(value, want.len()).expect("it makes sense");
        assert_eq!(pattern.len(), want.len());
        for (got, want) in pattern.iter().zip(want) {
            seen.value(*got, f64::from(want), || case.to_string());
        }
    }
    seen.report("ring codes");
}
