//! Reads a queue file from anyone: every size before it is used, every number against its range,
//! everything or nothing.
//!
//! No name from the file becomes a path that is written. Pictures get new names in the library's own
//! folder, and must be pictures.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::{CompressionMethod, ZipArchive};

use super::super::disk::remove_if_there;
use super::super::error::LibraryError;
use super::super::random_id;
use super::limits::{MAX_FILE_BYTES, MAX_JOBS, MAX_PICTURE_BYTES, MAX_QUEUE_BYTES, check};
use super::{FORMAT, QUEUE_ENTRY, QueueFile, VERSION, picture_extension};
use crate::protocol::{JobId, QueueEntry};

/// Jobs of a queue file, and the pictures that were written for them. Dropped, it removes these.
pub(in super::super) struct Import {
    jobs: Vec<QueueEntry>,
    pictures: Vec<PathBuf>,
}

impl Import {
    /// Waiting jobs with new numbers, in the order of the file.
    pub fn jobs(&self) -> &[QueueEntry] {
        &self.jobs
    }

    /// The jobs are in the queue: keep their pictures.
    pub fn keep(mut self) -> Vec<QueueEntry> {
        self.pictures.clear();
        std::mem::take(&mut self.jobs)
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        for picture in &self.pictures {
            if let Err(error) = remove_if_there(picture) {
                log::warn!("could not remove {}: {error}", picture.display());
            }
        }
    }
}

/// Read the file at `path`; first frames go to the folder `pictures`.
///
/// # Errors
/// If anything in the file is not as this program writes it; then nothing is left behind.
pub(in super::super) fn import(
    path: &Path,
    pictures: Option<&Path>,
    now_unix: i64,
) -> Result<Import, LibraryError> {
    let mut source = QueueSource::open(path)?;
    let file = source.queue()?;
    let mut import = Import {
        jobs: Vec::new(),
        pictures: Vec::new(),
    };
    let mut placed: HashMap<String, PathBuf> = HashMap::new();
    for (number, job) in (1..).zip(file.jobs) {
        check(&job).map_err(|reason| source.wrong(format!("job {number}: {reason}")))?;
        let mut request = job.request;
        // Paths of the machine that wrote the file; what is written here is decided here.
        request.output = PathBuf::new();
        request.job = None;
        request.first_frame = None;
        if let Some(entry) = job.picture {
            let known = placed.get(&entry).cloned();
            let picture = match known {
                Some(picture) => picture,
                None => {
                    let bytes = source.entry(&entry, MAX_PICTURE_BYTES)?;
                    let picture = place(&bytes, pictures, &mut import)?;
                    placed.insert(entry, picture.clone());
                    picture
                }
            };
            request.first_frame = Some(picture);
        }
        let mut entry = QueueEntry::new(JobId(random_id()), request, now_unix);
        entry.name = job.name;
        import.jobs.push(entry);
    }
    Ok(import)
}

/// Write a picture under a new name, and see that it is one.
fn place(
    bytes: &[u8],
    folder: Option<&Path>,
    import: &mut Import,
) -> Result<PathBuf, LibraryError> {
    let extension = picture_extension(bytes).unwrap_or("picture");
    let name = format!("{:016x}.{extension}", random_id());
    let Some(folder) = folder else {
        let source = std::io::ErrorKind::Unsupported.into();
        return Err(LibraryError::io(
            "keep pictures in memory",
            Path::new(&name),
        )(source));
    };
    std::fs::create_dir_all(folder)
        .map_err(LibraryError::io("create the folder of pictures", folder))?;
    let written = ovi_media::write_new_file(&folder.join(name), bytes);
    let picture = written.map_err(LibraryError::Picture)?;
    import.pictures.push(picture.clone());
    ovi_media::read_picture(&picture).map_err(LibraryError::Picture)?;
    Ok(picture)
}

struct QueueSource<'a> {
    archive: ZipArchive<BufReader<File>>,
    path: &'a Path,
}

impl<'a> QueueSource<'a> {
    fn open(path: &'a Path) -> Result<Self, LibraryError> {
        let failed = |error| LibraryError::io("read the queue file", path)(error);
        let file = File::open(path).map_err(failed)?;
        let facts = file.metadata().map_err(failed)?;
        if !facts.is_file() || facts.len() > MAX_FILE_BYTES {
            return Err(wrong(path, format!("{} bytes", facts.len())));
        }
        let archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| wrong(path, error.to_string()))?;
        Ok(Self { archive, path })
    }

    fn queue(&mut self) -> Result<QueueFile, LibraryError> {
        let text = self.entry(QUEUE_ENTRY, MAX_QUEUE_BYTES)?;
        let file: QueueFile =
            serde_json::from_slice(&text).map_err(|error| self.wrong(error.to_string()))?;
        if file.format != FORMAT {
            return Err(self.wrong("of another kind".into()));
        }
        if file.version != VERSION {
            let found = file.version;
            return Err(self.wrong(format!("layout {found}, this version knows {VERSION}")));
        }
        if file.jobs.len() > MAX_JOBS {
            let found = file.jobs.len();
            return Err(self.wrong(format!("{found} jobs, {MAX_JOBS} are allowed")));
        }
        Ok(file)
    }

    /// The bytes of an entry, at most `most`.
    fn entry(&mut self, name: &str, most: u64) -> Result<Vec<u8>, LibraryError> {
        let path = self.path;
        let refused = |reason: String| wrong(path, format!("entry {name:?}: {reason}"));
        let entry = self.archive.by_name(name);
        let entry = entry.map_err(|error| refused(error.to_string()))?;
        if entry.compression() != CompressionMethod::Stored {
            return Err(refused("is compressed".into()));
        }
        let mut bytes = Vec::new();
        // The stated size is not relied on: one byte more than allowed tells.
        let read = entry.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| refused(error.to_string()))?;
        match bytes.len() as u64 <= most {
            true => Ok(bytes),
            false => Err(refused(format!("more than {most} bytes"))),
        }
    }

    fn wrong(&self, reason: String) -> LibraryError {
        wrong(self.path, reason)
    }
}

fn wrong(path: &Path, reason: String) -> LibraryError {
    LibraryError::QueueFile {
        reason,
        path: path.to_owned(),
    }
}
