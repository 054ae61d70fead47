//! Writing zip archives of stored members, aligned for mapping, with 64 bit sizes where needed.
//!
//! Times are fixed, so equal input gives equal bytes.

use std::io::{Seek, SeekFrom, Write};

use crate::crc32::Crc32;
use crate::error::WeightError;

/// Members start at multiples of this, as in files written by torch.
const ALIGNMENT: u64 = 64;

/// Id of the extra field that torch fills up to the alignment.
const PADDING_ID: u16 = 0x4246;

/// Bytes of the head of an extra field.
const EXTRA_HEAD_BYTES: u64 = 4;

const ZIP64_ID: u16 = 1;
const LOCAL_BYTES: u64 = 30;
const CRC_OFFSET: u64 = 14;

/// Version that knows 64 bit sizes; older readers refuse the member.
const VERSION_64: u16 = 45;
const VERSION_PLAIN: u16 = 20;

/// The name is UTF-8.
const FLAGS: u16 = 1 << 11;

/// 1 January 1980, the first day a zip file can name.
const DATE: u16 = 0x21;

struct Member {
    name: String,
    num_bytes: u64,
    header_at: u64,
    crc: u32,
}

/// Writes members one after the other.
pub(crate) struct ZipWriter<W: Write + Seek> {
    out: W,
    at: u64,
    members: Vec<Member>,
}

impl<W: Write + Seek> ZipWriter<W> {
    /// Starts at the current position of `out`, which has to be its beginning.
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            at: 0,
            members: Vec::new(),
        }
    }

    /// Adds a member of known content.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) -> Result<(), WeightError> {
        self.add_streamed(name, content.len() as u64, |out, crc| {
            crc.update(content);
            out.write_all(content).map_err(WeightError::io("write"))
        })
    }

    /// Adds a member whose content `write` produces. It has to write exactly `num_bytes` bytes and
    /// show them to the checksum.
    pub(crate) fn add_streamed(
        &mut self,
        name: &str,
        num_bytes: u64,
        write: impl FnOnce(&mut W, &mut Crc32) -> Result<(), WeightError>,
    ) -> Result<(), WeightError> {
        let header_at = self.at;
        self.put(&local_header(name, num_bytes, header_at)?)?;
        let mut crc = Crc32::new();
        write(&mut self.out, &mut crc)?;
        self.at = self.at.saturating_add(num_bytes);
        let crc = crc.value();
        self.out
            .seek(SeekFrom::Start(header_at + CRC_OFFSET))
            .and_then(|_| self.out.write_all(&crc.to_le_bytes()))
            .and_then(|()| self.out.seek(SeekFrom::Start(self.at)))
            .map_err(WeightError::io("write"))?;
        self.members.push(Member {
            name: name.to_owned(),
            num_bytes,
            header_at,
            crc,
        });
        Ok(())
    }

    /// Writes the directory and returns the output.
    pub(crate) fn finish(mut self) -> Result<W, WeightError> {
        let start = self.at;
        for member in std::mem::take(&mut self.members) {
            self.put(&central_entry(&member)?)?;
            self.members.push(member);
        }
        let end = end_records(self.members.len() as u64, start, self.at);
        self.put(&end)?;
        self.out.flush().map_err(WeightError::io("write"))?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), WeightError> {
        self.out
            .write_all(bytes)
            .map_err(WeightError::io("write"))?;
        self.at = self.at.saturating_add(bytes.len() as u64);
        Ok(())
    }
}

fn local_header(name: &str, num_bytes: u64, header_at: u64) -> Result<Vec<u8>, WeightError> {
    let wide = is_wide(num_bytes);
    let mut extra = Vec::new();
    if wide {
        put_u16s(&mut extra, &[ZIP64_ID, 16]);
        extra.extend_from_slice(&num_bytes.to_le_bytes());
        extra.extend_from_slice(&num_bytes.to_le_bytes());
    }
    let unpadded = header_at + LOCAL_BYTES + (name.len() + extra.len()) as u64 + EXTRA_HEAD_BYTES;
    // Less than the alignment.
    let padding = (unpadded.next_multiple_of(ALIGNMENT) - unpadded) as u16;
    put_u16s(&mut extra, &[PADDING_ID, padding]);
    extra.resize(extra.len() + usize::from(padding), b'Z');

    let mut header = b"PK\x03\x04".to_vec();
    put_u16s(&mut header, &[version(wide), FLAGS, 0, 0, DATE]);
    // The checksum is filled in when the content is known.
    put_u32s(&mut header, &[0, short(num_bytes), short(num_bytes)]);
    put_u16s(&mut header, &[name_length(name)?, extra.len() as u16]);
    header.extend_from_slice(name.as_bytes());
    header.extend_from_slice(&extra);
    Ok(header)
}

fn central_entry(member: &Member) -> Result<Vec<u8>, WeightError> {
    let mut wide_numbers = Vec::new();
    if is_wide(member.num_bytes) {
        wide_numbers.extend_from_slice(&member.num_bytes.to_le_bytes());
        wide_numbers.extend_from_slice(&member.num_bytes.to_le_bytes());
    }
    if is_wide(member.header_at) {
        wide_numbers.extend_from_slice(&member.header_at.to_le_bytes());
    }
    let wide = !wide_numbers.is_empty();
    let mut extra = Vec::new();
    if wide {
        put_u16s(&mut extra, &[ZIP64_ID, wide_numbers.len() as u16]);
        extra.extend_from_slice(&wide_numbers);
    }
    let mut entry = b"PK\x01\x02".to_vec();
    put_u16s(
        &mut entry,
        &[version(wide), version(wide), FLAGS, 0, 0, DATE],
    );
    put_u32s(
        &mut entry,
        &[member.crc, short(member.num_bytes), short(member.num_bytes)],
    );
    put_u16s(
        &mut entry,
        &[name_length(&member.name)?, extra.len() as u16, 0, 0, 0],
    );
    put_u32s(&mut entry, &[0, short(member.header_at)]);
    entry.extend_from_slice(member.name.as_bytes());
    entry.extend_from_slice(&extra);
    Ok(entry)
}

/// The end record, after its 64 bit form when a number needs it.
fn end_records(num_members: u64, start: u64, end: u64) -> Vec<u8> {
    let num_bytes = end - start;
    let mut out = Vec::new();
    let wide = is_wide(start) || is_wide(num_bytes) || num_members >= u64::from(u16::MAX);
    if wide {
        out.extend_from_slice(b"PK\x06\x06");
        out.extend_from_slice(&44u64.to_le_bytes());
        put_u16s(&mut out, &[VERSION_64, VERSION_64]);
        put_u32s(&mut out, &[0, 0]);
        for number in [num_members, num_members, num_bytes, start] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(b"PK\x06\x07");
        put_u32s(&mut out, &[0]);
        out.extend_from_slice(&end.to_le_bytes());
        put_u32s(&mut out, &[1]);
    }
    let short_count = u16::try_from(num_members).unwrap_or(u16::MAX);
    out.extend_from_slice(b"PK\x05\x06");
    put_u16s(&mut out, &[0, 0, short_count, short_count]);
    put_u32s(&mut out, &[short(num_bytes), short(start)]);
    put_u16s(&mut out, &[0]);
    out
}

fn is_wide(number: u64) -> bool {
    number >= u64::from(u32::MAX)
}

/// The number, or the mark that stands for a 64 bit one.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn version(wide: bool) -> u16 {
    if wide { VERSION_64 } else { VERSION_PLAIN }
}

fn name_length(name: &str) -> Result<u16, WeightError> {
    u16::try_from(name.len()).map_err(|_| WeightError::Truncated {
        part: "the name of an archive member",
        expected_bytes: name.len() as u64,
        found_bytes: u64::from(u16::MAX),
    })
}

fn put_u16s(out: &mut Vec<u8>, numbers: &[u16]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn put_u32s(out: &mut Vec<u8>, numbers: &[u32]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}
