//! Frames of a clip in order or by index.

use std::fs::File;
use std::sync::Arc;

use crate::color::fill_pixels;
use crate::guard::contain;
use crate::h264::{Decoded, SampleDecoder};
use crate::mp4::{VideoTrack, read_range};
use crate::{MediaError, Result};

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
    pub(crate) fn new(file: Arc<File>, track: VideoTrack) -> Self {
        Self {
            file,
            track,
            decoder: None,
            next_sample: 0,
            next_frame: 0,
            sample: Vec::new(),
        }
    }

    pub(crate) fn track(&self) -> &VideoTrack {
        &self.track
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
        let sequence = self.track.sequence;
        let num_pixels = sequence.width as usize * sequence.height as usize;
        pixels.resize(num_pixels * format.num_channels(), 0);
        let result = self.next_frame_into(format, pixels);
        if !matches!(result, Ok(Some(_))) {
            pixels.clear();
        }
        result
    }

    /// The same into memory of exactly the size of a frame, `[height, width, channels]`.
    ///
    /// Fails without decoding if `pixels` has another length.
    pub fn next_frame_into(
        &mut self,
        format: PixelFormat,
        pixels: &mut [u8],
    ) -> Result<Option<u32>> {
        let sequence = self.track.sequence;
        let num_pixels = sequence.width as usize * sequence.height as usize;
        let num_bytes = num_pixels * format.num_channels();
        if pixels.len() != num_bytes {
            return Err(MediaError::unsupported(format!(
                "{} bytes for a frame of {num_bytes}",
                pixels.len()
            )));
        }
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
    fn advance(&mut self, target: Option<(PixelFormat, &mut [u8])>) -> Result<Option<u32>> {
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

    fn decode_next(&mut self, target: Option<(PixelFormat, &mut [u8])>) -> Result<Option<u32>> {
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
            let is_whole = match format {
                PixelFormat::Rgb => fill_pixels::<3>(&planes, size, sequence.color_space, pixels),
                PixelFormat::Rgba => fill_pixels::<4>(&planes, size, sequence.color_space, pixels),
            };
            match is_whole {
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
