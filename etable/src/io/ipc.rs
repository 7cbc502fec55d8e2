//! Arrow IPC files, and record batches in memory, through arrow-rs.
//!
//! A tensor column is a fixed-size list whose field carries the two entries of Arrow's extension
//! `arrow.fixed_shape_tensor` (columns of text: the list alone, with the shape in the entry
//! `etable`). Notes on table and columns are one entry `etable` of the schema's metadata.

mod from_arrow;
mod to_arrow;

use std::path::Path;
use std::sync::Arc;

use arrow::buffer::Buffer;
use arrow::compute::concat_batches;
use arrow::error::ArrowError;
use arrow::ipc::convert::try_fb_to_schema;
use arrow::ipc::reader::{FileDecoder, read_footer_length};
use arrow::ipc::writer::FileWriter;
use arrow::ipc::{Block, root_as_footer, root_as_message};
use arrow::record_batch::RecordBatch;

use super::{check_columns, claim, guarded, in_file, read_bytes, write_file};
use crate::error::{Result, TableError};
use crate::table::Table;

const FORMAT: &str = "Arrow IPC";
const MAGIC: &[u8] = b"ARROW1";
/// Footer's length (4 bytes) and the magic number.
const TRAILER: usize = 10;

impl Table {
    /// Reads an Arrow IPC file (also called Feather version 2): ours, pyarrow's, pandas' or polars';
    /// compressed ones, too.
    ///
    /// # Errors
    /// [`TableError::Read`], or [`TableError::Malformed`] naming the place of the damage.
    pub fn read_ipc(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_ipc_columns(path.as_ref(), None)
    }

    /// The columns of these names in the file's order, or all of them.
    pub(super) fn read_ipc_columns(path: &Path, columns: Option<&[&str]>) -> Result<Self> {
        let bytes = read_bytes(path)?;
        guarded(path, FORMAT, || {
            let batch = decode(path, bytes, columns)?;
            Self::from_record_batch(&batch).map_err(in_file(path, FORMAT))
        })
    }

    /// Writes an Arrow IPC file, uncompressed, in one batch.
    ///
    /// # Errors
    /// [`TableError::Write`]; nothing is left behind. [`TableError::Unwritable`] if arrow refuses
    /// the columns.
    pub fn write_ipc(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_ipc_at(path.as_ref())
    }

    fn write_ipc_at(&self, path: &Path) -> Result<()> {
        let batch = self.to_record_batch()?;
        write_file(path, |file| {
            let write = || -> std::result::Result<(), ArrowError> {
                let mut writer = FileWriter::try_new(file, &batch.schema())?;
                writer.write(&batch)?;
                writer.finish()
            };
            write().map_err(|error| match error {
                ArrowError::IoError(_, error) => error,
                other => std::io::Error::other(other.to_string()),
            })
        })
    }
}

/// All batches of a file as one, with these columns or all. Every length that the file claims is compared with its size
/// before anything is made from it.
fn decode(path: &Path, bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<RecordBatch> {
    let bad = |place: &str, reason: String| TableError::malformed(path, FORMAT, place, reason);
    let arrow = |place: &'static str| move |error: ArrowError| bad(place, error.to_string());
    if !bytes.starts_with(MAGIC) {
        let reason = "it does not begin with `ARROW1`; it is another kind of file, or cut short";
        return Err(bad("start", reason.into()));
    }
    if bytes.len() < 8 + TRAILER || !bytes.ends_with(MAGIC) {
        return Err(bad("end", "it does not end with `ARROW1`; the file is cut short".into()));
    }
    let size = bytes.len();
    let buffer = Buffer::from_vec(bytes);
    let start = size - TRAILER;
    let trailer: [u8; TRAILER] = buffer[start..].try_into().expect("the trailer has 10 bytes");
    let length = read_footer_length(trailer).map_err(arrow("footer"))?;
    if length > start - 8 {
        let reason = format!("it claims {length} bytes, more than the file's {size}");
        return Err(bad("footer", reason));
    }
    let footer = root_as_footer(&buffer[start - length..start])
        .map_err(|error| bad("footer", error.to_string()))?;
    let schema = footer.schema().ok_or_else(|| bad("footer", "it holds no schema".into()))?;
    let mut schema = Arc::new(try_fb_to_schema(schema).map_err(arrow("footer"))?);
    let mut decoder = FileDecoder::new(schema.clone(), footer.version());
    if let Some(columns) = columns {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        check_columns(columns, &names)?;
        let wanted = |place: &usize| columns.contains(&names[*place]);
        let places: Vec<usize> = (0..names.len()).filter(wanted).collect();
        let projected = schema.project(&places).map_err(arrow("footer"))?;
        decoder = decoder.with_projection(places);
        schema = Arc::new(projected);
    }
    let slice = |block: &Block| {
        let end = |start: i64| {
            let metadata = i64::from(block.metaDataLength());
            (block.bodyLength() >= 0 && metadata >= 0)
                .then(|| start.checked_add(metadata)?.checked_add(block.bodyLength()))
                .flatten()
        };
        let offset = block.offset();
        match end(offset) {
            Some(end) if offset >= 0 && end <= size as i64 => {
                Ok(buffer.slice_with_length(offset as usize, (end - offset) as usize))
            }
            _ => {
                let reason = format!("a block claims to lie beyond the file's {size} bytes");
                Err(bad("footer", reason))
            }
        }
    };
    // Compressed buffers say themselves how long they become.
    let checked = |block: &Block| {
        let bytes = slice(block)?;
        let content = decompressed_size(&bytes, block.metaDataLength() as usize)
            .map_err(|reason| bad("record batch", reason))?;
        claim(0, content, size).map_err(|reason| bad("record batch", reason))?;
        Ok(bytes)
    };
    for block in footer.dictionaries().iter().flatten() {
        decoder.read_dictionary(block, &checked(block)?).map_err(arrow("dictionaries"))?;
    }
    let mut batches = Vec::new();
    let mut rows: usize = 0;
    for block in footer.recordBatches().iter().flatten() {
        let batch =
            decoder.read_record_batch(block, &checked(block)?).map_err(arrow("record batch"))?;
        if let Some(batch) = batch {
            rows = rows.saturating_add(batch.num_rows());
            batches.push(batch);
        }
    }
    if rows / 8 > size {
        let reason = format!("it claims {rows} rows in a file of {size} bytes");
        return Err(bad("record batch", reason));
    }
    match <[RecordBatch; 1]>::try_from(batches) {
        Ok([batch]) => Ok(batch),
        Err(batches) => concat_batches(&schema, &batches).map_err(arrow("record batches")),
    }
}

/// The bytes that the compressed buffers of a message claim to hold; 0 if none is compressed.
fn decompressed_size(block: &[u8], metadata_length: usize) -> std::result::Result<usize, String> {
    /// Marks the length that follows it; older files have the length alone.
    const CONTINUATION: &[u8] = &[0xff; 4];
    let short = || "its message is cut short".to_owned();
    let (metadata, body) = block.split_at_checked(metadata_length).ok_or_else(short)?;
    let prefix = if metadata.starts_with(CONTINUATION) { 8 } else { 4 };
    let message = root_as_message(metadata.get(prefix..).ok_or_else(short)?)
        .map_err(|error| format!("its message is not understood: {error}"))?;
    let batch = message
        .header_as_record_batch()
        .or_else(|| message.header_as_dictionary_batch().and_then(|batch| batch.data()));
    let Some(batch) = batch.filter(|batch| batch.compression().is_some()) else { return Ok(0) };
    let mut size = 0_usize;
    for buffer in batch.buffers().iter().flatten().filter(|buffer| buffer.length() > 0) {
        let start = usize::try_from(buffer.offset()).map_err(|_| short())?;
        let length = body.get(start..).and_then(|rest| rest.first_chunk()).ok_or_else(short)?;
        // -1 stands for a buffer that is not compressed.
        size = size.saturating_add(usize::try_from(i64::from_le_bytes(*length)).unwrap_or(0));
    }
    Ok(size)
}
