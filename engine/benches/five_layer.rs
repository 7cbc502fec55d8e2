//! The standard five-layer benchmark: Input, Hidden1 to Hidden3, Output of one size, seven full
//! projections, trained on random patterns with a sixth of the units on.
//!
//! `cargo bench --profile dev --bench five_layer` prints one line per size; the arguments after
//! `--` choose sizes (`-- 25 625`), `threads=2` runs on two threads, `repeats=5` repeats each size
//! and reports the fastest repeat, `leak=0.1` sets `Layer.Act.Gbar.L`, and
//! `profile=false` and `tests=false` leave out what is said below.
//!
//! `reference=PROGRAM` runs the reference beside it, in turn: `PROGRAM` is its `examples/bench`,
//! built. Its CPU time (user and system, one thread) counts, less that of a run of no epochs, which
//! builds the network too; the fastest run of each.
//!
//! Further lines tell, from one more run in which every function is timed, the share of each
//! function in the wall time, and for synaptic events (a synapse passes on a change of activation)
//! and weight updates (learning looks at a synapse) how many there are in a trial, the nanoseconds
//! and bytes of each, and how much of the memory's bandwidth, measured at the start, that is. What
//! stays in the caches can have more than all of it.
//!
//! The last line of a size tells how long testing takes one pattern after the other and several in
//! lock-step.
//!
//! Times are CPU times of the process, which other programs on the machine disturb least. Without
//! `reference=` the reference's are those recorded from leabra
//! v1.2.8 with one thread, CPU time, on two cores of an AMD EPYC server (at 2025 units scaled from
//! 1024); they scale with the machine, so that the ratio is then a guide and no measurement.

use std::process::Command;
use std::time::{Duration, Instant};

use engine::network::{Function, Profile};
use engine::pattern::Full;
use engine::{LayerType, Network, ProjectionType, patgen};
use etable::Table;

/// Units asked for, patterns, epochs, and the reference's milliseconds per trial.
const SIZES: [(usize, usize, usize, Option<f64>); 6] = [
    (25, 100, 10, Some(0.764)),
    (100, 100, 3, Some(3.46)),
    (625, 20, 3, Some(93.7)),
    (1024, 10, 3, Some(423.0)),
    (2025, 10, 2, Some(1300.0)),
    (4096, 4, 1, None),
];

const SHEET: &str = r##"[
    {"Sel": "Prjn", "Params": {"Prjn.Learn.Norm.On": "true", "Prjn.Learn.Momentum.On": "true",
        "Prjn.Learn.WtBal.On": "false"}},
    {"Sel": "Layer", "Params": {"Layer.Inhib.Layer.Gi": "1.8", "Layer.Act.Gbar.L": "LEAK"}},
    {"Sel": "#Output", "Params": {"Layer.Inhib.Layer.Gi": "1.4"}},
    {"Sel": ".Back", "Params": {"Prjn.WtScale.Rel": "0.2"}}]"##;

/// What the command line asks for.
struct Options {
    sizes: Vec<usize>,
    threads: usize,
    repeats: usize,
    leak: String,
    reference: Option<String>,
    profile: bool,
    tests: bool,
}

fn options() -> Options {
    let leak = "0.2".to_owned();
    let (sizes, threads, repeats) = (Vec::new(), 1, 3);
    let (profile, tests, reference) = (true, true, None);
    let mut options = Options { sizes, threads, repeats, leak, reference, profile, tests };
    for argument in std::env::args().skip(1) {
        match argument.split_once('=') {
            Some(("threads", count)) => options.threads = count.parse().expect("a number"),
            Some(("repeats", count)) => options.repeats = count.parse().expect("a number"),
            Some(("leak", value)) => options.leak = value.to_owned(),
            Some(("reference", program)) => options.reference = Some(program.to_owned()),
            Some(("profile", value)) => options.profile = value == "true",
            Some(("tests", value)) => options.tests = value == "true",
            _ => options.sizes.extend(argument.parse::<usize>()),
        }
    }
    if options.sizes.is_empty() {
        options.sizes = SIZES.iter().map(|size| size.0).filter(|units| *units < 4096).collect();
    }
    options
}

fn network(units: usize, leak: &str) -> Network {
    let side = units.isqrt();
    let shape = [side, side];
    let mut net = Network::new("BenchNet");
    let names = ["Input", "Hidden1", "Hidden2", "Hidden3", "Output"];
    let kinds = [
        LayerType::Input,
        LayerType::Hidden,
        LayerType::Hidden,
        LayerType::Hidden,
        LayerType::Target,
    ];
    let layers: Vec<_> = names
        .iter()
        .zip(kinds)
        .map(|(name, kind)| net.add_layer(name, &shape, kind).expect("a new name"))
        .collect();
    for pair in layers.windows(2) {
        net.connect(pair[0], pair[1], Full::default(), ProjectionType::Forward).expect("it fits");
    }
    for pair in layers[1..].windows(2).rev() {
        net.connect(pair[1], pair[0], Full::default(), ProjectionType::Back).expect("it fits");
    }
    net.build().expect("layers");
    let sheet = engine::params::ParamSheet::from_json(&SHEET.replace("LEAK", leak));
    net.apply_params(&sheet.expect("a sheet")).expect("parameters");
    net
}

/// CPU time of all threads of this process.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Trains all epochs; returns CPU and wall time.
fn train(net: &mut Network, patterns: &Table, epochs: usize) -> [Duration; 2] {
    let (inputs, outputs) = (
        patterns.tensor::<f32>("Input").expect("patterns"),
        patterns.tensor::<f32>("Output").expect("patterns"),
    );
    let (first, last) =
        (net.layer_named("Input").expect("a layer"), net.layer_named("Output").expect("a layer"));
    let rows = patterns.n_rows();
    let units = inputs.len() / rows;
    let (inputs, outputs) =
        (inputs.as_slice().expect("contiguous"), outputs.as_slice().expect("contiguous"));
    net.init_weights(1).expect("built");
    let (cpu, wall) = (cpu_time(), Instant::now());
    for _ in 0..epochs {
        for row in 0..rows {
            let cells = row * units..(row + 1) * units;
            net.apply_input(first, &inputs[cells.clone()]).expect("it fits");
            net.apply_input(last, &outputs[cells]).expect("it fits");
            net.train_trial().expect("numbers");
        }
    }
    [cpu_time() - cpu, wall.elapsed()]
}

/// CPU time of the children of this process that have ended.
fn cpu_time_of_children() -> Duration {
    // SAFETY: all zeros are a value of it.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is a valid place for the result.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) };
    let time = |of: libc::timeval| Duration::new(of.tv_sec as u64, of.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

/// CPU seconds of the reference, as it builds its network and trains as this program trains.
fn run_reference(program: &str, units: usize, patterns: usize, epochs: usize) -> f64 {
    let [units, patterns, epochs] = [units, patterns, epochs].map(|count| count.to_string());
    let arguments = ["-threads", "1", "-units", &units, "-pats", &patterns, "-epochs", &epochs];
    // It leaves a file where it runs.
    let folder = std::env::temp_dir();
    let path = std::path::absolute(program).expect("a path");
    let start = cpu_time_of_children();
    let found = Command::new(path).args(arguments).current_dir(folder).output();
    let found = found.expect("the reference runs");
    assert!(found.status.success(), "`{program}`: {}", String::from_utf8_lossy(&found.stderr));
    (cpu_time_of_children() - start).as_secs_f64()
}

/// Patterns that are tested.
const TESTED: usize = 32;

/// CPU time of testing patterns, one after the other or several in lock-step.
fn test(net: &mut Network, patterns: &Table, in_batch: bool) -> Duration {
    let inputs = patterns.tensor::<f32>("Input").expect("patterns");
    let units = inputs.len() / patterns.n_rows();
    let inputs = inputs.as_slice().expect("contiguous");
    let first = net.layer_named("Input").expect("a layer");
    let show = |net: &mut Network, trial: usize| {
        net.init_ext().unwrap();
        net.apply_input(first, &inputs[trial * units..(trial + 1) * units])
    };
    let start = cpu_time();
    if in_batch {
        net.test_batch(TESTED, show, |_, _| Ok(())).expect("numbers");
    } else {
        for trial in 0..TESTED {
            show(net, trial).expect("it fits");
            net.test_trial().expect("numbers");
        }
    }
    cpu_time() - start
}

/// Bytes that pass between memory and processor for a synaptic event: the weight.
const EVENT_BYTES: f64 = 4.0;
/// And for a weight update: effective and linear weight and momentum, read and written.
const UPDATE_BYTES: f64 = 24.0;

/// Bytes per nanosecond of a loop that adds up an array much larger than the caches, and of one that
/// changes it in place; the best of several.
fn bandwidth() -> (f64, f64) {
    let mut values = vec![1.0_f32; 1 << 26];
    let bytes = size_of_val(&values[..]) as f64;
    let best = |work: &mut dyn FnMut()| {
        let time = |work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            start.elapsed().as_nanos() as f64
        };
        (0..5).map(|_| time(work)).fold(f64::INFINITY, f64::min)
    };
    let read = best(&mut || {
        let mut sums = [0.0_f32; 64];
        for block in values.as_chunks::<64>().0 {
            sums.iter_mut().zip(block).for_each(|(sum, value)| *sum += value);
        }
        std::hint::black_box(sums);
    });
    let changed = best(&mut || {
        values.iter_mut().for_each(|value| *value *= 0.999);
        std::hint::black_box(&mut values);
    });
    (bytes / read, 2.0 * bytes / changed)
}

/// The share of each function, and the cost of events and updates.
fn print_profile(profile: &Profile, trials: f64, (read, changed): (f64, f64)) {
    let seconds = |function| profile.timer(function).total().as_secs_f64();
    let shares = Function::ALL.map(|function| (function, 100.0 * seconds(function)));
    let shares = shares.iter().filter(|(_, share)| *share > 0.0);
    let shares = shares
        .map(|(function, share)| format!("{} {:.1} %", function.name(), share / profile.seconds()));
    println!("       {}", shares.collect::<Vec<_>>().join(", "));
    let cost = |what: &str, count: u64, function, bytes: f64, bandwidth: f64| {
        let nanoseconds = seconds(function) * 1e9 / count as f64;
        println!(
            "       {:.3e} {what} a trial: {nanoseconds:.3} ns, {bytes} bytes each: {:.0} % of {:.1} GB/s",
            count as f64 / trials,
            100.0 * bytes / nanoseconds / bandwidth,
            bandwidth
        );
    };
    let (events, updates) = (profile.synaptic_events(), profile.weight_updates());
    cost("synaptic events", events, Function::SendGDelta, EVENT_BYTES, read);
    cost("weight updates", updates, Function::Learn, UPDATE_BYTES, changed);
}

fn main() {
    let options = options();
    let bandwidth = if options.profile { bandwidth() } else { (f64::NAN, f64::NAN) };
    println!(
        "{:>6} {:>11} {:>10} {:>10} {:>9} {:>8} {:>7}",
        "units", "synapses", "cpu ms/tr", "wall ms/tr", "cycles/s", "Go ms/tr", "ratio"
    );
    for units in &options.sizes {
        let (patterns, epochs, go) = SIZES
            .iter()
            .find(|size| size.0 == *units)
            .map_or((10, 1, None), |size| (size.1, size.2, size.3));
        let mut net = network(*units, &options.leak);
        net.set_threads(options.threads).expect("threads");
        let side = units.isqrt();
        let shape = [side, side];
        let pairs = patgen::pattern_pairs(patterns, &shape, &shape, units / 6, 1).expect("it fits");
        let trials = (patterns * epochs) as f64;
        let (mut least, mut reference) = ([f64::INFINITY; 2], [f64::INFINITY; 2]);
        for _ in 0..options.repeats.max(1) {
            let times = train(&mut net, &pairs, epochs);
            for (least, time) in least.iter_mut().zip(times) {
                *least = least.min(time.as_secs_f64() * 1e3 / trials);
            }
            if let Some(program) = &options.reference {
                for (reference, epochs) in reference.iter_mut().zip([0, epochs]) {
                    let seconds = run_reference(program, *units, patterns, epochs);
                    *reference = reference.min(seconds * 1e3 / trials);
                }
            }
        }
        let [cpu, wall] = least;
        let [built, trained] = reference;
        let go = if trained.is_finite() { Some(trained - built) } else { go };
        println!(
            "{:>6} {:>11} {:>10.3} {:>10.3} {:>9.0} {:>8} {:>7}",
            side * side,
            net.n_synapses(),
            cpu,
            wall,
            1e5 / wall,
            go.map_or("-".to_owned(), |go| format!("{go:.3}")),
            go.map_or("-".to_owned(), |go| format!("{:.1}", go / cpu)),
        );
        if options.profile {
            net.start_profile();
            train(&mut net, &pairs, epochs);
            print_profile(&net.stop_profile().expect("it was started"), trials, bandwidth);
        }
        if !options.tests {
            continue;
        }
        let tested = patgen::pattern_pairs(TESTED, &shape, &shape, units / 6, 2).expect("it fits");
        let best = |net: &mut Network, in_batch| {
            let times = (0..options.repeats.max(1)).map(|_| test(net, &tested, in_batch));
            times.min().expect("at least one").as_secs_f64() * 1e3 / TESTED as f64
        };
        let (alone, together) = (best(&mut net, false), best(&mut net, true));
        println!(
            "       testing {alone:.3} ms a pattern alone, {together:.3} in lock-step: {:.2} times as fast",
            alone / together
        );
    }
}
