//! Anti-aliased SnakeBeta: up-sampling, non-linearity and down-sampling in one pass over memory.

use super::{alloc, finish, for_row_blocks, with_host};
use crate::backend::{Snake, Storage};
use crate::{Result, simd};

/// Output samples per task; the doubled-rate rows of a task stay in the first two cache levels.
const CHUNK_ELEMENTS: usize = 1 << 14;

pub(crate) fn snake(args: &Snake<'_>) -> Result<Storage> {
    let op = "snake";
    let [len, channels] = args.x.dims::<2>(op)?;
    with_host(op, args.x, |signal| {
        with_host(op, args.alpha, |alpha| {
            with_host(op, args.inv_beta, |inv_beta| {
                let mut out = alloc(len * channels)?;
                let rows = (CHUNK_ELEMENTS / channels.max(1)).max(8);
                let problem = Problem {
                    signal,
                    alpha,
                    inv_beta,
                    taps: args.taps,
                    len,
                    channels,
                };
                for_row_blocks(&mut out, channels, rows, |first, chunk| {
                    problem.chunk(first, chunk)
                });
                finish(op, out, &[len, channels])
            })
        })
    })
}

struct Problem<'a> {
    signal: &'a [f32],
    alpha: &'a [f32],
    inv_beta: &'a [f32],
    taps: &'a [f32],
    len: usize,
    channels: usize,
}

impl Problem<'_> {
    /// Output samples from `first` (spec: audio-vae-vocoder 6.2).
    fn chunk(&self, first: usize, out: &mut [f32]) {
        let c = self.channels;
        let count = out.len() / c;
        // Doubled-rate samples 2*first - 5 ..= 2*(first + count - 1) + 6, clamped at the ends.
        let low = (2 * first).saturating_sub(5);
        let high = (2 * (first + count - 1) + 6).min(2 * self.len - 1);
        let mut doubled = vec![0.0; (high - low + 1) * c];
        for (idx, row) in doubled.chunks_exact_mut(c).enumerate() {
            self.activated(low + idx, row);
        }
        for (idx, row) in out.chunks_exact_mut(c).enumerate() {
            let t = 2 * (first + idx);
            let source = |k: usize| {
                let position = (t + k).saturating_sub(5).min(2 * self.len - 1) - low;
                &doubled[position * c..(position + 1) * c]
            };
            weighted_sum(row, self.taps, source);
        }
    }

    /// Sample `position` of the doubled-rate signal after the non-linearity.
    fn activated(&self, position: usize, row: &mut [f32]) {
        let (t, parity) = (position / 2, position % 2);
        let c = self.channels;
        let taps: [f32; 6] = std::array::from_fn(|i| 2.0 * self.taps[2 * i + parity]);
        let source = |i: usize| {
            let at = (t + i + parity).saturating_sub(3).min(self.len - 1);
            &self.signal[at * c..(at + 1) * c]
        };
        weighted_sum(row, &taps, source);
        simd::dispatch(|| {
            for ((x, alpha), inv_beta) in row.iter_mut().zip(self.alpha).zip(self.inv_beta) {
                *x = simd::sin_squared(*x * alpha).mul_add(*inv_beta, *x);
            }
        });
    }
}

/// `out = sum of taps[i] * source(i)`, taps in order, six at a time.
fn weighted_sum<'a>(out: &mut [f32], taps: &[f32], source: impl Fn(usize) -> &'a [f32]) {
    for (group, taps) in taps.chunks_exact(6).enumerate() {
        let rows: [&[f32]; 6] = std::array::from_fn(|i| &source(group * 6 + i)[..out.len()]);
        simd::dispatch(|| {
            for (i, out) in out.iter_mut().enumerate() {
                let start = if group == 0 { 0.0 } else { *out };
                let sum = taps[0].mul_add(rows[0][i], start);
                let sum = taps[1].mul_add(rows[1][i], sum);
                let sum = taps[2].mul_add(rows[2][i], sum);
                let sum = taps[3].mul_add(rows[3][i], sum);
                let sum = taps[4].mul_add(rows[4][i], sum);
                *out = taps[5].mul_add(rows[5][i], sum);
            }
        });
    }
}
