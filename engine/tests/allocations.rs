//! A trial on one thread allocates nothing: what it needs has been there since the first. What wakes
//! threads is allocated once a trial, and nothing in its cycles.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::params::ParamSheet;
use engine::pattern::{Circle, Full, PoolOneToOne};
use engine::{LayerType, Network, ProjectionType, patgen};

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Paths of parameters with values.
type Values = [(&'static str, &'static str)];

/// A network with full, sparse, inhibitory and pooled parts, on these parameters of the hidden layer
/// and of projections.
fn network(layer: &Values, projection: &Values) -> Network {
    let mut net = Network::new("net");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &[7, 7], LayerType::Hidden).unwrap();
    let pools = net.add_layer("Pools", &[2, 2, 3, 3], LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &[5, 5], LayerType::Target).unwrap();
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.connect(input, pools, Circle { radius: 2, ..Circle::default() }, ProjectionType::Forward)
        .unwrap();
    net.lateral(pools, PoolOneToOne::default()).unwrap();
    net.connect(hidden, pools, Full::default(), ProjectionType::Inhib).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.build().unwrap();
    let sheet = ParamSheet::new().select("#Hidden", layer).unwrap();
    net.apply_params(&sheet.select("Prjn", projection).unwrap()).unwrap();
    net.init_weights(1).unwrap();
    net
}

/// The allocations of trials on two threads, after the first, and their cycles.
fn allocations_on_threads() -> (usize, usize) {
    let mut net = Network::new("large");
    let shape = [30, 30];
    let input = net.add_layer("Input", &shape, LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &shape, LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &shape, LayerType::Target).unwrap();
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.build().unwrap();
    net.set_threads(2).unwrap();
    net.init_weights(1).unwrap();
    assert_eq!(net.threads_at_work(), 2);
    let pattern: Vec<f32> = (0..900).map(|unit| f32::from(u8::from(unit % 4 == 0))).collect();
    net.apply_input(input, &pattern).unwrap();
    net.apply_input(output, &pattern).unwrap();
    (0..5).for_each(|_| net.train_trial().unwrap());
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    (0..5).for_each(|_| net.train_trial().unwrap());
    (ALLOCATIONS.load(Ordering::Relaxed) - before, 5 * 100)
}

/// The allocations of ten trials, after some in which every unit may have sent at once and weights
/// have been balanced.
fn allocations(net: &mut Network) -> usize {
    let patterns = patgen::pattern_pairs(5, &[5, 5], &[5, 5], 6, 1).unwrap();
    let (inputs, outputs) =
        (patterns.tensor::<f32>("Input").unwrap(), patterns.tensor::<f32>("Output").unwrap());
    let (input, output) = (net.layer_named("Input").unwrap(), net.layer_named("Output").unwrap());
    let mut trial = |row: usize| {
        let cells = row * 25..(row + 1) * 25;
        net.apply_input(input, &inputs.as_slice().unwrap()[cells.clone()]).unwrap();
        net.apply_input(output, &outputs.as_slice().unwrap()[cells]).unwrap();
        net.train_trial().unwrap();
    };
    for epoch in 0..40 {
        trial(epoch % 5);
    }
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for epoch in 0..10 {
        trial(epoch % 5);
    }
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

// One test, as all threads of the process are counted.
#[test]
fn a_trial_allocates_nothing() {
    let noise = |kind, fixed| {
        [
            ("Layer.Act.Noise.Type", kind),
            ("Layer.Act.Noise.Dist", "Gaussian"),
            ("Layer.Act.Noise.Var", "0.01"),
            ("Layer.Act.Noise.Fixed", fixed),
        ]
    };
    let kinds: [(&str, &Values, &Values); 8] = [
        ("plain", &[], &[]),
        ("noise of each cycle", &noise("GeNoise", "false"), &[]),
        ("noise of each trial", &noise("VmNoise", "true"), &[]),
        ("noise of activation", &noise("ActNoise", "false"), &[]),
        ("adaptation", &[("Layer.Act.KNa.On", "true")], &[]),
        ("spikes", &[("Layer.Act.Spike.On", "true")], &[]),
        ("self inhibition", &[("Layer.Inhib.Self.On", "true")], &[]),
        ("weight balance", &[], &[("Prjn.Learn.WtBal.On", "true")]),
    ];
    for (name, layer, projection) in kinds {
        assert_eq!(allocations(&mut network(layer, projection)), 0, "{name}");
    }
    let (count, cycles) = allocations_on_threads();
    assert!(count < cycles / 4, "{count} allocations in {cycles} cycles on threads");
    // Lesions, and a profile that is taken.
    let mut net = network(&[], &[]);
    let hidden = net.layer_named("Hidden").unwrap();
    net.layer_mut(hidden).lesion(0.2, 1).unwrap();
    net.start_profile();
    assert_eq!(allocations(&mut net), 0, "lesions and a profile");
}
