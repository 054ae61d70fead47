//! Golden vectors, conformance, whole-job and benchmark programs.

pub mod golden;
