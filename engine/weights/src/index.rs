//! Shard indexes (`*.safetensors.index.json`): which file of a folder holds which tensor.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::error::WeightError;

/// Largest index that is read.
const MAX_INDEX_BYTES: u64 = 64 << 20;

/// A parsed index.
pub(crate) struct ShardIndex {
    /// Tensor name to file name.
    pub(crate) weight_map: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
struct IndexText {
    weight_map: BTreeMap<String, String>,
}

impl ShardIndex {
    /// Reads an index. Fails when it is no such JSON text or names a file outside its folder.
    pub(crate) fn read(path: &Path) -> Result<Self, WeightError> {
        let num_bytes = std::fs::metadata(path)
            .map_err(WeightError::io("read the size of"))?
            .len();
        if num_bytes > MAX_INDEX_BYTES {
            return Err(WeightError::HeaderTooLarge {
                found_bytes: num_bytes,
                limit_bytes: MAX_INDEX_BYTES,
            });
        }
        let text = std::fs::read(path).map_err(WeightError::io("read"))?;
        let parsed: IndexText =
            serde_json::from_slice(&text).map_err(|error| WeightError::HeaderSyntax {
                reason: error.to_string(),
            })?;
        for name in parsed.weight_map.values() {
            let mut parts = Path::new(name).components();
            let is_plain = matches!(parts.next(), Some(Component::Normal(part)) if part == name.as_str())
                && parts.next().is_none();
            if !is_plain || name.contains('\\') {
                return Err(WeightError::ShardName { name: name.clone() });
            }
        }
        Ok(Self {
            weight_map: parsed.weight_map,
        })
    }

    /// The files next to the index, each once, in alphabetical order.
    pub(crate) fn shard_paths(&self, index_path: &Path) -> Vec<PathBuf> {
        let folder = index_path.parent().unwrap_or(Path::new(""));
        let mut names: Vec<&String> = self.weight_map.values().collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| folder.join(name)).collect()
    }
}
