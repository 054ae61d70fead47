//! Scoped access to a checkpoint: constructors walk it by the checkpoint's own names.

use ovi_tensor::{Conv, Device, Linear, MemoryKind, Tensor};
use ovi_weights::{StoredTensor, WeightSet};

use crate::{ModelError, Result};

/// A checkpoint seen through a name prefix, together with the device that will hold the network.
#[derive(Clone)]
pub struct Weights {
    set: WeightSet,
    prefix: String,
    device: Device,
}

impl Weights {
    /// The whole of `set`, to be loaded on `device`.
    pub fn new(set: &WeightSet, device: &Device) -> Self {
        Self {
            set: set.clone(),
            prefix: String::new(),
            device: device.clone(),
        }
    }

    /// The names below `scope`.
    #[must_use]
    pub fn scope(&self, scope: impl std::fmt::Display) -> Self {
        Self {
            prefix: format!("{}{scope}.", self.prefix),
            ..self.clone()
        }
    }

    /// Where the network goes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether `name` exists in this scope.
    pub fn contains(&self, name: &str) -> bool {
        self.set.contains(&self.full(name))
    }

    /// Shape of `name` in this scope.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.set.shape(&self.full(name))
    }

    /// The stored tensor `name`.
    ///
    /// # Errors
    /// If the checkpoint lacks it.
    pub fn get(&self, name: &str) -> Result<StoredTensor> {
        Ok(self.set.get(&self.full(name))?)
    }

    /// The stored tensor `name`, which must have `shape`.
    ///
    /// # Errors
    /// [`ModelError::WeightShape`] if it has another.
    pub fn get_shaped(&self, name: &str, shape: &[usize]) -> Result<StoredTensor> {
        let tensor = self.get(name)?;
        if tensor.shape != shape {
            let name = self.full(name);
            return Err(ModelError::WeightShape {
                name,
                expected: shape.to_vec(),
                found: tensor.shape,
            });
        }
        Ok(tensor)
    }

    /// `name.weight` `[out, …]` with `in_dim` elements a row, and `name.bias` if it exists.
    ///
    /// # Errors
    /// If the weight is missing or has other extents.
    pub fn linear(&self, name: &str, in_dim: usize, out_dim: usize) -> Result<Linear> {
        let weight = self.get(&format!("{name}.weight"))?;
        let fits =
            weight.shape.first() == Some(&out_dim) && weight.num_elements() == in_dim * out_dim;
        if !fits {
            let name = self.full(&format!("{name}.weight"));
            return Err(ModelError::WeightShape {
                name,
                expected: vec![out_dim, in_dim],
                found: weight.shape,
            });
        }
        Ok(Linear::new(
            &weight,
            self.bias(name)?.as_ref(),
            &self.device,
        )?)
    }

    /// `name.weight` as a convolution, and `name.bias` if it exists.
    ///
    /// # Errors
    /// If the weight is missing or has another shape than `shape`.
    pub fn conv(&self, name: &str, shape: &[usize]) -> Result<Conv> {
        let weight = self.get_shaped(&format!("{name}.weight"), shape)?;
        Ok(Conv::new(&weight, self.bias(name)?.as_ref(), &self.device)?)
    }

    /// `len` values of `name` as a vector; axes of 1 are dropped.
    ///
    /// # Errors
    /// If the tensor is missing or holds another number of values.
    pub fn vector(&self, name: &str, len: usize) -> Result<Tensor> {
        let stored = self.get(name)?;
        if stored.num_elements() != len {
            let name = self.full(name);
            return Err(ModelError::WeightShape {
                name,
                expected: vec![len],
                found: stored.shape,
            });
        }
        let _scope = self.device.enter_kind(MemoryKind::Weights);
        Ok(Tensor::from_vec(stored.to_f32()?, &[len], &self.device)?)
    }

    fn bias(&self, name: &str) -> Result<Option<StoredTensor>> {
        let name = format!("{name}.bias");
        if self.contains(&name) {
            self.get(&name).map(Some)
        } else {
            Ok(None)
        }
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Number of consecutive indices `n` from 0 for which `exists(n)`.
pub(crate) fn count(exists: impl Fn(usize) -> bool) -> usize {
    (0..).take_while(|&n| exists(n)).count()
}
