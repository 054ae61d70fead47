//! Audio latents to log-mel (spec: audio-vae-vocoder 4.1).

use ovi_tensor::{Conv, Tensor, Unary};

use super::blocks::{Middle, ResBlock, SILU_GAIN, learned_gain, level_blocks, mp_conv};
use super::{AudioVaeConfig, MelStats};
use crate::{Result, Weights};

/// Level after whose blocks the signal is doubled.
const UPSAMPLE_LEVEL: usize = 1;

/// Decoder half, `decoder.*`.
#[derive(Clone, Debug)]
pub struct AudioDecoder {
    conv_in: Conv,
    middle: Middle,
    /// Levels 0, 1, 2; run in reverse.
    levels: Vec<Vec<ResBlock>>,
    upsample: Conv,
    conv_out: Conv,
    stats: MelStats,
}

impl AudioDecoder {
    /// # Errors
    /// If tensors are missing or do not fit `config`.
    pub fn new(weights: &Weights, config: &AudioVaeConfig) -> Result<Self> {
        let decoder = weights.scope("decoder");
        let level = |idx: usize| level_blocks(&decoder.scope(format_args!("up.{idx}")));
        Ok(Self {
            conv_in: mp_conv(&decoder, "conv_in", 1.0)?,
            middle: Middle::new(&decoder.scope("mid"))?,
            levels: (0..3).map(level).collect::<Result<_>>()?,
            upsample: mp_conv(&decoder, &format!("up.{UPSAMPLE_LEVEL}.upsample.conv"), 1.0)?,
            conv_out: mp_conv(&decoder, "conv_out", SILU_GAIN * learned_gain(&decoder)?)?,
            stats: MelStats::new(weights, config.data_dim)?,
        })
    }

    /// Latents `[l, embed_dim]` to log10-mel `[2l, data_dim]`.
    ///
    /// # Errors
    /// If the channels differ or the job is cancelled.
    pub fn forward(&self, latent: &Tensor) -> Result<Tensor> {
        let mut x = self.middle.forward(&self.conv_in.forward_1d(latent, 1)?)?;
        for (idx, blocks) in self.levels.iter().enumerate().rev() {
            for block in blocks {
                x = block.clipped(&x)?;
            }
            if idx == UPSAMPLE_LEVEL {
                x = self.upsample.forward_1d(&repeat_twice(&x)?, 1)?;
            }
        }
        self.stats
            .denormalise(&self.conv_out.forward_1d(&x.unary(Unary::Silu)?, 1)?)
    }
}

/// Every time step twice.
fn repeat_twice(x: &Tensor) -> Result<Tensor> {
    let [len, channels] = x.dims::<2>("repeat")?;
    let x = x.reshape(&[len, 1, channels])?;
    Ok(Tensor::cat(&[&x, &x], 1)?.reshape(&[2 * len, channels])?)
}
