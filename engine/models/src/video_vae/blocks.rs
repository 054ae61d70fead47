//! Norm, causal convolution, residual block and attention block (spec: video-vae 4).

use std::collections::VecDeque;

use ovi_tensor::{AttentionSpec, Conv, ConvFrame, ConvSpec, Linear, RmsMode, Tensor, Unary};

use crate::{ModelError, Result, Weights};

/// L2 norm over channels times `sqrt(channels)` and a learned gain.
#[derive(Clone, Debug)]
pub struct RmsNorm {
    gamma: Tensor,
    mode: RmsMode,
}

impl RmsNorm {
    /// `name` is the gain, `[channels, 1, …]`.
    ///
    /// # Errors
    /// If the gain is missing.
    pub fn new(weights: &Weights, name: &str) -> Result<Self> {
        let channels = weights.get(name)?.num_elements();
        let floor = 1e-12 / (channels as f32).sqrt();
        Ok(Self {
            gamma: weights.vector(name, channels)?,
            mode: RmsMode::Floor(floor),
        })
    }

    /// Normalise the last axis.
    ///
    /// # Errors
    /// If the channels differ.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.rms_norm(Some(&self.gamma), self.mode, None)?)
    }

    /// Normalise the last axis, then SiLU.
    pub(super) fn silu(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.rms_norm(Some(&self.gamma), self.mode, Some(Unary::Silu))?)
    }
}

/// Inputs of a temporal convolution that later frames still need, oldest first.
#[derive(Clone, Debug, Default)]
pub struct ConvState(VecDeque<Tensor>);

impl ConvState {
    /// History before a stream whose earlier frames are known.
    pub fn with_history(frames: impl IntoIterator<Item = Tensor>) -> Self {
        Self(frames.into_iter().collect())
    }
}

/// Convolution over time and picture whose outputs see only present and past frames.
#[derive(Clone, Debug)]
pub struct CausalConv3d {
    conv: Conv,
    taps: usize,
    spec: ConvSpec,
}

impl CausalConv3d {
    /// `name.weight` `[out, in, kt, k, k]`; the picture keeps its size.
    ///
    /// # Errors
    /// If the weight is missing or has not five axes.
    pub fn new(weights: &Weights, name: &str) -> Result<Self> {
        let weight = format!("{name}.weight");
        let shape = weights.get(&weight)?.shape;
        let &[_, _, taps, kernel, _] = shape.as_slice() else {
            return Err(ModelError::WeightShape {
                name: weight,
                expected: vec![0; 5],
                found: shape,
            });
        };
        Ok(Self {
            conv: weights.conv(name, &shape)?,
            taps,
            spec: ConvSpec::same(kernel),
        })
    }

    /// Output channels.
    pub fn out_channels(&self) -> usize {
        self.conv.out_channels()
    }

    /// Next output frame. Frames before the start of the stream are zero.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn push(&self, state: &mut ConvState, frame: Tensor) -> Result<Tensor> {
        state.0.push_back(frame);
        while state.0.len() > self.taps {
            state.0.pop_front();
        }
        let first_tap = self.taps - state.0.len();
        let inputs: Vec<ConvFrame<'_>> = state
            .0
            .iter()
            .enumerate()
            .map(|(idx, frame)| ConvFrame {
                frame,
                tap: first_tap + idx,
            })
            .collect();
        let out = self.conv.forward_frames(&inputs, self.spec)?;
        if state.0.len() == self.taps {
            state.0.pop_front();
        }
        Ok(out)
    }

    /// Output for exactly `frames`, oldest first, the newest meeting the newest tap.
    ///
    /// # Errors
    /// As [`CausalConv3d::push`].
    pub fn window(&self, frames: &[&Tensor]) -> Result<Tensor> {
        let first_tap = self.taps.saturating_sub(frames.len());
        let taps = first_tap..;
        let inputs: Vec<ConvFrame<'_>> = frames
            .iter()
            .zip(taps)
            .map(|(frame, tap)| ConvFrame { frame, tap })
            .collect();
        Ok(self.conv.forward_frames(&inputs, self.spec)?)
    }
}

/// Histories of the two convolutions of a residual block.
#[derive(Clone, Debug, Default)]
pub struct ResidualState {
    first: ConvState,
    second: ConvState,
}

/// Norm, SiLU, convolution, twice, around a shortcut.
#[derive(Clone, Debug)]
pub struct ResidualBlock {
    norm1: RmsNorm,
    conv1: CausalConv3d,
    norm2: RmsNorm,
    conv2: CausalConv3d,
    shortcut: Option<Conv>,
}

impl ResidualBlock {
    /// Tensors `residual.{0,2,3,6}` and, where the width changes, `shortcut`.
    ///
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let shortcut = weights.shape("shortcut.weight").map(<[usize]>::to_vec);
        Ok(Self {
            norm1: RmsNorm::new(weights, "residual.0.gamma")?,
            conv1: CausalConv3d::new(weights, "residual.2")?,
            norm2: RmsNorm::new(weights, "residual.3.gamma")?,
            conv2: CausalConv3d::new(weights, "residual.6")?,
            shortcut: shortcut
                .map(|shape| weights.conv("shortcut", &shape))
                .transpose()?,
        })
    }

    /// Output channels.
    pub fn out_channels(&self) -> usize {
        self.conv2.out_channels()
    }

    /// Next output frame of the stream.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn push(&self, state: &mut ResidualState, x: Tensor) -> Result<Tensor> {
        x.device().check_cancelled()?;
        let h = self.conv1.push(&mut state.first, self.norm1.silu(&x)?)?;
        let h = self.norm2.silu(&h)?;
        let h = self.conv2.push(&mut state.second, h)?;
        let x = match &self.shortcut {
            Some(conv) => conv.forward_2d(&x, ConvSpec::same(1))?,
            None => x,
        };
        Ok(x.add(&h)?)
    }
}

/// One-head attention over the pixels of a single frame.
#[derive(Clone, Debug)]
pub struct AttentionBlock {
    norm: RmsNorm,
    to_qkv: Linear,
    proj: Linear,
    dim: usize,
}

impl AttentionBlock {
    /// Tensors `norm.gamma`, `to_qkv`, `proj`.
    ///
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let dim = weights.get("norm.gamma")?.num_elements();
        Ok(Self {
            norm: RmsNorm::new(weights, "norm.gamma")?,
            to_qkv: weights.linear("to_qkv", dim, 3 * dim)?,
            proj: weights.linear("proj", dim, dim)?,
            dim,
        })
    }

    /// `[h, w, dim]` to the same.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let [h, w, dim] = x.dims::<3>("attention block")?;
        let pixels = x.reshape(&[h * w, dim])?;
        let qkv = self.to_qkv.forward(&self.norm.forward(&pixels)?)?;
        let part = |idx: usize| qkv.narrow(1, idx * self.dim, self.dim);
        let spec = AttentionSpec {
            num_heads: 1,
            scale: 1.0 / (self.dim as f32).sqrt(),
        };
        let mixed = part(0)?.attention(&part(1)?, &part(2)?, None, spec)?;
        Ok(pixels
            .add(&self.proj.forward(&mixed)?)?
            .reshape(&[h, w, dim])?)
    }
}
