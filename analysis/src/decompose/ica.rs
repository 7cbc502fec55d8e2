//! Independent components: directions whose activity tells nothing about each other's.
//!
//! ```
//! use analysis::Ica;
//! use etable::{Table, ndarray::Array2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two units that mix a sawtooth and a square wave.
//! let source = |t: usize| ((t % 7) as f64 - 3.0, if t % 10 < 5 { 1.0 } else { -1.0 });
//! let mixed = Array2::from_shape_fn((400, 2), |(t, unit)| {
//!     let (saw, square) = source(t);
//!     if unit == 0 { saw + 2.0 * square } else { 0.5 * saw - square }
//! });
//! let log = Table::new().with_tensor("Act", mixed.into_dyn(), &["unit"])?;
//! let ica = Ica::fit(&log, "Act", 2, 1)?;
//! let sources = ica.project(&log, "Act", None)?;
//! // One of the components is the square wave: it has two values only.
//! let two = |name: &str| sources.numbers(name).unwrap().iter().all(|v| (v.abs() - 1.0).abs() < 0.1);
//! assert!(two("IC1") || two("IC2"));
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use linfa::{DatasetBase, traits::Fit, traits::Predict};
use linfa_ica::fast_ica::{FastIca, GFunc};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use ndarray_linalg::{JobSvd, SVDDC};

use super::{PROJECTION, fix_sign, linear_algebra, loadings, pca::Pca, scores_table};
use crate::{
    AnalysisError, Figure, NanPolicy, PcaOptions, Result,
    error::require,
    rows::{read_labels, read_like, read_matrix},
    tensor_grid,
};

const MAXIMUM_ITERATIONS: usize = 2000;
/// Iterations end where no direction turns by more than the root of twice this, in radians.
const TOLERANCE: f64 = 1e-14;

/// Directions at rest turn by less than this, one minus the cosine, in another step.
const SETTLED: f64 = 1e-8;

/// Independent components of a column.
///
/// Their activities over the rows of the fit have mean 0, variance 1, and are not correlated. Their
/// order is that of linfa's FastICA, which depends on the seed; each has the sign that makes the
/// largest entry of its mixing positive.
///
/// [`converged`](Self::converged) tells whether the iterations came to rest: activity that is close
/// to normal has no components to find, and what is returned is then one rotation of many.
#[derive(Clone, Debug, PartialEq)]
pub struct Ica {
    column: String,
    shape: Vec<usize>,
    mean: Array1<f64>,
    unmixing: Array2<f64>,
    mixing: Array2<f64>,
    converged: bool,
}

impl Ica {
    /// Finds `k` independent components of a numeric column.
    ///
    /// ```text
    /// s = W (x − x̄)        x = x̄ + A s
    /// ```
    ///
    /// The rows are brought to their first `k` principal components of variance 1; there linfa's
    /// FastICA (parallel, with `tanh`) finds the rotation that makes the components least Gaussian.
    /// Components of normal activity cannot be told apart.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless `k` is from 1 to the number of directions in which
    /// the rows vary; those of [`Pca::fit`];
    /// [`AnalysisError::NoResult`] if the iterations fail.
    ///
    /// # Source
    ///
    /// A. Hyvärinen, E. Oja (2000), Independent component analysis: algorithms and applications,
    /// *Neural Networks* 13.
    pub fn fit(view: impl Into<View>, column: &str, k: usize, seed: u32) -> Result<Self> {
        Self::fit_view(&view.into(), column, k, seed)
    }

    fn fit_view(view: &View, column: &str, k: usize, seed: u32) -> Result<Self> {
        let pca = Pca::fit(view, column, PcaOptions::default())?;
        let largest = pca.variances().first().copied().unwrap_or(0.0);
        let varying =
            pca.variances().iter().filter(|variance| **variance > largest * 1e-12).count();
        let expected = format!("from 1 to {varying}, the directions in which the rows vary");
        require((1..=varying).contains(&k), "k", k, expected)?;
        let rows = read_matrix(view, column, "independent components", 2, NanPolicy::Error)?;
        let shape = view.table().spec(column)?.shape.sizes().to_vec();
        let name = column.to_string();
        interrupt::run(move || {
            let deviations = pca.variances().slice_axis(Axis(0), Slice::from(..k)).mapv(f64::sqrt);
            let directions = pca.components().slice_axis(Axis(0), Slice::from(..k)).to_owned();
            let whitening = &directions / &deviations.view().insert_axis(Axis(1));
            let white = DatasetBase::from((rows - pca.mean()).dot(&whitening.t()));
            let failed = |message: String| AnalysisError::NoResult {
                analysis: "independent components",
                message,
            };
            let model = FastIca::params()
                .ncomponents(k)
                .gfunc(GFunc::Logcosh(1.0))
                .max_iter(MAXIMUM_ITERATIONS)
                .tol(TOLERANCE)
                .random_state(seed as usize)
                .fit(&white)
                .map_err(|error| failed(error.to_string()))?;
            // What the model does to the unit vectors is its matrix, up to the scale that gives
            // the sources variance 1: a rotation.
            let mut rotation =
                model.predict(&Array2::eye(k)) - model.predict(&Array2::zeros((k, k)));
            for mut column in rotation.columns_mut() {
                let length = column.dot(&column).sqrt();
                column /= length;
            }
            let mut unmixing = rotation.t().dot(&whitening);
            let mut mixing = rotation.t().dot(&(&directions * &deviations.insert_axis(Axis(1))));
            if unmixing.iter().any(|value| !value.is_finite()) {
                return Err(failed("the iterations left the range of numbers".into()));
            }
            let converged = turn(white.records(), &rotation)? < SETTLED;
            for (mut direction, mut mixture) in
                unmixing.rows_mut().into_iter().zip(mixing.rows_mut())
            {
                if fix_sign(mixture.view_mut()) {
                    direction.mapv_inplace(|value| -value);
                }
            }
            Ok(Ica {
                column: name,
                shape,
                mean: pca.mean().to_owned(),
                unmixing,
                mixing,
                converged,
            })
        })?
    }

    /// Whether another step would leave the components where they are.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// The column that was decomposed.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// W: what makes sources of rows, `[k, d]`.
    pub fn unmixing(&self) -> ArrayView2<'_, f64> {
        self.unmixing.view()
    }

    /// The columns of A: what each source contributes to the units, `[k, d]`, one a row.
    pub fn mixing(&self) -> ArrayView2<'_, f64> {
        self.mixing.view()
    }

    /// The sources of rows: `Label`, `IC1`, `IC2`, ... The rows need not be those of the fit.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn project(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
    ) -> Result<Table> {
        self.project_view(&view.into(), column, labels)
    }

    fn project_view(&self, view: &View, column: &str, labels: Option<&str>) -> Result<Table> {
        let rows = read_like(view, column, PROJECTION, self.mean.len())?;
        let sources = (rows - &self.mean).dot(&self.unmixing.t());
        scores_table(read_labels(view, labels)?, "IC", &sources)
    }

    /// One row per component: `Component` (from 1), and the tensors `Mixing` and `Unmixing` in the
    /// shape of the column's cells.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let numbers: Vec<i64> = (1..=self.mixing.nrows() as i64).collect();
        let mut table = Table::new()
            .with_column("Component", numbers)?
            .with_tensor("Mixing", loadings(&self.mixing, &self.shape), &[])?
            .with_tensor("Unmixing", loadings(&self.unmixing, &self.shape), &[])?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// What every component contributes to the units, as images.
    ///
    /// # Errors
    ///
    /// Those of [`tensor_grid`].
    pub fn figure(&self) -> Result<Figure> {
        Ok(tensor_grid(&self.to_table()?, "Mixing", Some("Component"))?
            .title(format!("Independent components of {}", self.column)))
    }
}

impl fmt::Display for Ica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (components, values) = self.mixing.dim();
        write!(f, "{components} independent components of {} ({values} values)", self.column)?;
        if self.converged { Ok(()) } else { f.write_str(", not converged") }
    }
}

/// By how much another step of FastICA turns the directions, the columns of `rotation`: one minus
/// the least cosine.
///
/// ```text
/// w⁺ = E[x g(wᵀx)] − E[g′(wᵀx)] w,   W ← (W Wᵀ)^(−1/2) W,   g = tanh
/// ```
fn turn(white: &Array2<f64>, rotation: &Array2<f64>) -> Result<f64> {
    let n = white.nrows() as f64;
    let bent = white.dot(rotation).mapv(f64::tanh);
    let slopes = bent.mapv(|value| 1.0 - value * value).mean_axis(Axis(0)).expect("there are rows");
    let next = white.t().dot(&bent) / n - rotation * &slopes;
    // The closest rotation, by singular values: U Vᵀ.
    let (left, _, right) =
        next.svddc(JobSvd::Some).map_err(linear_algebra("independent components"))?;
    let (Some(left), Some(right)) = (left, right) else { return Ok(f64::INFINITY) };
    let cosines = (&left.dot(&right) * rotation).sum_axis(Axis(0));
    Ok(1.0 - cosines.iter().fold(1.0, |least: f64, cosine| least.min(cosine.abs())))
}
