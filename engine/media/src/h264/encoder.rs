//! The frame encoder: openh264 with the settings measured for our clips.

use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate, IntraFramePeriod, Profile, QpRange,
    RateControlMode, VuiConfig,
};
use openh264::formats::YUVSlices;

use crate::color::YuvPicture;
use crate::guard::contain;
use crate::h264::nal;
use crate::{MediaError, Result};

/// Limits of the encoder and decoder (level 5.2), in pixels.
pub(crate) const MAX_LONG_SIDE: u32 = 3840;
pub(crate) const MAX_SHORT_SIDE: u32 = 2160;
/// One coding block.
pub(crate) const MIN_SIDE: u32 = 16;

const MAX_QUANTIZER: u8 = 51;
const LIBRARY: &str = "H.264 encoder";
const MILLIS_PER_SEC: u64 = 1000;
/// Not a target: the encoder chooses the level it announces by this rate, generous for a fixed quantizer.
const EXPECTED_BITS_PER_PIXEL: f64 = 0.5;

/// Size, rate and quantizer of the stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncoderSettings {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) fps: u32,
    /// 0 to 51.
    pub(crate) quantizer: u8,
}

/// Encodes frames in order. There are no B-frames: decoding order is display order.
pub(crate) struct FrameEncoder {
    encoder: Encoder,
    yuv: YuvPicture,
    fps: u32,
    num_frames: u32,
    sequence_set: Vec<u8>,
    picture_set: Vec<u8>,
}

/// One frame as it goes into an MP4 file.
pub(crate) struct EncodedFrame {
    /// Units behind 4-byte lengths, without parameter sets.
    pub(crate) sample: Vec<u8>,
    /// Decoding can start here.
    pub(crate) is_sync: bool,
}

impl FrameEncoder {
    pub(crate) fn new(settings: EncoderSettings) -> Result<Self> {
        let pixels_per_sec = (settings.width * settings.height) as f64 * f64::from(settings.fps);
        let quantizer = settings.quantizer.min(MAX_QUANTIZER);
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(
                (pixels_per_sec * EXPECTED_BITS_PER_PIXEL) as u32,
            ))
            .max_frame_rate(FrameRate::from_hz(settings.fps as f32))
            // The mode that keeps to the quantizer range and looks at no bit rate.
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(quantizer, quantizer))
            .adaptive_quantization(false)
            .background_detection(false)
            // One point a second from which a player can start.
            .intra_frame_period(IntraFramePeriod::from_num_frames(settings.fps))
            // The default may leave out frames, which shifts picture against sound.
            .skip_frames(false)
            .profile(Profile::High)
            .vui(VuiConfig::bt709())
            .num_threads(1);
        let encoder = contain(LIBRARY, || {
            Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|error| {
                MediaError::VideoEncode {
                    frame_idx: 0,
                    reason: error.to_string(),
                }
            })
        })?;
        Ok(Self {
            encoder,
            yuv: YuvPicture::new(settings.width, settings.height),
            fps: settings.fps,
            num_frames: 0,
            sequence_set: Vec::new(),
            picture_set: Vec::new(),
        })
    }

    /// Encodes `[height, width, 3]` pixels; the caller has checked the length.
    pub(crate) fn encode(&mut self, rgb: &[u8]) -> Result<EncodedFrame> {
        self.yuv.fill_from_rgb(rgb);
        let frame = contain(LIBRARY, || self.encode_yuv())?;
        self.num_frames += 1;
        Ok(frame)
    }

    /// Sequence and picture parameter set; empty before the first frame.
    pub(crate) fn parameter_sets(&self) -> (&[u8], &[u8]) {
        (&self.sequence_set, &self.picture_set)
    }

    fn encode_yuv(&mut self) -> Result<EncodedFrame> {
        let frame_idx = self.num_frames;
        let failed = |reason: String| MediaError::VideoEncode { frame_idx, reason };
        let YuvPicture {
            width,
            height,
            y,
            u,
            v,
        } = &self.yuv;
        let source = YUVSlices::new((y, u, v), (*width, *height), (*width, width / 2, width / 2));
        let time =
            Timestamp::from_millis(u64::from(frame_idx) * MILLIS_PER_SEC / u64::from(self.fps));
        let stream = self
            .encoder
            .encode_at(&source, time)
            .map_err(|error| failed(error.to_string()))?;

        let mut frame = EncodedFrame {
            sample: Vec::new(),
            is_sync: false,
        };
        let layers = (0..stream.num_layers()).filter_map(|idx| stream.layer(idx));
        for layer in layers {
            for unit in (0..layer.nal_count()).filter_map(|idx| layer.nal_unit(idx)) {
                let unit = nal::without_start_code(unit);
                match nal::unit_type(unit) {
                    nal::SEQUENCE_SET => {
                        keep_first(&mut self.sequence_set, unit).map_err(failed)?
                    }
                    nal::PICTURE_SET => keep_first(&mut self.picture_set, unit).map_err(failed)?,
                    kind @ (nal::SLICE | nal::IDR_SLICE) => {
                        frame.is_sync |= kind == nal::IDR_SLICE;
                        let length =
                            u32::try_from(unit.len()).map_err(|error| failed(error.to_string()))?;
                        frame.sample.extend_from_slice(&length.to_be_bytes());
                        frame.sample.extend_from_slice(unit);
                    }
                    _ => {}
                }
            }
        }
        if frame.sample.is_empty() {
            return Err(failed("the encoder returned no picture".to_owned()));
        }
        Ok(frame)
    }
}

/// The MP4 index holds one set for the whole clip, so a set that changes would make later frames unreadable.
fn keep_first(kept: &mut Vec<u8>, unit: &[u8]) -> Result<(), String> {
    if kept.is_empty() {
        kept.extend_from_slice(unit);
    } else if kept != unit {
        return Err("the encoder changed its parameters".to_owned());
    }
    Ok(())
}
