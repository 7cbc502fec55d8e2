//! Receptive fields of a network as it learns, against those of its log.

use emergent::prelude::*;
use sims::ra25;

/// Adds every trial's activity to fields, straight from the network.
struct Live {
    fields: ReceptiveFields,
    running: RunningField,
}

impl Observer for Live {
    fn after_trial(&mut self, net: &Network) {
        let of = |name: &str| {
            let id = net.layer_named(name).expect("a layer");
            (net.layer(id).shape().to_vec(), net.unit_values(id, "ActM").expect("a variable"))
        };
        let ((shape, hidden), (source_shape, input)) = (of("Hidden1"), of("Input"));
        let fields = &mut self.fields;
        fields.add("Hidden1", (&shape, hidden), (&source_shape, input), 0.01).expect("numbers");
        self.running.add(hidden, input).expect("numbers");
    }
}

#[test]
fn live_fields_are_those_of_the_log() {
    let net = ra25::network(&ra25::params().expect("rules")).expect("a network");
    let mut sim = Sim::new(net, ra25::patterns(1).expect("patterns"))
        .and_then(|sim| sim.with_recorded(&[("Hidden1", "ActM"), ("Input", "ActM")]))
        .and_then(|sim| sim.with_max_epochs(2))
        .expect("a simulation")
        .with_trial_log();
    let running = RunningField::new("Hidden1", &[7, 7], &[5, 5], 10.0).expect("shapes");
    let mut live = Live { fields: ReceptiveFields::default(), running };
    sim.train(&mut live).expect("no NaN");
    let log = sim.trial_log().expect("a log");
    assert_eq!(log.n_rows(), 50);
    live.fields.average_and_normalise();
    let live_field = live.fields.get("Hidden1").expect("samples came");
    assert_eq!(live_field.n_samples(), 50);

    let of_log = receptive_field(&log, "Hidden1_ActM", "Input_ActM", 0.01).expect("a log");
    for (live, logged) in live_field.fields().iter().zip(&of_log.fields()) {
        assert!((live - logged).abs() < 1e-12, "{live} {logged}");
    }
    for (live, logged) in live_field.normalised().iter().zip(&of_log.normalised()) {
        assert!((live - logged).abs() < 1e-9, "{live} {logged}");
    }
    // Something was seen: units differ in what they respond to.
    let spread = |row: ndarray::ArrayView1<f64>| {
        row.iter().fold(0.0_f64, |most, value| most.max((value - row[0]).abs()))
    };
    let fields = live_field.fields();
    assert!(fields.rows().into_iter().filter(|row| spread(row.view()) > 0.1).count() > 10);

    let table = live_field.to_table().expect("a table");
    assert_eq!(table.spec("Field").expect("a column").shape.sizes(), [5, 5]);
    assert!(live_field.figure().expect("a figure").to_svg().starts_with("<svg"));
    assert_eq!(live_field.tensor().dim(), (7, 7, 5, 5));

    // The running average by its definition.
    let (hidden, input) = (log.matrix("Hidden1_ActM"), log.matrix("Input_ActM"));
    let (hidden, input) = (hidden.expect("numbers"), input.expect("numbers"));
    let mut expected = ndarray::Array2::<f64>::zeros((49, 25));
    for (hidden, input) in hidden.rows().into_iter().zip(input.rows()) {
        for ((unit, place), value) in expected.indexed_iter_mut() {
            *value = 0.9 * *value + 0.1 * hidden[unit] * input[place];
        }
    }
    for (found, expected) in live.running.fields().iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}
