//! What an arm owes.
//!
//! Sealed and narrow: every operation is used by a shipped network and every arm fills all of them.
//! Operations are eager and pure, results are contiguous unless noted, long ones poll the device's
//! cancel token and chunk their working space. Operand shapes are checked by [`crate::Tensor`]
//! before an arm sees them.

use crate::conv::{ConvFrame, ConvKernel, ConvSpec};
use crate::linear::PackedWeight;
use crate::{Device, Result, Tensor};

/// Data of one tensor in the form its arm understands. Cloning shares the allocation.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// Tensor of the candle arm; views are candle's own.
    Candle(candle_core::Tensor),
}

impl Storage {
    /// Whether the elements lie in row-major order without gaps, so that views of them need no copy.
    pub(crate) fn is_row_major(&self) -> bool {
        match self {
            Self::Candle(tensor) => tensor.is_contiguous(),
        }
    }
}

/// Element-wise function of one operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    /// `x * sigmoid(x)`.
    Silu,
    /// GELU, tanh approximation.
    GeluTanh,
    /// Hyperbolic tangent.
    Tanh,
    /// `min(max(x, low), high)`.
    Clamp {
        /// Lower bound.
        low: f32,
        /// Upper bound.
        high: f32,
    },
    /// `x * mul + add`.
    Affine {
        /// Factor.
        mul: f32,
        /// Offset.
        add: f32,
    },
}

/// Element-wise function of two operands of equal shape, or a row vector as the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// Sum.
    Add,
    /// Product.
    Mul,
}

/// What stands outside the padded range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    Zero,
}

/// How the root mean square of a row is guarded against zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RmsMode {
    /// `x / sqrt(mean(x^2) + eps)` (transformers).
    EpsInside(f32),
    /// `x / max(sqrt(mean(x^2)), floor)` (video VAE).
    Floor(f32),
    /// `x / (eps + sqrt(mean(x^2)))` (audio VAE).
    EpsOutside(f32),
}

/// Heads and scaling of an attention call.
#[derive(Clone, Copy, Debug)]
pub struct AttentionSpec {
    /// Number of heads; columns `h*d..(h+1)*d` belong to head `h`.
    pub num_heads: usize,
    /// Factor on the scores before the softmax.
    pub scale: f32,
}

/// Spatial repetition that spreads channels over the new pixels (nearest neighbour in general form).
///
/// With `R = out_channels * factor_t * factor^2 / in_channels`, output channel `o` at sub-position
/// `(it, iy, ix)` reads input channel `(((o*factor_t + it)*factor + iy)*factor + ix) / R`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpsampleSpec {
    /// Factor along height and width.
    pub factor: usize,
    /// Frames that one input frame becomes.
    pub factor_t: usize,
    /// Which of those frames to produce.
    pub frame_idx: usize,
    /// Channels of the result.
    pub out_channels: usize,
}

impl UpsampleSpec {
    /// Plain nearest-neighbour enlargement of a picture with `channels` channels.
    pub fn nearest(factor: usize, channels: usize) -> Self {
        Self {
            factor,
            factor_t: 1,
            frame_idx: 0,
            out_channels: channels,
        }
    }

    /// Input channel behind output channel `o` at row offset `iy`, column offset `ix`.
    pub(crate) fn source_channel(
        &self,
        in_channels: usize,
        o: usize,
        iy: usize,
        ix: usize,
    ) -> usize {
        let spread = self.out_channels * self.factor_t * self.factor * self.factor;
        let index = ((o * self.factor_t + self.frame_idx) * self.factor + iy) * self.factor + ix;
        index * in_channels / spread
    }
}

/// Operands of [`Backend::modulate`]: `layer_norm(x) * (1 + scale) + shift`.
pub(crate) struct Modulate<'a> {
    pub x: &'a Tensor,
    pub shift: &'a Tensor,
    pub scale: &'a Tensor,
    pub eps: f32,
    pub split: usize,
}

/// Operands of [`Backend::attention`].
pub(crate) struct Attention<'a> {
    pub q: &'a Tensor,
    pub k: &'a Tensor,
    pub v: &'a Tensor,
    pub bias: Option<&'a Tensor>,
    pub spec: AttentionSpec,
}

/// Operands of [`Backend::snake`]: anti-aliased SnakeBeta with folded `exp(alpha)`, `1/(exp(beta)+eps)`.
pub(crate) struct Snake<'a> {
    pub x: &'a Tensor,
    pub alpha: &'a Tensor,
    pub inv_beta: &'a Tensor,
    pub taps: &'a [f32],
}

/// Operands of [`Backend::conv_transpose1d`].
pub(crate) struct ConvTranspose<'a> {
    pub x: &'a Tensor,
    pub kernel: &'a ConvKernel,
    pub stride: usize,
    pub trim: usize,
}

/// The contract of an arm.
pub(crate) trait Backend: Send + Sync {
    /// Whether matrices may stay in the mapped file and be read from there.
    fn reads_host_memory(&self) -> bool;
    /// Bring `data` (row-major) to the device.
    fn upload(&self, data: Vec<f32>, shape: &[usize]) -> Result<Storage>;
    /// Bring the elements back, row-major.
    fn download(&self, x: &Tensor) -> Result<Vec<f32>>;
    /// View with another shape; copies only what is not contiguous.
    fn reshape(&self, x: &Tensor, shape: &[usize]) -> Result<Storage>;
    /// View with axes in another order.
    fn permute(&self, x: &Tensor, axes: &[usize]) -> Result<Storage>;
    /// View of `len` entries from `start` along `axis`.
    fn narrow(&self, x: &Tensor, axis: usize, start: usize, len: usize) -> Result<Storage>;
    /// Row-major copy, or the same storage if it already is.
    fn contiguous(&self, x: &Tensor) -> Result<Storage>;
    /// Concatenate along `axis`.
    fn cat(&self, xs: &[&Tensor], axis: usize) -> Result<Storage>;
    /// Add `before` and `after` entries along `axis`.
    fn pad(
        &self,
        x: &Tensor,
        axis: usize,
        before: usize,
        after: usize,
        mode: PadMode,
    ) -> Result<Storage>;
    /// Element-wise function.
    fn unary(&self, x: &Tensor, op: Unary) -> Result<Storage>;
    /// Element-wise function of two operands; `y` has the shape of `x` or of its last axis.
    fn binary(&self, x: &Tensor, y: &Tensor, op: Binary) -> Result<Storage>;
    /// Mean over the last axis.
    fn mean_last(&self, x: &Tensor) -> Result<Storage>;
    /// Layer norm over the last axis with optional weight and bias.
    fn layer_norm(
        &self,
        x: &Tensor,
        affine: Option<(&Tensor, &Tensor)>,
        eps: f32,
    ) -> Result<Storage>;
    /// Layer norm, then scale and shift per row group.
    fn modulate(&self, args: &Modulate<'_>) -> Result<Storage>;
    /// `x + y * gate` with `gate` per row group.
    fn gated_add(&self, x: &Tensor, y: &Tensor, gate: &Tensor, split: usize) -> Result<Storage>;
    /// Root-mean-square norm over the last axis, optional weight, optional activation after it.
    fn rms_norm(
        &self,
        x: &Tensor,
        weight: Option<&Tensor>,
        mode: RmsMode,
        act: Option<Unary>,
    ) -> Result<Storage>;
    /// `x W^T + b` with `W` in its stored type.
    fn linear(&self, x: &Tensor, weight: &PackedWeight, bias: Option<&Tensor>) -> Result<Storage>;
    /// Tiled softmax attention; a full score matrix is never built.
    fn attention(&self, args: &Attention<'_>) -> Result<Storage>;
    /// Rotate interleaved pairs inside each head by `cos`, `sin` `[tokens, head_dim/2]`.
    fn rope(&self, x: &Tensor, cos: &Tensor, sin: &Tensor, num_heads: usize) -> Result<Storage>;
    /// Sum of 2-D convolutions of several frames `[h, w, c]` with the kernel's temporal taps.
    fn conv2d(
        &self,
        frames: &[ConvFrame<'_>],
        kernel: &ConvKernel,
        spec: ConvSpec,
    ) -> Result<Storage>;
    /// 1-D convolution of `[t, c]`.
    fn conv1d(&self, x: &Tensor, kernel: &ConvKernel, dilation: usize) -> Result<Storage>;
    /// Transposed 1-D convolution of `[t, c]`, `trim` samples cut from both ends.
    fn conv_transpose1d(&self, args: &ConvTranspose<'_>) -> Result<Storage>;
    /// Spatial repetition of `[h, w, c]`.
    fn upsample(&self, x: &Tensor, spec: UpsampleSpec) -> Result<Storage>;
    /// Up-sample x2, SnakeBeta, down-sample x2 along time of `[t, c]`.
    fn snake(&self, args: &Snake<'_>) -> Result<Storage>;
    /// Wait until everything queued on the device is finished.
    fn synchronize(&self) -> Result<()>;
}

/// Common device of the operands of `op`.
///
/// # Errors
/// [`crate::TensorError::DeviceMismatch`] if two operands live on different devices.
pub(crate) fn common_device<'a>(op: &'static str, xs: &[&'a Tensor]) -> Result<&'a Device> {
    let first = xs
        .first()
        .ok_or(crate::TensorError::DeviceMismatch { op })?;
    if xs.iter().any(|x| x.device() != first.device()) {
        return Err(crate::TensorError::DeviceMismatch { op });
    }
    Ok(first.device())
}
