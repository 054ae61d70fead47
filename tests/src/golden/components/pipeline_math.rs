//! Complete denoising loops from given noise and embeddings.

use anyhow::{Context, Result};
use ovi_engine::pipeline::{Denoiser, Guidance, LatentPair, TextPair, WHOLE_RUN};
use ovi_models::schedulers::{Solver, scheduler};

use super::fusion::load;
use crate::golden::{Case, Check};

pub fn pipeline_math(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let model = load(case, device)?;
    let name = case.config("solver").as_str().context("config.solver")?;
    let solver = Solver::from_name(name).context("unknown solver")?;
    let (steps, shift) = (case.size("steps")?, case.number("shift")?);
    let guidance = Guidance {
        video: case.number("video_guidance_scale")? as f32,
        audio: case.number("audio_guidance_scale")? as f32,
        skip_layer: case
            .config("slg_layer")
            .as_u64()
            .map(|layer| layer as usize),
        skip_window: WHOLE_RUN,
    };
    let positive = case.input("text_pos")?;
    let text = TextPair {
        positive,
        video_negative: case.input("text_video_neg")?,
        audio_negative: case.input("text_audio_neg")?,
    };
    let first_frame = case.config("i2v").as_bool().unwrap_or(false);
    let first_frame = first_frame
        .then(|| case.input("first_frame_latent"))
        .transpose()?;
    let noise = LatentPair {
        video: case.input("video_noise")?,
        audio: case.input("audio_noise")?,
    };
    let schedulers = [
        scheduler(solver, steps, shift)?,
        scheduler(solver, steps, shift)?,
    ];
    let mut denoiser = Denoiser::new(&model, &text, guidance, first_frame, noise, schedulers)?;
    while denoiser.step()?.is_some() {}
    let latents = denoiser.finish()?;
    check.tensor("video_latents", &latents.video)?;
    check.tensor("audio_latents", &latents.audio)
}
