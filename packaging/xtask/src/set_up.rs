//! What the system must have, installed where we know how.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, check, works};

/// Debian package, and what it is for.
const PACKAGES: [(&str, &str); 7] = [
    ("libasound2-dev", "sound output"),
    ("pkg-config", "finding the sound library"),
    ("g++", "the H.264 encoder"),
    ("nasm", "the fast paths of the H.264 encoder"),
    ("mesa-vulkan-drivers", "drawing without a GPU"),
    ("ffmpeg", "checking exported clips in tests"),
    ("xvfb", "opening a window in tests"),
];

/// Install missing packages on Debian and its relatives; elsewhere name them.
pub fn run() -> Result<()> {
    if cfg!(not(target_os = "linux")) {
        return nextest();
    }
    if !works("dpkg", &["--version"]) {
        println!(
            "This system has no dpkg. Please make sure it has what these Debian packages hold:"
        );
        PACKAGES
            .iter()
            .for_each(|(package, purpose)| println!("  {package}: {purpose}"));
        return nextest();
    }
    let missing: Vec<&str> = PACKAGES
        .iter()
        .map(|(package, _)| *package)
        .filter(|package| !installed(package))
        .collect();
    if !missing.is_empty() {
        println!("Installing {}", missing.join(" "));
        apt(&["update"])?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(&missing);
        apt(&arguments)?;
    }
    nextest()
}

fn installed(package: &str) -> bool {
    works("dpkg", &["--status", package])
}

/// Run apt-get as root, through sudo if needed.
fn apt(arguments: &[&str]) -> Result<()> {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = if is_root {
        Command::new("apt-get")
    } else if works("sudo", &["--version"]) {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    } else {
        bail!("root is needed for: apt-get {}", arguments.join(" "));
    };
    check(
        "apt-get",
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments),
    )
}

/// The test runner.
fn nextest() -> Result<()> {
    if works("cargo", &["nextest", "--version"]) {
        return Ok(());
    }
    println!("Installing cargo-nextest");
    check(
        "cargo install cargo-nextest",
        &mut cargo(&["install", "cargo-nextest", "--locked"]),
    )
}
