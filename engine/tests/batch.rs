//! Patterns tested in lock-step have the bits of each tested alone.
#![allow(missing_docs)]

use engine::params::ParamSheet;
use engine::pattern::{Circle, Full, PoolOneToOne};
use engine::sim::Sim;
use engine::{EngineError, LayerId, LayerType, Network, ProjectionType, patgen, random};

/// Pools, lateral inhibition, a sparse projection, noise, lesions: whatever a cycle can meet.
fn network(side: usize, params: &[(&str, &str)]) -> Network {
    let mut net = Network::new("net");
    let shape = [side, side];
    let input = net.add_layer("Input", &shape, LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &shape, LayerType::Hidden).unwrap();
    let pools = net.add_layer("Pools", &[2, 2, side / 2, side / 2], LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &shape, LayerType::Target).unwrap();
    let circle = Circle { radius: 2, ..Circle::default() };
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.connect(input, pools, circle, ProjectionType::Forward).unwrap();
    net.connect(pools, pools, PoolOneToOne::default(), ProjectionType::Inhib).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.bidirectional(pools, output, Full::default()).unwrap();
    net.build().unwrap();
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Act.Gbar.L", "0.2")])
        .and_then(|sheet| sheet.select("#Pools", &[("Layer.Inhib.Pool.On", "true")]))
        .and_then(|sheet| sheet.select("#Hidden", params))
        .unwrap();
    net.apply_params(&sheet).unwrap();
    net.init_weights(1).unwrap();
    net
}

fn patterns(units: usize, count: usize) -> Vec<Vec<f32>> {
    let all = patgen::permuted_binary_rows(count, &[units], units / 5, 1.0, 0.0, 3).unwrap();
    all.outer_iter().map(|row| row.iter().copied().collect()).collect()
}

/// The factors of projections, which the start of a trial computes.
fn scales(net: &Network) -> Vec<f32> {
    net.projections().map(|(_, projection)| projection.g_scale()).collect()
}

#[test]
fn a_test_amid_a_trial_leaves_no_trace() {
    let mut net = network(6, &[]);
    let patterns = patterns(36, 4);
    for pattern in &patterns {
        show(&mut net, pattern, 1).unwrap();
        net.train_trial().unwrap();
    }
    show(&mut net, &patterns[0], 1).unwrap();
    net.start_trial(true).unwrap();
    (0..30).for_each(|_| net.cycle().unwrap());
    let mut undisturbed = net.clone();
    let before = scales(&net);
    // The averages of other trials than the last give other factors.
    for trial in 0..2 {
        let show = |net: &mut Network, at: usize| show(net, &patterns[at], at);
        net.test_batch(2 + trial, show, |_, _| Ok(())).unwrap();
        assert_eq!(scales(&net), before);
    }
    for net in [&mut net, &mut undisturbed] {
        (0..70).for_each(|_| net.cycle().unwrap());
        net.end_quarter().unwrap();
    }
    assert!(bits(&net) == bits(&undisturbed));
}

/// Input, and target of all but every third trial.
fn show(net: &mut Network, pattern: &[f32], trial: usize) -> engine::Result<()> {
    net.init_ext().unwrap();
    net.apply_input(net.layer_named("Input")?, pattern)?;
    match trial % 3 {
        0 => Ok(()),
        _ => net.apply_input(net.layer_named("Output")?, pattern),
    }
}

/// The bits of everything that a trial leaves in a network.
fn bits(net: &Network) -> Vec<u32> {
    let mut bits = Vec::new();
    for (id, layer) in net.layers() {
        for variable in engine::neuron::UNIT_VARIABLES {
            let values = net.unit_values(id, variable.name).unwrap();
            bits.extend(values.iter().map(|value| value.to_bits()));
        }
        bits.push(layer.cos_diff().cos.to_bits());
        bits.push(layer.output_error(0.5).sse.to_bits() as u32);
        for pool in layer.pools() {
            let inhib = &pool.inhib;
            let all = [pool.act.avg, pool.act.max, pool.ge.avg, inhib.gi, pool.act_m.avg];
            bits.extend(all.map(f32::to_bits));
        }
    }
    bits
}

fn check(mut net: Network, side: usize, count: usize) {
    let patterns = patterns(side * side, count);
    for pattern in patterns.iter().take(3) {
        show(&mut net, pattern, 1).unwrap();
        net.train_trial().unwrap();
    }
    let (start, weights) = (bits(&net), net.weights().unwrap());
    let has_noise = net.layers().any(|(_, layer)| layer.params.act.noise.var > 0.0);
    let mut first: Option<Vec<Vec<u32>>> = None;
    let alone: Vec<_> = (0..count)
        .map(|trial| {
            let mut one = net.clone();
            show(&mut one, &patterns[trial], trial).unwrap();
            one.test_trial().unwrap();
            bits(&one)
        })
        .collect();
    for threads in [1, 2, 4] {
        net.set_threads(threads).unwrap();
        let mut together = Vec::new();
        net.test_batch(
            count,
            |net, trial| show(net, &patterns[trial], trial),
            |net, _| {
                together.push(bits(net));
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(together.len(), count);
        for (trial, (together, alone)) in together.iter().zip(&alone).enumerate() {
            // Each trial has noise of its own, which a trial alone has only if it is the first.
            let is_like = !has_noise || trial == 0;
            assert_eq!(together == alone, is_like, "trial {trial}, {threads} threads");
        }
        match &mut first {
            None => first = Some(together),
            Some(first) => assert!(*first == together, "{threads} threads"),
        }
        assert!(bits(&net) == start, "the network is as it was");
    }
    assert_eq!(net.weights().unwrap(), weights);
    // A batch of its first trials is the same.
    let mut fewer = Vec::new();
    let show = |net: &mut Network, at: usize| show(net, &patterns[at], at);
    net.test_batch(2, show, |net, _| {
        fewer.push(bits(net));
        Ok(())
    })
    .unwrap();
    assert!(fewer[..] == first.expect("there was one")[..2]);
}

#[test]
fn a_batch_has_the_bits_of_each_trial_alone() {
    check(network(6, &[]), 6, 7);
}

#[test]
fn batches_of_large_layers_on_threads_too() {
    check(network(15, &[]), 15, 3);
    check(network(30, &[]), 30, 5);
}

#[test]
fn noise_is_that_of_trials_one_after_the_other() {
    for fixed in ["true", "false"] {
        let noise = [
            ("Layer.Act.Noise.Type", "GeNoise"),
            ("Layer.Act.Noise.Dist", "Gaussian"),
            ("Layer.Act.Noise.Var", "0.01"),
            ("Layer.Act.Noise.Fixed", fixed),
        ];
        check(network(6, &noise), 6, 4);
    }
}

#[test]
fn lesions_and_other_kinds_of_neurons_too() {
    let mut net = network(6, &[]);
    let hidden = net.layer_named("Hidden").unwrap();
    net.layer_mut(hidden).lesion(0.3, 1).unwrap();
    check(net, 6, 4);
    let mut net = network(6, &[]);
    let pools = net.layer_named("Pools").unwrap();
    net.layer_mut(pools).set_off(true);
    check(net, 6, 4);
    check(network(6, &[("Layer.Act.KNa.On", "true")]), 6, 4);
    check(network(6, &[("Layer.Act.Spike.On", "true")]), 6, 4);
    check(network(6, &[("Layer.Inhib.Self.On", "true"), ("Layer.Act.Init.Decay", "0")]), 6, 4);
    check(network(6, &[("Layer.Act.Clamp.Hard", "false")]), 6, 4);
}

#[test]
fn errors_leave_the_network_as_it_was() {
    let mut net = network(6, &[]);
    let before = bits(&net);
    let patterns = patterns(36, 4);
    let too_short = net.test_batch(4, |net, at| show(net, &patterns[at][at..], at), |_, _| Ok(()));
    assert!(matches!(too_short, Err(EngineError::InputLength { .. })), "{too_short:?}");
    let refused = net.test_batch(
        4,
        |net, at| show(net, &patterns[at], at),
        |_, _| Err(EngineError::Interrupted),
    );
    assert!(matches!(refused, Err(EngineError::Interrupted)));
    assert!(bits(&net) == before);
    net.test_batch(0, |_, _| Ok(()), |_, _| Ok(())).unwrap();
    let mut unbuilt = Network::new("net");
    let error = unbuilt.test_batch(1, |_, _| Ok(()), |_, _| Ok(()));
    assert!(matches!(error, Err(EngineError::NotBuilt { .. })));

    // A NaN in one of the trials names its layer.
    let (id, _) = net.projections().next().unwrap();
    net.set_scales_by(id, |s, r| if (s, r) == (0, 3) { f32::MAX } else { 1.0 }).unwrap();
    net.projection_mut(id).params.wt_scale.abs = 100.0;
    let error = net.test_batch(
        4,
        |net, at| {
            let mut pattern = patterns[at].clone();
            pattern[0] = f32::from(u8::from(at == 2));
            show(net, &pattern, at)
        },
        |_, _| Ok(()),
    );
    let Err(EngineError::NotANumber { layer, unit, .. }) = error else { panic!("{error:?}") };
    assert_eq!((layer.as_str(), unit), ("Hidden", 3));
}

#[test]
fn a_simulation_tests_alike_whatever_the_order() {
    let pairs = patgen::pattern_pairs(9, &[6, 6], &[6, 6], 7, 1).unwrap();
    let net = network(6, &[]);
    assert!(net.trials_are_independent());
    let mut sim = Sim::new(net, &pairs).unwrap();
    sim.step_epoch().unwrap();
    let all = sim.test().unwrap();
    let mut rng = random::stream(1, "order", 0);
    let order = random::permutation(&mut rng, 9);
    let mut other = sim.clone().with_test_patterns(pairs.view().take(&order).unwrap()).unwrap();
    let mixed = other.test().unwrap();
    for column in ["TrialName", "SSE", "CosDiff", "Hidden_ActM", "Output_ActP"] {
        let expected = all.view().take(&order).unwrap().to_table().unwrap();
        let (got, want) = (mixed.view().labels(column), expected.view().labels(column));
        match (got, want) {
            (Ok(got), Ok(want)) => assert_eq!(got, want, "{column}"),
            _ => assert_eq!(
                mixed.tensor::<f32>(column).unwrap(),
                expected.tensor::<f32>(column).unwrap(),
                "{column}"
            ),
        }
    }
    // With decay 0 a trial goes on from the one before it, as in the reference.
    let carrying = network(6, &[("Layer.Act.Init.Decay", "0")]);
    assert!(!carrying.trials_are_independent());
    let mut sim = Sim::new(carrying, &pairs).unwrap();
    let all = sim.test().unwrap();
    let (net, output): (&mut Network, LayerId) = {
        let output = sim.net().layer_named("Output").unwrap();
        (sim.net_mut(), output)
    };
    let mut one_by_one = Vec::new();
    for row in 0..9 {
        net.init_ext().unwrap();
        for layer in ["Input", "Output"] {
            let cell = pairs.tensor_cell::<f32>(layer, row).unwrap();
            let values: Vec<f32> = cell.iter().copied().collect();
            net.apply_input(net.layer_named(layer).unwrap(), &values).unwrap();
        }
        net.test_trial().unwrap();
        one_by_one.extend_from_slice(net.unit_values(output, "ActM").unwrap());
    }
    let table: Vec<f32> = all.tensor::<f32>("Output_ActM").unwrap().iter().copied().collect();
    assert_eq!(table, one_by_one);
}
