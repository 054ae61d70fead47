//! Finds the state dict inside a pickled object and turns its tensors into entries.

use std::collections::HashMap;

use super::pickle::{StorageRef, Unpickled, Value};
use super::placement::{self, Storage};
use crate::error::WeightError;
use crate::file::TensorEntry;

/// Keys under which state dicts are nested, the more specific first
/// (spec: gguf-and-weights 9, audio-vae-vocoder 2.2).
const WRAPPER_KEYS: [&str; 5] = ["state_dict", "generator", "model", "module", "app"];

/// Most wrappers around a state dict.
const MAX_WRAPPERS: usize = 8;

/// Most tensors in one file; the largest model this program reads has 2,073.
const MAX_TENSORS: usize = 50_000;

/// Stands for the name of a tensor outside the state dict in messages.
const UNNAMED: &str = "an unnamed tensor";

/// All tensors of the state dict. `find_storage` locates a storage in the file.
///
/// Tensors that are in the pickle but not in the state dict are checked as well: a file with a
/// hostile part is refused as a whole. Values that are no tensors are left out.
pub(super) fn read(
    pickle: &Unpickled<'_>,
    find_storage: impl Fn(&StorageRef) -> Result<Storage, WeightError>,
) -> Result<Vec<TensorEntry>, WeightError> {
    let storages: Vec<Storage> = pickle
        .heap
        .storages
        .iter()
        .map(find_storage)
        .collect::<Result<_, _>>()?;
    let named = named_tensors(pickle)?;
    check_count(pickle.heap.tensors.len())?;
    let mut names = vec![UNNAMED; pickle.heap.tensors.len()];
    for (name, number) in &named {
        if let Some(slot) = names.get_mut(*number as usize) {
            *slot = name;
        }
    }
    let mut placed = Vec::with_capacity(names.len());
    for (tensor, name) in pickle.heap.tensors.iter().zip(names) {
        let storage = storages
            .get(tensor.storage as usize)
            .ok_or(WeightError::NoTensors)?;
        placed.push(placement::place(name, tensor, pickle, storage)?);
    }
    let entries = named.into_iter().filter_map(|(name, number)| {
        let entry = placed.get(number as usize)?;
        Some(TensorEntry {
            name: name.to_owned(),
            ..entry.clone()
        })
    });
    Ok(entries.collect())
}

/// Name and number of each tensor in the state dict, in its order.
fn named_tensors<'a>(pickle: &Unpickled<'a>) -> Result<Vec<(&'a str, u32)>, WeightError> {
    let mut found: Vec<(&str, u32)> = Vec::new();
    let mut seen = HashMap::new();
    for (name, value) in texts(pickle, state_dict(pickle)) {
        if let Value::Tensor(number) = value {
            if seen.insert(name, ()).is_some() {
                return Err(WeightError::DuplicateName {
                    name: name.to_owned(),
                });
            }
            check_count(found.len())?;
            found.push((name, number));
        }
    }
    if found.is_empty() {
        Err(WeightError::NoTensors)
    } else {
        Ok(found)
    }
}

fn check_count(num_tensors: usize) -> Result<(), WeightError> {
    if num_tensors > MAX_TENSORS {
        let limit = MAX_TENSORS as u64;
        return Err(WeightError::PickleLimit {
            resource: "tensors",
            limit,
        });
    }
    Ok(())
}

/// Follows wrapper keys from the root. A dict under a wrapper key is followed even when other
/// tensors lie beside it: no state dict has a dict among its values.
fn state_dict(pickle: &Unpickled<'_>) -> Value {
    let mut current = pickle.root;
    for _ in 0..MAX_WRAPPERS {
        let wrapped: Vec<(&str, Value)> = texts(pickle, current)
            .filter(|(key, value)| WRAPPER_KEYS.contains(key) && matches!(value, Value::Dict(_)))
            .collect();
        let by_key = |wanted: &&str| {
            wrapped
                .iter()
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| *value)
        };
        let candidates: Vec<Value> = WRAPPER_KEYS.iter().filter_map(by_key).collect();
        let holds = |wanted: fn(&Value) -> bool| {
            let holds_one = move |dict: &&Value| texts(pickle, **dict).any(|(_, v)| wanted(&v));
            candidates.iter().find(holds_one).copied()
        };
        let next = holds(|value| matches!(value, Value::Tensor(_)))
            .or_else(|| holds(|value| matches!(value, Value::Dict(_))));
        match next {
            Some(dict) => current = dict,
            None => break,
        }
    }
    current
}

/// The entries of a dict whose keys are texts; none for other values.
fn texts<'a>(pickle: &Unpickled<'a>, dict: Value) -> impl Iterator<Item = (&'a str, Value)> {
    let items = match dict {
        Value::Dict(number) => pickle.heap.items(number),
        _ => &[],
    };
    items.chunks_exact(2).filter_map(|pair| match pair {
        [Value::Text(key), value] => Some((pickle.text(*key), *value)),
        _ => None,
    })
}
