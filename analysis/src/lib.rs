//! Representational analyses and figures over tables with tensor columns.
//!
//! A network's log holds one row per trial and, in one column, a layer's activity: a tensor cell.
//! This crate asks what those rows have in common: which are alike ([`similarity_matrix`],
//! [`crossnobis_matrix`]), also across columns ([`cross_similarity`], [`row_similarity`]), along
//! which directions they differ ([`Pca`], [`Svd`], [`Ica`]), which belong together ([`linkage`],
//! [`kmeans`], [`dbscan()`], [`GaussianMixture`], [`silhouette()`]), where they lie in a plane
//! ([`classical_mds`], [`nonmetric_mds`], [`tsne`]), what can be read from them
//! ([`SoftmaxDecoder`], [`LinearDecoder`]), what each unit responds to ([`receptive_field()`]), and
//! how sure all this is ([`statistics`]). And it draws: [`figure`] lists the kinds.
//!
//! # How it is built
//!
//! - Every analysis takes a view (or a table, or a reference to either) and column names, or a
//!   matrix that came of one. A tensor cell counts as the flat vector of its values. Arithmetic is
//!   in `f64`, but for cosines and correlations of 1000 and more rows of `f32`
//!   ([`similarity_matrix`]).
//! - Every result owns its data and turns into a table (`to_table`). Those about named rows keep
//!   the labels, and those of one column its name, the metric and what was done about NaN. What is
//!   best seen has a figure too (`figure`): matrices, trees, components, embeddings, clusters of
//!   k-means, silhouettes, weights of decoders, receptive fields, curves.
//! - Missing or impossible input is an [`AnalysisError`] that names it, never a silent zero.
//! - A [`Figure`] is a description, not a drawing. [`Figure::to_svg`] draws it without a browser,
//!   the same to the byte every time; [`Figure::to_plotly`] makes it interactive;
//!   [`Figure::table`] gives the numbers back.
//!
//! # Example
//!
//! ```
//! use analysis::{Linkage, Metric, Pca, PcaOptions, linkage, similarity_matrix};
//! use etable::{Table, ndarray::arr2};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let activity = arr2(&[[0.9, 0.1, 0.0], [0.8, 0.2, 0.1], [0.0, 0.1, 0.9], [0.1, 0.0, 0.8]]);
//! let log = Table::new()
//!     .with_column("Name", ["cat", "dog", "car", "bus"])?
//!     .with_tensor("Hidden", activity.into_dyn(), &["unit"])?;
//!
//! let distances = similarity_matrix(&log, "Hidden", Some("Name"), Metric::InverseCosine)?;
//! let tree = linkage(&distances, Linkage::Average)?;
//! assert_eq!(tree.clusters(2)?, [0, 0, 1, 1]); // animals, vehicles
//!
//! let pca = Pca::fit(&log, "Hidden", PcaOptions::default())?;
//! assert!(pca.explained()[0] > 0.95);
//!
//! let svg = tree.figure()?.to_svg();
//! assert!(svg.starts_with("<svg") && svg.contains("dog"));
//! # Ok(())
//! # }
//! ```
//!
//! # Threads
//!
//! Large work (products of matrices, pairwise comparisons, permutations, bootstrap samples) runs in
//! parallel on rayon's threads (`RAYON_NUM_THREADS`), with results that have the same bits whatever
//! their number: pieces of work depend on sizes alone, and each random draw has a generator made of
//! the seed and its number. OpenBLAS would round otherwise with another number of threads, so the
//! first analysis holds it to one, for the whole program.
//!
//! # Limits
//!
//! Nulls in a column are refused by the table; NaN by the analysis, unless it offers a
//! [`NanPolicy`] or says how many values it left out; and numbers beyond 10⁷⁵
//! ([`metric::LARGEST`]), whose squares could not be added. There is no UMAP:
//! [`tsne`](mod@embed::tsne) says why. Figures of more than a few thousand marks make large SVG
//! files.

#![deny(unsafe_code)]

pub mod cluster;
pub mod decode;
pub mod decompose;
pub mod embed;
mod error;
pub mod figure;
mod linear;
pub mod metric;
mod probability;
mod random;
pub mod receptive_field;
mod render;
mod rows;
pub mod similarity;
pub mod statistics;
mod text;

// Chooses how OpenBLAS is linked for ndarray-linalg.
use openblas_src as _;

pub use cluster::{
    dbscan::{Dbscan, dbscan},
    dendrogram::{Dendrogram, Merge},
    kmeans::{KMeans, kmeans},
    linkage::{Linkage, linkage},
    mixture::{Covariance, GaussianMixture, MixtureOptions},
    silhouette::{Silhouette, silhouette},
};
pub use decode::{
    Confusion, LinearDecoder, Roc, SoftmaxDecoder, closest_patterns, cross_validate,
    cross_validate_linear, unique_patterns,
};
pub use decompose::{
    ica::Ica,
    pca::{Pca, PcaOptions, Scaling},
    svd::Svd,
};
pub use embed::{
    Embedding,
    mds::{classical_mds, nonmetric_mds},
    tsne::{TsneOptions, tsne},
};
pub use error::{AnalysisError, Result};
pub use figure::{
    Figure,
    bar::{bar_chart, mean_bar_chart},
    clustered::clustered_heat_map,
    colours::shared_colours,
    dendrogram::dendrogram_figure,
    grid::tensor_grid,
    heat::{heat_map, heat_map_of},
    histogram::histogram,
    line::{grouped_line_chart, line_chart, mean_line_chart},
    panels::{Panels, panels},
    raster::raster,
    scatter::scatter,
    space::scatter_3d,
};
pub use metric::{Metric, NanPolicy};
pub use receptive_field::{ReceptiveField, ReceptiveFields, RunningField, receptive_field};
pub use render::{
    file::{DrawingFormat, write_drawing},
    html::{html_page, plotly_js},
    png::svg_to_png,
};
pub use similarity::{
    Agreement, CrossSimilarity, GroupMeans, Noise, SimilarityMatrix, cross_similarity,
    crossnobis_between, crossnobis_matrix, mahalanobis_between, mahalanobis_distance,
    mahalanobis_matrix, row_similarity, similarity_matrix, similarity_matrix_with,
};
