//! Noise, adaptation, spikes, lesions and scales in a running network.
#![allow(missing_docs)]

use engine::params::ParamSheet;
use engine::pattern::{Full, OneToOne};
use engine::{EngineError, LayerId, LayerType, Network, ProjectionType};

struct Three {
    net: Network,
    input: LayerId,
    hidden: LayerId,
    output: LayerId,
}

fn three(params: &[(&str, &str)]) -> Three {
    let mut net = Network::new("three");
    let input = net.add_layer("Input", &[4, 5], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[4, 5], LayerType::Hidden).expect("a new name");
    let output = net.add_layer("Output", &[4, 5], LayerType::Target).expect("a new name");
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
    net.bidirectional(hidden, output, Full::default()).expect("it fits");
    net.build().expect("layers");
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Act.Gbar.L", "0.2")])
        .and_then(|sheet| sheet.select("#Hidden", params))
        .expect("a sheet");
    net.apply_params(&sheet).expect("parameters");
    net.init_weights(1).expect("built");
    Three { net, input, hidden, output }
}

impl Three {
    fn trial(&mut self, train: bool) {
        let on: Vec<f32> = (0..20).map(|unit| f32::from(u8::from(unit % 4 == 0))).collect();
        self.net.init_ext().expect("built");
        self.net.apply_input(self.input, &on).expect("it fits");
        self.net.apply_input(self.output, &on).expect("it fits");
        if train { self.net.train_trial() } else { self.net.test_trial() }.expect("numbers");
    }

    fn values(&self, layer: LayerId, variable: &str) -> Vec<f32> {
        self.net.unit_values(layer, variable).expect("a variable").to_vec()
    }
}

const GAUSSIAN: [(&str, &str); 2] =
    [("Layer.Act.Noise.Dist", "Gaussian"), ("Layer.Act.Noise.Var", "0.02")];

#[test]
fn every_kind_of_noise_moves_activation_and_comes_from_the_seed() {
    let mut quiet = three(&[]);
    quiet.trial(false);
    let without = quiet.values(quiet.hidden, "Act");
    for kind in ["VmNoise", "GeNoise", "ActNoise", "GeMultNoise"] {
        for fixed in ["true", "false"] {
            let settings = [
                &GAUSSIAN[..],
                &[("Layer.Act.Noise.Type", kind), ("Layer.Act.Noise.Fixed", fixed)],
            ]
            .concat();
            let run = |seed: u64, threads: usize| {
                let mut three = three(&settings);
                three.net.set_threads(threads).expect("threads");
                three.net.init_weights(seed).expect("built");
                three.trial(true);
                let first = three.values(three.hidden, "Act");
                three.trial(true);
                [first, three.values(three.hidden, "Act"), three.values(three.hidden, "Noise")]
            };
            let noisy = run(1, 1);
            assert!(noisy[0] != without && noisy[0] != noisy[1], "{kind} {fixed}");
            assert_eq!(noisy, run(1, 2), "{kind} {fixed}");
            assert!(noisy[2] != run(2, 1)[2], "{kind} {fixed}");
        }
    }
}

#[test]
fn clamped_units_have_noise_only_in_activation_and_within_limits() {
    for (kind, is_noisy) in [("VmNoise", false), ("GeNoise", false), ("ActNoise", true)] {
        let mut three = three(&[]);
        let sheet = ParamSheet::new()
            .select("Layer", &[&GAUSSIAN[..], &[("Layer.Act.Noise.Type", kind)]].concat())
            .expect("a sheet");
        three.net.apply_params(&sheet).expect("parameters");
        three.trial(false);
        let acts = three.values(three.input, "Act");
        assert_eq!(acts.iter().any(|act| ![0.0, 0.95].contains(act)), is_noisy, "{kind}");
        assert!(acts.iter().all(|act| (0.0..=0.95).contains(act)), "{kind}");
    }
}

#[test]
fn impossible_noise_and_weights_name_the_place() {
    let mut three = three(&[
        ("Layer.Act.Noise.Type", "GeNoise"),
        ("Layer.Act.Noise.Dist", "Poisson"),
        ("Layer.Act.Noise.Var", "-1"),
    ]);
    let error = three.net.start_trial(false).expect_err("no such distribution");
    assert!(error.to_string().contains("`Hidden`"), "{error}");
    let sheet = ParamSheet::new()
        .select("Prjn", &[("Prjn.WtInit.Dist", "Beta"), ("Prjn.WtInit.Var", "0")])
        .expect("a sheet");
    three.net.apply_params(&sheet).expect("parameters");
    let error = three.net.init_weights(1).expect_err("no such distribution");
    assert!(error.to_string().contains("`InputToHidden`"), "{error}");
    let sheet = ParamSheet::new().select("Layer", &[("Layer.Act.Noise.Type", "Loud")]);
    let error = three.net.apply_params(&sheet.expect("a sheet")).expect_err("no such type");
    assert!(error.to_string().contains("one of NoNoise, VmNoise"), "{error}");
}

#[test]
fn adaptation_lowers_activity_within_a_trial() {
    let mut plain = three(&[]);
    let mut adapted = three(&[("Layer.Act.KNa.On", "true"), ("Layer.Act.Gbar.K", "2")]);
    plain.trial(false);
    adapted.trial(false);
    let sum = |three: &Three| three.values(three.hidden, "Act").iter().sum::<f32>();
    assert!(sum(&adapted) < 0.98 * sum(&plain), "{} {}", sum(&adapted), sum(&plain));
    // Learning looks at activation without adaptation.
    let (act, act_lrn) =
        (adapted.values(adapted.hidden, "Act"), adapted.values(adapted.hidden, "ActLrn"));
    assert!(act.iter().zip(&act_lrn).any(|(act, lrn)| act < lrn));
    assert!(adapted.values(adapted.hidden, "GknaSlow").iter().any(|g| *g > 0.0));
}

#[test]
fn a_spiking_layer_spikes_and_learns() {
    let mut three = three(&[("Layer.Act.Spike.On", "true")]);
    let start = three.net.weights().expect("built");
    let mut spikes = 0.0;
    for _ in 0..3 {
        three.trial(true);
        spikes +=
            three.values(three.hidden, "ISIAvg").iter().filter(|isi| **isi > 0.0).count() as f32;
    }
    assert!(spikes > 0.0);
    assert!(three.values(three.hidden, "Act").iter().all(|act| (0.0..=1.0).contains(act)));
    assert_ne!(three.net.weights().expect("built"), start);
}

#[test]
fn lesioned_units_do_nothing_and_come_back() {
    let mut three = three(&[]);
    let whole = {
        three.trial(false);
        three.values(three.hidden, "Act")
    };
    let count = three.net.layer_mut(three.hidden).lesion(0.5, 3).expect("a proportion");
    assert_eq!(count, 10);
    let off = three.net.layer(three.hidden).lesioned_units();
    let before = three.net.weights().expect("built");
    three.trial(true);
    for variable in ["Act", "ActLrn", "Ge", "AvgS", "ActM", "ActP"] {
        let values = three.values(three.hidden, variable);
        assert!(off.iter().all(|unit| values[*unit] == 0.0), "{variable}");
        assert!(values.iter().any(|value| *value > 0.0), "{variable}");
    }
    let after = three.net.weights().expect("built");
    let into = |weights: &engine::weights::WeightsDocument, unit: usize| {
        let projection = weights.layer("Hidden").and_then(|layer| layer.projection("Input"));
        projection.expect("a projection").receivers[unit].weights.clone()
    };
    assert!(off.iter().all(|unit| into(&before, *unit) == into(&after, *unit)));
    assert!((0..20).any(|unit| into(&before, unit) != into(&after, unit)));
    // The average over the pool is that of the others.
    let acts = three.values(three.hidden, "Act");
    let average = acts.iter().sum::<f32>() / 10.0;
    assert!((three.net.layer(three.hidden).pools()[0].act.avg - average).abs() < 1e-6);

    three.net.layer_mut(three.hidden).lesion_units(&[]).expect("none");
    three.net.init_weights(1).expect("built");
    three.trial(false);
    assert_eq!(three.values(three.hidden, "Act"), whole);
    for wrong in [-0.1, 1.1, f64::NAN] {
        assert!(three.net.layer_mut(three.hidden).lesion(wrong, 1).is_err());
    }
    let error = three.net.layer_mut(three.hidden).lesion_units(&[20]).expect_err("no such unit");
    assert!(error.to_string().contains("below 20"), "{error}");
}

#[test]
fn without_a_layer_or_projection_the_rest_runs_as_if_it_were_not_there() {
    // Hidden2 is only in one of the two networks; its projections come last, so that the random
    // streams of the others are the same.
    let build = |with_extra: bool| {
        let mut net = Network::new("with");
        let input = net.add_layer("Input", &[4, 5], LayerType::Input).expect("a new name");
        let hidden = net.add_layer("Hidden", &[4, 5], LayerType::Hidden).expect("a new name");
        let output = net.add_layer("Output", &[4, 5], LayerType::Target).expect("a new name");
        net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
        net.bidirectional(hidden, output, Full::default()).expect("it fits");
        let mut extra = None;
        if with_extra {
            let other = net.add_layer("Hidden2", &[2, 5], LayerType::Hidden).expect("a new name");
            net.bidirectional(other, hidden, Full::default()).expect("it fits");
            net.connect(other, output, Full::default(), ProjectionType::Forward).expect("it fits");
            let lesioned = net
                .connect(input, output, OneToOne::default(), ProjectionType::Forward)
                .expect("it fits");
            extra = Some((other, lesioned));
        }
        net.build().expect("layers");
        net.init_weights(1).expect("built");
        if let Some((layer, projection)) = extra {
            net.layer_mut(layer).set_off(true);
            net.projection_mut(projection).set_off(true);
            assert!(!net.is_active(projection));
        }
        Three { net, input, hidden, output }
    };
    let (mut alone, mut lesioned) = (build(false), build(true));
    for _ in 0..3 {
        alone.trial(true);
        lesioned.trial(true);
    }
    for layer in [alone.hidden, alone.output] {
        assert_eq!(alone.values(layer, "ActM"), lesioned.values(layer, "ActM"));
        assert_eq!(alone.values(layer, "AvgL"), lesioned.values(layer, "AvgL"));
    }
}

#[test]
fn scales_stay_while_weights_learn() {
    let mut three = three(&[]);
    let (id, _) = three.net.projections().next().expect("a projection");
    let scale = |s: usize, r: usize| if (s + r).is_multiple_of(2) { 0.5 } else { 1.0 };
    three.net.set_scales_by(id, scale).expect("scales");
    for _ in 0..3 {
        three.trial(true);
        let projection = three.net.projection(id);
        let sigmoid = &projection.params.learn.wt_sig;
        for (s, r) in [(0, 0), (0, 1), (4, 6), (4, 7)] {
            let value = |name| projection.synapse(name, s, r).expect("connected");
            assert_eq!(value("Scale"), scale(s, r));
            assert_eq!(value("Wt"), scale(s, r) * sigmoid.effective_from_linear(value("LWt")));
        }
    }
    let projection = three.net.projection_mut(id);
    projection.set_synapse("Wt", 0, 0, 0.25).expect("half of the scale");
    assert!((projection.synapse("LWt", 0, 0).expect("connected") - 0.5).abs() < 1e-6);
    let error = three.net.set_scales_by(id, |_, _| -1.0).expect_err("a negative scale");
    assert!(matches!(error, EngineError::BadWeight { what: "scale", .. }), "{error}");
}

#[test]
fn a_layer_lesioned_after_running_sends_nothing() {
    // After training, one network loses its hidden layer, the other the layer's projections.
    let trained = || {
        let mut three = three(&[]);
        (0..3).for_each(|_| three.trial(true));
        three
    };
    let (mut layer_off, mut projections_off) = (trained(), trained());
    let (hidden, output) = (layer_off.hidden, layer_off.output);
    let sent = |three: &Three| three.values(hidden, "ActSent").iter().any(|sent| *sent > 0.0);
    assert!(sent(&layer_off), "the test needs a layer that was active");
    layer_off.net.layer_mut(hidden).set_off(true);
    let ids: Vec<_> = projections_off.net.projections().map(|(id, _)| id).collect();
    ids.iter().for_each(|id| projections_off.net.projection_mut(*id).set_off(true));
    for trial in 0..2 {
        layer_off.trial(false);
        projections_off.trial(false);
        for variable in ["ActM", "ActP", "GeRaw"] {
            assert_eq!(
                layer_off.values(output, variable),
                projections_off.values(output, variable),
                "{variable}, trial {trial}"
            );
        }
    }
    // Within a trial what was sent is taken back.
    let mut three = trained();
    three.net.start_trial(false).expect("built");
    (0..10).for_each(|_| three.net.cycle().expect("numbers"));
    three.net.layer_mut(hidden).set_off(true);
    three.net.cycle().expect("numbers");
    assert!(three.values(output, "GeRaw").iter().all(|raw| raw.abs() < 1e-5));
}

#[test]
fn a_lesioned_projection_keeps_its_scale() {
    let mut three = three(&[]);
    three.trial(true);
    let back = three.net.projection_named("OutputToHidden").expect("a projection");
    let scale = three.net.projection(back).g_scale();
    assert!(scale > 0.0);
    three.net.projection_mut(back).set_off(true);
    for _ in 0..3 {
        three.trial(true);
        assert_eq!(three.net.projection(back).g_scale(), scale);
    }
}

#[test]
fn a_pool_decays_alone() {
    let mut net = Network::new("pools");
    let input = net.add_layer("Input", &[4, 5], LayerType::Input).expect("a new name");
    let pools = net.add_layer("Pools", &[1, 2, 2, 3], LayerType::Hidden).expect("a new name");
    net.connect(input, pools, Full::default(), ProjectionType::Forward).expect("it fits");
    net.build().expect("layers");
    net.init_weights(1).expect("built");
    net.apply_input(input, &[1.0; 20]).expect("it fits");
    net.test_trial().expect("numbers");
    let (before, activity) = (net.clone(), net.layer(pools).pools()[2].act.avg);
    net.decay_pool(pools, 2, 1.0).expect("a pool");
    for variable in ["Act", "Ge", "Gi"] {
        let values = |net: &Network| net.unit_values(pools, variable).expect("known").to_vec();
        let (now, then) = (values(&net), values(&before));
        assert_eq!(now[..6], then[..6], "{variable}");
        assert!(now[6..].iter().all(|value| *value == 0.0), "{variable}");
        assert!(then[6..].iter().any(|value| *value != 0.0), "{variable}");
    }
    assert!(activity > 0.0 && net.layer(pools).pools()[2].act.avg == 0.0);
    assert_eq!(net.layer(pools).pools()[1], before.layer(pools).pools()[1]);
    net.decay_pool(pools, 0, 1.0).expect("the layer");
    assert!(net.unit_values(pools, "Act").expect("known").iter().all(|act| *act == 0.0));
}

#[test]
fn scaling_follows_a_lesion_within_a_trial() {
    let mut three = three(&[]);
    three.trial(true);
    let into_hidden = |three: &Three| -> Vec<f32> {
        let of =
            |(_, p): (_, &engine::Projection)| (p.receiver() == three.hidden).then(|| p.g_scale());
        three.net.projections().filter_map(of).collect()
    };
    three.net.start_trial(true).expect("built");
    let both = into_hidden(&three);
    let output = three.output;
    three.net.layer_mut(output).set_off(true);
    assert_eq!(into_hidden(&three).len(), 2);
    three.net.rescale().expect("built");
    // The input has the whole of it now.
    let alone = into_hidden(&three)[0];
    assert!((alone / both[0] - 2.0).abs() < 0.1, "{alone} {both:?}");
    three.net.layer_mut(output).set_off(false);
    three.net.rescale().expect("built");
    assert_eq!(into_hidden(&three)[0], both[0]);
}

#[test]
fn a_lesioned_layer_sends_nothing_whatever_its_initial_activity() {
    let mut three = three(&[("Layer.Act.Init.Act", "0.6")]);
    let hidden = three.hidden;
    three.net.layer_mut(hidden).lesion_units(&[3, 4]).expect("units");
    three.net.init_weights(2).expect("built");
    let acts = three.values(hidden, "Act");
    assert!(acts.iter().enumerate().all(|(unit, act)| (*act == 0.0) == [3, 4].contains(&unit)));
    three.net.layer_mut(hidden).set_off(true);
    three.net.init_weights(2).expect("built");
    assert!(three.values(hidden, "Act").iter().all(|act| *act == 0.0));
    three.trial(false);
    assert!(three.values(three.output, "Ge").iter().all(|ge| *ge == 0.0));
}

#[test]
fn a_test_trial_leaves_the_averages_over_trials() {
    let mut three = three(&[]);
    three.trial(true);
    three.trial(true);
    let averages = |three: &Three| {
        let running: Vec<_> =
            three.net.layers().map(|(_, layer)| layer.pools()[0].running).collect();
        (three.values(three.hidden, "AvgL"), three.values(three.hidden, "AvgLLrn"), running)
    };
    let (before, cos) = (averages(&three), three.net.layer(three.hidden).cos_diff().avg);
    three.trial(false);
    assert!(averages(&three) == before);
    // As in the reference, the average of the match of phases follows.
    assert_ne!(three.net.layer(three.hidden).cos_diff().avg, cos);
}
