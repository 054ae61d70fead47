//! Reads a clip for a player: information at once, frames in order or by index, sound as a whole.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use crate::copy;
use crate::frame_decoder::{FrameDecoder, PixelFormat};
use crate::mp4::{ClipIndex, SoundTrack};
use crate::sound::{EncodedSound, SoundCodec, SoundDecoder, read_sound};
use crate::{CopiedPictures, MediaError, Picture, Result};

/// What a clip is.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipInfo {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: f64,
    /// Frames of the clip, at least 1.
    pub num_frames: u32,
    /// Length of the pictures.
    pub duration_secs: f64,
    /// Samples per second of the sound; 0 when there is no sound track.
    pub sample_rate_hz: u32,
    /// How the sound is compressed; `None` when there is no sound track.
    pub sound_codec: Option<SoundCodec>,
    /// The JSON the clip was written with, or another program's JSON comment.
    pub metadata_json: Option<String>,
}

/// An open MP4 clip with H.264 pictures and AAC-LC or FLAC sound.
pub struct ClipReader {
    info: ClipInfo,
    file: Arc<File>,
    frames: FrameDecoder,
    sound: Option<SoundTrack>,
}

impl ClipReader {
    /// Reads the index of a clip; nothing is decoded yet.
    ///
    /// Every size and place in the file is checked: a damaged or hostile file gives an error.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| MediaError::io("open", path, error))?;
        let ClipIndex {
            video,
            sound,
            metadata_json,
        } = ClipIndex::read(&file)?;
        let num_frames = video.table.samples.len() as u32;
        let duration_secs = video.table.duration_ticks as f64 / f64::from(video.timescale);
        let info = ClipInfo {
            width: video.sequence.width,
            height: video.sequence.height,
            fps: f64::from(num_frames) / duration_secs,
            num_frames,
            duration_secs,
            sample_rate_hz: match &sound {
                Some(track) => SoundDecoder::new(track.codec, &track.config)?.sample_rate_hz(),
                None => 0,
            },
            sound_codec: sound.as_ref().map(|track| track.codec),
            metadata_json,
        };
        let file = Arc::new(file);
        let frames = FrameDecoder::new(Arc::clone(&file), video);
        Ok(Self {
            info,
            file,
            frames,
            sound,
        })
    }

    /// What the clip is.
    pub fn info(&self) -> &ClipInfo {
        &self.info
    }

    /// The frame decoder; it keeps its position between calls.
    pub fn frames(&mut self) -> &mut FrameDecoder {
        &mut self.frames
    }

    /// Takes the frame decoder out, for a thread of its own.
    pub fn into_frames(self) -> FrameDecoder {
        self.frames
    }

    /// Decodes one frame as a picture, such as for a thumbnail.
    pub fn read_frame(&mut self, frame_idx: u32) -> Result<Picture> {
        let mut rgb = Vec::new();
        self.frames.seek_frame(frame_idx)?;
        match self.frames.next_frame(PixelFormat::Rgb, &mut rgb)? {
            Some(_) => Ok(Picture {
                width: self.info.width,
                height: self.info.height,
                rgb,
            }),
            None => Err(MediaError::VideoDecode {
                frame_idx,
                reason: "the stream ended".to_owned(),
            }),
        }
    }

    /// Decodes the whole sound to mono samples at [`ClipInfo::sample_rate_hz`], starting with the first frame.
    ///
    /// The encoder's priming is cut by the edit list, and the length is the one the edit list states.
    /// Empty when the clip has no sound track.
    pub fn read_audio(&self) -> Result<Vec<f32>> {
        match &self.sound {
            Some(track) => read_sound(&self.file, track),
            None => Ok(Vec::new()),
        }
    }

    /// The sound as it is stored, for another clip; `None` when there is no sound track.
    ///
    /// Fails with [`MediaError::Unsupported`] for sound that other programs wrote in a way our files do not.
    pub fn copy_sound(&self) -> Result<Option<EncodedSound>> {
        let Some(track) = &self.sound else {
            return Ok(None);
        };
        if track.timescale != self.info.sample_rate_hz {
            return Err(MediaError::unsupported("copying sound timed otherwise"));
        }
        copy::sound(&self.file, track).map(Some)
    }

    /// The pictures as they are stored, for another clip.
    ///
    /// Fails with [`MediaError::Unsupported`] for pictures that other programs wrote in a way our files do not.
    pub fn copy_pictures(&self) -> Result<CopiedPictures> {
        copy::pictures(&self.file, self.frames.track(), self.info.fps)
    }
}
