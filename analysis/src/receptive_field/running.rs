//! Receptive fields that follow the network as it learns.

use etable::Table;
use ndarray::{Array2, Array4, ArrayView2};

use super::{field_table, plane::Plane};
use crate::{AnalysisError, Figure, Result, tensor_grid};

/// Receptive fields as running averages, at hand at any time.
///
/// ```text
/// field[a, s] ← (1 − 1/τ) field[a, s] + (1/τ) activity[a] source[s]
/// ```
///
/// They are not divided by the source's sums: sources sampled more often, and lately, weigh more
/// ([`ReceptiveField`](super::ReceptiveField) has neither bias). emergent: `RunningAvg`.
///
/// ```
/// use analysis::RunningField;
/// let mut field = RunningField::new("V1", &[1], &[2], 4.0)?;
/// field.add(&[1.0], &[1.0, 0.0])?;
/// field.add(&[1.0], &[1.0, 1.0])?;
/// assert_eq!(field.fields().row(0).to_vec(), [0.4375, 0.25]); // 0.75 · 0.25 + 0.25
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RunningField {
    name: String,
    activity: Plane,
    source: Plane,
    rate: f64,
    field: Array2<f64>,
}

impl RunningField {
    /// Fields of a layer of shape `activity` onto a source of shape `source`, at first 0, with the
    /// time constant `tau` in samples.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for a shape of no or more than four dimensions or with
    /// one of length 0, and unless `tau` is at least 1.
    pub fn new(
        name: impl Into<String>,
        activity: &[usize],
        source: &[usize],
        tau: f64,
    ) -> Result<Self> {
        if !(tau >= 1.0 && tau.is_finite()) {
            return Err(AnalysisError::invalid("tau", tau, "at least 1 sample"));
        }
        let (activity, source) =
            (Plane::new("activity shape", activity)?, Plane::new("source shape", source)?);
        let field = Array2::zeros((activity.len(), source.len()));
        Ok(RunningField { name: name.into(), activity, source, rate: 1.0 / tau, field })
    }

    /// Takes a sample in, as [`ReceptiveField::add`](super::ReceptiveField::add).
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`], [`AnalysisError::NotFinite`].
    pub fn add<A: Copy + Into<f64>>(&mut self, activity: &[A], source: &[A]) -> Result<()> {
        let activity = self.activity.read("activity", activity)?;
        let source = self.source.read("source", source)?;
        let rate = self.rate;
        for (mut unit, activity) in self.field.rows_mut().into_iter().zip(activity) {
            for (value, source) in unit.iter_mut().zip(&source) {
                *value = (1.0 - rate) * *value + rate * activity * source;
            }
        }
        Ok(())
    }

    /// The fields, `[units, source values]`, flat on both sides.
    pub fn fields(&self) -> ArrayView2<'_, f64> {
        self.field.view()
    }

    /// The fields laid out in planes, `[activity y, activity x, source y, source x]`.
    pub fn tensor(&self) -> Array4<f64> {
        Plane::tensor(&self.activity, &self.source, &self.field)
    }

    /// One row per unit: its place `Y` and `X` in the layer's plane, and the tensor `Field`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for fields made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        field_table(&self.activity, &self.source, "Field", &self.field)
    }

    /// The fields of all units as a grid of images.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        Ok(tensor_grid(&self.to_table()?, "Field", Some("Unit"))?
            .title(format!("Receptive fields: {}", self.name)))
    }
}
