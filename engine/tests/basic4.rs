//! Three layers of four units against the reference: activation and learning, cycle by cycle.
#![allow(missing_docs)]

mod golden_support;

use engine::pattern::OneToOne;
use engine::{LayerType, Network, ProjectionType};
use golden_support::{Comparison, json, sheet};
use serde_json::Value;

fn network(inhibitory: bool) -> Network {
    let mut net = Network::new("basic4");
    let input = net.add_layer("Input", &[4, 1], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[4, 1], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[4, 1], LayerType::Target).expect("a new name");
    let one = OneToOne::default();
    net.connect(input, hidden, one, ProjectionType::Forward).expect("it fits");
    if inhibitory {
        net.connect(input, hidden, one, ProjectionType::Inhib).expect("it fits");
    }
    net.bidirectional(hidden, output, one).expect("it fits");
    net.build().expect("layers");
    net
}

fn apply(net: &mut Network, row: usize) {
    let mut pattern = [0.0; 4];
    pattern[row] = 1.0;
    for name in ["Input", "Output"] {
        let id = net.layer_named(name).expect("a layer");
        net.apply_input(id, &pattern).expect("four values");
    }
}

/// Runs the trials of `want` and compares everything they record.
fn compare_trials(net: &mut Network, want: &Value, learn: bool, place: &str) -> Comparison {
    let mut seen = Comparison::default();
    for (row, want) in want.as_array().expect("trials").iter().enumerate() {
        let place = format!("{place}, trial {row}");
        apply(net, row);
        net.start_trial(true).expect("built");
        seen.layers(net, &want["scalars_after_alphacycinit"], &place);
        for quarter in 0..4 {
            for cycle in 25 * quarter..25 * (quarter + 1) {
                net.cycle().expect("a cycle");
                if let Some(units) = want["cycles"].get(cycle) {
                    seen.units(net, units, &format!("{place}, cycle {cycle}"));
                }
            }
            net.end_quarter().expect("a trial");
            seen.units(net, &want["quarters"][quarter], &format!("{place}, quarter {quarter}"));
        }
        seen.layers(net, &want["scalars_at_end"], &place);
        if learn {
            net.compute_weight_changes().unwrap();
            seen.synapses(net, &want["syn_after_DWt"], &format!("{place}, after DWt"));
            net.apply_weight_changes().expect("numbers");
            seen.synapses(net, &want["syn_after_WtFmDWt"], &format!("{place}, after WtFmDWt"));
        }
    }
    seen
}

fn base_sheet(golden: &Value) -> engine::params::ParamSheet {
    sheet(&golden["learn_fresh_net_per_set"][0]["params_added"])
}

#[test]
fn activation_follows_the_reference() {
    let golden = json("basic4.json.gz");
    for (key, inhibitory) in [("act", false), ("act_inhib", true)] {
        let mut net = network(inhibitory);
        net.apply_params(&base_sheet(&golden)).expect("parameters");
        net.init_weights(0).expect("built");
        compare_trials(&mut net, &golden[key]["trials"], false, key).report(key);
    }
}

#[test]
fn learning_follows_the_reference_with_each_parameter_set() {
    let golden = json("basic4.json.gz");
    for set in golden["learn_fresh_net_per_set"].as_array().expect("sets") {
        let mut net = network(false);
        net.apply_params(&base_sheet(&golden)).expect("parameters");
        net.apply_params(&sheet(&set["params_added"])).expect("parameters");
        net.init_weights(0).expect("built");
        let name = set["param_set"].as_str().expect("a name");
        compare_trials(&mut net, &set["trials"], true, name).report(name);
    }
}

/// As the reference's own test runs: a new start must leave nothing of the run before.
#[test]
fn one_network_learns_the_sets_one_after_another_as_in_the_reference() {
    let golden = json("basic4.json.gz");
    let mut net = network(false);
    net.apply_params(&base_sheet(&golden)).expect("parameters");
    net.init_weights(0).expect("built");
    for row in 0..4 {
        apply(&mut net, row);
        net.test_trial().expect("a trial");
    }
    for set in golden["learn_one_net_as_go_test"].as_array().expect("sets") {
        let layers: Vec<_> = net.layers().map(|(id, _)| id).collect();
        for id in &layers {
            net.layer_mut(*id).params = Default::default();
        }
        let projections: Vec<_> = net.projections().map(|(id, _)| id).collect();
        for id in projections {
            net.projection_mut(id).params = Default::default();
        }
        net.apply_params(&base_sheet(&golden)).expect("parameters");
        net.apply_params(&sheet(&set["params_added"])).expect("parameters");
        net.init_weights(0).expect("built");
        net.init_ext().unwrap();
        let name = format!("one network, {}", set["param_set"].as_str().expect("a name"));
        compare_trials(&mut net, &set["trials"], true, &name).report(&name);
    }
}
