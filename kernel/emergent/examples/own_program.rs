//! The toolkit in a program of its own, without a notebook.
//!
//!     cargo run --example own_program

use emergent::prelude::*;

fn main() -> emergent::Result<()> {
    let mut net = Network::new("Associator");
    let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
    let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
    net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    net.build()?;

    let patterns = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
    let mut sim = Sim::new(net, &patterns)?.with_seed(1)?.with_max_epochs(30)?;
    sim.train(&mut Watch::new("Training"))?;

    let log = sim.epoch_log()?;
    println!("{}", log.show_rows(30));
    log.write("epochs.parquet")?;
    Ok(())
}
