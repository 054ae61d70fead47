//! From a tensor's claims to bytes of the file: every number is checked, in checked arithmetic.

use std::ops::Range;

use super::pickle::{StorageClass, TensorRef, Unpickled, Value};
use crate::error::WeightError;
use crate::file::TensorEntry;
use crate::layout;
use crate::stored_type::StoredType;

/// Largest number of dimensions; checkpoints use at most five.
const MAX_RANK: usize = 8;

/// Views that repeat elements may have this many anyway (a broadcast scalar, for example).
const MAX_REPEATED_ELEMENTS: usize = 1 << 16;

/// A storage found in the file.
#[derive(Clone)]
pub(super) struct Storage {
    /// Element type.
    pub(super) stored: StoredType,
    /// Bytes of the file.
    pub(super) range: Range<usize>,
}

/// Element type of a storage class. An abstract class never gets this far.
pub(super) fn stored_type(class: StorageClass) -> StoredType {
    match class {
        StorageClass::Typed(stored) => stored,
        StorageClass::Untyped | StorageClass::Abstract => StoredType::U8,
    }
}

/// Checks a declared element count against the bytes of its record and narrows the range to it.
pub(super) fn check_storage(
    key: &str,
    stored: StoredType,
    num_elements: i64,
    record: Range<usize>,
) -> Result<Storage, WeightError> {
    let claimed = usize::try_from(num_elements)
        .ok()
        .and_then(|count| count.checked_mul(stored.size_in_bytes()));
    match claimed {
        Some(num_bytes) if num_bytes <= record.len() => Ok(Storage {
            stored,
            range: record.start..record.start + num_bytes,
        }),
        _ => Err(WeightError::StorageSize {
            key: key.to_owned(),
            expected_bytes: claimed.map_or(u64::MAX, |num_bytes| num_bytes as u64),
            found_bytes: record.len() as u64,
        }),
    }
}

/// Locates a tensor. Fails when it reaches out of its storage or repeats it without bound.
pub(super) fn place(
    name: &str,
    tensor: &TensorRef,
    pickle: &Unpickled<'_>,
    storage: &Storage,
) -> Result<TensorEntry, WeightError> {
    let sizes = pickle.heap.items(tensor.sizes);
    let strides = pickle.heap.items(tensor.strides);
    if sizes.len() != strides.len() || sizes.len() > MAX_RANK {
        return Err(WeightError::RankMismatch {
            tensor: name.to_owned(),
            num_sizes: sizes.len(),
            num_strides: strides.len(),
        });
    }
    let shape = numbers(name, "size", sizes)?;
    let strides = numbers(name, "stride", strides)?;
    let offset = number(name, "offset", Value::Int(tensor.offset))?;

    let item_bytes = storage.stored.size_in_bytes();
    let stored_elements = storage.range.len() / item_bytes;
    let too_many = || WeightError::TooManyElements {
        tensor: name.to_owned(),
    };
    let num_elements = layout::num_elements(&shape).ok_or_else(too_many)?;
    let extent = layout::extent(&shape, &strides).ok_or_else(too_many)?;
    let end = offset.checked_add(extent).ok_or_else(too_many)?;
    if end > stored_elements {
        return Err(WeightError::OutOfRange {
            tensor: name.to_owned(),
            end: (end as u64).saturating_mul(item_bytes as u64),
            limit: storage.range.len() as u64,
        });
    }
    if num_elements > stored_elements.max(MAX_REPEATED_ELEMENTS) {
        return Err(WeightError::Expanded {
            tensor: name.to_owned(),
            stored: stored_elements as u64,
            claimed: num_elements as u64,
        });
    }
    // `end` is within the storage, so these products and sums are within the file.
    let start = storage.range.start + offset * item_bytes;
    let range = start..start + extent * item_bytes;
    let strides = (!layout::is_row_major(&shape, &strides)).then_some(strides);
    Ok(TensorEntry {
        name: name.to_owned(),
        stored: storage.stored,
        shape,
        range,
        strides,
    })
}

fn numbers(name: &str, field: &'static str, values: &[Value]) -> Result<Vec<usize>, WeightError> {
    values
        .iter()
        .map(|value| number(name, field, *value))
        .collect()
}

fn number(name: &str, field: &'static str, value: Value) -> Result<usize, WeightError> {
    match value {
        Value::Int(found) => usize::try_from(found).ok(),
        _ => None,
    }
    .ok_or_else(|| WeightError::BadNumber {
        tensor: name.to_owned(),
        field,
    })
}
