//! The facade every network is written against.

use std::sync::Arc;

use crate::backend::{Storage, common_device};
use crate::ledger::Charge;
use crate::{Device, PadMode, Result, TensorError};

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

    pub(crate) fn last_dim(&self, op: &'static str) -> Result<usize> {
        self.shape
            .last()
            .copied()
            .ok_or_else(|| TensorError::shape(op, "at least one axis", &[]))
    }
}
