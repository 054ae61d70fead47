//! What the library cannot do, and its text for people.

use std::io;
use std::path::{Path, PathBuf};

use ovi_media::MediaError;

use crate::protocol::{ErrorCode, ErrorReport};

/// Why the library could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Another process has the library open.
    #[error("the library is open in another window")]
    Busy,
    /// A newer version of the program wrote the database; it was not touched.
    #[error("the library has layout {found}, this version knows layouts up to {known}")]
    Newer {
        /// Layout of the file.
        found: i64,
        /// Newest layout of this version.
        known: i64,
        /// Database.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("the library is damaged ({reason})")]
    Damaged {
        /// What is wrong.
        reason: String,
        /// Database.
        path: PathBuf,
    },
    /// A file or folder could not be used.
    #[error("could not {action}")]
    Io {
        /// What was tried, such as "create the folder".
        action: &'static str,
        /// File or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The database refused.
    #[error("could not {action}")]
    Database {
        /// What was tried.
        action: &'static str,
        /// Cause.
        source: rusqlite::Error,
    },
    /// A value cannot be written as JSON: a path that is no Unicode text, or a number that is none.
    #[error("the {what} cannot be stored")]
    Unstorable {
        /// What was to be stored.
        what: &'static str,
        /// Cause.
        source: serde_json::Error,
    },
    /// The queue has no such job.
    #[error("the job is not in the queue")]
    UnknownJob,
    /// Files of clips could not be removed; the clips stay in the library.
    #[error("{num_files} files could not be removed, the first one because: {source}")]
    NotRemoved {
        /// How many.
        num_files: usize,
        /// The first one.
        path: PathBuf,
        /// What the system answered for it.
        source: io::Error,
    },
    /// A clip could not be read.
    #[error("the clip cannot be read")]
    Clip(#[source] MediaError),
    /// A first frame of a queue file could not be read or written.
    #[error("the first frame of a job cannot be used")]
    Picture(#[source] MediaError),
    /// A queue file cannot be used.
    #[error("the queue file cannot be used ({reason})")]
    QueueFile {
        /// What is wrong.
        reason: String,
        /// File.
        path: PathBuf,
    },
    /// A bug.
    #[error("panic: {0}")]
    Panic(String),
}

impl LibraryError {
    /// Wrap what the system answered, for `map_err`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// Wrap what the database answered, for `map_err`.
    pub(super) fn database(action: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| Self::Database { action, source }
    }

    /// Whether the database file itself is at fault, so that another one has to take its place.
    pub(super) fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode as Code;
        match self {
            Self::Damaged { .. } => true,
            // `Unknown` is what SQLite answers to statements that the layout cannot satisfy.
            Self::Database { source, .. } => matches!(
                source.sqlite_error_code(),
                Some(Code::NotADatabase | Code::DatabaseCorrupt | Code::Unknown)
            ),
            _ => false,
        }
    }

    /// The error as people read it.
    pub fn report(&self) -> ErrorReport {
        let (code, message, action) = self.parts();
        ErrorReport {
            code,
            message,
            action: action.to_owned(),
            details: self.chain(),
        }
    }

    fn parts(&self) -> (ErrorCode, String, &'static str) {
        match self {
            Self::Busy => (
                ErrorCode::Busy,
                "The library is open in another window.".into(),
                "Use that window, or close it and start again.",
            ),
            Self::Newer { found, known, path } => (
                ErrorCode::Kind,
                format!(
                    "The library was written by a newer version of this program (layout {found}, this version knows {known}): {}.",
                    path.display()
                ),
                "Install the newer version.",
            ),
            Self::Damaged { path, .. } => (
                ErrorCode::Damaged,
                format!("The library is damaged: {}.", path.display()),
                "Start the program again; it then goes back to the last backup.",
            ),
            Self::Io {
                action,
                path,
                source,
            } => (
                disk_or_write(source),
                format!("Could not {action} ({source}): {}.", path.display()),
                "Choose another folder or free some space.",
            ),
            Self::Database { action, source } => database_parts(action, source),
            Self::Unstorable { what, source } => (
                ErrorCode::Write,
                format!("The {what} cannot be stored: {source}."),
                "Use names that are Unicode text.",
            ),
            Self::UnknownJob => (
                ErrorCode::Internal,
                "The job is not in the queue any more.".into(),
                "Add it again.",
            ),
            Self::NotRemoved {
                num_files: 1,
                path,
                source,
            } => (
                ErrorCode::Write,
                format!("Could not remove the file ({source}): {}.", path.display()),
                "Close programs that use it, then delete again.",
            ),
            Self::NotRemoved {
                num_files,
                path,
                source,
            } => (
                ErrorCode::Write,
                format!(
                    "Could not remove {num_files} files ({source}), the first one is {}.",
                    path.display()
                ),
                "Close programs that use them, then delete again.",
            ),
            Self::Clip(source) => (
                ErrorCode::Kind,
                format!("The clip cannot be read: {source}."),
                "Choose another file.",
            ),
            Self::Picture(source) => (
                ErrorCode::Image,
                format!("A first frame cannot be used: {source}."),
                "Choose another picture for that job.",
            ),
            Self::QueueFile { reason, path } => (
                ErrorCode::Batch,
                format!(
                    "This is no usable queue file ({reason}): {}.",
                    path.display()
                ),
                "Choose another file.",
            ),
            Self::Panic(_) => (
                ErrorCode::Internal,
                "Something went wrong inside the library; what was stored before is safe.".into(),
                "Copy the details and report them.",
            ),
        }
    }

    fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            text.push_str("\ncaused by: ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        text
    }
}

fn disk_or_write(source: &io::Error) -> ErrorCode {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::Disk,
        _ => ErrorCode::Write,
    }
}

fn database_parts(action: &str, source: &rusqlite::Error) -> (ErrorCode, String, &'static str) {
    use rusqlite::ErrorCode as Code;
    let message = format!("The library could not {action}: {source}.");
    match source.sqlite_error_code() {
        Some(Code::DiskFull) => (ErrorCode::Disk, message, "Free some space."),
        Some(Code::DatabaseCorrupt | Code::NotADatabase) => (
            ErrorCode::Damaged,
            message,
            "Start the program again; it then goes back to the last backup.",
        ),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => (
            ErrorCode::Busy,
            message,
            "Close other programs that use the library.",
        ),
        _ => (
            ErrorCode::Write,
            message,
            "Check that the library's folder can be written.",
        ),
    }
}

/// Run `work`; a panic in it becomes an error.
pub(super) fn catch<T>(work: impl FnOnce() -> Result<T, LibraryError>) -> Result<T, LibraryError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(LibraryError::Panic(
            text.unwrap_or_else(|| "unknown panic".into()),
        ))
    })
}
