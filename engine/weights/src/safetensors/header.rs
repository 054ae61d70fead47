//! The JSON of a safetensors header, with duplicate keys refused.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::error::WeightError;

/// Key of the string map.
const METADATA_KEY: &str = "__metadata__";

/// A parsed header; nothing in it is checked against the file yet.
#[derive(Default)]
pub(super) struct Header {
    pub(super) tensors: Vec<(String, HeaderTensor)>,
    pub(super) metadata: BTreeMap<String, String>,
    /// The first key that occurred twice.
    duplicate: Option<String>,
}

/// What the header says about one tensor.
#[derive(serde::Deserialize)]
pub(super) struct HeaderTensor {
    pub(super) dtype: String,
    pub(super) shape: Vec<usize>,
    pub(super) data_offsets: (u64, u64),
}

/// Parses a header. Fails on anything but one JSON object of the expected form.
pub(super) fn parse(text: &str) -> Result<Header, WeightError> {
    let header: Header = serde_json::from_str(text).map_err(|error| WeightError::HeaderSyntax {
        reason: error.to_string(),
    })?;
    match header.duplicate {
        Some(name) => Err(WeightError::DuplicateName { name }),
        None => Ok(header),
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that maps tensor names to their places")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                // Kept and reported with its own variant; a serde error would lose it.
                header.duplicate = Some(key);
                map.next_value::<serde::de::IgnoredAny>()?;
            } else if key == METADATA_KEY {
                header.metadata = map.next_value::<StringMap>()?.0;
            } else {
                header.tensors.push((key, map.next_value()?));
            }
        }
        Ok(header)
    }
}

/// A map of strings whose keys occur once.
struct StringMap(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StringMapVisitor)
    }
}

struct StringMapVisitor;

impl<'de> Visitor<'de> for StringMapVisitor {
    type Value = StringMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that maps strings to strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StringMap, A::Error> {
        let mut strings = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if strings.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "`{key}` occurs twice in the metadata"
                )));
            }
            strings.insert(key, value);
        }
        Ok(StringMap(strings))
    }
}
