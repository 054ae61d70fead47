//! Convolution layers on channels-last data, kernels re-laid once at load.
//!
//! Frames are `[height, width, channels]`, signals `[time, channels]`. A kernel is kept as
//! `[temporal tap][row tap][column tap * in][out]`, so that every product of an arm reads a
//! contiguous window of pixels and a contiguous block of weights.

use ovi_weights::StoredTensor;

use crate::backend::ConvTranspose;
use crate::linear::vector;
use crate::{Device, MemoryKind, Result, Tensor, TensorError};

/// Spatial stride and zero padding of a 2-D or 3-D convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvSpec {
    /// Step along height and width.
    pub stride: usize,
    /// Zeros before the first row and column.
    pub pad_before: usize,
    /// Zeros after the last row and column.
    pub pad_after: usize,
}

impl ConvSpec {
    /// Stride 1 with the size kept, for an odd kernel.
    pub fn same(kernel: usize) -> Self {
        Self {
            stride: 1,
            pad_before: kernel / 2,
            pad_after: kernel / 2,
        }
    }

    /// Length along one axis after a kernel of `taps`.
    pub(crate) fn out_len(&self, len: usize, taps: usize) -> Option<usize> {
        let padded = len + self.pad_before + self.pad_after;
        padded.checked_sub(taps).map(|last| last / self.stride + 1)
    }
}

/// One input frame and the temporal tap of the kernel it meets.
#[derive(Clone, Copy, Debug)]
pub struct ConvFrame<'a> {
    /// `[height, width, in]`.
    pub frame: &'a Tensor,
    /// Index along the kernel's time axis; 0 is the oldest.
    pub tap: usize,
}

/// Kernel re-laid for the arms.
#[derive(Clone, Debug)]
pub(crate) struct ConvKernel {
    /// `[taps_t, taps_h, taps_w * in, out]`.
    pub(crate) weight: Tensor,
    pub(crate) bias: Option<Tensor>,
    pub(crate) taps: [usize; 3],
    pub(crate) in_channels: usize,
    pub(crate) out_channels: usize,
}

impl ConvKernel {
    /// `values` is `[out, in, t, h, w]` row-major.
    fn new(
        values: &[f32],
        [out, inp, t, h, w]: [usize; 5],
        bias: Option<&StoredTensor>,
        device: &Device,
    ) -> Result<Self> {
        let plane = t * h * w;
        let mut laid = vec![0.0; values.len()];
        for (o, filter) in values.chunks_exact((inp * plane).max(1)).enumerate() {
            for (i, taps) in filter.chunks_exact(plane.max(1)).enumerate() {
                for (tap, &value) in taps.iter().enumerate() {
                    laid[(tap * inp + i) * out + o] = value;
                }
            }
        }
        let _scope = device.enter_kind(MemoryKind::Weights);
        let weight = Tensor::from_vec(laid, &[t, h, w * inp, out], device)?;
        let bias = bias.map(|bias| vector(bias, out, device)).transpose()?;
        Ok(Self {
            weight,
            bias,
            taps: [t, h, w],
            in_channels: inp,
            out_channels: out,
        })
    }

    fn expect_channels(&self, op: &'static str, x: &Tensor, found: usize) -> Result<()> {
        if found != self.in_channels {
            return Err(TensorError::shape(
                op,
                format!("{} channels", self.in_channels),
                x.shape(),
            ));
        }
        if x.device() != self.weight.device() {
            return Err(TensorError::DeviceMismatch { op });
        }
        Ok(())
    }
}

fn expect_elements(op: &'static str, weight: &StoredTensor) -> Result<()> {
    if weight.shape.contains(&0) {
        return Err(TensorError::shape(
            op,
            "a kernel with elements",
            &weight.shape,
        ));
    }
    Ok(())
}

/// A convolution along time, over a picture, or over a picture and time.
#[derive(Clone, Debug)]
pub struct Conv {
    kernel: ConvKernel,
}

impl Conv {
    /// `weight` is `[out, in, k]`, `[out, in, kh, kw]` or `[out, in, kt, kh, kw]`; `bias` is `[out]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] for another number of axes or an empty one, or the device has no room.
    pub fn new(
        weight: &StoredTensor,
        bias: Option<&StoredTensor>,
        device: &Device,
    ) -> Result<Self> {
        let extents = match weight.shape[..] {
            [out, inp, w] => [out, inp, 1, 1, w],
            [out, inp, h, w] => [out, inp, 1, h, w],
            [out, inp, t, h, w] => [out, inp, t, h, w],
            _ => {
                return Err(TensorError::shape(
                    "conv",
                    "weight [out, in, taps…]",
                    &weight.shape,
                ));
            }
        };
        expect_elements("conv", weight)?;
        let values = weight.to_f32()?;
        // The kernel is re-laid, so the mapped pages it came from are not needed again.
        weight.bytes.release_pages();
        Ok(Self {
            kernel: ConvKernel::new(&values, extents, bias, device)?,
        })
    }

    /// Output channels.
    pub fn out_channels(&self) -> usize {
        self.kernel.out_channels
    }

    /// Input channels.
    pub fn in_channels(&self) -> usize {
        self.kernel.in_channels
    }

    /// Signal `[t, in]` to `[t, out]`: stride 1, zero padding that keeps the length.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the channels differ or the kernel has even length.
    pub fn forward_1d(&self, x: &Tensor, dilation: usize) -> Result<Tensor> {
        let [len, channels] = x.dims::<2>("conv1d")?;
        self.kernel.expect_channels("conv1d", x, channels)?;
        let [t, h, w] = self.kernel.taps;
        if t * h != 1 || w % 2 == 0 || dilation == 0 {
            return Err(TensorError::shape(
                "conv1d",
                "an odd 1-D kernel",
                &[t, h, w],
            ));
        }
        let storage = x.device().arm().conv1d(x, &self.kernel, dilation)?;
        Ok(Tensor::owned(
            storage,
            vec![len, self.kernel.out_channels],
            x.device(),
        ))
    }

    /// Sum over `frames` of the 2-D convolution with each frame's temporal tap, plus bias once.
    ///
    /// Causal 3-D convolution is this with the last frames of the stream; frames before its start
    /// are simply left out (they would multiply zeros).
    ///
    /// # Errors
    /// [`TensorError::Shape`] if sizes, channels or taps do not fit.
    pub fn forward_frames(&self, frames: &[ConvFrame<'_>], spec: ConvSpec) -> Result<Tensor> {
        let op = "conv2d";
        let Some(first) = frames.first() else {
            return Err(TensorError::shape(op, "at least one frame", &[]));
        };
        let [height, width, _] = first.frame.dims::<3>(op)?;
        let [num_taps, taps_h, taps_w] = self.kernel.taps;
        for input in frames {
            let [h, w, channels] = input.frame.dims::<3>(op)?;
            self.kernel.expect_channels(op, input.frame, channels)?;
            if [h, w] != [height, width] || input.tap >= num_taps {
                let expected = format!("frames {height}x{width}, taps below {num_taps}");
                return Err(TensorError::shape(op, expected, input.frame.shape()));
            }
        }
        if spec.stride == 0 {
            return Err(TensorError::shape(op, "a stride of at least 1", &[0]));
        }
        let sides = (spec.out_len(height, taps_h), spec.out_len(width, taps_w));
        let (Some(out_h), Some(out_w)) = sides else {
            return Err(TensorError::shape(
                op,
                format!("at least {taps_h}x{taps_w} pixels"),
                first.frame.shape(),
            ));
        };
        let device = first.frame.device();
        let storage = device.arm().conv2d(frames, &self.kernel, spec)?;
        Ok(Tensor::owned(
            storage,
            vec![out_h, out_w, self.kernel.out_channels],
            device,
        ))
    }

    /// A picture or single frame `[h, w, in]`, using the newest temporal tap.
    ///
    /// # Errors
    /// As [`Conv::forward_frames`].
    pub fn forward_2d(&self, frame: &Tensor, spec: ConvSpec) -> Result<Tensor> {
        self.forward_frames(
            &[ConvFrame {
                frame,
                tap: self.kernel.taps[0] - 1,
            }],
            spec,
        )
    }
}

/// Transposed 1-D convolution that multiplies the length by its stride.
#[derive(Clone, Debug)]
pub struct ConvTranspose1d {
    kernel: ConvKernel,
    stride: usize,
}

impl ConvTranspose1d {
    /// `weight` is `[in, out, k]` with `k` a multiple of `stride` and `k - stride` even; `bias` `[out]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if they are not, or the device has no room.
    pub fn new(
        weight: &StoredTensor,
        bias: Option<&StoredTensor>,
        stride: usize,
        device: &Device,
    ) -> Result<Self> {
        let &[inp, out, k] = weight.shape.as_slice() else {
            return Err(TensorError::shape(
                "conv_transpose1d",
                "weight [in, out, k]",
                &weight.shape,
            ));
        };
        expect_elements("conv_transpose1d", weight)?;
        if stride == 0 || k % stride != 0 || !(k - stride).is_multiple_of(2) {
            return Err(TensorError::shape(
                "conv_transpose1d",
                format!("kernel fitting stride {stride}"),
                &weight.shape,
            ));
        }
        // Output block m of `stride` samples sees inputs m - q + 1 ..= m (q = k / stride), the oldest
        // with the last taps: a plain convolution with `stride * out` channels.
        let (values, windows) = (weight.to_f32()?, k / stride);
        let mut laid = vec![0.0; values.len()];
        for i in 0..inp {
            for o in 0..out {
                for tap in 0..k {
                    let (age, phase) = (tap / stride, tap % stride);
                    let row = (windows - 1 - age) * inp + i;
                    laid[(row * stride + phase) * out + o] = values[(i * out + o) * k + tap];
                }
            }
        }
        let _scope = device.enter_kind(MemoryKind::Weights);
        let weight = Tensor::from_vec(laid, &[1, 1, windows * inp, stride * out], device)?;
        let bias = bias.map(|bias| vector(bias, out, device)).transpose()?;
        let kernel = ConvKernel {
            weight,
            bias,
            taps: [1, 1, windows],
            in_channels: inp,
            out_channels: out,
        };
        Ok(Self { kernel, stride })
    }

    /// `[t, in]` to `[t * stride, out]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the channels differ.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let [len, channels] = x.dims::<2>("conv_transpose1d")?;
        self.kernel
            .expect_channels("conv_transpose1d", x, channels)?;
        let taps = self.kernel.taps[2] * self.stride;
        let trim = (taps - self.stride) / 2;
        let args = ConvTranspose {
            x,
            kernel: &self.kernel,
            stride: self.stride,
            trim,
        };
        let storage = x.device().arm().conv_transpose1d(&args)?;
        Ok(Tensor::owned(
            storage,
            vec![len * self.stride, self.kernel.out_channels],
            x.device(),
        ))
    }
}
