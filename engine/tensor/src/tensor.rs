//! The facade every network is written against.

use std::sync::Arc;

use crate::backend::{self, Attention, Modulate, Snake, Storage, common_device};
use crate::ledger::Charge;
use crate::{
    AttentionSpec, Binary, Device, PadMode, Result, RmsMode, TensorError, Unary, UpsampleSpec,
};

/// An `f32` tensor on a [`Device`], row-major. Cloning and views share memory and its charge.
#[derive(Clone, Debug)]
pub struct Tensor {
    storage: Storage,
    shape: Vec<usize>,
    device: Device,
    charge: Arc<Charge>,
}

/// Creation, reading and shape.
impl Tensor {
    /// Upload `data`, row-major.
    ///
    /// # Errors
    /// If `data` does not have the product of `shape` elements, or the device has no room.
    pub fn from_vec(data: Vec<f32>, shape: &[usize], device: &Device) -> Result<Self> {
        if data.len() != shape.iter().product::<usize>() {
            return Err(TensorError::shape(
                "from_vec",
                format!("{} elements", data.len()),
                shape,
            ));
        }
        let storage = device.arm().upload(data, shape)?;
        Ok(Self::owned(storage, shape.to_vec(), device))
    }

    /// All zeros.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn zeros(shape: &[usize], device: &Device) -> Result<Self> {
        Self::from_vec(vec![0.0; shape.iter().product()], shape, device)
    }

    /// Elements in row-major order. Waits for the device.
    ///
    /// # Errors
    /// If the arm fails, for example because the device was lost.
    pub fn to_vec(&self) -> Result<Vec<f32>> {
        self.device.arm().download(self)
    }

    /// Extents, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of elements.
    pub fn num_elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Where the tensor lives.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Bytes booked for the allocation behind this tensor (shared by its views).
    pub fn charged_bytes(&self) -> u64 {
        self.charge.bytes()
    }

    /// Extents of a tensor of exactly `N` axes.
    ///
    /// # Errors
    /// [`TensorError::Shape`] for another number of axes.
    pub fn dims<const N: usize>(&self, op: &'static str) -> Result<[usize; N]> {
        let error = |_| TensorError::shape(op, format!("{N} axes"), &self.shape);
        <[usize; N]>::try_from(self.shape.as_slice()).map_err(error)
    }

    /// The same elements under another shape; a view, or a copy if they are not row-major.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the number of elements differs.
    pub fn reshape(&self, shape: &[usize]) -> Result<Self> {
        if shape.iter().product::<usize>() != self.num_elements() {
            return Err(TensorError::shape(
                "reshape",
                format!("{:?}", self.shape),
                shape,
            ));
        }
        let storage = self.device.arm().reshape(self, shape)?;
        if self.storage.is_row_major() {
            Ok(self.view(storage, shape.to_vec()))
        } else {
            Ok(Self::owned(storage, shape.to_vec(), &self.device))
        }
    }

    /// Axes in the order `axes`; a view.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if `axes` is not a permutation.
    pub fn permute(&self, axes: &[usize]) -> Result<Self> {
        let mut sorted = axes.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..self.shape.len()) {
            return Err(TensorError::shape(
                "permute",
                format!("axes {axes:?}"),
                &self.shape,
            ));
        }
        let storage = self.device.arm().permute(self, axes)?;
        Ok(self.view(storage, axes.iter().map(|&axis| self.shape[axis]).collect()))
    }

    /// Entries `start..start + len` along `axis`; a view.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the range is outside the axis.
    pub fn narrow(&self, axis: usize, start: usize, len: usize) -> Result<Self> {
        let fits = self
            .shape
            .get(axis)
            .is_some_and(|&n| start.checked_add(len).is_some_and(|end| end <= n));
        if !fits {
            let expected = format!("axis {axis} to hold {start}..{start}+{len}");
            return Err(TensorError::shape("narrow", expected, &self.shape));
        }
        let storage = self.device.arm().narrow(self, axis, start, len)?;
        let mut shape = self.shape.clone();
        shape[axis] = len;
        Ok(self.view(storage, shape))
    }

    /// Row-major copy in memory of its own, or the same tensor if it already is row-major.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn contiguous(&self) -> Result<Self> {
        if self.storage.is_row_major() {
            return Ok(self.clone());
        }
        let storage = self.device.arm().contiguous(self)?;
        Ok(Self::owned(storage, self.shape.clone(), &self.device))
    }

    /// Join along `axis`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the other axes differ or there is nothing to join.
    pub fn cat(xs: &[&Self], axis: usize) -> Result<Self> {
        let Some(&first) = xs.first() else {
            return Err(TensorError::shape("cat", "at least one tensor", &[]));
        };
        let device = common_device("cat", xs)?;
        let mut shape = first.shape.clone();
        let agrees = |x: &&Self| {
            x.shape.len() == shape.len()
                && x.shape
                    .iter()
                    .zip(&shape)
                    .enumerate()
                    .all(|(i, (a, b))| i == axis || a == b)
        };
        if axis >= shape.len() || !xs.iter().all(agrees) {
            return Err(TensorError::shape(
                "cat",
                format!("shapes equal but for axis {axis}"),
                &shape,
            ));
        }
        shape[axis] = xs.iter().map(|x| x.shape[axis]).sum();
        let storage = device.arm().cat(xs, axis)?;
        Ok(Self::owned(storage, shape, device))
    }

    /// Zero padding along `axis`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if there is no such axis.
    pub fn pad_zero(&self, axis: usize, before: usize, after: usize) -> Result<Self> {
        if axis >= self.shape.len() {
            return Err(TensorError::shape(
                "pad_zero",
                format!("axis {axis}"),
                &self.shape,
            ));
        }
        let storage = self
            .device
            .arm()
            .pad(self, axis, before, after, PadMode::Zero)?;
        let mut shape = self.shape.clone();
        shape[axis] += before + after;
        Ok(Self::owned(storage, shape, &self.device))
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    pub(crate) fn owned(storage: Storage, shape: Vec<usize>, device: &Device) -> Self {
        let bytes = 4 * shape.iter().product::<usize>() as u64;
        let charge = Arc::new(device.charge_scoped(bytes));
        Self {
            storage,
            shape,
            device: device.clone(),
            charge,
        }
    }

    fn view(&self, storage: Storage, shape: Vec<usize>) -> Self {
        Self {
            storage,
            shape,
            device: self.device.clone(),
            charge: Arc::clone(&self.charge),
        }
    }

    fn last_dim(&self, op: &'static str) -> Result<usize> {
        self.shape
            .last()
            .copied()
            .ok_or_else(|| TensorError::shape(op, "at least one axis", &[]))
    }
}

/// Element-wise operations and norms.
impl Tensor {
    /// Apply `op` to every element.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn unary(&self, op: Unary) -> Result<Self> {
        Ok(self.like(self.device.arm().unary(self, op)?))
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
        let row = self.shape.last().map(std::slice::from_ref);
        if other.shape != self.shape && Some(other.shape.as_slice()) != row {
            return Err(TensorError::shape(
                name,
                format!("{:?} or its last axis", self.shape),
                &other.shape,
            ));
        }
        Ok(self.like(self.device.arm().binary(self, other, op)?))
    }

    /// Mean over the last axis, which disappears.
    ///
    /// # Errors
    /// [`TensorError::Shape`] without axes.
    pub fn mean_last(&self) -> Result<Self> {
        self.last_dim("mean_last")?;
        let storage = self.device.arm().mean_last(self)?;
        Ok(Self::owned(
            storage,
            self.shape[..self.shape.len() - 1].to_vec(),
            &self.device,
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
        Ok(self.like(self.device.arm().layer_norm(self, affine, eps)?))
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
        Ok(self.like(self.device.arm().modulate(&args)?))
    }

    /// `self + y * gate` with `gate` `[groups, dim]` as in [`Tensor::modulate`].
    ///
    /// # Errors
    /// [`TensorError::Shape`] if `y` or the groups do not fit.
    pub fn gated_add(&self, y: &Self, gate: &Self, split: usize) -> Result<Self> {
        common_device("gated_add", &[self, y, gate])?;
        self.expect_groups("gated_add", gate, split)?;
        if y.shape != self.shape {
            return Err(TensorError::shape(
                "gated_add",
                format!("{:?}", self.shape),
                &y.shape,
            ));
        }
        Ok(self.like(self.device.arm().gated_add(self, y, gate, split)?))
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
        Ok(self.like(self.device.arm().rms_norm(self, weight, mode, act)?))
    }

    fn like(&self, storage: Storage) -> Self {
        Self::owned(storage, self.shape.clone(), &self.device)
    }

    fn expect_vector(&self, op: &'static str, len: usize) -> Result<()> {
        if self.shape != [len] {
            return Err(TensorError::shape(op, format!("[{len}]"), &self.shape));
        }
        Ok(())
    }

    fn expect_groups(&self, op: &'static str, groups: &Self, split: usize) -> Result<()> {
        let [tokens, dim] = self.dims::<2>(op)?;
        let fits = groups.shape == [1, dim] || (groups.shape == [2, dim] && split <= tokens);
        if !fits {
            let expected = format!("[1|2, {dim}] for {tokens} rows split at {split}");
            return Err(TensorError::shape(op, expected, &groups.shape));
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
        if k_width != width || v.shape != k.shape || lk == 0 {
            let expected = format!("keys and values of one shape [1.., {width}]");
            let found = if k_width != width { k } else { v };
            return Err(TensorError::shape("attention", expected, &found.shape));
        }
        if width == 0 || spec.num_heads == 0 || width % spec.num_heads != 0 {
            let expected = format!("a width of {} heads", spec.num_heads);
            return Err(TensorError::shape("attention", expected, &self.shape));
        }
        if let Some(bias) = bias {
            common_device("attention", &[self, bias])?;
            if bias.shape != [lq + lk - 1, spec.num_heads] {
                let expected = format!("bias [{}, {}]", lq + lk - 1, spec.num_heads);
                return Err(TensorError::shape("attention", expected, &bias.shape));
            }
        }
        let args = Attention {
            q: self,
            k,
            v,
            bias,
            spec,
        };
        Ok(self.like(self.device.arm().attention(&args)?))
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
            || cos.shape != [tokens, half]
            || sin.shape != cos.shape
        {
            return Err(TensorError::shape(
                "rope",
                format!("tables [{tokens}, {half}]"),
                &cos.shape,
            ));
        }
        Ok(self.like(self.device.arm().rope(self, cos, sin, num_heads)?))
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
                &self.shape,
            ));
        }
        let storage = self.device.arm().upsample(self, spec)?;
        let shape = vec![h * spec.factor, w * spec.factor, spec.out_channels];
        Ok(Self::owned(storage, shape, &self.device))
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
        Ok(self.like(self.device.arm().snake(&args)?))
    }

    /// Wait until the device has finished everything queued so far.
    ///
    /// # Errors
    /// If the device was lost.
    pub fn synchronize(&self) -> Result<()> {
        backend::Backend::synchronize(self.device.arm())
    }
}
