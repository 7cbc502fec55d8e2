//! Frames written by groups of rows, which threads encode and compress side by side.

use std::io::Write;

use polars::io::parquet::write::get_encodings;
use polars::prelude::{
    CompatLevel, DataFrame, KeyValueMetadata, ParquetCompression, ParquetWriter, PolarsResult,
    SchemaExt, StatisticsOptions,
};
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::write::{
    CompressedPage, Compressor, Encoding, SchemaDescriptor, Version, WriteOptions, array_to_columns,
};
use rayon::prelude::*;

/// A group has at most so many bytes, and so many rows.
const BYTES: usize = 16 << 20;
const ROWS: usize = 1 << 18;

/// Writes a frame whose columns have one chunk each. Where its groups end depends on the frame
/// alone, so that a table gives the same file whatever the number of threads.
pub(super) fn write<W: Write + Send>(
    file: W,
    frame: &DataFrame,
    compression: ParquetCompression,
    notes: KeyValueMetadata,
) -> PolarsResult<()> {
    let mut writer = ParquetWriter::new(file)
        .with_compression(compression)
        .with_key_value_metadata(Some(notes))
        .batched(frame.schema())?;
    let encoder = Encoder {
        schema: writer.parquet_schema().clone(),
        encodings: get_encodings(&frame.schema().to_arrow(CompatLevel::newest())).to_vec(),
        options: WriteOptions {
            statistics: StatisticsOptions::default(),
            version: Version::V1,
            compression: compression.into(),
            data_page_size: None,
        },
    };
    let row = frame.estimated_size() / frame.height().max(1);
    let rows = (BYTES / row.max(1)).clamp(1, ROWS);
    let starts: Vec<usize> = (0..frame.height()).step_by(rows).collect();
    for starts in starts.chunks(rayon::current_num_threads()) {
        let parts = starts.par_iter().map(|&start| frame.slice(start as i64, rows));
        let groups = parts.map(|part| Ok((part.height() as u64, encoder.pages(&part)?)));
        for (rows, pages) in groups.collect::<PolarsResult<Vec<_>>>()? {
            writer.write_row_group(rows, &pages)?;
        }
    }
    writer.finish().map(|_| ())
}

/// What turns columns into pages.
struct Encoder {
    schema: SchemaDescriptor,
    encodings: Vec<Vec<Encoding>>,
    options: WriteOptions,
}

impl Encoder {
    /// The pages of every column of the file.
    fn pages(&self, part: &DataFrame) -> PolarsResult<Vec<Vec<CompressedPage>>> {
        let mut pages = vec![];
        for batch in part.iter_chunks(CompatLevel::newest(), false) {
            let columns = batch.columns().iter().zip(self.schema.fields()).zip(&self.encodings);
            for ((array, kind), encodings) in columns {
                for column in array_to_columns(array, kind.clone(), self.options, encodings)? {
                    let column = column.map(|page| {
                        page.map_err(|error| ParquetError::FeatureNotSupported(error.to_string()))
                    });
                    let column = Compressor::new(column, self.options.compression, vec![]);
                    pages.push(column.collect::<Result<_, _>>()?);
                }
            }
        }
        Ok(pages)
    }
}
