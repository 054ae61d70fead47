//! The directory of a zip archive whose members are stored, not compressed.
//!
//! Only the central directory at the end is believed, and each local header has to agree with it.
//! Sizes and offsets may be in 64 bit form, as in files over 4 GiB.

use std::collections::HashMap;
use std::ops::Range;

use super::zip_record::{CentralEntry, Directory, local_data_start};
use crate::error::WeightError;

/// Only method that can be mapped.
const STORED: u16 = 0;

/// Flag of an encrypted member.
const ENCRYPTED: u16 = 1;

/// Members by name, with their bytes in the file.
pub(super) struct Archive<'a> {
    file: &'a [u8],
    members: HashMap<&'a str, Range<usize>>,
}

impl<'a> Archive<'a> {
    /// Reads the directory and checks every member against the file.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, WeightError> {
        let directory = Directory::find(file)?;
        let mut members = HashMap::new();
        let mut extents = Vec::new();
        for entry in directory.entries(file) {
            let entry = entry?;
            let range = check_member(file, &entry, directory.start)?;
            extents.push((entry.header_at, range.end, entry.name));
            if members.insert(entry.name, range).is_some() {
                return Err(WeightError::DuplicateName {
                    name: entry.name.to_owned(),
                });
            }
        }
        extents.sort_unstable();
        for pair in extents.windows(2) {
            if let [(_, end, first), (start, _, second)] = pair
                && start < end
            {
                return Err(WeightError::Overlap {
                    first: (*first).to_owned(),
                    second: (*second).to_owned(),
                });
            }
        }
        Ok(Self { file, members })
    }

    /// Names of all members, in no particular order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.members.keys().copied()
    }

    /// Where a member lies in the file.
    pub(super) fn range(&self, name: &str) -> Option<Range<usize>> {
        self.members.get(name).cloned()
    }

    /// Content of a member.
    pub(super) fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        self.file.get(self.range(name)?)
    }
}

/// The bytes of a member, all before the directory.
fn check_member(
    file: &[u8],
    entry: &CentralEntry<'_>,
    directory_start: usize,
) -> Result<Range<usize>, WeightError> {
    if entry.method != STORED {
        return Err(WeightError::CompressedMember {
            member: entry.name.to_owned(),
            method: entry.method,
        });
    }
    let fault = |reason| WeightError::Archive {
        reason,
        at: entry.header_at as u64,
    };
    if entry.flags & ENCRYPTED != 0 {
        return Err(fault("a member is encrypted"));
    }
    if entry.stored_bytes != entry.num_bytes {
        return Err(fault("a stored member has two different sizes"));
    }
    let start = local_data_start(file, entry)?;
    match usize::try_from(entry.num_bytes)
        .ok()
        .and_then(|bytes| start.checked_add(bytes))
    {
        Some(end) if end <= directory_start => Ok(start..end),
        _ => Err(WeightError::Truncated {
            part: "an archive member",
            expected_bytes: entry.num_bytes,
            found_bytes: directory_start.saturating_sub(start) as u64,
        }),
    }
}
