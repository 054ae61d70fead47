//! Reading safetensors files: a strict header reader (spec: gguf-and-weights 8.4).
//!
//! Layout: 8 bytes header length, a JSON object, data. The header maps each name to its type, its
//! shape and a byte range of the data; `__metadata__` maps strings to strings.

#[cfg(test)]
mod attacks;
mod header;

use std::ops::Range;

use crate::error::WeightError;
use crate::file::{FileIndex, TensorEntry};
use crate::layout;
use crate::stored_type::StoredType;
use header::{HeaderTensor, parse};

/// Largest header that is read; real ones stay below one megabyte.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Bytes of the header length.
const LENGTH_BYTES: usize = 8;

/// Reads and checks the index of a whole file.
pub(crate) fn read_index(file: &[u8]) -> Result<FileIndex, WeightError> {
    let (header_bytes, data_start) = header_of(file)?;
    let text = std::str::from_utf8(header_bytes).map_err(|error| WeightError::HeaderNotUtf8 {
        at: error.valid_up_to() as u64,
    })?;
    let header = parse(text)?;
    let data_bytes = (file.len() - data_start) as u64;
    let mut entries = Vec::with_capacity(header.tensors.len());
    for (name, tensor) in header.tensors {
        entries.push(check_tensor(name, tensor, data_start, data_bytes)?);
    }
    check_disjoint(&entries)?;
    Ok(FileIndex {
        entries,
        metadata: header.metadata,
    })
}

/// The header and the offset of the data behind it.
fn header_of(file: &[u8]) -> Result<(&[u8], usize), WeightError> {
    let truncated = |part, expected_bytes: u64, found: usize| WeightError::Truncated {
        part,
        expected_bytes,
        found_bytes: found as u64,
    };
    let (length, rest) = file
        .split_first_chunk::<LENGTH_BYTES>()
        .ok_or_else(|| truncated("the header length", LENGTH_BYTES as u64, file.len()))?;
    let claimed = u64::from_le_bytes(*length);
    if claimed > MAX_HEADER_BYTES {
        return Err(WeightError::HeaderTooLarge {
            found_bytes: claimed,
            limit_bytes: MAX_HEADER_BYTES,
        });
    }
    // Below the limit, so it fits every `usize`.
    let num_bytes = claimed as usize;
    let header = rest
        .get(..num_bytes)
        .ok_or_else(|| truncated("the header", claimed, rest.len()))?;
    Ok((header, LENGTH_BYTES + num_bytes))
}

fn check_tensor(
    name: String,
    tensor: HeaderTensor,
    data_start: usize,
    data_bytes: u64,
) -> Result<TensorEntry, WeightError> {
    let HeaderTensor {
        dtype,
        shape,
        data_offsets: (start, end),
    } = tensor;
    let known = StoredType::from_label(&dtype).filter(|stored| !stored.is_quantised());
    let Some(stored) = known else {
        return Err(WeightError::UnsupportedType {
            tensor: name,
            found: dtype,
        });
    };
    if start > end {
        return Err(WeightError::ReversedRange {
            tensor: name,
            start,
            end,
        });
    }
    if end > data_bytes {
        return Err(WeightError::OutOfRange {
            tensor: name,
            end,
            limit: data_bytes,
        });
    }
    let expected = layout::num_elements(&shape).and_then(|n| n.checked_mul(stored.size_in_bytes()));
    let Some(expected) = expected else {
        return Err(WeightError::TooManyElements { tensor: name });
    };
    if expected as u64 != end - start {
        return Err(WeightError::ByteCount {
            tensor: name,
            expected_bytes: expected as u64,
            found_bytes: end - start,
        });
    }
    // Both offsets are within the file, whose length is a `usize`.
    let range = data_start + start as usize..data_start + end as usize;
    Ok(TensorEntry {
        name,
        stored,
        shape,
        range,
        strides: None,
    })
}

fn check_disjoint(entries: &[TensorEntry]) -> Result<(), WeightError> {
    let mut ranges: Vec<(&Range<usize>, &str)> = entries
        .iter()
        .filter(|entry| !entry.range.is_empty())
        .map(|entry| (&entry.range, entry.name.as_str()))
        .collect();
    ranges.sort_by_key(|(range, _)| range.start);
    for pair in ranges.windows(2) {
        if let [(first, first_name), (second, second_name)] = pair
            && second.start < first.end
        {
            return Err(WeightError::Overlap {
                first: (*first_name).to_owned(),
                second: (*second_name).to_owned(),
            });
        }
    }
    Ok(())
}
