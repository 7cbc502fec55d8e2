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
    net.compute_weight_changes();
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
            net.compute_weight_changes();
            net.apply_weight_changes();
        }
        net.weights().unwrap()
    };
    assert_eq!(run(false), run(true));
}
