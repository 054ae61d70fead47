//! From a clip on disk to a record of the library.

use std::path::Path;
use std::time::UNIX_EPOCH;

use ovi_media::ClipReader;

use super::companions::latents_beside;
use super::embedded::Embedded;
use super::error::{LibraryError, catch};
use super::random_id;
use crate::protocol::{Clip, ClipId, ClipRecord, JobId};

/// Read a clip: what the file itself tells, and what this program wrote into it.
///
/// Any MP4 file with H.264 pictures will do; one of another program has no request. The number is that
/// of the job that made the clip, or a new one. Paths that the file names are only ever read from:
/// the request names no output.
///
/// # Errors
/// If it is no such file.
pub fn describe_clip(path: &Path) -> Result<ClipRecord, LibraryError> {
    let (mut record, job) = describe(path)?;
    let latents = job.map(|job| latents_beside(path, job));
    record.clip.latents = latents.and_then(|found| found.into_iter().next());
    Ok(record)
}

/// As [`describe_clip`], with the number of the job that is written in the clip.
pub(super) fn describe(path: &Path) -> Result<(ClipRecord, Option<JobId>), LibraryError> {
    let info = catch(|| {
        let reader = ClipReader::open(path).map_err(LibraryError::Clip)?;
        Ok(reader.info().clone())
    })?;
    let facts = path
        .metadata()
        .map_err(LibraryError::io("read the clip", path))?;
    let modified_unix = facts.modified().ok().and_then(|time| {
        let elapsed = time.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(elapsed.as_secs()).ok()
    });
    let told = info.metadata_json.as_deref().and_then(Embedded::read);
    let told = told.unwrap_or_default();
    let clip = Clip {
        path: path.to_owned(),
        extra_files: Vec::new(),
        width: info.width,
        height: info.height,
        num_frames: info.num_frames,
        // Saturates; NaN becomes 0.
        fps: info.fps.round() as u32,
        sample_rate_hz: info.sample_rate_hz,
        duration_secs: finite(info.duration_secs),
        num_bytes: facts.len(),
        seed: told.seed,
        is_test_pattern: told.is_test_pattern,
        total_secs: finite(told.stages.iter().map(|time| time.secs).sum()),
        peak_bytes: told
            .stages
            .iter()
            .map(|time| time.peak_bytes)
            .max()
            .unwrap_or(0),
        stages: told.stages,
        peak_resident_bytes: None,
        latents: None,
        device: told.device,
        variant: told.variant,
        warnings: told.warnings,
    };
    let record = ClipRecord {
        id: told.job.map_or_else(|| ClipId(random_id()), ClipId::from),
        created_unix: told.created_unix.or(modified_unix).unwrap_or(0),
        clip,
        request: told.request,
        rating: 0,
        is_favourite: false,
        tags: Vec::new(),
        trashed_unix: None,
        parent: None,
        is_present: true,
    };
    Ok((record, told.job))
}

/// The library stores no number that is none.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}
