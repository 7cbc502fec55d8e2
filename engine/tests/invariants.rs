//! What holds whatever the network learns: bits that never change, weights within their range,
//! symmetric weights.
#![allow(missing_docs)]

use engine::params::ParamSheet;
use engine::pattern::{ByPair, Circle, Full, Pattern, PoolTile, Rect};
use engine::{LayerType, Network, ProjectionType, random};
use proptest::prelude::*;

/// Two hidden layers between input and output, all connected both ways but the first.
fn network(pattern: impl Pattern + 'static, params: &[(&str, &str)], seed: u64) -> Network {
    let mut net = Network::new("net");
    let shape = [2, 2, 3, 3];
    let input = net.add_layer("Input", &shape, LayerType::Input).unwrap();
    let first = net.add_layer("First", &shape, LayerType::Hidden).unwrap();
    let second = net.add_layer("Second", &shape, LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &shape, LayerType::Target).unwrap();
    let (low, high) = net.bidirectional(first, second, pattern).unwrap();
    assert!(net.projection(low).sender() == first && net.projection(high).sender() == second);
    net.connect(input, first, Full::default(), ProjectionType::Forward).unwrap();
    net.bidirectional(second, output, Full::default()).unwrap();
    net.build().unwrap();
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Act.Gbar.L", "0.2")])
        .and_then(|sheet| sheet.select(".Back", &[("Prjn.WtScale.Rel", "0.3")]))
        .and_then(|sheet| sheet.select("Prjn", params))
        .unwrap();
    net.apply_params(&sheet).unwrap();
    net.init_weights(seed).unwrap();
    net
}

fn train(net: &mut Network, trials: usize, seed: u64) {
    let mut rng = random::stream(seed, "patterns", 0);
    let (input, output) = (net.layer_named("Input").unwrap(), net.layer_named("Output").unwrap());
    for _ in 0..trials {
        let mut draw = || -> Vec<f32> {
            (0..36).map(|_| f32::from(u8::from(random::uniform(&mut rng) < 0.25))).collect()
        };
        let (shown, wanted) = (draw(), draw());
        net.init_ext().unwrap();
        net.apply_input(input, &shown).unwrap();
        net.apply_input(output, &wanted).unwrap();
        net.train_trial().unwrap();
    }
}

/// The weights, by receiver: sender, receiver and the bits of the weight.
fn weights(net: &Network, projection: &str) -> Vec<(usize, usize, u32)> {
    let (_, projection) = net.projections().find(|(_, p)| p.name() == projection).unwrap();
    let synapse = |s, r| projection.synapse("Wt", s, r).map(|wt| (s, r, wt.to_bits()));
    (0..36).flat_map(|r| (0..36).filter_map(move |s| synapse(s, r))).collect()
}

/// The same on every processor, with and without optimisation, whatever the threads: should this
/// change, runs with a seed are not those that they were.
#[test]
fn the_bits_of_a_run_are_pinned() {
    let mut net = network(Full::default(), &[("Prjn.Learn.WtBal.On", "true")], 7);
    train(&mut net, 25, 3);
    // Fowler, Noll and Vo's hash of 64 bits.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (_, projection) in net.projections() {
        for (_, _, bits) in weights(&net, projection.name()) {
            for byte in bits.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
    }
    assert_eq!(format!("{hash:016x}"), "56651b1e8a8c0350");
}

#[test]
fn how_synapses_are_stored_makes_no_difference() {
    let params = [("Prjn.Learn.WtBal.On", "true"), ("Prjn.Learn.Lrate", "0.1")];
    let mut full = network(Full::default(), &params, 5);
    let mut listed = network(ByPair::new("All", |_, _| true), &params, 5);
    for net in [&mut full, &mut listed] {
        let (id, _) = net.projections().nth(1).unwrap();
        net.set_scales_by(id, |s, r| 0.5 + ((s + r) % 2) as f32 / 2.0).unwrap();
        train(net, 25, 3);
    }
    let bytes = |net: &Network| net.size_report().unwrap().projections[0].bytes;
    assert!(bytes(&listed) > bytes(&full));
    assert_eq!(full.weights().unwrap(), listed.weights().unwrap());
}

#[test]
fn reciprocal_weights_begin_symmetric() {
    let circle = Circle { radius: 2, ..Circle::default() };
    let tile = PoolTile::default();
    let nets = [
        network(Full::default(), &[], 1),
        network(Rect::default(), &[], 2),
        network(circle, &[], 3),
        network(tile, &[], 4),
    ];
    for net in nets {
        for (there, back) in
            [("FirstToSecond", "SecondToFirst"), ("SecondToOutput", "OutputToSecond")]
        {
            let (there, back) = (weights(&net, there), weights(&net, back));
            let find = |s, r| there.iter().find(|synapse| (synapse.0, synapse.1) == (s, r));
            let mut shared = 0;
            for (s, r, bits) in back {
                if let Some(synapse) = find(r, s) {
                    assert_eq!(synapse.2, bits);
                    shared += 1;
                }
            }
            assert!(shared > 20, "{shared}");
        }
    }
    let apart = network(Full::default(), &[("Prjn.WtInit.Sym", "false")], 1);
    assert_ne!(weights(&apart, "FirstToSecond")[1].2, weights(&apart, "SecondToFirst")[36].2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the learning rate, weights stay from 0 to 1 and activity below 1, all are finite, and
    /// the same run has the same bits.
    #[test]
    fn weights_and_activity_stay_in_range(
        seed in 0_u64..1000,
        rate in 0.0_f32..1.0,
        norm: bool, momentum: bool, balance: bool, soft: bool,
        gain in prop::sample::select(vec![1.0_f32, 4.0, 6.0]),
    ) {
        let texts = [rate.to_string(), gain.to_string()];
        let flags = [norm, momentum, balance, soft].map(|flag| flag.to_string());
        let params = [
            ("Prjn.Learn.Lrate", texts[0].as_str()),
            ("Prjn.Learn.WtSig.Gain", texts[1].as_str()),
            ("Prjn.Learn.Norm.On", flags[0].as_str()),
            ("Prjn.Learn.Momentum.On", flags[1].as_str()),
            ("Prjn.Learn.WtBal.On", flags[2].as_str()),
            ("Prjn.Learn.WtSig.SoftBound", flags[3].as_str()),
        ];
        let run = || {
            let circle = Circle { radius: 1, ..Circle::default() };
            let mut net = network(circle, &params, seed);
            train(&mut net, 12, seed);
            net
        };
        let net = run();
        for (_, projection) in net.projections() {
            for variable in ["Wt", "LWt"] {
                for (s, r, _) in weights(&net, projection.name()) {
                    let value = projection.synapse(variable, s, r).unwrap();
                    prop_assert!((0.0..=1.0).contains(&value), "{variable} {value}");
                }
            }
        }
        for (id, _) in net.layers() {
            for act in net.unit_values(id, "Act").unwrap() {
                prop_assert!((0.0..=1.0).contains(act), "{act}");
            }
        }
        prop_assert_eq!(run().weights().unwrap(), net.weights().unwrap());
    }
}
