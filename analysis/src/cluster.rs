//! Clustering: which items belong together.

pub mod contrast;
pub mod dendrogram;
pub mod kmeans;
pub mod linkage;
