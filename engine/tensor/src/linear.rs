//! Matrices with weights: [`Linear`], the only product with stored weights, and [`Embedding`].

use std::sync::Arc;

use ovi_weights::{StoredTensor, StoredType};

use crate::backend::common_device;
use crate::ledger::Charge;
use crate::{Device, MemoryKind, Result, Tensor, TensorError};

/// A weight matrix `[out, in]` as its arm multiplies it.
///
/// The processor reads the stored elements in place (BF16 and F16 are widened tile by tile inside
/// the product); devices with memory of their own hold a copy. Computation is `f32` everywhere.
#[derive(Clone, Debug)]
pub(crate) struct PackedWeight {
    pub(crate) data: WeightData,
    pub(crate) out_dim: usize,
    pub(crate) in_dim: usize,
    _charge: Arc<Charge>,
}

#[derive(Clone, Debug)]
pub(crate) enum WeightData {
    /// Row-major stored elements in host memory, possibly a mapped file.
    Host(StoredTensor),
    /// Copy on the device, `[out, in]`.
    Device(Tensor),
}

impl PackedWeight {
    fn new(weight: &StoredTensor, [out_dim, in_dim]: [usize; 2], device: &Device) -> Result<Self> {
        let stored = weight.contiguous()?;
        let num_bytes = out_dim * in_dim * stored.stored.size_in_bytes();
        if stored.bytes.len() != num_bytes {
            let expected = format!("a shape of {} bytes", stored.bytes.len());
            return Err(TensorError::shape("linear", expected, &weight.shape));
        }
        if device.arm().reads_host_memory() && is_tiled_type(stored.stored) {
            let kind = if stored.bytes.is_mapped() {
                MemoryKind::Mapped
            } else {
                MemoryKind::Weights
            };
            let charge = device.charge(kind, stored.bytes.as_slice().len() as u64);
            return Ok(Self {
                data: WeightData::Host(stored),
                out_dim,
                in_dim,
                _charge: Arc::new(charge),
            });
        }
        let _scope = device.enter_kind(MemoryKind::Weights);
        let tensor = Tensor::from_vec(stored.to_f32()?, &[out_dim, in_dim], device)?;
        let charge = Arc::new(device.charge(MemoryKind::Weights, 0));
        Ok(Self {
            data: WeightData::Device(tensor),
            out_dim,
            in_dim,
            _charge: charge,
        })
    }
}

/// Types the processor multiplies straight from the stored bytes.
fn is_tiled_type(stored: StoredType) -> bool {
    matches!(stored, StoredType::F32 | StoredType::Bf16 | StoredType::F16)
}

/// `y = x W^T + b`.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: PackedWeight,
    bias: Option<Tensor>,
    device: Device,
}

impl Linear {
    /// `weight` has `[out, in]` elements in row-major order; further axes are folded into `in`.
    /// `bias` is `[out]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the shapes do not fit, or the device has no room.
    pub fn new(
        weight: &StoredTensor,
        bias: Option<&StoredTensor>,
        device: &Device,
    ) -> Result<Self> {
        let Some((&out_dim, rest)) = weight
            .shape
            .split_first()
            .filter(|(_, rest)| !rest.is_empty())
        else {
            return Err(TensorError::shape(
                "linear",
                "weight [out, in]",
                &weight.shape,
            ));
        };
        let in_dim = rest.iter().product();
        let bias = bias.map(|bias| vector(bias, out_dim, device)).transpose()?;
        let weight = PackedWeight::new(weight, [out_dim, in_dim], device)?;
        Ok(Self {
            weight,
            bias,
            device: device.clone(),
        })
    }

    /// Apply to `x` `[rows, in]`, giving `[rows, out]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the width differs.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let [rows, width] = x.dims::<2>("linear")?;
        if width != self.weight.in_dim {
            return Err(TensorError::shape(
                "linear",
                format!("[rows, {}]", self.weight.in_dim),
                x.shape(),
            ));
        }
        if x.device() != &self.device {
            return Err(TensorError::DeviceMismatch { op: "linear" });
        }
        if let Some(bias) = &self.bias {
            common_device("linear", &[x, bias])?;
        }
        let storage = self
            .device
            .arm()
            .linear(x, &self.weight, self.bias.as_ref())?;
        Ok(Tensor::owned(
            storage,
            vec![rows, self.weight.out_dim],
            &self.device,
        ))
    }

    /// Output width.
    pub fn out_dim(&self) -> usize {
        self.weight.out_dim
    }

    /// Input width.
    pub fn in_dim(&self) -> usize {
        self.weight.in_dim
    }
}

/// Upload a stored vector of `len` values as weights.
pub(crate) fn vector(stored: &StoredTensor, len: usize, device: &Device) -> Result<Tensor> {
    if stored.num_elements() != len {
        return Err(TensorError::shape(
            "vector",
            format!("{len} values"),
            &stored.shape,
        ));
    }
    let _scope = device.enter_kind(MemoryKind::Weights);
    Tensor::from_vec(stored.to_f32()?, &[len], device)
}

/// A table of rows that stays in its file; only the rows asked for are read and uploaded.
#[derive(Clone, Debug)]
pub struct Embedding {
    table: StoredTensor,
    device: Device,
    _charge: Arc<Charge>,
}

impl Embedding {
    /// `table` is `[rows, dim]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if it has not two axes.
    pub fn new(table: &StoredTensor, device: &Device) -> Result<Self> {
        if table.shape.len() != 2 {
            return Err(TensorError::shape(
                "embedding",
                "table [rows, dim]",
                &table.shape,
            ));
        }
        let table = table.contiguous()?;
        let kind = if table.bytes.is_mapped() {
            MemoryKind::Mapped
        } else {
            MemoryKind::Weights
        };
        let charge = Arc::new(device.charge(kind, table.bytes.as_slice().len() as u64));
        Ok(Self {
            table,
            device: device.clone(),
            _charge: charge,
        })
    }

    /// Rows `ids` as `[ids, dim]`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if an id is outside the table.
    pub fn forward(&self, ids: &[u32]) -> Result<Tensor> {
        let (rows, dim) = (self.table.shape[0], self.table.shape[1]);
        let row_bytes = dim * self.table.stored.size_in_bytes();
        let mut data = Vec::with_capacity(ids.len() * dim);
        for &id in ids {
            let id = id as usize;
            let bytes = self.table.bytes.slice(id * row_bytes..(id + 1) * row_bytes);
            let Some(bytes) = bytes.filter(|_| id < rows) else {
                return Err(TensorError::shape(
                    "embedding",
                    format!("ids below {rows}"),
                    &[id],
                ));
            };
            let row = StoredTensor {
                shape: vec![dim],
                bytes,
                ..self.table.clone()
            };
            data.extend(row.to_f32()?);
        }
        Tensor::from_vec(data, &[ids.len(), dim], &self.device)
    }
}
