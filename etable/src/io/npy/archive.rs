//! Archives of arrays.

use std::io::{self, Cursor, Read};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::array::{self, Encoder};
use super::{FORMAT, in_file, write_file};
use crate::error::{Result, TableError};
use crate::io::{guarded, notes};
use crate::table::Table;

/// The array that holds what NumPy's arrays cannot.
const NOTES: &str = "__etable__";
const SUFFIX: &str = ".npy";
/// Deflate makes no more of a byte than this.
const DEFLATE_RATIO: u64 = 1032;
/// Arrays of more bytes than this need the 64-bit form of the archive's entries.
const LARGE: usize = 0xf000_0000;

pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Result<Table> {
    let bad = |place: String, reason: String| TableError::malformed(path, FORMAT, place, reason);
    let of_zip = |error: zip::result::ZipError| bad("archive".into(), error.to_string());
    if !bytes.starts_with(b"PK") {
        let reason = "it does not begin with `PK`; it is another kind of file, or cut short";
        return Err(bad("start".into(), reason.into()));
    }
    let size = bytes.len() as u64;
    guarded(path, FORMAT, || {
        let entries = entries(&bytes);
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(of_zip)?;
        // The archive keeps one of each name.
        if entries.is_some_and(|entries| archive.len() != usize::from(entries)) {
            let reason = "a name occurs twice, or entries are missing";
            return Err(bad("archive".into(), reason.into()));
        }
        let mut table = Table::new();
        let mut notes_text = None;
        let mut claimed = 0_u64;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).map_err(of_zip)?;
            let file = entry.name().map_err(of_zip)?.into_owned();
            let place = format!("array `{file}`");
            // All together, since entries may lie over each other.
            claimed = claimed.saturating_add(entry.size());
            if claimed > size.saturating_mul(DEFLATE_RATIO) {
                let reason = format!("{claimed} bytes are claimed in a file of {size}");
                return Err(bad(place, reason));
            }
            let mut array = Vec::new();
            let limit = entry.size() + 1;
            let read = entry.by_ref().take(limit).read_to_end(&mut array);
            read.map_err(|error| bad(place.clone(), error.to_string()))?;
            let array = array::decode(&array).map_err(|reason| bad(place, reason))?;
            let name = file.strip_suffix(SUFFIX).unwrap_or(&file);
            if name == NOTES {
                notes_text = array.into_text();
            } else {
                array.push_to(&mut table, name).map_err(in_file(path, FORMAT))?;
            }
        }
        if let Some(json) = notes_text {
            notes::apply(&mut table, &json)
                .map_err(|reason| bad(format!("array `{NOTES}`"), reason))?;
        }
        Ok(table)
    })
}

/// How many entries an archive says it has; none if it is too large to say so in the old way.
fn entries(bytes: &[u8]) -> Option<u16> {
    const END: &[u8] = b"PK\x05\x06";
    let end = bytes.windows(END.len()).rposition(|part| part == END)?;
    let count = bytes.get(end + 10..)?.first_chunk()?;
    Some(u16::from_le_bytes(*count)).filter(|&count| count != u16::MAX)
}

pub(super) fn write(table: &Table, path: &Path) -> Result<()> {
    let names = table.column_names();
    if let Some(odd) = names.iter().find(|name| !can_be_an_entry(name)) {
        let reason = format!("column `{odd}` has a name that an archive cannot; rename it");
        return Err(TableError::Unwritable { format: FORMAT, reason });
    }
    let notes = Table::new().with_column(NOTES, [notes::to_json_with_names(table)])?;
    let encoders = (0..table.n_columns()).map(|index| Encoder::new(table, index));
    let mut encoders = encoders.collect::<Result<Vec<_>>>()?;
    encoders.push(Encoder::new(&notes, 0)?.without_axes());
    write_file(path, |file| {
        let mut archive = ZipWriter::new(file);
        for (name, encoder) in names.iter().copied().chain([NOTES]).zip(&encoders) {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .large_file(encoder.size() > LARGE);
            archive.start_file(format!("{name}{SUFFIX}"), options).map_err(io::Error::from)?;
            encoder.write(&mut archive)?;
        }
        archive.finish().map(|_| ()).map_err(io::Error::from)
    })
}

/// Names that stay as they are in an archive, and beside the notes.
fn can_be_an_entry(name: &str) -> bool {
    name != NOTES && !name.contains(['/', '\\', '\0']) && name.len() < usize::from(u16::MAX) - 4
}
