//! 16 kHz mel VAE: latents `[l, 20]` to log-mel `[2l, 80]` and back (spec: audio-vae-vocoder 3, 4).
//!
//! Magnitude-preserving: weights are normalised once at load, there are no biases and no learned
//! norms. Signals are `[time, channels]`.

mod blocks;
mod decoder;
mod encoder;

pub use decoder::AudioDecoder;
pub use encoder::{AudioEncoder, AudioMoments};

use ovi_tensor::{MemoryKind, Tensor};
use ovi_weights::WeightSet;

use crate::{ModelError, Result, Weights};

/// Sizes of the VAE, read from its tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioVaeConfig {
    /// Mel bins.
    pub data_dim: usize,
    /// Latent channels.
    pub embed_dim: usize,
    /// Width of level 0; levels 1 and 2 have twice and four times as much.
    pub hidden_dim: usize,
}

impl AudioVaeConfig {
    /// Read the sizes.
    ///
    /// # Errors
    /// [`ModelError::WrongModel`] if this is not the VAE, or the one for 44.1 kHz.
    pub fn detect(set: &WeightSet) -> Result<Self> {
        let extent = |name: &str, axis: usize| {
            let missing = || {
                ModelError::wrong(
                    "audio VAE",
                    format!("tensor {name} is missing or malformed"),
                )
            };
            set.shape(name)
                .and_then(|shape| shape.get(axis))
                .copied()
                .ok_or_else(missing)
        };
        let data_dim = extent("data_mean", 1)?;
        let (hidden_dim, embed_dim) = if set.contains("decoder.conv_in.weight") {
            (
                extent("decoder.conv_out.weight", 1)?,
                extent("decoder.conv_in.weight", 1)?,
            )
        } else {
            (
                extent("encoder.conv_in.weight", 0)?,
                extent("encoder.conv_out.weight", 0)? / 2,
            )
        };
        if data_dim == 128 && embed_dim == 40 {
            let reason = "this is the 44.1 kHz VAE (128 mel bins, 40 channels); Ovi needs the 16 kHz one (80, 20)";
            return Err(ModelError::wrong("audio VAE", reason));
        }
        Ok(Self {
            data_dim,
            embed_dim,
            hidden_dim,
        })
    }
}

/// Per-bin mean and deviation of the log-mel.
#[derive(Clone, Debug)]
struct MelStats {
    mean: Tensor,
    std: Tensor,
}

impl MelStats {
    fn new(weights: &Weights, data_dim: usize) -> Result<Self> {
        Ok(Self {
            mean: weights.vector("data_mean", data_dim)?,
            std: weights.vector("data_std", data_dim)?,
        })
    }

    fn denormalise(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.mul(&self.std)?.add(&self.mean)?)
    }

    /// Statistics that turn [`MelStats::denormalise`] into its inverse.
    fn inverted(weights: &Weights, data_dim: usize) -> Result<Self> {
        let read = |name: &str| -> Result<Vec<f32>> {
            Ok(weights.get_shaped(name, &[1, data_dim, 1])?.to_f32()?)
        };
        let (mean, std) = (read("data_mean")?, read("data_std")?);
        let _scope = weights.device().enter_kind(MemoryKind::Weights);
        let upload = |values: Vec<f32>| Tensor::from_vec(values, &[data_dim], weights.device());
        Ok(Self {
            mean: upload(mean.iter().zip(&std).map(|(m, s)| -m / s).collect())?,
            std: upload(std.iter().map(|s| 1.0 / s).collect())?,
        })
    }
}
