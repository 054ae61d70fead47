//! A log on standard error, for people who ask for one.

use std::io::Write;
use std::time::Instant;

use log::{LevelFilter, Log, Metadata, Record};

struct StderrLog {
    started_at: Instant,
}

/// Log everything up to `level` from now on.
pub fn start(level: LevelFilter, started_at: Instant) {
    if log::set_boxed_logger(Box::new(StderrLog { started_at })).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for StderrLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries say much; what they complain about is enough.
        let most = match metadata.target().starts_with("ovi") {
            true => LevelFilter::Trace,
            false => LevelFilter::Warn,
        };
        metadata.level() <= most
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let secs = self.started_at.elapsed().as_secs_f64();
            let (level, target) = (record.level(), record.target());
            let mut stderr = std::io::stderr().lock();
            // A log that cannot be written has no one to tell.
            writeln!(stderr, "{secs:9.3} {level:5} {target}: {}", record.args()).ok();
        }
    }

    fn flush(&self) {}
}
