//! The denoising loop: two passes, guidance, one solver step for each latent (spec: pipeline 7).

use ovi_models::schedulers::Scheduler;
use ovi_models::transformer::{DenoiseInput, FusionTransformer, Positions, TextContext};
use ovi_models::{ModelError, Result};
use ovi_tensor::Tensor;

/// Strength of the prompt against the negatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guidance {
    /// Factor on the picture's difference.
    pub video: f32,
    /// Factor on the sound's difference.
    pub audio: f32,
    /// Block the negative pass leaves out.
    pub skip_layer: Option<usize>,
    /// Part of the run in which it does, as shares of the steps; [`WHOLE_RUN`] is all of it.
    pub skip_window: [f64; 2],
}

/// Every step of a run.
pub const WHOLE_RUN: [f64; 2] = [0.0, 1.0];

impl Guidance {
    /// Whether the negative pass can change the result.
    pub fn needs_negative(&self) -> bool {
        self.video != 1.0 || self.audio != 1.0
    }

    /// The block left out in step `step` (from 0) of `total`: inside the window is a step whose
    /// middle is.
    fn skip_layer_at(&self, step: usize, total: usize) -> Option<usize> {
        let [start, end] = self.skip_window;
        let share = (step as f64 + 0.5) / total.max(1) as f64;
        self.skip_layer.filter(|_| (start..=end).contains(&share))
    }
}

/// Latents of picture `[c, f, h, w]` and sound `[l, c]`.
#[derive(Clone, Debug)]
pub struct LatentPair {
    /// Picture.
    pub video: Tensor,
    /// Sound.
    pub audio: Tensor,
}

/// Embedded texts `[n, text_dim]`; the prompt serves both towers.
#[derive(Clone, Debug)]
pub struct TextPair {
    /// Prompt.
    pub positive: Tensor,
    /// What the picture should avoid.
    pub video_negative: Tensor,
    /// What the sound should avoid.
    pub audio_negative: Tensor,
}

/// One run from noise to clean latents.
pub struct Denoiser<'m> {
    model: &'m FusionTransformer,
    positive: TextContext,
    negative: Option<TextContext>,
    positions: Positions,
    guidance: Guidance,
    /// Clean latent of the given picture, `[c, 1, h, w]`.
    first_frame: Option<Tensor>,
    latents: LatentPair,
    schedulers: [Box<dyn Scheduler>; 2],
    step: usize,
}

impl<'m> Denoiser<'m> {
    /// Start from `noise`; `schedulers` are for picture and sound, fresh and with equal schedules.
    ///
    /// # Errors
    /// If texts or latents do not fit the model.
    pub fn new(
        model: &'m FusionTransformer,
        text: &TextPair,
        guidance: Guidance,
        first_frame: Option<Tensor>,
        noise: LatentPair,
        schedulers: [Box<dyn Scheduler>; 2],
    ) -> Result<Self> {
        let [_, frames, height, width] = noise.video.dims::<4>("denoiser")?;
        let positions = model.positions([frames, height, width], noise.audio.shape()[0])?;
        let negative = guidance.needs_negative();
        let negative = negative
            .then(|| model.embed_text(&text.video_negative, &text.audio_negative))
            .transpose()?;
        Ok(Self {
            model,
            positive: model.embed_text(&text.positive, &text.positive)?,
            negative,
            positions,
            guidance,
            first_frame,
            latents: noise,
            schedulers,
            step: 0,
        })
    }

    /// Take the next step. Returns the number of steps taken, or `None` when all were.
    ///
    /// # Errors
    /// If the job is cancelled, numbers overflow, or the device fails.
    pub fn step(&mut self) -> Result<Option<usize>> {
        let Some(&timestep) = self.schedulers[0].schedule().timesteps.get(self.step) else {
            return Ok(None);
        };
        self.latents.video = self.with_first_frame()?;
        let positive = self.pass(timestep, &self.positive, None)?;
        let velocity = match &self.negative {
            Some(text) => {
                let total = self.schedulers[0].schedule().num_steps();
                let skipped = self.guidance.skip_layer_at(self.step, total);
                let negative = self.pass(timestep, text, skipped)?;
                LatentPair {
                    video: guided(&positive.video, &negative.video, self.guidance.video)?,
                    audio: guided(&positive.audio, &negative.audio, self.guidance.audio)?,
                }
            }
            None => positive,
        };
        let [video, audio] = &mut self.schedulers;
        self.latents = LatentPair {
            video: video.step(&self.latents.video, &velocity.video)?,
            audio: audio.step(&self.latents.audio, &velocity.audio)?,
        };
        self.step += 1;
        Ok(Some(self.step))
    }

    /// Latents as they are now.
    pub fn latents(&self) -> &LatentPair {
        &self.latents
    }

    /// The result, with the given picture's frame in place.
    ///
    /// # Errors
    /// If steps are missing.
    pub fn finish(mut self) -> Result<LatentPair> {
        let total = self.schedulers[0].schedule().num_steps();
        if self.step < total {
            let reason = format!("{} of {total} steps were taken", self.step);
            return Err(ModelError::Parameter {
                what: "denoiser",
                reason,
            });
        }
        self.latents.video = self.with_first_frame()?;
        Ok(self.latents)
    }

    fn with_first_frame(&self) -> Result<Tensor> {
        let Some(first) = &self.first_frame else {
            return Ok(self.latents.video.clone());
        };
        let frames = self.latents.video.shape()[1];
        let rest = self.latents.video.narrow(1, 1, frames - 1)?;
        Ok(Tensor::cat(&[first, &rest], 1)?)
    }

    fn pass(
        &self,
        timestep: f64,
        text: &TextContext,
        skip_layer: Option<usize>,
    ) -> Result<LatentPair> {
        let input = DenoiseInput {
            video: &self.latents.video,
            audio: &self.latents.audio,
            timestep,
            first_frame_is_clean: self.first_frame.is_some(),
            skip_layer,
        };
        let velocity = self.model.forward(&input, text, &self.positions)?;
        Ok(LatentPair {
            video: velocity.video,
            audio: velocity.audio,
        })
    }
}

/// `negative + factor * (positive - negative)`.
fn guided(positive: &Tensor, negative: &Tensor, factor: f32) -> Result<Tensor> {
    let difference = positive.add(&negative.affine(-1.0, 0.0)?)?;
    Ok(negative.add(&difference.affine(factor, 0.0)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skip_window_is_a_share_of_the_steps() {
        let skipped = |skip_window, total| -> Vec<usize> {
            let guidance = Guidance {
                video: 4.0,
                audio: 3.0,
                skip_layer: Some(11),
                skip_window,
            };
            let is_skipped = |&step: &usize| guidance.skip_layer_at(step, total) == Some(11);
            (0..total).filter(is_skipped).collect()
        };
        for total in [1, 2, 7, 160] {
            assert_eq!(skipped(WHOLE_RUN, total), (0..total).collect::<Vec<_>>());
        }
        assert_eq!(skipped([0.25, 0.75], 8), [2, 3, 4, 5]);
        assert_eq!(skipped([0.0, 0.5], 3), [0, 1]);
        assert!(skipped([0.5, 0.5], 4).is_empty());
    }
}
