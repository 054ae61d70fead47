//! Shared, read-only bytes: a piece of a mapped file or of a buffer in memory.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::WeightError;
use crate::map::FileMap;

/// Bytes that keep their owner alive: the map of the file, or a shared buffer.
/// Cloning copies no data.
#[derive(Clone)]
pub struct WeightBytes {
    owner: Owner,
    range: Range<usize>,
}

#[derive(Clone)]
enum Owner {
    Map(Arc<FileMap>),
    Buffer(Arc<Vec<u8>>),
}

impl WeightBytes {
    /// All bytes of a mapped file.
    pub(crate) fn from_map(map: Arc<FileMap>) -> Self {
        let range = 0..map.as_slice().len();
        Self {
            owner: Owner::Map(map),
            range,
        }
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        let all = match &self.owner {
            Owner::Map(map) => map.as_slice(),
            Owner::Buffer(buffer) => buffer.as_slice(),
        };
        all.get(self.range.clone()).unwrap_or_default()
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Whether the bytes lie in a mapped file (and so cost no memory of their own).
    pub fn is_mapped(&self) -> bool {
        matches!(self.owner, Owner::Map(_))
    }

    /// A part of these bytes with the same owner; `None` when the range reaches beyond them.
    pub fn slice(&self, range: Range<usize>) -> Option<Self> {
        let start = self.range.start.checked_add(range.start)?;
        let end = self.range.start.checked_add(range.end)?;
        if start > end || end > self.range.end {
            return None;
        }
        Some(Self {
            owner: self.owner.clone(),
            range: start..end,
        })
    }

    /// Gives the memory pages behind these bytes back to the system; they are read again from the
    /// file when touched. For bytes in memory nothing happens (spec: gguf-and-weights 10).
    pub fn release_pages(&self) {
        if let Owner::Map(map) = &self.owner {
            map.release(self.range.start, self.range.len());
        }
    }

    /// Fails when the mapped file has changed since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), WeightError> {
        match &self.owner {
            Owner::Map(map) => map.check_unchanged(),
            Owner::Buffer(_) => Ok(()),
        }
    }
}

impl From<Vec<u8>> for WeightBytes {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self {
            owner: Owner::Buffer(Arc::new(bytes)),
            range,
        }
    }
}

impl fmt::Debug for WeightBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.is_mapped() {
            "mapped"
        } else {
            "in memory"
        };
        write!(f, "WeightBytes({} bytes {place})", self.len())
    }
}
