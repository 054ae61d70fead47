//! From a fresh clone to a window in which Generate works.

use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, check, target};
use crate::set_up::{self, Need};

const PROMPT: &str =
    "A lighthouse at dusk. <S>The storm is late again.<E> Audio: rain on glass, a low voice.";

/// Set-up, build, demo checkpoint, window.
pub fn run() -> Result<()> {
    set_up::run(Need::Run)?;
    let build = [
        "build",
        "--package",
        "ovi-app",
        "--package",
        "ovi-engine",
        "--bin",
        "ovi-desktop",
        "--bin",
        "ovi",
    ];
    check("build", &mut cargo(&build))?;
    let target = target()?;
    let checkpoint = target.join("demo-checkpoint");
    if !checkpoint
        .join("MMAudio/ext_weights/best_netG.pt")
        .is_file()
    {
        // Left unfinished by an earlier run; it is ours.
        if checkpoint.exists() {
            std::fs::remove_dir_all(&checkpoint)?;
        }
        check(
            "demo checkpoint",
            program("ovi-engine", "ovi")
                .arg("demo-checkpoint")
                .arg(&checkpoint),
        )?;
    }
    let output = target.join("clips");
    std::fs::create_dir_all(&output)?;
    if !has_display() {
        print_headless(&checkpoint, &output);
        return Ok(());
    }
    let mut window = program("ovi-app", "ovi-desktop");
    window
        .arg("--checkpoint")
        .arg(&checkpoint)
        .arg("--output")
        .arg(&output)
        .args(["--prompt", PROMPT]);
    check("window", &mut window)
}

/// A program of the workspace; it is built by now.
fn program(package: &str, bin: &str) -> std::process::Command {
    cargo(&["run", "--quiet", "--package", package, "--bin", bin, "--"])
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn print_headless(checkpoint: &Path, output: &Path) {
    println!("There is no display to open a window on. This makes the same clip without one:");
    println!();
    println!(
        "  cargo run --package ovi-engine --bin ovi -- generate --checkpoint '{}' --prompt '{PROMPT}' --output '{}'",
        checkpoint.display(),
        output.join("clip.mp4").display()
    );
}
