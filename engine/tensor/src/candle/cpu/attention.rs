//! Attention tiled over queries and keys with a running maximum and sum.

use super::{alloc, finish, for_row_blocks, with_host, with_optional};
use crate::backend::{Attention, Storage};
use crate::raw::{MatMut, MatRef, matmul};
use crate::simd::{self, Kernel};
use crate::{CancelToken, Result};

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
            let (max, sum) = (&mut scratch.max[row], &mut scratch.sum[row]);
            let correction = simd::dispatch(SoftmaxRow {
                scores,
                bias,
                scale: self.scale,
                max,
                sum,
            });
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

/// Scores to weights relative to the running maximum; gives the factor for what was summed before.
struct SoftmaxRow<'a> {
    scores: &'a mut [f32],
    bias: Option<&'a [f32]>,
    scale: f32,
    max: &'a mut f32,
    sum: &'a mut f32,
}

/// Lanes of maximum and sum; fixed so that results do not depend on the instruction set's width.
const LANES: usize = 16;

impl Kernel for SoftmaxRow<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let Self {
            scores,
            bias,
            scale,
            max,
            sum,
        } = self;
        match bias {
            Some(bias) => scores
                .iter_mut()
                .zip(bias)
                .for_each(|(s, b)| *s = s.mul_add(scale, *b)),
            None => scores.iter_mut().for_each(|s| *s *= scale),
        }
        let (chunks, tail) = scores.as_chunks_mut::<LANES>();
        let mut highest = [f32::NEG_INFINITY; LANES];
        for chunk in chunks.iter() {
            for lane in 0..LANES {
                highest[lane] = if chunk[lane] > highest[lane] {
                    chunk[lane]
                } else {
                    highest[lane]
                };
            }
        }
        let highest = highest
            .iter()
            .chain(tail.iter())
            .fold(*max, |a, &b| a.max(b));
        let mut sums = [0.0_f32; LANES];
        for chunk in chunks.iter_mut() {
            for lane in 0..LANES {
                chunk[lane] = simd::exp(chunk[lane] - highest);
                sums[lane] += chunk[lane];
            }
        }
        let mut total = sums.iter().sum::<f32>();
        for score in tail {
            *score = simd::exp(*score - highest);
            total += *score;
        }
        let correction = if *max == f32::NEG_INFINITY {
            0.0
        } else {
            simd::exp(*max - highest)
        };
        *sum = sum.mul_add(correction, total);
        *max = highest;
        correction
    }
}
