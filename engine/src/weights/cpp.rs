//! The text format in which the C++ emergent, before 2019, wrote weights.
//!
//! A file is a nesting of tags, one on a line: layers `<Lay Name>` of unit groups `<Ug>` of units
//! `<UgUn index name>`, in each the bias `<Un>` and the groups of connections
//! `<Cg number Fm:Layer>`, and in these `<Cn count>` with a line `sender weight` for each synapse.
//! `<key value>` is meta data of what it stands in.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::Problem;
use crate::weights::{LayerWeights, ProjectionWeights, ReceiverWeights, WeightsDocument};

/// What the first line of a file begins with.
pub(super) const START: u8 = b'<';

/// Synapses that a count is believed to announce before they are read.
const MOST_RESERVED: usize = 1 << 16;

/// Parses a document. Biases, which networks of today have not, and the scale that may follow a
/// weight are checked to be numbers and left out.
pub(super) fn parse(source: impl BufRead) -> Result<WeightsDocument, Problem> {
    let mut reader = Reader { source, line: String::new(), number: 0 };
    let mut document = WeightsDocument::default();
    let mut is_of_this_format = false;
    while let Some(line) = reader.next()? {
        match tag(&line) {
            Some(("Fmt", "TEXT")) => {}
            Some(("Fmt", format)) => {
                return Err(reader.bad(format!(
                    "weights in the format {format} cannot be read: save them as TEXT"
                )));
            }
            Some(("Name", name)) => name.clone_into(&mut document.network),
            Some(("Network" | "/Network", "")) => {}
            Some(("Lay", name)) if !name.is_empty() => {
                let layer = layer(&mut reader, name)?;
                document.layers.push(layer);
            }
            Some((key, value)) if is_meta(key, value) => {
                document.meta.insert(meta_name(key), value.to_owned());
            }
            _ if !is_of_this_format => {
                return Err(
                    reader.bad("this is no weights file: `<Fmt TEXT>` is missing".to_owned())
                );
            }
            _ => return Err(reader.unexpected(&line, "a layer `<Lay Name>`")),
        }
        is_of_this_format = true;
    }
    if document.layers.is_empty() {
        return Err(reader.cut_off("a layer `<Lay Name>`"));
    }
    Ok(document)
}

/// The rest of a layer, up to `</Lay>`.
fn layer(reader: &mut Reader<impl BufRead>, name: &str) -> Result<LayerWeights, Problem> {
    let mut layer = LayerWeights::new(name);
    // By the number that the file gives them.
    let mut projections = BTreeMap::new();
    loop {
        let line = reader.expect("`</Lay>`")?;
        match tag(&line) {
            Some(("/Lay", "")) => break,
            // Groups only say how units were shown.
            Some(("Ug" | "/Ug", _)) => {}
            Some(("UgUn", unit)) => {
                let index = unit.split_whitespace().next().unwrap_or_default();
                let index = reader.number::<u32>(index, "a unit's index")?;
                receiver(reader, index, &mut projections)?;
            }
            Some((key, value)) if is_meta(key, value) => {
                layer.meta.insert(meta_name(key), value.to_owned());
            }
            _ => return Err(reader.unexpected(&line, "a unit `<UgUn index>` or `</Lay>`")),
        }
    }
    layer.projections = projections.into_values().collect();
    Ok(layer)
}

/// The rest of a unit, up to `</UgUn>`.
fn receiver(
    reader: &mut Reader<impl BufRead>,
    index: u32,
    projections: &mut BTreeMap<u32, ProjectionWeights>,
) -> Result<(), Problem> {
    loop {
        let line = reader.expect("`</UgUn>`")?;
        match tag(&line) {
            Some(("/UgUn", "")) => return Ok(()),
            Some(("Un", "")) => {
                let bias = reader.expect("the unit's bias")?;
                reader.number::<f32>(bias.trim(), "the unit's bias")?;
            }
            Some(("/Un", "")) => {}
            Some(("Cg", group)) => {
                let mut words = group.split_whitespace();
                let number = words.next().unwrap_or_default();
                let number = reader.number::<u32>(number, "a projection's number")?;
                let from = words.next().and_then(|word| word.strip_prefix("Fm:"));
                let Some(from) = from.filter(|from| !from.is_empty()) else {
                    return Err(reader.unexpected(&line, "`<Cg number Fm:Layer>`"));
                };
                let projection =
                    projections.entry(number).or_insert_with(|| ProjectionWeights::new(from));
                if projection.from != from {
                    return Err(reader.bad(format!(
                        "projection {number} comes from `{from}`, but from `{}` in earlier units",
                        projection.from
                    )));
                }
                connections(reader, index, projection)?;
            }
            _ => {
                return Err(reader.unexpected(&line, "`<Un>`, `<Cg number Fm:Layer>` or `</UgUn>`"));
            }
        }
    }
}

/// The rest of a group of connections, up to `</Cg>`.
fn connections(
    reader: &mut Reader<impl BufRead>,
    index: u32,
    projection: &mut ProjectionWeights,
) -> Result<(), Problem> {
    loop {
        let line = reader.expect("`</Cg>`")?;
        match tag(&line) {
            Some(("/Cg", "")) => return Ok(()),
            Some(("Cn", count)) => {
                let count = reader.number::<usize>(count, "a number of synapses")?;
                let receiver = synapses(reader, index, count)?;
                if count > 0 {
                    projection.receivers.push(receiver);
                }
            }
            Some((key, value)) if is_meta(key, value) => {
                projection.meta.insert(meta_name(key), value.to_owned());
            }
            _ => return Err(reader.unexpected(&line, "`<Cn count>` or `</Cg>`")),
        }
    }
}

/// `count` lines of a sender and a weight, and `</Cn>`.
fn synapses(
    reader: &mut Reader<impl BufRead>,
    index: u32,
    count: usize,
) -> Result<ReceiverWeights, Problem> {
    let mut receiver = ReceiverWeights { index, ..ReceiverWeights::default() };
    receiver.senders.reserve(count.min(MOST_RESERVED));
    receiver.weights.reserve(count.min(MOST_RESERVED));
    for read in 0..count {
        let line = reader.expect("a sender and its weight")?;
        let mut words = line.split_whitespace();
        let (Some(sender), Some(weight), scale, None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            let wanted = format!("`sender weight`: {read} of {count} synapses have come");
            return Err(reader.unexpected(&line, &wanted));
        };
        receiver.senders.push(reader.number(sender, "a sender's index")?);
        receiver.weights.push(reader.number(weight, "a weight")?);
        scale.map_or(Ok(0.0), |scale| reader.number::<f32>(scale, "a scale"))?;
    }
    let line = reader.expect("`</Cn>`")?;
    match tag(&line) {
        Some(("/Cn", "")) => Ok(receiver),
        _ => Err(reader.unexpected(&line, &format!("`</Cn>` after {count} synapses"))),
    }
}

/// Name and contents of a line that is a tag.
fn tag(line: &str) -> Option<(&str, &str)> {
    let inside = line.trim().strip_prefix('<')?.strip_suffix('>')?;
    let (name, contents) = inside.split_once(' ').unwrap_or((inside, ""));
    (!name.is_empty()).then_some((name, contents.trim()))
}

/// Whether a tag with these contents is meta data: a word and a value.
fn is_meta(key: &str, value: &str) -> bool {
    !value.is_empty() && !key.starts_with('/') && !TAGS.contains(&key)
}

/// The tags that are no meta data.
const TAGS: [&str; 8] = ["Fmt", "Network", "Lay", "Ug", "UgUn", "Un", "Cg", "Cn"];

/// The name that meta data has in the files of today.
fn meta_name(key: &str) -> String {
    match key {
        "acts_m_avg" => "ActMAvg",
        "acts_p_avg" => "ActPAvg",
        other => other,
    }
    .to_owned()
}

/// The lines of a file, counted.
struct Reader<R> {
    source: R,
    line: String,
    number: usize,
}

impl<R: BufRead> Reader<R> {
    /// The next line that is not empty.
    fn next(&mut self) -> Result<Option<String>, Problem> {
        loop {
            self.line.clear();
            self.number += 1;
            let read = self.source.read_line(&mut self.line);
            if read.map_err(|error| Problem::of(error, self.place()))? == 0 {
                return Ok(None);
            }
            let line = self.line.trim();
            if !line.is_empty() {
                return Ok(Some(line.to_owned()));
            }
        }
    }

    /// The next line, which must be there.
    fn expect(&mut self, wanted: &str) -> Result<String, Problem> {
        match self.next()? {
            Some(line) => Ok(line),
            None => Err(self.cut_off(wanted)),
        }
    }

    fn number<T: std::str::FromStr>(&self, text: &str, what: &str) -> Result<T, Problem> {
        text.parse().map_err(|_| self.bad(format!("`{text}` is not {what}")))
    }

    fn place(&self) -> String {
        format!("line {}", self.number)
    }

    fn bad(&self, reason: String) -> Problem {
        Problem::Content { place: self.place(), reason }
    }

    fn unexpected(&self, line: &str, wanted: &str) -> Problem {
        let found: String = line.chars().take(40).collect();
        self.bad(format!("found `{found}` where {wanted} was expected"))
    }

    fn cut_off(&self, wanted: &str) -> Problem {
        self.bad(format!("the file ends before {wanted}, it has been cut off"))
    }
}
