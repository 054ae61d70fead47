//! Every check of the project, in the order in which a failure is cheapest to find.

use anyhow::Result;

use crate::command::{cargo, check, root};
use crate::set_up::{self, Need};

/// Format, lints, tests, documentation.
pub fn run() -> Result<()> {
    set_up::run(Need::Test)?;
    check("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    check(
        "lints",
        &mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ]),
    )?;
    check(
        "tests",
        &mut cargo(&[
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
        ]),
    )?;
    check(
        "documentation examples",
        &mut cargo(&["test", "--workspace", "--doc", "--locked", "--quiet"]),
    )?;
    let mut docs = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    check("documentation", docs.env("RUSTDOCFLAGS", "--deny warnings"))?;
    golden(&[])
}

/// The golden runner with its own report. Folders are relative to where the user stands.
pub fn golden(arguments: &[String]) -> Result<()> {
    let manifest = root().join("Cargo.toml").display().to_string();
    let run = [
        "run",
        "--quiet",
        "--manifest-path",
        &manifest,
        "--package",
        "ovi-suite",
        "--bin",
        "golden",
        "--",
    ];
    let mut runner = cargo(&run);
    check(
        "golden vectors",
        runner.current_dir(std::env::current_dir()?).args(arguments),
    )
}
