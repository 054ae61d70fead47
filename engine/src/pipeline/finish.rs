//! The last stage: mux, metadata, files beside the clip.

use std::path::Path;

use ovi_media::{
    AudioSpec, ClipWriter, EncodedSound, Picture, Quality, SoundCodec as MediaCodec, VideoSpec,
};
use tempfile::TempDir;

use super::files::{Extras, publish_extras};
use super::job::Job;
use super::latents_file;
use super::settings::{FPS, SAMPLE_RATE_HZ};
use super::stages::Latents;
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::protocol::{Clip, ClipQuality, SoundCodec, WarningCode};

/// Encoded frames, and what is kept of them beside the clip.
pub(super) struct Pictures {
    pub(super) writer: ClipWriter,
    pub(super) folder: Option<TempDir>,
    pub(super) first: Option<Picture>,
}

/// The sound of the coming clip.
pub(super) enum ClipSound {
    /// Samples to encode.
    Made(Vec<f32>),
    /// Packets of another clip, and what they decode to.
    Copied(EncodedSound, Vec<f32>),
}

/// Everything a clip is made of.
pub(super) struct Parts<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    /// Width and height.
    pub(super) size: [usize; 2],
    pub(super) pictures: Pictures,
    pub(super) sound: ClipSound,
    pub(super) latents: &'a Latents,
    /// File in which they wait for the decode.
    pub(super) early: Option<&'a Path>,
    /// The clip's JSON.
    pub(super) told: String,
}

impl Job<'_> {
    /// Complete the file and move it into place; then the files beside it.
    pub(super) fn write(&mut self, parts: Parts<'_>) -> Result<Clip, EngineError> {
        let request = self.request;
        let Pictures {
            writer,
            folder,
            first,
        } = parts.pictures;
        let audio = AudioSpec {
            sample_rate_hz: SAMPLE_RATE_HZ,
        };
        let codec = media_codec(request.sound_codec);
        let (written, samples) = match &parts.sound {
            ClipSound::Made(samples) => (
                writer.finish_as(codec, samples, audio, &parts.told)?,
                samples,
            ),
            ClipSound::Copied(sound, samples) => {
                (writer.finish_with_sound(sound, &parts.told)?, samples)
            }
        };
        if written.num_limited_samples > 0 {
            let message = format!(
                "{} samples were beyond full scale and were limited.",
                written.num_limited_samples
            );
            self.warn(WarningCode::Limited, message);
        }
        let extras = Extras {
            samples: request.save_wav.then_some(samples.as_slice()),
            frames: folder,
            first_frame: first.filter(|_| request.save_first_frame),
            told: request.save_settings.then_some(parts.told.as_str()),
        };
        let extra_files = publish_extras(&written.path, extras, &mut |message| {
            self.warn(WarningCode::Extra, message);
        });
        let latents = request.keep_latents.then(|| match parts.early {
            Some(early) => latents_file::settle(early, parts.latents, &written.path, &parts.told),
            None => latents_file::write(parts.latents, &written.path, &parts.told),
        });
        let latents = latents.and_then(|result| {
            let failed = |error: EngineError| {
                let message = format!(
                    "The latents were not kept beside the clip: {}",
                    error.report().message
                );
                self.warn(WarningCode::Extra, message);
            };
            result.map_err(failed).ok()
        });
        self.enter(None)?;
        let [width, height] = parts.size.map(|side| side as u32);
        Ok(Clip {
            extra_files,
            width,
            height,
            num_frames: written.num_frames,
            fps: FPS,
            sample_rate_hz: SAMPLE_RATE_HZ,
            duration_secs: written.duration_secs,
            num_bytes: written.num_bytes,
            path: written.path,
            seed: request.seed,
            is_test_pattern: parts.checkpoint.info.is_test_pattern,
            latents,
            device: self.device.kind().to_string(),
            variant: request.variant.or(parts.checkpoint.info.variant),
            total_secs: self.started.elapsed().as_secs_f64(),
            peak_bytes: self
                .stages
                .iter()
                .map(|stage| stage.peak_bytes)
                .max()
                .unwrap_or(0),
            peak_resident_bytes: None,
            stages: std::mem::take(&mut self.stages),
            warnings: std::mem::take(&mut self.warnings),
        })
    }
}

pub(super) fn media_codec(codec: SoundCodec) -> MediaCodec {
    match codec {
        SoundCodec::Aac => MediaCodec::Aac,
        SoundCodec::Flac => MediaCodec::Flac,
    }
}

/// Pictures of `[width, height]` in our frame rate.
pub(super) fn video_spec([width, height]: [usize; 2], quality: ClipQuality) -> VideoSpec {
    let quality = match quality {
        ClipQuality::Draft => Quality::Draft,
        ClipQuality::Good => Quality::Good,
        ClipQuality::High => Quality::High,
    };
    VideoSpec {
        width: width as u32,
        height: height as u32,
        fps: FPS,
        quality,
    }
}
