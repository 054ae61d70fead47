//! The twin transformer.

use anyhow::{Context, Result};
use ovi_models::Weights;
use ovi_models::transformer::{
    DenoiseInput, FusionConfig, FusionTransformer, RopeTable, TowerConfig, timestep_features,
};
use ovi_tensor::Device;
use serde_json::Value;

use crate::golden::case::size;
use crate::golden::{Case, Check};

/// Sizes of one tower as a case states them.
fn tower(json: &Value) -> Result<TowerConfig> {
    Ok(TowerConfig {
        in_dim: size(json, "in_dim")?,
        dim: size(json, "dim")?,
        ffn_dim: size(json, "ffn_dim")?,
        freq_dim: size(json, "freq_dim")?,
        num_heads: size(json, "num_heads")?,
        num_layers: size(json, "num_layers")?,
        text_dim: size(json, "text_dim")?,
        text_len: size(json, "text_len")?,
        eps: json["eps"].as_f64().context("eps")? as f32,
        rope_scaling: json["temporal_rope_scaling_factor"].as_f64().unwrap_or(1.0),
    })
}

/// Load the case's transformer.
pub fn load(case: &Case, device: &Device) -> Result<FusionTransformer> {
    let config = FusionConfig {
        video: tower(case.config("video"))?,
        audio: tower(case.config("audio"))?,
    };
    Ok(FusionTransformer::new(
        &Weights::new(&case.weights()?, device),
        &config,
    )?)
}

pub fn fusion_dit(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    if case.config("head_dim").is_u64() {
        return positions(case, check, device);
    }
    let model = load(case, device)?;
    let (video, audio) = (case.input("video")?, case.input("audio")?);
    let text = model.embed_text(&case.input("text_video")?, &case.input("text_audio")?)?;
    let [_, frames, height, width] = video.dims::<4>("video")?;
    let positions = model.positions([frames, height, width], audio.shape()[0])?;
    let timestep = case.number("timestep")?;
    let first_frame_is_clean = case
        .config("first_frame_is_clean")
        .as_bool()
        .unwrap_or(false);
    let mut pass = |skip_layer: Option<usize>, suffix: &str| -> Result<()> {
        let input = DenoiseInput {
            video: &video,
            audio: &audio,
            timestep,
            first_frame_is_clean,
            skip_layer,
        };
        let velocity = model.forward(&input, &text, &positions)?;
        let outputs = [("video", &velocity.video), ("audio", &velocity.audio)];
        for (name, tensor) in outputs {
            check.tensor(&format!("{name}{suffix}"), tensor)?;
            // The same network in BF16 throughout, within that type's loose tolerance.
            let rounded = format!("{name}{suffix}_bf16_compute");
            if case.has(&format!("out.{rounded}")) {
                check.tensor(&rounded, tensor)?;
            }
        }
        Ok(())
    };
    pass(None, "")?;
    for layer in case.config("slg_layers").as_array().into_iter().flatten() {
        let layer = layer.as_i64().context("slg_layers")?;
        let suffix = if layer < 0 {
            format!("_slg_minus{}", -layer)
        } else {
            format!("_slg_{layer}")
        };
        pass(usize::try_from(layer).ok(), &suffix)?;
    }
    Ok(())
}

fn positions(case: &Case, check: &mut Check<'_>, device: &Device) -> Result<()> {
    let (head_dim, num_heads) = (case.size("head_dim")?, case.size("num_heads")?);
    let grid: Vec<usize> = serde_json::from_value(case.config("video_grid_fhw").clone())?;
    let grid: [usize; 3] = grid.try_into().ok().context("video_grid_fhw")?;
    let scaling = case.number("temporal_rope_scaling_factor")?;
    let audio_len = case.size("audio_length")?;
    let tables = [
        ("video_q", RopeTable::video(grid, head_dim, device)?),
        (
            "audio_q",
            RopeTable::audio(audio_len, scaling, head_dim, device)?,
        ),
    ];
    for (name, table) in tables {
        let q = case.input(name)?;
        let tokens = q.num_elements() / (head_dim * num_heads);
        let rotated = table.rotate(&q.reshape(&[tokens, head_dim * num_heads])?, num_heads)?;
        let shape = case.stored(&format!("out.{name}_rotated"))?.shape;
        check.tensor(&format!("{name}_rotated"), &rotated.reshape(&shape)?)?;
    }
    let timesteps = case.stored("in.timesteps")?.to_f32()?;
    let timesteps: Vec<f64> = timesteps.into_iter().map(f64::from).collect();
    let freq_dim = case.size("freq_dim")?;
    let features = timestep_features(&timesteps, freq_dim);
    check.values("time_sinusoid", &features, &[timesteps.len(), freq_dim])
}
