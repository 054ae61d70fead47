//! Writing safetensors files piece by piece: the header first, then each tensor as it comes.
//!
//! Equal input gives equal bytes. Readers of other programs want the tensors without gaps, so
//! [`write_safetensors`] puts types with large elements first, which keeps every tensor aligned.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::error::WeightError;
use crate::part_file;
use crate::stored_tensor::StoredTensor;
use crate::tensor_spec::TensorSpec;

/// The data starts at a multiple of this, as the reference writer arranges it.
const DATA_ALIGNMENT: usize = 8;

/// Writes one file to any output, in the order of the specs.
pub struct SafetensorsWriter<W: Write> {
    out: W,
    specs: std::vec::IntoIter<TensorSpec>,
}

impl<W: Write> SafetensorsWriter<W> {
    /// Writes the header. Fails on duplicate names and on sizes that fit no address.
    pub fn new(
        mut out: W,
        metadata: &BTreeMap<String, String>,
        specs: Vec<TensorSpec>,
    ) -> Result<Self, WeightError> {
        let header = header_text(metadata, &specs)?;
        let padding = header.len().next_multiple_of(DATA_ALIGNMENT) - header.len();
        let length = (header.len() + padding) as u64;
        out.write_all(&length.to_le_bytes())
            .and_then(|()| out.write_all(header.as_bytes()))
            .and_then(|()| out.write_all(" ".repeat(padding).as_bytes()))
            .map_err(WeightError::io("write"))?;
        Ok(Self {
            out,
            specs: specs.into_iter(),
        })
    }

    /// Writes the bytes of the next tensor, row-major and little endian.
    /// Fails when there is no next tensor or `data` has another length.
    pub fn write(&mut self, data: impl Read) -> Result<(), WeightError> {
        let spec = self
            .specs
            .next()
            .ok_or(WeightError::TensorCount { missing: 0 })?;
        spec.copy(data, &mut self.out, |_| {})
    }

    /// Ends the file. Fails when tensors of the header were not written.
    pub fn finish(mut self) -> Result<W, WeightError> {
        if self.specs.len() > 0 {
            return Err(WeightError::TensorCount {
                missing: self.specs.len(),
            });
        }
        self.out.flush().map_err(WeightError::io("write"))?;
        Ok(self.out)
    }
}

/// Writes tensors to a new file, large element types first, then by name. Strided tensors are
/// written in row-major order. The file appears only when it is complete.
pub fn write_safetensors(
    path: &Path,
    metadata: &BTreeMap<String, String>,
    tensors: &[StoredTensor],
) -> Result<(), WeightError> {
    let mut ordered: Vec<&StoredTensor> = tensors.iter().collect();
    ordered.sort_by(|a, b| {
        let size = |tensor: &StoredTensor| tensor.stored.size_in_bytes();
        size(b).cmp(&size(a)).then_with(|| a.name.cmp(&b.name))
    });
    part_file::write_whole(path, |out| {
        let specs = ordered
            .iter()
            .map(|tensor| TensorSpec::from(*tensor))
            .collect();
        let mut writer = SafetensorsWriter::new(out, metadata, specs)?;
        for tensor in &ordered {
            writer.write(tensor.contiguous()?.bytes.as_slice())?;
        }
        writer.finish().map(drop)
    })
}

fn header_text(
    metadata: &BTreeMap<String, String>,
    specs: &[TensorSpec],
) -> Result<String, WeightError> {
    let mut header = Map::new();
    if !metadata.is_empty() {
        header.insert("__metadata__".to_owned(), json!(metadata));
    }
    let mut seen = HashSet::new();
    let mut start: u64 = 0;
    for spec in specs {
        if !seen.insert(&spec.name) {
            return Err(WeightError::DuplicateName {
                name: spec.name.clone(),
            });
        }
        let end =
            start
                .checked_add(spec.num_bytes()?)
                .ok_or_else(|| WeightError::TooManyElements {
                    tensor: spec.name.clone(),
                })?;
        let place = json!({
            "dtype": spec.stored.label(),
            "shape": spec.shape,
            "data_offsets": [start, end],
        });
        header.insert(spec.name.clone(), place);
        start = end;
    }
    Ok(Value::Object(header).to_string())
}
