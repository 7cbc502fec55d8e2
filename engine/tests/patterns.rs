//! Patterns of connectivity against those of the reference, pair by pair.

mod golden_support;

use engine::pattern::{
    Circle, Connectivity, Full, Gaussian, OneToOne, Pair, Pattern, PoolOneToOne, PoolRect,
    PoolSameUnit, PoolTile, PoolUniformRandom, Rect, Sigmoid, TopographicShape, Topography,
    UniformRandom,
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

fn tile(params: &Value) -> PoolTile {
    PoolTile {
        size: sizes(params, "Size"),
        skip: sizes(params, "Skip"),
        start: places(params, "Start"),
        wrap: flag(params, "Wrap"),
        reciprocal: flag(params, "Recip"),
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
        "PoolTile" => Box::new(tile(params)),
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
    assert_eq!(compared, 38);
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

fn topography(params: &Value) -> Topography {
    let number = |of: &Value, key: &str| of[key].as_f64().expect("a number") as f32;
    let is_on = |key: &str| params[key]["On"] == true;
    let gaussian = |key: &str| {
        let of = &params[key];
        let (sigma, centre_move) = (number(of, "Sigma"), number(of, "CtrMove"));
        is_on(key).then_some(Gaussian { sigma, centre_move, wrap: of["Wrap"] == true })
    };
    let sigmoid = |key: &str| {
        let of = &params[key];
        let (gain, centre_move) = (number(of, "Gain"), number(of, "CtrMove"));
        is_on(key).then_some(Sigmoid { gain, centre_move })
    };
    let shape = if is_on("GaussFull") || is_on("GaussInPool") {
        TopographicShape::Gaussian { full: gaussian("GaussFull"), in_pool: gaussian("GaussInPool") }
    } else {
        TopographicShape::Sigmoid { full: sigmoid("SigFull"), in_pool: sigmoid("SigInPool") }
    };
    let range = &params["TopoRange"];
    Topography { shape, min: number(range, "Min"), max: number(range, "Max") }
}

#[test]
fn topographic_weights_are_those_of_the_reference() {
    let golden = json("prjns.json.gz");
    let (mut compared, mut kinds) = (0, std::collections::BTreeSet::new());
    for case in golden["cases"].as_array().expect("cases") {
        let Some(all) = case["topo_wts"].as_array() else { continue };
        let (sender, receiver) = (shape(case, "send_shape"), shape(case, "recv_shape"));
        for wanted in all {
            let params = &wanted["params"];
            let (tile, topography) = (tile(params), topography(params));
            let got = topography.weights(&tile, &sender, &receiver).expect("it fits");
            assert_eq!(got.shape(), shape(wanted, "shape"), "{}", case["desc"]);
            let values = golden_support::numbers(&wanted["values"]);
            assert_eq!(got.len(), values.len());
            for (index, (got, want)) in got.iter().zip(values).enumerate() {
                // The reference approximates the exponential; here it is exact.
                let close = (f64::from(*got) - want).abs() < 1e-5;
                assert!(close, "{}: {index} {got} {want} {topography:?}", case["desc"]);
                compared += 1;
            }
            kinds.insert(matches!(topography.shape, TopographicShape::Gaussian { .. }));
        }
    }
    assert!(compared > 500 && kinds.len() == 2, "{compared}");
}

#[test]
fn a_topographic_weight_goes_to_its_place_in_the_tile() {
    // One row of three pools, tiles of two that begin one pool further for each receiving pool.
    let tile = PoolTile {
        size: Pair::new(1, 2),
        skip: Pair::new(1, 1),
        start: Pair::new(0, 0),
        ..PoolTile::default()
    };
    let full = Gaussian { wrap: false, ..Gaussian::default() };
    let topography = Topography {
        shape: TopographicShape::Gaussian { full: Some(full), in_pool: None },
        ..Topography::default()
    };
    let (sender, receiver) = ([1, 3, 1, 2], [1, 3, 1, 2]);
    let weight = topography.scale(&tile, &sender, &receiver).expect("it fits");
    // The first unit prefers the first of its four senders, the second the last.
    let row = |senders: [usize; 4], r: usize| senders.map(|s| weight(s, r));
    let (first, second) = (row([0, 1, 2, 3], 0), row([0, 1, 2, 3], 1));
    assert!(first.is_sorted_by(|a, b| a > b) && first[0] == 1.0, "{first:?}");
    assert_eq!(second.to_vec(), first.into_iter().rev().collect::<Vec<_>>());
    // Around the edge the tile goes on with the first pool.
    assert_eq!(row([4, 5, 0, 1], 4), first);
    assert_eq!(weight(4, 0), 0.8, "not in the tile");
    let back = PoolTile { reciprocal: true, ..tile };
    let back = topography.scale(&back, &receiver, &sender).expect("it fits");
    assert_eq!(back(4, 1), weight(1, 4));
    // Two dimensions are one pool.
    let flat = topography.scale(&tile, &[1, 2], &[1, 2]).expect("it fits");
    assert!(flat(0, 0) > flat(1, 0) && flat(1, 1) > flat(0, 1));
    let nothing = TopographicShape::Sigmoid { full: None, in_pool: None };
    let nothing = Topography { shape: nothing, ..topography };
    assert!(nothing.weights(&tile, &sender, &receiver).is_err());
    assert!(topography.weights(&tile, &[3], &receiver).is_err());
}

#[test]
fn layers_of_two_dimensions_are_one_pool_of_a_tile() {
    let tile = PoolTile { size: Pair::new(1, 1), start: Pair::new(0, 0), ..PoolTile::default() };
    let got = tile.connect(&[2, 2], &[1, 2, 1, 1], false).expect("it fits");
    // The second pool's tile begins two pools on, where around the edge there is none.
    assert_eq!(pairs(&got, &[2, 2], &[1, 2, 1, 1])[..4], [(0, 0), (0, 1), (0, 2), (0, 3)]);
}

#[test]
fn pools_connect_to_so_many_units_of_the_corresponding_pool() {
    let pattern = PoolUniformRandom { probability: 0.5, ..PoolUniformRandom::default() };
    let shape = [2, 2, 2, 3];
    let Ok(Connectivity::Senders(lists)) = pattern.connect(&shape, &shape, false) else {
        panic!("lists")
    };
    assert_eq!(lists.len(), 24);
    for (receiver, senders) in lists.iter().enumerate() {
        assert_eq!(senders.len(), 3, "half of the six units");
        assert!(senders.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(senders.iter().all(|sender| *sender as usize / 6 == receiver / 6));
    }
    assert!(lists[..6].iter().any(|list| *list != lists[0]), "each draws for itself");
}

#[test]
fn patterns_that_do_not_fit_say_so() {
    type Case = (Box<dyn Pattern>, &'static [usize], &'static [usize], &'static str);
    let refused: [Case; 5] = [
        (Box::new(Rect::default()), &[3], &[2, 2], "2 or 4 dimensions"),
        (Box::new(PoolRect::default()), &[3, 3], &[2, 2, 1, 1], "4 dimensions"),
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
        assert!(error.to_string().contains(words), "{error}");
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
