//! The same bits for any number of threads, in networks so large that threads share the work.
#![allow(missing_docs)]

use engine::params::ParamSheet;
use engine::pattern::{Circle, Full, PoolOneToOne};
use engine::{LayerType, Network, ProjectionType, random};

const SIDE: usize = 24;

/// Full, sparse, inhibitory and pooled parts, with these parameters of the hidden layers and of
/// projections.
fn network(layers: &[(&str, &str)], projections: &[(&str, &str)]) -> Network {
    let mut net = Network::new("large");
    let shape = [SIDE, SIDE];
    let input = net.add_layer("Input", &shape, LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &shape, LayerType::Hidden).unwrap();
    let pools = net.add_layer("Pools", &[2, 2, SIDE / 2, SIDE / 2], LayerType::Hidden).unwrap();
    let more = net.add_layer("More", &shape, LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &shape, LayerType::Target).unwrap();
    let circle = Circle { radius: 4, ..Circle::default() };
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.connect(input, pools, circle, ProjectionType::Forward).unwrap();
    net.connect(pools, pools, PoolOneToOne::default(), ProjectionType::Inhib).unwrap();
    for layer in [hidden, pools] {
        net.bidirectional(layer, more, Full::default()).unwrap();
    }
    net.bidirectional(more, output, Full::default()).unwrap();
    net.build().unwrap();
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Act.Gbar.L", "0.2")])
        .and_then(|sheet| sheet.select("#Pools", &[("Layer.Inhib.Pool.On", "true")]))
        .and_then(|sheet| sheet.select("#Hidden", layers))
        .and_then(|sheet| sheet.select("#Pools", layers))
        .and_then(|sheet| sheet.select("Prjn", projections))
        .unwrap();
    net.apply_params(&sheet).unwrap();
    net.init_weights(4).unwrap();
    net
}

/// Trains some trials, with a test between, and returns the bits of all units and all weights.
fn trained(mut net: Network, threads: usize) -> Vec<u32> {
    net.set_threads(threads).unwrap();
    assert_eq!(net.threads_at_work(), threads, "the network is too small for this test");
    let (input, output) = (net.layer_named("Input").unwrap(), net.layer_named("Output").unwrap());
    let mut rng = random::stream(5, "patterns", 0);
    for trial in 0..4 {
        let mut draw = || -> Vec<f32> {
            (0..SIDE * SIDE).map(|_| f32::from(u8::from(random::chance(&mut rng, 0.2)))).collect()
        };
        let (shown, wanted) = (draw(), draw());
        net.init_ext().unwrap();
        net.apply_input(input, &shown).unwrap();
        net.apply_input(output, &wanted).unwrap();
        if trial == 2 { net.test_trial() } else { net.train_trial() }.unwrap();
    }
    let mut bits = Vec::new();
    for (id, _) in net.layers() {
        for variable in engine::neuron::UNIT_VARIABLES {
            let values = net.unit_values(id, variable.name).unwrap();
            bits.extend(values.iter().map(|value| value.to_bits()));
        }
    }
    for layer in &net.weights().unwrap().layers {
        let receivers = layer.projections.iter().flat_map(|projection| &projection.receivers);
        bits.extend(receivers.flat_map(|receiver| &receiver.weights).map(|wt| wt.to_bits()));
    }
    bits
}

fn check(what: &str, net: &Network) {
    let alone = trained(net.clone(), 1);
    for threads in [2, 4] {
        assert!(trained(net.clone(), threads) == alone, "{what}, {threads} threads");
    }
}

#[test]
fn learning_of_every_kind() {
    check("plain", &network(&[], &[]));
    let params = [
        ("Prjn.Learn.WtBal.On", "true"),
        ("Prjn.Learn.Norm.On", "false"),
        ("Prjn.Learn.Momentum.On", "false"),
        ("Prjn.Learn.WtSig.SoftBound", "false"),
    ];
    let mut net = network(&[], &params);
    // So that weights are balanced within the few trials.
    net.set_weight_balance_counter(8);
    check("balance", &net);
}

#[test]
fn noise_of_every_kind() {
    for (kind, fixed) in
        [("VmNoise", "true"), ("GeNoise", "false"), ("ActNoise", "false"), ("GeMultNoise", "true")]
    {
        let noise = [
            ("Layer.Act.Noise.Type", kind),
            ("Layer.Act.Noise.Dist", "Gaussian"),
            ("Layer.Act.Noise.Var", "0.02"),
            ("Layer.Act.Noise.Fixed", fixed),
        ];
        check(kind, &network(&noise, &[]));
    }
}

#[test]
fn neurons_of_every_kind() {
    check("spikes", &network(&[("Layer.Act.Spike.On", "true")], &[]));
    check("adaptation", &network(&[("Layer.Act.KNa.On", "true")], &[]));
    check("self inhibition", &network(&[("Layer.Inhib.Self.On", "true")], &[]));
    let mut net = network(&[("Layer.Act.Init.Decay", "0")], &[]);
    let hidden = net.layer_named("Hidden").unwrap();
    net.layer_mut(hidden).lesion(0.3, 1).unwrap();
    check("lesions", &net);
}
