//! Audio latents to samples.

use ovi_models::Weights;
use ovi_models::audio_vae::{AudioDecoder, AudioVaeConfig};
use ovi_models::vocoder::{Vocoder, VocoderConfig};
use ovi_tensor::{Device, MemoryKind, Tensor};

use super::Latents;
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::pipeline::observer::Observer;
use crate::protocol::Role;

/// Decoded sound.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Log10-mel `[frames, bins]`.
    pub mel: Vec<f32>,
    /// Extents of `mel`.
    pub mel_shape: Vec<usize>,
    /// 16 kHz mono samples.
    pub samples: Vec<f32>,
}

/// Latents to mel to samples.
///
/// # Errors
/// If VAE or vocoder cannot be read, numbers overflow, or the job is cancelled.
pub fn decode_sound(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    observer: &mut dyn Observer,
) -> Result<Sound, EngineError> {
    observer.progress(0, 2);
    let (mel, mel_shape) =
        decode_mel(checkpoint, device, latents).map_err(EngineError::part(Role::AudioVae))?;
    observer.progress(1, 2);
    let samples =
        vocode(checkpoint, device, &mel, &mel_shape).map_err(EngineError::part(Role::Vocoder))?;
    if !samples.iter().all(|sample| sample.is_finite()) {
        return Err(EngineError::NotFinite {
            place: "the sound".into(),
        });
    }
    observer.progress(2, 2);
    Ok(Sound {
        mel,
        mel_shape,
        samples,
    })
}

fn decode_mel(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
) -> ovi_models::Result<(Vec<f32>, Vec<usize>)> {
    let _scope = device.enter("audio VAE", MemoryKind::Activations);
    let set = checkpoint.weights(Role::AudioVae);
    let decoder = AudioDecoder::new(&Weights::new(set, device), &AudioVaeConfig::detect(set)?)?;
    let mel = decoder.forward(&Tensor::from_vec(
        latents.audio.clone(),
        &latents.audio_shape,
        device,
    )?)?;
    Ok((mel.to_vec()?, mel.shape().to_vec()))
}

fn vocode(
    checkpoint: &Checkpoint,
    device: &Device,
    mel: &[f32],
    shape: &[usize],
) -> ovi_models::Result<Vec<f32>> {
    let _scope = device.enter("vocoder", MemoryKind::Activations);
    let set = checkpoint.weights(Role::Vocoder);
    let vocoder = Vocoder::new(&Weights::new(set, device), &VocoderConfig::detect(set)?)?;
    Ok(vocoder
        .forward(&Tensor::from_vec(mel.to_vec(), shape, device)?)?
        .to_vec()?)
}
