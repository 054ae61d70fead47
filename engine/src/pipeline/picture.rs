//! The picture stage: latents to frames, straight into the encoder.

use ovi_media::{ClipWriter, MediaError, Picture, write_png};
use tempfile::TempDir;

use super::files::frames_folder;
use super::finish::{Pictures, video_spec};
use super::job::Job;
use super::parent::Parent;
use super::stages::{Latents, decode_picture, decode_picture_in_tiles, to_byte};
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::protocol::{DecodeTiles, Stage, WarningCode};

/// Pictures whose bytes span less than this are flat.
const FLAT_LEVELS: u8 = 2;

/// `[-1, 1]` to bytes, truncated as the reference does (spec: pipeline 9).
pub fn to_bytes(frame: &[f32]) -> Vec<u8> {
    frame.iter().copied().map(to_byte).collect()
}

impl Job<'_> {
    /// Decode all frames; behind those of `parent`, if there is one, without the shared frame.
    pub(super) fn picture(
        &mut self,
        checkpoint: &Checkpoint,
        latents: &Latents,
        size: [usize; 2],
        parent: Option<&Parent>,
    ) -> Result<Pictures, EngineError> {
        self.enter(Some(Stage::Picture))?;
        let Some(parent) = parent else {
            let spec = video_spec(size, self.request.quality);
            let writer = ClipWriter::create(&self.request.output, spec)?;
            let frames = Frames::new(self, writer, size)?;
            return self.decode_into(frames, checkpoint, latents, 0);
        };
        let mut frames = self.after(parent, size)?;
        if self.request.save_first_frame {
            frames.first = Some(parent.first_frame()?);
        }
        self.decode_into(frames, checkpoint, latents, 1)
    }

    /// A file that begins with the frames of `parent`, as they are stored if that is possible.
    fn after(&mut self, parent: &Parent, size: [usize; 2]) -> Result<Frames, EngineError> {
        let output = &self.request.output;
        let spec = video_spec(size, self.request.quality);
        let appended = match parent.copied() {
            Ok(copied) => ClipWriter::create_after(output, spec, copied),
            Err(EngineError::SourceClip { source, .. }) => Err(source),
            Err(error) => return Err(error),
        };
        match appended {
            Ok(writer) => {
                let mut frames = Frames::new(self, writer, size)?;
                if frames.folder.is_some() {
                    parent.each_frame(&mut |rgb| frames.keep(rgb))?;
                }
                Ok(frames)
            }
            Err(MediaError::Unsupported { what }) => {
                let message = format!(
                    "The frames of the clip that is gone on from were encoded again: {what}."
                );
                self.warn(WarningCode::Reencoded, message);
                let mut frames = Frames::new(self, ClipWriter::create(output, spec)?, size)?;
                parent.each_frame(&mut |rgb| {
                    frames.keep(rgb)?;
                    Ok(frames.writer.push_rgb(rgb)?)
                })?;
                Ok(frames)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Decode into `frames`, leaving out the first `num_skipped`.
    fn decode_into(
        &mut self,
        mut frames: Frames,
        checkpoint: &Checkpoint,
        latents: &Latents,
        num_skipped: u32,
    ) -> Result<Pictures, EngineError> {
        let latent_frames = latents.video_shape.get(1).copied().unwrap_or_default();
        let total = ovi_models::video_vae::num_frames(latent_frames) as u32;
        let mut done = 0;
        let observer = &mut *self.observer;
        observer.progress(0, total);
        match self.request.decode_tiles {
            DecodeTiles::Off => {
                decode_picture(checkpoint, self.device, latents, &mut |frame| {
                    done += 1;
                    if done > num_skipped {
                        frames.push(&to_bytes(frame))?;
                    }
                    observer.progress(done, total);
                    Ok(())
                })?;
            }
            DecodeTiles::Pixels(tile_px) => decode_picture_in_tiles(
                checkpoint,
                self.device,
                latents,
                tile_px,
                &mut |done| observer.progress(done, total),
                &mut |rgb| {
                    done += 1;
                    if done > num_skipped {
                        frames.push(rgb)?;
                    }
                    Ok(())
                },
            )?,
        }
        if frames.is_flat() {
            self.warn(
                WarningCode::Flat,
                "Every pixel of the clip has the same colour.",
            );
        }
        Ok(Pictures {
            writer: frames.writer,
            folder: frames.folder,
            first: frames.first,
        })
    }
}

/// Frames on their way into the encoder, and beside it into a folder.
struct Frames {
    writer: ClipWriter,
    /// Temporary until the clip is in place.
    folder: Option<TempDir>,
    num_kept: u32,
    size: [usize; 2],
    /// Whether the first frame is wanted as a picture, and it.
    wants_first: bool,
    first: Option<Picture>,
    /// Least and largest byte.
    range: (u8, u8),
}

impl Frames {
    fn new(job: &Job<'_>, writer: ClipWriter, size: [usize; 2]) -> Result<Self, EngineError> {
        let folder = job
            .request
            .save_frames
            .then(|| frames_folder(job.request))
            .transpose()?;
        Ok(Self {
            writer,
            folder,
            num_kept: 0,
            size,
            wants_first: job.request.save_first_frame,
            first: None,
            range: (u8::MAX, u8::MIN),
        })
    }

    fn push(&mut self, rgb: &[u8]) -> Result<(), EngineError> {
        self.range = rgb.iter().fold(self.range, |(low, high), &byte| {
            (low.min(byte), high.max(byte))
        });
        if self.wants_first && self.first.is_none() {
            let [width, height] = self.size.map(|side| side as u32);
            self.first = Some(Picture {
                width,
                height,
                rgb: rgb.to_vec(),
            });
        }
        self.writer.push_rgb(rgb)?;
        self.keep(rgb)
    }

    /// Write the frame into the folder, if there is one.
    fn keep(&mut self, rgb: &[u8]) -> Result<(), EngineError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        self.num_kept += 1;
        let path = folder.path().join(format!("{:05}.png", self.num_kept));
        let [width, height] = self.size.map(|side| side as u32);
        write_png(&path, rgb, width, height)?;
        Ok(())
    }

    fn is_flat(&self) -> bool {
        let (low, high) = self.range;
        low <= high && high - low < FLAT_LEVELS
    }
}
