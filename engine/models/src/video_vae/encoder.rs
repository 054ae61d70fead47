//! Pictures and clips to latents (spec: video-vae 5, 6).

use ovi_tensor::{Conv, ConvSpec, Device, Tensor};

use super::blocks::{
    AttentionBlock, CausalConv3d, ConvState, ResidualBlock, ResidualState, RmsNorm,
};
use super::frames::patchify;
use super::latent::LatentStats;
use super::level::{DownLevel, DownLevelState};
use crate::loader::count;
use crate::{Result, Weights};

/// Encoder half: `encoder.*` and `conv1.*`.
#[derive(Clone, Debug)]
pub struct VideoEncoder {
    conv1: CausalConv3d,
    levels: Vec<DownLevel>,
    middle: (ResidualBlock, AttentionBlock, ResidualBlock),
    head_norm: RmsNorm,
    head: CausalConv3d,
    quant: Conv,
    stats: LatentStats,
    device: Device,
}

/// State of one clip being encoded.
#[derive(Clone, Debug, Default)]
pub struct EncoderStream {
    conv1: ConvState,
    levels: Vec<DownLevelState>,
    middle: (ResidualState, ResidualState),
    head: ConvState,
}

impl VideoEncoder {
    /// All widths and depths follow from the tensors; `stats` normalises the latents.
    ///
    /// # Errors
    /// If tensors are missing or do not fit.
    pub fn new(weights: &Weights, stats: LatentStats) -> Result<Self> {
        let encoder = weights.scope("encoder");
        let num_levels = count(|idx| {
            encoder.contains(&format!("downsamples.{idx}.downsamples.0.residual.0.gamma"))
        });
        let level = |idx: usize| DownLevel::new(&encoder.scope(format_args!("downsamples.{idx}")));
        let quant_shape = weights.get("conv1.weight")?.shape;
        Ok(Self {
            conv1: CausalConv3d::new(&encoder, "conv1")?,
            levels: (0..num_levels).map(level).collect::<Result<_>>()?,
            middle: (
                ResidualBlock::new(&encoder.scope("middle.0"))?,
                AttentionBlock::new(&encoder.scope("middle.1"))?,
                ResidualBlock::new(&encoder.scope("middle.2"))?,
            ),
            head_norm: RmsNorm::new(&encoder, "head.0.gamma")?,
            head: CausalConv3d::new(&encoder, "head.2")?,
            quant: weights.conv("conv1", &quant_shape)?,
            stats,
            device: weights.device().clone(),
        })
    }

    /// State before the first frame.
    pub fn stream(&self) -> EncoderStream {
        EncoderStream {
            levels: vec![DownLevelState::default(); self.levels.len()],
            ..EncoderStream::default()
        }
    }

    /// Push a frame `[height, width, 3]` in [-1, 1], sides multiples of 16. The first and then every
    /// fourth frame complete a normalised latent frame (the mean) `[channels, h, w]`.
    ///
    /// # Errors
    /// If the sides do not fit or the job is cancelled.
    pub fn push(&self, stream: &mut EncoderStream, frame: &Tensor) -> Result<Option<Tensor>> {
        self.device.check_cancelled()?;
        let mut x = self.conv1.push(&mut stream.conv1, patchify(frame)?)?;
        for (level, state) in self.levels.iter().zip(&mut stream.levels) {
            match level.push(state, x)? {
                Some(next) => x = next,
                None => return Ok(None),
            }
        }
        let x = self.middle.0.push(&mut stream.middle.0, x)?;
        let x = self.middle.1.forward(&x)?;
        let x = self.middle.2.push(&mut stream.middle.1, x)?;
        let x = self.head.push(&mut stream.head, self.head_norm.silu(&x)?)?;
        let moments = self.quant.forward_2d(&x, ConvSpec::same(1))?;
        let mean = moments.narrow(2, 0, self.stats.num_channels())?;
        Ok(Some(
            self.stats
                .normalise(&mean)?
                .permute(&[2, 0, 1])?
                .contiguous()?,
        ))
    }

    /// Encode frames `[height, width, 3]` to `[channels, frames, h, w]`; trailing frames that do not
    /// fill a group of four are ignored.
    ///
    /// # Errors
    /// As [`VideoEncoder::push`].
    pub fn encode(&self, frames: &[Tensor]) -> Result<Tensor> {
        let mut stream = self.stream();
        let mut latents = Vec::new();
        for frame in frames {
            if let Some(latent) = self.push(&mut stream, frame)? {
                let [c, h, w] = latent.dims::<3>("video encoder")?;
                latents.push(latent.reshape(&[c, 1, h, w])?);
            }
        }
        Ok(Tensor::cat(&latents.iter().collect::<Vec<_>>(), 1)?)
    }
}
