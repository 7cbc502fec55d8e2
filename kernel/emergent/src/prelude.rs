//! Everything a notebook needs, in one line: `use emergent::prelude::*;`.
//!
//! ```
//! use emergent::prelude::*;
//!
//! let table = Table::new().with_column("Epoch", [0_i64, 1, 2])?.with_column("SSE", [3.0, 1.0, 0.0])?;
//! let wrong = table.view().filter(col("SSE").gt(lit(0.0)))?;
//! assert_eq!(wrong.n_rows(), 2);
//! # Ok::<(), Error>(())
//! ```

pub use analysis::{
    Agreement, Confusion, Covariance, CrossSimilarity, Dbscan, Dendrogram, Embedding, Figure,
    GaussianMixture, Ica, KMeans, LinearDecoder, Linkage, Metric, MixtureOptions, NanPolicy, Noise,
    Panels, Pca, PcaOptions, ReceptiveField, ReceptiveFields, Roc, RunningField, Scaling,
    Silhouette, SimilarityMatrix, SoftmaxDecoder, Svd, TsneOptions, bar_chart, classical_mds,
    closest_patterns, clustered_heat_map, cross_similarity, cross_validate, cross_validate_linear,
    crossnobis_between, crossnobis_matrix, dbscan, dendrogram_figure, grouped_line_chart, heat_map,
    heat_map_of, histogram, html_page, kmeans, line_chart, linkage, mahalanobis_between,
    mahalanobis_distance, mahalanobis_matrix, mean_bar_chart, mean_line_chart, nonmetric_mds,
    panels, raster, receptive_field, row_similarity, scatter, scatter_3d, shared_colours,
    silhouette, similarity_matrix, similarity_matrix_with, statistics, statistics::Spread,
    tensor_grid, tsne, unique_patterns,
};
pub use engine::access::NetworkAccess;
pub use engine::environment::{Environment, FixedTable, Sampling};
pub use engine::network::Moment;
pub use engine::params::{ApplyReport, ParamDiff, ParamSets, ParamSheet, Strictness};
pub use engine::patgen::Vocabulary;
pub use engine::pattern::{
    ByPair, Circle, Full, OneToOne, Pair, PoolOneToOne, PoolRect, PoolSameUnit, PoolTile,
    PoolUniformRandom, Rect, Topography, UniformRandom,
};
pub use engine::popcode::{PopCode, PopCode2d, RingCode};
pub use engine::relpos::{RelPos, XAlign, YAlign};
pub use engine::sim::search::Search;
pub use engine::sim::{Observer, Outcome, Sim, Status, runs};
pub use engine::timer::Timer;
pub use engine::{
    Layer, LayerId, LayerType, Network, Projection, ProjectionId, ProjectionType, params, patgen,
    weights,
};
pub use etable::polars::prelude::{col, lit};
pub use etable::{
    Aggregate, CellExpr, CellShape, ColumnSpec, CsvHeader, CsvOptions, Dataset, ElementType,
    Excerpt, Grid, Join, LogFolder, LogWriter, Order, Row, ScanAggregate, Splits, Table,
    TableBuilder, View, ndarray, polars,
};

/// What a hook or an observer answers: to go on, or to stop.
pub use std::ops::ControlFlow;

pub use crate::display::{Bundle, Show, Shown, clear_output, show};
pub use crate::net_view::NetView;
pub use crate::progress::Progress;
pub use crate::watch::Watch;
pub use crate::{Error, Result, input, interrupt};
