//! `golden [--only COMPONENT,…] [DIR…]`: compare with folders of golden vectors.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Compare the engine with folders of golden vectors.
#[derive(Parser)]
struct Arguments {
    /// Components to run, separated by commas; all by default.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Folders of cases; the project's own by default.
    directories: Vec<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the report is this program's output")]
fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.directories.is_empty() {
        arguments.directories.push(PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/golden"
        )));
    }
    let summary = ovi_suite::golden::run(&arguments.directories, &arguments.only, |line| {
        println!("{line}")
    });
    if summary.num_passed + summary.num_failed == 0 {
        println!("no case matches");
        return ExitCode::FAILURE;
    }
    let skipped = if summary.num_skipped > 0 {
        format!(", {} skipped", summary.num_skipped)
    } else {
        String::new()
    };
    println!(
        "{} passed, {} failed{skipped}",
        summary.num_passed, summary.num_failed
    );
    if summary.num_failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
