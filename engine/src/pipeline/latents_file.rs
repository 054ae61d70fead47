//! Latents on disk: for a decode that failed, and for decoding again (spec: product 13).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ovi_models::audio_vae::AudioVaeConfig;
use ovi_models::video_vae::SPATIAL_FACTOR;
use ovi_weights::{StoredTensor, WeightFile, write_safetensors};
use serde_json::Value;

use super::stages::Latents;
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::picture::SIDE_MULTIPLE;
use crate::protocol::{GenerateRequest, Role};

const VIDEO: &str = "video";
const AUDIO: &str = "audio";
/// Metadata key that tells latents from weights.
const KIND_KEY: &str = "ovi.kind";
/// Metadata key of the clip's JSON.
const CLIP_KEY: &str = "ovi.clip";
/// Longest clip and largest picture that are decoded, as for requests.
const MAX_LATENT_FRAMES: usize = 256;
const MAX_AUDIO_STEPS: usize = 2048;
const MAX_PIXELS: usize = 4096 * 4096;

/// Write the latents beside `clip`, with the clip's JSON; an existing file is kept.
pub(super) fn write(latents: &Latents, clip: &Path, told: &str) -> Result<PathBuf, EngineError> {
    let path = ovi_media::unique_path(&path_beside(clip));
    write_to(&path, latents, told)?;
    Ok(path)
}

/// Bring the file `early`, which waited for the decode, up to date and to the name of `clip`.
pub(super) fn settle(
    early: &Path,
    latents: &Latents,
    clip: &Path,
    told: &str,
) -> Result<PathBuf, EngineError> {
    write_to(early, latents, told)?;
    let wanted = path_beside(clip);
    if wanted == early {
        return Ok(wanted);
    }
    let path = ovi_media::unique_path(&wanted);
    std::fs::rename(early, &path).map_err(|source| {
        EngineError::Output(ovi_media::MediaError::Io {
            action: "rename",
            path: early.to_path_buf(),
            source,
        })
    })?;
    Ok(path)
}

fn path_beside(clip: &Path) -> PathBuf {
    clip.with_extension("latents.safetensors")
}

/// Write or replace a file as a whole.
fn write_to(path: &Path, latents: &Latents, told: &str) -> Result<(), EngineError> {
    let tensors = [
        StoredTensor::from_f32(VIDEO, &latents.video_shape, latents.video.clone()),
        StoredTensor::from_f32(AUDIO, &latents.audio_shape, latents.audio.clone()),
    ];
    let metadata = BTreeMap::from([
        (KIND_KEY.to_owned(), "latents".to_owned()),
        (CLIP_KEY.to_owned(), told.to_owned()),
    ]);
    write_safetensors(path, &metadata, &tensors).map_err(EngineError::Latents)
}

/// Remove a file that is not needed any more; failing to is only logged.
pub(super) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        log::warn!("could not remove {}: {error}", path.display());
    }
}

/// Latents as read, and what their file tells of the clip.
pub(super) struct Kept {
    pub(super) latents: Latents,
    pub(super) told: Option<Value>,
}

/// Read latents that the decoders of `checkpoint` take.
pub(super) fn read(path: &Path, checkpoint: &Checkpoint) -> Result<Kept, EngineError> {
    let refused = |reason: String| EngineError::KeptLatents {
        path: path.to_path_buf(),
        reason,
    };
    let file = open(path)?;
    let tensor = |name: &str| -> Result<StoredTensor, EngineError> {
        let entry = file.entries().iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| refused(format!("there is no tensor `{name}`")))?;
        file.tensor(entry)
            .map_err(|error| refused(error.to_string()))
    };
    let (video, audio) = (tensor(VIDEO)?, tensor(AUDIO)?);
    check_video(&video.shape, checkpoint).map_err(refused)?;
    check_audio(&audio.shape, checkpoint).map_err(refused)?;
    let values = |tensor: &StoredTensor| {
        let values = tensor
            .to_f32()
            .map_err(|error| refused(error.to_string()))?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(idx) => Err(refused(format!(
                "value {idx} of `{}` is not a finite number",
                tensor.name
            ))),
            None => Ok(values),
        }
    };
    Ok(Kept {
        latents: Latents {
            video: values(&video)?,
            audio: values(&audio)?,
            video_shape: video.shape,
            audio_shape: audio.shape,
        },
        told: told(&file),
    })
}

/// The request that made the latents in `path`, if their file tells.
///
/// # Errors
/// If the file cannot be read.
pub fn kept_request(path: &Path) -> Result<Option<GenerateRequest>, EngineError> {
    let file = open(path)?;
    let told = told(&file);
    let request = told.and_then(|told| told.get("request").cloned());
    Ok(request.and_then(|request| serde_json::from_value(request).ok()))
}

fn open(path: &Path) -> Result<std::sync::Arc<WeightFile>, EngineError> {
    if !path.is_file() {
        return Err(EngineError::NoLatents(path.to_path_buf()));
    }
    WeightFile::open(path).map_err(|error| EngineError::KeptLatents {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })
}

fn told(file: &WeightFile) -> Option<Value> {
    serde_json::from_str(file.metadata().get(CLIP_KEY)?).ok()
}

fn check_video(shape: &[usize], checkpoint: &Checkpoint) -> Result<(), String> {
    let wanted = checkpoint
        .weights(Role::VideoVae)
        .shape("conv2.weight")
        .and_then(|shape| shape.first())
        .copied()
        .unwrap_or_default();
    let &[channels, frames, height, width] = shape else {
        return Err(format!("`{VIDEO}` has the shape {shape:?}, not four sizes"));
    };
    if channels != wanted {
        return Err(format!(
            "`{VIDEO}` has {channels} channels, the picture decoder takes {wanted}"
        ));
    }
    if !(1..=MAX_LATENT_FRAMES).contains(&frames) {
        return Err(format!(
            "`{VIDEO}` has {frames} latent frames; 1 to {MAX_LATENT_FRAMES} can be decoded"
        ));
    }
    let sides = [height, width].map(|side| side.saturating_mul(SPATIAL_FACTOR));
    let is_whole = |side: &usize| *side > 0 && side.is_multiple_of(SIDE_MULTIPLE);
    let [height, width] = sides;
    if !sides.iter().all(is_whole) || height.saturating_mul(width) > MAX_PIXELS {
        return Err(format!(
            "`{VIDEO}` makes a picture of {width}x{height}; sides are multiples of {SIDE_MULTIPLE}, together at most {MAX_PIXELS} pixels"
        ));
    }
    Ok(())
}

fn check_audio(shape: &[usize], checkpoint: &Checkpoint) -> Result<(), String> {
    let wanted = AudioVaeConfig::detect(checkpoint.weights(Role::AudioVae))
        .map_err(|error| error.to_string())?
        .embed_dim;
    match *shape {
        [steps, channels] if channels == wanted && (1..=MAX_AUDIO_STEPS).contains(&steps) => Ok(()),
        _ => Err(format!(
            "`{AUDIO}` has the shape {shape:?}; the sound decoder takes 1 to {MAX_AUDIO_STEPS} steps of {wanted} channels"
        )),
    }
}
