//! Writes jobs and their first frames into a queue file.

use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use ovi_media::{MediaError, unique_path};
use rusqlite::Connection;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::error::LibraryError;
use super::super::rows;
use super::limits::MAX_PICTURE_BYTES;
use super::{FORMAT, JobOfFile, QUEUE_ENTRY, QueueFile, VERSION, picture_extension};
use crate::protocol::JobId;

/// Write jobs in this order to a new file, which appears when it is complete. Returns its path, which
/// differs from `path` where that name is taken.
///
/// # Errors
/// If a job is not in the queue, a first frame cannot be read, or the file cannot be written.
pub(in super::super) fn export(
    connection: &Connection,
    path: &Path,
    ids: &[JobId],
) -> Result<PathBuf, LibraryError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let failed = |source| LibraryError::io("write the queue file", path)(source);
    let temporary = tempfile::Builder::new()
        .prefix(".ovi-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut writer = QueueWriter {
        archive: ZipWriter::new(temporary),
        path,
        entries: HashMap::new(),
    };
    let mut jobs = Vec::new();
    for id in ids {
        let job = rows::job(connection, *id)?.ok_or(LibraryError::UnknownJob)?;
        let mut request = job.request;
        let first_frame = request.first_frame.take();
        let picture = first_frame.map(|file| writer.picture(file)).transpose()?;
        request.output = PathBuf::new();
        request.job = None;
        let name = job.name;
        jobs.push(JobOfFile {
            name,
            request,
            picture,
        });
    }
    let format = FORMAT.to_owned();
    let file = QueueFile {
        format,
        version: VERSION,
        jobs,
    };
    let text = serde_json::to_vec_pretty(&file).map_err(|source| LibraryError::Unstorable {
        what: "queue",
        source,
    })?;
    writer.entry(QUEUE_ENTRY, &text)?;
    let temporary = writer
        .archive
        .finish()
        .map_err(|error| failed(error.into()))?;
    publish(temporary, path)
}

struct QueueWriter<'a> {
    archive: ZipWriter<NamedTempFile>,
    path: &'a Path,
    /// Entries of the pictures that were written, by file.
    entries: HashMap<PathBuf, String>,
}

impl QueueWriter<'_> {
    fn entry(&mut self, name: &str, bytes: &[u8]) -> Result<(), LibraryError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.archive
            .start_file(name, options)
            .map_err(std::io::Error::from)
            .and_then(|()| self.archive.write_all(bytes))
            .map_err(LibraryError::io("write the queue file", self.path))
    }

    /// Write a picture once, however many jobs begin with it. Returns its entry.
    fn picture(&mut self, file: PathBuf) -> Result<String, LibraryError> {
        if let Some(entry) = self.entries.get(&file) {
            return Ok(entry.clone());
        }
        let unreadable = |source| {
            LibraryError::Picture(MediaError::Io {
                action: "read",
                path: file.clone(),
                source,
            })
        };
        let num_bytes = file.metadata().map_err(unreadable)?.len();
        if num_bytes > MAX_PICTURE_BYTES {
            return Err(unreadable(ErrorKind::FileTooLarge.into()));
        }
        let bytes = std::fs::read(&file).map_err(unreadable)?;
        let Some(extension) = picture_extension(&bytes) else {
            return Err(LibraryError::Picture(MediaError::PictureFormat {
                path: file,
            }));
        };
        let entry = format!("pictures/{:04}.{extension}", self.entries.len() + 1);
        self.entry(&entry, &bytes)?;
        self.entries.insert(file, entry.clone());
        Ok(entry)
    }
}

fn publish(mut temporary: NamedTempFile, path: &Path) -> Result<PathBuf, LibraryError> {
    let failed = LibraryError::io("write the queue file", path);
    if let Err(error) = temporary.as_file().sync_all() {
        return Err(failed(error));
    }
    loop {
        let target = unique_path(path);
        match temporary.persist_noclobber(&target) {
            Ok(_) => return Ok(target),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => temporary = error.file,
            Err(error) => return Err(failed(error.error)),
        }
    }
}
