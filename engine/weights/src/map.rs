//! Read-only memory maps of weight files: the one place with `unsafe`.
//!
//! A map of a file that shrinks kills the process when a lost page is touched. Three things keep
//! that from happening: files still being downloaded are refused, a shared lock is held where the
//! system has locks, and size and modification time are kept so that a change is noticed before
//! bytes are handed out (spec: gguf-and-weights 10).
#![allow(unsafe_code)]

use std::fs::{File, Metadata, TryLockError};
use std::path::Path;
use std::time::SystemTime;

use memmap2::Mmap;

use crate::error::WeightError;

/// A mapped file with what is needed to notice that it changed.
pub(crate) struct FileMap {
    map: Mmap,
    file: File,
    modified: Option<SystemTime>,
}

impl FileMap {
    /// Maps a whole file. Fails when it cannot be read, is empty, is locked by a writer or is a
    /// partial download (`*.part`).
    pub(crate) fn open(path: &Path) -> Result<Self, WeightError> {
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("part"))
        {
            return Err(WeightError::PartialDownload);
        }
        let file = File::open(path).map_err(WeightError::io("open"))?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => return Err(WeightError::Locked),
            // A file system without locks is no reason to refuse the file.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let metadata = file
            .metadata()
            .map_err(WeightError::io("read the size of"))?;
        if metadata.is_dir() {
            return Err(WeightError::Directory);
        }
        if metadata.len() == 0 {
            return Err(WeightError::Empty);
        }
        // SAFETY: the map is read-only and private to this value. Its bytes are only seen as `u8`,
        // for which every value is valid. The remaining danger, another process that changes or
        // truncates the file, is what the lock, the refusal above and `check_unchanged` are for.
        let map = unsafe { Mmap::map(&file) }.map_err(WeightError::io("map"))?;
        Ok(Self {
            map,
            file,
            modified: modified(&metadata),
        })
    }

    /// The bytes of the file.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.map
    }

    /// Fails when the size or the modification time is no longer that of the mapping.
    pub(crate) fn check_unchanged(&self) -> Result<(), WeightError> {
        let now = self
            .file
            .metadata()
            .map_err(WeightError::io("read the size of"))?;
        let mapped_bytes = self.map.len() as u64;
        if now.len() != mapped_bytes || modified(&now) != self.modified {
            return Err(WeightError::Changed {
                mapped_bytes,
                found_bytes: now.len(),
            });
        }
        Ok(())
    }

    /// Tells the system that the pages of a range will not be needed soon. They come back from the
    /// file when touched. Does nothing where the system has no such call.
    pub(crate) fn release(&self, offset: usize, num_bytes: usize) {
        #[cfg(unix)]
        if offset
            .checked_add(num_bytes)
            .is_some_and(|end| end <= self.map.len())
        {
            // SAFETY: the map is a read-only view of a file and is never written to, so that
            // dropped pages are read again from the file with the same content.
            // Advice that is refused changes nothing.
            let _ = unsafe {
                self.map.unchecked_advise_range(
                    memmap2::UncheckedAdvice::DontNeed,
                    offset,
                    num_bytes,
                )
            };
        }
        #[cfg(not(unix))]
        let _ = (offset, num_bytes);
    }
}

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}
