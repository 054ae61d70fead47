//! The frame decoder: openh264 fed one MP4 sample at a time.

use openh264::decoder::{DecodeOptions, DecodedYUV, Decoder, Flush};
use openh264::formats::YUVSource;

use crate::color::YuvView;
use crate::h264::nal;
use crate::{MediaError, Result};

/// Decodes samples in decoding order and returns pictures in display order.
pub(crate) struct SampleDecoder {
    decoder: Decoder,
    /// Parameter sets and one sample, with start codes.
    packet: Vec<u8>,
    length_size: usize,
    /// Without B-frames each sample gives its picture at once; with them the decoder must hold some back.
    has_reordering: bool,
}

/// What one call gave.
pub(crate) enum Decoded<T> {
    /// A picture, as returned by the caller's function.
    Picture(T),
    /// No picture yet.
    Nothing,
}

impl SampleDecoder {
    /// A decoder positioned before a sync sample; `parameter_sets` come from the MP4 index.
    pub(crate) fn new(
        parameter_sets: &[Vec<u8>],
        length_size: usize,
        has_reordering: bool,
    ) -> Result<Self> {
        let decoder = Decoder::new().map_err(|error| MediaError::VideoDecode {
            frame_idx: 0,
            reason: error.to_string(),
        })?;
        let mut packet = Vec::new();
        for unit in parameter_sets {
            nal::append_annex_b(&mut packet, unit);
        }
        Ok(Self {
            decoder,
            packet,
            length_size,
            has_reordering,
        })
    }

    /// Decodes one sample and hands the picture that is due, if any, to `take`.
    pub(crate) fn decode<T>(
        &mut self,
        sample: &[u8],
        frame_idx: u32,
        take: impl FnOnce((usize, usize), YuvView<'_>) -> Result<T>,
    ) -> Result<Decoded<T>> {
        if !nal::append_slices(&mut self.packet, sample, self.length_size)? {
            return Err(MediaError::damaged(format!(
                "frame {frame_idx} holds no picture"
            )));
        }
        let flush = if self.has_reordering {
            Flush::NoFlush
        } else {
            Flush::Auto
        };
        self.run(frame_idx, flush, take)
    }

    /// After the last sample: hands the next picture that was held back to `take`.
    pub(crate) fn drain<T>(
        &mut self,
        frame_idx: u32,
        take: impl FnOnce((usize, usize), YuvView<'_>) -> Result<T>,
    ) -> Result<Decoded<T>> {
        self.packet.clear();
        self.run(frame_idx, Flush::Auto, take)
    }

    fn run<T>(
        &mut self,
        frame_idx: u32,
        flush: Flush,
        take: impl FnOnce((usize, usize), YuvView<'_>) -> Result<T>,
    ) -> Result<Decoded<T>> {
        let options = DecodeOptions::new().flush_after_decode(flush);
        let result = self.decoder.decode_with_options(&self.packet, options);
        let decoded = match result {
            Ok(Some(picture)) => Decoded::Picture(take(picture.dimensions(), view(&picture))?),
            Ok(None) => Decoded::Nothing,
            Err(error) => {
                return Err(MediaError::VideoDecode {
                    frame_idx,
                    reason: error.to_string(),
                });
            }
        };
        self.packet.clear();
        Ok(decoded)
    }
}

fn view<'a>(picture: &'a DecodedYUV<'_>) -> YuvView<'a> {
    let (y_stride, chroma_stride, _) = picture.strides();
    YuvView {
        y: picture.y(),
        u: picture.u(),
        v: picture.v(),
        y_stride,
        chroma_stride,
    }
}
