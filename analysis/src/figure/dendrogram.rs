//! Dendrograms: the tree of a clustering, drawn.
//!
//! ```
//! use analysis::{Linkage, Metric, dendrogram_figure, linkage, similarity_matrix};
//! use etable::Table;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let table = Table::new()
//!     .with_column("Name", ["a", "b", "c"])?
//!     .with_column("X", [0.0, 1.0, 5.0])?;
//! let distances = similarity_matrix(&table, "X", Some("Name"), Metric::Euclidean)?;
//! let figure = dendrogram_figure(&linkage(&distances, Linkage::Single)?)?;
//! assert_eq!(figure.table().numbers("Height")?, [1.0, 4.0]);
//! assert!(figure.to_svg().contains(">c</text>"));
//! # Ok(())
//! # }
//! ```

use crate::{
    Dendrogram, Figure, Linkage, Result,
    figure::{Content, scale::extent},
};

/// A tree laid out: leaves at places 0, 1, 2, ... from the top, nodes at their heights.
#[derive(Clone, Debug)]
pub(crate) struct DendrogramChart {
    /// Labels from the top down.
    pub leaves: Vec<String>,
    /// One bracket per merge.
    pub brackets: Vec<Bracket>,
}

impl DendrogramChart {
    /// The heights to show: from 0, or below it, to the highest bracket; never without extent.
    /// Heights below 0 do not come from distances; room is kept for them all the same.
    pub fn range(&self) -> (f64, f64) {
        let (low, high) = extent(self.brackets.iter().map(|b| b.height).chain([0.0]))
            .expect("zero is always there");
        (low, if high > low { high } else { low + 1.0 })
    }
}

/// Two nodes, each at (height, place), joined at a height.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub left: (f64, f64),
    pub right: (f64, f64),
    pub height: f64,
}

/// Draws a tree from left (all items) to right (single items), the labels at its leaves.
///
/// The horizontal axis is the height at which clusters join. Heights of the contrast linkage need
/// not grow towards the root; they are drawn as they are.
///
/// # Errors
///
/// [`crate::AnalysisError::Table`], which does not happen for a tree made by this crate.
pub fn dendrogram_figure(tree: &Dendrogram) -> Result<Figure> {
    Ok(Figure::new(Content::Dendrogram(layout(tree)), tree.to_table()?)
        .title(format!("{}: {} linkage", tree.column(), tree.linkage()))
        .x_label(match tree.linkage() {
            Linkage::Contrast => format!("contrast of {}", tree.metric().name()),
            _ => tree.metric().name().to_string(),
        }))
}

/// Places leaves and brackets.
pub(crate) fn layout(tree: &Dendrogram) -> DendrogramChart {
    let order = tree.leaf_order();
    let mut nodes = vec![(0.0, 0.0); tree.n_items()];
    for (place, &item) in order.iter().enumerate() {
        nodes[item] = (0.0, place as f64);
    }
    let mut brackets = Vec::with_capacity(tree.merges().len());
    for merge in tree.merges() {
        let (left, right) = (nodes[merge.left], nodes[merge.right]);
        brackets.push(Bracket { left, right, height: merge.height });
        nodes.push((merge.height, (left.1 + right.1) / 2.0));
    }
    let leaves = tree.leaf_labels().into_iter().map(str::to_string).collect();
    DendrogramChart { leaves, brackets }
}
