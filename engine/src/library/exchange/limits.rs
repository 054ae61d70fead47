//! What a queue file may ask for: the ranges of the engine, and sizes that a person could have made.

use std::path::Path;

use super::JobOfFile;
use crate::protocol::{DecodeTiles, GenerateRequest, NoiseStream, SoundPreview};

/// Largest queue file.
pub(super) const MAX_FILE_BYTES: u64 = 2 << 30;
/// Largest entry with jobs.
pub(super) const MAX_QUEUE_BYTES: u64 = 64 << 20;
/// Largest first frame.
pub(super) const MAX_PICTURE_BYTES: u64 = 128 << 20;
/// Most jobs of one file.
pub(super) const MAX_JOBS: usize = 10_000;
/// Longest prompt, in bytes.
const MAX_TEXT_BYTES: usize = 100_000;
/// Longest name of a job, in bytes.
const MAX_NAME_BYTES: usize = 1_000;
/// Longest path, in bytes.
const MAX_PATH_BYTES: usize = 4_096;
/// Longest continuation, in seconds.
const MAX_CONTINUE_SECS: f64 = 86_400.0;

/// Every number and size of a job.
///
/// # Errors
/// One clause that says what is out of range.
pub(super) fn check(job: &JobOfFile) -> Result<(), String> {
    let JobOfFile { name, request, .. } = job;
    size("name", name.len(), MAX_NAME_BYTES)?;
    size("prompt", request.prompt.len(), MAX_TEXT_BYTES)?;
    for text in [&request.video_negative, &request.audio_negative] {
        size("negative prompt", text.len(), MAX_TEXT_BYTES)?;
    }
    paths(request)?;
    whole("steps", request.steps, 1, 160)?;
    whole("height", request.height, 1, 16_384)?;
    whole("width", request.width, 1, 16_384)?;
    whole("latent frames", request.latent_frames.unwrap_or(1), 1, 256)?;
    whole("audio steps", request.audio_steps.unwrap_or(1), 1, 2_048)?;
    let area = request.video_area.unwrap_or(32 * 32);
    whole("area", area, 32 * 32, 4_096 * 4_096)?;
    whole("skipped block", request.skip_layer.unwrap_or(0), 0, 1_000)?;
    whole("steps between previews", request.preview_every, 0, 1_000)?;
    if let SoundPreview::Every(steps) = request.sound_preview {
        whole("steps between sound previews", steps, 1, 1_000)?;
    }
    if let DecodeTiles::Pixels(side) = request.decode_tiles {
        whole("tile", side, 32, 16_384)?;
    }
    if let NoiseStream::PhiloxMatching { max_threads } = request.noise
        && !(1..=u64::from(u32::MAX)).contains(&max_threads)
    {
        return Err(format!("{max_threads} threads of a random stream"));
    }
    number("shift", request.shift, f64::MIN_POSITIVE, 20.0)?;
    number("picture guidance", request.video_guidance, 0.0, 10.0)?;
    number("sound guidance", request.audio_guidance, 0.0, 10.0)?;
    number(
        "continuation",
        request.continue_secs,
        0.0,
        MAX_CONTINUE_SECS,
    )?;
    let [from, to] = request.skip_window;
    number("begin of the skipped block", from, 0.0, 1.0)?;
    number("end of the skipped block", to, from, 1.0)
}

fn paths(request: &GenerateRequest) -> Result<(), String> {
    let redecode = request.redecode.as_ref();
    let paths = [
        Some(&request.checkpoint),
        request.continue_from.as_ref(),
        redecode.map(|redecode| &redecode.latents),
        redecode.and_then(|redecode| redecode.clip.as_ref()),
    ];
    let length = |path: &Path| path.as_os_str().len();
    paths
        .into_iter()
        .flatten()
        .try_for_each(|path| size("path", length(path), MAX_PATH_BYTES))
}

fn size(what: &str, found: usize, most: usize) -> Result<(), String> {
    match found <= most {
        true => Ok(()),
        false => Err(format!("a {what} of {found} bytes, {most} are allowed")),
    }
}

fn whole(what: &str, found: u32, least: u32, most: u32) -> Result<(), String> {
    match (least..=most).contains(&found) {
        true => Ok(()),
        false => Err(format!("{what} {found}, allowed are {least} to {most}")),
    }
}

fn number(what: &str, found: f64, least: f64, most: f64) -> Result<(), String> {
    match (least..=most).contains(&found) {
        true => Ok(()),
        false => Err(format!("{what} {found}, allowed are {least} to {most}")),
    }
}
