//! Latents to frames, one latent frame at a time (spec: video-vae 5, 6).

use ovi_tensor::{Conv, ConvSpec, Device, Tensor, Unary};

use super::blocks::{
    AttentionBlock, CausalConv3d, ConvState, ResidualBlock, ResidualState, RmsNorm,
};
use super::exact::CropPlan;
use super::frames::unpatchify;
use super::latent::LatentStats;
use super::level::{UpLevel, UpLevelState};
use crate::loader::count;
use crate::{ModelError, Result, Weights};

/// What becomes of values beyond black and white.
pub(super) const CLAMP: Unary = Unary::Clamp {
    low: -1.0,
    high: 1.0,
};

/// Level a frame has reached, and what is cut from it.
#[derive(Clone, Copy)]
struct Depth<'a> {
    at: usize,
    crops: Option<&'a CropPlan>,
}

/// Decoder half: `decoder.*` and `conv2.*`.
#[derive(Clone, Debug)]
pub struct VideoDecoder {
    conv2: Conv,
    conv1: CausalConv3d,
    middle: (ResidualBlock, AttentionBlock, ResidualBlock),
    levels: Vec<UpLevel>,
    head_norm: RmsNorm,
    head: CausalConv3d,
    stats: LatentStats,
    device: Device,
}

/// State of one clip or tile being decoded.
#[derive(Clone, Debug, Default)]
pub struct DecoderStream {
    conv1: ConvState,
    middle: (ResidualState, ResidualState),
    levels: Vec<UpLevelState>,
    head: ConvState,
}

impl VideoDecoder {
    /// All widths and depths follow from the tensors; `stats` de-normalises the latents.
    ///
    /// # Errors
    /// If tensors are missing or do not fit, or `stats` has another number of channels.
    pub fn new(weights: &Weights, stats: LatentStats) -> Result<Self> {
        let shape = weights.get("conv2.weight")?.shape;
        if shape.first() != Some(&stats.num_channels()) {
            let found = shape.first().copied().unwrap_or(0);
            let reason = format!(
                "the file has {found} latent channels, expected {}",
                stats.num_channels()
            );
            return Err(ModelError::wrong("video VAE", reason));
        }
        let decoder = weights.scope("decoder");
        let num_levels =
            count(|idx| decoder.contains(&format!("upsamples.{idx}.upsamples.0.residual.0.gamma")));
        let level = |idx: usize| UpLevel::new(&decoder.scope(format_args!("upsamples.{idx}")));
        Ok(Self {
            conv2: weights.conv("conv2", &shape)?,
            conv1: CausalConv3d::new(&decoder, "conv1")?,
            middle: (
                ResidualBlock::new(&decoder.scope("middle.0"))?,
                AttentionBlock::new(&decoder.scope("middle.1"))?,
                ResidualBlock::new(&decoder.scope("middle.2"))?,
            ),
            levels: (0..num_levels).map(level).collect::<Result<_>>()?,
            head_norm: RmsNorm::new(&decoder, "head.0.gamma")?,
            head: CausalConv3d::new(&decoder, "head.2")?,
            stats,
            device: weights.device().clone(),
        })
    }

    /// Where the decoder lives.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// State before the first latent frame.
    pub fn stream(&self) -> DecoderStream {
        DecoderStream {
            levels: vec![UpLevelState::default(); self.levels.len()],
            ..DecoderStream::default()
        }
    }

    /// Decode the next normalised latent frame `[channels, h, w]`: one frame `[16h, 16w, 3]` for the
    /// first, four for each later one, not clamped, each handed to `sink` as soon as it exists.
    ///
    /// # Errors
    /// If the latent does not fit, the job is cancelled, or `sink` fails.
    pub fn push(
        &self,
        stream: &mut DecoderStream,
        latent: &Tensor,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        let x = self.push_middle(stream, latent)?;
        self.push_levels(stream, x, None, sink)
    }

    /// The part before the levels, which sees whole frames: `[channels, h, w]` to `[h, w, wide]`.
    pub(super) fn push_middle(
        &self,
        stream: &mut DecoderStream,
        latent: &Tensor,
    ) -> Result<Tensor> {
        self.device.check_cancelled()?;
        let z = self
            .stats
            .denormalise(&latent.permute(&[1, 2, 0])?.contiguous()?)?;
        let z = self.conv2.forward_2d(&z, ConvSpec::same(1))?;
        let x = self.conv1.push(&mut stream.conv1, z)?;
        let x = self.middle.0.push(&mut stream.middle.0, x)?;
        let x = self.middle.1.forward(&x)?;
        self.middle.2.push(&mut stream.middle.1, x)
    }

    /// The levels and the head, not clamped; `crops` cuts what reaches each of them.
    pub(super) fn push_levels(
        &self,
        stream: &mut DecoderStream,
        x: Tensor,
        crops: Option<&CropPlan>,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        let DecoderStream { levels, head, .. } = stream;
        self.descend(levels, head, Depth { at: 0, crops }, x, sink)
    }

    /// Residual blocks of every level, and whether it doubles the picture.
    pub(super) fn level_sizes(&self) -> Vec<(usize, bool)> {
        self.levels.iter().map(UpLevel::size).collect()
    }

    /// Depth first: a frame reaches the picture before its sibling leaves its level.
    fn descend(
        &self,
        states: &mut [UpLevelState],
        head: &mut ConvState,
        depth: Depth<'_>,
        x: Tensor,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        let crop = |at: usize, x: Tensor| match depth.crops {
            Some(plan) => plan.crop(at, x),
            None => Ok(x),
        };
        let Some((state, deeper)) = states.split_first_mut() else {
            let y = self.head.push(head, self.head_norm.silu(&x)?)?;
            return sink(unpatchify(&crop(depth.at, y)?)?);
        };
        let next = Depth {
            at: depth.at + 1,
            ..depth
        };
        self.levels[depth.at].push(state, crop(depth.at, x)?, &mut |frame| {
            self.descend(deeper, head, next, frame, sink)
        })
    }

    /// Decode `[channels, frames, h, w]` and hand every frame `[16h, 16w, 3]`, clamped to [-1, 1], to
    /// `sink`.
    ///
    /// # Errors
    /// As [`VideoDecoder::push`].
    pub fn decode(
        &self,
        latents: &Tensor,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        self.decode_unclamped(latents, &mut |frame| sink(frame.unary(CLAMP)?))
    }

    /// As [`VideoDecoder::decode`] before the clamp, for blending tiles.
    pub(super) fn decode_unclamped(
        &self,
        latents: &Tensor,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        let [channels, frames, h, w] = latents.dims::<4>("video decoder")?;
        let mut stream = self.stream();
        for idx in 0..frames {
            let latent = latents.narrow(1, idx, 1)?.reshape(&[channels, h, w])?;
            self.push(&mut stream, &latent, sink)?;
        }
        Ok(())
    }
}
