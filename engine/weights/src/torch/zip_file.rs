//! The zip container: `<root>/data.pkl`, `<root>/data/<key>`, `<root>/byteorder`.

use super::pickle::unpickle;
use super::zip::Archive;
use super::{placement, state_dict};
use crate::error::WeightError;
use crate::file::FileIndex;

/// Member that holds the pickled object.
const INDEX_NAME: &str = "data.pkl";

/// Reads and checks the index of a whole file.
pub(crate) fn read_index(file: &[u8]) -> Result<FileIndex, WeightError> {
    let archive = Archive::read(file)?;
    let is_index = |name: &&str| name.rsplit('/').next() == Some(INDEX_NAME);
    let indexes: Vec<&str> = archive.names().filter(is_index).collect();
    let [index_name] = indexes.as_slice() else {
        return Err(WeightError::IndexCount {
            found: indexes.len(),
        });
    };
    // Everything before the name, with its separator if there is one.
    let root = index_name.strip_suffix(INDEX_NAME).unwrap_or_default();
    if archive
        .bytes(&format!("{root}byteorder"))
        .is_some_and(|order| order == b"big")
    {
        return Err(WeightError::BigEndian);
    }
    let pickle = unpickle(archive.bytes(index_name).unwrap_or_default())?;
    let entries = state_dict::read(&pickle, |storage| {
        let key = pickle.text(storage.key);
        let record = archive.range(&format!("{root}data/{key}")).ok_or_else(|| {
            WeightError::MissingStorage {
                key: key.to_owned(),
            }
        })?;
        let stored = placement::stored_type(storage.class);
        placement::check_storage(key, stored, storage.num_elements, record)
    })?;
    Ok(FileIndex {
        entries,
        ..FileIndex::default()
    })
}
