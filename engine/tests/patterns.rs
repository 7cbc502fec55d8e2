//! Patterns of connectivity against those of the reference, pair by pair.

mod golden_support;

use engine::pattern::{
    Circle, Connectivity, Full, OneToOne, Pair, Pattern, PoolOneToOne, PoolRect, PoolSameUnit,
    PoolTile, Rect, UniformRandom,
};
use golden_support::json;
use serde_json::Value;

fn count(params: &Value, key: &str) -> usize {
    params[key].as_u64().map(|n| n as usize).unwrap_or_else(|| panic!("{key} in {params}"))
}

fn flag(params: &Value, key: &str) -> bool {
    params[key].as_bool().unwrap_or_else(|| panic!("{key} in {params}"))
}

fn sizes(params: &Value, key: &str) -> Pair<usize> {
    Pair::new(count(&params[key], "Y"), count(&params[key], "X"))
}

fn places(params: &Value, key: &str) -> Pair<i64> {
    let place = |axis: &str| params[key][axis].as_i64().expect("a place");
    Pair::new(place("Y"), place("X"))
}

fn scale(params: &Value) -> Pair<f32> {
    let factor = |axis: &str| params["Scale"][axis].as_f64().expect("a factor") as f32;
    Pair::new(factor("Y"), factor("X"))
}

fn rect(params: &Value) -> Rect {
    Rect {
        size: sizes(params, "Size"),
        start: places(params, "Start"),
        scale: scale(params),
        auto_scale: flag(params, "AutoScale"),
        round_scale: flag(params, "RoundScale"),
        wrap: flag(params, "Wrap"),
        self_connections: flag(params, "SelfCon"),
        reciprocal: params["Recip"] == true,
    }
}

fn circle(params: &Value) -> Circle {
    Circle {
        radius: count(params, "Radius"),
        start: places(params, "Start"),
        scale: scale(params),
        auto_scale: flag(params, "AutoScale"),
        wrap: flag(params, "Wrap"),
        sigma: params["Sigma"].as_f64().expect("a width") as f32,
        max_weight: params["MaxWt"].as_f64().expect("a weight") as f32,
        self_connections: flag(params, "SelfCon"),
    }
}

fn pattern(name: &str, params: &Value) -> Box<dyn Pattern> {
    match name {
        "Full" => Box::new(Full { self_connections: flag(params, "SelfCon") }),
        "OneToOne" => Box::new(OneToOne {
            n_connections: count(params, "NCons"),
            sender_start: count(params, "SendStart"),
            receiver_start: count(params, "RecvStart"),
        }),
        "PoolOneToOne" => Box::new(PoolOneToOne {
            n_pools: count(params, "NPools"),
            sender_start: count(params, "SendStart"),
            receiver_start: count(params, "RecvStart"),
        }),
        "PoolTile" => Box::new(PoolTile {
            size: sizes(params, "Size"),
            skip: sizes(params, "Skip"),
            start: places(params, "Start"),
            wrap: flag(params, "Wrap"),
            reciprocal: flag(params, "Recip"),
        }),
        "PoolSameUnit" => Box::new(PoolSameUnit { self_connections: flag(params, "SelfCon") }),
        "PoolRect" => Box::new(PoolRect { rect: rect(params) }),
        "Rect" => Box::new(rect(params)),
        "Circle" => Box::new(circle(params)),
        other => panic!("no such pattern: {other}"),
    }
}

fn shape(case: &Value, key: &str) -> Vec<usize> {
    let sizes = case[key].as_array().expect("a shape");
    sizes.iter().map(|size| size.as_u64().expect("a size") as usize).collect()
}

fn pairs(connectivity: &Connectivity, sender: &[usize], receiver: &[usize]) -> Vec<(u64, u64)> {
    let all = 0..sender.iter().product::<usize>() as u32;
    let receivers = 0..receiver.iter().product::<usize>();
    let of = |r: usize| match connectivity {
        Connectivity::Full => all.clone().collect(),
        Connectivity::Senders(lists) => lists[r].clone(),
    };
    receivers.flat_map(|r| of(r).into_iter().map(move |s| (r as u64, u64::from(s)))).collect()
}

#[test]
fn pairs_are_those_of_the_reference() {
    let golden = json("prjns.json.gz");
    let mut compared = 0;
    for case in golden["cases"].as_array().expect("cases") {
        let Some(wanted) = case["pairs_recv_send"].as_array() else { continue };
        let name = case["pattern"].as_str().expect("a name");
        let (sender, receiver) = (shape(case, "send_shape"), shape(case, "recv_shape"));
        let pattern = pattern(name, &case["params"]);
        let got = pattern.connect(&sender, &receiver, case["same_layer"] == true).expect("it fits");
        let number = |pair: &Value, at: usize| pair[at].as_u64().expect("an index");
        let mut wanted: Vec<_> =
            wanted.iter().map(|pair| (number(pair, 0), number(pair, 1))).collect();
        wanted.sort_unstable();
        assert_eq!(pairs(&got, &sender, &receiver), wanted, "{}", case["desc"]);
        compared += 1;
    }
    assert!(compared >= 35, "{compared}");
}

#[test]
fn random_patterns_have_as_many_senders_as_the_references() {
    let golden = json("prjns.json.gz");
    let cases = golden["cases"].as_array().expect("cases").iter();
    let random: Vec<_> = cases.filter(|case| case["pattern"] == "UnifRnd").collect();
    assert_eq!(random.len(), 8);
    for case in random {
        let (sender, receiver) = (shape(case, "send_shape"), shape(case, "recv_shape"));
        let probability = case["PCon"].as_f64().expect("a share");
        let pattern = UniformRandom { probability, seed: 3, ..UniformRandom::default() };
        let same_layer = case["same_layer"] == true;
        let Ok(Connectivity::Senders(lists)) = pattern.connect(&sender, &receiver, same_layer)
        else {
            panic!("{}", case["desc"])
        };
        let wanted = case["recv_n"].as_array().expect("counts");
        for (r, (list, wanted)) in lists.iter().zip(wanted).enumerate() {
            assert_eq!(list.len() as u64, wanted.as_u64().expect("a count"), "{}", case["desc"]);
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(!same_layer || !list.contains(&(r as u32)));
        }
    }
}

#[test]
fn gaussian_weights_are_those_of_the_reference() {
    let golden = json("prjns.json.gz");
    let mut compared = 0;
    for case in golden["cases"].as_array().expect("cases") {
        let Some(wanted) = case["gauss_wts_recv_by_send"].as_array() else { continue };
        let (sender, receiver) = (shape(case, "send_shape"), shape(case, "recv_shape"));
        let weight = circle(&case["params"]).gaussian_weight(&sender, &receiver).expect("2-D");
        for (r, row) in wanted.iter().enumerate() {
            for (s, wanted) in golden_support::numbers(row).into_iter().enumerate() {
                let got = f64::from(weight(s, r));
                // The reference approximates the exponential; here it is exact.
                assert!((got - wanted).abs() < 1e-5, "{}: {s} {r} {got} {wanted}", case["desc"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 3000, "{compared}");
}

#[test]
fn patterns_that_do_not_fit_say_so() {
    type Case = (Box<dyn Pattern>, &'static [usize], &'static [usize], &'static str);
    let refused: [Case; 5] = [
        (Box::new(Rect::default()), &[3], &[2, 2], "2 or 4 dimensions"),
        (Box::new(PoolTile::default()), &[3, 3], &[2, 2, 1, 1], "4 dimensions"),
        (Box::new(PoolSameUnit::default()), &[1, 1, 2, 2], &[1, 1, 3, 1], "equal size"),
        (
            Box::new(PoolOneToOne { sender_start: 9, ..PoolOneToOne::default() }),
            &[1, 2, 2, 2],
            &[1, 2, 2, 2],
            "nothing is left",
        ),
        (
            Box::new(UniformRandom { probability: 1.5, ..UniformRandom::default() }),
            &[2, 2],
            &[2, 2],
            "not from 0 to 1",
        ),
    ];
    for (pattern, sender, receiver, words) in refused {
        let error = pattern.connect(sender, receiver, false).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn weights_of_ones_own_are_checked_first() {
    use engine::{EngineError, LayerType, Network, ProjectionType};
    let mut net = Network::new("net");
    let a = net.add_layer("A", &[2, 2], LayerType::Input).unwrap();
    let b = net.add_layer("B", &[2, 2], LayerType::Hidden).unwrap();
    let ab = net.connect(a, b, Rect::default(), ProjectionType::Forward).unwrap();
    assert!(net.set_weights_by(ab, |_, _| 0.5).is_err(), "not built");
    net.build().unwrap();
    net.set_weights_by(ab, |sender, receiver| (sender + receiver) as f32 / 10.0).unwrap();
    assert_eq!(net.projection(ab).synapse("Wt", 3, 2), Some(0.5));
    let error = net.set_weights_by(ab, |sender, _| if sender == 2 { f32::NAN } else { 0.1 });
    assert!(matches!(error, Err(EngineError::BadWeight { sender: 2, .. })));
    assert_eq!(net.projection(ab).synapse("Wt", 3, 2), Some(0.5));
}
