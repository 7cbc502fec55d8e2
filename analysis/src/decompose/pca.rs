//! Principal components: the directions along which rows differ most.
//!
//! ```
//! use analysis::{Pca, PcaOptions};
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Three points on a line through (0, 0) and (3, 4), at distances -5, 0 and 5.
//! let rows = arr2(&[[-3.0, -4.0], [0.0, 0.0], [3.0, 4.0]]).into_dyn();
//! let table = Table::new().with_tensor("Act", rows, &["unit"])?;
//! let pca = Pca::fit(&table, "Act", PcaOptions::default())?;
//! assert!((pca.variances()[0] - 50.0 / 3.0).abs() < 1e-12); // (25 + 0 + 25) / 3
//! assert!((pca.components()[[0, 1]] - 0.8).abs() < 1e-12); // direction (0.6, 0.8)
//! let scores = pca.project(&table, "Act", None, 1)?.numbers("PC1")?;
//! assert!((scores[2] - 5.0).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use etable::{Table, View, interrupt};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};

use super::{PROJECTION, fix_sign, linear_algebra, loadings, scores_table};
use crate::{
    AnalysisError, Figure, Result,
    figure::colouring::add_colour_column,
    line_chart,
    linear::{Moments, moments, symmetric_eigen},
    metric::LARGEST,
    rows::{Source, Values, column_means, read_labels, read_like},
    scatter, scatter_3d,
    similarity::products_over,
    text::short_number,
};

const ANALYSIS: &str = "principal components";

/// What the columns are divided by before the decomposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// Nothing: components of the covariance matrix. Units that vary more weigh more.
    #[default]
    Covariance,
    /// Their standard deviation: components of the correlation matrix. A unit that never varies
    /// counts as zero throughout.
    Correlation,
}

/// How to fit: [`Pca::fit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PcaOptions {
    /// Covariance (default) or correlation.
    pub scaling: Scaling,
}

impl PcaOptions {
    /// Components of the correlation matrix.
    pub fn correlation() -> Self {
        PcaOptions { scaling: Scaling::Correlation }
    }
}

/// Principal components of a column, largest variance first.
///
/// Directions have length 1 and a fixed sign: their entry of largest magnitude (the first such)
/// is positive. Variances divide by n, the number of rows, as emergent does.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    column: String,
    shape: Vec<usize>,
    scaling: Scaling,
    n_rows: usize,
    mean: Array1<f64>,
    scale: Array1<f64>,
    variances: Array1<f64>,
    components: Array2<f64>,
    total: f64,
}

impl Pca {
    /// Finds the principal components of a numeric column.
    ///
    /// ```text
    /// C = Σ (x − x̄)(x − x̄)ᵀ / n        C v = λ v
    /// ```
    ///
    /// `x` are the n rows, flat cells of d values, each value divided by its standard deviation
    /// with [`Scaling::Correlation`]; `v` are the components, λ their variances. Uses LAPACK's
    /// symmetric eigensolver on C (d × d), giving d components, or when rows are fewer than
    /// values on the n × n matrix of inner products, which has the same variances, giving those
    /// components whose variance is not zero: at most n − 1.
    ///
    /// Time O(n d m + m³), m the smaller of n and d; the rows are not copied. The result does not
    /// depend on the number of threads. Where rows of `f32` take 10⁹ products and more (n d²), these
    /// are added up in `f32` over a few hundred rows at a time and in `f64` over all: variances are
    /// then right to 10⁻⁶ of the largest. All else is in `f64`.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], [`AnalysisError::TooFewRows`] below two rows,
    /// [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`], [`AnalysisError::TooLarge`],
    /// [`AnalysisError::LinearAlgebra`], [`AnalysisError::Interrupted`].
    pub fn fit(view: impl Into<View>, column: &str, options: PcaOptions) -> Result<Self> {
        Self::fit_view(&view.into(), column, options)
    }

    fn fit_view(view: &View, column: &str, options: PcaOptions) -> Result<Self> {
        let source = Source::new(view, column, ANALYSIS, 2)?;
        let shape = view.table().spec(column)?.shape.sizes().to_vec();
        let column = column.to_string();
        interrupt::run(move || Self::of_source(column, shape, &source, options))?
    }

    fn of_source(
        column: String,
        shape: Vec<usize>,
        source: &Source,
        options: PcaOptions,
    ) -> Result<Self> {
        let (n_rows, scaling) = (source.rows().len(), options.scaling);
        let width: usize = shape.iter().product();
        let correlate = scaling == Scaling::Correlation;
        let n = n_rows as f64;
        let mut scale = Array1::ones(width);
        let scale_of =
            |square: f64| if correlate && square > 0.0 { (square / n).sqrt() } else { 1.0 };
        if n_rows > width {
            let Moments { mean, products } = source_moments(source)?;
            let mut covariance = products / n;
            scale.assign(&covariance.diag().mapv(|variance| scale_of(variance * n)));
            if correlate {
                covariance /= &scale;
                covariance /= &scale.view().insert_axis(Axis(1));
            }
            let total = covariance.diag().sum();
            let (variances, components) = from_covariance(&covariance)?;
            return Ok(Pca {
                column,
                shape,
                scaling,
                n_rows,
                mean,
                scale,
                variances,
                components,
                total,
            });
        }
        let mut moved = source.matrix(ANALYSIS)?;
        let mean = column_means(&moved);
        moved -= &mean;
        scale.assign(&moved.map_axis(Axis(0), |values| scale_of(values.dot(&values))));
        moved /= &scale;
        let total = moved.iter().map(|value| value * value).sum::<f64>() / n;
        let (variances, components) = from_inner_products(&moved)?;
        Ok(Pca { column, shape, scaling, n_rows, mean, scale, variances, components, total })
    }

    /// The column that was decomposed.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Covariance or correlation.
    pub fn scaling(&self) -> Scaling {
        self.scaling
    }

    /// Number of rows of the fit.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of components, k.
    pub fn n_components(&self) -> usize {
        self.variances.len()
    }

    /// Variances along the components (eigenvalues), `[k]`, descending, never negative.
    pub fn variances(&self) -> ArrayView1<'_, f64> {
        self.variances.view()
    }

    /// Directions (eigenvectors), `[k, d]`: one component a row.
    pub fn components(&self) -> ArrayView2<'_, f64> {
        self.components.view()
    }

    /// Loadings, `[k, d]`: directions times the standard deviations along them, `v √λ`. With
    /// [`Scaling::Correlation`] they are the correlations of the units with the components.
    pub fn loadings(&self) -> Array2<f64> {
        &self.components * &self.variances.mapv(f64::sqrt).insert_axis(Axis(1))
    }

    /// Mean of the rows, `[d]`.
    pub fn mean(&self) -> ArrayView1<'_, f64> {
        self.mean.view()
    }

    /// Share of the total variance that each component explains, `[k]`, 0 to 1; zeros if nothing
    /// varies.
    pub fn explained(&self) -> Array1<f64> {
        if self.total == 0.0 {
            return Array1::zeros(self.n_components());
        }
        &self.variances / self.total
    }

    /// Coordinates of rows along the first components: `Label`, `PC1`, `PC2`, ...
    ///
    /// ```text
    /// score = v · (x − x̄) / s
    /// ```
    ///
    /// s is the standard deviation with [`Scaling::Correlation`], else 1. The rows need not be
    /// those of the fit. `labels` names the column of names; without it rows are numbered from 0.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::InvalidArgument`] if `n_components` is 0 or more than there are;
    /// [`AnalysisError::WidthMismatch`] if the cells differ in length from those of the fit;
    /// [`AnalysisError::Table`], [`AnalysisError::EmptyCells`], [`AnalysisError::NotFinite`].
    pub fn project(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
        n_components: usize,
    ) -> Result<Table> {
        self.scores(&view.into(), column, labels, n_components, true)
    }

    /// As [`project`](Self::project) without moving or scaling the rows first: `v · x`, the
    /// projections that emergent's `ProjectCol` gives.
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project).
    pub fn project_uncentred(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
        n_components: usize,
    ) -> Result<Table> {
        self.scores(&view.into(), column, labels, n_components, false)
    }

    fn scores(
        &self,
        view: &View,
        column: &str,
        labels: Option<&str>,
        n_components: usize,
        centred: bool,
    ) -> Result<Table> {
        if n_components == 0 || n_components > self.n_components() {
            return Err(AnalysisError::invalid(
                "n_components",
                n_components,
                format!("from 1 to {}", self.n_components()),
            ));
        }
        let rows = read_like(view, column, PROJECTION, self.mean.len())?;
        let directions = self.components.slice_axis(Axis(0), Slice::from(..n_components));
        let rows = if centred { (rows - &self.mean) / &self.scale } else { rows };
        let scores = rows.dot(&directions.t());
        let mut table = scores_table(read_labels(view, labels)?, "PC", &scores)?;
        table.metadata_mut().insert("analysis".into(), "principal components".into());
        table.metadata_mut().insert("source".into(), column.to_string());
        Ok(table)
    }

    /// One row per component: `Component` (from 1), `Variance`, `Explained` and `Cumulative`
    /// (shares of the total), and the tensors `Direction` and `Loading`
    /// ([`loadings`](Self::loadings)) in the shape of the column's cells.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a fit made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        let explained = self.explained();
        let cumulative: Vec<f64> = explained
            .iter()
            .scan(0.0, |sum, share| {
                *sum += share;
                Some(*sum)
            })
            .collect();
        let numbers: Vec<i64> = (1..=self.n_components() as i64).collect();
        let mut table = Table::new()
            .with_column("Component", numbers)?
            .with_column("Variance", self.variances.to_vec())?
            .with_column("Explained", explained.to_vec())?
            .with_column("Cumulative", cumulative)?
            .with_tensor("Direction", loadings(&self.components, &self.shape), &[])?
            .with_tensor("Loading", loadings(&self.loadings(), &self.shape), &[])?;
        table.metadata_mut().insert("source".into(), self.column.clone());
        Ok(table)
    }

    /// Variance explained by each component, as a line chart.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        Ok(line_chart(&self.to_table()?, "Component", &["Explained", "Cumulative"])?
            .title(format!("Principal components of {}", self.column))
            .y_label("share of variance"))
    }

    /// The rows of a view in the plane of the first two components, as a labelled scatter.
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project); the fit must have two components.
    pub fn scatter(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
    ) -> Result<Figure> {
        self.scatter_view(&view.into(), column, labels)
    }

    fn scatter_view(&self, view: &View, column: &str, labels: Option<&str>) -> Result<Figure> {
        let table = self.scores(view, column, labels, 2, true)?;
        Ok(scatter(&table, "PC1", "PC2", labels.map(|_| "Label"), None)?
            .title(format!("Principal components of {}", self.column))
            .x_label(self.axis(0))
            .y_label(self.axis(1)))
    }

    /// As [`scatter`](Self::scatter) in the first two or three components, coloured by column
    /// `group` of the view as in [`scatter`](crate::scatter()).
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project); [`AnalysisError::InvalidArgument`] unless `dimensions` is 2
    /// or 3.
    pub fn grouped_scatter(
        &self,
        view: impl Into<View>,
        column: &str,
        labels: Option<&str>,
        group: &str,
        dimensions: usize,
    ) -> Result<Figure> {
        self.grouped_scatter_view(&view.into(), column, labels, group, dimensions)
    }

    fn grouped_scatter_view(
        &self,
        view: &View,
        column: &str,
        labels: Option<&str>,
        group: &str,
        dimensions: usize,
    ) -> Result<Figure> {
        let mut table = self.scores(view, column, labels, dimensions, true)?;
        // A name that no column of scores has.
        let name = if table.has_column(group) { "Group" } else { group };
        add_colour_column(&mut table, name, view, group)?;
        let label = labels.map(|_| "Label");
        let title = format!("Principal components of {}", self.column);
        match dimensions {
            2 => Ok(scatter(&table, "PC1", "PC2", label, Some(name))?
                .title(title)
                .x_label(self.axis(0))
                .y_label(self.axis(1))),
            3 => Ok(scatter_3d(&table, ["PC1", "PC2", "PC3"], label, Some(name))?
                .title(title)
                .axis_names([0, 1, 2].map(|index| self.axis(index)))),
            _ => Err(AnalysisError::invalid("dimensions", dimensions, "2 or 3")),
        }
    }

    /// The name of an axis with the share it explains.
    fn axis(&self, index: usize) -> String {
        format!("PC{} ({:.0} %)", index + 1, 100.0 * self.explained()[index])
    }
}

impl fmt::Display for Pca {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "principal components of {} ({} rows, {} values, {:?})",
            self.column,
            self.n_rows,
            self.mean.len(),
            self.scaling
        )?;
        for (index, (variance, share)) in
            self.variances.iter().zip(self.explained()).enumerate().take(10)
        {
            let name = format!("PC{}", index + 1);
            write!(f, "\n{name:5} {:>8}  {:5.1} %", short_number(*variance), 100.0 * share)?;
        }
        if self.n_components() > 10 {
            write!(f, "\n(first 10 of {} components)", self.n_components())?;
        }
        Ok(())
    }
}

fn source_moments(source: &Source) -> Result<Moments> {
    let found = match source.values() {
        Some(Values::Single(values)) => moments(values, source.rows()),
        Some(Values::Double(values)) => moments(values, source.rows()),
        None => None,
    };
    // No value is farther from the mean than the root of the sum of the squares.
    let small = |found: &Moments| {
        let squares = found.products.diag();
        found.mean.iter().zip(squares).all(|(mean, square)| mean.abs() + square.sqrt() <= LARGEST)
    };
    if !found.as_ref().is_some_and(small) {
        // Says which value is not finite, or too large, if there is one.
        source.matrix(ANALYSIS)?;
    }
    found
        .filter(|found| found.products.iter().all(|sum| sum.is_finite()))
        .ok_or_else(|| AnalysisError::OutOfRange { what: "a sum of squares".into() })
}

/// Eigenvectors of the d × d covariance.
fn from_covariance(covariance: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>)> {
    let (values, vectors) = symmetric_eigen(covariance).map_err(linear_algebra(ANALYSIS))?;
    let count = values.len();
    let mut components = Array2::zeros((count, count));
    for (index, mut component) in components.rows_mut().into_iter().enumerate() {
        component.assign(&vectors.row(count - 1 - index));
        fix_sign(component);
    }
    // Rounding may leave a variance of zero slightly negative.
    let variances = values.iter().rev().map(|value| value.max(0.0)).collect();
    Ok((variances, components))
}

/// Eigenvectors of the n × n inner products: `C Xᵀu = λ Xᵀu` if `X Xᵀ u = n λ u`.
fn from_inner_products(moved: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>)> {
    let n_rows = moved.nrows();
    let products = products_over(moved, n_rows as f64);
    let (values, vectors) = symmetric_eigen(&products).map_err(linear_algebra(ANALYSIS))?;
    let largest = values.iter().copied().fold(0.0, f64::max);
    let threshold = largest * n_rows as f64 * f64::EPSILON * 10.0;
    let kept: Vec<usize> =
        (0..n_rows).rev().take(n_rows - 1).filter(|&index| values[index] > threshold).collect();
    let mut components = Array2::zeros((kept.len(), moved.ncols()));
    for (&index, mut component) in kept.iter().zip(components.rows_mut()) {
        component.assign(&moved.t().dot(&vectors.row(index)));
        let norm = component.dot(&component).sqrt();
        component /= norm;
        fix_sign(component);
    }
    Ok((kept.iter().map(|&index| values[index]).collect(), components))
}
