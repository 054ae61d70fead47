//! FLAC, encoded by flacenc: the same 16-bit numbers as in our WAV files, without loss.

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, MetadataBlockData, Stream};
use flacenc::error::Verify;
use flacenc::source::MemSource;

use super::{EncodedSound, SoundCodec, to_16_bit};
use crate::guard::contain;
use crate::{MediaError, Result};

/// Samples of one packet; the last one may be shorter.
const SAMPLES_PER_PACKET: u32 = 4096;
const BITS_PER_SAMPLE: usize = 16;
/// Bytes of the stream's header block, which is the decoder's configuration.
pub(crate) const STREAM_INFO_BYTES: usize = 34;
const ENCODER: &str = "FLAC encoder";

/// Encodes mono samples within +-1.
pub(super) fn encode(samples: &[f32], sample_rate_hz: u32) -> Result<EncodedSound> {
    contain(ENCODER, || encode_with(samples, sample_rate_hz))
}

fn failed(reason: impl std::fmt::Display) -> MediaError {
    MediaError::SoundEncode {
        reason: reason.to_string(),
    }
}

fn encode_with(samples: &[f32], sample_rate_hz: u32) -> Result<EncodedSound> {
    let numbers: Vec<i32> = samples.iter().map(|&x| i32::from(to_16_bit(x))).collect();
    let source = MemSource::from_samples(&numbers, 1, BITS_PER_SAMPLE, sample_rate_hz as usize);
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .map_err(|(_, error)| failed(error))?;
    let stream =
        flacenc::encode_with_fixed_block_size(&config, source, SAMPLES_PER_PACKET as usize)
            .map_err(failed)?;
    let packets = packets(&stream)?;
    let num_samples = samples.len() as u32;
    let num_before_last = (packets.len() as u32).saturating_sub(1) * SAMPLES_PER_PACKET;
    Ok(EncodedSound {
        codec: SoundCodec::Flac,
        config: stream_info(&stream)?,
        packets,
        packet_ticks: SAMPLES_PER_PACKET,
        last_ticks: num_samples.saturating_sub(num_before_last),
        priming: 0,
        sample_rate_hz,
        num_samples,
    })
}

fn packets(stream: &Stream) -> Result<Vec<Vec<u8>>> {
    (0..stream.frame_count())
        .filter_map(|idx| stream.frame(idx))
        .map(|frame| {
            let mut sink = ByteSink::new();
            frame.write(&mut sink).map_err(failed)?;
            Ok(sink.into_inner())
        })
        .collect()
}

/// The header block without its own header.
fn stream_info(stream: &Stream) -> Result<Vec<u8>> {
    let mut info = stream.stream_info().clone();
    // The library counts the short last packet too, which the format leaves out of these bounds.
    let block_size = SAMPLES_PER_PACKET as usize;
    info.set_block_sizes(block_size, block_size)
        .map_err(failed)?;
    let mut sink = ByteSink::new();
    let block = MetadataBlockData::StreamInfo(info);
    block.write(&mut sink).map_err(failed)?;
    let bytes = sink.into_inner();
    match bytes.len() {
        STREAM_INFO_BYTES => Ok(bytes),
        other => Err(failed(format!("a header of {other} bytes"))),
    }
}
