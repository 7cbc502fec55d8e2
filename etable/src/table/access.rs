//! Reading a table's columns and cells by name, in Rust's types.

use ndarray::{Array2, ArrayD, ArrayViewD, Axis, IxDyn};

use super::Table;
use crate::column::{ColumnSpec, Reader, number_slice};
use crate::element::{Element, ElementType, Number, Scalar};
use crate::error::{Result, TableError};
use crate::shape::CellShape;

impl Table {
    /// A scalar column of flags or numbers as `f64`; flags are 0 and 1.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for text and tensors, or
    /// [`TableError::Null`] naming the first missing row.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        self.numbers_at(name, 0..self.n_rows())
    }

    pub(crate) fn numbers_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<f64>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of numbers")?;
        if spec.element == ElementType::Text {
            return Err(spec.mismatch("a scalar column of numbers", "use `texts` or `labels`"));
        }
        present(name, rows, |row| reader.element(row, 0).and_then(Element::to_f64))
    }

    /// A scalar column of flags.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn flags(&self, name: &str) -> Result<Vec<bool>> {
        self.flags_at(name, 0..self.n_rows())
    }

    pub(crate) fn flags_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<bool>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of flags")?;
        if spec.element != ElementType::Bool {
            return Err(spec.mismatch("a scalar column of flags", "use `numbers` or `labels`"));
        }
        present(name, rows, |row| match reader.element(row, 0) {
            Some(Element::Bool(flag)) => Some(flag),
            _ => None,
        })
    }

    /// A scalar column of text.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        self.texts_at(name, 0..self.n_rows())
    }

    pub(crate) fn texts_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<String>> {
        let (spec, reader) = self.scalar_reader(name, "a scalar column of text")?;
        if spec.element != ElementType::Text {
            return Err(
                spec.mismatch("a scalar column of text", "use `labels` for any scalar type")
            );
        }
        present(name, rows, |row| reader.element(row, 0).map(|element| element.to_string()))
    }

    /// Any scalar column as text, the shortest that reads back as the value; a null is empty.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], or [`TableError::TypeMismatch`] for tensors.
    pub fn labels(&self, name: &str) -> Result<Vec<String>> {
        self.labels_at(name, 0..self.n_rows())
    }

    pub(crate) fn labels_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Vec<String>> {
        let (_, reader) = self.scalar_reader(name, "a scalar column")?;
        Ok(rows
            .map(|row| {
                reader.element(row, 0).map(|element| element.to_string()).unwrap_or_default()
            })
            .collect())
    }

    /// A scalar column of numbers, `[rows]`, without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] or [`TableError::Null`].
    pub fn slice<T: Number>(&self, name: &str) -> Result<&[T]> {
        let index = self.index(name)?;
        if !self.specs[index].shape.is_scalar() {
            let expected = format!("a scalar column of {}", T::TYPE);
            return Err(self.specs[index].mismatch(expected, "use `tensor`"));
        }
        self.complete_numbers::<T>(index)
    }

    /// A column of numbers as `[rows, dims...]` (a scalar column as `[rows]`), without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`], or [`TableError::Null`] naming
    /// the first row that misses an element.
    pub fn tensor<T: Number>(&self, name: &str) -> Result<ArrayViewD<'_, T>> {
        let index = self.index(name)?;
        let values = self.complete_numbers::<T>(index)?;
        Ok(shaped(values, self.n_rows(), &self.specs[index].shape))
    }

    /// The value of one scalar cell, in the column's own type.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn cell<S: Scalar>(&self, name: &str, row: usize) -> Result<S> {
        self.check_row(row)?;
        let (spec, reader) =
            self.scalar_reader(name, &format!("a scalar column of {}", S::SCALAR))?;
        if spec.element != S::SCALAR {
            let hint = format!("ask for a cell of type {}", spec.element);
            return Err(spec.mismatch(S::SCALAR.to_string(), &hint));
        }
        let element = reader.element(row, 0);
        element
            .and_then(S::from_element)
            .ok_or_else(|| TableError::Null { column: name.into(), row })
    }

    /// The tensor in one cell, `[dims...]`, without a copy.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn tensor_cell<T: Number>(&self, name: &str, row: usize) -> Result<ArrayViewD<'_, T>> {
        self.check_row(row)?;
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if self.reader(index).first_null([row]).is_some() {
            return Err(TableError::Null { column: name.into(), row });
        }
        let values = self.typed_numbers::<T>(index)?;
        let width = spec.shape.len();
        let cell = shaped(&values[row * width..(row + 1) * width], 1, &spec.shape);
        Ok(cell.index_axis_move(Axis(0), 0))
    }

    /// The texts in one cell of a column of text, row-major.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::RowOutOfRange`], [`TableError::TypeMismatch`] or
    /// [`TableError::Null`].
    pub fn text_cell(&self, name: &str, row: usize) -> Result<Vec<String>> {
        self.check_row(row)?;
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if spec.element != ElementType::Text {
            return Err(spec.mismatch("a column of text", "use `tensor_cell`"));
        }
        let reader = self.reader(index);
        let texts = (0..spec.shape.len())
            .map(|element| reader.element(row, element).map(|element| element.to_string()));
        let null = || TableError::Null { column: name.into(), row };
        texts.collect::<Option<_>>().ok_or_else(null)
    }

    /// Any column in its own type, `[rows, dims...]` (a scalar column `[rows]`), copied. What is
    /// missing is `None`: single elements, and all elements of a null cell.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::TypeMismatch`].
    pub fn elements<S: Scalar>(&self, name: &str) -> Result<ArrayD<Option<S>>> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if spec.element != S::SCALAR {
            let hint = format!("ask for elements of type {}", spec.element);
            return Err(spec.mismatch(format!("of {}", S::SCALAR), &hint));
        }
        let (reader, width) = (self.reader(index), spec.shape.len());
        let elements = (0..self.n_rows())
            .flat_map(|row| (0..width).map(move |element| (row, element)))
            .map(|(row, element)| reader.element(row, element).and_then(S::from_element))
            .collect();
        Ok(ArrayD::from_shape_vec(full_shape(self.n_rows(), &spec.shape), elements)
            .expect("one value per row and element"))
    }

    /// Any column of flags or numbers as `[rows, cell length]` in `f64`, for analyses.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for text, or [`TableError::Null`].
    pub fn matrix(&self, name: &str) -> Result<Array2<f64>> {
        self.matrix_at(name, 0..self.n_rows())
    }

    pub(crate) fn matrix_at(
        &self,
        name: &str,
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Array2<f64>> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if spec.element == ElementType::Text {
            return Err(spec.mismatch("a column of numbers", "texts have no place in a matrix"));
        }
        let (n_rows, width) = (rows.len(), spec.shape.len());
        let reader = self.reader(index);
        let mut values = Vec::with_capacity(n_rows * width);
        for (position, row) in rows.enumerate() {
            for element in 0..width {
                let value = reader.element(row, element).and_then(Element::to_f64);
                values.push(
                    value.ok_or_else(|| TableError::Null { column: name.into(), row: position })?,
                );
            }
        }
        Ok(Array2::from_shape_vec((n_rows, width), values).expect("one value per row and element"))
    }

    /// Whether a cell is missing as a whole.
    ///
    /// # Errors
    /// [`TableError::MissingColumn`] or [`TableError::RowOutOfRange`].
    pub fn is_null(&self, name: &str, row: usize) -> Result<bool> {
        self.check_row(row)?;
        Ok(self.reader(self.index(name)?).is_null(row))
    }

    pub(crate) fn scalar_reader(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<(&ColumnSpec, Reader<'_>)> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        if !spec.shape.is_scalar() {
            return Err(spec.mismatch(expected, "use `tensor` or `matrix`"));
        }
        Ok((spec, self.reader(index)))
    }

    pub(crate) fn typed_numbers<T: Number>(&self, index: usize) -> Result<&[T]> {
        let spec = &self.specs[index];
        if spec.element != T::TYPE {
            let hint = if spec.element == ElementType::Text {
                "use `texts` or `text_cell`".into()
            } else {
                format!("ask for {}, or use `matrix` for f64 of any type", spec.element)
            };
            return Err(spec.mismatch(format!("of {}", T::TYPE), &hint));
        }
        Ok(number_slice(self.series(index), spec))
    }

    pub(crate) fn complete_numbers<T: Number>(&self, index: usize) -> Result<&[T]> {
        let values = self.typed_numbers(index)?;
        match self.reader(index).first_null(0..self.n_rows()) {
            Some(row) => Err(TableError::Null { column: self.specs[index].name.clone(), row }),
            None => Ok(values),
        }
    }

    /// The rows of a column of numbers at these places, `[rows, dims...]`.
    pub(crate) fn tensor_at<T: Number>(&self, name: &str, rows: &[usize]) -> Result<ArrayD<T>> {
        let index = self.index(name)?;
        let spec = &self.specs[index];
        let values = self.typed_numbers::<T>(index)?;
        if let Some(row) = self.reader(index).first_null(rows.iter().copied()) {
            let row = rows.iter().position(|&r| r == row).unwrap_or(row);
            return Err(TableError::Null { column: name.into(), row });
        }
        let width = spec.shape.len();
        let mut gathered = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            gathered.extend_from_slice(&values[row * width..(row + 1) * width]);
        }
        let shape = full_shape(rows.len(), &spec.shape);
        Ok(ArrayD::from_shape_vec(shape, gathered).expect("one value per row and element"))
    }
}

fn full_shape(n_rows: usize, cell: &CellShape) -> IxDyn {
    let mut shape = vec![n_rows];
    shape.extend_from_slice(cell.sizes());
    IxDyn(&shape)
}

fn shaped<'a, T>(values: &'a [T], n_rows: usize, cell: &CellShape) -> ArrayViewD<'a, T> {
    ArrayViewD::from_shape(full_shape(n_rows, cell), values)
        .expect("a column's values are rows times cell length")
}

/// One value for each row, or the position of the first row that has none.
fn present<T>(
    name: &str,
    rows: impl ExactSizeIterator<Item = usize>,
    value: impl Fn(usize) -> Option<T>,
) -> Result<Vec<T>> {
    let null = |row| TableError::Null { column: name.into(), row };
    rows.enumerate().map(|(position, row)| value(row).ok_or_else(|| null(position))).collect()
}
