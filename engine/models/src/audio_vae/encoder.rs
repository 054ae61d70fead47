//! Log-mel to audio latents (spec: audio-vae-vocoder 4.2).

use ovi_tensor::{Conv, Tensor, Unary};

use super::blocks::{Middle, ResBlock, SILU_GAIN, learned_gain, level_blocks, mp_conv};
use super::{AudioVaeConfig, MelStats};
use crate::{Result, Weights};

/// Level after whose blocks the signal is halved.
const DOWNSAMPLE_LEVEL: usize = 0;

/// Encoder half, `encoder.*`.
#[derive(Clone, Debug)]
pub struct AudioEncoder {
    conv_in: Conv,
    levels: Vec<Vec<ResBlock>>,
    downsample: [Conv; 2],
    middle: Middle,
    conv_out: Conv,
    stats: MelStats,
    embed_dim: usize,
}

/// Gaussian over latents; Ovi uses the mean.
#[derive(Clone, Debug)]
pub struct AudioMoments {
    /// `[l, embed_dim]`.
    pub mean: Tensor,
    /// `[l, embed_dim]`, limited to [-30, 20].
    pub log_variance: Tensor,
}

impl AudioEncoder {
    /// # Errors
    /// If tensors are missing or do not fit `config`.
    pub fn new(weights: &Weights, config: &AudioVaeConfig) -> Result<Self> {
        let encoder = weights.scope("encoder");
        let level = |idx: usize| level_blocks(&encoder.scope(format_args!("down.{idx}")));
        let down = encoder.scope(format_args!("down.{DOWNSAMPLE_LEVEL}.downsample"));
        Ok(Self {
            conv_in: mp_conv(&encoder, "conv_in", 1.0)?,
            levels: (0..3).map(level).collect::<Result<_>>()?,
            downsample: [mp_conv(&down, "conv1", 1.0)?, mp_conv(&down, "conv2", 1.0)?],
            middle: Middle::new(&encoder.scope("mid"))?,
            conv_out: mp_conv(&encoder, "conv_out", SILU_GAIN * learned_gain(&encoder)?)?,
            stats: MelStats::inverted(weights, config.data_dim)?,
            embed_dim: config.embed_dim,
        })
    }

    /// Log10-mel `[frames, data_dim]` to moments of `frames / 2` latents.
    ///
    /// # Errors
    /// If the bins differ or the job is cancelled.
    pub fn forward(&self, mel: &Tensor) -> Result<AudioMoments> {
        let mut x = self.conv_in.forward_1d(&self.stats.denormalise(mel)?, 1)?;
        for (idx, blocks) in self.levels.iter().enumerate() {
            for block in blocks {
                x = block.clipped(&x)?;
            }
            if idx == DOWNSAMPLE_LEVEL {
                let halved = mean_of_pairs(&self.downsample[0].forward_1d(&x, 1)?)?;
                x = self.downsample[1].forward_1d(&halved, 1)?;
            }
        }
        let x = self.middle.forward(&x)?;
        let moments = self.conv_out.forward_1d(&x.unary(Unary::Silu)?, 1)?;
        let limit = Unary::Clamp {
            low: -30.0,
            high: 20.0,
        };
        Ok(AudioMoments {
            mean: moments.narrow(1, 0, self.embed_dim)?.contiguous()?,
            log_variance: moments
                .narrow(1, self.embed_dim, self.embed_dim)?
                .unary(limit)?,
        })
    }
}

/// Mean of time steps (0, 1), (2, 3), …; an odd last one is dropped.
fn mean_of_pairs(x: &Tensor) -> Result<Tensor> {
    let [len, channels] = x.dims::<2>("mean of pairs")?;
    let pairs = x
        .narrow(0, 0, len / 2 * 2)?
        .reshape(&[len / 2, 2, channels])?;
    let half = |idx: usize| pairs.narrow(1, idx, 1)?.reshape(&[len / 2, channels]);
    Ok(half(0)?.add(&half(1)?)?.affine(0.5, 0.0)?)
}
