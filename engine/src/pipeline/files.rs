//! Files around a clip: the given picture, latents that outlive a failed decode, sound and frames.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ovi_media::{read_picture, write_wav};
use ovi_weights::{StoredTensor, write_safetensors};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::settings::SAMPLE_RATE_HZ;
use super::stages::{Latents, Sound};
use crate::error::EngineError;
use crate::library::frames_prefix;
use crate::picture::{Preprocessed, resize_first_frame};
use crate::protocol::GenerateRequest;

/// The first frame at the size that `area` pixels give it.
pub(super) fn load_picture(path: &Path, area: u32) -> Result<Preprocessed, EngineError> {
    let picture = read_picture(path).map_err(EngineError::Picture)?;
    let [height, width] = [picture.height, picture.width].map(|side| side as usize);
    resize_first_frame(&picture.rgb, height, width, area as usize).map_err(EngineError::PictureSize)
}

/// SHA-256 of a picture's file, in hexadecimal digits.
pub(super) fn file_sha256(path: &Path) -> Result<String, EngineError> {
    let bytes = std::fs::read(path).map_err(|source| {
        EngineError::Picture(ovi_media::MediaError::Io {
            action: "read",
            path: path.to_path_buf(),
            source,
        })
    })?;
    let digest = Sha256::digest(&bytes);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Write the latents beside the coming clip, so that a failed decode loses no sampling.
pub(super) fn keep_latents(latents: &Latents, output: &Path) -> Result<PathBuf, EngineError> {
    let path = ovi_media::unique_path(&output.with_extension("latents.safetensors"));
    let tensors = [
        StoredTensor::from_f32("video", &latents.video_shape, latents.video.clone()),
        StoredTensor::from_f32("audio", &latents.audio_shape, latents.audio.clone()),
    ];
    let metadata = BTreeMap::from([("ovi.kind".to_owned(), "latents".to_owned())]);
    write_safetensors(&path, &metadata, &tensors).map_err(EngineError::Latents)?;
    Ok(path)
}

/// Remove a file that is not needed any more; failing to is only logged.
pub(super) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        log::warn!("could not remove {}: {error}", path.display());
    }
}

/// A folder beside the coming clip that disappears unless it is kept.
///
/// Its name carries the job's number, so that what a killed program left is told from what another
/// program is working on.
pub(super) fn frames_folder(request: &GenerateRequest) -> Result<TempDir, EngineError> {
    let output = &request.output;
    let prefix = request
        .job
        .map_or_else(|| ".ovi-frames-".into(), frames_prefix);
    let parent = output
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent);
    made.map_err(|source| {
        EngineError::Output(ovi_media::MediaError::FolderNotWritable {
            folder: parent.to_path_buf(),
            source,
        })
    })
}

/// Put the WAV file and the frames beside the finished clip. The clip is safe by now, so a failure
/// here is a warning.
pub(super) fn publish_extras(
    request: &GenerateRequest,
    clip: &Path,
    sound: &Sound,
    frames: Option<TempDir>,
    warn: &mut dyn FnMut(String),
) -> Vec<PathBuf> {
    let mut published = Vec::new();
    if request.save_wav {
        match write_wav(&clip.with_extension("wav"), &sound.samples, SAMPLE_RATE_HZ) {
            Ok(path) => published.push(path),
            Err(error) => warn(format!("The WAV file was not written: {error}.")),
        }
    }
    if let Some(frames) = frames {
        let target = ovi_media::unique_path(&clip.with_extension("frames"));
        match std::fs::rename(frames.path(), &target) {
            Ok(()) => {
                // The folder has moved; there is nothing left to remove.
                drop(frames.keep());
                published.push(target);
            }
            Err(error) => warn(format!("The frames were not kept: {error}.")),
        }
    }
    published
}
