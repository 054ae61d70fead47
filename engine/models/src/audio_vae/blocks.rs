//! Magnitude-preserving convolution, residual block and attention (spec: audio-vae-vocoder 3).

use ovi_tensor::{AttentionSpec, Conv, Linear, RmsMode, Tensor, Unary};
use ovi_weights::StoredTensor;

use crate::{Result, Weights};

/// Divisor of the magnitude-preserving SiLU, folded into the convolution behind it.
pub(super) const SILU_GAIN: f32 = 1.0 / 0.596;
const EPS: f32 = 1e-4;
const CLIP: Unary = Unary::Clamp {
    low: -256.0,
    high: 256.0,
};

/// Factors of the skip path and the residual in a magnitude-preserving sum, `0.3` on the latter.
const SUM: [f32; 2] = [0.919_145_03, 0.393_919_3];

/// Rows of `name` divided by their magnitude, times `gain`.
fn normalised(weights: &Weights, name: &str, gain: f32) -> Result<StoredTensor> {
    let stored = weights.get(name)?;
    let mut values = stored.to_f32()?;
    let row = values.len() / stored.shape.first().copied().unwrap_or(1).max(1);
    for row in values.chunks_exact_mut(row.max(1)) {
        let len = row.len() as f64;
        let mean_square = row
            .iter()
            .map(|&w| f64::from(w) * f64::from(w))
            .sum::<f64>()
            / len;
        let factor = f64::from(gain) / ((f64::from(EPS) + mean_square.sqrt()) * len.sqrt());
        row.iter_mut()
            .for_each(|w| *w = (f64::from(*w) * factor) as f32);
    }
    Ok(StoredTensor::from_f32(name, &stored.shape, values))
}

/// Convolution without bias, weights normalised at load.
pub(super) fn mp_conv(weights: &Weights, name: &str, gain: f32) -> Result<Conv> {
    Ok(Conv::new(
        &normalised(weights, &format!("{name}.weight"), gain)?,
        None,
        weights.device(),
    )?)
}

/// The stored scalar gain of an output convolution, plus one.
pub(super) fn learned_gain(weights: &Weights) -> Result<f32> {
    Ok(1.0
        + weights
            .get("learnable_gain")?
            .to_f32()?
            .first()
            .copied()
            .unwrap_or(0.0))
}

fn pixel_norm(x: &Tensor) -> Result<Tensor> {
    Ok(x.rms_norm(None, RmsMode::EpsOutside(EPS), None)?)
}

/// Residual block whose skip path is the normalised input.
#[derive(Clone, Debug)]
pub(super) struct ResBlock {
    conv1: Conv,
    conv2: Conv,
    shortcut: Option<Conv>,
}

impl ResBlock {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        let shortcut = weights.contains("nin_shortcut.weight");
        Ok(Self {
            conv1: mp_conv(weights, "conv1", SILU_GAIN)?,
            conv2: mp_conv(weights, "conv2", SILU_GAIN * SUM[1])?,
            shortcut: shortcut
                .then(|| mp_conv(weights, "nin_shortcut", 1.0))
                .transpose()?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.device().check_cancelled()?;
        let x = pixel_norm(x)?;
        let h = self.conv1.forward_1d(&x.unary(Unary::Silu)?, 1)?;
        let h = self.conv2.forward_1d(&h.unary(Unary::Silu)?, 1)?;
        let skip = match &self.shortcut {
            Some(conv) => conv.forward_1d(&x, 1)?,
            None => x,
        };
        Ok(skip.affine(SUM[0], 0.0)?.add(&h)?)
    }

    /// As [`ResBlock::forward`], then limited to +-256.
    pub(super) fn clipped(&self, x: &Tensor) -> Result<Tensor> {
        Ok(self.forward(x)?.unary(CLIP)?)
    }
}

/// One-head attention over time; query, key and value rows are interleaved in the file.
#[derive(Clone, Debug)]
pub(super) struct AttnBlock {
    query: Linear,
    key: Linear,
    value: Linear,
    proj: Linear,
}

impl AttnBlock {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        let qkv = normalised(weights, "qkv.weight", 1.0)?;
        let values = qkv.to_f32()?;
        let channels = qkv.shape.get(1).copied().unwrap_or(1).max(1);
        let part = |idx: usize| {
            let rows = values.chunks_exact(channels).skip(idx).step_by(3);
            let rows: Vec<f32> = rows.flatten().copied().collect();
            let shape = [rows.len() / channels, channels];
            Linear::new(
                &StoredTensor::from_f32("qkv", &shape, rows),
                None,
                weights.device(),
            )
        };
        let proj = normalised(weights, "proj_out.weight", SUM[1])?;
        Ok(Self {
            query: part(0)?,
            key: part(1)?,
            value: part(2)?,
            proj: Linear::new(&proj, None, weights.device())?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let part = |linear: &Linear| pixel_norm(&linear.forward(x)?);
        let (q, k, v) = (part(&self.query)?, part(&self.key)?, part(&self.value)?);
        let scale = 1.0 / (self.query.out_dim() as f32).sqrt();
        let mixed = q.attention(
            &k,
            &v,
            None,
            AttentionSpec {
                num_heads: 1,
                scale,
            },
        )?;
        Ok(x.affine(SUM[0], 0.0)?.add(&self.proj.forward(&mixed)?)?)
    }
}

/// Residual, attention, residual, then the limit.
#[derive(Clone, Debug)]
pub(super) struct Middle {
    block_1: ResBlock,
    attn_1: AttnBlock,
    block_2: ResBlock,
}

impl Middle {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        Ok(Self {
            block_1: ResBlock::new(&weights.scope("block_1"))?,
            attn_1: AttnBlock::new(&weights.scope("attn_1"))?,
            block_2: ResBlock::new(&weights.scope("block_2"))?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.block_2
            .clipped(&self.attn_1.forward(&self.block_1.forward(x)?)?)
    }
}

/// Blocks `block.0…` of one level.
pub(super) fn level_blocks(weights: &Weights) -> Result<Vec<ResBlock>> {
    let num = crate::loader::count(|idx| weights.contains(&format!("block.{idx}.conv1.weight")));
    (0..num)
        .map(|idx| ResBlock::new(&weights.scope(format_args!("block.{idx}"))))
        .collect()
}
