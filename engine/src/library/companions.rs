//! Files that a job put beside its clip, found again after the program died before it could report
//! them.

use std::path::{Path, PathBuf};

use super::clips::is_latents;
use super::recovery::{frames_prefix, siblings};
use crate::pipeline::kept_request;
use crate::protocol::{ClipRecord, JobId, QueueEntry};

/// Latents beside `clip`, a clip or the output of a job, that carry the job's number.
pub(super) fn latents_beside(clip: &Path, job: JobId) -> Vec<PathBuf> {
    let Some(stem) = clip.file_stem().and_then(|stem| stem.to_str()) else {
        return Vec::new();
    };
    let may_be = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let rest = name.and_then(|name| name.strip_prefix(stem));
        is_latents(path) && rest.is_some_and(|rest| rest.starts_with(".latents"))
    };
    let is_of_job = |path: &PathBuf| {
        let request = kept_request(path).ok().flatten();
        request.is_some_and(|request| request.job == Some(job))
    };
    let mut found: Vec<PathBuf> = siblings(clip).filter(may_be).filter(is_of_job).collect();
    found.sort();
    found
}

/// Complete the record of a clip that was found: what the job saved beside it, and its latents if it
/// was to keep them. Latents it was not to keep are removed; the clip is safe.
pub(super) fn gather(job: &QueueEntry, record: &mut ClipRecord) {
    let request = &job.request;
    let clip = record.clip.path.clone();
    let wanted = [
        (request.save_wav, "wav"),
        (request.save_first_frame, "first.png"),
        (request.save_settings, "json"),
        (request.save_frames, "frames"),
    ];
    let wanted = wanted.into_iter().filter(|(is_wanted, _)| *is_wanted);
    let named = wanted.map(|(_, extension)| clip.with_extension(extension));
    let is_ours = |path: &PathBuf| {
        is_younger(path, &clip) || (path.is_dir() && is_since(path, job.started_unix))
    };
    let mut extras: Vec<PathBuf> = named.filter(is_ours).collect();
    extras.extend(publish_frames(job.id, &clip));
    record.clip.extra_files = extras;

    let mut latents = latents_beside(&clip, job.id);
    let early = latents_beside(&request.output, job.id);
    latents.extend(
        early
            .into_iter()
            .filter(|path| path.parent() == clip.parent()),
    );
    latents.sort();
    latents.dedup();
    if request.keep_latents && !latents.is_empty() {
        record.clip.latents = Some(latents.remove(0));
    }
    for surplus in latents {
        if Some(&surplus) == record.clip.latents.as_ref() {
            continue;
        }
        if let Err(error) = std::fs::remove_file(&surplus) {
            log::warn!("could not remove {}: {error}", surplus.display());
        }
    }
}

/// What a job saves beside its clip it writes after the clip; an older file is another's.
fn is_younger(path: &Path, clip: &Path) -> bool {
    let written = |path: &Path| path.symlink_metadata()?.modified();
    match (written(path), written(clip)) {
        (Ok(extra), Ok(clip)) => extra >= clip,
        _ => false,
    }
}

/// The last frame is in its folder before the clip is complete, so the folder is only younger than the
/// start of the job.
fn is_since(path: &Path, started_unix: Option<i64>) -> bool {
    let written = path.symlink_metadata().and_then(|about| about.modified());
    let written = written.ok().and_then(|time| {
        let since_epoch = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since_epoch.as_secs()).ok()
    });
    matches!((written, started_unix), (Some(written), Some(start)) if written >= start)
}

/// Give the folder of frames its name, if the job was about to: with the clip, the frames are complete.
fn publish_frames(job: JobId, clip: &Path) -> Option<PathBuf> {
    let prefix = frames_prefix(job);
    let folder = siblings(clip).find(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&prefix)) && path.is_dir()
    })?;
    let target = ovi_media::unique_path(&clip.with_extension("frames"));
    match std::fs::rename(&folder, &target) {
        Ok(()) => Some(target),
        Err(error) => {
            log::warn!("the frames were not kept ({error}): {}", folder.display());
            None
        }
    }
}
