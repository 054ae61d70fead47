//! The container of torch before 1.6: five pickles, then each storage as a 64 bit element count
//! and its elements (spec: gguf-and-weights 9).

use std::collections::HashMap;
use std::ops::Range;

use super::pickle::{StorageClass, Unpickled, Value, unpickle};
use super::{placement, state_dict};
use crate::error::WeightError;
use crate::file::FileIndex;

/// First pickle: the number 0x1950a86a20f9469cfc6c.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Second pickle.
const PROTOCOL: i64 = 1001;

/// Bytes of an element count.
const COUNT_BYTES: usize = 8;

/// Reads and checks the index of a whole file.
pub(crate) fn read_index(file: &[u8]) -> Result<FileIndex, WeightError> {
    let mut cursor = Cursor { file, at: 0 };
    check_magic(&cursor.pickle()?)?;
    check_protocol(&cursor.pickle()?)?;
    check_system(&cursor.pickle()?)?;
    let object = cursor.pickle()?;
    let keys = cursor.pickle()?;
    let records = read_records(&mut cursor, &object, &keys)?;
    let entries = state_dict::read(&object, |storage| {
        let key = object.text(storage.key);
        let record = records
            .get(key)
            .ok_or_else(|| WeightError::MissingStorage {
                key: key.to_owned(),
            })?;
        let stored = placement::stored_type(storage.class);
        placement::check_storage(key, stored, storage.num_elements, record.clone())
    })?;
    Ok(FileIndex {
        entries,
        ..FileIndex::default()
    })
}

/// Reads on from one pickle or storage to the next.
struct Cursor<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn pickle(&mut self) -> Result<Unpickled<'a>, WeightError> {
        let pickle = unpickle(self.file.get(self.at..).unwrap_or_default())?;
        self.at += pickle.num_bytes;
        Ok(pickle)
    }

    /// The element bytes of the next storage.
    fn record(&mut self, key: &str, item_bytes: usize) -> Result<Range<usize>, WeightError> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let (count, data) =
            rest.split_first_chunk::<COUNT_BYTES>()
                .ok_or(WeightError::Truncated {
                    part: "the element count of a storage",
                    expected_bytes: COUNT_BYTES as u64,
                    found_bytes: rest.len() as u64,
                })?;
        let num_bytes = usize::try_from(i64::from_le_bytes(*count))
            .ok()
            .and_then(|count| count.checked_mul(item_bytes));
        let Some(num_bytes) = num_bytes.filter(|num_bytes| *num_bytes <= data.len()) else {
            return Err(WeightError::StorageSize {
                key: key.to_owned(),
                expected_bytes: num_bytes.map_or(u64::MAX, |num_bytes| num_bytes as u64),
                found_bytes: data.len() as u64,
            });
        };
        let start = self.at + COUNT_BYTES;
        self.at = start + num_bytes;
        Ok(start..self.at)
    }
}

/// Walks the storages in the order of the key list.
fn read_records<'a>(
    cursor: &mut Cursor<'_>,
    object: &Unpickled<'a>,
    keys: &Unpickled<'a>,
) -> Result<HashMap<&'a str, Range<usize>>, WeightError> {
    if object.heap.storages.is_empty() {
        return Err(WeightError::NoTensors);
    }
    let mut classes: HashMap<&str, StorageClass> = HashMap::new();
    for storage in &object.heap.storages {
        let known = classes.insert(object.text(storage.key), storage.class);
        if known.is_some_and(|class| class != storage.class) {
            return Err(fault("one storage has two element types"));
        }
    }
    let Value::List(list) = keys.root else {
        return Err(fault("the storage keys are no list"));
    };
    let mut records = HashMap::new();
    for key in keys.heap.items(list) {
        let Value::Text(key) = *key else {
            return Err(fault("a storage key is no text"));
        };
        let key = keys.text(key);
        let Some(class) = classes.get(key) else {
            return Err(WeightError::UnknownStorage {
                key: key.chars().take(80).collect(),
            });
        };
        let item_bytes = placement::stored_type(*class).size_in_bytes();
        if records
            .insert(key, cursor.record(key, item_bytes)?)
            .is_some()
        {
            return Err(WeightError::DuplicateName {
                name: key.to_owned(),
            });
        }
    }
    Ok(records)
}

fn check_magic(pickle: &Unpickled<'_>) -> Result<(), WeightError> {
    match pickle.root {
        Value::BigInt(number) if pickle.bytes(number) == MAGIC => Ok(()),
        _ => Err(fault("the magic number of a torch file is missing")),
    }
}

fn check_protocol(pickle: &Unpickled<'_>) -> Result<(), WeightError> {
    match pickle.root {
        Value::Int(PROTOCOL) => Ok(()),
        _ => Err(fault("the torch protocol is not 1001")),
    }
}

fn check_system(pickle: &Unpickled<'_>) -> Result<(), WeightError> {
    let Value::Dict(number) = pickle.root else {
        return Err(fault("the system description is no dict"));
    };
    let is_big_endian = pickle
        .heap
        .items(number)
        .chunks_exact(2)
        .any(|pair| match pair {
            [Value::Text(key), Value::Bool(false)] => pickle.text(*key) == "little_endian",
            _ => false,
        });
    if is_big_endian {
        Err(WeightError::BigEndian)
    } else {
        Ok(())
    }
}

fn fault(reason: &'static str) -> WeightError {
    WeightError::Pickle { reason, at: 0 }
}
