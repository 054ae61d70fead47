//! What is done at opening with jobs that the program left behind when it died.
//!
//! A job is written down as running, with the file it makes, before the engine hears of it; a clip
//! appears under its name only when it is complete, with the job's number inside; and a job is done
//! when its clip is in the library, both in one transaction. So whatever the moment of the end, the
//! files tell what happened: a clip with the job's number is taken in, without one the job is offered
//! again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::{Connection, TransactionBehavior};

use super::clips::{is_latents, remove_frames};
use super::companions;
use super::describe::describe;
use super::error::LibraryError;
use super::rows;
use crate::protocol::{
    ClipId, ClipRecord, JobId, LibraryNote, LibrarySnapshot, QueueEntry, QueueState,
};

/// File systems may keep times to two seconds.
const TIME_GRAIN: Duration = Duration::from_secs(2);

/// Settle every job that ran, or that was begun before and is not done.
/// `known` is what the library holds; without notes it stays true.
pub(super) fn settle(
    connection: &mut Connection,
    known: &LibrarySnapshot,
) -> Result<Vec<LibraryNote>, LibraryError> {
    let unsettled = known.jobs.iter().filter(|job| match job.state {
        QueueState::Running => true,
        // Also of a job that was found interrupted: its volume may have been away then.
        QueueState::Waiting | QueueState::Interrupted => !job.request.output.as_os_str().is_empty(),
        _ => false,
    });
    let unsettled: Vec<QueueEntry> = unsettled.cloned().collect();
    if unsettled.is_empty() {
        return Ok(Vec::new());
    }
    let mut clips = known.clips.clone();
    let mut listings = Listings::default();
    let (mut num_adopted, mut num_interrupted) = (0, 0);
    let failed = LibraryError::database("settle the jobs that ran");
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(&failed)?;
    for mut job in unsettled {
        let made = made_by(&job, &clips, &mut listings);
        sweep(&job);
        if let Some(clip) = made {
            job.state = QueueState::Done;
            job.ended_unix = Some(clip.created_unix);
            num_adopted += 1;
            let is_known =
                |known: &ClipRecord| known.id == clip.id || known.clip.path == clip.clip.path;
            if !clips.iter().any(is_known) {
                rows::put_clip(&transaction, &clip)?;
                clips.push(clip);
            }
        } else if job.state == QueueState::Running {
            job.state = QueueState::Interrupted;
            num_interrupted += 1;
        } else {
            continue;
        }
        rows::update_job(&transaction, &job)?;
    }
    transaction.commit().map_err(failed)?;
    let notes = [
        (num_interrupted > 0).then_some(LibraryNote::Interrupted(num_interrupted)),
        (num_adopted > 0).then_some(LibraryNote::Adopted(num_adopted)),
    ];
    Ok(notes.into_iter().flatten().collect())
}

/// The clip that carries the job's number: in the library, or complete on the disk.
fn made_by(job: &QueueEntry, clips: &[ClipRecord], listings: &mut Listings) -> Option<ClipRecord> {
    if let Some(known) = clips.iter().find(|clip| clip.id == ClipId::from(job.id)) {
        return Some(known.clone());
    }
    let found = outputs(&job.request.output, listings);
    found.into_iter().find_map(|path| {
        let (mut record, number) = describe(&path).ok()?;
        (number == Some(job.id)).then(|| {
            record.id = job.id.into();
            record.request = Some(job.request.clone());
            let before = job.request.continue_from.as_ref();
            let parent = before.and_then(|path| clips.iter().find(|clip| clip.clip.path == *path));
            record.parent = parent.map(|parent| parent.id);
            companions::gather(job, &mut record);
            record
        })
    })
}

/// What lies in the output folders, each read once: a long queue mostly goes to one.
#[derive(Default)]
struct Listings {
    by_folder: HashMap<PathBuf, Vec<PathBuf>>,
}

impl Listings {
    fn beside(&mut self, output: &Path) -> &[PathBuf] {
        let folder = output.parent().unwrap_or(output).to_owned();
        self.by_folder
            .entry(folder)
            .or_insert_with(|| siblings(output).collect())
    }
}

/// Files that can be a job's clip: its output, or `name_2`, `name_3`, … where that name was taken.
fn outputs(output: &Path, listings: &mut Listings) -> Vec<PathBuf> {
    let Some(stem) = output.file_stem().and_then(|stem| stem.to_str()) else {
        return Vec::new();
    };
    let number = |path: &PathBuf| {
        // The name first: of a full folder few begin like this.
        path.file_name()?.to_str()?.strip_prefix(stem)?;
        if path.extension() != output.extension() {
            return None;
        }
        let rest = path.file_stem()?.to_str()?.strip_prefix(stem)?;
        if rest.is_empty() {
            return Some(1);
        }
        let digits = rest.strip_prefix('_')?;
        digits.parse().ok().filter(|number: &u64| *number > 1)
    };
    let listed = listings.beside(output).iter();
    let numbered = listed.filter_map(|path| Some((number(path)?, path.clone())));
    let mut found: Vec<(u64, PathBuf)> = numbered.collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// Everything in the folder of `output`.
pub(super) fn siblings(output: &Path) -> impl Iterator<Item = PathBuf> {
    let folder = match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folder = folder.to_owned();
    // Joined anew, so that a relative output keeps its form.
    entries.map(move |entry| folder.join(entry.file_name()))
}

/// Remove what a dead job left unfinished in its output folder. Removing can fail or not be certain;
/// then the file stays.
fn sweep(job: &QueueEntry) {
    let Some(started) = job.started_unix.and_then(|secs| u64::try_from(secs).ok()) else {
        return;
    };
    let started = UNIX_EPOCH + Duration::from_secs(started).saturating_sub(TIME_GRAIN);
    let is_younger = |path: &Path| {
        let written = path.symlink_metadata().and_then(|facts| facts.modified());
        written.is_ok_and(|written| written >= started)
    };
    for path in siblings(&job.request.output).filter(|path| is_younger(path)) {
        let removed = match remains_of(job, &path) {
            Some(Remains::File) => fs::remove_file(&path),
            Some(Remains::Frames) => remove_frames(&path),
            None => continue,
        };
        match removed {
            Ok(()) => log::info!("removed an unfinished file: {}", path.display()),
            Err(error) => log::warn!("could not remove {}: {error}", path.display()),
        }
    }
}

enum Remains {
    File,
    Frames,
}

/// Whether a path in the output folder is certainly what a dead job left.
fn remains_of(job: &QueueEntry, path: &Path) -> Option<Remains> {
    let name = path.file_name()?.to_str()?;
    let facts = path.symlink_metadata().ok()?;
    if facts.is_dir() {
        let random = name.strip_prefix(&frames_prefix(job.id))?;
        return is_random(random).then_some(Remains::Frames);
    }
    if !facts.is_file() {
        return None;
    }
    if let Some(random) = name
        .strip_prefix(".ovi-")
        .and_then(|rest| rest.strip_suffix(".tmp"))
    {
        return (is_random(random) && is_abandoned(path)).then_some(Remains::File);
    }
    let stem = job.request.output.file_stem()?.to_str()?;
    let latents = name.strip_suffix(".part")?;
    let is_ours = latents.strip_prefix(stem)?.starts_with(".latents");
    (is_ours && is_latents(Path::new(latents))).then_some(Remains::File)
}

/// How the name of a folder begins in which a job collects frames before its clip is complete.
pub(crate) fn frames_prefix(job: JobId) -> String {
    format!(".ovi-frames-{}-", job.0)
}

/// The six characters that make a temporary name unique.
fn is_random(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether no living process writes a file: whoever writes one holds its lock from before the first
/// byte on, and the system lets go of it with the process.
fn is_abandoned(path: &Path) -> bool {
    let opened = File::options().read(true).write(true).open(path);
    opened.is_ok_and(|file| {
        let is_begun = file.metadata().is_ok_and(|facts| facts.len() > 0);
        is_begun && file.try_lock().is_ok()
    })
}
