//! The 25 random associations against the reference: cycle by cycle, and from checkpoints.
#![allow(missing_docs)]

mod golden_support;

use std::ops::ControlFlow;

use engine::pattern::{Full, UniformRandom};
use engine::weights::WeightsDocument;
use engine::{LayerId, LayerType, Network, ProjectionType};
use golden_support::{Comparison, find, floats, json, path, sheet, text};
use serde_json::Value;

fn network(params: &Value) -> Network {
    let mut net = Network::new("RA25");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input).expect("a new name");
    let hidden1 = net.add_layer("Hidden1", &[7, 7], LayerType::Hidden).expect("a new name");
    let hidden2 = net.add_layer("Hidden2", &[7, 7], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[5, 5], LayerType::Target).expect("a new name");
    let full = Full::default();
    net.connect(input, hidden1, full, ProjectionType::Forward).expect("it fits");
    net.bidirectional(hidden1, hidden2, full).expect("it fits");
    net.bidirectional(hidden2, output, full).expect("it fits");
    net.build().expect("layers");
    net.apply_params(&sheet(params)).expect("parameters");
    net.init_weights(0).expect("built");
    net
}

fn apply(net: &mut Network, patterns: &Value, row: usize) -> LayerId {
    net.init_ext().unwrap();
    for name in ["Input", "Output"] {
        let id = net.layer_named(name).expect("a layer");
        net.apply_input(id, &floats(&patterns[row][name])).expect("25 values");
    }
    net.layer_named("Output").expect("a layer")
}

#[test]
fn the_first_trials_follow_the_reference_cycle_by_cycle() {
    for name in ["ra25_7x7", "ra25"] {
        let golden = json(&format!("{name}.json.gz"));
        let mut net = network(&golden["params"]);
        net.open_weights(path(&format!("{name}.init.wts.json"))).expect("the initial weights");
        let mut seen = Comparison::default();
        for trial in 0..2 {
            let place = format!("{name}, trial {trial}");
            let want = &golden[format!("detail_trial{trial}").as_str()];
            let summary = &golden["epochs"][0][trial];
            let output = apply(&mut net, &golden["patterns"], trial);
            net.start_trial(true).expect("built");
            seen.layers(&net, &summary["scalars_after_AlphaCycInit"], &place);
            let cycles: Vec<_> =
                want["cycles"].as_array().expect("cycles").iter().enumerate().collect();
            golden_support::run_cycles(&mut net, &cycles, &mut seen, &place);
            seen.units(&net, &want["units_end"], &place);
            seen.layers(&net, &summary["scalars_end"], &place);
            let error = net.layer(output).output_error(0.5);
            assert!((error.sse - summary["SSE"].as_f64().expect("SSE")).abs() < 1e-4, "{place}");
            net.compute_weight_changes().unwrap();
            seen.synapses(&net, &want["syn_after_DWt"], &format!("{place}, after DWt"));
            net.apply_weight_changes().expect("numbers");
            if let Some(want) = want.get("syn_after_WtFmDWt") {
                seen.synapses(&net, want, &format!("{place}, after WtFmDWt"));
            }
        }
        seen.report(name);
    }
}

/// Sets every variable of the state that a checkpoint records.
fn restore(net: &mut Network, state: &Value) {
    for (layer, variables) in state["units"].as_object().expect("layers") {
        let id = net.layer_named(layer).expect("a layer");
        for (variable, values) in variables.as_object().expect("variables") {
            net.layer_mut(id).set_unit_values(variable, &floats(values)).expect("a variable");
        }
    }
    let number = |value: &Value| value.as_f64().expect("a number") as f32;
    for (layer, want) in state["layers"].as_object().expect("layers") {
        let id = net.layer_named(layer).expect("a layer");
        let layer = net.layer_mut(id);
        let (diff, saved) = (layer.cos_diff_mut(), &want["CosDiff"]);
        diff.avg = number(&saved["Avg"]);
        diff.avg_lrn = number(&saved["AvgLrn"]);
        diff.cos = number(&saved["Cos"]);
        diff.mod_avg_l_lrn = number(&saved["ModAvgLLrn"]);
        diff.var = number(&saved["Var"]);
        let mut pools = layer.pools().to_vec();
        for (pool, saved) in pools.iter_mut().zip(want["Pools"].as_array().expect("pools")) {
            pool.running.act_m_avg = number(&saved["ActMAvg"]);
            pool.running.act_p_avg = number(&saved["ActPAvg"]);
            pool.running.act_p_avg_eff = number(&saved["ActPAvgEff"]);
            (pool.act_m.avg, pool.act_m.max) =
                (number(&saved["ActM_Avg"]), number(&saved["ActM_Max"]));
            (pool.act_p.avg, pool.act_p.max) =
                (number(&saved["ActP_Avg"]), number(&saved["ActP_Max"]));
            (pool.act.avg, pool.act.max) = (number(&saved["Act_Avg"]), number(&saved["Act_Max"]));
            (pool.ge.avg, pool.ge.max) = (number(&saved["Ge_Avg"]), number(&saved["Ge_Max"]));
            pool.inhib.fbi = number(&saved["Inhib_FBi"]);
            pool.inhib.ffi = number(&saved["Inhib_FFi"]);
            pool.inhib.gi = number(&saved["Inhib_Gi"]);
        }
        layer.set_pools(&pools).expect("the same pools");
    }
    let synapses = state["syns"].as_array().expect("projections");
    for (saved, balance) in synapses.iter().zip(state["WbRecv"].as_array().expect("balances")) {
        let id = find(net, text(saved, "from"), text(saved, "to"), text(saved, "type"));
        let projection = net.projection_mut(id);
        for variable in ["Wt", "LWt", "DWt", "Norm", "Moment"] {
            for (receiver, values) in saved[variable].as_array().expect("lists").iter().enumerate()
            {
                for (sender, value) in
                    projection.senders_of(receiver).into_iter().zip(floats(values))
                {
                    projection.set_synapse(variable, sender, receiver, value).expect("a synapse");
                }
            }
        }
        projection
            .set_weight_balance(&floats(&balance["WbInc"]), &floats(&balance["WbDec"]))
            .expect("factors");
    }
    let counter = state["WtBalCtr"].as_u64().expect("a count") as usize;
    net.set_weight_balance_counter(counter);
}

#[test]
fn trials_from_checkpoints_follow_the_reference() {
    let golden = json("ra25_7x7_wtbal.checkpoints.json.gz");
    let patterns = json("ra25_7x7.json.gz");
    for checkpoint in golden["checkpoints"].as_array().expect("checkpoints") {
        let trial = &checkpoint["trial_global"];
        let place = format!("checkpoint at trial {trial}");
        let mut net = network(&golden["params"]);
        restore(&mut net, &checkpoint["before"]);
        let row = checkpoint["pattern_row"].as_u64().expect("a row") as usize;
        apply(&mut net, &patterns["patterns"], row);
        let mut seen = Comparison::default();
        net.start_trial(true).expect("built");
        seen.layers(&net, &checkpoint["layers_after_AlphaCycInit"], &place);
        let cycles: Vec<(usize, &Value)> = checkpoint["cycles"]
            .as_array()
            .expect("cycles")
            .iter()
            .map(|cycle| (cycle["cycle"].as_u64().expect("a cycle") as usize, &cycle["units"]))
            .collect();
        golden_support::run_cycles(&mut net, &cycles, &mut seen, &place);
        seen.layers(&net, &checkpoint["after_DWt"]["layers"], &place);
        seen.units(&net, &checkpoint["after_DWt"]["units"], &place);
        net.compute_weight_changes().unwrap();
        seen.synapses(&net, &checkpoint["syns_after_DWt"], &format!("{place}, after DWt"));
        net.apply_weight_changes().expect("numbers");
        seen.synapses(&net, &checkpoint["syns_after_WtFmDWt"], &format!("{place}, after WtFmDWt"));
        seen.report(&place);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let train = |threads: usize, watched: bool| {
        // Large enough that cycles and learning are shared among the threads.
        let mut net = Network::new("wide");
        let input = net.add_layer("Input", &[24, 24], LayerType::Input).expect("a new name");
        let hidden = net.add_layer("Hidden", &[24, 30], LayerType::Hidden).expect("a new name");
        let output = net.add_layer("Output", &[24, 24], LayerType::Target).expect("a new name");
        // Two that cannot be split by receivers, for different threads, around one that can.
        let some = UniformRandom { probability: 0.5, ..UniformRandom::default() };
        net.connect(input, hidden, some, ProjectionType::Forward).expect("it fits");
        net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
        net.connect(input, hidden, some, ProjectionType::Forward).expect("it fits");
        net.bidirectional(hidden, output, Full::default()).expect("it fits");
        net.build().expect("layers");
        net.set_threads(threads).expect("threads");
        assert_eq!(net.threads_at_work(), threads);
        net.init_weights(5).expect("built");
        for trial in 0..3 {
            let pattern: Vec<f32> =
                (0..576).map(|i| f32::from(u8::from((i + trial) % 4 == 0))).collect();
            net.init_ext().unwrap();
            net.apply_input(input, &pattern).expect("576 values");
            net.apply_input(output, &pattern).expect("576 values");
            // Who watches every cycle sees what would have been without.
            match watched {
                true => net.train_trial_with(&mut |_, _| ControlFlow::Continue(())),
                false => net.train_trial(),
            }
            .expect("a trial");
        }
        let act = net.unit_values(hidden, "Act").expect("a variable").to_vec();
        (act, net.weights().expect("built"))
    };
    let alone = train(1, false);
    assert!(alone.0.iter().any(|act| *act > 0.1), "the network is silent");
    for threads in [1, 2, 3, 4] {
        assert_eq!(train(threads, false), alone, "{threads} threads");
        assert_eq!(train(threads, true), alone, "{threads} threads, watched");
    }
}

/// All weights in the order of a document.
fn all_weights(document: &WeightsDocument) -> Vec<u32> {
    let projections = document.layers.iter().flat_map(|layer| &layer.projections);
    let receivers = projections.flat_map(|projection| &projection.receivers);
    receivers.flat_map(|receiver| &receiver.weights).map(|weight| weight.to_bits()).collect()
}

/// Chaotic as the network is, it follows the reference for ever only because the bits are the same.
#[test]
fn fifty_epochs_have_the_bits_of_the_reference() {
    for name in ["ra25_7x7", "ra25"] {
        let golden = json(&format!("{name}.json.gz"));
        let mut net = network(&golden["params"]);
        net.open_weights(path(&format!("{name}.init.wts.json"))).expect("the initial weights");
        let mut seen = Comparison::default();
        let number = |value: &Value| value.as_f64().expect("a number");
        for (epoch, curve) in golden["curve"].as_array().expect("epochs").iter().enumerate() {
            let (mut sse, mut mean, mut errors, mut cos_diff) = (0.0, 0.0, 0, 0.0);
            for trial in 0..25 {
                let place = || format!("{name}, epoch {epoch}, trial {trial}");
                let output = apply(&mut net, &golden["patterns"], trial);
                let scalars = &golden["epochs"][epoch][trial];
                if scalars.get("scalars_end").is_some() {
                    net.start_trial(true).expect("built");
                    seen.layers(&net, &scalars["scalars_after_AlphaCycInit"], &place());
                    golden_support::run_cycles(&mut net, &[], &mut seen, &place());
                    seen.layers(&net, &scalars["scalars_end"], &place());
                    net.learn().expect("numbers");
                } else {
                    net.train_trial().expect("numbers");
                }
                let error = net.layer(output).output_error(0.5);
                sse += error.sse;
                mean += error.mse / 25.0;
                errors += usize::from(error.sse > 0.0);
                cos_diff += f64::from(net.layer(output).cos_diff().cos) / 25.0;
                // The units of the first epochs are recorded too.
                let Some(want) = golden["epochs"].get(epoch).map(|trials| &trials[trial]) else {
                    continue;
                };
                seen.value(net.layer(output).cos_diff().cos, number(&want["CosDiff"]), place);
                let recorded = [("Hidden1", "ActM"), ("Hidden2", "ActM"), ("Output", "ActM")];
                for (layer, variable) in [&recorded[..], &[("Output", "ActP")]].concat() {
                    let id = net.layer_named(layer).expect("a layer");
                    let got = net.unit_values(id, variable).expect("a variable");
                    let column = format!("{layer}_{variable}");
                    let want = golden_support::numbers(&want[column.as_str()]);
                    assert_eq!(got.len(), want.len());
                    got.iter().zip(want).for_each(|(got, want)| seen.value(*got, want, place));
                }
            }
            // The reference's sums are of single precision.
            for (key, got) in [("SSE", sse), ("AvgSSE", mean), ("CosDiff", cos_diff)] {
                let (want, place) = (number(&curve[key]), format!("{name}, epoch {epoch}: {key}"));
                assert!((got - want).abs() <= 1e-6 * want.abs(), "{place} {got} {want}");
            }
            assert_eq!(errors as f64 / 25.0, number(&curve["PctErr"]), "{name}, epoch {epoch}");
            if epoch < 3 {
                let file = path(&format!("{name}.epc{}.wts.json.gz", epoch + 1));
                let want = engine::weights::read(file).expect("weights");
                let got = net.weights().expect("built");
                assert!(all_weights(&got) == all_weights(&want), "{name}, epoch {epoch}");
            }
        }
        seen.report(name);
    }
}
