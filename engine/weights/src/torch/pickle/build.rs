//! What calls and persistent ids of a pickle stand for: tensors, storages, containers.

use super::globals::{Global, StorageClass};
use super::value::{Heap, Span, StorageRef, TensorRef, Value};
use crate::error::WeightError;

/// First field of every persistent id.
const STORAGE_TAG: &[u8] = b"storage";

/// Turns a call of a known name into the value it stands for. `fault` makes the error for
/// arguments that no torch version writes.
pub(super) fn call(
    heap: &mut Heap,
    function: Global,
    arguments: &[Value],
    fault: impl Fn(&'static str) -> WeightError,
) -> Result<Value, WeightError> {
    match (function, arguments) {
        (Global::OrderedDict, []) => heap.add(&[]).map(Value::Dict),
        (Global::OrderedDict, [Value::List(pairs)]) => {
            let items = pairs_of(heap, *pairs)
                .ok_or_else(|| fault("an ordered dict is not made of pairs"))?;
            heap.add(&items).map(Value::Dict)
        }
        (
            Global::RebuildTensorV2,
            [storage, offset, sizes, strides, _, _] | [storage, offset, sizes, strides, _, _, _],
        )
        | (Global::RebuildTensor, [storage, offset, sizes, strides]) => {
            let (
                Value::Storage(storage),
                Value::Int(offset),
                Value::Tuple(sizes),
                Value::Tuple(strides),
            ) = (*storage, *offset, *sizes, *strides)
            else {
                return Err(fault("the arguments of a tensor have wrong types"));
            };
            heap.add_tensor(TensorRef {
                storage,
                offset,
                sizes,
                strides,
            })
        }
        (Global::RebuildParameter, [tensor @ Value::Tensor(_), _grad, _hooks]) => Ok(*tensor),
        (Global::Size, [sizes @ Value::Tuple(_)]) => Ok(*sizes),
        (Global::Device, [Value::Text(_)] | [Value::Text(_), Value::Int(_)]) => Ok(Value::Plain),
        _ => Err(fault("a call has wrong arguments")),
    }
}

/// The storage behind a persistent id `(tag, class, key, device, element count)`; the old
/// container adds a view, which must be absent.
pub(super) fn storage(
    heap: &mut Heap,
    input: &[u8],
    id: Value,
    fault: impl Fn(&'static str) -> WeightError,
) -> Result<Value, WeightError> {
    let Value::Tuple(number) = id else {
        return Err(fault("a persistent id is no tuple"));
    };
    let (tag, class, key, num_elements) = match *heap.items(number) {
        [
            Value::Text(tag),
            Value::Global(class),
            Value::Text(key),
            Value::Text(_),
            Value::Int(n),
        ]
        | [
            Value::Text(tag),
            Value::Global(class),
            Value::Text(key),
            Value::Text(_),
            Value::Int(n),
            Value::Plain,
        ] => (tag, class.0, key, n),
        _ => return Err(fault("a persistent id has wrong fields")),
    };
    let Global::Storage(class) = class else {
        return Err(fault("a persistent id names no storage class"));
    };
    if text(input, tag) != STORAGE_TAG || class == StorageClass::Abstract {
        return Err(fault("a persistent id names no storage"));
    }
    check_key(text(input, key))?;
    heap.add_storage(StorageRef {
        key,
        class,
        num_elements,
    })
}

/// Refuses keys that could point out of the archive.
fn check_key(key: &[u8]) -> Result<(), WeightError> {
    let is_plain = !key.is_empty()
        && key
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && key.iter().any(|byte| *byte != b'.');
    if is_plain {
        return Ok(());
    }
    Err(WeightError::StorageKey {
        key: String::from_utf8_lossy(key).chars().take(80).collect(),
    })
}

/// Flattens a list of two-element lists or tuples.
fn pairs_of(heap: &Heap, list: u32) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    for pair in heap.items(list) {
        let (Value::List(number) | Value::Tuple(number)) = *pair else {
            return None;
        };
        let [key, value] = *heap.items(number) else {
            return None;
        };
        items.extend([key, value]);
    }
    Some(items)
}

fn text(input: &[u8], span: Span) -> &[u8] {
    input.get(span.range()).unwrap_or_default()
}
