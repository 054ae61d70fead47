//! Files of clips: which of them belong to a record, and how they go.
//!
//! A record is data that may have come from elsewhere, so a path in it is a claim. Only what looks
//! like a file this program makes beside a clip is removed, folders never with unknown contents, and
//! nothing that another record still names.

use std::collections::{HashMap, HashSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::disk::remove_if_there;
use super::error::LibraryError;
use super::rows;
use crate::protocol::{ClipId, ClipRecord, QueueState};

/// What became of a request to delete or prune.
#[derive(Default)]
pub(super) struct Removal {
    /// Clips for which it was done.
    pub done: Vec<ClipId>,
    /// Files that stayed, and why.
    pub failures: Vec<(PathBuf, io::Error)>,
}

impl Removal {
    /// The files that stayed, as an error.
    pub fn error(self) -> Option<LibraryError> {
        let num_files = self.failures.len();
        let (path, source) = self.failures.into_iter().next()?;
        Some(LibraryError::NotRemoved {
            num_files,
            path,
            source,
        })
    }
}

/// Remove the files of clips, then their rows. A clip with a file that stays keeps its row.
pub(super) fn delete(connection: &Connection, ids: &[ClipId]) -> Result<Removal, LibraryError> {
    let going: HashSet<ClipId> = ids.iter().copied().collect();
    let all = rows::clips(connection)?;
    let known: HashSet<ClipId> = all.iter().map(|clip| clip.id).collect();
    let (mut doomed, mut staying): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|clip| going.contains(&clip.id));
    doomed.sort_by_key(|clip| ids.iter().position(|id| *id == clip.id));
    let mut named: HashSet<PathBuf> = staying.drain(..).flat_map(files_of).collect();
    let mut removal = Removal {
        done: ids
            .iter()
            .copied()
            .filter(|id| !known.contains(id))
            .collect(),
        failures: Vec::new(),
    };
    for clip in doomed {
        let id = clip.id;
        let files = files_of(clip);
        let mut free = files.iter().filter(|file| !named.contains(*file));
        match free.try_for_each(|file| remove_file_of_clip(file)) {
            Ok(()) => {
                forget(connection, id)?;
                removal.done.push(id);
            }
            Err(failure) => {
                removal.failures.push(failure);
                named.extend(files);
            }
        }
    }
    Ok(removal)
}

fn forget(connection: &Connection, id: ClipId) -> Result<(), LibraryError> {
    connection
        .prepare_cached("DELETE FROM clips WHERE id = ?1")
        .and_then(|mut statement| statement.execute([id.0.cast_signed()]))
        .map(drop)
        .map_err(LibraryError::database("remove a clip"))
}

/// The clip first: if it cannot go, nothing of it does. Then what lies beside it, and its latents.
fn files_of(clip: ClipRecord) -> Vec<PathBuf> {
    let path = clip.clip.path;
    let beside = |file: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        file.parent() == path.parent() && !stem.is_empty() && name.starts_with(&*stem)
    };
    let extras = clip.clip.extra_files.into_iter().filter(beside);
    let latents = clip
        .clip
        .latents
        .into_iter()
        .filter(|file| is_latents(file));
    let rest: Vec<PathBuf> = extras.chain(latents).collect();
    [path].into_iter().chain(rest).collect()
}

/// `name.latents.safetensors`, or `name.latents_2.safetensors` where that was taken.
pub(super) fn is_latents(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".safetensors").unwrap_or_default();
    let (first, number) = stem.rsplit_once('_').unwrap_or((stem, ""));
    let is_numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    stem.ends_with(".latents") || (is_numbered && first.ends_with(".latents"))
}

fn remove_file_of_clip(path: &Path) -> Result<(), (PathBuf, io::Error)> {
    let is_folder = path.symlink_metadata().is_ok_and(|facts| facts.is_dir());
    let removed = match is_folder {
        true => remove_frames(path),
        false => remove_if_there(path),
    };
    match removed {
        // A folder on the way is gone, or was never one.
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(()),
        other => other.map_err(|error| (path.to_owned(), error)),
    }
}

/// Remove a folder of frames: numbered pictures, then the folder if that was all.
pub(super) fn remove_frames(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if is_frame(&path) {
            remove_if_there(&path)?;
        }
    }
    std::fs::remove_dir(folder)
}

fn is_frame(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let is_number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    is_number && path.extension().is_some_and(|extension| extension == "png")
}

/// Remove kept latents, oldest clip first, until the rest is at most `max_bytes`. Latents that a job
/// is to decode again stay, and so do those on a volume that is not there.
pub(super) fn prune(connection: &Connection, max_bytes: u64) -> Result<Removal, LibraryError> {
    let snapshot = rows::snapshot(connection)?;
    let needed: HashSet<PathBuf> = snapshot
        .jobs
        .into_iter()
        .filter(|job| matches!(job.state, QueueState::Waiting | QueueState::Running))
        .filter_map(|job| Some(job.request.redecode?.latents))
        .collect();
    // Oldest first; latents that several clips name are as young as the youngest of them.
    let mut kept: Vec<(PathBuf, Vec<ClipRecord>)> = Vec::new();
    let mut place_of: HashMap<PathBuf, usize> = HashMap::new();
    for clip in snapshot.clips {
        let Some(latents) = clip.clip.latents.clone().filter(|file| is_latents(file)) else {
            continue;
        };
        let place = *place_of.entry(latents.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some((_, clips)) => clips.push(clip),
            None => kept.push((latents, vec![clip])),
        }
    }
    kept.reverse();
    let size = |file: &Path| file.metadata().map_or(0, |facts| facts.len());
    let mut total: u64 = kept.iter().map(|(file, _)| size(file)).sum();
    let mut removal = Removal::default();
    for (file, clips) in kept {
        let is_away = file.parent().is_none_or(|folder| !folder.is_dir());
        if total <= max_bytes {
            break;
        }
        if is_away || needed.contains(&file) {
            continue;
        }
        let num_bytes = size(&file);
        match remove_if_there(&file) {
            Ok(()) => {
                total = total.saturating_sub(num_bytes);
                for mut clip in clips {
                    clip.clip.latents = None;
                    rows::put_clip(connection, &clip)?;
                    removal.done.push(clip.id);
                }
            }
            Err(error) => removal.failures.push((file, error)),
        }
    }
    Ok(removal)
}
