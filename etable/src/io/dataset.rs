//! Folders of Parquet files, parted by the values of some columns as Hive parts them:
//! `Run=0/Cond=easy/part-0.parquet`.
//!
//! The columns that part the rows stand in the names of the folders alone. polars, pyarrow and Spark
//! read and write such folders, too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{
    Field, HiveOptions, LazyFrame, PlRefPath, ScanArgsParquet, Schema as PolarsSchema,
};

use super::notes::{self, Partition};
use super::{guarded, in_file, parquet};
use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::table::Table;

const FORMAT: &str = "Parquet dataset";
const FILE: &str = "part-0.parquet";
/// The value that stands for null.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
/// Folders are searched to this depth.
const DEPTH: usize = 32;

/// A folder of Parquet files, parted by the values of some columns. See [`Table::write_dataset`].
#[derive(Debug, Clone)]
pub struct Dataset {
    folder: PathBuf,
    files: Vec<PathBuf>,
    notes: Option<String>,
    partitions: Option<Vec<ColumnSpec>>,
}

impl Table {
    /// Writes a folder of Parquet files, one for each combination of values of the columns `by`,
    /// which are scalar ones of integers, flags or texts. The folder must be new or empty; it
    /// appears when all of it is written.
    ///
    /// ```
    /// use etable::polars::prelude::{col, lit};
    /// use etable::{Dataset, Table, ndarray::array};
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("trials");
    /// let table = Table::new()
    ///     .with_column("Run", [0_i64, 0, 1])?
    ///     .with_tensor("Act", array![[0.0_f32, 1.0], [0.5, 0.5], [0.25, 0.0]], &["x"])?;
    /// table.write_dataset(&path, &["Run"])?;
    /// assert!(path.join("Run=1/part-0.parquet").is_file());
    ///
    /// let late = Dataset::open(&path)?.scan()?.filter(col("Run").eq(lit(1))).collect();
    /// let late = Table::from_df(late.unwrap())?;
    /// assert_eq!(late.tensor::<f32>("Act")?, array![[0.25, 0.0]].into_dyn());
    /// # Ok::<(), etable::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::MissingColumn`]; [`TableError::TypeMismatch`] for other columns in `by`;
    /// [`TableError::Unwritable`] for a table without rows, a name or value that cannot be a
    /// folder's, or if no column is left; [`TableError::Write`], nothing is left behind.
    pub fn write_dataset(&self, folder: impl AsRef<Path>, by: &[&str]) -> Result<()> {
        self.write_dataset_at(folder.as_ref(), by)
    }

    fn write_dataset_at(&self, folder: &Path, by: &[&str]) -> Result<()> {
        let unwritable = |reason: String| TableError::Unwritable { format: FORMAT, reason };
        let mut partitions = Vec::new();
        for name in by {
            let (spec, _) = self.scalar_reader(name, "a scalar column to part the rows by")?;
            if spec.element.is_float() {
                let expected = "a column of integers, flags or texts";
                return Err(spec.mismatch(expected, "numbers are seldom equal; make bins of them"));
            }
            if name.is_empty() || name.contains(['/', '\\', '=', '%', '\0']) {
                let reason = format!("`{name}` cannot be in the name of a folder; rename it");
                return Err(unwritable(reason));
            }
            partitions.push(Partition::of(spec));
        }
        if by.len() >= self.n_columns() {
            return Err(unwritable("no column is left for the files; part by fewer".into()));
        }
        if self.n_rows() == 0 {
            return Err(unwritable("it has no rows, so there is no file to write".into()));
        }
        let splits = self.group_by(by)?;
        let notes = notes::with_partitions(self, partitions);
        let mut parts = Vec::new();
        for (split, view) in splits.views().enumerate() {
            let mut path = PathBuf::new();
            for name in by {
                let reader = splits.levels().reader(splits.levels().index(name)?);
                let value = match reader.element(split, 0).map(|element| element.to_string()) {
                    None => NULL.to_owned(),
                    Some(text) if text.is_empty() || text == NULL => {
                        let reason = format!("a text `{text}` in `{name}` cannot name a folder");
                        return Err(unwritable(reason));
                    }
                    Some(text) => encoded(&text),
                };
                path.push(format!("{name}={value}"));
            }
            parts.push((path, view));
        }
        let failed = |source| TableError::Write { path: folder.to_path_buf(), source };
        crate::files::write_folder(folder, |new| {
            for (path, view) in &parts {
                fs::create_dir_all(new.join(path)).map_err(failed)?;
                let mut part = view.to_table()?;
                part.drop_columns(by)?;
                part.write_parquet_with(&new.join(path).join(FILE), notes.clone())?;
            }
            Ok(())
        })
    }
}

impl Dataset {
    /// Looks which Parquet files are in a folder and the folders in it.
    ///
    /// # Errors
    /// [`TableError::Read`] if there is none or the folder cannot be read;
    /// [`TableError::Malformed`] if the first file is damaged.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        Self::open_at(folder.as_ref())
    }

    fn open_at(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(folder, DEPTH, &mut files)?;
        files.sort();
        let Some(first) = files.first() else {
            let reason = "there is no Parquet file in it";
            return Err(TableError::read(folder)(io::Error::new(io::ErrorKind::NotFound, reason)));
        };
        let notes = parquet::read_notes(first)?;
        let partitions = match &notes {
            Some(json) => notes::partitions(json)
                .map_err(|reason| TableError::malformed(first, FORMAT, "metadata", reason))?,
            None => None,
        };
        Ok(Self { folder: folder.to_path_buf(), files, notes, partitions })
    }

    /// The files, ordered by their paths.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// All files as one lazy frame of polars, the columns that part the rows last. A filter on these
    /// leaves out whole files, and only columns that a query needs are read. Collect it with
    /// polars' streaming engine where it is larger than memory. Make the result a table by
    /// [`Table::from_df`].
    ///
    /// # Errors
    /// [`TableError::Polars`] if polars refuses the files.
    pub fn scan(&self) -> Result<LazyFrame> {
        let failed = || TableError::polars(format!("scanning {}", self.folder.display()));
        let schema = self.partitions.as_ref().map(|specs| {
            let fields = specs.iter().map(|spec| Field::new((&*spec.name).into(), spec.polars()));
            Arc::new(fields.collect::<PolarsSchema>())
        });
        let hive = HiveOptions { schema, try_parse_dates: false, ..HiveOptions::new_enabled() };
        let args = ScanArgsParquet { hive_options: hive, glob: false, ..Default::default() };
        let path = PlRefPath::try_from_path(&self.folder).map_err(failed())?;
        LazyFrame::scan_parquet(path, args).map_err(failed())
    }

    /// All files as one table in memory, in the order of [`Dataset::files`], with the notes of the
    /// first.
    ///
    /// # Errors
    /// As [`Dataset::scan`], or [`TableError::Malformed`] for damaged or odd files.
    pub fn read(&self) -> Result<Table> {
        let path = &self.folder;
        let frame = guarded(path, FORMAT, || {
            let frame = self.scan()?.collect();
            frame.map_err(|e| TableError::malformed(path, FORMAT, "content", e.to_string()))
        })?;
        let mut table = Table::from_df(frame).map_err(in_file(path, FORMAT))?;
        if let Some(json) = &self.notes {
            notes::apply(&mut table, json)
                .map_err(|reason| TableError::malformed(path, FORMAT, "metadata", reason))?;
        }
        Ok(table)
    }
}

/// All Parquet files in a folder. Links are not followed, so the search ends.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(TableError::read(folder))? {
        let entry = entry.map_err(TableError::read(folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(TableError::read(&path))?;
        if kind.is_dir() && depth > 0 {
            collect(&path, depth - 1, files)?;
        } else if !kind.is_dir() && path.extension().is_some_and(|end| end == "parquet") {
            files.push(path);
        }
    }
    Ok(())
}

/// A text with all that could mean something in a path as `%2F` and the like.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

impl Partition {
    fn of(spec: &ColumnSpec) -> Self {
        Self { name: spec.name.clone(), element: spec.element.to_string() }
    }

    /// The column that it says; none if its type is no known one.
    pub(super) fn spec(&self) -> Option<ColumnSpec> {
        let known = |element: &ElementType| element.to_string() == self.element;
        let element = ElementType::ALL.into_iter().find(known)?;
        Some(ColumnSpec::scalar(&self.name, element))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn table() -> Table {
        let mut table = Table::new()
            .with_column("Run", [Some(1_i16), None, Some(-2), Some(1), Some(1)])
            .and_then(|table| table.with_column("Easy", [true, true, false, true, false]))
            .and_then(|table| table.with_column("Name", ["a/b=ä %", "x", "x", "a/b=ä %", "1.5"]))
            .and_then(|table| {
                let rows = array![[0.0_f32], [1.0], [2.0], [3.0], [4.0]];
                table.with_tensor("Act", rows, &["x"])
            })
            .unwrap();
        table.metadata_mut().insert("seed".into(), "1".into());
        table.column_metadata_mut("Run").unwrap().insert("unit".into(), "run".into());
        table
    }

    #[test]
    fn rows_come_back_with_types_values_and_notes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k=v [a]*");
        table().write_dataset(&path, &["Run", "Name", "Easy"]).unwrap();
        let data = Dataset::open(&path).unwrap();
        assert_eq!(data.files().len(), 4);
        let read = data.read().unwrap();
        assert_eq!(read.column_names(), ["Act", "Run", "Name", "Easy"]);
        let read = read.select(&["Run", "Easy", "Name", "Act"]).unwrap();
        let mut rows: Vec<usize> = (0..5).collect();
        let act = read.matrix("Act").unwrap();
        rows.sort_by(|&a, &b| act[[a, 0]].total_cmp(&act[[b, 0]]));
        assert_eq!(read.view().take(&rows).unwrap().to_table().unwrap(), table());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_filter_reads_only_the_files_it_needs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        table().write_dataset(&path, &["Easy"]).unwrap();
        fs::write(path.join("Easy=false/part-0.parquet"), "damaged").unwrap();
        let frame = Dataset::open(path.join("Easy=true")).unwrap().scan().unwrap().collect();
        assert_eq!(frame.unwrap().height(), 3);
        let error = Dataset::open(&path).unwrap_err();
        assert!(matches!(error, TableError::Malformed { .. }), "{error}");
    }

    #[test]
    fn what_cannot_be_parted_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let refused =
            |table: &Table, by: &[&str]| table.write_dataset(&path, by).unwrap_err().to_string();
        assert!(refused(&table(), &["Act"]).contains("`Act`"));
        assert!(refused(&table(), &["Run", "Easy", "Name", "Act"]).contains("`Act`"));
        assert!(refused(&table(), &["Nix"]).contains("no column `Nix`"));
        let texts = Table::new().with_column("T", [""]).unwrap();
        assert!(refused(&texts, &["T"]).contains("no column is left"));
        let texts = texts.with_column("F", [0.5]).unwrap();
        assert!(refused(&texts, &["T"]).contains("cannot name a folder"));
        assert!(refused(&texts, &["F"]).contains("make bins"));
        let empty = texts.view().take(&[]).unwrap().to_table().unwrap();
        assert!(refused(&empty, &["T"]).contains("no rows"));
        assert!(!path.exists());
        fs::create_dir(&path).unwrap();
        fs::write(path.join("mine"), "").unwrap();
        assert!(refused(&table(), &["Run"]).contains("not empty"));
        let error = Dataset::open(&path).unwrap_err();
        assert!(matches!(error, TableError::Read { .. }), "{error}");
    }
}
