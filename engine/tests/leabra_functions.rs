//! The equations as functions, against tables of the reference.
#![allow(missing_docs)]

mod golden_support;

use engine::leabra::activation::XX1Params;
use engine::leabra::adaptation::KNaParams;
use engine::leabra::inhibition::{ActAvgParams, FffbParams, FffbState};
use engine::leabra::learning::{WtBalParams, WtScaleParams, WtSigParams, XCalParams};
use engine::popcode::{Code, PopCode, PopCode2d};
use engine::random::{self, Distribution, RandomParams};
use golden_support::{floats, json};
use serde_json::Value;

fn tables() -> Value {
    json("misc.json.gz")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is no list"))
}

fn number(value: &Value, key: &str) -> f32 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} is no number")) as f32
}

/// Equal to 1e-6 of the greater of the value and 1.
#[track_caller]
fn close(got: f32, want: f32, place: impl std::fmt::Display) {
    assert!((got - want).abs() <= 1e-6 * want.abs().max(1.0), "{place}: {got}, reference {want}");
}

#[test]
fn noisy_xx1() {
    let tables = tables();
    let tables = &tables["nxx1"];
    let x = floats(&tables["x"]);
    for table in list(tables, "tables") {
        let (gain, nvar) = (number(table, "gain"), number(table, "nvar"));
        let xx1 = XX1Params { gain, nvar, ..XX1Params::default() }.derive();
        for (x, want) in x.iter().zip(floats(&table["y"])) {
            let got = xx1.noisy(*x);
            close(got, want, format!("gain {gain}, noise {nvar}, x {x}"));
            // Far below threshold the values are small, and relative differences count.
            assert!((got - want).abs() <= 2e-6 * want.abs().max(1e-30), "{x}: {got} {want}");
        }
    }
}

#[test]
fn weight_sigmoid_and_its_inverse() {
    let tables = tables();
    let tables = &tables["wtsig"];
    let weights = floats(&tables["w"]);
    for table in list(tables, "tables") {
        let (gain, off) = (number(table, "gain"), number(table, "off"));
        let sigmoid = WtSigParams { gain, off, ..WtSigParams::default() };
        let (effective, linear) = (floats(&table["SigFmLinWt"]), floats(&table["LinFmSigWt"]));
        for (i, w) in weights.iter().enumerate() {
            close(sigmoid.effective_from_linear(*w), effective[i], format!("sig {gain} {w}"));
            close(sigmoid.linear_from_effective(*w), linear[i], format!("inverse {gain} {w}"));
        }
    }
}

#[test]
fn xcal() {
    let tables = tables();
    let tables = &tables["xcal"];
    let params = XCalParams::default();
    assert_eq!(params.reversal_slope(), number(tables, "DRevRatio"));
    let x = floats(&tables["srval"]);
    for table in list(tables, "tables") {
        let threshold = number(table, "thrP");
        for (x, want) in x.iter().zip(floats(&table["dwt"])) {
            close(params.dwt(*x, threshold), want, format!("{x} at {threshold}"));
        }
    }
}

#[test]
fn weight_balance() {
    for row in list(&tables(), "wtbal") {
        let (increase, decrease) = WtBalParams::default().factors(number(row, "avg"));
        close(increase, number(row, "inc"), &row["avg"]);
        close(decrease, number(row, "dec"), &row["avg"]);
    }
}

#[test]
fn fffb_inhibition() {
    for case in list(&tables(), "fffb") {
        let (gi, max_vs_avg) = (number(case, "Gi"), number(case, "MaxVsAvg"));
        let params = FffbParams { gi, max_vs_avg, ..FffbParams::default() };
        let mut state = FffbState::default();
        for (i, step) in list(case, "seq").iter().enumerate() {
            let (ge_avg, ge_max) = (number(step, "ge_avg"), number(step, "ge_max"));
            params.step(ge_avg, ge_max, number(step, "act_avg"), &mut state);
            close(state.ffi, number(step, "FFi"), format!("FFi {i}"));
            close(state.fbi, number(step, "FBi"), format!("FBi {i}"));
            close(state.gi, number(step, "Gi"), format!("Gi {i}"));
        }
    }
}

#[test]
fn adaptation_by_rate_and_by_spikes() {
    let tables = tables();
    let params = KNaParams::default();
    let check = |g: [f32; 3], step: &Value, i: usize| {
        for (g, name) in g.into_iter().zip(["fast", "med", "slow"]) {
            close(g, number(step, name), format!("{name} {i}"));
        }
    };
    let mut g = [0.0; 3];
    for (i, step) in list(&tables["knadapt"], "rate").iter().enumerate() {
        params.step_by_rate(&mut g, number(step, "act"));
        check(g, step, i);
    }
    let mut g = [0.0; 3];
    for (i, step) in list(&tables["knadapt"], "spike").iter().enumerate() {
        params.step_by_spike(&mut g, step["spike"].as_bool().expect("a flag"));
        check(g, step, i);
    }
}

#[test]
fn scaling_by_expected_activity() {
    for row in list(&tables(), "wtscale_Abs1_Rel1") {
        let [act, senders, connections] = ["savg", "snu", "ncon"].map(|key| number(row, key));
        let got = WtScaleParams::full_scale(act, senders, connections);
        close(got, number(row, "full_scale"), row);
    }
}

#[test]
fn running_average_of_activity() {
    let params = ActAvgParams::default();
    let mut average = params.init;
    for step in list(&tables(), "actavg_seq") {
        params.step(&mut average, number(step, "act"));
        close(average, number(step, "avg"), step);
    }
}

fn code(case: &Value) -> Code {
    if number(case, "code") == 0.0 { Code::Gaussian } else { Code::Localist }
}

#[test]
fn population_codes_of_one_number() {
    for case in list(&tables(), "popcode1d") {
        let [min, max, sigma] = ["min", "max", "sigma"].map(|key| number(case, key));
        let popcode = PopCode { code: code(case), ..PopCode::with_range(min, max, sigma) };
        let n = number(case, "n") as usize;
        let pattern = popcode.encode(number(case, "val"), n).expect("it makes sense");
        for (got, want) in pattern.iter().zip(floats(&case["pattern"])) {
            close(*got, want, case);
        }
        for (got, want) in popcode.tuned_values(n).into_iter().zip(floats(&case["unit_values"])) {
            close(got, want, case);
        }
        close(popcode.decode(&pattern), number(case, "decoded"), case);
    }
}

#[test]
fn population_codes_of_two_numbers() {
    for case in list(&tables(), "popcode2d") {
        let [min, max, sigma] = ["min", "max", "sigma"].map(|key| number(case, key));
        let mut popcode = PopCode2d::with_range(min, max, sigma);
        popcode.x.code = code(case);
        let shape = floats(&case["shape"]);
        let value = floats(&case["val_x_y"]);
        let shape = [shape[0] as usize, shape[1] as usize];
        let pattern = popcode.encode((value[0], value[1]), shape).expect("it makes sense");
        for (got, want) in pattern.iter().zip(floats(&case["pattern"])) {
            close(*got, want, case);
        }
        let decoded = popcode.decode(pattern.view());
        let want = floats(&case["decoded"]);
        close(decoded.0, want[0], case);
        close(decoded.1, want[1], case);
    }
}

/// Mean and standard deviation within 5 standard errors of the reference's 100,000 draws.
#[test]
fn distributions_have_the_moments_of_the_reference() {
    for (index, case) in list(&tables(), "erand").iter().enumerate() {
        let dist = Distribution::ALL.iter().find(|dist| case["dist"] == dist.name());
        let params = RandomParams {
            dist: *dist.expect("a distribution"),
            mean: number(case, "Mean"),
            var: number(case, "Var"),
            par: number(case, "Par"),
        };
        let sampler = params.sampler().expect("possible parameters");
        let mut rng = random::stream(1, "moments", index as u64);
        let n = 100_000;
        let values: Vec<f64> = (0..n).map(|_| sampler.draw(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let deviations = values.iter().map(|value| (value - mean).powi(2));
        let std = (deviations.sum::<f64>() / f64::from(n)).sqrt();
        let (want_mean, want_std) =
            (case["mean"].as_f64().expect("mean"), case["std"].as_f64().expect("std"));
        let error = want_std.max(1e-9) / f64::from(n).sqrt();
        assert!((mean - want_mean).abs() < 8.0 * error, "{case}: {mean}");
        // The error of a deviation depends on the tails: generous, but far below what a
        // mistaken parameter makes.
        assert!((std - want_std).abs() < 0.03 * want_std + 1e-12, "{case}: {std}");
    }
}

#[test]
fn weight_changes_are_bounded_softly() {
    use engine::pattern::OneToOne;
    use engine::{LayerType, Network, ProjectionType};
    for case in list(&tables(), "wtfmdwt") {
        let mut net = Network::new("one");
        let a = net.add_layer("A", &[1, 1], LayerType::Input).expect("a new name");
        let b = net.add_layer("B", &[1, 1], LayerType::Hidden).expect("a new name");
        let ab = net.connect(a, b, OneToOne::default(), ProjectionType::Forward).expect("it fits");
        net.build().expect("layers");
        net.init_weights(1).expect("built");
        let projection = net.projection_mut(ab);
        projection.params.learn.wt_bal.on = true;
        projection
            .set_weight_balance(&[number(case, "wbInc")], &[number(case, "wbDec")])
            .expect("factors");
        projection.set_synapse("LWt", 0, 0, number(case, "lwt0")).expect("a linear weight");
        projection.set_synapse("DWt", 0, 0, number(case, "dwt0")).expect("a change");
        net.apply_weight_changes().expect("numbers");
        let projection = net.projection(ab);
        close(projection.synapse("LWt", 0, 0).expect("connected"), number(case, "lwt"), case);
        assert_eq!(projection.synapse("DWt", 0, 0), Some(0.0));
        if number(case, "dwt0") != 0.0 {
            close(projection.synapse("Wt", 0, 0).expect("connected"), number(case, "wt"), case);
        }
    }
}

/// A projection with the values that learning looks at: of one sender, and of each receiver.
fn learning(
    pattern: impl engine::pattern::Pattern + 'static,
    params: &[(&str, &str)],
    receivers: usize,
) -> engine::Network {
    use engine::params::ParamSheet;
    use engine::{LayerType, Network, ProjectionType};
    let mut net = Network::new("one");
    let a = net.add_layer("A", &[1, 1], LayerType::Input).expect("a new name");
    let b = net.add_layer("B", &[1, receivers], LayerType::Hidden).expect("a new name");
    net.connect(a, b, pattern, ProjectionType::Forward).expect("it fits");
    net.build().expect("layers");
    let sheet = ParamSheet::new().select("Prjn", params).expect("a sheet");
    net.apply_params(&sheet).expect("parameters");
    net.init_weights(1).expect("built");
    let sender = net.layer_mut(a);
    for variable in ["AvgS", "AvgM", "AvgSLrn"] {
        sender.set_unit_values(variable, &[1.0]).expect("a variable");
    }
    net
}

/// Sets the short and medium averages of the receivers of [`learning`], without a part of BCM.
fn receive(net: &mut engine::Network, short: &[f32], medium: &[f32]) {
    let id = net.layer_named("B").expect("a layer");
    let layer = net.layer_mut(id);
    layer.set_unit_values("AvgSLrn", short).expect("one for each");
    layer.set_unit_values("AvgM", medium).expect("one for each");
    layer.set_unit_values("AvgLLrn", &vec![0.0; short.len()]).expect("one for each");
}

#[test]
fn weight_changes_follow_the_learning_rule_however_synapses_are_stored() {
    use engine::pattern::{ByPair, Full};
    let tables = tables();
    let tables = &tables["xcal"];
    let x = floats(&tables["srval"]);
    let (mut short, mut medium, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    for table in list(tables, "tables") {
        short.extend_from_slice(&x);
        medium.extend(x.iter().map(|_| number(table, "thrP")));
        wanted.extend(floats(&table["dwt"]));
    }
    let n = wanted.len();
    let params = [
        ("Prjn.Learn.Lrate", "1"),
        ("Prjn.Learn.Norm.On", "false"),
        ("Prjn.Learn.Momentum.On", "false"),
    ];
    let nets = [
        learning(Full::default(), &params, n),
        learning(ByPair::new("all", |_, _| true), &params, n),
        learning(ByPair::new("most", |_, r| r % 4 != 1), &params, n),
    ];
    for mut net in nets {
        receive(&mut net, &short, &medium);
        net.compute_weight_changes().unwrap();
        let (_, projection) = net.projections().next().expect("a projection");
        let mut compared = 0;
        for (r, wanted) in wanted.iter().enumerate() {
            let Some(change) = projection.synapse("DWt", 0, r) else { continue };
            close(change, *wanted, format!("{} at {}", short[r], medium[r]));
            compared += 1;
        }
        assert!(compared >= n / 2, "{compared}");
    }
}

#[test]
fn normalisation_and_momentum_step_by_step() {
    use engine::pattern::{Full, OneToOne};
    // No change is too small, and the rate is 1.
    let params = [("Prjn.Learn.Lrate", "1"), ("Prjn.Learn.XCal.DThr", "0")];
    let tables = tables();
    for mut net in
        [learning(Full::default(), &params, 1), learning(OneToOne::default(), &params, 1)]
    {
        for step in list(&tables, "norm_momentum_seq") {
            // A short average and a threshold that differ by the change, to the bit.
            let change = number(step, "dwt");
            let (short, medium) = (change.abs(), if change < 0.0 { -2.0 * change } else { 0.0 });
            receive(&mut net, &[short], &[medium]);
            let (id, _) = net.projections().next().expect("a projection");
            net.projection_mut(id).set_synapse("DWt", 0, 0, 0.0).expect("a synapse");
            net.compute_weight_changes().unwrap();
            let value = |name| net.projection(id).synapse(name, 0, 0).expect("a synapse");
            close(value("Norm"), number(step, "Norm"), step);
            close(value("Moment"), number(step, "Moment"), step);
            let wanted = number(step, "norm_factor") * number(step, "moment_out");
            close(value("DWt"), wanted, step);
        }
    }
}

#[test]
fn chances_and_choices_come_as_often_as_the_references() {
    let tables = tables();
    let n = 100_000;
    let mut rng = random::stream(1, "chance", 0);
    let mut check = |key: &str, draw: &dyn Fn(&mut random::Rng) -> f64| {
        let values: Vec<f64> = (0..n).map(|_| draw(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let [want, std] = ["mean", "std"].map(|of| f64::from(number(&tables[key], of)));
        // Two means of so many draws differ by 5 standard errors once in a million.
        let error = 5.0 * std * (2.0 / f64::from(n)).sqrt();
        assert!((mean - want).abs() < error, "{key}: {mean}, reference {want}");
        let greatest = values.iter().fold(0.0_f64, |most, value| most.max(*value));
        assert_eq!(greatest as f32, number(&tables[key], "max"));
    };
    check("erand_BoolP_0.3_freq_1e5", &|rng| f64::from(u8::from(random::chance(rng, 0.3))));
    check("erand_PChoose32_[.1,.2,.7]_meanidx", &|rng| {
        random::choose(rng, &[0.1, 0.2, 0.7]).expect("probabilities") as f64
    });
}
