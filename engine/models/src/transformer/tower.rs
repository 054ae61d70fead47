//! What surrounds the blocks of one tower: embeddings of latents, text and time, and the head.

use ovi_tensor::{Linear, Tensor, Unary};

use super::config::{Tower, TowerConfig, conv_mlp_hidden};
use super::positions::timestep_features;
use crate::nn::UnfoldedConv1d;
use crate::{Result, Weights};

/// Taps of the audio input convolutions.
const AUDIO_TAPS: usize = 7;

/// How latents become tokens.
#[derive(Clone, Debug)]
enum PatchEmbedding {
    /// 2x2 patches of video latents.
    Video(Linear),
    /// Convolution, then a gated convolutional MLP.
    Audio(Box<AudioEmbedding>),
}

/// Convolutions of the audio input.
#[derive(Clone, Debug)]
struct AudioEmbedding {
    input: UnfoldedConv1d,
    w1: UnfoldedConv1d,
    w2: UnfoldedConv1d,
    w3: UnfoldedConv1d,
}

/// Timestep embedding: `e` `[groups, dim]` for the head, `e0` `[groups, 6 * dim]` for the blocks.
pub(super) struct TimeEmbedding {
    pub(super) head: Tensor,
    pub(super) blocks: Tensor,
}

/// One tower.
#[derive(Clone, Debug)]
pub(super) struct TowerModel {
    patch: PatchEmbedding,
    text: [Linear; 2],
    time: [Linear; 2],
    time_projection: Linear,
    head: Linear,
    head_modulation: Tensor,
    pub(super) config: TowerConfig,
}

impl TowerModel {
    /// `weights` is scoped to the tower's prefix.
    pub(super) fn new(weights: &Weights, tower: Tower, config: &TowerConfig) -> Result<Self> {
        let dim = config.dim;
        let (patch, out_dim) = match tower {
            Tower::Video => {
                let patch_dim = 4 * config.in_dim;
                (
                    PatchEmbedding::Video(weights.linear("patch_embedding", patch_dim, dim)?),
                    patch_dim,
                )
            }
            Tower::Audio => (
                audio_embedding(&weights.scope("patch_embedding"), config)?,
                config.in_dim,
            ),
        };
        Ok(Self {
            patch,
            text: [
                weights.linear("text_embedding.0", config.text_dim, dim)?,
                weights.linear("text_embedding.2", dim, dim)?,
            ],
            time: [
                weights.linear("time_embedding.0", config.freq_dim, dim)?,
                weights.linear("time_embedding.2", dim, dim)?,
            ],
            time_projection: weights.linear("time_projection.1", dim, 6 * dim)?,
            head: weights.linear("head.head", dim, out_dim)?,
            head_modulation: weights.vector("head.modulation", 2 * dim)?,
            config: config.clone(),
        })
    }

    pub(super) fn device(&self) -> &ovi_tensor::Device {
        self.head_modulation.device()
    }

    /// Embedded text `[text_len, dim]` of `[n, text_dim]`; missing rows are zero **before** the MLP.
    pub(super) fn embed_text(&self, text: &Tensor) -> Result<Tensor> {
        let [rows, _] = text.dims::<2>("text embedding")?;
        let text = text.narrow(0, 0, rows.min(self.config.text_len))?;
        let padded = text.pad_zero(0, 0, self.config.text_len - text.shape()[0])?;
        Ok(self.text[1].forward(&self.text[0].forward(&padded)?.unary(Unary::GeluTanh)?)?)
    }

    /// One row per distinct timestep.
    pub(super) fn embed_time(&self, timesteps: &[f64]) -> Result<TimeEmbedding> {
        let features = timestep_features(timesteps, self.config.freq_dim);
        let shape = [timesteps.len(), self.config.freq_dim];
        let features = Tensor::from_vec(features, &shape, self.device())?;
        let head = self.time[1].forward(&self.time[0].forward(&features)?.unary(Unary::Silu)?)?;
        let blocks = self.time_projection.forward(&head.unary(Unary::Silu)?)?;
        Ok(TimeEmbedding { head, blocks })
    }

    /// Tokens `[tokens, dim]` of `[c, f, h, w]` video or `[l, c]` audio latents.
    pub(super) fn embed_latent(&self, latent: &Tensor) -> Result<Tensor> {
        match &self.patch {
            PatchEmbedding::Video(linear) => Ok(linear.forward(&patches(latent)?)?),
            PatchEmbedding::Audio(conv) => {
                let y = conv.input.forward(latent)?.unary(Unary::Silu)?;
                let gate = conv.w1.forward(&y)?.unary(Unary::Silu)?;
                conv.w2.forward(&gate.mul(&conv.w3.forward(&y)?)?)
            }
        }
    }

    /// Modulated norm and projection; `[tokens, out]`.
    pub(super) fn head(&self, x: &Tensor, time: &TimeEmbedding, split: usize) -> Result<Tensor> {
        let dim = self.config.dim;
        let row = |idx: usize| -> Result<Tensor> {
            Ok(time
                .head
                .add(&self.head_modulation.narrow(0, idx * dim, dim)?)?)
        };
        Ok(self
            .head
            .forward(&x.modulate(&row(0)?, &row(1)?, self.config.eps, split)?)?)
    }
}

fn audio_embedding(weights: &Weights, config: &TowerConfig) -> Result<PatchEmbedding> {
    let (dim, hidden) = (config.dim, conv_mlp_hidden(config.dim));
    let conv = |name: &str, sizes| UnfoldedConv1d::new(weights, name, sizes, AUDIO_TAPS);
    Ok(PatchEmbedding::Audio(Box::new(AudioEmbedding {
        input: conv("0", [config.in_dim, dim])?,
        w1: conv("2.w1", [dim, hidden])?,
        w2: conv("2.w2", [hidden, dim])?,
        w3: conv("2.w3", [dim, hidden])?,
    })))
}

/// `[c, f, h, w]` to `[f * h/2 * w/2, c * 4]`: channel slowest, then row, then column of the patch.
fn patches(latent: &Tensor) -> Result<Tensor> {
    let [c, f, h, w] = latent.dims::<4>("patches")?;
    let split = latent.reshape(&[c, f, h / 2, 2, w / 2, 2])?;
    Ok(split
        .permute(&[1, 2, 4, 0, 3, 5])?
        .reshape(&[f * h * w / 4, c * 4])?)
}

/// The inverse for the head's order: row, column, channel fastest.
pub(super) fn unpatch(tokens: &Tensor, [f, h, w]: [usize; 3]) -> Result<Tensor> {
    let [_, width] = tokens.dims::<2>("unpatch")?;
    let c = width / 4;
    let split = tokens.reshape(&[f, h / 2, w / 2, 2, 2, c])?;
    Ok(split.permute(&[5, 0, 1, 3, 2, 4])?.reshape(&[c, f, h, w])?)
}
