//! Networks of 100 million synapses: bytes a synapse, and the most memory that building and running
//! them takes.
//!
//! `cargo bench --profile dev --bench memory` prints a line for a full projection and, after `--
//! sparse`, for tiles of pools, which need an index a synapse. Each is a process of its own, so that
//! the peak is the network's alone.

use std::time::Instant;

use engine::pattern::{Full, Pair, Pattern, PoolTile};
use engine::{LayerType, Network, ProjectionType};

/// The most memory that the process has had, in bytes.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

fn run(name: &str, shape: &[usize], pattern: impl Pattern + 'static) {
    let start = Instant::now();
    let mut net = Network::new(name);
    let input = net.add_layer("Input", shape, LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", shape, LayerType::Hidden).expect("a new name");
    net.connect(input, hidden, pattern, ProjectionType::Forward).expect("it fits");
    net.build().expect("layers");
    net.init_weights(1).expect("built");
    let built = start.elapsed();
    let units = net.layer(input).n_units();
    let pattern: Vec<f32> = (0..units).map(|unit| f32::from(u8::from(unit % 6 == 0))).collect();
    let start = Instant::now();
    for _ in 0..2 {
        net.apply_input(input, &pattern).expect("it fits");
        net.train_trial().expect("numbers");
    }
    let report = net.size_report().expect("built");
    println!(
        "{name}: {} synapses, {:.1} bytes each; at most {:.2} GB; built in {:.1} s, {:.0} ms a trial",
        report.synapses(),
        report.bytes_per_synapse(),
        peak() / 1e9,
        built.as_secs_f64(),
        start.elapsed().as_secs_f64() * 500.0
    );
}

fn main() {
    if std::env::args().any(|argument| argument == "sparse") {
        let tile = PoolTile { size: Pair::new(7, 6), ..PoolTile::default() };
        run("sparse", &[16, 16, 10, 10], PoolTile { skip: Pair::new(1, 1), ..tile });
    } else {
        run("full", &[100, 100], Full::default());
    }
}
