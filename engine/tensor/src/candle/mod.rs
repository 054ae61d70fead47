//! The candle arm: processor, CUDA and Metal.
//!
//! Storage is always a candle tensor and the plain operations are candle's. On the processor the hot
//! ones run our kernels ([`cpu`]), because candle's attention and convolutions reach a quarter to a
//! half of what the cores can do; elsewhere they are composed of candle operations ([`composed`]).

mod composed;
mod cpu;

use candle_core::{D, Device as CandleDevice, Tensor as Candle};

use crate::backend::{
    Attention, Backend, Binary, ConvTranspose, Modulate, PadMode, RmsMode, Snake, Storage, Unary,
    UpsampleSpec,
};
use crate::conv::{ConvFrame, ConvKernel, ConvSpec};
use crate::linear::PackedWeight;
use crate::{DeviceKind, Result, Tensor, TensorError};

/// One candle device.
pub(crate) struct CandleArm {
    device: CandleDevice,
    kernels: bool,
}

impl CandleArm {
    /// The processor with our kernels.
    pub(crate) fn cpu() -> Self {
        Self {
            device: CandleDevice::Cpu,
            kernels: true,
        }
    }

    /// The processor through the composed operations that CUDA and Metal use.
    pub(crate) fn cpu_composed() -> Self {
        Self {
            device: CandleDevice::Cpu,
            kernels: false,
        }
    }

    /// Open a device of candle.
    pub(crate) fn open(kind: DeviceKind) -> Result<Self> {
        let device = match kind {
            DeviceKind::Cpu => {
                use_physical_cores();
                return Ok(Self::cpu());
            }
            DeviceKind::Cuda(idx) => CandleDevice::new_cuda(idx),
            DeviceKind::Metal(idx) => CandleDevice::new_metal(idx),
        };
        let unavailable = |error: candle_core::Error| TensorError::DeviceUnavailable {
            device: kind.to_string(),
            reason: error.to_string(),
        };
        Ok(Self {
            device: device.map_err(unavailable)?,
            kernels: false,
        })
    }
}

/// One thread per physical core, unless `RAYON_NUM_THREADS` says otherwise: a second thread on a core
/// does not speed up matrix products, and the window needs the rest.
fn use_physical_cores() {
    if std::env::var_os("RAYON_NUM_THREADS").is_none() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(num_cpus::get_physical());
        // A pool that already exists keeps its size.
        drop(pool.build_global());
    }
}

/// The candle tensor behind `x`.
pub(crate) fn inner(x: &Tensor) -> &Candle {
    let Storage::Candle(tensor) = x.storage();
    tensor
}

/// Attach the operation's name to candle's error.
fn named<T>(op: &'static str, result: candle_core::Result<T>) -> Result<T> {
    result.map_err(|error| TensorError::backend(op, error))
}

fn stored(op: &'static str, result: candle_core::Result<Candle>) -> Result<Storage> {
    named(op, result).map(Storage::Candle)
}

impl Backend for CandleArm {
    fn reads_host_memory(&self) -> bool {
        self.kernels
    }

    fn upload(&self, data: Vec<f32>, shape: &[usize]) -> Result<Storage> {
        stored("upload", Candle::from_vec(data, shape, &self.device))
    }

    fn download(&self, x: &Tensor) -> Result<Vec<f32>> {
        named(
            "download",
            inner(x).flatten_all().and_then(|flat| flat.to_vec1()),
        )
    }

    fn reshape(&self, x: &Tensor, shape: &[usize]) -> Result<Storage> {
        stored("reshape", inner(x).reshape(shape))
    }

    fn permute(&self, x: &Tensor, axes: &[usize]) -> Result<Storage> {
        stored("permute", inner(x).permute(axes))
    }

    fn narrow(&self, x: &Tensor, axis: usize, start: usize, len: usize) -> Result<Storage> {
        stored("narrow", inner(x).narrow(axis, start, len))
    }

    fn contiguous(&self, x: &Tensor) -> Result<Storage> {
        stored("contiguous", inner(x).contiguous())
    }

    fn cat(&self, xs: &[&Tensor], axis: usize) -> Result<Storage> {
        let parts: Vec<_> = xs.iter().map(|x| inner(x)).collect();
        stored("cat", Candle::cat(&parts, axis))
    }

    fn pad(
        &self,
        x: &Tensor,
        axis: usize,
        before: usize,
        after: usize,
        mode: PadMode,
    ) -> Result<Storage> {
        match mode {
            PadMode::Zero => stored("pad", inner(x).pad_with_zeros(axis, before, after)),
        }
    }

    fn unary(&self, x: &Tensor, op: Unary) -> Result<Storage> {
        if self.kernels {
            cpu::elementwise::unary(x, op)
        } else {
            stored("unary", composed::unary(inner(x), op))
        }
    }

    fn binary(&self, x: &Tensor, y: &Tensor, op: Binary) -> Result<Storage> {
        if self.kernels {
            return cpu::elementwise::binary(x, y, op);
        }
        let (x, y) = (inner(x), inner(y));
        let result = match op {
            Binary::Add => x.broadcast_add(y),
            Binary::Mul => x.broadcast_mul(y),
        };
        stored("binary", result)
    }

    fn mean_last(&self, x: &Tensor) -> Result<Storage> {
        stored("mean_last", inner(x).mean(D::Minus1))
    }

    fn layer_norm(
        &self,
        x: &Tensor,
        affine: Option<(&Tensor, &Tensor)>,
        eps: f32,
    ) -> Result<Storage> {
        if self.kernels {
            return cpu::norm::layer_norm(x, affine, eps);
        }
        let affine = affine.map(|(weight, bias)| (inner(weight), inner(bias)));
        stored("layer_norm", composed::layer_norm(inner(x), affine, eps))
    }

    fn modulate(&self, args: &Modulate<'_>) -> Result<Storage> {
        if self.kernels {
            cpu::norm::modulate(args)
        } else {
            stored("modulate", composed::modulate(args))
        }
    }

    fn gated_add(&self, x: &Tensor, y: &Tensor, gate: &Tensor, split: usize) -> Result<Storage> {
        if self.kernels {
            return cpu::elementwise::gated_add(x, y, gate, split);
        }
        stored(
            "gated_add",
            composed::gated_add(inner(x), inner(y), inner(gate), split),
        )
    }

    fn rms_norm(
        &self,
        x: &Tensor,
        weight: Option<&Tensor>,
        mode: RmsMode,
        act: Option<Unary>,
    ) -> Result<Storage> {
        if self.kernels {
            return cpu::norm::rms_norm(x, weight, mode, act);
        }
        stored(
            "rms_norm",
            composed::rms_norm(inner(x), weight.map(inner), mode, act),
        )
    }

    fn linear(&self, x: &Tensor, weight: &PackedWeight, bias: Option<&Tensor>) -> Result<Storage> {
        if self.kernels {
            return cpu::linear::linear(x, weight, bias);
        }
        x.device().check_cancelled()?;
        composed::linear(x, weight, bias)
    }

    fn attention(&self, args: &Attention<'_>) -> Result<Storage> {
        if self.kernels {
            cpu::attention::attention(args)
        } else {
            composed::attention(args)
        }
    }

    fn rope(&self, x: &Tensor, cos: &Tensor, sin: &Tensor, num_heads: usize) -> Result<Storage> {
        if self.kernels {
            return cpu::elementwise::rope(x, cos, sin, num_heads);
        }
        stored(
            "rope",
            composed::rope(inner(x), inner(cos), inner(sin), num_heads),
        )
    }

    fn conv2d(
        &self,
        frames: &[ConvFrame<'_>],
        kernel: &ConvKernel,
        spec: ConvSpec,
    ) -> Result<Storage> {
        if self.kernels {
            return cpu::conv2d::conv2d(frames, kernel, spec);
        }
        kernel.weight.device().check_cancelled()?;
        stored("conv2d", composed::conv2d(frames, kernel, spec))
    }

    fn conv1d(&self, x: &Tensor, kernel: &ConvKernel, dilation: usize) -> Result<Storage> {
        if self.kernels {
            return cpu::conv1d::conv1d(x, kernel, dilation);
        }
        x.device().check_cancelled()?;
        stored("conv1d", composed::conv1d(inner(x), kernel, dilation))
    }

    fn conv_transpose1d(&self, args: &ConvTranspose<'_>) -> Result<Storage> {
        if self.kernels {
            return cpu::conv1d::conv_transpose1d(args);
        }
        args.x.device().check_cancelled()?;
        stored("conv_transpose1d", composed::conv_transpose1d(args))
    }

    fn upsample(&self, x: &Tensor, spec: UpsampleSpec) -> Result<Storage> {
        if self.kernels {
            cpu::elementwise::upsample(x, spec)
        } else {
            stored("upsample", composed::upsample(inner(x), spec))
        }
    }

    fn snake(&self, args: &Snake<'_>) -> Result<Storage> {
        if self.kernels {
            cpu::snake::snake(args)
        } else {
            stored("snake", composed::snake(args))
        }
    }

    fn synchronize(&self) -> Result<()> {
        named("synchronize", self.device.synchronize())
    }
}
