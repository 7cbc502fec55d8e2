//! Clustering: which items belong together.

mod chain;
mod contrast;
mod cophenetic;
pub mod dbscan;
pub mod dendrogram;
pub mod kmeans;
pub mod linkage;
pub mod mixture;
pub mod silhouette;
