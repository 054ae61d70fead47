//! BigVGAN generator: log10-mel `[frames, 80]` to 16 kHz samples (spec: audio-vae-vocoder 5, 6).
//!
//! Signals are `[time, channels]`. Real model: width 1536 halved over six stages of rates
//! 4, 4, 2, 2, 2, 2; three blocks of kernel 3, 7, 11 and dilations 1, 3, 5 in each.

mod activation;
mod weight_norm;

pub use activation::{SnakeBeta, kaiser_sinc_taps};

use ovi_tensor::{Conv, ConvTranspose1d, Device, Tensor, Unary};
use ovi_weights::WeightSet;

use crate::loader::count;
use crate::{ModelError, Result, Weights};
use weight_norm::folded;

const DILATIONS: [usize; 3] = [1, 3, 5];
const KERNELS_PER_STAGE: usize = 3;

/// Sizes of the vocoder, read from its tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VocoderConfig {
    /// Mel bins.
    pub num_mels: usize,
    /// Channels before the first stage.
    pub initial_channels: usize,
    /// Up-sampling stages.
    pub num_stages: usize,
}

impl VocoderConfig {
    /// Read the sizes.
    ///
    /// # Errors
    /// [`ModelError::WrongModel`] if this is not the vocoder, or the one for 44.1 kHz.
    pub fn detect(set: &WeightSet) -> Result<Self> {
        let weights = Weights::new(set, &Device::cpu());
        let shape = weight_norm::shape(&weights, "conv_pre")
            .ok_or_else(|| ModelError::wrong("vocoder", "tensor conv_pre is missing"))?;
        let &[initial_channels, num_mels, _] = shape.as_slice() else {
            return Err(ModelError::wrong(
                "vocoder",
                format!("conv_pre has shape {shape:?}"),
            ));
        };
        if num_mels == 128 {
            let reason =
                "this is the 44.1 kHz vocoder (128 mel bins); Ovi needs the 16 kHz one (80)";
            return Err(ModelError::wrong("vocoder", reason));
        }
        let num_stages =
            count(|idx| weight_norm::shape(&weights, &format!("ups.{idx}.0")).is_some());
        Ok(Self {
            num_mels,
            initial_channels,
            num_stages,
        })
    }
}

/// Three pairs of activation and convolution, each pair around a skip.
#[derive(Clone, Debug)]
struct AmpBlock {
    convs1: Vec<Conv>,
    convs2: Vec<Conv>,
    activations: Vec<SnakeBeta>,
}

impl AmpBlock {
    fn new(weights: &Weights) -> Result<Self> {
        let conv = |name: String| -> Result<Conv> {
            let (weight, bias) = folded(weights, &name)?;
            Ok(Conv::new(&weight, Some(&bias), weights.device())?)
        };
        let activation =
            |idx: usize| SnakeBeta::new(&weights.scope(format_args!("activations.{idx}")));
        Ok(Self {
            convs1: (0..3)
                .map(|idx| conv(format!("convs1.{idx}")))
                .collect::<Result<_>>()?,
            convs2: (0..3)
                .map(|idx| conv(format!("convs2.{idx}")))
                .collect::<Result<_>>()?,
            activations: (0..6).map(activation).collect::<Result<_>>()?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.device().check_cancelled()?;
        let mut x = x.clone();
        for (idx, dilation) in DILATIONS.into_iter().enumerate() {
            let t =
                self.convs1[idx].forward_1d(&self.activations[2 * idx].forward(&x)?, dilation)?;
            let t = self.convs2[idx].forward_1d(&self.activations[2 * idx + 1].forward(&t)?, 1)?;
            x = x.add(&t)?;
        }
        Ok(x)
    }
}

/// One stage: transposed convolution, then the mean of three blocks.
#[derive(Clone, Debug)]
struct Stage {
    up: ConvTranspose1d,
    blocks: Vec<AmpBlock>,
}

/// The generator.
#[derive(Clone, Debug)]
pub struct Vocoder {
    conv_pre: Conv,
    stages: Vec<Stage>,
    activation_post: SnakeBeta,
    conv_post: Conv,
}

impl Vocoder {
    /// Weight norm in any of its three spellings is folded at load.
    ///
    /// # Errors
    /// If tensors are missing or do not fit.
    pub fn new(weights: &Weights, config: &VocoderConfig) -> Result<Self> {
        let device = weights.device();
        let conv = |name: &str| -> Result<Conv> {
            let (weight, bias) = folded(weights, name)?;
            Ok(Conv::new(&weight, Some(&bias), device)?)
        };
        let stage = |idx: usize| -> Result<Stage> {
            device.check_cancelled()?;
            let (weight, bias) = folded(weights, &format!("ups.{idx}.0"))?;
            let rate = weight.shape.get(2).copied().unwrap_or(0) / 2;
            let blocks = idx * KERNELS_PER_STAGE..(idx + 1) * KERNELS_PER_STAGE;
            let block = |r: usize| AmpBlock::new(&weights.scope(format_args!("resblocks.{r}")));
            Ok(Stage {
                up: ConvTranspose1d::new(&weight, Some(&bias), rate, device)?,
                blocks: blocks.map(block).collect::<Result<_>>()?,
            })
        };
        Ok(Self {
            conv_pre: conv("conv_pre")?,
            stages: (0..config.num_stages).map(stage).collect::<Result<_>>()?,
            activation_post: SnakeBeta::new(&weights.scope("activation_post"))?,
            conv_post: conv("conv_post")?,
        })
    }

    /// Mel `[frames, num_mels]` to samples `[frames * rate]` in (-1, 1).
    ///
    /// # Errors
    /// If the bins differ or the job is cancelled.
    pub fn forward(&self, mel: &Tensor) -> Result<Tensor> {
        let mut x = self.conv_pre.forward_1d(mel, 1)?;
        for stage in &self.stages {
            x = stage.up.forward(&x)?;
            let mut sum: Option<Tensor> = None;
            for block in &stage.blocks {
                let y = block.forward(&x)?;
                sum = Some(match sum {
                    Some(sum) => sum.add(&y)?,
                    None => y,
                });
            }
            if let Some(sum) = sum {
                x = sum.affine(1.0 / stage.blocks.len() as f32, 0.0)?;
            }
        }
        let x = self
            .conv_post
            .forward_1d(&self.activation_post.forward(&x)?, 1)?;
        let samples = x.num_elements();
        Ok(x.unary(Unary::Tanh)?.reshape(&[samples])?)
    }
}
