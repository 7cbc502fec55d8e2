//! Weights files: the connection weights of a network as a document of its own.
//!
//! A [`WeightsDocument`] holds layers, their incoming projections and, per receiving unit, the
//! senders and weights, all by name and index, so that it can be made from a network, compared,
//! changed, and loaded into another network with layers of the same names.
//!
//! The files are the JSON that the emergent system of 2019 and later writes and reads (`.wts`), with
//! its keys and nesting, and may be compressed by gzip (`.wts.gz`); of emergent 2, which calls
//! projections paths, they are read too. Reading recognises gzip by the file's first bytes, not by
//! its name. A file is read as a stream: the memory needed is that of the document, and a receiver
//! may not claim more senders than it lists.
//!
//! The text format of the C++ emergent before 2019, whose first line is `<Fmt TEXT>`, is read as
//! well, not written. Its `acts_m_avg` and `acts_p_avg` become `ActMAvg` and `ActPAvg`; biases and
//! the scales that may follow weights are left out.
//!
//! A file has the weights of the whole network, those of lesioned layers, projections and units
//! among them, so that nothing is lost when a lesion is taken back; which parts are lesioned is not
//! in it (a [checkpoint](crate::checkpoint) has that). Reading sets the weights of lesioned parts
//! like others and leaves them lesioned. The reference leaves lesioned layers and projections out
//! of its files, and what a file leaves out keeps its weights.
//!
//! ```
//! use engine::weights::{self, LayerWeights, Precision, ProjectionWeights, ReceiverWeights};
//! use engine::weights::WeightsDocument;
//!
//! let mut document = WeightsDocument::new("Tiny");
//! let mut hidden = LayerWeights::new("Hidden");
//! hidden.meta.insert("ActMAvg".into(), "0.15".into());
//! let mut from_input = ProjectionWeights::new("Input");
//! from_input.receivers.push(ReceiverWeights::new(0, vec![0, 2], vec![0.5, 0.123_456_79]));
//! hidden.projections.push(from_input);
//! document.layers.push(hidden);
//!
//! let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("tiny.wts.gz");
//! weights::write(&path, &document, Precision::Full)?;
//! assert_eq!(weights::read(&path)?, document);
//!
//! // The reference's default of 4 significant digits loses the rest.
//! weights::write(&path, &document, Precision::Digits(4))?;
//! let receiver = &weights::read(&path)?.layers[0].projections[0].receivers[0];
//! assert_eq!(receiver.weights, [0.5, 0.1235]);
//! # Ok::<(), engine::error::EngineError>(())
//! ```

mod cpp;
mod json;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::error::{EngineError, Result};

/// Free text by name; the engine's own values in it are numbers as text.
pub type Meta = BTreeMap<String, String>;

/// All weights of a network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WeightsDocument {
    /// The network's name.
    pub network: String,
    /// Values of the whole network.
    pub meta: Meta,
    /// The layers, in the network's order.
    pub layers: Vec<LayerWeights>,
}

/// The weights of a layer's incoming projections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerWeights {
    /// The layer's name.
    pub layer: String,
    /// `ActMAvg` and `ActPAvg`: the running averages of activity in the minus and the plus phase.
    pub meta: Meta,
    /// The incoming projections, in the layer's order.
    pub projections: Vec<ProjectionWeights>,
}

/// The weights of one projection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProjectionWeights {
    /// The sending layer's name.
    pub from: String,
    /// `GScale`: the scaling factor of the projection's conductance.
    pub meta: Meta,
    /// The receiving units that have synapses, in ascending order.
    pub receivers: Vec<ReceiverWeights>,
}

/// The weights into one receiving unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReceiverWeights {
    /// The receiving unit's flat index in its layer.
    pub index: u32,
    /// The sending units' flat indexes, as many as weights.
    pub senders: Vec<u32>,
    /// The weights, finite.
    pub weights: Vec<f32>,
}

impl WeightsDocument {
    /// A document without layers.
    pub fn new(network: impl Into<String>) -> Self {
        Self { network: network.into(), ..Self::default() }
    }

    /// The layer of this name.
    pub fn layer(&self, name: &str) -> Option<&LayerWeights> {
        self.layers.iter().find(|layer| layer.layer == name)
    }

    /// The number of weights in the document.
    pub fn n_weights(&self) -> usize {
        let projections = self.layers.iter().flat_map(|layer| &layer.projections);
        let receivers = projections.flat_map(|projection| &projection.receivers);
        receivers.map(|receiver| receiver.weights.len()).sum()
    }

    /// Checks what every document must fulfil: layers have different names, the receivers of a
    /// projection and the senders of a receiver are different units, each receiver has as many
    /// senders as weights, weights are finite, and so are the engine's own values in the meta data,
    /// numbers of at least 0.
    ///
    /// Two projections from one layer are allowed; they are told apart by their order.
    ///
    /// # Errors
    /// [`EngineError::Weights`] with the place and what is wrong there.
    pub fn check(&self) -> Result<()> {
        self.problem().map_err(|(place, reason)| {
            let network = self.network.clone();
            EngineError::Weights { network, place, reason }
        })
    }

    /// Place and reason of what [`check`](Self::check) finds.
    fn problem(&self) -> std::result::Result<(), (String, String)> {
        let mut names = std::collections::HashSet::new();
        for layer in &self.layers {
            let place = format!("layer `{}`", layer.layer);
            if !names.insert(layer.layer.as_str()) {
                return Err((place, "the layer comes twice".to_owned()));
            }
            check_numbers(&layer.meta, &["ActMAvg", "ActPAvg"])
                .map_err(|reason| (place.clone(), reason))?;
            for projection in &layer.projections {
                let place = format!("{place}, projection from `{}`", projection.from);
                check_numbers(&projection.meta, &["GScale"])
                    .map_err(|reason| (place.clone(), reason))?;
                projection
                    .check()
                    .map_err(|(receiver, reason)| (format!("{place}, {receiver}"), reason))?;
            }
        }
        Ok(())
    }
}

/// Refuses values of these names that are no numbers of at least 0.
fn check_numbers(meta: &Meta, names: &[&str]) -> std::result::Result<(), String> {
    let wrong = names.iter().find_map(|name| {
        let text = meta.get(*name)?;
        let number = text.trim().parse::<f32>();
        let is_usable = number.is_ok_and(|number| number.is_finite() && number >= 0.0);
        (!is_usable).then(|| format!("`{name}` is `{text}`, not a finite number of at least 0"))
    });
    wrong.map_or(Ok(()), Err)
}

impl LayerWeights {
    /// A layer without projections.
    pub fn new(layer: impl Into<String>) -> Self {
        Self { layer: layer.into(), ..Self::default() }
    }

    /// The number `name` of the layer's meta data, such as `ActMAvg`; `None` if it is not there or
    /// is no number.
    pub fn number(&self, name: &str) -> Option<f32> {
        self.meta.get(name)?.trim().parse().ok()
    }

    /// The first projection from this layer.
    pub fn projection(&self, from: &str) -> Option<&ProjectionWeights> {
        self.projections.iter().find(|projection| projection.from == from)
    }
}

impl ProjectionWeights {
    /// A projection without receivers.
    pub fn new(from: impl Into<String>) -> Self {
        Self { from: from.into(), ..Self::default() }
    }

    /// The number `name` of the projection's meta data, such as `GScale`; `None` if it is not
    /// there or is no number.
    pub fn number(&self, name: &str) -> Option<f32> {
        self.meta.get(name)?.trim().parse().ok()
    }

    fn check(&self) -> std::result::Result<(), (String, String)> {
        let mut seen = std::collections::HashSet::new();
        for receiver in &self.receivers {
            let wrong = |reason: String| (format!("receiver {}", receiver.index), reason);
            if !seen.insert(receiver.index) {
                return Err(wrong("the receiver comes twice".to_owned()));
            }
            receiver.check().map_err(wrong)?;
        }
        Ok(())
    }
}

impl ReceiverWeights {
    /// The weights into unit `index`.
    pub fn new(index: u32, senders: Vec<u32>, weights: Vec<f32>) -> Self {
        Self { index, senders, weights }
    }

    fn check(&self) -> std::result::Result<(), String> {
        let (n, m) = (self.senders.len(), self.weights.len());
        if n != m {
            return Err(format!("there are {n} senders (Si) but {m} weights (Wt)"));
        }
        if let Some(at) = self.weights.iter().position(|weight| !weight.is_finite()) {
            return Err(format!("weight {at} is {}, which is not finite", self.weights[at]));
        }
        if self.senders.is_sorted_by(|a, b| a < b) {
            return Ok(());
        }
        let mut sorted = self.senders.clone();
        sorted.sort_unstable();
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("sender {} comes twice", pair[0])),
            None => Ok(()),
        }
    }
}

/// How many digits of weights are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// As many as are needed to read the same `f32` back.
    #[default]
    Full,
    /// This many significant digits, at least 1; the reference's default is 4.
    Digits(u8),
}

/// The two bytes that every gzip file starts with.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Why a source could not be parsed.
enum Problem {
    /// The system could not read.
    System(io::Error),
    /// What was read is not a weights file.
    Content {
        /// Line and column, or the part of the file.
        place: String,
        /// What was found.
        reason: String,
    },
}

impl Problem {
    /// What it means that reading has failed: damaged data, if the system is not to blame.
    fn of(error: io::Error, place: String) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                let reason = format!("the compressed data is cut off or damaged ({error})");
                Problem::Content { place, reason }
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Problem::Content { place, reason: format!("the data is damaged ({error})") }
            }
            _ => Problem::System(error),
        }
    }
}

/// Reads a weights file, compressed or not, of this format or of the C++ emergent's.
///
/// # Errors
/// [`EngineError::Read`] if the system cannot, and [`EngineError::WeightsFile`] if the file is cut
/// off, is not of this format, or says what [`WeightsDocument::check`] refuses: counts that
/// disagree, weights that are not finite, a layer, receiver or sender that comes twice. The place is
/// named.
pub fn read(path: impl AsRef<Path>) -> Result<WeightsDocument> {
    read_at(path.as_ref())
}

fn read_at(path: &Path) -> Result<WeightsDocument> {
    let failed = |source| EngineError::Read { path: path.to_owned(), source };
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let start = file.fill_buf().map_err(failed)?;
    let bad = |place: String, reason: String| EngineError::WeightsFile {
        path: path.to_owned(),
        place,
        reason,
    };
    if start.is_empty() {
        return Err(bad("start".to_owned(), "the file is empty".to_owned()));
    }
    let mut source: Box<dyn BufRead> = if start.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    };
    let read = match source.fill_buf() {
        Ok(start) if start.trim_ascii_start().starts_with(&[cpp::START]) => cpp::parse(source),
        Ok(_) => json::parse(source),
        Err(error) => Err(Problem::of(error, "start".to_owned())),
    };
    let document = read.map_err(|problem| match problem {
        Problem::System(source) => failed(source),
        Problem::Content { place, reason } => bad(place, reason),
    })?;
    document.problem().map_err(|(place, reason)| bad(place, reason))?;
    Ok(document)
}

/// Writes a weights file, whole or not at all, compressed if the name ends in `.gz`.
///
/// # Errors
/// [`EngineError::WeightsFile`] if the document itself is contradictory (nothing is written), and
/// [`EngineError::Write`] if the system cannot write; an earlier file is then untouched.
pub fn write(
    path: impl AsRef<Path>,
    document: &WeightsDocument,
    precision: Precision,
) -> Result<()> {
    write_at(path.as_ref(), document, precision)
}

fn write_at(path: &Path, document: &WeightsDocument, precision: Precision) -> Result<()> {
    document.problem().map_err(|(place, reason)| EngineError::WeightsFile {
        path: path.to_owned(),
        place,
        reason,
    })?;
    let compressed = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    let write = |file: &mut dyn Write| -> io::Result<()> {
        if compressed {
            let mut encoder = GzEncoder::new(file, Compression::default());
            json::write(&mut encoder, document, precision)?;
            encoder.finish().map(|_| ())
        } else {
            json::write(file, document, precision)
        }
    };
    etable::files::write_atomically(path, |file| write(file))
        .map_err(|source| EngineError::Write { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(receivers: Vec<ReceiverWeights>) -> WeightsDocument {
        let mut projection = ProjectionWeights::new("Input");
        projection.receivers = receivers;
        let mut layer = LayerWeights::new("Hidden");
        layer.projections.push(projection);
        let mut document = WeightsDocument::new("Net");
        document.layers.push(layer);
        document
    }

    #[test]
    fn contradictory_documents_are_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.wts");
        let receiver = ReceiverWeights::new;
        let mut twice = document(Vec::new());
        twice.layers.push(LayerWeights::new("Hidden"));
        for (document, part) in [
            (document(vec![receiver(0, vec![0, 1], vec![0.5])]), "2 senders (Si) but 1 weights"),
            (document(vec![receiver(3, vec![0], vec![f32::NAN])]), "receiver 3"),
            (document(vec![receiver(0, vec![1, 0, 1], vec![0.5; 3])]), "sender 1 comes twice"),
            (document(vec![receiver(0, vec![], vec![]), receiver(0, vec![], vec![])]), "twice"),
            (twice, "layer `Hidden`"),
        ] {
            let error = write(&path, &document, Precision::Full).unwrap_err();
            assert!(matches!(error, EngineError::WeightsFile { .. }));
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_file_and_a_missing_folder_are_named() {
        let error = read("/nowhere/a.wts").unwrap_err();
        assert!(matches!(error, EngineError::Read { .. }), "{error}");
        let error = write("/nowhere/a.wts", &document(Vec::new()), Precision::Full).unwrap_err();
        assert!(error.to_string().contains("/nowhere"), "{error}");
    }

    #[test]
    fn look_ups_by_name() {
        let mut document = document(vec![ReceiverWeights::new(0, vec![4, 1], vec![0.5, 0.25])]);
        document.layers[0].meta.insert("ActMAvg".into(), " 0.25".into());
        document.layers[0].meta.insert("Note".into(), "none".into());
        let layer = document.layer("Hidden").unwrap();
        assert_eq!((layer.number("ActMAvg"), layer.number("Note")), (Some(0.25), None));
        assert!(layer.projection("Input").is_some() && layer.projection("Output").is_none());
        assert!(document.layer("Input").is_none());
        assert_eq!(document.n_weights(), 2);
    }
}
