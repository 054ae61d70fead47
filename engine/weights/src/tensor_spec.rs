//! What a writer has to know about a tensor before its bytes come.

use crate::error::WeightError;
use crate::layout;
use crate::stored_tensor::StoredTensor;
use crate::stored_type::StoredType;

/// Name, type and shape of a tensor that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Name in the file.
    pub name: String,
    /// Element type.
    pub stored: StoredType,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
}

impl TensorSpec {
    /// A spec from its parts.
    pub fn new(name: impl Into<String>, stored: StoredType, shape: &[usize]) -> Self {
        Self {
            name: name.into(),
            stored,
            shape: shape.to_vec(),
        }
    }

    /// Number of elements. Fails when it fits no address.
    pub fn num_elements(&self) -> Result<usize, WeightError> {
        layout::num_elements(&self.shape).ok_or_else(|| self.too_many())
    }

    /// Bytes of all elements in row-major order. Fails when they fit no address or no whole blocks.
    pub fn num_bytes(&self) -> Result<u64, WeightError> {
        let num_bytes = self.stored.num_bytes(self.num_elements()?);
        num_bytes
            .map(|num_bytes| num_bytes as u64)
            .ok_or_else(|| self.too_many())
    }

    /// Copies exactly the bytes of this tensor, piece by piece, showing each piece to `observe`.
    /// Fails when `data` holds fewer or more bytes.
    pub(crate) fn copy(
        &self,
        mut data: impl std::io::Read,
        out: &mut impl std::io::Write,
        mut observe: impl FnMut(&[u8]),
    ) -> Result<(), WeightError> {
        let expected_bytes = self.num_bytes()?;
        let mut buffer = vec![0; PIECE_BYTES];
        let mut found_bytes = 0;
        loop {
            let num_read = match data.read(&mut buffer) {
                Ok(0) => break,
                Ok(num_read) => num_read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(WeightError::io("read the source of")(error)),
            };
            let piece = buffer.get(..num_read).unwrap_or_default();
            found_bytes += num_read as u64;
            if found_bytes > expected_bytes {
                break;
            }
            observe(piece);
            out.write_all(piece).map_err(WeightError::io("write"))?;
        }
        if found_bytes == expected_bytes {
            return Ok(());
        }
        Err(WeightError::ByteCount {
            tensor: self.name.clone(),
            expected_bytes,
            found_bytes,
        })
    }

    fn too_many(&self) -> WeightError {
        WeightError::TooManyElements {
            tensor: self.name.clone(),
        }
    }
}

impl From<&StoredTensor> for TensorSpec {
    fn from(tensor: &StoredTensor) -> Self {
        Self::new(tensor.name.clone(), tensor.stored, &tensor.shape)
    }
}

/// Bytes moved at a time.
const PIECE_BYTES: usize = 1 << 16;
