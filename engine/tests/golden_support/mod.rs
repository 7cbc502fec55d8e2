//! Reading the reference's figures and comparing with them.
#![allow(dead_code, missing_docs)]

use std::collections::BTreeMap;
use std::io::Read;

use engine::params::ParamSheet;
use engine::{LayerId, Network, ProjectionId};
use serde_json::Value;

/// What separates a value from the reference's at most: see the README beside the figures.
pub const VALUE_TOLERANCE: f64 = 1e-5;
/// A weight change may differ by this ...
pub const CHANGE_ABSOLUTE: f64 = 1e-6;
/// ... or by this share of itself.
pub const CHANGE_RELATIVE: f64 = 1e-4;

pub fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name)
}

pub fn json(name: &str) -> Value {
    let bytes = std::fs::read(path(name)).expect("the figures are in the repository");
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    serde_json::from_str(&text).expect("JSON")
}

pub fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value} is no list"));
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

pub fn floats(value: &Value) -> Vec<f32> {
    numbers(value).into_iter().map(|number| number as f32).collect()
}

pub fn sheet(value: &Value) -> ParamSheet {
    ParamSheet::from_json(&value.to_string()).expect("the reference's parameters")
}

/// Counts comparisons and equal bits, and fails on the first value out of tolerance.
#[derive(Default)]
pub struct Comparison {
    pub values: usize,
    pub equal: usize,
    pub greatest: f64,
}

impl Comparison {
    pub fn value(&mut self, got: f32, want: f64, place: impl Fn() -> String) {
        let difference = (f64::from(got) - want).abs();
        self.values += 1;
        self.equal += usize::from(got == want as f32);
        self.greatest = self.greatest.max(difference);
        assert!(difference <= VALUE_TOLERANCE, "{}: {got} where the reference has {want}", place());
    }

    pub fn change(&mut self, got: f32, want: f64, place: impl Fn() -> String) {
        let difference = (f64::from(got) - want).abs();
        self.values += 1;
        self.equal += usize::from(got == want as f32);
        assert!(
            difference <= CHANGE_ABSOLUTE || difference <= CHANGE_RELATIVE * want.abs(),
            "{}: {got} where the reference has {want}",
            place()
        );
    }

    /// All unit variables in `want`: layer -> variable -> values.
    pub fn units(&mut self, net: &Network, want: &Value, place: &str) {
        for (layer, variables) in want.as_object().expect("layers") {
            let id = net.layer_named(layer).expect("a layer of the network");
            for (variable, values) in variables.as_object().expect("variables") {
                let got = net.unit_values(id, variable).expect("a variable");
                for (unit, want) in numbers(values).into_iter().enumerate() {
                    self.value(got[unit], want, || format!("{place}: {layer}.{variable}[{unit}]"));
                }
            }
        }
    }

    /// Pools, match of phases and scaling factors in `want`: layer -> ...
    pub fn layers(&mut self, net: &Network, want: &Value, place: &str) {
        for (name, want) in want.as_object().expect("layers") {
            let id = net.layer_named(name).expect("a layer of the network");
            let layer = net.layer(id);
            let diff = layer.cos_diff();
            for (key, got) in [
                ("Avg", diff.avg),
                ("AvgLrn", diff.avg_lrn),
                ("Cos", diff.cos),
                ("ModAvgLLrn", diff.mod_avg_l_lrn),
                ("Var", diff.var),
            ] {
                let want = want["CosDiff"][key].as_f64().expect("a number");
                self.value(got, want, || format!("{place}: {name}.CosDiff.{key}"));
            }
            for (index, want) in want["Pools"].as_array().expect("pools").iter().enumerate() {
                let pool = &layer.pools()[index];
                for (key, got) in [
                    ("ActMAvg", pool.running.act_m_avg),
                    ("ActPAvg", pool.running.act_p_avg),
                    ("ActPAvgEff", pool.running.act_p_avg_eff),
                    ("ActM_Avg", pool.act_m.avg),
                    ("ActP_Avg", pool.act_p.avg),
                    ("Act_Avg", pool.act.avg),
                    ("Ge_Avg", pool.ge.avg),
                    ("Inhib_FBi", pool.inhib.fbi),
                    ("Inhib_FFi", pool.inhib.ffi),
                    ("Inhib_Gi", pool.inhib.gi),
                    ("ActM_Max", pool.act_m.max),
                    ("ActP_Max", pool.act_p.max),
                    ("Act_Max", pool.act.max),
                    ("Ge_Max", pool.ge.max),
                ] {
                    let want = want[key].as_f64().expect("a number");
                    // Its greatest value of none, before there is one.
                    if want as f32 == f32::MIN {
                        assert_eq!(got, f32::MIN, "{place}: {name} pool {index} {key}");
                        continue;
                    }
                    self.value(got, want, || format!("{place}: {name} pool {index} {key}"));
                }
            }
            for (key, want) in want["GScale_by_sender"].as_object().expect("scales") {
                let (sender, kind) = key.split_once('#').expect("Sender#Type");
                let id = find(net, sender, name, kind);
                let want = want.as_f64().expect("a number");
                self.value(net.projection(id).g_scale(), want, || format!("{place}: {key} GScale"));
            }
        }
    }

    /// Synapses in `want`: one object per projection, variables as lists by receiver.
    pub fn synapses(&mut self, net: &Network, want: &Value, place: &str) {
        for want in want.as_array().expect("projections") {
            let (from, to) = (text(want, "from"), text(want, "to"));
            let projection = net.projection(find(net, from, to, text(want, "type")));
            for variable in ["Wt", "LWt", "DWt", "Norm", "Moment"] {
                // Some records hold only the variables that have changed.
                let Some(lists) = want.get(variable).and_then(Value::as_array) else { continue };
                for (receiver, values) in lists.iter().enumerate() {
                    let senders = projection.senders_of(receiver);
                    for (sender, want) in senders.into_iter().zip(numbers(values)) {
                        let got =
                            projection.synapse(variable, sender, receiver).expect("a synapse");
                        let place =
                            || format!("{place}: {from}->{to} {variable}[{sender},{receiver}]");
                        match variable {
                            "Wt" | "LWt" => self.value(got, want, place),
                            _ => self.change(got, want, place),
                        }
                    }
                }
            }
        }
    }

    pub fn report(&self, what: &str) {
        println!(
            "{what}: {} values, {:.1} % of equal bits, greatest difference {:.1e}",
            self.values,
            100.0 * self.equal as f64 / self.values as f64,
            self.greatest
        );
        assert!(self.values > 0, "{what}: nothing was compared");
    }
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

pub fn find(net: &Network, sender: &str, receiver: &str, kind: &str) -> ProjectionId {
    net.projections()
        .find(|(_, item)| {
            net.layer(item.sender()).name() == sender
                && net.layer(item.receiver()).name() == receiver
                && item.kind().name() == kind
        })
        .unwrap_or_else(|| panic!("no {kind} projection from {sender} to {receiver}"))
        .0
}

pub fn ids(net: &Network) -> BTreeMap<String, LayerId> {
    net.layers().map(|(id, layer)| (layer.name().to_owned(), id)).collect()
}

/// Runs the cycles of a trial, comparing those that `want` has: `(cycle, units)`.
pub fn run_cycles(net: &mut Network, want: &[(usize, &Value)], seen: &mut Comparison, place: &str) {
    for quarter in 0..4 {
        for cycle in 25 * quarter..25 * (quarter + 1) {
            net.cycle().expect("a cycle");
            for (_, units) in want.iter().filter(|(wanted, _)| *wanted == cycle) {
                seen.units(net, units, &format!("{place}, cycle {cycle}"));
            }
        }
        net.end_quarter().expect("a trial");
    }
}
