//! Measures of a list of numbers, and normalisation by them.
//!
//! A [`Measure`] is one number for many: their mean, their greatest magnitude, their length. A
//! [`Normalisation`] changes numbers in place: divides them by a measure, turns them into z-scores,
//! maps them to 0 to 1. [`Table::normalise`] does so for a column: as a whole, cell by cell, or
//! within cells. NaN takes part in nothing and stays where it is. All sums are of 64 bits.
//!
//! ```
//! use etable::Table;
//! use etable::ndarray::array;
//! use etable::norm::{Measure, Normalisation};
//!
//! assert_eq!(Measure::L2.of(&[3.0, 4.0]), 5.0);
//!
//! let mut act = [1.0, 2.0, 5.0];
//! Normalisation::Unit.apply(&mut act);
//! assert_eq!(act, [0.0, 0.25, 1.0]);
//!
//! // Every cell by its own greatest value.
//! let mut table = Table::new().with_tensor("Act", array![[1.0, 4.0], [0.5, 0.25]], &["x"])?;
//! table.normalise("Act", 1, Normalisation::Divide(Measure::Max))?;
//! assert_eq!(table.tensor::<f64>("Act")?, array![[0.25, 1.0], [1.0, 0.5]].into_dyn());
//! # Ok::<(), etable::TableError>(())
//! ```

use crate::column::ColumnData;
use crate::element::ElementType;
use crate::error::{Result, TableError};
use crate::float::Float;
use crate::table::Table;

/// What to compute of many numbers (emergent: the functions of `norm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// How many there are.
    Count,
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The sample variance, by n − 1; 0 of a single number.
    Var,
    /// The sample standard deviation, the root of [`Var`](Measure::Var).
    Std,
    /// The sum of the magnitudes.
    L1,
    /// The Euclidean length, the root of the sum of squares.
    L2,
    /// The sum of squares.
    SumOfSquares,
    /// The greatest.
    Max,
    /// The greatest magnitude.
    MaxAbs,
    /// The least.
    Min,
    /// The least magnitude.
    MinAbs,
}

impl Measure {
    /// The measure of `values` without those that are NaN. Of none, counts and sums are 0 and the
    /// others NaN.
    pub fn of<T: Float>(self, values: &[T]) -> f64 {
        let numbers =
            || values.iter().map(|value| value.to_f64()).filter(|number| !number.is_nan());
        // Not `sum`, which makes -0 of none.
        let sum = |f: fn(f64) -> f64| numbers().map(f).fold(0.0, |sum, x| sum + x);
        let extreme = |f: fn(f64) -> f64, better: fn(f64, f64) -> f64| {
            numbers().map(f).reduce(better).unwrap_or(f64::NAN)
        };
        match self {
            Self::Count => numbers().count() as f64,
            Self::Sum => sum(|x| x),
            Self::Mean => sum(|x| x) / numbers().count() as f64,
            Self::Var => {
                let mean = Self::Mean.of(values);
                let squares: f64 = numbers().map(|x| (x - mean) * (x - mean)).sum();
                match numbers().count() {
                    0 => f64::NAN,
                    1 => 0.0,
                    count => squares / (count - 1) as f64,
                }
            }
            Self::Std => Self::Var.of(values).sqrt(),
            Self::L1 => sum(f64::abs),
            Self::L2 => sum(|x| x * x).sqrt(),
            Self::SumOfSquares => sum(|x| x * x),
            Self::Max => extreme(|x| x, f64::max),
            Self::MaxAbs => extreme(f64::abs, f64::max),
            Self::Min => extreme(|x| x, f64::min),
            Self::MinAbs => extreme(f64::abs, f64::min),
        }
    }
}

/// A change of many numbers together (emergent: `DivNorm`, `SubNorm` and so on).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Normalisation {
    /// Divides by the measure, unless that is 0.
    Divide(Measure),
    /// Subtracts the measure.
    Subtract(Measure),
    /// Subtracts the mean and divides by the sample standard deviation, unless that is 0.
    ZScore,
    /// Maps the least to 0 and the greatest to 1; equal numbers all become 0.
    Unit,
    /// Multiplies by a number.
    Multiply(f64),
    /// Adds a number.
    Add(f64),
    /// Puts what is below `low` or above `high` at that end, if it is given.
    Clip {
        /// The least value allowed.
        low: Option<f64>,
        /// The greatest value allowed.
        high: Option<f64>,
    },
    /// Makes what is at least `threshold` `high`, and the rest `low`.
    Binarise {
        /// The least number that counts as on.
        threshold: f64,
        /// The value for on.
        high: f64,
        /// The value for off.
        low: f64,
    },
}

impl Normalisation {
    /// Changes `values` in place; NaN stays.
    pub fn apply<T: Float>(self, values: &mut [T]) {
        match self {
            Self::Divide(measure) => divide(values, measure.of(values)),
            Self::Subtract(measure) => {
                let measured = measure.of(values);
                each(values, |x| x - measured);
            }
            Self::ZScore => {
                let (mean, std) = (Measure::Mean.of(values), Measure::Std.of(values));
                each(values, |x| x - mean);
                divide(values, std);
            }
            Self::Unit => {
                let (min, max) = (Measure::Min.of(values), Measure::Max.of(values));
                each(values, |x| x - min);
                divide(values, max - min);
            }
            Self::Multiply(factor) => each(values, |x| x * factor),
            Self::Add(summand) => each(values, |x| x + summand),
            Self::Clip { low, high } => each(values, |x| {
                let x = high.map_or(x, |high| if x > high { high } else { x });
                low.map_or(x, |low| if x < low { low } else { x })
            }),
            Self::Binarise { threshold, high, low } => {
                each(values, |x| if x >= threshold { high } else { low });
            }
        }
    }
}

fn each<T: Float>(values: &mut [T], change: impl Fn(f64) -> f64) {
    for value in values.iter_mut().filter(|value| !value.to_f64().is_nan()) {
        *value = T::from_f64(change(value.to_f64()));
    }
}

fn divide<T: Float>(values: &mut [T], divisor: f64) {
    if divisor != 0.0 {
        each(values, |x| x / divisor);
    }
}

impl Table {
    /// Normalises a column of `f32` or `f64` in place. `outer` says over what: 0 for the column as
    /// a whole, 1 for each cell by itself, 2 for each part of a cell along its first dimension, and
    /// so on (emergent: the `ndim` of `TensorUnit32` and the like).
    ///
    /// # Errors
    /// [`TableError::MissingColumn`], [`TableError::TypeMismatch`] for other element types,
    /// [`TableError::Null`], or [`TableError::Argument`] if the cells have not that many dimensions.
    pub fn normalise(
        &mut self,
        name: &str,
        outer: usize,
        normalisation: Normalisation,
    ) -> Result<()> {
        let spec = self.spec(name)?;
        let sizes = spec.shape.sizes();
        if outer > sizes.len() {
            return Err(TableError::Argument {
                argument: "outer",
                reason: format!(
                    "{outer} dimensions are to be outer ones, but a column of {} has only {}: its \
                     rows and the dimensions of a cell",
                    spec.type_name(),
                    sizes.len() + 1
                ),
            });
        }
        let part = match outer {
            0 => usize::MAX,
            _ => sizes[outer - 1..].iter().product::<usize>().max(1),
        };
        match spec.element {
            ElementType::Float32 => self.change::<f32>(name, part, normalisation),
            _ => self.change::<f64>(name, part, normalisation),
        }
    }

    fn change<T: Float>(
        &mut self,
        name: &str,
        part: usize,
        normalisation: Normalisation,
    ) -> Result<()> {
        let index = self.index(name)?;
        let mut values = self.complete_numbers::<T>(index)?.to_vec();
        if !values.is_empty() {
            let part = part.min(values.len());
            values.chunks_mut(part).for_each(|part| normalisation.apply(part));
        }
        self.replace(index, ColumnData::new(T::values(values)))
    }
}
