//! A column of patterns, checked and, if need be, converted.

use std::sync::Arc;

use etable::{ElementType, View};
use ndarray::{ArrayD, IxDyn};

use crate::error::{EngineError, Result};

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) sizes: Vec<usize>,
    /// The values in the view's order, if the table does not hold them as `f32`.
    pub(super) converted: Option<Arc<ArrayD<f32>>>,
}

impl Column {
    pub(super) fn new(environment: &str, view: &View, name: &str) -> Result<Self> {
        let spec = view.table().spec(name)?;
        // In f64, so that missing values, text and what is too great for f32 are all found.
        let matrix = view.matrix(name)?;
        if let Some(((position, _), value)) =
            matrix.indexed_iter().find(|(_, value)| !(**value as f32).is_finite())
        {
            return Err(EngineError::EnvironmentValue {
                environment: environment.to_owned(),
                column: name.to_owned(),
                row: position,
                value: *value,
            });
        }
        let sizes = spec.shape.sizes().to_vec();
        let converted = (spec.element != ElementType::Float32).then(|| {
            let shape: Vec<usize> = [&[view.n_rows()], &sizes[..]].concat();
            let values = matrix.iter().map(|&value| value as f32).collect();
            let values = ArrayD::from_shape_vec(IxDyn(&shape), values);
            Arc::new(values.expect("one value per row and element of the cell"))
        });
        Ok(Self { name: name.to_owned(), sizes, converted })
    }
}
