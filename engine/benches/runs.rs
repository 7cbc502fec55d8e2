//! Several runs at once: how many a second, by threads.
//!
//! `cargo bench --profile dev --bench runs` trains ra25's network, from other random weights in each
//! run, for 20 epochs, on one thread and then on more, up to the number of cores.

use std::time::Instant;

use engine::params::ParamSheet;
use engine::pattern::Full;
use engine::sim::{Sim, runs};
use engine::{LayerType, Network, ProjectionType, Result, patgen};
use rayon::ThreadPoolBuilder;

/// Runs to do at once: a multiple of the usual numbers of cores.
const RUNS: usize = 48;
const EPOCHS: usize = 20;

fn sim() -> Result<Sim> {
    let mut net = Network::new("RA25");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
    let first = net.add_layer("Hidden1", &[7, 7], LayerType::Hidden)?;
    let second = net.add_layer("Hidden2", &[7, 7], LayerType::Hidden)?;
    let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
    net.connect(input, first, Full::default(), ProjectionType::Forward)?;
    net.bidirectional(first, second, Full::default())?;
    net.bidirectional(second, output, Full::default())?;
    net.build()?;
    let sheet = r##"[{"Sel": ".Back", "Params": {"Prjn.WtScale.Rel": "0.2"}},
        {"Sel": "#Output", "Params": {"Layer.Inhib.Layer.Gi": "1.4"}}]"##;
    net.apply_params(&ParamSheet::from_json(sheet)?)?;
    let patterns = patgen::pattern_pairs(25, &[5, 5], &[5, 5], 6, 1)?;
    Sim::new(net, &patterns)?.with_max_epochs(EPOCHS)
}

fn main() -> Result<()> {
    let sim = sim()?;
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let mut alone = None;
    println!("{:>7} {:>7} {:>7}", "threads", "runs/s", "times");
    let counts = (0..).map(|power| 1 << power).take_while(|count| *count < cores).chain([cores]);
    for threads in counts {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        let rate = (0..3).map(|_| {
            let start = Instant::now();
            pool.install(|| runs::train(&sim, 0..RUNS))
                .map(|_| RUNS as f64 / start.elapsed().as_secs_f64())
        });
        let rate = rate.collect::<Result<Vec<f64>>>()?.into_iter().fold(0.0, f64::max);
        println!("{threads:>7} {rate:>7.1} {:>7.2}", rate / *alone.get_or_insert(rate));
    }
    Ok(())
}
