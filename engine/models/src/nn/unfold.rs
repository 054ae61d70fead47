//! A 1-D convolution as one linear layer over unfolded samples.
//!
//! The kernel `[out, in, k]` is used exactly as it is stored (rows of `in * k`), so that large
//! 16-bit or quantised kernels stay in their file; for short signals the unfolded input is small.

use ovi_tensor::{Linear, Tensor};

use crate::{Result, Weights};

/// Convolution of `[t, in]` with zero padding that keeps the length.
#[derive(Clone, Debug)]
pub(crate) struct UnfoldedConv1d {
    linear: Linear,
    taps: usize,
}

impl UnfoldedConv1d {
    /// `name.weight` is `[out_dim, in_dim, taps]`, `taps` odd.
    pub(crate) fn new(
        weights: &Weights,
        name: &str,
        [in_dim, out_dim]: [usize; 2],
        taps: usize,
    ) -> Result<Self> {
        Ok(Self {
            linear: weights.linear(name, in_dim * taps, out_dim)?,
            taps,
        })
    }

    /// `[t, in]` to `[t, out]`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let [len, channels] = x.dims::<2>("conv1d")?;
        let pad = self.taps / 2;
        let padded = x
            .pad_zero(0, pad, pad)?
            .reshape(&[len + 2 * pad, channels, 1])?;
        let shifted: Vec<Tensor> = (0..self.taps)
            .map(|tap| padded.narrow(0, tap, len))
            .collect::<std::result::Result<_, _>>()?;
        let unfolded = Tensor::cat(&shifted.iter().collect::<Vec<_>>(), 2)?;
        Ok(self
            .linear
            .forward(&unfolded.reshape(&[len, channels * self.taps])?)?)
    }
}
