//! The element types that weight files store.

use std::fmt;

/// Type of one stored element. All are little endian (spec: gguf-and-weights 8, 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoredType {
    /// IEEE binary64.
    F64,
    /// IEEE binary32.
    F32,
    /// IEEE binary16.
    F16,
    /// The upper half of a binary32.
    Bf16,
    /// Signed 64 bit integer.
    I64,
    /// Signed 32 bit integer.
    I32,
    /// Signed 16 bit integer.
    I16,
    /// Signed 8 bit integer.
    I8,
    /// Unsigned 8 bit integer.
    U8,
    /// One byte; zero is false.
    Bool,
    /// 8 bit float, 4 exponent and 3 mantissa bits, no infinities ("e4m3fn").
    F8E4M3,
    /// 8 bit float, 5 exponent and 2 mantissa bits.
    F8E5M2,
}

impl StoredType {
    /// Every type, in the order of the declaration.
    pub const ALL: [Self; 12] = [
        Self::F64,
        Self::F32,
        Self::F16,
        Self::Bf16,
        Self::I64,
        Self::I32,
        Self::I16,
        Self::I8,
        Self::U8,
        Self::Bool,
        Self::F8E4M3,
        Self::F8E5M2,
    ];

    /// Bytes of one element.
    pub fn size_in_bytes(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool | Self::F8E4M3 | Self::F8E5M2 => 1,
        }
    }

    /// Whether the elements are floating point numbers.
    pub fn is_float(self) -> bool {
        matches!(
            self,
            Self::F64 | Self::F32 | Self::F16 | Self::Bf16 | Self::F8E4M3 | Self::F8E5M2
        )
    }

    /// The spelling used in safetensors headers, such as `BF16` or `F8_E4M3`.
    pub fn label(self) -> &'static str {
        match self {
            Self::F64 => "F64",
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::I64 => "I64",
            Self::I32 => "I32",
            Self::I16 => "I16",
            Self::I8 => "I8",
            Self::U8 => "U8",
            Self::Bool => "BOOL",
            Self::F8E4M3 => "F8_E4M3",
            Self::F8E5M2 => "F8_E5M2",
        }
    }

    /// The type with this [`label`](Self::label), if there is one.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stored| stored.label() == label)
    }
}

impl fmt::Display for StoredType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lead_back_to_their_type() {
        for stored in StoredType::ALL {
            assert_eq!(StoredType::from_label(stored.label()), Some(stored));
        }
        assert_eq!(StoredType::from_label("bf16"), None);
        assert_eq!(format!("{:>5}", StoredType::Bf16), " BF16");
    }
}
