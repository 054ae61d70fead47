//! AAC-LC: encoded by syom, decoded by symphonia.
//!
//! The first [`PRIMING_SAMPLES`] decoded samples are the encoder's warm-up; the MP4 edit list tells players
//! to skip them, and our reader does so itself.

use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use syom::{EncodeOptions, Encoder};

use crate::guard::contain;
use crate::{MediaError, Result};

/// Samples one packet decodes to.
pub(crate) const SAMPLES_PER_PACKET: u32 = 1024;
/// Samples before the first real one.
pub(crate) const PRIMING_SAMPLES: u32 = 1024;

/// Bits of one packet: 11 of 12 parts of what the format allows. More is cut coarsely in packets that would need
/// it all, which measured 10 dB worse.
const BITS_PER_PACKET: u64 = 5632;
/// Beyond this mono AAC-LC gains nothing audible.
const MAX_BITS_PER_SEC: u64 = 160_000;
const ENCODER: &str = "AAC encoder";
const DECODER: &str = "AAC decoder";

/// Mono sound as AAC packets.
pub(crate) struct EncodedSound {
    pub(crate) packets: Vec<Vec<u8>>,
    /// The decoder's configuration, as the MP4 index stores it.
    pub(crate) config: Vec<u8>,
}

/// Encodes mono samples within +-1. The packets cover priming, all samples, and the padding of the last packet.
pub(crate) fn encode(samples: &[f32], sample_rate_hz: u32) -> Result<EncodedSound> {
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
        packets,
        config: encoder.asc().to_vec(),
    })
}

/// Decodes AAC-LC packets to mono.
pub(crate) struct SoundDecoder {
    decoder: Box<dyn AudioDecoder>,
    sample_rate_hz: u32,
    packet_idx: usize,
    interleaved: Vec<f32>,
}

impl SoundDecoder {
    /// `config` is the decoder configuration of the MP4 index. Fails on kinds of AAC other than LC.
    pub(crate) fn new(config: &[u8]) -> Result<Self> {
        let mut parameters = AudioCodecParameters::new();
        parameters
            .for_codec(CODEC_ID_AAC)
            .with_extra_data(config.into());
        let decoder = contain(DECODER, || {
            symphonia::default::get_codecs()
                .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
                .map_err(|error| MediaError::unsupported(format!("sound: {error}")))
        })?;
        let sample_rate_hz = decoder.codec_params().sample_rate.unwrap_or(0);
        if sample_rate_hz == 0 {
            return Err(MediaError::damaged("the sound has no sample rate"));
        }
        Ok(Self {
            decoder,
            sample_rate_hz,
            packet_idx: 0,
            interleaved: Vec::new(),
        })
    }

    pub(crate) fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Appends the mono samples of one packet; several channels are averaged.
    pub(crate) fn append_packet(&mut self, packet: &[u8], target: &mut Vec<f32>) -> Result<()> {
        let packet_idx = self.packet_idx;
        self.packet_idx += 1;
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, packet);
        let Self {
            decoder,
            interleaved,
            ..
        } = self;
        let num_channels = contain(DECODER, || {
            let buffer = decoder
                .decode_ref(&packet)
                .map_err(|error| MediaError::SoundDecode {
                    packet_idx,
                    reason: error.to_string(),
                })?;
            buffer.copy_to_vec_interleaved(interleaved);
            Ok(buffer.num_planes())
        })?;
        let channels = num_channels.max(1);
        target.extend(
            interleaved
                .chunks_exact(channels)
                .map(|frame| frame.iter().sum::<f32>() / channels as f32),
        );
        Ok(())
    }
}
