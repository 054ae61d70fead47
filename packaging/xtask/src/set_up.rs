//! What the system must have, installed where we know how.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, check, works};

/// What the set-up is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Building and opening the window.
    Run,
    /// Every check.
    Test,
}

/// A Debian package.
struct Package {
    name: &'static str,
    purpose: &'static str,
    /// Whether the build fails without it.
    is_required: bool,
    need: Need,
}

const fn package(
    name: &'static str,
    purpose: &'static str,
    is_required: bool,
    need: Need,
) -> Package {
    Package {
        name,
        purpose,
        is_required,
        need,
    }
}

const PACKAGES: [Package; 6] = [
    package("libasound2-dev", "sound output", true, Need::Run),
    package("pkg-config", "finding the sound library", true, Need::Run),
    package("g++", "the H.264 encoder", true, Need::Run),
    package(
        "nasm",
        "the fast paths of the H.264 encoder",
        false,
        Need::Run,
    ),
    package(
        "mesa-vulkan-drivers",
        "drawing without a GPU",
        false,
        Need::Run,
    ),
    package(
        "ffmpeg",
        "checking exported clips in tests",
        false,
        Need::Test,
    ),
];

/// Install missing packages on Debian and its relatives; elsewhere name them.
pub fn run(need: Need) -> Result<()> {
    if cfg!(target_os = "linux") {
        packages(need)?;
    }
    if need == Need::Test {
        nextest()
    } else {
        Ok(())
    }
}

fn packages(need: Need) -> Result<()> {
    let wanted = || {
        PACKAGES
            .iter()
            .filter(move |package| package.need == Need::Run || need == Need::Test)
    };
    if !works("dpkg-query", &["--version"]) {
        println!(
            "This system has no dpkg. Please make sure it has what these Debian packages hold:"
        );
        wanted().for_each(|package| println!("  {}: {}", package.name, package.purpose));
        return Ok(());
    }
    let missing: Vec<&Package> = wanted()
        .filter(|package| !installed(package.name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    println!("Installing {}", names.join(" "));
    if install(&names) {
        return Ok(());
    }
    let line = format!(
        "sudo apt-get update && sudo apt-get install {}",
        names.join(" ")
    );
    if missing.iter().any(|package| package.is_required) {
        bail!("these packages could not be installed; please run: {line}");
    }
    missing
        .iter()
        .for_each(|package| println!("Going on without {} ({}).", package.name, package.purpose));
    println!("To have them: {line}");
    Ok(())
}

fn installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

fn install(names: &[&str]) -> bool {
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(names);
    apt(&["update"]) && apt(&arguments)
}

/// Run apt-get as root, through sudo if needed.
fn apt(arguments: &[&str]) -> bool {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
    if !is_root {
        command.arg("apt-get");
    }
    check(
        "apt-get",
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments),
    )
    .is_ok()
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
