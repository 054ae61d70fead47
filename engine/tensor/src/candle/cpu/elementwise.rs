//! Element-wise kernels, positions and spatial repetition.

use super::{alloc, finish, for_row_blocks, rows_per_task, with_host};
use crate::backend::{Binary, Storage, Unary, UpsampleSpec};
use crate::{Result, Tensor, simd};

/// Apply `op` in place, vectorised.
pub(crate) fn apply(op: Unary, values: &mut [f32]) {
    macro_rules! map {
        (|$x:ident| $body:expr) => {
            simd::dispatch(|| {
                for value in values.iter_mut() {
                    let $x = *value;
                    *value = $body;
                }
            })
        };
    }
    match op {
        Unary::Silu => map!(|x| x * simd::sigmoid(x)),
        Unary::GeluTanh => map!(|x| simd::gelu_tanh(x)),
        Unary::Tanh => map!(|x| simd::tanh(x)),
        Unary::Clamp { low, high } => map!(|x| if x.is_nan() { x } else { x.max(low).min(high) }),
        Unary::Affine { mul, add } => map!(|x| x.mul_add(mul, add)),
    }
}

pub(crate) fn unary(x: &Tensor, op: Unary) -> Result<Storage> {
    with_host("unary", x, |values| {
        let mut out = alloc(values.len())?;
        for_row_blocks(&mut out, 1, rows_per_task(1), |start, block| {
            block.copy_from_slice(&values[start..start + block.len()]);
            apply(op, block);
        });
        finish("unary", out, x.shape())
    })
}

pub(crate) fn binary(x: &Tensor, y: &Tensor, op: Binary) -> Result<Storage> {
    with_host("binary", x, |xs| {
        with_host("binary", y, |ys| {
            let mut out = alloc(xs.len())?;
            let width = ys.len().max(1);
            let same = ys.len() == xs.len();
            let rows = rows_per_task(if same { 1 } else { width });
            for_row_blocks(
                &mut out,
                if same { 1 } else { width },
                rows,
                |start, block| {
                    let offset = start * if same { 1 } else { width };
                    block.copy_from_slice(&xs[offset..offset + block.len()]);
                    if same {
                        combine(op, block, &ys[offset..offset + block.len()]);
                    } else {
                        block
                            .chunks_exact_mut(width)
                            .for_each(|row| combine(op, row, ys));
                    }
                },
            );
            finish("binary", out, x.shape())
        })
    })
}

fn combine(op: Binary, xs: &mut [f32], ys: &[f32]) {
    simd::dispatch(|| match op {
        Binary::Add => xs.iter_mut().zip(ys).for_each(|(x, y)| *x += y),
        Binary::Mul => xs.iter_mut().zip(ys).for_each(|(x, y)| *x *= y),
    });
}

/// Row of the group that `row` belongs to, out of one or two groups of `width`.
pub(crate) fn group(groups: &[f32], width: usize, row: usize, split: usize) -> &[f32] {
    let first = groups.len() == width || row < split;
    &groups[if first { 0..width } else { width..2 * width }]
}

pub(crate) fn gated_add(x: &Tensor, y: &Tensor, gate: &Tensor, split: usize) -> Result<Storage> {
    let op = "gated_add";
    let [_, width] = x.dims::<2>(op)?;
    with_host(op, x, |xs| {
        with_host(op, y, |ys| {
            with_host(op, gate, |gates| {
                let mut out = alloc(xs.len())?;
                for_row_blocks(&mut out, width, rows_per_task(width), |first, block| {
                    for (idx, row) in block.chunks_exact_mut(width).enumerate() {
                        let at = (first + idx) * width;
                        let gate = group(gates, width, first + idx, split);
                        let (xs, ys) = (&xs[at..at + width], &ys[at..at + width]);
                        simd::dispatch(|| {
                            for (((out, x), y), g) in row.iter_mut().zip(xs).zip(ys).zip(gate) {
                                *out = y.mul_add(*g, *x);
                            }
                        });
                    }
                });
                finish(op, out, x.shape())
            })
        })
    })
}

pub(crate) fn rope(x: &Tensor, cos: &Tensor, sin: &Tensor, num_heads: usize) -> Result<Storage> {
    let op = "rope";
    let [_, width] = x.dims::<2>(op)?;
    let head = width / num_heads;
    with_host(op, x, |xs| {
        with_host(op, cos, |cos| {
            with_host(op, sin, |sin| {
                let mut out = alloc(xs.len())?;
                for_row_blocks(&mut out, width, rows_per_task(width), |first, block| {
                    for (idx, row) in block.chunks_exact_mut(width).enumerate() {
                        let at = (first + idx) * width;
                        row.copy_from_slice(&xs[at..at + width]);
                        let table = (first + idx) * head / 2..(first + idx + 1) * head / 2;
                        rotate(row, head, &cos[table.clone()], &sin[table]);
                    }
                });
                finish(op, out, x.shape())
            })
        })
    })
}

fn rotate(row: &mut [f32], head: usize, cos: &[f32], sin: &[f32]) {
    simd::dispatch(|| {
        for values in row.chunks_exact_mut(head) {
            for ((pair, c), s) in values.chunks_exact_mut(2).zip(cos).zip(sin) {
                let (a, b) = (pair[0], pair[1]);
                pair[0] = a * c - b * s;
                pair[1] = a * s + b * c;
            }
        }
    });
}

pub(crate) fn upsample(x: &Tensor, spec: UpsampleSpec) -> Result<Storage> {
    let op = "upsample";
    let [h, w, channels] = x.dims::<3>(op)?;
    let (factor, out_channels) = (spec.factor, spec.out_channels);
    let out_w = w * factor;
    let source = |iy: usize, ix: usize| -> Vec<usize> {
        (0..out_channels)
            .map(|o| spec.source_channel(channels, o, iy, ix))
            .collect()
    };
    let maps: Vec<Vec<usize>> = (0..factor * factor)
        .map(|i| source(i / factor, i % factor))
        .collect();
    let identity: Vec<bool> = maps
        .iter()
        .map(|m| m.iter().copied().eq(0..channels))
        .collect();
    with_host(op, x, |xs| {
        let mut out = alloc(h * factor * out_w * out_channels)?;
        for_row_blocks(&mut out, out_w * out_channels, 1, |y, row| {
            for (x, pixel) in row.chunks_exact_mut(out_channels).enumerate() {
                let at = ((y / factor) * w + x / factor) * channels;
                let map = (y % factor) * factor + x % factor;
                let from = &xs[at..at + channels];
                if identity[map] {
                    pixel.copy_from_slice(from);
                } else {
                    pixel
                        .iter_mut()
                        .zip(&maps[map])
                        .for_each(|(out, &c)| *out = from[c]);
                }
            }
        });
        finish(op, out, &[h * factor, out_w, out_channels])
    })
}
