//! The element and block types that weight files store.

use std::fmt;

/// Type of stored elements. All are little endian (spec: gguf-and-weights 3, 8, 9).
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
    /// Blocks of 32 elements in 18 bytes.
    Q4_0,
    /// Blocks of 32 elements in 20 bytes.
    Q4_1,
    /// Blocks of 32 elements in 22 bytes.
    Q5_0,
    /// Blocks of 32 elements in 24 bytes.
    Q5_1,
    /// Blocks of 32 elements in 34 bytes.
    Q8_0,
    /// Blocks of 256 elements in 84 bytes.
    Q2K,
    /// Blocks of 256 elements in 110 bytes.
    Q3K,
    /// Blocks of 256 elements in 144 bytes.
    Q4K,
    /// Blocks of 256 elements in 176 bytes.
    Q5K,
    /// Blocks of 256 elements in 210 bytes.
    Q6K,
    /// Blocks of 32 elements in 18 bytes.
    Iq4Nl,
    /// Blocks of 256 elements in 136 bytes.
    Iq4Xs,
    /// Blocks of 32 elements in 17 bytes.
    Mxfp4,
}

/// How many elements are stored together, and in how many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Elements; 1 for types that store each by itself.
    pub elements: usize,
    /// Bytes.
    pub bytes: usize,
}

impl StoredType {
    /// Every type, in the order of the declaration.
    pub const ALL: [Self; 25] = [
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
        Self::Q4_0,
        Self::Q4_1,
        Self::Q5_0,
        Self::Q5_1,
        Self::Q8_0,
        Self::Q2K,
        Self::Q3K,
        Self::Q4K,
        Self::Q5K,
        Self::Q6K,
        Self::Iq4Nl,
        Self::Iq4Xs,
        Self::Mxfp4,
    ];

    /// How elements are stored together.
    pub fn block(self) -> Block {
        let block = |elements, bytes| Block { elements, bytes };
        match self {
            Self::F64 | Self::I64 => block(1, 8),
            Self::F32 | Self::I32 => block(1, 4),
            Self::F16 | Self::Bf16 | Self::I16 => block(1, 2),
            Self::I8 | Self::U8 | Self::Bool | Self::F8E4M3 | Self::F8E5M2 => block(1, 1),
            Self::Q4_0 => block(32, 18),
            Self::Q4_1 => block(32, 20),
            Self::Q5_0 => block(32, 22),
            Self::Q5_1 => block(32, 24),
            Self::Q8_0 => block(32, 34),
            Self::Q2K => block(256, 84),
            Self::Q3K => block(256, 110),
            Self::Q4K => block(256, 144),
            Self::Q5K => block(256, 176),
            Self::Q6K => block(256, 210),
            Self::Iq4Nl => block(32, 18),
            Self::Iq4Xs => block(256, 136),
            Self::Mxfp4 => block(32, 17),
        }
    }

    /// Whether elements are stored in blocks that share a scale.
    pub fn is_quantised(self) -> bool {
        self.block().elements > 1
    }

    /// Bytes of one element, or of one block.
    pub fn size_in_bytes(self) -> usize {
        self.block().bytes
    }

    /// Bytes of `num_elements`; `None` if they are no whole blocks or do not fit an address.
    pub fn num_bytes(self, num_elements: usize) -> Option<usize> {
        let Block { elements, bytes } = self.block();
        let is_whole = num_elements.is_multiple_of(elements);
        is_whole.then(|| (num_elements / elements).checked_mul(bytes))?
    }

    /// Number of the type in GGUF files, for those that they can hold and we read.
    pub fn ggml_id(self) -> Option<u32> {
        Some(match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Bf16 => 30,
            Self::F64 => 28,
            Self::I8 => 24,
            Self::I16 => 25,
            Self::I32 => 26,
            Self::I64 => 27,
            Self::Q4_0 => 2,
            Self::Q4_1 => 3,
            Self::Q5_0 => 6,
            Self::Q5_1 => 7,
            Self::Q8_0 => 8,
            Self::Q2K => 10,
            Self::Q3K => 11,
            Self::Q4K => 12,
            Self::Q5K => 13,
            Self::Q6K => 14,
            Self::Iq4Nl => 20,
            Self::Iq4Xs => 23,
            Self::Mxfp4 => 39,
            Self::U8 | Self::Bool | Self::F8E4M3 | Self::F8E5M2 => return None,
        })
    }

    /// The type with this number in GGUF files.
    pub fn from_ggml_id(id: u32) -> Option<Self> {
        let mut types = Self::ALL.into_iter();
        types.find(|stored| stored.ggml_id() == Some(id))
    }

    /// Whether the elements stand for real numbers.
    pub fn is_float(self) -> bool {
        matches!(
            self,
            Self::F64 | Self::F32 | Self::F16 | Self::Bf16 | Self::F8E4M3 | Self::F8E5M2
        ) || self.is_quantised()
    }

    /// The spelling used in safetensors headers, such as `BF16` or `F8_E4M3`, and that of GGML for
    /// blocks, such as `Q4_K`.
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
            Self::Q4_0 => "Q4_0",
            Self::Q4_1 => "Q4_1",
            Self::Q5_0 => "Q5_0",
            Self::Q5_1 => "Q5_1",
            Self::Q8_0 => "Q8_0",
            Self::Q2K => "Q2_K",
            Self::Q3K => "Q3_K",
            Self::Q4K => "Q4_K",
            Self::Q5K => "Q5_K",
            Self::Q6K => "Q6_K",
            Self::Iq4Nl => "IQ4_NL",
            Self::Iq4Xs => "IQ4_XS",
            Self::Mxfp4 => "MXFP4",
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
