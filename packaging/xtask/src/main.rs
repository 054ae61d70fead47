//! Workspace tasks: `cargo xtask run | test | set-up | golden | bench`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tasks talk through them"
)]

mod bench;
mod check;
mod command;
mod run;
mod set_up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up, run, test and measure the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, make the demo checkpoint, open the window.
    Run,
    /// Install what is missing, then every check: format, lints, tests, documentation.
    Test,
    /// Install what is missing.
    SetUp,
    /// Compare with golden vectors: `golden [--only COMPONENT,…] [DIR…]`.
    Golden {
        /// Passed on.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure the networks beside PyTorch: `bench [--json] [ROW…]`.
    Bench {
        /// Passed on.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Run => run::run(),
        Task::Test => check::run(),
        Task::SetUp => set_up::run(set_up::Need::Test),
        Task::Golden { arguments } => check::golden(&arguments),
        Task::Bench { arguments } => bench::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
