//! Writes a clip: each frame is encoded as it arrives, sound and index follow at the end.
//!
//! Nothing keeps raw frames, so memory does not grow with the length of a clip (spec: product 5.3).

use std::path::{Path, PathBuf};

use crate::copy::CopiedPictures;
use crate::h264::{EncoderSettings, FrameEncoder, MAX_LONG_SIDE, MAX_SHORT_SIDE, MIN_SIDE};
use crate::mp4::{
    FILE_HEADER_BYTES, MAX_METADATA_BYTES, MoviePlan, VideoPlan, encode_movie, file_header,
    media_data_size,
};
use crate::new_file::NewFile;
use crate::sound::{EncodedSound, SoundCodec, fit_sound};
use crate::{MediaError, Result};

const MAX_FPS: u32 = 120;
/// Highest sample rate the MP4 sound entry can state and every player takes.
const MAX_SAMPLE_RATE_HZ: u32 = 48_000;

/// How close the pictures stay to the frames (spec: product 4.5).
///
/// Each level is one quantizer for the whole clip, not a bit rate: with the same bytes that measured more even
/// and up to 3 dB better in the first frames than the encoder's rate control, which also needs the right to drop
/// frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quality {
    /// Small files, visible artefacts in motion.
    Draft,
    /// Looks like the original at normal distance, about 10 Mb/s for a detailed 960x960 clip.
    #[default]
    Good,
    /// For further editing: two to three times the bytes.
    High,
}

impl Quality {
    /// The H.264 quantizer, 0 to 51; six steps double the error.
    fn quantizer(self) -> u8 {
        match self {
            Self::Draft => 30,
            Self::Good => 24,
            Self::High => 18,
        }
    }
}

/// The pictures of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoSpec {
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Frames per second, 1 to 120; the model makes 24.
    pub fps: u32,
    /// Closeness to the frames.
    pub quality: Quality,
}

impl VideoSpec {
    /// Bytes of one frame, `[height, width, 3]`.
    pub fn frame_bytes(&self) -> usize {
        self.width as usize * self.height as usize * 3
    }

    fn check(&self) -> Result<()> {
        let Self {
            width, height, fps, ..
        } = *self;
        let (long, short) = (width.max(height), width.min(height));
        let is_even = width.is_multiple_of(2) && height.is_multiple_of(2);
        if !is_even || short < MIN_SIDE || long > MAX_LONG_SIDE || short > MAX_SHORT_SIDE {
            return Err(MediaError::VideoSize { width, height });
        }
        if !(1..=MAX_FPS).contains(&fps) {
            return Err(MediaError::FrameRate { fps });
        }
        Ok(())
    }
}

/// The sound of a clip, one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioSpec {
    /// Samples per second: a rate of AAC up to 48,000; the model makes 16,000.
    pub sample_rate_hz: u32,
}

/// A finished clip.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenClip {
    /// Where the clip is; differs from the path asked for when that name was taken.
    pub path: PathBuf,
    /// Bytes of the file.
    pub num_bytes: u64,
    /// Frames of the clip.
    pub num_frames: u32,
    /// Length of pictures and sound.
    pub duration_secs: f64,
    /// Samples beyond +-1 that were limited.
    pub num_limited_samples: usize,
}

/// Where the frames come from.
enum Pictures {
    Encoder(Box<FrameEncoder>),
    /// Another clip, whose parameters those of further frames equal.
    Copied {
        sequence_set: Vec<u8>,
        picture_set: Vec<u8>,
        /// Encodes further frames, if there may be some.
        encoder: Option<Box<FrameEncoder>>,
    },
}

/// Writes one MP4 file: H.264, AAC or FLAC, and a JSON description (spec: product 4.5, 13).
///
/// The file appears under its name when [`ClipWriter::finish`] succeeds; a writer that is dropped leaves nothing.
pub struct ClipWriter {
    file: NewFile,
    video: VideoSpec,
    pictures: Pictures,
    frame_bytes: Vec<u32>,
    /// Frames a player can start from, counted from 1.
    sync_frames: Vec<u32>,
}

impl ClipWriter {
    /// Opens a temporary file beside `output` and starts the encoder.
    ///
    /// Fails at once when the folder is missing or cannot be written, or the size or rate cannot be encoded.
    pub fn create(output: &Path, video: VideoSpec) -> Result<Self> {
        video.check()?;
        let mut file = NewFile::create(output)?;
        file.append(&file_header()?)?;
        Ok(Self {
            file,
            video,
            pictures: Pictures::Encoder(Box::new(encoder(video)?)),
            frame_bytes: Vec::new(),
            sync_frames: Vec::new(),
        })
    }

    /// As [`ClipWriter::create`] with all frames of another clip, which are not encoded again.
    pub fn create_with_pictures(output: &Path, copied: CopiedPictures) -> Result<Self> {
        let video = VideoSpec {
            width: copied.width,
            height: copied.height,
            fps: copied.fps,
            quality: Quality::default(),
        };
        let pictures = Pictures::Copied {
            sequence_set: copied.sequence_set.clone(),
            picture_set: copied.picture_set.clone(),
            encoder: None,
        };
        Self::with_frames(output, video, pictures, &copied)
    }

    /// As [`ClipWriter::create`] with all frames of another clip before the coming ones.
    ///
    /// Fails with [`MediaError::Unsupported`] when the other clip was encoded with other parameters, so that
    /// one index could not describe both.
    pub fn create_after(output: &Path, video: VideoSpec, copied: CopiedPictures) -> Result<Self> {
        video.check()?;
        if [copied.width, copied.height, copied.fps] != [video.width, video.height, video.fps] {
            return Err(MediaError::unsupported("going on in another size or rate"));
        }
        // The parameters are known only once a frame is encoded.
        let mut probe = encoder(video)?;
        probe.encode(&vec![0; video.frame_bytes()])?;
        if probe.parameter_sets() != (&copied.sequence_set, &copied.picture_set) {
            return Err(MediaError::unsupported("frames with other parameters"));
        }
        let pictures = Pictures::Copied {
            sequence_set: copied.sequence_set.clone(),
            picture_set: copied.picture_set.clone(),
            encoder: Some(Box::new(encoder(video)?)),
        };
        Self::with_frames(output, video, pictures, &copied)
    }

    fn with_frames(
        output: &Path,
        video: VideoSpec,
        pictures: Pictures,
        copied: &CopiedPictures,
    ) -> Result<Self> {
        video.check()?;
        let mut file = NewFile::create(output)?;
        file.append(&file_header()?)?;
        let mut writer = Self {
            file,
            video,
            pictures,
            frame_bytes: Vec::new(),
            sync_frames: copied.sync_frames.clone(),
        };
        for frame in &copied.frames {
            writer.append_sample(frame)?;
        }
        Ok(writer)
    }

    /// Encodes and writes the next frame, `[height, width, 3]`.
    pub fn push_rgb(&mut self, rgb: &[u8]) -> Result<()> {
        let expected = self.video.frame_bytes();
        if rgb.len() != expected {
            return Err(MediaError::FrameLength {
                expected,
                found: rgb.len(),
            });
        }
        let frame = match &mut self.pictures {
            Pictures::Encoder(encoder)
            | Pictures::Copied {
                encoder: Some(encoder),
                ..
            } => encoder.encode(rgb)?,
            Pictures::Copied { encoder: None, .. } => {
                return Err(MediaError::VideoEncode {
                    frame_idx: self.num_frames(),
                    reason: "the frames of this clip are copied".to_owned(),
                });
            }
        };
        self.append_sample(&frame.sample)?;
        let num_frames = self.num_frames();
        if frame.is_sync {
            self.sync_frames.push(num_frames);
        }
        Ok(())
    }

    /// Frames pushed so far.
    pub fn num_frames(&self) -> u32 {
        // Each frame takes bytes and the file stays below 4 GiB, so the count fits.
        self.frame_bytes.len() as u32
    }

    /// Adds AAC sound and description, syncs, and renames without overwriting; see [`ClipWriter::finish_as`].
    pub fn finish(
        self,
        samples: &[f32],
        audio: AudioSpec,
        metadata_json: &str,
    ) -> Result<WrittenClip> {
        self.finish_as(SoundCodec::Aac, samples, audio, metadata_json)
    }

    /// Adds sound and description, syncs, and renames without overwriting.
    ///
    /// `samples` are padded with silence or cut to the length of the pictures and limited to +-1;
    /// `metadata_json` is JSON or empty. Fails without frames, on a non-finite sample, and when the file cannot
    /// be written; then nothing is left behind.
    pub fn finish_as(
        self,
        codec: SoundCodec,
        samples: &[f32],
        audio: AudioSpec,
        metadata_json: &str,
    ) -> Result<WrittenClip> {
        check_metadata(metadata_json)?;
        let sample_rate_hz = check_rate(audio.sample_rate_hz)?;
        if self.num_frames() == 0 {
            return Err(MediaError::NoFrames);
        }
        let sound = fit_sound(samples, self.num_sound_samples(sample_rate_hz))?;
        let encoded = EncodedSound::encode(&sound.samples, sample_rate_hz, codec)?;
        let written = self.finish_with(&encoded, metadata_json)?;
        Ok(WrittenClip {
            num_limited_samples: sound.num_limited,
            ..written
        })
    }

    /// As [`ClipWriter::finish_as`] with the sound of another clip, which is not encoded again and keeps its length.
    pub fn finish_with_sound(
        self,
        sound: &EncodedSound,
        metadata_json: &str,
    ) -> Result<WrittenClip> {
        check_metadata(metadata_json)?;
        check_rate(sound.sample_rate_hz)?;
        if self.num_frames() == 0 {
            return Err(MediaError::NoFrames);
        }
        self.finish_with(sound, metadata_json)
    }

    fn finish_with(mut self, sound: &EncodedSound, metadata_json: &str) -> Result<WrittenClip> {
        let mut packet_bytes = Vec::with_capacity(sound.packets.len());
        for packet in &sound.packets {
            self.file.append(packet)?;
            packet_bytes.push(sample_size(packet)?);
        }
        let (size_offset, size) = media_data_size(self.file.num_bytes());
        let (sequence_set, picture_set) = match &self.pictures {
            Pictures::Encoder(encoder) => encoder.parameter_sets(),
            Pictures::Copied {
                sequence_set,
                picture_set,
                ..
            } => (sequence_set.as_slice(), picture_set.as_slice()),
        };
        let index = encode_movie(&MoviePlan {
            video: VideoPlan {
                width: self.video.width as u16,
                height: self.video.height as u16,
                fps: self.video.fps,
                sequence_set,
                picture_set,
                frame_bytes: &self.frame_bytes,
                sync_frames: &self.sync_frames,
            },
            sound,
            packet_bytes: &packet_bytes,
            metadata: metadata_json,
        })?;
        self.file.append(&index)?;
        self.file.patch(size_offset, &size)?;
        let num_frames = self.num_frames();
        let num_bytes = self.file.num_bytes();
        Ok(WrittenClip {
            path: self.file.publish()?,
            num_bytes,
            num_frames,
            duration_secs: f64::from(num_frames) / f64::from(self.video.fps),
            num_limited_samples: 0,
        })
    }

    fn append_sample(&mut self, sample: &[u8]) -> Result<()> {
        let end = self.file.num_bytes() + sample.len() as u64;
        if u32::try_from(end).is_err() {
            return Err(MediaError::ClipTooLarge {
                num_bytes: end - FILE_HEADER_BYTES,
            });
        }
        let num_bytes = sample_size(sample)?;
        self.file.append(sample)?;
        self.frame_bytes.push(num_bytes);
        Ok(())
    }

    /// Samples that last as long as the pictures, to the nearest.
    fn num_sound_samples(&self, sample_rate_hz: u32) -> usize {
        let (frames, fps) = (u64::from(self.num_frames()), u64::from(self.video.fps));
        ((frames * u64::from(sample_rate_hz) + fps / 2) / fps).max(1) as usize
    }
}

fn encoder(video: VideoSpec) -> Result<FrameEncoder> {
    FrameEncoder::new(EncoderSettings {
        width: video.width as usize,
        height: video.height as usize,
        fps: video.fps,
        quantizer: video.quality.quantizer(),
    })
}

fn sample_size(sample: &[u8]) -> Result<u32> {
    u32::try_from(sample.len()).map_err(|_| MediaError::ClipTooLarge {
        num_bytes: sample.len() as u64,
    })
}

fn check_metadata(metadata_json: &str) -> Result<()> {
    if metadata_json.is_empty() {
        return Ok(());
    }
    if metadata_json.len() > MAX_METADATA_BYTES {
        return Err(MediaError::MetadataTooLarge {
            num_bytes: metadata_json.len(),
            limit: MAX_METADATA_BYTES,
        });
    }
    serde_json::from_str::<serde_json::Value>(metadata_json)
        .map(|_| ())
        .map_err(|source| MediaError::Metadata { source })
}

fn check_rate(sample_rate_hz: u32) -> Result<u32> {
    match sample_rate_hz {
        1..=MAX_SAMPLE_RATE_HZ => Ok(sample_rate_hz),
        _ => Err(MediaError::SampleRate { sample_rate_hz }),
    }
}
