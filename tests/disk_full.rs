//! A full disk while files are written: an error that says so, and nothing left behind.
//!
//! The files go to a file system of 64 KiB in memory, mounted in a namespace of the test's own.

use std::path::Path;
use std::process::Command;

use emergent::prelude::*;

/// Set for the process that runs inside the namespace.
const INSIDE: &str = "EMERGENT_TEST_FULL_DISK";

fn large_table() -> Table {
    // Noise, so that no compression makes it fit.
    let mut state = 1_u64;
    let values: Vec<f64> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state as f64
        })
        .collect();
    Table::new().with_column("Noise", values).expect("one column")
}

fn large_network() -> Network {
    let mut net = Network::new("large");
    let input = net.add_layer("Input", &[20, 20], LayerType::Input).expect("a new name");
    let hidden = net.add_layer("Hidden", &[20, 20], LayerType::Hidden).expect("a new name");
    net.connect(input, hidden, Full::default(), ProjectionType::Forward).expect("it fits");
    net.build().expect("layers");
    net.init_weights(1).expect("built");
    net
}

fn write_everything(folder: &Path) {
    let table = large_table();
    let net = large_network();
    for name in ["t.parquet", "t.arrow", "t.csv", "w.wts", "w.wts.gz"] {
        let path = folder.join(name);
        let message = if name.starts_with('t') {
            table.write(&path).expect_err("the disk is too small").to_string()
        } else {
            net.save_weights(&path).expect_err("the disk is too small").to_string()
        };
        assert!(message.contains(name), "{message} does not name the file");
        assert!(message.contains("No space left"), "{message} does not say what happened");
        let left: Vec<_> = std::fs::read_dir(folder).expect("the folder").collect();
        assert!(left.is_empty(), "{name} left {left:?}");
    }
}

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        write_everything(Path::new(&folder));
        return;
    }
    let mount = tempfile::tempdir().expect("a temporary folder");
    let test = std::env::current_exe().expect("a test knows its own program");
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=64k tmpfs \"$1\" && exec \"$2\" --exact --nocapture \"$3\"")
        .arg("sh")
        .arg(mount.path())
        .arg(test)
        .arg("a_full_disk_is_an_error_and_leaves_nothing")
        .env(INSIDE, mount.path())
        .output()
        .expect("util-linux's unshare starts");
    tests::success(&output, "the test inside the small disk");
}
