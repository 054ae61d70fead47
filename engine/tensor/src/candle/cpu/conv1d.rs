//! 1-D convolutions of channels-last signals as matrix products over sliding windows.
//!
//! With dilation `d` the signal is split into `d` interleaved phases; inside a phase the `k` samples
//! under the kernel are contiguous, so a phase is one product `[samples, k * in] x [k * in, out]`.

use rayon::prelude::*;

use super::{alloc, finish, with_host, with_optional};
use crate::backend::{ConvTranspose, Storage};
use crate::conv::ConvKernel;
use crate::raw::{MatMut, MatRef, matmul};
use crate::{CancelToken, MemoryKind, Result, Tensor, simd};

/// Output samples of one task, before rounding to the dilation.
const CHUNK_SAMPLES: usize = 1024;

/// Sliding-window product over a zero-extended signal `[len, in]`.
struct Windowed<'a> {
    signal: &'a [f32],
    weight: &'a [f32],
    bias: Option<&'a [f32]>,
    inp: usize,
    out: usize,
    taps: usize,
    dilation: usize,
    /// Samples of zeros assumed before the signal.
    pad_before: usize,
    cancel: CancelToken,
}

pub(crate) fn conv1d(x: &Tensor, kernel: &ConvKernel, dilation: usize) -> Result<Storage> {
    let op = "conv1d";
    let [len, inp] = x.dims::<2>(op)?;
    let taps = kernel.taps[2];
    with_host(op, x, |signal| {
        with_host(op, &kernel.weight, |weight| {
            with_optional(op, kernel.bias.as_ref(), |bias| {
                let windowed = Windowed {
                    signal,
                    weight,
                    bias,
                    inp,
                    out: kernel.out_channels,
                    taps,
                    dilation,
                    pad_before: (taps / 2) * dilation,
                    cancel: x.device().cancel_token(),
                };
                let out = windowed.run(len, x)?;
                finish(op, out, &[len, kernel.out_channels])
            })
        })
    })
}

pub(crate) fn conv_transpose1d(args: &ConvTranspose<'_>) -> Result<Storage> {
    let op = "conv_transpose1d";
    let [len, inp] = args.x.dims::<2>(op)?;
    let windows = args.kernel.taps[2];
    let channels = args.kernel.out_channels;
    with_host(op, args.x, |signal| {
        with_host(op, &args.kernel.weight, |weight| {
            with_optional(op, args.kernel.bias.as_ref(), |bias| {
                let windowed = Windowed {
                    signal,
                    weight,
                    bias: None,
                    inp,
                    out: args.stride * channels,
                    taps: windows,
                    dilation: 1,
                    pad_before: windows - 1,
                    cancel: args.x.device().cancel_token(),
                };
                // One block of `stride` samples per input and window position, then cut both ends.
                let mut out = windowed.run(len + windows - 1, args.x)?;
                out.truncate((args.trim + len * args.stride) * channels);
                out.drain(..args.trim * channels);
                if let Some(bias) = bias {
                    add_bias(&mut out, bias);
                }
                finish(op, out, &[len * args.stride, channels])
            })
        })
    })
}

fn add_bias(out: &mut [f32], bias: &[f32]) {
    simd::dispatch(|| {
        for sample in out.chunks_exact_mut(bias.len()) {
            sample.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
        }
    });
}

impl Windowed<'_> {
    fn run(&self, out_len: usize, x: &Tensor) -> Result<Vec<f32>> {
        let mut out = alloc(out_len * self.out)?;
        let threads = rayon::current_num_threads();
        let chunk = CHUNK_SAMPLES
            .min(out_len.div_ceil(threads))
            .next_multiple_of(self.dilation);
        let scratch = (chunk + self.taps * self.dilation) * self.inp * threads;
        let _charge = x.device().charge(MemoryKind::Staging, 4 * scratch as u64);
        let chunks = out.par_chunks_mut((chunk * self.out).max(1)).enumerate();
        chunks.try_for_each(|(idx, chunk_out)| self.chunk(idx * chunk, chunk_out))?;
        Ok(out)
    }

    /// Output samples from `first`, as many as `out` holds.
    fn chunk(&self, first: usize, out: &mut [f32]) -> Result<()> {
        self.cancel.check()?;
        let samples = out.len() / self.out;
        let mut phase_in = vec![0.0; (samples.div_ceil(self.dilation) + self.taps - 1) * self.inp];
        for phase in 0..self.dilation.min(samples) {
            let count = (samples - phase).div_ceil(self.dilation);
            let needed = (count + self.taps - 1) * self.inp;
            self.gather(first + phase, &mut phase_in[..needed]);
            let inner = self.taps * self.inp;
            let lhs = MatRef::rows(&phase_in[..needed], count, inner, self.inp);
            let rhs = MatRef::rows(self.weight, inner, self.out, self.out);
            let stride = self.dilation * self.out;
            let mut to = MatMut::new(&mut out[phase * self.out..], count, self.out, stride);
            matmul(&mut to, lhs, rhs, false);
        }
        if let Some(bias) = self.bias {
            add_bias(out, bias);
        }
        Ok(())
    }

    /// Every `dilation`-th input sample under the kernel placed at output `start`, zeros outside.
    fn gather(&self, start: usize, to: &mut [f32]) {
        let len = self.signal.len() / self.inp;
        for (idx, sample) in to.chunks_exact_mut(self.inp).enumerate() {
            let position = (start + idx * self.dilation)
                .checked_sub(self.pad_before)
                .filter(|&t| t < len);
            match position {
                Some(t) => sample.copy_from_slice(&self.signal[t * self.inp..(t + 1) * self.inp]),
                None => sample.fill(0.0),
            }
        }
    }
}
