//! Attention tiled over queries and keys with a running maximum and sum.

use super::{alloc, finish, for_row_blocks, with_host, with_optional};
use crate::backend::{Attention, Storage};
use crate::raw::{MatMut, MatRef, matmul};
use crate::{CancelToken, Result, simd};

/// Queries per task and keys per tile: scores of one tile stay in the second-level cache.
const QUERY_TILE: usize = 128;
const KEY_TILE: usize = 512;

struct Problem<'a> {
    q: &'a [f32],
    k: &'a [f32],
    v: &'a [f32],
    /// `[heads][lq + lk - 1]`.
    bias: Option<&'a [f32]>,
    num_queries: usize,
    num_keys: usize,
    width: usize,
    head: usize,
    scale: f32,
    cancel: CancelToken,
}

pub(crate) fn attention(args: &Attention<'_>) -> Result<Storage> {
    let op = "attention";
    let [num_queries, width] = args.q.dims::<2>(op)?;
    let [num_keys, _] = args.k.dims::<2>(op)?;
    let cancel = args.q.device().cancel_token();
    let bias = args.bias.map(|bias| bias.permute(&[1, 0])).transpose()?;
    with_host(op, args.q, |q| {
        with_host(op, args.k, |k| {
            with_host(op, args.v, |v| {
                with_optional(op, bias.as_ref(), |bias| {
                    let problem = Problem {
                        q,
                        k,
                        v,
                        bias,
                        num_queries,
                        num_keys,
                        width,
                        head: width / args.spec.num_heads,
                        scale: args.spec.scale,
                        cancel: cancel.clone(),
                    };
                    let mut out = alloc(num_queries * width)?;
                    // Small calls still use every core.
                    let per_core = num_queries
                        .div_ceil(rayon::current_num_threads())
                        .next_multiple_of(16);
                    let tile = per_core.min(QUERY_TILE);
                    for_row_blocks(&mut out, width, tile, |first, block| {
                        problem.rows(first, block)
                    });
                    cancel.check()?;
                    finish(op, out, args.q.shape())
                })
            })
        })
    })
}

/// Working space of one task.
struct Scratch {
    scores: Vec<f32>,
    tile: Vec<f32>,
    max: Vec<f32>,
    sum: Vec<f32>,
}

impl Problem<'_> {
    /// All heads of the query rows starting at `first`.
    fn rows(&self, first: usize, out: &mut [f32]) {
        let count = out.len() / self.width;
        let keys = KEY_TILE.min(self.num_keys);
        let mut scratch = Scratch {
            scores: vec![0.0; count * keys],
            tile: vec![0.0; count * self.head],
            max: vec![0.0; count],
            sum: vec![0.0; count],
        };
        for head in 0..self.width / self.head {
            scratch.max.fill(f32::NEG_INFINITY);
            scratch.sum.fill(0.0);
            for start in (0..self.num_keys).step_by(KEY_TILE) {
                if self.cancel.is_cancelled() {
                    return;
                }
                self.key_tile(first, head, start, &mut scratch);
            }
            let inverse = scratch.sum.iter().map(|&sum| 1.0 / sum);
            for ((row, from), inverse) in out
                .chunks_exact_mut(self.width)
                .zip(scratch.tile.chunks_exact(self.head))
                .zip(inverse)
            {
                let to = &mut row[head * self.head..(head + 1) * self.head];
                simd::dispatch(|| to.iter_mut().zip(from).for_each(|(o, x)| *o = x * inverse));
            }
        }
    }

    /// Add the keys from `start` to the running result of one head.
    fn key_tile(&self, first: usize, head: usize, start: usize, scratch: &mut Scratch) {
        let (width, d) = (self.width, self.head);
        let keys = KEY_TILE.min(self.num_keys - start);
        let count = scratch.max.len();
        let q = MatRef::rows(&self.q[first * width + head * d..], count, d, width);
        let k = MatRef::columns(&self.k[start * width + head * d..], d, keys, width);
        let v = MatRef::rows(&self.v[start * width + head * d..], keys, d, width);
        let scores = &mut scratch.scores[..count * keys];
        matmul(&mut MatMut::new(scores, count, keys, keys), q, k, false);
        for (row, scores) in scores.chunks_exact_mut(keys).enumerate() {
            let bias = self.bias.map(|bias| {
                let span = self.num_queries + self.num_keys - 1;
                let at = head * span + start + self.num_queries - 1 - (first + row);
                &bias[at..at + keys]
            });
            let correction = softmax_row(
                scores,
                bias,
                self.scale,
                &mut scratch.max[row],
                &mut scratch.sum[row],
            );
            if start > 0 && correction != 1.0 {
                let acc = &mut scratch.tile[row * d..(row + 1) * d];
                simd::dispatch(|| acc.iter_mut().for_each(|x| *x *= correction));
            }
        }
        let scores = MatRef::rows(&scratch.scores, count, keys, keys);
        matmul(
            &mut MatMut::new(&mut scratch.tile, count, d, d),
            scores,
            v,
            start > 0,
        );
    }
}

/// Scores to weights relative to the running maximum; returns the factor for what was summed before.
fn softmax_row(
    scores: &mut [f32],
    bias: Option<&[f32]>,
    scale: f32,
    max: &mut f32,
    sum: &mut f32,
) -> f32 {
    simd::dispatch(|| {
        match bias {
            Some(bias) => scores
                .iter_mut()
                .zip(bias)
                .for_each(|(s, b)| *s = s.mul_add(scale, *b)),
            None => scores.iter_mut().for_each(|s| *s *= scale),
        }
        let mut lanes = [f32::NEG_INFINITY; 16];
        let chunks = scores.chunks_exact(16);
        let tail = chunks
            .remainder()
            .iter()
            .fold(f32::NEG_INFINITY, |a, &b| a.max(b));
        for chunk in chunks {
            lanes
                .iter_mut()
                .zip(chunk)
                .for_each(|(a, &b)| *a = if b > *a { b } else { *a });
        }
        let new_max = lanes.iter().fold(tail.max(*max), |a, &b| a.max(b));
        let mut sums = [0.0_f32; 16];
        let mut tail_sum = 0.0;
        let mut chunks = scores.chunks_exact_mut(16);
        for chunk in &mut chunks {
            for (s, total) in chunk.iter_mut().zip(&mut sums) {
                *s = simd::exp(*s - new_max);
                *total += *s;
            }
        }
        for s in chunks.into_remainder() {
            *s = simd::exp(*s - new_max);
            tail_sum += *s;
        }
        let correction = if *max == f32::NEG_INFINITY {
            0.0
        } else {
            simd::exp(*max - new_max)
        };
        *sum = sum.mul_add(correction, sums.iter().sum::<f32>() + tail_sum);
        *max = new_max;
        correction
    })
}
