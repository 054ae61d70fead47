//! The `ovi-desktop` program.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use ovi_app::cli::Args;
use ovi_app::window::WindowError;
use ovi_app::{logging, window};
use time::UtcOffset;

/// Exit code where no window can be shown.
const NO_WINDOW: u8 = 2;

fn main() -> ExitCode {
    let started_at = Instant::now();
    // The offset can only be asked for safely while there is one thread.
    let utc_offset = UtcOffset::current_local_offset().unwrap_or(UtcOffset::UTC);
    let args = Args::parse();
    logging::start(args.log, started_at);
    report_panics();
    match window::run(args, utc_offset, started_at) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ovi-desktop: {error}");
            match error {
                WindowError::NoWindow => ExitCode::from(NO_WINDOW),
                WindowError::NoEngine(_) => ExitCode::FAILURE,
            }
        }
    }
}

/// Panics of every thread also reach the log, with the thread's name.
fn report_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let name = std::thread::current()
            .name()
            .unwrap_or("unnamed")
            .to_owned();
        log::error!("thread {name} panicked: {panic}");
        default(panic);
    }));
}
