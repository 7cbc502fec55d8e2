//! The JSON of weights files: parsing as a stream and writing in the reference's layout.

use std::io::{self, Read, Write};

use serde::{Deserialize, Deserializer};

use super::Problem;
use crate::weights::{
    LayerWeights, Meta, Precision, ProjectionWeights, ReceiverWeights, WeightsDocument,
};

/// Parses a document; what is read is dropped at once but for the values.
pub(super) fn parse(source: impl Read) -> Result<WeightsDocument, Problem> {
    let network: NetworkJson = serde_json::from_reader(source).map_err(problem)?;
    Ok(network.into())
}

fn problem(error: serde_json::Error) -> Problem {
    let place = match (error.line(), error.column()) {
        (0, _) => "start".to_owned(),
        (line, column) => format!("line {line} column {column}"),
    };
    match error.io_error_kind() {
        None => {
            let text = error.to_string();
            let end = format!(" at {place}");
            let reason = if error.is_eof() {
                "the file ends here, it has been cut off".to_owned()
            } else {
                text.strip_suffix(&end).unwrap_or(&text).to_owned()
            };
            Problem::Content { place, reason }
        }
        Some(_) => Problem::of(error.into(), place),
    }
}

/// A list or object that may be `null`, which stands for an empty one.
fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Deserialize)]
struct NetworkJson {
    #[serde(rename = "Network")]
    network: String,
    #[serde(rename = "MetaData", default, deserialize_with = "or_empty")]
    meta: Meta,
    #[serde(rename = "Layers", deserialize_with = "or_empty")]
    layers: Vec<LayerJson>,
}

#[derive(Deserialize)]
struct LayerJson {
    #[serde(rename = "Layer")]
    layer: String,
    #[serde(rename = "MetaData", default, deserialize_with = "or_empty")]
    meta: Meta,
    /// Files of emergent 2 call them paths.
    #[serde(rename = "Prjns", alias = "Paths", deserialize_with = "or_empty")]
    projections: Vec<ProjectionJson>,
}

#[derive(Deserialize)]
struct ProjectionJson {
    #[serde(rename = "From")]
    from: String,
    #[serde(rename = "MetaData", default, deserialize_with = "or_empty")]
    meta: Meta,
    #[serde(rename = "Rs", deserialize_with = "or_empty")]
    receivers: Vec<CheckedReceiver>,
}

#[derive(Deserialize)]
#[serde(try_from = "ReceiverJson")]
struct CheckedReceiver(ReceiverWeights);

#[derive(Deserialize)]
struct ReceiverJson {
    #[serde(rename = "Ri")]
    index: u32,
    #[serde(rename = "N")]
    n: usize,
    #[serde(rename = "Si", deserialize_with = "or_empty")]
    senders: Vec<u32>,
    #[serde(rename = "Wt", deserialize_with = "or_empty")]
    weights: Vec<f32>,
}

impl TryFrom<ReceiverJson> for CheckedReceiver {
    type Error = String;

    fn try_from(json: ReceiverJson) -> Result<Self, String> {
        let ReceiverJson { index, n, senders, weights } = json;
        if senders.len() != n || weights.len() != n {
            return Err(format!(
                "receiver {index} is said to have N = {n} synapses, but has {} senders (Si) and {} \
                 weights (Wt)",
                senders.len(),
                weights.len()
            ));
        }
        Ok(Self(ReceiverWeights { index, senders, weights }))
    }
}

impl From<NetworkJson> for WeightsDocument {
    fn from(json: NetworkJson) -> Self {
        let layers = json.layers.into_iter().map(LayerWeights::from).collect();
        Self { network: json.network, meta: json.meta, layers }
    }
}

impl From<LayerJson> for LayerWeights {
    fn from(json: LayerJson) -> Self {
        let projections = json.projections.into_iter().map(ProjectionWeights::from).collect();
        Self { layer: json.layer, meta: json.meta, projections }
    }
}

impl From<ProjectionJson> for ProjectionWeights {
    fn from(json: ProjectionJson) -> Self {
        let receivers = json.receivers.into_iter().map(|receiver| receiver.0).collect();
        Self { from: json.from, meta: json.meta, receivers }
    }
}

/// Writes a document with the reference's keys, nesting, order and indentation by tabs; a
/// receiver's senders and weights stand on one line each.
pub(super) fn write(
    mut out: impl Write,
    document: &WeightsDocument,
    precision: Precision,
) -> io::Result<()> {
    let out = &mut out;
    write!(out, "{{\n\t\"Network\": {},\n", text(&document.network))?;
    write_meta(out, 1, &document.meta)?;
    if document.layers.is_empty() {
        return out.write_all(b"\t\"Layers\": null\n}\n");
    }
    out.write_all(b"\t\"Layers\": [\n")?;
    for (i, layer) in document.layers.iter().enumerate() {
        write_layer(out, layer, precision)?;
        end_element(out, 2, i + 1 == document.layers.len())?;
    }
    out.write_all(b"\t]\n}\n")
}

fn write_layer(out: &mut impl Write, layer: &LayerWeights, precision: Precision) -> io::Result<()> {
    write!(out, "\t\t{{\n\t\t\t\"Layer\": {},\n", text(&layer.layer))?;
    write_meta(out, 3, &layer.meta)?;
    if layer.projections.is_empty() {
        return out.write_all(b"\t\t\t\"Prjns\": null\n");
    }
    out.write_all(b"\t\t\t\"Prjns\": [\n")?;
    for (i, projection) in layer.projections.iter().enumerate() {
        write!(out, "\t\t\t\t{{\n\t\t\t\t\t\"From\": {},\n", text(&projection.from))?;
        write_meta(out, 5, &projection.meta)?;
        out.write_all(b"\t\t\t\t\t\"Rs\": [\n")?;
        for (j, receiver) in projection.receivers.iter().enumerate() {
            write_receiver(out, receiver, precision)?;
            end_element(out, 6, j + 1 == projection.receivers.len())?;
        }
        out.write_all(b"\t\t\t\t\t]\n")?;
        end_element(out, 4, i + 1 == layer.projections.len())?;
    }
    out.write_all(b"\t\t\t]\n")
}

fn write_receiver(
    out: &mut impl Write,
    receiver: &ReceiverWeights,
    precision: Precision,
) -> io::Result<()> {
    let tabs = "\t".repeat(7);
    write!(out, "\t\t\t\t\t\t{{\n{tabs}\"Ri\": {},\n", receiver.index)?;
    write!(out, "{tabs}\"N\": {},\n{tabs}\"Si\": [ ", receiver.senders.len())?;
    write_list(out, receiver.senders.iter().map(u32::to_string))?;
    write!(out, "],\n{tabs}\"Wt\": [ ")?;
    let digits = match precision {
        Precision::Full => 9,
        Precision::Digits(n) => usize::from(n.max(1)),
    };
    write_list(out, receiver.weights.iter().map(|&weight| significant(weight, digits)))?;
    out.write_all(b"]\n")
}

fn write_list(
    out: &mut impl Write,
    items: impl ExactSizeIterator<Item = String>,
) -> io::Result<()> {
    let last = items.len().saturating_sub(1);
    for (i, item) in items.enumerate() {
        write!(out, "{item}{}", if i == last { " " } else { ", " })?;
    }
    Ok(())
}

/// An object of texts, if it is not empty, with the comma after it.
fn write_meta(out: &mut impl Write, depth: usize, meta: &Meta) -> io::Result<()> {
    if meta.is_empty() {
        return Ok(());
    }
    let tabs = "\t".repeat(depth);
    writeln!(out, "{tabs}\"MetaData\": {{")?;
    for (i, (name, value)) in meta.iter().enumerate() {
        let comma = if i + 1 == meta.len() { "" } else { "," };
        writeln!(out, "{tabs}\t{}: {}{comma}", text(name), text(value))?;
    }
    writeln!(out, "{tabs}}},")
}

fn end_element(out: &mut impl Write, depth: usize, is_last: bool) -> io::Result<()> {
    let comma = if is_last { "" } else { "," };
    writeln!(out, "{}}}{comma}", "\t".repeat(depth))
}

fn text(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always JSON")
}

/// A finite number with at most this many significant digits, correctly rounded, without trailing
/// zeros; with an exponent if that is below −4 or not below the number of digits (C's `%g`).
///
/// Nine digits tell any two `f32` apart, and are so near to the number that reading through `f64`
/// gives the same `f32` again.
fn significant(value: f32, digits: usize) -> String {
    let scientific = format!("{:.*e}", digits - 1, value);
    let (mantissa, exponent) = scientific.split_once('e').expect("`e` formats give an exponent");
    let exponent: i32 = exponent.parse().expect("`e` formats give a whole exponent");
    let trim = |number: &str| match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => number.to_owned(),
    };
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    // The digits again, now in fixed notation: decimals is not negative after the check above.
    let decimals = (digits as i32 - 1 - exponent) as usize;
    let rounded: f64 = scientific.parse().expect("`e` formats give a number");
    trim(&format!("{rounded:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_reference_does() {
        for (value, digits, expected) in [
            (0.5523301_f32, 9, "0.552330077"),
            (0.64997375, 9, "0.64997375"),
            (0.5523301, 4, "0.5523"),
            (1.0, 4, "1"),
            (0.0, 4, "0"),
            (-0.5, 1, "-0.5"),
            (0.0001, 4, "0.0001"),
            (0.00001, 4, "1e-05"),
            (99_999.0, 4, "1e+05"),
            (99_999.0, 9, "99999"),
            (100.0, 3, "100"),
            (1000.0, 3, "1e+03"),
            (f32::MAX, 9, "3.40282347e+38"),
        ] {
            assert_eq!(significant(value, digits), expected);
        }
    }

    #[test]
    fn nine_digits_read_back_the_same_number() {
        let mut rng = crate::random::stream(1, "json", 0);
        for _ in 0..20_000 {
            let bits = crate::random::below(&mut rng, 1 << 32) as u32;
            let value = f32::from_bits(bits);
            if value.is_finite() {
                let read: f32 = serde_json::from_str(&significant(value, 9)).unwrap();
                assert_eq!(read.to_bits(), value.to_bits(), "{value:e}");
            }
        }
    }

    #[test]
    fn paths_are_projections_and_neither_is_an_error() {
        let layer = |key: &str| {
            let from = r#"{"From": "A", "Rs": [{"Ri": 0, "N": 1, "Si": [2], "Wt": [0.5]}]}"#;
            let text =
                format!(r#"{{"Network": "n", "Layers": [{{"Layer": "B", "{key}": [{from}]}}]}}"#);
            parse(text.as_bytes())
        };
        let [old, new] = ["Prjns", "Paths"].map(|key| layer(key).ok().unwrap());
        assert_eq!(old, new);
        assert_eq!(new.n_weights(), 1);
        let Err(Problem::Content { reason, .. }) = layer("Projections") else { panic!("accepted") };
        assert!(reason.contains("missing field `Prjns`"), "{reason}");
    }

    #[test]
    fn empty_and_null_parts() {
        let document = parse(&br#"{"Network": "n", "Layers": null}"#[..]).ok().unwrap();
        assert_eq!(document, WeightsDocument::new("n"));
        let mut out = Vec::new();
        write(&mut out, &document, Precision::Full).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\n\t\"Network\": \"n\",\n\t\"Layers\": null\n}\n"
        );
    }
}
