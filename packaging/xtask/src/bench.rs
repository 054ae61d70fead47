//! The benchmark beside PyTorch, which is brought into a folder of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, check, target, works};

/// Measure; installs PyTorch first unless `OVI_BENCH_PYTHON` names an interpreter that has it.
pub fn run(arguments: &[String]) -> Result<()> {
    let python = match std::env::var_os("OVI_BENCH_PYTHON") {
        Some(python) => PathBuf::from(python),
        None => peer()?,
    };
    let mut bench = cargo(&[
        "run",
        "--quiet",
        "--package",
        "ovi-suite",
        "--bin",
        "bench",
        "--",
    ]);
    check(
        "bench",
        bench.env("OVI_BENCH_PYTHON", python).args(arguments),
    )
}

fn peer() -> Result<PathBuf> {
    let folder = target()?.join("bench-python");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    if !works(&python.to_string_lossy(), &["-c", "import torch"]) {
        eprintln!("Installing PyTorch into {}", folder.display());
        check(
            "python3 -m venv",
            Command::new("python3").args(["-m", "venv"]).arg(&folder),
        )?;
        let mut pip = Command::new(&python);
        check(
            "pip install torch",
            pip.args(["-m", "pip", "install", "--quiet", "torch", "numpy"]),
        )?;
    }
    Ok(python)
}
