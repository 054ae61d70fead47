//! New files: written under a temporary name in the same folder, synced, renamed without overwriting.
//!
//! A reader never sees half a file, a crash leaves at most a hidden temporary file, and a taken name
//! becomes `name_2`, `name_3`, … (spec: product 13).

#[cfg(unix)]
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{MediaError, Result};

/// Prefix of temporary names; hidden on Unix, so file lists do not show unfinished clips.
const TEMPORARY_PREFIX: &str = ".ovi-";

/// A file that appears under its final name only when [`NewFile::publish`] succeeds.
///
/// Dropping it removes the temporary file.
pub(crate) struct NewFile {
    temporary: NamedTempFile,
    target: PathBuf,
    num_bytes: u64,
}

impl NewFile {
    /// Opens a temporary file beside `target`.
    ///
    /// Fails when `target` has no file name, or its folder is missing or refuses new files.
    pub(crate) fn create(target: &Path) -> Result<Self> {
        if target.file_name().is_none() {
            return Err(MediaError::NoFileName {
                path: target.to_owned(),
            });
        }
        let folder = parent_folder(target);
        if !folder.is_dir() {
            return Err(MediaError::FolderMissing { folder });
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX).suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Ordinary permissions (cut by the umask); temporary files are private otherwise.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let temporary = builder
            .tempfile_in(&folder)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::StorageFull => MediaError::NoSpace {
                    num_written_bytes: 0,
                    path: folder.clone(),
                },
                _ => MediaError::FolderNotWritable {
                    folder: folder.clone(),
                    source,
                },
            })?;
        // Held before the first byte is written: a temporary file that is not empty and not locked was
        // left by a process that died, and may be removed. Without locking it merely stays.
        let _ = temporary.as_file().try_lock();
        Ok(Self {
            temporary,
            target: target.to_owned(),
            num_bytes: 0,
        })
    }

    /// Bytes written so far.
    pub(crate) fn num_bytes(&self) -> u64 {
        self.num_bytes
    }

    /// Appends `bytes`.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let result = self.temporary.as_file_mut().write_all(bytes);
        result.map_err(|source| self.write_error(source))?;
        self.num_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Replaces bytes that were appended before, at `offset` from the start.
    pub(crate) fn patch(&mut self, offset: u64, bytes: &[u8]) -> Result<()> {
        use std::io::{Seek, SeekFrom};
        let file = self.temporary.as_file_mut();
        let result = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(bytes))
            .and_then(|()| file.seek(SeekFrom::End(0)));
        result
            .map(|_| ())
            .map_err(|source| self.write_error(source))
    }

    /// Syncs and renames to the target, or to the first free `name_2`, `name_3`, … Returns the final path.
    pub(crate) fn publish(self) -> Result<PathBuf> {
        self.temporary
            .as_file()
            .sync_all()
            .map_err(|source| self.write_error(source))?;
        let Self {
            mut temporary,
            target,
            ..
        } = self;
        let mut candidate = unique_path(&target);
        loop {
            match temporary.persist_noclobber(&candidate) {
                Ok(_) => break,
                Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                    temporary = error.file;
                    candidate = unique_path(&target);
                }
                Err(error) => return Err(MediaError::io("rename to", candidate, error.error)),
            }
        }
        sync_folder(&parent_folder(&candidate));
        Ok(candidate)
    }

    fn write_error(&self, source: std::io::Error) -> MediaError {
        match MediaError::io("write", &self.target, source) {
            MediaError::NoSpace { path, .. } => MediaError::NoSpace {
                num_written_bytes: self.num_bytes,
                path,
            },
            other => other,
        }
    }
}

/// Writes `bytes` to a new file at `path`, or at the first free `name_2`, `name_3`, … Returns the final path.
///
/// Never overwrites. Fails when the folder is missing, read-only or full.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let mut file = NewFile::create(path)?;
    file.append(bytes)?;
    file.publish()
}

/// `path` if nothing has that name, else the first free of `name_2.ext`, `name_3.ext`, …
///
/// The answer can be outdated when another program writes to the folder; writers of this package check again.
pub fn unique_path(path: &Path) -> PathBuf {
    let is_free = |candidate: &Path| candidate.symlink_metadata().is_err();
    if is_free(path) {
        return path.to_owned();
    }
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let extension = path
        .extension()
        .map(|text| text.to_string_lossy().into_owned());
    (2u64..)
        .map(|number| {
            path.with_file_name(match &extension {
                Some(extension) => format!("{stem}_{number}.{extension}"),
                None => format!("{stem}_{number}"),
            })
        })
        .find(|candidate| is_free(candidate))
        .unwrap_or_else(|| path.to_owned())
}

fn parent_folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the rename durable where the system allows it; the file itself is already synced.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}
