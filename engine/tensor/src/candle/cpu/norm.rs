//! Layer norm, modulated layer norm and root-mean-square norm, one pass per row.

use super::elementwise::{apply, group};
use super::{alloc, finish, for_row_blocks, rows_per_task, with_host, with_optional};
use crate::backend::{Modulate, RmsMode, Storage, Unary};
use crate::{Result, Tensor, simd};

/// Lanes of the partial sums; fixed so that results do not depend on the instruction set's width.
const LANES: usize = 16;

#[inline(always)]
fn sum_by(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|&x| f(x)).sum();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += f(x);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// Mean and reciprocal standard deviation (biased) of a row.
#[inline(always)]
fn moments(row: &[f32], eps: f32) -> (f32, f32) {
    let len = row.len() as f32;
    let mean = sum_by(row, |x| x) / len;
    let variance = sum_by(row, |x| (x - mean) * (x - mean)) / len;
    (mean, 1.0 / (variance + eps).sqrt())
}

pub(crate) fn layer_norm(
    x: &Tensor,
    affine: Option<(&Tensor, &Tensor)>,
    eps: f32,
) -> Result<Storage> {
    let op = "layer_norm";
    let width = x.shape().last().copied().unwrap_or(1);
    with_host(op, x, |xs| {
        with_optional(op, affine.map(|a| a.0), |weight| {
            with_optional(op, affine.map(|a| a.1), |bias| {
                let mut out = alloc(xs.len())?;
                for_row_blocks(&mut out, width, rows_per_task(width), |first, block| {
                    for (idx, row) in block.chunks_exact_mut(width).enumerate() {
                        let from = &xs[(first + idx) * width..(first + idx + 1) * width];
                        simd::dispatch(|| {
                            let (mean, inv) = moments(from, eps);
                            for (out, x) in row.iter_mut().zip(from) {
                                *out = (x - mean) * inv;
                            }
                            if let (Some(weight), Some(bias)) = (weight, bias) {
                                for ((out, w), b) in row.iter_mut().zip(weight).zip(bias) {
                                    *out = out.mul_add(*w, *b);
                                }
                            }
                        });
                    }
                });
                finish(op, out, x.shape())
            })
        })
    })
}

pub(crate) fn modulate(args: &Modulate<'_>) -> Result<Storage> {
    let op = "modulate";
    let [_, width] = args.x.dims::<2>(op)?;
    with_host(op, args.x, |xs| {
        with_host(op, args.shift, |shift| {
            with_host(op, args.scale, |scale| {
                let mut out = alloc(xs.len())?;
                for_row_blocks(&mut out, width, rows_per_task(width), |first, block| {
                    for (idx, row) in block.chunks_exact_mut(width).enumerate() {
                        let from = &xs[(first + idx) * width..(first + idx + 1) * width];
                        let scale = group(scale, width, first + idx, args.split);
                        let shift = group(shift, width, first + idx, args.split);
                        simd::dispatch(|| {
                            let (mean, inv) = moments(from, args.eps);
                            for (((out, x), s), t) in row.iter_mut().zip(from).zip(scale).zip(shift)
                            {
                                *out = ((x - mean) * inv).mul_add(1.0 + s, *t);
                            }
                        });
                    }
                });
                finish(op, out, args.x.shape())
            })
        })
    })
}

pub(crate) fn rms_norm(
    x: &Tensor,
    weight: Option<&Tensor>,
    mode: RmsMode,
    act: Option<Unary>,
) -> Result<Storage> {
    let op = "rms_norm";
    let width = x.shape().last().copied().unwrap_or(1);
    with_host(op, x, |xs| {
        with_optional(op, weight, |weight| {
            let mut out = alloc(xs.len())?;
            for_row_blocks(&mut out, width, rows_per_task(width), |first, block| {
                for (idx, row) in block.chunks_exact_mut(width).enumerate() {
                    let from = &xs[(first + idx) * width..(first + idx + 1) * width];
                    rms_row(row, from, weight, mode);
                }
                if let Some(act) = act {
                    apply(act, block);
                }
            });
            finish(op, out, x.shape())
        })
    })
}

fn rms_row(row: &mut [f32], from: &[f32], weight: Option<&[f32]>, mode: RmsMode) {
    simd::dispatch(|| {
        let mean_square = sum_by(from, |x| x * x) / from.len() as f32;
        let inv = match mode {
            RmsMode::EpsInside(eps) => 1.0 / (mean_square + eps).sqrt(),
            RmsMode::Floor(floor) => {
                let rms = mean_square.sqrt();
                // `max` would drop a NaN and hide it behind the floor.
                1.0 / if rms < floor { floor } else { rms }
            }
            RmsMode::EpsOutside(eps) => 1.0 / (eps + mean_square.sqrt()),
        };
        match weight {
            Some(weight) => {
                for ((out, x), w) in row.iter_mut().zip(from).zip(weight) {
                    *out = x * inv * w;
                }
            }
            None => row.iter_mut().zip(from).for_each(|(out, x)| *out = x * inv),
        }
    });
}
