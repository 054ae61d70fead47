//! Decoding kept latents again: other tiles, another level or codec, without sampling.

use std::path::Path;

use ovi_media::{ClipReader, ClipWriter, MediaError};

use super::finish::{ClipSound, Parts, Pictures, media_codec, video_spec};
use super::job::Job;
use super::latents_file::{self, Kept};
use super::metadata::{Redecoded, redecoded_json};
use super::parent::{Parent, open_clip};
use super::settings::{FPS, check_tiles};
use super::sound::levelled;
use super::stages::Latents;
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::protocol::{Clip, DecodeParts, Redecode, SoundLevel, Stage, WarningCode};

/// Run a job that only decodes.
pub(super) fn run(mut job: Job<'_>, redecode: &Redecode) -> Result<Clip, EngineError> {
    let source = job.open_latents(redecode)?;
    let _held = job.hold("latents", source.kept.latents.num_bytes());
    let (latents, parent) = (&source.kept.latents, source.parent.as_ref());
    let sound = match &source.sound_from {
        Some(clip) => job.given_sound(clip)?,
        None => ClipSound::Made(job.made_sound(&source.checkpoint, latents, parent)?),
    };
    let pictures = match &source.picture_from {
        Some(clip) => job.given_pictures(clip, source.size)?,
        None => job.picture(&source.checkpoint, latents, source.size, parent)?,
    };
    job.enter(Some(Stage::Writing))?;
    let told = redecoded_json(&Redecoded {
        request: job.request,
        told: source.kept.told.clone(),
        checkpoint: &source.checkpoint.info,
        size: source.size,
        parent,
        num_frames: source.num_frames,
        audio_steps: latents.audio_shape.first().copied().unwrap_or_default(),
        parts: redecode.parts,
        device: job.device.kind().to_string(),
        stages: &job.stages,
        warnings: &job.warnings,
    });
    job.write(Parts {
        checkpoint: &source.checkpoint,
        size: source.size,
        pictures,
        sound,
        latents,
        early: None,
        told,
    })
}

/// What is decoded, and from what.
struct Source<'a> {
    checkpoint: Checkpoint,
    kept: Kept,
    /// Width and height.
    size: [usize; 2],
    /// Frames of the coming clip.
    num_frames: usize,
    /// Clip the latents went on from, if the request names it.
    parent: Option<Parent>,
    /// Clips whose tracks are taken instead of decoding.
    picture_from: Option<&'a Path>,
    sound_from: Option<&'a Path>,
}

impl Job<'_> {
    fn open_latents<'r>(&mut self, redecode: &'r Redecode) -> Result<Source<'r>, EngineError> {
        self.enter(Some(Stage::Prepare))?;
        let request = self.request;
        check_tiles(request.decode_tiles)?;
        let checkpoint = Checkpoint::open(&request.checkpoint, request.variant)?;
        let kept = latents_file::read(&redecode.latents, &checkpoint)?;
        let (size, num_new) = extents(&kept.latents);
        let parent = request
            .continue_from
            .as_deref()
            .map(|path| Parent::of_latents(path, size))
            .transpose()?;
        let num_frames = parent
            .as_ref()
            .map_or(num_new, |parent| parent.num_frames_with(num_new));
        let clip = match (redecode.parts, &redecode.clip) {
            (DecodeParts::Both, _) => None,
            (_, Some(clip)) => Some(clip.as_path()),
            (_, None) => {
                let reason = "decoding one track needs the clip the other one is taken from";
                return Err(EngineError::Setting(reason.into()));
            }
        };
        if let Some(clip) = clip {
            check_same(&open_clip(clip)?, size, num_frames)?;
        }
        drop(ClipWriter::create(
            &request.output,
            video_spec(size, request.quality),
        )?);
        if checkpoint.info.is_test_pattern {
            let message = "This checkpoint holds random numbers: the clip is a test pattern.";
            self.warn(WarningCode::TestPattern, message);
        }
        Ok(Source {
            checkpoint,
            kept,
            size,
            num_frames,
            parent,
            picture_from: clip.filter(|_| redecode.parts == DecodeParts::Sound),
            sound_from: clip.filter(|_| redecode.parts == DecodeParts::Picture),
        })
    }

    /// The sound of `clip`: as it is stored, unless another codec or level is wanted.
    fn given_sound(&mut self, clip: &Path) -> Result<ClipSound, EngineError> {
        let reader = open_clip(clip)?;
        let failed = EngineError::source_clip(clip);
        let samples = reader.read_audio().map_err(&failed)?;
        let request = self.request;
        let wanted = media_codec(request.sound_codec);
        let is_wanted =
            request.sound_level == SoundLevel::Leave && reader.info().sound_codec == Some(wanted);
        if is_wanted {
            match reader.copy_sound() {
                Ok(Some(sound)) => return Ok(ClipSound::Copied(sound, samples)),
                Ok(None) => {}
                Err(MediaError::Unsupported { what }) => {
                    let message = format!("The sound of the given clip was encoded again: {what}.");
                    self.warn(WarningCode::Reencoded, message);
                }
                Err(error) => return Err(failed(error)),
            }
        }
        let made = levelled(samples, request.sound_level)?;
        if let Some(remark) = made.remark {
            self.warn(WarningCode::NoEffect, remark);
        }
        Ok(ClipSound::Made(made.samples))
    }

    /// The pictures of `clip`: as they are stored, or encoded again where that is not possible.
    fn given_pictures(&mut self, clip: &Path, size: [usize; 2]) -> Result<Pictures, EngineError> {
        let request = self.request;
        let mut reader = open_clip(clip)?;
        let failed = EngineError::source_clip(clip);
        let first = request.save_first_frame.then(|| reader.read_frame(0));
        let first = first.transpose().map_err(&failed)?;
        if request.save_frames {
            let message =
                "The frames were not kept: the picture of the given clip was taken as it is.";
            self.warn(WarningCode::Extra, message);
        }
        let writer = match reader.copy_pictures() {
            Ok(copied) => ClipWriter::create_with_pictures(&request.output, copied)?,
            Err(MediaError::Unsupported { what }) => {
                let message = format!("The picture of the given clip was encoded again: {what}.");
                self.warn(WarningCode::Reencoded, message);
                self.enter(Some(Stage::Picture))?;
                let spec = video_spec(size, request.quality);
                let mut writer = ClipWriter::create(&request.output, spec)?;
                encode_again(reader, clip, &mut writer)?;
                writer
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Pictures {
            writer,
            folder: None,
            first,
        })
    }
}

fn encode_again(
    reader: ClipReader,
    clip: &Path,
    writer: &mut ClipWriter,
) -> Result<(), EngineError> {
    let mut frames = reader.into_frames();
    let mut rgb = Vec::new();
    while frames
        .next_frame(ovi_media::PixelFormat::Rgb, &mut rgb)
        .map_err(EngineError::source_clip(clip))?
        .is_some()
    {
        writer.push_rgb(&rgb)?;
    }
    Ok(())
}

/// Width and height, and frames of the clip.
fn extents(latents: &Latents) -> ([usize; 2], usize) {
    use ovi_models::video_vae::{SPATIAL_FACTOR, num_frames};
    match *latents.video_shape.as_slice() {
        [_, frames, height, width] => (
            [width, height].map(|side| side * SPATIAL_FACTOR),
            num_frames(frames),
        ),
        _ => ([0, 0], 0),
    }
}

/// A track of the given clip must belong to what is decoded.
fn check_same(
    clip: &ClipReader,
    [width, height]: [usize; 2],
    num_frames: usize,
) -> Result<(), EngineError> {
    let info = clip.info();
    let found = [info.width, info.height, info.num_frames].map(|number| number as usize);
    if found == [width, height, num_frames] {
        return Ok(());
    }
    let [found_width, found_height, found_frames] = found;
    Err(EngineError::Setting(format!(
        "the given clip has {found_frames} frames of {found_width}x{found_height}, these latents make one with {num_frames} of {width}x{height} at {FPS} per second"
    )))
}
