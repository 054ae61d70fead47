//! The operations of [`Tensor`]: operands are checked here, then the arm computes.

use crate::backend::{Attention, Modulate, Snake, Storage, common_device};
use crate::{AttentionSpec, Binary, Result, RmsMode, Tensor, TensorError, Unary, UpsampleSpec};

/// Element-wise operations and norms.
impl Tensor {
    /// Apply `op` to every element.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn unary(&self, op: Unary) -> Result<Self> {
        Ok(self.like(self.device().arm().unary(self, op)?))
    }

    /// `x * mul + add`.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn affine(&self, mul: f32, add: f32) -> Result<Self> {
        self.unary(Unary::Affine { mul, add })
    }

    /// Sum; `other` has the same shape or is a vector over the last axis.
    ///
    /// # Errors
    /// [`TensorError::Shape`] otherwise.
    pub fn add(&self, other: &Self) -> Result<Self> {
        self.binary(other, Binary::Add, "add")
    }

    /// Product; `other` has the same shape or is a vector over the last axis.
    ///
    /// # Errors
    /// [`TensorError::Shape`] otherwise.
    pub fn mul(&self, other: &Self) -> Result<Self> {
        self.binary(other, Binary::Mul, "mul")
    }

    fn binary(&self, other: &Self, op: Binary, name: &'static str) -> Result<Self> {
        common_device(name, &[self, other])?;
        let row = self.shape().last().map(std::slice::from_ref);
        if other.shape() != self.shape() && Some(other.shape()) != row {
            return Err(TensorError::shape(
                name,
                format!("{:?} or its last axis", self.shape()),
                other.shape(),
            ));
        }
        Ok(self.like(self.device().arm().binary(self, other, op)?))
    }

    /// Mean over the last axis, which disappears.
    ///
    /// # Errors
    /// [`TensorError::Shape`] without axes.
    pub fn mean_last(&self) -> Result<Self> {
        self.last_dim("mean_last")?;
        let storage = self.device().arm().mean_last(self)?;
        Ok(Self::owned(
            storage,
            self.shape()[..self.shape().len() - 1].to_vec(),
            self.device(),
        ))
    }

    /// Layer norm over the last axis, biased variance; `affine` is (weight, bias).
    ///
    /// # Errors
    /// [`TensorError::Shape`] if weight or bias do not match the last axis.
    pub fn layer_norm(&self, affine: Option<(&Self, &Self)>, eps: f32) -> Result<Self> {
        let dim = self.last_dim("layer_norm")?;
        if let Some((weight, bias)) = affine {
            common_device("layer_norm", &[self, weight, bias])?;
            weight.expect_vector("layer_norm", dim)?;
            bias.expect_vector("layer_norm", dim)?;
        }
        Ok(self.like(self.device().arm().layer_norm(self, affine, eps)?))
    }

    /// `layer_norm(x) * (1 + scale) + shift` for `x` `[tokens, dim]`.
    ///
    /// `shift` and `scale` are `[groups, dim]` with one or two groups; with two, rows before `split`
    /// use the first.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the groups do not fit.
    pub fn modulate(&self, shift: &Self, scale: &Self, eps: f32, split: usize) -> Result<Self> {
        common_device("modulate", &[self, shift, scale])?;
        self.expect_groups("modulate", shift, split)?;
        self.expect_groups("modulate", scale, split)?;
        let args = Modulate {
            x: self,
            shift,
            scale,
            eps,
            split,
        };
        Ok(self.like(self.device().arm().modulate(&args)?))
    }

    /// `self + y * gate` with `gate` `[groups, dim]` as in [`Tensor::modulate`].
    ///
    /// # Errors
    /// [`TensorError::Shape`] if `y` or the groups do not fit.
    pub fn gated_add(&self, y: &Self, gate: &Self, split: usize) -> Result<Self> {
        common_device("gated_add", &[self, y, gate])?;
        self.expect_groups("gated_add", gate, split)?;
        if y.shape() != self.shape() {
            return Err(TensorError::shape(
                "gated_add",
                format!("{:?}", self.shape()),
                y.shape(),
            ));
        }
        Ok(self.like(self.device().arm().gated_add(self, y, gate, split)?))
    }

    /// Root-mean-square norm over the last axis, times `weight`, then `act`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if `weight` does not match the last axis.
    pub fn rms_norm(
        &self,
        weight: Option<&Self>,
        mode: RmsMode,
        act: Option<Unary>,
    ) -> Result<Self> {
        let dim = self.last_dim("rms_norm")?;
        if let Some(weight) = weight {
            common_device("rms_norm", &[self, weight])?;
            weight.expect_vector("rms_norm", dim)?;
        }
        Ok(self.like(self.device().arm().rms_norm(self, weight, mode, act)?))
    }

    fn like(&self, storage: Storage) -> Self {
        Self::owned(storage, self.shape().to_vec(), self.device())
    }

    fn expect_vector(&self, op: &'static str, len: usize) -> Result<()> {
        if self.shape() != [len] {
            return Err(TensorError::shape(op, format!("[{len}]"), self.shape()));
        }
        Ok(())
    }

    fn expect_groups(&self, op: &'static str, groups: &Self, split: usize) -> Result<()> {
        let [tokens, dim] = self.dims::<2>(op)?;
        let fits = groups.shape() == [1, dim] || (groups.shape() == [2, dim] && split <= tokens);
        if !fits {
            let expected = format!("[1|2, {dim}] for {tokens} rows split at {split}");
            return Err(TensorError::shape(op, expected, groups.shape()));
        }
        Ok(())
    }
}

/// Attention, positions, resampling and the vocoder's activation.
impl Tensor {
    /// Softmax attention of queries `[lq, heads*d]` over `k`, `v` `[lk, heads*d]`; no mask.
    ///
    /// `bias` `[lq + lk - 1, heads]` is added to the scaled score of query `i`, key `j` from row
    /// `j - i + lq - 1`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if widths, heads or the bias do not fit.
    pub fn attention(
        &self,
        k: &Self,
        v: &Self,
        bias: Option<&Self>,
        spec: AttentionSpec,
    ) -> Result<Self> {
        common_device("attention", &[self, k, v])?;
        let [lq, width] = self.dims::<2>("attention")?;
        let [lk, k_width] = k.dims::<2>("attention")?;
        if k_width != width || v.shape() != k.shape() || lk == 0 {
            let expected = format!("keys and values of one shape [1.., {width}]");
            let found = if k_width != width { k } else { v };
            return Err(TensorError::shape("attention", expected, found.shape()));
        }
        if width == 0 || spec.num_heads == 0 || width % spec.num_heads != 0 {
            let expected = format!("a width of {} heads", spec.num_heads);
            return Err(TensorError::shape("attention", expected, self.shape()));
        }
        if let Some(bias) = bias {
            common_device("attention", &[self, bias])?;
            if bias.shape() != [lq + lk - 1, spec.num_heads] {
                let expected = format!("bias [{}, {}]", lq + lk - 1, spec.num_heads);
                return Err(TensorError::shape("attention", expected, bias.shape()));
            }
        }
        let args = Attention {
            q: self,
            k,
            v,
            bias,
            spec,
        };
        Ok(self.like(self.device().arm().attention(&args)?))
    }

    /// Rotate interleaved pairs of every head of `[tokens, heads*d]`; `cos`, `sin` are
    /// `[tokens, d/2]` (spec: fusion-dit 5.5).
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the tables do not fit.
    pub fn rope(&self, cos: &Self, sin: &Self, num_heads: usize) -> Result<Self> {
        common_device("rope", &[self, cos, sin])?;
        let [tokens, width] = self.dims::<2>("rope")?;
        let half = width / num_heads.max(1) / 2;
        if num_heads == 0
            || half * 2 * num_heads != width
            || cos.shape() != [tokens, half]
            || sin.shape() != cos.shape()
        {
            return Err(TensorError::shape(
                "rope",
                format!("tables [{tokens}, {half}]"),
                cos.shape(),
            ));
        }
        Ok(self.like(self.device().arm().rope(self, cos, sin, num_heads)?))
    }

    /// Spatial repetition of a frame `[h, w, c]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the channels do not divide evenly.
    pub fn upsample(&self, spec: UpsampleSpec) -> Result<Self> {
        let [h, w, c] = self.dims::<3>("upsample")?;
        let spread = spec.out_channels * spec.factor_t * spec.factor * spec.factor;
        if c == 0 || spread == 0 || !spread.is_multiple_of(c) || spec.frame_idx >= spec.factor_t {
            return Err(TensorError::shape(
                "upsample",
                format!("channels dividing {spread}"),
                self.shape(),
            ));
        }
        let storage = self.device().arm().upsample(self, spec)?;
        let shape = vec![h * spec.factor, w * spec.factor, spec.out_channels];
        Ok(Self::owned(storage, shape, self.device()))
    }

    /// Anti-aliased SnakeBeta along time of `[t, c]` (spec: audio-vae-vocoder 6).
    ///
    /// `alpha` and `inv_beta` `[c]` are `exp(alpha)` and `1 / (exp(beta) + 1e-9)`; `taps` is the
    /// 12-tap low-pass used in both directions.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if parameters or taps do not fit.
    pub fn snake(&self, alpha: &Self, inv_beta: &Self, taps: &[f32]) -> Result<Self> {
        common_device("snake", &[self, alpha, inv_beta])?;
        let [_, channels] = self.dims::<2>("snake")?;
        alpha.expect_vector("snake", channels)?;
        inv_beta.expect_vector("snake", channels)?;
        if taps.len() != 12 {
            return Err(TensorError::shape("snake", "12 filter taps", &[taps.len()]));
        }
        let args = Snake {
            x: self,
            alpha,
            inv_beta,
            taps,
        };
        Ok(self.like(self.device().arm().snake(&args)?))
    }

    /// Wait until the device has finished everything queued so far.
    ///
    /// # Errors
    /// If the device was lost.
    pub fn synchronize(&self) -> Result<()> {
        self.device().arm().synchronize()
    }
}
