//! Where layers stand, how large a network is, and what takes its time.
#![allow(missing_docs)]

use engine::access::NetworkAccess;
use engine::network::Function;
use engine::pattern::{Full, OneToOne};
use engine::relpos::{Position, RelPos, XAlign};
use engine::{EngineError, LayerId, LayerType, Network, ProjectionType};

fn three() -> (Network, [LayerId; 3]) {
    let mut net = Network::new("three");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &[2, 3, 4, 5], LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &[5, 5], LayerType::Target).unwrap();
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.connect(input, output, OneToOne::default(), ProjectionType::Forward).unwrap();
    (net, [input, hidden, output])
}

fn at(x: f32, y: f32, z: f32) -> Position {
    Position { x, y, z }
}

#[test]
fn layers_are_stacked_unless_placed() {
    let (mut net, [_, hidden, output]) = three();
    assert_eq!(net.bounds(), (at(0.0, 0.0, 0.0), at(15.0, 8.0, 0.0)));
    net.build().unwrap();
    let stack = [at(0.0, 0.0, 0.0), at(-5.0, 0.0, 1.0), at(0.0, 0.0, 2.0)];
    assert_eq!(net.layer_positions(), stack);
    assert_eq!(net.bounds(), (at(-5.0, 0.0, 0.0), at(10.0, 8.0, 2.0)));

    // A built network is rearranged at once; layers placed by default follow.
    net.place(hidden, RelPos { scale: 0.5, space: 1.0, ..RelPos::right_of("Input") }).unwrap();
    assert_eq!(net.layer(hidden).position(), at(6.0, 0.0, 0.0));
    assert_eq!(net.layer(hidden).size().width, 7.5);
    assert_eq!(net.layer(output).position(), at(7.25, 0.0, 1.0));
    let placed = net.layer_positions();

    // What cannot be changes nothing.
    let circle = RelPos { x_align: XAlign::Right, ..RelPos::behind("Output") };
    let error = net.place(hidden, circle).unwrap_err();
    assert!(matches!(error, EngineError::CyclicPlacement { .. }), "{error}");
    let error = net.place(output, RelPos::above("Nowhere")).unwrap_err();
    assert!(matches!(error, EngineError::UnknownNeighbour { .. }), "{error}");
    assert_eq!(net.layer_positions(), placed);
    assert_eq!(net.layer(output).relpos(), None);
    net.place(output, RelPos::below("Input")).unwrap();
    assert_eq!(net.layer(output).position(), at(0.0, 1.0, -1.0));
}

#[test]
fn placements_are_checked_when_the_network_is_built() {
    let (mut net, [input, hidden, _]) = three();
    net.place(input, RelPos::left_of("Hidden")).unwrap();
    net.place(hidden, RelPos::above("Input")).unwrap();
    let error = net.build().unwrap_err();
    assert!(error.to_string().contains("`Input` left of `Hidden`"), "{error}");
    assert!(error.to_string().contains("`Hidden` above `Input`"), "{error}");
    assert!(!net.is_built());
    net.place(hidden, RelPos::above("Outpt")).unwrap();
    let error = net.build().unwrap_err();
    assert!(error.to_string().contains("did you mean `Output`?"), "{error}");
    net.place(hidden, RelPos::above("Output")).unwrap();
    net.place(input, RelPos::left_of("Output")).unwrap();
    let error = net.build().unwrap_err();
    assert!(error.to_string().contains("`Output` above `Hidden`"), "by default: {error}");
    let impossible = RelPos { scale: f32::NAN, ..RelPos::above("Input") };
    assert!(matches!(net.place(hidden, impossible), Err(EngineError::Setting { .. })));
}

#[test]
fn the_size_of_every_part_is_told() {
    let (mut net, _) = three();
    assert!(matches!(net.size_report(), Err(EngineError::NotBuilt { .. })));
    net.build().unwrap();
    net.init_weights(1).unwrap();
    let report = net.size_report().unwrap();
    assert_eq!(report.units(), 25 + 120 + 25);
    assert_eq!(report.synapses(), 3 * 25 * 120 + 25);
    let sparse = &report.projections[3];
    assert_eq!((sparse.projection.as_str(), sparse.synapses), ("InputToOutput", 25));
    assert!(sparse.bytes > 25 * 16, "with an index a synapse");
    let full = &report.projections[0];
    assert!((3000 * 12..3000 * 13).contains(&full.bytes), "{}", full.bytes);
    assert_eq!(
        report.bytes(),
        report.layers.iter().map(|layer| layer.bytes).sum::<usize>()
            + report.projections.iter().map(|projection| projection.bytes).sum::<usize>()
    );
    let table = report.to_table().unwrap();
    assert_eq!(table.n_rows(), 7);
    assert_eq!(table.numbers("Synapses").unwrap().iter().sum::<f64>(), 9025.0);
    let text = report.to_string();
    assert!(text.contains("Hidden: 120 units") && text.contains("HiddenToOutput: 3000"), "{text}");

    // Changes that are computed by themselves are kept: one number more.
    net.compute_weight_changes().unwrap();
    let with_changes = net.size_report().unwrap().bytes_per_synapse();
    assert!((with_changes - report.bytes_per_synapse() - 4.0).abs() < 0.1, "{with_changes}");
}

#[test]
fn a_profile_names_what_has_run_and_changes_nothing() {
    let run = |profiled: bool| {
        let (mut net, [input, _, output]) = three();
        net.build().unwrap();
        net.init_weights(1).unwrap();
        assert!(net.profile().is_none() && net.stop_profile().is_none());
        if profiled {
            net.start_profile();
        }
        for trial in 0..12 {
            let pattern: Vec<f32> = (0..25).map(|unit| ((unit + trial) % 5 / 4) as f32).collect();
            net.init_ext().unwrap();
            net.apply_input(input, &pattern).unwrap();
            net.apply_input(output, &pattern).unwrap();
            net.train_trial().unwrap();
        }
        (net.weights().unwrap(), net.stop_profile())
    };
    let ((plain, none), (profiled, profile)) = (run(false), run(true));
    assert_eq!(plain, profiled);
    assert!(none.is_none());
    let profile = profile.expect("it was started");
    let calls = |function| profile.timer(function).count();
    assert_eq!((calls(Function::AlphaCycInit), calls(Function::QuarterFinal)), (12, 48));
    for function in [Function::SendGDelta, Function::GFmInc, Function::InhibFmGeAct] {
        assert_eq!(calls(function), 1200);
    }
    assert_eq!(
        (calls(Function::Learn), calls(Function::DWt), calls(Function::WtBalFmWt)),
        (12, 0, 1)
    );
    let table = profile.to_table().unwrap();
    let percent: f64 = table.numbers("Percent").unwrap().iter().sum();
    assert!((percent - 100.0).abs() < 1e-6, "{percent}");
    assert!(
        (table.numbers("Seconds").unwrap().iter().sum::<f64>() - profile.seconds()).abs() < 1e-9
    );
    assert!(profile.to_string().contains("SendGDelta"), "{profile}");
}

#[test]
fn changes_computed_and_applied_in_one_pass_are_those_of_two() {
    let run = |in_two: bool| {
        let (mut net, [input, _, output]) = three();
        net.build().unwrap();
        net.init_weights(1).unwrap();
        for trial in 0..4 {
            let pattern: Vec<f32> = (0..25).map(|unit| ((unit + trial) % 5 / 4) as f32).collect();
            net.init_ext().unwrap();
            net.apply_input(input, &pattern).unwrap();
            net.apply_input(output, &pattern).unwrap();
            if !in_two {
                net.train_trial().unwrap();
                continue;
            }
            net.start_trial(true).unwrap();
            for _ in 0..4 {
                (0..25).for_each(|_| net.cycle().unwrap());
                net.end_quarter().expect("a trial");
            }
            net.compute_weight_changes().unwrap();
            net.apply_weight_changes().unwrap();
        }
        net.weights().unwrap()
    };
    assert_eq!(run(false), run(true));
}

/// Sender, receiver and bits of every weight of a projection.
fn synapses(net: &Network, id: engine::ProjectionId) -> Vec<(usize, usize, u32)> {
    let projection = net.projection(id);
    let n = net.layer(projection.receiver()).n_units();
    let synapse = |s, r| projection.synapse("Wt", s, r).map(|wt| (s, r, wt.to_bits()));
    (0..n)
        .flat_map(|r| projection.senders_of(r).into_iter().filter_map(move |s| synapse(s, r)))
        .collect()
}

/// Whether all weights that both have, from s to r and from r to s, are equal.
fn are_symmetric(net: &Network, a: engine::ProjectionId, b: engine::ProjectionId) -> bool {
    let there = synapses(net, a);
    let back = synapses(net, b);
    let mut shared = 0;
    let all = there.iter().all(|(s, r, bits)| {
        let other = back.iter().find(|other| (other.0, other.1) == (*r, *s));
        shared += usize::from(other.is_some());
        other.is_none_or(|other| other.2 == *bits)
    });
    assert!(shared > 0);
    all
}

#[test]
fn reciprocal_projections_begin_symmetric_if_both_are_meant_to() {
    use engine::ProjectionType::{Inhib, Lateral};
    use engine::pattern::Circle;
    let build = |change: &dyn Fn(&mut Network)| {
        let mut net = Network::new("net");
        let a = net.add_layer("A", &[3, 3], LayerType::Hidden).unwrap();
        let b = net.add_layer("B", &[3, 3], LayerType::Hidden).unwrap();
        net.bidirectional(a, b, Full::default()).unwrap();
        net.connect(a, b, Full::default(), Inhib).unwrap();
        net.connect(b, a, Full::default(), Inhib).unwrap();
        net.connect(a, a, Circle { radius: 1, ..Circle::default() }, Lateral).unwrap();
        net.connect(a, a, Full::default(), Inhib).unwrap();
        net.build().unwrap();
        change(&mut net);
        net.init_weights(3).unwrap();
        let ids: Vec<_> = net.projections().map(|(id, _)| id).collect();
        (net, <[_; 6]>::try_from(ids).unwrap())
    };
    let (net, [forward, back, inhibits, inhibits_back, lateral, own_inhibits]) = build(&|_| ());
    assert!(are_symmetric(&net, forward, back));
    assert!(are_symmetric(&net, inhibits, inhibits_back));
    assert!(are_symmetric(&net, lateral, lateral));
    assert!(are_symmetric(&net, own_inhibits, own_inhibits));
    // Excitation and inhibition have weights of their own.
    assert!(!are_symmetric(&net, inhibits, back));
    assert!(!are_symmetric(&net, lateral, own_inhibits));
    // Each of the two must want it, and be there.
    for index in [0, 1] {
        let (net, [forward, back, ..]) = build(&|net| {
            let (id, _) = net.projections().nth(index).unwrap();
            net.projection_mut(id).params.wt_init.sym = false;
        });
        assert!(!are_symmetric(&net, forward, back), "{index}");
    }
    let (net, [forward, back, ..]) = build(&|net| {
        let (id, _) = net.projections().next().unwrap();
        net.projection_mut(id).set_off(true);
    });
    assert!(!are_symmetric(&net, forward, back));
    let (net, [forward, back, .., lateral, _]) = build(&|net| {
        let (id, _) = net.layers().next().unwrap();
        net.layer_mut(id).set_off(true);
    });
    assert!(!are_symmetric(&net, forward, back) && !are_symmetric(&net, lateral, lateral));
}

#[test]
fn scales_go_with_symmetric_weights_within_a_layer() {
    let mut net = Network::new("net");
    let a = net.add_layer("A", &[2, 2], LayerType::Hidden).unwrap();
    let lateral = net.lateral(a, Full::default()).unwrap();
    net.build().unwrap();
    net.set_scales_by(lateral, |s, r| if (s, r) == (1, 3) { 0.5 } else { 1.0 }).unwrap();
    net.init_weights(1).unwrap();
    let value = |name, s, r| net.projection(lateral).synapse(name, s, r).unwrap();
    assert_eq!((value("Scale", 3, 1), value("Scale", 1, 3)), (0.5, 0.5));
    assert_eq!(value("Wt", 3, 1), value("Wt", 1, 3));
}

#[test]
fn random_patterns_differ_from_projection_to_projection() {
    use engine::pattern::{PoolUniformRandom, UniformRandom};
    let build = |first: &str| {
        let mut net = Network::new("net");
        let a = net.add_layer("A", &[2, 2, 3, 3], LayerType::Input).unwrap();
        let b = net.add_layer(first, &[2, 2, 3, 3], LayerType::Hidden).unwrap();
        let c = net.add_layer("C", &[2, 2, 3, 3], LayerType::Hidden).unwrap();
        let kind = ProjectionType::Forward;
        for to in [b, c, c] {
            net.connect(a, to, UniformRandom::default(), kind).unwrap();
        }
        for to in [b, c] {
            net.connect(a, to, PoolUniformRandom::default(), kind).unwrap();
        }
        net.build().unwrap();
        let senders = |index: usize| {
            let (_, projection) = net.projections().nth(index).unwrap();
            (0..36).map(|r| projection.senders_of(r)).collect::<Vec<_>>()
        };
        std::array::from_fn::<_, 5, _>(senders)
    };
    let [b, c, again, b_pools, c_pools] = build("B");
    assert!(b != c && c != again && b != again && b_pools != c_pools);
    // The projections into C do not depend on another one.
    let other = build("Other");
    assert!(other[0] != b);
    assert_eq!([&other[1], &other[2], &other[4]], [&c, &again, &c_pools]);
}

#[test]
fn layers_and_projections_are_found() {
    use engine::access::NetworkAccess;
    let mut net = Network::new("net");
    let a = net.add_layer("A", &[1, 2], LayerType::Input).unwrap();
    let b = net.add_layer("B", &[1, 3], LayerType::Hidden).unwrap();
    let c = net.add_layer("C", &[1, 2], LayerType::Hidden).unwrap();
    net.layer_mut(b).add_class("Code");
    let (ab, ba) = net.bidirectional(a, b, Full::default()).unwrap();
    let lateral = net.lateral(b, Full::default()).unwrap();
    let inhib = net.connect(b, b, Full::default(), ProjectionType::Inhib).unwrap();
    net.connect(c, b, Full::default(), ProjectionType::Back).unwrap();
    net.build().unwrap();
    net.init_weights(1).unwrap();
    assert_eq!(net.layers_of_class("Code"), [b]);
    assert_eq!(net.layers_of_class("Hidden"), [b, c]);
    assert_eq!(net.layers_of_type(LayerType::Input), [a]);
    assert_eq!(net.layers_of_type(LayerType::Target), []);
    assert_eq!(net.senders_to(b).unwrap(), [a, b, c]);
    assert_eq!(net.receivers_of(b).unwrap(), [a, b]);
    assert_eq!(net.receivers_of(a).unwrap(), [b]);
    assert_eq!((ab.index(), net.projection_named("BToA").unwrap()), (0, ba));
    let error = net.projection_named("BtoA").unwrap_err().to_string();
    assert!(error.contains("did you mean `BToA`?"), "{error}");
    for error in [
        net.projection_named("BToB").map(|_| ()).unwrap_err(),
        net.weights_table("BToB", "Wt").map(|_| ()).unwrap_err(),
    ] {
        assert!(error.to_string().contains("2 (Lateral), 3 (Inhib)"), "{error}");
        assert!(matches!(error, engine::EngineError::AmbiguousProjection { .. }));
    }
    assert_eq!(net.projection_of_type("BToB", ProjectionType::Inhib).unwrap(), inhib);
    assert!(net.projection_of_type("BToB", ProjectionType::Back).is_err());
    for id in [lateral, inhib] {
        let table = net.weights_table_of(id.index(), "Wt").unwrap();
        let wanted = net.projection(id).synapse("Wt", 0, 1).unwrap();
        assert_eq!(table.tensor::<f32>("Wt").unwrap()[[1, 0, 0]], wanted);
    }
    assert!(net.weights_table_of(5, "Wt").is_err());
}
