//! Decompositions: few directions that carry most of what many units do.

pub mod pca;
