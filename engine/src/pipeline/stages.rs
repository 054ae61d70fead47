//! One function per stage, each loading its network and dropping it before it returns.

use ovi_models::audio_vae::{AudioDecoder, AudioVaeConfig};
use ovi_models::schedulers::scheduler;
use ovi_models::text_encoder::{TextEncoder, TextEncoderConfig};
use ovi_models::tokenizer::Tokenizer;
use ovi_models::transformer::{FusionConfig, FusionTransformer};
use ovi_models::video_vae::{LatentStats, VideoDecoder, VideoEncoder, preview_rgb};
use ovi_models::vocoder::{Vocoder, VocoderConfig};
use ovi_models::{ModelError, Weights};
use ovi_tensor::{Device, MemoryKind, NoiseSource, Tensor};

use super::denoise::{Denoiser, LatentPair, TextPair};
use super::observer::Observer;
use super::settings::{ClipShape, Settings};
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::picture::Preprocessed;
use crate::protocol::{Role, Warning, WarningCode};

/// Embeddings in host memory, `[rows, dim]` each.
#[derive(Clone, Debug)]
pub struct Texts {
    /// Width of the embeddings.
    pub dim: usize,
    /// Prompt.
    pub prompt: Vec<f32>,
    /// What the picture should avoid.
    pub video_negative: Vec<f32>,
    /// What the sound should avoid.
    pub audio_negative: Vec<f32>,
}

/// Normalised latent of the given picture, `[channels, 1, h, w]`.
#[derive(Clone, Debug)]
pub struct FirstFrame {
    /// Values.
    pub values: Vec<f32>,
    /// Extents.
    pub shape: Vec<usize>,
}

/// Clean latents in host memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Latents {
    /// `[channels, frames, h, w]`.
    pub video: Vec<f32>,
    /// Extents of `video`.
    pub video_shape: Vec<usize>,
    /// `[steps, channels]`.
    pub audio: Vec<f32>,
    /// Extents of `audio`.
    pub audio_shape: Vec<usize>,
}

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

/// What sampling starts from.
pub struct Sampling<'a> {
    /// Checked settings.
    pub settings: &'a Settings,
    /// Extents.
    pub shape: ClipShape,
    /// Embeddings.
    pub texts: &'a Texts,
    /// Given picture.
    pub first_frame: Option<&'a FirstFrame>,
    /// Random stream; picture and sound each draw it from its start.
    pub noise: &'a dyn NoiseSource,
}

/// Encode prompt and negatives; unused negatives stay empty texts.
///
/// # Errors
/// If tokenizer or encoder cannot be read, or the job is cancelled.
pub fn encode_texts(
    checkpoint: &Checkpoint,
    device: &Device,
    texts: [&str; 3],
    observer: &mut dyn Observer,
) -> Result<Texts, EngineError> {
    let failed = EngineError::part(Role::TextEncoder);
    let _scope = device.enter("text encoder", MemoryKind::Activations);
    let tokenizer =
        Tokenizer::open(checkpoint.tokenizer()).map_err(EngineError::part(Role::Tokenizer))?;
    let set = checkpoint.weights(Role::TextEncoder);
    let config = TextEncoderConfig::detect(set).map_err(&failed)?;
    let encoder = TextEncoder::new(&Weights::new(set, device), &config).map_err(&failed)?;
    let mut rows = Vec::new();
    for (idx, text) in texts.into_iter().enumerate() {
        observer.progress(idx as u32, texts.len() as u32);
        let encoding = tokenizer
            .encode(text)
            .map_err(EngineError::part(Role::Tokenizer))?;
        if idx == 0 && encoding.truncated {
            let message = format!(
                "The prompt has {} tokens; the model reads 512, the end was left out.",
                encoding.num_tokens_untruncated
            );
            observer.warning(Warning {
                code: WarningCode::Tokens,
                message,
            });
        }
        let embedding = encoder.forward(&encoding.ids).map_err(&failed)?;
        rows.push(
            embedding
                .to_vec()
                .map_err(ModelError::from)
                .map_err(&failed)?,
        );
    }
    observer.progress(texts.len() as u32, texts.len() as u32);
    let mut rows = rows.into_iter();
    let mut next = || rows.next().unwrap_or_default();
    Ok(Texts {
        dim: config.dim,
        prompt: next(),
        video_negative: next(),
        audio_negative: next(),
    })
}

/// Encode the given picture.
///
/// # Errors
/// If the VAE cannot be read or the job is cancelled.
pub fn encode_first_frame(
    checkpoint: &Checkpoint,
    device: &Device,
    picture: &Preprocessed,
) -> Result<FirstFrame, EngineError> {
    let failed = EngineError::part(Role::VideoVae);
    let _scope = device.enter("video VAE encoder", MemoryKind::Activations);
    let encode = || -> ovi_models::Result<FirstFrame> {
        let weights = Weights::new(checkpoint.weights(Role::VideoVae), device);
        let encoder = VideoEncoder::new(&weights, LatentStats::wan22(device)?)?;
        let shape = [3, picture.height, picture.width];
        let frame = Tensor::from_vec(picture.values.clone(), &shape, device)?
            .permute(&[1, 2, 0])?
            .contiguous()?;
        let latent = encoder.encode(&[frame])?;
        Ok(FirstFrame {
            values: latent.to_vec()?,
            shape: latent.shape().to_vec(),
        })
    };
    encode().map_err(failed)
}

/// Remove the noise step by step.
///
/// # Errors
/// If the transformer cannot be read, numbers overflow, or the job is cancelled.
pub fn sample(
    checkpoint: &Checkpoint,
    device: &Device,
    start: &Sampling<'_>,
    observer: &mut dyn Observer,
) -> Result<Latents, EngineError> {
    let failed = EngineError::part(Role::Transformer);
    let _scope = device.enter("transformer", MemoryKind::Activations);
    let set = checkpoint.weights(Role::Transformer);
    let config = FusionConfig::detect(set).map_err(&failed)?;
    let model = FusionTransformer::new(&Weights::new(set, device), &config).map_err(&failed)?;
    let layers = model.num_layers();
    // The default layer is the published models'; the small test pattern need not have it.
    let is_published = !checkpoint.info.is_test_pattern;
    if let Some(layer) = start
        .settings
        .guidance
        .skip_layer
        .filter(|&layer| is_published && layer >= layers)
    {
        let message = format!("Skip-layer {layer} has no effect: this model has {layers} blocks.");
        observer.warning(Warning {
            code: WarningCode::NoEffect,
            message,
        });
    }
    let mut denoiser = denoiser(&model, &config, device, start).map_err(&failed)?;
    let total = start.settings.steps as u32;
    observer.progress(0, total);
    while let Some(step) = denoiser.step().map_err(&failed)? {
        let latents = download(denoiser.latents()).map_err(&failed)?;
        if !latents
            .video
            .iter()
            .chain(&latents.audio)
            .all(|value| value.is_finite())
        {
            return Err(EngineError::NotFinite {
                place: format!("sampling step {step} of {total}"),
            });
        }
        observer.progress(step as u32, total);
        if step > 1 {
            preview(&latents, step as u32, observer);
        }
    }
    let latents = denoiser.finish().map_err(&failed)?;
    download(&latents).map_err(&failed)
}

fn denoiser<'m>(
    model: &'m FusionTransformer,
    config: &FusionConfig,
    device: &Device,
    start: &Sampling<'_>,
) -> ovi_models::Result<Denoiser<'m>> {
    let [frames, height, width] = start.shape.latent_grid();
    let video_shape = [config.video.in_dim, frames, height, width];
    let audio_shape = [start.shape.audio_steps, config.audio.in_dim];
    let draw = |shape: &[usize]| {
        Tensor::from_vec(start.noise.normal(shape.iter().product()), shape, device)
    };
    let texts = start.texts;
    let upload = |rows: &[f32]| {
        Tensor::from_vec(rows.to_vec(), &[rows.len() / texts.dim, texts.dim], device)
    };
    let text = TextPair {
        positive: upload(&texts.prompt)?,
        video_negative: upload(&texts.video_negative)?,
        audio_negative: upload(&texts.audio_negative)?,
    };
    let first_frame = match start.first_frame {
        Some(frame) => Some(Tensor::from_vec(
            frame.values.clone(),
            &frame.shape,
            device,
        )?),
        None => None,
    };
    let settings = start.settings;
    let solver = || scheduler(settings.solver, settings.steps, settings.shift);
    let noise = LatentPair {
        video: draw(&video_shape)?,
        audio: draw(&audio_shape)?,
    };
    Denoiser::new(
        model,
        &text,
        settings.guidance,
        first_frame,
        noise,
        [solver()?, solver()?],
    )
}

fn download(latents: &LatentPair) -> ovi_models::Result<Latents> {
    Ok(Latents {
        video: latents.video.to_vec()?,
        video_shape: latents.video.shape().to_vec(),
        audio: latents.audio.to_vec()?,
        audio_shape: latents.audio.shape().to_vec(),
    })
}

/// A linear estimate of every latent frame.
fn preview(latents: &Latents, step: u32, observer: &mut dyn Observer) {
    let &[channels, frames, height, width] = latents.video_shape.as_slice() else {
        return;
    };
    let pixels = height * width;
    let frame = |idx: usize| {
        let planes = (0..channels).flat_map(|c| {
            let start = (c * frames + idx) * pixels;
            latents.video[start..start + pixels].iter().copied()
        });
        preview_rgb(&planes.collect::<Vec<_>>(), pixels)
    };
    if let Some(pictures) = (0..frames).map(frame).collect::<Option<Vec<_>>>() {
        observer.preview(step, [width as u32, height as u32], pictures);
    }
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

/// Decode latent frame by latent frame; every frame `[height, width, 3]` in [-1, 1] goes to `sink`
/// as soon as it exists.
///
/// # Errors
/// If the VAE cannot be read, numbers overflow, `sink` fails, or the job is cancelled.
pub fn decode_picture(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    sink: &mut dyn FnMut(&[f32]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let failed = EngineError::part(Role::VideoVae);
    let _scope = device.enter("video VAE decoder", MemoryKind::Activations);
    let mut refused = None;
    let mut num_frames = 0;
    let mut decode = || -> ovi_models::Result<()> {
        let weights = Weights::new(checkpoint.weights(Role::VideoVae), device);
        let decoder = VideoDecoder::new(&weights, LatentStats::wan22(device)?)?;
        let video = Tensor::from_vec(latents.video.clone(), &latents.video_shape, device)?;
        decoder.decode(&video, &mut |frame| {
            num_frames += 1;
            let values = frame.to_vec()?;
            let result = if values.iter().all(|value| value.is_finite()) {
                sink(&values)
            } else {
                Err(EngineError::NotFinite {
                    place: format!("frame {num_frames}"),
                })
            };
            // The decoder stops at the first error; its own type cannot carry ours.
            result.map_err(|error| {
                refused = Some(error);
                ModelError::Parameter {
                    what: "frame",
                    reason: "refused by the receiver".into(),
                }
            })
        })
    };
    let result = decode();
    match refused {
        Some(error) => Err(error),
        None => result.map_err(failed),
    }
}
