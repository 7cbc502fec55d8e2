//! Logs that grow at the speed of a simulation: in memory, or on disk as they grow.
//!
//! A [`LogWriter`] takes rows as [`TableBuilder`](crate::TableBuilder) does. Given a folder, it
//! writes every full batch of rows as a Parquet file of its own, `part-000000.parquet` and so on,
//! so that memory holds one batch at the most, however long the log becomes. A part appears under
//! its name only when all of it is on the disk: whenever the program or the machine stops, each
//! part that is there opens, and only the rows of the batch under construction are lost.
//!
//! A [`LogFolder`] is such a folder: [`LogFolder::read`] for the whole log,
//! [`LogFolder::parts`] for one part after the other, [`LogFolder::scan`] for polars' lazy frames,
//! which read only the columns and rows that a query needs. pyarrow, pandas and polars open the
//! folder as one data set.
//!
//! ```
//! use etable::log::{LogFolder, LogWriter};
//! use etable::polars::prelude::{col, lit};
//! use etable::{ColumnSpec, ElementType};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let columns = [
//!     ColumnSpec::scalar("Trial", ElementType::Int64),
//!     ColumnSpec::tensor("Act", ElementType::Float32, &[2, 2], &["y", "x"])?,
//! ];
//! let mut log = LogWriter::to_folder(folder.path().join("trials"), columns)?.with_batch_rows(100);
//! for trial in 0..250 {
//!     log.row()?.set("Trial", trial)?.set_tensor("Act", &[trial as f32; 4])?.finish()?;
//! }
//! log.close()?;
//!
//! let log = LogFolder::open(folder.path().join("trials"))?;
//! assert_eq!(log.n_parts(), 3);
//! assert_eq!(log.read()?.tensor::<f32>("Act")?[[249, 1, 1]], 249.0);
//! let late = log.scan()?.filter(col("Trial").gt_eq(lit(240))).select([col("Trial")]).collect();
//! assert_eq!(late.unwrap().height(), 10);
//! # Ok::<(), etable::TableError>(())
//! ```

mod folder;
mod writer;

pub use folder::LogFolder;
pub use writer::LogWriter;
