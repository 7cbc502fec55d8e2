//! Activation-based receptive fields: which source patterns a unit was active for.
//!
//! Also known as reverse correlation. For every unit of a layer the source patterns (an input, say,
//! or another layer) are averaged, weighted by the unit's activity.
//!
//! ```
//! use analysis::ReceptiveField;
//! # fn main() -> Result<(), analysis::AnalysisError> {
//! let mut field = ReceptiveField::new("V1", &[2], &[1, 2])?;
//! field.add(&[1.0_f32, 0.0], &[1.0, 0.5], 0.1)?; // unit 0 is active for the left source
//! field.add(&[0.0_f32, 1.0], &[0.0, 1.5], 0.1)?; // unit 1 for the right one
//! field.average();
//! assert_eq!(field.value(0, 0), 1.0);
//! assert_eq!((field.value(0, 1), field.value(1, 1)), (0.25, 0.75));
//! let table = field.to_table()?; // one row a unit, the field a tensor
//! assert_eq!(table.matrix("Field")?.row(1).to_vec(), [0.0, 0.75]);
//! # Ok(())
//! # }
//! ```
//!
//! # Source
//!
//! emergent: package `actrf` (`RF`, `RFs`, `RunningAvg`).

mod plane;
mod running;

pub use running::RunningField;

use std::fmt;

use etable::{Table, View};
use ndarray::{Array1, Array2, Array4, ArrayView1, ArrayView2};
use plane::Plane;

use crate::{
    AnalysisError, Figure, NanPolicy, Result, error::check_threshold, rows::read_matrix,
    tensor_grid, text::short_number,
};

/// A field that varies by less than this share of its size is the same everywhere: the quotients of
/// a unit that is always equally active differ by as much as their sums are rounded.
const LEAST_CONTRAST: f64 = 1e-10;

/// The receptive fields of the units of one layer onto one source.
///
/// ```text
/// field[a, s] = Σ activity[a] source[s] / Σ source[s]
/// ```
///
/// summed over the samples in which `source[s]` reaches a threshold. [`add`](Self::add) takes a
/// sample in, [`average`](Self::average) makes the fields from the sums (as often as wanted),
/// [`normalise`](Self::normalise) spreads each from 0 to 1.
///
/// Units have the order of the layer's flat values. In [`tensor`](Self::tensor) both layers are
/// laid out in a plane: `[n]` as one row, `[pool y, pool x, unit y, unit x]` as
/// `pool y · unit y` rows of `pool x · unit x`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceptiveField {
    name: String,
    activity: Plane,
    source: Plane,
    products: Array2<f64>,
    sources: Array1<f64>,
    n_samples: usize,
    field: Array2<f64>,
    normalised: Array2<f64>,
}

impl ReceptiveField {
    /// Fields of a layer of shape `activity` onto a source of shape `source`, both of one to four
    /// dimensions; nothing is added yet.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] for a shape of no or more than four dimensions, or with
    /// one of length 0.
    pub fn new(name: impl Into<String>, activity: &[usize], source: &[usize]) -> Result<Self> {
        let (activity, source) =
            (Plane::new("activity shape", activity)?, Plane::new("source shape", source)?);
        let size = (activity.len(), source.len());
        Ok(ReceptiveField {
            name: name.into(),
            products: Array2::zeros(size),
            sources: Array1::zeros(source.len()),
            n_samples: 0,
            field: Array2::zeros(size),
            normalised: Array2::zeros(size),
            activity,
            source,
        })
    }

    /// Adds a sample: the layer's activity and the source's, as flat values. Sources below
    /// `threshold` (0.01, say) do not count, which keeps quotients of tiny sums out.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`] if a length is not that of its shape;
    /// [`AnalysisError::NotFinite`]; [`AnalysisError::InvalidArgument`] for a threshold that is not
    /// a number. Nothing is added then.
    pub fn add<A: Copy + Into<f64>>(
        &mut self,
        activity: &[A],
        source: &[A],
        threshold: f64,
    ) -> Result<()> {
        let activity = self.activity.read("activity", activity)?;
        let source = self.source.read("source", source)?;
        check_threshold(threshold)?;
        let reached: Vec<(usize, f64)> =
            source.into_iter().enumerate().filter(|(_, value)| *value >= threshold).collect();
        for &(place, value) in &reached {
            self.sources[place] += value;
        }
        for (mut products, activity) in self.products.rows_mut().into_iter().zip(activity) {
            for &(place, value) in &reached {
                products[place] += activity * value;
            }
        }
        self.n_samples += 1;
        Ok(())
    }

    /// Makes the fields from what was added so far. Places of the source that were never sampled,
    /// or whose values do not add up to more than 0, keep what they had (0 at first). The sums stay,
    /// so that more can be added.
    pub fn average(&mut self) -> &mut Self {
        for (place, &sum) in self.sources.iter().enumerate() {
            if sum > 0.0 {
                let products = self.products.column(place);
                self.field.column_mut(place).assign(&(&products / sum));
            }
        }
        self
    }

    /// Spreads each unit's field from 0 to 1: less its minimum, divided by what is then its
    /// maximum. A field that is the same everywhere, but for rounding, becomes 0. Call
    /// [`average`](Self::average) first.
    pub fn normalise(&mut self) -> &mut Self {
        self.normalised.assign(&self.field);
        for mut unit in self.normalised.rows_mut() {
            let size = unit.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
            let low = unit.iter().copied().fold(f64::INFINITY, f64::min);
            unit -= low;
            let high = unit.iter().copied().fold(0.0, f64::max);
            if high > size * LEAST_CONTRAST {
                unit /= high;
            } else {
                unit.fill(0.0);
            }
        }
        self
    }

    /// [`average`](Self::average), then [`normalise`](Self::normalise): what a figure needs.
    pub fn average_and_normalise(&mut self) -> &mut Self {
        self.average().normalise()
    }

    /// Forgets the samples; the fields stay until the next [`average`](Self::average).
    pub fn reset(&mut self) {
        self.products.fill(0.0);
        self.sources.fill(0.0);
        self.n_samples = 0;
    }

    /// The name it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Samples added since the last [`reset`](Self::reset).
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The field of unit `unit` at place `place` of the source, both flat.
    ///
    /// # Panics
    ///
    /// If there is no such unit or place.
    #[track_caller]
    pub fn value(&self, unit: usize, place: usize) -> f64 {
        self.field[[unit, place]]
    }

    /// The fields, `[units, source values]`, flat on both sides.
    pub fn fields(&self) -> ArrayView2<'_, f64> {
        self.field.view()
    }

    /// The normalised fields, `[units, source values]`.
    pub fn normalised(&self) -> ArrayView2<'_, f64> {
        self.normalised.view()
    }

    /// The sum of the source's values over the samples, `[source values]`: how well and evenly it
    /// was sampled.
    pub fn coverage(&self) -> ArrayView1<'_, f64> {
        self.sources.view()
    }

    /// The fields laid out in planes, `[activity y, activity x, source y, source x]`, as emergent
    /// has them.
    pub fn tensor(&self) -> Array4<f64> {
        Plane::tensor(&self.activity, &self.source, &self.field)
    }

    /// One row per unit: its place `Y` and `X` in the layer's plane, and the tensors `Field` and
    /// `Normalised`, `[source y, source x]`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for fields made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = field_table(&self.activity, &self.source, "Field", &self.field)?;
        let normalised = field_table(&self.activity, &self.source, "Normalised", &self.normalised)?;
        table.add_tensor("Normalised", normalised.tensor::<f64>("Normalised")?, &["y", "x"])?;
        table.metadata_mut().insert("receptive field".into(), self.name.clone());
        Ok(table)
    }

    /// The normalised fields of all units as a grid of images.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        let table = self.to_table()?;
        Ok(tensor_grid(&table, "Normalised", Some("Unit"))?
            .title(format!("Receptive fields: {}", self.name)))
    }
}

/// The fields of one matrix as a table: `Unit`, `Y`, `X` and the tensor.
fn field_table(activity: &Plane, source: &Plane, name: &str, field: &Array2<f64>) -> Result<Table> {
    let places: Vec<(usize, usize)> =
        (0..activity.len()).map(|unit| activity.place(unit)).collect();
    let column = |part: fn(&(usize, usize)) -> usize| -> Vec<i64> {
        places.iter().map(|place| part(place) as i64).collect()
    };
    let names: Vec<String> = places.iter().map(|(y, x)| format!("{y}, {x}")).collect();
    Ok(Table::new()
        .with_column("Unit", names)?
        .with_column("Y", column(|place| place.0))?
        .with_column("X", column(|place| place.1))?
        .with_tensor(name, source.lay_out(field).into_dyn(), &["y", "x"])?)
}

impl fmt::Display for ReceptiveField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, places) = self.field.dim();
        let (low, high) =
            crate::figure::scale::extent(self.field.iter().copied()).unwrap_or((0.0, 0.0));
        write!(
            f,
            "receptive fields {}: {units} units onto {places} source values, {} samples, {} to {}",
            self.name,
            self.n_samples,
            short_number(low),
            short_number(high)
        )
    }
}

/// The receptive fields of a log: tensor column `activity` onto tensor column `source`, every row a
/// sample, averaged and normalised.
///
/// ```
/// use analysis::receptive_field;
/// use etable::{Table, ndarray::arr2};
/// let log = Table::new()
///     .with_tensor("Hidden", arr2(&[[1.0, 0.0], [0.0, 1.0]]).into_dyn(), &["unit"])?
///     .with_tensor("Input", arr2(&[[1.0, 0.0], [1.0, 1.0]]).into_dyn(), &["x"])?;
/// let field = receptive_field(&log, "Hidden", "Input", 0.01)?;
/// assert_eq!(field.fields().row(0).to_vec(), [0.5, 0.0]);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, not numeric, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view, [`AnalysisError::EmptyCells`],
/// [`AnalysisError::NotFinite`], [`AnalysisError::InvalidArgument`] for cells of more than four
/// dimensions, or a threshold that is not a number.
pub fn receptive_field(
    view: impl Into<View>,
    activity: &str,
    source: &str,
    threshold: f64,
) -> Result<ReceptiveField> {
    receptive_field_view(&view.into(), activity, source, threshold)
}

fn receptive_field_view(
    view: &View,
    activity: &str,
    source: &str,
    threshold: f64,
) -> Result<ReceptiveField> {
    check_threshold(threshold)?;
    let read = |column: &str| read_matrix(view, column, "a receptive field", 1, NanPolicy::Error);
    let (activities, mut sources) = (read(activity)?, read(source)?);
    let shape = |column: &str| -> Result<Vec<usize>> {
        let sizes = view.table().spec(column)?.shape.sizes().to_vec();
        Ok(if sizes.is_empty() { vec![1] } else { sizes })
    };
    let name = format!("{activity} of {source}");
    let mut field = ReceptiveField::new(name, &shape(activity)?, &shape(source)?)?;
    sources.mapv_inplace(|value| if value >= threshold { value } else { 0.0 });
    field.products = activities.t().dot(&sources).as_standard_layout().into_owned();
    field.sources = sources.sum_axis(ndarray::Axis(0));
    field.n_samples = view.n_rows();
    field.average_and_normalise();
    Ok(field)
}

/// Receptive fields by name, each made when its first sample comes.
///
/// ```
/// use analysis::ReceptiveFields;
/// let mut fields = ReceptiveFields::default();
/// fields.add("V1", (&[2], &[1.0, 0.0]), (&[2], &[0.0, 1.0]), 0.01)?;
/// fields.average_and_normalise();
/// assert_eq!(fields.get("V1").unwrap().value(0, 1), 1.0);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceptiveFields {
    fields: Vec<ReceptiveField>,
}

impl ReceptiveFields {
    /// Adds a sample to the field `name`: the layer's and the source's shape and flat values. The
    /// shapes count when the name is new.
    ///
    /// # Errors
    ///
    /// As [`ReceptiveField::new`] and [`ReceptiveField::add`].
    pub fn add<A: Copy + Into<f64>>(
        &mut self,
        name: &str,
        activity: (&[usize], &[A]),
        source: (&[usize], &[A]),
        threshold: f64,
    ) -> Result<()> {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            return field.add(activity.1, source.1, threshold);
        }
        let mut field = ReceptiveField::new(name, activity.0, source.0)?;
        field.add(activity.1, source.1, threshold)?;
        self.fields.push(field);
        Ok(())
    }

    /// The field of a name.
    pub fn get(&self, name: &str) -> Option<&ReceptiveField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// All fields, in the order of their first samples.
    pub fn iter(&self) -> impl Iterator<Item = &ReceptiveField> {
        self.fields.iter()
    }

    /// [`ReceptiveField::average_and_normalise`] of all.
    pub fn average_and_normalise(&mut self) {
        for field in &mut self.fields {
            field.average_and_normalise();
        }
    }

    /// [`ReceptiveField::reset`] of all.
    pub fn reset(&mut self) {
        for field in &mut self.fields {
            field.reset();
        }
    }
}

/// `2 receptive fields`, and a line for each.
impl fmt::Display for ReceptiveFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fields.len() {
            1 => write!(f, "1 set of receptive fields")?,
            count => write!(f, "{count} sets of receptive fields")?,
        }
        self.fields.iter().try_for_each(|field| write!(f, "\n{field}"))
    }
}

/// What a length that does not fit is told.
fn wrong_length(column: &str, found: usize, expected: usize) -> AnalysisError {
    AnalysisError::WidthMismatch { column: column.to_string(), found, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_below_the_threshold_do_not_count_and_places_without_sample_stay() {
        let mut field = ReceptiveField::new("a", &[1], &[2]).unwrap();
        field.add(&[0.5], &[0.05, 0.5], 0.1).unwrap();
        field.add(&[1.0], &[0.05, 0.5], 0.1).unwrap();
        field.average();
        assert_eq!(field.fields().row(0).to_vec(), [0.0, 0.75]);
        assert_eq!(field.coverage().to_vec(), [0.0, 1.0]);
        field.reset();
        field.add(&[1.0], &[0.5, 0.0], 0.1).unwrap();
        field.average().normalise();
        assert_eq!(field.fields().row(0).to_vec(), [1.0, 0.75], "what was not sampled is kept");
        assert_eq!(field.normalised().row(0).to_vec(), [1.0, 0.0]);
        assert_eq!(field.n_samples(), 1);
    }

    #[test]
    fn rounding_is_no_field() {
        // A unit that is always equally active, and sources of many sizes.
        let mut field = ReceptiveField::new("a", &[1], &[25]).unwrap();
        for sample in 0..50 {
            let source: Vec<f64> =
                (0..25).map(|place| ((sample * 37 + place * 101) as f64 * 0.618).fract()).collect();
            field.add(&[0.95_f32.into()], &source, 0.01).unwrap();
        }
        field.average_and_normalise();
        assert!(field.fields().iter().any(|&value| value != field.value(0, 0)), "rounded");
        assert!(field.normalised().iter().all(|&value| value == 0.0));
    }

    #[test]
    fn places_whose_samples_cancel_have_no_field() {
        let mut field = ReceptiveField::new("a", &[1], &[1]).unwrap();
        for source in [0.1, 0.2, -0.3] {
            field.add(&[1.0], &[source], -1.0).unwrap();
        }
        field.add(&[0.0], &[-1e-9], -1.0).unwrap();
        assert_eq!(field.average().value(0, 0), 0.0);
    }

    #[test]
    fn pools_are_laid_out_in_a_plane() {
        // Activity [1, 2, 1, 2]: two pools of a row of two units each. The source is [2, 3].
        let mut field = ReceptiveField::new("pools", &[1, 2, 1, 2], &[2, 3]).unwrap();
        let source: Vec<f64> = (1..=6).map(f64::from).collect();
        field.add(&[0.0, 1.0, 2.0, 3.0], &source, 0.0).unwrap();
        field.average();
        let tensor = field.tensor();
        assert_eq!(tensor.dim(), (1, 4, 2, 3));
        assert_eq!(tensor[[0, 2, 1, 2]], 2.0);
        let table = field.to_table().unwrap();
        assert_eq!(table.spec("Field").unwrap().shape.sizes(), [2, 3]);
        assert_eq!(table.numbers("X").unwrap(), [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn wrong_samples_are_refused_whole() {
        let mut field = ReceptiveField::new("a", &[2], &[2]).unwrap();
        let before = field.clone();
        assert!(matches!(
            field.add(&[1.0], &[1.0, 1.0], 0.0),
            Err(AnalysisError::WidthMismatch { found: 1, expected: 2, .. })
        ));
        assert!(matches!(
            field.add(&[1.0, 0.0], &[1.0, f64::NAN], 0.0),
            Err(AnalysisError::NotFinite { position: 1, .. })
        ));
        assert_eq!(field, before);
        let mut fields = ReceptiveFields::default();
        assert!(fields.add("a", (&[2], &[1.0]), (&[2], &[1.0, 1.0]), 0.0).is_err());
        assert!(fields.get("a").is_none(), "no field of the wrong shape stays");
        fields.add("a", (&[1], &[1.0]), (&[2], &[1.0, 1.0]), 0.0).unwrap();
        for threshold in [f64::NAN, -f64::NAN] {
            let found = field.add(&[1.0, 0.0], &[1.0, 1.0], threshold);
            assert!(matches!(found, Err(AnalysisError::InvalidArgument { .. })));
        }
        assert_eq!(field, before);
        assert!(ReceptiveField::new("a", &[], &[2]).is_err());
        assert!(ReceptiveField::new("a", &[2, 0], &[2]).is_err());
        assert!(ReceptiveField::new("a", &[1, 1, 1, 1, 1], &[2]).is_err());
    }
}
