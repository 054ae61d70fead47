//! 2-D convolution of several frames without unfolding them.
//!
//! A band of output rows needs a band of padded input rows. In channels-last order the `kw` pixels
//! under one kernel row are contiguous, so row tap `dy` of a whole band is one matrix product whose
//! left side is a sliding view of the band: `[band pixels, kw * in] x [kw * in, out]`. Pixels that
//! slide across a row's end are computed and dropped.

use rayon::prelude::*;

use super::{Host, alloc, finish, with_host, with_optional};
use crate::backend::Storage;
use crate::conv::{ConvFrame, ConvKernel, ConvSpec};
use crate::raw::{MatMut, MatRef, matmul};
use crate::{CancelToken, MemoryKind, Result, simd};

/// Output pixels of one band: enough to amortise packing the kernel.
const BAND_PIXELS: usize = 1024;

/// Extents shared by every band.
struct Problem<'a> {
    kernel: &'a ConvKernel,
    spec: ConvSpec,
    weight: &'a [f32],
    bias: Option<&'a [f32]>,
    in_size: [usize; 2],
    out_size: [usize; 2],
    cancel: CancelToken,
}

pub(crate) fn conv2d(
    frames: &[ConvFrame<'_>],
    kernel: &ConvKernel,
    spec: ConvSpec,
) -> Result<Storage> {
    let op = "conv2d";
    let device = frames[0].frame.device();
    let [height, width, _] = frames[0].frame.dims::<3>(op)?;
    let [_, taps_h, taps_w] = kernel.taps;
    let out_size = [
        spec.out_len(height, taps_h).unwrap_or(0),
        spec.out_len(width, taps_w).unwrap_or(0),
    ];
    let inputs: Vec<Input> = frames
        .iter()
        .map(|input| {
            Ok(Input {
                host: Host::new(op, input.frame)?,
                tap: input.tap,
            })
        })
        .collect::<Result<_>>()?;
    with_host(op, &kernel.weight, |weight| {
        with_optional(op, kernel.bias.as_ref(), |bias| {
            let cancel = device.cancel_token();
            let problem = Problem {
                kernel,
                spec,
                weight,
                bias,
                in_size: [height, width],
                out_size,
                cancel,
            };
            let rows = problem.band_rows();
            let threads = rayon::current_num_threads() as u64;
            let scratch = 4 * problem.scratch_len(rows) as u64 * threads;
            let _charge = device.charge(MemoryKind::Staging, scratch);
            let mut out = alloc(out_size[0] * out_size[1] * kernel.out_channels)?;
            let row_len = (out_size[1] * kernel.out_channels).max(1);
            let bands = out.par_chunks_mut(rows * row_len).enumerate();
            bands.try_for_each(|(idx, band)| problem.band(&inputs, idx * rows, band))?;
            finish(op, out, &[out_size[0], out_size[1], kernel.out_channels])
        })
    })
}

struct Input {
    host: Host,
    tap: usize,
}

impl Problem<'_> {
    fn padded_width(&self) -> usize {
        self.in_size[1] + self.spec.pad_before + self.spec.pad_after
    }

    /// Output rows per band: near [`BAND_PIXELS`], at least one band per core, evenly sized.
    fn band_rows(&self) -> usize {
        let [out_h, out_w] = self.out_size;
        let by_pixels = (BAND_PIXELS / out_w.max(1)).max(1);
        let cores = rayon::current_num_threads();
        let bands = out_h
            .div_ceil(by_pixels)
            .next_multiple_of(cores)
            .min(out_h.max(1));
        out_h.div_ceil(bands.max(1)).max(1)
    }

    fn in_rows(&self, out_rows: usize) -> usize {
        (out_rows - 1) * self.spec.stride + self.kernel.taps[1]
    }

    fn scratch_len(&self, out_rows: usize) -> usize {
        let pixels = self.in_rows(out_rows) * self.padded_width();
        pixels * self.kernel.in_channels + out_rows * self.padded_width() * self.kernel.out_channels
    }

    /// Output rows from `first`, as many as `out` holds.
    fn band(&self, inputs: &[Input], first: usize, out: &mut [f32]) -> Result<()> {
        let out_channels = self.kernel.out_channels;
        let rows = out.len() / (self.out_size[1] * out_channels).max(1);
        let padded = self.padded_width();
        let mut window = vec![0.0; self.in_rows(rows) * padded * self.kernel.in_channels];
        // With stride 1 the whole band is one product over padded rows, otherwise a row at a time.
        let dense = self.spec.stride == 1;
        let mut sums = vec![
            0.0;
            if dense {
                rows * padded * out_channels
            } else {
                0
            }
        ];
        for (idx, input) in inputs.iter().enumerate() {
            self.cancel.check()?;
            input.host.with("conv2d", |frame| {
                self.copy_window(frame, first, &mut window);
                Ok(())
            })?;
            for dy in 0..self.kernel.taps[1] {
                let accumulate = idx > 0 || dy > 0;
                let weight = self.kernel_row(input.tap, dy);
                if dense {
                    self.dense_product(&window, &mut sums, weight, dy, rows, accumulate);
                } else {
                    self.strided_product(&window, out, weight, dy, accumulate);
                }
            }
        }
        if dense {
            let from = sums.chunks_exact(padded * out_channels);
            for (to, from) in out
                .chunks_exact_mut(self.out_size[1] * out_channels)
                .zip(from)
            {
                to.copy_from_slice(&from[..to.len()]);
            }
        }
        if let Some(bias) = self.bias {
            simd::dispatch(|| {
                for pixel in out.chunks_exact_mut(out_channels) {
                    pixel.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
                }
            });
        }
        Ok(())
    }

    /// `[kw * in, out]` of one temporal and row tap.
    fn kernel_row(&self, tap: usize, dy: usize) -> &[f32] {
        let len = self.kernel.taps[2] * self.kernel.in_channels * self.kernel.out_channels;
        let start = (tap * self.kernel.taps[1] + dy) * len;
        &self.weight[start..start + len]
    }

    /// Fill the zero-padded input rows under the output rows from `first`.
    fn copy_window(&self, frame: &[f32], first: usize, window: &mut [f32]) {
        let [height, width] = self.in_size;
        let channels = self.kernel.in_channels;
        let left = self.spec.pad_before * channels;
        let top = first * self.spec.stride;
        for (r, row) in window
            .chunks_exact_mut(self.padded_width() * channels)
            .enumerate()
        {
            let source = (top + r)
                .checked_sub(self.spec.pad_before)
                .filter(|&y| y < height);
            match source {
                Some(y) => {
                    let from = &frame[y * width * channels..(y + 1) * width * channels];
                    row[left..left + from.len()].copy_from_slice(from);
                }
                None => row.fill(0.0),
            }
        }
    }

    fn dense_product(
        &self,
        window: &[f32],
        sums: &mut [f32],
        weight: &[f32],
        dy: usize,
        rows: usize,
        accumulate: bool,
    ) {
        let (inp, out) = (self.kernel.in_channels, self.kernel.out_channels);
        let inner = self.kernel.taps[2] * inp;
        let padded = self.padded_width();
        let pixels = rows * padded - (self.kernel.taps[2] - 1);
        let lhs = MatRef::rows(&window[dy * padded * inp..], pixels, inner, inp);
        let mut sums = MatMut::new(sums, pixels, out, out);
        matmul(
            &mut sums,
            lhs,
            MatRef::rows(weight, inner, out, out),
            accumulate,
        );
    }

    fn strided_product(
        &self,
        window: &[f32],
        out: &mut [f32],
        weight: &[f32],
        dy: usize,
        accumulate: bool,
    ) {
        let (inp, channels) = (self.kernel.in_channels, self.kernel.out_channels);
        let inner = self.kernel.taps[2] * inp;
        let (padded, stride, out_w) = (self.padded_width(), self.spec.stride, self.out_size[1]);
        for (row, to) in out.chunks_exact_mut(out_w * channels).enumerate() {
            let from = &window[(row * stride + dy) * padded * inp..];
            let lhs = MatRef::rows(from, out_w, inner, stride * inp);
            let rhs = MatRef::rows(weight, inner, channels, channels);
            matmul(
                &mut MatMut::new(to, out_w, channels, channels),
                lhs,
                rhs,
                accumulate,
            );
        }
    }
}
