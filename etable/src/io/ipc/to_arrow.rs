//! From a table to an Arrow record batch.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, FixedSizeListArray, PrimitiveArray, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::FORMAT;
use crate::column::{ColumnSpec, Reader};
use crate::element::sealed::Number;
use crate::element::{Element, match_element};
use crate::error::{Result, TableError};
use crate::io::notes;
use crate::table::Table;
use crate::tensor_type;

impl Table {
    /// The table as an Arrow record batch, tensor columns marked as `arrow.fixed_shape_tensor`.
    /// Copies the values.
    ///
    /// # Errors
    /// [`TableError::Unwritable`] if arrow refuses the columns (texts of over 2 GB in one column).
    pub fn to_record_batch(&self) -> Result<RecordBatch> {
        let columns = self.specs().iter().enumerate().map(|(index, spec)| self.export(index, spec));
        let (fields, arrays): (Vec<_>, Vec<_>) = columns
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(refused)?
            .into_iter()
            .unzip();
        let notes = HashMap::from([(notes::KEY.to_string(), notes::to_json(self))]);
        let schema = Arc::new(Schema::new(fields).with_metadata(notes));
        let options = RecordBatchOptions::new().with_row_count(Some(self.n_rows()));
        RecordBatch::try_new_with_options(schema, arrays, &options).map_err(refused)
    }

    fn export(
        &self,
        index: usize,
        spec: &ColumnSpec,
    ) -> std::result::Result<(Field, ArrayRef), ArrowError> {
        let reader = self.reader(index);
        let values = self.export_elements(index, spec, &reader);
        if spec.shape.is_scalar() {
            return Ok((Field::new(&spec.name, values.data_type().clone(), true), values));
        }
        let width = i32::try_from(spec.shape.len()).expect("a cell shape fits in i32");
        let item = Arc::new(Field::new("item", values.data_type().clone(), true));
        let rows = reader.row_mask().map(NullBuffer::from);
        let list = FixedSizeListArray::try_new_with_length(
            item.clone(),
            width,
            values,
            rows,
            self.n_rows(),
        )?;
        let mut field = Field::new(&spec.name, DataType::FixedSizeList(item, width), true);
        if tensor_type::is_marked(spec.element) {
            field.set_metadata(HashMap::from([
                (tensor_type::NAME_KEY.to_string(), tensor_type::NAME.to_string()),
                (tensor_type::METADATA_KEY.to_string(), tensor_type::to_json(&spec.shape)),
            ]));
        }
        Ok((field, Arc::new(list)))
    }

    fn export_elements(&self, index: usize, spec: &ColumnSpec, reader: &Reader<'_>) -> ArrayRef {
        const TYPE: &str = "the element type is the one of the branch";
        let nulls = reader.element_mask().map(NullBuffer::from);
        let width = spec.shape.len();
        let elements = || {
            (0..self.n_rows())
                .flat_map(|row| (0..width).map(move |element| (row, element)))
                .map(|(row, element)| reader.element(row, element))
        };
        match_element!(
            spec.element,
            T => {
                let values = self.typed_numbers::<T>(index).expect(TYPE).to_vec();
                Arc::new(PrimitiveArray::<<T as Number>::Arrow>::new(values.into(), nulls))
            },
            Bool => {
                let flags = elements().map(|element| element == Some(Element::Bool(true)));
                Arc::new(BooleanArray::new(BooleanBuffer::from_iter(flags), nulls))
            },
            Text => Arc::new(StringArray::from_iter(elements().map(|element| match element {
                Some(Element::Text(text)) => Some(text),
                _ => None,
            }))),
        )
    }
}

fn refused(error: ArrowError) -> TableError {
    TableError::Unwritable { format: FORMAT, reason: error.to_string() }
}
