//! What a file's one entry `etable` holds: the notes on the table and its columns, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::column::ColumnSpec;
use crate::error::Result;
use crate::shape::CellShape;
use crate::table::Table;
use crate::tensor_type;

/// The key of a file's metadata under which the notes stand.
pub(super) const KEY: &str = "etable";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Notes {
    version: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    columns: BTreeMap<String, ColumnNotes>,
    /// The columns that the names of folders hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partitions: Option<Vec<Partition>>,
}

/// A column that the names of folders hold, and the type of its elements.
#[derive(Serialize, Deserialize)]
pub(super) struct Partition {
    pub(super) name: String,
    pub(super) element: String,
}

#[derive(Serialize, Deserialize, Default)]
struct ColumnNotes {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    /// Only where the format itself does not carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<Vec<usize>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dim_names: Option<Vec<String>>,
}

/// The notes of a table as JSON, with the shapes of columns that cannot carry the tensor extension.
pub(super) fn to_json(table: &Table) -> String {
    with_partitions(table, None)
}

/// [`to_json`] for the files of a folder that is parted by some columns.
pub(super) fn with_partitions(
    table: &Table,
    partitions: impl Into<Option<Vec<Partition>>>,
) -> String {
    json_of(table, |spec| !tensor_type::is_marked(spec.element), partitions.into())
}

/// The columns that the names of folders hold, if the notes of a file say.
///
/// # Errors
/// What is wrong with the notes.
pub(super) fn partitions(json: &str) -> std::result::Result<Option<Vec<ColumnSpec>>, String> {
    let Some(partitions) = parse(json)?.partitions else { return Ok(None) };
    let spec = |partition: &Partition| {
        let unknown = || format!("`{}` is no known type of elements", partition.element);
        partition.spec().ok_or_else(unknown)
    };
    partitions.iter().map(spec).collect::<std::result::Result<_, _>>().map(Some)
}

/// The notes of a table as JSON, with the shapes of all tensor columns that have dimension names.
pub(super) fn to_json_with_names(table: &Table) -> String {
    json_of(table, |spec| !spec.shape.names().is_empty(), None)
}

fn json_of(
    table: &Table,
    with_shape: impl Fn(&ColumnSpec) -> bool,
    partitions: Option<Vec<Partition>>,
) -> String {
    let metadata = table.metadata().clone();
    let mut notes = Notes { version: VERSION, metadata, columns: BTreeMap::new(), partitions };
    for spec in table.specs() {
        let mut column = ColumnNotes { metadata: spec.metadata.clone(), ..Default::default() };
        if !spec.shape.is_scalar() && with_shape(spec) {
            column.shape = Some(spec.shape.sizes().to_vec());
            column.dim_names =
                (!spec.shape.names().is_empty()).then(|| spec.shape.names().to_vec());
        }
        if !column.metadata.is_empty() || column.shape.is_some() {
            notes.columns.insert(spec.name.clone(), column);
        }
    }
    serde_json::to_string(&notes).expect("texts and numbers are always valid JSON")
}

/// Puts the notes of a file on the table read from it. Notes on columns that are gone (another
/// program has dropped or renamed them) are left out.
///
/// # Errors
/// What is wrong with the notes, or where they disagree with a column.
pub(super) fn apply(table: &mut Table, json: &str) -> std::result::Result<(), String> {
    let notes = parse(json)?;
    let mut specs = table.specs().to_vec();
    for spec in &mut specs {
        let Some(column) = notes.columns.get(&spec.name) else {
            continue;
        };
        spec.metadata = column.metadata.clone();
        if let Some(sizes) = &column.shape {
            let shape = read_shape(sizes, column.dim_names.clone())
                .map_err(|error| format!("column `{}`: {error}", spec.name))?;
            if shape.len() != spec.shape.len() || spec.shape.is_scalar() {
                return Err(format!(
                    "the entry `{KEY}` claims the shape {sizes:?} for column `{}`, which has {} \
                     elements a row",
                    spec.name,
                    spec.shape.len()
                ));
            }
            spec.shape = shape;
        }
    }
    table.set_specs(specs);
    *table.metadata_mut() = notes.metadata;
    Ok(())
}

fn parse(json: &str) -> std::result::Result<Notes, String> {
    let notes: Notes = serde_json::from_str(json)
        .map_err(|error| format!("the entry `{KEY}` is not understood: {error}"))?;
    if notes.version > VERSION {
        return Err(format!(
            "the entry `{KEY}` has version {}, this program knows {VERSION}; use a newer one",
            notes.version
        ));
    }
    Ok(notes)
}

fn read_shape(sizes: &[usize], names: Option<Vec<String>>) -> Result<CellShape> {
    CellShape::with_names(sizes, names.unwrap_or_default())
}
