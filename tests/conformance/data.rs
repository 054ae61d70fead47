//! Inputs: repeatable values, ways a tensor can lie in memory, and stored weights.

use half::{bf16, f16};
use ovi_tensor::oracle::{Array, permute};
use ovi_tensor::{Device, Tensor, TensorError};
use ovi_weights::{StoredTensor, StoredType, WeightBytes};

/// Uniform in `[-1, 1)` and exact in 16-bit steps, so that every arm sees the oracle's numbers.
pub fn values(seed: u64, shape: &[usize]) -> Array {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Array::from_fn(shape, |_| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = ((z ^ (z >> 31)) >> 48) as f64;
        bits / 32768.0 - 1.0
    })
}

/// Elements `at` replaced by `value`.
pub fn with(mut x: Array, at: &[usize], value: f64) -> Array {
    for &idx in at {
        x.values[idx] = value;
    }
    x
}

/// How the elements of an operand lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Row-major, an allocation of its own.
    Plain,
    /// All axes in reverse order.
    Permuted,
    /// Row-major inside a larger allocation.
    Offset,
    /// Rows with gaps between them.
    Gaps,
}

/// All of them.
pub const VIEWS: [View; 4] = [View::Plain, View::Permuted, View::Offset, View::Gaps];

/// Upload `x` so that it lies as `view`. What surrounds it is not a number, so reading it shows.
pub fn place(x: &Array, view: View, device: &Device) -> Result<Tensor, TensorError> {
    let last = x.shape.len() - 1;
    match view {
        View::Plain => x.to_tensor(device),
        View::Permuted => {
            let reversed: Vec<usize> = (0..=last).rev().collect();
            permute(x, &reversed).to_tensor(device)?.permute(&reversed)
        }
        View::Offset => inside(x, 0, device),
        View::Gaps => inside(x, last, device),
    }
}

fn inside(x: &Array, axis: usize, device: &Device) -> Result<Tensor, TensorError> {
    let (before, after, len) = (3, 1, x.shape[axis]);
    let mut shape = x.shape.clone();
    shape[axis] = before + len + after;
    let outer = Array::from_fn(&shape, |i| {
        let mut index = i.to_vec();
        match i[axis].checked_sub(before) {
            Some(position) if position < len => {
                index[axis] = position;
                x.at(&index)
            }
            _ => f64::NAN,
        }
    });
    outer.to_tensor(device)?.narrow(axis, before, len)
}

/// Weights in `f32`.
pub fn stored(x: &Array) -> StoredTensor {
    stored_as(x, StoredType::F32, false)
}

/// Weights rounded to `stored`, the first byte at an odd address if `misaligned`.
pub fn stored_as(x: &Array, stored: StoredType, misaligned: bool) -> StoredTensor {
    let mut bytes = vec![0xff_u8; usize::from(misaligned)];
    for &value in &x.values {
        match stored {
            StoredType::Bf16 => bytes.extend(bf16::from_f64(value).to_le_bytes()),
            StoredType::F16 => bytes.extend(f16::from_f64(value).to_le_bytes()),
            _ => bytes.extend((value as f32).to_le_bytes()),
        }
    }
    let start = usize::from(misaligned);
    let range = start..bytes.len();
    let bytes = WeightBytes::from(bytes).slice(range).expect("inside");
    StoredTensor::new("weight", stored, &x.shape, bytes).expect("as many bytes as the shape needs")
}

/// What `weight` holds after rounding.
pub fn held(weight: &StoredTensor) -> Array {
    let values = weight.to_f32().expect("a float type");
    Array::from_f32(&weight.shape, &values).expect("as many values as the shape needs")
}
