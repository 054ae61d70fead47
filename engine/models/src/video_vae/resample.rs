//! Halving and doubling of picture size and frame rate (spec: video-vae 4, Resample).

use ovi_tensor::{Conv, ConvSpec, Tensor, UpsampleSpec};

use super::blocks::{CausalConv3d, ConvState};
use crate::{Result, Weights};

/// `resample.1` and, where time changes too, `time_conv`.
fn load(weights: &Weights) -> Result<(Conv, Option<CausalConv3d>)> {
    let shape = weights.get("resample.1.weight")?.shape;
    let conv = weights.conv("resample.1", &shape)?;
    let has_time = weights.contains("time_conv.weight");
    Ok((
        conv,
        has_time
            .then(|| CausalConv3d::new(weights, "time_conv"))
            .transpose()?,
    ))
}

/// Position of an up-sampling stream.
#[derive(Clone, Debug, Default)]
pub struct UpsampleState {
    started: bool,
    history: ConvState,
}

/// Twice the picture size and, with a time convolution, twice the frame rate.
#[derive(Clone, Debug)]
pub struct Upsample {
    conv: Conv,
    time_conv: Option<CausalConv3d>,
}

impl Upsample {
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let (conv, time_conv) = load(weights)?;
        Ok(Self { conv, time_conv })
    }

    /// Frames that one input frame becomes after the first.
    pub fn time_factor(&self) -> usize {
        if self.time_conv.is_some() { 2 } else { 1 }
    }

    /// The low-resolution frames that follow from `x`: itself, or two. The first frame of a stream
    /// passes unseen by the time convolution.
    ///
    /// # Errors
    /// If the frame does not fit.
    pub fn push_time(&self, state: &mut UpsampleState, x: Tensor) -> Result<Vec<Tensor>> {
        let first = !std::mem::replace(&mut state.started, true);
        let Some(conv) = self.time_conv.as_ref().filter(|_| !first) else {
            return Ok(vec![x]);
        };
        let [.., channels] = x.dims::<3>("upsample")?;
        let pair = conv.push(&mut state.history, x)?;
        let half = |idx: usize| -> Result<Tensor> {
            Ok(pair.narrow(2, idx * channels, channels)?.contiguous()?)
        };
        Ok(vec![half(0)?, half(1)?])
    }

    /// Nearest enlargement and convolution of one frame.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn enlarge(&self, x: &Tensor) -> Result<Tensor> {
        let [.., channels] = x.dims::<3>("upsample")?;
        let enlarged = x.upsample(UpsampleSpec::nearest(2, channels))?;
        Ok(self.conv.forward_2d(&enlarged, ConvSpec::same(3))?)
    }
}

/// Frames a down-sampling stream still needs.
#[derive(Clone, Debug, Default)]
pub struct DownsampleState {
    /// The last emitted position's frame, then the pending odd one.
    frames: Vec<Tensor>,
}

/// Half the picture size and, with a time convolution, half the frame rate.
#[derive(Clone, Debug)]
pub struct Downsample {
    conv: Conv,
    time_conv: Option<CausalConv3d>,
}

impl Downsample {
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let (conv, time_conv) = load(weights)?;
        Ok(Self { conv, time_conv })
    }

    /// Frames that one output frame stands for after the first.
    pub fn time_factor(&self) -> usize {
        if self.time_conv.is_some() { 2 } else { 1 }
    }

    /// Next frame in; out comes the first, then every second (with a time convolution), or each.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn push(&self, state: &mut DownsampleState, x: &Tensor) -> Result<Option<Tensor>> {
        let spec = ConvSpec {
            stride: 2,
            pad_before: 0,
            pad_after: 1,
        };
        let y = self.conv.forward_2d(x, spec)?;
        let Some(conv) = &self.time_conv else {
            return Ok(Some(y));
        };
        state.frames.push(y);
        match state.frames.as_slice() {
            [first] => Ok(Some(first.clone())),
            [a, b, c] => {
                let out = conv.window(&[a, b, c])?;
                state.frames.drain(..2);
                Ok(Some(out))
            }
            _ => Ok(None),
        }
    }
}
