//! A matrix in the order of its clusters, with the tree beside it.
//!
//! ```
//! use analysis::{Linkage, Metric, clustered_heat_map, linkage, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["a", "b", "c"])?
//!     .with_column("X", [0.0, 5.0, 1.0])?;
//! let distances = similarity_matrix(&table, "X", Some("Name"), Metric::Euclidean)?;
//! let tree = linkage(&distances, Linkage::Average)?;
//! let figure = clustered_heat_map(&distances, &tree)?;
//! assert_eq!(figure.table().texts("Label")?, ["a", "c", "b"]);
//! # Ok(())
//! # }
//! ```

use crate::{
    AnalysisError, Dendrogram, Figure, Result, SimilarityMatrix,
    figure::{
        Content,
        dendrogram::{DendrogramChart, height_name, layout},
        heat::HeatMap,
    },
};

/// A heat map whose rows are the leaves of a tree.
#[derive(Clone, Debug)]
pub(crate) struct ClusteredHeatMap {
    pub heat: HeatMap,
    pub tree: DendrogramChart,
}

/// Draws a matrix with its items in the leaf order of a tree, and the tree on its left, every leaf
/// at its row. The words below the horizontal axis are those of the tree's heights.
///
/// The matrix may be another than the one that was clustered (correlations beside a tree of
/// `1 − correlation`), as long as it is of the same items.
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] if the labels of matrix and tree differ.
pub fn clustered_heat_map(matrix: &SimilarityMatrix, tree: &Dendrogram) -> Result<Figure> {
    if matrix.labels() != tree.labels() {
        return Err(AnalysisError::invalid(
            "tree",
            format!("of {} items", tree.n_items()),
            format!("of the {} items of the matrix, in their order", matrix.len()),
        ));
    }
    let ordered = matrix.reordered(&tree.leaf_order())?;
    let title = format!("{}: {}, {} linkage", matrix.column(), matrix.metric(), tree.linkage());
    let chart = ClusteredHeatMap { heat: HeatMap::of(&ordered), tree: layout(tree) };
    Ok(Figure::new(Content::Clustered(chart), ordered.to_table()?)
        .title(title)
        .x_label(height_name(tree)))
}
