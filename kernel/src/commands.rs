//! What the program does besides being a kernel.

pub(crate) mod doctor;
pub(crate) mod run;
