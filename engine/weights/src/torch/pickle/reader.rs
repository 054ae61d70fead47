//! A cursor over the bytes of a pickle. Lengths are compared with what remains before use.

use crate::error::WeightError;

/// Reads forward through a pickle.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn fault(&self, reason: &'static str) -> WeightError {
        WeightError::Pickle {
            reason,
            at: self.at as u64,
        }
    }

    /// The next `num_bytes` bytes.
    pub(super) fn take(&mut self, num_bytes: usize) -> Result<&'a [u8], WeightError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..num_bytes).ok_or(WeightError::Truncated {
            part: "a pickled value",
            expected_bytes: num_bytes as u64,
            found_bytes: rest.len() as u64,
        })?;
        self.at += num_bytes;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], WeightError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    pub(super) fn u8(&mut self) -> Result<u8, WeightError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, WeightError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, WeightError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, WeightError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, WeightError> {
        self.array().map(u64::from_le_bytes)
    }

    /// Bytes up to the next line feed, which is consumed.
    pub(super) fn line(&mut self) -> Result<&'a [u8], WeightError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n');
        let length = length.ok_or_else(|| self.fault("a line does not end"))?;
        let line = self.take(length)?;
        self.take(1)?;
        Ok(line)
    }
}
