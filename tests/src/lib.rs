//! Golden vectors, conformance, whole-job and benchmark programs.

pub mod bench;
pub mod golden;
