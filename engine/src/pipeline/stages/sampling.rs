//! Noise to latents, with looks and listens on the way.

use ovi_models::Weights;
use ovi_models::schedulers::scheduler;
use ovi_models::transformer::{FusionConfig, FusionTransformer};
use ovi_models::video_vae::preview_rgb;
use ovi_tensor::{Device, MemoryKind, NoiseSource, Tensor};

use super::{FirstFrame, Texts, decode_sound};
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::pipeline::denoise::{Denoiser, LatentPair, TextPair};
use crate::pipeline::observer::Observer;
use crate::pipeline::settings::{ClipShape, Settings};
use crate::protocol::{Role, SoundPreview, Warning, WarningCode};

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

impl Latents {
    /// Bytes of host memory.
    pub fn num_bytes(&self) -> u64 {
        (size_of_val(self.video.as_slice()) + size_of_val(self.audio.as_slice())) as u64
    }
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
    /// When the latents are shown and heard.
    pub previews: Previews,
}

/// When the latents are shown and heard during sampling; neither changes the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Previews {
    /// Steps between pictures, from the second step on; 0 is never.
    pub every: u32,
    /// When the sound is decoded.
    pub sound: SoundPreview,
}

impl Previews {
    fn shows(self, step: u32) -> bool {
        step >= 2 && (step - 2).checked_rem(self.every) == Some(0)
    }

    /// Not after the last step: the sound itself comes next.
    fn sounds(self, step: u32, total: u32) -> bool {
        let is_due = match self.sound {
            SoundPreview::Off => false,
            SoundPreview::Half => step == total.div_ceil(2),
            SoundPreview::Every(steps) => step.checked_rem(steps) == Some(0),
        };
        is_due && step < total
    }
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
    let mut is_heard = true;
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
        let step = step as u32;
        observer.progress(step, total);
        if start.previews.shows(step) {
            preview(&latents, step, observer);
        }
        if is_heard && start.previews.sounds(step, total) {
            is_heard = hear(checkpoint, device, &latents, step, observer)?;
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

/// Decode the sound as it is now; the networks are released before the next step. A preview that
/// fails ends the previews, not the job, and is told.
fn hear(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    step: u32,
    observer: &mut dyn Observer,
) -> Result<bool, EngineError> {
    match decode_sound(checkpoint, device, latents, &mut ()) {
        Ok(sound) => {
            let limited = sound.samples.iter().map(|sample| sample.clamp(-1.0, 1.0));
            observer.heard(step, limited.collect());
            Ok(true)
        }
        Err(error) if error.is_cancelled() => Err(error),
        Err(error) => {
            let message = format!(
                "No more sound previews, one after step {step} failed: {}",
                error.report().message
            );
            observer.warning(Warning {
                code: WarningCode::NoEffect,
                message,
            });
            Ok(false)
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_come_when_they_were_asked_for() {
        let steps = |previews: Previews| -> [Vec<u32>; 2] {
            let told =
                |is_due: &dyn Fn(u32) -> bool| (1..=9).filter(|step| is_due(*step)).collect();
            [
                told(&|step| previews.shows(step)),
                told(&|step| previews.sounds(step, 9)),
            ]
        };
        let none: Vec<u32> = Vec::new();
        let with = |every, sound| steps(Previews { every, sound });
        assert_eq!(with(0, SoundPreview::Off), [none.clone(), none]);
        assert_eq!(with(3, SoundPreview::Half), [vec![2, 5, 8], vec![5]]);
        assert_eq!(
            with(1, SoundPreview::Every(3)),
            [(2..=9).collect::<Vec<_>>(), vec![3, 6]]
        );
    }
}
