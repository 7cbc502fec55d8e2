//! Lets libraries that a cell loads find the program's own sleep; see `src/naps.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        for symbol in ["nanosleep", "clock_nanosleep"] {
            println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={symbol}");
        }
    }
}
