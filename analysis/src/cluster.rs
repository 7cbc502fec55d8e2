//! Clustering: which items belong together.

mod chain;
pub mod contrast;
pub mod dendrogram;
pub mod kmeans;
pub mod linkage;
