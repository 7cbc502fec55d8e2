//! Checkpoints: everything that a network or simulation carries, to the last bit, in one file.
//!
//! A weights file holds what a network has learned, for others to read; a checkpoint holds all that
//! it needs to go on as if it had never stopped: weights, momentum, running averages, activity,
//! parameters, counters, and for a [`Sim`](crate::sim::Sim) also its logs and the places of its
//! environments. Random numbers come from seeds and counters, which are in it too.
//!
//! The structure itself (layers, projections, patterns, training data) is not in it: it is made by
//! the same code again, and the checkpoint is refused if it is of another structure.
//!
//! ```
//! use engine::pattern::Full;
//! use engine::sim::Sim;
//! use engine::{LayerType, Network, ProjectionType, patgen};
//!
//! let make = || {
//!     let mut net = Network::new("pairs");
//!     let input = net.add_layer("Input", &[4, 4], LayerType::Input)?;
//!     let output = net.add_layer("Output", &[4, 4], LayerType::Target)?;
//!     net.connect(input, output, Full::default(), ProjectionType::Forward)?;
//!     net.build()?;
//!     Sim::new(net, &patgen::pattern_pairs(6, &[4, 4], &[4, 4], 4, 1)?)
//! };
//! let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("half.checkpoint");
//! let mut sim = make()?;
//! (0..20).try_for_each(|_| sim.step_trial().map(|_| ()))?;
//! sim.save_checkpoint(&path)?;
//!
//! let mut other = make()?;
//! other.open_checkpoint(&path)?;
//! sim.step_epoch()?;
//! other.step_epoch()?;
//! assert_eq!(sim.epoch_log()?, other.epoch_log()?);
//! assert_eq!(sim.net().weights()?, other.net().weights()?);
//! # Ok::<(), engine::EngineError>(())
//! ```
//!
//! # The file
//!
//! Eight bytes `EMERCKPT`, the version (`u32`), the length of the content (`u64`) and its CRC-32
//! (`u32`), all little-endian; then the content as MessagePack with named fields, arrays of numbers
//! as little-endian bytes.

pub(crate) mod values;

use std::io::{self, Read, Write};
use std::path::Path;

use flate2::{Crc, CrcWriter};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{EngineError, Result};

const MAGIC: &[u8; 8] = b"EMERCKPT";
const VERSION: u32 = 2;
const HEADER: usize = 8 + 4 + 8 + 4;

/// Writes a checkpoint, whole or not at all.
pub(crate) fn write(path: &Path, content: &impl Serialize) -> Result<()> {
    let failed = |source| EngineError::Write { path: path.to_owned(), source };
    let content =
        rmp_serde::to_vec_named(content).map_err(|error| failed(io::Error::other(error)))?;
    let mut check = CrcWriter::new(io::sink());
    check.write_all(&content).map_err(failed)?;
    etable::files::write_atomically(path, |file| {
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        file.write_all(&(content.len() as u64).to_le_bytes())?;
        file.write_all(&check.crc().sum().to_le_bytes())?;
        file.write_all(&content)
    })
    .map_err(failed)
}

/// Reads a checkpoint; what the file claims is checked before it is believed.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let failed = |source| EngineError::Read { path: path.to_owned(), source };
    let bad = |reason: String| EngineError::Checkpoint { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?;
    if !bytes.starts_with(MAGIC) {
        return Err(
            bad("it does not begin with `EMERCKPT`; it is another kind of file".to_owned()),
        );
    }
    let (Some(header), Some(content)) = (bytes.get(8..HEADER), bytes.get(HEADER..)) else {
        return Err(bad("it ends within its header; it is cut off".to_owned()));
    };
    let number = |range: std::ops::Range<usize>| {
        header[range].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (version, length, sum) = (number(0..4), number(4..12), number(12..16));
    if version != u64::from(VERSION) {
        return Err(bad(format!("its version is {version}, and only {VERSION} can be read")));
    }
    if content.len() as u64 != length {
        let found = content.len();
        return Err(bad(format!("it claims {length} bytes of content but has {found}")));
    }
    let mut crc = Crc::new();
    crc.update(content);
    if u64::from(crc.sum()) != sum {
        return Err(bad("its check sum is wrong: it is damaged".to_owned()));
    }
    rmp_serde::from_slice(content).map_err(|error| bad(error.to_string()))
}
