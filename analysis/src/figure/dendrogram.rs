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
//! let tree = linkage(&distances, Linkage::Average)?;
//! assert!(tree.clusters_figure(2)?.to_svg().contains("average linkage"));
//! # Ok(())
//! # }
//! ```

use crate::{
    Dendrogram, Figure, Linkage, Result,
    figure::{Content, scale::extent, theme},
};

/// A tree laid out: leaves at places 0, 1, 2, ... from the top, nodes at their heights.
#[derive(Clone, Debug)]
pub(crate) struct DendrogramChart {
    /// Labels from the top down.
    pub leaves: Vec<String>,
    /// One bracket per merge.
    pub brackets: Vec<Bracket>,
    /// The height at which the tree is cut into the clusters that have colours.
    pub cut: Option<f64>,
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
    /// The cluster it belongs to, counted from the top; `None` where it joins clusters.
    pub cluster: Option<usize>,
}

impl Bracket {
    pub fn colour(&self) -> &'static str {
        self.cluster.map_or(theme::TREE, theme::series_colour)
    }
}

/// Draws a tree from left (all items) to right (single items), the labels at its leaves.
///
/// The horizontal axis is the height at which clusters join. Heights of the contrast linkage need
/// not grow towards the root; they are drawn as they are. [`Dendrogram::clusters_figure`] colours
/// the clusters of a cut.
///
/// # Errors
///
/// [`crate::AnalysisError::Table`], which does not happen for a tree made by this crate.
pub fn dendrogram_figure(tree: &Dendrogram) -> Result<Figure> {
    figure_of(tree, layout(tree))
}

fn figure_of(tree: &Dendrogram, chart: DendrogramChart) -> Result<Figure> {
    Ok(Figure::new(Content::Dendrogram(chart), tree.to_table()?)
        .title(format!("{}: {} linkage", tree.column(), tree.linkage()))
        .x_label(height_name(tree)))
}

/// What the heights of a tree are.
pub(crate) fn height_name(tree: &Dendrogram) -> String {
    match tree.linkage() {
        Linkage::Contrast => format!("contrast of {}", tree.metric().name()),
        linkage => format!("{} ({linkage} linkage)", tree.metric().name()),
    }
}

impl Dendrogram {
    /// The tree drawn as by [`dendrogram_figure`], with a colour for each of the `count` clusters
    /// into which [`clusters`](Self::clusters) cuts it, those of a single item left out. Where all
    /// joints of clusters lie above all within, a dashed line marks the cut.
    ///
    /// # Errors
    ///
    /// As [`clusters`](Self::clusters).
    pub fn clusters_figure(&self, count: usize) -> Result<Figure> {
        let clusters = self.clusters(count)?;
        let mut chart = layout(self);
        let kept = self.n_items() - count;
        // Colours come in the order of the leaves, so that neighbours have different ones.
        let order = self.leaf_order();
        let is_single = |cluster: usize| clusters.iter().filter(|&&c| c == cluster).count() < 2;
        let mut colours: Vec<usize> = vec![];
        for &item in &order {
            if !is_single(clusters[item]) && !colours.contains(&clusters[item]) {
                colours.push(clusters[item]);
            }
        }
        let mut of_node = clusters;
        for (index, merge) in self.merges().iter().enumerate() {
            let cluster = of_node[merge.left];
            if index < kept {
                chart.brackets[index].cluster = colours.iter().position(|&own| own == cluster);
            }
            of_node.push(cluster);
        }
        let heights = self.heights();
        let within = heights[..kept].iter().copied().fold(0.0, f64::max);
        let joints = heights[kept..].iter().copied().fold(f64::INFINITY, f64::min);
        chart.cut = (within < joints && joints.is_finite()).then_some((within + joints) / 2.0);
        figure_of(self, chart)
    }
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
        brackets.push(Bracket { left, right, height: merge.height, cluster: None });
        nodes.push((merge.height, (left.1 + right.1) / 2.0));
    }
    let leaves = tree.leaf_labels().into_iter().map(str::to_string).collect();
    DendrogramChart { leaves, brackets, cut: None }
}

#[cfg(test)]
mod tests {
    use etable::Table;

    use super::*;
    use crate::{Metric, linkage, similarity_matrix};

    #[test]
    fn clusters_have_colours_and_a_cut() {
        let table = Table::new().with_column("X", [0.0, 9.0, 1.0, 8.0, 30.0, 0.4]).unwrap();
        let distances = similarity_matrix(&table, "X", None, Metric::Euclidean).unwrap();
        let tree = linkage(&distances, Linkage::Single).unwrap();
        let figure = tree.clusters_figure(3).unwrap();
        let Content::Dendrogram(chart) = &figure.content else { panic!("no tree") };
        // 0, 1 and 0.4 join by two brackets, 9 and 8 by one; 30 is alone.
        let clusters: Vec<_> = chart.brackets.iter().map(|bracket| bracket.cluster).collect();
        assert_eq!(clusters, [Some(0), Some(0), Some(1), None, None]);
        assert_eq!(chart.cut, Some((1.0 + 7.0) / 2.0));
        assert!(tree.clusters_figure(0).is_err() && tree.clusters_figure(6).is_ok());
        let one = tree.clusters_figure(1).unwrap();
        let Content::Dendrogram(chart) = &one.content else { panic!("no tree") };
        assert_eq!(chart.cut, None);
        assert!(chart.brackets.iter().all(|bracket| bracket.cluster == Some(0)));
    }
}
