//! The log: the last lines in memory for the log viewer, a file in the cache folder, and standard
//! error for people who ask for it.

mod file;
mod ring;

use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use log::{Level, LevelFilter, Log, Metadata, Record};

use file::LogFile;
pub use ring::{LogLine, LogRing};

/// What is kept in memory and in the file at least, whatever is asked for on standard error.
const KEPT: LevelFilter = LevelFilter::Debug;

struct ProgramLog {
    started_at: Instant,
    stderr: LevelFilter,
    file: Mutex<Option<LogFile>>,
}

static RING: Mutex<LogRing> = Mutex::new(LogRing::new());
static LOG: OnceLock<ProgramLog> = OnceLock::new();

/// Log on standard error up to `level` from now on, and in memory.
pub fn start(level: LevelFilter, started_at: Instant) {
    let log = LOG.get_or_init(|| ProgramLog {
        started_at,
        stderr: level,
        file: Mutex::new(None),
    });
    if log::set_logger(log).is_ok() {
        log::set_max_level(level.max(KEPT));
    }
}

/// Log to this file, too; what was logged before comes first.
pub fn write_to(path: &std::path::Path) {
    let Some(log) = LOG.get() else {
        return;
    };
    match LogFile::open(path) {
        Ok(mut opened) => {
            for line in lines(|_| true) {
                opened.write(&line);
            }
            let mut file = log.file.lock().unwrap_or_else(PoisonError::into_inner);
            *file = Some(opened);
        }
        Err(error) => log::warn!("no log file {}: {error}", path.display()),
    }
}

/// Lines in memory that `is_wanted` takes, oldest first.
pub fn lines(is_wanted: impl Fn(&LogLine) -> bool) -> Vec<LogLine> {
    let ring = RING.lock().unwrap_or_else(PoisonError::into_inner);
    ring.iter()
        .filter(|line| is_wanted(line))
        .cloned()
        .collect()
}

/// Number that changes with every line.
pub fn revision() -> u64 {
    RING.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .revision()
}

impl Log for ProgramLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries say much; what they complain about is enough.
        let most = match metadata.target().starts_with("ovi") {
            true => LevelFilter::Trace,
            false => LevelFilter::Warn,
        };
        metadata.level() <= most
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = LogLine {
            secs: self.started_at.elapsed().as_secs_f64(),
            level: record.level(),
            target: record.target().to_owned(),
            text: record.args().to_string(),
        };
        if record.level() <= self.stderr {
            let mut stderr = std::io::stderr().lock();
            // A log that cannot be written has no one to tell.
            writeln!(stderr, "{line}").ok();
        }
        // Lines per frame are for standard error only: they would push out everything else.
        if record.level() == Level::Trace {
            return;
        }
        if let Some(file) = &mut *self.file.lock().unwrap_or_else(PoisonError::into_inner) {
            file.write(&line);
        }
        let mut ring = RING.lock().unwrap_or_else(PoisonError::into_inner);
        ring.push(line);
    }

    fn flush(&self) {}
}
