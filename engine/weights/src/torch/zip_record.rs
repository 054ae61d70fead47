//! The records of a zip file: end of directory, directory entries, local headers.

use crate::error::WeightError;

const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
const END64_SIGNATURE: [u8; 4] = *b"PK\x06\x06";
const END64_LOCATOR_SIGNATURE: [u8; 4] = *b"PK\x06\x07";
const CENTRAL_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
const LOCAL_SIGNATURE: [u8; 4] = *b"PK\x03\x04";

const END_BYTES: usize = 22;
const END64_BYTES: usize = 56;
const END64_LOCATOR_BYTES: usize = 20;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// Longest comment behind the end record.
const MAX_COMMENT_BYTES: usize = 0xffff;

/// Id of the extra field with 64 bit sizes.
const ZIP64_EXTRA_ID: u16 = 1;

/// Where the central directory lies.
pub(super) struct Directory {
    pub(super) start: usize,
    end: usize,
    num_entries: u64,
}

/// One entry of the central directory.
pub(super) struct CentralEntry<'a> {
    pub(super) name: &'a str,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Size in the archive.
    pub(super) stored_bytes: u64,
    /// Size of the content.
    pub(super) num_bytes: u64,
    /// Offset of the local header.
    pub(super) header_at: usize,
}

impl Directory {
    /// Finds the directory from the end of the file.
    pub(super) fn find(file: &[u8]) -> Result<Self, WeightError> {
        let end_at = find_end(file).ok_or(WeightError::NoDirectory)?;
        let end = Fields {
            bytes: file,
            at: end_at,
        };
        let mut num_entries = u64::from(end.u16(10)?);
        let mut num_bytes = u64::from(end.u32(12)?);
        let mut start = u64::from(end.u32(16)?);
        let mut limit = end_at;
        if let Some(end64_at) = find_end64(file, end_at)? {
            let end64 = Fields {
                bytes: file,
                at: end64_at,
            };
            if end64.u32(16)? != 0 || end64.u32(20)? != 0 {
                return Err(end64.fault("the archive has several parts"));
            }
            end64.widen(&mut num_entries, u64::from(u16::MAX), 32)?;
            end64.widen(&mut num_bytes, u64::from(u32::MAX), 40)?;
            end64.widen(&mut start, u64::from(u32::MAX), 48)?;
            limit = end64_at;
        }
        if end.u16(4)? != 0 || end.u16(6)? != 0 {
            return Err(end.fault("the archive has several parts"));
        }
        match start.checked_add(num_bytes) {
            Some(end) if end == limit as u64 => {
                // Both are at most `limit`, an offset in the file.
                Ok(Self {
                    start: start as usize,
                    end: end as usize,
                    num_entries,
                })
            }
            _ => Err(end.fault("the directory is not where the end record says")),
        }
    }

    /// The entries; an error is the last item.
    pub(super) fn entries<'a>(
        &self,
        file: &'a [u8],
    ) -> impl Iterator<Item = Result<CentralEntry<'a>, WeightError>> {
        let directory = file.get(..self.end).unwrap_or_default();
        let mut at = self.start;
        let mut remaining = self.num_entries;
        let mut is_done = false;
        std::iter::from_fn(move || {
            if is_done {
                return None;
            }
            let fields = Fields {
                bytes: directory,
                at,
            };
            if at == directory.len() {
                is_done = true;
                let complete = remaining == 0;
                return (!complete).then(|| Err(fields.fault("entries are missing")));
            }
            let entry = if remaining == 0 {
                Err(fields.fault("the directory has more entries than it says"))
            } else {
                CentralEntry::read(&fields)
            };
            remaining = remaining.saturating_sub(1);
            Some(match entry {
                Ok((entry, next_at)) => {
                    at = next_at;
                    Ok(entry)
                }
                Err(error) => {
                    is_done = true;
                    Err(error)
                }
            })
        })
    }
}

impl<'a> CentralEntry<'a> {
    /// The entry and the offset of the next one.
    fn read(fields: &Fields<'a>) -> Result<(Self, usize), WeightError> {
        if fields.take(0, 4)? != CENTRAL_SIGNATURE {
            return Err(fields.fault("a directory entry has no signature"));
        }
        let name_bytes = usize::from(fields.u16(28)?);
        let extra_bytes = usize::from(fields.u16(30)?);
        let comment_bytes = usize::from(fields.u16(32)?);
        let name = std::str::from_utf8(fields.take(CENTRAL_BYTES, name_bytes)?)
            .map_err(|_| fields.fault("a member name is not UTF-8"))?;
        let mut wide = Zip64Extra::find(fields.take(CENTRAL_BYTES + name_bytes, extra_bytes)?);
        let mut size_at = |offset| match fields.u32(offset)? {
            // The 64 bit numbers stand in this order, each only where the short one is saturated.
            u32::MAX => wide
                .next()
                .ok_or_else(|| fields.fault("a 64 bit size is missing")),
            short => Ok(u64::from(short)),
        };
        let (num_bytes, stored_bytes, header_at) = (size_at(24)?, size_at(20)?, size_at(42)?);
        let entry = Self {
            name,
            flags: fields.u16(8)?,
            method: fields.u16(10)?,
            stored_bytes,
            num_bytes,
            header_at: usize::try_from(header_at)
                .map_err(|_| fields.fault("a member lies beyond the file"))?,
        };
        let length = CENTRAL_BYTES + name_bytes + extra_bytes + comment_bytes;
        fields.take(0, length)?;
        Ok((entry, fields.at + length))
    }
}

/// Offset of a member's content, after comparing its local header with the directory.
pub(super) fn local_data_start(
    file: &[u8],
    entry: &CentralEntry<'_>,
) -> Result<usize, WeightError> {
    let fields = Fields {
        bytes: file,
        at: entry.header_at,
    };
    if fields.take(0, 4)? != LOCAL_SIGNATURE {
        return Err(fields.fault("a member has no local header"));
    }
    let name_bytes = usize::from(fields.u16(26)?);
    let extra_bytes = usize::from(fields.u16(28)?);
    if fields.take(LOCAL_BYTES, name_bytes)? != entry.name.as_bytes()
        || fields.u16(8)? != entry.method
    {
        return Err(fields.fault("a local header contradicts the directory"));
    }
    let length = LOCAL_BYTES + name_bytes + extra_bytes;
    fields.take(0, length)?;
    Ok(fields.at + length)
}

/// The last end record whose comment reaches exactly to the end of the file.
fn find_end(file: &[u8]) -> Option<usize> {
    let last = file.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(MAX_COMMENT_BYTES);
    (first..=last).rev().find(|at| {
        let fields = Fields {
            bytes: file,
            at: *at,
        };
        fields
            .take(0, 4)
            .is_ok_and(|signature| signature == END_SIGNATURE)
            && fields
                .u16(20)
                .is_ok_and(|comment| at + END_BYTES + usize::from(comment) == file.len())
    })
}

/// Offset of the 64 bit end record, if the archive has one.
fn find_end64(file: &[u8], end_at: usize) -> Result<Option<usize>, WeightError> {
    let Some(at) = end_at.checked_sub(END64_LOCATOR_BYTES) else {
        return Ok(None);
    };
    let locator = Fields { bytes: file, at };
    if locator.take(0, 4)? != END64_LOCATOR_SIGNATURE {
        return Ok(None);
    }
    let end64_at = usize::try_from(locator.u64(8)?).ok();
    let end64_at = end64_at.filter(|end64_at| {
        let fields = Fields {
            bytes: file,
            at: *end64_at,
        };
        end64_at
            .checked_add(END64_BYTES)
            .is_some_and(|end| end <= at)
            && fields
                .take(0, 4)
                .is_ok_and(|signature| signature == END64_SIGNATURE)
    });
    end64_at
        .map(Some)
        .ok_or_else(|| locator.fault("the 64 bit end record is not there"))
}

/// The 64 bit numbers of an extra field, in order.
struct Zip64Extra<'a> {
    rest: &'a [u8],
}

impl<'a> Zip64Extra<'a> {
    fn find(mut extra: &'a [u8]) -> Self {
        while let Some(([a, b, c, d], rest)) = extra.split_first_chunk::<4>() {
            let num_bytes = usize::from(u16::from_le_bytes([*c, *d]));
            let Some(body) = rest.get(..num_bytes) else {
                break;
            };
            if u16::from_le_bytes([*a, *b]) == ZIP64_EXTRA_ID {
                return Self { rest: body };
            }
            extra = rest.get(num_bytes..).unwrap_or_default();
        }
        Self { rest: &[] }
    }
}

impl Iterator for Zip64Extra<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (number, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(u64::from_le_bytes(*number))
    }
}

/// Numbers of a record that starts at `at`.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    fn fault(&self, reason: &'static str) -> WeightError {
        WeightError::Archive {
            reason,
            at: self.at as u64,
        }
    }

    fn take(&self, offset: usize, num_bytes: usize) -> Result<&'a [u8], WeightError> {
        self.at
            .checked_add(offset)
            .and_then(|start| self.bytes.get(start..start.checked_add(num_bytes)?))
            .ok_or_else(|| self.fault("a record is cut off"))
    }

    fn array<const N: usize>(&self, offset: usize) -> Result<[u8; N], WeightError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(offset, N)?);
        Ok(out)
    }

    fn u16(&self, offset: usize) -> Result<u16, WeightError> {
        self.array(offset).map(u16::from_le_bytes)
    }

    fn u32(&self, offset: usize) -> Result<u32, WeightError> {
        self.array(offset).map(u32::from_le_bytes)
    }

    fn u64(&self, offset: usize) -> Result<u64, WeightError> {
        self.array(offset).map(u64::from_le_bytes)
    }

    /// Replaces a saturated number by its 64 bit form; others must agree with it.
    fn widen(&self, value: &mut u64, saturated: u64, offset: usize) -> Result<(), WeightError> {
        let wide = self.u64(offset)?;
        if *value != saturated && *value != wide {
            return Err(self.fault("the two end records contradict each other"));
        }
        *value = wide;
        Ok(())
    }
}
