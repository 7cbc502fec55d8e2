//! From an Arrow record batch to a table.

use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use arrow::record_batch::RecordBatch;

use super::FORMAT;
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::sealed::{Number, Scalar};
use crate::element::{ElementType, match_element};
use crate::error::{Result, TableError};
use crate::io::notes;
use crate::shape::CellShape;
use crate::table::Table;
use crate::tensor_type;

impl Table {
    /// A table of the columns of an Arrow record batch, copied. Nested fixed-size lists become
    /// tensors, dictionaries (pandas' categories) what they stand for, numbers of 16 bits `f32`.
    ///
    /// # Errors
    /// [`TableError::UnsupportedType`] for other types and tensor extensions that disagree with
    /// their storage; [`TableError::DuplicateColumn`].
    pub fn from_record_batch(batch: &RecordBatch) -> Result<Self> {
        let schema = batch.schema();
        let mut table = Self::new();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let (spec, data) = import(field, array)?;
            table.push(spec, data, batch.num_rows())?;
        }
        if let Some(json) = schema.metadata().get(notes::KEY) {
            notes::apply(&mut table, json).map_err(|reason| {
                TableError::malformed(Path::new("record batch"), FORMAT, "metadata", reason)
            })?;
        }
        Ok(table)
    }
}

fn import(field: &Field, array: &ArrayRef) -> Result<(ColumnSpec, ColumnData)> {
    let unsupported =
        |found: String| TableError::UnsupportedType { column: field.name().clone(), found };
    let Some(list) = array.as_fixed_size_list_opt() else {
        let rows = mask(array.as_ref());
        let values = leaf(array).ok_or_else(|| unsupported(array.data_type().to_string()))?;
        let spec = ColumnSpec::scalar(field.name(), values.element());
        return Ok((spec, ColumnData { values, elements: None, rows }));
    };
    let mut sizes = vec![list.value_length() as usize];
    let mut elements = None;
    let mut values = list_values(list);
    while let Some(inner) = values.clone().as_fixed_size_list_opt() {
        let size = inner.value_length() as usize;
        elements = below(elements, mask(inner), size);
        sizes.push(size);
        values = list_values(inner);
    }
    let own = mask(values.as_ref());
    elements = match (elements, own) {
        (Some(above), Some(own)) => Some(above.iter().zip(own).map(|(a, b)| *a && b).collect()),
        (above, own) => above.or(own),
    };
    let shape = CellShape::new(&sizes, &[])?;
    let values = leaf(&values)
        .filter(|_| values.data_type() != &DataType::Null)
        .ok_or_else(|| unsupported(array.data_type().to_string()))?;
    let mut spec = ColumnSpec { shape, ..ColumnSpec::scalar(field.name(), values.element()) };
    let metadata = field.metadata();
    if metadata.get(tensor_type::NAME_KEY).is_some_and(|name| name == tensor_type::NAME) {
        let json = metadata.get(tensor_type::METADATA_KEY).map_or("", String::as_str);
        if sizes.len() > 1 {
            return Err(unsupported(format!("{} over nested lists", tensor_type::NAME)));
        }
        spec.shape = tensor_type::from_json(json, sizes[0])
            .map_err(|reason| unsupported(format!("{}, and {reason}", tensor_type::NAME)))?;
    }
    let mut data = ColumnData { values, elements, rows: mask(list) };
    if spec.shape.is_scalar() {
        data.rows = match (data.rows, data.elements.take()) {
            (Some(rows), Some(own)) => Some(rows.iter().zip(own).map(|(a, b)| *a && b).collect()),
            (rows, own) => rows.or(own),
        };
    }
    Ok((spec, data))
}

/// The values of a list's own rows (a sliced list shares the values of the whole).
fn list_values(list: &FixedSizeListArray) -> ArrayRef {
    let width = list.value_length() as usize;
    let start = list.value_offset_at(0);
    list.values().slice(start, list.len() * width)
}

/// Which elements `size` to a row are there, from which rows are.
fn below(above: Option<Vec<bool>>, own: Option<Vec<bool>>, size: usize) -> Option<Vec<bool>> {
    let rows: Vec<bool> = match (above, own) {
        (None, None) => return None,
        (Some(above), Some(own)) => above.iter().zip(own).map(|(a, b)| *a && b).collect(),
        (above, own) => above.or(own)?,
    };
    Some(rows.iter().flat_map(|&row| std::iter::repeat_n(row, size)).collect())
}

fn mask(array: &dyn Array) -> Option<Vec<bool>> {
    array.logical_nulls().map(|nulls| nulls.iter().collect())
}

/// The elements of an array, place holders for nulls; none if a table cannot hold the type.
fn leaf(array: &ArrayRef) -> Option<Values> {
    let element = match array.data_type() {
        DataType::Boolean => ElementType::Bool,
        DataType::Int8 => ElementType::Int8,
        DataType::Int16 => ElementType::Int16,
        DataType::Int32 => ElementType::Int32,
        DataType::Int64 => ElementType::Int64,
        DataType::UInt8 => ElementType::UInt8,
        DataType::UInt16 => ElementType::UInt16,
        DataType::UInt32 => ElementType::UInt32,
        DataType::UInt64 => ElementType::UInt64,
        DataType::Float16 => return leaf(&cast(array, &DataType::Float32).ok()?),
        DataType::Float32 => ElementType::Float32,
        DataType::Float64 => ElementType::Float64,
        DataType::Dictionary(_, values) => return leaf(&cast(array, values).ok()?),
        DataType::Utf8 => return Some(texts(array.as_string::<i32>().iter())),
        DataType::LargeUtf8 => return Some(texts(array.as_string::<i64>().iter())),
        DataType::Utf8View => return Some(texts(array.as_string_view().iter())),
        DataType::Null => {
            let mut values = Values::new(ElementType::Text);
            values.push_blank(array.len());
            return Some(values);
        }
        _ => return None,
    };
    Some(match_element!(
        element,
        T => T::values(array.as_primitive::<<T as Number>::Arrow>().values().to_vec()),
        Bool => Values::Bool(array.as_boolean().values().iter().collect()),
        Text => return None,
    ))
}

fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Values {
    Values::Text(texts.map(|text| text.unwrap_or_default().to_string()).collect())
}
