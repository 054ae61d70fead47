//! Sound files: 16-bit mono WAV.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use crate::sound::to_16_bit;
use crate::{MediaError, Result, write_new_file};

/// Writes mono `samples` as a new 16-bit WAV file; a taken name becomes `name_2`, … Returns the final path.
///
/// Each sample is limited to +-1, multiplied by 32767 and truncated toward zero (spec: pipeline 9).
/// Fails on a non-finite sample and when the folder cannot be written.
pub fn write_wav(path: &Path, samples: &[f32], sample_rate_hz: u32) -> Result<PathBuf> {
    if let Some(sample_idx) = samples.iter().position(|sample| !sample.is_finite()) {
        return Err(MediaError::NonFiniteSound { sample_idx });
    }
    if sample_rate_hz == 0 {
        return Err(MediaError::SampleRate { sample_rate_hz });
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sample_rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::with_capacity(samples.len() * 2 + 64));
    encode(&mut bytes, spec, samples).map_err(|error| MediaError::SoundEncode {
        reason: error.to_string(),
    })?;
    write_new_file(path, bytes.get_ref())
}

fn encode(
    target: &mut Cursor<Vec<u8>>,
    spec: hound::WavSpec,
    samples: &[f32],
) -> hound::Result<()> {
    let mut writer = hound::WavWriter::new(target, spec)?;
    for sample in samples {
        writer.write_sample(to_16_bit(*sample))?;
    }
    writer.finalize()
}
