//! `ovi`: the engine without a window.
//!
//! Exit codes: 0 done, 1 failed, 2 bad input, 4 missing model, 130 interrupted (spec: product 14).

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks through them"
)]

mod batch;
mod decode;
mod demo_checkpoint;
mod generate;
mod info;
mod inspect;
mod request;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Make short videos with sound from text, on this machine.
#[derive(Parser)]
#[command(name = "ovi", version)]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a clip.
    Generate(Box<generate::Arguments>),
    /// Make a clip for every row of a CSV or TSV file.
    Batch(Box<batch::Arguments>),
    /// Decode kept latents again, without sampling.
    Decode(Box<decode::Arguments>),
    /// Show a checkpoint folder and this machine.
    Info(info::Arguments),
    /// Show what a weight file holds.
    Inspect(inspect::Arguments),
    /// Write a small checkpoint of random numbers; its clips are test patterns.
    DemoCheckpoint(demo_checkpoint::Arguments),
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Done = 0,
    Failed = 1,
    BadInput = 2,
    MissingModel = 4,
    Interrupted = 130,
}

fn main() -> ExitCode {
    let exit = match Arguments::parse().command {
        Action::Generate(arguments) => generate::run(&arguments),
        Action::Batch(arguments) => batch::run(&arguments),
        Action::Decode(arguments) => decode::run(&arguments),
        Action::Info(arguments) => info::run(&arguments),
        Action::Inspect(arguments) => inspect::run(&arguments),
        Action::DemoCheckpoint(arguments) => demo_checkpoint::run(&arguments),
    };
    ExitCode::from(exit as u8)
}

/// Print an error for people and choose the exit code.
fn fail(report: &ovi_engine::protocol::ErrorReport) -> Exit {
    use ovi_engine::protocol::ErrorCode;
    eprintln!("{report}");
    match report.code {
        ErrorCode::Missing | ErrorCode::Kind | ErrorCode::Damaged | ErrorCode::Shape => {
            Exit::MissingModel
        }
        ErrorCode::Prompt | ErrorCode::Image | ErrorCode::Length | ErrorCode::Batch => {
            Exit::BadInput
        }
        _ => Exit::Failed,
    }
}

/// Bytes for people.
fn megabytes(bytes: u64) -> String {
    if bytes >= 10_000_000_000 {
        format!("{:.1} GB", bytes as f64 / 1e9)
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}
