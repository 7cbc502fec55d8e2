//! A trial allocates nothing: what it needs has been there since the first.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::pattern::Full;
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

#[test]
fn a_trial_allocates_nothing() {
    let mut net = Network::new("net");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input).unwrap();
    let hidden = net.add_layer("Hidden", &[7, 7], LayerType::Hidden).unwrap();
    let output = net.add_layer("Output", &[5, 5], LayerType::Target).unwrap();
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).unwrap();
    net.bidirectional(hidden, output, Full::default()).unwrap();
    net.build().unwrap();
    net.init_weights(1).unwrap();
    let patterns = patgen::pattern_pairs(5, &[5, 5], &[5, 5], 6, 1).unwrap();
    let (inputs, outputs) =
        (patterns.tensor::<f32>("Input").unwrap(), patterns.tensor::<f32>("Output").unwrap());
    let mut trial = |row: usize| {
        let cells = row * 25..(row + 1) * 25;
        net.apply_input(input, &inputs.as_slice().unwrap()[cells.clone()]).unwrap();
        net.apply_input(output, &outputs.as_slice().unwrap()[cells]).unwrap();
        net.train_trial().unwrap();
    };
    // Every unit may have sent at once by then, and weights have been balanced.
    for epoch in 0..40 {
        trial(epoch % 5);
    }
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for epoch in 0..10 {
        trial(epoch % 5);
    }
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0);
}
