//! One tensor as stored: name, type, shape and bytes, with widening to `f32` and `i64`.

use half::{bf16, f16};

use crate::blocks;
use crate::bytes::WeightBytes;
use crate::error::WeightError;
use crate::layout;
use crate::stored_type::StoredType;

/// A tensor in its stored form. Cloning copies no elements.
#[derive(Clone, Debug)]
pub struct StoredTensor {
    /// Name, as asked for.
    pub name: String,
    /// Element type.
    pub stored: StoredType,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// Distances between elements, counted in elements; `None` when they follow each other in
    /// row-major order.
    pub strides: Option<Vec<usize>>,
    /// The elements, from the first to the last one used.
    pub bytes: WeightBytes,
}

impl StoredTensor {
    /// A contiguous tensor from its bytes.
    /// Fails when `bytes` has another length than shape and type need.
    pub fn new(
        name: impl Into<String>,
        stored: StoredType,
        shape: &[usize],
        bytes: impl Into<WeightBytes>,
    ) -> Result<Self, WeightError> {
        let tensor = Self {
            name: name.into(),
            stored,
            shape: shape.to_vec(),
            strides: None,
            bytes: bytes.into(),
        };
        tensor.row_major_bytes()?;
        Ok(tensor)
    }

    /// A contiguous F32 tensor. A `values` length that differs from the shape is found by the
    /// first conversion.
    pub fn from_f32(name: impl Into<String>, shape: &[usize], values: Vec<f32>) -> Self {
        let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
        Self {
            name: name.into(),
            stored: StoredType::F32,
            shape: shape.to_vec(),
            strides: None,
            bytes: bytes.into(),
        }
    }

    /// Number of elements; saturates for shapes made in memory that no file could have.
    pub fn num_elements(&self) -> usize {
        layout::num_elements(&self.shape).unwrap_or(usize::MAX)
    }

    /// The elements widened to `f32`, row-major. F64 is rounded to nearest; 8 and 16 bit integers
    /// and booleans are exact. Fails for 32 and 64 bit integers and for a wrong byte count.
    pub fn to_f32(&self) -> Result<Vec<f32>, WeightError> {
        let tensor = self.contiguous()?;
        let bytes = tensor.row_major_bytes()?;
        Ok(match self.stored {
            StoredType::F32 => each(bytes, f32::from_le_bytes),
            StoredType::Bf16 => each(bytes, |b| bf16::from_le_bytes(b).to_f32()),
            StoredType::F16 => each(bytes, |b| f16::from_le_bytes(b).to_f32()),
            StoredType::F64 => each(bytes, |b| f64::from_le_bytes(b) as f32),
            StoredType::F8E4M3 => each(bytes, |[b]: [u8; 1]| f8e4m3_to_f32(b)),
            // The bits of an E5M2 number are the upper half of a binary16.
            StoredType::F8E5M2 => each(bytes, |[b]: [u8; 1]| f16::from_le_bytes([0, b]).to_f32()),
            StoredType::I16 => each(bytes, |b| f32::from(i16::from_le_bytes(b))),
            StoredType::I8 => each(bytes, |b| f32::from(i8::from_le_bytes(b))),
            StoredType::U8 => each(bytes, |[b]: [u8; 1]| f32::from(b)),
            StoredType::Bool => each(bytes, |[b]: [u8; 1]| f32::from(u8::from(b != 0))),
            StoredType::I64 | StoredType::I32 => return Err(self.conversion("f32")),
            quantised => {
                let mut values = vec![0.0; tensor.num_elements()];
                blocks::decode(quantised, bytes, &mut values)
                    .ok_or_else(|| self.conversion("f32"))?;
                values
            }
        })
    }

    /// The elements widened to `i64`, row-major; booleans become 0 and 1.
    /// Fails for floating point types and for a wrong byte count.
    pub fn to_i64(&self) -> Result<Vec<i64>, WeightError> {
        let tensor = self.contiguous()?;
        let bytes = tensor.row_major_bytes()?;
        Ok(match self.stored {
            StoredType::I64 => each(bytes, i64::from_le_bytes),
            StoredType::I32 => each(bytes, |b| i64::from(i32::from_le_bytes(b))),
            StoredType::I16 => each(bytes, |b| i64::from(i16::from_le_bytes(b))),
            StoredType::I8 => each(bytes, |b| i64::from(i8::from_le_bytes(b))),
            StoredType::U8 => each(bytes, |[b]: [u8; 1]| i64::from(b)),
            StoredType::Bool => each(bytes, |[b]: [u8; 1]| i64::from(b != 0)),
            _ => return Err(self.conversion("i64")),
        })
    }

    /// The tensor itself when its elements follow each other, else a copy in row-major order.
    /// Fails when the strides reach beyond the bytes.
    pub fn contiguous(&self) -> Result<Self, WeightError> {
        let Some(strides) = &self.strides else {
            return Ok(self.clone());
        };
        let item_bytes = self.stored.size_in_bytes();
        let bytes = self.bytes.as_slice();
        let gathered =
            layout::gather(bytes, item_bytes, &self.shape, strides).ok_or_else(|| {
                let expected = layout::extent(&self.shape, strides)
                    .and_then(|extent| extent.checked_mul(item_bytes))
                    .unwrap_or(usize::MAX);
                self.byte_count(expected)
            })?;
        Ok(Self {
            strides: None,
            bytes: gathered.into(),
            ..self.clone()
        })
    }

    /// The bytes of a contiguous tensor, after checking their number.
    fn row_major_bytes(&self) -> Result<&[u8], WeightError> {
        let expected = layout::num_elements(&self.shape)
            .and_then(|count| self.stored.num_bytes(count))
            .ok_or_else(|| WeightError::TooManyElements {
                tensor: self.name.clone(),
            })?;
        let bytes = self.bytes.as_slice();
        if bytes.len() == expected {
            Ok(bytes)
        } else {
            Err(self.byte_count(expected))
        }
    }

    fn byte_count(&self, expected: usize) -> WeightError {
        WeightError::ByteCount {
            tensor: self.name.clone(),
            expected_bytes: expected as u64,
            found_bytes: self.bytes.len() as u64,
        }
    }

    fn conversion(&self, wanted: &'static str) -> WeightError {
        WeightError::Conversion {
            tensor: self.name.clone(),
            stored: self.stored,
            wanted,
        }
    }
}

/// Converts items of `N` bytes one by one.
fn each<const N: usize, T>(bytes: &[u8], convert: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (items, _) = bytes.as_chunks::<N>();
    items.iter().map(|item| convert(*item)).collect()
}

/// Value of an e4m3fn byte (spec: gguf-and-weights 8.1).
fn f8e4m3_to_f32(byte: u8) -> f32 {
    let sign = if byte & 0x80 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((byte >> 3) & 0x0f);
    let mantissa = f32::from(byte & 0x07);
    let magnitude = match (exponent, byte & 0x07) {
        (0x0f, 0x07) => f32::NAN,
        (0, _) => mantissa / 8.0 * 2f32.powi(-6),
        _ => (1.0 + mantissa / 8.0) * 2f32.powi(exponent - 7),
    };
    sign * magnitude
}
