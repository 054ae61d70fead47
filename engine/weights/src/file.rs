//! One weight file: its map and its index.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bytes::WeightBytes;
use crate::error::WeightError;
use crate::map::FileMap;
use crate::stored_tensor::StoredTensor;
use crate::stored_type::StoredType;
use crate::{safetensors, sniff, torch};

/// How a file holds its tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// JSON header, then data (spec: gguf-and-weights 8.4).
    Safetensors,
    /// Zip archive with a pickled index (spec: gguf-and-weights 9).
    TorchZip,
    /// Five pickles, then data (spec: gguf-and-weights 9).
    TorchLegacy,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safetensors => "safetensors",
            Self::TorchZip => "torch zip archive",
            Self::TorchLegacy => "torch pickle (old form)",
        })
    }
}

/// Where one tensor lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorEntry {
    /// Name in the file.
    pub name: String,
    /// Element type.
    pub stored: StoredType,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// Bytes of the file that hold the elements, from the first to the last one used.
    pub range: Range<usize>,
    /// Distances between elements, counted in elements; `None` when they follow each other in
    /// row-major order.
    pub strides: Option<Vec<usize>>,
}

/// What a container reader finds in a file.
#[derive(Debug, Default)]
pub(crate) struct FileIndex {
    pub(crate) entries: Vec<TensorEntry>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// An opened weight file: mapped and indexed, nothing copied.
#[derive(Debug)]
pub struct WeightFile {
    path: PathBuf,
    bytes: WeightBytes,
    container: Container,
    entries: Vec<TensorEntry>,
    metadata: BTreeMap<String, String>,
}

impl WeightFile {
    /// Maps a file and reads its index.
    ///
    /// Fails when the file cannot be read or is still being downloaded (`*.part`), when it is no
    /// weight file, and when anything its index claims is not true.
    pub fn open(path: &Path) -> Result<Arc<Self>, WeightError> {
        let map = FileMap::open(path).map_err(|error| error.in_file(path))?;
        Self::index(path.to_owned(), WeightBytes::from_map(Arc::new(map)))
    }

    /// Reads a file that is already in memory; `label` stands for the path in messages.
    /// Fails like [`open`](Self::open).
    pub fn from_bytes(label: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Arc<Self>, WeightError> {
        Self::index(label.into(), WeightBytes::from(bytes))
    }

    fn index(path: PathBuf, bytes: WeightBytes) -> Result<Arc<Self>, WeightError> {
        let (container, index) =
            read_index(bytes.as_slice()).map_err(|error| error.in_file(&path))?;
        let FileIndex { entries, metadata } = index;
        Ok(Arc::new(Self {
            path,
            bytes,
            container,
            entries,
            metadata,
        }))
    }

    /// The path it was opened with.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the file holds its tensors.
    pub fn container(&self) -> Container {
        self.container
    }

    /// Its tensors, in the order of the index.
    pub fn entries(&self) -> &[TensorEntry] {
        &self.entries
    }

    /// The string map of a safetensors header; empty for torch files.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Size of the map in bytes; 0 for a file in memory.
    pub fn mapped_bytes(&self) -> u64 {
        if self.bytes.is_mapped() {
            self.bytes.len() as u64
        } else {
            0
        }
    }

    /// Hands out a tensor of this file without copying it.
    /// Fails when the file changed since it was opened or the entry is not one of its own.
    pub fn tensor(&self, entry: &TensorEntry) -> Result<StoredTensor, WeightError> {
        self.bytes
            .check_unchanged()
            .map_err(|error| error.in_file(&self.path))?;
        let bytes = self.bytes.slice(entry.range.clone()).ok_or_else(|| {
            WeightError::OutOfRange {
                tensor: entry.name.clone(),
                end: entry.range.end as u64,
                limit: self.bytes.len() as u64,
            }
            .in_file(&self.path)
        })?;
        Ok(StoredTensor {
            name: entry.name.clone(),
            stored: entry.stored,
            shape: entry.shape.clone(),
            strides: entry.strides.clone(),
            bytes,
        })
    }
}

fn read_index(bytes: &[u8]) -> Result<(Container, FileIndex), WeightError> {
    let container = sniff::container(bytes)?;
    let index = match container {
        Container::Safetensors => safetensors::read_index(bytes)?,
        Container::TorchZip => torch::read_zip_index(bytes)?,
        Container::TorchLegacy => torch::read_legacy_index(bytes)?,
    };
    Ok((container, index))
}
