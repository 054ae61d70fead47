//! The operations composed of candle's own, for devices where our processor kernels cannot run.

use candle_core::{D, Result, Tensor as Candle};

use super::{inner, named, stored};
use crate::backend::{
    Attention, ConvTranspose, Modulate, RmsMode, Snake, Storage, Unary, UpsampleSpec,
};
use crate::conv::{ConvFrame, ConvKernel, ConvSpec};
use crate::linear::{PackedWeight, WeightData};
use crate::{Tensor, TensorError};

/// Queries per tile of the attention: bounds the score tile on long sequences.
const QUERY_TILE: usize = 1024;

pub(super) fn unary(x: &Candle, op: Unary) -> Result<Candle> {
    match op {
        Unary::Silu => x.silu(),
        Unary::GeluTanh => x.gelu(),
        Unary::Tanh => x.tanh(),
        Unary::Clamp { low, high } => x.clamp(low, high),
        Unary::Affine { mul, add } => x.affine(f64::from(mul), f64::from(add)),
    }
}

fn normalised(x: &Candle, eps: f32) -> Result<Candle> {
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    centred.broadcast_div(&(variance + f64::from(eps))?.sqrt()?)
}

pub(super) fn layer_norm(
    x: &Candle,
    affine: Option<(&Candle, &Candle)>,
    eps: f32,
) -> Result<Candle> {
    let y = normalised(x, eps)?;
    match affine {
        Some((weight, bias)) => y.broadcast_mul(weight)?.broadcast_add(bias),
        None => Ok(y),
    }
}

/// One row per token out of one or two group rows.
fn per_token(groups: &Candle, tokens: usize, split: usize) -> Result<Candle> {
    if groups.dim(0)? == 1 {
        return Ok(groups.clone());
    }
    let width = groups.dim(1)?;
    let first = groups.narrow(0, 0, 1)?.broadcast_as((split, width))?;
    let second = groups
        .narrow(0, 1, 1)?
        .broadcast_as((tokens - split, width))?;
    Candle::cat(&[first, second], 0)
}

pub(super) fn modulate(args: &Modulate<'_>) -> Result<Candle> {
    let x = inner(args.x);
    let tokens = x.dim(0)?;
    let scale = (per_token(inner(args.scale), tokens, args.split)? + 1.0)?;
    let shift = per_token(inner(args.shift), tokens, args.split)?;
    normalised(x, args.eps)?
        .broadcast_mul(&scale)?
        .broadcast_add(&shift)
}

pub(super) fn gated_add(x: &Candle, y: &Candle, gate: &Candle, split: usize) -> Result<Candle> {
    x + y.broadcast_mul(&per_token(gate, x.dim(0)?, split)?)?
}

pub(super) fn rms_norm(
    x: &Candle,
    weight: Option<&Candle>,
    mode: RmsMode,
    act: Option<Unary>,
) -> Result<Candle> {
    let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?;
    let rms = match mode {
        RmsMode::EpsInside(eps) => (mean_square + f64::from(eps))?.sqrt()?,
        RmsMode::Floor(floor) => mean_square.sqrt()?.maximum(f64::from(floor))?,
        RmsMode::EpsOutside(eps) => (mean_square.sqrt()? + f64::from(eps))?,
    };
    let y = x.broadcast_div(&rms)?;
    let y = weight.map_or(Ok(y.clone()), |weight| y.broadcast_mul(weight))?;
    act.map_or(Ok(y.clone()), |act| unary(&y, act))
}

pub(super) fn linear(
    x: &Tensor,
    weight: &PackedWeight,
    bias: Option<&Tensor>,
) -> crate::Result<Storage> {
    let WeightData::Device(matrix) = &weight.data else {
        return Err(TensorError::backend(
            "linear",
            "the matrix is not on the device",
        ));
    };
    let product = || -> Result<Candle> {
        // candle multiplies only some layouts; a copy of a view is cheap next to the product.
        let y = inner(x).contiguous()?.matmul(&inner(matrix).t()?)?;
        bias.map_or(Ok(y.clone()), |bias| y.broadcast_add(inner(bias)))
    };
    stored("linear", product())
}

/// `[tokens, heads * d]` to `[heads, tokens, d]`.
fn split_heads(x: &Candle, num_heads: usize) -> Result<Candle> {
    let (tokens, width) = x.dims2()?;
    x.reshape((tokens, num_heads, width / num_heads))?
        .transpose(0, 1)?
        .contiguous()
}

pub(super) fn attention(args: &Attention<'_>) -> crate::Result<Storage> {
    let op = "attention";
    let heads = args.spec.num_heads;
    let split = |x: &Tensor| named(op, split_heads(inner(x), heads));
    let (q, k, v) = (split(args.q)?, split(args.k)?, split(args.v)?);
    let [num_queries, width] = args.q.dims::<2>(op)?;
    if num_queries == 0 {
        return stored(op, inner(args.q).zeros_like());
    }
    let mut tiles = Vec::new();
    for first in (0..num_queries).step_by(QUERY_TILE) {
        args.q.device().check_cancelled()?;
        let count = QUERY_TILE.min(num_queries - first);
        let tile = || -> Result<Candle> {
            let scores =
                (q.narrow(1, first, count)?.matmul(&k.t()?)? * f64::from(args.spec.scale))?;
            let scores = match args.bias {
                Some(bias) => (scores + relative_bias(inner(bias), first, count, num_queries)?)?,
                None => scores,
            };
            let weights = candle_nn::ops::softmax_last_dim(&scores)?;
            weights.matmul(&v)?.transpose(0, 1)?.reshape((count, width))
        };
        tiles.push(named(op, tile())?);
    }
    stored(op, Candle::cat(&tiles, 0))
}

/// `[lq + lk - 1, heads]` to `[heads, count, lk]` for queries from `first`.
fn relative_bias(bias: &Candle, first: usize, count: usize, num_queries: usize) -> Result<Candle> {
    let keys = bias.dim(0)? + 1 - num_queries;
    let bias = bias.t()?.contiguous()?;
    let row = |query: usize| bias.narrow(1, num_queries - 1 - query, keys);
    let rows: Vec<_> = (first..first + count).map(row).collect::<Result<_>>()?;
    Candle::stack(&rows, 1)
}

pub(super) fn rope(x: &Candle, cos: &Candle, sin: &Candle, num_heads: usize) -> Result<Candle> {
    let (tokens, width) = x.dims2()?;
    let half = width / num_heads / 2;
    let pairs = x.reshape((tokens, num_heads, half, 2))?;
    let (a, b) = (pairs.narrow(3, 0, 1)?, pairs.narrow(3, 1, 1)?);
    let table = |t: &Candle| t.reshape((tokens, 1, half, 1));
    let (cos, sin) = (table(cos)?, table(sin)?);
    let even = (a.broadcast_mul(&cos)? - b.broadcast_mul(&sin)?)?;
    let odd = (a.broadcast_mul(&sin)? + b.broadcast_mul(&cos)?)?;
    Candle::cat(&[even, odd], 3)?.reshape((tokens, width))
}

pub(super) fn conv2d(
    frames: &[ConvFrame<'_>],
    kernel: &ConvKernel,
    spec: ConvSpec,
) -> Result<Candle> {
    let [_, taps_h, taps_w] = kernel.taps;
    let (inp, out) = (kernel.in_channels, kernel.out_channels);
    let mut sum: Option<Candle> = None;
    for input in frames {
        let x = inner(input.frame).permute((2, 0, 1))?.unsqueeze(0)?;
        let x = x.pad_with_zeros(2, spec.pad_before, spec.pad_after)?;
        let x = x
            .pad_with_zeros(3, spec.pad_before, spec.pad_after)?
            .contiguous()?;
        let weight = inner(&kernel.weight).narrow(0, input.tap, 1)?;
        let weight = weight
            .reshape((taps_h, taps_w, inp, out))?
            .permute((3, 2, 0, 1))?
            .contiguous()?;
        let y = x.conv2d(&weight, 0, spec.stride, 1, 1)?;
        sum = Some(sum.map_or(Ok(y.clone()), |sum| sum + &y)?);
    }
    let sum = sum.ok_or_else(|| candle_core::Error::Msg("no frames".into()))?;
    let y = sum.squeeze(0)?.permute((1, 2, 0))?.contiguous()?;
    kernel
        .bias
        .as_ref()
        .map_or(Ok(y.clone()), |bias| y.broadcast_add(inner(bias)))
}

pub(super) fn conv1d(x: &Candle, kernel: &ConvKernel, dilation: usize) -> Result<Candle> {
    let taps = kernel.taps[2];
    if x.dim(0)? == 0 {
        return Candle::zeros((0, kernel.out_channels), x.dtype(), x.device());
    }
    let weight = inner(&kernel.weight).reshape((taps, kernel.in_channels, kernel.out_channels))?;
    let weight = weight.permute((2, 1, 0))?.contiguous()?;
    let x = x.t()?.unsqueeze(0)?.contiguous()?;
    let y = x.conv1d(&weight, (taps / 2) * dilation, 1, dilation, 1)?;
    let y = y.squeeze(0)?.t()?.contiguous()?;
    kernel
        .bias
        .as_ref()
        .map_or(Ok(y.clone()), |bias| y.broadcast_add(inner(bias)))
}

pub(super) fn conv_transpose1d(args: &ConvTranspose<'_>) -> Result<Candle> {
    let kernel = args.kernel;
    let (windows, channels) = (kernel.taps[2], kernel.out_channels);
    let x = inner(args.x);
    let len = x.dim(0)?;
    let padded = x.pad_with_zeros(0, windows - 1, windows - 1)?;
    let blocks = len + windows - 1;
    let shifted: Vec<_> = (0..windows)
        .map(|w| padded.narrow(0, w, blocks))
        .collect::<Result<_>>()?;
    let weight =
        inner(&kernel.weight).reshape((windows * kernel.in_channels, args.stride * channels))?;
    let y = Candle::cat(&shifted, 1)?.contiguous()?.matmul(&weight)?;
    let y = y
        .reshape((blocks * args.stride, channels))?
        .narrow(0, args.trim, len * args.stride)?;
    let y = y.contiguous()?;
    kernel
        .bias
        .as_ref()
        .map_or(Ok(y.clone()), |bias| y.broadcast_add(inner(bias)))
}

pub(super) fn upsample(x: &Candle, spec: UpsampleSpec) -> Result<Candle> {
    let (h, w, channels) = x.dims3()?;
    let factor = spec.factor;
    let mut rows = Vec::new();
    for iy in 0..factor {
        for ix in 0..factor {
            let map: Vec<u32> = (0..spec.out_channels)
                .map(|o| spec.source_channel(channels, o, iy, ix) as u32)
                .collect();
            rows.push(
                x.contiguous()?
                    .index_select(&Candle::new(map, x.device())?, 2)?,
            );
        }
    }
    let stacked = Candle::stack(&rows, 0)?.reshape((factor, factor, h, w, spec.out_channels))?;
    let y = stacked.permute((2, 0, 3, 1, 4))?.contiguous()?;
    y.reshape((h * factor, w * factor, spec.out_channels))
}

/// Rows `positions` of `x`, clamped to its ends.
fn clamped_rows(x: &Candle, positions: impl Iterator<Item = i64>) -> Result<Candle> {
    let last = x.dim(0)? as i64 - 1;
    let rows: Vec<u32> = positions.map(|p| p.clamp(0, last) as u32).collect();
    x.index_select(&Candle::new(rows, x.device())?, 0)
}

pub(super) fn snake(args: &Snake<'_>) -> Result<Candle> {
    let x = inner(args.x).contiguous()?;
    let (len, channels) = x.dims2()?;
    let mut parities = Vec::new();
    for parity in 0..2 {
        let mut sum = x.zeros_like()?;
        for i in 0..6 {
            let rows = clamped_rows(&x, (0..len as i64).map(|t| t - 3 + i + parity))?;
            sum = (sum + (rows * f64::from(2.0 * args.taps[(2 * i + parity) as usize]))?)?;
        }
        parities.push(sum);
    }
    let doubled = Candle::stack(&parities, 1)?.reshape((2 * len, channels))?;
    let wave = doubled.broadcast_mul(inner(args.alpha))?.sin()?.sqr()?;
    let doubled = (doubled + wave.broadcast_mul(inner(args.inv_beta))?)?;
    let mut sum = x.zeros_like()?;
    for k in 0..12_i64 {
        let rows = clamped_rows(&doubled, (0..len as i64).map(|t| 2 * t - 5 + k))?;
        sum = (sum + (rows * f64::from(args.taps[k as usize]))?)?;
    }
    Ok(sum)
}
