//! From a polars column of any origin to the form that a table keeps.

use polars::prelude::{Column, DataType, PolarsResult, Series};
use polars_arrow::array::{Array, FixedSizeListArray};
use polars_arrow::bitmap::Bitmap;

use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::shape::CellShape;
use crate::tensor_type;

/// The column in one chunk, flat, of a type that a table keeps; with its specification.
///
/// Categories become text, a column of type null becomes text of nulls, a nested `Array` becomes flat
/// with the nesting as its shape, and `arrow.fixed_shape_tensor` is unwrapped. A cell that has
/// elements, but none that is there, becomes null as a whole.
///
/// # Errors
/// [`TableError::UnsupportedType`] for other types, and for a tensor extension whose parameters do
/// not fit its storage.
pub(crate) fn import_column(column: &Column) -> Result<(ColumnSpec, Series)> {
    import_series(column.as_materialized_series())
}

fn import_series(series: &Series) -> Result<(ColumnSpec, Series)> {
    let name = series.name().to_string();
    let unsupported = |found: String| TableError::UnsupportedType { column: name.clone(), found };
    let failed = || TableError::polars(format!("reading the column `{name}`"));
    match series.dtype() {
        DataType::Extension(extension, storage) => {
            let stored = series.to_storage();
            let (mut spec, series) = import_series(stored)?;
            if extension.name() == tensor_type::NAME {
                let DataType::Array(_, width) = storage.as_ref() else {
                    return Err(unsupported(format!("{} over {storage}", tensor_type::NAME)));
                };
                if matches!(storage.as_ref(), DataType::Array(inner, _) if inner.is_array()) {
                    return Err(unsupported(format!("{} over {storage}", tensor_type::NAME)));
                }
                let json = extension.serialize_metadata().unwrap_or_default();
                spec.shape = tensor_type::from_json(&json, *width).map_err(|reason| {
                    unsupported(format!("{}, and {reason}", tensor_type::NAME))
                })?;
                if spec.shape.is_scalar() {
                    let series = series.get_leaf_array();
                    return Ok((spec, one_chunk(series)));
                }
            }
            Ok((spec, series))
        }
        DataType::Array(..) => {
            let mut sizes = Vec::new();
            let mut inner = series.dtype();
            while let DataType::Array(next, size) = inner {
                sizes.push(*size);
                inner = next;
            }
            let shape = CellShape::new(&sizes, &[])?;
            let element =
                kept_element(inner).ok_or_else(|| unsupported(series.dtype().to_string()))?;
            let spec = ColumnSpec { shape, ..ColumnSpec::scalar(name.as_str(), element) };
            let mut series = one_chunk(series.clone());
            if sizes.len() > 1 {
                series = flatten(&series, spec.shape.len()).map_err(failed())?;
            }
            if series.dtype() != &spec.polars() {
                series = one_chunk(series.strict_cast(&spec.polars()).map_err(failed())?);
            }
            Ok((spec, with_null_cells(series).map_err(failed())?))
        }
        other => {
            let element = kept_element(other).ok_or_else(|| unsupported(other.to_string()))?;
            let spec = ColumnSpec::scalar(name.as_str(), element);
            let series = if other == &element.polars() {
                series.clone()
            } else {
                series.strict_cast(&element.polars()).map_err(failed())?
            };
            Ok((spec, one_chunk(series)))
        }
    }
}

/// The element type that a table keeps values of this polars type as.
fn kept_element(data_type: &DataType) -> Option<ElementType> {
    match data_type {
        DataType::Null | DataType::Categorical(..) | DataType::Enum(..) => Some(ElementType::Text),
        other => ElementType::from_polars(other),
    }
}

/// The same values in one chunk, as a table keeps them.
pub(crate) fn one_chunk(series: Series) -> Series {
    if series.n_chunks() == 1 { series } else { series.rechunk() }
}

/// A flat array column with cells null that have elements, but none that is there.
fn with_null_cells(series: Series) -> PolarsResult<Series> {
    let list = list_of(&series);
    let width = list.size();
    let elements = match list.values().validity() {
        Some(bitmap) if bitmap.unset_bits() > 0 && width > 0 => bitmap,
        _ => return Ok(series),
    };
    let there = |row: usize| (row * width..(row + 1) * width).any(|place| elements.get_bit(place));
    let rows: Bitmap = (0..list.len()).map(|row| list.is_valid(row) && there(row)).collect();
    let array = list.clone().with_validity(Some(rows)).boxed();
    Series::from_chunk_and_dtype(series.name().clone(), array, series.dtype())
}

/// The one chunk of an array column.
fn list_of(series: &Series) -> &FixedSizeListArray {
    let chunk = series.chunks().first().and_then(|chunk| chunk.as_any().downcast_ref());
    chunk.expect("an array column in one chunk")
}

/// Arrays of arrays as arrays of `width` elements; a row that is null at any level of nesting but
/// the elements keeps its nulls as null elements.
fn flatten(series: &Series, width: usize) -> PolarsResult<Series> {
    let outer = list_of(series);
    let rows = outer.validity().cloned();
    let mut values = outer.values().clone();
    let mut inner: Option<Vec<bool>> = None;
    while let Some(list) = values.clone().as_any().downcast_ref::<FixedSizeListArray>() {
        let size = list.size();
        let level: Vec<bool> = (0..list.len())
            .flat_map(|i| {
                let above = inner.as_ref().is_none_or(|mask| mask[i]);
                std::iter::repeat_n(above && list.is_valid(i), size)
            })
            .collect();
        inner = Some(level);
        values = list.values().clone();
    }
    let mask: Bitmap = (0..values.len())
        .map(|i| inner.as_ref().is_none_or(|mask| mask[i]) && values.is_valid(i))
        .collect();
    let values = if mask.unset_bits() > 0 { values.with_validity(Some(mask)) } else { values };
    let list = values.dtype().clone().to_fixed_size_list(width, true);
    let leaf = series.get_leaf_array().dtype().clone();
    let array = FixedSizeListArray::try_new(list, outer.len(), values, rows)?.boxed();
    Series::from_chunk_and_dtype(
        series.name().clone(),
        array,
        &DataType::Array(Box::new(leaf), width),
    )
}
