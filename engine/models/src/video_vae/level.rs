//! One level of the decoder or encoder: residual blocks, resampling, parameter-free shortcut.

use ovi_tensor::{Tensor, UpsampleSpec};

use super::blocks::{ResidualBlock, ResidualState};
use super::frames::average_down;
use super::resample::{Downsample, DownsampleState, Upsample, UpsampleState};
use crate::loader::count;
use crate::{Result, Weights};

/// Residual blocks `scope.0…` and the scope of what follows them, if anything does.
fn load_blocks(weights: &Weights, scope: &str) -> Result<(Vec<ResidualBlock>, Option<Weights>)> {
    let num_blocks = count(|idx| weights.contains(&format!("{scope}.{idx}.residual.0.gamma")));
    let at = |idx: usize| weights.scope(format_args!("{scope}.{idx}"));
    let blocks = (0..num_blocks)
        .map(|idx| ResidualBlock::new(&at(idx)))
        .collect::<Result<_>>()?;
    let next = at(num_blocks);
    Ok((blocks, next.contains("resample.1.weight").then_some(next)))
}

fn push_blocks(
    blocks: &[ResidualBlock],
    states: &mut Vec<ResidualState>,
    x: Tensor,
) -> Result<Tensor> {
    states.resize_with(blocks.len(), ResidualState::default);
    blocks
        .iter()
        .zip(states)
        .try_fold(x, |x, (block, state)| block.push(state, x))
}

/// Stream position of a decoder level.
#[derive(Clone, Debug, Default)]
pub struct UpLevelState {
    blocks: Vec<ResidualState>,
    resample: UpsampleState,
    started: bool,
}

/// Decoder level; the last one has neither resampling nor shortcut.
#[derive(Clone, Debug)]
pub struct UpLevel {
    blocks: Vec<ResidualBlock>,
    resample: Option<Upsample>,
}

impl UpLevel {
    /// Tensors `upsamples.0…` below `weights`.
    ///
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let (blocks, resample) = load_blocks(weights, "upsamples")?;
        Ok(Self {
            blocks,
            resample: resample
                .map(|weights| Upsample::new(&weights))
                .transpose()?,
        })
    }

    /// Residual blocks, and whether the level doubles the picture.
    pub(super) fn size(&self) -> (usize, bool) {
        (self.blocks.len(), self.resample.is_some())
    }

    /// Push a frame; every frame that follows from it goes to `sink` before the next is computed.
    ///
    /// # Errors
    /// If the frame does not fit, the job is cancelled, or `sink` fails.
    pub fn push(
        &self,
        state: &mut UpLevelState,
        x: Tensor,
        sink: &mut dyn FnMut(Tensor) -> Result<()>,
    ) -> Result<()> {
        let first = !std::mem::replace(&mut state.started, true);
        let y = push_blocks(&self.blocks, &mut state.blocks, x.clone())?;
        let Some(resample) = &self.resample else {
            return sink(y);
        };
        let [.., out_channels] = y.dims::<3>("decoder level")?;
        let factor_t = resample.time_factor();
        let frames = resample.push_time(&mut state.resample, y)?;
        // The shortcut of a stream's first frame keeps only the last of its frames.
        let offset = if first { factor_t - 1 } else { 0 };
        for (idx, frame) in frames.into_iter().enumerate() {
            let spec = UpsampleSpec {
                factor: 2,
                factor_t,
                frame_idx: idx + offset,
                out_channels,
            };
            let main = resample.enlarge(&frame)?;
            drop(frame);
            sink(main.add(&x.upsample(spec)?)?)?;
        }
        Ok(())
    }
}

/// Stream position of an encoder level.
#[derive(Clone, Debug, Default)]
pub struct DownLevelState {
    blocks: Vec<ResidualState>,
    resample: DownsampleState,
    /// Inputs waiting for their partners in the shortcut.
    pending: Vec<Tensor>,
    started: bool,
}

/// Encoder level; the last one has no resampling but still the (identity) shortcut.
#[derive(Clone, Debug)]
pub struct DownLevel {
    blocks: Vec<ResidualBlock>,
    resample: Option<Downsample>,
}

impl DownLevel {
    /// Tensors `downsamples.0…` below `weights`.
    ///
    /// # Errors
    /// If tensors are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        let (blocks, resample) = load_blocks(weights, "downsamples")?;
        Ok(Self {
            blocks,
            resample: resample
                .map(|weights| Downsample::new(&weights))
                .transpose()?,
        })
    }

    /// Push a frame; a level that halves time answers the first, then every second push.
    ///
    /// # Errors
    /// If the frame does not fit or the job is cancelled.
    pub fn push(&self, state: &mut DownLevelState, x: Tensor) -> Result<Option<Tensor>> {
        let y = push_blocks(&self.blocks, &mut state.blocks, x.clone())?;
        let Some(resample) = &self.resample else {
            let [.., out_channels] = y.dims::<3>("encoder level")?;
            return Ok(Some(y.add(&average_down(&[&x], 1, out_channels)?)?));
        };
        let [.., out_channels] = y.dims::<3>("encoder level")?;
        let first = !std::mem::replace(&mut state.started, true);
        if first && resample.time_factor() == 2 {
            state.pending.push(Tensor::zeros(x.shape(), x.device())?);
        }
        state.pending.push(x);
        let Some(main) = resample.push(&mut state.resample, &y)? else {
            return Ok(None);
        };
        let group: Vec<&Tensor> = state.pending.iter().collect();
        let shortcut = average_down(&group, 2, out_channels)?;
        state.pending.clear();
        Ok(Some(main.add(&shortcut)?))
    }
}
