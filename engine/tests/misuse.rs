//! Every misuse is an error that says what is wrong, and changes nothing.
#![allow(missing_docs)]

use engine::access::NetworkAccess;
use engine::params::{ParamSheet, Strictness};
use engine::pattern::{
    Circle, Full, OneToOne, Pair, Pattern, PoolRect, PoolSameUnit, PoolTile, Rect, Topography,
};
use engine::sim::Sim;
use engine::sim::search::Search;
use engine::{EngineError, LayerId, LayerType, Network, ProjectionType, patgen};

fn pair() -> (Network, LayerId, LayerId) {
    let mut net = Network::new("pair");
    let input = net.add_layer("Input", &[2, 3], LayerType::Input).unwrap();
    let output = net.add_layer("Output", &[2, 3], LayerType::Target).unwrap();
    net.connect(input, output, Full::default(), ProjectionType::Forward).unwrap();
    (net, input, output)
}

fn built() -> (Network, LayerId, LayerId) {
    let (mut net, input, output) = pair();
    net.build().unwrap();
    net.init_weights(1).unwrap();
    (net, input, output)
}

/// The message of the error, which must have this part.
fn says<T>(result: engine::Result<T>, part: &str) -> EngineError {
    let Err(error) = result else { panic!("no error, but `{part}` was to be said") };
    assert!(error.to_string().contains(part), "{error}");
    error
}

#[test]
fn layers_and_projections_of_other_networks() {
    let (mut large, ..) = pair();
    let third = large.add_layer("Third", &[1, 1], LayerType::Hidden).unwrap();
    let (_, id) = large.bidirectional(third, third, OneToOne::default()).unwrap();
    let (mut net, input, _) = pair();
    // Before the layer is added, and in a network that has it not.
    let error = says(
        net.connect(input, third, Full::default(), ProjectionType::Forward),
        "does not belong to this network",
    );
    assert!(matches!(error, EngineError::ForeignId { .. }));
    says(net.lateral(third, Full::default()), "layer number 2");
    net.build().unwrap();
    net.init_weights(1).unwrap();
    says(net.apply_input(third, &[1.0]), "layer number 2");
    says(net.unit_values(third, "Act"), "layer number 2");
    says(net.set_weights_by(id, |_, _| 0.5), "projection number 2");
    says(net.set_scales_by(id, |_, _| 0.5), "projection number 2");
    says(net.place(third, engine::relpos::RelPos::above("Input")), "layer number 2");
}

#[test]
fn running_before_building_and_building_twice() {
    let (mut net, input, _) = pair();
    for error in [
        net.init_weights(1).map(|_| ()),
        net.apply_input(input, &[0.0; 6]),
        net.init_ext(),
        net.start_trial(true),
        net.cycle(),
        net.end_quarter(),
        net.decay_state(0.5),
        net.decay_pool(input, 0, 0.5),
        net.rescale(),
        net.init_acts(),
        net.train_trial(),
        net.test_trial(),
        net.unit_values(input, "Act").map(|_| ()),
        net.weights().map(|_| ()),
        net.save_weights("/nowhere/x.wts"),
        net.open_weights("/nowhere/x.wts"),
        net.save_checkpoint("/nowhere/x.ckpt"),
        net.size_report().map(|_| ()),
        net.compute_weight_changes(),
        net.apply_weight_changes(),
        net.learn(),
        net.units_table("Act").map(|_| ()),
        net.unit_range("Act").map(|_| ()),
        net.weights_table("InputToOutput", "Wt").map(|_| ()),
    ] {
        let error = says(error, "`pair` is not built");
        assert!(matches!(error, EngineError::NotBuilt { .. }), "{error}");
    }
    let patterns = patgen::pattern_pairs(2, &[2, 3], &[2, 3], 2, 1).unwrap();
    says(Sim::new(net.clone(), &patterns), "`pair` is not built");
    for error in [
        net.layer_mut(input).lesion(0.5, 1),
        net.layer_mut(input).lesion_units(&[0]),
        net.layer_mut(input).lesion_units(&[]),
    ] {
        let error = says(error, "layer `Input` has no units yet: call the network's `build`");
        assert!(matches!(error, EngineError::LayerNotBuilt { .. }));
    }

    net.build().unwrap();
    for error in [net.start_trial(true), net.train_trial(), net.test_trial()] {
        let error = says(error, "`pair` has no weights yet: call `init_weights`");
        assert!(matches!(error, EngineError::NoWeights { .. }));
    }
    net.set_weight_balance_counter(usize::MAX);
    net.apply_weight_changes().unwrap();
    for (done, step) in [(net.cycle(), "a cycle can run"), (net.end_quarter(), "a quarter can end")]
    {
        let error = says(done, "no trial of the network `pair` is running: call `start_trial`");
        assert!(matches!(error, EngineError::NoTrial { .. }) && error.to_string().contains(step));
    }
    for error in [
        net.build(),
        net.add_layer("Late", &[1, 1], LayerType::Hidden).map(|_| ()),
        net.connect(input, input, Full::default(), ProjectionType::Lateral).map(|_| ()),
    ] {
        assert!(matches!(says(error, "`pair`"), EngineError::AlreadyBuilt { .. }));
    }
    let error = says(Network::new("empty").build(), "`empty` has no layers");
    assert!(matches!(error, EngineError::EmptyNetwork { .. }));
}

#[test]
fn quarters_and_cycles_that_a_trial_has_not() {
    let (mut net, input, _) = built();
    net.apply_input(input, &[1.0; 6]).unwrap();
    net.start_trial(false).unwrap();
    net.cycle().unwrap();
    (0..4).for_each(|_| net.end_quarter().unwrap());
    let before = net.time();
    let error = says(net.end_quarter(), "call `start_trial` before a quarter can end");
    assert!(matches!(error, EngineError::NoTrial { .. }));
    assert_eq!(net.time(), before);
    says(net.set_cycles_per_quarter(0), "the cycles of a quarter cannot be 0");
    says(net.decay_pool(input, 1, 0.5), "the pool of `Input` to decay cannot be 1");
    for decay in [-0.1, 1.1, f32::NAN] {
        says(net.decay_state(decay), "from 0 to 1");
        says(net.decay_pool(input, 0, decay), "from 0 to 1");
    }
}

#[test]
fn names_and_shapes() {
    let (mut net, input, output) = pair();
    let error = says(net.add_layer("Input", &[1, 1], LayerType::Hidden), "`Input`");
    assert!(matches!(error, EngineError::DuplicateLayer { .. }));
    for shape in
        [&[][..], &[3], &[2, 0], &[1, 2, 3], &[1, 2, 0, 3], &[usize::MAX, 2], &[1 << 20, 1 << 20]]
    {
        let error = says(net.add_layer("Odd", shape, LayerType::Hidden), "`Odd`");
        assert!(matches!(error, EngineError::LayerShape { .. }), "{error}");
    }
    says(net.layer_named("Inptu"), "did you mean `Input`?");
    let small = net.add_layer("Small", &[1, 1], LayerType::Hidden).unwrap();
    let error = says(
        net.connect(input, small, PoolSameUnit::default(), ProjectionType::Forward),
        "`InputToSmall`",
    );
    assert!(matches!(error, EngineError::Pattern { .. }));
    assert_eq!(net.layer(small).receives(), []);
    // A pattern of one's own that names senders that are not there.
    #[derive(Debug)]
    struct Wrong;
    impl engine::pattern::Pattern for Wrong {
        fn name(&self) -> &str {
            "Wrong"
        }
        fn connect(
            &self,
            _: &[usize],
            receiver: &[usize],
            _: bool,
        ) -> Result<engine::pattern::Connectivity, engine::PatternProblem> {
            let lists = vec![vec![99]; receiver.iter().product()];
            Ok(engine::pattern::Connectivity::Senders(lists))
        }
    }
    says(net.connect(input, output, Wrong, ProjectionType::Forward), "`InputToOutput`: receiver 0");
}

#[test]
fn inputs_of_the_wrong_size_or_without_a_value() {
    let (mut net, input, output) = built();
    says(net.apply_input(input, &[1.0; 5]), "layer `Input` has 6 units (shape [2, 3])");
    says(net.apply_input(output, &[1.0; 7]), "7 values");
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut pattern = [0.0; 6];
        pattern[4] = value;
        let error = says(net.apply_input(input, &pattern), "`Input`");
        assert!(matches!(error, EngineError::InputValue { unit: 4, .. }), "{error}");
    }
    assert!(net.unit_values(input, "Ext").unwrap().iter().all(|value| *value == 0.0));
    says(net.unit_values(input, "Acct"), "did you mean `Act`?");
    // A table with a missing column, and one with a hole.
    let patterns = patgen::pattern_pairs(2, &[2, 3], &[2, 2], 2, 1).unwrap();
    says(Sim::new(net.clone(), &patterns), "`Output` has 6 units");
    let nameless = patterns.select(&["Name", "Input"]).unwrap();
    let error = says(Sim::new(net.clone(), &nameless), "the Target layer `Output` of `pair`");
    assert!(matches!(error, EngineError::NoPatterns { .. }));
    let misspelt = nameless.clone().with_column("Ouput", [0.0; 2]).unwrap();
    says(Sim::new(net.clone(), &misspelt), "did you mean `Ouput`?");
    // Left out on purpose, the layer has no target.
    let mut sim = Sim::for_layers(net.clone(), &nameless, &["Input"]).unwrap();
    sim.step_epoch().unwrap();
    assert!(!sim.epoch_log().unwrap().has_column("SSE"));
    says(Sim::for_layers(net.clone(), &nameless, &["Output"]), "`Output`");
    says(Sim::for_layers(net.clone(), &nameless, &[]), "the layers that patterns are shown to");
    let mut hidden = Network::new("hidden");
    hidden.add_layer("Hidden", &[2, 3], LayerType::Hidden).unwrap();
    hidden.build().unwrap();
    let error = says(Sim::new(hidden, &nameless), "`hidden` has only Hidden layers");
    assert!(matches!(error, EngineError::NothingToShow { .. }));
    let hole = ndarray::ArrayD::from_elem(ndarray::IxDyn(&[2, 2, 3]), f32::NAN);
    let hole = etable::Table::new()
        .with_tensor("Input", hole.clone(), &["Y", "X"])
        .unwrap()
        .with_tensor("Output", hole, &["Y", "X"])
        .unwrap();
    says(Sim::new(net, &hole), "column `Input`: row 0 of the view has the value NaN");
}

#[test]
fn parameters_out_of_range_name_object_and_path() {
    let (mut net, ..) = built();
    let before = net.list_parameters();
    for (selector, path, value, part) in [
        ("Layer", "Layer.Act.XX1.Gain", "-1", "out of range for `Layer.Act.XX1.Gain`"),
        ("#Output", "Layer.Act.Init.Decay", "1.5", "`Layer.Act.Init.Decay`"),
        ("Layer", "Layer.Act.XX1.Gain", "NaN", "`Layer.Act.XX1.Gain`"),
        ("Layer", "Layer.Act.XX1.Gian", "1", "did you mean `Layer.Act.XX1.Gain`?"),
        ("Prjn", "Prjn.Learn.Lrate", "fast", "`fast`"),
        ("#Ouput", "Layer.Act.XX1.Gain", "1", "#Output"),
    ] {
        let sheet = ParamSheet::new().select(selector, &[(path, value)]).unwrap();
        let error = says(net.apply_params(&sheet), part);
        assert!(matches!(error, EngineError::Sheet { .. }), "{error}");
    }
    assert_eq!(net.list_parameters(), before);
}

#[test]
fn a_nan_in_a_run_is_found_in_its_trial() {
    let (mut net, input, output) = built();
    let (id, _) = net.projections().next().unwrap();
    for trial in 0..3 {
        if trial == 2 {
            net.set_scales_by(id, |_, r| if r == 4 { f32::MAX } else { 1.0 }).unwrap();
            net.projection_mut(id).params.wt_scale.abs = 100.0;
        }
        net.init_ext().unwrap();
        net.apply_input(input, &[1.0; 6]).unwrap();
        net.apply_input(output, &[1.0; 6]).unwrap();
        let done = net.train_trial();
        if trial < 2 {
            done.unwrap();
            continue;
        }
        let Err(EngineError::NotANumber { layer, unit, cycle, .. }) = done else {
            panic!("{done:?}")
        };
        assert_eq!((layer.as_str(), unit), ("Output", 4));
        assert!(cycle < 2, "{cycle}");
    }
}

#[test]
fn a_nan_of_inhibition_is_found_in_layers_that_spike_as_in_others() {
    for spikes in ["false", "true"] {
        let mut net = Network::new("inhibited");
        let input = net.add_layer("Input", &[2, 3], LayerType::Input).unwrap();
        let hidden = net.add_layer("Hidden", &[2, 3], LayerType::Hidden).unwrap();
        net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
        let inhibits = net.connect(input, hidden, Full::default(), ProjectionType::Inhib).unwrap();
        net.build().unwrap();
        let spiking = [("Layer.Act.Spike.On", spikes)];
        net.apply_params(&ParamSheet::new().select("Layer", &spiking).unwrap()).unwrap();
        net.init_weights(1).unwrap();
        net.apply_input(input, &[1.0; 6]).unwrap();
        net.test_trial().unwrap();
        // Infinite, and in the next cycle the difference of two infinities.
        net.set_scales_by(inhibits, |_, r| if r == 4 { f32::MAX } else { 1.0 }).unwrap();
        net.projection_mut(inhibits).params.wt_scale.abs = 100.0;
        let Err(EngineError::NotANumber { layer, what, unit, .. }) = net.test_trial() else {
            panic!("spikes {spikes}: not found")
        };
        assert_eq!((layer.as_str(), what, unit), ("Hidden", "Act", 4));
    }
}

#[test]
fn patterns_of_absurd_sizes_and_scales() {
    let shape = [2, 2, 3, 3];
    for scale in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let scale = Pair::new(1.0, scale);
        let rect = Rect { scale, ..Rect::default() };
        for problem in [
            rect.connect(&shape, &shape, false),
            Circle { scale, ..Circle::default() }.connect(&shape, &shape, false),
            PoolRect { rect }.connect(&shape, &shape, false),
        ] {
            let message = problem.unwrap_err().to_string();
            assert!(message.contains("the scale of the pattern is"), "{message}");
        }
    }
    // As large as can be, they are the whole layer or nothing.
    let all = |connectivity| match connectivity {
        engine::pattern::Connectivity::Senders(lists) => lists,
        engine::pattern::Connectivity::Full => panic!("lists"),
    };
    let far = Pair::new(i64::MIN, i64::MIN);
    let size = Pair::new(usize::MAX, usize::MAX);
    let everyone: Vec<u32> = (0..36).collect();
    for list in all(Rect { size, ..Rect::default() }.connect(&shape, &shape, false).unwrap()) {
        assert_eq!(list, everyone);
    }
    let circle = Circle { radius: usize::MAX, ..Circle::default() };
    for list in all(circle.connect(&shape, &shape, false).unwrap()) {
        assert_eq!(list, everyone);
    }
    let tile = PoolTile { size, ..PoolTile::default() };
    let problem = Topography::default().weights(&tile, &shape, &shape).unwrap_err().to_string();
    assert!(problem.contains("make the tile smaller"), "{problem}");
    let nowhere =
        Rect { start: far, wrap: false, scale: Pair::new(-1e30, 1e30), ..Rect::default() };
    assert!(all(nowhere.connect(&shape, &shape, false).unwrap()).iter().all(Vec::is_empty));
}

#[test]
fn searches_that_cannot_be() {
    let rate = ("Prjn", "Prjn.Learn.Lrate");
    let search = Search::new().over(rate.0, rate.1, &["0.1"]).unwrap();
    let error = says(search.clone().over(rate.0, rate.1, &["0.2"]), "`Prjn.Learn.Lrate` of `Prjn`");
    assert!(matches!(error, EngineError::Setting { .. }));
    search.over("#InputToOutput", rate.1, &["0.2"]).unwrap();
    says(Search::list(&[rate, rate], &[vec!["0.1", "0.2"]]), "twice: it must be different ones");
    says(Search::new().over(rate.0, rate.1, &[]), "at least one");
    says(Search::list(&[rate], &[]), "the points of a search");
    says(Search::list(&[rate], &[vec!["0.1", "0.2"]]), "point 0 with 2 values");
}

#[test]
fn as_many_epochs_as_a_number_can_tell() {
    let (net, ..) = built();
    let patterns = patgen::pattern_pairs(2, &[2, 3], &[2, 3], 2, 1).unwrap();
    let mut sim = Sim::new(net, &patterns).unwrap().with_max_epochs(usize::MAX).unwrap();
    sim.step_epoch().unwrap();
    // Training on other patterns begins in epoch 1.
    sim.set_patterns(&patterns).unwrap();
    assert_eq!((sim.step_trial().unwrap().max_epochs, sim.finished()), (usize::MAX, None));
    let sim = sim.with_n_zero_stop(1).with_sse_tolerance(10.0).unwrap();
    let runs = engine::sim::runs::train(&sim, 0..3).unwrap();
    assert_eq!(runs.summary.slice::<i64>("Epochs").unwrap(), [1; 3]);
    let rates = Search::new().over("Prjn", "Prjn.Learn.Lrate", &["0.1", "0.2"]).unwrap();
    assert_eq!(rates.with_runs(0..3).train(&sim).unwrap().n_rows(), 6);
}

#[test]
fn lesions_and_threads_that_cannot_be() {
    let (mut net, _, output) = built();
    says(net.layer_mut(output).lesion(1.5, 1), "`Output`");
    says(net.layer_mut(output).lesion_units(&[6]), "below 6");
    assert!(net.layer(output).lesioned_units().is_empty());
    let mut wide = Network::new("wide");
    let layer = wide.add_layer("Layer", &[10, 10], LayerType::Hidden).unwrap();
    wide.build().unwrap();
    for (proportion, count) in [(0.29, 29), (0.57, 57), (0.999, 99), (1.0, 100), (0.0, 0)] {
        assert_eq!(wide.layer_mut(layer).lesion(proportion, 1).unwrap(), count);
    }
    says(net.set_threads(0), "the number of threads cannot be 0");
    net.train_trial().unwrap();
}

#[test]
fn synapses_that_cannot_be_so() {
    let (mut net, ..) = built();
    let id = net.projection_named("InputToOutput").unwrap();
    net.set_scales_by(id, |_, r| if r == 2 { 0.5 } else { 1.0 }).unwrap();
    let projection = net.projection_mut(id);
    let error = says(projection.set_synapse("Wt", 9, 9, 0.5), "`InputToOutput` has no synapse");
    assert!(matches!(error, EngineError::NoSynapse { sender: 9, receiver: 9, .. }));
    says(projection.set_synapse("Wgt", 0, 0, 0.5), "did you mean `Wt`?");
    for (variable, receiver, value, part) in [
        ("Wt", 0, f32::NAN, "NaN; give values from 0 to 1"),
        ("Wt", 0, 1.25, "from 0 to 1"),
        ("Wt", 2, 0.75, "from 0 to 0.5"),
        ("LWt", 0, -0.5, "from 0 to 1"),
        ("Scale", 0, -1.0, "at least 0"),
        ("Scale", 0, f32::INFINITY, "finite values of at least 0"),
        ("Norm", 0, -1.0, "at least 0"),
        ("DWt", 0, f32::NAN, "give finite values"),
        ("Moment", 0, f32::NEG_INFINITY, "give finite values"),
    ] {
        let before = projection.synapse(variable, 1, receiver);
        let error = says(projection.set_synapse(variable, 1, receiver, value), part);
        assert!(error.to_string().contains("`InputToOutput` from unit 1 to unit"), "{error}");
        assert_eq!(projection.synapse(variable, 1, receiver), before);
    }
    // The effective weight follows its scale, and the linear one stays.
    let linear = projection.synapse("LWt", 1, 0).unwrap();
    let weight = projection.params.learn.wt_sig.effective_from_linear(linear);
    for scale in [0.5, 0.0, 2.0] {
        projection.set_synapse("Scale", 1, 0, scale).unwrap();
        assert_eq!(projection.synapse("Wt", 1, 0), Some(scale * weight));
        assert_eq!(projection.synapse("LWt", 1, 0), Some(linear));
    }
    // A scale of 0 tells nothing of the linear weight.
    projection.set_synapse("Scale", 1, 0, 0.0).unwrap();
    projection.set_synapse("Wt", 1, 0, 0.0).unwrap();
    assert_eq!(projection.synapse("LWt", 1, 0), Some(linear));
}

#[test]
fn factors_of_weight_balance_that_cannot_be() {
    let (mut net, ..) = built();
    let id = net.projection_named("InputToOutput").unwrap();
    let projection = net.projection_mut(id);
    let part = "the factors of weight decrease of `InputToOutput` cannot be 5 numbers";
    says(projection.set_weight_balance(&[1.0; 6], &[1.0; 5]), part);
    says(projection.set_weight_balance(&[f32::NAN; 6], &[1.0; 6]), "cannot be NaN");
    projection.set_weight_balance(&[0.5; 6], &[1.5; 6]).unwrap();
}

#[test]
fn learning_rates_that_cannot_be() {
    let (mut net, ..) = built();
    let rates = |net: &Network| {
        let learn = &net.projections().next().unwrap().1.params.learn;
        (learn.lrate, learn.lrate_init)
    };
    for factor in [-1.0, f32::NAN, f32::INFINITY] {
        let error = says(net.scale_learning_rates(factor), "the learning rate of `InputToOutput`");
        assert!(matches!(error, EngineError::Setting { .. }));
        says(net.set_learning_rates(factor), "finite and at least 0");
    }
    assert_eq!(rates(&net), (0.04, 0.04));
    net.set_learning_rates(0.1).unwrap();
    net.scale_learning_rates(0.5).unwrap();
    assert_eq!(rates(&net), (0.05, 0.1));
    let id = net.projection_named("InputToOutput").unwrap();
    net.projection_mut(id).set_learning_rate(0.2).unwrap();
    assert_eq!(rates(&net), (0.2, 0.2));
}

#[test]
fn state_that_is_not_the_layers() {
    let (mut net, input, output) = built();
    let layer = net.layer_mut(input);
    says(layer.set_unit_values("Act", &[0.5; 7]), "layer `Input` has 6 units");
    says(layer.set_unit_values("Acct", &[0.5; 6]), "did you mean `Act`?");
    let hole = [0.5, 0.5, f32::NAN, 0.5, 0.5, 0.5];
    let error = says(layer.set_unit_values("AvgL", &hole), "`Input`");
    assert!(matches!(error, EngineError::InputValue { unit: 2, .. }));
    layer.set_unit_values("AvgL", &[0.5; 6]).unwrap();
    assert_eq!(net.unit_values(input, "AvgL").unwrap(), [0.5; 6]);
    let pools = net.layer(input).pools().to_vec();
    let layer = net.layer_mut(output);
    let error = says(layer.set_pools(&[pools[0].clone(), pools[0].clone()]), "`Output`");
    assert!(matches!(error, EngineError::Pools { expected: 1, found: 2, .. }));
    says(layer.set_pools(&[engine::pool::Pool::new(0..7)]), "a copy of `pools()`");
    layer.set_pools(&pools).unwrap();
}

#[test]
fn parameters_that_contradict_each_other() {
    let (mut net, ..) = built();
    let before = net.list_parameters();
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Learn.AvgL.Gain", "1"), ("Layer.Learn.AvgL.Min", "1")])
        .unwrap();
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        let error =
            says(net.apply_params_with(&sheet, strictness), "Input: `Layer.Learn.AvgL.Min`");
        let EngineError::Sheet { problems } = error else { panic!("{error}") };
        assert_eq!(problems.len(), 2, "one of each layer");
        assert_eq!(net.list_parameters(), before);
    }
    // Together they may be moved beyond where either alone could be.
    let sheet = ParamSheet::new()
        .select("Layer", &[("Layer.Learn.AvgL.Gain", "4"), ("Layer.Learn.AvgL.Min", "3")])
        .unwrap();
    net.apply_params(&sheet).unwrap();
    // A direct change is checked with the next start.
    let (id, _) = net.layers().next().unwrap();
    net.layer_mut(id).params.inhib.layer.gi = f32::NAN;
    let error = says(net.init_weights(1), "Input: `NaN` is no value for `Layer.Inhib.Layer.Gi`");
    assert!(matches!(error, EngineError::Parameter { .. }));
    let (mut net, ..) = pair();
    let id = net.projection_named("InputToOutput").unwrap();
    net.projection_mut(id).params.learn.lrate = -1.0;
    says(net.build(), "InputToOutput: `-1` is no value for `Prjn.Learn.Lrate`");
}

/// A trial without what is learned from it.
fn run(net: &mut Network) -> engine::Result<()> {
    net.start_trial(true)?;
    for _ in 0..4 {
        for _ in 0..25 {
            net.cycle()?;
        }
        net.end_quarter().unwrap();
    }
    Ok(())
}

#[test]
fn a_nan_that_learning_makes_is_found_in_its_trial() {
    type Change = fn(&mut Network, LayerId);
    let changes: [(&str, Change); 2] = [
        ("a division by 0", |net, output| {
            let avg_l = &mut net.layer_mut(output).params.learn.avg_l;
            (avg_l.err_mod, avg_l.min) = (false, avg_l.gain);
        }),
        ("infinite changes", |net, output| {
            let id = net.layer(output).receives()[0];
            let learn = &mut net.projection_mut(id).params.learn;
            (learn.lrate, learn.norm.lr_comp) = (f32::MAX, f32::MAX);
        }),
    ];
    for (name, change) in changes {
        for apart in [false, true] {
            let (mut net, input, output) = built();
            let mut found = None;
            for trial in 0..8 {
                if trial == 2 {
                    change(&mut net, output);
                }
                net.init_ext().unwrap();
                net.apply_input(input, &[1.0; 6]).unwrap();
                net.apply_input(output, &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0]).unwrap();
                let done = if apart {
                    run(&mut net).and_then(|()| {
                        net.compute_weight_changes().unwrap();
                        net.apply_weight_changes()
                    })
                } else {
                    net.train_trial()
                };
                let (_, projection) = net.projections().next().unwrap();
                let weights = (0..36).map(|i| projection.synapse("Wt", i / 6, i % 6).unwrap());
                let any_nan = weights.into_iter().any(f32::is_nan);
                assert_eq!(any_nan, done.is_err(), "{name}, trial {trial}");
                if let Err(error) = done {
                    found = Some((trial, error));
                    break;
                }
            }
            let Some((trial, EngineError::WeightNotANumber { projection, layer, .. })) = found
            else {
                panic!("{name}: {found:?}")
            };
            assert!(trial >= 2);
            assert_eq!((projection.as_str(), layer.as_str()), ("InputToOutput", "Output"));
        }
    }
}
