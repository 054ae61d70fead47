//! Benchmark rows at the real widths with random weights, measured beside PyTorch on the same work.
//!
//! Every row runs in processes of its own, ours and PyTorch's by turns, so that peak memory is a
//! process's and a slow moment of the machine meets both.

mod peer;
mod rows;

pub use peer::{Peer, find_python};
pub use rows::{ROWS, Row, measure};

use serde::{Deserialize, Serialize};

/// What one process measured.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measurement {
    /// Seconds of every timed run.
    pub secs: Vec<f64>,
    /// Most resident memory of the process.
    pub peak_mb: f64,
}

/// Middle value.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
