//! Names, shapes and starting values of tensors.

use half::bf16;
use ovi_tensor::{NoiseSource, PhiloxNoise};
use ovi_weights::{StoredTensor, StoredType, WeightBytes, WeightError};

/// How a tensor is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Normal numbers of this deviation around a mean.
    Normal {
        /// Mean.
        mean: f32,
        /// Standard deviation.
        std: f32,
    },
    /// One value.
    Constant(f32),
}

/// A tensor to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorPlan {
    /// Checkpoint name.
    pub name: String,
    /// Extents.
    pub shape: Vec<usize>,
    /// Values.
    pub init: Init,
}

/// Collects the tensors of one network.
#[derive(Default)]
pub(super) struct Plans(pub(super) Vec<TensorPlan>);

impl Plans {
    pub(super) fn push(&mut self, name: impl Into<String>, shape: &[usize], init: Init) {
        self.0.push(TensorPlan {
            name: name.into(),
            shape: shape.to_vec(),
            init,
        });
    }

    /// A weight whose outputs have about `gain` times the deviation of its inputs.
    pub(super) fn weight(&mut self, name: impl Into<String>, shape: &[usize], gain: f32) {
        let fan_in: usize = shape.iter().skip(1).product();
        self.push(
            name,
            shape,
            Init::Normal {
                mean: 0.0,
                std: gain / (fan_in as f32).sqrt(),
            },
        );
    }

    /// A small random bias.
    pub(super) fn bias(&mut self, name: impl Into<String>, len: usize) {
        self.push(
            name,
            &[len],
            Init::Normal {
                mean: 0.0,
                std: 0.02,
            },
        );
    }

    /// `name.weight` and `name.bias`.
    pub(super) fn layer(&mut self, name: &str, shape: &[usize], gain: f32) {
        self.weight(format!("{name}.weight"), shape, gain);
        self.bias(format!("{name}.bias"), shape[0]);
    }

    /// A norm's gain near 1.
    pub(super) fn norm(&mut self, name: impl Into<String>, shape: &[usize]) {
        self.push(
            name,
            shape,
            Init::Normal {
                mean: 1.0,
                std: 0.05,
            },
        );
    }
}

/// Fill every plan.
pub(super) fn fill_all(
    plans: &[TensorPlan],
    stored: StoredType,
) -> Result<Vec<StoredTensor>, WeightError> {
    plans.iter().map(|plan| fill(plan, stored)).collect()
}

fn fill(plan: &TensorPlan, stored: StoredType) -> Result<StoredTensor, WeightError> {
    let len = plan.shape.iter().product();
    let values = match plan.init {
        Init::Constant(value) => vec![value; len],
        Init::Normal { mean, std } => {
            let noise = PhiloxNoise::new(name_seed(&plan.name)).normal(len);
            noise
                .into_iter()
                .map(|value| value.mul_add(std, mean))
                .collect()
        }
    };
    if stored == StoredType::Bf16 {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|&value| bf16::from_f32(value).to_le_bytes())
            .collect();
        return StoredTensor::new(
            plan.name.clone(),
            stored,
            &plan.shape,
            WeightBytes::from(bytes),
        );
    }
    Ok(StoredTensor::from_f32(
        plan.name.clone(),
        &plan.shape,
        values,
    ))
}

/// FNV-1a of the name.
fn name_seed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
