//! Reads a clip for a player: information at once, frames in order or by index, sound as a whole.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use crate::aac::SoundDecoder;
use crate::color::append_pixels;
use crate::guard::contain;
use crate::h264::{Decoded, SampleDecoder};
use crate::mp4::{ClipIndex, SampleRange, SoundTrack, VideoTrack};
use crate::random_access::read_exact_at;
use crate::{MediaError, Picture, Result};

/// Most decoded sound that is kept: an hour at 16 kHz, 20 minutes at 48 kHz.
const MAX_SOUND_SAMPLES: usize = 16_000 * 3600;

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
    /// The JSON the clip was written with, or another program's JSON comment.
    pub metadata_json: Option<String>,
}

/// Layout of decoded pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// `[height, width, 3]`.
    Rgb,
    /// `[height, width, 4]`, opaque.
    Rgba,
}

impl PixelFormat {
    /// Bytes of one pixel.
    pub fn num_channels(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// An open MP4 clip with H.264 pictures and AAC-LC sound.
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
                Some(track) => SoundDecoder::new(&track.config)?.sample_rate_hz(),
                None => 0,
            },
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
}

fn read_sound(file: &File, track: &SoundTrack) -> Result<Vec<f32>> {
    let mut decoder = SoundDecoder::new(&track.config)?;
    let rate = f64::from(decoder.sample_rate_hz());
    // Float to integer casts saturate, so absurd edit lists only reach the limits below.
    let num_samples = |secs: f64| (secs * rate).round() as usize;
    let num_skipped = num_samples(track.edit.skip_secs);
    let num_delay = num_samples(track.edit.delay_secs);
    let wanted = track.edit.play_secs.map(num_samples);
    let num_needed = wanted.map_or(usize::MAX, |wanted| wanted.saturating_add(num_skipped));

    let mut packet = Vec::new();
    let mut samples = Vec::new();
    for range in &track.table.samples {
        if samples.len() >= num_needed {
            break;
        }
        read_range(file, *range, &mut packet)?;
        decoder.append_packet(&packet, &mut samples)?;
        if samples.len() > MAX_SOUND_SAMPLES {
            return Err(MediaError::unsupported(format!(
                "more than {MAX_SOUND_SAMPLES} sound samples"
            )));
        }
    }
    samples.drain(..num_skipped.min(samples.len()));
    if let Some(wanted) = wanted {
        // A stated length a little beyond the last packet is filled up, an absurd one is not.
        let most = samples.len() + decoder.sample_rate_hz() as usize;
        samples.resize(wanted.min(most), 0.0);
    }
    if samples.len().saturating_add(num_delay) > MAX_SOUND_SAMPLES {
        let late_secs = track.edit.delay_secs;
        return Err(MediaError::unsupported(format!(
            "sound that starts {late_secs} s late"
        )));
    }
    samples.splice(..0, std::iter::repeat_n(0.0, num_delay));
    Ok(samples)
}

fn read_range(file: &File, range: SampleRange, target: &mut Vec<u8>) -> Result<()> {
    target.clear();
    target.resize(range.num_bytes as usize, 0);
    read_exact_at(file, target, range.offset).map_err(|error| {
        MediaError::damaged(format!(
            "{} bytes at {} could not be read: {error}",
            range.num_bytes, range.offset
        ))
    })
}

/// Decodes the frames of one clip in display order.
pub struct FrameDecoder {
    file: Arc<File>,
    track: VideoTrack,
    /// None before the first frame and after a seek or an error.
    decoder: Option<SampleDecoder>,
    /// Next sample in decoding order, and next frame in display order.
    next_sample: u32,
    next_frame: u32,
    sample: Vec<u8>,
}

impl FrameDecoder {
    fn new(file: Arc<File>, track: VideoTrack) -> Self {
        Self {
            file,
            track,
            decoder: None,
            next_sample: 0,
            next_frame: 0,
            sample: Vec::new(),
        }
    }

    /// Frames of the clip.
    pub fn num_frames(&self) -> u32 {
        self.track.table.samples.len() as u32
    }

    /// Index of the frame that [`FrameDecoder::next_frame`] gives next.
    pub fn position(&self) -> u32 {
        self.next_frame
    }

    /// Moves to `frame_idx`: restarts at the nearest sync frame before it unless decoding forward is shorter.
    ///
    /// Fails beyond the last frame, and when a frame on the way cannot be decoded.
    pub fn seek_frame(&mut self, frame_idx: u32) -> Result<()> {
        let num_frames = self.num_frames();
        if frame_idx >= num_frames {
            return Err(MediaError::FrameOutOfRange {
                frame_idx,
                num_frames,
            });
        }
        let sync_samples = &self.track.table.sync_samples;
        let num_before = sync_samples.partition_point(|sync| *sync <= frame_idx);
        let sync = num_before
            .checked_sub(1)
            .and_then(|idx| sync_samples.get(idx))
            .copied()
            .unwrap_or(0);
        let can_continue = self.decoder.is_some() && (sync..=frame_idx).contains(&self.next_frame);
        if !can_continue {
            self.restart_at(sync);
        }
        while self.next_frame < frame_idx {
            if self.advance(None)?.is_none() {
                return Err(MediaError::VideoDecode {
                    frame_idx,
                    reason: "the stream ended".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Decodes the next frame into `pixels` (replaced) and returns its index; `None` behind the last frame.
    ///
    /// After an error the next call starts again at the sync frame before the failed frame.
    pub fn next_frame(&mut self, format: PixelFormat, pixels: &mut Vec<u8>) -> Result<Option<u32>> {
        pixels.clear();
        if self.decoder.is_none() && self.next_frame > 0 && self.next_frame < self.num_frames() {
            self.seek_frame(self.next_frame)?;
        }
        self.advance(Some((format, pixels)))
    }

    fn restart_at(&mut self, sync: u32) {
        self.decoder = None;
        self.next_sample = sync;
        self.next_frame = sync;
    }

    /// Decodes one frame; without `target` its pixels are not converted.
    fn advance(&mut self, target: Option<(PixelFormat, &mut Vec<u8>)>) -> Result<Option<u32>> {
        if self.next_frame >= self.num_frames() {
            return Ok(None);
        }
        let result = contain("H.264 decoder", || self.decode_next(target));
        match &result {
            Ok(Some(_)) => self.next_frame += 1,
            Ok(None) => {}
            Err(_) => self.decoder = None,
        }
        result
    }

    fn decode_next(&mut self, target: Option<(PixelFormat, &mut Vec<u8>)>) -> Result<Option<u32>> {
        let Self {
            file,
            track,
            decoder,
            next_sample,
            next_frame,
            sample,
        } = self;
        let frame_idx = *next_frame;
        let decoder = match decoder {
            Some(decoder) => decoder,
            None => decoder.insert(SampleDecoder::new(
                &track.parameter_sets,
                track.length_size,
                track.table.has_reordering,
            )?),
        };
        let sequence = track.sequence;
        let mut target = target;
        let mut take = |size: (usize, usize), planes: crate::color::YuvView<'_>| {
            let expected = (sequence.width as usize, sequence.height as usize);
            if size != expected {
                return Err(MediaError::damaged(format!(
                    "frame {frame_idx} is {size:?} instead of {expected:?}"
                )));
            }
            let Some((format, pixels)) = &mut target else {
                return Ok(());
            };
            match format {
                PixelFormat::Rgb => append_pixels::<3>(&planes, size, sequence.color_space, pixels),
                PixelFormat::Rgba => {
                    append_pixels::<4>(&planes, size, sequence.color_space, pixels)
                }
            }
            match pixels.len() == size.0 * size.1 * format.num_channels() {
                true => Ok(()),
                false => Err(MediaError::damaged(format!(
                    "frame {frame_idx} is incomplete"
                ))),
            }
        };
        while let Some(range) = track.table.samples.get(*next_sample as usize) {
            read_range(file, *range, sample)?;
            *next_sample += 1;
            match decoder.decode(sample, frame_idx, &mut take)? {
                Decoded::Picture(()) => return Ok(Some(frame_idx)),
                Decoded::Nothing if track.table.has_reordering => {}
                Decoded::Nothing => {
                    return Err(MediaError::VideoDecode {
                        frame_idx,
                        reason: "no picture".to_owned(),
                    });
                }
            }
        }
        match decoder.drain(frame_idx, &mut take)? {
            Decoded::Picture(()) => Ok(Some(frame_idx)),
            Decoded::Nothing => Ok(None),
        }
    }
}
