//! Gaussian mixtures: clusters as clouds of their own form and weight.
//!
//! ```
//! use analysis::{GaussianMixture, MixtureOptions};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new().with_column("X", [0.0, 0.2, 0.4, 9.8, 10.0, 10.2])?;
//! let found = GaussianMixture::fit(&table, "X", MixtureOptions::new(2))?;
//! assert_eq!(found.clusters(&table, "X")?, [0, 0, 0, 1, 1, 1]);
//! assert!((found.means()[[1, 0]] - 10.0).abs() < 1e-9);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2, ArrayView3, ArrayViewMut1, Axis, s};
use ndarray_linalg::{FactorizeC, UPLO};
use rayon::prelude::*;

use super::kmeans::plus_plus;
use crate::{
    AnalysisError, NanPolicy, Result,
    decompose::linear_algebra,
    error::require,
    probability::{normalise, place_of_largest},
    random::SplitMix64,
    rows::{read_like, read_matrix},
};

const ANALYSIS: &str = "a Gaussian mixture";
/// Added to variances, lest a cloud shrink to a point.
const LEAST_VARIANCE: f64 = 1e-6;
const MAXIMUM_ITERATIONS: usize = 1000;
/// Iterations end where the mean log-likelihood of a row grows by less.
const TOLERANCE: f64 = 1e-10;

/// What form clouds can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Covariance {
    /// Any ellipsoid: a covariance matrix each.
    #[default]
    Full,
    /// Ellipsoids along the axes: a variance for each value. Needs far fewer rows.
    Diagonal,
}

/// How to fit: [`GaussianMixture::fit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixtureOptions {
    /// Number of clouds.
    pub k: usize,
    /// Their form.
    pub covariance: Covariance,
    /// Independent starts, of which the one with the highest likelihood is kept.
    pub starts: u64,
    /// Seed of the starts.
    pub seed: u64,
}

impl MixtureOptions {
    /// `k` clouds of any form, ten starts, seed 1.
    pub fn new(k: usize) -> Self {
        MixtureOptions { k, covariance: Covariance::Full, starts: 10, seed: 1 }
    }
}

/// A density that is a weighted sum of normal ones:
///
/// ```text
/// p(x) = Σ w_k N(x; μ_k, Σ_k)
/// ```
///
/// fitted by expectation and maximisation, in logarithms throughout, so that no probability
/// vanishes. Variances are kept above by 10⁻⁶, as scikit-learn does. Clouds are numbered from 0 by
/// the first row that is most probably theirs. (The mixture of linfa has neither likelihoods, which
/// choose the number of clouds, nor clouds along the axes.)
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianMixture {
    column: String,
    covariance: Covariance,
    n_rows: usize,
    log_likelihood: f64,
    converged: bool,
    clouds: Clouds,
}

#[derive(Clone, Debug, PartialEq)]
struct Clouds {
    weights: Array1<f64>,
    means: Array2<f64>,
    /// `[k, d, d]`; zeros off the diagonals where they are so.
    covariances: Array3<f64>,
}

impl GaussianMixture {
    /// Fits a mixture to the rows of a column. Each start takes centres by k-means++ and the
    /// covariance of all rows.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] unless `k` is from 1 to the number of rows and `starts`
    /// at least 1; [`AnalysisError::Table`], [`AnalysisError::EmptyCells`],
    /// [`AnalysisError::NotFinite`], [`AnalysisError::TooFewRows`] below two rows,
    /// [`AnalysisError::LinearAlgebra`] if a covariance has no inverse,
    /// [`AnalysisError::Interrupted`].
    ///
    /// # Source
    ///
    /// A. Dempster, N. Laird, D. Rubin (1977), Maximum likelihood from incomplete data via the EM
    /// algorithm, *Journal of the Royal Statistical Society B* 39.
    pub fn fit(view: impl Into<View>, column: &str, options: MixtureOptions) -> Result<Self> {
        Self::fit_view(&view.into(), column, options)
    }

    fn fit_view(view: &View, column: &str, options: MixtureOptions) -> Result<Self> {
        let rows = read_matrix(view, column, ANALYSIS, 2, NanPolicy::Error)?;
        let MixtureOptions { k, covariance, starts, seed } = options;
        let n_rows = rows.nrows();
        let expected = format!("from 1 to the number of rows, {n_rows}");
        require((1..=n_rows).contains(&k), "k", k, expected)?;
        require(starts > 0, "starts", starts, "at least 1")?;
        let best = interrupt::run(move || {
            let fits: Vec<Climb> = (0..starts)
                .into_par_iter()
                .map(|start| climb(&rows, k, covariance, &mut SplitMix64::stream(seed, start)))
                .collect::<Result<_>>()?;
            let mut best = fits
                .into_iter()
                .reduce(|best, next| if next.likelihood > best.likelihood { next } else { best })
                .expect("there is a start");
            best.clouds = best.clouds.in_order_of(&rows)?;
            Ok::<_, AnalysisError>(best)
        })??;
        Ok(GaussianMixture {
            column: column.into(),
            covariance,
            n_rows,
            log_likelihood: best.likelihood * n_rows as f64,
            converged: best.converged,
            clouds: best.clouds,
        })
    }

    /// Whether the likelihood no longer grew when the climb ended; if not, after a thousand steps,
    /// more rows or fewer clouds may help.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Number of clouds, k.
    pub fn n_clouds(&self) -> usize {
        self.clouds.weights.len()
    }

    /// Weights, `[k]`, that sum to 1.
    pub fn weights(&self) -> ArrayView1<'_, f64> {
        self.clouds.weights.view()
    }

    /// Means, `[k, d]`.
    pub fn means(&self) -> ArrayView2<'_, f64> {
        self.clouds.means.view()
    }

    /// Covariances, `[k, d, d]`.
    pub fn covariances(&self) -> ArrayView3<'_, f64> {
        self.clouds.covariances.view()
    }

    /// The logarithm of the likelihood of the rows of the fit.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Numbers that the fit chose.
    fn n_parameters(&self) -> f64 {
        let (k, d) = self.clouds.means.dim();
        let of_form = match self.covariance {
            Covariance::Full => d * (d + 1) / 2,
            Covariance::Diagonal => d,
        };
        (k * (d + of_form) + k - 1) as f64
    }

    /// Bayesian information criterion, `−2 ln L + p ln n`, p being the numbers that the fit chose:
    /// of several fits to the same rows the one with the least is to be preferred.
    pub fn bic(&self) -> f64 {
        -2.0 * self.log_likelihood + self.n_parameters() * (self.n_rows as f64).ln()
    }

    /// Akaike's information criterion, `−2 ln L + 2 p`.
    pub fn aic(&self) -> f64 {
        -2.0 * self.log_likelihood + 2.0 * self.n_parameters()
    }

    /// The most probable cloud of every row; the first of equal ones.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn clusters(&self, view: impl Into<View>, column: &str) -> Result<Vec<usize>> {
        let (_, shares) = self.clouds.shares(&self.read(&view.into(), column)?)?;
        Ok(shares.rows().into_iter().map(place_of_largest).collect())
    }

    /// How probably every row is of every cloud: columns `Cloud0`, `Cloud1`, ..., and the logarithm
    /// of its `Density`.
    ///
    /// # Errors
    ///
    /// As [`clusters`](Self::clusters).
    pub fn probabilities(&self, view: impl Into<View>, column: &str) -> Result<Table> {
        self.probabilities_view(&view.into(), column)
    }

    fn probabilities_view(&self, view: &View, column: &str) -> Result<Table> {
        let (densities, shares) = self.clouds.shares(&self.read(view, column)?)?;
        let mut table = Table::new();
        for (cloud, values) in shares.columns().into_iter().enumerate() {
            table.add_column(format!("Cloud{cloud}"), values.to_vec())?;
        }
        table.add_column("Density", densities.to_vec())?;
        Ok(table)
    }

    fn read(&self, view: &View, column: &str) -> Result<Array2<f64>> {
        read_like(view, column, ANALYSIS, self.clouds.means.ncols())
    }

    /// One row per cloud: `Cloud`, `Weight`, and the tensors `Mean` and `Covariance`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table::new()
            .with_column("Cloud", (0..self.n_clouds() as i64).collect::<Vec<_>>())?
            .with_column("Weight", self.clouds.weights.to_vec())?
            .with_tensor("Mean", self.clouds.means.clone().into_dyn(), &["value"])?
            .with_tensor("Covariance", self.clouds.covariances.clone().into_dyn(), &[])?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }
}

impl fmt::Display for GaussianMixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (k, rows) = (self.n_clouds(), self.n_rows);
        write!(f, "mixture of {k} Gaussians of {} ({rows} rows): ", self.column)?;
        write!(f, "log-likelihood {:.2}, BIC {:.2}", self.log_likelihood, self.bic())?;
        if self.converged { Ok(()) } else { f.write_str(", not converged") }
    }
}

/// The squared length of `L⁻¹ x`, L being a lower triangle; uses up `x`.
fn whitened_square(factor: &Array2<f64>, mut x: ArrayViewMut1<'_, f64>) -> f64 {
    for i in 0..x.len() {
        let known = factor.slice(s![i, ..i]).dot(&x.slice(s![..i]));
        x[i] = (x[i] - known) / factor[[i, i]];
    }
    x.dot(&x)
}

/// Where a climb ends.
struct Climb {
    /// The mean log-likelihood of a row.
    likelihood: f64,
    converged: bool,
    clouds: Clouds,
}

/// Climbs from one start to a maximum of the likelihood.
fn climb(rows: &Array2<f64>, k: usize, form: Covariance, random: &mut SplitMix64) -> Result<Climb> {
    let all = Clouds::of_shares(rows, &Array2::ones((rows.nrows(), 1)), form);
    let covariance = all.covariances.index_axis(Axis(0), 0);
    let mut clouds = Clouds {
        weights: Array1::from_elem(k, 1.0 / k as f64),
        means: plus_plus(rows, k, random),
        covariances: Array3::from_shape_fn((k, rows.ncols(), rows.ncols()), |(_, i, j)| {
            covariance[[i, j]]
        }),
    };
    let mut last = f64::NEG_INFINITY;
    let mut iteration = 0;
    loop {
        iteration += 1;
        let (densities, shares) = clouds.shares(rows)?;
        let likelihood = densities.sum() / rows.nrows() as f64;
        let converged = likelihood - last < TOLERANCE;
        if converged || iteration == MAXIMUM_ITERATIONS {
            return Ok(Climb { likelihood, converged, clouds });
        }
        last = likelihood;
        clouds = Clouds::of_shares(rows, &shares, form);
    }
}

impl Clouds {
    /// The most probable clouds if every row belongs to them by these shares, `[rows, k]`.
    fn of_shares(rows: &Array2<f64>, shares: &Array2<f64>, form: Covariance) -> Self {
        let (n, d) = rows.dim();
        // A cloud that no row belongs to keeps a trace of weight, as in scikit-learn.
        let sizes = shares.sum_axis(Axis(0)) + 10.0 * f64::EPSILON;
        let means = shares.t().dot(rows) / sizes.view().insert_axis(Axis(1));
        let mut covariances = Array3::zeros((sizes.len(), d, d));
        for (cloud, mut covariance) in covariances.outer_iter_mut().enumerate() {
            let moved = rows - &means.row(cloud);
            let share = shares.column(cloud).insert_axis(Axis(1));
            match form {
                Covariance::Full => covariance.assign(&(&moved * &share).t().dot(&moved)),
                Covariance::Diagonal => {
                    let squares = (&moved * &moved * share).sum_axis(Axis(0));
                    covariance.diag_mut().assign(&squares);
                }
            }
            covariance /= sizes[cloud];
            covariance.diag_mut().mapv_inplace(|variance| variance + LEAST_VARIANCE);
        }
        let weights = sizes / n as f64;
        Clouds { weights, means, covariances }
    }

    /// The logarithm of the density at every row, and the shares of the clouds in it, `[rows, k]`.
    fn shares(&self, rows: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>)> {
        let (n, d) = rows.dim();
        let mut logs = Array2::zeros((n, self.weights.len()));
        for (cloud, mut log) in logs.columns_mut().into_iter().enumerate() {
            let covariance = self.covariances.index_axis(Axis(0), cloud).to_owned();
            let failed = linear_algebra(ANALYSIS);
            let factor = covariance.factorizec(UPLO::Lower).map_err(&failed)?.into_lower();
            let mut moved = rows - &self.means.row(cloud);
            let squares: Array1<f64> =
                moved.rows_mut().into_iter().map(|row| whitened_square(&factor, row)).collect();
            let determinant = 2.0 * factor.diag().mapv(f64::ln).sum();
            let constant = d as f64 * (2.0 * std::f64::consts::PI).ln() + determinant;
            log.assign(&((squares + constant) * -0.5 + self.weights[cloud].ln()));
        }
        let mut densities = Array1::zeros(n);
        for (row, density) in logs.rows_mut().into_iter().zip(&mut densities) {
            *density = normalise(row);
        }
        Ok((densities, logs))
    }

    /// The clouds in the order of the first rows that are most probably theirs; those without such
    /// a row come last.
    fn in_order_of(self, rows: &Array2<f64>) -> Result<Self> {
        let (_, shares) = self.shares(rows)?;
        let clusters: Vec<usize> = shares.rows().into_iter().map(place_of_largest).collect();
        let mut order: Vec<usize> = (0..self.weights.len()).collect();
        order.sort_by_key(|cloud| {
            clusters.iter().position(|cluster| cluster == cloud).unwrap_or(usize::MAX)
        });
        Ok(Clouds {
            weights: self.weights.select(Axis(0), &order),
            means: self.means.select(Axis(0), &order),
            covariances: self.covariances.select(Axis(0), &order),
        })
    }
}
