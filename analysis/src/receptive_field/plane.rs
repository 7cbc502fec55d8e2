//! Layers laid out in two dimensions.

use ndarray::{Array2, Array3, Array4};

use super::wrong_length;
use crate::{NanPolicy, Result, error::require, metric::check_finite};

/// A shape of one to four dimensions in a plane of rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    shape: Vec<usize>,
    rows: usize,
    columns: usize,
}

impl Plane {
    pub fn new(argument: &'static str, shape: &[usize]) -> Result<Self> {
        let (rows, columns) = match *shape {
            [n] => (1, n),
            [rows, columns] => (rows, columns),
            [across, rows, columns] => (rows, across * columns),
            [down, across, rows, columns] => (down * rows, across * columns),
            _ => (0, 0),
        };
        let expected = "one to four dimensions, none of length 0";
        require(rows * columns > 0, argument, format!("{shape:?}"), expected)?;
        Ok(Plane { shape: shape.to_vec(), rows, columns })
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Row and column of a flat value.
    pub fn place(&self, flat: usize) -> (usize, usize) {
        match *self.shape {
            [across, rows, columns] | [_, across, rows, columns] => {
                let (pool, unit) = (flat / (rows * columns), flat % (rows * columns));
                let (row, column) = (unit / columns, unit % columns);
                (pool / across * rows + row, pool % across * columns + column)
            }
            _ => (flat / self.columns, flat % self.columns),
        }
    }

    /// Flat values as numbers, checked.
    pub fn read<A: Copy + Into<f64>>(&self, name: &str, values: &[A]) -> Result<Vec<f64>> {
        if values.len() != self.len() {
            return Err(wrong_length(name, values.len(), self.len()));
        }
        let values: Vec<f64> = values.iter().map(|&value| value.into()).collect();
        check_finite(name, 0, &values, NanPolicy::Error)?;
        Ok(values)
    }

    /// Rows of flat values as planes, `[n, rows, columns]`.
    pub fn lay_out(&self, values: &Array2<f64>) -> Array3<f64> {
        let mut planes = Array3::zeros((values.nrows(), self.rows, self.columns));
        for ((item, flat), &value) in values.indexed_iter() {
            let (row, column) = self.place(flat);
            planes[[item, row, column]] = value;
        }
        planes
    }

    /// Fields with both sides laid out.
    pub fn tensor(activity: &Plane, source: &Plane, field: &Array2<f64>) -> Array4<f64> {
        let size = (activity.rows, activity.columns, source.rows, source.columns);
        let mut tensor = Array4::zeros(size);
        for ((unit, flat), &value) in field.indexed_iter() {
            let ((ay, ax), (sy, sx)) = (activity.place(unit), source.place(flat));
            tensor[[ay, ax, sy, sx]] = value;
        }
        tensor
    }
}
