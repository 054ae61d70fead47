//! The sound of a clip as packets: encoded, decoded, or copied from another clip.

mod aac;
mod decoder;
mod flac;

pub(crate) use decoder::{SoundDecoder, read_sound};
pub(crate) use flac::STREAM_INFO_BYTES;

use crate::{MediaError, Result};

/// How sound is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum SoundCodec {
    /// AAC-LC; plays everywhere.
    #[default]
    Aac,
    /// FLAC with 16 bits; lossless.
    Flac,
}

/// Mono sound as packets of one codec, ready for an MP4 file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedSound {
    pub(crate) codec: SoundCodec,
    pub(crate) packets: Vec<Vec<u8>>,
    /// The decoder's configuration, as the MP4 index stores it.
    pub(crate) config: Vec<u8>,
    /// Samples of every packet but the last, and of the last.
    pub(crate) packet_ticks: u32,
    pub(crate) last_ticks: u32,
    /// Decoded samples before the first real one.
    pub(crate) priming: u32,
    pub(crate) sample_rate_hz: u32,
    /// Samples a player hears, without priming and padding.
    pub(crate) num_samples: u32,
}

impl EncodedSound {
    /// Encodes mono samples within +-1; at most 2^32 of them.
    pub(crate) fn encode(samples: &[f32], sample_rate_hz: u32, codec: SoundCodec) -> Result<Self> {
        match codec {
            SoundCodec::Aac => aac::encode(samples, sample_rate_hz),
            SoundCodec::Flac => flac::encode(samples, sample_rate_hz),
        }
    }

    /// How it is compressed.
    pub fn codec(&self) -> SoundCodec {
        self.codec
    }

    /// Samples per second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Samples a player hears.
    pub fn num_samples(&self) -> u32 {
        self.num_samples
    }
}

/// The 16-bit number of a sample: limited to +-1, times 32767, cut toward zero (spec: pipeline 9).
pub(crate) fn to_16_bit(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * 32767.0) as i16
}

/// Sound as long as the pictures.
pub(crate) struct FittedSound {
    pub(crate) samples: Vec<f32>,
    pub(crate) num_limited: usize,
}

/// Cuts or pads to `num_samples` and limits peaks; what is cut is not looked at.
pub(crate) fn fit_sound(samples: &[f32], num_samples: usize) -> Result<FittedSound> {
    let kept = samples.get(..num_samples).unwrap_or(samples);
    if let Some(sample_idx) = kept.iter().position(|sample| !sample.is_finite()) {
        return Err(MediaError::NonFiniteSound { sample_idx });
    }
    let num_limited = kept.iter().filter(|sample| sample.abs() > 1.0).count();
    let mut samples: Vec<f32> = kept.iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    samples.resize(num_samples, 0.0);
    Ok(FittedSound {
        samples,
        num_limited,
    })
}
