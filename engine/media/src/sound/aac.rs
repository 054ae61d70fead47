//! AAC-LC, encoded by syom.
//!
//! The first [`PRIMING_SAMPLES`] decoded samples are the encoder's warm-up; the MP4 edit list tells players
//! to skip them, and our reader does so itself.

use syom::{EncodeOptions, Encoder};

use super::{EncodedSound, SoundCodec};
use crate::guard::contain;
use crate::{MediaError, Result};

/// Samples one packet decodes to.
pub(super) const SAMPLES_PER_PACKET: u32 = 1024;
/// Samples before the first real one.
pub(super) const PRIMING_SAMPLES: u32 = 1024;

/// Bits of one packet: 11 of 12 parts of what the format allows. More is cut coarsely in packets that would need
/// it all, which measured 10 dB worse.
const BITS_PER_PACKET: u64 = 5632;
/// Beyond this mono AAC-LC gains nothing audible.
const MAX_BITS_PER_SEC: u64 = 160_000;
const ENCODER: &str = "AAC encoder";

/// Encodes mono samples within +-1. The packets cover priming, all samples, and the padding of the last packet.
pub(super) fn encode(samples: &[f32], sample_rate_hz: u32) -> Result<EncodedSound> {
    let bits_per_sec = BITS_PER_PACKET * u64::from(sample_rate_hz) / u64::from(SAMPLES_PER_PACKET);
    // Spending left-over bits on single bands and looking ahead for attacks measured 4 dB on voices.
    let options = EncodeOptions::raw()
        .with_bitrate_bps(bits_per_sec.min(MAX_BITS_PER_SEC) as u32)
        .with_band_refine(true)
        .with_lookahead(true);
    contain(ENCODER, || {
        encode_with(samples, sample_rate_hz, &options).map_err(|error| MediaError::SoundEncode {
            reason: error.to_string(),
        })
    })
}

fn encode_with(
    samples: &[f32],
    sample_rate_hz: u32,
    options: &EncodeOptions,
) -> syom::Result<EncodedSound> {
    let mut encoder = Encoder::new(sample_rate_hz, 1, options)?;
    let mut packets = Vec::new();
    encoder.feed(&[samples], |frame| {
        packets.push(frame.payload.to_vec());
        Ok(())
    })?;
    // Finishing also encodes the packet that completes the overlap of the last samples.
    encoder.finish(|frame| {
        packets.push(frame.payload.to_vec());
        Ok(())
    })?;
    Ok(EncodedSound {
        codec: SoundCodec::Aac,
        packets,
        config: encoder.asc().to_vec(),
        packet_ticks: SAMPLES_PER_PACKET,
        last_ticks: SAMPLES_PER_PACKET,
        priming: PRIMING_SAMPLES,
        sample_rate_hz,
        num_samples: samples.len() as u32,
    })
}
