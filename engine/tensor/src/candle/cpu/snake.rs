//! Anti-aliased SnakeBeta: up-sampling, non-linearity and down-sampling in one pass over memory.

use super::{alloc, finish, for_row_blocks, with_host};
use crate::backend::{Snake, Storage};
use crate::simd::{self, Kernel};
use crate::{Result, TensorError};

/// Output samples per task; the doubled-rate rows of a task stay in the first two cache levels.
const CHUNK_ELEMENTS: usize = 1 << 14;

pub(crate) fn snake(args: &Snake<'_>) -> Result<Storage> {
    let op = "snake";
    let [len, channels] = args.x.dims::<2>(op)?;
    let taps = <[f32; 12]>::try_from(args.taps)
        .map_err(|_| TensorError::shape(op, "12 taps", &[args.taps.len()]))?;
    with_host(op, args.x, |signal| {
        with_host(op, args.alpha, |alpha| {
            with_host(op, args.inv_beta, |inv_beta| {
                let mut out = alloc(len * channels)?;
                let rows = (CHUNK_ELEMENTS / channels.max(1)).max(8);
                let problem = Problem {
                    signal,
                    alpha,
                    inv_beta,
                    taps,
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
    taps: [f32; 12],
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
            let rows = std::array::from_fn(source);
            simd::dispatch(Decimated {
                row,
                taps: self.taps,
                rows,
            });
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
        let rows = std::array::from_fn(source);
        simd::dispatch(Activated {
            row,
            taps,
            rows,
            alpha: self.alpha,
            inv_beta: self.inv_beta,
        });
    }
}

/// One row of the doubled-rate signal: six taps, then SnakeBeta.
struct Activated<'a> {
    row: &'a mut [f32],
    taps: [f32; 6],
    rows: [&'a [f32]; 6],
    alpha: &'a [f32],
    inv_beta: &'a [f32],
}

impl Kernel for Activated<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            row,
            taps,
            rows,
            alpha,
            inv_beta,
        } = self;
        let len = row.len();
        let [a, b, c, d, e, f] = rows.map(|row| &row[..len]);
        let (alpha, inv_beta) = (&alpha[..len], &inv_beta[..len]);
        for i in 0..len {
            let x = taps[0] * a[i];
            let x = taps[1].mul_add(b[i], x);
            let x = taps[2].mul_add(c[i], x);
            let x = taps[3].mul_add(d[i], x);
            let x = taps[4].mul_add(e[i], x);
            let x = taps[5].mul_add(f[i], x);
            row[i] = simd::sin_squared(x * alpha[i]).mul_add(inv_beta[i], x);
        }
    }
}

/// One row at the original rate: twelve taps.
struct Decimated<'a> {
    row: &'a mut [f32],
    taps: [f32; 12],
    rows: [&'a [f32]; 12],
}

impl Kernel for Decimated<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { row, taps, rows } = self;
        let len = row.len();
        let rows = rows.map(|row| &row[..len]);
        for i in 0..len {
            let mut sum = taps[0] * rows[0][i];
            for k in 1..12 {
                sum = taps[k].mul_add(rows[k][i], sum);
            }
            row[i] = sum;
        }
    }
}
