//! Sound packets back to samples, by symphonia.

use std::fs::File;

use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_FLAC};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use super::SoundCodec;
use crate::guard::contain;
use crate::mp4::{SoundTrack, read_range};
use crate::{MediaError, Result};

/// Most decoded sound that is kept: an hour at 16 kHz, 20 minutes at 48 kHz.
const MAX_SOUND_SAMPLES: usize = 16_000 * 3600;

const DECODER: &str = "sound decoder";

/// Decodes packets to mono.
pub(crate) struct SoundDecoder {
    decoder: Box<dyn AudioDecoder>,
    sample_rate_hz: u32,
    packet_idx: usize,
    interleaved: Vec<f32>,
}

impl SoundDecoder {
    /// `config` is the decoder configuration of the MP4 index. Fails on kinds of AAC other than LC.
    pub(crate) fn new(codec: SoundCodec, config: &[u8]) -> Result<Self> {
        let mut parameters = AudioCodecParameters::new();
        parameters
            .for_codec(match codec {
                SoundCodec::Aac => CODEC_ID_AAC,
                SoundCodec::Flac => CODEC_ID_FLAC,
            })
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

/// Decodes a whole track; priming is cut and the length is the one the edit list states.
pub(crate) fn read_sound(file: &File, track: &SoundTrack) -> Result<Vec<f32>> {
    let mut decoder = SoundDecoder::new(track.codec, &track.config)?;
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
