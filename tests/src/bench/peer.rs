//! PyTorch in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Measurement;

/// A Python interpreter that can import torch.
pub struct Peer {
    python: PathBuf,
    script: PathBuf,
}

/// The interpreter named by `OVI_BENCH_PYTHON`, or `python3`.
pub fn find_python() -> PathBuf {
    std::env::var_os("OVI_BENCH_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from)
}

impl Peer {
    /// # Errors
    /// If the interpreter cannot import torch.
    pub fn new(python: &Path) -> Result<Self> {
        let probe = Command::new(python).args(["-c", "import torch"]).output();
        if !probe.is_ok_and(|output| output.status.success()) {
            bail!(
                "{} cannot import torch; name another interpreter in OVI_BENCH_PYTHON",
                python.display()
            );
        }
        let script = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/bench/torch_rows.py"));
        Ok(Self {
            python: python.to_path_buf(),
            script,
        })
    }

    /// Time a row.
    ///
    /// # Errors
    /// If the script fails.
    pub fn measure(&self, row: &str, threads: usize, runs: usize) -> Result<Measurement> {
        let output = Command::new(&self.python)
            .arg(&self.script)
            .args([row, &threads.to_string(), &runs.to_string()])
            .output()
            .context("python")?;
        if !output.status.success() {
            bail!(
                "torch row {row}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
