//! A network of another algorithm behind the same access: backpropagation learns exclusive or.
#![allow(missing_docs)]

use engine::access::{LayerInfo, NetworkAccess, ProjectionInfo, Variable};
use engine::pattern::{Connectivity, OneToOne};
use engine::{EngineError, LayerType, Network, ProjectionType, random};

/// Layers of sigmoid units, each fully connected to the next.
struct Backprop {
    sizes: Vec<usize>,
    act: Vec<Vec<f32>>,
    error: Vec<Vec<f32>>,
    /// By receiver, then sender; the last weight is the bias.
    weights: Vec<Vec<Vec<f32>>>,
}

impl Backprop {
    fn new(sizes: &[usize], seed: u64) -> Self {
        let mut rng = random::stream(seed, "weights", 0);
        let weights = sizes.windows(2).map(|pair| {
            let mut row = || {
                (0..=pair[0]).map(|_| random::uniform_between(&mut rng, -1.0, 1.0) as f32).collect()
            };
            (0..pair[1]).map(|_| row()).collect()
        });
        let zeros = || sizes.iter().map(|size| vec![0.0; *size]).collect::<Vec<Vec<f32>>>();
        Self { sizes: sizes.to_vec(), act: zeros(), error: zeros(), weights: weights.collect() }
    }

    fn forward(&mut self, input: &[f32]) {
        self.act[0].copy_from_slice(input);
        for layer in 0..self.weights.len() {
            for (r, row) in self.weights[layer].iter().enumerate() {
                let senders = &self.act[layer];
                let net: f32 =
                    senders.iter().zip(row).map(|(a, w)| a * w).sum::<f32>() + row[senders.len()];
                self.act[layer + 1][r] = 1.0 / (1.0 + (-net).exp());
            }
        }
    }

    fn learn(&mut self, target: &[f32], lrate: f32) {
        let last = self.weights.len();
        for (unit, target) in target.iter().enumerate() {
            self.error[last][unit] = target - self.act[last][unit];
        }
        for layer in (0..last).rev() {
            self.error[layer].fill(0.0);
            for r in 0..self.sizes[layer + 1] {
                let act = self.act[layer + 1][r];
                let delta = self.error[layer + 1][r] * act * (1.0 - act);
                for s in 0..self.sizes[layer] {
                    self.error[layer][s] += delta * self.weights[layer][r][s];
                    self.weights[layer][r][s] += lrate * delta * self.act[layer][s];
                }
                self.weights[layer][r][self.sizes[layer]] += lrate * delta;
            }
        }
    }
}

impl NetworkAccess for Backprop {
    fn network_name(&self) -> &str {
        "Backprop"
    }
    fn layer_infos(&self) -> Vec<LayerInfo> {
        let info = |(index, size): (usize, &usize)| LayerInfo {
            name: format!("Layer{index}"),
            kind: "Sigmoid".to_owned(),
            shape: vec![1, *size],
        };
        self.sizes.iter().enumerate().map(info).collect()
    }
    fn projection_infos(&self) -> Vec<ProjectionInfo> {
        let info = |sender: usize| ProjectionInfo {
            kind: "Forward".to_owned(),
            name: format!("Layer{sender}ToLayer{}", sender + 1),
            sender,
            receiver: sender + 1,
        };
        (0..self.weights.len()).map(info).collect()
    }
    fn unit_variables(&self) -> Vec<Variable> {
        vec![
            Variable { name: "Act", meaning: "activation" },
            Variable { name: "Error", meaning: "derivative of the error" },
        ]
    }
    fn synapse_variables(&self) -> Vec<Variable> {
        vec![Variable { name: "Wt", meaning: "weight" }]
    }
    fn layer_values(&self, layer: usize, variable: &str) -> Option<Vec<f32>> {
        match variable {
            "Act" => self.act.get(layer).cloned(),
            "Error" => self.error.get(layer).cloned(),
            _ => None,
        }
    }
    fn synapse_value(&self, p: usize, variable: &str, s: usize, r: usize) -> Option<f32> {
        let weights = self.weights.get(p).filter(|_| variable == "Wt" && s < self.sizes[p])?;
        weights.get(r)?.get(s).copied()
    }
}

#[test]
fn another_algorithm_is_logged_like_leabra() {
    let mut net = Backprop::new(&[2, 6, 1], 3);
    let patterns = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)];
    for _ in 0..5000 {
        for (input, target) in patterns {
            net.forward(&input);
            net.learn(&[target], 0.8);
        }
    }
    let mut log = None::<etable::Table>;
    for (input, _) in patterns {
        net.forward(&input);
        let row = net.units_table("Act").expect("a variable");
        match &mut log {
            Some(log) => log.append(&row).expect("the same columns"),
            None => log = Some(row),
        }
    }
    let log = log.expect("four rows");
    let outputs = log.tensor::<f32>("Layer2").expect("a column");
    assert_eq!(outputs.shape(), [4, 1, 1]);
    for (output, (_, target)) in outputs.iter().zip(patterns) {
        assert!((output - target).abs() < 0.2, "{output} for {target}");
    }
    let weights = net.weights_table("Layer0ToLayer1", "Wt").expect("a projection");
    assert_eq!(weights.tensor::<f32>("Wt").expect("a column").shape(), [6, 1, 2]);
}

#[test]
fn leabra_gives_every_variable_and_nan_without_synapse() {
    let mut net = Network::new("pairs");
    let a = net.add_layer("A", &[1, 3], LayerType::Input).expect("a new name");
    let b = net.add_layer("B", &[1, 3], LayerType::Hidden).expect("a new name");
    net.connect(a, b, OneToOne::default(), ProjectionType::Forward).expect("it fits");
    let own = |sender: &[usize], receiver: &[usize], _: bool| {
        assert_eq!((sender, receiver), (&[1, 3][..], &[1, 3][..]));
        Ok(Connectivity::Senders(vec![vec![2], vec![], vec![0, 1]]))
    };
    net.connect(b, a, own, ProjectionType::Back).expect("a closure is a pattern");
    net.build().expect("layers");
    net.init_weights(1).expect("built");
    for variable in net.unit_variables() {
        let table = net.units_table(variable.name).expect("every variable");
        assert_eq!(table.tensor::<f32>("B").expect("a layer").shape(), [1, 1, 3]);
        assert!(!variable.meaning.is_empty());
    }
    let table = net.weights_table("BToA", "LWt").expect("a projection");
    let weights = table.tensor::<f32>("LWt").expect("a column");
    let connected: Vec<bool> = weights.iter().map(|weight| !weight.is_nan()).collect();
    assert_eq!(connected, [false, false, true, false, false, false, true, true, false]);
    let error = net.weights_table("AToC", "Wt").expect_err("no such projection");
    assert!(error.to_string().contains("did you mean `AToB`"), "{error}");
    let error = net.units_table("Acts").expect_err("no such variable");
    assert!(matches!(error, EngineError::UnknownVariable { .. }), "{error}");
}
