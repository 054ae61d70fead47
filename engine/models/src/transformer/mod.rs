//! The denoiser: two transformers of equal depth, video and audio, fused block by block.
//!
//! Real model: 30 blocks, width 3072, 24 heads of 128, feed-forward 14336 in both towers, 11.66e9
//! parameters in 2,073 tensors. Input and output are the latents `[48, f, h, w]` and `[l, 20]` (spec:
//! fusion-dit).

mod block;
mod config;
mod positions;
mod tower;

use ovi_tensor::Tensor;

use block::TowerBlock;
pub use block::TowerState;
use config::Tower;
use tower::{TowerModel, unpatch};

pub use config::{FusionConfig, TowerConfig};
pub use positions::{RopeTable, timestep_features};

use crate::{ModelError, Result, Weights};

/// Embedded text of both towers for one prompt; computed once, used in every step.
#[derive(Clone, Debug)]
pub struct TextContext {
    video: Tensor,
    audio: Tensor,
}

/// Rotary tables for one latent size.
#[derive(Clone, Debug)]
pub struct Positions {
    video: RopeTable,
    audio: RopeTable,
}

/// Arguments of one pass besides text and positions.
#[derive(Clone, Copy, Debug)]
pub struct DenoiseInput<'a> {
    /// `[channels, frames, height, width]`, even height and width.
    pub video: &'a Tensor,
    /// `[length, channels]`.
    pub audio: &'a Tensor,
    /// 0 to 1000.
    pub timestep: f64,
    /// Latent frame 0 is a given picture and gets timestep 0.
    pub first_frame_is_clean: bool,
    /// Fusion block to leave out; only 1 and above count (spec: fusion-dit 5.8).
    pub skip_layer: Option<usize>,
}

/// Flow velocities of one pass, shaped like the latents.
#[derive(Clone, Debug)]
pub struct Velocity {
    /// `[channels, frames, height, width]`.
    pub video: Tensor,
    /// `[length, channels]`.
    pub audio: Tensor,
}

/// Block `N` of both towers.
#[derive(Clone, Debug)]
pub struct FusionBlock {
    video: TowerBlock,
    audio: TowerBlock,
}

impl FusionBlock {
    /// `weights` is the whole checkpoint; loads blocks `idx`.
    ///
    /// # Errors
    /// If tensors are missing or do not fit `config`.
    pub fn new(weights: &Weights, idx: usize, config: &FusionConfig) -> Result<Self> {
        weights.device().check_cancelled()?;
        let load = |tower: Tower, config| {
            TowerBlock::new(
                &weights
                    .scope(tower.prefix())
                    .scope(format_args!("blocks.{idx}")),
                config,
            )
        };
        Ok(Self {
            video: load(Tower::Video, &config.video)?,
            audio: load(Tower::Audio, &config.audio)?,
        })
    }

    /// Update both towers (spec: fusion-dit 5.6).
    ///
    /// # Errors
    /// If the job is cancelled or the device fails.
    pub fn forward(&self, video: &mut TowerState<'_>, audio: &mut TowerState<'_>) -> Result<()> {
        let video_mod = self.video.modulation(video)?;
        let audio_mod = self.audio.modulation(audio)?;
        let audio_y = self.audio.self_attention(audio, &audio_mod)?;
        let video_y = self.video.self_attention(video, &video_mod)?;
        // Both towers read the other's state from right after self-attention.
        let audio_z = self
            .audio
            .cross_attention(&audio_y, audio, (&video_y, video.rope))?;
        let video_z = self
            .video
            .cross_attention(&video_y, video, (&audio_y, audio.rope))?;
        drop((audio_y, video_y));
        audio.x = self.audio.feed_forward(&audio_z, &audio_mod)?;
        video.x = self.video.feed_forward(&video_z, &video_mod)?;
        Ok(())
    }
}

/// The twin transformer.
#[derive(Clone, Debug)]
pub struct FusionTransformer {
    video: TowerModel,
    audio: TowerModel,
    blocks: Vec<FusionBlock>,
}

impl FusionTransformer {
    /// Load from a checkpoint with the official names.
    ///
    /// # Errors
    /// If tensors are missing or do not fit `config`, or the device has no room.
    pub fn new(weights: &Weights, config: &FusionConfig) -> Result<Self> {
        if config.video.num_layers != config.audio.num_layers {
            let reason = format!(
                "{} video and {} audio blocks",
                config.video.num_layers, config.audio.num_layers
            );
            return Err(ModelError::wrong("fusion model", reason));
        }
        let load =
            |tower: Tower, config| TowerModel::new(&weights.scope(tower.prefix()), tower, config);
        let block = |idx| FusionBlock::new(weights, idx, config);
        Ok(Self {
            video: load(Tower::Video, &config.video)?,
            audio: load(Tower::Audio, &config.audio)?,
            blocks: (0..config.video.num_layers)
                .map(block)
                .collect::<Result<_>>()?,
        })
    }

    /// Number of fusion blocks.
    pub fn num_layers(&self) -> usize {
        self.blocks.len()
    }

    /// Embed the texts `[n, text_dim]` of both towers.
    ///
    /// # Errors
    /// If the width differs from the model's.
    pub fn embed_text(&self, video: &Tensor, audio: &Tensor) -> Result<TextContext> {
        Ok(TextContext {
            video: self.video.embed_text(video)?,
            audio: self.audio.embed_text(audio)?,
        })
    }

    /// Rotary tables for latents of `[frames, height, width]` and `audio_len` steps.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn positions(
        &self,
        [frames, height, width]: [usize; 3],
        audio_len: usize,
    ) -> Result<Positions> {
        let head_dim = |tower: &TowerModel| tower.config.dim / tower.config.num_heads;
        let device = self.device();
        let grid = [frames, height / 2, width / 2];
        let audio = &self.audio;
        Ok(Positions {
            video: RopeTable::video(grid, head_dim(&self.video), device)?,
            audio: RopeTable::audio(
                audio_len,
                audio.config.rope_scaling,
                head_dim(audio),
                device,
            )?,
        })
    }

    /// One pass: the velocity of both latents. Polls the device's cancel token between blocks.
    ///
    /// # Errors
    /// If the latents' sizes do not fit, the job is cancelled, or the device fails.
    pub fn forward(
        &self,
        input: &DenoiseInput<'_>,
        text: &TextContext,
        positions: &Positions,
    ) -> Result<Velocity> {
        let [_, frames, height, width] = input.video.dims::<4>("fusion transformer")?;
        if height % 2 != 0 || width % 2 != 0 {
            return Err(ModelError::parameter(
                "video latent",
                format!("{height}x{width} is not even"),
            ));
        }
        let (times, split) = if input.first_frame_is_clean {
            (vec![0.0, input.timestep], height * width / 4)
        } else {
            (vec![input.timestep], 0)
        };
        let video_time = self.video.embed_time(&times)?;
        let audio_time = self.audio.embed_time(&[input.timestep])?;
        let mut video = TowerState {
            x: self.video.embed_latent(input.video)?,
            text: &text.video,
            time: video_time.blocks.clone(),
            split,
            rope: &positions.video,
        };
        let mut audio = TowerState {
            x: self.audio.embed_latent(input.audio)?,
            text: &text.audio,
            time: audio_time.blocks.clone(),
            split: 0,
            rope: &positions.audio,
        };
        for (idx, block) in self.blocks.iter().enumerate() {
            self.device().check_cancelled()?;
            if input.skip_layer != Some(idx) || idx == 0 {
                block.forward(&mut video, &mut audio)?;
            }
        }
        let tokens = self.video.head(&video.x, &video_time, split)?;
        Ok(Velocity {
            video: unpatch(&tokens, [frames, height, width])?,
            audio: self.audio.head(&audio.x, &audio_time, 0)?,
        })
    }

    fn device(&self) -> &ovi_tensor::Device {
        self.video.device()
    }
}
